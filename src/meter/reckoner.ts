/** What calls come to that nobody counted, or that are still to come: learned in this run from those that were counted. */
import type { TokenWeights } from '../core/weights.js';
import type { Settlement, Ticket } from './admission.js';
import { AnswerSizes } from './answer-sizes.js';
import { InputEstimator } from './estimator.js';
import { OutputBound } from './output-bound.js';
import { costAtMost, type Used, weightAtMost } from './room.js';

export class Reckoner {
  readonly input = new InputEstimator();
  readonly answerSizes = new AnswerSizes();
  readonly #outputBound = new OutputBound();
  readonly #weights: TokenWeights;

  constructor(weights: TokenWeights) {
    this.#weights = weights;
  }

  /** What an ended call came to: as it was told, else at most, and never above what was reserved. */
  reckon(ticket: Ticket, settlement: Exclude<Settlement, { kind: 'none' }>, durationMs: number): Used {
    const { usage } = settlement;
    const told = settlement.kind === 'known' ? usage.outputTokens : undefined;
    this.#learn(ticket, usage.inputTokens, told, durationMs);
    const input = usage.inputTokens ?? ticket.inputTokens;
    const output = told ?? this.#outputBound.bound(ticket.kind, ticket.outputTokens, durationMs);
    const reported = settlement.kind === 'known' ? settlement.costNanoUsd : undefined;
    return {
      inputTokens: input,
      outputTokens: output,
      costNanoUsd: reported ?? costAtMost(ticket, usage, input, output),
      weightedTokens: weightAtMost(this.#weights, { ...usage, outputTokens: told }, input, output),
    };
  }

  #learn(
    { kind, bodyBytes }: Ticket,
    inputTokens: number | undefined,
    outputTokens: number | undefined,
    durationMs: number,
  ): void {
    if (inputTokens !== undefined) this.input.learn(kind, bodyBytes, inputTokens);
    if (outputTokens === undefined) return;
    this.#outputBound.learn(kind, outputTokens, durationMs);
    this.answerSizes.learn(kind, outputTokens);
  }
}
