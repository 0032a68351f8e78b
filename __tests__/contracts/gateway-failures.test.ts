/** What every gateway must make of a refusal: recorded ones, odd ones, and any at all. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Failure, type FailureEvidence, type FailureKind, failureJson } from '../../src/core/failure.js';
import { gateways } from '../../src/gateways/index.js';
import type { Gateway } from '../../src/ports/gateway.js';
import { evidenceOf, type FailureFixture, failuresOf, gatewayOf, NOW } from '../support/gateway-fixtures.js';

const TOLD_BESIDE_THE_KIND = [
  'scope',
  'origin',
  'retryable',
  'resetsAt',
  'confidence',
  'needsProbe',
] as const satisfies (keyof Failure & keyof FailureFixture)[];

const FAILURE_KINDS: FailureKind[] = [
  'exhausted',
  'rate-limited',
  'unauthorised',
  'too-large-for-budget',
  'overloaded',
  'unknown',
];

const FAILURE_JSON_KEYS = [
  'confidence',
  'evidence',
  'kind',
  'needs-probe',
  'origin',
  'resets-at',
  'retryable',
  'scope',
];

/** What every verdict is, whatever the answer was. */
function expectSound(failure: Failure): void {
  expect(FAILURE_KINDS).toContain(failure.kind);
  expect(['gateway', 'upstream', 'unknown']).toContain(failure.origin);
  expect(['high', 'medium', 'low']).toContain(failure.confidence);
  expect([true, false, undefined]).toContain(failure.retryable);
  if (failure.kind === 'exhausted' || failure.kind === 'unauthorised')
    expect(failure.retryable).not.toBe(true);
  expect(typeof failure.needsProbe).toBe('boolean');
  expect(failure.evidence).toMatch(/^.+$/);
  expect(failure.evidence).not.toMatch(/undefined|NaN|\[object/);
  expect(failure.message).toMatch(/^.{0,500}$/);
  if (failure.scope !== undefined) expect(failure.scope).toMatch(/^.+$/);
  if (failure.resetsAt !== undefined) expect(failure.resetsAt).toBe(new Date(failure.resetsAt).toISOString());
  expect(Object.keys(failureJson(failure)).sort()).toEqual(FAILURE_JSON_KEYS);
}

describe.each(gateways.map((gateway) => ({ id: gateway.id, gateway })))('gateway $id', ({ id, gateway }) => {
  test.each(failuresOf(id))('takes $name for $kind', (fixture) => {
    const failure = gateway.readFailure(evidenceOf(fixture));
    expect(failure.kind).toBe(fixture.kind);
    expectSound(failure);
    for (const name of TOLD_BESIDE_THE_KIND)
      if (fixture[name] !== undefined)
        expect({ [name]: failure[name] ?? null }).toEqual({ [name]: fixture[name] });
  });

  test.each<[number, FailureKind]>([
    [401, 'unauthorised'],
    [402, 'exhausted'],
    [429, 'rate-limited'],
    [503, 'overloaded'],
    [529, 'overloaded'],
    [400, 'unknown'],
    [404, 'unknown'],
    [500, 'unknown'],
  ])('goes by the status %i alone where the body says nothing', (status, kind) => {
    const bodies = [
      '',
      '<html>oops</html>',
      null,
      [],
      {},
      42,
      true,
      { error: null },
      { error: {} },
      { error: [] },
      { detail: {} },
    ];
    for (const body of bodies) expect(gateway.readFailure({ status, headers: {}, body }).kind).toBe(kind);
  });

  test('is not fooled by names that every object has', () => {
    for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const metadata = { error_code: word, reason: word, limit_source: word, error_type: word };
      const error = { type: word, code: word, status: word, message: word, metadata, details: metadata };
      const headers = { 'x-amzn-errortype': word };
      for (const body of [{ type: word, error }, error, [{ error }], JSON.parse(`{"${word}":{"type":"t"}}`)])
        expect(gateway.readFailure({ status: 400, headers, body }).kind).toBe('unknown');
    }
  });

  test('makes something sound of any answer', () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => expectSound(gateway.readFailure(evidence))),
      { numRuns: 150 },
    );
  });

  test('stands bodies of any depth and size', () => {
    for (const body of [
      deep(20_000),
      { error: deep(20_000) },
      { error: { metadata: deep(5000) } },
      HUGE_TEXT,
    ])
      for (const status of [200, 400, 429]) expectSound(gateway.readFailure({ status, headers: {}, body }));
    expectSound(
      gateway.readFailure({
        status: 429,
        headers: { 'retry-after': HUGE_TEXT },
        body: { error: { type: HUGE_TEXT, code: HUGE_TEXT, message: HUGE_TEXT } },
      }),
    );
  });

  test('calls words that nobody knows unknown, under a status that says nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(200, 400, 404, 418), unknownBody, (status, body) => {
        // A bad request stays one; of the others nobody knows.
        const retryable = status === 400 || status === 404 ? false : undefined;
        const failure = gateway.readFailure({ status, headers: {}, body });
        expect(failure).toMatchObject({ kind: 'unknown', confidence: 'low', retryable });
      }),
      { numRuns: 100 },
    );
  });

  test('shortens what the gateway said to one line', () => {
    const body = { error: { message: `first\r\n::error::second ${'x'.repeat(70_000)}` } };
    const { message } = gateway.readFailure({ status: 400, headers: {}, body });
    expect(message).toMatch(/^first ::error::second x+…$/);
    expect(message.length).toBeLessThanOrEqual(500);
  });
});

