/**
 * Whose a run is, as far as the job knows it: what its record says, and what the gateway is told with each call. All of it
 * comes from the runner and the workflow, nothing from the agent. Names are cut and made one line, whoever gave them.
 */
import { z } from 'zod';
import { oneLine } from './text.js';

/** Of a name; some gateways take no more. */
export const MAX_FACT_LENGTH = 128;

const name = z.string().max(MAX_FACT_LENGTH).optional();
const count = z.number().int().nonnegative().optional();

/** A fact is absent where it is not known, or where there is none: a push has no pull request. */
export const attributionSchema = z.object({
  repository: name,
  team: name,
  task: name,
  'run-id': name,
  actor: name,
  agent: name,
  'pull-request': count,
  issue: count,
  workflow: name,
  job: name,
  event: name,
  attempt: count,
  commit: name,
});

export type Attribution = z.infer<typeof attributionSchema>;

/** Where little room is, the first ones are told: who pays, then who asked, then what for. */
const IN_ORDER = Object.keys(attributionSchema.shape);

/** Facts that no other run shares. */
const OF_ONE_RUN: readonly string[] = [
  'run-id',
  'attempt',
  'commit',
] satisfies readonly (keyof Attribution)[];

/** The run itself; `RunContext` has this shape. */
export interface RunIdentity {
  readonly repository: string | undefined;
  readonly workflow: string;
  readonly job: string | undefined;
  readonly runId: string;
  readonly runAttempt: number;
  readonly pullRequest: number | undefined;
  readonly issue: number | undefined;
  readonly actor: string;
  readonly event: string;
  readonly headSha: string | undefined;
}

/** What the run is for. */
export interface RunPurpose {
  readonly task: string;
  readonly team: string | undefined;
  readonly agent: string | undefined;
}

export function attributionOf(run: RunIdentity, { task, team, agent }: RunPurpose): Attribution {
  return {
    repository: fact(run.repository),
    team: fact(team),
    task: fact(task),
    'run-id': fact(run.runId),
    actor: fact(run.actor),
    agent: fact(agent),
    'pull-request': number(run.pullRequest),
    issue: number(run.issue),
    workflow: fact(run.workflow),
    job: fact(run.job),
    event: fact(run.event),
    attempt: number(run.runAttempt),
    commit: fact(run.headSha),
  };
}

/** What is known, as text, the most telling first. */
export function factsOf(attribution: Attribution): [name: string, value: string][] {
  const known = new Map(Object.entries(attribution));
  return IN_ORDER.flatMap((key): [string, string][] => {
    const value = known.get(key);
    return value === undefined ? [] : [[key, String(value)]];
  });
}

/** The same without what no other run shares: sums are made by these. */
export function sharedFactsOf(attribution: Attribution): [name: string, value: string][] {
  return factsOf(attribution).filter(([key]) => !OF_ONE_RUN.includes(key));
}

function fact(text: string | undefined): string | undefined {
  return oneLine(text ?? '', MAX_FACT_LENGTH) || undefined;
}

/** A number that GitHub or a person made up is better left out than refused. */
function number(value: number | undefined): number | undefined {
  return count.safeParse(value).data;
}
