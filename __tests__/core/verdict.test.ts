import { describe, expect, test } from '@jest/globals';
import {
  type BudgetLimit,
  type BudgetReading,
  budgetLimit,
  finite,
  UNLIMITED,
} from '../../src/core/budget.js';
import type { GateReading } from '../../src/core/gate.js';
import { decidePre, deniedError, type PreEvidence, type PrePolicy } from '../../src/core/verdict.js';

const USD = 1_000_000_000;
const unread = { entry: undefined, blind: false, evidence: '', sources: [] };
const open: GateReading = { ...unread, state: 'open', evidence: 'Read from the cache.' };
const policy: PrePolicy = {
  minRemaining: undefined,
  onUnreadable: 'block',
  onGateUnknown: 'warn',
  alertAt: [50, 80],
  observe: false,
};

function reading(...limits: BudgetLimit[]): BudgetReading {
  const conversions = [{ unit: 'quota' as const, nanoUsdPerUnit: 2000, source: 'site: 500,000 per dollar' }];
  return {
    gateway: 'litellm',
    limits,
    unread: [],
    conversions,
    asOf: '2026-05-01T00:00:00Z',
    lagMs: undefined,
  };
}
const left = (dollars: number) => reading(budgetLimit('key', 'usd', { remaining: finite(dollars * USD) }));
const decide = (evidence: Partial<PreEvidence>, rules: Partial<PrePolicy> = {}) =>
  decidePre({ killSwitch: undefined, gate: open, budget: undefined, ...evidence }, { ...policy, ...rules });
const ids = (verdict: ReturnType<typeof decide>): string[] =>
  verdict.findings.map(({ id, level }) => `${level} ${id}`);

describe('a run may start', () => {
  test('when nothing stands against it', () => {
    expect(decide({})).toMatchObject({ decision: 'allow', findings: [] });
  });

  test('when enough is left, and the reason says how much and where', () => {
    const verdict = decide({ budget: left(7) }, { minRemaining: { unit: 'usd', value: 5 * USD } });
    expect(verdict).toMatchObject({ decision: 'allow', reason: '$7.00 left on key.' });
  });

  test('when exactly the minimum is left', () => {
    expect(decide({ budget: left(5) }, { minRemaining: { unit: 'usd', value: 5 * USD } }).decision).toBe(
      'allow',
    );
  });

  test('without a limit, whatever the minimum', () => {
    const unlimited = reading(budgetLimit('key', 'usd', { limit: UNLIMITED }));
    expect(decide({ budget: unlimited }, { minRemaining: { unit: 'usd', value: 5 * USD } }).decision).toBe(
      'allow',
    );
  });
});

describe('a run is denied', () => {
  test.each([
    ['5 USD', { unit: 'usd' as const, value: 5 * USD }],
    ['a bare 5 where the gateway counts dollars', { unit: undefined, value: 5 }],
  ])('when less than %s is left', (_what, minRemaining) => {
    const verdict = decide({ budget: left(4.5) }, { minRemaining });
    expect(verdict.decision).toBe('deny');
    expect(verdict.reason).toMatch(/\$4\.50 left on key .*litellm.* minimum of \$5\.00/);
  });

  test('when less is left after conversion, with the factor named', () => {
    const budget = reading(budgetLimit('account', 'quota', { remaining: finite(499_999) }));
    const verdict = decide({ budget }, { minRemaining: { unit: 'usd', value: USD } });
    expect(verdict).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining('site: 500,000 per dollar'),
    });
    expect(decide({ budget }, { minRemaining: { unit: undefined, value: 499_999 } }).decision).toBe('allow');
  });

  test.each([0, -1])('when %p dollars are left, also without a minimum', (dollars) => {
    expect(ids(decide({ budget: left(dollars) }))).toEqual(['error budget-exhausted']);
  });

  test('by the tightest limit, though others have enough', () => {
    const budget = reading(
      budgetLimit('key', 'usd', { remaining: finite(100 * USD) }),
      budgetLimit('team', 'usd', { remaining: finite(USD) }, { resetsAt: '2026-06-01T00:00:00Z' }),
    );
    const verdict = decide({ budget }, { minRemaining: { unit: 'usd', value: 5 * USD } });
    expect(verdict.reason).toMatch(/left on team.*resets at 2026-06-01/);
    expect(verdict.tightest?.limit.scope).toBe('team');
  });

  test('by the kill switch, with its value', () => {
    const verdict = decide({ killSwitch: 'incident 7', budget: left(100) });
    expect(verdict).toMatchObject({ decision: 'deny', reason: expect.stringContaining('incident 7') });
  });

  test('by a closed gate, with run, reason and what to do', () => {
    const entry = {
      gate: 'g',
      closed: true,
      createdAt: '2026-05-01T00:00:00Z',
      runId: '42',
      runAttempt: 1,
      until: '2026-05-08T00:00:00Z',
      reason: 'Cost above.',
    };
    const verdict = decide({ gate: { ...unread, state: 'closed', entry, evidence: 'From the cache.' } });
    expect(verdict.decision).toBe('deny');
    expect(verdict.reason).toMatch(/since 2026-05-01T00:00:00Z \(run 42\).*Cost above\..*2026-05-08/);
    expect(deniedError(verdict, undefined)).toMatchObject({
      code: 'denied',
      exitCode: 3,
      hint: expect.stringContaining('gate-action'),
    });
  });

  test('with all reasons at once', () => {
    const gate: GateReading = { ...unread, state: 'closed' };
    expect(ids(decide({ killSwitch: 'on', gate, budget: left(0) }))).toEqual([
      'error kill-switch',
      'error gate-closed',
      'error budget-exhausted',
    ]);
  });
});

