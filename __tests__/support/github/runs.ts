/** Runs of workflows. */
import { NOT_FOUND, type Route } from './routes.js';

export interface RunRow {
  readonly id: number;
  readonly workflow_id: number;
  readonly run_attempt: number;
  readonly event: string;
  readonly head_sha: string;
}

const NEEDS = ['actions: read', 'actions: write'];

export function runRoutes(runs: readonly RunRow[]): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/actions\/runs\/(\d+)$/,
      needs: NEEDS,
      answer: (_request, match) => {
        const run = runs.find(({ id }) => id === Number(match[1]));
        return run === undefined ? NOT_FOUND : { status: 200, body: run };
      },
    },
    {
      method: 'GET',
      path: /^\/actions\/workflows\/(\d+)\/runs$/,
      needs: NEEDS,
      answer: ({ query }, match) => {
        const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
        const found = runs.filter(
          (run) =>
            run.workflow_id === Number(match[1]) &&
            run.event === (query.get('event') ?? run.event) &&
            run.head_sha === (query.get('head_sha') ?? run.head_sha),
        );
        const rows = found.slice((page - 1) * size, page * size);
        return { status: 200, body: { total_count: found.length, workflow_runs: rows } };
      },
    },
  ];
}
