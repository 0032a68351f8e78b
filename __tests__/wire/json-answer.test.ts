import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { AppError } from '../../src/core/errors.js';
import { RefusedAnswer } from '../../src/core/failure.js';
import { failedAnswer, parseAnswer, readJson } from '../../src/wire/json-answer.js';

const WHAT = 'litellm GET /key/info';
const schema = z.object({ spend: z.number() });
const answer = (status: number, text: string) => ({ status, headers: {}, text });
const parse = (status: number, text: string) => parseAnswer(answer(status, text), WHAT, schema);

test('text that is not JSON stays text', () => {
  expect(readJson('{"a":1}')).toEqual({ a: 1 });
  expect(readJson('<html>')).toBe('<html>');
  expect(readJson('')).toBe('');
});

describe('parseAnswer', () => {
  test('gives what the schema takes', () => {
    expect(parse(200, '{"spend": 1.5, "more": true}')).toEqual({ spend: 1.5 });
  });

  test.each([
    [200, '<!doctype html><html>', 'upstream-failed', /an HTML page instead of JSON: check the URL/],
    [200, '', 'upstream-failed', /an empty body/],
    [200, '{"spend": 1', 'upstream-failed', /broken or truncated JSON/],
    [200, '{"spend": "much"}', 'wire-format', /litellm GET \/key\/info/],
    [200, 'null', 'wire-format', /litellm GET \/key\/info/],
    [500, '{"error": {"message": "Out of order."}}', 'upstream-failed', /answered 500: Out of order\./],
    [502, '<html><body>Bad gateway', 'upstream-failed', /answered 502: an HTML page/],
    [302, '', 'upstream-failed', /answered 302$/],
  ])('with status %p and %j says what is wrong', (status, text, code, message) => {
    const attempt = () => parse(status, text);
    expect(attempt).toThrow(AppError);
    expect(attempt).toThrow(expect.objectContaining({ code }));
    expect(attempt).toThrow(message);
  });
});

test.each([401, 403])('after status %p the key is to be checked', (status) => {
  expect(failedAnswer(answer(status, '{}'), WHAT).hint).toMatch(/Check the key/);
});

describe('an answer with an error status', () => {
  test('comes along with the error, so that the gateway can say what it means', () => {
    const body = { error: { message: 'Out of money.', type: 'budget_exceeded' } };
    const headers = { 'retry-after': '5' };
    const error = failedAnswer({ status: 429, headers, text: JSON.stringify(body) }, WHAT);
    expect(error).toBeInstanceOf(RefusedAnswer);
    expect(error).toMatchObject({ code: 'upstream-failed', kind: 'upstream', exitCode: 4 });
    expect(error.answer).toEqual({ status: 429, headers, body });
  });

  test('comes along as text where it is not JSON', () => {
    expect(failedAnswer(answer(502, '<html>Bad gateway'), WHAT).answer.body).toBe('<html>Bad gateway');
    expect(failedAnswer(answer(500, ''), WHAT).answer.body).toBe('');
  });

  test('is refused by parseAnswer, also where its body has the right shape', () => {
    expect(() => parse(500, '{"spend": 1}')).toThrow(RefusedAnswer);
    expect(() => parse(304, '{"spend": 1}')).toThrow(RefusedAnswer);
  });

  test('that is no refusal is another error', () => {
    for (const text of ['<html>', '', '{"spend": "much"}'])
      expect(() => parse(200, text)).not.toThrow(RefusedAnswer);
  });
});
