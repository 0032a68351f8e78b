/** Actions that act would fetch: ours as it is committed, and of others what they do to a job of the examples. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const input = (name: string) => `\${{ inputs.${name} }}`;

interface StandIn {
  readonly inputs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

/** A client that asks a URL three times with a key. */
const CLIENT = `node --input-type=module -e '
const { URL_TO_ASK: url, KEY: key } = process.env;
const isResponses = url.endsWith("/responses");
for (let call = 0; call < 3; call += 1) {
  const body = isResponses
    ? { model: "gpt-5-codex", input: "turn " + call, stream: true, max_output_tokens: 1000 }
    : { model: "claude-sonnet-4-5", max_tokens: 1000, stream: true, messages: [{ role: "user", content: "turn " + call }] };
  const headers = { "content-type": "application/json", authorization: "Bearer " + key, "x-api-key": key };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  await response.text();
  if (!response.ok) process.exit(1);
}'`;

const STAND_INS: Readonly<Record<string, StandIn>> = {
  'actions/checkout': { inputs: ['persist-credentials'], env: {}, run: 'true' },
  'actions/upload-artifact': {
    inputs: ['name', 'path', 'if-no-files-found', 'retention-days'],
    env: { NAME: input('name'), FROM: input('path') },
    run: 'mkdir -p "$ARTIFACTS/$NAME" && cp -r "$FROM" "$ARTIFACTS/$NAME/"',
  },
  'actions/download-artifact': {
    inputs: ['name', 'pattern', 'path', 'merge-multiple', 'run-id', 'github-token'],
    env: { NAME: input('name'), PATTERN: input('pattern'), TO: input('path') },
    run: 'mkdir -p "$TO" && for one in "$ARTIFACTS"/${NAME:-$PATTERN}; do cp -r "$one"/. "$TO/"; done',
  },
  'anthropics/claude-code-action': {
    inputs: ['anthropic_api_key'],
    env: { KEY: input('anthropic_api_key') },
    run: `export URL_TO_ASK="$ANTHROPIC_BASE_URL/v1/messages"\n${CLIENT}`,
  },
  'openai/codex-action': {
    inputs: ['openai-api-key', 'responses-api-endpoint', 'safety-strategy', 'prompt'],
    env: { KEY: input('openai-api-key'), URL_TO_ASK: input('responses-api-endpoint') },
    run: CLIENT,
  },
};

/** Writes them below `folder`. The result are act's arguments that put them in the place of the real ones. */
export function writeStandIns(folder: string, workflows: string): string[] {
  const ours = join(folder, 'spendgate');
  mkdirSync(ours);
  cpSync(join(ROOT, 'action.yml'), join(ours, 'action.yml'));
  cpSync(join(ROOT, 'dist'), join(ours, 'dist'), { recursive: true });
  const called = join(folder, 'acme-workflows');
  mkdirSync(join(called, '.github/workflows'), { recursive: true });
  cpSync(join(workflows, 'reusable.yml'), join(called, '.github/workflows/agent.yml'));
  const replaced: [string, string][] = [
    ['spendgate/spendgate@v1', ours],
    ['acme/workflows@v1', called],
  ];
  for (const reference of referencesIn(workflows)) {
    const [name = ''] = reference.split('@');
    const standIn = STAND_INS[name];
    if (standIn === undefined) continue;
    const target = join(folder, name);
    writeComposite(target, name, standIn);
    replaced.push([reference, target]);
  }
  for (const [, target] of replaced) makeRepository(target);
  return replaced.flatMap(([reference, target]) => ['--local-repository', `${reference}=${target}`]);
}

/** Every `owner/name@ref` that a step of the examples uses. */
function referencesIn(workflows: string): string[] {
  const texts = readdirSync(workflows).map((name) => readFileSync(join(workflows, name), 'utf8'));
  const found = texts.flatMap((text) =>
    [...text.matchAll(/uses: ([\w.-]+\/[\w.-]+@\S+)/g)].map(([, one = '']) => one),
  );
  return [...new Set(found)];
}

function writeComposite(target: string, name: string, { inputs, env, run }: StandIn): void {
  mkdirSync(target, { recursive: true });
  const described = inputs.map((one) => [one, { description: one, default: '' }]);
  const action = {
    name,
    description: 'stand-in',
    inputs: Object.fromEntries(described),
    runs: { using: 'composite', steps: [{ shell: 'bash', env, run }] },
  };
  writeFileSync(join(target, 'action.yml'), stringify(action));
}

/** act reads a local repository through git. */
export function makeRepository(folder: string, remote = 'https://github.com/acme/app'): void {
  mkdirSync(dirname(folder), { recursive: true });
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...words], {
      cwd: folder,
      stdio: 'ignore',
    });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all', '--force');
  git('commit', '--quiet', '--message', 'stand-in');
  git('remote', 'add', 'origin', remote);
}
