/**
 * What `wrap` tells later steps of its record, in a variable of the job that the agent is not given: `open` and the ledger's
 * path while it runs, then the record's checksum and path, or `lost` and the path where the disk did not take it.
 */
import { createHash } from 'node:crypto';

/** Marks the ledger of a run that has not been sealed. */
export const OPEN = 'open';
/** Marks a run whose record the disk did not take. */
export const LOST = 'lost';

export interface RunPlace {
  readonly jobDir: string;
  readonly task: string;
}

export interface RunMark {
  /** `OPEN`, `LOST`, or the checksum of a record; `undefined` where `wrap` told nothing. */
  readonly sum: string | undefined;
  readonly path: string;
}

export function readMark(task: string, environment: Readonly<Record<string, string | undefined>>): RunMark {
  const [sum, ...path] = (environment[recordVariable(task)] ?? '').split(' ');
  return { sum: sum || undefined, path: path.join(' ') };
}

/** True where it names the record, and what must stand in it. */
export function isSealed({ sum, path }: RunMark): boolean {
  return sum !== undefined && sum !== OPEN && sum !== LOST && path !== '';
}

export function recordVariable(task: string): string {
  return `SPENDGATE_RECORD_${checksum(task).slice(0, 16).toUpperCase()}`;
}

export function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
