/**
 * Sums of a run's calls, kept as the calls come, so that a meter that lives for hours holds no call. Each call is added once;
 * in the totals, models and callers stand in the order of their first call.
 */
import type { CallEntry } from './ledger.js';
import { type Tally, TallyCounter, USAGE_KEYS, type Usage } from './usage.js';

export type CostSource = 'gateway' | 'price-table' | 'mixed' | 'unknown';

export interface ModelTotals {
  readonly model: string;
  /** Calls that may be billed: without those that were answered with an error. */
  readonly requests: number;
  readonly inputTokens: Tally;
  readonly outputTokens: Tally;
  readonly costNanoUsd: Tally;
}

/** Who spent it: calls by who made them. What an agent does not tell stays `unknown`, a caller of its own. */
export interface CallerTotals {
  readonly caller: CallEntry['caller'];
  /** How many of its kind there were, such as subagents; `undefined` where calls do not name who made them. */
  readonly agents: number | undefined;
  /** Calls that reached the upstream. */
  readonly requests: number;
  /** Of these, the ones answered with an error, cut or aborted. */
  readonly failedRequests: number;
  /** Of these, the ones that repeated a failed one. */
  readonly retries: number;
  readonly refusedRequests: number;
  /** Calls that told not both, their input and their output. */
  readonly unreportedRequests: number;
  readonly inputTokens: Tally;
  readonly outputTokens: Tally;
  readonly costNanoUsd: Tally;
}

/** Sums of one run, or of any set of calls. */
export interface Totals {
  readonly tokens: Readonly<Record<keyof Usage, Tally>>;
  readonly costNanoUsd: Tally;
  readonly costSource: CostSource;
  /** Calls that reached the upstream. */
  readonly requests: number;
  /** Of these, the ones answered with an error, cut or aborted. */
  readonly failedRequests: number;
  /** Calls that the meter refused before they left. */
  readonly refusedRequests: number;
  readonly retries: number;
  /** Calls that told not both, their input and their output. */
  readonly unreportedRequests: number;
  readonly subagentRequests: number;
  readonly models: readonly ModelTotals[];
  readonly callers: readonly CallerTotals[];
}

/** Sums calls by id: an entry that is given twice counts once, as it was given last. */
export function totalsOf(entries: readonly CallEntry[]): Totals {
  const sums = new RunningTotals();
  for (const call of new Map(entries.map((entry) => [entry.id, entry])).values()) sums.add(call);
  return sums.totals();
}

/** Of calls that are alike in something. */
class Sums {
  readonly #tokens: Record<keyof Usage, TallyCounter> = {
    inputTokens: new TallyCounter(),
    outputTokens: new TallyCounter(),
    cacheReadTokens: new TallyCounter(),
    cacheWriteTokens: new TallyCounter(),
    cacheWrite1hTokens: new TallyCounter(),
    reasoningTokens: new TallyCounter(),
  };
  readonly #cost = new TallyCounter();
  requests = 0;
  billable = 0;
  failedRequests = 0;
  refusedRequests = 0;
  retries = 0;
  unreportedRequests = 0;

  add({ outcome, retry, usage, costNanoUsd }: CallEntry): void {
    if (outcome === 'refused') {
      this.refusedRequests += 1;
      return;
    }
    this.requests += 1;
    if (outcome !== 'ok') this.failedRequests += 1;
    if (retry) this.retries += 1;
    // An answer with an error status is not billed: it neither adds tokens nor makes the sum uncertain.
    if (outcome === 'failed') return;
    this.billable += 1;
    if (usage.inputTokens === undefined || usage.outputTokens === undefined) this.unreportedRequests += 1;
    for (const key of USAGE_KEYS) this.#tokens[key].add(usage[key]);
    this.#cost.add(costNanoUsd);
  }

  get tokens(): Record<keyof Usage, Tally> {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, ...rest } = this.#tokens;
    return {
      inputTokens: inputTokens.tally,
      outputTokens: outputTokens.tally,
      cacheReadTokens: cacheReadTokens.tally,
      cacheWriteTokens: cacheWriteTokens.tally,
      cacheWrite1hTokens: rest.cacheWrite1hTokens.tally,
      reasoningTokens: rest.reasoningTokens.tally,
    };
  }

  get costNanoUsd(): Tally {
    return this.#cost.tally;
  }
}

/** What an agent may name without end is told apart up to here, and then comes together. */
const MAX_NAMES = 1000;
/** Each model is a row of the output `usage`, which must fit into one variable of a step: 128 KiB on Linux. */
const MAX_MODELS = 100;
const OTHERS = 'others';

export class RunningTotals {
  readonly #all = new Sums();
  readonly #models = new Map<string, Sums>();
  readonly #callers = new Map<CallEntry['caller'], Sums>();
  readonly #agents = new Map<CallEntry['caller'], Set<string>>();
  readonly #nameless = new Set<CallEntry['caller']>();
  readonly #sources = new Set<Exclude<CostSource, 'mixed'>>();

  add(call: CallEntry): void {
    this.#all.add(call);
    sumsOf(this.#callers, call.caller).add(call);
    if (call.outcome === 'refused') return;
    this.#noteAgent(call);
    if (call.outcome === 'failed') return;
    this.#sources.add(call.costSource);
    const model = call.model ?? call.requestedModel ?? 'unknown';
    const isKnown = this.#models.has(model) || this.#models.size < MAX_MODELS;
    sumsOf(this.#models, isKnown ? model : OTHERS).add(call);
  }

  totals(): Totals {
    const { tokens, costNanoUsd, requests, failedRequests, refusedRequests, retries, unreportedRequests } =
      this.#all;
    return {
      tokens,
      costNanoUsd,
      costSource: this.#costSource(),
      requests,
      failedRequests,
      refusedRequests,
      retries,
      unreportedRequests,
      subagentRequests: this.#callers.get('subagent')?.requests ?? 0,
      models: [...this.#models].map(([model, sums]) => ({
        model,
        ...partsOf(sums),
        requests: sums.billable,
      })),
      callers: [...this.#callers].map(([caller, sums]) => ({
        caller,
        agents: this.#nameless.has(caller) ? undefined : (this.#agents.get(caller)?.size ?? 0),
        failedRequests: sums.failedRequests,
        retries: sums.retries,
        refusedRequests: sums.refusedRequests,
        unreportedRequests: sums.unreportedRequests,
        ...partsOf(sums),
      })),
    };
  }

  #noteAgent({ caller, agentId }: CallEntry): void {
    if (agentId === undefined) {
      this.#nameless.add(caller);
      return;
    }
    const known = this.#agents.get(caller) ?? new Set();
    this.#agents.set(caller, known);
    if (known.size < MAX_NAMES) known.add(agentId);
  }

  #costSource(): CostSource {
    const [only] = this.#sources;
    if (only === undefined) return 'unknown';
    return this.#sources.size === 1 ? only : 'mixed';
  }
}

function sumsOf<K>(map: Map<K, Sums>, key: K): Sums {
  const known = map.get(key);
  if (known) return known;
  const sums = new Sums();
  map.set(key, sums);
  return sums;
}

function partsOf({ requests, tokens: { inputTokens, outputTokens }, costNanoUsd }: Sums) {
  return { requests, inputTokens, outputTokens, costNanoUsd };
}
