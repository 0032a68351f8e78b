/**
 * Runs a whole workflow file as GitHub does, as far as the examples go: jobs in the order of `needs`, a matrix at once,
 * conditions, expressions, outputs and outcomes, called workflows, and a token that holds what `permissions` says. Our steps
 * are the committed bundle; actions of others are stand-ins, or the ones named in `artifacts.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { CacheService } from './cache-service.js';
import { createJob, type Job, type StepResult } from './runner.js';
import { type ArtifactStore, createArtifactStore } from './workflow/artifacts.js';
import type { JobDefinition, StepDefinition, Texts, WorkflowDefinition } from './workflow/definition.js';
import { githubContext, isLowTrust, type Trigger, tokenOf } from './workflow/event.js';
import { type Contexts, fill, isMet, type Status } from './workflow/expressions.js';
import { matrixOf } from './workflow/matrix.js';

export { createArtifactStore } from './workflow/artifacts.js';
export type { EventName } from './workflow/event.js';

/** An action of somebody else: does to the job what the real one would. `undefined` says that nothing came of it. */
export type StandIn = (step: {
  readonly job: Job;
  readonly inputs: Texts;
  readonly environment: Texts;
}) => Promise<StepResult | undefined>;

export interface WorkflowOptions extends Trigger {
  readonly vars?: Texts;
  readonly secrets?: Texts;
  readonly cache?: CacheService;
  /** Kept between runs, so that one run can take what another left. */
  readonly artifacts?: ArtifactStore;
  /** Environment of every step, such as `GITHUB_API_URL`. */
  readonly environment?: Texts;
  /** Files of every workspace, by path. */
  readonly files?: Texts;
  /** Stand-ins by `owner/name`; checkout and the artifact actions are there anyway. */
  readonly actions?: Readonly<Record<string, StandIn>>;
  /** Called workflows, by what stands in front of the `@`. */
  readonly workflows?: Readonly<Record<string, string>>;
}

export interface StepRun extends StepResult {
  readonly name: string;
  readonly outcome: Outcome;
  readonly conclusion: Outcome;
}

export interface JobRun {
  readonly id: string;
  readonly matrix: Texts;
  readonly result: Outcome;
  readonly outputs: Texts;
  /** Steps in order; a step that was skipped has outcome `skipped`. */
  readonly steps: readonly StepRun[];
}

export interface WorkflowResult {
  /** Every job that ran, instances of a matrix one by one, jobs of a called workflow as `caller / job`. */
  readonly jobs: readonly JobRun[];
  readonly outputs: Texts;
  readonly failed: boolean;
}

type WithArtifacts = WorkflowOptions & { readonly artifacts: ArtifactStore };
type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped';
type Needs = Readonly<Record<string, { readonly result: Outcome; readonly outputs: Texts }>>;

const NOTHING: StepResult = { code: 0, stdout: '', stderr: '', outputs: {}, summary: '', annotations: [] };
const ACTION = ourAction();

/** @param yaml text of a workflow file */
export async function runWorkflow(yaml: string, options: WorkflowOptions): Promise<WorkflowResult> {
  const workflow = parse(yaml) as WorkflowDefinition;
  const artifacts = options.artifacts ?? createArtifactStore();
  return new WorkflowRun(workflow, { ...options, artifacts }).run();
}

class WorkflowRun {
  readonly #workflow: WorkflowDefinition;
  readonly #options: WithArtifacts;
  readonly #jobs: JobRun[] = [];
  readonly #results: Record<string, { result: Outcome; outputs: Texts }> = {};

  constructor(workflow: WorkflowDefinition, options: WithArtifacts) {
    this.#workflow = workflow;
    this.#options = options;
  }

