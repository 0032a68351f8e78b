import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Catalogue, type Config, type RawInputs, readConfig } from '../../src/config/config.js';
import { type Fault, InputFaults } from '../../src/core/errors.js';
import { renderMeterHandle } from '../../src/core/meter-handle.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const catalogue: Catalogue = {
  gateways: [
    { id: 'litellm', requires: ['gateway-key', 'gateway-url'], defaultUrl: undefined },
    { id: 'openrouter', requires: ['gateway-key'], defaultUrl: 'https://openrouter.ai/api' },
    { id: 'ledger', requires: ['budgets'], defaultUrl: undefined },
    { id: 'http', requires: ['mapping'], defaultUrl: undefined },
    {
      id: 'vercel',
      aliases: ['vercel-ai-gateway'],
      requires: ['gateway-key'],
      defaultUrl: 'https://vc.example',
    },
    {
      id: 'github-copilot',
      requires: ['admin-key'],
      defaultUrl: 'https://api.github.example',
      scopeNames: [
        { name: 'organization', isRequired: true, example: 'octo-org' },
        { name: 'user', isRequired: false, example: 'octocat' },
      ],
    },
  ],
  agents: ['claude-code', 'codex', 'generic'],
  dialects: ['anthropic-messages', 'openai-chat'],
};
let files = 0;
function policyFile(text: string): string {
  const path = join(dir, `policy-${++files}.yml`);
  writeFileSync(path, text);
  return path;
}
interface Told {
  readonly environment?: Record<string, string>;
  readonly hasCommand?: boolean;
  readonly secrets?: string[];
}
/** Without a `config` of its own each test names an empty policy, so that no file of this repository is read. */
function read(inputs: RawInputs, { environment = {}, hasCommand = false, secrets = [] }: Told = {}): Config {
  const withConfig = { config: policyFile('version: 1\n'), ...inputs };
  const onSecret = (value: string) => secrets.push(value);
  return readConfig({
    inputs: withConfig,
    environment: { HOME: dir, ...environment },
    catalogue,
    onSecret,
    hasCommand,
  });
}
function faultsOf(inputs: RawInputs, told: Told = {}): readonly Fault[] {
  try {
    read(inputs, told);
  } catch (error) {
    if (error instanceof InputFaults) return error.faults;
    throw error;
  }
  return [];
}

