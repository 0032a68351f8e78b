import { expect, test } from '@jest/globals';
import { lastElement } from '../../src/wire/last-element.js';

test.each([
  ['[1,2,3]', '3'],
  ['[ 1 , "a,b" ]', '"a,b"'],
  ['[[1,2],[3,4]]', '[3,4]'],
  ['[{"a":[1,2]},{"b":"]"}]', '{"b":"]"}'],
  ['["a\\"],","b\\\\"]', '"b\\\\"'],
  ['[1]', '1'],
  ['[]', undefined],
  ['[ \n ]', undefined],
  ['{"a":1}', undefined],
  ['"[1]"', undefined],
])('%s ends in %s', (text, expected) => {
  const bytes = Buffer.from(text);
  const found = lastElement(bytes);
  expect(found && bytes.toString('utf8', found.start, found.end)).toBe(expected);
});
