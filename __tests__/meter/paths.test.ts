import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalise } from '../../src/meter/paths.js';

describe('every spelling of a metered route is that route', () => {
  test.each([
    '/v1/messages',
    '/v1/messages/',
    '/v1/v1/messages',
    '//v1//messages',
    '/v1/./messages',
    '/v1/x/../messages',
    '/x/../v1/messages',
    '/../v1/messages',
    '/v1/%6d%65ssages',
    '/%76%31/messages',
    '/v1/%2e/messages',
    '/v1/x/%2E%2e/messages',
    '/v1\\messages',
    '/v1/messages#x',
    '/V1/v1/messages',
  ])('%s', (target) => {
    expect(canonicalise(target)).toMatchObject({ path: '/v1/messages', query: '' });
  });

  test.each(['/v1%2Fmessages', '/v1%2fmessages', '/%2fv1/messages', '/v1/x%2F..%2Fmessages'])(
    '%s: servers that decode slashes before they route would serve it, so it is that route or none',
    (target) => {
      expect(['/v1/messages', undefined]).toContain(canonicalise(target)?.path);
    },
  );

  test('a colon may be encoded too', () => {
    expect(canonicalise('/v1beta/models/gemini-2.5-pro%3AgenerateContent')?.path).toBe(
      '/v1beta/models/gemini-2.5-pro:generateContent',
    );
  });

  test('any letters and digits of it may be encoded', () => {
    const route = '/v1/chat/completions';
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: route.length, maxLength: route.length }),
        fc.boolean(),
        (which, upper) => {
          const spelt = [...route].map((letter, index) => {
            const code = letter.charCodeAt(0).toString(16);
            return which[index] && letter !== '/' ? `%${upper ? code.toUpperCase() : code}` : letter;
          });
          expect(canonicalise(spelt.join(''))?.path).toBe(route);
        },
      ),
    );
  });
});

describe('canonicalise', () => {
  test('keeps the query as it is', () => {
    expect(canonicalise('/v1/models?a=%2e&b=?c')).toMatchObject({ path: '/v1/models', query: '?a=%2e&b=?c' });
    expect(canonicalise('/?')).toMatchObject({ path: '/', query: '?' });
  });

  test.each(['http://evil.example/v1/messages', 'evil.example:443', '*', '', '?x'])(
    '%p is no path',
    (target) => {
      expect(canonicalise(target)).toBeUndefined();
    },
  );

  test.each(['/v1/messages%3f/count_tokens', '/v1/messages%23', '/key%5cgenerate', '/%256bey/generate'])(
    '%s would be another route to a server that undoes more',
    (target) => {
      expect(canonicalise(target)).toBeUndefined();
    },
  );

  test('never leaves the host', () => {
    for (const target of ['//evil.example/v1', '/\\evil.example', '/@evil.example', '///evil.example']) {
      expect(canonicalise(target)?.path).toMatch(/^\/@?(?:evil\.example)(?:\/v1)?$/);
    }
  });

  test('does not change a path twice', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.stringMatching(/^[\w./%-]{0,20}$/), (path, more) => {
        const once = canonicalise(`/${path}${more}`);
        fc.pre(once !== undefined);
        expect(canonicalise(once.path)?.path).toBe(once.path);
      }),
    );
  });
});
