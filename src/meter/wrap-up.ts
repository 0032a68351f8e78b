/**
 * The end of a run, told in time: once at four fifths of the tightest limit, and once when only the reserve is left. The
 * reserve lies inside the limits: nobody but the main agent gets into it.
 *
 * What counts is what calls really used. A call is held at more, often many times more: all of its input at the dearest rate,
 * and a long answer. That it does not fit in front of the reserve is no sign that only the reserve is left. But calls are
 * refused by what they are held at, so the agent is told as well when those that hand in could be: else it would never be.
 */
import type { LimitName, Reserve, RunLimits } from '../core/limits.js';
import { renderUsd } from '../core/money.js';
import type { Role } from './admission.js';
import type { Used } from './room.js';

export type NoteLevel = '80%' | 'reserve';

export interface Note {
  readonly level: NoteLevel;
  readonly text: string;
}

/** What the run has used, calls included. */
export type Spent = Used & { readonly requests: number };

interface Counted {
  readonly name: LimitName;
  readonly limit: keyof RunLimits;
  readonly of: (spent: Spent) => number;
  readonly show: (amount: number) => string;
  /** Behind what is shown. */
  readonly unit: string;
}

interface SetLimit extends Counted {
  readonly full: number;
  readonly reserve: number;
}

const NOTICE_SHARE = 0.8;
const LEAST_SHARE = 0.05;
/** One to save what there is, one to say so. */
const CALLS_TO_HAND_IN = 2;
/** The lesser of these is the usual one. */
const CALLS_COMPARED = 2;
/** However large the last calls were, half of a limit is there for the work. */
const LARGEST_SHARE = 0.5;
/** What a note takes in a request beside its text. */
const FRAME_BYTES = 80;

const plain = (count: number) => count.toLocaleString('en-US');
const COUNTED: readonly Counted[] = [
  { name: 'max-cost', limit: 'maxCostNanoUsd', of: (spent) => spent.costNanoUsd, show: renderUsd, unit: '' },
  {
    name: 'max-tokens',
    limit: 'maxTokens',
    of: (spent) => spent.inputTokens + spent.outputTokens,
    show: plain,
    unit: ' tokens',
  },
  {
    name: 'max-input-tokens',
    limit: 'maxInputTokens',
    of: (spent) => spent.inputTokens,
    show: plain,
    unit: ' input tokens',
  },
  {
    name: 'max-output-tokens',
    limit: 'maxOutputTokens',
    of: (spent) => spent.outputTokens,
    show: plain,
    unit: ' output tokens',
  },
  {
    name: 'max-weighted-tokens',
    limit: 'maxWeightedTokens',
    of: (spent) => spent.weightedTokens,
    show: plain,
    unit: ' weighted tokens',
  },
  {
    name: 'max-requests',
    limit: 'maxRequests',
    of: (spent) => spent.requests,
    show: plain,
    unit: ' model calls',
  },
];

export class WrapUp {
  readonly #limits: RunLimits;
  readonly #reserve: Reserve;
  readonly #told = new Set<NoteLevel>();
  #isSilent = false;
  /** The last calls of the main agent. */
  #last: readonly Spent[] = [];

  constructor(limits: RunLimits, reserve: Reserve) {
    this.#limits = limits;
    this.#reserve = reserve;
  }

