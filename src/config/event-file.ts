/**
 * What GitHub says of the event, as the runner left it in a file. The agent runs as the same user and can write to that
 * file, so the first step of ours in a job leaves its checksum for the later ones, and nothing of another file is believed.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../core/json.js';
import { readBoundedText } from '../files/bounded-file.js';
import type { Environment } from './run-context.js';

/** GitHub delivers no payload above 25 MB. */
const BOUNDS = { maxBytes: 32 * 1024 * 1024, followsLinks: true };
const VARIABLE = 'SPENDGATE_EVENT';

const repositorySchema = z.object({ full_name: z.string() });
const eventSchema = z.object({
  pull_request: z
    .object({
      number: z.number(),
      head: z.object({ sha: z.string(), repo: repositorySchema.nullish() }).nullish(),
    })
    .nullish(),
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }).nullish(),
  merge_group: z.object({ head_sha: z.string() }).nullish(),
  workflow_run: z
    .object({
      id: z.number(),
      run_attempt: z.number().default(1),
      workflow_id: z.number().nullish(),
      event: z.string(),
      html_url: z.string().nullish(),
      head_sha: z.string(),
      head_branch: z.string().nullish(),
      head_repository: repositorySchema.nullish(),
    })
    .nullish(),
  repository: z.object({ default_branch: z.string().nullish() }).nullish(),
});
export type GitHubEvent = z.infer<typeof eventSchema>;

/** Proof of a file as it stands now, and the variable that carries it to later steps of the job. */
export interface FileMark {
  readonly variable: string;
  /** SHA-256, or a word where there is no file to read. */
  readonly checksum: string;
}

export interface EventFile {
  readonly mark: FileMark;
  /** `undefined` where there is none, or none to believe. */
  readonly event: GitHubEvent | undefined;
  /** What is wrong with the file, as a sentence; then nobody knows what the job is about. */
  readonly trouble: EventTrouble | undefined;
}

export interface EventTrouble {
  readonly kind: 'changed' | 'unreadable';
  readonly message: string;
}

/** @param handed checksum that the workflow itself hands on, which outranks the variable */
export function readEventFile(environment: Environment, handed: string | undefined): EventFile {
  const path = environment['GITHUB_EVENT_PATH'];
  const content = path ? readBoundedText(path, BOUNDS) : undefined;
  const checksum =
    content === undefined ? 'none' : content.text === undefined ? 'unreadable' : sum(content.text);
  const mark = { variable: VARIABLE, checksum };
  const before = handed ?? environment[VARIABLE];
  const trouble = (kind: EventTrouble['kind'], message: string) => ({
    mark,
    event: undefined,
    trouble: { kind, message },
  });
  if (before !== undefined && before !== checksum)
    return trouble('changed', `The event file ${path} is not what it was in an earlier step of this job.`);
  if (content === undefined) return { mark, event: undefined, trouble: undefined };
  if (content.text === undefined) return trouble('unreadable', `The event file ${path} ${content.why}.`);
  const json = parseJson(content.text);
  if (json === undefined) return trouble('unreadable', `The event file ${path} is not JSON.`);
  return { mark, event: eventSchema.safeParse(json).data, trouble: undefined };
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
