/**
 * Runs a whole workflow file as GitHub does, as far as the examples go: jobs in the order of `needs`, a matrix at once,
 * conditions, expressions, outputs and outcomes, called workflows, and a token that holds what `permissions` says. Our steps
 * are the committed bundle; actions of others are stand-ins, or the ones named in `artifacts.ts`.
 */
import { parse } from 'yaml';
import type { CacheService } from './cache-service.js';
import { createJob, type Job, type StepResult } from './runner.js';
import { type ArtifactStore, createArtifactStore } from './workflow/artifacts.js';
import type { JobDefinition, Texts, WorkflowDefinition } from './workflow/definition.js';
import { githubContext, isLowTrust, type Trigger, tokenOf } from './workflow/event.js';
import { type Contexts, fill, isMet } from './workflow/expressions.js';
import { mapValues } from './workflow/map-values.js';
import { matrixOf } from './workflow/matrix.js';
import { StepsRun } from './workflow/steps.js';

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

export type WithArtifacts = WorkflowOptions & { readonly artifacts: ArtifactStore };
export type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped';
type Needs = Readonly<Record<string, { readonly result: Outcome; readonly outputs: Texts }>>;

/** @param yaml text of a workflow file */
export async function runWorkflow(yaml: string, options: WorkflowOptions): Promise<WorkflowResult> {
  const workflow = parse(yaml) as WorkflowDefinition;
  const artifacts = options.artifacts ?? createArtifactStore();
  try {
    return await new WorkflowRun(workflow, { ...options, artifacts }).run();
  } finally {
    if (options.artifacts === undefined) artifacts.clean();
  }
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

function needsOf({ needs = [] }: JobDefinition): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}
