/** Answers that were kept until they ended, and go to the client in one piece. */
import type { ServerResponse } from 'node:http';
import { type Credentials, redact, redactBytes } from './credentials.js';
import { clientHeaders, type RelayEnd, type UpstreamHead } from './relay.js';

/** Beyond this an answer is no error message any more, and goes on as it comes. */
export const MAX_ERROR_BYTES = 256 * 1024;

const CONTENT_LENGTH = new Set(['content-length']);

export function isShortError({ status, headers }: UpstreamHead): boolean {
  return status >= 400 && Number(headers['content-length'] ?? 0) <= MAX_ERROR_BYTES;
}

/** As it came; an error message must not repeat the key. */
export function passKept(
  credentials: Credentials,
  response: ServerResponse,
  { head, kept }: Pick<RelayEnd, 'kept'> & { readonly head: UpstreamHead },
): void {
  const passed = head.status >= 400 ? redactBytes(credentials, kept) : kept;
  const dropped = passed === kept ? undefined : CONTENT_LENGTH;
  response.writeHead(
    head.status,
    clientHeaders(head, (header) => redact(credentials, header), dropped),
  );
  response.end(passed);
}
