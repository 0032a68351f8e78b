import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Step } from '../../src/ports/dialect.js';
import { JsonBody } from '../../src/wire/json-body.js';

const body = (text: string): JsonBody => new JsonBody(Buffer.from(text));
const textOf = (json: JsonBody): string => json.bytes.toString('utf8');

/** Any JSON object, in whatever blanks and escapes it may be written. */
const blanks = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const key = fc.oneof(
  fc.constantFrom('model', 'max_tokens', 'stream', 'options', 'a"b', 'back\\slash', '', 'é'),
  fc.string({ maxLength: 6 }),
);
const leaf = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('}', '"', '\\', '\\"', '{"a":1}', ',', 'a\nb', '\u2028'),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc
    .uniqueArray(fc.tuple(key, tie('value')), {
      maxLength: 4,
      selector: ([name]) => name.toLowerCase().replaceAll('ſ', 's'),
    })
    .map((entries) => Object.fromEntries(entries)),
}));
const written = fc
  .tuple(object, blanks, blanks, fc.constantFrom(undefined, 1, '\t'))
  .map(([value, before, after, indent]) => {
    const numbers = JSON.stringify(value, (_, held) => (Object.is(held, -0) ? 0 : held), indent);
    return `${before}${numbers}${after}`;
  });

describe('get', () => {
  test('finds what JSON.parse finds, at every top-level key', () => {
    fc.assert(
      fc.property(written, (text) => {
        const json = body(text);
        for (const [name, value] of Object.entries(JSON.parse(text))) expect(json.get(name)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, string[], unknown]>([
    ['{"a":{"b":{"c":7}}}', ['a', 'b', 'c'], 7],
    ['{"a":{"b":1}}', ['a', 'x'], undefined],
    ['{"a":[{"b":1}]}', ['a', 'b'], undefined],
    ['{"a":"text"}', ['a', 'b'], undefined],
    ['{"a":null}', ['a'], null],
    ['{"MAX_Tokens":5}', ['max_tokens'], 5],
    ['{"max\\u005ftokens":5}', ['max_tokens'], 5],
    ['{"a":"\\\\\\"}","b":2}', ['b'], 2],
    ['{ }', ['a'], undefined],
  ])('%s at %j', (text, path, expected) => {
    expect(body(text).get(...path)).toEqual(expected);
  });
});

describe('in whatever pieces it arrives', () => {
  const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 8 });
  const inPieces = (text: string, at: readonly number[]): JsonBody => {
    const bytes = Buffer.from(text);
    const json = new JsonBody();
    let from = 0;
    for (const until of [...at.toSorted((a, b) => a - b), bytes.length]) {
      json.push(bytes.subarray(from, Math.max(from, until)));
      from = Math.max(from, Math.min(until, bytes.length));
    }
    json.end();
    return json;
  };

  test('the same is found and edited as in one piece', () => {
    fc.assert(
      fc.property(written, cuts, (text, at) => {
        const [whole, cut] = [body(text), inPieces(text, at)];
        for (const name of Object.keys(JSON.parse(text))) expect(cut.get(name)).toEqual(whole.get(name));
        for (const json of [whole, cut]) json.set(['stream_options', 'include_usage'], true);
        expect(textOf(cut)).toBe(textOf(whole));
        expect(Buffer.concat(cut.parts)).toEqual(cut.bytes);
        expect(cut.size).toBe(cut.bytes.length);
      }),
      { numRuns: 500 },
    );
  });

  test('byte by byte, also within escapes and characters', () => {
    const text = '{"a\\\\":"\\\\\\"😀}","m\\u006fdel":"x","n":[{"q":"\\"]"}],"z":-1.5e3 }';
    const cut = inPieces(
      text,
      Array.from({ length: 100 }, (_, index) => index),
    );
    expect(Object.entries(JSON.parse(text)).map(([name]) => cut.get(name))).toEqual(
      Object.values(JSON.parse(text)),
    );
  });

  test('what is wrong is refused wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('{"a":1,"a":2}', '{"a" 1}', '{"a":1}x', '{"a":"b', '{"a":1,}'),
        cuts,
        (text, at) => {
          expect(() => inPieces(text, at)).toThrow(SyntaxError);
        },
      ),
    );
  });

  test('words are found across the cut', () => {
    const text = '{"ttl":"1h"}';
    for (let at = 0; at <= text.length; at += 1) {
      expect(inPieces(text, [at, at + 1]).includes('"1h"')).toBe(true);
      expect(inPieces(text, [at, at + 1]).includes('"2h"')).toBe(false);
    }
  });
});

describe('set', () => {
  const value = fc.oneof(fc.integer(), fc.boolean());

  test('gives the object that an edit of the parsed one gives, and leaves every other byte as it was', () => {
    fc.assert(
      fc.property(
        written,
        fc.string({ maxLength: 6 }).filter((name) => !/[ſ]/.test(name)),
        value,
        (text, fresh, edit) => {
          const parsed: Record<string, unknown> = JSON.parse(text);
          const known = Object.keys(parsed);
          const fits =
            known.includes(fresh) || !known.some((name) => name.toLowerCase() === fresh.toLowerCase());
          for (const name of fits ? [...known, fresh] : known) {
            const json = body(text);
            json.set([name], edit);
            const expected = Object.fromEntries([
              ...Object.entries(parsed).filter(([other]) => other !== name),
              [name, edit],
            ]);
            expect(JSON.parse(textOf(json))).toEqual(expected);
            expectOneSplice(text, textOf(json));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('reaches into objects, and adds those that are missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
        written,
        value,
        (path, inner, edit) => {
          // Two names that differ by case alone are one; which of them stays is tested elsewhere.
          fc.pre(!/"[ABC]"\s*:/.test(inner));
          const text = `{ "z" : "😀" ,"a":${inner},"b": {"c":{}} }`;
          const expected = JSON.parse(text);
          let holder = expected;
          for (const name of path.slice(0, -1)) {
            const next = Object.hasOwn(holder, name) ? holder[name] : undefined;
            if (typeof next !== 'object' || next === null || Array.isArray(next)) holder[name] = {};
            holder = holder[name];
          }
          const last = path.at(-1) ?? '';
          fc.pre(!Object.keys(holder).some((name) => name !== last && name.toLowerCase() === last));
          holder[last] = edit;
          const json = body(text);
          json.set(path, edit);
          expect(JSON.parse(textOf(json))).toEqual(expected);
          expect(json.get(...path)).toBe(edit);
          expectOneSplice(text, textOf(json));
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each<[string, string[], number | boolean, string]>([
    ['{}', ['a'], 1, '{"a":1}'],
    [' { } ', ['a'], 1, ' {"a":1 } '],
    ['{"b":2}', ['a'], 1, '{"a":1,"b":2}'],
    ['{"a" :  99 , "b":2}', ['a'], 1, '{"a" :  1 , "b":2}'],
    ['{"Max_Tokens":99}', ['max_tokens'], 1, '{"Max_Tokens":1}'],
    ['{"a":{}}', ['a', 'b'], true, '{"a":{"b":true}}'],
    ['{"a":null}', ['a', 'b'], true, '{"a":{"b":true}}'],
    ['{}', ['a', 'b', 'c'], 5, '{"a":{"b":{"c":5}}}'],
  ])('%s with %j set to %p', (text, path, edit, expected) => {
    const json = body(text);
    json.set(path, edit);
    expect(textOf(json)).toBe(expected);
  });

  test('again, and at several places, works on the edited body', () => {
    const json = body('{"messages":["…"],"stream":true}');
    json.set(['max_tokens'], 4096);
    json.set(['stream_options', 'include_usage'], true);
    json.set(['max_tokens'], 7);
    expect(JSON.parse(textOf(json))).toEqual({
      messages: ['…'],
      stream: true,
      max_tokens: 7,
      stream_options: { include_usage: true },
    });
  });
});

/** One stretch was replaced or inserted: what stands before and after it is the same, and covers the whole original. */
function expectOneSplice(before: string, after: string): void {
  const [old, edited] = [Buffer.from(before), Buffer.from(after)];
  let head = 0;
  while (head < old.length && old[head] === edited[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < edited.length - head &&
    old.at(-1 - tail) === edited.at(-1 - tail)
  )
    tail += 1;
  const replaced = old.subarray(head, old.length - tail).toString('utf8');
  const isInsertion = replaced === '';
  // What was taken out lies within one value: it is part of a value that the original holds somewhere.
  expect(isInsertion || before.includes(replaced)).toBe(true);
  expect(edited.length - tail).toBeGreaterThanOrEqual(head);
}

describe('append and extend', () => {
  const places = (value: unknown, path: Step[] = []): Step[][] => [
    path,
    ...(Array.isArray(value) && value.length > 0 ? places(value.at(-1), [...path, -1]) : []),
    ...(typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([name, held]) => places(held, [...path, name]))
      : []),
  ];
  const at = (value: unknown, path: readonly Step[]): unknown =>
    path.reduce<unknown>(
      (held, step) => (step === -1 ? (held as unknown[]).at(-1) : (held as Record<string, unknown>)[step]),
      value,
    );

  test('write behind the last element or letter of any list or text, and leave every other byte as it was', () => {
    fc.assert(
      fc.property(written, fc.string({ unit: 'grapheme', maxLength: 8 }), (text, more) => {
        for (const path of places(JSON.parse(text))) {
          const parsed: unknown = JSON.parse(text);
          const target = at(parsed, path);
          const json = body(text);
          expect(json.get(...path)).toEqual(target);
          expect(json.append(path, { more })).toBe(Array.isArray(target));
          if (Array.isArray(target)) {
            target.push({ more });
            expect(JSON.parse(textOf(json))).toEqual(parsed);
          } else expect(textOf(json)).toBe(text);
          const again = body(text);
          expect(again.extend(path, more)).toBe(typeof target === 'string');
          if (typeof target === 'string') expect(again.get(...path)).toBe(target + more);
          else expect(textOf(again)).toBe(text);
          expectOneSplice(text, textOf(json));
          expectOneSplice(text, textOf(again));
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, Step[], string]>([
    ['{ "a" : [ 1 , 2 ] }', ['a'], '{ "a" : [ 1 , 2 ,7] }'],
    ['{"a":[ ]}', ['a'], '{"a":[ 7]}'],
    ['{"a":[{"b":[]}]}', ['a', -1, 'b'], '{"a":[{"b":[7]}]}'],
    ['{"a":[[1],[2]]}', ['a', -1], '{"a":[[1],[2,7]]}'],
  ])('%s at %j', (text, path, expected) => {
    const json = body(text);
    expect(json.append(path, 7)).toBe(true);
    expect(textOf(json)).toBe(expected);
  });

  test('a body that was written on can be read and edited as before', () => {
    const json = body('{"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":5}');
    json.extend(['messages', -1, 'content'], '\n"bye"');
    json.append(['messages'], { role: 'user', content: 'more' });
    json.set(['max_tokens'], 7);
    expect(textOf(json)).toBe(
      '{"model":"m","messages":[{"role":"user","content":"hi\\n\\"bye\\""},{"role":"user","content":"more"}],"max_tokens":7}',
    );
  });

  test('a body that came in pieces is written on as if it had come in one', () => {
    const text = '{"messages":[{"role":"user","content":"a \\"b\\" ]}"} , {"content":"é"}],"model":"m"}';
    for (let cut = 1; cut < Buffer.byteLength(text); cut += 1) {
      const bytes = Buffer.from(text);
      const json = new JsonBody();
      json.push(bytes.subarray(0, cut));
      json.push(bytes.subarray(cut));
      json.end();
      json.extend(['messages', -1, 'content'], '!');
      json.append(['messages'], 7);
      expect(textOf(json)).toBe(text.replace('é"}]', 'é!"},7]'));
      expect(json.get('model')).toBe('m');
    }
  });

  test('nothing is written where the list ends in something that is not JSON', () => {
    expect(() => body('{"a":[1 2]}').get('a', -1)).toThrow(SyntaxError);
  });
});

describe('a body that cannot be checked is refused', () => {
  test.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['a list', '[]'],
    ['a number', '7'],
    ['half an object', '{"a":1'],
    ['half a string', '{"a":"b'],
    ['half a list', '{"a":[1,2'],
    ['no colon', '{"a" 1}'],
    ['no value', '{"a":}'],
    ['no comma', '{"a":1 "b":2}'],
    ['a comma too many', '{"a":1,}'],
    ['a key without quotes', '{a:1}'],
    ['two objects', '{}{}'],
    ['text behind the object', '{} x'],
    ['a comment', '{/*x*/"a":1}'],
    ['one key twice', '{"a":1,"a":2}'],
    ['one key twice, once escaped', '{"max_tokens":1,"max\\u005ftokens":2}'],
    ['keys that differ by case alone', '{"max_tokens":1,"MAX_TOKENS":2}'],
    [
      'keys that differ by case alone, as Unicode folds it: K (Kelvin)',
      '{"max_tokens":1,"max_to\u212aens":2}',
    ],
    [
      'keys that differ by case alone, as Unicode folds it: ſ (long s)',
      '{"max_tokens":1,"max_token\u017f":2}',
    ],
  ])('%s', (_what, text) => {
    expect(() => body(text)).toThrow(SyntaxError);
  });

  test('nested keys that stand twice, as soon as one looks there', () => {
    const json = body('{"thinking":{"budget_tokens":1,"Budget_Tokens":2}}');
    expect(() => json.get('thinking', 'budget_tokens')).toThrow(SyntaxError);
  });

  test('a name that only other letters are like is its own key', () => {
    expect(body('{"max_token\u017f":2}').get('max_tokens')).toBe(2);
  });

  test('nothing but SyntaxError or TypeError ever comes out, for any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          fc.string().map((text) => Buffer.from(`{"a":${text}}`)),
        ),
        (bytes) => {
          try {
            new JsonBody(Buffer.from(bytes));
          } catch (error) {
            expect(error instanceof SyntaxError || error instanceof TypeError).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('bytes that are not UTF-8 are a fault of the request like any other', () => {
  const key = Buffer.from('{"\xc3":1}', 'latin1');
  expect(() => new JsonBody(key)).toThrow(new SyntaxError('the body is not UTF-8'));
  const value = new JsonBody(Buffer.from('{"model":"\xff"}', 'latin1'));
  expect(() => value.get('model')).toThrow(new SyntaxError('the body is not UTF-8'));
});

describe('a fingerprint', () => {
  test('is of the bytes as they came, in whatever pieces, and keeps nothing of what they say', () => {
    const text = '{"model":"m","messages":["a prompt"]}';
    const cut = new JsonBody();
    cut.push(Buffer.from(text.slice(0, 20)));
    cut.push(Buffer.from(text.slice(20)));
    cut.end();
    cut.set(['max_tokens'], 5);
    expect(cut.fingerprint).toBe(body(text).fingerprint);
    expect(cut.fingerprint).not.toBe(body(text.replace('"m"', '"n"')).fingerprint);
    expect(cut.fingerprint).toMatch(/^37-\d+$/);
  });
});

describe('what is large for good reasons', () => {
  const long = 'x'.repeat(70_000);
  const body = new JsonBody(
    Buffer.from(
      JSON.stringify({
        tools: [{ type: 'a', n: 1, text: long }, 'plain', [1, [2]], { Type: 'b' }],
        inner: { A: 1, b: null },
        none: null,
        long,
      }),
    ),
  );

  test('is never decoded whole', () => {
    expect(() => body.get('long')).toThrow('`long` is larger than 65536 bytes');
    expect(() => body.get('tools')).toThrow(SyntaxError);
    expect([...body.items('tools')].map((item) => item.get('type'))).toEqual([
      'a',
      undefined,
      undefined,
      'b',
    ]);
    expect(() => [...body.items('tools')][0]?.get('text')).toThrow('`tools.text`');
  });

  test('is told by its presence, its keys, its elements and its beginning', () => {
    expect(['long', 'none', 'absent'].map((key) => body.has(key))).toEqual([true, false, false]);
    expect(body.has('inner', 'b')).toBe(false);
    expect(body.keys()).toEqual(['tools', 'inner', 'none', 'long']);
    expect(body.keys('inner')).toEqual(['a', 'b']);
    expect(body.keys('tools')).toEqual([]);
    expect([...body.items('tools')].map((item) => item.keys.length)).toEqual([3, 0, 0, 1]);
    expect([...body.items('tools')].slice(1, 3).map((item) => item.get())).toEqual(['plain', [1, [2]]]);
    expect([...body.items('long'), ...body.items('absent')]).toEqual([]);
    expect(body.head(4, 'long')).toBe('"xxx');
    expect(body.head(4, 'absent')).toBeUndefined();
  });

  test('finds the elements that JSON.parse finds, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.constantFrom(0, 1, 2), (list, indent) => {
        const text = JSON.stringify({ list }, null, indent);
        const items = [...new JsonBody(Buffer.from(text)).items('list')];
        expect(items.map((item) => JSON.parse(item.head(text.length * 4)))).toEqual(JSON.parse(text).list);
      }),
    );
  });
});
