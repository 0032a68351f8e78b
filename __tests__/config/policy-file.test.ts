import { describe, expect, test } from '@jest/globals';
import { type Policy, parsePolicy } from '../../src/config/policy-file.js';
import type { Fault } from '../../src/core/errors.js';

const FILE = '.github/spendgate.yml';
function policyOf(text: string): Policy {
  const parsed = parsePolicy(text, FILE);
  if ('policy' in parsed) return parsed.policy;
  throw new Error(JSON.stringify(parsed.faults));
}
function faultsOf(text: string): readonly Fault[] {
  const parsed = parsePolicy(text, FILE);
  return 'faults' in parsed ? parsed.faults : [];
}

describe('a right policy file', () => {
  const policy = policyOf(`version: 1
gateway: { id: litellm, url-env: LLM_GATEWAY_URL, key-env: LLM_KEY }
defaults: { min-remaining: 5 USD, alert-at: [50%, 80%], on-out-of-range: block }
tasks:
  triage:
    expect: { input-tokens: 5k..50k, output-tokens: ..10k, cost: ..0.50 USD }
    limits:
      cost: 2 USD
      requests: 60
      timeout: 20m
      request-output-tokens: 8k
  "Über/Nacht": { max-tokens: 1e6 }
`);

  test('gives its settings under the names of the inputs, with their lines', () => {
    expect([...policy.defaults]).toEqual([
      ['min-remaining', { text: '5 USD', line: 3 }],
      ['alert-at', { text: '50%,80%', line: 3 }],
      ['on-out-of-range', { text: 'block', line: 3 }],
    ]);
    expect(Object.fromEntries(policy.tasks.get('triage') ?? [])).toEqual({
      'max-cost': { text: '2 USD', line: 8 },
      'max-requests': { text: '60', line: 9 },
      timeout: { text: '20m', line: 10 },
      'request-max-output-tokens': { text: '8k', line: 11 },
      'expect-input-tokens': { text: '5k..50k', line: 6 },
      'expect-output-tokens': { text: '..10k', line: 6 },
      'expect-cost': { text: '..0.50 USD', line: 6 },
    });
  });

  test('may name a task in any words, and write numbers as YAML has them', () => {
    expect(policy.tasks.get('Über/Nacht')?.get('max-tokens')).toEqual({ text: '1000000', line: 12 });
  });

  test('names the gateway by variables, so that no secret stands in it', () => {
    expect(policy.gateway).toMatchObject({
      id: 'litellm',
      'url-env': 'LLM_GATEWAY_URL',
      'key-env': 'LLM_KEY',
      budgets: [],
    });
  });

  test('may hold nothing but its version', () => {
    expect(policyOf('version: 1')).toMatchObject({ file: FILE, defaults: new Map(), tasks: new Map() });
  });

  test('may use anchors', () => {
    const anchored = policyOf('version: 1\ntasks:\n  a: &limits { max-cost: 1 USD }\n  b: *limits\n');
    expect(anchored.tasks.get('b')?.get('max-cost')?.text).toBe('1 USD');
  });
});

describe('budgets of the ledger gateway', () => {
  test.each([
    ['{ limit: 50 USD, period: month }', { unit: 'usd', limit: 50_000_000_000, period: 'month' }],
    ['{ limit: 50, period: week }', { unit: 'usd', limit: 50_000_000_000, period: 'week' }],
    ['{ limit: 2m tokens, period: day }', { unit: 'tokens', limit: 2_000_000, period: 'day' }],
    [
      '{ limit: 5 USD, period: 30d }',
      { unit: 'usd', limit: 5_000_000_000, period: { rollingMs: 2_592_000_000 } },
    ],
  ])('%s', (text, expected) => {
    expect(policyOf(`version: 1\ngateway:\n  budgets:\n    - ${text}\n`).gateway?.budgets).toEqual([
      expected,
    ]);
  });

  test.each([
    ['{ limit: 50 credits, period: month }', /USD or tokens/],
    ['{ limit: much, period: month }', /"much" is not a quantity/],
    ['{ limit: 20m, period: 12h }', /"20m" could be dollars or tokens: say which/],
    ['{ limit: 5 USD, period: fortnight }', /"fortnight" is neither day, week, month nor a duration/],
    ['{ limit: -5 USD, period: month }', /negative/],
    ['{ limit: 5 USD, period: -3d }', /neither day, week, month nor a duration/],
    ['{ limit: 5 USD, period: 3 lightyears }', /period/],
  ])('%s is refused with line and example', (text, message) => {
    expect(faultsOf(`version: 1\ngateway:\n  budgets:\n    - ${text}\n`)).toEqual([
      {
        where: `${FILE}:4`,
        message: expect.stringMatching(message),
        example: '{ limit: 50 USD, period: month }',
      },
    ]);
  });
});

