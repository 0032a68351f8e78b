import { describe, expect, test } from '@jest/globals';
import { endToEndHeaders, headerRecord } from '../../src/wire/headers.js';

describe('endToEndHeaders', () => {
  test('keeps order, spelling and repeats', () => {
    const raw = ['Content-Type', 'a', 'X-One', '1', 'x-one', '2', 'Set-Cookie', 'c'];
    expect(endToEndHeaders(raw)).toEqual(raw);
  });

  test.each([
    'Connection',
    'Keep-Alive',
    'Proxy-Authorization',
    'Proxy-Connection',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
  ])('%s ends at this hop', (name) => {
    expect(endToEndHeaders([name, 'x', 'Accept', 'y'])).toEqual(['Accept', 'y']);
  });

  test('so do the headers that Connection names, in any case', () => {
    const raw = [
      'X-Hop',
      '1',
      'connection',
      'close, X-HOP',
      'Connection',
      'x-other',
      'X-Other',
      '2',
      'X-Stays',
      '3',
    ];
    expect(endToEndHeaders(raw)).toEqual(['X-Stays', '3']);
  });

  test('so do the ones that the caller rewrites', () => {
    expect(endToEndHeaders(['Host', 'h', 'A', 'b'], new Set(['host']))).toEqual(['A', 'b']);
  });
});

describe('headerRecord', () => {
  test('has lower-case names and joins what is repeated', () => {
    expect(headerRecord(['X-A', '1', 'x-a', '2', 'B', ''])).toEqual({ 'x-a': '1, 2', b: '' });
  });

  test('reads a header that is named like a member of every object', () => {
    expect(headerRecord(['Constructor', 'x'])['constructor']).toBe('x');
  });
});
