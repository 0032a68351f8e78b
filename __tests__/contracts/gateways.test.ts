/** What every gateway of the list must do: `fixtures/gateways/<id>/<kind>.<case>.json`, each with its source. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { BudgetLimit, BudgetReading } from '../../src/core/budget.js';
import { AppError } from '../../src/core/errors.js';
import type { FailureKind } from '../../src/core/failure.js';
import type { SpendEntry } from '../../src/core/ledger.js';
import { gateways } from '../../src/gateways/index.js';
import type {
  BudgetContext,
  BudgetWindow,
  Gateway,
  HttpAnswer,
  HttpMapping,
  HttpRequest,
} from '../../src/ports/gateway.js';
import { readJson } from '../../src/wire/json-answer.js';
import { SseParser } from '../../src/wire/sse.js';

const FIXTURES = new URL('../fixtures/gateways/', import.meta.url);
const NOW = '2026-11-22T09:00:00.000Z';
const KEY = 'sk-the-agents/key+1';
const ADMIN_KEY = 'sk-the-admins-key';

/** An answer as a fixture holds it: a body that is not text is JSON. */
interface StoredAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

interface BudgetFixture {
  readonly name: string;
  readonly source: string;
  readonly adminKey?: boolean;
  readonly now?: string;
  readonly mapping?: Partial<HttpMapping>;
  readonly windows?: readonly BudgetWindow[];
  readonly history?: { entries: SpendEntry[]; readable?: boolean; complete: boolean; evidence: string };
  readonly answers?: Record<string, StoredAnswer>;
  readonly expected: {
    readonly limits: readonly Partial<BudgetLimit>[];
    readonly unread?: readonly string[];
    readonly conversions?: readonly { unit: string; nanoUsdPerUnit: number; assumed: boolean }[];
  };
}

interface UnreadableFixture extends Omit<BudgetFixture, 'expected'> {
  readonly says: readonly string[];
}

interface FailureFixture extends StoredAnswer {
  readonly name: string;
  readonly source: string;
  readonly kind: FailureKind;
  /** What the answer really meant, where nothing in it can tell; `why` says why not. */
  readonly meant?: FailureKind;
  readonly why?: string;
}

interface CostFixture extends StoredAnswer {
  readonly name: string;
  readonly source: string;
  readonly streamed: boolean;
  readonly expectedNanoUsd?: number;
}

function fixturesOf<T>(id: string, kind: string): T[] {
  const dir = new URL(`${id}/`, FIXTURES);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((file) => file.startsWith(`${kind}.`))
    .map((file) => ({
      name: file.slice(kind.length + 1, -'.json'.length),
      ...JSON.parse(readFileSync(new URL(file, dir), 'utf8')),
    }));
}

const budgetsOf = (id: string) => fixturesOf<BudgetFixture>(id, 'budget');
const unreadableOf = (id: string) => fixturesOf<UnreadableFixture>(id, 'unreadable');
const failuresOf = (id: string) => fixturesOf<FailureFixture>(id, 'failure');
const costsOf = (id: string) => fixturesOf<CostFixture>(id, 'cost');

function toAnswer({ status, headers, body }: StoredAnswer): HttpAnswer {
  return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) };
}

const NOT_FOUND: HttpAnswer = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  text: 'no such route',
};

/** Serves answers by path and keeps what was asked. */
class Site {
  readonly requests: HttpRequest[] = [];
  readonly #answer: (path: string) => HttpAnswer;

  constructor(answer: Record<string, StoredAnswer> | ((path: string) => HttpAnswer)) {
    this.#answer =
      typeof answer === 'function'
        ? answer
        : (path) => {
            const stored = answer[path];
            return stored === undefined ? NOT_FOUND : toAnswer(stored);
          };
  }

  readonly send = async (request: HttpRequest): Promise<HttpAnswer> => {
    this.requests.push(request);
    return this.#answer(new URL(request.url).pathname);
  };

  /** The one request to this path. */
  request(path: string): HttpRequest {
    const asked = this.requests.filter(({ url }) => new URL(url).pathname === path);
    expect(asked).toHaveLength(1);
    return asked[0]!;
  }
}

function gatewayOf(id: string): Gateway {
  const gateway = gateways.find((candidate) => candidate.id === id);
  if (gateway === undefined) throw new Error(`there is no gateway ${id}`);
  return gateway;
}

