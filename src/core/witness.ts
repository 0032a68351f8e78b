/**
 * A second witness: what agents wrote down of their own usage, against what the meter saw. It is never the bill. It
 * shows a meter that counts wrongly, an agent that counts wrongly, and an agent that went past the meter.
 */
import { z } from 'zod';
import { type Finding, finding } from './findings.js';
import { type CallEntry, isBillable } from './ledger.js';
import { renderUsdPlain } from './money.js';
import { sumKnown } from './usage.js';

/** Beyond this share of the metered figure a difference is a finding. */
const MAX_DIFFERENCE = 0.05;
const RATIO_STEPS = 10_000;
const MAX_TEXT_LENGTH = 500;

const count = z.number().int().nonnegative().optional();
const ratio = z.number().nonnegative().optional();

/** Stands in the usage record. What is not known is absent. */
export const witnessSchema = z.object({
  /** Ids of the agents whose reports were read, separated by commas. */
  agent: z.string().max(MAX_TEXT_LENGTH),
  origin: z.string().max(MAX_TEXT_LENGTH),
  'input-tokens': count,
  'output-tokens': count,
  'cost-usd': z.string().optional(),
  /** The meter's sums over the calls that the report speaks of. */
  'metered-input-tokens': count,
  'metered-output-tokens': count,
  /** The report's figure by the meter's. */
  'ratio-input': ratio,
  'ratio-output': ratio,
  /** Absent when there is nothing to compare. */
  verdict: z.enum(['agrees', 'differs', 'unmetered']).optional(),
});
export type Witness = z.infer<typeof witnessSchema>;

type Metric = 'inputTokens' | 'outputTokens';

/** One agent's report. */
export interface Account extends Readonly<Record<Metric | 'costNanoUsd', number | undefined>> {
  readonly agent: string;
  readonly covers: readonly CallEntry['caller'][];
  readonly origin: string;
}

/** What the meter can say of a figure. */
interface Metered {
  /** As far as it is known. */
  readonly sum: number;
  /** Calls that a report must hold. */
  readonly least: number;
  /** With the calls that it may hold: those that broke off, or whose caller is not known. `undefined`: no end is known. */
  readonly most: number | undefined;
}

/**
 * @param isPartial true when calls may stand in no report for a good reason: an agent was killed, or left none at all
 * @returns `undefined` when no agent left a report
 */
export function hearWitness(
  accounts: readonly Account[],
  calls: readonly CallEntry[],
  isPartial: boolean,
): Witness | undefined {
  if (accounts.length === 0) return undefined;
  const billable = calls.filter(isBillable);
  const told = (metric: Metric | 'costNanoUsd') => sumKnown(accounts.map((account) => account[metric]));
  const metered = (metric: Metric) => meteredOf(metric, accounts, billable, isPartial);
  const [input, output, cost] = [told('inputTokens'), told('outputTokens'), told('costNanoUsd')];
  const [meteredInput, meteredOutput] = [metered('inputTokens'), metered('outputTokens')];
  const isUnmetered = billable.length === 0 && (input ?? 0) + (output ?? 0) > 0;
  return {
    agent: accounts.map(({ agent }) => agent).join(','),
    origin: accounts.map(({ origin }) => origin).join(', '),
    'input-tokens': input,
    'output-tokens': output,
    'cost-usd': cost === undefined ? undefined : renderUsdPlain(cost),
    'metered-input-tokens': meteredInput.sum,
    'metered-output-tokens': meteredOutput.sum,
    'ratio-input': ratioOf(input, meteredInput),
    'ratio-output': ratioOf(output, meteredOutput),
    verdict: isUnmetered ? 'unmetered' : judge(compare(input, meteredInput), compare(output, meteredOutput)),
  };
}

function meteredOf(
  metric: Metric,
  accounts: readonly Account[],
  calls: readonly CallEntry[],
  isPartial: boolean,
): Metered {
  let [sum, least, most]: [number, number, number | undefined] = [0, 0, 0];
  for (const { caller, final, usage } of calls) {
    const isCovered = accounts.some(({ covers }) => covers.includes(caller));
    if (!isCovered && caller !== 'unknown') continue;
    const tokens = usage[metric];
    if (isCovered) sum += tokens ?? 0;
    if (final && !isPartial && accounts.every(({ covers }) => covers.includes(caller))) least += tokens ?? 0;
    most = most === undefined || tokens === undefined ? undefined : most + tokens;
  }
  return { sum, least, most };
}

function ratioOf(told: number | undefined, { sum }: Metered): number | undefined {
  return told === undefined || sum === 0 ? undefined : Math.round((told / sum) * RATIO_STEPS) / RATIO_STEPS;
}

/** `undefined` when there is nothing to compare. */
function compare(told: number | undefined, { least, most }: Metered): 'agrees' | 'differs' | undefined {
  if (told === undefined || (least === 0 && most === undefined)) return undefined;
  const isLess = told < least * (1 - MAX_DIFFERENCE);
  const isMore = most !== undefined && told > most * (1 + MAX_DIFFERENCE);
  return isLess || isMore ? 'differs' : 'agrees';
}

function judge(...compared: readonly ('agrees' | 'differs' | undefined)[]): Witness['verdict'] {
  return (
    compared.find((verdict) => verdict === 'differs') ?? compared.find((verdict) => verdict !== undefined)
  );
}

/** What a person should know of it, from the record alone: `wrap` and `post` say the same. */
export function witnessFindings(witness: Witness | undefined): Finding[] {
  if (witness?.verdict === 'differs')
    return [
      finding(
        'warning',
        'witness-differs',
        'The agent counts differently',
        `${renderTold(witness)}; ${renderMetered(witness)}. Totals are the meter’s.`,
        {
          advice:
            'A report above the meter hints at calls past it, or at another session of the agent at the same time; one below at calls the agent leaves out. Look at what the agent’s clients are pointed at.',
        },
      ),
    ];
  if (witness?.verdict === 'unmetered')
    return [
      finding(
        'error',
        'witness-unmetered',
        'The agent went past the meter',
        `${renderTold(witness)}; the meter saw no call that was answered. Nothing limited what the agent used, and the totals leave it out.`,
        {
          advice:
            'Look for a base URL in the agent’s own settings or on its command line: it must be the one that `wrap` sets. Another session of the agent at the same time looks the same.',
        },
      ),
    ];
  return [];
}

/** One line for the report. */
export function renderWitness(witness: Witness): string {
  return `${renderTold(witness)}; ${renderMetered(witness)}`;
}

function renderTold(witness: Witness): string {
  const cost = witness['cost-usd'];
  const figures = renderTokens(witness['input-tokens'], witness['output-tokens']);
  return `${witness.agent} reports ${figures}${cost === undefined ? '' : `, ${cost} USD`} (${witness.origin})`;
}

function renderMetered(witness: Witness): string {
  const figures = renderTokens(witness['metered-input-tokens'], witness['metered-output-tokens']);
  return `the meter counted ${figures} for the same calls`;
}

function renderTokens(input: number | undefined, output: number | undefined): string {
  const [inputs, outputs] = [input, output].map((tokens) => tokens?.toLocaleString('en-US') ?? 'unknown');
  return `${inputs} input and ${outputs} output tokens`;
}
