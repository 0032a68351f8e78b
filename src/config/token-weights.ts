/** Weights of tokens and the reserve, as people write them. */
import { AppError } from '../core/errors.js';
import type { Reserve } from '../core/limits.js';
import { DEFAULT_WEIGHTS, type TokenWeights } from '../core/weights.js';

const NAMES: ReadonlyMap<string, keyof TokenWeights> = new Map([
  ['input', 'input'],
  ['cache-read', 'cacheRead'],
  ['cache-write', 'cacheWrite'],
  ['output', 'output'],
  ['reasoning', 'reasoning'],
] as const);
const EXAMPLE = 'input=1 cache-read=0.1 output=4 reasoning=4';
const LARGEST = 1000;
const LARGEST_RESERVE_PERCENT = 50;

/** `name=weight` pairs; what is not named keeps its default, and reasoning weighs what output does. */
export function parseTokenWeights(text: string): TokenWeights {
  const pairs = text.split(/[\s,]+/).filter((part) => part !== '');
  const given = new Map<keyof TokenWeights, number>();
  const troubles = pairs.map((pair) => readPair(pair, given)).filter((trouble) => trouble !== undefined);
  if (pairs.length === 0) troubles.push('no weight is given');
  if (troubles.length > 0) throw new AppError('bad-value', `${troubles.join('; ')}.`, { hint: EXAMPLE });
  const weights = { ...DEFAULT_WEIGHTS, ...Object.fromEntries(given) };
  return given.has('reasoning') ? weights : { ...weights, reasoning: weights.output };
}

/** Adds what a pair says to `given`, in thousandths; else what is wrong with it. */
function readPair(pair: string, given: Map<keyof TokenWeights, number>): string | undefined {
  const [, name = '', weight = ''] = /^([a-z-]+)=(.*)$/.exec(pair) ?? [];
  const key = NAMES.get(name);
  if (name !== '' && key === undefined) return `\`${name}\` is none of ${[...NAMES.keys()].join(', ')}`;
  if (key === undefined || !/^(?:\d+(?:\.\d{1,3})?|\.\d{1,3})$/.test(weight) || Number(weight) > LARGEST)
    return `${JSON.stringify(pair)} is not \`name=weight\` with a weight of at most three decimals, up to ${LARGEST}`;
  if (given.has(key)) return `\`${name}\` is given twice`;
  given.set(key, Math.round(Number(weight) * 1000));
  return undefined;
}

/** `auto`, `none`, or a share of every limit, `5%`. */
export function parseReserve(text: string): Reserve {
  const word = text.trim();
  if (word === 'auto' || word === 'none') return word;
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(word)?.[1]);
  if (percent > 0 && percent <= LARGEST_RESERVE_PERCENT) return percent / 100;
  throw new AppError(
    'bad-value',
    `${JSON.stringify(text)} is neither \`auto\`, \`none\` nor a percentage up to ${LARGEST_RESERVE_PERCENT}%.`,
    { hint: '5%' },
  );
}
