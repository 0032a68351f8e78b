/** A workspace on a runner with a cache service and GitHub's API on loopback, both by one clock that a test moves on. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { GateEntry } from '../../src/core/gate.js';
import { createGitHub } from '../../src/platform/github/index.js';
import type { StoreContext } from '../../src/ports/store.js';
import { type CacheService, startCacheService } from './cache-service.js';
import { FixedClock } from './fakes.js';
import { type GitHubApi, startGitHubApi, type Token } from './github-api.js';

export const MAIN = 'refs/heads/main';
export const TOPIC = 'refs/heads/topic';
export const PULL = 'refs/pull/7/merge';
export const GATE = 'nightly triage';

export interface PlaceOptions extends Partial<StoreContext> {
  /** What the GitHub token may do; `undefined`: there is no token. */
  readonly token?: Token | undefined;
  /** Whether the token of the cache may write. */
  readonly access?: 'read' | 'write';
}

export class StorePlace {
  readonly clock: FixedClock;
  readonly cache: CacheService;
  readonly api: GitHubApi;
  readonly #root: string;
  readonly #home = process.cwd();
  readonly #environment = { ...process.env };

  private constructor(root: string, clock: FixedClock, cache: CacheService, api: GitHubApi) {
    this.#root = root;
    this.clock = clock;
    this.cache = cache;
    this.api = api;
  }

  static async open(): Promise<StorePlace> {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'spendgate-place-')));
    for (const name of ['temp', 'workspace']) mkdirSync(join(root, name));
    const clock = new FixedClock();
    const cache = await startCacheService(() => clock.now().getTime());
    const api = await startGitHubApi(cache, () => clock.now());
    const place = new StorePlace(root, clock, cache, api);
    process.chdir(join(root, 'workspace'));
    // What the toolkit prints are commands of a runner, and this is none.
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    return place;
  }

  async close(): Promise<void> {
    jest.restoreAllMocks();
    process.chdir(this.#home);
    for (const name of Object.keys(process.env)) if (!(name in this.#environment)) delete process.env[name];
    Object.assign(process.env, this.#environment);
    await Promise.all([this.cache.close(), this.api.close()]);
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** From now on this is a job on `ref`, a push to the default branch where nothing else is said. */
  context({ token, access, ...rest }: PlaceOptions = {}): StoreContext {
    const ref = rest.ref ?? MAIN;
    Object.assign(process.env, this.cache.environment(ref, access), {
      RUNNER_TEMP: join(this.#root, 'temp'),
      GITHUB_WORKSPACE: process.cwd(),
    });
    const github =
      token === undefined ? undefined : createGitHub({ token, repository: 'acme/app', apiUrl: this.api.url });
    return {
      isActions: true,
      hasCacheService: true,
      gateStore: 'cache',
      cacheMode: undefined,
      event: 'push',
      ref,
      defaultBranch: 'main',
      pullRequest: undefined,
      runId: '42',
      runAttempt: 1,
      runUrl: 'https://github.test/acme/app/actions/runs/42',
      stateDir: join(this.#root, 'state', 'spendgate'),
      clock: this.clock,
      github,
      ...rest,
    };
  }

  /** A change of state, one second after whatever was before. */
  entry(closed: boolean, rest: Partial<GateEntry> = {}): GateEntry {
    this.clock.advance(1000);
    return {
      gate: GATE,
      closed,
      createdAt: this.clock.now().toISOString(),
      runId: '42',
      runAttempt: 1,
      until: undefined,
      actor: 'octocat',
      reason: closed ? 'A loop.' : 'Looked at it.',
      ...rest,
    };
  }
}
