/**
 * The meter: a proxy on loopback between the agent and whoever answers its model calls. It knows dialects and a gateway
 * by their interfaces alone, and the agent by a token that is worth nothing anywhere else.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { sleep } from '../core/deadline.js';
import { AppError, describeError } from '../core/errors.js';
import type { Dialect, LocalAnswer } from '../ports/dialect.js';
import { MeteredCall } from './call.js';
import { Canary, type Rehearsal } from './canary.js';
import { countUp } from './counts.js';
import { isAuthorised, redact } from './credentials.js';
import { FailureDesk } from './failure-desk.js';
import { Fallbacks } from './fallbacks.js';
import { Flight } from './flight.js';
import { refuseUpgrade, sendLocal } from './local-answer.js';
import { type CanonicalPath, canonicalise } from './paths.js';
import { steeringIn } from './query.js';
import { RefusalPace } from './refusal-pace.js';
import { RetryDetector } from './retries.js';
import type { MeterOptions, MeterServices } from './services.js';
import { forwardUnmetered } from './unmetered.js';

export interface Meter {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The gateway's own version, as the last answer told it. */
  readonly gatewayVersion: string | undefined;
  /** Requests that were forwarded without being metered: model lists, token counts and the like. */
  readonly otherRequests: ReadonlyMap<string, number>;
  /** Headers that clients sent and may not send, by name. */
  readonly withheldHeaders: ReadonlyMap<string, number>;
  /** Calls that a fallback answered, by `asked → answered`. */
  readonly reroutes: ReadonlyMap<string, number>;
  /** Sends itself a call on a zero allowance: whether it was refused here, and nothing left. */
  rehearse(): Promise<Rehearsal>;
  /** Ends all connections; calls in flight that outlast `graceMs` settle as aborted. Resolves when they have. */
  close(graceMs?: number): Promise<void>;
}

const KEEP_ALIVE_MS = 10 * 60_000;
const LOCAL_METHODS = new Set(['HEAD', 'OPTIONS']);

/** Starts listening on 127.0.0.1. */
export async function startMeter(options: MeterOptions): Promise<Meter> {
  const meter = new MeterServer(options);
  await meter.listen(options.port);
  return meter;
}

