import { describe, expect, test } from '@jest/globals';
import type { Position } from '../../src/core/findings.js';
import type { Range } from '../../src/core/range.js';
import { type Metric, parseRecord } from '../../src/core/record.js';
import { judgeUsage } from '../../src/core/usage-verdict.js';

const position: Position = { file: '.github/spendgate.yml', line: 7 };
const expecting = (metric: Metric, range: Range) => new Map([[metric, { range, position }]]);
const judge = (record: object, expected = expecting('input-tokens', { min: 5, max: 10 })) =>
  judgeUsage(parseRecord(JSON.stringify(record)), expected);

describe('judgeUsage', () => {
  test('a run without a single request is not known, whatever range its zeros are in', () => {
    const idle = { requests: 0, 'refused-requests': 0, 'other-requests': 0 };
    const verdict = judge(idle, expecting('requests', { min: undefined, max: 10 }));
    expect(verdict).toMatchObject({
      verdict: 'unknown',
      findings: [{ id: 'nothing-metered', level: 'warning' }],
    });
    for (const count of Object.keys(idle))
      expect(
        judge({ ...idle, [count]: 1 }, expecting('requests', { min: undefined, max: 10 })).findings,
      ).toEqual([]);
  });

  test('finds nothing about a run within its range', () => {
    expect(judge({ 'input-tokens': 7 })).toEqual({ verdict: 'within', findings: [] });
  });

  test.each([
    [11, 'input-tokens-above', /11 input tokens observed, 5\.\.10 expected/],
    [4, 'input-tokens-below', /4 input tokens observed, 5\.\.10 expected/],
  ])(
    'with %p tokens the run is outside, and the finding says figure, range and place',
    (tokens, id, message) => {
      const { verdict, findings } = judge({ 'input-tokens': tokens });
      expect(verdict).toBe('outside');
      expect(findings).toEqual([
        expect.objectContaining({ id, level: 'error', position, message: expect.stringMatching(message) }),
      ]);
      expect(findings[0]?.advice).toBeDefined();
    },
  );

  test.each([
    [
      'its own report',
      { witness: { agent: 'a', origin: 'b', 'input-tokens': 5, verdict: 'unmetered' } },
      'witness-unmetered',
    ],
    [
      'its telemetry',
      { telemetry: { events: 1, joined: 0, 'not-joined': 1, differs: false } },
      'telemetry-unmetered',
    ],
  ])('does not call a run normal that went past the meter, as %s shows', (_, said, id) => {
    const { verdict, findings } = judge({ 'input-tokens': 7, ...said });
    expect(verdict).toBe('unknown');
    expect(findings).toEqual([expect.objectContaining({ id, level: 'error' })]);
  });

  test('calls a run normal whose agent counts differently, and says so', () => {
    const witness = { agent: 'a', origin: 'b', 'input-tokens': 9, verdict: 'differs' };
    const { verdict, findings } = judge({ 'input-tokens': 7, witness });
    expect(verdict).toBe('within');
    expect(findings).toEqual([expect.objectContaining({ id: 'witness-differs', level: 'warning' })]);
  });

  test('does not call a run normal whose figure is not known', () => {
    const { verdict, findings } = judge({ requests: 3 });
    expect(verdict).toBe('unknown');
    expect(findings).toEqual([expect.objectContaining({ id: 'input-tokens-unknown', level: 'warning' })]);
  });

  test('a lower bound above the range is outside all the same', () => {
    expect(judge({ 'input-tokens': 11, 'unreported-requests': 1 }).verdict).toBe('outside');
    expect(judge({ 'input-tokens': 7, 'unreported-requests': 1 }).verdict).toBe('unknown');
  });

  test('outside wins over unknown', () => {
    const both = new Map([
      ...expecting('input-tokens', { min: 0, max: 1 }),
      ...expecting('cost', { min: 0, max: 1 }),
    ]);
    expect(judge({ 'input-tokens': 2 }, both).verdict).toBe('outside');
  });

  test('without any expectation nothing is judged', () => {
    expect(judge({ 'input-tokens': 7 }, new Map()).verdict).toBe('unknown');
  });

  test.each([
    ['limit:max-cost', 'error', 'outside'],
    ['timed-out', 'error', 'outside'],
    ['budget-exhausted', 'warning', 'within'],
  ])('a run that ended with %s gives a finding of level %s', (reason, level, verdict) => {
    const judged = judge({
      'input-tokens': 7,
      'stop-reason': reason,
      'stop-message': 'It was stopped: why.',
    });
    expect(judged.verdict).toBe(verdict);
    expect(judged.findings).toEqual([
      expect.objectContaining({ id: 'run-stopped', level, message: 'It was stopped: why.' }),
    ]);
  });

  test.each(['completed', 'agent-failed', 'cancelled'])(
    'a run that %s was not stopped by a limit',
    (reason) => {
      expect(judge({ 'input-tokens': 7, 'stop-reason': reason }).findings).toEqual([]);
    },
  );

  test('gaps in the figures are told', () => {
    const { findings } = judge(
      { 'input-tokens': 7, 'unreported-requests': 2, 'unpriced-requests': 1 },
      new Map(),
    );
    expect(findings.map(({ id, level }) => [id, level])).toEqual([
      ['unreported-usage', 'notice'],
      ['unpriced-usage', 'notice'],
    ]);
    expect(findings[0]?.message).toMatch(/^2 calls/);
  });
});
