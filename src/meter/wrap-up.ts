/**
 * The end of a run, told in time: once at four fifths of the tightest limit, and once when only the reserve is left. The
 * reserve lies inside the limits: until the main agent is told, nobody gets into it, and then the main agent alone.
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
  readonly state: (used: number, full: number) => string;
}

interface SetLimit extends Counted {
  readonly full: number;
  readonly reserve: number;
}

const NOTICE_SHARE = 0.8;
const LEAST_SHARE = 0.05;
/** One to save what there is, one to say so. */
const CALLS_TO_HAND_IN = 2;
/** However large the last call was, half of a limit is there for the work. */
const LARGEST_SHARE = 0.5;
/** What a note takes in a request beside its text. */
const FRAME_BYTES = 80;

const plain = (unit: string) => (used: number, full: number) =>
  `${used.toLocaleString('en-US')} of ${full.toLocaleString('en-US')} ${unit}`;
const inUsd = (used: number, full: number) => `${renderUsd(used)} of ${renderUsd(full)}`;
const COUNTED: readonly Counted[] = [
  { name: 'max-cost', limit: 'maxCostNanoUsd', of: (spent) => spent.costNanoUsd, state: inUsd },
  {
    name: 'max-tokens',
    limit: 'maxTokens',
    of: (spent) => spent.inputTokens + spent.outputTokens,
    state: plain('tokens'),
  },
  {
    name: 'max-input-tokens',
    limit: 'maxInputTokens',
    of: (spent) => spent.inputTokens,
    state: plain('input tokens'),
  },
  {
    name: 'max-output-tokens',
    limit: 'maxOutputTokens',
    of: (spent) => spent.outputTokens,
    state: plain('output tokens'),
  },
  {
    name: 'max-weighted-tokens',
    limit: 'maxWeightedTokens',
    of: (spent) => spent.weightedTokens,
    state: plain('weighted tokens'),
  },
  { name: 'max-requests', limit: 'maxRequests', of: (spent) => spent.requests, state: plain('model calls') },
];

export class WrapUp {
  readonly #limits: RunLimits;
  readonly #reserve: Reserve;
  readonly #told = new Set<NoteLevel>();
  #isSilent = false;
  /** The last call of the main agent. */
  #last: Spent | undefined;

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

  /** What to tell with a call that fits in front of the reserve. */
  notice(role: Role, spent: Spent): Note | undefined {
    if (role !== 'leader' || this.#told.size > 0 || this.#isSilent) return undefined;
    const shares = this.#set().map((limit) => ({ ...limit, share: limit.of(spent) / limit.full }));
    const tightest = shares.toSorted((a, b) => b.share - a.share)[0];
    if (tightest === undefined || tightest.share < NOTICE_SHARE) return undefined;
    const percent = Math.floor(tightest.share * 100);
    return {
      level: '80%',
      text: `[spendgate] ${percent} % of what this run may use is used: ${stateOf(tightest, spent)}. Start nothing new: finish what you are at, and hand in your result while there is room for it.`,
    };
  }

  /** What to tell with a call that gets into the reserve. */
  lastWord(role: Role, spent: Spent, limit: LimitName): Note | undefined {
    if (role !== 'leader' || this.#reserve === 'none' || this.#told.has('reserve')) return undefined;
    const binding = this.#set().find(({ name }) => name === limit);
    const state = binding ? `: ${stateOf(binding, spent)}` : '';
    return {
      level: 'reserve',
      text: `[spendgate] Only the reserve for handing in is left of what this run may use${state}. Finish now and hand in what you have: save it, and say what is done and what is not. The calls after the next few are refused.`,
    };
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
    this.#last = { ...used, requests: 1 };
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
    const calls = CALLS_TO_HAND_IN * (this.#last ? of(this.#last) : 0);
    return Math.floor(Math.min(Math.max(calls, full * LEAST_SHARE), full * LARGEST_SHARE));
  }
}

/** Bytes that a note adds to a request, at most. */
export function noteBytes(note: Note | undefined): number {
  return note === undefined ? 0 : Buffer.byteLength(JSON.stringify(note.text)) + FRAME_BYTES;
}

function stateOf({ name, of, state, full }: SetLimit, spent: Spent): string {
  return `${state(of(spent), full)} (\`${name}\`)`;
}
