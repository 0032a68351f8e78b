/** Files of repositories at commits. A token reads those of its own repository, and others where it is told so. */
import { type ApiReply, NOT_FOUND, type Route } from './routes.js';

/** By `path@sha`; what is no text stands for what GitHub answers in its place. */
export type Contents = Map<string, string | Buffer | ApiReply>;

const INLINE_BYTES = 1024 * 1024;

export function contentRoutes(contents: Contents): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/contents\/(.+)$/,
      needs: ['contents: read', 'contents: write'],
      answer: ({ query }, match) => {
        const path = decodeURIComponent(match[1] ?? '');
        const known = contents.get(`${path}@${query.get('ref') ?? ''}`);
        if (known === undefined) return NOT_FOUND;
        if (typeof known !== 'string' && !Buffer.isBuffer(known)) return known;
        return { status: 200, body: render(path, Buffer.from(known)) };
      },
    },
  ];
}

function render(path: string, bytes: Buffer): object {
  const isInline = bytes.length <= INLINE_BYTES;
  return {
    type: 'file',
    encoding: isInline ? 'base64' : 'none',
    size: bytes.length,
    name: path.split('/').at(-1),
    path,
    content: isInline ? bytes.toString('base64') : '',
    sha: '0'.repeat(40),
  };
}