  /** The limits without the reserve; `undefined` for a call that may have all that is left. */
  limitsFor(role: Role): RunLimits | undefined {
    if (this.#reserve === 'none' || this.#isSilent || role === 'other') return undefined;
    if (role === 'leader' && this.#told.has('reserve')) return undefined;
    const front = this.#set().map(({ limit, full, reserve }) => [limit, full - reserve]);
    return { ...this.#limits, ...Object.fromEntries(front) };
  }

  /** What is to be told by what is used, whatever the next call comes to. */
  notice(role: Role, spent: Spent): Note | undefined {
    if (!this.#mayTell(role)) return undefined;
    const set = this.#set().toSorted((a, b) => shareOf(b, spent) - shareOf(a, spent));
    const down = set.find((limit) => limit.reserve > 0 && limit.full - limit.of(spent) <= limit.reserve);
    if (down) return lastNote(stateOf(down, spent), 'and what is left is for handing in');
    const [tightest] = set;
    if (tightest === undefined || this.#told.has('80%') || !isLate(tightest, spent)) return undefined;
    const percent = Math.floor(shareOf(tightest, spent) * 100);
    return {
      level: '80%',
      text: `[spendgate] ${percent} % of what this run may use is used: ${stateOf(tightest, spent)}. Start nothing new: finish what you are at, and hand in your result while there is room for it.`,
    };
  }

  /**
   * What to tell with a call that does not fit in front of the reserve; nothing where others like it will fit as well.
   * @param atWorst what the shortest call of its size can come to
   */
  lastWord(
    role: Role,
    spent: Spent,
    { limit, atWorst }: { limit: LimitName; atWorst: Used },
  ): Note | undefined {
    const binding = this.#set().find(({ name }) => name === limit);
    if (!this.#mayTell(role) || binding === undefined) return undefined;
    const state = stateOf(binding, spent);
    if (isLate(binding, spent)) return lastNote(state, 'and what is left is for handing in');
    const { full, of, show } = binding;
    const next = of({ ...atWorst, requests: 1 });
    // The very first call writes the cache as well, and says nothing of those to come.
    const handIn = this.#last.length < CALLS_COMPARED ? 0 : CALLS_TO_HAND_IN * this.#usual(of);
    if (of(spent) + handIn + next <= full) return undefined;
    return lastNote(state, `and a call like this one can take up to ${show(next)}: few more are sure to fit`);
  }

  noteTold(level: NoteLevel): void {
    this.#told.add(level);
  }

  /** A note that nobody heard is told again. */
  noteUnheard(level: NoteLevel): void {
    this.#told.delete(level);
  }

  /** As if all was told: a reserve that nobody knows of would only be a lower limit. */
  tellNoMore(): void {
    this.#isSilent = true;
  }

  noteCall(used: Used): void {
    this.#last = [...this.#last.slice(1 - CALLS_COMPARED), { ...used, requests: 1 }];
  }

  #mayTell(role: Role): boolean {
    return role === 'leader' && !this.#isSilent && !this.#told.has('reserve');
  }

  /** What each of the last calls took: one after a pause writes the cache that the others read. */
  #usual(of: Counted['of']): number {
    return this.#last.length === 0 ? 0 : Math.min(...this.#last.map(of));
  }

  /** The limits that are set. */
  #set(): SetLimit[] {
    return COUNTED.flatMap((counted) => {
      const full = this.#limits[counted.limit];
      if (full === undefined) return [];
      return [{ ...counted, full, reserve: this.#reserveOf(counted, full) }];
    });
  }

  #reserveOf({ of }: Counted, full: number): number {
    if (this.#reserve === 'none') return 0;
    if (this.#reserve !== 'auto') return Math.ceil(full * this.#reserve);
    const calls = CALLS_TO_HAND_IN * this.#usual(of);
    return Math.floor(Math.min(Math.max(calls, full * LEAST_SHARE), full * LARGEST_SHARE));
  }
}

/** Bytes that a note adds to a request, at most. */
export function noteBytes(note: Note | undefined): number {
  return note === undefined ? 0 : Buffer.byteLength(JSON.stringify(note.text)) + FRAME_BYTES;
}

function shareOf({ of, full }: SetLimit, spent: Spent): number {
  return of(spent) / full;
}

function isLate(limit: SetLimit, spent: Spent): boolean {
  return shareOf(limit, spent) >= NOTICE_SHARE;
}

function lastNote(state: string, why: string): Note {
  return {
    level: 'reserve',
    text: `[spendgate] This run has used ${state}, ${why}. Finish now and hand in what you have: save it, and say what is done and what is not. A call that could pass the limit is refused, and ends the run.`,
  };
}

function stateOf({ name, of, show, unit, full }: SetLimit, spent: Spent): string {
  return `${show(of(spent))} of ${show(full)}${unit} (\`${name}\`)`;
}