/** As configuration hands it over: the root of the gateway, without `/v1`. */
function rootOf(gateway: Gateway): string {
  return gateway.defaultUrl ?? 'https://llm.example.test';
}

function contextOf(gateway: Gateway, site: Site, rest: Partial<BudgetContext> = {}): BudgetContext {
  return {
    send: site.send,
    url: rootOf(gateway),
    budgetUrl: undefined,
    key: KEY,
    adminKey: undefined,
    mapping: gateway.requires.includes('mapping')
      ? mappingOf({ unit: 'USD', remaining: '/left' })
      : undefined,
    windows: [],
    history: async () => ({ entries: [], readable: true, complete: true, evidence: 'nothing was recorded' }),
    now: new Date(NOW),
    ...rest,
  };
}

function mappingOf(mapping: Partial<HttpMapping>): HttpMapping {
  return {
    url: 'https://usage.example.test/usage',
    headers: { authorization: 'Bearer {gateway-key}' },
    unit: 'USD',
    limit: undefined,
    used: undefined,
    remaining: undefined,
    resetsAt: undefined,
    ...mapping,
  };
}

function contextOfFixture(
  gateway: Gateway,
  site: Site,
  fixture: Omit<BudgetFixture, 'expected'>,
): BudgetContext {
  const { history } = fixture;
  return contextOf(gateway, site, {
    adminKey: fixture.adminKey ? ADMIN_KEY : undefined,
    now: new Date(fixture.now ?? NOW),
    windows: fixture.windows ?? [],
    ...(fixture.mapping ? { mapping: mappingOf(fixture.mapping) } : {}),
    ...(history ? { history: async () => ({ ...history, readable: history.readable ?? true }) } : {}),
  });
}

async function readFixture(gateway: Gateway, name: string): Promise<{ reading: BudgetReading; site: Site }> {
  const fixture = budgetsOf(gateway.id).find((candidate) => candidate.name === name);
  if (fixture === undefined) throw new Error(`${gateway.id} has no fixture ${name}`);
  const site = new Site(fixture.answers ?? {});
  return { reading: await gateway.readBudget(contextOfFixture(gateway, site, fixture)), site };
}

async function failureOf(reading: Promise<BudgetReading>): Promise<AppError> {
  const outcome = await reading.then(
    (value) => value,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(AppError);
  return outcome as AppError;
}

/** What a person needs from an error: one line that names the call, a hint, and no key. */
function expectUseful(error: AppError, id: string): void {
  expect(error.kind).toBe('upstream');
  expect(error.message).not.toMatch(/[\r\n]/);
  expect(error.message.length).toBeLessThan(1500);
  expect(error.message.toLowerCase()).toMatch(id === 'http' ? /usage api/ : id);
  expect(error.message).not.toMatch(/<html|<!doctype/i);
  expect(error.hint.length).toBeGreaterThan(20);
  for (const secret of [KEY, encodeURIComponent(KEY), ADMIN_KEY])
    expect(`${error.message} ${error.hint}`).not.toContain(secret);
}

/** The same JSON with every number turned into words. */
function withWords(value: unknown): unknown {
  if (typeof value === 'number') return 'lots';
  if (Array.isArray(value)) return value.map(withWords);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withWords(item)]));
}

const BAD_ANSWERS: [name: string, answer: HttpAnswer][] = [
  [
    'an HTML page',
    {
      status: 200,
      headers: { 'content-type': 'text/html' },
      text: '<!doctype html>\n<html><body>Sign in</body></html>',
    },
  ],
  ['truncated JSON', { status: 200, headers: {}, text: '{"info":{"spend":3.41,"max_budget":10' }],
  ['an empty body', { status: 200, headers: {}, text: '' }],
  ['blanks', { status: 200, headers: {}, text: ' \r\n ' }],
  ['null', { status: 200, headers: {}, text: 'null' }],
  ['an empty list', { status: 200, headers: {}, text: '[]' }],
  ['an empty object', { status: 200, headers: {}, text: '{}' }],
  ['a string', { status: 200, headers: {}, text: '"12.5"' }],
  ['a bare number', { status: 200, headers: {}, text: '12.5' }],
];

