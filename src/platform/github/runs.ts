/** Runs of workflows, and how often each was started. */
import type { RunApi, WorkflowRun } from '../../ports/github.js';
import type { GitHubClient } from './client.js';
import { PER_PAGE, readPages } from './pages.js';

const READ = 'actions: read';

interface WireRun {
  readonly id: number;
  readonly workflow_id: number;
  readonly run_attempt?: number | undefined;
  readonly event: string;
  readonly head_sha: string;
}

export function runApi({ send }: GitHubClient): RunApi {
  return {
    readRun: async (id) => {
      const { data } = await send(READ, ({ rest }, options) =>
        rest.actions.getWorkflowRun({ ...options, run_id: id }),
      );
      return toRun(data);
    },
    listRuns: async ({ workflowId, headSha, event }) => {
      const { items } = await readPages(async (page) => {
        const { data } = await send(READ, ({ rest }, options) =>
          rest.actions.listWorkflowRuns({
            ...options,
            workflow_id: workflowId,
            head_sha: headSha,
            event,
            per_page: PER_PAGE,
            page,
          }),
        );
        return data.workflow_runs;
      });
      return items.map(toRun);
    },
  };
}

function toRun(wire: WireRun): WorkflowRun {
  return {
    id: wire.id,
    workflowId: wire.workflow_id,
    attempt: wire.run_attempt ?? 1,
    event: wire.event,
    headSha: wire.head_sha,
  };
}
