import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SseParser } from '../../src/wire/sse.js';

interface Parsed {
  /** `data` of each event as text; `undefined` for an event without data. */
  readonly events: readonly (string | undefined)[];
  readonly raw: Buffer;
}

function parse(chunks: readonly Buffer[], options: ConstructorParameters<typeof SseParser>[0] = {}): Parsed {
  const parser = new SseParser(options);
  const events = chunks.flatMap((chunk) => parser.push(chunk));
  const last = parser.end();
  const all = last ? [...events, last] : events;
  return {
    events: all.map(({ data }) => data?.toString('utf8')),
    raw: Buffer.concat(all.map(({ raw }) => raw)),
  };
}
const dataOf = ({ events }: Parsed): string[] => events.filter((data) => data !== undefined);
const whole = (text: string): Buffer[] => [Buffer.from(text)];
const bytewise = (text: string): Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

/** Cuts bytes at the given places, which may repeat (an empty chunk) and be in any order. */
function cut(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
const lineText = fc.constantFrom(
  'data: a',
  'data:b',
  'data:  c',
  'data',
  'data: é😀',
  ': note',
  'event: x',
  'id: 1',
  'dat',
  'datax: y',
  '',
  '',
);
const stream = fc.array(fc.tuple(lineText, lineEnd), { maxLength: 25 }).map((lines) => lines.flat().join(''));
const places = fc.array(fc.nat(400), { maxLength: 30 });

/** A reader of the specification's words, on whole text, to compare with. */
function reference(text: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    if (line === 'data' || line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    if ((line === '' || isLast) && data.length > 0) {
      events.push(data.join('\n'));
      data = [];
    }
  }
  return events;
}

describe('events out of bytes', () => {
  test.each([
    ['one event', 'data: hello\n\n', ['hello']],
    ['no space after the colon', 'data:hello\n\n', ['hello']],
    ['only one space taken off', 'data:  hello\n\n', [' hello']],
    ['data lines joined with LF', 'data: a\ndata: b\r\ndata\n\n', ['a\nb\n']],
    ['other fields ignored', 'event: x\nid: 7\nretry: 1\n: note\ndata: a\n\n', ['a']],
    ['names that only begin like data', 'datum: 1\ndatax: 2\ndata: a\n\n', ['a']],
    ['CR alone as line end', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['mixed line ends', 'data: a\r\n\rdata: b\n\r\ndata: c\r\n\n', ['a', 'b', 'c']],
    ['characters of several bytes', 'data: é😀漢\n\n', ['é😀漢']],
    ['an event that the end cut short', 'data: a\n\ndata: b', ['a', 'b']],
    ['an event without its closing blank line', 'data: a\n', ['a']],
    ['nothing', '', []],
    ['comments alone', ': keep-alive\n\n: keep-alive\n\n', []],
  ])('%s', (_what, text, expected) => {
    expect(dataOf(parse(whole(text)))).toEqual(expected);
    expect(dataOf(parse(bytewise(text)))).toEqual(expected);
  });

  test('a byte order mark at the very start does not hide the first event', () => {
    expect(dataOf(parse(whole('\uFEFFdata: a\n\n')))).toEqual(['a']);
    expect(dataOf(parse(bytewise('\uFEFFdata: a\n\n')))).toEqual(['a']);
  });

  test('are the ones that the specification reads', () => {
    fc.assert(
      fc.property(stream, (text) => {
        expect(dataOf(parse(whole(text)))).toEqual(reference(text));
      }),
      { numRuns: 500 },
    );
  });

  test('are the same in whatever pieces the bytes arrive', () => {
    fc.assert(
      fc.property(stream, places, (text, at) => {
        const expected = parse(whole(text)).events;
        expect(parse(cut(text, at)).events).toEqual(expected);
        expect(parse(bytewise(text)).events).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('come as soon as they are complete', () => {
    const parser = new SseParser();
    expect(parser.push(Buffer.from('data: a\n'))).toHaveLength(0);
    expect(parser.push(Buffer.from('\ndata: b'))).toHaveLength(1);
    expect(parser.push(Buffer.from('\r'))).toHaveLength(0);
    expect(parser.push(Buffer.from('\r'))).toHaveLength(1);
  });
});

describe('kept bytes', () => {
  test('together are the input, in whatever pieces it arrived', () => {
    fc.assert(
      fc.property(stream, places, (text, at) => {
        for (const chunks of [whole(text), cut(text, at), bytewise(text)]) {
          const parsed = parse(chunks, { keepRaw: true });
          expect(parsed.raw.toString('utf8')).toBe(text);
          expect(dataOf(parsed)).toEqual(reference(text));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('together are the input also when it is no event stream at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, at) => {
        const input = Buffer.from(bytes);
        const chunks = [input.subarray(0, at % (input.length + 1)), input.subarray(at % (input.length + 1))];
        expect(parse(chunks, { keepRaw: true }).raw.equals(input)).toBe(true);
      }),
    );
  });

  test('stand with their own event', () => {
    const parser = new SseParser({ keepRaw: true });
    const events = parser.push(Buffer.from('event: x\r\ndata: a\r\n\r\ndata: b\n\n'));
    expect(events.map(({ raw }) => raw.toString())).toEqual(['event: x\r\ndata: a\r\n\r\n', 'data: b\n\n']);
  });
});

describe('an event that is too large', () => {
  const maxEventBytes = 40;

  test('has no data, and the next one is read again', () => {
    const text = `data: ${'x'.repeat(100)}\n\ndata: b\n\n`;
    for (const chunks of [whole(text), bytewise(text)])
      expect(parse(chunks, { maxEventBytes }).events).toEqual([undefined, 'b']);
  });

  test('still gives its bytes', () => {
    const text = `data: ${'x'.repeat(100)}\n\n`;
    for (const chunks of [whole(text), bytewise(text)]) {
      expect(parse(chunks, { maxEventBytes, keepRaw: true }).raw.toString()).toBe(text);
    }
  });

  test('is one event wherever it was cut: its later lines are not taken for an event of their own', () => {
    const text = `data: ${'x'.repeat(100)}\ndata: tail\n\ndata: b\n\n`;
    const [first = ''] = text.split('\n');
    const expected = [undefined, 'b'];
    expect(parse(whole(text), { maxEventBytes }).events).toEqual(expected);
    expect(
      parse([Buffer.from(first), Buffer.from(text.slice(first.length))], { maxEventBytes }).events,
    ).toEqual(expected);
    expect(parse(bytewise(text), { maxEventBytes }).events).toEqual(expected);
  });

  test('is told apart the same way in whatever pieces the bytes arrive', () => {
    fc.assert(
      fc.property(stream, places, (text, at) => {
        const expected = parse(whole(text), { maxEventBytes: 12 }).events;
        expect(parse(cut(text, at), { maxEventBytes: 12 }).events).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

test('an event too large to be read is passed on as it comes, and never piles up', () => {
  const parser = new SseParser({ keepRaw: true, maxEventBytes: 1000 });
  const part = Buffer.from('x'.repeat(600));
  const passed: Buffer[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    const events = parser.push(part);
    passed.push(...events.map(({ raw }) => raw));
    if (turn > 0) expect(events).toHaveLength(1);
  }
  passed.push(...parser.push(Buffer.from('\n\ndata: 1\n\n')).map(({ raw }) => raw));
  expect(Buffer.concat(passed).toString()).toBe(`${'x'.repeat(6000)}\n\ndata: 1\n\n`);
});

test('an event of very many short lines takes little more memory than it has bytes', () => {
  const parser = new SseParser({ keepRaw: true });
  const chunk = Buffer.from('data:\n'.repeat(10_000));
  const before = process.memoryUsage();
  for (let count = 0; count < 300; count += 1) expect(parser.push(chunk)).toEqual([]);
  const after = process.memoryUsage();
  expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(200_000_000);
  const [event] = parser.push(Buffer.from('\n'));
  expect([event?.raw.length, event?.data?.length]).toEqual([18_000_001, 2_999_999]);
});