describe('built-in defaults', () => {
  const config = read({ mode: 'pre' });

  test('are the ones that the inputs promise', () => {
    expect(config).toMatchObject({
      mode: 'pre',
      task: 'default',
      observe: false,
      killSwitch: undefined,
      pre: { minRemaining: undefined, onUnreadable: 'block', onGateUnknown: 'warn', alertAt: [50, 80] },
      wrap: { shell: 'bash', agent: 'auto', upstream: undefined, limits: {}, onUnpriced: 'warn' },
      post: { onOutOfRange: 'block', comment: 'on-finding' },
      gate: { action: 'status', blockForMs: undefined, name: 'local-default' },
    });
    expect(config.post.expect.size).toBe(0);
  });

  test('cannot be changed later', () => {
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('an empty input, as a workflow hands over what nobody set, is not set', () => {
    expect(read({ mode: 'pre', 'min-remaining': '', 'on-unreadable': ' ', task: '' })).toMatchObject({
      task: 'default',
      pre: { minRemaining: undefined, onUnreadable: 'block' },
    });
  });
});

describe('what has no effect is said', () => {
  const isNoLimit = (note: string) => note.startsWith('No limit of use holds');
  const notes = (inputs: RawInputs, mode = 'wrap') =>
    read({ mode, run: 'x', ...inputs }).notes.filter((note) => !isNoLimit(note));

  test('no limit of use', () => {
    const told = (inputs: RawInputs, mode = 'wrap') =>
      read({ mode, run: 'x', ...inputs }).notes.filter(isNoLimit);
    expect(told({ timeout: '5m' })).toEqual([
      expect.stringMatching(
        /neither the step nor .*policy-\d+\.yml sets one\. Limits of use are `max-cost`, /,
      ),
    ]);
    for (const inputs of [{ 'max-cost': '1' }, { 'max-requests': '5' }, { observe: 'true' }])
      expect(told(inputs)).toEqual([]);
    expect(told({}, 'pre')).toEqual([]);
    const config = policyFile('version: 1\ntasks: { t: { limits: { cost: 1 USD } } }\n');
    expect(told({ config, task: 't' })).toEqual([]);
  });

  test('no policy file, with the path that was looked for, and the task that was named', () => {
    const bare = (inputs: RawInputs) =>
      read({ ...(inputs.mode === 'wrap' ? { run: 'x' } : {}), ...inputs, config: '' });
    const path = join(process.cwd(), '.github/spendgate.yml');
    const { notes: warned, remarks } = bare({ mode: 'wrap', task: 'triage' });
    expect(warned).toEqual([
      expect.stringContaining(
        `no policy file (looked for ${path}) that could set those of the task \`triage\``,
      ),
    ]);
    expect(remarks).toEqual([]);
    for (const inputs of [{ mode: 'wrap', 'max-cost': '1' }, { mode: 'pre' }, { mode: 'post' }]) {
      expect(bare(inputs)).toMatchObject({ notes: [], remarks: [] });
      expect(bare({ ...inputs, task: 'triage' })).toMatchObject({
        notes: [],
        remarks: [
          expect.stringContaining(`\`triage\` is named, and there is no policy file (looked for ${path})`),
        ],
      });
    }
  });

  test('an input of another mode, in the log alone: steps may share theirs', () => {
    const { notes: warned, remarks } = read({ mode: 'pre', 'max-cost': '1', 'expect-cost': '..1' });
    expect(warned).toEqual([]);
    expect(remarks).toEqual([
      '`max-cost` is for `wrap`: this step (`pre`) makes no use of it.',
      '`expect-cost` is for `post`: this step (`pre`) makes no use of it.',
    ]);
  });

  test('a kill switch under `observe`, where the agent starts all the same', () => {
    const on = { 'kill-switch': 'yes', 'max-cost': '1' };
    expect(notes({ ...on, observe: 'true' })).toEqual([
      'The kill switch is on (`kill-switch: yes`): without `observe` the agent would not be started.',
    ]);
    expect(notes(on)).toEqual([]);
  });

  test.each(['max-cost', 'max-tokens', 'max-weighted-tokens', 'max-requests'])(
    'of `wrap-up` without a limit of use; `%s` is one',
    (limit) => {
      expect(notes({ 'wrap-up': 'true', timeout: '5m', 'max-retries': '3' })).toEqual([
        expect.stringMatching(/^`wrap-up: true` tells the agent nothing without a limit of use: `max-cost`/),
      ]);
      expect(notes({ 'wrap-up': 'true', [limit]: '100' })).toEqual([]);
    },
  );

  test('of `token-weights` without the limit they weigh for', () => {
    expect(notes({ 'token-weights': 'output=4' })).toEqual([
      '`token-weights` have no effect without `max-weighted-tokens`.',
    ]);
    expect(notes({ 'token-weights': 'output=4', 'max-weighted-tokens': '2m' })).toEqual([]);
  });

  test('of a task that is not named, in modes that its limits and ranges are for', () => {
    const told: RawInputs = { config: policyFile('version: 1\ntasks: { triage: { max-cost: 1 USD } }\n') };
    expect(notes(told, 'post')).toEqual([expect.stringMatching(/^No `task` is given/)]);
    for (const mode of ['gate', 'comment']) expect(notes({ ...told, report: 'r.json' }, mode)).toEqual([]);
  });

  test('where the meter runs, since other steps may be given less', () => {
    const told: RawInputs = {
      config: policyFile('version: 1\ndefaults: { wrap-up: true, token-weights: output=4 }\n'),
    };
    expect(notes(told)).toHaveLength(2);
    expect(notes(told, 'post')).toEqual([]);
  });
});

describe('a command behind `--`', () => {
  test('beside the input `run` is a fault', () => {
    expect(faultsOf({ mode: 'wrap', run: 'x' }, { hasCommand: true })).toEqual([
      expect.objectContaining({ where: 'run', message: expect.stringContaining('behind `--` as well') }),
    ]);
  });

  test('stands in for the `run` of a task', () => {
    const config = policyFile('version: 1\ndefaults: { run: x }\n');
    expect(faultsOf({ mode: 'wrap', config }, { hasCommand: true })).toEqual([]);
  });
});

describe('the end of a run', () => {
  test('is told where `wrap-up` asks for it, with a reserve of its own choice', () => {
    const wrapUp = (inputs: RawInputs) => read({ mode: 'wrap', run: 'x', ...inputs }).wrap.wrapUp;
    expect(wrapUp({})).toBeUndefined();
    expect(wrapUp({ 'wrap-up': 'false', reserve: '5%' })).toBeUndefined();
    expect(wrapUp({ 'wrap-up': 'true' })).toEqual({ reserve: 'auto' });
    expect(wrapUp({ 'wrap-up': 'true', reserve: '5%' })).toEqual({ reserve: 0.05 });
  });

  test('a reserve that nobody is told of is not kept, and that is said', () => {
    const notes = (inputs: RawInputs) =>
      read({ mode: 'wrap', run: 'x', 'max-requests': '9', ...inputs }).notes;
    expect(notes({ reserve: '5%' })).toEqual(['`reserve` keeps nothing back without `wrap-up: true`.']);
    expect(notes({ reserve: '5%', 'wrap-up': 'true', 'max-cost': '1' })).toEqual([]);
  });

  test('and weighted tokens may stand in a policy file', () => {
    const file = policyFile(`version: 1
tasks:
  triage:
    wrap-up: true
    reserve: 10%
    token-weights: { cache-read: 0.25, output: 4 }
    limits: { weighted-tokens: 2m }
`);
    const { wrap } = read({ mode: 'wrap', run: 'x', config: file, task: 'triage' });
    expect(wrap).toMatchObject({
      limits: { maxWeightedTokens: 2_000_000 },
      weights: { input: 1000, cacheRead: 250, cacheWrite: 1250, output: 4000, reasoning: 4000 },
      wrapUp: { reserve: 0.1 },
    });
  });
});

describe('precedence', () => {
  const file = policyFile(`version: 1
defaults: { max-cost: 3 USD, comment: never, on-unreadable: pass, limits: { requests: 30 } }
tasks:
  triage: { max-cost: 2 USD, limits: { requests: 20 } }
  other: {}
`);

  test.each([
    [
      'the input first',
      { mode: 'wrap', run: 'x', config: file, task: 'triage', 'max-cost': '1 USD', 'max-requests': '10' },
      1,
      10,
    ],
    ['then the task', { mode: 'wrap', run: 'x', config: file, task: 'triage' }, 2, 20],
    ['then the defaults of the file', { mode: 'wrap', run: 'x', config: file, task: 'other' }, 3, 30],
    ['then what is built in', { mode: 'wrap', run: 'x' }, undefined, undefined],
  ])('%s', (_what, inputs, dollars, requests) => {
    const { limits } = read(inputs).wrap;
    expect(limits.maxCostNanoUsd).toBe(dollars === undefined ? undefined : dollars * 1_000_000_000);
    expect(limits.maxRequests).toBe(requests);
  });

  test('is decided for each setting on its own', () => {
    const config = read({ mode: 'post', config: file, task: 'triage', 'on-unreadable': 'warn' });
    expect([config.pre.onUnreadable, config.post.comment, config.post.onOutOfRange]).toEqual([
      'warn',
      'never',
      'block',
    ]);
  });

  test('an input of zero is a limit of zero, and does not fall back', () => {
    expect(
      read({ mode: 'wrap', run: 'x', config: file, 'max-cost': '0', 'max-requests': '0' }).wrap.limits,
    ).toEqual({
      maxCostNanoUsd: 0,
      maxRequests: 0,
    });
  });

  test('an expectation knows its line in the file, unless an input set it', () => {
    const path = policyFile(
      'version: 1\ntasks:\n  t:\n    expect:\n      cost: ..1 USD\n      requests: 3..\n',
    );
    const { expect: expected } = read({
      mode: 'post',
      task: 't',
      config: path,
      'expect-requests': '..9',
    }).post;
    expect(expected.get('cost')).toEqual({
      range: { min: undefined, max: 1_000_000_000 },
      position: { file: path, line: 5 },
    });
    expect(expected.get('requests')).toEqual({ range: { min: undefined, max: 9 }, position: undefined });
  });
});

describe('the gateway', () => {
  test.each([
    ['https://llm.example.com', 'https://llm.example.com'],
    ['https://llm.example.com/', 'https://llm.example.com'],
    ['https://llm.example.com/v1', 'https://llm.example.com'],
    ['https://llm.example.com/v1/', 'https://llm.example.com'],
    ['https://llm.example.com/proxy/v1', 'https://llm.example.com/proxy'],
  ])('is reached at %s with or without /v1', (given, expected) => {
    expect(
      read({ mode: 'pre', gateway: 'litellm', 'gateway-key': 'k', 'gateway-url': given }).gateway.url,
    ).toBe(expected);
  });

  test('that has a URL of its own needs none', () => {
    expect(read({ mode: 'pre', gateway: 'openrouter', 'gateway-key': 'k' }).gateway.url).toBe(
      'https://openrouter.ai/api',
    );
  });

  test('may stand in the policy file, with URL and keys from variables', () => {
    const config = policyFile(
      'version: 1\ngateway: { id: litellm, url-env: GW_URL, key-env: GW_KEY, admin-key-env: GW_ADMIN }\n',
    );
    const environment = { GW_URL: 'https://gw.example/v1', GW_KEY: 'sk-call', GW_ADMIN: 'sk-admin' };
    const secrets: string[] = [];
    expect(read({ mode: 'pre', config }, { environment, secrets }).gateway).toMatchObject({
      id: 'litellm',
      url: 'https://gw.example',
      key: 'sk-call',
      adminKey: 'sk-admin',
    });
    expect(secrets).toEqual(expect.arrayContaining(['sk-call', 'sk-admin']));
  });

  test('named by an input wins over the file, and its variable need not be set then', () => {
    const config = policyFile('version: 1\ngateway: { id: litellm, url-env: NOT_SET }\n');
    const inputs = {
      mode: 'pre',
      config,
      gateway: 'openrouter',
      'gateway-url': 'https://other.example',
      'gateway-key': 'k',
    };
    expect(read(inputs).gateway).toMatchObject({ id: 'openrouter', url: 'https://other.example' });
  });

  test('a key is registered as it is used, whatever blanks stand around it', () => {
    const secrets: string[] = [];
    const inputs = { mode: 'pre', gateway: 'openrouter', 'gateway-key': ' sk-call\n' };
    expect(read(inputs, { secrets }).gateway.key).toBe('sk-call');
    expect(secrets).toContain('sk-call');
  });

  test('secrets are registered even when something else is wrong', () => {
    const secrets: string[] = [];
    const inputs = { mode: 'nonsense', 'gateway-key': 'sk-a', 'admin-key': 'sk-b', 'github-token': 'ghs-c' };
    expect(faultsOf(inputs, { secrets })).not.toEqual([]);
    expect(secrets.toSorted()).toEqual(['ghs-c', 'sk-a', 'sk-b']);
  });
});

describe('a variable for a key that is not set', () => {
  const gateway = (more: string) =>
    policyFile(`version: 1\ngateway:\n  id: litellm\n  url: https://gw.example\n${more}`);

  test.each(['wrap', 'pre'])('is a fault of %s with file, line and variable', (mode) => {
    const config = gateway('  key-env: NOPE_KEY\n');
    for (const environment of [{}, { NOPE_KEY: '' }])
      expect(faultsOf({ mode, run: 'x', config }, { environment })).toEqual([
        {
          where: `${config}:5`,
          message: expect.stringContaining('gateway.key-env names the variable NOPE_KEY, which is not set'),
          example: "env: { NOPE_KEY: '${{ secrets.NOPE_KEY }}' }",
        },
      ]);
  });

  test('is none where the input gives the key', () => {
    expect(
      read({ mode: 'wrap', run: 'x', config: gateway('  key-env: NOPE\n'), 'gateway-key': 'k' }).gateway.key,
    ).toBe('k');
  });

  test('of the admin key is a fault where a budget is read with it, not in the step of the agent', () => {
    const config = gateway('  admin-key-env: NOPE_ADMIN\n');
    const inputs = { run: 'x', config, 'gateway-key': 'k' };
    expect(faultsOf({ mode: 'pre', ...inputs })).toMatchObject([
      { where: `${config}:5`, message: expect.stringContaining('NOPE_ADMIN') },
    ]);
    expect(faultsOf({ mode: 'wrap', ...inputs })).toEqual([]);
    expect(faultsOf({ mode: 'post', ...inputs })).toEqual([]);
  });

  test('is none where nothing is asked with it: a budget that stands in the file', () => {
    const config = policyFile(
      'version: 1\ngateway: { id: ledger, key-env: NOPE, budgets: [{ limit: 5 USD, period: day }] }\n',
    );
    expect(faultsOf({ mode: 'pre', config })).toEqual([]);
    expect(faultsOf({ mode: 'wrap', run: 'x', config })).toHaveLength(1);
  });

  test('is a fault where the mapping of a budget takes it', () => {
    const config = policyFile(
      `version: 1\ngateway:\n  id: http\n  key-env: NOPE\n  http: { url: https://x.example, headers: { a: 'Bearer {gateway-key}' }, unit: USD, remaining: /a }\n`,
    );
    expect(faultsOf({ mode: 'pre', config })).toMatchObject([{ where: `${config}:4` }]);
  });
});

describe('other names of a gateway', () => {
  test.each([
    ['an input', { gateway: 'vercel-ai-gateway' }],
    ['the policy file', { config: 'version: 1\ngateway: { id: vercel-ai-gateway }\n' }],
  ])('in %s mean the gateway itself', (_where, { config, ...inputs }: RawInputs) => {
    const file = config === undefined ? {} : { config: policyFile(config) };
    const { gateway } = read({ mode: 'pre', 'gateway-key': 'k', ...inputs, ...file });
    expect(gateway).toMatchObject({ id: 'vercel', url: 'https://vc.example' });
  });

  test('are held to the same needs', () => {
    expect(faultsOf({ mode: 'pre', gateway: 'vercel-ai-gateway' })).toEqual([
      expect.objectContaining({
        where: 'gateway-key',
        message: expect.stringContaining('`vercel` needs a key'),
      }),
    ]);
  });

  test('are exact: nothing is taken for a gateway that is none', () => {
    expect(faultsOf({ mode: 'wrap', run: 'x', gateway: 'vercel-gateway' })).toEqual([
      expect.objectContaining({ where: 'gateway', message: expect.stringContaining('is not a gateway') }),
    ]);
  });
});

describe('what a budget belongs to', () => {
  const copilot: RawInputs = { mode: 'pre', gateway: 'github-copilot', 'admin-key': 'ghp-admin' };

  test.each([
    'organization=octo-org user=octocat',
    'organization=octo-org,user=octocat',
    ' organization=octo-org\nuser=octocat\n',
  ])('stands in `budget-scope`: %j', (text) => {
    expect(read({ ...copilot, 'budget-scope': text }).gateway.scope).toEqual({
      organization: 'octo-org',
      user: 'octocat',
    });
  });

  test('or in the policy file', () => {
    const config = policyFile('version: 1\ndefaults: { budget-scope: { organization: octo-org } }\n');
    expect(read({ ...copilot, config }).gateway.scope).toEqual({ organization: 'octo-org' });
  });

  test('is asked for by name, with an example, where the gateway cannot do without', () => {
    expect(faultsOf({ ...copilot, 'budget-scope': 'user=octocat' })).toEqual([
      {
        where: 'budget-scope',
        message: 'The gateway `github-copilot` needs to know which organization.',
        example: 'organization=octo-org',
      },
    ]);
  });

  test('is not asked for by modes that read no budget', () => {
    expect(faultsOf({ mode: 'wrap', run: 'x', gateway: 'github-copilot' })).toEqual([]);
    expect(faultsOf({ mode: 'post', gateway: 'github-copilot' })).toEqual([]);
  });

  test('has no names but the known ones', () => {
    expect(faultsOf({ ...copilot, 'budget-scope': 'organization=octo-org org=octo-org' })).toEqual([
      {
        where: 'budget-scope',
        message: 'The gateway `github-copilot` knows no `org`.',
        example: 'organization=octo-org user=octocat',
      },
    ]);
    expect(
      faultsOf({ mode: 'pre', gateway: 'openrouter', 'gateway-key': 'k', 'budget-scope': 'team=core' }),
    ).toEqual([
      {
        where: 'budget-scope',
        message: 'The gateway `openrouter` takes no `budget-scope`.',
        example: 'leave it out',
      },
    ]);
  });

  test('and the admin key are missed at once, together with all else', () => {
    const faults = faultsOf({
      mode: 'pre',
      gateway: 'github-copilot',
      'gateway-key': 'k',
      'budget-scope': 'org=octo-org',
      'min-remaining': 'lots',
    });
    expect(faults.map(({ where }) => where).toSorted()).toEqual([
      'admin-key',
      'budget-scope',
      'min-remaining',
    ]);
    for (const { example } of faults) expect(example).not.toBe('');
    expect(faults.find(({ where }) => where === 'admin-key')?.example).toContain('secrets.LLM_ADMIN_KEY');
  });

  test('that does not parse is one fault with an example', () => {
    const [fault, ...more] = faultsOf({ mode: 'wrap', run: 'x', 'budget-scope': 'octo-org' });
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ where: 'budget-scope', example: 'organization=octo-org user=octocat' });
  });
});

