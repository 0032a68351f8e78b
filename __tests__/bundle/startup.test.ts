/** What a start of the committed bundle may not cost: every step of every job pays for it. */
import { afterEach, expect, test } from '@jest/globals';
import { createJob, type Job } from '../support/runner.js';

/** Loading them takes as long as a tenth of a start. */
const WITHOUT_LANGUAGES = `
const refuse = () => { throw new Error('the tables of languages were asked for'); };
for (const name of ['NumberFormat', 'DateTimeFormat', 'Collator', 'PluralRules', 'ListFormat', 'Segmenter'])
  Intl[name] = refuse;
Number.prototype.toLocaleString = refuse;
`;

let job: Job;
afterEach(() => job.clean());

test('a run that is held back by the kill switch loads no tables of languages', async () => {
  job = createJob();
  const options = `--import=data:text/javascript,${encodeURIComponent(WITHOUT_LANGUAGES)}`;
  const inputs = { mode: 'pre', 'kill-switch': 'true' };
  const result = await job.step(inputs, { environment: { NODE_OPTIONS: options } });
  expect([result.code, result.stderr]).toEqual([3, '']);
  expect(result.outputs['allowed']).toBe('false');
});
