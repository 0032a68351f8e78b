/** The contract report, word for word, and with hostile words in it. */
import { expect, test } from '@jest/globals';
import { renderContractYaml } from '../../src/config/contract-block.js';
import type { Found } from '../../src/verify/answers.js';
import { contractOf } from '../../src/verify/conclusions.js';
import { contractReportJson, renderContractReport } from '../../src/verify/contract-report.js';
import { foundWith, refusedWith } from './found.js';

const render = (found: Found) => renderContractReport(found, renderContractYaml(contractOf(found)));

test('for people', () => {
  const found = foundWith({
    exhaustion: { enforcement: 'soft', callsBeyond: 3 },
    rest: { skipped: ['isolation: no key'] },
  });
  expect(render(found)).toMatchInlineSnapshot(`
"# What LiteLLM proxy 1.80.0 does at its limits

Verified 2026-11-22 with the model gpt-4o-mini and the key ci-agent-test: **fail**.

| | Assumption | Verdict | Found | Evidence |
|---|---|---|---|---|
| ✅ | Each endpoint honours the output ceiling of a request, under a name that is known. | verified | openai-chat: max\\_tokens honoured | openai-chat: \\\`max\\_tokens\\\` honoured (24 of 24); gemini: \\\`maxOutputTokens\\\` absent (status 404) |
| ✅ | A request above the ceiling is refused, not silently cut. | verified | refused | status 400 to a request for 600 |
| ❔ | A guard over many requests holds, and its field and scope are known. | not verifiable | key | the reading shows a limit on key; no refusal names a scope |
| 🛑 | The cap holds in real time, not after the fact. | refuted | the cap is soft: calls passed beyond it | 12 calls were answered, 3 of them after the budget was spent; overshoot 2.5 % of the budget |
| ✅ | An exhausted budget is told by a status and a body of its own. | verified | status 429 budget\\_exceeded | status 429 budget\\_exceeded; told as exhausted |
| ✅ | Answers and budget count in the same unit. | verified | same unit | the count moved by 1.0 times; usage in the answer is plausible |
| ✅ | Past spend can be read, and shows a call in time. | verified | \\\`GET /spend/logs\\\`, \\\`GET /user/daily/activity\\\` | the count followed within 1 s |
| ✅ | A fallback stands under the same budget. | verified | capped | the fallback got status 429 |

Other keys: separate, the second key was answered.
Not tried: isolation: no key.

## For the policy file

\`\`\`yaml
contract:
  gateway: litellm
  gateway-version: 1.80.0
  verified-at: 2026-11-22
  exhaustion:
    status: 429
    code: budget_exceeded
  enforcement: soft
  overshoot-percent: 2.5
  lag: 2s
  request-ceiling: rejects
  keys: separate
  fallback: capped
\`\`\`
"
`);
});

test('without a block, where the gateway answered nothing', () => {
  const text = renderContractReport(foundWith(), '');
  expect(text).toContain('No contract: the gateway answered no call.');
  expect(text).not.toContain('```');
});

test('for programs', () => {
  expect(contractReportJson(foundWith())).toMatchObject({
    version: 1,
    'run-id': '42-1',
    gateway: 'litellm',
    'gateway-version': '1.80.0',
    'verified-at': '2026-11-22T09:00:00.000Z',
    outcome: 'pass',
    keys: { verdict: 'separate', evidence: 'the second key was answered' },
    skipped: [],
  });
  const { answers } = contractReportJson(foundWith()) as { answers: object[] };
  expect(answers).toHaveLength(8);
  for (const answer of answers)
    expect(Object.keys(answer).sort()).toEqual([
      'assumption',
      'date',
      'evidence',
      'finding',
      'id',
      'verdict',
    ]);
});

const HOSTILE = '</td>|<img src=x>\n# h1 [a](https://evil.test) @all ``` $x$ ![b](c)';

test.each([
  ['the model', (text: string) => foundWith({ rest: { model: text } })],
  ['the label', (text: string) => foundWith({ rest: { label: text } })],
  [
    'the version',
    (text: string) => {
      const found = foundWith();
      return { ...found, gateway: { ...found.gateway, version: text } };
    },
  ],
  ['a code', (text: string) => foundWith({ exhaustion: { refusal: refusedWith(400, text, 'exhausted') } })],
  ['evidence', (text: string) => foundWith({ isolation: { keys: 'shared', evidence: text } })],
  ['a reason', (text: string) => foundWith({ rest: { skipped: [text] } })],
])('%s stays text, whatever is in it', (_name, make) => {
  const [prose = ''] = render(make(HOSTILE)).split('```yaml');
  const text = prose.replaceAll('<span>$</span>', '$');
  expect(text).not.toMatch(/<|(?<!\\)\[a\]|https:\/\/|@all|(?<!\\)`/);
  expect(prose.match(/^#/gm)).toHaveLength(2);
  // Every row keeps its five cells.
  for (const row of prose.split('\n').filter((line) => line.startsWith('|')))
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(6);
});

// A version is read from a page of the gateway's, as it stands there.
test('the block ends where it should, and nowhere else', () => {
  const found = foundWith();
  const [, block = ''] = render({ ...found, gateway: { ...found.gateway, version: HOSTILE } }).split(
    '```yaml',
  );
  expect(block.match(/```/g)).toHaveLength(1);
  expect(block.trimEnd().endsWith('\n```')).toBe(true);
});
