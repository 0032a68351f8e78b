import { expect, test } from '@jest/globals';
import { OUTPUTS, type OutputSpec } from '../../src/config/outputs.js';

/** The public contract: tests outside this repository use these names. */
const USAGE =
  'input-tokens output-tokens cache-read-tokens cache-write-tokens reasoning-tokens total-tokens requests failed-requests ' +
  'retries cost-usd cost-source runner-minutes runner-cost-usd total-cost-usd models exit-code stop-reason duration-ms record usage';
const CONTRACT = {
  pre: 'allowed verdict remaining unit limit used percent-used resets-at gate reason snapshot',
  wrap: `${USAGE} meter-url responses-api-endpoint meter-token meter-control`,
  post: `${USAGE} verdict findings gate drift-percent comment-url report`,
  comment: 'comment-url',
  verify: 'test-outcome log-record record contract contract-report',
};

test.each(Object.entries(CONTRACT))('the outputs of %s are the ones that were promised', (mode, names) => {
  const specs: [string, OutputSpec][] = Object.entries(OUTPUTS);
  const own = specs
    .filter(([, { modes }]) => modes.some((candidate) => candidate === mode))
    .map(([name]) => name);
  expect(own.toSorted()).toEqual(names.split(' ').toSorted());
});
