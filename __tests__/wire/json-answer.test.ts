import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { AppError } from '../../src/core/errors.js';
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
