/**
 * Five hundred hostile texts through every surface. Each is rendered as its reader gets it and laid beside a harmless one: the
 * shape must be the same, and where the harmless text stood, the hostile one stands as it was written, or as much of it as there
 * is room for.
 */
import { describe, expect, test } from '@jest/globals';
import { flatten, foundInText, openDollars, renderGitHub } from '../support/gfm.js';
import { hostileStrings } from '../support/hostile-strings.js';
import { runnerCommands } from '../support/runner-commands.js';
import { type Surface, surfaces } from '../support/surfaces.js';

const HARMLESS = 'harmless words';
const COUNT = 500;
/** So much of a text is shown at least, before it may be cut. */
const SHOWN_AT_LEAST = 60;

const texts = hostileStrings(COUNT);

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

/** `undefined` when `shown` is `pattern` with the text in place of the harmless one; else what stands there instead. */
function mismatch(shown: string, pattern: string, text: string): string | undefined {
  const [first = '', ...literals] = pattern.split(HARMLESS);
  if (!shown.startsWith(first)) return shown;
  let at = first.length;
  for (const literal of literals) {
    const length = textLength(shown.slice(at), text);
    if (length === undefined) return shown.slice(at);
    at += length;
    if (!shown.startsWith(literal, at)) return shown.slice(at);
    at += literal.length;
  }
  return at === shown.length ? undefined : shown.slice(at);
}

/** How long the text is there: whole, or its beginning and `…`. */
function textLength(shown: string, text: string): number | undefined {
  if (shown.startsWith(text)) return text.length;
  const end = shown.indexOf('…');
  const isStart =
    end >= Math.min(SHOWN_AT_LEAST, text.length) - 10 && text.startsWith(shown.slice(0, end).trimEnd());
  return isStart ? end + 1 : undefined;
}

async function ofMarkdown(surface: Surface): Promise<string[]> {
  const plain = renderGitHub(await surface.render(HARMLESS));
  const expected = flatten(plain.tree);
  const escaped: string[] = [];
  for (const text of texts) {
    const markdown = await surface.render(text);
    const { tree, comments } = renderGitHub(markdown);
    const shown = flatten(tree);
    const wrong = [
      ...foundInText(tree),
      ...(comments === plain.comments ? [] : [`${comments} HTML comments`]),
      ...(openDollars(markdown) > 0 ? ['a formula'] : []),
      ...(markdown.isWellFormed() ? [] : ['half a character']),
      ...differences(shown, expected, readable(text)),
    ];
    if (wrong.length > 0)
      escaped.push(`${JSON.stringify(text.slice(0, 80))}: ${wrong.slice(0, 3).join('; ').slice(0, 400)}`);
  }
  return escaped;
}

function differences(shown: readonly string[], expected: readonly string[], text: string): string[] {
  if (shown.length !== expected.length) return [`another shape: ${firstDifference(shown, expected)}`];
  return shown.flatMap((part, index) => {
    const wrong = mismatch(part, expected[index] ?? '', text);
    return wrong === undefined ? [] : [`shown as ${JSON.stringify(wrong)}`];
  });
}

function firstDifference(shown: readonly string[], expected: readonly string[]): string {
  const tag = (part: string | undefined) => (part?.startsWith('text:') ? 'text' : part);
  const index = shown.findIndex((part, at) => tag(part) !== tag(expected[at]));
  return JSON.stringify(shown.slice(Math.max(0, index - 1), index + 2));
}

/** Commands of the runner: as many as with the harmless text, with the same names and properties. */
async function ofLog(surface: Surface): Promise<string[]> {
  const plain = runnerCommands(await surface.render(HARMLESS));
  const shape = (commands: ReturnType<typeof runnerCommands>) =>
    commands.map(({ name, properties }) => `${name} ${Object.keys(properties)}`).join('\n');
  const escaped: string[] = [];
  for (const text of texts) {
    const written = await surface.render(text);
    const commands = runnerCommands(written);
    const wrong: string[] = [];
    if (/[^\P{Cc}\t\n\r]|\p{Bidi_Control}/u.test(written)) wrong.push('a control character');
    if (shape(commands) !== shape(plain)) wrong.push(`commands: ${shape(commands)}`);
    for (const [index, { data, properties }] of commands.entries()) {
      const line = (value: string) => value.replace(/\s+/g, ' ').trim();
      const { data: pattern = '', properties: patterns = {} } = plain[index] ?? {};
      const pairs = [
        [data, pattern],
        ...Object.keys(properties).map((name) => [properties[name], patterns[name]]),
      ];
      for (const [value = '', like = ''] of pairs) {
        const found = mismatch(line(value), like, readable(text));
        if (found !== undefined && !value.includes('[cut')) wrong.push(`shown as ${JSON.stringify(found)}`);
        if (/[^\P{Cc}\n]/u.test(value)) wrong.push('a control character in a command');
        if (value.length > 4096) wrong.push(`${value.length} characters`);
      }
    }
    if (wrong.length > 0)
      escaped.push(`${JSON.stringify(text.slice(0, 80))}: ${wrong.slice(0, 3).join('; ').slice(0, 400)}`);
  }
  return escaped;
}

async function ofText(surface: Surface): Promise<string[]> {
  const escaped: string[] = [];
  for (const text of texts) {
    const shown = await surface.render(text);
    if (/[^\P{Cc}\n]|\p{Bidi_Control}/u.test(shown) || !shown.isWellFormed())
      escaped.push(JSON.stringify(text.slice(0, 80)));
  }
  return escaped;
}

const CHECKS = { markdown: ofMarkdown, log: ofLog, text: ofText } as const;

test('there are five hundred, and all are different', () => {
  expect(new Set(texts).size).toBe(COUNT);
});

describe.each(surfaces.map((surface) => ({ ...surface })))('$id', (surface) => {
  test('lets no hostile text be anything but text', async () => {
    expect(await CHECKS[surface.kind](surface)).toEqual([]);
  }, 120_000);
});

describe('what holds the surfaces to account', () => {
  test.each([
    ['an element', '<b>x</b>'],
    ['a link', 'https://evil.test'],
    ['an image', '![x](y)'],
    ['a heading', '# x'],
    ['a mention', '@octocat'],
    ['a reference', 'o/r#1'],
    ['a commit', '0123abc'],
    ['an emoji', ':x:'],
    ['a formula', '$x$'],
    ['a comment', '<!-- x -->'],
  ])('sees %s that nobody escaped', (_name, text) => {
    const { tree, comments } = renderGitHub(text);
    const isSeen =
      foundInText(tree).length > 0 ||
      openDollars(text) > 0 ||
      comments > 0 ||
      differences(flatten(tree), flatten(renderGitHub(HARMLESS).tree), readable(text)).length > 0;
    expect(isSeen).toBe(true);
  });

  test.each(['::error::x', ' \u0085::error::x', 'x ##[error]y', 'a\r::notice::y'])(
    'sees the command in %j',
    (line) => {
      expect(runnerCommands(line)).toHaveLength(1);
    },
  );
});
