/** Commit statuses, which the emulator lacks. */
import { invalid, type Route } from '../github/routes.js';

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string;
  readonly targetUrl: string | undefined;
}

const MAX_DESCRIPTION = 140;
const FIRST_ID = 5000;

/** @param statuses all of them, oldest first */
export function statusRoutes(statuses: CommitStatus[]): Route[] {
  const of = (sha: string | undefined) => statuses.filter((one) => one.sha === sha).toReversed();
  return [
    {
      method: 'POST',
      path: /^\/statuses\/(.+)$/,
      needs: ['statuses: write'],
      answer: ({ body }, match) => {
        const description = String(body['description'] ?? '');
        if (description.length > MAX_DESCRIPTION)
          return invalid('Validation Failed: description is too long (maximum is 140 characters)');
        const status = {
          id: FIRST_ID + statuses.length,
          sha: match[1] ?? '',
          state: String(body['state']),
          context: String(body['context'] ?? 'default'),
          description,
          targetUrl: typeof body['target_url'] === 'string' ? body['target_url'] : undefined,
        };
        statuses.push(status);
        return { status: 201, body: render(status) };
      },
    },
    {
      method: 'GET',
      path: /^\/commits\/(.+)\/statuses$/,
      needs: ['statuses: read'],
      answer: (_request, match) => ({ status: 200, body: of(match[1]).map(render) }),
    },
    {
      method: 'GET',
      path: /^\/commits\/(.+)\/status$/,
      needs: ['statuses: read'],
      answer: (_request, match) => {
        const latest = [
          ...new Map(
            of(match[1])
              .toReversed()
              .map((one) => [one.context, one]),
          ).values(),
        ];
        return { status: 200, body: { statuses: latest.map(render), total_count: latest.length } };
      },
    },
  ];
}

function render({ id, state, context, description, targetUrl }: CommitStatus): object {
  return { id, state, context, description, target_url: targetUrl ?? null };
}