const HUGE_TEXT = 'budget_exceeded '.repeat(20_000);

function deep(levels: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? { error: value } : [value];
  return value;
}

/** Every word, name and status that some gateway knows, so that the odd bodies come near to real ones. */
const known = gateways
  .flatMap(({ id }) => failuresOf(id))
  .flatMap(({ headers, body }) => ({ headers: Object.entries(headers), words: stringsIn(body) }));

const word = fc.oneof(
  fc.constantFrom(...new Set(known.flatMap(({ words }) => words))),
  fc.constantFrom('', '402', '429', 'None', 'regain access on 2026-12-01 at 00:00 UTC'),
  fc.string(),
);

const anything = fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: fc.jsonValue() });

const odd = fc.record(
  {
    type: anything,
    code: anything,
    status: anything,
    message: anything,
    metadata: fc.oneof(anything, fc.dictionary(hostileName(), anything, { maxKeys: 3 })),
    details: fc.oneof(
      anything,
      fc.array(fc.dictionary(hostileName(), anything, { maxKeys: 3 }), { maxLength: 2 }),
    ),
  },
  { requiredKeys: [] },
);

const anyEvidence: fc.Arbitrary<FailureEvidence> = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 400, 401, 402, 403, 412, 429, 503),
    fc.integer({ min: 100, max: 599 }),
  ),
  headers: fc.dictionary(
    fc.oneof(
      fc.constantFrom(
        ...new Set(known.flatMap(({ headers }) => headers.map(([name]) => name.toLowerCase()))),
      ),
      fc.string(),
    ),
    fc.oneof(
      fc.constantFrom(...new Set(known.flatMap(({ headers }) => headers.map(([, text]) => text)))),
      word,
    ),
    { maxKeys: 5 },
  ),
  body: fc.oneof(
    odd,
    odd.map((error) => ({ error })),
    odd.map((error) => [{ error }]),
    fc.tuple(anything, odd).map(([type, error]) => ({ type, error })),
    fc.tuple(fc.boolean(), word).map(([success, message]) => ({ success, message })),
    fc.dictionary(hostileName(), anything),
    fc.jsonValue(),
    word,
  ),
  at: fc.option(fc.date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2100-01-01') }), {
    nil: undefined,
  }),
});

/** Letters that no documented word consists of. */
const unknownWord = fc.stringMatching(/^zq[zq_]{0,20}$/);

const unknownBody = fc.oneof(
  unknownWord,
  fc.record({ error: unknownWord }),
  fc.record({ detail: fc.array(fc.record({ msg: unknownWord })) }),
  fc.record({
    type: unknownWord,
    error: fc.record({ type: unknownWord, code: unknownWord, message: unknownWord }),
  }),
  fc.record({
    error: fc.record({ status: unknownWord, metadata: fc.dictionary(unknownWord, unknownWord) }),
  }),
);

function hostileName(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      ...['__proto__', 'constructor', 'toString', 'length', 'error', 'reason', 'limit_source', 'error_type'],
      ...[
        'error_code',
        'violations',
        'retryDelay',
        'quotaId',
        'patterns',
        'message',
        'type',
        'code',
        'success',
      ],
    ),
    fc.string(),
  );
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

