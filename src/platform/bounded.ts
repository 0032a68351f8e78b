/** Reads what others wrote, and never more than was bargained for. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { FileRead } from '../ports/platform.js';

/** No link, and no waiting for whoever writes to a pipe. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** What stands there cannot be opened as a file: a link, a socket, a device without a driver. */
const NO_FILES: ReadonlySet<string> = new Set(['ELOOP', 'ENXIO', 'ENODEV']);

/** @throws {RangeError} when there is more. */
export async function readBoundedBody(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw new RangeError(`the answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** `undefined` where no file of that size can be read: what stands there may be a folder, a pipe, a file that fills the disk. */
export function readBoundedFile(path: string, maxBytes: number): string | undefined {
  return readFileOrWhy(path, maxBytes).text;
}

/** @returns the text, or why there is none, for a person who named the path: the end of a sentence */
export function readFileOrWhy(path: string, maxBytes: number): FileRead {
  let file: number | undefined;
  try {
    // Looked at when it is open: what stands there could be another thing a moment later.
    file = openSync(path, READ_ONLY);
    const stat = fstatSync(file);
    if (!stat.isFile()) return { why: 'is no regular file' };
    if (stat.size > maxBytes) return { why: `is larger than ${maxBytes} bytes` };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('code' in error)) throw error;
    return { why: whyNot(String(error.code)) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function whyNot(code: string): string {
  if (code === 'ENOENT') return 'does not exist';
  return NO_FILES.has(code) ? 'is no regular file' : `cannot be read (${code})`;
}
