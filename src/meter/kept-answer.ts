/** Answers that were kept until they ended, and go to the client in one piece. */
import type { ServerResponse } from 'node:http';
import { createDecoder, decodeBody, isUncoded } from '../wire/decode.js';
import { ESCAPED_LETTER, hasValueBehind } from '../wire/json-marks.js';
import { type Credentials, redact } from './credentials.js';
import { maskKey } from './key-screen.js';
import { clientHeaders, type RelayEnd, type UpstreamHead, type Way } from './relay.js';

/** Beyond this an answer is no error message any more, and goes on as it comes. */
export const MAX_ERROR_BYTES = 256 * 1024;

/** What a small answer may be when its compression is undone. */
const MAX_DECODED_BYTES = 64 * 1024 * 1024;
/** In place of an answer that {@link passKept} does not pass. */
export const UNREADABLE =
  'The upstream answered in a compression that was not asked for and cannot be undone.';
const LENGTH_AND_CODING = new Set(['content-length', 'content-encoding']);
const ERROR = Buffer.from('"error"');
const NONE = { pattern: /^\s*:\s*null/, length: 12 };

export function isShortError({ status, headers }: UpstreamHead): boolean {
  return status >= 400 && Number(headers['content-length'] ?? 0) <= MAX_ERROR_BYTES;
}

/**
 * How an answer goes on that came in a coding nobody asked for. Where there is a key to be taken out, it has to be read: what
 * cannot be is kept, and ends in {@link passKept}. `undefined` where it goes on as any other.
 */
export function wayOfCoded({ key }: Credentials, { headers }: UpstreamHead): Way | undefined {
  const coding = headers['content-encoding'];
  if (key === undefined || coding === undefined) return undefined;
  const decoder = createDecoder(coding);
  if (decoder === 'identity') return undefined;
  return decoder === 'unknown' ? 'keep' : 'relay-decoded';
}

/**
 * Sends a whole, uncoded answer that tells of no error at once; it is read right after, in the same turn.
 * @returns false where nothing was sent: then it has to be read first, or cannot be sent
 */
export function passAtOnce(credentials: Credentials, response: ServerResponse, end: RelayEnd): boolean {
  const { kind, head, kept } = end;
  if (kind !== 'complete' || head === undefined || head.status >= 400 || response.headersSent) return false;
  if (!isUncoded(head.headers['content-encoding']) || mayTellOfError(kept)) return false;
  try {
    pass(credentials, response, { head, bytes: kept });
    return true;
  } catch {
    // Headers that Node takes in and does not let out: whatever becomes of the answer, its call counts.
    return false;
  }
}

/**
 * As it came, without the key.
 * @returns false where nothing went to the client, because it cannot be told whether the key stands in it
 */
export async function passKept(
  credentials: Credentials,
  response: ServerResponse,
  { head, kept }: Pick<RelayEnd, 'kept'> & { readonly head: UpstreamHead },
): Promise<boolean> {
  const isCoded = !isUncoded(head.headers['content-encoding']);
  const bytes = isCoded ? await readable(credentials, { head, kept }) : kept;
  if (bytes === undefined) return false;
  pass(credentials, response, { head, bytes, dropped: bytes === kept ? undefined : LENGTH_AND_CODING });
  return true;
}

function pass(
  credentials: Credentials,
  response: ServerResponse,
  answer: {
    readonly head: UpstreamHead;
    readonly bytes: Buffer;
    readonly dropped?: ReadonlySet<string> | undefined;
  },
): void {
  const { head, bytes, dropped } = answer;
  response.writeHead(
    head.status,
    clientHeaders(head, (header) => redact(credentials, header), dropped),
  );
  response.end(maskKey(credentials, bytes));
}

/** These very bytes, where nothing has to be undone; `undefined` where it cannot be. */
async function readable(
  { key }: Credentials,
  { head, kept }: { readonly head: UpstreamHead; readonly kept: Buffer },
): Promise<Buffer | undefined> {
  if (key === undefined || kept.length === 0) return kept;
  try {
    return await decodeBody(kept, head.headers['content-encoding'], MAX_DECODED_BYTES);
  } catch {
    return undefined;
  }
}

function mayTellOfError(answer: Buffer): boolean {
  return hasValueBehind(answer, ERROR, NONE) || answer.includes(ESCAPED_LETTER);
}