describe('the mapping of the http gateway', () => {
  const file = (lines: string) =>
    `version: 1\ngateway:\n  id: http\n  http:\n${lines.replace(/^/gm, '    ')}\n`;
  const RIGHT = 'url: https://x.example/quota?key={admin-key}\nunit: USD\nremaining: /data/0/left~1now';

  test.each([
    RIGHT,
    RIGHT.replace('USD', 'CNY'),
    RIGHT.replace('USD', 'nano-credits'),
    RIGHT.replace('remaining: /data/0/left~1now', 'limit: /l\nused: /u\nresets-at: /r'),
  ])('%j is right', (lines) => {
    expect(faultsOf(file(lines))).toEqual([]);
  });

  test.each([
    ['a URL of another kind', 'https:', 'ftp:', 5, /http\.url: .*not an http or https URL/],
    ['a misspelt unit', 'USD', 'Dollar', 6, /http\.unit: "Dollar" is not a unit/],
    ['a unit in small letters', 'USD', 'usd', 6, /the nearest one is `USD`/],
    ['a path with dots', '/data/0/left~1now', 'data.left', 7, /http\.remaining: .*RFC 6901/],
    ['a wrong escape', 'left~1now', 'left~2', 7, /RFC 6901/],
    ['an empty pointer', '/data/0/left~1now', "''", 7, /RFC 6901/],
    ['a limit alone', 'remaining', 'limit', 4, /needs `remaining`, or both `limit` and `used`/],
  ])('%s is a fault with its line', (_name, from, to, line, message) => {
    expect(faultsOf(file(RIGHT.replace(from, to)))).toEqual([
      {
        where: `${FILE}:${line}`,
        message: expect.stringMatching(message),
        example: expect.stringMatching(/^(?:url: https|unit: USD|remaining: \/)/),
      },
    ]);
  });

  test('is told whole', () => {
    const lines = faultsOf(file('url: ftp://x\nunit: Dollar\nlimit: data.limit'));
    expect(lines.map(({ where }) => where.slice(FILE.length)).toSorted()).toEqual([':4', ':5', ':6', ':7']);
  });
});

test.each(['url', 'budget-url'])('the %s of a gateway is an address, or a fault with its line', (name) => {
  expect(faultsOf(`version: 1\ngateway:\n  id: litellm\n  ${name}: llm.example.com\n`)).toEqual([
    {
      where: `${FILE}:4`,
      message: expect.stringContaining(`gateway.${name}: "llm.example.com" is not an http or https URL`),
      example: `${name}: https://llm.example.com`,
    },
  ]);
});

describe('faults in budgets', () => {
  const where = (lines: string) =>
    faultsOf(`version: 1\ngateway:\n  budgets:\n${lines}`).map(({ where: line }) => line.slice(FILE.length));

  test('are told of limit and period apart', () => {
    expect(where('    - limit: much\n      period: fortnight\n')).toEqual([':4', ':5']);
  });

  test('are told of every budget, and of what is no budget at all', () => {
    const lines =
      '    - { limit: much, period: month }\n    - { limit: 5 USD }\n    - { limit: 5 USD, period: soon }\n';
    expect(where(lines).toSorted()).toEqual([':4', ':5', ':6']);
  });
});

