/** Workflow runs, which the emulator has routes for, but no way to make one. */
import { NOT_FOUND, type Route } from '../github/routes.js';

export interface WorkflowRun {
  readonly id: number;
  readonly attempt: number;
  readonly event: string;
  readonly headSha: string;
  readonly status?: 'queued' | 'in_progress' | 'completed';
  /** Logins of those who let it go on, through an environment with reviewers. */
  readonly approvedBy?: readonly string[];
}

/** All runs are of one workflow. */
const WORKFLOW_ID = 5;
const READ = ['actions: read', 'actions: write'];

/** @param runs all of them, oldest first; a later attempt is an entry of its own */
export function runRoutes(runs: WorkflowRun[]): Route[] {
  const latest = (id: string | undefined) => runs.findLast((run) => run.id === Number(id));
  return [
    {
      method: 'GET',
      path: /^\/actions\/(?:workflows\/(\d+)\/)?runs$/,
      needs: READ,
      answer: ({ query }, match) => {
        const fits = (name: string, value: string) => (query.get(name) ?? value) === value;
        const found = [...new Map(runs.map((run) => [run.id, run])).values()].filter(
          (run) =>
            fits('head_sha', run.headSha) &&
            fits('event', run.event) &&
            (match[1] === undefined || match[1] === String(WORKFLOW_ID)),
        );
        return {
          status: 200,
          body: { total_count: found.length, workflow_runs: found.toReversed().map(render) },
        };
      },
    },
    {
      method: 'GET',
      path: /^\/actions\/runs\/(\d+)$/,
      needs: READ,
      answer: (_request, match) => {
        const run = latest(match[1]);
        return run ? { status: 200, body: render(run) } : NOT_FOUND;
      },
    },
    {
      method: 'GET',
      path: /^\/actions\/runs\/(\d+)\/attempts\/(\d+)$/,
      needs: READ,
      answer: (_request, match) => {
        const run = runs.find(({ id, attempt }) => id === Number(match[1]) && attempt === Number(match[2]));
        return run ? { status: 200, body: render(run) } : NOT_FOUND;
      },
    },
    {
      method: 'GET',
      path: /^\/actions\/runs\/(\d+)\/approvals$/,
      needs: READ,
      answer: (_request, match) => ({
        status: 200,
        body: (latest(match[1])?.approvedBy ?? []).map(approval),
      }),
    },
  ];
}

function approval(login: string): object {
  return { state: 'approved', comment: '', user: { login }, environments: [{ name: 'spendgate' }] };
}

function render({ id, attempt, event, headSha, status }: WorkflowRun): object {
  return {
    id,
    run_attempt: attempt,
    workflow_id: WORKFLOW_ID,
    event,
    head_sha: headSha,
    status: status ?? 'completed',
    html_url: `https://github.com/acme/app/actions/runs/${id}`,
  };
}
