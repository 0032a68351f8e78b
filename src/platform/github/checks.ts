/**
 * Check runs and commit statuses. A check run takes 50 annotations a request and adds what later ones bring, so the
 * requests that bring them are not sent again: the conclusion is there before them.
 * @see https://docs.github.com/rest/checks/runs
 */
import type {
  CheckAnnotation,
  CheckApi,
  CheckOutput,
  CheckRun,
  CommitState,
  CommitStatus,
} from '../../ports/github.js';
import type { GitHubClient } from './client.js';

const WRITE_CHECKS = 'checks: write';
const WRITE_STATUSES = 'statuses: write';
const ANNOTATIONS_A_REQUEST = 50;
const STATES: readonly CommitState[] = ['pending', 'success', 'failure', 'error'];

export function checkApi(client: GitHubClient): CheckApi {
  return { ...checkRuns(client), ...commitStatuses(client) };
}

type CheckRuns = Pick<CheckApi, 'listCheckRuns' | 'createCheckRun' | 'completeCheckRun'>;

function checkRuns(client: GitHubClient): CheckRuns {
  const { send, create } = client;
  return {
    listCheckRuns: async (sha, name) => {
      // Of two that share a name `latest` would hide one.
      const { data } = await send(WRITE_CHECKS, ({ rest }, options) =>
        rest.checks.listForRef({ ...options, ref: sha, check_name: name, filter: 'all', per_page: 100 }),
      );
      return data.check_runs.map(toCheckRun).toSorted((a, b) => b.id - a.id);
    },
    createCheckRun: async ({ name, sha, externalId, detailsUrl, output }) => {
      const { data } = await create(WRITE_CHECKS, ({ rest }, options) =>
        rest.checks.create({
          ...options,
          name,
          head_sha: sha,
          external_id: externalId,
          status: 'in_progress',
          ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
          output: wireOutput(output),
        }),
      );
      return toCheckRun(data);
    },
    completeCheckRun: async (id, conclusion, output, annotations) => {
      await send(WRITE_CHECKS, ({ rest }, options) =>
        rest.checks.update({
          ...options,
          check_run_id: id,
          status: 'completed',
          conclusion,
          output: wireOutput(output),
        }),
      );
      await annotate(client, id, output, annotations);
    },
  };
}

async function annotate(
  { create }: GitHubClient,
  id: number,
  { title, summary }: CheckOutput,
  annotations: readonly CheckAnnotation[],
): Promise<void> {
  for (let from = 0; from < annotations.length; from += ANNOTATIONS_A_REQUEST) {
    const part = annotations.slice(from, from + ANNOTATIONS_A_REQUEST).map(wireAnnotation);
    await create(WRITE_CHECKS, ({ rest }, options) =>
      rest.checks.update({
        ...options,
        check_run_id: id,
        output: { title, summary, annotations: part },
      }),
    );
  }
}

function wireOutput({ title, summary, text }: CheckOutput) {
  return { title, summary, ...(text === undefined ? {} : { text }) };
}

function wireAnnotation({ path, line, level, title, message }: CheckAnnotation) {
  return { path, start_line: line, end_line: line, annotation_level: level, title, message };
}

interface WireCheckRun {
  readonly id: number;
  readonly external_id: string | null;
  readonly status: string;
  readonly output: { readonly title: string | null };
}

function toCheckRun({ id, external_id: externalId, status, output }: WireCheckRun): CheckRun {
  return {
    id,
    externalId: externalId ?? '',
    title: output.title ?? '',
    isCompleted: status === 'completed',
  };
}

function commitStatuses({ send, create }: GitHubClient): Pick<CheckApi, 'listStatuses' | 'createStatus'> {
  return {
    listStatuses: async (sha) => {
      const { data } = await send(WRITE_STATUSES, ({ rest }, options) =>
        rest.repos.listCommitStatusesForRef({ ...options, ref: sha, per_page: 100 }),
      );
      return data.flatMap(toStatus);
    },
    createStatus: async (sha, { context, state, description, targetUrl }) => {
      const { data } = await create(WRITE_STATUSES, ({ rest }, options) =>
        rest.repos.createCommitStatus({
          ...options,
          sha,
          context,
          state,
          description,
          ...(targetUrl === undefined ? {} : { target_url: targetUrl }),
        }),
      );
      return { id: data.id, context, state, description, targetUrl };
    },
  };
}

interface WireStatus {
  readonly id: number;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

/** One of a state that we do not know is not ours. */
function toStatus({ id, context, state, description, target_url: targetUrl }: WireStatus): CommitStatus[] {
  const known = STATES.find((candidate) => candidate === state);
  if (known === undefined) return [];
  return [{ id, context, state: known, description: description ?? '', targetUrl: targetUrl ?? undefined }];
}
