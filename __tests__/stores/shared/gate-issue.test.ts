import { expect, test } from '@jest/globals';
import type { GateEntry } from '../../../src/core/gate.js';
import { gateBody, readMarker } from '../../../src/stores/shared/gate-issue.js';

function closing(gate: string, reason: string): GateEntry {
  return {
    gate,
    closed: true,
    createdAt: '2026-11-22T09:00:00.000Z',
    runId: '42',
    runAttempt: 1,
    until: undefined,
    actor: 'octocat',
    reason,
  };
}

test.each([
  ['nightly triage', '`nightly triage`'],
  ['a`b', '``a`b``'],
  ['`a``', '``` `a`` ```'],
])('the body names the gate %j as it is, so that it can be copied', (gate, code) => {
  expect(gateBody(closing(gate, 'A loop'), undefined, undefined)).toContain(`behind the gate ${code} wait`);
});

test('the hidden line holds no mark that anything reads, and is read back', () => {
  const reason = '--> $x$ <!-- @octocat #1';
  const body = gateBody(closing('triage', reason), undefined, undefined);
  expect(body.split('\n')[0]?.slice(4, -3)).not.toMatch(/[<>@#$]|--/);
  expect(readMarker(body)?.closed.reason).toBe(reason);
});