const ERROR_ANSWERS: [status: number, body: string, hint: RegExp][] = [
  [401, '{"error":{"message":"invalid key","type":"x"}}', /key/i],
  [401, '', /key/i],
  [403, '{"error":{"message":"not for you","type":"x"}}', /key/i],
  [404, '<html>nothing here</html>', /./],
  [500, '{"error":{"message":"boom","type":"x"}}', /./],
  [500, '', /./],
  [502, '<html><body>Bad Gateway</body></html>', /./],
];

describe.each(gateways.map((gateway) => ({ id: gateway.id, gateway })))('gateway $id', ({ id, gateway }) => {
  test('has fixtures of budgets and of failures', () => {
    expect(budgetsOf(id)).not.toHaveLength(0);
    expect(failuresOf(id)).not.toHaveLength(0);
  });

  test('says of every fixture where it comes from', () => {
    for (const { name, source } of [
      ...budgetsOf(id),
      ...unreadableOf(id),
      ...failuresOf(id),
      ...costsOf(id),
    ]) {
      expect({ name, source }).toEqual({ name, source: expect.stringMatching(/\S{4}/) });
    }
  });

  test.each(budgetsOf(id))('reads the budget $name', async (fixture) => {
    const { reading } = await readFixture(gateway, fixture.name);
    expect(reading.limits).toEqual(fixture.expected.limits);
    expect(reading.gateway).toBe(id);
    expect(reading.asOf).toBe(new Date(fixture.now ?? NOW).toISOString());
    if (fixture.expected.unread) expect(reading.unread).toEqual(fixture.expected.unread);
    for (const [index, { unit, nanoUsdPerUnit, assumed }] of (fixture.expected.conversions ?? []).entries()) {
      expect(reading.conversions[index]).toMatchObject({ unit, nanoUsdPerUnit });
      expect(/\bassumed\b/.test(reading.conversions[index]?.source ?? '')).toBe(assumed);
    }
  });

  test('never calls a figure it could not read a number', async () => {
    for (const fixture of budgetsOf(id)) {
      const { reading } = await readFixture(gateway, fixture.name);
      for (const { limit, used, remaining } of reading.limits) {
        for (const level of [limit, used, remaining]) {
          expect(level).toEqual(
            level.kind === 'finite' ? { kind: 'finite', value: expect.any(Number) } : { kind: level.kind },
          );
          if (level.kind === 'finite') expect(Number.isFinite(level.value)).toBe(true);
        }
      }
    }
  });

  test.each(failuresOf(id))('takes $name for $kind', ({ status, headers, body, kind }) => {
    const failure = gateway.readFailure({ status, headers, body: bodyOf(headers, body) });
    expect(failure.kind).toBe(kind);
    expect(failure.evidence).not.toBe('');
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
      const body = { error: { type: word, code: word, message: word, metadata: { error_code: word } } };
      expect(gateway.readFailure({ status: 400, headers: {}, body }).kind).toBe('unknown');
    }
  });

  test('shortens what the gateway said to one line', () => {
    const body = { error: { message: `first\r\n::error::second ${'x'.repeat(70_000)}` } };
    const { message } = gateway.readFailure({ status: 400, headers: {}, body });
    expect(message).toMatch(/^first ::error::second x+…$/);
    expect(message.length).toBeLessThanOrEqual(500);
  });

  const costs = costsOf(id);
  if (costs.length > 0) {
    test.each(costs)('reads the cost of a call: $name', ({ headers, body, streamed, expectedNanoUsd }) => {
      const usage = streamed ? usageInStream(String(body)) : (body as { usage?: unknown }).usage;
      expect(gateway.readCost({ headers, streamed, usage })).toBe(expectedNanoUsd);
    });
  }

  test('knows no cost where none was reported', () => {
    for (const usage of [undefined, null, {}, { cost: null }, { cost: '0.1' }, 'text', []]) {
      expect(gateway.readCost({ headers: {}, streamed: false, usage })).toBeUndefined();
    }
  });
});

/** An error inside a stream that began with 200 is handed over as its payload. */
function bodyOf(headers: Record<string, string>, body: unknown): unknown {
  if (headers['content-type'] !== 'text/event-stream')
    return typeof body === 'string' ? readJson(body) : body;
  return payloadsOf(String(body)).find((payload) => 'error' in payload);
}

function payloadsOf(stream: string): Record<string, unknown>[] {
  const events = new SseParser().push(Buffer.from(stream));
  return events
    .map(({ data }) => readJson(String(data)))
    .filter((payload) => typeof payload === 'object') as Record<string, unknown>[];
}

