/** Reads what others wrote, and never more than was bargained for. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** No link, and no waiting for whoever writes to a pipe. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

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
  let file: number | undefined;
  try {
    // Looked at when it is open: what stands there could be another thing a moment later.
    file = openSync(path, READ_ONLY);
    const stat = fstatSync(file);
    return stat.isFile() && stat.size <= maxBytes ? readFileSync(file, 'utf8') : undefined;
  } catch {
    // Whatever keeps it from being read: there is nothing to read.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