describe('rates', () => {
  const ratesOf = (lines: string) => policyOf(`version: 1\nrates:\n${lines}`).rates;

  test('say what one of a unit is worth, and where that stands', () => {
    expect(ratesOf('  EUR: 1.08 USD\n  credits: 1 cent\n')).toEqual([
      {
        unit: 'currency:EUR',
        nanoUsdPerUnit: 1_080_000_000,
        source: `${FILE}:3 says 1 EUR is 1.08 USD`,
      },
      { unit: 'credits', nanoUsdPerUnit: 10_000_000, source: `${FILE}:4 says 1 credits is 1 cent` },
    ]);
  });

  test.each([
    ['CNY: 0.14', 'currency:CNY', 140_000_000],
    ['USDT: $1', 'currency:USDT', 1_000_000_000],
    ['quota: 0.000002 USD', 'quota', 2000],
    ['tokens: 0.00001 USD', 'tokens', 10_000],
  ])('%s', (line, unit, nanoUsdPerUnit) => {
    expect(ratesOf(`  ${line}\n`)).toMatchObject([{ unit, nanoUsdPerUnit }]);
  });

  test('are none where none stand there', () => {
    expect(policyOf('version: 1\n').rates).toEqual([]);
  });

  test.each([
    ['eur: 1.08 USD', /"eur" is not a quantity/],
    ['bananas: 1 USD', /"bananas" is not a quantity/],
    ['DOLLARS: 1 USD', /"DOLLARS" is not a quantity/],
    ['EUR: much', /"much" is not an amount of money/],
    ['EUR: 200k tokens', /"200k tokens" is not an amount in USD/],
    ['EUR: 7 CNY', /"7 CNY" is not an amount in USD/],
    ['EUR: -1 USD', /negative/],
    ['EUR: true', /"true" is not an amount of money/],
    ['EUR: 0 USD', /must be above zero/],
    ['EUR: 0.0000000001 USD', /must be above zero/],
    ['USD: 2 USD', /A dollar is a dollar/],
    ['usd: 1 USD', /A dollar is a dollar/],
  ])('%s is refused with line and example', (line, message) => {
    expect(faultsOf(`version: 1\nrates:\n  ${line}\n`)).toEqual([
      {
        where: `${FILE}:3`,
        message: expect.stringMatching(message),
        example: 'rates: { EUR: 1.08 USD }',
      },
    ]);
  });

  test.each(['tokens: 1 USD\n  token: 2 USD', 'credits: 1 cent\n  Credit: 2 cent'])(
    'for one unit stand there once: %j',
    (lines) => {
      const [fault, ...more] = faultsOf(`version: 1\nrates:\n  ${lines}\n`);
      expect(more).toEqual([]);
      expect(fault).toMatchObject({
        where: `${FILE}:4`,
        message: expect.stringMatching(/has a rate already/),
      });
    },
  );

  test('are told with all that is wrong, one line each', () => {
    const faults = faultsOf('version: 1\nrates:\n  EUR: much\n  CNY: 0.14 USD\n  gold: 1 USD\n');
    expect(faults.map(({ where }) => where)).toEqual([`${FILE}:3`, `${FILE}:5`]);
  });

  test('that are no map are a fault', () => {
    for (const text of ['rates: 1.08\n', 'rates: [EUR]\n', 'rates: { EUR: { USD: 1.08 } }\n'])
      expect(faultsOf(`version: 1\n${text}`)).toEqual([expect.objectContaining({ where: `${FILE}:2` })]);
  });
});

