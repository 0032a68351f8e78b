import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/core/errors.js';
import {
  EVIDENCE_ORDER,
  type FailureKind,
  type FailureReading,
  failureJson,
  RefusedAnswer,
  strongest,
  toFailure,
} from '../../src/core/failure.js';

const KINDS: FailureKind[] = [
  'exhausted',
  'rate-limited',
  'unauthorised',
  'too-large-for-budget',
  'overloaded',
  'unknown',
];

const reading: fc.Arbitrary<FailureReading> = fc.record(
  {
    kind: fc.constantFrom(...KINDS),
    by: fc.constantFrom(...EVIDENCE_ORDER),
    evidence: fc.string({ minLength: 1 }),
    scope: fc.string({ minLength: 1 }),
    origin: fc.constantFrom('gateway', 'upstream', 'unknown'),
    resetsAt: fc.constant('2026-12-01T00:00:00.000Z'),
    confidence: fc.constantFrom('high', 'medium', 'low'),
    needsProbe: fc.boolean(),
  },
  { requiredKeys: ['kind', 'by', 'evidence'] },
);

describe('a verdict from what a rule said', () => {
  test.each<[FailureKind, boolean | undefined]>([
    ['exhausted', false],
    ['rate-limited', true],
    ['unauthorised', false],
    ['too-large-for-budget', false],
    ['overloaded', true],
    ['unknown', undefined],
  ])('%s is retryable: %p', (kind, retryable) => {
    expect(toFailure({ kind, by: 'code', evidence: 'e' }, 'm').retryable).toBe(retryable);
  });

  test('keeps a retryability that is said to be unknown', () => {
    const told = { kind: 'rate-limited', by: 'status', evidence: 'e', retryable: undefined } as const;
    expect(toFailure(told, '').retryable).toBeUndefined();
  });

  test('is as sure as its evidence is strong', () => {
    const confidences = EVIDENCE_ORDER.map(
      (by) => toFailure({ kind: 'unknown', by, evidence: 'e' }, '').confidence,
    );
    expect(confidences).toEqual(['high', 'high', 'medium', 'medium', 'medium']);
  });

  test('is the gateway’s own, about nothing that was named, and needs no probe, unless told', () => {
    expect(toFailure({ kind: 'exhausted', by: 'code', evidence: 'e' }, 'Pay up.')).toEqual({
      kind: 'exhausted',
      scope: undefined,
      origin: 'gateway',
      retryable: false,
      resetsAt: undefined,
      confidence: 'high',
      needsProbe: false,
      evidence: 'e',
      message: 'Pay up.',
    });
  });

  test('never invites to try an exhausted budget or a wrong key again', () => {
    fc.assert(
      fc.property(reading, (told) => {
        const { kind, retryable } = toFailure(told, '');
        if (kind === 'exhausted' || kind === 'unauthorised') expect(retryable).toBe(false);
      }),
    );
  });
});

describe('the strongest evidence', () => {
  test('is the first of the strongest kind, and nothing where nothing was said', () => {
    expect(strongest([])).toBeUndefined();
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1 }), (told) => {
        const rank = ({ by }: FailureReading) => EVIDENCE_ORDER.indexOf(by);
        const best = Math.min(...told.map(rank));
        expect(strongest(told)).toBe(told.find((one) => rank(one) === best));
      }),
    );
  });

  test('leaves the list as it was', () => {
    const told: FailureReading[] = [
      { kind: 'unknown', by: 'wording', evidence: 'a' },
      { kind: 'unknown', by: 'code', evidence: 'b' },
    ];
    strongest(told);
    expect(told.map(({ evidence }) => evidence)).toEqual(['a', 'b']);
  });
});

describe('a verdict for programs', () => {
  test('has eight kebab-case keys, null for what is not known, and none of the gateway’s words', () => {
    fc.assert(
      fc.property(reading, fc.stringMatching(/^secret [a-z]{10}$/), (told, message) => {
        const json = failureJson(toFailure(told, message));
        expect(Object.keys(json)).toEqual([
          'kind',
          'scope',
          'origin',
          'retryable',
          'resets-at',
          'confidence',
          'needs-probe',
          'evidence',
        ]);
        expect(Object.values(json)).not.toContain(undefined);
        expect(JSON.stringify(json)).not.toContain(message);
      }),
    );
  });

  test('tells all that is known', () => {
    const told = {
      kind: 'rate-limited',
      by: 'header',
      evidence: 'e',
      scope: 'model',
      origin: 'upstream',
      resetsAt: '2026-12-01T00:00:00.000Z',
    } as const;
    expect(failureJson(toFailure(told, 'm'))).toEqual({
      kind: 'rate-limited',
      scope: 'model',
      origin: 'upstream',
      retryable: true,
      'resets-at': '2026-12-01T00:00:00.000Z',
      confidence: 'medium',
      'needs-probe': false,
      evidence: 'e',
    });
  });
});

test('a refused answer is an error of the upstream, and brings the answer along', () => {
  const answer = { status: 429, headers: { 'retry-after': '5' }, body: { error: {} } };
  const error = new RefusedAnswer(answer, 'litellm GET /key/info answered 429');
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'upstream-failed', kind: 'upstream', answer });
  expect(new RefusedAnswer(answer, 'm', { hint: 'Check the key.' }).hint).toBe('Check the key.');
});
