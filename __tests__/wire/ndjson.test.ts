import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseNdjson } from '../../src/wire/ndjson.js';

describe('parseNdjson', () => {
  test('reads back every line that was written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const lines = values.map((value) => JSON.stringify(value));
        expect(parseNdjson(lines.map((line) => `${line}\n`).join(''))).toEqual(
          lines.map((line) => JSON.parse(line)),
        );
      }),
    );
  });

  test('loses at most the last line, wherever the file was cut', () => {
    const text = '{"id":1,"t":"é"}\n{"id":2}\n{"id":3}\n';
    const entire = [{ id: 1, t: 'é' }, { id: 2 }, { id: 3 }];
    for (let length = 0; length <= text.length; length += 1) {
      const cut = text.slice(0, length);
      const complete = cut.split('\n').length - 1;
      const read = parseNdjson(cut);
      expect(read.slice(0, complete)).toEqual(entire.slice(0, complete));
      expect(read.length).toBeLessThanOrEqual(complete + 1);
    }
  });

  test.each([
    ['', []],
    ['\n\n  \n', []],
    ['{"a":1}\r\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    ['{"a":1}\n{"half\n{"b":2}\n', [{ a: 1 }, { b: 2 }]],
  ])('%j', (text, expected) => {
    expect(parseNdjson(text)).toEqual(expected);
  });
});
