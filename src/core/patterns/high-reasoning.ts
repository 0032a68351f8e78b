/**
 * Much thought for little work. "Routine" means no more than this: half of a model's answers, without their reasoning, are
 * about as long as one tool call. Whether the thought was needed, no count can tell.
 */
import { type Finding, finding } from '../findings.js';
import type { CallEntry } from '../ledger.js';

/** In 500 public runs of one agent the median answer without reasoning had 79 tokens, and 166 in the 95th of 100 runs. */
const ROUTINE_TOKENS = 150;
/** In the same runs reasoning was 2 % of the output in the median and 21 % at most; other models reason more. */
const LEAST_SHARE = 0.6;
const LEAST_CALLS = 10;

interface Answer {
  readonly model: string;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export function findHighReasoning(calls: readonly CallEntry[]): Finding | undefined {
  const byModel = Map.groupBy(calls.flatMap(readAnswer), ({ model }) => model);
  const found = [...byModel].flatMap(([model, answers]) => renderModel(model, answers) ?? []);
  if (found.length === 0) return undefined;
  const title = 'Much reasoning on routine answers';
  return finding('notice', 'high-reasoning-on-routine', title, found.join(' '), {
    advice: 'Try a lower reasoning effort for this task, or a smaller model, and compare the results.',
  });
}

function readAnswer({ model, requestedModel, usage }: CallEntry): Answer[] {
  const { outputTokens, reasoningTokens } = usage;
  if (outputTokens === undefined || reasoningTokens === undefined || outputTokens === 0) return [];
  return [{ model: model ?? requestedModel ?? 'unnamed', outputTokens, reasoningTokens }];
}

function renderModel(model: string, answers: readonly Answer[]): string | undefined {
  const reasoning = answers.reduce((sum, answer) => sum + answer.reasoningTokens, 0);
  const share = reasoning / answers.reduce((sum, answer) => sum + answer.outputTokens, 0);
  const visible = median(answers.map((answer) => answer.outputTokens - answer.reasoningTokens));
  if (answers.length < LEAST_CALLS || share < LEAST_SHARE || visible > ROUTINE_TOKENS) return undefined;
  return `${model}: ${Math.round(100 * share)} % of the output of ${answers.length} answers was reasoning, while half of them hold ${visible} tokens or fewer besides.`;
}

/** The lower one of two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? 0;
}
