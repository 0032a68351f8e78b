/**
 * The parts of an answer of Anthropic's that its plain figures leave out. `usage.iterations` lists each time that a model was
 * run: `message` and, after a refusal, `fallback_message` for the answer itself; `compaction` for a summary of the context;
 * `advisor_message` for another model that was asked for advice. The bill is the sum of all of them, each at its own model's
 * price. The plain figures are those of the answer, or of its last model alone, or of its first run.
 * @see https://platform.claude.com/docs/en/build-with-claude/compaction-threshold
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
 * @see https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
 */
import { NO_USAGE, sumUsage, USAGE_KEYS, type Usage, type UsagePart } from '../../core/usage.js';

export interface Iteration extends UsagePart {
  readonly type: string | undefined;
}

export interface Parts {
  readonly parts: readonly UsagePart[];
  /** All parts together. */
  readonly usage: Usage;
  /** Input of the answer itself, or of the largest other part. */
  readonly inputOnce: number | undefined;
}

/** What the plain figures are about. */
const OWN = new Set<string | undefined>(['message', 'fallback_message']);

/** @param plain the figures beside the list; `undefined` where the list says no more than they do */
export function partsOf(plain: Usage, iterations: readonly Iteration[]): Parts | undefined {
  const own = iterations
    .filter(({ type }) => OWN.has(type))
    .map((part) => ({ ...part, usage: filled(part.usage, plain) }));
  const others = iterations.filter(({ type }) => !OWN.has(type));
  if (own.length < 2 && others.length === 0 && own.every(({ model }) => model === undefined))
    return undefined;
  const listed = sumUsage(own.map(({ usage }) => usage));
  const rest = excess(plain, own.length === 0 ? NO_USAGE : listed);
  const parts = [...own, ...others, { model: undefined, usage: rest }].map(({ model, usage }) => ({
    model,
    usage,
  }));
  const inputs = [plain.inputTokens, listed.inputTokens, ...others.map(({ usage }) => usage.inputTokens)];
  return {
    parts,
    usage: sumUsage(parts.map(({ usage }) => usage)),
    inputOnce: Math.max(...inputs.map((tokens) => tokens ?? 0)) || undefined,
  };
}

/** The plain figures, where there are any, stand for what a run of the answer itself leaves out. */
function filled(usage: Usage, plain: Usage): Usage {
  const left = (key: 'inputTokens' | 'outputTokens') =>
    usage[key] ?? (plain[key] === undefined ? undefined : 0);
  return { ...usage, inputTokens: left('inputTokens'), outputTokens: left('outputTokens') };
}

/** What is told plainly, and in no run of the list. Where neither tells of input or output, nobody knows what there was. */
function excess(plain: Usage, listed: Usage): Usage {
  const left = (key: keyof Usage) => Math.max(0, (plain[key] ?? 0) - (listed[key] ?? 0));
  const isUntold = (key: keyof Usage) => plain[key] === undefined && listed[key] === undefined;
  return {
    ...NO_USAGE,
    ...Object.fromEntries(USAGE_KEYS.map((key) => [key, left(key)])),
    ...(isUntold('inputTokens') && { inputTokens: undefined }),
    ...(isUntold('outputTokens') && { outputTokens: undefined }),
    reasoningTokens: undefined,
  };
}
