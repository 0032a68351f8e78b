import { describe, expect, test } from '@jest/globals';
import { dialects } from '../../../src/dialects/index.js';
import { isPlainRequest, PLAIN_SETTINGS } from '../../../src/dialects/shared/plain-request.js';
import type { Dialect } from '../../../src/ports/dialect.js';
import { JsonBody } from '../../../src/wire/json-body.js';

/** Whatever one of the searches would find, were it looked for under this name. */
const HOSTILE: readonly unknown[] = [
  'other-model',
  3,
  true,
  ['other-model'],
  { type: 'auto', file_id: 'file_1', fallbacks: ['other-model'], url: 'https://example.com/a' },
  [{ type: 'web_search', model: 'other-model', file_id: 'file_1', url: 'https://example.com/a' }],
];

function factsOf(dialect: Dialect, request: object): unknown {
  try {
    return dialect.readRequest(
      new JsonBody(Buffer.from(JSON.stringify(request))),
      '/v1/models/m:generateContent',
    );
  } catch (error) {
    return String(error);
  }
}

describe.each(dialects.map((dialect) => [dialect.id, dialect] as const))(
  'a plain request of %s',
  (_id, dialect) => {
    test.each([...PLAIN_SETTINGS])(
      'says the same with `%s` as one that is searched for everything',
      (name) => {
        for (const value of HOSTILE) {
          const plain = { model: 'm', [name]: value };
          expect(isPlainRequest(new JsonBody(Buffer.from(JSON.stringify(plain))))).toBe(true);
          expect(factsOf(dialect, plain)).toEqual(factsOf(dialect, { ...plain, 'x-searched': 1 }));
        }
      },
    );
  },
);