describe('words that mean another thing elsewhere', () => {
  test.each<[id: string, status: number, headers: Record<string, string>, error: object, kind: FailureKind]>([
    ['dashscope', 429, {}, { code: 'insufficient_quota' }, 'rate-limited'],
    ['openai', 429, {}, { code: 'insufficient_quota' }, 'exhausted'],
    ['portkey', 412, {}, {}, 'exhausted'],
    ['openai', 412, {}, {}, 'unknown'],
    ['portkey', 446, {}, {}, 'unknown'],
    ['zhipu', 429, {}, { code: 1113 }, 'exhausted'],
    ['zhipu', 429, {}, { code: '1305' }, 'rate-limited'],
    [
      'helicone',
      429,
      { 'helicone-ratelimit-policy': '1000;w=60;u=cents', 'helicone-ratelimit-remaining': '12' },
      {},
      'rate-limited',
    ],
    ['kong', 429, { 'x-ai-ratelimit-remaining-month-openai': '0' }, {}, 'rate-limited'],
    [
      'kong',
      429,
      { 'x-ai-ratelimit-remaining-month-openai': '7' },
      { code: 'insufficient_quota' },
      'exhausted',
    ],
    ['merge', 402, { 'x-credit-balance-usd': '-0.10' }, {}, 'exhausted'],
    ['bedrock', 503, { 'x-amzn-errortype': 'ModelNotReadyException' }, {}, 'overloaded'],
    ['gemini', 400, {}, { status: 'INVALID_ARGUMENT' }, 'unknown'],
  ])('%s: status %i, %j and %j', (id, status, headers, error, kind) => {
    expect(gatewayOf(id).readFailure({ status, headers, body: { error } }).kind).toBe(kind);
  });

  test.each(['cloudflare', 'tensorzero', 'envoy', 'helicone', 'kong'])(
    '%s: whether a bare 429 passes, nobody can tell; one with a wait does',
    (id) => {
      const read = (headers: Record<string, string>) =>
        gatewayOf(id).readFailure({ status: 429, headers, body: '', at: new Date(NOW) });
      expect(read({})).toMatchObject({ kind: 'rate-limited', retryable: undefined, confidence: 'low' });
      expect(read({ 'retry-after': '30' })).toMatchObject({
        kind: 'rate-limited',
        retryable: true,
        confidence: 'medium',
        resetsAt: '2026-11-22T09:00:30.000Z',
      });
    },
  );

  test('a provider’s words behind a gateway are the provider’s', () => {
    const body = { error: { code: 'insufficient_quota', message: 'm' } };
    for (const { id, readFailure } of gateways) {
      const { kind, origin } = readFailure({ status: 429, headers: {}, body });
      if (kind !== 'exhausted') continue;
      // A provider answers for itself, also where only the status says something.
      const itself = readFailure({ status: 401, headers: {}, body: '' }).origin === 'gateway';
      const nobodyKnows = ['http', 'ledger'].includes(id);
      expect({ id, origin }).toEqual({
        id,
        origin: itself ? 'gateway' : nobodyKnows ? 'unknown' : 'upstream',
      });
    }
  });
});

/**
 * How a recorded answer was read, against what it meant. `undecidable`: nothing in the answer can tell, and the verdict
 * says so, by `needsProbe` or by a retryability that is not known.
 */
function outcomeOf(gateway: Gateway, fixture: FailureFixture): 'right' | 'differs' | 'undecidable' {
  const { kind, needsProbe, retryable } = gateway.readFailure(evidenceOf(fixture));
  if (kind === (fixture.meant ?? fixture.kind)) return 'right';
  return needsProbe || retryable === undefined ? 'undecidable' : 'differs';
}

describe('recorded failures, read against what they meant', () => {
  const rows = gateways.flatMap((gateway) =>
    failuresOf(gateway.id).map((fixture) => ({
      id: gateway.id,
      fixture,
      name: `${gateway.id}/${fixture.name}`,
      outcome: outcomeOf(gateway, fixture),
    })),
  );
  const tell = ({ name, fixture }: (typeof rows)[number]) => `${name} read as ${fixture.kind}`;

  test('differ in two, where the call was too large and the budget not empty', () => {
    expect(rows.filter(({ outcome }) => outcome === 'differs').map(tell)).toEqual([
      'litellm/exhausted-3 read as too-large-for-budget',
      'openrouter/exhausted-3 read as too-large-for-budget',
    ]);
  });

  test('cannot be decided in three, and the verdict says so', () => {
    expect(rows.filter(({ outcome }) => outcome === 'undecidable').map(tell)).toEqual([
      'new-api/exhausted-2 read as unauthorised',
      'cloudflare/exhausted-1 read as rate-limited',
      'tensorzero/exhausted-1 read as rate-limited',
    ]);
  });

  test('say why, wherever they are not read as they were meant', () => {
    for (const { name, fixture } of rows) {
      const why = fixture.meant === undefined ? undefined : expect.stringMatching(/^[A-Z].+\.$/);
      expect({ name, why: fixture.why }).toEqual({ name, why });
    }
  });

  test('cover an exhausted budget at every gateway that is known to refuse for one', () => {
    const covered = (kind: FailureKind) =>
      new Set(rows.filter(({ fixture }) => (fixture.meant ?? fixture.kind) === kind).map(({ id }) => id));
    const withoutOne = gateways.filter(({ id }) => !covered('exhausted').has(id)).map(({ id }) => id);
    expect(withoutOne).toEqual(['cometapi', 'envoy', 'kong', 'bedrock', 'azure-openai']);
  });
});
