/**
 * Reduces LiteLLM's price table to what the meter needs, and writes `src/data/prices.json`.
 *
 *   npm run prices -- <model_prices_and_context_window.json> --version 1.109.1 --commit <sha | unknown> --sha256 <of the archive> --date 2026-11-22
 *
 * Prices are integers: nano-USD per million tokens. A row without an input or output price is left out, and so is one that
 * was filled in with zeros, because a missing price means "unknown", never "free".
 * @see https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json (MIT)
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const TARGET = new URL('../src/data/prices.json', import.meta.url);
const MODES = new Set(['chat', 'responses', 'completion']);
/** OpenAI's long cache lives for twelve hours. */
const FIELDS = {
  input: ['input_cost_per_token'],
  output: ['output_cost_per_token'],
  cacheRead: ['cache_read_input_token_cost'],
  cacheWrite: ['cache_creation_input_token_cost'],
  cacheWrite1h: ['cache_creation_input_token_cost_above_1hr', 'cache_creation_input_token_cost_above_12hr'],
} as const;
/** What costs nothing there: it runs on one's own machine, or says so itself. */
const FREE = /^(?:ollama|lemonade)\/(?!.*cloud$)|-free$|\/glm-4\.[57]-flash$/;
/** Twice the input, as every row has it that tells. */
const CLAUDE_1H = { of: /claude/, times: 2 };

type Row = Record<string, unknown>;

const perMillion = (usdPerToken: unknown): number | undefined =>
  typeof usdPerToken === 'number' && usdPerToken >= 0 ? Math.round(usdPerToken * 1e15) : undefined;

/** The five prices of one tier; `suffix` is '' for the base tier, `_above_200k_tokens` and the like for the others. */
function readTier(row: Row, suffix: string): Record<string, number> {
  const prices: Record<string, number> = {};
  for (const [name, fields] of Object.entries(FIELDS)) {
    const price = fields
      .map((field) => perMillion(row[`${field}${suffix}`]))
      .find((found) => found !== undefined);
    if (price !== undefined) prices[name] = price;
  }
  return prices;
}

/** Some rows hold a list in place of fields with suffixes; its first tier is the base. */
function listedTiers(row: Row): Row[] {
  const listed = row['tiered_pricing'];
  const tiers = Array.isArray(listed) ? (listed as Row[]) : [];
  return tiers.filter(({ range }) => Array.isArray(range) && typeof range[0] === 'number');
}

function readTiers(row: Row): Record<string, number>[] {
  const [, ...listed] = listedTiers(row);
  if (listed.length > 0)
    return listed.map((tier) => ({ above: (tier['range'] as number[])[0] ?? 0, ...readTier(tier, '') }));
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

function reduceRow(id: string, row: Row): Row | undefined {
  const base = { ...readTier(listedTiers(row)[0] ?? {}, ''), ...readTier(row, '') };
  const { input, output } = base;
  if (input === undefined || output === undefined || !MODES.has(String(row['mode']))) return undefined;
  if (output === 0 && !FREE.test(id)) return undefined;
  const tiers = readTiers(row).map((tier) => withLongWrite(id, tier));
  return { ...withLongWrite(id, base), ...sizesOf(row), ...(tiers.length > 0 ? { tiers } : {}) };
}

function withLongWrite(id: string, prices: Record<string, number>): Record<string, number> {
  const { input, cacheWrite, cacheWrite1h } = prices;
  if (!CLAUDE_1H.of.test(id) || input === undefined || cacheWrite === undefined || cacheWrite1h !== undefined)
    return prices;
  return { ...prices, cacheWrite1h: input * CLAUDE_1H.times };
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
  .map(([id, row]) => [id, reduceRow(id, row)] as const)
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
