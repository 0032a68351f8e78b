import { describe, expect, test } from '@jest/globals';
import {
  activeFinding,
  checkEnd,
  expiredFinding,
  joinOverrides,
  overrideFacts,
  overridesSchema,
  parseUntil,
  renderChanges,
} from '../../src/core/override.js';

const override = {
  by: 'alice',
  reason: 'The big migration',
  until: '2026-12-02T00:00:00Z',
  origin: 'policy .github/spendgate.yml:12',
  changes: [
    { setting: 'max-cost', before: '2 USD', after: '10 USD' },
    { setting: 'max-requests', after: '200' },
  ],
};
const position = { file: '.github/spendgate.yml', line: 12 };

const NOON = new Date('2026-11-26T12:00:00Z');

describe('an end', () => {
  test.each([
    ['2026-12-01', '2026-12-02T00:00:00.000Z'],
    ['2028-02-29', '2028-03-01T00:00:00.000Z'],
    ['2026-12-01T18:00Z', '2026-12-01T18:00:00.000Z'],
    ['2026-12-01T18:00:30+02:00', '2026-12-01T16:00:30.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseUntil(text, NOON).toISOString()).toBe(expected);
  });

  test.each([
    '7d',
    'tomorrow',
    '2026-12-01T18:00',
    '2026-02-31',
    '2026-13-01',
    '2026-02-31T00:00Z',
    '01.12.2026',
    '',
  ])('%j is none: it must be absolute', (text) => {
    expect(() => parseUntil(text, NOON)).toThrow(/neither a date nor an ISO time with its zone/);
  });

  test('is at most 90 days away', () => {
    const now = new Date('2026-11-22T09:00:00Z');
    const later = (ms: number) => new Date(now.getTime() + ms);
    expect(() => checkEnd(later(90 * 86_400_000), now)).not.toThrow();
    expect(() => checkEnd(later(90 * 86_400_000 + 1), now)).toThrow(/within 90 days/);
  });

  test('that is too far away is told with the last day that would do', () => {
    const now = new Date('2026-11-22T09:00:00Z');
    let hint = '';
    try {
      checkEnd(new Date('2027-11-22T09:00:00Z'), now);
    } catch (error) {
      hint = error instanceof Error && 'hint' in error ? String(error.hint) : '';
    }
    const [, latest = ''] = /^until: (.*)$/.exec(hint) ?? [];
    expect(() => checkEnd(parseUntil(latest, now), now)).not.toThrow();
  });
});

describe('what people read', () => {
  test('says each setting before and after; what nobody had set has no value', () => {
    expect(renderChanges(override)).toBe('max-cost from 2 USD to 10 USD, max-requests from no value to 200');
  });

  test('names who, why, until when and where, as a notice', () => {
    expect(activeFinding({ record: override, position })).toEqual({
      id: 'override-active',
      level: 'notice',
      title: 'An override holds',
      message:
        'Until 2026-12-02T00:00:00Z, by alice (policy .github/spendgate.yml:12), because: “The big migration”. It sets max-cost from 2 USD to 10 USD, max-requests from no value to 200.',
      advice: undefined,
      position,
    });
    expect(activeFinding({ record: override, position }, 'An override held').title).toBe('An override held');
    expect(overrideFacts([override])).toEqual([
      [
        'Override',
        'max-cost from 2 USD to 10 USD, max-requests from no value to 200, until 2026-12-02T00:00:00Z, by alice',
      ],
    ]);
  });

  test('says of one that has ended what to do with it', () => {
    const found = expiredFinding({ record: override, position });
    expect(found).toMatchObject({ id: 'override-expired', level: 'notice', position });
    expect(found.message).toContain('ended at 2026-12-02T00:00:00Z and is ignored');
  });
});

describe('in a record', () => {
  test('words of elsewhere become one line of bounded length', () => {
    const [read] = overridesSchema.parse([{ ...override, reason: `a\n::error::b${'x'.repeat(1000)}` }]);
    expect(read?.reason).toMatch(/^a ::error::bx+…$/);
    expect(read?.reason.length).toBeLessThanOrEqual(300);
  });

  test.each([
    ['too many overrides', Array.from({ length: 61 }, () => override)],
    ['too many changes', [{ ...override, changes: Array.from({ length: 61 }, () => override.changes[0]) }]],
  ])('%s are refused', (_name, value) => {
    expect(overridesSchema.safeParse(value).success).toBe(false);
  });

  test('one that this step knows too is told once, with its place', () => {
    const other = { ...override, by: 'bob' };
    expect(joinOverrides([override, other], [{ record: override, position }])).toEqual([
      { record: override, position },
      { record: other, position: undefined },
    ]);
  });
});
