/**
 * Spends the test budget call by call, and looks at what then happens: whether a call is refused at all, how many more
 * passed, how the refusal reads, and how late the gateway's own count is.
 */
import type { Failure } from '../core/failure.js';
import type { Dialect } from '../ports/dialect.js';
import { type BudgetWatch, inUsd, type Look } from './budget-watch.js';
import { type Caller, type CallResult, renderAnswer } from './caller.js';
import type { Purse } from './purse.js';
import { LONG_PROMPT } from './request-ceiling.js';
import { RouteWatch } from './route-watch.js';
import { SpendTrack } from './spend-track.js';
import { judgeUnit, type UnitJudgement } from './unit.js';

export interface Exhaustion {
  /** The answer to a call when nothing was left; `undefined` when no call was refused for it. */
  readonly refusal: CallResult | undefined;
  /** What the refusal would be taken for by what is generally known. */
  readonly looksLike: 'rate-limited' | 'unauthorised' | 'unknown' | undefined;
  readonly enforcement: 'hard' | 'soft' | 'reported-only' | undefined;
  /** Calls that passed after the budget was spent. */
  readonly callsBeyond: number;
  readonly overshootPercent: number | undefined;
  /** Whether the gateway's own count showed the total in time; `undefined` where it cannot be read. */
  readonly countFollowed: boolean | undefined;
  readonly lagMs: number | undefined;
  /** Unit of the count against the cost of all these calls; `undefined` where they cannot be compared. */
  readonly unit: UnitJudgement | undefined;
  /** What another route answered after the budget was spent; `undefined` when none did. */
  readonly rerouted: string | undefined;
  readonly calls: number;
  /** By the answers, or by the gateway's count where they do not tell. */
  readonly spentNanoUsd: number;
  /** Why it ended before anything could be said. */
  readonly trouble: string | undefined;
}

export interface ExhaustionTools {
  readonly caller: Caller;
  readonly watch: BudgetWatch;
  readonly dialect: Dialect;
  readonly field: string | undefined;
  readonly key: string;
  readonly purse: Purse;
  /** What is left of the test budget at the start, nano-USD. */
  readonly budgetNanoUsd: number;
  /** The whole test budget, that an overshoot is a share of. */
  readonly limitNanoUsd: number;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The longest answer of which a budget pays for a good many. */
const CEILINGS = [256, 64, 24] as const;
const LOW_CEILING = 24;
const CALLS_IN_A_BUDGET = 10;
const MAX_CALLS = 400;
/** Enough to tell a soft cap from one that is only reported. */
const MAX_CALLS_BEYOND = 10;
/** A refusal that may pass is asked again, this often and no longer than this. */
const MAX_ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 5000;
const SHORTEST_PAUSE_MS = 200;
/** A cap that reserves refuses a call for which less than its worst case is left. */
const CALLS_LEFT = 1;
/** Costs are settled beside the answers: one more call may pass before a hard cap has heard of the last one. */
const CALLS_BEYOND_A_HARD_CAP = 1;
const LONGEST_RUN_MS = 15 * 60_000;

type Ending = Partial<Pick<Exhaustion, 'refusal' | 'looksLike' | 'trouble'>>;

export function exhaust(tools: ExhaustionTools): Promise<Exhaustion> {
  return new ExhaustionRun(tools).run();
}

class ExhaustionRun {
  readonly #tools: ExhaustionTools;
  readonly #track = new SpendTrack();
  readonly #routes = new RouteWatch();
  #ceiling: number = LOW_CEILING;
  #lastAnswerAt = 0;
  #source: CallResult['costSource'] | undefined;
  #before: Look | undefined;
  #attempts = 0;

  constructor(tools: ExhaustionTools) {
    this.#tools = tools;
  }

