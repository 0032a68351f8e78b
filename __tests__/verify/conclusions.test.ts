/** Outcome, log record and contract that follow from what was found. */
import { describe, expect, test } from '@jest/globals';
import { contractOf, logRecordOf, outcomeOf } from '../../src/verify/conclusions.js';
import { answerOf, type Changes, failureOf, foundWith, refusedWith, WRONG_KEY } from './found.js';

describe('the outcome', () => {
  test.each([
    ['all is well', {}, 'pass'],
    ['one answer is refuted', { exhaustion: { enforcement: 'soft' } }, 'fail'],
    ['keys are not separate', { isolation: { keys: 'shared' } }, 'fail'],
    [
      'the first call was refused',
      { happy: { answer: answerOf({ failure: failureOf('unknown') }) } },
      'fail',
    ],
    ['the end was not reached', { exhaustion: { refusal: undefined, enforcement: undefined } }, 'incomplete'],
    ['exhaustion was not tried', { exhaustion: undefined }, 'incomplete'],
    ['something was not tried', { rest: { skipped: ['isolation: it needs a key'] } }, 'incomplete'],
    [
      'the first call was never sent',
      {
        exhaustion: undefined,
        happy: { answer: answerOf({ isSent: false, status: 0, failure: failureOf('unknown') }) },
      },
      'incomplete',
    ],
    ['usage is not reported', { happy: { usage: 'missing' } }, 'incomplete'],
    ['no calls told what they cost', { exhaustion: { enforcement: undefined } }, 'incomplete'],
    ['no refusal was seen', { exhaustion: { refusal: undefined } }, 'incomplete'],
    ['something could not be seen', { fallback: { fallback: undefined } }, 'pass'],
  ] satisfies [string, Changes, string][])('where %s', (_name, changes, outcome) => {
    expect(outcomeOf(foundWith(changes))).toBe(outcome);
  });
});

describe('the log record', () => {
  test('is this', () => {
    expect(logRecordOf(foundWith())).toEqual({
      smoke_test_run_id: '42-1',
      gateway_key_label: 'ci-agent-test',
      request_count: 20,
      total_input_tokens: 280,
      total_output_tokens: 3000,
      budget_limit_configured: '0.05 USD',
      budget_exhaustion_observed: true,
      error_code_observed: 'budget_exceeded',
      log_entry_verified: true,
      cross_key_isolation_verified: true,
      test_outcome: 'pass',
      notes: '',
    });
  });

  test.each([
    ['no budget known', { rest: { limitNanoUsd: undefined } }, { budget_limit_configured: null }],
    [
      'tokens not reported',
      { rest: { tally: { requests: 2, inputTokens: 5, outputTokens: 5, unreported: 1 } } },
      { request_count: 2, total_input_tokens: null, total_output_tokens: null },
    ],
    [
      'no exhaustion tried',
      { exhaustion: undefined },
      { budget_exhaustion_observed: null, error_code_observed: null },
    ],
    ['no exhaustion seen', { exhaustion: { refusal: undefined } }, { budget_exhaustion_observed: false }],
    [
      'no word in the refusal',
      { exhaustion: { refusal: refusedWith(402, undefined, 'exhausted') } },
      { error_code_observed: '402' },
    ],
    ['a late count', { happy: { counted: 'late' } }, { log_entry_verified: false }],
    ['a count that cannot be read', { happy: { counted: 'unknown' } }, { log_entry_verified: null }],
    ['shared keys', { isolation: { keys: 'shared' } }, { cross_key_isolation_verified: false }],
    ['keys not tried', { isolation: undefined }, { cross_key_isolation_verified: null }],
  ] satisfies [string, Changes, object][])('with %s', (_name, changes, fields) => {
    const log = logRecordOf(foundWith(changes));
    expect(log).toMatchObject(fields);
    expect(Object.keys(log)).toHaveLength(12);
  });

  test('names in its notes all that is refuted, shared, or not tried', () => {
    const { notes } = logRecordOf(
      foundWith({
        exhaustion: { enforcement: 'soft' },
        fallback: { fallback: 'uncapped' },
        isolation: { keys: 'shared', evidence: 'the second key got status 429' },
        rest: { skipped: ['request-ceiling: not wanted'] },
      }),
    );
    for (const part of ['enforcement: ', 'fallback: ', 'isolation: ', 'request-ceiling: '])
      expect(notes).toContain(part);
  });
});

describe('the contract', () => {
  test('is this', () => {
    expect(contractOf(foundWith())).toEqual({
      gateway: 'litellm',
      gatewayVersion: '1.80.0',
      verifiedAt: '2026-11-22',
      exhaustion: { status: 429, code: 'budget_exceeded', looksLike: undefined },
      enforcement: 'hard',
      overshootPercent: 2.5,
      lagMs: 1200,
      requestCeiling: 'rejects',
      keys: 'separate',
      fallback: 'capped',
    });
  });

  test('says nothing about what was not seen', () => {
    const nothing = { ceiling: undefined, exhaustion: undefined, isolation: undefined, fallback: undefined };
    expect(contractOf(foundWith({ ...nothing, happy: { lagMs: undefined } }))).toEqual({
      gateway: 'litellm',
      gatewayVersion: '1.80.0',
      verifiedAt: '2026-11-22',
      exhaustion: undefined,
      enforcement: undefined,
      overshootPercent: undefined,
      lagMs: undefined,
      requestCeiling: undefined,
      keys: undefined,
      fallback: undefined,
    });
  });

  test.each([
    ['a word that told it', 429, 'house_word', 'high', 'house_word', undefined],
    ['a word beside the wording that told it', 400, 'invalid_request_error', 'low', undefined, 'unknown'],
    ['a word beside a status that means money', 402, 'api_error', 'medium', undefined, undefined],
  ] as const)('goes by %s', (_name, status, word, confidence, code, looksLike) => {
    const refusal = answerOf({ status, words: [word], failure: failureOf('exhausted', { confidence }) });
    expect(contractOf(foundWith({ exhaustion: { refusal } })).exhaustion).toEqual({
      status,
      code,
      looksLike,
    });
  });

  test('keeps no overshoot where nothing is known of a cap', () => {
    const seen = { enforcement: undefined, overshootPercent: 3 };
    expect(contractOf(foundWith({ exhaustion: seen })).overshootPercent).toBeUndefined();
  });

  test('knows an answer that a wrong key gets too', () => {
    const { exhaustion } = contractOf(
      foundWith({ exhaustion: { refusal: WRONG_KEY, looksLike: 'unknown' } }),
    );
    expect(exhaustion).toEqual({ status: 401, code: 'invalid_api_key', looksLike: 'unauthorised' });
  });
});
