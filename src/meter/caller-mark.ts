/** Who made a call, as far as it may be written down: an agent's own ids go no further than here. */
import { hash } from 'node:crypto';
import type { Caller, CallerFacts } from '../ports/agent.js';

export interface CallerMark {
  readonly caller: Caller;
  /** 12 hex digits that stand for the agent's own id; `undefined` where it does not tell. */
  readonly agentId: string | undefined;
  readonly parentAgentId: string | undefined;
}

export const UNKNOWN_CALLER: CallerMark = {
  caller: 'unknown',
  agentId: undefined,
  parentAgentId: undefined,
};

export function markOf({ caller, agentId, parentId }: CallerFacts): CallerMark {
  return { caller, agentId: shorten(agentId), parentAgentId: shorten(parentId) };
}

function shorten(id: string | undefined): string | undefined {
  return id === undefined || id === '' ? undefined : hash('sha256', id, 'hex').slice(0, 12);
}
