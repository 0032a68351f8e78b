/** Small text files for people: reports that a workflow uploads, or a person reads. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, describeError } from '../core/errors.js';

/**
 * Writes the files into the folder, which is made where it does not exist; their paths, in order.
 * @throws {AppError} `bad-value` when the disk refuses.
 */
export function writeTextFiles(dir: string, files: Readonly<Record<string, string>>): string[] {
  try {
    mkdirSync(dir, { recursive: true });
    return Object.entries(files).map(([name, text]) => {
      const path = join(dir, name);
      writeFileSync(path, text);
      return path;
    });
  } catch (cause) {
    throw new AppError('bad-value', `The folder ${dir} cannot be written: ${describeError(cause)}.`, {
      cause,
      hint: 'Name another folder.',
    });
  }
}
