/** The steps of one job, one after the other, and the hooks of ours at its end. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Job, StepResult } from '../runner.js';
import type { JobRun, Outcome, StepRun, WithArtifacts } from '../workflow.js';
import type { JobDefinition, StepDefinition, Texts } from './definition.js';
import { type Contexts, fill, isMet, type Status } from './expressions.js';
import { mapValues } from './map-values.js';

const NOTHING: StepResult = { code: 0, stdout: '', stderr: '', outputs: {}, summary: '', annotations: [] };
const ACTION = ourAction();

interface StepsOptions extends WithArtifacts {
  readonly contexts: Contexts;
  readonly env: Texts;
}

export class StepsRun {
  readonly #job: Job;
  readonly #definition: JobDefinition;
  readonly #options: StepsOptions;
  readonly #steps: Record<string, { outputs: Texts; outcome: Outcome; conclusion: Outcome }> = {};
  readonly #runs: StepRun[] = [];
  #status: Status = { failed: false, cancelled: false };

  constructor(job: Job, definition: JobDefinition, options: StepsOptions) {
    this.#job = job;
    this.#definition = definition;
    this.#options = options;
  }

  async run(): Promise<Omit<JobRun, 'id' | 'matrix'>> {
    for (const step of this.#definition.steps ?? []) await this.#step(step);
    const hooks = ACTION.hasHook ? await this.#job.end() : [];
    if (hooks.some(({ code }) => code !== 0)) this.#status = { failed: true, cancelled: false };
    const outputs = mapValues(this.#definition.outputs ?? {}, (value) =>
      fill(value, this.#contexts(), this.#status),
    );
    return { result: this.#status.failed ? 'failure' : 'success', outputs, steps: this.#runs };
  }

  async #step(step: StepDefinition): Promise<void> {
    const isDue = isMet(step.if === undefined ? undefined : String(step.if), this.#contexts(), this.#status);
    const result = isDue ? await this.#execute(step) : NOTHING;
    const outcome: Outcome = isDue ? (result.code === 0 ? 'success' : 'failure') : 'skipped';
    const conclusion = outcome === 'failure' && step['continue-on-error'] === true ? 'success' : outcome;
    if (conclusion === 'failure') this.#status = { failed: true, cancelled: false };
    if (step.id !== undefined) this.#steps[step.id] = { outputs: result.outputs, outcome, conclusion };
    const name = step.name ?? step.id ?? step.uses ?? step.run ?? '';
    this.#runs.push({ ...result, name, outcome, conclusion });
  }

  async #execute(step: StepDefinition): Promise<StepResult> {
    const texts = (values: Readonly<Record<string, unknown>> | undefined) =>
      mapValues(values ?? {}, (value) => fill(String(value), this.#contexts(), this.#status));
    const environment = { ...texts(this.#options.env), ...texts(this.#definition.env), ...texts(step.env) };
    if (step.uses === undefined) return this.#script(step, environment);
    const [action = ''] = step.uses.split('@');
    const inputs = texts(step.with);
    if (action === 'spendgate/spendgate')
      return this.#job.step({ ...texts(ACTION.defaults), ...inputs }, { environment });
    const standIn = this.#options.actions?.[action] ?? this.#options.artifacts.actions(this.#options)[action];
    if (standIn) return (await standIn({ job: this.#job, inputs, environment })) ?? NOTHING;
    if (action === 'actions/checkout') return NOTHING;
    throw new Error(`no stand-in for ${step.uses}`);
  }

  #script(step: StepDefinition, environment: Texts): Promise<StepResult> {
    const path = join(this.#job.temp, `script-${this.#runs.length}.sh`);
    writeFileSync(path, fill(step.run ?? '', this.#contexts(), this.#status));
    const flags = step.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
    return this.#job.run(['bash', ...flags, path], { environment });
  }

  #contexts(): Contexts {
    return {
      ...this.#options.contexts,
      steps: this.#steps,
      env: { ...this.#options.env, ...this.#definition.env },
      job: { status: this.#status.failed ? 'failure' : 'success' },
      runner: { temp: this.#job.temp, os: 'Linux' },
    };
  }
}

/** What the runner reads of our action: values of inputs that the workflow leaves out, and whether it has a hook. */
function ourAction(): { readonly defaults: Texts; readonly hasHook: boolean } {
  const text = readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8');
  const { inputs, runs } = parse(text) as {
    inputs: Record<string, { default?: string }>;
    runs: { post?: string };
  };
  const given = Object.entries(inputs).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return { defaults: Object.fromEntries(given), hasHook: runs.post !== undefined };
}
