/** GitHub's expressions, by GitHub's own evaluator: contexts in, text or a yes or no out. */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** Plain values by context name, such as `{ vars: { A: '1' } }`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** What `success()` and its like look at. */
export interface Status {
  readonly failed: boolean;
  readonly cancelled: boolean;
}

const STATUS_CHECK = /\b(?:success|failure|always|cancelled)\s*\(/i;
const TEMPLATE = /\$\{\{(.*?)\}\}/gs;

/** Fills every `${{ }}` of a text. */
export function fill(text: string, contexts: Contexts, status?: Status): string {
  return text.replace(TEMPLATE, (_, expression: string) =>
    evaluate(expression, contexts, status).coerceString(),
  );
}

/** An `if:` without a status function is met only where nothing failed, as on GitHub. */
export function isMet(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const stripped = (condition ?? '').replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1').trim();
  const whole = stripped === '' ? 'success()' : stripped;
  const expression = STATUS_CHECK.test(whole) ? whole : `success() && (${whole})`;
  return isTruthy(evaluate(expression, contexts, status));
}

function evaluate(expression: string, contexts: Contexts, status?: Status): data.ExpressionData {
  const functions = statusFunctions(status);
  const names = Object.keys(contexts);
  const { tokens } = new Lexer(expression.trim()).lex();
  const tree = new Parser(tokens, names, [...functions.values()]).parse();
  const values = names.map((key) => ({ key, value: toData(contexts[key]) }));
  return new Evaluator(tree, new data.Dictionary(...values), functions).evaluate();
}

function statusFunctions(status: Status | undefined) {
  const answers: Record<string, boolean> =
    status === undefined
      ? {}
      : {
          success: !status.failed && !status.cancelled,
          failure: status.failed && !status.cancelled,
          cancelled: status.cancelled,
          always: true,
        };
  return new Map(
    Object.entries(answers).map(([name, answer]) => [
      name,
      { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) },
    ]),
  );
}

function isTruthy(value: data.ExpressionData): boolean {
  if (value instanceof data.BooleanData) return value.value;
  if (value instanceof data.NumberData) return value.value !== 0 && !Number.isNaN(value.value);
  if (value instanceof data.StringData) return value.value !== '';
  return !(value instanceof data.Null);
}

function toData(value: unknown): data.ExpressionData {
  if (value === undefined || value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  const pairs = Object.entries(value).map(([key, one]) => ({ key, value: toData(one) }));
  return new data.Dictionary(...pairs);
}
