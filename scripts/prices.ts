/**
 * Reduces LiteLLM's price table to what the meter needs, and writes `src/data/prices.json`.
 *
 *   npm run prices -- <model_prices_and_context_window.json> --version 1.109.1 --commit <sha | unknown> --sha256 <of the archive> --date 2026-11-22
 *
 * Prices are integers: nano-USD per million tokens. A row without an input or output price is left out,
 * because a missing price means "unknown", never "free".
 * @see https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json (MIT)
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const TARGET = new URL('../src/data/prices.json', import.meta.url);
const MODES = new Set(['chat', 'responses', 'completion']);
const FIELDS = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  cacheRead: 'cache_read_input_token_cost',
  cacheWrite: 'cache_creation_input_token_cost',
  cacheWrite1h: 'cache_creation_input_token_cost_above_1hr',
} as const;

type Row = Record<string, unknown>;

const perMillion = (usdPerToken: unknown): number | undefined =>
  typeof usdPerToken === 'number' && usdPerToken >= 0 ? Math.round(usdPerToken * 1e15) : undefined;

/** The five prices of one tier; `suffix` is '' for the base tier, `_above_200k_tokens` and the like for the others. */
function readTier(row: Row, suffix: string): Record<string, number> {
  const prices: Record<string, number> = {};
  for (const [name, field] of Object.entries(FIELDS)) {
    const price = perMillion(row[`${field}${suffix}`]);
    if (price !== undefined) prices[name] = price;
  }
  return prices;
}

function readTiers(row: Row): Record<string, number>[] {
  const thresholds = new Set<number>();
  for (const key of Object.keys(row)) {
    const threshold = /^(?:input|output)_cost_per_token_above_(\d+)k_tokens$/.exec(key)?.[1];
    if (threshold) thresholds.add(Number(threshold));
  }
  return [...thresholds]
    .sort((a, b) => a - b)
    .map((thousands) => ({ above: thousands * 1000, ...readTier(row, `_above_${thousands}k_tokens`) }));
}

function sizesOf(row: Row): Record<string, number> {
  const { max_input_tokens: maxInput, max_output_tokens: maxOutput } = row;
  return {
    // No model takes nothing: a row with a zero was not filled in.
    ...(typeof maxInput === 'number' && maxInput > 0 ? { maxInput } : {}),
    ...(typeof maxOutput === 'number' ? { maxOutput } : {}),
  };
}

function reduceRow(row: Row): Row | undefined {
  const base = readTier(row, '');
  if (base['input'] === undefined || base['output'] === undefined || !MODES.has(String(row['mode'])))
    return undefined;
  const tiers = readTiers(row);
  return { ...base, ...sizesOf(row), ...(tiers.length > 0 ? { tiers } : {}) };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'string' },
    commit: { type: 'string' },
    sha256: { type: 'string' },
    date: { type: 'string' },
  },
});
const table = JSON.parse(readFileSync(positionals[0] ?? '', 'utf8')) as Record<string, Row>;
const models = Object.entries(table)
  .filter(([id]) => id !== 'sample_spec')
  .map(([id, row]) => [id, reduceRow(row)] as const)
  .filter(([, row]) => row !== undefined)
  .sort(([a], [b]) => (a < b ? -1 : 1));
const source = {
  table: 'BerriAI/litellm model_prices_and_context_window.json',
  version: values.version ?? 'unknown',
  commit: values.commit ?? 'unknown',
  sha256: values.sha256 ?? 'unknown',
  date: values.date ?? 'unknown',
  license: 'MIT, Copyright (c) 2023 Berri AI',
  unit: 'nano-USD per million tokens',
};
const lines = models.map(([id, row]) => `    ${JSON.stringify(id)}: ${JSON.stringify(row)}`);
writeFileSync(
  TARGET,
  `{\n  "source": ${JSON.stringify(source)},\n  "models": {\n${lines.join(',\n')}\n  }\n}\n`,
);
console.log(`${models.length} of ${Object.keys(table).length} models priced`);
