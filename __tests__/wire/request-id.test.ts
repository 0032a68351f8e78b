import { expect, test } from '@jest/globals';
import { readRequestId } from '../../src/wire/request-id.js';

const same = (text: string): string => text;

test.each([
  [{ 'request-id': 'req_011CSHoEeqs5C35K2UUqR7Fy' }, 'req_011CSHoEeqs5C35K2UUqR7Fy'],
  [{ 'x-request-id': '4f7a2b9c-0d1e-4c3b-8a6f-5e2d1c0b9a87' }, '4f7a2b9c-0d1e-4c3b-8a6f-5e2d1c0b9a87'],
  [{ 'request-id': 'a', 'x-request-id': 'b' }, 'a'],
  [{}, undefined],
  [{ 'request-id': '' }, undefined],
  [{ 'request-id': 'x'.repeat(129) }, undefined],
  [{ 'request-id': '::error::forged' }, undefined],
  [{ 'request-id': 'with blanks, or <b>marks</b>' }, undefined],
  [{ 'request-id': 'a\nb' }, undefined],
])('%j is %s', (headers, id) => {
  expect(readRequestId(headers as Record<string, string>, same)).toBe(id);
});

test('an id that repeats a secret is not kept', () => {
  expect(
    readRequestId({ 'request-id': 'sk-secret' }, (text) => text.replace('sk-secret', '***')),
  ).toBeUndefined();
});
