/**
 * Runs a step of the committed bundle as the runner does: inputs as INPUT_*, command files, an event payload, and nothing
 * else of this machine's environment. What a step wrote (outputs, variables, summary, annotations) comes back parsed, and
 * exported variables reach the later steps of the same job.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUNDLE = fileURLToPath(new URL('../../dist/action/index.js', import.meta.url));
const HOOK = fileURLToPath(new URL('../../dist/hook/index.js', import.meta.url));

export interface JobOptions {
  readonly event?: string;
  /** What the event says besides; a pull request and the default branch are said already. */
  readonly payload?: object;
  readonly ref?: string;
  readonly runId?: string;
  readonly workflow?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Files of the workspace, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface StepResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface Job {
  readonly workspace: string;
  readonly temp: string;
  /** `while` is called with the running process, for tests that interrupt it. */
  step(inputs: Readonly<Record<string, string>>, options?: StepOptions): Promise<StepResult>;
  /** A step of somebody else: a program with the environment of the job, which may write to the command files. */
  run(command: readonly string[], options?: StepOptions): Promise<StepResult>;
  /**
   * Ends the job as the runner does: the hook of every step of ours that was started, in reverse order, with the state
   * that this step alone left.
   */
  end(): Promise<readonly StepResult[]>;
  clean(): void;
}

export interface StepOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly onStart?: (child: ChildProcess) => void;
  readonly onOutput?: (text: string) => void;
  readonly bundle?: string;
}

/** What the hook of a step is started with besides the environment of the job. */
interface StartedStep {
  readonly environment: Readonly<Record<string, string>>;
  readonly state: Record<string, string>;
}

let steps = 0;

export function createJob(options: JobOptions = {}): Job {
  const root = mkdtempSync(join(tmpdir(), 'spendgate-job-'));
  const workspace = join(root, 'workspace');
  const temp = join(root, 'temp');
  const home = join(root, 'home');
  for (const dir of [workspace, temp, home]) mkdirSync(dir);
  for (const [path, text] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const event = options.event ?? 'push';
  const payload = {
    repository: { default_branch: 'main' },
    ...(event === 'pull_request' ? { pull_request: { number: 7 } } : {}),
    ...options.payload,
  };
  writeFileSync(join(temp, 'event.json'), JSON.stringify(payload));
  const exported: Record<string, string> = {};
  const started: StartedStep[] = [];
  const base: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_RUN_ID: options.runId ?? '4711',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'agent',
    GITHUB_SHA: 'c0ffee0000000000000000000000000000000000',
    GITHUB_WORKFLOW: options.workflow ?? 'nightly',
    GITHUB_ACTOR: 'octocat',
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: join(temp, 'event.json'),
    GITHUB_REF: options.ref ?? (event === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/main'),
    GITHUB_SERVER_URL: 'https://github.com',
    RUNNER_TEMP: temp,
    RUNNER_TRACKING_ID: `github_${randomUUID()}`,
    ...options.environment,
  };

  async function step(
    inputs: Readonly<Record<string, string>>,
    stepOptions: StepOptions = {},
  ): Promise<StepResult> {
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const environment: Record<string, string> = {
      ...stepOptions.environment,
      ...Object.fromEntries(given),
    };
    const hook: StartedStep = { environment, state: {} };
    started.push(hook);
    const command = [process.execPath, stepOptions.bundle ?? BUNDLE];
    return runWith(command, { ...stepOptions, environment }, hook);
  }

  async function end(): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const { environment, state } of started.splice(0).toReversed()) {
      const states = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
      const both = { ...environment, ...Object.fromEntries(states) };
      results.push(await run([process.execPath, HOOK], { environment: both }));
    }
    return results;
  }

  function run(command: readonly string[], stepOptions: StepOptions = {}): Promise<StepResult> {
    return runWith(command, stepOptions, undefined);
  }

  async function runWith(
    [program = '', ...args]: readonly string[],
    stepOptions: StepOptions,
    hook: StartedStep | undefined,
  ): Promise<StepResult> {
    steps += 1;
    const file = (name: string) => join(temp, `${steps}-${name}`);
    const files = {
      GITHUB_OUTPUT: file('output'),
      GITHUB_ENV: file('env'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_STATE: file('state'),
      GITHUB_PATH: file('path'),
    };
    for (const path of Object.values(files)) writeFileSync(path, '');
    const env = {
      ...base,
      ...exported,
      ...files,
      ...stepOptions.environment,
    };
    const child = spawn(program, args, {
      cwd: workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    stepOptions.onStart?.(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
      stepOptions.onOutput?.(String(chunk));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    Object.assign(exported, parseCommandFile(readFileSync(files.GITHUB_ENV, 'utf8')));
    if (hook) Object.assign(hook.state, parseCommandFile(readFileSync(files.GITHUB_STATE, 'utf8')));
    return {
      code,
      stdout,
      stderr,
      outputs: parseCommandFile(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
      annotations: parseAnnotations(stdout),
    };
  }

  return { workspace, temp, step, run, end, clean: () => rmSync(root, { recursive: true, force: true }) };
}

/** `NAME=value`, or `NAME<<DELIMITER`, value, `DELIMITER`. */
export function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, short, value = ''] = /^([^<=]+)=(.*)$/.exec(lines[at] ?? '') ?? [];
    if (short !== undefined) values[short] = value;
    const [, name, delimiter] = /^([^<=]+)<<(.+)$/.exec(lines[at] ?? '') ?? [];
    if (name === undefined) continue;
    const end = lines.indexOf(delimiter ?? '', at + 1);
    values[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return values;
}

/** What the runner would take for annotations: commands at the start of a line of stdout. */
export function parseAnnotations(stdout: string): Annotation[] {
  return stdout.split(/\r?\n|\r/).flatMap((line) => {
    const [, level, properties = '', message = ''] =
      /^\s*::(error|warning|notice)(?: ([^:]*(?:::)?[^:]*?))?::(.*)$/.exec(line) ?? [];
    if (level === undefined) return [];
    const entries = properties
      .split(',')
      .map((pair) => pair.split('='))
      .map(([name = '', value = '']) => [name, unescapeCommand(value)]);
    return [
      {
        level: level as Annotation['level'],
        message: unescapeCommand(message),
        properties: Object.fromEntries(entries),
      },
    ];
  });
}

function unescapeCommand(text: string): string {
  return text
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
