/** The oldest Node that the command line runs on, as `engines` of package.json says it. */
import { AppError } from '../core/errors.js';

const OLDEST = { major: 22, minor: 15 };

/** @param version such as `22.15.0`. @throws {AppError} where it is too old. */
export function checkNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new AppError(
    'bad-value',
    `spendgate needs Node ${OLDEST.major}.${OLDEST.minor} or newer; this is ${version}.`,
    { hint: 'Install a newer Node.' },
  );
}
