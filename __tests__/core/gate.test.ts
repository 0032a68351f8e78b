import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  blindGate,
  type GateKey,
  gateChangePrefix,
  gateCopyPrefix,
  gateKeyPrefix,
  gateReading,
  gateSlug,
  isStillClosed,
  isTrustedRun,
  readGateKey,
  renderGateKey,
} from '../../src/core/gate.js';

const NOW = new Date('2026-05-02T00:00:00.000Z');
const DAY = 86_400_000;
const closed: GateKey = {
  gate: 'nightly',
  closed: true,
  createdAt: '2026-05-01T00:00:00.000Z',
  runId: '42',
  runAttempt: 1,
  until: undefined,
};

const instant = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms).toISOString());
const key = fc.record({
  gate: fc.stringMatching(/^[\w-]{1,100}$/),
  closed: fc.boolean(),
  createdAt: instant,
  runId: fc.stringMatching(/^\w{1,20}$/),
  runAttempt: fc.nat(1000),
  until: fc.option(instant, { nil: undefined }),
});

describe('a gate key', () => {
  test('tells back everything that was put into it', () => {
    fc.assert(
      fc.property(key, (entry) => {
        expect(readGateKey(renderGateKey(entry))).toEqual(entry);
      }),
    );
  });

  test('sorts as text in the order of time', () => {
    fc.assert(
      fc.property(key, instant, (entry, later) => {
        const [a, b] = [renderGateKey(entry), renderGateKey({ ...entry, createdAt: later })];
        if (entry.createdAt !== later) expect(a < b).toBe(entry.createdAt < later);
      }),
    );
  });

  test('starts with the prefix of its own gate and of no other', () => {
    fc.assert(
      fc.property(key, fc.string({ unit: 'grapheme' }), (entry, other) => {
        expect(renderGateKey(entry).startsWith(gateKeyPrefix(entry.gate))).toBe(true);
        expect(renderGateKey(entry).startsWith(gateKeyPrefix(other))).toBe(
          gateSlug(entry.gate) === gateSlug(other),
        );
      }),
    );
  });

  test.each([
    '',
    'spendgate.v2.nightly.000001700000000.1-1.blocked',
    'spendgate.v1.nightly.000001700000000.1-1.locked',
    'spendgate.v1.nightly.000001700000000.1-1.blocked.more',
    'spendgate.v1..000001700000000.1-1.blocked',
    'spendgate.v1.nightly.99999999999999999999.1-1.blocked',
    'node-cache-linux',
  ])('is not recognised in %p', (text) => {
    expect(readGateKey(text)).toBeUndefined();
  });
});

describe('gateSlug', () => {
  test('keeps a plain name, and makes every other one safe for a key', () => {
    expect(gateSlug('nightly-triage_2')).toBe('nightly-triage_2');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (name) => {
        expect(gateSlug(name)).toMatch(/^[\w-]{1,120}$/);
      }),
    );
  });

  test.each([
    ['a b', 'a.b'],
    ['a b', 'a-b'],
    ['CI/triage', 'CI triage'],
    ['ä', 'ö'],
    [`${'x'.repeat(150)}1`, `${'x'.repeat(150)}2`],
    ['', '-'],
  ])('%p and %p stay two gates', (one, other) => {
    expect(gateSlug(one)).not.toBe(gateSlug(other));
  });
});

describe('a closed gate', () => {
  test.each([
    ['without an end stays closed', closed, undefined, true],
    ['stays closed until its time', { ...closed, until: '2026-05-02T00:00:00.001Z' }, undefined, true],
    ['opens at its time', { ...closed, until: '2026-05-02T00:00:00.000Z' }, undefined, false],
    ["opens by the reader's own bound", closed, DAY, false],
    ["stays closed within the reader's bound", closed, DAY + 1, true],
    ['opens by the earlier of both', { ...closed, until: '2026-06-01T00:00:00.000Z' }, DAY, false],
    ['never is what was opened', { ...closed, closed: false }, undefined, false],
  ])('%s', (_what, entry, blockForMs, expected) => {
    expect(isStillClosed(entry, NOW, blockForMs)).toBe(expected);
    expect(gateReading(entry, NOW, blockForMs, 'Read.').state).toBe(expected ? 'closed' : 'open');
  });
});

test('a gate of which nothing is known is neither open nor closed, and says whether anybody could look', () => {
  expect(gateReading(undefined, NOW, undefined, 'Nothing there.')).toMatchObject({
    state: 'unknown',
    blind: false,
  });
  expect(blindGate('No token.')).toMatchObject({ state: 'unknown', blind: true, evidence: 'No token.' });
});

describe('a copy of a change', () => {
  const key = renderGateKey(closed, new Date('2026-05-04T00:00:00Z'));

  test('says what the change said, and when it was made', () => {
    expect(readGateKey(key)).toEqual({
      ...readGateKey(renderGateKey(closed)),
      keptAt: '2026-05-04T00:00:00.000Z',
    });
  });

  test('is found under the prefix of its gate and under one that no change has', () => {
    expect(key.startsWith(gateKeyPrefix(closed.gate))).toBe(true);
    expect(key.startsWith(gateCopyPrefix(closed.gate))).toBe(true);
    expect(key.startsWith(gateChangePrefix(closed.gate))).toBe(false);
    expect(renderGateKey(closed).startsWith(gateChangePrefix(closed.gate))).toBe(true);
  });
});

describe('a run that may open a gate', () => {
  const main = { isActions: true, ref: 'refs/heads/main', defaultBranch: 'main', pullRequest: undefined };

  test.each([
    ['on the default branch', main, true],
    ['on another branch', { ...main, ref: 'refs/heads/topic' }, false],
    ['of a pull request', { ...main, ref: 'refs/pull/7/merge', pullRequest: 7 }, false],
    ['of a comment on a pull request', { ...main, pullRequest: 7 }, false],
    ['without a ref', { ...main, ref: undefined }, false],
    ['on a laptop', { ...main, isActions: false, ref: undefined }, true],
  ])('%s', (_where, standing, expected) => {
    expect(isTrustedRun(standing)).toBe(expected);
  });
});

test('an end that no calendar holds is the last day there is', () => {
  const late = { ...closed, until: undefined, createdAt: new Date(8.64e15).toISOString() };
  expect(isStillClosed(late, NOW, DAY)).toBe(true);
});
