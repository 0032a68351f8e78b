import { describe, expect, test } from '@jest/globals';
import { isAuthorised, passedValue, redact, swapQuery } from '../../src/meter/credentials.js';

const both = { token: 'sk-run-token', key: 'sk-real+key' };
const own = { token: undefined, key: undefined };

describe('a request may use the meter', () => {
  test.each([
    [['Authorization', 'Bearer sk-run-token'], ''],
    [['authorization', 'bearer  sk-run-token'], ''],
    [['authorization', 'sk-run-token'], ''],
    [['X-Api-Key', 'sk-run-token'], ''],
    [['x-goog-api-key', 'sk-run-token'], ''],
    [['api-key', 'sk-run-token'], ''],
    [['authorization', 'Bearer other', 'x-api-key', 'sk-run-token'], ''],
    [[], '?alt=sse&key=sk-run-token'],
  ])('with the run token in %j %s', (headers, query) => {
    expect(isAuthorised(both, headers, query)).toBe(true);
  });

  test.each([
    [[], ''],
    [['authorization', 'Bearer other'], ''],
    [['authorization', 'Bearer sk-run-toke'], ''],
    [['authorization', 'Bearer sk-run-tokenx'], ''],
    [['authorization', ''], '?key='],
    [['cookie', 'sk-run-token'], ''],
    [['x-run-token', 'sk-run-token'], '?token=sk-run-token'],
    [['sk-run-token', 'authorization'], ''],
  ])('not with %j %s', (headers, query) => {
    expect(isAuthorised(both, headers, query)).toBe(false);
  });

  test('with anything, when the agent uses credentials of its own', () => {
    expect(isAuthorised(own, [], '')).toBe(true);
  });
});

describe('on the way out', () => {
  test.each([
    ['authorization', 'Bearer sk-run-token', 'Bearer sk-real+key'],
    ['authorization', 'sk-run-token', 'sk-real+key'],
    ['x-api-key', 'sk-run-token', 'sk-real+key'],
    ['accept', 'sk-run-token', 'sk-run-token'],
  ])('%s: %s leaves as %s', (name, value, expected) => {
    expect(passedValue(both, name, value)).toBe(expected);
  });

  test('other credentials of the client are dropped', () => {
    expect(passedValue(both, 'x-api-key', 'sk-own')).toBeUndefined();
  });

  test('a key in the query leaves as a header, and nowhere else is a token replaced', () => {
    const headers = ['x-goog-api-key', 'sk-real+key'];
    expect(swapQuery(both, '?alt=sse&key=sk-run-token')).toEqual({ query: '?alt=sse', headers });
    expect(swapQuery(both, '?key=sk-run-token')).toEqual({ query: '', headers });
    expect(swapQuery(both, '?after_id=sk-run-token')).toEqual({
      query: '?after_id=sk-run-token',
      headers: [],
    });
    expect(swapQuery(both, '?k%65y=sk-run-token&%6bey=sk-own&a=%2e')).toEqual({ query: '?a=%2e', headers });
    expect(swapQuery(both, '')).toEqual({ query: '', headers: [] });
  });

  test('nothing changes when the agent uses credentials of its own', () => {
    expect(passedValue(own, 'authorization', 'Bearer mine')).toBe('Bearer mine');
    expect(swapQuery(own, '?key=mine')).toEqual({ query: '?key=mine', headers: [] });
  });
});

test('a key is taken out of a text, and a word that stands in for one is not', () => {
  expect(redact({ token: 't', key: 'sk-real+key' }, 'Bearer sk-real+key, sk-real%2Bkey')).toBe(
    'Bearer ***, ***',
  );
  expect(redact({ token: 't', key: 'json' }, 'application/json')).toBe('application/json');
  const quoted = 'sk-re"al/key';
  for (const spelt of [JSON.stringify(quoted), JSON.stringify(quoted).replaceAll('/', '\\/')])
    expect(redact({ token: 't', key: quoted }, `x ${spelt} y`)).toBe('x "***" y');
});
