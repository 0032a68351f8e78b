/**
 * Reads what stands in the workspace or beside it, where an agent can have put anything: a pipe that nobody writes to
 * would hold the step up until the job is over, and a file without an end would fill the memory.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { describeError } from '../core/errors.js';

export type FileText = { readonly text: string } | { readonly reason: string };

/** `undefined` where there is none. A link is followed; what it leads to has to be a regular file. */
export function readRegularFile(path: string, maxBytes: number): FileText | undefined {
  if (!existsSync(path)) return undefined;
  let file: number | undefined;
  try {
    // Opening a pipe would wait for whoever writes to it.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) return { reason: 'it is no regular file' };
    if (stat.size > maxBytes) return { reason: `it is larger than ${maxBytes} bytes` };
    // What has no size and yet holds something is the system's, not the repository's.
    return { text: stat.size === 0 ? '' : readFileSync(file, 'utf8') };
  } catch (error) {
    return { reason: describeError(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
