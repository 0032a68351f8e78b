import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KeyScreen, maskKey } from '../../src/meter/key-screen.js';

const KEY = 'sk-aasks/k"+=';
const credentials = { token: 'sk-run', key: KEY };
const SPELT = [KEY, encodeURIComponent(KEY), JSON.stringify(KEY).slice(1, -1), 'sk-aasks\\/k\\"+='];

function screened(chunks: readonly Buffer[]): string {
  const screen = new KeyScreen(credentials);
  return Buffer.concat([...chunks.map((chunk) => screen.push(chunk)), screen.end()]).toString('latin1');
}
const masked = (text: string): string =>
  SPELT.reduce((left, word) => left.replaceAll(word, '*'.repeat(word.length)), text);

describe('the key in an answer', () => {
  const piece = fc.constantFrom(
    ...SPELT,
    's',
    'sk',
    'sk-',
    'sk-a',
    'sk-aas',
    KEY.slice(0, -1),
    'k"+=',
    'x',
    '%',
    '\n',
  );
  test('is gone wherever the answer is cut, and not a byte more or less is there', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(150)), (pieces, places) => {
        const bytes = Buffer.from(pieces.join(''), 'latin1');
        const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
          (a, b) => a - b,
        );
        const chunks = ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
        expect(screened(chunks)).toBe(masked(pieces.join('')));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(SPELT)('spelt %s is gone from a whole answer', (word) => {
    const bytes = Buffer.from(`{"error":"no ${word}, ${word}"}`);
    expect(maskKey(credentials, bytes).toString()).toBe(masked(bytes.toString()));
    expect(bytes.toString()).toContain(word);
  });
});

test('what cannot be the beginning of a key waits for nothing, and is no copy', () => {
  const screen = new KeyScreen(credentials);
  const event = Buffer.from('data: {"text":"ask-sk-x"}\n\n');
  expect(screen.push(event)).toBe(event);
  expect(screen.push(Buffer.from('data: sk-a')).toString()).toBe('data: ');
  expect(screen.push(Buffer.from('b')).toString()).toBe('sk-ab');
  expect(screen.end()).toHaveLength(0);
});

test('an agent with credentials of its own gets each piece as it came', () => {
  const screen = new KeyScreen({ token: undefined, key: undefined });
  const bytes = Buffer.from('sk-');
  expect(screen.push(bytes)).toBe(bytes);
  expect(maskKey({ token: undefined, key: undefined }, bytes)).toBe(bytes);
});

test('a key that is a word and stands in any text is left alone', () => {
  const answer = Buffer.from('{"model":"ollama","text":"none"}');
  for (const key of ['none', 'ollama', 'model'])
    expect(maskKey({ ...credentials, key }, answer)).toBe(answer);
});
