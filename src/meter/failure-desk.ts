/**
 * What an error answer means for the run. An exhausted budget ends it; a call that is too large for what is left is refused
 * alone; an answer that could be either is settled by a look at the budget. Everything else is the agent's to handle.
 */
import type { Failure, FailureEvidence } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { type Credentials, redact } from './credentials.js';
import type { Guard } from './guard.js';

/** What a look at the budget says: nothing left, something left, or nobody knows. */
export type Probe = () => Promise<'spent' | 'left' | 'unknown'>;

export interface FailureDeskOptions {
  readonly gateway: Pick<Gateway, 'readFailure'>;
  readonly guard: Guard;
  readonly credentials: Credentials;
  /** `undefined` where the gateway has nothing to read. */
  readonly probe: Probe | undefined;
  readonly now: () => Date;
}

/** An agent that sends the same too large call again and again gets nowhere. */
const MAX_TOO_LARGE_IN_A_ROW = 3;
/** A wrong key is answered the same way every time: one look is enough for a while. */
const SPENT_VALID_MS = 60_000;
const LEFT_VALID_MS = 5000;

export class FailureDesk {
  readonly #options: FailureDeskOptions;
  #tooLarge = 0;
  #probed: { readonly until: number; readonly said: ReturnType<Probe> } | undefined;
  #countedAt = 0;

  constructor(options: FailureDeskOptions) {
    this.#options = options;
  }

  noteSuccess(): void {
    this.#tooLarge = 0;
  }

  /**
   * What to tell the agent in place of the answer; `undefined`: the answer goes on as it came. A function where a look at
   * the budget has to decide, to be asked when the call is on disk.
   */
  judge(
    evidence: FailureEvidence,
    startedAt: Date,
  ): string | undefined | (() => Promise<string | undefined>) {
    const failure = this.#options.gateway.readFailure({ ...evidence, at: this.#options.now() });
    if (failure.needsProbe) return () => this.#settleByLook(evidence.status, failure);
    if (failure.kind === 'exhausted') return this.#exhausted(evidence.status, failure, failure.evidence);
    return failure.kind === 'too-large-for-budget' ? this.#refuse(failure, startedAt) : undefined;
  }

  async #settleByLook(status: number, failure: Failure): Promise<string | undefined> {
    if ((await this.#probe()) !== 'spent') return undefined;
    return this.#exhausted(status, failure, `${failure.evidence}, and a look at the budget`);
  }

  /** What is kept names the evidence alone: the gateway's own words may repeat a key or a prompt. */
  #exhausted(status: number, failure: Failure, evidence: string): string | undefined {
    const { scope, origin, resetsAt } = failure;
    const whose = origin === 'upstream' ? 'of the provider behind the gateway' : 'at the gateway';
    const until = resetsAt === undefined ? '' : ` It resets at ${resetsAt}.`;
    const stop = `The budget ${whose}${scope === undefined ? '' : ` (${scope})`} is exhausted (status ${status}, ${evidence}).${until} A person can raise the budget there.`;
    this.#options.guard.stopWith('budget-exhausted', stop);
    return this.#tell(stop, failure);
  }

  /** Calls that were on their way at the same time are no repetition. */
  #refuse(failure: Failure, startedAt: Date): string | undefined {
    const { guard, now } = this.#options;
    if (startedAt.getTime() >= this.#countedAt) {
      this.#tooLarge += 1;
      this.#countedAt = now().getTime();
    }
    const why = `This call is too large for what is left of the budget at the gateway (${failure.evidence}). A smaller one, or a lower output ceiling, may pass.`;
    if (this.#tooLarge >= MAX_TOO_LARGE_IN_A_ROW)
      guard.stopWith('budget-exhausted', `${why} ${this.#tooLarge} calls in a row were too large.`);
    return this.#tell(why, failure);
  }

  #tell(reason: string, { message }: Failure): string | undefined {
    if (this.#options.guard.observes) return undefined;
    return `${reason} It said: ${redact(this.#options.credentials, message)} Do not retry.`;
  }

  /** Calls that fail at once share one look; what is left now may be gone a moment later. */
  async #probe(): ReturnType<Probe> {
    const { probe, now } = this.#options;
    const at = now().getTime();
    if (probe === undefined) return 'unknown';
    if (this.#probed === undefined || at > this.#probed.until) {
      // A look that fails has seen nothing; the call it was for goes on all the same.
      const said = probe().catch(() => 'unknown' as const);
      this.#probed = { until: Number.POSITIVE_INFINITY, said };
      const valid = (await said) === 'spent' ? SPENT_VALID_MS : LEFT_VALID_MS;
      this.#probed = { until: now().getTime() + valid, said };
    }
    return this.#probed.said;
  }
}
