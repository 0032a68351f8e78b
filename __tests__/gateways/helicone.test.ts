import { describe, expect, test } from '@jest/globals';
import { readFailure } from '../support/gateway-fixtures.js';

describe('helicone, when an answer is odd', () => {
  test('a budget in cents comes back when its header says so', () => {
    const headers = {
      'helicone-ratelimit-policy': '1000;w=86400;u=cents',
      'helicone-ratelimit-remaining': '0',
      'helicone-ratelimit-reset': '41230',
    };
    expect(readFailure('helicone', 429, null, headers).resetsAt).toBe('2026-11-22T20:27:10.000Z');
  });

  test.each(['', 'unknown'])('%j left is not nothing left', (left) => {
    const headers = {
      'helicone-ratelimit-policy': '1000;w=60;u=cents',
      'helicone-ratelimit-remaining': left,
    };
    expect(readFailure('helicone', 429, null, headers).kind).toBe('rate-limited');
  });
});
