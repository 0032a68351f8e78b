import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GuardedOutput } from '../../src/platform/guarded-output.js';

const ZERO_WIDTH_SPACE = '\u200b';
/** What a runner may take for blank before `::`, read as widely as can be. */
const COMMAND_LINE = /^[\s\p{Z}\p{C}]*::/u;
const MAX_LINE = 1024 * 1024;

async function guarded(chunks: readonly Buffer[]): Promise<string> {
  const output = new GuardedOutput();
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

function cut(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
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
        expect(withoutMarks(shown)).toBe(withoutMarks(printed));
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
        expect(await guarded(cut(printed, at))).toBe(printed);
      }),
    );
  });

  test.each([
    'std::vector<int> a;\n',
    'a ::error:: in the middle\n',
    'https://example.com:8080\n',
    '# heading\n## [link]\n#[attr]\n',
    '\n\n\r\n',
    'no line end',
    '',
  ])('%j passes unchanged', async (printed) => {
    expect(await guardedText(printed)).toBe(printed);
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
  test('is passed on in parts, and no command comes out of where it was cut', async () => {
    const long = 'x'.repeat(MAX_LINE + 1);
    const shown = await guarded([long, '#', '#', '[error]x\n::error::y\n'].map((part) => Buffer.from(part)));
    expect(shown).toBe(`${long}##${ZERO_WIDTH_SPACE}[error]x\n:${ZERO_WIDTH_SPACE}:error::y\n`);
  });

  test('of blanks is still the start of a line, for the runner trims them all', async () => {
    const shown = await guarded([Buffer.from(' '.repeat(MAX_LINE + 10)), Buffer.from('::error::x\n')]);
    expect(linesOf(shown).some((line) => COMMAND_LINE.test(line))).toBe(false);
  });

  test.each([0, 1])('loses no character where it was cut (%p behind it)', async (after) => {
    const long = `${'😀'.repeat(MAX_LINE / 2 + 2)}${'x'.repeat(after)}`;
    const shown = await guarded([Buffer.from(long), Buffer.from('y\n')]);
    expect(shown === `${long}y\n`).toBe(true);
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
