/** What a step shows: the output that its runner reads, the job summary, the outputs, GitHub, and what people are told. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RawInputs } from '../../src/config/config.js';
import type { ModeDeps } from '../../src/modes/deps.js';
import { createActionsRunner } from '../../src/platform/runner.js';
import { reporters } from '../../src/reporters/index.js';
import { IssueGateStore } from '../../src/stores/issue-label.js';
import { withGates } from '../../src/stores/shared/with-gates.js';
import { RecordingDesk } from './alerts.js';
import { configOf, ON_MAIN } from './config.js';
import { FixedClock, InMemoryGitHub, InMemoryStore } from './fakes.js';
import { parseCommandFile } from './runner.js';

export interface Shown {
  readonly log: string;
  readonly summary: string;
  /** As a later step gets them, each as it was set. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** What is written to the output of this process meanwhile. */
export async function writtenBy(act: () => Promise<void> | void): Promise<string> {
  const { write } = process.stdout;
  let written = '';
  process.stdout.write = ((chunk: string) => {
    written += chunk;
    return true;
  }) as typeof process.stdout.write;
  try {
    await act();
  } finally {
    process.stdout.write = write;
  }
  return written;
}

/** A place on the default branch whose runs are of a pull request, and whose gates are issues. */
export class Place {
  readonly github = new InMemoryGitHub();
  readonly alerts = new RecordingDesk();
  readonly #clock = new FixedClock();
  readonly #environment: Readonly<Record<string, string>>;

  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.#environment = { ...ON_MAIN, GITHUB_SHA: 'a'.repeat(40), ...environment };
  }

  /** Runs a step with what a runner really does, and keeps what it shows. An error that it ends with is shown as well. */
  async step(inputs: RawInputs, act: (deps: ModeDeps) => Promise<void>): Promise<Shown> {
    const config = configOf(inputs, { environment: this.#environment, now: this.#clock.now() });
    const { context } = config;
    const [github, alerts, clock] = [this.github, this.alerts, this.#clock];
    const gates = new IssueGateStore({
      ...context,
      gateStore: 'issue',
      hasCacheService: false,
      cacheMode: undefined,
      stateDir: tmpdir(),
      clock,
      github,
    });
    const store = withGates(new InMemoryStore(clock), gates);
    let summary = '';
    const outputs = new Map<string, string | number>();
    const actions = createActionsRunner({});
    const runner = {
      ...actions,
      setOutput: (name: string, value: string | number | undefined) => void outputs.set(name, value ?? ''),
      exportVariable: () => undefined,
      addSummary: async (markdown: string) => {
        summary += markdown;
      },
    };
    const told = { ...config, context: { ...context, pullRequest: 7 } };
    const log = await writtenBy(async () => {
      await act({ config: told, runner, clock, store, github, reporters, alerts });
      actions.finish();
    });
    return { log, summary, outputs: throughFile(outputs) };
  }
}

/** Writes outputs to the file of a step and reads them again, as the runner does. */
function throughFile(outputs: ReadonlyMap<string, string | number>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'spendgate-outputs-'));
  const file = join(folder, 'output');
  const { GITHUB_OUTPUT: before } = process.env;
  writeFileSync(file, '');
  process.env['GITHUB_OUTPUT'] = file;
  try {
    const runner = createActionsRunner({});
    for (const [name, value] of outputs) runner.setOutput(name, value);
    return parseCommandFile(readFileSync(file, 'utf8'));
  } finally {
    if (before === undefined) delete process.env['GITHUB_OUTPUT'];
    else process.env['GITHUB_OUTPUT'] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}