describe('rates and contract of the policy file', () => {
  test('belong to the gateway', () => {
    const config = policyFile(
      'version: 1\nrates: { EUR: 1.08 USD }\ncontract: { gateway: litellm, verified-at: 2026-11-20, lag: 30s }\n',
    );
    const { rates, contract } = read({ mode: 'pre', config }).gateway;
    expect(rates).toMatchObject([{ unit: 'currency:EUR', nanoUsdPerUnit: 1_080_000_000 }]);
    expect(contract).toMatchObject({ gateway: 'litellm', verifiedAt: '2026-11-20', lagMs: 30_000 });
  });

  test('are none without such a file', () => {
    expect(read({ mode: 'pre' }).gateway).toMatchObject({ rates: [], contract: undefined, scope: {} });
  });
});

describe('minutes of the runner', () => {
  const HOSTED = { GITHUB_ACTIONS: 'true', RUNNER_OS: 'Linux', RUNNER_ENVIRONMENT: 'github-hosted' };
  const wrap = { mode: 'wrap', run: 'x' };

  test('are not counted unless a price is given', () => {
    expect(read(wrap).wrap.runner.prices).toBeUndefined();
    expect(read({ ...wrap, 'minutes-price': '0' }).wrap.runner.prices).toEqual(new Map([['', 0]]));
  });

  test('may have prices in the policy file, as a map', () => {
    const config = policyFile(
      'version: 1\ndefaults: { minutes-price: { ubuntu-latest: 0.006 USD, self-hosted: 0 } }\n',
    );
    expect(read({ ...wrap, config }).wrap.runner.prices).toEqual(
      new Map([
        ['ubuntu-latest', 6_000_000],
        ['self-hosted', 0],
      ]),
    );
  });

  test('are priced by what the runner says of itself, after the label that was given', () => {
    expect(read(wrap, { environment: HOSTED }).wrap.runner.labels).toEqual(['linux']);
    expect(read({ ...wrap, 'runner-label': 'big-box' }, { environment: HOSTED }).wrap.runner.labels).toEqual([
      'big-box',
      'linux',
    ]);
  });
});

