/** Where the program of the meter in the background stands: beside the bundle that runs, which may have been linked to. */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function meterProgram([, script = '']: readonly string[]): string {
  return join(dirname(dirname(realpathSync(script))), 'meter', 'index.js');
}
