/** One short request: does it report usage of a plausible size, is it counted on this key, and in the same unit. */
import type { Dialect } from '../ports/dialect.js';
import { type BudgetWatch, inUsd, type Look } from './budget-watch.js';
import { type Caller, type CallResult, isAbsent } from './caller.js';
import { PROMPT_TOKENS_AT_MOST, type Purse } from './purse.js';
import { judgeUnit, type UnitJudgement } from './unit.js';

export const SHORT_PROMPT = 'Reply with the single word: ok';
export const SHORT_CEILING = 64;
/** A key that nobody has, to see what a wrong one is answered with. */
const WRONG_KEY = 'sk-spendgate-verify-not-a-key';

export interface HappyPath {
  /** The dialect that answered, for all further probes; `undefined` when none did. */
  readonly dialect: Dialect | undefined;
  readonly answer: CallResult;
  /** What a wrong key is answered with. */
  readonly wrongKey: CallResult;
  readonly before: Look | undefined;
  readonly usage: 'plausible' | 'implausible' | 'missing' | 'unknown';
  /** Whether the gateway's own count followed in time; `unknown` where it cannot be read. */
  readonly counted: 'yes' | 'late' | 'unknown';
  readonly lagMs: number | undefined;
  readonly unit: UnitJudgement;
}

export interface HappyPathTools {
  readonly caller: Caller;
  readonly watch: BudgetWatch;
  readonly dialects: readonly Dialect[];
  readonly key: string;
  readonly purse: Purse;
}

export async function tryHappyPath(tools: HappyPathTools): Promise<HappyPath> {
  const { watch, purse } = tools;
  const before = await watch.look();
  const { dialect, answer } = await firstAnswer(tools);
  const isAnswered = answer.failure === undefined;
  const { followed, isSeen } = await watch.follow(
    isAnswered ? before?.count : undefined,
    answer.at,
    (moved, reading) => {
      const usd = inUsd(moved, reading);
      return usd === undefined || answer.costNanoUsd === undefined || usd >= answer.costNanoUsd / 2;
    },
  );
  const counted = inUsd(followed?.moved, before?.reading);
  if (isAnswered && answer.costNanoUsd === undefined && counted !== undefined) purse.learn(counted);
  const wrongKey = await ask(tools, dialect, WRONG_KEY);
  const base = { answer, wrongKey, before };
  if (!isAnswered)
    return {
      ...base,
      dialect: undefined,
      usage: 'unknown',
      counted: 'unknown',
      lagMs: undefined,
      unit: { unit: 'unknown', evidence: 'no call was answered' },
    };
  return {
    ...base,
    dialect,
    usage: judgeUsage(answer),
    counted: followed !== undefined ? 'yes' : isSeen ? 'late' : 'unknown',
    lagMs: followed?.lagMs,
    unit: judgeUnit(answer.costNanoUsd, answer.costSource, followed?.moved, before),
  };
}

/**
 * The first endpoint that answers decides. Where none does, the first refusal that is more than "no such endpoint" counts;
 * an exhausted budget is told by any of them.
 */
async function firstAnswer(tools: HappyPathTools): Promise<{ dialect: Dialect; answer: CallResult }> {
  const refused: { dialect: Dialect; answer: CallResult }[] = [];
  for (const dialect of tools.dialects) {
    const answer = await ask(tools, dialect, tools.key);
    if (answer.failure === undefined || isForAll(answer)) return { dialect, answer };
    refused.push({ dialect, answer });
  }
  const told = refused.find(({ answer }) => !isAbsent(answer)) ?? refused[0];
  if (told === undefined) throw new TypeError('there is no dialect to try');
  return told;
}

/** A refusal that other endpoints would only repeat: it is about the budget, or about the server. */
function isForAll({ status, failure }: CallResult): boolean {
  return status === 0 || ['exhausted', 'rate-limited', 'overloaded'].includes(failure?.kind ?? '');
}

function ask({ caller, purse }: HappyPathTools, dialect: Dialect, key: string): Promise<CallResult> {
  return caller.call({ dialect, prompt: SHORT_PROMPT, outputCeiling: SHORT_CEILING, key, purse });
}

/** An order of magnitude, never a count: tokenizers differ. */
function judgeUsage({ usage: { inputTokens, outputTokens } }: CallResult): HappyPath['usage'] {
  if (inputTokens === undefined || outputTokens === undefined) return 'missing';
  const isInputRight = inputTokens >= 1 && inputTokens <= PROMPT_TOKENS_AT_MOST * 10;
  const isOutputRight = outputTokens >= 1 && outputTokens <= SHORT_CEILING * 2;
  return isInputRight && isOutputRight ? 'plausible' : 'implausible';
}
