/** From a run's calls to its record, its outputs, and what is kept of it between runs. */

import { type Finding, finding } from '../core/findings.js';
import type { SpendEntry } from '../core/ledger.js';
import { readUsd, renderUsd } from '../core/money.js';
import type { UsageRecord } from '../core/record.js';
import { renderTelemetry } from '../core/telemetry.js';
import { renderWitness } from '../core/witness.js';
import type { Runner } from '../ports/platform.js';
import type { Store } from '../ports/store.js';

/** Figures of a record as outputs; what is not known becomes the empty string. */
export function setUsageOutputs(runner: Runner, record: UsageRecord): void {
  const names = [
    'input-tokens',
    'output-tokens',
    'cache-read-tokens',
    'cache-write-tokens',
    'reasoning-tokens',
    'total-tokens',
    'requests',
    'failed-requests',
    'retries',
    'cost-usd',
    'cost-source',
    'runner-minutes',
    'runner-cost-usd',
    'total-cost-usd',
    'exit-code',
    'stop-reason',
    'duration-ms',
  ] as const;
  for (const name of names) runner.setOutput(name, record[name]);
  runner.setOutput('models', record.models.map(({ model }) => model).join(','));
  runner.setOutput('usage', JSON.stringify(record));
}

/** What the `ledger` gateway remembers of a run. */
export function spendOf(id: string, record: UsageRecord, at: Date): SpendEntry {
  return {
    id,
    at: at.toISOString(),
    task: record.task ?? 'default',
    costNanoUsd: (readUsd(record['cost-usd']) ?? 0) + (readUsd(record['runner-cost-usd']) ?? 0),
    tokens: (record['input-tokens'] ?? 0) + (record['output-tokens'] ?? 0),
    partial:
      !record.complete ||
      record['unreported-requests'] > 0 ||
      record['unpriced-requests'] > 0 ||
      (record['runner-minutes'] !== undefined && record['runner-cost-usd'] === undefined),
  };
}

/** Keeps a run's spend for the `ledger` gateway; a warning when the store did not take it. */
export async function rememberSpend(store: Store, spend: SpendEntry): Promise<Finding[]> {
  const saved = await store.mergeSpend([spend]);
  if (saved.saved) return [];
  const advice = 'The next `pre` will not see it: check the store, or raise the next run’s minimum.';
  return [
    finding('warning', 'spend-not-saved', 'This run’s spend was not recorded', `${saved.reason}.`, {
      advice,
    }),
  ];
}

/** What the runner's minutes add to the cost; empty when no price for minutes is given. */
export function runnerFacts(record: UsageRecord): [string, string][] {
  const minutes = record['runner-minutes'];
  if (minutes === undefined) return [];
  const cost = readUsd(record['runner-cost-usd']);
  const total = readUsd(record['total-cost-usd']);
  return [
    [
      'Runner',
      `${minutes} started minutes, ${cost === undefined ? 'no price for its label' : renderUsd(cost)}`,
    ],
    ['Calls and runner', total === undefined ? 'not known' : renderUsd(total)],
  ];
}

/** What the agent says of itself, where it says something. */
export function heardFacts({ telemetry, witness }: UsageRecord): [string, string][] {
  const facts: [string, string][] = [];
  if (witness !== undefined) facts.push(['Second witness', renderWitness(witness)]);
  if (telemetry !== undefined) facts.push(['Telemetry', renderTelemetry(telemetry)]);
  return facts;
}

/** `claude-opus-5-5 (12), gpt-5 (1)`; empty when no model answered. */
export function renderModels({ models }: UsageRecord): string {
  return models.map(({ model, requests }) => `${model} (${requests})`).join(', ');
}
