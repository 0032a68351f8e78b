/** The two questions to GraphQL that the emulator is asked: who am I, and hide this comment. */
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