  async run(): Promise<Exhaustion> {
    this.#before = await this.#tools.watch.look();
    const startedAt = this.#tools.now().getTime();
    this.#lastAnswerAt = startedAt;
    this.#ceiling = this.#pickCeiling();
    while (this.#track.calls < MAX_CALLS) {
      if (!this.#affords()) return this.#end(this.#isSpent() ? {} : { trouble: this.#cannotAfford() });
      if (this.#tools.now().getTime() - startedAt > LONGEST_RUN_MS)
        return this.#end({ trouble: 'the gateway answers too slowly to spend the test budget' });
      const answer = await this.#call();
      if (answer.failure === undefined) {
        await this.#take(answer);
        if (this.#beyond() >= MAX_CALLS_BEYOND) return this.#end({});
        continue;
      }
      const ending = await this.#judge(answer, answer.failure);
      if (ending !== 'again') return this.#end(ending);
    }
    return this.#end({
      trouble: `${MAX_CALLS} calls spent only part of the test budget: set a smaller one`,
    });
  }

  #pickCeiling(): number {
    const { purse, dialect, budgetNanoUsd } = this.#tools;
    const share = budgetNanoUsd / CALLS_IN_A_BUDGET;
    return CEILINGS.find((ceiling) => purse.reckon(ceiling, dialect.id) <= share) ?? LOW_CEILING;
  }

  #affords(): boolean {
    const { purse, dialect } = this.#tools;
    return purse.affords(this.#ceiling, dialect.id);
  }

  #cannotAfford(): string {
    return this.#tools.purse.isAssuming
      ? 'nobody tells what a call of this model costs, so no more can be spent safely'
      : 'what may be spent was reached first';
  }

