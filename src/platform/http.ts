/**
 * Short requests to usage APIs: one overall deadline, retries with jitter on 5xx and broken connections only.
 * Redirects are not followed, since a key may stand in the URL; no URL is shown with its query.
 */
import pRetry from 'p-retry';
import type { Dispatcher } from 'undici';
import { AppError, describeError } from '../core/errors.js';
import type { HttpAnswer, HttpRequest, HttpSend } from '../ports/gateway.js';
import { readBoundedBody } from './bounded-body.js';

const RETRIES = 3;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const BROKEN = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Carries a 5xx answer through the retries; the last one is an answer like any other. */
class ServerFailure extends Error {
  readonly answer: HttpAnswer;
  constructor(answer: HttpAnswer) {
    super(`status ${answer.status}`);
    this.answer = answer;
  }
}

/** All requests of the returned function share the deadline, which begins now. `retries: 0` for calls that cost money. */
export function createHttpSend(dispatcher: Dispatcher, deadlineMs: number, retries = RETRIES): HttpSend {
  const signal = AbortSignal.timeout(deadlineMs);
  return async (spec) => {
    try {
      return await pRetry(() => sendOnce(dispatcher, spec, signal), {
        retries,
        minTimeout: 250,
        maxTimeout: 4000,
        randomize: true,
        signal,
        shouldRetry: ({ error }) => error instanceof ServerFailure || isBroken(error),
      });
    } catch (error) {
      if (error instanceof ServerFailure) return error.answer;
      throw unanswered(spec, error, signal, deadlineMs);
    }
  };
}

async function sendOnce(
  dispatcher: Dispatcher,
  { url, method = 'GET', headers = {}, body }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { origin, pathname, search } = new URL(url);
  const response = await dispatcher.request({
    origin,
    path: `${pathname}${search}`,
    method,
    signal,
    headers: { accept: 'application/json', 'user-agent': 'spendgate', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const answer = {
    status: response.statusCode,
    headers: flatten(response.headers),
    text: await readBoundedBody(response.body, MAX_ANSWER_BYTES),
  };
  if (answer.status >= 500) throw new ServerFailure(answer);
  return answer;
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BROKEN.has(String(error.code));
}

function unanswered(
  { url, method = 'GET' }: HttpRequest,
  error: unknown,
  signal: AbortSignal,
  deadlineMs: number,
): AppError {
  const target = URL.parse(url);
  const place = target ? `${target.origin}${target.pathname}` : 'an invalid URL';
  const why = signal.aborted ? `no answer within ${deadlineMs / 1000} s` : describeError(error);
  return new AppError('upstream-failed', `${method} ${place}: ${why}.`, {
    cause: error,
    hint: 'Nothing answered: check the URL, and whether this machine can reach it.',
  });
}
