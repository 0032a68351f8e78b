import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BodyPieces, chunksOf } from '../../src/meter/chunks.js';
import { type Pieces, SeenText } from '../../src/meter/seen-text.js';

const message = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] });
const bodyOf = (...texts: string[]): Buffer =>
  Buffer.from(
    JSON.stringify({ model: 'm', messages: texts.map(message), tools: [{ name: 'tool' }, { name: 't' }] }),
  );
const sum = (sizes: Iterable<number>): number => [...sizes].reduce((all, size) => all + size, 0);
/** Told apart already. */
const told = (sizes: Iterable<readonly [string, number]>): Pieces => ({
  chunks: new Map(sizes),
  heldBytes: 0,
});
const long = (letter: string, times = 1000): string => letter.repeat(times);

describe('the pieces of a body', () => {
  test('are all of its bytes', () => {
    const body = bodyOf(long('a'), long('b'), 'c');
    expect(sum(chunksOf(body).values())).toBe(body.length);
  });

  test('stay the same when more is added behind them', () => {
    const before = chunksOf(bodyOf(long('a'), long('b'), long('c')));
    const after = chunksOf(bodyOf(long('a'), long('b'), long('c'), long('d')));
    expect([...before.keys()].slice(0, 2)).toEqual([...after.keys()].slice(0, 2));
  });

  test('count once, however often they stand there', () => {
    const body = bodyOf(...Array.from({ length: 10 }, () => long('a')));
    expect(sum(chunksOf(body).values())).toBeLessThan(body.length / 2);
  });

  test('are not endless', () => {
    expect(chunksOf(Buffer.from(`[${`{"a":${long('1', 300)}},`.repeat(9000)}]`)).size).toBeLessThan(4100);
  });
});

describe('how many tokens a body can have at most', () => {
  const bytes = 10_000;
  const asked = told([
    ['a', 6000],
    ['b', 4000],
  ]);

  test('is its bytes, where none of it was seen', () => {
    const seen = new SeenText();
    seen.learn('k', told([['z', 10_000]]), 2000);
    expect(seen.bound('k', asked, bytes)).toBe(10_000);
  });

  test('is what a call came to that it goes on from, and the bytes that are new', () => {
    const seen = new SeenText();
    seen.learn('k', told([['a', 6000]]), 1500);
    expect(seen.bound('k', asked, bytes)).toBe(1500 + 4000);
    // What stands there more than once is told in bytes alone.
    expect(seen.bound('k', asked, bytes + 500)).toBe(1500 + 4500);
  });

  test('is never put together from several calls, of which each told of all of its own', () => {
    const seen = new SeenText();
    seen.learn('k', told([['a', 6000]]), 1500);
    seen.learn('k', told([['b', 4000]]), 1000);
    expect(seen.bound('k', asked, bytes)).toBe(1500 + 4000);
  });

  test('is not told by calls to other models', () => {
    const seen = new SeenText();
    seen.learn('other', asked, 1500);
    expect(seen.bound('k', asked, bytes)).toBe(10_000);
  });

  test('is told by one of the last calls, of however many', () => {
    const seen = new SeenText();
    for (let call = 0; call < 300; call += 1)
      seen.learn(
        'k',
        told([
          ['tools', 1000],
          [`${call}`, 5000],
        ]),
        1500,
      );
    const of = (call: number) =>
      seen.bound(
        'k',
        told([
          ['tools', 1000],
          [`${call}`, 5000],
        ]),
        6000,
      );
    expect(of(299)).toBe(1500);
    expect(of(60)).toBe(1500);
    expect(of(0)).toBeGreaterThanOrEqual(1500);
  });

  test('is never below what the bytes really are, whatever was sent before', () => {
    // Every piece has a density of its own, which all calls with it share.
    const piece = fc.record({ name: fc.integer({ min: 0, max: 8 }), size: fc.constant(1000) });
    const densityOf = (name: number): number => [0.2, 1, 0.25, 0.9, 0.3, 1, 0.1, 0.5, 0.7][name] ?? 1;
    const call = fc.uniqueArray(piece, { selector: ({ name }) => name, minLength: 1 });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 20 }), call, (before, asked) => {
        const seen = new SeenText();
        const tokensOf = (pieces: typeof asked) =>
          sum(pieces.map(({ name, size }) => size * densityOf(name)));
        const chunksFrom = (pieces: typeof asked) =>
          told(pieces.map(({ name, size }) => [`${name}`, size] as const));
        for (const pieces of before) seen.learn('k', chunksFrom(pieces), tokensOf(pieces));
        expect(seen.bound('k', chunksFrom(asked), asked.length * 1000)).toBeGreaterThanOrEqual(
          tokensOf(asked) - 1e-6,
        );
      }),
    );
  });
});

test('what is remembered of long conversations is bounded, and what came last is kept', () => {
  const seen = new SeenText();
  const piecesOf = (call: number) =>
    told(Array.from({ length: 4000 }, (_, piece) => [`${call} ${piece}`, 100] as const));
  for (let call = 0; call < 40; call += 1) seen.learn('k', piecesOf(call), 1000);
  expect(seen.bound('k', piecesOf(0), 400_000)).toBe(400_000);
  expect(seen.bound('k', piecesOf(39), 400_000)).toBe(1000);
});

describe('calls that nobody has asked for', () => {
  const body = bodyOf(long('a'), long('b'));

  test('are looked at when somebody does, and let go of', () => {
    const seen = new SeenText();
    const pieces = new BodyPieces([body.subarray(0, 700), body.subarray(700)]);
    seen.learn('k', pieces, 500);
    expect(pieces.heldBytes).toBe(body.length);
    expect(seen.bound('k', new BodyPieces([body]), body.length)).toBe(500);
    expect(pieces.heldBytes).toBe(0);
  });

  test('are looked at at once where they are too large to be held, and drive out no others', () => {
    const seen = new SeenText();
    const pieces = new BodyPieces([Buffer.alloc(5 * 1024 * 1024, 'y')]);
    seen.learn('k', new BodyPieces([body]), 500);
    seen.learn('k', pieces, 300_000);
    expect(pieces.heldBytes).toBe(0);
    expect(seen.bound('k', new BodyPieces([body]), body.length)).toBe(500);
  });

  test('are forgotten, the oldest first, where they are large', () => {
    const seen = new SeenText();
    const large = Buffer.alloc(1024 * 1024, 'x');
    seen.learn('k', new BodyPieces([body]), 500);
    for (let call = 0; call < 4; call += 1) seen.learn('k', new BodyPieces([large]), 100_000);
    expect(seen.bound('k', new BodyPieces([body]), body.length)).toBe(body.length);
    expect(seen.bound('k', new BodyPieces([large]), large.length)).toBe(100_000);
  });
});
