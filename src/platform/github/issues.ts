/**
 * Issues by their label. A list does not leave pull requests out, which are issues to this API. Who closed an issue is asked
 * of GraphQL: REST names the person who merged a pull request that says `Fixes #1` as if they had closed it by hand.
 * @see https://docs.github.com/rest/issues/issues
 * @see https://docs.github.com/graphql/reference/objects#closedevent
 */
import type { Issue, IssueApi, IssueChange } from '../../ports/github.js';
import type { GitHubClient } from './client.js';
import { PER_PAGE, readPages } from './pages.js';

const NEEDS = { read: 'issues: read', write: 'issues: write' } as const;

const CHANGES = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { issue(number: $number) {
    timelineItems(last: 10, itemTypes: [CLOSED_EVENT, REOPENED_EVENT]) { nodes {
      __typename
      ... on ClosedEvent { createdAt actor { __typename login } closer { __typename } }
      ... on ReopenedEvent { createdAt actor { __typename login } }
    } }
  } }
}`;

interface WireChange {
  readonly __typename: string;
  readonly createdAt: string;
  readonly actor: { readonly __typename: string; readonly login: string } | null;
  readonly closer?: { readonly __typename: string } | null | undefined;
}

interface WireChanges {
  readonly repository: {
    readonly issue: { readonly timelineItems: { readonly nodes: readonly (WireChange | null)[] } } | null;
  } | null;
}

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
  readonly html_url: string;
}

export function issueApi({ send, create }: GitHubClient): IssueApi {
  return {
    listIssues: async (label, state, access = 'read') => {
      const { items, isWhole } = await readPages(async (page) => {
        const { data } = await send(NEEDS[access], ({ rest }, options) =>
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
    readIssueChanges: async (number, access = 'read') => {
      const { repository } = await send(NEEDS[access], (octokit, options) =>
        octokit.graphql<WireChanges>(CHANGES, { ...options, number }),
      );
      const nodes = repository?.issue?.timelineItems.nodes ?? [];
      return nodes.filter((node) => node !== null).map(toChange);
    },
    createIssue: async ({ title, body, labels }) => {
      const { data } = await create(NEEDS.write, ({ rest }, options) =>
        rest.issues.create({ ...options, title, body, labels: [...labels] }),
      );
      return toIssue(data);
    },
    updateIssue: async (number, change) => {
      const { data } = await send(NEEDS.write, ({ rest }, options) =>
        rest.issues.update({ ...options, issue_number: number, ...change }),
      );
      return toIssue(data);
    },
    commentOnIssue: async (number, body) => {
      await create(NEEDS.write, ({ rest }, options) =>
        rest.issues.createComment({ ...options, issue_number: number, body }),
      );
    },
  };
}

/** GraphQL leaves out what REST puts behind the login of an app. */
function toChange({ __typename: type, createdAt: at, actor, closer }: WireChange): IssueChange {
  const login = actor?.login ?? '';
  const isApp = actor?.__typename === 'Bot' && !login.endsWith('[bot]');
  return {
    isClosing: type === 'ClosedEvent',
    at,
    actor: login === '' ? undefined : isApp ? `${login}[bot]` : login,
    isSideEffect: closer !== null && closer !== undefined,
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
    url: wire.html_url,
  };
}
