import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonBody } from '../../src/wire/json-body.js';
import { walkJson } from '../../src/wire/json-walk.js';

function walked(
  text: string,
  names?: ReadonlySet<string>,
  pieces: readonly Buffer[] = [Buffer.from(text)],
): { seen: string[]; scalars: string[]; isWhole: boolean } {
  const seen: string[] = [];
  const scalars: string[] = [];
  const isWhole = walkJson(pieces, {
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

  test('shows the same in pieces, wherever they are cut, and with strings that were found before', () => {
    const value = { 'a\\"': ['x"', { url: '\\"é\n' }, 12.5e3, null], file_id: '"\\'.repeat(90), n: -1 };
    const text = JSON.stringify({ before: 'b'.repeat(200), value, after: ['c'.repeat(200)] });
    const bytes = Buffer.from(text);
    for (const names of [undefined, new Set(['url'])]) {
      const whole = walked(JSON.stringify(value), names);
      expect(whole.isWhole).toBe(true);
      for (let size = 1; size < bytes.length; size += 1) {
        const body = new JsonBody();
        for (let at = 0; at < bytes.length; at += size) body.push(bytes.subarray(at, at + size));
        body.end();
        const seen: string[] = [];
        const isWhole = body.walk(['value'], {
          ...(names && { names }),
          scalar: (path, found) => seen.push(`${path}=${found.toString('utf8')}`),
          object: (path, keys) => seen.push(`${path}{${keys.join(',')}}`),
        });
        expect({ seen, isWhole }).toEqual({ seen: whole.seen, isWhole: true });
      }
    }
  });

  test('shows a number that goes on in the next piece whole', () => {
    expect(walked('', undefined, [Buffer.from('1'), Buffer.from('2')]).seen).toEqual(['=12']);
  });

  test.each(['{"a":"x', '{"a":[1}', '[1', '}', '['.repeat(200)])(
    'says that %j was not looked through',
    (text) => {
      expect(walked(text).isWhole).toBe(false);
    },
  );

  test('of 60 MB that only open arrays ends at once', () => {
    expect(
      walkJson([Buffer.alloc(60_000_000, '[')], { scalar: () => undefined, object: () => undefined }),
    ).toBe(false);
  });
});
