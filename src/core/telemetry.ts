/**
 * What an agent's telemetry tells of its calls, one by one, against the calls that the meter saw. The upstream's request
 * id, which the meter passed on to the agent, stands in both. Like any witness it changes no total; but where a request
 * did not say who made it, telemetry may.
 */
import { z } from 'zod';
import { type Finding, finding } from './findings.js';
import { type CallEntry, isBillable } from './ledger.js';
import { sumKnown } from './usage.js';

/** Beyond this share of the metered figure a difference is a finding. */
const MAX_DIFFERENCE = 0.05;

/** One call as telemetry tells of it. */
export interface ToldCall {
  /** The upstream's; `undefined` where it gave none. */
  readonly requestId: string | undefined;
  readonly caller: CallEntry['caller'] | undefined;
  /** Cached tokens included. */
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

const count = z.number().int().nonnegative();

/** Stands in the usage record. */
export const telemetrySchema = z.object({
  /** Calls that telemetry tells of. */
  events: count,
  /** Of these, the ones that the meter saw, and the ones that it did not. */
  joined: count,
  'not-joined': count,
  'not-joined-input-tokens': count.optional(),
  'not-joined-output-tokens': count.optional(),
  /** Answered calls of the meter that telemetry lacks; absent when telemetry was cut. */
  'calls-without-event': count.optional(),
  /** Telemetry's figure less the meter's, over the calls that can be told apart by their id. */
  'input-tokens-difference': z.number().int().optional(),
  'output-tokens-difference': z.number().int().optional(),
  /** True when a difference is too large to be chance. */
  differs: z.boolean(),
});
export type TelemetryJoin = z.infer<typeof telemetrySchema>;

type Metric = 'inputTokens' | 'outputTokens';

interface Pair {
  readonly event: ToldCall;
  readonly call: CallEntry;
}

/** @param isCut true when telemetry told of more calls than were kept */
export function joinTelemetry(
  told: readonly ToldCall[],
  calls: readonly CallEntry[],
  isCut: boolean,
): TelemetryJoin {
  const billable = calls.filter(isBillable);
  const seen = idsOf(billable);
  const named = new Set([...idsOf(told)].filter((id) => seen.has(id)));
  const rest = told.filter(({ requestId }) => requestId === undefined || !seen.has(requestId));
  const open = billable.filter(({ requestId }) => requestId === undefined || !named.has(requestId));
  const { lost, areKnown } = lostEvents(rest, open);
  const pairs = pairsOf(told, billable);
  const [input, output] = [differenceOf(pairs, 'inputTokens'), differenceOf(pairs, 'outputTokens')];
  return {
    events: told.length,
    joined: told.length - lost,
    'not-joined': lost,
    'not-joined-input-tokens': areKnown ? sumKnown(rest.map(({ inputTokens }) => inputTokens)) : undefined,
    'not-joined-output-tokens': areKnown ? sumKnown(rest.map(({ outputTokens }) => outputTokens)) : undefined,
    'calls-without-event': isCut ? undefined : Math.max(0, open.length - (rest.length - lost)),
    'input-tokens-difference': input?.tokens,
    'output-tokens-difference': output?.tokens,
    differs: [input, output].some((difference) => difference?.isLarge),
  };
}

/**
 * Events whose id the meter did not see, or that have none, against calls that no event named. Where one side has no id,
 * nothing tells them apart: as many are the same as there are on both sides.
 */
function lostEvents(
  rest: readonly ToldCall[],
  open: readonly CallEntry[],
): { readonly lost: number; readonly areKnown: boolean } {
  const withId = rest.filter(({ requestId }) => requestId !== undefined).length;
  const openWithoutId = open.filter(({ requestId }) => requestId === undefined).length;
  const matchedWithId = Math.min(withId, openWithoutId);
  const matchedWithout = Math.min(rest.length - withId, open.length - matchedWithId);
  const lost = rest.length - matchedWithId - matchedWithout;
  return { lost, areKnown: lost > 0 && lost === rest.length };
}

/** Where telemetry knows who made a call and the request did not say, the call is that caller's. */
export function namedCallers(told: readonly ToldCall[], calls: readonly CallEntry[]): CallEntry[] {
  const callers = new Map(pairsOf(told, calls).map(({ event, call }) => [call.id, event.caller]));
  return calls.map((call) =>
    call.caller === 'unknown' ? { ...call, caller: callers.get(call.id) ?? call.caller } : call,
  );
}

/** An upstream that gives several calls one id names none of them. */
function pairsOf(told: readonly ToldCall[], calls: readonly CallEntry[]): Pair[] {
  const byId = Map.groupBy(calls, ({ requestId }) => requestId);
  return told.flatMap((event): Pair[] => {
    const [call, another] = event.requestId === undefined ? [] : (byId.get(event.requestId) ?? []);
    return call === undefined || another !== undefined ? [] : [{ event, call }];
  });
}

function differenceOf(
  pairs: readonly Pair[],
  metric: Metric,
): { readonly tokens: number; readonly isLarge: boolean } | undefined {
  const figures = pairs.flatMap(({ event, call }) => {
    const [told, metered] = [event[metric], call.usage[metric]];
    return told === undefined || metered === undefined || !call.final ? [] : [{ told, metered }];
  });
  if (figures.length === 0) return undefined;
  const tokens = figures.reduce((sum, { told, metered }) => sum + told - metered, 0);
  const metered = figures.reduce((sum, figure) => sum + figure.metered, 0);
  return { tokens, isLarge: Math.abs(tokens) > metered * MAX_DIFFERENCE };
}

function idsOf(items: readonly { readonly requestId?: string | undefined }[]): Set<string> {
  return new Set(items.flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId])));
}

