/** A meter between a test and an upstream of the test's own, and a client that sees exact bytes. */

import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { Dispatcher } from 'undici';
import { agents } from '../../src/agents/index.js';
import type { AttributionConfig } from '../../src/config/attribution-config.js';
import type { CallEntry, SentCall } from '../../src/core/ledger.js';
import type { RunLimits } from '../../src/core/limits.js';
import type { PriceTable } from '../../src/core/price.js';
import { totalsOf } from '../../src/core/totals.js';
import { dialects } from '../../src/dialects/index.js';
import { gateways } from '../../src/gateways/index.js';
import type { Client, GuardOptions } from '../../src/meter/admission.js';
import type { Probe } from '../../src/meter/failure-desk.js';
import { Guard } from '../../src/meter/guard.js';
import { type Meter, startMeter } from '../../src/meter/server.js';
import { parseUpstream } from '../../src/meter/services.js';
import type { TelemetrySink } from '../../src/meter/telemetry-sink.js';
import { headerPolicy } from '../../src/modes/attribution.js';
import { createDispatcher } from '../../src/platform/dispatcher.js';
import type { Gateway } from '../../src/ports/gateway.js';
import type { Clock } from '../../src/ports/platform.js';
import { FixedClock } from './fakes.js';

export const TOKEN = 'sk-spendgate-test-token';
export const KEY = 'sk-the-real-key';

const prices = JSON.parse(
  readFileSync(new URL('../../src/data/prices.json', import.meta.url), 'utf8'),
) as PriceTable;

export interface TestMeter {
  readonly url: string;
  readonly meter: Meter;
  readonly guard: Guard;
  /** Calls that settled or were refused. */
  readonly entries: CallEntry[];
  /** Every line the ledger was given, in order: sent calls too. */
  readonly lines: (SentCall | CallEntry)[];
  readonly troubles: string[];
  totals(): ReturnType<typeof totalsOf>;
  close(): Promise<void>;
}

export interface TestMeterOptions {
  readonly upstream: string;
  readonly limits?: RunLimits;
  readonly wrapUp?: GuardOptions['wrapUp'];
  readonly gateway?: string;
  /** In place of the gateway's own. */
  readonly readFailure?: Gateway['readFailure'];
  readonly onUnpriced?: 'warn' | 'block';
  readonly onFallback?: 'warn' | 'stop' | 'pass';
  readonly observe?: boolean;
  /** Without a key the meter asks for no token. */
  readonly passThrough?: boolean;
  /** A look at the budget; `undefined`: there is nothing to look at. */
  readonly probe?: Probe | undefined;
  readonly clock?: Clock;
  readonly telemetry?: TelemetrySink;
  readonly dispatcher?: Dispatcher;
  /** Whose the run is; left out where nothing is said to the gateway and nothing withheld. */
  readonly attribution?: AttributionConfig;
}

export async function createTestMeter(options: TestMeterOptions): Promise<TestMeter> {
  const {
    upstream,
    limits = {},
    wrapUp,
    gateway = 'ledger',
    onUnpriced = 'warn',
    onFallback = 'warn',
    observe = false,
    passThrough = false,
    probe,
    clock = new FixedClock(),
    dispatcher = createDispatcher({}),
    attribution,
  } = options;
  const entries: CallEntry[] = [];
  const lines: (SentCall | CallEntry)[] = [];
  const troubles: string[] = [];
  const guard = new Guard({ limits, wrapUp, prices, onUnpriced, observe });
  const chosen = gateways.find(({ id }) => id === gateway);
  if (chosen === undefined) throw new Error(`no gateway ${gateway}`);
  const headers = attribution && headerPolicy({ gateway: chosen, attribution, isOurKey: !passThrough });
  const meter = await startMeter({
    port: 0,
    dialects,
    gateway: options.readFailure ? { ...chosen, readFailure: options.readFailure } : chosen,
    guard,
    prices,
    credentials: passThrough ? { token: undefined, key: undefined } : { token: TOKEN, key: KEY },
    dispatcher,
    upstreamOf: () => ({ ...parseUpstream(upstream), headers }),
    ledger: {
      append: (line) => {
        lines.push(line);
        if (line.type === 'call') entries.push(line);
      },
    },
    readCaller: (headers, body) =>
      agents.map((agent) => agent.readCaller(headers, body)).find((facts) => facts !== undefined) ?? {
        caller: 'unknown',
      },
    onFallback,
    clock,
    probe,
    telemetry: options.telemetry,
    idPrefix: 'run',
    onTrouble: (message) => void troubles.push(message),
  });
  return {
    url: meter.url,
    meter,
    guard,
    entries,
    lines,
    troubles,
    totals: () => totalsOf(entries),
    close: async () => {
      await meter.close();
      await dispatcher.destroy();
    },
  };
}

/** A client that goes away when the signal is aborted. */
export function clientOf(signal: AbortSignal): Client {
  return {
    isGone: signal.aborted,
    whenGone: (callback) => {
      signal.addEventListener('abort', callback, { once: true });
      return () => signal.removeEventListener('abort', callback);
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
  /** Set when the answer broke off; what came until then stands in `bytes`. */
  readonly error: NodeJS.ErrnoException | undefined;
}

export interface Sending {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called with the time the answer begins; returning `abort` ends the client's side. */
  readonly onData?: () => 'abort' | undefined;
}

/** One request on a connection of its own; `body` is sent as JSON unless it is a buffer. */
export function send(
  url: string,
  { method = 'POST', body, headers = {}, onData }: Sending = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let settleAnswer: ((error: NodeJS.ErrnoException) => void) | undefined;
    const bytes = Buffer.isBuffer(body)
      ? body
      : body === undefined
        ? undefined
        : Buffer.from(JSON.stringify(body));
    const length = bytes
      ? { 'content-length': String(bytes.length), 'content-type': 'application/json' }
      : {};
    const outgoing = httpRequest(
      url,
      { method, agent: false, headers: { 'x-api-key': TOKEN, ...length, ...headers } },
      (incoming) => {
        const parts: Buffer[] = [];
        const settle = (error?: NodeJS.ErrnoException) => {
          const whole = Buffer.concat(parts);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            bytes: whole,
            text: whole.toString('utf8'),
            error,
          });
        };
        settleAnswer = settle;
        incoming.on('data', (part: Buffer) => {
          parts.push(part);
          if (onData?.() === 'abort') outgoing.destroy();
        });
        incoming.on('end', () => settle());
        incoming.on('error', settle);
      },
    );
    // A connection that breaks during the answer is told to the request first.
    outgoing.on('error', (error) => (settleAnswer ?? reject)(error));
    outgoing.end(bytes);
  });
}

/** A small request in each dialect, with the route its clients use. */
export const CALLS = {
  'anthropic-messages': {
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', max_tokens: 500, messages: [{ role: 'user', content: 'hi' }] },
  },
  'openai-chat': {
    path: '/v1/chat/completions',
    body: { model: 'gpt-5', messages: [{ role: 'user', content: 'hi' }] },
  },
  'openai-responses': { path: '/v1/responses', body: { model: 'gpt-5', input: 'hi' } },
  gemini: {
    path: '/v1beta/models/gemini-2.5-pro:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
  },
} as const;

export type DialectId = keyof typeof CALLS;
export const DIALECT_IDS = Object.keys(CALLS) as DialectId[];

/** The same request as a stream. */
export function streamed(id: DialectId): { path: string; body: object } {
  const { path, body } = CALLS[id];
  if (id === 'gemini')
    return { path: `${path.replace('generateContent', 'streamGenerateContent')}?alt=sse`, body };
  return { path, body: { ...body, stream: true } };
}