describe('a setting that names several things', () => {
  const textOf = (name: string, lines: string) =>
    policyOf(`version: 1\ndefaults:\n${lines}`).defaults.get(name as never);

  test.each([
    [
      'minutes-price',
      '{ ubuntu-latest: 0.006 USD, self-hosted: 0 }',
      'ubuntu-latest=0.006 USD\nself-hosted=0',
    ],
    ['minutes-price', '0.006 USD', '0.006 USD'],
    [
      'minutes-price',
      '[ubuntu-latest=0.006 USD, windows-latest=0.01 USD]',
      'ubuntu-latest=0.006 USD,windows-latest=0.01 USD',
    ],
    ['budget-scope', '{ organization: octo-org, user: octocat }', 'organization=octo-org\nuser=octocat'],
    ['budget-scope', 'organization=octo-org user=octocat', 'organization=octo-org user=octocat'],
    ['upstream', '{ openai-chat: https://a.example }', 'openai-chat=https://a.example'],
    ['alert-at', '[50%, 80%]', '50%,80%'],
  ])('%s: %s', (name, value, text) => {
    expect(textOf(name, `  ${name}: ${value}\n`)).toEqual({ text, line: 3 });
  });

  test('has the line of its own, whatever stands below it', () => {
    const lines =
      '  minutes-price:\n    ubuntu-latest: 0.006 USD\n    self-hosted: 0\n  runner-label: big-box\n';
    expect(textOf('minutes-price', lines)?.line).toBe(3);
    expect(textOf('runner-label', lines)).toEqual({ text: 'big-box', line: 6 });
  });

  test.each([
    ['minutes-price: { ubuntu-latest: cheap }', /"cheap" is not an amount of money/],
    ['minutes-price: {}', /is not a price/],
    ['minutes-price: { ubuntu latest: 0.006 USD }', /is not an amount of money/],
    ['budget-scope: { organization: octo org }', /is not `name=value`/],
    ['budget-scope: octo-org', /is not `name=value`/],
    ['max-cost: { limit: 2 USD }', /is not an amount of money/],
    ['comment: { when: never }', /is none of/],
    ['minutes-price: { ubuntu-latest: { price: 1 } }', /minutes-price: /],
  ])('%s is refused with its line', (line, message) => {
    expect(faultsOf(`version: 1\ndefaults:\n  ${line}\n`)).toEqual([
      expect.objectContaining({ where: `${FILE}:3`, message: expect.stringMatching(message) }),
    ]);
  });
});

describe('an unknown key', () => {
  test.each([
    ['at the top', 'version: 1\ntask: {}\n', 2, '`task` is not a key; the nearest one is `tasks`.'],
    [
      'in a gateway',
      'version: 1\ngateway:\n  url_env: X\n',
      3,
      '`url_env` is not a key of `gateway`; the nearest one is `url-env`.',
    ],
    ['in defaults', 'version: 1\ndefaults:\n  min-remainig: 5\n', 3, 'the nearest one is `min-remaining`.'],
    [
      'in a task',
      'version: 1\ntasks:\n  t:\n    limit: {}\n',
      4,
      '`limit` is not a key of `tasks.t`; the nearest one is `limits`.',
    ],
    ['in limits', 'version: 1\ntasks:\n  t:\n    limits:\n      csot: 5\n', 5, 'the nearest one is `cost`.'],
    [
      'in expect',
      'version: 1\ntasks:\n  t:\n    expect: { ouput-tokens: 5.. }\n',
      4,
      'the nearest one is `output-tokens`.',
    ],
    [
      'in limits of the defaults',
      'version: 1\ndefaults:\n  limits:\n    max-cost: 5\n',
      4,
      'is not a key of `defaults.limits`',
    ],
    [
      'in a budget',
      'version: 1\ngateway:\n  budgets:\n    - limit: 5\n      perod: day\n',
      5,
      'the nearest one is `period`.',
    ],
    [
      'in a mapping',
      'version: 1\ngateway:\n  http:\n    url: x\n    unit: USD\n    remainig: /a\n',
      6,
      'the nearest one is `remaining`.',
    ],
    [
      'in a task with a slash',
      'version: 1\ntasks:\n  a/b:\n    limit: {}\n',
      4,
      'the nearest one is `limits`.',
    ],
  ])('%s is named with its line and the nearest key', (_where, text, line, message) => {
    const faults = faultsOf(text);
    const fault = faults.find((candidate) => candidate.message.includes('is not a key'));
    expect(fault?.where).toBe(`${FILE}:${line}`);
    expect(fault?.message).toContain(message);
    expect(fault?.example).not.toBe('');
  });

  test.each([
    ['mode', 'each step says it for itself'],
    ['task', 'it selects a task of this file'],
    ['config', 'it names this file'],
    ['background', 'said by the workflow'],
    ['input-tokens', 'what one run was seen to use'],
    ['usage', 'the record of one run'],
    ['meter-control', 'the output of one `wrap` step'],
    ['reason', 'decides over a gate once'],
    ['gate-action', 'decides over a gate once'],
    ['verify-model', 'spends a test budget'],
  ])('%s may only be said by the workflow, and the fault says why', (name, why) => {
    const [fault, ...others] = faultsOf(`version: 1\ndefaults:\n  ${name}: x\n`);
    expect(others).toEqual([]);
    expect(fault?.where).toBe(`${FILE}:3`);
    expect(fault?.message).toContain(`\`${name}\` is not a key of \`defaults\`: `);
    expect(fault?.message).toContain(why);
    expect(fault?.message).not.toContain('nearest');
    expect(fault?.example).toContain(`with: { ${name}: `);
  });
});