class MeterServer implements Meter {
  readonly otherRequests = new Map<string, number>();
  readonly withheldHeaders = new Map<string, number>();
  readonly #options: MeterOptions;
  readonly #services: MeterServices;
  readonly #server: Server;
  readonly #active = new Flight<Promise<void>>();
  /** Connections that have left HTTP, which the server no longer counts as its own. */
  readonly #upgraded = new Set<Socket>();
  readonly #closing = new AbortController();
  #canary: Canary | undefined;
  #calls = 0;
  #closed: Promise<void> | undefined;

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#services = {
      ...options,
      refusals: new RefusalPace(),
      retries: new RetryDetector(),
      closing: this.#closing.signal,
      fallbacks: new Fallbacks({
        onFallback: options.onFallback,
        redact: (text) => redact(options.credentials, text),
        stopWith: ({ reason, message }) => options.guard.stopWith(reason, message),
      }),
      noteOther: (what) => countUp(this.otherRequests, what, 'other paths'),
      noteWithheld: (name) => countUp(this.withheldHeaders, name, 'others'),
      failures: new FailureDesk({ ...options, now: () => options.clock.now() }),
      nextId: () => `${options.idPrefix}-${++this.#calls}`,
    };
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) =>
      this.#track(() => this.#handle(request, response), response),
    );
    this.#server.on('upgrade', (request, _socket, head) => {
      const { socket } = request;
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.#upgraded.delete(socket));
      this.#upgraded.add(socket);
      this.#track(() => this.#upgrade(request, head), socket);
    });
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  }

  get gatewayVersion(): string | undefined {
    return this.#services.fallbacks.gatewayVersion;
  }

  get reroutes(): ReadonlyMap<string, number> {
    return this.#services.fallbacks.reroutes;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      throw new AppError('bad-value', `The meter cannot listen on port ${port}: ${describeError(cause)}.`, {
        hint: 'Another port, or 0 for a free one.',
        cause,
      });
    }
  }

  async rehearse(): Promise<Rehearsal> {
    const [dialect] = this.#options.dialects;
    if (dialect === undefined) throw new TypeError('the meter knows no dialect');
    const { token, key } = this.#options.credentials;
    this.#canary = new Canary(this.#services);
    try {
      return await this.#canary.fly(this.url, dialect, token ?? key ?? 'spendgate-canary');
    } finally {
      this.#canary = undefined;
    }
  }

  close(graceMs = 0): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#services.refusals.end();
    if (graceMs > 0) {
      this.#closing.abort();
      await Promise.race([Promise.allSettled(this.#active), sleep(graceMs)]);
    }
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await Promise.allSettled(this.#active);
    await closed;
  }

  #track(handle: () => Promise<void> | void, connection: { destroy(): unknown }): void {
    const handled = this.#finish(handle, connection);
    this.#active.add(handled);
    void handled.then(() => this.#active.delete(handled));
  }

  /** Never throws. */
  async #finish(handle: () => Promise<void> | void, connection: { destroy(): unknown }): Promise<void> {
    try {
      await handle();
    } catch (error) {
      // Not the error's words: they may quote a request.
      const name = error instanceof Error ? error.name : 'unknown error';
      this.#options.onTrouble(`a request could not be handled (${name})`);
      connection.destroy();
    }
  }

  #handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void {
    const method = request.method ?? 'GET';
    const target = canonicalise(request.url ?? '/');
    if (target === undefined)
      return sendLocal(response, plain(400, 'spendgate: this is no path that can be read.'));
    const route = this.#route(method, target);
    if (!isAuthorised(this.#options.credentials, request.rawHeaders, target.query)) {
      if (LOCAL_METHODS.has(method)) return sendLocal(response, plain(404, ''));
      const text = 'spendgate: this request does not carry the token of this run.';
      return sendLocal(response, route?.dialect.failure(401, text) ?? plain(401, text));
    }
    const { telemetry } = this.#options;
    if (telemetry?.owns(method, target.path)) return telemetry.take(request, response, target.path);
    const { dialects } = this.#options;
    if (route === undefined) return forwardUnmetered(this.#services, { request, response, target, dialects });
    const steering = steeringIn(target.query);
    if (steering !== undefined) return sendLocal(response, route.dialect.failure(400, misplaced(steering)));
    const services = this.#canary?.servicesFor(request.headers) ?? this.#services;
    return new MeteredCall(services, { ...route, query: target.query }, request, response).run();
  }

  /** Clients that try websockets first fall back to HTTP at once on 426, and on nothing else. */
  async #upgrade(request: IncomingMessage, head: Buffer): Promise<void> {
    const target = canonicalise(request.url ?? '/');
    const route = target && this.#route('POST', target);
    const messages = route?.dialect.messages;
    if (target === undefined || messages === undefined || messages.path !== route?.path)
      return refuseUpgrade(request.socket, plain(426, 'spendgate: no websocket is spoken here.'));
    if (!isAuthorised(this.#options.credentials, request.rawHeaders, target.query)) {
      const text = 'spendgate: this request does not carry the token of this run.';
      return refuseUpgrade(request.socket, route.dialect.failure(401, text));
    }
    const steering = steeringIn(target.query);
    if (steering !== undefined)
      return refuseUpgrade(request.socket, route.dialect.failure(400, misplaced(steering)));
    // Most runs never need it.
    const { meterWebSocket } = await import('./websocket-upgrade.js');
    return meterWebSocket(this.#services, { ...route, messages, query: target.query }, request, head);
  }

  #route(method: string, { path }: CanonicalPath): { dialect: Dialect; path: string } | undefined {
    for (const dialect of this.#options.dialects) {
      const owned = dialect.canonicalPath(method, path);
      if (owned !== undefined) return { dialect, path: owned };
    }
    return undefined;
  }
}

function misplaced(name: string): string {
  return `spendgate: \`${name}\` stands in the query, where a gateway may take it for more than the request says. It belongs in the request body.`;
}

function plain(status: number, body: string): LocalAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
