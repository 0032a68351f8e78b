import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { walkJson } from '../../src/wire/json-walk.js';

function walked(
  text: string,
  names?: ReadonlySet<string>,
): { seen: string[]; scalars: string[]; isWhole: boolean } {
  const seen: string[] = [];
  const scalars: string[] = [];
  const isWhole = walkJson(Buffer.from(text), {
    ...(names && { names }),
    scalar: (path, bytes) => {
      scalars.push(`${path}=${bytes.toString('utf8')}`);
      seen.push(`${path}=${bytes.toString('utf8')}`);
    },
    object: (path, keys) => seen.push(`${path}{${keys.join(',')}}`),
  });
  return { seen, scalars, isWhole };
}

/** Every scalar of a parsed value with its path, in order. */
function scalarsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => scalarsOf(element, path));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => scalarsOf(inner, `${path}.${key}`));
  return [`${path}=${JSON.stringify(value)}`];
}

describe('walking over JSON', () => {
  test('shows each scalar where it stands, elements where their array does, and each object with its keys', () => {
    expect(walked('{"a":{"b":[1,{"c":"x"},true]}, "d" : null}')).toMatchObject({
      seen: ['.a.b=1', '.a.b.c="x"', '.a.b{c}', '.a.b=true', '.a{b}', '.d=null', '{a,d}'],
      isWhole: true,
    });
  });

  test('does not remember ways that lead nowhere an API knows: too deep, or by too long a name', () => {
    const long = 'n'.repeat(1000);
    expect(walked(`{"${long}":{"url":1}}`).scalars).toEqual(['...url=1']);
    const deep = `${'{"content":'.repeat(120)}{"url":1}${'}'.repeat(120)}`;
    expect(walked(deep).scalars[0]?.length).toBeLessThan(300);
  });

  test('folds keys, and reads them through their escapes', () => {
    expect(walked('{"File\\u005fID":"x"}').seen).toEqual(['.file_id="x"', '{file_id}']);
  });

  test('is not led astray by quotes and backslashes in strings of any length', () => {
    const text = JSON.stringify({ a: `${'\\'.repeat(50)}"url":"x"${'\\"'.repeat(40)}`, url: 'y' });
    expect(walked(text, new Set(['url'])).seen).toEqual(['.url="y"', '{a,url}']);
  });

  test('shows the same as a parser finds, for any JSON', () => {
    const key = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text === text.toLowerCase());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.string({ maxLength: 80 }),
        fc.integer(),
        fc.constantFrom(true, false, null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          key.filter((name) => !['__proto__', 'ſ'].includes(name)),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (given, indent) => {
        const text = JSON.stringify(given, null, indent);
        const { scalars, isWhole } = walked(text);
        expect(isWhole).toBe(true);
        expect(scalars).toEqual(scalarsOf(JSON.parse(text)));
      }),
    );
  });

  test.each(['{"a":"x', '{"a":[1}', '[1', '}', '['.repeat(200)])(
    'says that %j was not looked through',
    (text) => {
      expect(walked(text).isWhole).toBe(false);
    },
  );

  test('of 60 MB that only open arrays ends at once', () => {
    expect(
      walkJson(Buffer.alloc(60_000_000, '['), { scalar: () => undefined, object: () => undefined }),
    ).toBe(false);
  });
});