describe('two keys for one setting', () => {
  test.each([
    ['max-cost: 1 USD', 'limits: { cost: 2 USD }', 'limits.cost'],
    ['timeout: 5m', 'limits: { timeout: 6m }', 'limits.timeout'],
    ['expect-cost: ..1', 'expect: { cost: ..2 }', 'expect.cost'],
  ])('%s beside %s is a fault that names both lines', (long, short, shortKey) => {
    const longKey = long.replace(/:.*/, '');
    for (const [block, text] of [
      ['defaults', `version: 1\n\ndefaults:\n  ${short}\n  ${long}\n`],
      ['tasks.t', `version: 1\ntasks:\n  t:\n    ${short}\n    ${long}\n`],
    ]) {
      expect(faultsOf(text ?? '')).toEqual([
        {
          where: `${FILE}:4`,
          message: `${block}: \`${longKey}\` in line 5 and \`${shortKey}\` in line 4 are the same setting.`,
          example: `\`${longKey}\` or \`${shortKey}\`, not both`,
        },
      ]);
    }
  });

  test('is told beside what is wrong with either of them', () => {
    const faults = faultsOf('version: 1\ndefaults:\n  max-cost: much\n  limits: { cost: 2 USD }\n');
    expect(faults.map(({ where }) => where)).toEqual([`${FILE}:3`, `${FILE}:4`]);
  });

  test('may stand in a task and in the defaults: the task outranks them', () => {
    const policy = policyOf(
      'version: 1\ndefaults: { max-cost: 1 USD }\ntasks: { t: { limits: { cost: 2 USD } } }\n',
    );
    expect(policy.tasks.get('t')?.get('max-cost')?.text).toBe('2 USD');
  });
});

describe('a secret in the file', () => {
  test.each([
    ['gateway-key', 'gateway: { key-env: LLM_KEY }'],
    ['admin-key', 'gateway: { admin-key-env: LLM_ADMIN_KEY }'],
    ['github-token', 'with: { github-token: "${{ github.token }}" }'],
    ['alert-webhook', 'with: { alert-webhook: "${{ secrets.ALERT_WEBHOOK }}" }'],
  ])('%s is refused, its value is not repeated, and the example is right', (name, example) => {
    for (const text of [
      `version: 1\ndefaults:\n  ${name}: sk-very-secret\n`,
      `version: 1\ntasks:\n  t: { ${name}: sk-very-secret }\n`,
    ]) {
      const faults = faultsOf(text);
      expect(faults).toEqual([
        {
          where: `${FILE}:3`,
          message: expect.stringContaining(`\`${name}\` is a secret`),
          example,
        },
      ]);
      expect(JSON.stringify(faults)).not.toContain('sk-very-secret');
    }
  });
});

