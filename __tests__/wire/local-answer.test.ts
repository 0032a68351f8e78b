import { expect, test } from '@jest/globals';
import { jsonAnswer, textAnswer } from '../../src/wire/local-answer.js';

test('an answer of our own is in the form it says, and asks clients not to try again', () => {
  expect(jsonAnswer(402, { error: 'é' })).toEqual({
    status: 402,
    headers: { 'content-type': 'application/json', 'x-should-retry': 'false' },
    body: '{"error":"é"}',
  });
  expect(textAnswer(404, 'no')).toMatchObject({
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-should-retry': 'false' },
    body: 'no',
  });
});
