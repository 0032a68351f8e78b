/**
 * Tells a webhook: few tries, little patience, and nothing of its URL in anything that is said about it. Only the status
 * of the answer counts; its body is not read. Redirects are not followed, since what is sent is for that host alone.
 */
import pRetry from 'p-retry';
import type { Dispatcher } from 'undici';
import { withDeadline } from '../core/deadline.js';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Patience {
  readonly tries: number;
  readonly tryMs: number;
  readonly pauseMs: number;
  /** For all requests together. */
  readonly totalMs: number;
}

/** Sends one request; why it was not taken, as words without its URL, or `undefined` when it was. Never throws. */
export type WebhookSend = (request: WebhookRequest) => Promise<string | undefined>;

const PATIENCE: Patience = { tries: 2, tryMs: 5000, pauseMs: 1000, totalMs: 10_000 };
const TOO_MANY = 429;

/** Not taken, and whether it makes sense to ask again. */
class NotTaken extends Error {
  readonly isPassing: boolean;
  constructor(why: string, isPassing: boolean) {
    super(why);
    this.isPassing = isPassing;
  }
}

/** All requests of the returned function share one deadline, which begins now. */
export function createWebhookSend(
  dispatcher: () => Promise<Dispatcher>,
  patience: Patience = PATIENCE,
): WebhookSend {
  const { tries, pauseMs, totalMs } = patience;
  const late = `no answer within ${totalMs / 1000} s`;
  const total = AbortSignal.timeout(totalMs);
  const send = async (request: WebhookRequest): Promise<string | undefined> => {
    try {
      await pRetry(() => tryOnce(dispatcher, request, { total, tryMs: patience.tryMs }), {
        retries: tries - 1,
        minTimeout: pauseMs,
        maxTimeout: pauseMs,
        signal: total,
        shouldRetry: ({ error }) => error instanceof NotTaken && error.isPassing,
      });
      return undefined;
    } catch (error) {
      if (total.aborted) return late;
      return error instanceof NotTaken ? error.message : codeOf(error);
    }
  };
  return (request) => withDeadline(send(request), totalMs, () => late);
}

/** @throws {NotTaken} */
async function tryOnce(
  dispatcher: () => Promise<Dispatcher>,
  { url, headers, body }: WebhookRequest,
  { total, tryMs }: { readonly total: AbortSignal; readonly tryMs: number },
): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  const own = AbortSignal.timeout(tryMs);
  const status = await (await dispatcher())
    .request({
      origin,
      path: `${pathname}${search}`,
      method: 'POST',
      signal: AbortSignal.any([own, total]),
      headers: { 'content-type': 'application/json', 'user-agent': 'spendgate', ...headers },
      body,
    })
    .then(statusOf, (error: unknown) => {
      throw new NotTaken(own.aborted ? `no answer within ${tryMs / 1000} s` : codeOf(error), true);
    });
  if (status >= 200 && status < 300) return;
  const isRedirect = status >= 300 && status < 400;
  const why = isRedirect ? `it answered ${status}, and redirects are not followed` : `it answered ${status}`;
  throw new NotTaken(why, status >= 500 || status === TOO_MANY);
}

/** The rest of the answer is left on the wire. */
function statusOf({ statusCode, body }: Dispatcher.ResponseData): number {
  body.on('error', () => undefined);
  body.destroy();
  return statusCode;
}

/** A message may quote an address; a code does not. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
