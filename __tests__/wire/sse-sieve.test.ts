/** Whatever is kept back, and however the bytes are cut, what goes on is every other event, byte by byte and in order. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SseSieve } from '../../src/wire/sse-sieve.js';

const MARK = Buffer.from('"usage"');
const ours = (data: Buffer | undefined) => data?.includes('"usage":{') ?? false;

function sieve(pieces: readonly Buffer[]): { passed: string; asked: number } {
  let asked = 0;
  const filter = new SseSieve({
    hasMark: (bytes) => bytes.includes(MARK),
    passes: ({ data }) => {
      asked += 1;
      return !ours(data);
    },
  });
  const passed = [...pieces.map((piece) => filter.push(piece)), filter.end()];
  return { passed: Buffer.concat(passed).toString(), asked };
}

const text = (word: string) => `data: {"choices":[{"delta":"${word}"}]}`;
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":1}}';
/** At the head of a stream alone this is a byte order mark, and not a part of the field's name. */
const MARKED = `\ufeff${USAGE}`;

describe('whole events', () => {
  test('without a mark go on as they came, and nobody is asked about them', () => {
    const chunk = Buffer.from(`${text('a')}\n\n${text('b')}\n\n`);
    const filter = new SseSieve({ hasMark: () => false, passes: () => false });
    expect(filter.push(chunk)).toEqual(chunk);
  });

  test('that are meant are kept back, and their neighbours are not', () => {
    const { passed } = sieve([Buffer.from(`${text('a')}\n\n${USAGE}\n\ndata: [DONE]\n\n`)]);
    expect(passed).toBe(`${text('a')}\n\ndata: [DONE]\n\n`);
  });

  test('are not let go before they have ended', () => {
    const filter = new SseSieve({ hasMark: () => false, passes: () => true });
    expect(filter.push(Buffer.from(`${text('a')}\n\n${text('b')}`)).toString()).toBe(`${text('a')}\n\n`);
    expect(filter.push(Buffer.from('\n\n')).toString()).toBe(`${text('b')}\n\n`);
  });
});

test('a comment goes on as soon as its line has ended: a client may wait for it', () => {
  const filter = new SseSieve({ hasMark: () => false, passes: () => true });
  const passed = (chunk: string) => filter.push(Buffer.from(chunk)).toString();
  expect(passed(': ping\n')).toBe(': ping\n');
  expect(passed(': pi')).toBe('');
  expect(passed('ng\n')).toBe(': ping\n');
  expect(passed('event: x\n')).toBe('');
  expect(passed(': within\n')).toBe('');
  expect(passed('data: y\n\n: behind\n')).toBe('event: x\n: within\ndata: y\n\n: behind\n');
});

test('cuts, line ends and their mixture change nothing', () => {
  const line = fc.oneof(
    fc.string({ maxLength: 12 }).map((word) => text(word.replace(/["\\\r\n]/g, ''))),
    fc.constantFrom(USAGE, MARKED, ': comment', 'event: ping', 'data: [DONE]', 'data: "usage" is a word'),
  );
  const event = fc.record({ line, end: fc.constantFrom('\n', '\n', '\n', '\r\n', '\r') });
  const stream = fc.record({
    events: fc.array(event, { maxLength: 12 }),
    cuts: fc.array(fc.nat({ max: 60 }), { maxLength: 30 }),
    isWhole: fc.boolean(),
  });
  fc.assert(
    fc.property(stream, ({ events, cuts, isWhole }) => {
      const parts = events.map(({ line: data, end }) => `${data}${end}${end}`);
      const isKeptBack = (data: string, index: number) => data === USAGE || (data === MARKED && index === 0);
      const kept = events.flatMap(({ line: data }, index) =>
        isKeptBack(data, index) ? [] : [parts[index] ?? ''],
      );
      const rest = isWhole ? '' : text('cut');
      const whole = Buffer.from(parts.join('') + rest);
      const pieces: Buffer[] = [];
      let at = 0;
      for (const size of cuts) {
        pieces.push(whole.subarray(at, at + size));
        at = Math.min(whole.length, at + size);
      }
      pieces.push(whole.subarray(at));
      expect(sieve(pieces).passed).toBe(kept.join('') + rest);
    }),
    { numRuns: 3000 },
  );
});