function usageInStream(stream: string): unknown {
  return payloadsOf(stream).findLast((payload) => 'usage' in payload)?.['usage'];
}

const overHttp = gateways.filter(({ requires }) => !requires.includes('budgets'));

describe.each(overHttp.map((gateway) => ({ id: gateway.id, gateway })))(
  'gateway $id, when its usage API fails',
  ({ id, gateway }) => {
    test.each(BAD_ANSWERS)('answers %s with an error that says what to check', async (_name, answer) => {
      expectUseful(await failureOf(gateway.readBudget(contextOf(gateway, new Site(() => answer)))), id);
    });

    test.each(ERROR_ANSWERS)(
      'answers status %i and %j with an error that names it',
      async (status, text, hint) => {
        const error = await failureOf(
          gateway.readBudget(contextOf(gateway, new Site(() => ({ status, headers: {}, text })))),
        );
        expectUseful(error, id);
        expect(error.code).toBe('upstream-failed');
        expect(error.message).toContain(String(status));
        expect(error.hint).toMatch(hint);
      },
    );

    test.each(budgetsOf(id))('answers wrong types with an error: $name', async (fixture) => {
      const answers = Object.entries(fixture.answers ?? {}).filter(([, { status }]) => status === 200);
      const site = new Site(
        Object.fromEntries(
          answers.map(([path, answer]) => [path, { ...answer, body: withWords(answer.body) }]),
        ),
      );
      expectUseful(await failureOf(gateway.readBudget(contextOfFixture(gateway, site, fixture))), id);
    });

    const unreadable = unreadableOf(id);
    if (unreadable.length > 0) {
      test.each(unreadable)('cannot read $name, and says why', async (fixture) => {
        const error = await failureOf(
          gateway.readBudget(contextOfFixture(gateway, new Site(fixture.answers ?? {}), fixture)),
        );
        expectUseful(error, id);
        for (const words of fixture.says) expect(error.message).toContain(words);
      });
    }

    test('passes on the error of a request that got no answer', async () => {
      const lost = new AppError('upstream-failed', `${id}: no answer within 30 s.`);
      const site = new Site(() => {
        throw lost;
      });
      expect(await failureOf(gateway.readBudget(contextOf(gateway, site)))).toBe(lost);
    });

    test('shows the key to nobody but the host that is asked', async () => {
      const [fixture] = budgetsOf(id);
      const { site } = await readFixture(gateway, fixture?.name ?? '');
      expect(site.requests).not.toHaveLength(0);
      for (const { url, headers = {}, body, method = 'GET' } of site.requests) {
        expect({ method, body }).toEqual({ method: 'GET', body: undefined });
        const inUrl = url.includes(encodeURIComponent(KEY)) || url.includes(KEY);
        expect({ url, inUrl }).toEqual({ url, inUrl: id === 'cometapi' });
        for (const [name, value] of Object.entries(headers))
          if (value.includes(KEY)) expect(name).toBe('authorization');
      }
    });
  },
);

describe('litellm', () => {
  const litellm = gatewayOf('litellm');

  test('asks the root for the calling key, with the key in the header', async () => {
    const { site } = await readFixture(litellm, 'capped-key');
    expect(site.requests).toEqual([
      { url: 'https://llm.example.test/key/info', headers: { authorization: `Bearer ${KEY}` } },
    ]);
  });

  test('names the key by its hash when an admin key does the asking', async () => {
    const answers = budgetsOf('litellm').find(({ name }) => name === 'capped-key')?.answers ?? {};
    const site = new Site(answers);
    await litellm.readBudget(contextOf(litellm, site, { adminKey: ADMIN_KEY }));
    const hash = createHash('sha256').update(KEY).digest('hex');
    expect(site.requests).toEqual([
      {
        url: `https://llm.example.test/key/info?key=${hash}`,
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
      },
    ]);
  });

  test('says how far its figures trail enforcement', async () => {
    expect((await readFixture(litellm, 'capped-key')).reading.lag).toMatch(/second/);
  });

  test('is exhausted by its type, whatever an operator made of the message', () => {
    const body = {
      error: { message: 'Ask platform@example.com', type: 'budget_exceeded', param: null, code: '429' },
    };
    expect(litellm.readFailure({ status: 429, headers: {}, body })).toEqual({
      kind: 'exhausted',
      message: 'Ask platform@example.com',
      evidence: 'error.type=budget_exceeded',
    });
  });

  test('is not exhausted when a message of a user only quotes the words', () => {
    const body = {
      error: {
        message: 'Bad request: "Budget has been exceeded!" is not a role',
        type: 'invalid_request_error',
      },
    };
    expect(litellm.readFailure({ status: 422, headers: {}, body }).kind).toBe('unknown');
  });
});

