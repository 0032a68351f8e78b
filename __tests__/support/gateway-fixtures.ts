/** Recorded answers of gateways, a site that serves them, and what a gateway is handed when it reads a budget. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { BudgetLimit, BudgetReading } from '../../src/core/budget.js';
import { AppError } from '../../src/core/errors.js';
import type { Failure, FailureEvidence, FailureKind } from '../../src/core/failure.js';
import type { SpendEntry } from '../../src/core/ledger.js';
import { gateways } from '../../src/gateways/index.js';
import type {
  BudgetContext,
  BudgetWindow,
  Gateway,
  HttpAnswer,
  HttpMapping,
  HttpRequest,
  Route,
} from '../../src/ports/gateway.js';
import { readJson } from '../../src/wire/json-answer.js';
import { SseParser } from '../../src/wire/sse.js';

const FIXTURES = new URL('../fixtures/gateways/', import.meta.url);

export const NOW = '2026-11-22T09:00:00.000Z';

export const KEY = 'sk-the-agents/key+1';

export const ADMIN_KEY = 'sk-the-admins-key';

/** An answer as a fixture holds it: a body that is not text is JSON, header names are as recorded. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

export interface BudgetFixture {
  readonly name: string;
  readonly source: string;
  readonly adminKey?: boolean;
  readonly scope?: Readonly<Record<string, string>>;
  readonly now?: string;
  readonly mapping?: Partial<HttpMapping>;
  readonly windows?: readonly BudgetWindow[];
  readonly history?: { entries: SpendEntry[]; readable?: boolean; complete: boolean; evidence: string };
  /** By path; a key with a query, such as `/costs?page=2`, answers those requests that have all of it. */
  readonly answers?: Record<string, StoredAnswer>;
  readonly expected: {
    readonly limits: readonly Partial<BudgetLimit>[];
    readonly unread?: readonly string[];
    readonly conversions?: readonly { unit: string; nanoUsdPerUnit: number; assumed: boolean }[];
    readonly asOf?: string;
    readonly lagMs?: number;
    readonly version?: string;
  };
}

export interface UnreadableFixture extends Omit<BudgetFixture, 'expected'> {
  readonly says: readonly string[];
  /** What the gateway's own classifier makes of the answer that came along. */
  readonly readAs?: FailureKind;
}

export interface FailureFixture extends StoredAnswer {
  readonly name: string;
  readonly source: string;
  readonly kind: FailureKind;
  /** What the answer really meant, where nothing in it can tell; `why` says why not. */
  readonly meant?: FailureKind;
  readonly why?: string;
  /** When it came. */
  readonly at?: string;
  /** What else must be read; `null`: must not be known. */
  readonly scope?: string | null;
  readonly origin?: Failure['origin'];
  readonly retryable?: boolean | null;
  readonly resetsAt?: string | null;
  readonly confidence?: Failure['confidence'];
  readonly needsProbe?: boolean;
}

