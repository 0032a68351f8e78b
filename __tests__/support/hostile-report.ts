/** A report in which a text from outside stands in every place where one can. */
import { finding } from '../../src/core/findings.js';
import type { Report } from '../../src/core/report.js';
import { reportOf } from './fakes.js';

const ELSEWHERE = `acme/policies@${'0123abcd'.repeat(5)}`;

/** The same text in every place of a report. */
export function reportWith(text: string): Report {
  return reportOf({
    task: text,
    headline: `It says: ${text}`,
    gate: 'closed',
    gatePlace: { store: 'both', issues: [{ text, url: 'https://github.test/o/r/issues/7' }] },
    rows: [{ label: text, observed: text, expected: text, limit: text, share: 0.5, verdict: 'bad' }],
    facts: [[text, text]],
    tables: [
      { title: 'By model', head: [text, text], rows: [[text, text]], bars: { of: text, shares: [0.5] } },
    ],
    findings: [
      finding('error', 'hostile', text, text, { advice: text, position: { file: text, line: 1 } }),
      finding('notice', text, text, text, { position: { file: text, line: 7, repository: ELSEWHERE } }),
    ],
    run: {
      runId: '42',
      runAttempt: 1,
      at: '2026-11-22T09:00:00.000Z',
      // Never a commit's name, which is shown as one.
      commit: ` ${text}`,
      verdict: 'outside',
      requests: 3,
      inputTokens: 4,
      outputTokens: undefined,
      costUsd: text,
    },
  });
}
