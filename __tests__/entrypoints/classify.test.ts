import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/core/errors.js';
import { classify } from '../../src/entrypoints/classify.js';

const AT = new Date('2026-11-22T09:00:00.000Z');
const read = (headers: readonly string[], body = '{}') =>
  JSON.parse(
    classify({ command: 'classify', gateway: 'litellm', status: '429', headers }, body, AT),
  ) as Record<string, unknown>;

describe('a header', () => {
  test.each(['retry-after: 30', 'Retry-After:30', '  retry-after :  30  ', 'RETRY-AFTER:\t30'])(
    '%j is read',
    (line) => {
      expect(read([line])['resets-at']).toBe('2026-11-22T09:00:30.000Z');
    },
  );

  test('may hold colons', () => {
    expect(read(['retry-after: Sun, 22 Nov 2026 09:01:00 GMT'])['resets-at']).toBe(
      '2026-11-22T09:01:00.000Z',
    );
  });

  test.each(['', ':', ': 30', 'retry after: 30', 'retry-after', '30', 'ünicode: 1'])('%j is none', (line) => {
    expect(() => read([line])).toThrow(AppError);
  });

  test('of any length is read in no time', () => {
    const began = performance.now();
    read([`a:${' '.repeat(500_000)}\nx\ny`]);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

test('evidence repeats nothing that could be a sentence', () => {
  const type = 'Dear Alice, the secret is sk-live-123456 team_model_access_denied';
  expect(read([], JSON.stringify({ error: { type } }))['evidence']).not.toContain('Alice');
});
