/** The defaults of an organisation: how a reference is written, what holds, and what stops the run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Config, type RawInputs, readConfig } from '../../src/config/config.js';
import type { ExtendedFile } from '../../src/config/extended-file.js';
import { parseExtends } from '../../src/config/extends.js';
import { type Fault, InputFaults } from '../../src/core/errors.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-extends-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const NOW = new Date('2026-11-26T12:00:00Z');
const SHA = '0123456789abcdef0123456789abcdef01234567';
const REFERENCE = `acme/platform/.github/spendgate-defaults.yml@${SHA}`;
const SHOWN = 'acme/platform@0123456789ab:.github/spendgate-defaults.yml';
const gateway = { requires: [], defaultUrl: undefined };
const catalogue = {
  gateways: [
    { ...gateway, id: 'litellm' },
    { ...gateway, id: 'openrouter' },
  ],
  agents: [],
  dialects: [],
};

let files = 0;
function read(own: string, extended: ExtendedFile | undefined, inputs: RawInputs = {}): Config {
  const config = join(dir, `policy-${++files}.yml`);
  writeFileSync(config, own);
  return readConfig({
    inputs: { mode: 'post', task: 'triage', config, ...inputs },
    environment: { HOME: dir },
    catalogue,
    onSecret: () => undefined,
    extended,
    now: NOW,
  });
}
function faultsOf(own: string, extended: ExtendedFile | undefined): readonly Fault[] {
  try {
    read(own, extended);
  } catch (error) {
    if (error instanceof InputFaults) return error.faults;
    throw error;
  }
  return [];
}
const own = (rest = '') => `version: 1\nextends: ${REFERENCE}\n${rest}`;
const file = (text: string): ExtendedFile => ({ reference: REFERENCE, text });

describe('a reference', () => {
  test('is a repository, a path and a commit', () => {
    expect(parseExtends(REFERENCE)).toEqual({
      repository: 'acme/platform',
      path: '.github/spendgate-defaults.yml',
      sha: SHA,
    });
  });

  test.each([
    [`acme/platform/a.yml@main`, /"main" is not a full commit SHA.*can be moved/],
    [`acme/platform/a.yml@v1`, /can be moved/],
    [`acme/platform/a.yml@${SHA.slice(0, 12)}`, /full commit SHA/],
    [`acme/platform/a.yml@${SHA}0`, /full commit SHA/],
    [`acme/platform/a.yml`, /owner\/repository\/path@commit/],
    [`acme/platform@${SHA}`, /owner\/repository\/path@commit/],
    [`acme/platform/../secret/a.yml@${SHA}`, /owner\/repository\/path@commit/],
    [`acme/platform//a.yml@${SHA}`, /owner\/repository\/path@commit/],
    [`https://github.com/acme/platform/a.yml@${SHA}`, /owner\/repository\/path@commit/],
  ])('%s is none', (text, message) => {
    expect(() => parseExtends(text)).toThrow(message);
    expect(faultsOf(`version: 1\nextends: ${text}\n`, undefined)).toMatchObject([
      { where: expect.stringMatching(/:2$/), message: expect.stringMatching(message) },
    ]);
  });
});

describe('what holds', () => {
  const extended = file(`version: 1
gateway: { id: litellm, url: https://llm.acme.example }
rates: { EUR: 1.08 USD, CNY: 0.14 USD }
contract: { gateway: litellm, verified-at: 2026-11-22, enforcement: hard }
defaults: { team: platform, on-unpriced: block, max-requests: 90, on-fallback: stop }
tasks:
  triage: { limits: { cost: 1 USD, requests: 50, retries: 5 }, expect: { cost: ..1 USD } }
  nightly: { limits: { cost: 9 USD } }
`);

  test('is, in this order: task and defaults of the own file, then task and defaults of the other', () => {
    const policy = own(
      'defaults: { max-retries: 7, on-fallback: pass }\ntasks: { triage: { limits: { cost: 2 USD } } }\n',
    );
    const { team, wrap } = read(policy, extended);
    expect(wrap.limits).toEqual({ maxCostNanoUsd: 2e9, maxRetries: 7, maxRequests: 50 });
    expect([team, wrap.onUnpriced, wrap.onFallback]).toEqual(['platform', 'block', 'pass']);
  });

  test('knows where it stands', () => {
    expect(read(own(), extended).post.expect.get('cost')?.position).toEqual({
      file: '.github/spendgate-defaults.yml',
      line: 7,
      repository: `acme/platform@${SHA}`,
    });
  });

  test('knows the tasks of either file', () => {
    expect(
      read(own('tasks: { triage: {} }\n'), extended, { task: 'nightly' }).wrap.limits.maxCostNanoUsd,
    ).toBe(9e9);
  });

  test('takes the blocks of the gateway and the contract whole, and rates by their unit', () => {
    const alone = read(own(), extended).gateway;
    expect([alone.id, alone.url, alone.contract?.enforcement]).toEqual([
      'litellm',
      'https://llm.acme.example',
      'hard',
    ]);
    const other = read(own('gateway: { id: openrouter }\nrates: { EUR: 1.2 USD }\n'), extended).gateway;
    expect([other.id, other.url]).toEqual(['openrouter', undefined]);
    expect(other.rates.map(({ unit, nanoUsdPerUnit }) => [unit, nanoUsdPerUnit])).toEqual([
      ['currency:EUR', 1.2e9],
      ['currency:CNY', 0.14e9],
    ]);
  });

  test('may be overridden by the own file', () => {
    const policy = own(
      'overrides: [{ task: nightly, by: a, reason: b, until: 2026-12-01, max-cost: 20 USD }]\n',
    );
    expect(read(policy, extended, { task: 'nightly' }).overrides.active[0]?.record.changes).toEqual([
      { setting: 'max-cost', before: '9 USD', after: '20 USD' },
    ]);
  });
});

describe('what stops the run', () => {
  test.each([
    ['nothing was read', undefined, /was not read, so the limits in it are not known/],
    [
      'another file was read',
      { reference: REFERENCE.replace('0123', '9999'), text: 'version: 1' },
      /was not read/,
    ],
    [
      'it could not be read',
      { reference: REFERENCE, reason: 'GitHub answered 404.', hint: 'permissions' },
      /could not be read, so the limits in it are not known: GitHub answered 404/,
    ],
  ])('%s', (_name, extended, message) => {
    const [fault, ...more] = faultsOf(own(), extended);
    expect(more).toEqual([]);
    expect(fault?.where).toMatch(/:2$/);
    expect(fault?.message).toMatch(message);
  });

  test.each([
    ['it is not YAML', 'version: [1', `${SHOWN}:1`, /not YAML/],
    ['it has a key that is none', 'version: 1\ntask: {}\n', `${SHOWN}:2`, /nearest one is `tasks`/],
    ['a limit in it does not parse', 'version: 1\ndefaults:\n  max-cost: much\n', `${SHOWN}:3`, /"much"/],
    [
      'it extends a further file',
      `version: 1\nextends: ${REFERENCE}\n`,
      `${SHOWN}:2`,
      /extends no further file/,
    ],
    [
      'it holds an override',
      'version: 1\noverrides: [{ task: triage, by: a, reason: b, until: 2026-11-27, max-cost: 1 }]\n',
      `${SHOWN}:2`,
      /holds no overrides/,
    ],
    ['it is empty', '', `${SHOWN}:1`, /the file/],
  ])('%s', (_name, text, where, message) => {
    const faults = faultsOf(own(), file(text));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.where).toBe(where);
    expect(faults[0]?.message).toMatch(message);
  });
});
