/** Entries of a ledger. */
import type { CallEntry } from '../../src/core/ledger.js';
import { NO_USAGE } from '../../src/core/usage.js';

let made = 0;

/** A call of the main loop that was answered whole; `rest` changes what a test is about. */
export function callOf(rest: Partial<CallEntry> = {}): CallEntry {
  made += 1;
  return {
    type: 'call',
    id: `run-${made}`,
    at: '2026-11-26T00:00:00.000Z',
    durationMs: 10,
    dialect: 'anthropic-messages',
    outcome: 'ok',
    caller: 'main',
    retry: false,
    usage: NO_USAGE,
    final: true,
    costSource: 'unknown',
    ...rest,
  };
}
