/**
 * A stateful GitHub for whole stories: npm's `emulate` keeps issues, comments, labels, pull requests, contents and check
 * runs of the repository `acme/app`; this front makes it as strict as GitHub is.
 *
 * What emulate gets wrong, and the front mends: any token may do anything; bodies have no limit; the annotations of a
 * check run are replaced where GitHub appends them, and listed in an object where GitHub lists an array; a check of a
 * commit that does not exist is made; a bot is a user; statuses, caches and GraphQL are missing, and no run can be made.
 * What it gets wrong and the front leaves: the files of a pull request are empty, and no app stands behind an issue.
 */
import { createEmulator } from 'emulate';
import type { CacheService } from '../cache-service.js';
import { cacheRoutes } from '../github/caches.js';
import {
  type ApiReply,
  type ApiRequest,
  answerBy,
  forbidden,
  invalid,
  mayDo,
  type Route,
} from '../github/routes.js';
import { type ApiServer, startApiServer } from '../github/server.js';
import { Annotations, type CheckAnnotation } from './annotations.js';
import { answerGraphql, timelineOf } from './graphql.js';
import { beyondLimits } from './limits.js';
import { permissionsFor } from './permissions.js';
import { runRoutes, type WorkflowRun } from './runs.js';
import { seed } from './seed.js';
import { type CommitStatus, statusRoutes } from './statuses.js';

export interface GitHubEmulator extends ApiServer {
  /** Head of `main`. */
  readonly mainSha: string;
  /** Head of the branch `feature`, which pull request 7 is about. */
  readonly headSha: string;
  readonly statuses: readonly CommitStatus[];
  /** Runs that GitHub knows; a test adds to them. */
  readonly runs: WorkflowRun[];
  /** Node ids of hidden comments. */
  readonly hidden: ReadonlySet<string>;
  /** What stands on a check run. */
  annotations(checkRun: number): readonly CheckAnnotation[];
  /** A person at GitHub: past the limits and permissions of a job's token, and not in the log. */
  as(login: Login, method: string, path: string, body?: object): Promise<Answered>;
}

/** The maintainer, somebody who may comment, and who a job acts as. */
export type Login = 'octocat' | 'stranger' | 'github-actions[bot]';

export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever GitHub answers; tests look into it
  readonly body: any;
  /** Empty for none. */
  readonly link: string;
}

const BOT: Login = 'github-actions[bot]';
const LOGINS: readonly Login[] = ['octocat', 'stranger', BOT];
const REPOSITORY = '/repos/acme/app';

export async function startGitHubEmulator(cache?: CacheService): Promise<GitHubEmulator> {
  const statuses: CommitStatus[] = [];
  const runs: WorkflowRun[] = [];
  const hidden = new Set<string>();
  const annotations = new Annotations();
  const own: Route[] = [
    ...cacheRoutes(cache),
    ...statusRoutes(statuses),
    ...runRoutes(runs),
    ...annotations.routes(),
  ];
  const server = await startApiServer((request, pathname) => answer(request, pathname));
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries(LOGINS.map((login) => [`token-of-${login}`, { login }])),
      github: {
        users: LOGINS.map((login) => ({ login })),
        orgs: [
          {
            login: 'acme',
            members: [
              { login: 'octocat', role: 'admin' },
              { login: BOT, role: 'admin' },
            ],
          },
        ],
        repos: [{ owner: 'acme', name: 'app' }],
      },
    },
  });
  const upstream = emulator.url.replace('localhost', '127.0.0.1');
  const { close: closeFront } = server;
  const close = async () => {
    await emulator.close();
    await closeFront();
  };
  const heads = await seed((method, path, body) => as('octocat', method, `${REPOSITORY}${path}`, body)).catch(
    async (error: unknown) => {
      await close();
      throw error;
    },
  );

  async function answer(request: ApiRequest, pathname: string): Promise<ApiReply> {
    if (pathname === '/graphql' && String(request.body['query']).includes('timelineItems')) {
      const { number } = Object(request.body['variables']) as { number?: unknown };
      return timelineOf((await as(BOT, 'GET', `${REPOSITORY}/issues/${Number(number)}`)).body);
    }
    if (pathname === '/graphql') return answerGraphql(request, BOT, hidden);
    const answered = answerBy(own, request);
    if (answered) return answered;
    const needs = permissionsFor(request.method, request.path);
    if (needs === undefined || !mayDo(request.token, needs)) return forbidden(needs ?? []);
    return beyondLimits(request) ?? (await withoutCommit(request)) ?? forward(request, pathname);
  }

  async function forward(request: ApiRequest, pathname: string): Promise<ApiReply> {
    const { method, query, body } = request;
    const address = query.size > 0 ? `${pathname}?${query}` : pathname;
    const {
      status,
      body: answered,
      link,
    } = await as(BOT, method, address, method === 'GET' ? undefined : body);
    annotations.keep(request, answered);
    return { status, body: annotations.count(answered), headers: link === '' ? {} : { link } };
  }

  /** GitHub makes no check of a commit that it does not have. */
  async function withoutCommit({ method, path, body }: ApiRequest): Promise<ApiReply | undefined> {
    if (method !== 'POST' || path !== '/check-runs') return undefined;
    const { status } = await as(BOT, 'GET', `${REPOSITORY}/commits/${String(body['head_sha'])}`);
    return status === 200 ? undefined : invalid(`No commit found for SHA: ${String(body['head_sha'])}`);
  }

  async function as(login: Login, method: string, path: string, body?: object): Promise<Answered> {
    const response = await fetch(`${upstream}${path}`, {
      method,
      headers: { authorization: `Bearer token-of-${login}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // Addresses in answers lead here, not past this front.
    const here = (text: string) => text.replaceAll(emulator.url, server.url).replaceAll(upstream, server.url);
    const text = here(await response.text());
    const parsed: unknown = text === '' ? undefined : JSON.parse(text, markBots);
    return { status: response.status, body: parsed, link: here(response.headers.get('link') ?? '') };
  }

  return Object.assign(server, {
    ...heads,
    statuses,
    runs,
    hidden,
    annotations: (checkRun: number) => annotations.of(checkRun),
    as,
    close,
  });
}

function markBots(_key: string, value: unknown): unknown {
  const isBot =
    typeof value === 'object' && value !== null && 'login' in value && String(value.login).endsWith('[bot]');
  return isBot ? { ...value, type: 'Bot' } : value;
}
