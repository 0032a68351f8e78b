/**
 * One request to GitHub: within a time of our own, tried again where that is safe, and with a refusal that says which
 * permission is missing. The token stands in no error.
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
import type { getOctokit } from '@actions/github';
import pRetry from 'p-retry';
import { AppError } from '../../core/errors.js';
import { type Permission, permissionHint } from '../../core/permissions.js';

export type Octokit = ReturnType<typeof getOctokit>;

export interface GitHubOptions {
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly apiUrl: string;
  /** Told of every refusal that a permission would have spared. */
  readonly onMissing?: ((permission: Permission) => void) | undefined;
}

export interface RequestOptions {
  readonly owner: string;
  readonly repo: string;
  readonly request: { readonly signal: AbortSignal };
}

export interface GitHubClient {
  /** For requests that change nothing, or the same thing again: they are tried again when GitHub or the network fails. */
  send<T>(needs: Permission, request: (octokit: Octokit, options: RequestOptions) => Promise<T>): Promise<T>;
  /** For requests that make something: they are tried again only when GitHub said that it did nothing. */
  create<T>(
    needs: Permission,
    request: (octokit: Octokit, options: RequestOptions) => Promise<T>,
  ): Promise<T>;
}

const REQUEST_TIMEOUT_MS = 15_000;
const RETRIES = 2;
const FIRST_PAUSE_MS = 500;
/** A longer wait that GitHub asks for is not waited for: the step has something to say now. */
const MAX_PAUSE_MS = 10_000;
/** GraphQL refuses with 200 and words. */
const GRAPHQL_STATUS = 200;
const NO_CONTENT = 204;
/** Something on the way answered, for people. */
const PAGE = 'The answer is a page of HTML, not GitHub’s.';
const CUT = 'The answer of GitHub is empty or was cut.';
const TRANSIENT: ReadonlySet<number> = new Set([500, 502, 503, 504]);

export function createClient({ token, repository, apiUrl, onMissing }: GitHubOptions): GitHubClient {
  const [owner = '', repo = ''] = repository.split('/');
  const load = once(async () => {
    const { getOctokit } = await import('@actions/github');
    const octokit = getOctokit(token, { baseUrl: apiUrl });
    // `paginate` drops the signal that it is given, and a page without one could hang for minutes.
    octokit.hook.before('request', (options) => {
      options.request = { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...options.request };
    });
    octokit.hook.after('request', ({ headers, status, data }) => {
      if (headers['content-type']?.includes('text/html')) throw new NoAnswer(PAGE);
      if (status !== NO_CONTENT && !isData(data)) throw new NoAnswer(CUT);
    });
    return octokit;
  });
  const run =
    (isRepeatable: boolean): GitHubClient['send'] =>
    async (needs, request) => {
      const octokit = await load();
      const attempt = () =>
        request(octokit, { owner, repo, request: { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) } });
      try {
        return await pRetry(attempt, {
          retries: RETRIES,
          minTimeout: FIRST_PAUSE_MS,
          maxTimeout: MAX_PAUSE_MS,
          shouldRetry: ({ error }) => mayRetry(error, isRepeatable),
          onFailedAttempt: ({ error }) => pause(askedPauseMs(error)),
        });
      } catch (error) {
        if (isMissingPermission(error)) onMissing?.(needs);
        throw explain(error, needs);
      }
    };
  return { send: run(true), create: run(false) };
}

/** Octokit would hand it on as data: a list of which nothing came would be one with nothing in it. */
class NoAnswer extends Error {
  readonly status = 502;
}

/** A text is what octokit makes of JSON that ends too soon, or of none at all. */
function isData(data: unknown): boolean {
  return typeof data === 'object' && data !== null && !(data instanceof ArrayBuffer);
}

/** What octokit throws, as far as it is looked at. */
interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Error && error.name === 'GraphqlResponseError')
    return { status: GRAPHQL_STATUS, message: error.message, headers: {} };
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const response: unknown = 'response' in error ? error.response : undefined;
  const headers =
    typeof response === 'object' && response !== null && 'headers' in response ? response.headers : undefined;
  const isRecord = typeof headers === 'object' && headers !== null;
  return { status: error.status, message: error.message, headers: isRecord ? { ...headers } : {} };
}

function mayRetry(error: unknown, isRepeatable: boolean): boolean {
  // Who did not answer in all that time is not waited for again.
  if (isTimeout(error)) return false;
  const refusal = refusalOf(error);
  if (refusal === undefined) return isRepeatable;
  if (isRateLimit(refusal)) return (askedPauseMs(error) ?? 0) <= MAX_PAUSE_MS;
  return isRepeatable && TRANSIENT.has(refusal.status) && (askedPauseMs(error) ?? 0) <= MAX_PAUSE_MS;
}

/** Octokit makes a status 500 of what never had an answer, and keeps what happened as the cause. */
function isTimeout(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'name' in cause && cause.name === 'TimeoutError';
}

/** GitHub answers 403 as well as 429 to too many requests. */
function isRateLimit({ status, message, headers }: Refusal): boolean {
  if (status === 429) return true;
  return status === 403 && (/rate limit/i.test(message) || headers['retry-after'] !== undefined);
}

/** Milliseconds that GitHub asks to wait; `undefined` when it asks for nothing. */
function askedPauseMs(error: unknown): number | undefined {
  const headers = refusalOf(error)?.headers;
  const seconds = Number(headers?.['retry-after']);
  if (headers?.['retry-after'] !== undefined && Number.isFinite(seconds)) return seconds * 1000;
  if (String(headers?.['x-ratelimit-remaining']) !== '0') return undefined;
  const resetMs = Number(headers?.['x-ratelimit-reset']) * 1000 - Date.now();
  return Number.isFinite(resetMs) ? Math.max(0, resetMs) : undefined;
}

async function pause(milliseconds: number | undefined): Promise<void> {
  if (milliseconds === undefined || milliseconds > MAX_PAUSE_MS) return;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function isMissingPermission(error: unknown): boolean {
  const { status, message = '' } = refusalOf(error) ?? {};
  return (status === 403 || status === GRAPHQL_STATUS) && /not accessible by/i.test(message);
}

/** A permission that is missing is the one error that a line of YAML mends. */
function explain(error: unknown, needs: Permission): unknown {
  if (isTimeout(error))
    throw new AppError('github-failed', `GitHub did not answer within ${REQUEST_TIMEOUT_MS / 1000} s.`, {
      cause: error,
    });
  const refusal = refusalOf(error);
  if (refusal === undefined) return error;
  if (isMissingPermission(error))
    throw new AppError('permission-missing', `GitHub refused: the token has no \`${needs}\`.`, {
      hint: permissionHint(needs),
      cause: error,
    });
  // What a token may not see in a private repository does not exist for it.
  if (refusal.status === 404)
    throw new AppError('github-failed', `GitHub answered 404: not there, or the token has no \`${needs}\`.`, {
      hint: permissionHint(needs),
      cause: error,
    });
  return error;
}

function once<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined;
  return () => {
    created ??= create();
    return created;
  };
}
