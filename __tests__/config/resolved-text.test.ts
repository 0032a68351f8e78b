import { describe, expect, test } from '@jest/globals';
import type { ResolvedRow } from '../../src/config/resolved.js';
import { type ResolvedTask, renderTasks, tasksJson } from '../../src/config/resolved-text.js';

const row = (setting: string, value: string | undefined, text = 'built-in default'): ResolvedRow => ({
  setting,
  value,
  origin: value === undefined ? undefined : { kind: 'built-in', text, position: undefined },
});
const taskOf = (...rows: ResolvedRow[]): ResolvedTask => ({ task: 'triage', rows, expired: [] });

describe('a table', () => {
  test('is aligned, and names at its end what nobody set', () => {
    const task = taskOf(
      row('max-cost', '2 USD', 'flag --max-cost'),
      row('on-unpriced', 'warn'),
      row('timeout', undefined),
    );
    expect(renderTasks([task])).toBe(`Task triage
  SETTING      VALUE  ORIGIN
  max-cost     2 USD  flag --max-cost
  on-unpriced  warn   built-in default
  Not set: timeout`);
  });

  test('tells of overrides that have ended', () => {
    const record = {
      by: 'bob',
      reason: 'x',
      until: '2026-11-02T00:00:00Z',
      origin: 'policy p.yml:3',
      changes: [],
    };
    const text = renderTasks([{ ...taskOf(row('a', 'b')), expired: [{ record, position: undefined }] }]);
    expect(text).toContain(
      'Note: The override of bob (policy p.yml:3) ended at 2026-11-02T00:00:00Z and is ignored.',
    );
  });

  test('keeps each value on its line, and short', () => {
    const lines = renderTasks([taskOf(row('run', `a\n::error::b\u001b[31m${'x'.repeat(500)}`))]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^ {2}run {6}a ::error::b\ufffd\[31mx+… {2}built-in default$/);
  });
});

test('JSON says what is not set as null, and where a value stands', () => {
  const position = { file: 'a.yml', line: 3, repository: 'acme/platform@0123' };
  const origin = { kind: 'task' as const, text: 'task a.yml:3', position };
  const json = JSON.parse(
    tasksJson([taskOf({ setting: 'max-cost', value: '2 USD', origin }, row('timeout', undefined))]),
  );
  expect(json.tasks.triage).toEqual({
    'max-cost': { value: '2 USD', origin: { kind: 'task', text: 'task a.yml:3', ...position } },
    timeout: { value: null, origin: null },
  });
});
