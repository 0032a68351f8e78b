import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  EVIDENCE_ORDER,
  type FailureEvidence,
  type FailureKind,
  type FailureReading,
  type FailureRule,
} from '../../src/core/failure.js';
import {
  classify,
  type FailureRules,
  onDetail,
  onMessage,
  onStatus,
  onWord,
  withOrigin,
} from '../../src/wire/failure-rules.js';
import {
  ANTHROPIC_RULES,
  OPENAI_RULES,
  PROVIDER_RULES,
  regainsAccess,
} from '../../src/wire/provider-rules.js';

const PROVIDERS: FailureRules = { rules: PROVIDER_RULES, origin: 'unknown' };
const NO_RULES: FailureRules = { rules: [], origin: 'unknown' };
const AT = new Date('2026-11-22T09:00:00.000Z');

const evidence = (status: number, body: unknown, headers: Record<string, string> = {}): FailureEvidence => ({
  status,
  headers,
  body,
  at: AT,
});

const saying =
  (reading: FailureReading): FailureRule =>
  () =>
    reading;

describe('the words of providers', () => {
  test.each<[number, unknown, FailureKind]>([
    [429, { error: { code: 'insufficient_quota', message: 'm' } }, 'exhausted'],
    [429, { error: { type: 'insufficient_quota', message: 'm' } }, 'exhausted'],
    [429, { error: { code: 'rate_limit_exceeded' } }, 'rate-limited'],
    [429, { error: { type: 'insufficient_quota', code: 'rate_limit_exceeded' } }, 'rate-limited'],
    [400, { error: { code: 'billing_hard_limit_reached' } }, 'exhausted'],
    [400, { error: { type: 'budget_exceeded' } }, 'exhausted'],
    [400, { error: { code: 'budget_exceeded' } }, 'exhausted'],
    [402, { error: { code: 'quota_exceeded' } }, 'exhausted'],
    [500, { error: { code: 'server_is_overloaded' } }, 'overloaded'],
    [200, { error: { type: 'overloaded_error' } }, 'overloaded'],
    [
      400,
      { error: { type: 'x', message: 'Your credit balance is too low to access the API.' } },
      'exhausted',
    ],
    [400, { error: { message: 'You have reached your specified workspace API usage limits.' } }, 'exhausted'],
    [500, { error: { message: 'Your credit balance is too low' } }, 'unknown'],
    [
      400,
      { error: { message: 'metadata.user_id: unexpected value Your credit balance is too low' } },
      'unknown',
    ],
    [400, { error: { message: '"You have reached your specified API usage limits" is no role' } }, 'unknown'],
    [403, { error: { details: { error_code: 'enforced_spend_limit_reached' } } }, 'exhausted'],
    [429, { error: { details: { error_code: 'ramp_limit_exceeded' } } }, 'rate-limited'],
    [400, { error: { code: 'constructor', type: '__proto__' } }, 'unknown'],
  ])('status %i with %j is %s', (status, body, kind) => {
    expect(classify(evidence(status, body), PROVIDERS).kind).toBe(kind);
  });

  test.each([
    ['You have reached your specified API usage limits', 'organization'],
    ['You have reached your specified workspace API usage limits', 'workspace'],
    ['Your credit balance is too low', 'account'],
  ])('Anthropic: "%s" is about the %s', (message, scope) => {
    const rules = { rules: ANTHROPIC_RULES, origin: 'gateway' } as const;
    expect(classify(evidence(400, { error: { message } }), rules)).toMatchObject({
      kind: 'exhausted',
      scope,
    });
  });

  test('OpenAI: the code says more than the type', () => {
    const error = { type: 'insufficient_quota', code: 'project_spend_limit_exceeded' };
    const rules = { rules: OPENAI_RULES, origin: 'gateway' } as const;
    expect(classify(evidence(429, { error }), rules)).toMatchObject({
      scope: 'project',
      evidence: 'error.code=project_spend_limit_exceeded',
    });
  });

  test.each([
    ['You will regain access on 2026-12-01 at 00:00 UTC.', '2026-12-01T00:00:00.000Z'],
    ['You will regain access on 2026-12-01 at 23:59 UTC. Or so.', '2026-12-01T23:59:00.000Z'],
    ['You will regain access on 2026-12-01.', undefined],
    ['You will regain access on December 1 at 00:00 UTC.', undefined],
    ['', undefined],
  ])('%j tells that access comes back at %p', (message, expected) => {
    expect(regainsAccess(message)).toBe(expected);
  });
});

