import { describe, expect, test } from '@jest/globals';
import { budgetAlert } from '../../src/core/alert.js';
import { type BudgetLimit, budgetLimit, finite } from '../../src/core/budget.js';
import { crossingsOf, refusedCrossing } from '../../src/core/thresholds.js';
import { budgetAlertOf, gateAlertOf, ORIGIN } from '../support/alerts.js';

const USD = 1_000_000_000;
const alertOf = (limit: BudgetLimit) => {
  const reading = {
    gateway: 'litellm',
    limits: [limit],
    unread: [],
    conversions: [],
    asOf: '2026-11-22T09:00:00Z',
    lagMs: undefined,
  };
  const [crossing] = crossingsOf(reading, [50, 80]);
  if (crossing === undefined) throw new Error('nothing is due');
  return budgetAlert(crossing, ORIGIN);
};

describe('an alert on a budget', () => {
  test('says which share of which limit is used, what is left, and until when', () => {
    const alert = budgetAlertOf();
    expect(alert).toMatchObject({ event: 'budget.threshold', severity: 'warning' });
    expect(alert.title).toBe('80 % of a budget is used: key ci');
    expect(alert.text).toBe(
      '83 % of $10.00 is used on key ci, $1.68 is left (litellm, 2026-11-22T09:00:00Z). It resets at 2026-11-23T00:00:00Z.',
    );
    expect(alert.facts).toEqual([
      ['Used', '$8.32'],
      ['Limit', '$10.00'],
      ['Left', '$1.68'],
      ['Gateway', 'litellm'],
      ['Repository', 'acme/app'],
      ['Workflow', 'nightly'],
      ['Task', 'triage'],
    ]);
    expect(alert.budget).toEqual({
      gateway: 'litellm',
      scope: 'key ci',
      unit: 'USD',
      threshold: 80,
      percentUsed: '83.2',
      limit: '10',
      used: '8.32',
      remaining: '1.68',
      period: '1d',
      resetsAt: '2026-11-23T00:00:00Z',
      asOf: '2026-11-22T09:00:00Z',
    });
  });

  test.each([
    [5, 'info', '50 % of a budget is used: key'],
    [8, 'warning', '80 % of a budget is used: key'],
    [10, 'critical', 'A budget is used up: key'],
  ])('is as urgent as its share (%p of 10)', (used, severity, title) => {
    const limit = budgetLimit('key', 'usd', { limit: finite(10 * USD), used: finite(used * USD) });
    expect(alertOf(limit)).toMatchObject({ severity, title });
  });

  test('that is all but used up does not round up to its end', () => {
    const limit = budgetLimit('key', 'usd', { limit: finite(10 * USD), used: finite(9.999 * USD) });
    expect(alertOf(limit).text).toMatch(/^99 % of/);
  });

  test('of a balance without a limit leaves out what nobody told', () => {
    const alert = alertOf(budgetLimit('account, CNY', 'currency:CNY', { remaining: finite(0) }));
    expect(alert.text).toMatch(/^On account, CNY nothing is left/);
    expect(alert.budget).toMatchObject({
      unit: 'CNY',
      remaining: '0',
      limit: undefined,
      percentUsed: undefined,
    });
    expect(alert.facts.map(([label]) => label)).toEqual([
      'Left',
      'Gateway',
      'Repository',
      'Workflow',
      'Task',
    ]);
  });

  test('that only a refusal tells has no figures and no unit', () => {
    const alert = budgetAlert(refusedCrossing('litellm', '2026-11-22T09:00:00Z'), ORIGIN);
    expect(alert.severity).toBe('critical');
    expect(alert.text).toMatch(/^On a budget behind the key of this run nothing is left/);
    expect(alert.budget).toMatchObject({ unit: undefined, remaining: undefined, threshold: 100 });
  });

  test('under `observe` says so', () => {
    const alert = budgetAlertOf({ observe: true });
    expect(alert.title).toBe('[observe] 80 % of a budget is used: key ci');
    expect(alert.text).toMatch(/Runs are only observed: none is held back\.$/);
  });

  test('of a second attempt names it', () => {
    expect(budgetAlertOf({ runAttempt: 2 }).facts).toContainEqual(['Workflow', 'nightly, attempt 2']);
  });

  test('names the team where there is one', () => {
    expect(budgetAlertOf({ team: 'research' }).facts).toContainEqual(['Team', 'research']);
  });
});

describe('an alert on a gate', () => {
  test('that closed says why, and until when', () => {
    expect(gateAlertOf()).toMatchObject({
      event: 'gate.closed',
      severity: 'critical',
      title: 'The gate nightly-triage is closed',
      text: 'Runs behind it wait until a person opens it. Reason: 92,400 input tokens observed, 5,000..50,000 expected.',
      gate: { name: 'nightly-triage', state: 'closed', actor: 'octocat' },
    });
  });

  test('that closed says how a person opens it, and where the issue is that does', () => {
    const toOpen = (hint?: string) =>
      new Map(gateAlertOf({}, true, hint).facts.map(([label, value]) => [label, value])).get('To open it');
    expect(toOpen()).toContain('gate-action: open');
    expect(toOpen()).toContain("spendgate gate open --gate 'nightly-triage'");
    expect(toOpen('Closing issue #1 (https://github.test/1) opens it as well.')).toMatch(
      /github\.test\/1\) opens/,
    );
    expect(gateAlertOf({ closed: false }).facts.flat()).not.toContain('To open it');
    expect(gateAlertOf({}, false).facts.flat()).not.toContain('To open it');
  });

  test('that opened is good news', () => {
    expect(gateAlertOf({ closed: false, reason: 'Looked at it.' })).toMatchObject({
      event: 'gate.opened',
      severity: 'info',
      title: 'The gate nightly-triage is open',
      text: 'Runs behind it may start again. Reason: Looked at it.',
    });
  });

  test('that could not be closed says that nothing holds the next run back', () => {
    expect(gateAlertOf({}, false)).toMatchObject({
      event: 'gate.not-closed',
      severity: 'critical',
      title: 'The gate nightly-triage could NOT be closed',
      gate: { state: 'unknown' },
    });
  });
});

test('texts from elsewhere are one line, bounded, well-formed, and read in one direction', () => {
  const hostile = `a\r\n::error::b\u202egnp.exe \ud800 ${'x'.repeat(5000)}`;
  const alerts = [
    budgetAlertOf({ workflow: hostile }, hostile),
    gateAlertOf({ gate: hostile, reason: hostile }),
  ];
  for (const { title, text, facts } of alerts) {
    const all = [title, text, ...facts.flat()];
    for (const one of all) {
      expect(one).not.toMatch(/[\r\n\u202e]/);
      expect(one.isWellFormed()).toBe(true);
      expect(one.length).toBeLessThanOrEqual(600);
    }
    expect(title.length).toBeLessThanOrEqual(140);
  }
});
