import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { renderWasm } from '../../scripts/wasm.js';
import { NO_END, NO_END_ESCAPED, stringEnd } from '../../src/wire/json-string.js';
import { searchStringEnd } from '../../src/wire/string-search.js';

const KIB = 1024;

/** As it is defined: byte by byte. */
function readEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    if (bytes[at] === 0x22) return at + 1;
    at += bytes[at] === 0x5c ? 2 : 1;
  }
  return at > bytes.length ? NO_END_ESCAPED : NO_END;
}

/** Code as prompts hold it, with quotes and backslashes in every arrangement, and long stretches of neither. */
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 90 }).map((length) => 'x'.repeat(length)) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 20 }).map((length) => '\\'.repeat(length)) },
      { weight: 2, arbitrary: fc.constant('\\"') },
      { weight: 1, arbitrary: fc.constant('"') },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** The same over and over, up to some size: below, within and above what is searched by vectors. */
const piece = fc
  .tuple(
    text,
    fc.oneof(fc.integer({ min: 1, max: 9 * KIB }), fc.constantFrom(4 * KIB, 64 * KIB, 64 * KIB + 1)),
  )
  .map(([part, size]) => Buffer.alloc(size, part === '' ? 'x' : part));

describe('the end of a string', () => {
  test('is where reading it byte by byte would find it, in pieces of any size and from everywhere', () => {
    fc.assert(
      fc.property(piece, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, share) => {
        let from = Math.floor(share * bytes.length);
        for (let strings = 0; strings < 20 && from >= 0 && from <= bytes.length; strings += 1) {
          const end = stringEnd(bytes, from);
          expect(end).toBe(readEnd(bytes, from));
          from = end;
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([0, 1, 2, 15, 16, 17, 31])(
    'is found behind %d backslashes, wherever the sixteens begin',
    (backslashes) => {
      for (let before = 0; before < 40; before += 1) {
        const bytes = Buffer.alloc(5 * KIB, 'x');
        const quote = 20 + before + backslashes;
        bytes.fill('\\', 20 + before, quote);
        bytes.write('"', quote);
        bytes.write('"', 3000);
        expect(stringEnd(bytes, 0)).toBe(backslashes % 2 === 0 ? quote + 1 : 3001);
      }
    },
  );

  test('is not in what an earlier, longer piece has left behind', () => {
    const [quotes, none] = [Buffer.alloc(64 * KIB, '"'), Buffer.alloc(5 * KIB + 3, 'x')];
    expect([stringEnd(quotes, 0), stringEnd(none, 0), stringEnd(quotes, 100)]).toEqual([1, NO_END, 101]);
    const escaping = Buffer.concat([none, Buffer.from('\\')]);
    expect([stringEnd(escaping, 0), stringEnd(quotes, 0)]).toEqual([NO_END_ESCAPED, 1]);
  });

  test('is looked for by vectors where the piece is worth a copy, has room, and is no part of more that it would keep', () => {
    const sizes = [4 * KIB - 1, 4 * KIB, 64 * KIB, 64 * KIB + 1];
    const pieces = [
      ...sizes.map((size) => Buffer.alloc(size, '"')),
      Buffer.alloc(70 * KIB, '"').subarray(0, 5 * KIB),
    ];
    expect(pieces.map((bytes) => searchStringEnd(bytes, 7))).toEqual([undefined, 8, 8, undefined, undefined]);
  });
});

describe('a machine without vectors', () => {
  const { WebAssembly: real } = globalThis;
  afterEach(() => {
    globalThis.WebAssembly = real;
  });

  test('finds the same', async () => {
    jest.resetModules();
    const none: Partial<typeof globalThis> = globalThis;
    delete none.WebAssembly;
    const plain = await import('../../src/wire/json-string.js');
    const plainSearch = await import('../../src/wire/string-search.js');
    const bytes = Buffer.alloc(8 * KIB, String.raw`code \"with\" escapes \\" and ends`);
    expect(plainSearch.searchStringEnd(bytes, 0)).toBeUndefined();
    for (let from = 0; from < 200; from += 1)
      expect(plain.stringEnd(bytes, from)).toBe(stringEnd(bytes, from));
  });
});

test('the committed bytes are what the assembler makes of the text', async () => {
  const path = fileURLToPath(new URL('../../src/wire/string-end-wasm.ts', import.meta.url));
  expect(readFileSync(path, 'utf8')).toBe(await renderWasm());
});