export interface CostFixture extends StoredAnswer {
  readonly name: string;
  readonly source: string;
  readonly streamed: boolean;
  readonly expectedNanoUsd?: number;
  readonly route?: { readonly [name in keyof Route]: Route[name] | null };
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

export const budgetsOf = (id: string) => fixturesOf<BudgetFixture>(id, 'budget');

export const unreadableOf = (id: string) => fixturesOf<UnreadableFixture>(id, 'unreadable');

export const failuresOf = (id: string) => fixturesOf<FailureFixture>(id, 'failure');

export const costsOf = (id: string) => fixturesOf<CostFixture>(id, 'cost');

function toAnswer({ status, headers, body }: StoredAnswer): HttpAnswer {
  return {
    status,
    headers: lowerCaseNames(headers),
    text: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

export const NOT_FOUND: HttpAnswer = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  text: 'no such route',
};

/** Serves answers by path and keeps what was asked. */
export class Site {
  readonly requests: HttpRequest[] = [];
  readonly #answer: (url: URL) => HttpAnswer;

  constructor(answer: Record<string, StoredAnswer> | ((url: URL) => HttpAnswer)) {
    this.#answer = typeof answer === 'function' ? answer : (url) => storedFor(answer, url);
  }

  readonly send = async (request: HttpRequest): Promise<HttpAnswer> => {
    this.requests.push(request);
    return this.#answer(new URL(request.url));
  };

  /** The one request to this path. */
  request(path: string): HttpRequest {
    const asked = this.requests.filter(({ url }) => new URL(url).pathname === path);
    expect(asked).toHaveLength(1);
    return asked[0]!;
  }
}

/** The stored answer that asks for most of this URL. */
function storedFor(answers: Record<string, StoredAnswer>, url: URL): HttpAnswer {
  const [best] = Object.entries(answers)
    .map(([key, answer]) => ({ wanted: new URL(key, url.origin), answer }))
    .filter(
      ({ wanted }) =>
        wanted.pathname === url.pathname &&
        [...wanted.searchParams].every(([name, value]) => url.searchParams.get(name) === value),
    )
    .sort((a, b) => b.wanted.searchParams.size - a.wanted.searchParams.size);
  return best === undefined ? NOT_FOUND : toAnswer(best.answer);
}

export function gatewayOf(id: string): Gateway {
  const gateway = gateways.find((candidate) => candidate.id === id);
  if (gateway === undefined) throw new Error(`there is no gateway ${id}`);
  return gateway;
}

/** As configuration hands it over: the root of the gateway, without `/v1`. */
export function rootOf(gateway: Gateway): string {
  return gateway.defaultUrl ?? 'https://llm.example.test';
}

export function contextOf(gateway: Gateway, site: Site, rest: Partial<BudgetContext> = {}): BudgetContext {
  return {
    send: site.send,
    url: rootOf(gateway),
    budgetUrl: undefined,
    key: KEY,
    adminKey: gateway.requires.includes('admin-key') ? ADMIN_KEY : undefined,
    scope: requiredScopeOf(gateway),
    mapping: gateway.requires.includes('mapping')
      ? mappingOf({ unit: 'USD', remaining: '/left' })
      : undefined,
    windows: [],
    history: async () => ({ entries: [], readable: true, complete: true, evidence: 'nothing was recorded' }),
    now: new Date(NOW),
    ...rest,
  };
}

/** Names without which the gateway cannot ask, with the values that its own documentation shows. */
export function requiredScopeOf({ scopeNames = [] }: Gateway): Record<string, string> {
  return Object.fromEntries(
    scopeNames.filter(({ isRequired }) => isRequired).map(({ name, example }) => [name, example]),
  );
}

export function mappingOf(mapping: Partial<HttpMapping>): HttpMapping {
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

export function contextOfFixture(
  gateway: Gateway,
  site: Site,
  fixture: Omit<BudgetFixture, 'expected'>,
): BudgetContext {
  const { history } = fixture;
  return contextOf(gateway, site, {
    ...(fixture.adminKey ? { adminKey: ADMIN_KEY } : {}),
    scope: { ...requiredScopeOf(gateway), ...fixture.scope },
    now: new Date(fixture.now ?? NOW),
    windows: fixture.windows ?? [],
    ...(fixture.mapping ? { mapping: mappingOf(fixture.mapping) } : {}),
    ...(history ? { history: async () => ({ ...history, readable: history.readable ?? true }) } : {}),
  });
}

export async function readFixture(
  gateway: Gateway,
  name: string,
): Promise<{ reading: BudgetReading; site: Site }> {
  const fixture = budgetsOf(gateway.id).find((candidate) => candidate.name === name);
  if (fixture === undefined) throw new Error(`${gateway.id} has no fixture ${name}`);
  const site = new Site(fixture.answers ?? {});
  return { reading: await gateway.readBudget(contextOfFixture(gateway, site, fixture)), site };
}

export async function failureOf(reading: Promise<BudgetReading>): Promise<AppError> {
  const outcome = await reading.then(
    (value) => value,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(AppError);
  return outcome as AppError;
}

/** What a person needs from an error: one line that names the call, a hint, and no key. */
export function expectUseful(error: AppError, id: string): void {
  expect(error.kind).toBe('upstream');
  expect(error.message).not.toMatch(/[\r\n]/);
  expect(error.message.length).toBeLessThan(1500);
  expect(error.message.toLowerCase()).toMatch(id === 'http' ? /usage api/ : id);
  expect(error.message).not.toMatch(/<html|<!doctype/i);
  expect(error.hint.length).toBeGreaterThan(20);
  for (const secret of [KEY, encodeURIComponent(KEY), ADMIN_KEY])
    expect(`${error.message} ${error.hint}`).not.toContain(secret);
}

export const isReadable = ({ requires }: Gateway) => requires.length > 0;

export function evidenceOf({
  status,
  headers,
  body,
  at,
}: StoredAnswer & { readonly at?: string }): FailureEvidence {
  return {
    status,
    headers: lowerCaseNames(headers),
    body: bodyOf(headers, body),
    at: at === undefined ? undefined : new Date(at),
  };
}

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

export function usageInStream(stream: string): unknown {
  return payloadsOf(stream).findLast((payload) => 'usage' in payload)?.['usage'];
}

/** What a gateway makes of a refusal that came at `NOW`. */
export function readFailure(
  id: string,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Failure {
  return gatewayOf(id).readFailure({ status, headers, body, at: new Date(NOW) });
}

/** The budget that these bodies tell, by path, each answered with 200. */
export function readFrom(
  id: string,
  bodies: Record<string, unknown>,
  rest: Partial<BudgetContext> = {},
): Promise<BudgetReading> {
  const stored = Object.entries(bodies).map(([path, body]) => [path, { status: 200, headers: {}, body }]);
  const gateway = gatewayOf(id);
  return gateway.readBudget(contextOf(gateway, new Site(Object.fromEntries(stored)), rest));
}
