/**
 * Files of a repository. GitHub puts no content of more than 1 MiB into such an answer, so an answer is never large.
 * @see https://docs.github.com/rest/repos/contents#get-repository-content
 */
import { AppError } from '../../core/errors.js';
import type { ContentApi } from '../../ports/github.js';
import type { GitHubClient } from './client.js';

const MAX_FILE_BYTES = 256 * 1024;

export function contentApi({ send }: GitHubClient): ContentApi {
  return {
    readFile: async (repository, path, sha) => {
      const [owner = '', repo = ''] = repository.split('/');
      const { data } = await send('contents: read', ({ rest }, { request }) =>
        rest.repos.getContent({ owner, repo, path, ref: sha, request }),
      );
      if (Array.isArray(data) || data.type !== 'file' || !('content' in data))
        throw failed('This is no file.');
      if (data.size > MAX_FILE_BYTES)
        throw failed(`It has ${data.size} bytes; ${MAX_FILE_BYTES / 1024} KiB are read at most.`);
      return textOf(Buffer.from(data.content, 'base64'));
    },
  };
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw failed('It is no text in UTF-8.', cause);
  }
}

function failed(message: string, cause?: unknown): AppError {
  return new AppError('github-failed', message, { cause });
}
