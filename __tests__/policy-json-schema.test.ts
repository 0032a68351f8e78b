/** What an editor says of a policy file: right ones pass, wrong ones do not, and every key is explained. */
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { renderSchema } from '../scripts/policy-json-schema.js';
import { inputSpec } from '../src/config/inputs.js';
import { parsePolicy } from '../src/config/policy-file.js';
import { SETTING_NAMES } from '../src/config/policy-schema.js';

const schema = JSON.parse(renderSchema());
const validate = new Ajv({ strict: false, formats: { date: true } }).compile(schema);
const NOW = new Date('2026-11-26T12:00:00Z');
const SHA = '0123456789abcdef0123456789abcdef01234567';

const isRight = (yaml: string): boolean => validate(parse(yaml));
const isAccepted = (yaml: string): boolean => 'policy' in parsePolicy(yaml, 'test.yml', { now: NOW });

describe('a right file passes for us and in an editor', () => {
  const override =
    '{ task: triage, by: alice, reason: The migration, until: 2026-12-01, limits: { cost: 10 USD } }';
  test.each([
    [
      'every block',
      `
extends: acme/platform/.github/spendgate-defaults.yml@${SHA}
gateway: { id: litellm, url-env: LLM_GATEWAY_URL, budgets: [{ limit: 50 USD, period: month }, { limit: 2m tokens, period: 30d }] }
rates: { EUR: 1.08 USD }
contract: { gateway: litellm, verified-at: 2026-11-22, enforcement: hard, lag: 15s }
defaults: { min-remaining: 5 USD, alert-at: [50%, 80%], on-out-of-range: block }
tasks:
  triage:
    expect: { input-tokens: 5k..50k, output-tokens: ..10k, cost: ..0.50 USD }
    limits: { cost: 2 USD, requests: 60, timeout: 20m, request-output-tokens: 8k }
overrides: [${override}]`,
    ],
    ['an override for several tasks', `overrides: [${override.replace('triage', '[triage, default]')}]`],
    [
      'an override to a moment',
      `overrides: [${override.replace('2026-12-01', '2026-12-01T18:00:00+02:00')}]`,
    ],
    [
      'a map of prices and one of upstreams',
      'defaults: { minutes-price: { linux: 0.006 USD }, upstream: [openai-chat=https://a.example] }',
    ],
  ])('%s', (_name, yaml) => {
    const file = `version: 1\n${yaml}\n`;
    expect([isAccepted(file), isRight(file), validate.errors]).toEqual([true, true, null]);
  });

  test.each([
    ['max-cost', ['2', '2.5', '$2', '"0.50"', '50 cents', '1k USD', '2USD', '.5 USD']],
    ['max-tokens', ['200000', '200k', '1.5m tokens', '5_000', '2 M', '"12"']],
    ['max-requests', ['60', '60 calls', '1k requests']],
    ['timeout', ['90s', '20 m', '1.5h', '20min', '30sec', '2H', '500ms']],
    ['reconcile-wait', ['0', '0s', '60s', '2m']],
    [
      'min-remaining',
      ['10000', '200k tokens', '5 USD', '300 credits', '7 CNY', '500 quota units', '2 nano-credits'],
    ],
    ['max-drift', ['5', '5%', '2.5 %']],
    ['observe', ['true', 'False', '"true"']],
    ['expect-cost', ['..8 USD', '0.05..0.50 USD', '1..']],
    ['gateway-url', ['https://llm.example.com', 'HTTP://localhost:8080/v1']],
    ['on-unpriced', ['warn', 'block']],
    ['kill-switch', ['true', 'false', 'halt']],
  ])('%s as people write it', (name, values) => {
    for (const value of values) {
      const file = `version: 1\ndefaults: { ${name}: ${value} }\n`;
      expect([value, isAccepted(file), isRight(file)]).toEqual([value, true, true]);
    }
  });

  test.each(SETTING_NAMES)('the example of `%s`', (name) => {
    const { example } = inputSpec(name);
    const value = example.startsWith('${{') ? 'value' : example;
    expect([validate({ version: 1, tasks: { triage: { [name]: value } } }), validate.errors]).toEqual([
      true,
      null,
    ]);
  });
});

