/** Parsers of inputs that are no quantities. */
import { AppError } from '../core/errors.js';

/** One of some words. The parser carries them, for editors. */
export interface WordParser<T extends string> {
  /** @throws {AppError} `bad-value` that lists what is allowed. */
  (value: string): T;
  readonly words: readonly T[];
}

export function oneOf<const T extends string>(...allowed: readonly T[]): WordParser<T> {
  const parse = (value: string): T => {
    const found = allowed.find((candidate) => candidate === value.trim());
    if (found !== undefined) return found;
    throw new AppError('bad-value', `${JSON.stringify(value)} is none of ${allowed.join(', ')}.`, {
      hint: allowed[0] ?? '',
    });
  };
  return Object.assign(parse, { words: allowed });
}

export function parseBoolean(value: string): boolean {
  return oneOf('true', 'false')(value.trim().toLowerCase()) === 'true';
}

/** How often something may be run: 0 is never. @throws {AppError} `bad-value` with an example. */
export function parseRuns(value: string): number {
  if (/^\d{1,4}$/.test(value.trim())) return Number(value);
  throw new AppError('bad-value', `${JSON.stringify(value)} is not a whole number from 0 to 9999.`, {
    hint: '1',
  });
}

/** `undefined` for the values that mean "off"; anything else stops, because a stop must not depend on spelling. */
export function parseKillSwitch(value: string): string | undefined {
  return /^(?:false|0|no|off|)$/i.test(value.trim()) ? undefined : value.trim();
}

/** @throws {AppError} `bad-value`. */
export function parseUrl(value: string): string {
  const url = URL.parse(value.trim());
  if (url !== null && /^https?:$/.test(url.protocol)) return value.trim().replace(/\/+$/, '');
  throw new AppError('bad-value', `${JSON.stringify(value)} is not an http or https URL.`, {
    hint: 'https://llm.example.com',
  });
}

/** A URL to which paths are added. @throws {AppError} `bad-value`; a login is not repeated. */
export function parseBaseUrl(value: string): string {
  const base = parseUrl(value);
  const { host, username, password, search, hash } = new URL(base);
  const unsent = username || password ? 'a login' : search || hash ? 'a query' : undefined;
  if (unsent === undefined) return base;
  throw new AppError('bad-value', `The address of ${host} has ${unsent}, which is not sent.`, {
    hint: 'https://llm.example.com',
  });
}

/** A key in an HTTP header. @throws {AppError} `bad-value`, which does not repeat it. */
export function parseKey(value: string): string {
  if (/^[\x20-\x7e\x80-\xff]+$/.test(value)) return value;
  throw new AppError('bad-value', 'It holds a line break, or letters that no HTTP header can carry.', {
    hint: '${{ secrets.LLM_KEY }}',
  });
}

const LONGEST_TEAM = 100;

/** One short line: it stands in every record. */
export function parseTeam(value: string): string {
  const name = value.trim();
  if (name !== '' && name.length <= LONGEST_TEAM && !/\p{Cc}/u.test(name)) return name;
  throw new AppError(
    'bad-value',
    `${JSON.stringify(name.slice(0, LONGEST_TEAM))} is no name of one line and at most ${LONGEST_TEAM} characters.`,
    {
      hint: 'platform',
    },
  );
}

/** Words of a fixed list, separated by commas. @throws {AppError} `bad-value` that lists what is allowed. */
export function listOf<const T extends string>(allowed: readonly T[], value: string): readonly T[] {
  const parse = oneOf(...allowed);
  return value
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(parse);
}

/** `name=value` pairs, separated by commas, blanks or line ends. */
export function parseNames(value: string): Readonly<Record<string, string>> {
  const pairs = value.split(/[\s,]+/).filter((part) => part !== '');
  const hint = 'organization=octo-org user=octocat';
  const names = new Map<string, string>();
  for (const pair of pairs) {
    const [, name, text] = /^([\w-]+)=(\S+)$/.exec(pair) ?? [];
    if (name === undefined || text === undefined)
      throw new AppError('bad-value', `${JSON.stringify(pair)} is not \`name=value\`.`, { hint });
    if (names.has(name)) throw new AppError('bad-value', `\`${name}\` is given twice.`, { hint });
    names.set(name, text);
  }
  return Object.fromEntries(names);
}

const MAX_CHECK_NAME = 100;

/** One line; branch rules match it letter by letter. */
export function parseCheckName(value: string): string {
  const name = value.trim();
  if (name !== '' && name.length <= MAX_CHECK_NAME && !/\p{Cc}/u.test(name)) return name;
  const message = `${JSON.stringify(name.slice(0, MAX_CHECK_NAME))} is not a line of 1 to ${MAX_CHECK_NAME} characters.`;
  throw new AppError('bad-value', message, { hint: 'spendgate' });
}