/** What a person should know of it, from the record alone: `wrap` and `post` say the same. */
export function telemetryFindings(join: TelemetryJoin | undefined): Finding[] {
  if (join === undefined) return [];
  const findings: Finding[] = [];
  if (join['not-joined'] > 0)
    findings.push(
      finding(
        'error',
        'telemetry-unmetered',
        'Telemetry tells of calls past the meter',
        `The agent’s telemetry tells of ${join.events} calls; ${join['not-joined']} of them${renderLost(join)} the meter did not see. Nothing limited these, and the totals leave them out.`,
        {
          advice:
            'Look for a base URL in the agent’s own settings or on its command line: it must be the one that `wrap` sets.',
        },
      ),
    );
  if (join.differs)
    findings.push(
      finding(
        'warning',
        'telemetry-differs',
        'Telemetry counts differently',
        `For calls that both saw, the agent’s telemetry differs from the meter by ${renderDifference(join)}. Totals are the meter’s.`,
        {
          advice:
            'Compare a call of the ledger with the gateway’s own record: one of the two reads the answer wrongly.',
        },
      ),
    );
  return findings;
}

/** One line for the report. */
export function renderTelemetry(join: TelemetryJoin): string {
  const without = join['calls-without-event'];
  const lacking = without === undefined ? '' : `, ${without} metered calls without an event`;
  const difference = renderDifference(join);
  return `${join.events} calls told, ${join.joined} joined, ${join['not-joined']} not seen by the meter${lacking}${difference === '' ? '' : `, difference ${difference}`}`;
}

function renderLost(join: TelemetryJoin): string {
  const [input, output] = [join['not-joined-input-tokens'], join['not-joined-output-tokens']];
  if (input === undefined || output === undefined) return '';
  return ` (${input.toLocaleString('en-US')} input, ${output.toLocaleString('en-US')} output tokens)`;
}

function renderDifference(join: TelemetryJoin): string {
  const parts = [
    [join['input-tokens-difference'], 'input'],
    [join['output-tokens-difference'], 'output'],
  ] as const;
  return parts
    .flatMap(([tokens, name]) =>
      tokens === undefined ? [] : [`${tokens > 0 ? '+' : ''}${tokens.toLocaleString('en-US')} ${name}`],
    )
    .join(', ')
    .concat(parts.some(([tokens]) => tokens !== undefined) ? ' tokens' : '');
}
