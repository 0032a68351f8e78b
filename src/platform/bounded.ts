/** Reads what others wrote, and never more than was bargained for. */
import { lstatSync, readFileSync } from 'node:fs';

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
  try {
    const stat = lstatSync(path);
    return stat.isFile() && stat.size <= maxBytes ? readFileSync(path, 'utf8') : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
