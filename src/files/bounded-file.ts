/**
 * Reads files where others can have put anything: a pipe that nobody writes to would hold the step up until the job is
 * over, a file without an end would fill the memory, and a link leads to what its maker may not read or we may not show.
 *
 * So no link is followed where we made the file ourselves, or an agent or another run left it: none of them makes one. It is
 * followed where the workflow or the runner names the file, as with the policy and the event: a repository may well keep its
 * policy as a link, and whoever could turn that link could as well write the file. What it leads to is bounded all the same.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { FileRead } from '../ports/platform.js';

export interface FileBounds {
  readonly maxBytes: number;
  /** False where nothing else is said. */
  readonly followsLinks?: boolean;
}

export type BytesRead =
  | { readonly bytes: Buffer; readonly why?: undefined }
  | { readonly bytes?: undefined; readonly why: string };

/** What stands there cannot be opened as a file: a link, a socket, a device without a driver. */
const NO_FILES: ReadonlySet<string> = new Set(['ELOOP', 'ENXIO', 'ENODEV']);
const MISSING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

/** `undefined` where nothing stands there; else its text, or why there is none, for a person: the end of a sentence. */
export function readBoundedText(path: string, bounds: FileBounds): FileRead | undefined {
  const read = readBoundedBytes(path, bounds);
  return read?.bytes === undefined ? read : { text: read.bytes.toString('utf8') };
}

/** The same before it is text. */
export function readBoundedBytes(path: string, bounds: FileBounds): BytesRead | undefined {
  const { maxBytes, followsLinks = false } = bounds;
  // Opening a pipe would wait for whoever writes to it.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followsLinks ? 0 : constants.O_NOFOLLOW);
  let file: number | undefined;
  try {
    // Looked at when it is open: what stands there could be another thing a moment later.
    file = openSync(path, flags);
    const stat = fstatSync(file);
    if (!stat.isFile()) return { why: 'is no regular file' };
    if (stat.size > maxBytes) return { why: `is larger than ${maxBytes} bytes` };
    return { bytes: readStart(file, stat.size) };
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error)) throw error;
    const code = String(error.code);
    if (MISSING.has(code)) return undefined;
    return { why: NO_FILES.has(code) ? 'is no regular file' : `cannot be read (${code})` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** No more than its size: it may grow meanwhile. What has none and yet holds something is the system's, and is not read. */
function readStart(file: number, sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let length = 0;
  for (let read = -1; read !== 0 && length < sizeBytes; length += read)
    read = readSync(file, bytes, length, sizeBytes - length, null);
  return bytes.subarray(0, length);
}
