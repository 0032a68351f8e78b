/**
 * Issues by their label. A list says neither who closed an issue nor leaves pull requests out, which are issues to this API.
 * @see https://docs.github.com/rest/issues/issues
 */
import type { Issue, IssueApi } from '../../ports/github.js';
import type { GitHubClient } from './client.js';
import { PER_PAGE, readPages } from './pages.js';

const READ = 'issues: read';
const WRITE = 'issues: write';

interface WireIssue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly user: { readonly login: string } | null;
  readonly labels: readonly (string | { readonly name?: string | undefined })[];
  readonly state: string;
  readonly state_reason?: string | null | undefined;
  readonly created_at: string;
  readonly updated_at: string;
  readonly closed_at: string | null;
  readonly closed_by?: { readonly login: string } | null | undefined;
  readonly html_url: string;
}

export function issueApi({ send, create }: GitHubClient): IssueApi {
  return {
    listIssues: async (label, state) => {
      const { items, isWhole } = await readPages(async (page) => {
        const { data } = await send(READ, ({ rest }, options) =>
          rest.issues.listForRepo({
            ...options,
            labels: label,
            state,
            sort: 'updated',
            direction: 'desc',
            per_page: PER_PAGE,
            page,
          }),
        );
        return data;
      });
      return { issues: items.filter((item) => !item.pull_request).map(toIssue), isWhole };
    },
    readIssue: async (number) => {
      const { data } = await send(READ, ({ rest }, options) =>
        rest.issues.get({ ...options, issue_number: number }),
      );
      return toIssue(data);
    },
    createIssue: async ({ title, body, labels }) => {
      const { data } = await create(WRITE, ({ rest }, options) =>
        rest.issues.create({ ...options, title, body, labels: [...labels] }),
      );
      return toIssue(data);
    },
    updateIssue: async (number, change) => {
      const { data } = await send(WRITE, ({ rest }, options) =>
        rest.issues.update({ ...options, issue_number: number, ...change }),
      );
      return toIssue(data);
    },
    commentOnIssue: async (number, body) => {
      await create(WRITE, ({ rest }, options) =>
        rest.issues.createComment({ ...options, issue_number: number, body }),
      );
    },
  };
}

function toIssue(wire: WireIssue): Issue {
  return {
    number: wire.number,
    title: wire.title,
    body: wire.body ?? '',
    author: wire.user?.login ?? '',
    labels: wire.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    isOpen: wire.state === 'open',
    isReopened: wire.state === 'open' && wire.state_reason === 'reopened',
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
    closedAt: wire.closed_at ?? undefined,
    closedBy: wire.closed_by?.login,
    url: wire.html_url,
  };
}