describe('the count of the gateway after the run', () => {
  test.each([
    [{}, 5, 10_000],
    [{ 'max-drift': '12.5%', 'reconcile-wait': '60s' }, 12.5, 60_000],
    [{ 'max-drift': '200', 'reconcile-wait': '0' }, 200, 0],
  ])('with %j may differ by %p %% within %p ms', (inputs, maxDriftPercent, reconcileWaitMs) => {
    expect(read({ mode: 'post', ...inputs }).post).toMatchObject({ maxDriftPercent, reconcileWaitMs });
  });

  test.each([
    ['max-drift', '0', /"0" is not a percentage above zero/, '5%'],
    ['max-drift', 'some', /"some" is not a percentage/, '5%'],
    ['reconcile-wait', '60', /"60" is not a duration/, '60s'],
    ['reconcile-wait', 'forever', /is not a duration/, '60s'],
    ['minutes-price', 'cheap', /"cheap" is not an amount of money/, 'ubuntu-latest=0.006 USD'],
  ])('%s: %p is one fault', (where, text, message, example) => {
    expect(faultsOf({ mode: 'post', [where]: text })).toEqual([
      { where, message: expect.stringMatching(message), example },
    ]);
  });
});

describe('verify', () => {
  const verify: RawInputs = {
    mode: 'verify',
    gateway: 'litellm',
    'gateway-url': 'https://llm.example',
    'gateway-key': 'k',
    'verify-model': 'gpt-5-mini',
  };

  test('has its defaults', () => {
    expect(read(verify).verify).toEqual({
      maxCostNanoUsd: undefined,
      model: 'gpt-5-mini',
      probes: undefined,
      budgetNanoUsd: undefined,
      secondKey: undefined,
      fallbackModel: undefined,
      requestCeiling: undefined,
      label: undefined,
      waitMs: 90_000,
      dir: 'spendgate-verify',
    });
  });

  test('reads all it is told', () => {
    const secrets: string[] = [];
    const told = read(
      {
        ...verify,
        'verify-max-cost': '0.50 USD',
        'verify-probes': 'exhaustion, happy-path',
        'verify-budget': '5 cents',
        'verify-second-key': ' sk-second ',
        'verify-fallback-model': 'gpt-5-nano',
        'verify-request-ceiling': '4k',
        'verify-label': 'ci-agent-test',
        'verify-wait': '0',
        'verify-dir': 'out',
      },
      { secrets },
    ).verify;
    expect(told).toMatchObject({
      maxCostNanoUsd: 500_000_000,
      probes: ['exhaustion', 'happy-path'],
      budgetNanoUsd: 50_000_000,
      secondKey: 'sk-second',
      fallbackModel: 'gpt-5-nano',
      requestCeiling: 4000,
      label: 'ci-agent-test',
      waitMs: 0,
      dir: 'out',
    });
    expect(secrets).toContain('sk-second');
  });

  test('misses all at once, each with an example', () => {
    const faults = faultsOf({ mode: 'verify', 'verify-probes': 'happy-paht', 'verify-max-cost': 'little' });
    expect(faults.map(({ where }) => where).toSorted()).toEqual([
      'gateway',
      'gateway-key',
      'verify-max-cost',
      'verify-model',
      'verify-probes',
    ]);
    for (const { example } of faults) expect(example).not.toBe('');
    expect(faults.find(({ where }) => where === 'verify-probes')?.message).toContain('happy-path, ');
  });

  test('needs a URL where the gateway has none of its own', () => {
    const { 'gateway-url': _url, ...without } = verify;
    expect(faultsOf(without).map(({ where }) => where)).toEqual(['gateway-url']);
    expect(faultsOf({ ...without, gateway: 'openrouter' })).toEqual([]);
  });

  test('settings cannot stand in the policy file: each costs money', () => {
    const config = policyFile('version: 1\ndefaults: { verify-max-cost: 5 USD }\n');
    expect(faultsOf({ ...verify, config })).toEqual([
      expect.objectContaining({ where: `${config}:2`, message: expect.stringContaining('is not a key') }),
    ]);
  });

  test('a second key cannot stand in the policy file', () => {
    const config = policyFile('version: 1\ndefaults: { verify-second-key: sk-1 }\n');
    const faults = faultsOf({ ...verify, config });
    expect(faults).toEqual([expect.objectContaining({ message: expect.stringContaining('is a secret') })]);
    expect(JSON.stringify(faults)).not.toContain('sk-1');
  });
});

