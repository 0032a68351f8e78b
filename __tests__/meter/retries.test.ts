import { describe, expect, test } from '@jest/globals';
import { RetryDetector } from '../../src/meter/retries.js';
import { JsonBody } from '../../src/wire/json-body.js';

const REMEMBERED = 1000;

describe('a retry', () => {
  test.each([
    ['1', true],
    ['2', true],
    ['0', false],
    ['', false],
    ['many', false],
    [undefined, false],
  ])('is one when the client counts %p', (count, expected) => {
    expect(new RetryDetector().isRetry({ 'x-stainless-retry-count': count }, () => 'a')).toBe(expected);
  });

  test('is one when the same body failed before', () => {
    const retries = new RetryDetector();
    const fingerprintOf = (text: string) => new JsonBody(Buffer.from(text)).fingerprint;
    expect(retries.isRetry({}, () => fingerprintOf('{"model":"m"}'))).toBe(false);
    retries.noteFailure(fingerprintOf('{"model":"m"}'));
    expect(retries.isRetry({}, () => fingerprintOf('{"model":"m"}'))).toBe(true);
    expect(retries.isRetry({}, () => fingerprintOf('{"model":"n"}'))).toBe(false);
  });

  test('is none behind a good answer to the same body', () => {
    const retries = new RetryDetector();
    retries.noteFailure('a');
    retries.noteFailure('b');
    retries.noteSuccess(() => 'a');
    expect(['a', 'b'].map((body) => retries.isRetry({}, () => body))).toEqual([false, true]);
  });

  test(`is recognised among the first ${REMEMBERED} failures; memory stays bounded`, () => {
    const retries = new RetryDetector();
    for (let call = 0; call <= REMEMBERED; call += 1) retries.noteFailure(`${call}`);
    expect(
      ['0', `${REMEMBERED - 1}`, `${REMEMBERED}`].map((call) => retries.isRetry({}, () => call)),
    ).toEqual([true, true, false]);
  });
});