describe('what could not be read', () => {
  const unreadable = { error: 'litellm GET /key/info answered 500' };
  const says = reading(budgetLimit('key', 'usd', {}));

  test.each([
    ['block', 'deny', 'error budget-unknown'],
    ['warn', 'degrade', 'warning budget-unknown'],
    ['pass', 'degrade', 'notice budget-unknown'],
  ] as const)('on-unreadable: %s gives %s', (onUnreadable, decision, finding) => {
    for (const budget of [unreadable, says]) {
      const verdict = decide({ budget }, { onUnreadable });
      expect(verdict.decision).toBe(decision);
      expect(ids(verdict)).toEqual([finding]);
      expect(verdict.findings[0]?.advice).toContain(`on-unreadable: ${onUnreadable}`);
    }
  });

  test.each([
    ['block', true, 'deny', 'error gate-unknown'],
    ['block', false, 'deny', 'error gate-unknown'],
    ['warn', true, 'degrade', 'warning gate-unknown'],
    ['warn', false, 'degrade', 'notice gate-unknown'],
    ['pass', true, 'degrade', 'notice gate-unknown'],
  ] as const)(
    'on-gate-unknown: %s with a blind store (%p) gives %s',
    (onGateUnknown, blind, decision, finding) => {
      const verdict = decide(
        { gate: { ...unread, state: 'unknown', blind, evidence: 'No token.' } },
        { onGateUnknown },
      );
      expect(verdict.decision).toBe(decision);
      expect(ids(verdict)).toEqual([finding]);
    },
  );

  test.each(['warn', 'pass'] as const)(
    'a gate that was never closed, as far as all that is kept shows, is no doubt (on-gate-unknown: %s)',
    (onGateUnknown) => {
      const gate = {
        ...unread,
        state: 'unknown',
        blind: false,
        sawAll: true,
        evidence: 'No entry.',
      } as const;
      const verdict = decide({ gate }, { onGateUnknown });
      expect([verdict.decision, verdict.findings]).toEqual(['allow', []]);
      expect(decide({ gate }, { onGateUnknown: 'block' }).decision).toBe('deny');
      expect(decide({ gate: { ...gate, blind: true } }, { onGateUnknown }).decision).toBe('degrade');
    },
  );

  test('a limit of which nobody tells the use is no limit that is far away', () => {
    const window = budgetLimit('key, 1 h', 'usd', { limit: finite(2 * USD) });
    const [known] = left(98).limits;
    const verdict = decide(
      { budget: reading(...(known ? [known, window] : [])) },
      { minRemaining: undefined },
    );
    expect(verdict.decision).toBe('degrade');
    expect(verdict.findings).toMatchObject([
      { id: 'budget-uncertain', message: expect.stringContaining('What is left of key, 1 h is not known') },
    ]);
  });

  test('a gate without a state says how it gets one, where the unknown blocks', () => {
    const gate = { ...unread, state: 'unknown', blind: false, evidence: 'No entry.' } as const;
    const [denied] = decide({ gate, gateName: 'nightly' }, { onGateUnknown: 'block' }).findings;
    expect(denied).toMatchObject({
      title: 'Gate has no state yet',
      message: expect.stringMatching(/^No state of the gate nightly is known: .* No entry\.$/),
      advice: expect.stringContaining('`gate: nightly`, `gate-action: open`'),
    });
  });

  test('a minimum in a unit that cannot be compared is an error, not a guess', () => {
    const attempt = () => decide({ budget: left(5) }, { minRemaining: { unit: 'credits', value: 5 } });
    expect(attempt).toThrow(/cannot be compared/);
  });
});

