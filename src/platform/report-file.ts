/** Leaves a report where a later step of the job can upload it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Its path. The folder is new each time: nobody can have put a link where the file goes.
 * @throws when the disk refuses.
 */
export function saveReportFile(jobDir: string, name: string, text: string): string {
  mkdirSync(jobDir, { recursive: true, mode: 0o700 });
  const path = join(mkdtempSync(join(jobDir, 'report-')), name);
  writeFileSync(path, text, { flag: 'wx' });
  return path;
}
