import { describe, expect, test } from '@jest/globals';
import { readFailure } from '../support/gateway-fixtures.js';

describe('kong, when an answer is odd', () => {
  test('an empty header is not a zero', () => {
    const { evidence } = readFailure('kong', 429, null, { 'x-ai-ratelimit-remaining-minute-openai': '' });
    expect(evidence).toBe('status 429');
  });
});
