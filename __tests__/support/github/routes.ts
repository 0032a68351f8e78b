/** One repository of GitHub's REST API on loopback, by what is asked for: a file of routes each, and what a token may do. */

/** `write` may all, `read` is a fork's token, `no-caches` lacks `actions`; else `checks=write,contents=read`. */
export type Token = 'write' | 'read' | 'no-caches' | (string & {});

export interface ApiRequest {
  readonly method: string;
  /** Without query, and without `/repos/{owner}/{repo}`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: Token;
}

export interface ApiReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Any one of these is enough, such as `checks: write`; none: a valid token is. */
  readonly needs: readonly string[];
  /** @param match of the path */
  answer(request: ApiRequest, match: RegExpExecArray): ApiReply;
}

export const NOT_FOUND: ApiReply = { status: 404, body: { message: 'Not Found', status: '404' } };

export function invalid(message: string): ApiReply {
  return { status: 422, body: { message, status: '422' } };
}

/** What the runner's token is told that lacks a permission; GitHub names those that would do. */
export function forbidden(needs: readonly string[]): ApiReply {
  const accepted = needs.map((need) => need.replace(': ', '=').replaceAll('-', '_')).join('; ');
  return {
    status: 403,
    body: { message: 'Resource not accessible by integration', status: '403' },
    headers: { 'x-accepted-github-permissions': accepted },
  };
}

/** `undefined` when no route is asked for. */
export function answerBy(routes: readonly Route[], request: ApiRequest): ApiReply | undefined {
  for (const route of routes) {
    const match = route.method === request.method ? route.path.exec(request.path) : null;
    if (match)
      return mayDo(request.token, route.needs) ? route.answer(request, match) : forbidden(route.needs);
  }
  return undefined;
}

export function mayDo(token: Token, needs: readonly string[]): boolean {
  return needs.length === 0 || needs.some((need) => hasPermission(token, need));
}

function hasPermission(token: Token, need: string): boolean {
  const [name = '', level = 'read'] = need.split(': ');
  if (token === 'write') return true;
  if (token === 'read') return level === 'read' && name !== 'actions';
  if (token === 'no-caches') return name !== 'actions';
  const given = new Map(token.split(',').map((pair) => pair.split('=') as [string, string]));
  return given.get(name) === 'write' || given.get(name) === level;
}