describe('the status, where nothing else speaks', () => {
  test.each<[number, FailureKind, boolean | undefined]>([
    [401, 'unauthorised', false],
    [402, 'exhausted', false],
    [400, 'unknown', false],
    [403, 'unknown', undefined],
    [404, 'unknown', false],
    [405, 'unknown', false],
    [413, 'unknown', false],
    [415, 'unknown', false],
    [422, 'unknown', false],
    [418, 'unknown', undefined],
    [429, 'rate-limited', true],
    [500, 'unknown', true],
    [502, 'unknown', true],
    [503, 'overloaded', true],
    [529, 'overloaded', true],
  ])('%i is %s, and retryable: %p', (status, kind, retryable) => {
    const failure = classify(evidence(status, {}), NO_RULES);
    expect(failure).toMatchObject({ kind, retryable, evidence: `status ${status}`, origin: 'unknown' });
  });

  test('is less sure of a 429 without a wait than of one with it', () => {
    expect(classify(evidence(429, ''), NO_RULES).confidence).toBe('low');
    expect(classify(evidence(429, '', { 'retry-after': '1' }), NO_RULES).confidence).toBe('medium');
  });

  test('does not know whether a bare 429 passes where a budget may hide behind it', () => {
    const shared = { ...NO_RULES, sharesRateStatus: true };
    expect(classify(evidence(429, ''), shared).retryable).toBeUndefined();
    expect(classify(evidence(429, '', { 'retry-after': '1' }), shared).retryable).toBe(true);
  });

  test.each<[unknown, FailureKind, string]>([
    [402, 'exhausted', 'error.code=402'],
    ['429', 'rate-limited', 'error.code=429'],
    [503, 'overloaded', 'error.code=503'],
    ['odd', 'unknown', 'status 200'],
    [1113, 'unknown', 'status 200'],
    ['0x1', 'unknown', 'status 200'],
    [undefined, 'unknown', 'status 200'],
  ])('stands in the code of an error inside a 200: %p', (code, kind, told) => {
    const failure = classify(evidence(200, { error: { code, message: 'm' } }), NO_RULES);
    expect(failure).toMatchObject({ kind, evidence: told });
  });

  test('is not taken from the code of an answer that has one of its own', () => {
    expect(classify(evidence(400, { error: { code: '429' } }), NO_RULES).kind).toBe('unknown');
  });
});

describe('among several rules', () => {
  const readings = EVIDENCE_ORDER.map(
    (by): FailureReading => ({ kind: 'unknown', by, evidence: `told by ${by}` }),
  );
  const anyOrder = fc.shuffledSubarray(readings, { minLength: 1 });

  test('the strongest evidence decides, whatever the order of the rules', () => {
    fc.assert(
      fc.property(anyOrder, fc.integer({ min: 100, max: 599 }), (told, status) => {
        const strongest = EVIDENCE_ORDER.find((by) => told.some((reading) => reading.by === by));
        const rules = told.map(saying);
        expect(classify(evidence(status, {}), { ...NO_RULES, rules }).evidence).toBe(`told by ${strongest}`);
      }),
    );
  });

  test('is code, source, header, status, wording', () => {
    expect(EVIDENCE_ORDER).toEqual(['code', 'source', 'header', 'status', 'wording']);
    const error = { code: 'c', message: 'slow down', metadata: { source: 's' } };
    const rules: [FailureRule, string][] = [
      [onMessage([429], /slow/, 'rate-limited'), 'status 429 and the message /slow/'],
      [onStatus(429, 'overloaded'), 'status 429'],
      [saying({ kind: 'rate-limited', by: 'header', evidence: 'x: 1' }), 'x: 1'],
      [onDetail('source', { s: 'exhausted' }, 'source'), 'source=s'],
      [onWord('code', { c: 'exhausted' }), 'error.code=c'],
    ];
    for (const [index, [, told]] of rules.entries()) {
      const upToHere = rules.slice(0, index + 1).map(([rule]) => rule);
      expect(classify(evidence(429, { error }), { ...NO_RULES, rules: upToHere }).evidence).toBe(told);
    }
  });

  test('the first decides where two have the same kind of evidence', () => {
    const rules = [onWord('type', { t: 'overloaded' }), onWord('code', { c: 'exhausted' })];
    const body = { error: { type: 't', code: 'c' } };
    expect(classify(evidence(429, body), { ...NO_RULES, rules }).kind).toBe('overloaded');
  });

  test('any of them outranks the bare status', () => {
    const rules = [onMessage([401], /spent/, 'exhausted')];
    const read = (message: string) => classify(evidence(401, { error: { message } }), { ...NO_RULES, rules });
    expect(read('all spent').kind).toBe('exhausted');
    expect(read('who are you').kind).toBe('unauthorised');
  });
});

