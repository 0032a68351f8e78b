/** What every gateway of the list must do: `fixtures/gateways/<id>/<kind>.<case>.json`, each with its source. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { BudgetLimit } from '../../src/core/budget.js';
import { AppError } from '../../src/core/errors.js';
import { RefusedAnswer } from '../../src/core/failure.js';
import { gateways } from '../../src/gateways/index.js';
import type { HttpAnswer } from '../../src/ports/gateway.js';
import { readJson } from '../../src/wire/json-answer.js';
import {
  ADMIN_KEY,
  type BudgetFixture,
  budgetsOf,
  contextOf,
  contextOfFixture,
  costsOf,
  expectUseful,
  failureOf,
  failuresOf,
  gatewayOf,
  isReadable,
  KEY,
  NOW,
  readFixture,
  rootOf,
  Site,
  type StoredAnswer,
  unreadableOf,
  usageInStream,
} from '../support/gateway-fixtures.js';

const FIXTURES = new URL('../fixtures/gateways/', import.meta.url);

/** Headers that may carry a key, besides `authorization`. */
const KEY_HEADERS = ['authorization', 'x-bf-vk', 'x-api-key', 'x-portkey-api-key'];

/** Their answers have figures as decimal text among numbers. */
const TAKES_FIGURES_AS_TEXT = ['openai', 'anthropic'];

const hasFigures = (answers: Record<string, StoredAnswer>) =>
  Object.values(answers).some(
    ({ status, body }) => status === 200 && JSON.stringify(withWords(body)) !== JSON.stringify(body),
  );

/** The answers of a fixture that are not errors, with words in place of figures. */
function wordedAnswers({ answers = {} }: Pick<BudgetFixture, 'answers'>): Record<string, StoredAnswer> {
  return Object.fromEntries(
    Object.entries(answers)
      .filter(([, { status }]) => status === 200)
      .map(([path, answer]) => [path, { ...answer, body: withWords(answer.body) }]),
  );
}

