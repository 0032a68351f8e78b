/** The questions to GraphQL that the emulator is asked: who am I, hide this comment, and who closed this issue. */
import { type ApiReply, type ApiRequest, mayDo } from '../github/routes.js';

/** @param hidden node ids of the comments that were hidden */
export function answerGraphql({ body, token }: ApiRequest, login: string, hidden: Set<string>): ApiReply {
  if (!/\bminimizeComment\s*\(/.test(String(body['query'])))
    return { status: 200, body: { data: { viewer: { login } } } };
  if (!mayDo(token, ['issues: write', 'pull-requests: write']))
    return {
      status: 200,
      body: {
        data: { minimizeComment: null },
        errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
      },
    };
  // The id stands among the variables, or in the text of the query itself.
  const id = /IC_\w+|MDp\w+/.exec(JSON.stringify(body))?.[0];
  if (id !== undefined) hidden.add(id);
  return { status: 200, body: { data: { minimizeComment: { minimizedComment: { isMinimized: true } } } } };
}

/** @param issue as REST has it, which says who closed it */
export function timelineOf(issue: unknown): ApiReply {
  const { state, closed_at: createdAt, closed_by: by } = Object(issue) as Record<string, unknown>;
  const { login = '', type } = Object(by) as { login?: string; type?: string };
  const isBot = type === 'Bot' || login.endsWith('[bot]');
  const actor = { __typename: isBot ? 'Bot' : 'User', login: login.replace('[bot]', '') };
  const closing = { __typename: 'ClosedEvent', createdAt, actor: by ? actor : null, closer: null };
  const nodes = state === 'closed' ? [closing] : [];
  return { status: 200, body: { data: { repository: { issue: { timelineItems: { nodes } } } } } };
}
