import { describe, expect, test } from '@jest/globals';
import { RetryDetector } from '../../src/meter/retries.js';

const body = Buffer.from('{"model":"m"}');

describe('a retry', () => {
  test.each([
    ['1', true],
    ['2', true],
    ['0', false],
    ['', false],
    ['many', false],
    [undefined, false],
  ])('is one when the client counts %p', (count, expected) => {
    expect(new RetryDetector().isRetry({ 'x-stainless-retry-count': count }, body)).toBe(expected);
  });

  test('is one when the same body failed before', () => {
    const retries = new RetryDetector();
    expect(retries.isRetry({}, body)).toBe(false);
    retries.noteFailure(body);
    expect(retries.isRetry({}, Buffer.from(body))).toBe(true);
    expect(retries.isRetry({}, Buffer.from('{"model":"n"}'))).toBe(false);
  });

  test('is not remembered without end', () => {
    const retries = new RetryDetector();
    for (let call = 0; call < 1001; call += 1) retries.noteFailure(Buffer.from(String(call)));
    expect(retries.isRetry({}, Buffer.from('0'))).toBe(true);
    expect(retries.isRetry({}, Buffer.from('never'))).toBe(false);
  });
});