  async run(): Promise<WorkflowResult> {
    const waiting = new Map(Object.entries(this.#workflow.jobs));
    while (waiting.size > 0) {
      const ready = [...waiting].filter(([, job]) => needsOf(job).every((id) => id in this.#results));
      if (ready.length === 0) throw new Error(`jobs wait for each other: ${[...waiting.keys()].join(', ')}`);
      for (const [id, job] of ready) {
        waiting.delete(id);
        this.#results[id] = await this.#runJob(id, job);
      }
    }
    const jobs = Object.fromEntries(Object.entries(this.#results));
    const declared = this.#workflow.on?.workflow_call?.outputs ?? {};
    const outputs = mapValues(declared, ({ value }) => fill(value, { ...this.#base(), jobs }));
    return { jobs: this.#jobs, outputs, failed: this.#jobs.some(({ result }) => result === 'failure') };
  }

  async #runJob(id: string, job: JobDefinition): Promise<{ result: Outcome; outputs: Texts }> {
    const needs: Needs = Object.fromEntries(
      needsOf(job).map((name) => [name, this.#results[name] ?? { result: 'skipped', outputs: {} }]),
    );
    const results = Object.values(needs).map(({ result }) => result);
    // Without a status function of its own a job runs only where all that it needs succeeded.
    const status = { failed: results.some((result) => result !== 'success'), cancelled: false };
    const contexts = { ...this.#base(), needs };
    if (!isMet(job.if, contexts, status))
      return this.#note({ id, matrix: {}, result: 'skipped', outputs: {}, steps: [] });
    const instances = matrixOf(job.strategy?.matrix);
    const runs = await Promise.all(
      instances.map((matrix) =>
        job.uses === undefined
          ? this.#runInstance(id, job, { ...contexts, matrix })
          : this.#call(id, job, { ...contexts, matrix }),
      ),
    );
    for (const run of runs) this.#note(run);
    const failed = runs.some(({ result }) => result === 'failure');
    const outputs = Object.assign({}, ...runs.map((run) => run.outputs)) as Texts;
    return { result: failed ? 'failure' : 'success', outputs };
  }

  async #call(id: string, job: JobDefinition, contexts: Contexts): Promise<JobRun> {
    const [name = ''] = (job.uses ?? '').split('@');
    const called = parse(this.#options.workflows?.[name] ?? `no workflow ${name}`) as WorkflowDefinition;
    const declared = called.on?.workflow_call ?? {};
    const given = mapValues(job.with ?? {}, (value) =>
      typeof value === 'string' ? fill(value, contexts) : value,
    );
    const inputs = { ...mapValues(declared.inputs ?? {}, (input) => input.default), ...given };
    const secrets = mapValues(job.secrets ?? {}, (value) => fill(value, contexts));
    // A called workflow has the permissions of its caller at most, and none of its secrets but those it was given.
    const ceiling = job.permissions ?? this.#workflow.permissions;
    const run = new WorkflowRun(called, {
      ...this.#options,
      inputs,
      secrets,
      ...(ceiling ? { ceiling } : {}),
    });
    const { jobs, outputs, failed } = await run.run();
    for (const inner of jobs) this.#note({ ...inner, id: `${id} / ${inner.id}` });
    return { id, matrix: {}, result: failed ? 'failure' : 'success', outputs, steps: [] };
  }

  async #runInstance(id: string, definition: JobDefinition, contexts: Contexts): Promise<JobRun> {
    const token = tokenOf(this.#options, definition.permissions ?? this.#workflow.permissions);
    const job = this.#createJob(id);
    const run = new StepsRun(job, definition, {
      ...this.#options,
      contexts: { ...contexts, github: { ...this.#github(), job: id, token } },
      env: this.#workflow.env ?? {},
    });
    try {
      const matrix = mapValues((contexts['matrix'] ?? {}) as Texts, String);
      return { id, matrix, ...(await run.run()) };
    } finally {
      job.clean();
    }
  }

  #createJob(id: string): Job {
    const { cache, environment, files, runId } = this.#options;
    const { ref, actor, event, event_name } = githubContext(this.#options);
    return createJob({
      ref,
      event: event_name,
      payload: event,
      ...(runId === undefined ? {} : { runId }),
      ...(files === undefined ? {} : { files }),
      workflow: this.#workflow.name ?? 'workflow',
      environment: {
        ...cache?.environment(ref, isLowTrust(this.#options) ? 'read' : 'write'),
        GITHUB_ACTOR: actor,
        GITHUB_JOB: id,
        ...environment,
      },
    });
  }

  #github() {
    return { ...githubContext(this.#options), workflow: this.#workflow.name };
  }

  #base(): Contexts {
    const { vars = {}, secrets = {}, inputs = {} } = this.#options;
    return { github: this.#github(), vars, secrets, inputs, needs: {}, env: this.#workflow.env ?? {} };
  }

  #note(run: JobRun): JobRun {
    this.#jobs.push(run);
    return run;
  }
}

interface StepsOptions extends WithArtifacts {
  readonly contexts: Contexts;
  readonly env: Texts;
}

/** The steps of one job, one after the other. */
class StepsRun {
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
  const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8');
  const { inputs, runs } = parse(text) as {
    inputs: Record<string, { default?: string }>;
    runs: { post?: string };
  };
  const given = Object.entries(inputs).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return { defaults: Object.fromEntries(given), hasHook: runs.post !== undefined };
}

function needsOf({ needs = [] }: JobDefinition): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

function mapValues<T, R>(values: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
