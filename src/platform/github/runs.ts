/** Runs of workflows, and how often each was started. */
import type { RunApi, WorkflowRun } from '../../ports/github.js';
import type { GitHubClient } from './client.js';

const READ = 'actions: read';
const MAX_PAGES = 5;
const PER_PAGE = 100;

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
      const runs: WorkflowRun[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
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
        runs.push(...data.workflow_runs.map(toRun));
        if (data.workflow_runs.length < PER_PAGE) break;
      }
      return runs;
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