describe('upstreams', () => {
  test('are lines of dialect and URL', () => {
    const upstream =
      'anthropic-messages=https://api.anthropic.com/\n\n openai-chat = https://api.openai.com/v1\n';
    expect(read({ mode: 'wrap', run: 'x', upstream }).wrap.upstream).toEqual(
      new Map([
        ['anthropic-messages', 'https://api.anthropic.com'],
        ['openai-chat', 'https://api.openai.com'],
      ]),
    );
  });

  test.each(['anthropic=https://a.example', 'openai-chat', 'openai-chat=not a url'])(
    '%p is refused',
    (upstream) => {
      expect(faultsOf({ mode: 'wrap', run: 'x', upstream })).toEqual([
        expect.objectContaining({
          where: 'upstream',
          message: expect.stringContaining('anthropic-messages, openai-chat'),
        }),
      ]);
    },
  );
});

describe('one bad input gives one clear fault', () => {
  test.each<[string, RawInputs, Partial<Record<keyof Fault, string>>]>([
    ['no mode', {}, { where: 'mode', message: 'No mode is given', example: 'pre' }],
    [
      'an unknown mode',
      { mode: 'warp' },
      { where: 'mode', message: 'the nearest one is `wrap`', example: 'pre' },
    ],
    [
      'an unknown gateway',
      { mode: 'wrap', run: 'x', gateway: 'litelm' },
      { where: 'gateway', message: 'the nearest one is `litellm`', example: 'litellm' },
    ],
    [
      'an unknown agent',
      { mode: 'wrap', run: 'x', agent: 'claude' },
      { where: 'agent', message: 'the nearest one is `', example: 'c' },
    ],
    [
      'a quantity that does not parse',
      { mode: 'pre', 'min-remaining': 'five', gateway: 'openrouter', 'gateway-key': 'k' },
      { where: 'min-remaining', message: '"five" is not a quantity', example: '5 USD' },
    ],
    [
      'a limit that does not parse',
      { mode: 'wrap', run: 'x', 'max-requests': '5x' },
      { where: 'max-requests', message: '"5x" is not a whole number', example: '60' },
    ],
    [
      'a range that does not parse',
      { mode: 'post', 'expect-cost': 'cheap' },
      { where: 'expect-cost', message: '"cheap" is not a range', example: '0.05..0.50 USD' },
    ],
    [
      'a negative range',
      { mode: 'post', 'expect-input-tokens': '-5..10' },
      { where: 'expect-input-tokens', message: 'negative', example: '5k..50k' },
    ],
    [
      'a reversed range',
      { mode: 'post', 'expect-input-tokens': '10..5' },
      { where: 'expect-input-tokens', message: 'reversed', example: '5k..50k' },
    ],
    [
      'a reversed range of costs',
      { mode: 'post', 'expect-cost': '2..1 USD' },
      { where: 'expect-cost', message: 'reversed', example: '0.05..0.50 USD' },
    ],
    [
      'a URL without a scheme',
      { mode: 'wrap', run: 'x', 'gateway-url': 'llm.example.com' },
      { where: 'gateway-url', message: 'not an http or https URL', example: 'https://llm.example.com' },
    ],
    [
      'a missing key',
      { mode: 'pre', gateway: 'openrouter' },
      { where: 'gateway-key', message: '`openrouter` needs a key', example: 'secrets.LLM_KEY' },
    ],
    [
      'a missing URL',
      { mode: 'pre', gateway: 'litellm', 'gateway-key': 'k' },
      { where: 'gateway-url', message: '`litellm` needs its base URL', example: 'https://llm.example.com' },
    ],
    [
      'missing budgets',
      { mode: 'pre', gateway: 'ledger' },
      {
        where: 'config',
        message: '`gateway.budgets`',
        example: 'budgets: [{ limit: 50 USD, period: month }]',
      },
    ],
    [
      'a missing mapping',
      { mode: 'pre', gateway: 'http' },
      { where: 'config', message: '`gateway.http`', example: 'http: {' },
    ],
    [
      'a minimum and nobody to ask',
      { mode: 'pre', 'min-remaining': '5 USD' },
      { where: 'gateway', message: 'no gateway to ask', example: 'litellm' },
    ],
    [
      'an empty command',
      { mode: 'wrap', run: '  ' },
      { where: 'run', message: 'command is empty', example: 'claude -p' },
    ],
    [
      'a command beside the background',
      { mode: 'wrap', background: 'true', run: 'claude -p hi' },
      { where: 'run', message: 'starts no command', example: 'a step of its own' },
    ],
    [
      'a way to the meter that leads elsewhere',
      { mode: 'post', 'meter-control': '{"controlUrl":"http://evil.test","secret":"s","ledger":"l"}' },
      { where: 'meter-control', message: 'is not the output', example: 'steps.meter.outputs' },
    ],
    [
      'a way to the meter of another task',
      {
        mode: 'post',
        task: 'check',
        'meter-control': renderMeterHandle({
          controlUrl: 'http://127.0.0.1:4712',
          secret: 's'.repeat(40),
          task: 'draft',
          ledger: '/job/draft.ndjson',
          policy: 'P none',
        }),
      },
      {
        where: 'meter-control',
        message: 'of the task "draft", and this step is of the task "check"',
        example: 'steps.meter.outputs',
      },
    ],
    ['no command', { mode: 'wrap' }, { where: 'run', message: 'command is empty', example: 'claude -p' }],
    [
      'a gateway without an address, whose key would go elsewhere',
      { mode: 'wrap', run: 'claude -p hi', gateway: 'litellm', 'gateway-key': 'k', 'gateway-url': '' },
      { where: 'gateway-url', message: 'would go to the providers', example: 'https://llm.example.com' },
    ],
    [
      'telemetry of an agent that is not started here',
      { mode: 'wrap', background: 'true', 'agent-telemetry': 'true' },
      { where: 'agent-telemetry', message: 'starts no agent', example: 'false' },
    ],
    [
      'a policy file that does not exist',
      { mode: 'pre', config: join(dir, 'absent.yml') },
      { where: 'config', message: 'absent.yml does not exist', example: '.github/spendgate.yml' },
    ],
  ])('%s', (_what, inputs, { where, message = '', example = '' }) => {
    const faults = faultsOf(inputs);
    expect(faults).toEqual([
      { where, message: expect.stringContaining(message), example: expect.stringContaining(example) },
    ]);
  });

  test.each<[string, string, string, string]>([
    ['an unknown key', 'version: 1\ndefaults:\n  max-cots: 5\n', ':3', 'the nearest one is `max-cost`'],
    ['a secret', 'version: 1\ntasks:\n  t:\n    gateway-key: sk-1\n', ':4', '`gateway-key` is a secret'],
    ['text that is not YAML', 'version: 1\ntasks: [\n', ':', 'This is not YAML'],
    [
      'a limit that does not parse',
      'version: 1\ndefaults:\n  max-cost: lots\n',
      ':3',
      '"lots" is not an amount of money',
    ],
  ])('%s in the policy file', (_what, text, line, message) => {
    const config = policyFile(text);
    const faults = faultsOf({ mode: 'pre', config });
    expect(faults).toHaveLength(1);
    expect(faults[0]?.where).toContain(`${config}${line}`);
    expect(faults[0]?.message).toContain(message);
    expect(faults[0]?.example).not.toBe('');
  });

  test('a folder in the place of the policy file is told as a fault of `config`', () => {
    expect(faultsOf({ mode: 'pre', config: dir })).toEqual([
      expect.objectContaining({ where: 'config', message: expect.stringContaining(dir) }),
    ]);
  });

  test.each([{}, { GW_URL: '' }])('a variable for the URL that is not set is named: %j', (environment) => {
    const config = policyFile('version: 1\ngateway: { id: litellm, url-env: GW_URL }\n');
    const faults = faultsOf({ mode: 'wrap', run: 'x', config }, { environment });
    expect(faults).toEqual([
      {
        where: expect.stringContaining(config),
        message: expect.stringContaining('gateway.url-env names the variable GW_URL'),
        example: expect.stringContaining('GW_URL'),
      },
    ]);
  });

  test('a variable for the URL that holds no URL is a fault', () => {
    const config = policyFile('version: 1\ngateway: { id: litellm, url-env: GW_URL }\n');
    expect(faultsOf({ mode: 'wrap', run: 'x', config }, { environment: { GW_URL: 'nowhere' } })).toHaveLength(
      1,
    );
  });

  test('an unknown gateway in the policy file names the nearest', () => {
    const config = policyFile('version: 1\ngateway: { id: openruter }\n');
    expect(faultsOf({ mode: 'wrap', run: 'x', config })).toEqual([
      expect.objectContaining({
        where: `${config}:2`,
        example: 'id: openrouter',
        message: expect.stringContaining('openrouter'),
      }),
    ]);
  });

  test('on the command line the command may stand behind --', () => {
    expect(read({ mode: 'wrap' }, { hasCommand: true }).wrap.run).toBe('');
    expect(read({ mode: 'wrap', background: 'true' }).wrap.background).toBe(true);
    expect(faultsOf({ mode: 'wrap', background: 'true' }, { hasCommand: true })).toHaveLength(1);
  });
});

