/**
 * What a request to Anthropic may cost beside the answer of its own model: an advisor reads the whole conversation each time
 * it is asked, and the answer goes on with another reading; a summary of the context, and each fallback after a refusal, is a
 * run of its own; searches are paid by the use, and fast answers at twice the price.
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
 * @see https://platform.claude.com/docs/en/build-with-claude/compaction-threshold
 * @see https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
 * @see https://platform.claude.com/docs/en/build-with-claude/fast-mode
 */
import type { RequestBody, RequestFacts, RequestItem } from '../../ports/dialect.js';
import { ESCAPED_LETTER } from '../../wire/json-marks.js';
import { readText } from '../../wire/values.js';
import { bounded, countAt, nameIn, readChoices, textAt } from './steering.js';

/** How the types of these tools begin; letters that are written as escapes may say anything. */
const PAID_TOOLS = ['"web_search', '"advisor', ESCAPED_LETTER];
/** One search, nano-USD. */
export const SEARCH_NANO_USD = 10_000_000;
/** Where a request does not say how often a tool may be used. What is used more counts as it is told. */
const ASSUMED_SEARCHES = 10;
const ASSUMED_ADVICES = 2;
/** Advice is 1,400 to 1,800 tokens long as a rule, thoughts included. */
const ASSUMED_ADVICE_TOKENS = 8192;
const FAST = 2;
/** Older models were six times as dear. */
const FAST_BEFORE = 6;

type Side = Pick<RequestFacts, 'choices' | 'otherModels' | 'aside' | 'surcharge'>;

interface Sum {
  choices: number;
  otherModels: string[];
  inputReads: number;
  outputTokens: number;
  ownCeiling: number;
  feeNanoUsd: number;
}

/** Times the list price of a model that answers fast. */
export function fastFactor(model: string | undefined): number {
  return /opus-4[-.][67]/.test(model ?? '') ? FAST_BEFORE : FAST;
}

/** @throws {SyntaxError} for a part that cannot be read, and so not be held */
export function readAside(body: RequestBody): Side {
  const sum: Sum = {
    choices: 1,
    otherModels: [],
    inputReads: 0,
    outputTokens: 0,
    ownCeiling: 0,
    feeNanoUsd: 0,
  };
  if (body.mentions(PAID_TOOLS, 'tools')) for (const tool of body.items('tools')) addTool(sum, tool);
  if (compacts(body)) addRun(sum);
  const isFast = [body.get('speed') === 'fast', addFallbacks(sum, body)].includes(true);
  const { choices, otherModels, inputReads, outputTokens, ownCeiling, feeNanoUsd } = sum;
  const models = [readText(body.get('model')), ...otherModels];
  const factor = isFast ? Math.max(...models.map(fastFactor)) : undefined;
  return {
    // `n` is none of this API's, and a gateway may pass it on to another.
    choices: choices * readChoices(body.get('n'), 'n'),
    ...(otherModels.length > 0 && { otherModels }),
    ...(inputReads > 0 && {
      aside: { inputReads, outputTokens, ...(ownCeiling > 0 && { ownCeiling }) },
    }),
    ...((isFast || feeNanoUsd > 0) && { surcharge: { factor, feeNanoUsd } }),
  };
}

function addTool(sum: Sum, tool: RequestItem): void {
  const type = readText(tool.get('type')) ?? '';
  const uses = () => countAt(tool, 'max_uses', 'tools.max_uses');
  if (type.startsWith('web_search')) sum.feeNanoUsd += (uses() ?? ASSUMED_SEARCHES) * SEARCH_NANO_USD;
  if (!type.startsWith('advisor')) return;
  const advices = uses() ?? ASSUMED_ADVICES;
  sum.otherModels.push(textAt(tool, 'model', 'tools.model'));
  sum.inputReads += 2 * advices;
  const ownCeiling = countAt(tool, 'max_tokens', 'tools.max_tokens');
  sum.outputTokens += advices * (ownCeiling ?? ASSUMED_ADVICE_TOKENS);
  sum.ownCeiling = Math.max(sum.ownCeiling, ownCeiling ?? 0);
}

function compacts(body: RequestBody): boolean {
  if (body.has('compaction')) return true;
  for (const edit of body.items('context_management', 'edits'))
    if (readText(edit.get('type'))?.startsWith('compact')) return true;
  return false;
}

/** One more run, whose answer may be as long as the first. */
function addRun(sum: Sum): void {
  sum.choices += 1;
  sum.inputReads += 1;
}

/** True when one of them answers fast. */
function addFallbacks(sum: Sum, body: RequestBody): boolean {
  let isFast = false;
  for (const entry of bounded(body.items('fallbacks'), 'fallbacks')) {
    sum.otherModels.push(nameIn(entry) ?? textAt(entry, 'model', 'fallbacks.model'));
    const ownCeiling = countAt(entry, 'max_tokens', 'fallbacks.max_tokens');
    if (ownCeiling === undefined) sum.choices += 1;
    else sum.outputTokens += ownCeiling;
    sum.ownCeiling = Math.max(sum.ownCeiling, ownCeiling ?? 0);
    sum.inputReads += 1;
    isFast ||= entry.get('speed') === 'fast';
  }
  // `"default"`: one other model, which the vendor chooses.
  if (body.head(1, 'fallbacks') === '"') addRun(sum);
  return isFast;
}
