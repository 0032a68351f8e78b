/** A report as a file: what we write is read back, and what a stranger writes is bounded or refused. */
import { describe, expect, test } from '@jest/globals';
import { finding } from '../../src/core/findings.js';
import { MAX_REPORT_FILE_BYTES, readReportFile, renderReportFile } from '../../src/core/report-file.js';
import { findingsOf, reportOf } from '../support/fakes.js';

const REPORT = reportOf({
  rows: [
    { label: 'cost', observed: '$1', expected: '', limit: '', share: undefined, verdict: 'ok' },
    {
      label: 'calls',
      observed: '3',
      expected: '..1',
      limit: '9',
      share: 3,
      shareOf: 'limit',
      verdict: 'bad',
    },
  ],
  facts: [['Usage from', 'the record of `wrap`']],
  tables: [{ title: 'By model', head: ['a', 'b'], rows: [['1', '2']], bars: { of: 'cost', shares: [0.5] } }],
  findings: [finding('error', 'x', 'X', 'x is 3', { advice: 'Do.', position: { file: 'a.yml', line: 1 } })],
  run: {
    runId: '42',
    runAttempt: 1,
    at: '2026-11-22T09:00:00.000Z',
    commit: 'abc',
    verdict: 'outside',
    requests: 3,
    inputTokens: undefined,
    outputTokens: 0,
    costUsd: '1.25',
  },
});

/** The file with one thing in it changed. */
function changed(change: (report: Record<string, unknown>) => void): string {
  const file = JSON.parse(renderReportFile(REPORT));
  change(file.report);
  return JSON.stringify(file);
}

test('what is shown of a report is read back; what is not known stays so', () => {
  const { report, fault } = readReportFile(renderReportFile(REPORT));
  expect(fault).toBeUndefined();
  expect(report).toMatchObject({
    headline: REPORT.headline,
    rows: JSON.parse(JSON.stringify(REPORT.rows)),
    facts: REPORT.facts,
    tables: REPORT.tables,
    run: { verdict: 'outside', requests: 3, outputTokens: 0, costUsd: '1.25' },
  });
  expect(report?.run).not.toHaveProperty('inputTokens');
  expect(report?.rows[0]).not.toHaveProperty('share');
});

test('neither the gate, nor places, nor whose run it was are taken from a file', () => {
  const { report } = readReportFile(renderReportFile(REPORT));
  for (const name of ['gate', 'runUrl', 'mode']) expect(report).not.toHaveProperty(name);
  expect(report?.findings[0]).not.toHaveProperty('position');
  for (const name of ['runId', 'commit', 'at']) expect(report?.run).not.toHaveProperty(name);
});

test.each([
  ['long texts', reportOf({ headline: 'x'.repeat(90_000), task: '🧪'.repeat(9000) })],
  ['many findings', reportOf({ findings: findingsOf('error', 5000) })],
  [
    'much of everything',
    reportOf({
      findings: findingsOf('error', 500).map((item) => ({ ...item, message: '日'.repeat(9000) })),
      facts: Array.from({ length: 900 }, (): [string, string] => ['日'.repeat(900), '日'.repeat(900)]),
      tables: Array.from({ length: 90 }, () => ({ head: ['a'], rows: Array(900).fill(['日'.repeat(900)]) })),
      rows: Array(300).fill({ ...REPORT.rows[0], share: Number.POSITIVE_INFINITY }),
    }),
  ],
])('%s fit into what is read again', (_name, report) => {
  const text = renderReportFile(report);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_REPORT_FILE_BYTES);
  expect(readReportFile(text).fault).toBeUndefined();
});

describe('a file of a stranger is refused whole, with what is wrong', () => {
  test.each([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ version: 2, report: {} })],
    ['no report', JSON.stringify({ version: 1 })],
    ['an endless headline', changed((report) => Object.assign(report, { headline: 'x'.repeat(5000) }))],
    ['an endless key', changed((report) => Object.assign(report, { key: 'x'.repeat(301) }))],
    ['too many findings', changed((report) => Object.assign(report, { findings: findingsOf('error', 201) }))],
    ['too many rows', changed((report) => Object.assign(report, { rows: Array(101).fill(REPORT.rows[0]) }))],
    ['a number for a text', changed((report) => Object.assign(report, { task: 7 }))],
    ['an unknown status', changed((report) => Object.assign(report, { status: 'fine' }))],
    ['an unknown verdict', changed((report) => Object.assign(report, { run: { verdict: 'great' } }))],
    [
      'a negative count',
      changed((report) => Object.assign(report, { run: { verdict: 'within', requests: -1 } })),
    ],
    [
      'a cost in words',
      changed((report) => Object.assign(report, { run: { verdict: 'within', costUsd: 'little' } })),
    ],
    ['a fact of three parts', changed((report) => Object.assign(report, { facts: [['a', 'b', 'c']] }))],
  ])('%s', (_name, file) => {
    const { report, fault } = readReportFile(file);
    expect(report).toBeUndefined();
    expect(fault).not.toBe('');
  });
});