describe('all faults of one run', () => {
  test('come at once', () => {
    const config = policyFile('version: 1\ngateway: { url-env: NOT_SET }\ndefaults: { timeout: 20m }\n');
    const faults = faultsOf({
      mode: 'wrap',
      config,
      gateway: 'litelm',
      agent: 'claud',
      'max-cost': 'lots',
      'max-requests': '5x',
      'expect-cost': '2..1',
      'on-unpriced': 'maybe',
      observe: 'perhaps',
    });
    const names = [
      'agent',
      'expect-cost',
      'gateway',
      'max-cost',
      'max-requests',
      'observe',
      'on-unpriced',
      'run',
    ];
    expect(faults.map(({ where }) => where).toSorted()).toEqual([expect.stringContaining(config), ...names]);
  });

  test('include those of inputs and those of the policy file', () => {
    const config = policyFile('version: 1\ndefaults:\n  max-cots: 5\n  timeout: soon\n');
    const faults = faultsOf({ mode: 'warp', config, 'max-requests': '5x' });
    expect(faults.map(({ where }) => where)).toEqual(
      expect.arrayContaining([`${config}:3`, `${config}:4`, 'mode', 'max-requests']),
    );
  });

  test('come in one round and in the order of their lines, whatever kind they are of', () => {
    const config = policyFile(`version: 1
gateway: { id: openruter }
tasks:
  triage: { limits: { csot: 5 } }
  broken: 5
overrides:
  - { task: triaje, by: a, reason: b, max-cost: 1 USD }
  - { task: broken, by: a, reason: b, until: 2020-01-01, max-cost: 1 USD }
defaults: { timeout: soon }
`);
    const faults = faultsOf({ mode: 'pre', config, task: 'broken', 'max-requests': '5x' });
    expect(faults.map(({ where }) => where.replace(config, ''))).toEqual([
      'max-requests',
      ':2',
      ':4',
      ':5',
      ':7',
      ':7',
      ':9',
    ]);
    expect(faults.map(({ message }) => message).join('\n')).toMatch(/openruter.*csot.*broken.*triaje/s);
  });

  test('blame no task for what stands in a file that could not be read', () => {
    const sha = '0'.repeat(40);
    const config = policyFile(
      `version: 1\nextends: acme/platform/x.yml@${sha}\ntasks: { own: {} }\ndefaults: { timeout: soon }\n`,
    );
    expect(faultsOf({ mode: 'pre', config, task: 'theirs' })).toMatchObject([{ where: `${config}:4` }]);
  });

  test('are told once each', () => {
    expect(faultsOf({ mode: 'pre', observe: 'perhaps' })).toHaveLength(1);
  });

  test('hold no fault that only follows from another one', () => {
    const config = policyFile(
      'version: 1\ngateway: { id: openrouter, key-env: GW_KEY }\ndefaults: { max-cots: 5 }\n',
    );
    const faults = faultsOf(
      { mode: 'pre', config, 'min-remaining': '5 USD' },
      { environment: { GW_KEY: 'k' } },
    );
    expect(faults.map(({ where }) => where)).toEqual([`${config}:3`]);
  });

  test('name a task that the policy file does not have, for it would run without any limit', () => {
    const config = policyFile('version: 1\ntasks: { triage: { max-cost: 2 USD } }\n');
    expect(faultsOf({ mode: 'wrap', run: 'x', config, task: 'traige' })).toEqual([
      expect.objectContaining({ where: 'task', example: 'triage' }),
    ]);
    expect(faultsOf({ mode: 'wrap', run: 'x', config })).toEqual([]);
  });

  test('never repeat a secret', () => {
    const inputs = { mode: 'x', 'gateway-key': 'sk-very-secret', gateway: 'y', run: '' };
    expect(JSON.stringify(faultsOf(inputs))).not.toContain('sk-very-secret');
  });
});

