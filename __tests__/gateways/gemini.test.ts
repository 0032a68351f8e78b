import { describe, expect, test } from '@jest/globals';
import { readFailure } from '../support/gateway-fixtures.js';

describe('gemini, when an answer is odd', () => {
  test('what the provider wrote does not become evidence whole', () => {
    const quotaId = `PerDay\n::error::two${'x'.repeat(1000)}`;
    const error = { status: 'RESOURCE_EXHAUSTED', details: [{ violations: [{ quotaId }] }] };
    expect(readFailure('gemini', 429, { error }).evidence).toMatch(/^.{1,200}$/);
  });

  test('the status of an error inside a stream stands in its code', () => {
    const error = { code: 402, message: 'm', status: 'RESOURCE_EXHAUSTED' };
    expect(readFailure('gemini', 200, { error }).kind).toBe('exhausted');
  });

  test('a detail that is no object does not hide the others', () => {
    const error = { code: 400, status: 'INVALID_ARGUMENT', details: ['x', { reason: 'API_KEY_INVALID' }] };
    expect(readFailure('gemini', 400, { error }).kind).toBe('unauthorised');
  });
});
