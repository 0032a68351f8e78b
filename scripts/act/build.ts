/** `act`, built once from its module and kept in `node_modules/.cache`; what keeps it from being built is an answer. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = 'v0.2.89';
const MODULE = 'github.com/nektos/act';
const BUILD_DEADLINE_MS = 180_000;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/act', import.meta.url));

export type Built = { readonly path: string; readonly version: string } | { readonly missing: string };

/** `ACT` names a program that is there already. */
export function buildAct(environment: NodeJS.ProcessEnv): Built {
  const given = environment['ACT'];
  if (given !== undefined) return { path: given, version: 'given by ACT' };
  const path = join(CACHE, VERSION, 'act');
  if (existsSync(path)) return { path, version: VERSION };
  if (spawnSync('go', ['version']).status !== 0) return { missing: 'there is no Go here to build act with' };
  mkdirSync(CACHE, { recursive: true });
  const built = spawnSync('go', ['install', `${MODULE}@${VERSION}`], {
    env: {
      ...environment,
      GOFLAGS: '-mod=mod -modcacherw',
      GOPATH: join(CACHE, 'go'),
      GOCACHE: join(CACHE, 'build'),
      GOBIN: join(CACHE, VERSION),
    },
    timeout: BUILD_DEADLINE_MS,
    encoding: 'utf8',
  });
  if (built.status === 0) return { path, version: VERSION };
  const lastLine = built.stderr.trim().split('\n').at(-1) ?? '';
  return {
    missing: built.error
      ? `act was not built in time: ${built.error.message}`
      : `act was not built: ${lastLine}`,
  };
}