describe('one rule', () => {
  const one = (rule: FailureRule, status: number, body: unknown) =>
    classify(evidence(status, body), { ...NO_RULES, rules: [rule] });

  test('on the wording holds under its own statuses only', () => {
    const rule = onMessage([400, 429], /budget/, 'exhausted');
    const kinds = [400, 429, 404, 200].map(
      (status) => one(rule, status, { error: { message: 'budget' } }).kind,
    );
    expect(kinds).toEqual(['exhausted', 'exhausted', 'unknown', 'unknown']);
  });

  test('on a detail reads metadata and details, and text alone', () => {
    const rule = onDetail('why', { spent: 'exhausted' });
    const kindOf = (error: object) => one(rule, 400, { error }).kind;
    expect(kindOf({ metadata: { why: 'spent' } })).toBe('exhausted');
    expect(kindOf({ details: { why: 'spent' } })).toBe('exhausted');
    expect(kindOf({ metadata: { why: ['spent'] } })).toBe('unknown');
    expect(kindOf({ metadata: 'spent' })).toBe('unknown');
    expect(kindOf({ metadata: { why: 'toString' } })).toBe('unknown');
  });

  test('can tell more than a kind, and its words overrule the defaults', () => {
    const told = { kind: 'rate-limited', scope: 'model', retryable: undefined, needsProbe: true } as const;
    const failure = one(onWord('code', { c: { ...told, confidence: 'low' } }), 400, { error: { code: 'c' } });
    expect(failure).toEqual({
      ...told,
      origin: 'gateway',
      resetsAt: undefined,
      confidence: 'low',
      evidence: 'error.code=c',
      message: '',
    });
  });

  test('told of somebody else says so, and stays silent where it was silent', () => {
    const [rule] = withOrigin('upstream', [onWord('code', { c: 'exhausted' })]);
    if (rule === undefined) throw new Error('there is no rule');
    expect(one(rule, 400, { error: { code: 'c' } }).origin).toBe('upstream');
    expect(one(rule, 400, { error: { code: 'd' } })).toMatchObject({ kind: 'unknown', origin: 'unknown' });
  });
});

describe('when a call may pass again', () => {
  test('is told by the headers of what passes by itself', () => {
    const read = (status: number) => classify(evidence(status, {}, { 'retry-after': '90' }), NO_RULES);
    for (const status of [429, 503, 529, 500, 403, 413])
      expect(read(status).resetsAt).toBe('2026-11-22T09:01:30.000Z');
    for (const status of [401, 402]) expect(read(status).resetsAt).toBeUndefined();
  });

  test('is the moment that a rule names, rather than that of a header', () => {
    const rules = [
      saying({ kind: 'exhausted', by: 'code', evidence: 'e', resetsAt: '2026-12-01T00:00:00.000Z' }),
    ];
    const failure = classify(evidence(429, {}, { 'retry-after': '90' }), { ...NO_RULES, rules });
    expect(failure.resetsAt).toBe('2026-12-01T00:00:00.000Z');
  });
});

describe('what the wording adds', () => {
  test('refines the verdict, also one by status', () => {
    const refine: FailureRules['refine'] = ({ kind }, { message }) => ({ scope: `${kind}, ${message}` });
    const read = (status: number) =>
      classify(evidence(status, { error: { message: 'm' } }), { ...NO_RULES, refine });
    expect(read(402).scope).toBe('exhausted, m');
    expect(read(404).scope).toBe('unknown, m');
  });
});

test('any JSON value under any status is read, with the gateway’s words on one line', () => {
  const error = fc.record(
    { type: fc.jsonValue(), code: fc.jsonValue(), message: fc.jsonValue(), details: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    fc.jsonValue(),
    error.map((value) => ({ error: value })),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), body, (status, value) => {
      const failure = classify(evidence(status, value), PROVIDERS);
      expect(failure.evidence).toMatch(/^.+$/);
      expect(failure.evidence).not.toContain('NaN');
      expect(failure.message).toMatch(/^.{0,500}$/);
    }),
    { numRuns: 500 },
  );
});
