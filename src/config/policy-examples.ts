/** A right example for each place of a policy file, so that a fault can show what would be right just there. */
import { exampleEnd } from '../core/override.js';
import { EXTENDS_EXAMPLE } from './extends.js';
import { INPUT_NAMES, inputSpec } from './inputs.js';
import { EXPECT_KEYS, LIMIT_KEYS } from './policy-schema.js';

/** Where an override by `workflow_dispatch` stands among the known keys. */
export const DISPATCH = 'override';
export const BUDGET_EXAMPLE = '{ limit: 50 USD, period: month }';

export function dispatchExample(now: Date): string {
  return `{ max-cost: 10 USD, until: ${exampleEnd(now)}, reason: The migration }`;
}

const BLOCKS: Readonly<Record<string, string>> = {
  version: 'version: 1',
  gateway: 'gateway: { id: litellm, url-env: LLM_GATEWAY_URL }',
  rates: 'rates: { EUR: 1.08 USD }',
  contract: 'contract: { gateway: litellm, verified-at: 2026-11-22, enforcement: hard, lag: 15s }',
  defaults: 'defaults: { min-remaining: 5 USD }',
  tasks: 'tasks: { triage: { limits: { cost: 2 USD } } }',
  extends: EXTENDS_EXAMPLE,
};

/** Keys of the blocks that hold no settings, and what may stand behind them. */
const VALUES: readonly (readonly [at: RegExp, values: Readonly<Record<string, string>>])[] = [
  [
    /^gateway$/,
    {
      id: 'litellm',
      url: 'https://llm.example.com',
      'url-env': 'LLM_GATEWAY_URL',
      'key-env': 'LLM_KEY',
      'budget-url': 'https://query.cometapi.com',
      'admin-key-env': 'LLM_ADMIN_KEY',
      budgets: `[${BUDGET_EXAMPLE}]`,
      http: '{ url: https://llm.example.com/usage/me, unit: USD, remaining: /data/remaining }',
    },
  ],
  [
    /^gateway\/http$/,
    {
      url: 'https://llm.example.com/usage/me',
      headers: "{ authorization: 'Bearer {gateway-key}' }",
      unit: 'USD',
      limit: '/data/limit',
      used: '/data/used',
      remaining: '/data/remaining',
      'resets-at': '/data/resets-at',
    },
  ],
  [
    /^contract$/,
    {
      gateway: 'litellm',
      'gateway-version': "'1.80.0'",
      'verified-at': '2026-11-22',
      exhaustion: '{ status: 429, code: budget_exceeded }',
      enforcement: 'hard',
      'overshoot-percent': '5',
      lag: '15s',
      'request-ceiling': 'rejects',
      keys: 'separate',
      fallback: 'capped',
    },
  ],
  [/^contract\/exhaustion$/, { status: '429', code: 'budget_exceeded', 'looks-like': 'rate-limited' }],
  [
    /^(?:defaults|tasks\/[^/]+|overrides\/\d+|override)$/,
    { limits: '{ cost: 2 USD }', expect: '{ cost: ..0.50 USD }' },
  ],
  [/^(?:overrides\/\d+|override)$/, { task: 'triage', by: 'alice', reason: 'The migration' }],
  [/\/limits$/, examplesOf(LIMIT_KEYS)],
  [/\/expect$/, examplesOf(EXPECT_KEYS)],
  [
    /^(?:defaults|tasks\/[^/]+|overrides\/\d+|override)$/,
    Object.fromEntries(INPUT_NAMES.map((name) => [name, inputSpec(name).example])),
  ],
];

function examplesOf(keys: typeof LIMIT_KEYS | typeof EXPECT_KEYS): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(keys).map(([key, name]) => [key, inputSpec(name).example]));
}

/** `a/b` of a path, in which a slash of a name is none. */
export function placeName(path: readonly PropertyKey[]): string {
  return path.map((part) => String(part).replaceAll('/', ':')).join('/');
}

export function exampleAt(path: readonly PropertyKey[], now: Date): string {
  const block = placeName(path.slice(0, -1));
  const key = String(path.at(-1) ?? 'version');
  if (/^gateway\/budgets\b/.test(placeName(path))) return BUDGET_EXAMPLE;
  if (key === 'until') return `until: ${exampleEnd(now)}`;
  for (const [at, values] of VALUES)
    if (at.test(block) && Object.hasOwn(values, key)) return `${key}: ${values[key]}`;
  const top = String(path[0] ?? 'version');
  if (top === DISPATCH) return dispatchExample(now);
  if (top === 'overrides')
    return `overrides: [{ task: triage, by: alice, reason: The migration, until: ${exampleEnd(now)}, limits: { cost: 10 USD } }]`;
  return BLOCKS[top] ?? 'version: 1';
}
