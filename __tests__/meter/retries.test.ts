import { describe, expect, test } from '@jest/globals';
import { fingerprintOf, RetryDetector } from '../../src/meter/retries.js';

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
    expect(new RetryDetector().isRetry({ 'x-stainless-retry-count': count }, 'a')).toBe(expected);
  });

  test('is one when the same body failed before', () => {
    const retries = new RetryDetector();
    const body = Buffer.from('{"model":"m"}');
    expect(retries.isRetry({}, fingerprintOf(body))).toBe(false);
    retries.noteFailure(fingerprintOf(body));
    expect(retries.isRetry({}, fingerprintOf(Buffer.from(body)))).toBe(true);
    expect(retries.isRetry({}, fingerprintOf(Buffer.from('{"model":"n"}')))).toBe(false);
  });

  test(`is recognised among the first ${REMEMBERED} failures; memory stays bounded`, () => {
    const retries = new RetryDetector();
    for (let call = 0; call <= REMEMBERED; call += 1) retries.noteFailure(`${call}`);
    expect(['0', `${REMEMBERED - 1}`, `${REMEMBERED}`].map((call) => retries.isRetry({}, call))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

test('a fingerprint keeps nothing of what the request says', () => {
  const fingerprint = fingerprintOf(Buffer.from('a prompt'));
  expect(fingerprint).toHaveLength(44);
  expect(Buffer.from(fingerprint, 'base64').toString('utf8')).not.toContain('prompt');
});
