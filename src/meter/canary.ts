/**
 * A call that must not get through: sent by the meter to itself, on a zero allowance, before the agent starts. It takes the
 * way of every other call (socket, dialect, guard, refusal); only the allowance is another one, and where the upstream
 * would be, something stands that tells whether it was reached.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, Dispatcher, request } from 'undici';
import type { Dialect } from '../ports/dialect.js';
import { Guard } from './guard.js';
import type { MeterServices } from './services.js';

export interface Rehearsal {
  /** True when the call was refused here and nothing left. */
  readonly isArmed: boolean;
  /** One line for the report. */
  readonly evidence: string;
}

const HEADER = 'x-spendgate-canary';
const MODEL = 'spendgate-canary';
const DEADLINE_MS = 10_000;

/** Stands where the upstream would be. */
class Tripwire extends Dispatcher {
  wasReached = false;

  override dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandlers): boolean {
    this.wasReached = true;
    handler.onError?.(new Error('the canary got through'));
    return true;
  }
}

export class Canary {
  readonly #secret = randomBytes(24).toString('hex');
  readonly #tripwire = new Tripwire();
  readonly #services: MeterServices;

  constructor(services: MeterServices) {
    this.#services = {
      ...services,
      guard: new Guard({
        limits: { maxRequests: 0, maxTokens: 0 },
        prices: services.prices,
        onUnpriced: 'block',
        observe: false,
      }),
      dispatcher: this.#tripwire,
      upstreamOf: () => ({ origin: 'http://127.0.0.1', prefix: '' }),
      ledger: { append: () => undefined },
      nextId: () => 'canary',
    };
  }

  /** The services of the rehearsal for the one request that carries its secret. */
  servicesFor(headers: IncomingHttpHeaders): MeterServices | undefined {
    const given = Buffer.from(String(headers[HEADER] ?? ''));
    const secret = Buffer.from(this.#secret);
    return given.length === secret.length && timingSafeEqual(given, secret) ? this.#services : undefined;
  }

  async fly(url: string, dialect: Dialect, key: string): Promise<Rehearsal> {
    const [field = ''] = dialect.ceilingFields;
    const call = dialect.probe({ model: MODEL, prompt: 'canary', outputCeiling: 1, field, key });
    const headers = { 'content-type': 'application/json', [HEADER]: this.#secret, ...call.headers };
    const { status, text } = await post(`${url}${call.path}`, headers, JSON.stringify(call.body));
    const isRefused = status >= 400 && status < 500 && text.includes('max-requests');
    const isArmed = isRefused && !this.#tripwire.wasReached;
    return {
      isArmed,
      evidence: isArmed
        ? `a call on a zero allowance was refused here (${status}), and did not leave`
        : why(status, this.#tripwire.wasReached),
    };
  }
}

function why(status: number, wasReached: boolean): string {
  return wasReached
    ? 'a call on a zero allowance was forwarded'
    : `a call on a zero allowance was answered with ${status} instead of a refusal`;
}

/** On a connection of its own, which nothing of the run shares. */
async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; text: string }> {
  const dispatcher = new Agent();
  try {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher });
    return { status: answer.statusCode, text: await answer.body.text() };
  } finally {
    await dispatcher.destroy();
  }
}
