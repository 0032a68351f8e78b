/** Who else is stopped when a key is exhausted, and who is not: another key, and the route behind the first one. */
import { movedBetween } from '../core/sighting.js';
import type { Dialect } from '../ports/dialect.js';
import { type BudgetWatch, inUsd, type Look } from './budget-watch.js';
import { type Caller, type CallResult, renderAnswer } from './caller.js';
import type { Exhaustion } from './exhaustion.js';
import { SHORT_CEILING, SHORT_PROMPT } from './happy-path.js';
import type { Purse } from './purse.js';

export interface Isolation {
  readonly keys: 'separate' | 'shared' | undefined;
  readonly evidence: string;
}

export interface Fallback {
  readonly fallback: 'capped' | 'uncapped' | undefined;
  readonly evidence: string;
}

export interface NeighbourTools {
  readonly caller: Caller;
  readonly dialect: Dialect;
  readonly purse: Purse;
}

/** The second key before the first one is exhausted: it must work, or nothing can be said about it. */
export interface SecondKey {
  readonly key: string;
  readonly watch: BudgetWatch;
  readonly works: boolean;
  readonly answer: CallResult;
  readonly before: Look | undefined;
}

export async function trySecondKey(
  tools: NeighbourTools,
  key: string,
  watch: BudgetWatch,
): Promise<SecondKey> {
  const answer = await ask(tools, key);
  // Its own call is counted before the other key's calls begin, as far as the gateway is in time.
  const before = await watch.look();
  return { key, watch, answer, works: answer.failure === undefined, before };
}

export async function judgeIsolation(
  tools: NeighbourTools,
  second: SecondKey,
  exhaustion: Exhaustion | undefined,
): Promise<Isolation> {
  if (!second.works)
    return {
      keys: undefined,
      evidence: `the second key was refused from the start (${renderAnswer(second.answer)})`,
    };
  if (exhaustion?.refusal === undefined)
    return { keys: undefined, evidence: 'the first key was never refused for its budget' };
  const after = await second.watch.look();
  const answer = await ask(tools, second.key);
  if (answer.failure !== undefined) {
    const isBudget = answer.failure.kind === 'exhausted' || sameAnswer(answer, exhaustion.refusal);
    return {
      keys: isBudget ? 'shared' : undefined,
      evidence: `the second key got ${renderAnswer(answer)} after the first was exhausted`,
    };
  }
  const moved = second.before?.count && after?.count && movedBetween(second.before.count, after.count);
  // The second key's own call may be counted late; half of what the first key spent is not that.
  const movedUsd = inUsd(moved || undefined, after?.reading);
  const isMoved = movedUsd !== undefined && movedUsd >= exhaustion.spentNanoUsd / 2;
  if (isMoved && !second.before?.count?.isWider)
    return { keys: 'shared', evidence: 'the second key’s count moved with the first key’s calls' };
  return { keys: 'separate', evidence: 'the second key was answered after the first was exhausted' };
}

/** Whether whatever answers when the budget is exhausted stands under the same cap. */
export async function judgeFallback(
  tools: NeighbourTools,
  key: string,
  exhaustion: Exhaustion | undefined,
  fallbackModel: string | undefined,
): Promise<Fallback> {
  if (exhaustion?.rerouted !== undefined)
    return {
      fallback: 'uncapped',
      evidence: `after the budget was spent, calls were answered by ${exhaustion.rerouted}`,
    };
  if (exhaustion?.refusal === undefined)
    return { fallback: undefined, evidence: 'no call was refused, so no fallback was needed' };
  if (fallbackModel === undefined)
    return {
      fallback: undefined,
      evidence: 'no other route answered; `verify-fallback-model` names one to ask',
    };
  const answer = await ask(tools, key, fallbackModel);
  if (answer.failure === undefined)
    return {
      fallback: 'uncapped',
      evidence: `the model ${fallbackModel} answered when the budget was exhausted`,
    };
  const isBudget = answer.failure.kind === 'exhausted' || sameAnswer(answer, exhaustion.refusal);
  return {
    fallback: isBudget ? 'capped' : undefined,
    evidence: `the model ${fallbackModel} got ${renderAnswer(answer)}`,
  };
}

/** Two refusals that a program cannot tell apart. */
export function sameAnswer(a: CallResult, b: CallResult): boolean {
  return a.status === b.status && a.words.join(' ') === b.words.join(' ');
}

function ask({ caller, dialect, purse }: NeighbourTools, key: string, model?: string): Promise<CallResult> {
  return caller.call({
    dialect,
    prompt: SHORT_PROMPT,
    outputCeiling: SHORT_CEILING,
    key,
    purse,
    ...(model ? { model } : {}),
  });
}
