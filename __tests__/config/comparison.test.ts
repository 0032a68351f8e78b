import { describe, expect, test } from '@jest/globals';
import { compareTasks, comparisonJson, renderComparison } from '../../src/config/comparison.js';
import type { ResolvedRow } from '../../src/config/resolved.js';
import type { ResolvedTask } from '../../src/config/resolved-text.js';

const row = (setting: string, value: string | undefined, text = 'built-in default'): ResolvedRow => ({
  setting,
  value,
  origin: value === undefined ? undefined : { kind: 'built-in', text, position: undefined },
});
const taskOf = (...rows: ResolvedRow[]): ResolvedTask => ({ task: 'triage', rows, expired: [] });

describe('a comparison', () => {
  const before = taskOf(
    row('max-cost', '2 USD', 'task a.yml:3'),
    row('team', 'core'),
    row('timeout', undefined),
  );

  test('shows what differs, whatever line it moved to', () => {
    const after = taskOf(
      row('max-cost', '5 USD', 'task b.yml:9'),
      row('team', 'core', 'task b.yml:1'),
      row('timeout', '5m'),
    );
    const change = compareTasks(before, after, 'both');
    expect(change.kind).toBe('changed');
    expect(renderComparison([change])).toBe(`Task triage
  max-cost: 2 USD (task a.yml:3) → 5 USD (task b.yml:9)
  timeout: not set → 5m (built-in default)`);
  });

  test('of the same is no difference; beside another task it is told for this one', () => {
    const same = compareTasks(before, before, 'both');
    expect(renderComparison([same])).toBe('no difference');
    const added = compareTasks(taskOf(), taskOf(), 'added');
    expect(renderComparison([same, added])).toBe('Task triage: no difference\n\nTask triage (new)');
    expect(JSON.parse(comparisonJson([same]))).toEqual({
      different: false,
      notes: [],
      tasks: { triage: { kind: 'same', changes: [] } },
    });
  });

  test('notes what is wrong with the version before, on a line of its own', () => {
    const notes = ['now.yml:3: wrong\n::error::x'];
    const same = compareTasks(before, before, 'both');
    expect(renderComparison([same], notes)).toBe('no difference\n\nNote: now.yml:3: wrong ::error::x');
    expect(JSON.parse(comparisonJson([same], notes)).notes).toEqual(['now.yml:3: wrong ::error::x']);
  });

  test('counts a row that only one side has', () => {
    const change = compareTasks(before, taskOf(...before.rows, row('contract', 'litellm')), 'both');
    expect(change.changes.map(({ setting, before: old }) => [setting, old.value])).toEqual([
      ['contract', undefined],
    ]);
  });
});