describe('new-api and one-api', () => {
  test.each(['new-api', 'one-api'])(
    '%s: the key goes to the billing routes, not to the public status page',
    async (id) => {
      const [fixture] = budgetsOf(id);
      const { site } = await readFixture(gatewayOf(id), fixture?.name ?? '');
      expect(site.request('/api/status').headers ?? {}).toEqual({});
      for (const { url, headers } of site.requests.filter(
        (request) => !request.url.endsWith('/api/status'),
      )) {
        expect({ url, headers }).toEqual({ url, headers: { authorization: `Bearer ${KEY}` } });
      }
    },
  );

  test.each(['new-api', 'one-api'])('%s: a fork that renamed the type is known by its code', (id) => {
    const body = {
      error: { message: 'nope', type: 'some_fork_error', param: '', code: 'insufficient_user_quota' },
    };
    expect(gatewayOf(id).readFailure({ status: 403, headers: {}, body }).kind).toBe('exhausted');
  });

  test.each(['new-api', 'one-api', 'cometapi'])(
    '%s: a 403 about permissions is not an exhausted budget',
    (id) => {
      const body = {
        error: { message: 'This token has no access to model gpt-5', type: 'new_api_error', code: '' },
      };
      expect(gatewayOf(id).readFailure({ status: 403, headers: {}, body }).kind).not.toBe('exhausted');
    },
  );
});

describe('cometapi', () => {
  const cometapi = gatewayOf('cometapi');

  test('asks its balance host alone, with the key in the query and nowhere else', async () => {
    const { site } = await readFixture(cometapi, 'two-keys');
    expect(site.requests).toEqual([
      { url: `https://query.cometapi.com/user/quota?key=${encodeURIComponent(KEY)}` },
    ]);
  });

  test('asks with the admin key where one is given, so that the agent’s key stays out of URLs', async () => {
    const site = new Site(budgetsOf('cometapi')[0]?.answers ?? {});
    await cometapi.readBudget(contextOf(cometapi, site, { adminKey: ADMIN_KEY }));
    expect(site.requests.map(({ url }) => url)).toEqual([
      `https://query.cometapi.com/user/quota?key=${ADMIN_KEY}`,
    ]);
  });

  test('says that it cannot tell which of several keys is the agent’s', async () => {
    expect((await readFixture(cometapi, 'two-keys')).reading.unread).toEqual([
      expect.stringContaining('names only'),
    ]);
  });
});

describe('openrouter', () => {
  const openrouter = gatewayOf('openrouter');

  test('asks for the key with the key, and for credits with the admin key alone', async () => {
    const { site } = await readFixture(openrouter, 'overdrawn-credits');
    expect(site.request('/api/v1/key').headers).toEqual({ authorization: `Bearer ${KEY}` });
    expect(site.request('/api/v1/credits').headers).toEqual({ authorization: `Bearer ${ADMIN_KEY}` });
  });

  test('does not ask for credits without an admin key', async () => {
    const { site } = await readFixture(openrouter, 'capped-key');
    expect(site.requests.map(({ url }) => url)).toEqual(['https://openrouter.ai/api/v1/key']);
  });

  test('a content block under 403 is not an exhausted budget', () => {
    const body = {
      error: { code: 403, message: 'Request blocked by guardrail', metadata: { patterns: ['secret'] } },
    };
    expect(openrouter.readFailure({ status: 403, headers: {}, body }).kind).not.toBe('exhausted');
  });
});

