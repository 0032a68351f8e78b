/**
 * On how many ordinary runs does each pattern fire? Reads one row per request (`task_id, request_no, input_tokens,
 * output_tokens, cached_tokens, reasoning_tokens`) and prints the share of runs per pattern.
 *
 *   node scripts/node24.mjs bench/patterns.ts FILE.csv
 */
import { readFileSync } from 'node:fs';
import type { CallEntry } from '../src/core/ledger.js';
import { findPatterns } from '../src/core/patterns/index.js';
import { NO_USAGE } from '../src/core/usage.js';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('name a CSV file');
const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
const columns = head.split(',');

function readRow(line: string): { task: string; call: CallEntry } {
  const cells = line.split(',');
  const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
  const count = (name: string) => (cell(name) === '' ? undefined : Number(cell(name)));
  const second = count('request_no') ?? 0;
  const call: CallEntry = {
    type: 'call',
    id: `${cell('task_id')}-${second}`,
    at: new Date(second * 1000).toISOString(),
    durationMs: 900,
    dialect: 'gemini',
    requestedModel: 'gemini-3-pro-preview',
    outcome: 'ok',
    caller: 'unknown',
    retry: false,
    final: true,
    costSource: 'unknown',
    usage: {
      ...NO_USAGE,
      inputTokens: count('input_tokens'),
      outputTokens: count('output_tokens'),
      cacheReadTokens: count('cached_tokens'),
      reasoningTokens: count('reasoning_tokens'),
    },
  };
  return { task: cell('task_id'), call };
}

const runs = [...Map.groupBy(lines.map(readRow), ({ task }) => task).values()];
const fired = runs.flatMap((rows) => findPatterns(rows.map(({ call }) => call)).map(({ id }) => id));
const counts = Map.groupBy(fired, (id) => id);
console.log(`${runs.length} runs, ${lines.length} calls`);
for (const [id, group] of counts)
  console.log(`${id}: ${group.length} runs (${((100 * group.length) / runs.length).toFixed(1)} %)`);
if (fired.length === 0) console.log('no pattern fired');