/** The same JSON with every number turned into words, also where it is decimal text. */
function withWords(value: unknown): unknown {
  if (typeof value === 'number') return 'lots';
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return 'lots';
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

const NONSENSE_ROUTE = { 'cf-aig-step': 'first', 'x-litellm-attempted-fallbacks': '-1' };

describe('the list of gateways', () => {
  test('names each of them once, by a slug', () => {
    const names = gateways.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
  });

  test('has a folder of fixtures for each, and no other', () => {
    expect(readdirSync(FIXTURES).sort()).toEqual(gateways.map(({ id }) => id).sort());
  });
});

describe.each(gateways.map((gateway) => ({ id: gateway.id, gateway })))('gateway $id', ({ id, gateway }) => {
  test('has fixtures of failures, and of budgets where it has something to read', () => {
    expect(failuresOf(id)).not.toHaveLength(0);
    expect(budgetsOf(id).length > 0).toBe(isReadable(gateway));
  });

  test('says in whole sentences what is known of it', () => {
    for (const fact of Object.values(gateway.facts)) expect(fact.trim()).not.toBe('');
    expect(gateway.facts.exhausted).toMatch(/[.]$/);
    expect(gateway.summary).toMatch(/[.]$/);
    for (const { name, example } of gateway.scopeNames ?? [])
      expect({ name, example }).toEqual({
        name: expect.stringMatching(/^[a-z-]+$/),
        example: expect.stringMatching(/^\S+$/),
      });
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

  const budgets = budgetsOf(id);
  if (budgets.length > 0) {
    test.each(budgets)('reads the budget $name', async ({ name, now, expected }) => {
      const { reading } = await readFixture(gateway, name);
      expect(reading.limits).toHaveLength(expected.limits.length);
      for (const [index, limit] of expected.limits.entries()) expectLimit(reading.limits[index], limit);
      expect(reading.gateway).toBe(id);
      expect(reading.asOf).toBe(expected.asOf ?? new Date(now ?? NOW).toISOString());
      if (expected.unread) expect(reading.unread).toEqual(expected.unread);
      if (expected.lagMs) expect(reading.lagMs).toBe(expected.lagMs);
      if (expected.version) expect(reading.version).toBe(expected.version);
      if (expected.conversions) expect(reading.conversions).toHaveLength(expected.conversions.length);
      for (const [index, { unit, nanoUsdPerUnit, assumed }] of (expected.conversions ?? []).entries()) {
        expect(reading.conversions[index]).toMatchObject({ unit, nanoUsdPerUnit });
        expect(/\bassumed\b/.test(reading.conversions[index]?.source ?? '')).toBe(assumed);
      }
    });
  }

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

  const costs = costsOf(id);
  if (costs.length > 0) {
    test.each(costs)(
      'reads the cost of a call: $name',
      ({ headers, body, streamed, expectedNanoUsd, route }) => {
        const usage = streamed ? usageInStream(String(body)) : (body as { usage?: unknown }).usage;
        expect(gateway.readCost({ headers, streamed, usage })).toBe(expectedNanoUsd);
        if (route === undefined) return;
        const { servedBy = null, fallbacks = null } = gateway.readRoute({ headers, streamed, usage });
        expect({ servedBy, fallbacks }).toEqual(route);
      },
    );
  }

  test('knows no route where none was told', () => {
    for (const headers of [{}, NONSENSE_ROUTE]) {
      const { fallbacks } = gateway.readRoute({ headers, streamed: false, usage: undefined });
      expect(fallbacks).toBeUndefined();
    }
    expect(gateway.readRoute({ headers: {}, streamed: true, usage: undefined }).servedBy).toBeUndefined();
  });

  test('knows no cost where none was reported', () => {
    for (const usage of [undefined, null, {}, { cost: null }, { cost: '0.1' }, 'text', []]) {
      expect(gateway.readCost({ headers: {}, streamed: false, usage })).toBeUndefined();
    }
  });
});

/** A limit that was read; fields that the fixture leaves out are not looked at, levels always are. */
function expectLimit(limit: BudgetLimit | undefined, expected: Partial<BudgetLimit>): void {
  expect(limit).toMatchObject(expected);
  expect([limit?.period, limit?.resetsAt]).toEqual([expected.period, expected.resetsAt]);
  for (const level of ['limit', 'used', 'remaining'] as const)
    expect(limit?.[level]).toEqual(expected[level]);
}

const withoutAny = gateways.filter((gateway) => !isReadable(gateway));

describe.each(withoutAny.map((gateway) => ({ id: gateway.id, gateway })))(
  'gateway $id, which has nothing to read',
  ({ id, gateway }) => {
    test('says so plainly, what to write instead, and asks nobody', async () => {
      const site = new Site({});
      const error = await failureOf(gateway.readBudget(contextOf(gateway, site)));
      expectUseful(error, id);
      expect(error.code).toBe('not-readable');
      expect(error.message).toMatch(/^\S+ has nothing to read a budget from: \S.*[^.]\.$/);
      expect(error.hint).toContain('gateway.budgets');
      expect(site.requests).toEqual([]);
    });

    test.each(budgetsOf('ledger'))(
      'reads a budget of the policy file in its place: $name',
      async (fixture) => {
        const site = new Site({});
        const reading = await gateway.readBudget(contextOfFixture(gateway, site, fixture));
        const ofLedger = await readFixture(gatewayOf('ledger'), fixture.name);
        expect(reading).toEqual({ ...ofLedger.reading, gateway: id });
        expect(site.requests).toEqual([]);
      },
    );

    test('a ledger that cannot be read is an error, not an unspent budget', async () => {
      const history = async () => ({ entries: [], readable: false, complete: false, evidence: 'no access' });
      const windows = [{ unit: 'usd', limit: 1, period: 'day' }] as const;
      const error = await failureOf(
        gateway.readBudget(contextOf(gateway, new Site({}), { windows, history })),
      );
      expect(error.code).toBe('store-failed');
      expect(error.message).toContain('no access');
    });
  },
);

const overHttp = gateways.filter((gateway) => isReadable(gateway) && !gateway.requires.includes('budgets'));

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
        expect(error).toBeInstanceOf(RefusedAnswer);
        expect((error as RefusedAnswer).answer).toEqual({ status, headers: {}, body: readJson(text) });
      },
    );

    const withFigures = budgetsOf(id).filter(({ answers = {} }) => hasFigures(answers));

    test.each(withFigures)('takes no word for a figure: $name', async (fixture) => {
      const reading = gateway.readBudget(
        contextOfFixture(gateway, new Site(wordedAnswers(fixture)), fixture),
      );
      if (!TAKES_FIGURES_AS_TEXT.includes(id)) return expectUseful(await failureOf(reading), id);
      const outcome = await reading.catch((error: AppError) => error);
      if (outcome instanceof AppError) return expectUseful(outcome, id);
      for (const { remaining } of outcome.limits) expect(remaining.kind).not.toBe('finite');
    });

    const unreadable = unreadableOf(id);
    if (unreadable.length > 0) {
      test.each(unreadable)('cannot read $name, and says why', async (fixture) => {
        const error = await failureOf(
          gateway.readBudget(contextOfFixture(gateway, new Site(fixture.answers ?? {}), fixture)),
        );
        expectUseful(error, id);
        for (const words of fixture.says) expect(error.message).toContain(words);
        if (fixture.readAs === undefined) return;
        expect(error).toBeInstanceOf(RefusedAnswer);
        expect(gateway.readFailure((error as RefusedAnswer).answer).kind).toBe(fixture.readAs);
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
        const inUrl = [KEY, encodeURIComponent(KEY), ADMIN_KEY].some((key) => url.includes(key));
        expect({ url, inUrl }).toEqual({ url, inUrl: id === 'cometapi' });
        for (const [name, value] of Object.entries(headers))
          if (value.includes(KEY) || value.includes(ADMIN_KEY)) expect(KEY_HEADERS).toContain(name);
      }
    });
  },
);

describe('budget-url', () => {
  const readers = overHttp.filter(({ id }) => id !== 'http').map(({ id }) => id);

  test.each(readers)('%s reads from there alone', async (id) => {
    const gateway = gatewayOf(id);
    const [fixture] = budgetsOf(id);
    if (fixture === undefined) throw new Error(`${id} has no fixture`);
    const site = new Site(fixture.answers ?? {});
    const prefix = new URL(rootOf(gateway)).pathname.replace(/\/$/, '');
    const context = contextOfFixture(gateway, site, fixture);
    await gateway.readBudget({ ...context, budgetUrl: `https://balance.example.test${prefix}` });
    expect(site.requests).not.toHaveLength(0);
    for (const { url } of site.requests) expect(new URL(url).origin).toBe('https://balance.example.test');
  });

  test('http takes it in place of the mapping’s URL', async () => {
    const http = gatewayOf('http');
    const site = new Site({ '/elsewhere': { status: 200, headers: {}, body: { left: 1 } } });
    await http.readBudget(contextOf(http, site, { budgetUrl: 'https://balance.example.test/elsewhere' }));
    expect(site.requests.map(({ url }) => url)).toEqual(['https://balance.example.test/elsewhere']);
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
