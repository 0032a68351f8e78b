/** Overrides in the policy file and by `workflow_dispatch`: what holds, what is a fault, and what later steps are told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Config, type RawInputs, readConfig } from '../../src/config/config.js';
import { OVERRIDABLE } from '../../src/config/overridable.js';
import { type Fault, InputFaults } from '../../src/core/errors.js';
import { renderMeterHandle } from '../../src/core/meter-handle.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-overrides-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const NOW = new Date('2026-11-26T12:00:00Z');
const catalogue = { gateways: [], agents: [], dialects: [] };
const BY_HAND = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  GITHUB_ACTOR: 'alice',
  GITHUB_TRIGGERING_ACTOR: 'mallory',
};
const FILE = `version: 1
defaults: { max-drift: 5% }
tasks:
  triage: { limits: { cost: 2 USD, requests: 60 } }
  review: { limits: { cost: 1 USD } }
`;
const ACTIVE = `overrides:
  - task: triage
    by: alice
    reason: The big migration
    until: 2026-12-01
    limits: { cost: 10 USD, tokens: 5m }
    max-drift: 20%
`;

let files = 0;
interface Told {
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: Date;
  readonly inputs?: RawInputs;
}
function read(policy: string, { environment = {}, now = NOW, inputs = {} }: Told = {}): Config {
  const config = join(dir, `policy-${++files}.yml`);
  writeFileSync(config, policy);
  return readConfig({
    inputs: { mode: 'post', task: 'triage', config, ...inputs },
    environment: { HOME: dir, ...environment },
    catalogue,
    onSecret: () => undefined,
    now,
  });
}
function faultsOf(policy: string, told: Told = {}): readonly Fault[] {
  try {
    read(policy, told);
  } catch (error) {
    if (error instanceof InputFaults) return error.faults;
    throw error;
  }
  return [];
}
const lineOf = (place: string) => place.replace(/^.*policy-\d+\.yml/, '');

describe('an override of the policy file', () => {
  test('outranks the task, the defaults and the input, and says what would hold without it', () => {
    const config = read(`${FILE}${ACTIVE}`, { inputs: { 'max-cost': '3 USD' } });
    expect(config.wrap.limits).toMatchObject({ maxCostNanoUsd: 10e9, maxTokens: 5_000_000, maxRequests: 60 });
    expect(config.post.maxDriftPercent).toBe(20);
    expect(config.overrides.active).toEqual([
      {
        record: {
          by: 'alice',
          reason: 'The big migration',
          until: '2026-12-02T00:00:00Z',
          origin: expect.stringMatching(/^policy .*:7$/),
          changes: [
            { setting: 'max-drift', before: '5%', after: '20%' },
            { setting: 'max-cost', before: '3 USD', after: '10 USD' },
            { setting: 'max-tokens', after: '5m' },
          ],
        },
        position: { file: expect.any(String), line: 7 },
      },
    ]);
  });

  test('has words of one line, whatever stands in the file', () => {
    const policy = `${FILE}${ACTIVE.replace('The big migration', '"a\\n::error::b"')}`;
    expect(read(policy).overrides.active[0]?.record.reason).toBe('a ::error::b');
  });

  test('leaves other tasks alone', () => {
    const config = read(`${FILE}${ACTIVE}`, { inputs: { task: 'review' } });
    expect(config.wrap.limits.maxCostNanoUsd).toBe(1e9);
    expect(config.overrides.active).toEqual([]);
  });

  test('may be for several tasks, and may lower', () => {
    const policy = `${FILE}${ACTIVE.replace('task: triage', 'task: [review, triage]').replace('10 USD', '10 cents')}`;
    expect(read(policy, { inputs: { task: 'review' } }).wrap.limits.maxCostNanoUsd).toBe(1e8);
  });

  test('holds to the last moment of its day, UTC, and no longer', () => {
    const limitAt = (now: string) =>
      read(`${FILE}${ACTIVE}`, { now: new Date(now) }).wrap.limits.maxCostNanoUsd;
    expect(limitAt('2026-12-01T23:59:59.999Z')).toBe(10e9);
    expect(limitAt('2026-12-02T00:00:00.000Z')).toBe(2e9);
  });

  test('names its own line where an expected range stands in it', () => {
    const policy = `${FILE}${ACTIVE}    expect: { cost: ..8 USD }\n`;
    expect(read(policy).post.expect.get('cost')?.position?.line).toBe(13);
  });
});

describe('the end of an override', () => {
  const late = new Date('2026-12-02T08:00:00Z');

  test('is told by the first step of a job alone', () => {
    const first = read(`${FILE}${ACTIVE}`, { now: late });
    expect(first.overrides).toMatchObject({ active: [], isNewDecision: true, decidedAt: late.toISOString() });
    expect(first.overrides.expired).toHaveLength(1);
    const environment = { SPENDGATE_DECIDED_AT: first.overrides.decidedAt };
    const second = read(`${FILE}${ACTIVE}`, { now: new Date('2026-12-02T09:00:00Z'), environment });
    expect(second.overrides).toMatchObject({ active: [], expired: [], isNewDecision: false });
  });

  test('changes nothing for a job that had begun before', () => {
    const environment = { SPENDGATE_DECIDED_AT: '2026-12-01T23:00:00.000Z' };
    expect(read(`${FILE}${ACTIVE}`, { now: late, environment }).wrap.limits.maxCostNanoUsd).toBe(10e9);
  });

  test.each(['2026-12-03T00:00:00.000Z', '2026-11-01T00:00:00.000Z', 'yesterday'])(
    'is not put off by the time %s, which is none of this job',
    (time) => {
      const environment = { SPENDGATE_DECIDED_AT: time };
      expect(read(`${FILE}${ACTIVE}`, { now: late, environment }).wrap.limits.maxCostNanoUsd).toBe(2e9);
    },
  );

  test('is judged by what the workflow hands on, which outranks the variable', () => {
    const handle = renderMeterHandle({
      controlUrl: 'http://127.0.0.1:1',
      secret: 's'.repeat(32),
      task: 'triage',
      ledger: '/tmp/l',
      policy: 'OTHER sum 2026-12-02T07:00:00.000Z',
    });
    const environment = { SPENDGATE_DECIDED_AT: '2026-12-01T23:00:00.000Z' };
    const inputs = { 'meter-control': handle };
    expect(read(`${FILE}${ACTIVE}`, { now: late, environment, inputs }).wrap.limits.maxCostNanoUsd).toBe(2e9);
  });
});

describe('what is wrong with an override', () => {
  test.each([
    ['no end', '    until: 2026-12-01\n', '', ':7', /overrides\.0\.until: an override needs an end/],
    ['a relative end', '2026-12-01', '7d', ':10', /"7d" is neither a date/],
    ['an end too far away', '2026-12-01', '2027-06-01', ':10', /within 90 days/],
    ['no name', '    by: alice\n', '', ':7', /says who decided/],
    ['no reason', '    reason: The big migration\n', '', ':7', /says why/],
    ['an empty reason', 'The big migration', "''", ':9', /reason/],
    ['no task', 'task: triage\n    by', 'by', ':7', /names its task/],
    [
      'an unknown task',
      'task: triage',
      'task: triaje',
      ':7',
      /"triaje" is not a task; the nearest one is `triage`/,
    ],
    ['a value that does not parse', '10 USD', 'much', ':11', /"much" is not an amount/],
    ['a misspelt key', 'tokens: 5m', 'tokns: 5m', ':11', /`tokns` is not a key.*nearest one is `tokens`/],
    [
      'a key of a task that is no limit',
      'max-drift: 20%',
      'gateway-url: https://x.example',
      ':12',
      /not who is paid/,
    ],
    ['the kill switch', 'max-drift: 20%', 'kill-switch: off', ':12', /whether limits hold at all/],
    ['observe', 'max-drift: 20%', 'observe: true', ':12', /whether limits hold at all/],
    ['how long a gate is closed', 'max-drift: 20%', 'block-for: 1ms', ':12', /what a guard does/],
    ['what is outside a range', 'max-drift: 20%', 'on-out-of-range: warn', ':12', /what a guard does/],
  ])('%s is a fault with its line and an example', (_name, from, to, line, message) => {
    const faults = faultsOf(`${FILE}${ACTIVE.replace(from, to)}`);
    expect(faults).toHaveLength(1);
    expect(lineOf(faults[0]?.where ?? '')).toBe(line);
    expect(faults[0]?.message).toMatch(message);
    expect(faults[0]?.example).not.toBe('');
  });

  test('is told all at once', () => {
    const policy = `${FILE}overrides:
  - { task: triage, by: alice, limits: { cost: much }, max-tokns: 5 }
  - { task: review, by: bob, reason: x, until: 2029-01-01, limits: { requests: some } }
`;
    expect(faultsOf(policy).map(({ where }) => lineOf(where))).toEqual([':7', ':7', ':7', ':7', ':8', ':8']);
  });

  test('an override that changes nothing is a fault', () => {
    const policy = `${FILE}overrides: [{ task: triage, by: a, reason: b, until: 2026-12-01 }]\n`;
    expect(faultsOf(policy)).toMatchObject([{ message: 'This override changes nothing.' }]);
  });

  test('two that hold and say the same leave open which one is meant', () => {
    const two = `${FILE}${ACTIVE}${ACTIVE.replace('overrides:\n', '').replace('5m', '6m')}`;
    expect(faultsOf(two).map(({ message }) => /`([\w-]+)`/.exec(message)?.[1])).toEqual([
      'max-drift',
      'max-cost',
      'max-tokens',
    ]);
  });

  test('one that has ended clashes with nothing', () => {
    const ended = ACTIVE.replace('overrides:\n', '').replace('2026-12-01', '2026-11-01');
    expect(read(`${FILE}${ACTIVE}${ended}`).wrap.limits.maxCostNanoUsd).toBe(10e9);
  });
});

describe('an override by workflow_dispatch', () => {
  const override = '{ max-cost: 20 USD, until: 2026-12-01, reason: "Just this once" }';
  const byHand = { environment: BY_HAND, inputs: { override } };

  test('is for the task of its step, by who started the run first, and outranks the file', () => {
    const { overrides, wrap } = read(`${FILE}${ACTIVE}`, byHand);
    expect(wrap.limits).toMatchObject({ maxCostNanoUsd: 20e9, maxTokens: 5_000_000 });
    expect(overrides.active.map(({ record }) => [record.by, record.origin, record.changes])).toEqual([
      ['alice', 'workflow_dispatch', [{ setting: 'max-cost', before: '2 USD', after: '20 USD' }]],
      [
        'alice',
        expect.stringMatching(/^policy/),
        [
          { setting: 'max-drift', before: '5%', after: '20%' },
          { setting: 'max-tokens', after: '5m' },
        ],
      ],
    ]);
  });

  test('shows an example that is right for it, where a key does not belong there', () => {
    for (const key of ['kill-switch: off', 'task: triage', 'limits: 5', 'max-cst: 5']) {
      const inputs = { override: `{ ${key}, until: 2026-12-01, reason: x }` };
      const [fault, ...more] = faultsOf(FILE, { ...byHand, inputs });
      expect(more).toEqual([]);
      const example = fault?.example ?? '';
      const pasted = example.startsWith('{') ? example : `{ ${example}, until: 2026-12-01, reason: x }`;
      expect(faultsOf(FILE, { ...byHand, inputs: { override: pasted } })).toEqual([]);
    }
  });

  test('takes the short names as well', () => {
    const inputs = { override: 'limits: { cost: 20 USD }\nuntil: 2026-12-01\nreason: x\n' };
    expect(read(FILE, { ...byHand, inputs }).wrap.limits.maxCostNanoUsd).toBe(20e9);
  });

  describe('that has ended', () => {
    const late = { ...byHand, now: new Date('2026-12-03T10:00:00Z') };
    const as = (mode: string, more: RawInputs = {}) => ({ inputs: { override, mode, run: 'x', ...more } });

    test.each(['pre', 'wrap'])('when a run begins is a fault of %s, with an example that holds', (mode) => {
      const faults = faultsOf(FILE, { ...late, ...as(mode) });
      expect(faults).toMatchObject([
        {
          where: 'override',
          message: expect.stringContaining('ended at 2026-12-02T00:00:00Z, before the run began'),
        },
      ]);
      const pasted = { override: faults[0]?.example ?? '' };
      expect(read(FILE, { ...late, ...as(mode, pasted) }).wrap.limits.maxCostNanoUsd).toBe(10e9);
    });

    test('is told by post alone, which has a run to judge', () => {
      expect(read(FILE, { ...late, ...as('post') }).overrides.expired).toHaveLength(1);
    });

    test('while the job runs holds for it to its end', () => {
      const environment = { ...BY_HAND, SPENDGATE_DECIDED_AT: '2026-12-01T23:00:00.000Z' };
      const told = { now: new Date('2026-12-02T01:00:00Z'), environment };
      expect(read(FILE, { ...told, ...as('wrap') }).wrap.limits.maxCostNanoUsd).toBe(20e9);
    });
  });

  test.each(['pull_request', 'issue_comment', 'push', 'schedule', 'repository_dispatch'])(
    'is a fault on %s, which says why',
    (event) => {
      const environment = { ...BY_HAND, GITHUB_EVENT_NAME: event };
      const faults = faultsOf(FILE, { environment, inputs: { override } });
      expect(faults).toMatchObject([{ where: 'override', message: expect.stringContaining('a stranger') }]);
      expect(faultsOf(FILE, { environment, inputs: { override: ' ' } })).toEqual([]);
    },
  );

  test.each([
    ['{ max-cost: 20 USD, reason: x }', /needs an end/],
    ['{ max-cost: 20 USD, until: 7d, reason: x }', /keeps its words/],
    ['{ max-cost: 20 USD, until: 2026-12-01 }', /says why/],
    [
      '{ max-cost: 20 USD, until: 2026-12-01, reason: x, task: review }',
      /`task` is not a key.*task of its step/,
    ],
    ['{ max-cost: 20 USD, until: 2026-12-01, reason: x, by: boss }', /`by` is not a key/],
    ['{ max-cst: 20 USD, until: 2026-12-01, reason: x }', /nearest one is `max-cost`/],
    ['{ upstream: "https://x.example", until: 2026-12-01, reason: x }', /not who is paid/],
    ['max-cost', /the file|expected/i],
    ['{ max-cost: ', /not YAML/],
    [`{ reason: "${'x'.repeat(5000)}" }`, /at most 4000 characters/],
  ])('%s is a fault', (text, message) => {
    const faults = faultsOf(FILE, { ...byHand, inputs: { override: text } });
    expect(faults.map((fault) => fault.message).join('\n')).toMatch(message);
    expect(faults.every(({ where }) => where.startsWith('override'))).toBe(true);
    for (const [day] of faults.flatMap(({ example }) => [...example.matchAll(/\d{4}-\d\d-\d\d/g)]))
      expect(day).toBe('2026-12-10');
  });
});

test('only amounts can be overridden, and no guard can be switched off', () => {
  expect(OVERRIDABLE.filter((name) => !/^(max-|expect-|request-max-)/.test(name))).toEqual([
    'min-remaining',
    'timeout',
    'reruns-per-commit',
  ]);
  expect(OVERRIDABLE).toEqual(expect.arrayContaining(['max-cost', 'max-drift', 'expect-cost']));
});

test('the team stands in a task, the defaults or an input, as one line', () => {
  const policy = 'version: 1\ndefaults: { team: core }\ntasks: { triage: { team: platform }, review: {} }\n';
  expect(read(policy).team).toBe('platform');
  expect(read(policy, { inputs: { task: 'review' } }).team).toBe('core');
  expect(read(policy, { inputs: { team: 'input' } }).team).toBe('input');
  expect(faultsOf(policy, { inputs: { team: 'a\nb' } })).toMatchObject([{ where: 'team' }]);
});