describe('budget-url', () => {
  test.each(['litellm', 'new-api', 'one-api', 'cometapi', 'openrouter'])(
    '%s reads from there alone',
    async (id) => {
      const gateway = gatewayOf(id);
      const [fixture] = budgetsOf(id);
      const site = new Site(fixture?.answers ?? {});
      const prefix = id === 'openrouter' ? '/api' : '';
      await gateway.readBudget(
        contextOf(gateway, site, { budgetUrl: `https://balance.example.test${prefix}` }),
      );
      expect(site.requests).not.toHaveLength(0);
      for (const { url } of site.requests) expect(new URL(url).origin).toBe('https://balance.example.test');
    },
  );

  test('http takes it in place of the mapping’s URL', async () => {
    const http = gatewayOf('http');
    const site = new Site({ '/elsewhere': { status: 200, headers: {}, body: { left: 1 } } });
    await http.readBudget(contextOf(http, site, { budgetUrl: 'https://balance.example.test/elsewhere' }));
    expect(site.requests.map(({ url }) => url)).toEqual(['https://balance.example.test/elsewhere']);
  });
});

describe('http', () => {
  const http = gatewayOf('http');
  const read = (body: unknown, mapping: Partial<HttpMapping>, rest: Partial<BudgetContext> = {}) => {
    const site = new Site({ '/usage': { status: 200, headers: {}, body } });
    return {
      site,
      reading: http.readBudget(contextOf(http, site, { mapping: mappingOf(mapping), ...rest })),
    };
  };

  test('puts the keys where the mapping wants them', async () => {
    const { site, reading } = read(
      { left: 1 },
      {
        url: 'https://usage.example.test/usage?team=a',
        headers: { 'x-api-key': '{admin-key}', authorization: 'Bearer {gateway-key}', accept: 'text/json' },
        remaining: '/left',
      },
      { adminKey: ADMIN_KEY },
    );
    await reading;
    expect(site.requests).toEqual([
      {
        url: 'https://usage.example.test/usage?team=a',
        headers: { 'x-api-key': ADMIN_KEY, authorization: `Bearer ${KEY}`, accept: 'text/json' },
      },
    ]);
  });

  test('writes a key into a URL so that it arrives whole', async () => {
    const key = 'a+b&c=d#e';
    const { site, reading } = read(
      { left: 1 },
      { url: 'https://usage.example.test/usage?key={gateway-key}&x=1', remaining: '/left' },
      { key },
    );
    await reading;
    expect(new URL(site.requests[0]?.url ?? '').searchParams.get('key')).toBe(key);
  });

  test.each([
    '/nothing',
    '/data/left/deeper',
    '/list/9',
    '/list/-1',
    '/list/x',
    '/constructor',
    '/list/length',
    '/__proto__',
  ])('says that %s leads nowhere', async (pointer) => {
    const { reading } = read({ data: { left: 1 }, list: [1, 2] }, { remaining: pointer });
    const error = await failureOf(reading);
    expect(error.code).toBe('wire-format');
    expect(error.message).toContain(pointer);
  });

  test('needs a mapping', async () => {
    const error = await failureOf(http.readBudget(contextOf(http, new Site({}), { mapping: undefined })));
    expect(error.kind).toBe('usage');
  });

  test('a reset that is not text is not known', async () => {
    const { reading } = read({ left: 1, reset: 1795322860 }, { remaining: '/left', resetsAt: '/reset' });
    expect((await reading).limits[0]?.resetsAt).toBeUndefined();
  });
});

describe('ledger', () => {
  test('asks nobody', async () => {
    for (const fixture of budgetsOf('ledger')) {
      expect((await readFixture(gatewayOf('ledger'), fixture.name)).site.requests).toEqual([]);
    }
  });
});

describe('an unexpected shape', () => {
  test('is told by field and reason in words, not as a dump', async () => {
    const litellm = gatewayOf('litellm');
    const answer = { status: 200, headers: {}, text: '{"info":{"spend":"lots"}}' };
    const { message } = await failureOf(litellm.readBudget(contextOf(litellm, new Site(() => answer))));
    expect(message).toContain('spend');
    expect(message).not.toMatch(/[{}"]/);
  });
});

describe('failures that nothing in the answer can tell apart', () => {
  test('are few, and each says why', () => {
    const ambiguous = gateways.flatMap(({ id }) => failuresOf(id).filter(({ meant }) => meant !== undefined));
    expect(ambiguous.map(({ meant, kind }) => `${meant} read as ${kind}`).sort()).toEqual([
      'exhausted read as unauthorised',
      'unauthorised read as unknown',
    ]);
    for (const { why } of ambiguous) expect(why).toMatch(/\.$/);
  });
});
