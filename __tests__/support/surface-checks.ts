/**
 * What a surface is held to, by what reads it. A hostile text is laid beside a harmless one: the shape must be the same, and
 * where the harmless text stood, the hostile one stands as it was written, or as much of it as there is room for.
 */
import { flatten, foundInText, openDollars, renderGitHub } from './gfm.js';
import { runnerCommands } from './runner-commands.js';

export const HARMLESS = 'harmless words';
/** So much of a text is shown at least, before it may be cut. */
const SHOWN_AT_LEAST = 30;
const MAX_STATUS = 140;
const LONG = 15_000;

/** What is wrong with `shown`, where `plain` is the same with the harmless text; empty where all is well. */
type Check = (shown: string, plain: string, text: string) => string[];

/**
 * What a person should read: blanks are one, and what cannot be seen is shown as `�`. Written here once more, by code points,
 * so that it does not follow the code it is held against.
 */
function readable(text: string): string {
  const isBlank = (point: number) =>
    point <= 32 ? [9, 10, 11, 12, 13, 32].includes(point) : /[\s\u0085]/u.test(String.fromCodePoint(point));
  const isJoiner = (point: number) => [0x200c, 0x200d, 0xfe0e, 0xfe0f].includes(point);
  const points = [...text.slice(0, 20_000).toWellFormed()].map((one) => one.codePointAt(0) ?? 0);
  const words: number[][] = [[]];
  for (const point of points) {
    if (isBlank(point)) words.push([]);
    else words.at(-1)?.push(point);
  }
  const line = words
    .filter(({ length }) => length > 0)
    .map((word) => String.fromCodePoint(...word))
    .join(' ');
  const shown: string[] = [];
  for (const one of line) {
    const point = one.codePointAt(0) ?? 0;
    const last = shown.at(-1) ?? '';
    const isStray = isJoiner(point) && (last === '' || (last.codePointAt(0) ?? 0) < 128);
    const isUnseen = !isJoiner(point) && /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(one);
    shown.push(isStray || isUnseen ? '\ufffd' : one);
  }
  return shown.join('').replace(/\ufffd+/g, '\ufffd');
}

/** `undefined` when `shown` is `pattern` with the text in place of the harmless one; else what is shown. Blanks are not compared. */
function mismatch(shown: string, pattern: string, text: string): string | undefined {
  const [got, whole] = [shown, pattern.replaceAll(HARMLESS, () => text)].map((one) =>
    one.replace(/\s+/g, ''),
  );
  return got === whole || isCutOf(got ?? '', whole ?? '') ? undefined : shown;
}

/** Parts of the whole in their order, with `…` where something was left out. */
function isCutOf(shown: string, whole: string): boolean {
  const parts = shown.split('…');
  const last = parts.pop() ?? '';
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = whole.indexOf(part, at);
    if (part.length < SHOWN_AT_LEAST || found < 0 || (index === 0 && found > 0)) return false;
    at = found + part.length;
  }
  return parts.length > 0 && whole.slice(at).endsWith(last);
}

const line = (value: string) => value.replace(/\s+/g, ' ').trim();
const told = (wrong: string | undefined) =>
  wrong === undefined ? [] : [`shown as ${JSON.stringify(wrong)}`];

const rendered = new Map<string, ReturnType<typeof renderGitHub>>();

/** The harmless one is the same for all texts. */
function renderOnce(plain: string): ReturnType<typeof renderGitHub> {
  const done = rendered.get(plain) ?? renderGitHub(plain);
  rendered.set(plain, done);
  return done;
}

/** Rendered by GitHub. */
const markdown: Check = (shown, plain, text) => {
  const expected = renderOnce(plain);
  const { tree, comments } = renderGitHub(shown);
  return [
    ...foundInText(tree),
    ...(comments === expected.comments ? [] : [`${comments} HTML comments`]),
    ...(openDollars(shown) > 0 ? ['a formula'] : []),
    ...(shown.isWellFormed() ? [] : ['half a character']),
    // A report that is too long leaves parts of it out, and says so.
    ...(isCutToFit(shown) ? [] : differences(flatten(tree), flatten(expected.tree), readable(text))),
  ];
};

function isCutToFit(shown: string): boolean {
  return shown.length > LONG && /_Cut to fit, without [^_]*_/.test(shown);
}

export function differences(shown: readonly string[], expected: readonly string[], text: string): string[] {
  if (shown.length !== expected.length) return [`another shape: ${firstDifference(shown, expected)}`];
  return shown.flatMap((part, index) => told(mismatch(part, expected[index] ?? '', text)));
}

function firstDifference(shown: readonly string[], expected: readonly string[]): string {
  const tag = (part: string | undefined) => (part?.startsWith('text:') ? 'text' : part);
  const index = shown.findIndex((part, at) => tag(part) !== tag(expected[at]));
  return JSON.stringify(shown.slice(Math.max(0, index - 1), index + 2));
}

const shapeOf = (commands: ReturnType<typeof runnerCommands>) =>
  commands.map(({ name, properties }) => `${name} ${Object.keys(properties)}`).join('\n');

/** Read by the runner, line by line: as many commands as with the harmless text, with the same names and properties. */
const log: Check = (shown, plain, text) => {
  const [commands, expected] = [runnerCommands(shown), runnerCommands(plain)];
  const wrong = unseenIn(shown, /[^\P{Cc}\t\n\r]|\p{Bidi_Control}/u);
  if (shapeOf(commands) !== shapeOf(expected)) wrong.push(`commands: ${shapeOf(commands)}`);
  for (const [index, { data, properties }] of commands.entries()) {
    const { data: pattern = '', properties: patterns = {} } = expected[index] ?? {};
    const pairs = [
      [data, pattern],
      ...Object.keys(properties).map((name) => [properties[name], patterns[name]]),
    ];
    for (const [value = '', like = ''] of pairs) {
      const found = mismatch(line(value), line(like), readable(text));
      if (!value.includes('[cut')) wrong.push(...told(found));
      wrong.push(...unseenIn(value, /[^\P{Cc}\n]/u));
      if (value.length > 4096) wrong.push(`${value.length} characters`);
    }
  }
  return wrong;
};

