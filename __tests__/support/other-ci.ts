/**
 * GitLab CI and Jenkins as far as the examples go: the commands of a job as shell, in a workspace of its own, with the
 * variables it declares, and with what is kept between two runs.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readExample } from './examples.js';
import type { Texts } from './workflow/definition.js';

export interface ShellResult {
  readonly code: number | null;
  /** What stands in the job's log. */
  readonly log: string;
}

export interface OtherCi {
  /** @param environment what the CI itself sets: its own variables, and those of the project */
  run(job: string, environment: Texts): Promise<ShellResult>;
  /** Folder that is kept between runs. */
  readonly kept: string;
  clean(): void;
}

interface GitLabJob {
  readonly extends?: string;
  readonly rules?: readonly object[];
  readonly variables?: Texts;
  readonly cache?: { readonly paths: readonly string[] };
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly allow_failure?: { readonly exit_codes?: readonly number[] };
  readonly retry?: { readonly exit_codes?: readonly number[] };
}

/** A job with what it extends. */
export function gitLabJob(name: string): GitLabJob {
  const file = parse(readExample('gitlab-ci.yml')) as Record<string, GitLabJob>;
  const job = file[name];
  if (job === undefined) throw new Error(`no job ${name}`);
  return { ...(job.extends === undefined ? {} : gitLabJob(job.extends)), ...job };
}

/** Every job has a new workspace, and gets the cache back that the last one left. */
export function createGitLab(): OtherCi {
  const root = mkdtempSync(join(tmpdir(), 'spendgate-gitlab-'));
  const kept = join(root, 'cache');
  let jobs = 0;
  const run = async (name: string, environment: Texts): Promise<ShellResult> => {
    const { variables = {}, cache, before_script = [], script = [] } = gitLabJob(name);
    const workspace = join(root, `job-${++jobs}`);
    mkdirSync(workspace);
    if (existsSync(kept)) cpSync(kept, workspace, { recursive: true });
    const given: Texts = { ...environment, CI_PROJECT_DIR: workspace };
    const filled = Object.entries(variables).map(([key, value]) => [
      key,
      value.replace(/\$(\w+)/g, (_, variable: string) => given[variable] ?? ''),
    ]);
    const result = await shell([...before_script, ...script].join('\n'), workspace, {
      ...given,
      ...Object.fromEntries(filled),
    });
    for (const path of cache?.paths ?? [])
      if (existsSync(join(workspace, path)))
        cpSync(join(workspace, path), join(kept, path), { recursive: true });
    return result;
  };
  return { run, kept, clean: () => rmSync(root, { recursive: true, force: true }) };
}

/** The workspace stays. A job is a stage: its `sh` steps, one after the other. */
export function createJenkins(): OtherCi {
  const root = mkdtempSync(join(tmpdir(), 'spendgate-jenkins-'));
  const workspace = join(root, 'nightly');
  mkdirSync(workspace);
  const file = readExample('Jenkinsfile');
  const run = async (name: string, environment: Texts): Promise<ShellResult> => {
    const given: Texts = { ...environment, WORKSPACE: workspace };
    const declared = [
      ...blockOf(file, 'environment').matchAll(/^\s+(\w+) = (?:credentials\('([\w-]+)'\)|'(.*)'|"(.*)")$/gm),
    ];
    const filled = declared.map(([, key = '', credential, plain, template = '']) => [
      key,
      credential === undefined
        ? (plain ?? template.replace(/\$\{env\.(\w+)\}/g, (_, variable: string) => given[variable] ?? ''))
        : (given[`credential:${credential}`] ?? ''),
    ]);
    const variables = { ...given, ...Object.fromEntries(filled) };
    let result: ShellResult | undefined;
    for (const script of shellSteps(blockOf(file, `stage('${name}')`))) {
      result = await shell(script, workspace, variables);
      if (result.code !== 0) break;
    }
    if (result !== undefined) return result;
    throw new Error(`the stage ${name} has no sh step`);
  };
  return { run, kept: `${workspace}@spendgate`, clean: () => rmSync(root, { recursive: true, force: true }) };
}

/** From the word to the brace that closes its block; braces in quotes come in pairs in our file. */
function blockOf(text: string, word: string): string {
  const start = text.indexOf(`${word} {`);
  if (start < 0) throw new Error(`no ${word} in the Jenkinsfile`);
  let depth = 0;
  for (let at = text.indexOf('{', start); at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(start, at);
  }
  throw new Error(`${word} is not closed`);
}

function shellSteps(block: string): string[] {
  return [...block.matchAll(/\bsh\b[^'\n]*(?:'''([\s\S]*?)'''|'(.*)'$)/gm)].map(
    ([, long, short]) => long ?? short ?? '',
  );
}

async function shell(script: string, cwd: string, environment: Texts): Promise<ShellResult> {
  const child = spawn('bash', ['-eo', 'pipefail', '-c', script], {
    cwd,
    env: { HOME: cwd, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk;
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, log };
}