describe('the gateway of a contract', () => {
  const contract = (gateway: string) => ({
    mode: 'pre',
    config: `version: 1\ncontract: { gateway: ${gateway}, verified-at: 2026-11-20 }\n`,
  });
  const written = (gateway: string) => ({
    ...contract(gateway),
    config: policyFile(contract(gateway).config),
  });

  test('is known by each of its names', () => {
    for (const name of ['vercel', 'vercel-ai-gateway'])
      expect(read(written(name)).gateway.contract).toMatchObject({ gateway: 'vercel' });
  });

  test('that nobody knows is a fault, since its contract would never be kept', () => {
    const faults = faultsOf(written('litelm'));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toMatch(/"litelm" is not a gateway; the nearest one is `litellm`/);
  });
});

test.each(['organization=a organization=b', 'user=a,organization=b,user=a'])(
  'a name that is given twice is a fault: %s',
  (scope) => {
    const faults = faultsOf({
      mode: 'pre',
      gateway: 'github-copilot',
      'admin-key': 'k',
      'budget-scope': scope,
    });
    expect(faults.map(({ where, message }) => [where, /given twice/.test(message)])).toEqual([
      ['budget-scope', true],
    ]);
  },
);

test('a second key that is the first one is a fault', () => {
  const faults = faultsOf({
    mode: 'verify',
    gateway: 'litellm',
    'gateway-url': 'https://llm.example.test',
    'gateway-key': 'sk-one',
    'verify-model': 'm',
    'verify-second-key': 'sk-one',
  });
  expect(faults.filter(({ where }) => where === 'verify-second-key')).toHaveLength(1);
});

