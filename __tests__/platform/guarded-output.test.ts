import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GuardedOutput } from '../../src/platform/guarded-output.js';

const ZERO_WIDTH_SPACE = '\u200b';
/** What a runner may take for blank before `::`, read as widely as can be. */
const COMMAND_LINE = /^[\s\p{Z}\p{C}]*::/u;
const MAX_LINE = 1024 * 1024;

async function guarded(chunks: readonly Buffer[], maxLine = MAX_LINE): Promise<string> {
  const output = new GuardedOutput(maxLine);
  const parts: Buffer[] = [];
  output.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => output.once('end', resolve).once('error', reject));
  for (const chunk of chunks) output.write(chunk);
  output.end();
  await ended;
  return Buffer.concat(parts).toString('utf8');
}
const guardedText = (text: string): Promise<string> => guarded([Buffer.from(text)]);
const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/);
const withoutMarks = (text: string): string => text.replaceAll(ZERO_WIDTH_SPACE, '');
const ended = (text: string): string => (text === '' || /[\r\n]$/.test(text) ? text : `${text}\n`);

/**
 * Whether the runner takes a command out of a log: it trims what .NET calls blank and looks for `::`, or for `##[` anywhere.
 * It knows a closed set of names; here any name is one.
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function readsCommand(log: string): boolean {
  return linesOf(log).some(
    (line) => /^[\s\u0085\uFEFF]*::/.test(line) || COMMAND_LINE.test(line) || line.includes('##['),
  );
}

function cut(printed: string | Buffer, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(printed);
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

const piece = fc.constantFrom(
  ...[
    '::',
    ':',
    '#',
    '##',
    '[',
    '##[',
    ' ',
    '\t',
    '\r',
    '\n',
    '\r\n',
    '\u000b',
    '\u000c',
    '\u0000',
    '\u001b',
    '\u0085',
    '\u00a0',
  ],
  ...[
    '\u1680',
    '\u2003',
    '\u2028',
    '\u2029',
    '\u202f',
    '\u3000',
    '\u200b',
    '\u2060',
    '\u00ad',
    'error',
    'set-output name=x',
    'é',
    '😀',
    '漢',
  ],
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
const places = fc.array(fc.nat(200), { maxLength: 20 });

describe('what an agent prints', () => {
  test('never is a command to the runner, in whatever pieces it arrives, and says the same to people', async () => {
    await fc.assert(
      fc.asyncProperty(text, places, async (printed, at) => {
        const shown = await guarded(cut(printed, at));
        for (const line of linesOf(shown)) {
          expect(line).not.toMatch(COMMAND_LINE);
          expect(line).not.toContain('##[');
        }
        expect(withoutMarks(shown)).toBe(withoutMarks(ended(printed)));
      }),
      { numRuns: 1000 },
    );
  });

  test('does not depend on the pieces it arrives in', async () => {
    await fc.assert(
      fc.asyncProperty(text, places, async (printed, at) => {
        expect(await guarded(cut(printed, at))).toBe(await guardedText(printed));
      }),
    );
  });

  test('passes unchanged when it holds no command', async () => {
    const harmless = fc
      .string({ unit: 'binary', maxLength: 60 })
      .filter(
        (printed) => !printed.includes('::') && !printed.includes('##[') && !printed.startsWith('\uFEFF'),
      );
    await fc.assert(
      fc.asyncProperty(harmless, places, async (printed, at) => {
        expect(await guarded(cut(printed, at))).toBe(ended(printed));
      }),
    );
  });

  test.each([
    'std::vector<int> a;\n',
    'a ::error:: in the middle\n',
    'https://example.com:8080\n',
    '# heading\n## [link]\n#[attr]\n',
    '\n\n\r\n',
    '',
  ])('%j passes unchanged', async (printed) => {
    expect(await guardedText(printed)).toBe(printed);
  });

  test('has its last line ended, so that what follows is a line of its own', async () => {
    expect(await guardedText('no line end')).toBe('no line end\n');
  });

  test('keeps a byte order mark', async () => {
    expect(await guardedText('\uFEFFhello\n')).toBe('\uFEFFhello\n');
  });
});

describe('a command', () => {
  test.each([
    '::error::x',
    '  ::error::x',
    '\t::set-output name=a::b',
    '\u0085::error::x',
    '\u00a0\u3000::error::x',
    '\uFEFFx\r::error::x',
    'x\n::stop-commands::t',
    'x\r\n::add-mask::t',
    'x\r::error::x',
    ':::error::x',
    '##[error]x',
    'x ##[group]y',
    '###[error]x',
    '##[a]##[b]',
    '::',
  ])('is broken up: %j', async (printed) => {
    const shown = await guardedText(printed);
    expect(shown).not.toBe(printed);
    for (const line of linesOf(shown)) {
      expect(line).not.toMatch(COMMAND_LINE);
      expect(line).not.toContain('##[');
    }
  });

  test('is broken up when it comes one byte at a time', async () => {
    const printed = 'ok\r\n \u00a0::error::é\n##[group]\r::warning::x';
    const shown = await guarded([...Buffer.from(printed)].map((byte) => Buffer.from([byte])));
    expect(shown).toBe(await guardedText(printed));
  });
});

describe('a line that does not end', () => {
  test('is passed on in lines of their own, and no command comes out of where it was cut', async () => {
    const long = 'x'.repeat(MAX_LINE);
    const shown = await guarded(
      [`${long}x`, '#', '#', '[error]x\n::error::y\n'].map((part) => Buffer.from(part)),
    );
    expect(shown).toBe(`${long}\nx##${ZERO_WIDTH_SPACE}[error]x\n:${ZERO_WIDTH_SPACE}:error::y\n`);
  });

  test.each([
    ['::s', 'et-output name=usage::{}\n', ' '],
    ['::e', 'rror title=x::y\n', '\u3000'],
    ['##[', 'set-output name=usage]{}\n', 'x'],
    ['##', '[set-output name=usage]{}\n', 'x'],
    [':', ':stop-commands::own\n', ' '],
  ])('never becomes a command by %j held apart from %j', async (mark, rest, filler) => {
    for (const length of [-3, -2, -1, 0, 1, 2, 3].map((more) => MAX_LINE + more)) {
      const shown = await guarded([`${filler.repeat(length)}${mark}`, rest].map((part) => Buffer.from(part)));
      expect(readsCommand(shown)).toBe(false);
    }
  });

  test('never becomes a command, wherever it is cut and in whatever pieces it arrives', async () => {
    const bytes = fc
      .array(
        fc.oneof(
          piece.map((some) => Buffer.from(some)),
          fc.uint8Array({ maxLength: 3 }),
        ),
        { maxLength: 40 },
      )
      .map((some) => Buffer.concat(some));
    await fc.assert(
      fc.asyncProperty(bytes, places, fc.integer({ min: 2, max: 12 }), async (printed, at, maxLine) => {
        const shown = await guarded(cut(printed, at), maxLine);
        expect(readsCommand(shown)).toBe(false);
        const said = (text: string) => withoutMarks(text).replaceAll('\n', '');
        expect(said(shown)).toBe(said(new TextDecoder('utf-8', { ignoreBOM: true }).decode(printed)));
      }),
      { numRuns: 3000 },
    );
  });

  test('of blanks is still the start of a line, for the runner trims them all', async () => {
    const shown = await guarded([Buffer.from(' '.repeat(MAX_LINE + 10)), Buffer.from('::error::x\n')]);
    expect(linesOf(shown).some((line) => COMMAND_LINE.test(line))).toBe(false);
  });

  test.each([0, 1])('loses no character where it was cut (%p behind it)', async (after) => {
    const long = `${'😀'.repeat(MAX_LINE / 2 + 2)}${'x'.repeat(after)}`;
    const shown = await guarded([Buffer.from(long), Buffer.from('y\n')]);
    expect(shown.replaceAll('\n', '') === `${long}y`).toBe(true);
    expect(linesOf(shown).every((line) => line.isWellFormed())).toBe(true);
  });

  test('is not kept back until its end', async () => {
    const output = new GuardedOutput();
    let passed = 0;
    output.on('data', (part: Buffer) => {
      passed += part.length;
    });
    for (let part = 0; part < 48; part += 1) output.write(Buffer.alloc(MAX_LINE / 16, 'x'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(passed).toBeGreaterThan(MAX_LINE);
    output.destroy();
  });
});