  #isSpent(): boolean {
    return this.#track.spentNanoUsd >= this.#tools.budgetNanoUsd;
  }

  #beyond(): number {
    return this.#track.callsBeyond(this.#tools.budgetNanoUsd);
  }

  #call(): Promise<CallResult> {
    const { caller, dialect, field, key, purse } = this.#tools;
    return caller.call({
      dialect,
      prompt: LONG_PROMPT,
      outputCeiling: this.#ceiling,
      key,
      purse,
      ...(field ? { field } : {}),
    });
  }

  async #take(answer: CallResult): Promise<void> {
    this.#routes.note(answer, this.#isSpent());
    this.#attempts = 0;
    this.#lastAnswerAt = answer.at;
    this.#source ??= answer.costSource;
    if (answer.costNanoUsd !== undefined) this.#track.add(answer.costNanoUsd);
    else await this.#takeFromCount();
  }

  /** Calls that do not tell their cost are counted by the gateway's own figure. */
  async #takeFromCount(): Promise<void> {
    const moved = this.#movedSince(await this.#tools.watch.look()) ?? 0;
    this.#track.add(Math.max(0, moved - this.#track.spentNanoUsd));
    this.#tools.purse.learn(moved);
  }

  #movedSince(look: Look | undefined): number | undefined {
    const [from, to] = [this.#before?.count, look?.count];
    if (from === undefined || to === undefined || from.scope !== to.scope) return undefined;
    return inUsd({ unit: to.unit, value: to.value - from.value }, look?.reading);
  }

  /** Is this the end of the budget, whatever it says? */
  async #judge(answer: CallResult, failure: Failure): Promise<Ending | 'again'> {
    if (!answer.isSent) return { trouble: failure.evidence };
    if (failure.kind === 'exhausted' && !failure.needsProbe) return this.#judgeExhausted(answer);
    if (this.#ceiling > LOW_CEILING && mayBeTooLarge(answer, failure)) {
      this.#ceiling = LOW_CEILING;
      return 'again';
    }
    if (failure.kind === 'too-large-for-budget') return { refusal: answer };
    if (this.#attempts < MAX_ATTEMPTS) {
      this.#attempts += 1;
      await this.#tools.sleep(pauseOf(failure, this.#tools.now()));
      return 'again';
    }
    // A wait that is stated is a rate limit's; only the count itself can say otherwise.
    const isStatedWait = failure.kind === 'rate-limited' && failure.resetsAt !== undefined;
    if (isOutage(answer, failure) || !(await this.#isNearlySpent(isStatedWait)))
      return { trouble: `refused with ${renderAnswer(answer)} (${failure.kind}) while budget was left` };
    const { kind } = failure;
    return {
      refusal: answer,
      looksLike: kind === 'rate-limited' || kind === 'unauthorised' ? kind : 'unknown',
    };
  }

  /** Refused as exhausted while this budget has something left: then it is another budget, perhaps the provider's. */
  async #judgeExhausted(answer: CallResult): Promise<Ending> {
    if (await this.#isNearlySpent(false)) return { refusal: answer };
    return {
      trouble: `refused with ${renderAnswer(answer)} while budget was left on this key: another budget is exhausted`,
    };
  }

  /** By the gateway's figure or by what the calls cost: no more is left than a call. */
  async #isNearlySpent(byCountAlone: boolean): Promise<boolean> {
    const { purse, dialect, budgetNanoUsd } = this.#tools;
    const margin = Math.max(this.#track.dearestNanoUsd, purse.reckon(this.#ceiling, dialect.id)) * CALLS_LEFT;
    if (!byCountAlone && budgetNanoUsd - this.#track.spentNanoUsd <= margin) return true;
    const look = await this.#tools.watch.look();
    const left = inUsd(look?.remaining, look?.reading);
    return left !== undefined && left <= (byCountAlone ? 0 : margin);
  }

  async #end(ending: Ending): Promise<Exhaustion> {
    const followed = await this.#follow();
    const refusal = ending.refusal ?? (this.#isSpent() ? await this.#lateRefusal() : undefined);
    const { budgetNanoUsd, limitNanoUsd } = this.#tools;
    const spent = this.#track.spentNanoUsd;
    const over = Math.max(0, ((spent - budgetNanoUsd) / limitNanoUsd) * 100);
    const beyond = this.#beyond();
    // Calls that are said to cost nothing say nothing of a cap on cost.
    const isKnown = spent > 0 || this.#track.calls === 0;
    return {
      ...followed,
      refusal,
      looksLike: ending.looksLike,
      enforcement: isKnown ? this.#enforcement(refusal !== undefined, beyond) : undefined,
      callsBeyond: beyond,
      overshootPercent: isKnown ? Math.round(over * 10) / 10 : undefined,
      rerouted: beyond > 0 ? this.#routes.rerouted : undefined,
      calls: this.#track.calls,
      spentNanoUsd: spent,
      trouble: ending.trouble,
    };
  }

  /** Waits for the count, and brings what was only reckoned by a price table to it. */
  async #follow(): Promise<Pick<Exhaustion, 'countFollowed' | 'lagMs' | 'unit'>> {
    const { watch } = this.#tools;
    const isReckoned = this.#source !== 'gateway';
    const spent = this.#track.spentNanoUsd;
    const { followed, isEnough } = await watch.follow(
      this.#before?.count,
      this.#lastAnswerAt,
      (moved, reading) => (inUsd(moved, reading) ?? 0) >= spent * (isReckoned ? 0.5 : 0.9),
      isReckoned,
    );
    if (this.#before?.count === undefined || this.#track.calls === 0)
      return { countFollowed: undefined, lagMs: undefined, unit: undefined };
    const unit =
      isEnough && this.#source !== undefined && this.#source !== 'unknown'
        ? judgeUnit(spent, this.#source, followed?.moved, this.#before)
        : undefined;
    const counted = inUsd(followed?.moved, this.#before.reading);
    if (isReckoned && unit?.unit === 'same' && counted !== undefined) this.#track.scaleTo(counted);
    return { countFollowed: isEnough, lagMs: isEnough ? followed?.lagMs : undefined, unit };
  }

  /** A gateway that goes by a late count may refuse once the count is there: one more call tells. */
  async #lateRefusal(): Promise<CallResult | undefined> {
    const answer = await this.#call();
    return answer.failure?.kind === 'exhausted' ? answer : undefined;
  }

  #enforcement(isRefused: boolean, beyond: number): Exhaustion['enforcement'] {
    if (isRefused && this.#track.calls === 0) return undefined;
    if (isRefused) return beyond <= CALLS_BEYOND_A_HARD_CAP ? 'hard' : 'soft';
    return beyond > 0 ? 'reported-only' : undefined;
  }
}

/** A ceiling that the gateway does not take, or that is too much for what is left. */
function mayBeTooLarge({ status }: CallResult, { kind }: Failure): boolean {
  return kind === 'too-large-for-budget' || (kind === 'unknown' && status === 400);
}

/** No answer, one that is none, or one that says the server is in trouble: never the end of a budget. */
function isOutage({ status, words }: CallResult, { kind }: Failure): boolean {
  const isNone = status < 400 && words.length === 0;
  return isNone || status >= 500 || kind === 'overloaded';
}

function pauseOf({ resetsAt }: Failure, now: Date): number {
  const told = resetsAt === undefined ? SHORTEST_PAUSE_MS : Date.parse(resetsAt) - now.getTime();
  return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, told));
}
