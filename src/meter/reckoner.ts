/** What calls come to that nobody counted, or that are still to come: learned in this run from those that were counted. */
import { dearestOf } from '../core/price.js';
import type { TokenWeights } from '../core/weights.js';
import type { Settlement, Ticket } from './admission.js';
import { AnswerSizes } from './answer-sizes.js';
import { InputEstimator, LEAST_TOKENS_PER_BYTE } from './estimator.js';
import type { InputHold } from './input-hold.js';
import { OutputBound } from './output-bound.js';
import { costAtMost, type Used, weightAtMost } from './room.js';
import { SeenText } from './seen-text.js';

type Ended = Exclude<Settlement, { kind: 'none' }>;

/** Of what a call held: not its request, which is large. */
type Held = Pick<
  Ticket,
  'kind' | 'inputTokens' | 'outputTokens' | 'price' | 'mayWriteLongCache' | 'feeNanoUsd'
> & {
  /** True where more may be read than the beginning of an answer tells: again, or by tools. */
  readonly mayReadMore: boolean;
};

/** An ended call that nobody counted whole. */
interface Uncounted {
  readonly held: Held;
  readonly settlement: Ended;
  readonly durationMs: number;
  /** What it is reckoned at now. */
  call: Used;
}

/** Of more than these the oldest stay as they were reckoned last. */
const MAX_UNCOUNTED = 100;

export class Reckoner {
  readonly input = new InputEstimator();
  readonly seen = new SeenText();
  readonly answerSizes = new AnswerSizes();
  readonly #outputBound = new OutputBound();
  readonly #weights: TokenWeights;
  readonly #uncounted: Uncounted[] = [];

  constructor(weights: TokenWeights) {
    this.#weights = weights;
  }

  /** What an ended call came to: as it was told, else at most, and never above what was reserved. */
  reckon(ticket: Ticket, settlement: Ended, durationMs: number): Used {
    const told = settlement.kind === 'known' ? settlement.usage.outputTokens : undefined;
    const once = settlement.kind === 'known' ? settlement.inputOnce : undefined;
    this.#learn(ticket, once ?? settlement.usage.inputTokens, told, durationMs);
    const { kind, inputTokens, outputTokens, price, mayWriteLongCache, feeNanoUsd = 0, hold } = ticket;
    const mayReadMore = hold.reads > 1 || hold.inputTokens > hold.leastInputTokens;
    const held = { kind, inputTokens, outputTokens, price, mayWriteLongCache, feeNanoUsd, mayReadMore };
    const call = this.#atMost(held, settlement, durationMs);
    if (told === undefined) {
      this.#uncounted.push({ held, settlement, durationMs, call });
    }
    if (this.#uncounted.length > MAX_UNCOUNTED) this.#uncounted.shift();
    return call;
  }

  /** By how much earlier calls are reckoned higher by what is known now. What is reckoned once is never given back. */
  *revise(): Iterable<{ readonly before: Used; readonly after: Used }> {
    for (const uncounted of this.#uncounted) {
      const { held, settlement, durationMs, call: before } = uncounted;
      const after = this.#atMost(held, settlement, durationMs);
      if (after.outputTokens <= before.outputTokens) continue;
      uncounted.call = after;
      yield { before, after };
    }
  }

  #atMost(held: Held, settlement: Ended, durationMs: number): Used {
    const { usage } = settlement;
    const told = settlement.kind === 'known' ? usage.outputTokens : undefined;
    const isCut = settlement.kind === 'unknown' && held.mayReadMore;
    const input = isCut
      ? Math.max(usage.inputTokens ?? 0, held.inputTokens)
      : (usage.inputTokens ?? held.inputTokens);
    const output = told ?? this.#outputAtMost(held, settlement, durationMs);
    const reported = settlement.kind === 'known' ? settlement.costNanoUsd : undefined;
    const other = settlement.kind === 'unknown' ? settlement.price : undefined;
    const price = dearestOf([held.price, other].filter((known) => known !== undefined));
    return {
      inputTokens: input,
      outputTokens: output,
      costNanoUsd: reported ?? costAtMost({ ...held, price }, usage, input, output),
      weightedTokens: weightAtMost(this.#weights, { ...usage, outputTokens: told }, input, output),
    };
  }

  #outputAtMost({ kind, outputTokens }: Held, settlement: Ended, durationMs: number): number {
    if (settlement.kind === 'known' || settlement.mayGoOn) return outputTokens;
    const { usage, textTokens = 0 } = settlement;
    const came = Math.max(textTokens, usage.outputTokens ?? 0);
    const most = Math.min(outputTokens, settlement.mostTokens ?? outputTokens);
    return this.#outputBound.bound(kind, most, durationMs, came);
  }

  #learn(
    { kind, pieces, hold }: Ticket,
    inputTokens: number | undefined,
    outputTokens: number | undefined,
    durationMs: number,
  ): void {
    if (inputTokens !== undefined && hold.teaches !== 'nothing') {
      // Fewer than any text has: a part of the request was for somebody else than the model.
      if (inputTokens >= hold.text.bytes * LEAST_TOKENS_PER_BYTE) this.seen.learn(kind, pieces, inputTokens);
      this.#learnInput(kind, hold, inputTokens);
    }
    if (outputTokens === undefined) return;
    this.#outputBound.learn(kind, outputTokens, durationMs);
    this.answerSizes.learn(kind, outputTokens);
  }

  #learnInput(kind: string, { teaches, text }: InputHold, tokens: number): void {
    if (typeof teaches === 'object') this.input.learnOutside(kind, teaches.identity, tokens);
    else if (teaches === 'bytes') this.input.learn(kind, text.bytes, tokens, text.mediaTokens);
    else if (teaches === 'bytes-at-most')
      this.input.learn(kind, text.bytes, Math.min(tokens, text.estimate), text.mediaTokens);
  }
}
