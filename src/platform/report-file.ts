/** Leaves a report where a later step of the job can upload it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Its path. Whatever stood there is taken away first, since the agent can have put a link there.
 * @throws when the disk refuses.
 */
export function saveReportFile(jobDir: string, name: string, text: string): string {
  mkdirSync(jobDir, { recursive: true, mode: 0o700 });
  const path = join(jobDir, name);
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, text, { flag: 'wx' });
  return path;
}