function unseenIn(shown: string, pattern: RegExp): string[] {
  return [
    ...(pattern.test(shown) ? ['a control character'] : []),
    ...(shown.isWellFormed() ? [] : ['half a character']),
  ];
}

/** Shown as it is, in one line, by something that reads nothing into it. */
const oneLine: Check = (shown, plain, text) => [
  ...unseenIn(shown, /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u),
  ...told(mismatch(shown, plain, readable(text))),
];

/** The description of a commit status. */
const status: Check = (shown, plain, text) => [
  ...oneLine(shown, plain, text),
  ...(shown.length > MAX_STATUS ? [`${shown.length} characters`] : []),
];

/** A table in a terminal, whose runner may read along. */
const table: Check = (shown, plain, text) => {
  const [rows, expected] = [shown.split('\n'), plain.split('\n')];
  const words = readable(text).replaceAll('##[', '## [');
  // What looks like a login in an address is masked where a value stands.
  const masked = words.replace(/:\/\/[^/\s@]*@/g, '://***@');
  return [
    ...unseenIn(shown, /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]/u),
    ...runnerCommands(shown).map(({ name }) => `command ${name}`),
    ...(rows.length === expected.length ? [] : ['another line']),
    ...rows.flatMap((row, index) => {
      const wrong = [words, masked].map((said) => mismatch(line(row), line(expected[index] ?? ''), said));
      return wrong.includes(undefined) ? [] : told(wrong[0]);
    }),
  ];
};

/** JSON that is printed: the values are the author's own, and nothing in it acts before it is parsed. */
const data: Check = (shown, plain) => [
  ...unseenIn(shown, /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]/u),
  ...runnerCommands(shown).map(({ name }) => `command ${name}`),
  ...(stringsIn(JSON.parse(shown)).length === stringsIn(JSON.parse(plain)).length ? [] : ['another shape']),
];

/** Outputs as a later step gets them: no name more or less, and JSON where there was JSON. */
const outputs: Check = (shown, plain) => {
  const [got, expected] = [shown, plain].map((json) => JSON.parse(json) as Record<string, string>);
  const [names, known] = [got, expected].map((values = {}) => Object.keys(values).join());
  const isJson = (value: string | undefined) => /^[{[]/.test(value ?? '');
  const broken = Object.keys(expected ?? {}).filter(
    (name) => isJson(expected?.[name]) && !canParse(got?.[name] ?? ''),
  );
  return [...(names === known ? [] : [`names: ${names}`]), ...broken.map((name) => `${name} is no JSON`)];
};

function canParse(json: string): boolean {
  try {
    return JSON.parse(json) !== undefined;
  } catch {
    return false;
  }
}

/** Every string of a JSON value, behind where it stands. */
function stringsIn(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => stringsIn(part, `${path}/${key}`));
}

/** The same strings in the same places. `read` takes back how a format writes a text; `rule` says what it must not hold. */
function alertCheck(
  read: (text: string) => string,
  rule: (path: string, text: string, plain: string) => string | undefined,
): Check {
  return (shown, plain, text) => {
    const [got, expected] = [shown, plain].map((json) => stringsIn(JSON.parse(json)));
    const places = (strings: typeof got) => strings?.map(([path]) => path).join('\n');
    if (places(got) !== places(expected)) return ['another shape'];
    return (got ?? []).flatMap(([path, value], index) => {
      const like = expected?.[index]?.[1] ?? '';
      const broken = rule(path, value, like);
      const unseen = unseenIn(value, /[^\P{Cc}\n]|\p{Bidi_Control}/u);
      const wrong = told(mismatch(line(read(value)), line(read(like)), readable(text)));
      return [...unseen, ...wrong, ...(broken === undefined ? [] : [`${path}: ${broken}`])];
    });
  };
}

const SLACK_ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const slack = alertCheck(
  (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => SLACK_ENTITIES[entity] ?? ''),
  (path, text, plain) => {
    if (text !== plain && /[<>]|&(?!(?:amp|lt|gt);)/.test(text)) return 'a mark of Slack’s';
    if (text.length > (path.includes('/fields/') ? 2000 : 3000)) return `${text.length} characters`;
    return undefined;
  },
);
const teams = alertCheck(
  (text) => text.replaceAll('\u200b', ''),
  (_path, text, plain) => (text !== plain && /\{\{|\$\{/.test(text) ? 'a template' : undefined),
);
const json = alertCheck(
  (text) => text,
  () => undefined,
);

/** What nothing of a text gets into. */
const same: Check = (shown, plain) => (shown === plain ? [] : [shown]);

export const checks = {
  markdown,
  log,
  line: oneLine,
  status,
  table,
  data,
  outputs,
  same,
  'slack-alert': slack,
  'teams-alert': teams,
  'json-alert': json,
} as const;

export type SurfaceKind = keyof typeof checks;

/** How a text escapes, where it does. */
export function escapeOf(kind: SurfaceKind, shown: string, plain: string, text: string): string | undefined {
  const wrong = checks[kind](shown, plain, text);
  if (wrong.length === 0) return undefined;
  return `${JSON.stringify(text.slice(0, 80))}: ${wrong.slice(0, 3).join('; ').slice(0, 400)}`;
}