describe('gate-store', () => {
  const inRepository = { environment: { GITHUB_REPOSITORY: 'acme/app' } };

  test('is the cache by default, and needs nothing', () => {
    expect(read({ mode: 'gate' }).gate.store).toBe('cache');
  });

  test.each(['issue', 'both'] as const)('%s takes a token and a repository', (store) => {
    const inputs = { mode: 'gate', 'gate-store': store };
    expect(read({ ...inputs, 'github-token': 't' }, inRepository).gate.store).toBe(store);
    const faults = faultsOf(inputs);
    expect(faults.map(({ where }) => where)).toEqual(['github-token', 'gate-store']);
    expect(faults[0]?.message).toContain('`issues: write`');
    expect(faults[1]).toMatchObject({ example: 'GITHUB_REPOSITORY=octo-org/app' });
  });

  test('is nothing to a step without a gate', () => {
    expect(
      read({ mode: 'wrap', run: 'true', 'gate-store': 'issue', upstream: 'https://a.example' }).mode,
    ).toBe('wrap');
  });

  test('may stand in the policy file', () => {
    const config = policyFile('version: 1\ndefaults: { gate-store: both, reruns-per-commit: 2 }\n');
    const { gate, pre } = read({ mode: 'pre', config, 'github-token': 't' }, inRepository);
    expect([gate.store, pre.rerunsPerCommit]).toEqual(['both', 2]);
  });
});

describe('reruns-per-commit', () => {
  test.each([
    ['0', 0],
    [' 12 ', 12],
  ])('%p is %p', (text, expected) => {
    expect(read({ mode: 'pre', 'reruns-per-commit': text }).pre.rerunsPerCommit).toBe(expected);
  });

  test.each(['-1', '1.5', 'once', '5x', '99999'])('%p is a fault, and never no limit', (text) => {
    expect(faultsOf({ mode: 'pre', 'reruns-per-commit': text })[0]).toMatchObject({
      where: 'reruns-per-commit',
      message: expect.stringContaining('whole number'),
    });
  });
});
