/**
 * Cuts GitHub's OpenAPI description down to the requests that this project makes, or may make, and writes
 * `__tests__/fixtures/github-openapi.json`. Only what a request is made of is kept: parameters and body, no answers.
 *
 *   npm run openapi
 *
 * The whole description is 13 MB, so it is installed into a temporary folder and is no dependency.
 * @see https://github.com/octokit/openapi (MIT)
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSION = '23.0.2';
const TARGET = new URL('../__tests__/fixtures/github-openapi.json', import.meta.url);
const REPOSITORY = '/repos/{owner}/{repo}';
/** By path below the repository. */
const OF_A_REPOSITORY: Readonly<Record<string, readonly string[]>> = {
  '': ['get'],
  '/actions/artifacts': ['get'],
  '/actions/artifacts/{artifact_id}': ['get'],
  '/actions/artifacts/{artifact_id}/{archive_format}': ['get'],
  '/actions/caches': ['get', 'delete'],
  '/actions/caches/{cache_id}': ['delete'],
  '/actions/runs': ['get'],
  '/actions/runs/{run_id}': ['get'],
  '/actions/runs/{run_id}/approvals': ['get'],
  '/actions/runs/{run_id}/artifacts': ['get'],
  '/actions/runs/{run_id}/attempts/{attempt_number}': ['get'],
  '/actions/runs/{run_id}/jobs': ['get'],
  '/actions/workflows': ['get'],
  '/actions/workflows/{workflow_id}': ['get'],
  '/actions/workflows/{workflow_id}/runs': ['get'],
  '/check-runs': ['post'],
  '/check-runs/{check_run_id}': ['get', 'patch'],
  '/check-runs/{check_run_id}/annotations': ['get'],
  '/collaborators/{username}/permission': ['get'],
  '/commits': ['get'],
  '/commits/{commit_sha}/pulls': ['get'],
  '/commits/{ref}': ['get'],
  '/commits/{ref}/check-runs': ['get'],
  '/commits/{ref}/status': ['get'],
  '/commits/{ref}/statuses': ['get'],
  '/contents/{path}': ['get'],
  '/git/blobs/{file_sha}': ['get'],
  '/git/ref/{ref}': ['get'],
  '/issues': ['get', 'post'],
  '/issues/comments': ['get'],
  '/issues/comments/{comment_id}': ['get', 'patch', 'delete'],
  '/issues/{issue_number}': ['get', 'patch'],
  '/issues/{issue_number}/comments': ['get', 'post'],
  '/issues/{issue_number}/events': ['get'],
  '/issues/{issue_number}/labels': ['get', 'post', 'put'],
  '/issues/{issue_number}/labels/{name}': ['delete'],
  '/issues/{issue_number}/timeline': ['get'],
  '/labels': ['get', 'post'],
  '/labels/{name}': ['get', 'patch'],
  '/pulls': ['get'],
  '/pulls/{pull_number}': ['get'],
  '/pulls/{pull_number}/files': ['get'],
  '/statuses/{sha}': ['post'],
};
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  '/rate_limit': ['get'],
  '/user': ['get'],
  '/users/{username}': ['get'],
};
/** Prose and samples: most of the description, and nothing to check by. */
const PROSE = new Set([
  'description',
  'summary',
  'example',
  'examples',
  'title',
  'externalDocs',
  'deprecated',
]);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

const whole = install();
const operations = [
  ...Object.entries(OF_A_REPOSITORY).map(([path, methods]) => [REPOSITORY + path, methods] as const),
  ...Object.entries(ELSEWHERE),
];
const paths = Object.fromEntries(operations.map(([path, methods]) => [path, cutPath(path, methods)]));
const info = {
  title: "GitHub's OpenAPI description, requests only, cut to what spendgate asks for",
  version: VERSION,
  source: 'npm @octokit/openapi, generated/api.github.com.json',
  license:
    'MIT, Copyright (c) 2020 Octokit contributors; the description is that of github/rest-api-description, MIT',
};
const text = `${JSON.stringify({ openapi: whole['openapi'] ?? '', info, paths })}\n`;
writeFileSync(TARGET, text);
console.log(`${operations.length} paths, ${Math.round(text.length / 1000)} kB`);

function install(): JsonObject {
  const folder = mkdtempSync(join(tmpdir(), 'spendgate-openapi-'));
  try {
    const spec = `@octokit/openapi@${VERSION}`;
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', spec]);
    const file = join(folder, 'node_modules/@octokit/openapi/generated/api.github.com.json');
    return object(JSON.parse(readFileSync(file, 'utf8')) as Json);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cutPath(path: string, methods: readonly string[]): JsonObject {
  const item = object(object(whole['paths'])[path]);
  return Object.fromEntries(
    methods.map((method) => {
      const operation = item[method];
      if (operation === undefined) throw new Error(`GitHub has no ${method.toUpperCase()} ${path}`);
      return [method, cutOperation(object(operation))];
    }),
  );
}

function cutOperation({ operationId = '', parameters = [], requestBody }: JsonObject): JsonObject {
  const kept = { operationId, parameters: plain(parameters) };
  return requestBody === undefined ? kept : { ...kept, requestBody: plain(requestBody) };
}

/** References are followed, prose is left out, but not a property that is only called like it. */
function plain(value: Json, isNameMap = false): Json {
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (typeof value !== 'object' || value === null) return value;
  const reference = value['$ref'];
  if (typeof reference === 'string') return plain(follow(reference));
  const kept = Object.entries(value).filter(([name]) => isNameMap || !PROSE.has(name));
  return Object.fromEntries(
    kept.map(([name, child]) => [name, plain(child, !isNameMap && name === 'properties')]),
  );
}

function follow(reference: string): Json {
  let found: Json = whole;
  for (const name of reference.replace('#/', '').split('/')) found = object(found)[name] ?? null;
  return found;
}

function object(value: Json | undefined): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
  return value;
}
