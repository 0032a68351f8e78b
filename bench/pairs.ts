/** How many calls a second the guard can reserve and settle, with the two lines of each in the ledger's file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PriceTable } from '../src/core/price.js';
import { NO_USAGE } from '../src/core/usage.js';
import prices from '../src/data/prices.json' with { type: 'json' };
import type { Ask } from '../src/meter/admission.js';
import { Guard } from '../src/meter/guard.js';
import { openLedger } from '../src/platform/run-ledger.js';
import { fixed, median, row } from './table.js';

const PAIRS = 50_000;
const ROUNDS = 5;
const OPEN_AT_ONCE = 50;
const CLIENT = { isGone: false, whenGone: () => () => undefined };
const USAGE = { ...NO_USAGE, inputTokens: 1000, outputTokens: 200, cacheReadTokens: 600 };
const ASK: Ask = {
  dialect: 'openai-chat',
  facts: {
    model: 'gpt-5',
    stream: true,
    outputCeiling: 8000,
    outputFloor: 1,
    choices: 1,
    hasServerContext: false,
    isDetached: false,
  },
  bodyBytes: 4000,
  isRetry: false,
  fingerprint: () => '',
  mayWriteLongCache: () => false,
  role: 'leader',
};

type Append = ReturnType<typeof openLedger>['append'];

async function pairsPerSecond(append: Append | undefined): Promise<number> {
  const table: PriceTable = prices;
  const guard = new Guard({
    limits: { maxCostNanoUsd: Number.MAX_SAFE_INTEGER, maxTokens: Number.MAX_SAFE_INTEGER },
    prices: table,
    onUnpriced: 'warn',
    observe: false,
  });
  const begun = performance.now();
  for (let done = 0; done < PAIRS; done += OPEN_AT_ONCE) {
    await Promise.all(
      Array.from({ length: OPEN_AT_ONCE }, (_, index) => onePair(guard, done + index, append)),
    );
  }
  return (PAIRS / (performance.now() - begun)) * 1000;
}

async function onePair(guard: Guard, number: number, append: Append | undefined): Promise<void> {
  const id = `run-${number}`;
  const at = '2026-01-01T00:00:00.000Z';
  const admission = await guard.admit({ ...ASK, fingerprint: () => id }, CLIENT);
  if (admission.kind === 'refused') throw new Error(admission.reason);
  const { inputTokens, outputTokens } = admission.ticket;
  append?.({
    type: 'sent',
    id,
    at,
    dialect: ASK.dialect,
    requestedModel: 'gpt-5',
    inputTokens,
    outputTokens,
  });
  append?.({
    type: 'call',
    id,
    at,
    durationMs: 900,
    dialect: ASK.dialect,
    requestedModel: 'gpt-5',
    model: 'gpt-5',
    status: 200,
    outcome: 'ok',
    caller: 'main',
    retry: false,
    usage: USAGE,
    final: true,
    costNanoUsd: 1_000_000,
    costSource: 'price-table',
  });
  guard.settle(admission.ticket, { kind: 'known', usage: USAGE, costNanoUsd: 1_000_000 }, 900);
}

export async function benchPairs(): Promise<void> {
  const rates = { memory: [] as number[], file: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.memory.push(await pairsPerSecond(undefined));
    const jobDir = mkdtempSync(join(tmpdir(), 'spendgate-pairs-'));
    const ledger = openLedger(
      { jobDir, task: 'bench' },
      { startMs: round, token: 'benchmark' },
      (trouble) => {
        throw new Error(trouble);
      },
    );
    rates.file.push(await pairsPerSecond((line) => ledger.append(line)));
    rmSync(jobDir, { recursive: true });
  }
  console.log(
    `\nReserve and settle, ${OPEN_AT_ONCE} calls open at once (medians of ${ROUNDS} rounds of ${PAIRS})`,
  );
  row('', 'pairs/s', '÷ in memory');
  const memory = median(rates.memory);
  row('in memory', fixed(memory, 0), '1.00');
  row('with the ledger’s lines', fixed(median(rates.file), 0), fixed(median(rates.file) / memory));
}