describe('a wrong file fails for us and in an editor', () => {
  const override = 'task: triage, by: a, reason: b, until: 2026-12-01, max-cost: 1';
  test.each([
    ['no version', 'tasks: {}'],
    ['another version', 'version: 2'],
    ['an unknown key', 'version: 1\ntask: {}'],
    ['an unknown key of a task', 'version: 1\ntasks: { triage: { max-cst: 2 } }'],
    ['an unknown short name', 'version: 1\ntasks: { triage: { limits: { costs: 2 USD } } }'],
    ['a secret', 'version: 1\ndefaults: { gateway-key: sk-1 }'],
    ['an input of the workflow alone', 'version: 1\ndefaults: { mode: pre }'],
    ['a word that is none of the list', 'version: 1\ndefaults: { on-unpriced: stop }'],
    ['a limit that is no amount', 'version: 1\ndefaults: { max-cost: much }'],
    ['a negative limit', 'version: 1\ndefaults: { max-cost: -5 }'],
    ['no limit at all', 'version: 1\ndefaults: { max-tokens: unlimited }'],
    ['a duration without a unit', 'version: 1\ndefaults: { timeout: 20 }'],
    ['a range that is none', 'version: 1\ndefaults: { expect-cost: 5 USD }'],
    ['a share of nothing', 'version: 1\ndefaults: { max-drift: 0 }'],
    ['no URL', 'version: 1\ndefaults: { gateway-url: llm.example.com }'],
    ['a branch', 'version: 1\nextends: acme/platform/a.yml@main'],
    ['a short SHA', `version: 1\nextends: acme/platform/a.yml@${SHA.slice(0, 12)}`],
    [
      'an override without an end',
      `version: 1\noverrides: [{ ${override.replace('until: 2026-12-01, ', '')} }]`,
    ],
    [
      'an override with a relative end',
      `version: 1\noverrides: [{ ${override.replace('2026-12-01', '7d')} }]`,
    ],
    ['an override without a name', `version: 1\noverrides: [{ ${override.replace('by: a, ', '')} }]`],
    ['an override of no task', `version: 1\noverrides: [{ ${override.replace('triage', '[]')} }]`],
    ['an override of who is paid', `version: 1\noverrides: [{ ${override}, gateway: openrouter }]`],
    ['an override of the kill switch', `version: 1\noverrides: [{ ${override}, kill-switch: off }]`],
  ])('%s', (_name, yaml) => {
    expect([isAccepted(yaml), isRight(yaml)]).toEqual([false, false]);
  });

  test('a gateway that nobody knows', () => {
    expect(isRight('version: 1\ngateway: { id: litelm }')).toBe(false);
    expect(isRight('version: 1\ncontract: { gateway: litelm, verified-at: 2026-11-22 }')).toBe(false);
  });
});

test('every setting is explained, with its default and an example', () => {
  expect(Object.keys(schema.definitions)).toEqual(SETTING_NAMES);
  expect(schema.definitions['on-unpriced']).toEqual({
    description: expect.stringMatching(/^What a model without a known price.*Default: `warn`\.$/),
    type: 'string',
    enum: ['warn', 'block'],
    examples: ['block'],
  });
});

test('every key that is no setting is explained', () => {
  const bare: string[] = [];
  const visit = (node: Record<string, unknown>, path: string): void => {
    for (const [key, child] of Object.entries(
      (node['properties'] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      const place = `${path}/${key}`;
      if (!('$ref' in child) && !('description' in child) && !/^\/(contract|gateway\/http)\//.test(place))
        bare.push(place);
      visit(child, place);
      visit((child['items'] ?? {}) as Record<string, unknown>, place);
      visit((child['additionalProperties'] || {}) as Record<string, unknown>, place);
    }
  };
  visit(schema, '');
  expect(bare).toEqual([]);
});
