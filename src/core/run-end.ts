/**
 * Did the agent do its work, as far as the meter can tell? Figures within their range do not say so: a run that died early
 * used little.
 */
import { isLimitStop } from './limits.js';
import type { UsageRecord } from './record.js';
import { nothingMetered } from './usage-verdict.js';

export interface RunEnding {
  /** `cut`: it failed, or something ended it; `unseen`: no call reached the meter. */
  readonly kind: 'cut' | 'unseen';
  /** For people, a sentence. */
  readonly sentence: string;
}

/** As shells have it. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** `undefined` for a run that ended by itself, and for figures that come from elsewhere and do not say how it ended. */
export function endingOf(record: UsageRecord): RunEnding | undefined {
  const { complete, 'stop-reason': reason, 'exit-code': code } = record;
  if (reason === 'agent-failed') return cut(failed(code));
  if (reason === 'cancelled') return cut('The run was cancelled.');
  if (reason === 'timed-out') return cut('The run was ended by its timeout.');
  if (reason !== undefined && isLimitStop(reason)) return cut(`The run was stopped (${reason}).`);
  if (!complete) return cut('The run was cut short.');
  if (nothingMetered(record).length > 0)
    return { kind: 'unseen', sentence: 'No call of the run reached the meter.' };
  return undefined;
}

function cut(sentence: string): RunEnding {
  return { kind: 'cut', sentence };
}

function failed(code: number | undefined): string {
  if (code === NOT_FOUND) return 'The command of the agent was not found (exit code 127).';
  if (code === NOT_EXECUTABLE) return 'The command of the agent could not be executed (exit code 126).';
  return code === undefined ? 'The agent failed.' : `The agent failed with exit code ${code}.`;
}
