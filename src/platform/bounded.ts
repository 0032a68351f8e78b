/** Reads what others wrote, and never more than was bargained for. */
import { lstatSync, readFileSync } from 'node:fs';
import type { FileRead } from '../ports/platform.js';

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
  try {
    const stat = lstatSync(path);
    if (!stat.isFile()) return { why: 'is no regular file' };
    if (stat.size > maxBytes) return { why: `is larger than ${maxBytes} bytes` };
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { why: error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(error.code)})` };
  }
}