describe('a value that does not parse', () => {
  test.each([
    ['max-cost: lots', '"lots" is not an amount of money', '2 USD'],
    ['max-cost: -2 USD', 'negative', '2 USD'],
    ['max-tokens: unlimited', 'leave it out for no limit', '2m'],
    ['timeout: 20', '"20" is not a duration', '20m'],
    ['on-unreadable: blok', 'none of block, warn, pass', 'block'],
    ['alert-at: [50%, 120%]', 'not a list of percentages', '50%,80%'],
    ['expect: { cost: 5 }', '"5" is not a range', '0.05..0.50 USD'],
    ['expect: { input-tokens: 50k..5k }', 'reversed', '5k..50k'],
    ['expect: { input-tokens: -5..5k }', 'negative', '5k..50k'],
    ['limits: { requests: 1.5 }', 'not a whole number', '60'],
    ['gateway-url: llm.example.com', 'not an http or https URL', 'https://llm.example.com'],
  ])('%s', (setting, message, example) => {
    expect(faultsOf(`version: 1\n\ntasks:\n  t:\n    ${setting}\n`)).toEqual([
      { where: `${FILE}:5`, message: expect.stringContaining(message), example },
    ]);
  });

  test('of a task that does not run now is told all the same', () => {
    expect(faultsOf('version: 1\ntasks:\n  a: { max-cost: 1 }\n  b: { max-cost: x }\n')).toHaveLength(1);
  });
});

describe('a file that is not a policy', () => {
  test.each([
    ['broken YAML', 'version: 1\ntasks: [\n', /This is not YAML/],
    ['a tab as indent', 'version: 1\ntasks:\n\tt: {}\n', /This is not YAML/],
    [
      'one key twice',
      'version: 1\nversion: 1\n',
      /version: this key stands there twice, in line 1 and in line 2/,
    ],
    ['an empty file', '', /the file: it is empty/],
    ['comments alone', '# nothing yet\n\n  # really\n', /the file: it is empty/],
    ['an end of documents alone', '---\n', /the file: has no value/],
    ['a list', '- a\n', /the file: /],
    ['plain text', 'hello', /the file: /],
    ['no version', 'tasks: {}\n', /version: /],
    ['a version of the future', 'version: 2\n', /version: /],
    ['tasks as a list', 'version: 1\ntasks: [a]\n', /tasks: /],
    ['a setting without a value', 'version: 1\ndefaults:\n  max-cost:\n', /defaults\.max-cost: /],
    ['a setting as a map', 'version: 1\ndefaults:\n  max-cost: { usd: 5 }\n', /defaults\.max-cost: /],
  ])('%s gives faults with line and example', (_what, text, message) => {
    const faults = faultsOf(text);
    expect(faults).not.toEqual([]);
    for (const fault of faults)
      expect(fault).toMatchObject({
        where: expect.stringMatching(/^\.github\/spendgate\.yml:\d+$/),
        example: expect.stringMatching(/./),
      });
    expect(faults.map((fault) => fault.message).join('\n')).toMatch(message);
  });

  test('says the line of the syntax error', () => {
    expect(faultsOf('version: 1\ndefaults: {}\ntasks: }\n')[0]?.where).toBe(`${FILE}:3`);
  });
});

