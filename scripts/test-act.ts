/**
 * The examples under act (github.com/nektos/act) in host mode, without containers: another reading of GitHub's workflow
 * language than ours, with the committed bundle, a provider, a cache service and GitHub's API on loopback. Prints a table,
 * and ends with 1 when a job came to something else than it should. Where act cannot be built it says so, and ends with 0.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KEY, kept, startWorld, upstreamPolicy, type World } from '../__tests__/support/examples.js';
import { buildAct } from './act/build.js';
import { type JobResult, NOT_SHOWN, PULL, SCENARIOS, type Scenario, SKIPPED } from './act/scenarios.js';
import { makeRepository, writeStandIns } from './act/stand-ins.js';

const EXAMPLES = fileURLToPath(new URL('../examples', import.meta.url));
const RUN_DEADLINE_MS = 120_000;
/** All that a job of the examples may be granted: act does not hold a token to `permissions`. */
const TOKEN = 'actions=write,checks=write,contents=read,issues=write,pull-requests=write,statuses=write';
const say = (text: string) => process.stdout.write(`${text}\n`);

interface ActRun {
  readonly jobs: ReadonlyMap<string, JobResult>;
  readonly seconds: number;
  readonly log: string;
  /** Of act itself: 0 where no job failed, and where none ran. */
  readonly code: number | null;
}

interface Place {
  readonly act: string;
  readonly root: string;
  readonly standIns: readonly string[];
  readonly world: World;
}

/** A line of act's JSON log, as far as it is read here. */
interface LogLine {
  readonly jobID?: string;
  readonly jobResult?: JobResult;
  readonly msg?: string;
}

async function runScenario(scenario: Scenario, place: Place): Promise<ActRun> {
  const repository = mkdtempSync(join(place.root, 'repository-'));
  const workflow = join('.github/workflows', scenario.example);
  mkdirSync(join(repository, '.github/workflows'), { recursive: true });
  cpSync(join(EXAMPLES, scenario.example), join(repository, workflow));
  const files = scenario.namesProvider ? upstreamPolicy(place.world.provider.url) : {};
  for (const [path, text] of Object.entries(files)) writeFileSync(join(repository, path), text);
  makeRepository(repository);
  const payload = join(repository, '.git', 'event.json');
  const shared = { repository: { default_branch: 'main', full_name: 'acme/app' }, inputs: scenario.inputs };
  writeFileSync(payload, JSON.stringify({ ...shared, ...scenario.payload }));
  const started = Date.now();
  const { code, log } = await runAct(
    place,
    repository,
    [scenario.event, '-W', workflow, '-e', payload, ...pairs('--input', scenario.inputs ?? {})],
    scenario,
  );
  return { jobs: resultsOf(log), seconds: (Date.now() - started) / 1000, log, code };
}

function runAct(
  place: Place,
  cwd: string,
  words: readonly string[],
  scenario: Scenario,
): Promise<Pick<ActRun, 'code' | 'log'>> {
  const { world, root } = place;
  const host = ['-P', 'ubuntu-latest=-self-hosted', '--action-offline-mode', '--no-cache-server', '--json'];
  const given = [
    ...pairs('--var', { LLM_GATEWAY_URL: world.provider.url }),
    ...pairs('-s', { LLM_KEY: KEY, OPENAI_API_KEY: KEY, GITHUB_TOKEN: TOKEN }),
    ...pairs('--env', {
      ...world.cache.environment('refs/heads/main'),
      GITHUB_API_URL: world.github.url,
      ARTIFACTS: join(root, 'artifacts'),
      ...scenario.environment,
    }),
  ];
  const child = spawn(
    place.act,
    [...words, '--defaultbranch', 'main', ...host, ...given, ...place.standIns],
    {
      cwd,
      env: { PATH: world.path, HOME: join(root, 'home') },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_DEADLINE_MS,
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, log }));
  });
}

function pairs(flag: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}

/** One failed instance of a matrix makes the job a failed one. */
function resultsOf(log: string): ReadonlyMap<string, JobResult> {
  const results = new Map<string, JobResult>();
  for (const { jobID, jobResult } of log.split('\n').map(readLine)) {
    if (jobID === undefined || jobResult === undefined) continue;
    if (results.get(jobID) !== 'failure') results.set(jobID, jobResult);
  }
  return results;
}

function readLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}

function differs(scenario: Scenario, { jobs, log, code }: ActRun): boolean {
  const expected = Object.entries(scenario.jobs);
  const isFailure = expected.some(([, result]) => result === 'failure');
  if ((code === 0) === isFailure) return true;
  if (!log.includes(scenario.says ?? '')) return true;
  return jobs.size !== expected.length || expected.some(([id, result]) => jobs.get(id) !== result);
}

async function runAll(act: string): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'spendgate-act-'));
  const world = await startWorld();
  mkdirSync(join(root, 'home'));
  const standIns = writeStandIns(root, EXAMPLES);
  kept(world, 'pulls').push({ ...PULL });
  let failures = 0;
  try {
    say(`| Example | Run | Jobs | Seconds | |\n|---|---|---|--:|---|`);
    for (const scenario of SCENARIOS) {
      if (!scenario.keepsArtifacts) rmSync(join(root, 'artifacts'), { recursive: true, force: true });
      const run = await runScenario(scenario, { act, root, standIns, world });
      const jobs = [...run.jobs].map(([id, result]) => `${id}: ${result}`).join(', ') || 'none ran';
      const isWrong = differs(scenario, run);
      if (isWrong) failures += 1;
      say(
        `| ${scenario.example} | ${scenario.what} | ${jobs} | ${run.seconds.toFixed(1)} | ${isWrong ? '❌' : '✅'} |`,
      );
      if (isWrong)
        say(
          `${JSON.stringify(scenario.jobs)} with ${JSON.stringify(scenario.says ?? '')} was expected:\n${readable(run.log)}`,
        );
    }
  } finally {
    await world.close();
    rmSync(root, { recursive: true, force: true });
  }
  return failures;
}

function readable(log: string): string {
  const lines = log.split('\n').map((line) => readLine(line).msg?.trimEnd() ?? line);
  return lines.slice(-60).join('\n');
}

const built = buildAct(process.env);
if ('missing' in built) {
  say(`SKIPPED: the examples did not run under act, because ${built.missing}.`);
} else {
  say(`act ${built.version}`);
  const failures = await runAll(built.path);
  const covered = new Set([...SCENARIOS, ...SKIPPED].map(({ example }) => example));
  for (const { example, why } of SKIPPED) say(`| ${example} | skipped: ${why} | | | |`);
  for (const what of NOT_SHOWN) say(`Not shown here: ${what}.`);
  const forgotten = readdirSync(EXAMPLES).filter((name) => !covered.has(name) && name !== 'reusable.yml');
  for (const name of forgotten) say(`${name} is neither run nor skipped for a reason.`);
  say(
    failures + forgotten.length === 0
      ? 'All examples came to what they should under act.'
      : `${failures} failed.`,
  );
  process.exitCode = failures + forgotten.length === 0 ? 0 : 1;
}