describe('alerts', () => {
  test.each([
    [49, undefined],
    [50, '50'],
    [79.9, '50'],
    [80, '80'],
    [99, '80'],
  ])('at %p percent used the highest threshold crossed is told: %p', (percent, threshold) => {
    const budget = reading(
      budgetLimit('key', 'usd', { limit: finite(100 * USD), used: finite(percent * USD) }),
    );
    const verdict = decide({ budget });
    expect(verdict.decision).toBe('allow');
    expect(verdict.findings.map(({ title }) => title)).toEqual(
      threshold === undefined ? [] : [`Budget is ${threshold} % used`],
    );
  });
});

describe('observe', () => {
  test('denies nothing, and says what it would have denied', () => {
    const verdict = decide({ killSwitch: 'on', budget: left(0) }, { observe: true });
    expect(verdict.decision).toBe('allow');
    expect(verdict.reason).toMatch(/would be denied/);
    expect(ids(verdict)).toEqual(['notice kill-switch', 'notice budget-exhausted']);
  });
});

describe('the reason', () => {
  test('says so where no gateway is named', () => {
    expect(decide({}).reason).toBe('No gateway is named, so no budget was asked for.');
  });

  test('of a doubt carries what is left', () => {
    const gate: GateReading = { ...open, state: 'unknown', blind: true, evidence: 'The store is down.' };
    const { decision, reason } = decide({ gate, budget: left(7) });
    expect(decision).toBe('degrade');
    expect(reason).toMatch(/The store is down\..* \$7\.00 left on key\.$/);
  });

  test('of a budget that could not be read ends in no blank', () => {
    const { decision, reason } = decide({ budget: { error: 'GET /key: 503.' } }, { onUnreadable: 'warn' });
    expect(decision).toBe('degrade');
    expect(reason).toMatch(/\S$/);
    expect(reason).not.toContain('left on');
  });
});

describe('a budget whose spend is partly unknown', () => {
  const gap = budgetLimit('ledger, month', 'usd', { remaining: finite(7 * USD) }, { isAtLeast: true });

  test('is a warning beside an allowed run', () => {
    const verdict = decide({ budget: reading(gap) });
    expect(ids(verdict)).toEqual(['warning budget-uncertain']);
    expect(verdict.findings[0]?.message).toContain('What is left is that much at most');
    expect(verdict.reason).toContain('$7.00 left on ledger, month.');
  });

  test('does not soften a denial', () => {
    const verdict = decide({ budget: reading(gap) }, { minRemaining: { unit: 'usd', value: 8 * USD } });
    expect(verdict.decision).toBe('deny');
  });

  test('is nothing to tell where every part is known', () => {
    expect(ids(decide({ budget: left(7) }))).toEqual([]);
  });

  test('blames the limit that has the gap, not the tightest', () => {
    const key = budgetLimit('key', 'usd', { remaining: finite(USD) });
    const { findings } = decide({ budget: reading(key, gap) });
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('ledger, month')]);
  });
});

test('limits in units that nobody compared are judged by the unit of the minimum', () => {
  const limits = [
    budgetLimit('key', 'tokens', { remaining: finite(9) }),
    budgetLimit('account', 'usd', { remaining: finite(3 * USD) }),
  ];
  const rules = { minRemaining: { unit: 'usd', value: 5 * USD } } as const;
  expect(decide({ budget: reading(...limits) }, rules)).toMatchObject({ decision: 'deny' });
  expect(decide({ budget: reading(...limits) }).reason).toBe('9 tokens left on key.');
});