describe('a fault shows what would be right in its place', () => {
  test.each([
    ['a misspelt limit', 'tasks: { t: { limits: { tokns: 5 } } }', 'tokens: 2m'],
    ['a misspelt setting', 'defaults: { min-remainig: 5 USD }', 'min-remaining: 5 USD'],
    ['a misspelt range', 'tasks: { t: { expect: { csot: ..1 } } }', 'cost: 0.05..0.50 USD'],
    ['a misspelt key of the gateway', 'gateway: { key_env: X }', 'key-env: LLM_KEY'],
    ['a misspelt block', 'taks: {}', 'tasks: { triage: { limits: { cost: 2 USD } } }'],
    ['a setting without a value', 'defaults: { max-cost: }', 'max-cost: 2 USD'],
    ['a limit that is a list of lists', 'defaults: { limits: { requests: [[5]] } }', 'requests: 60'],
    [
      'a budget without a period',
      'gateway: { budgets: [{ limit: 5 USD }] }',
      '{ limit: 50 USD, period: month }',
    ],
    ['a mapping without a unit', 'gateway: { http: { url: https://x.example, remaining: /a } }', 'unit: USD'],
    ['a key that stands twice', 'defaults: { timeout: 5m, timeout: 6m }', 'timeout: 20m'],
    ['a limit that stands twice', 'tasks: { t: { limits: { cost: 1, cost: 2 } } }', 'cost: 2 USD'],
    ['a limit that is set too far in', 'defaults:\n  limits:\n    cost: 2\n     tokens: 5', 'cost: 2 USD'],
  ])('%s', (_what, text, example) => {
    expect(faultsOf(`version: 1\n${text}\n`).map((fault) => fault.example)).toEqual([example]);
  });

  test.each([
    ['version: 2', 'version: must be 1.'],
    ['tasks: {}', 'version: is missing.'],
    ['version: 1\ntasks: [a]', 'tasks: must be a map of keys, not a list.'],
    ['version: 1\ntasks: { t: }', 'tasks.t: has no value.'],
    ['version: 1\ndefaults: { limits: 5 }', 'defaults.limits: must be a map of keys, not a number.'],
    ['version: 1\ngateway: { id: 5 }', 'gateway.id: must be text, not a number.'],
    ['version: 1\noverrides: { a: b }', 'overrides: must be a list, not a map of keys.'],
    ['version: 1\nrates: { EUR: [1] }', 'rates.EUR: must be a single value, not a list.'],
    ['- a', 'the file: must be a map of keys, not a list.'],
    ['hello', 'the file: must be a map of keys, not text.'],
    [
      'version: 1\ncontract: { gateway: litellm, verified-at: 2026-11-20, enforcement: firm }',
      'contract.enforcement: must be one of hard, soft, reported-only.',
    ],
    [
      'version: 1\ncontract: { gateway: litellm, verified-at: 2026-11-20, overshoot-percent: -1 }',
      'contract.overshoot-percent: must be at least 0.',
    ],
    ['version: 1\ndefaults:\n\tlimits: {}', 'a tab stands where blanks indent'],
  ])('%j is told in words of our own', (text, message) => {
    const told = faultsOf(`${text}\n`).map((fault) => fault.message);
    expect(told.join('\n')).toContain(message);
    expect(told.join('\n')).not.toMatch(/Invalid|expected|received/);
  });

  test('and is told beside the others where a key stands twice', () => {
    const faults = faultsOf('version: 1\ndefaults:\n  timeout: 5m\n  timeout: 6m\n  max-cots: 1\n');
    expect(faults.map(({ where }) => where)).toEqual([`${FILE}:4`, `${FILE}:5`]);
    expect(faults[0]?.message).toBe(
      'defaults.timeout: this key stands there twice, in line 3 and in line 4.',
    );
  });
});

test('all faults of a file come at once: unknown keys and wrong values alike', () => {
  const faults = faultsOf(`version: 1
defaults:
  min-remainig: 5 USD
  timeout: soon
tasks:
  t:
    limits: { cost: lots }
    gateway-key: sk-1
`);
  expect(faults.map(({ where }) => where).toSorted()).toEqual([
    `${FILE}:3`,
    `${FILE}:4`,
    `${FILE}:7`,
    `${FILE}:8`,
  ]);
});

describe('anchors', () => {
  const uses = (count: number) =>
    Array.from({ length: count }, (_, index) => `  t${index}: { limits: *std }\n`).join('');

  test('may be used as often as anybody has tasks', () => {
    const text = `version: 1\ntasks:\n  first: { limits: &std { cost: 2 USD } }\n${uses(500)}`;
    expect(policyOf(text).tasks.get('t499')?.get('max-cost')?.text).toBe('2 USD');
  });

  test('that stand for more than any memory holds are a fault', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `  l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]\n`,
    );
    expect(faultsOf(`version: 1\ntasks:\n  l0: &l0 [x]\n${levels.join('')}`)).toEqual([
      expect.objectContaining({
        where: `${FILE}:1`,
        message: 'The anchors of the file are repeated more than 10000 times.',
      }),
    ]);
  });
});
