/**
 * Does the cap hold, and how much of it is used? The meter's own guard, in virtual time, on the numbers of real requests
 * and on streams made to break it: parallel calls, heavy tails, aborts, missing usage, text that turns dense. Weighted tokens
 * and the wrap-up run as well, and two schemes that others use, on the same streams beside them.
 *
 *   node scripts/node24.mjs bench/caps.ts REQUESTS.csv [runs]
 *
 * The CSV has the columns `task_id,request_no,input_tokens,output_tokens,cached_tokens,…`, one row per request.
 */
import { readFileSync } from 'node:fs';
import type { RunLimits } from '../src/core/limits.js';
import { findPrice, type ModelPrice, priceAtMost, priceUsage } from '../src/core/price.js';
import { NO_USAGE, type Usage } from '../src/core/usage.js';
import { DEFAULT_WEIGHTS, weighUsage } from '../src/core/weights.js';
import prices from '../src/data/prices.json' with { type: 'json' };
import type { Ask, Settlement, Ticket } from '../src/meter/admission.js';
import { Guard } from '../src/meter/guard.js';
import { randomOf } from './random.js';

/** What the agent asks for, as Claude Code and OpenCode do. */
const CEILING = 32_000;
const MODEL = 'claude-sonnet-4-5';
const price = priceOf(MODEL);

function priceOf(model: string): ModelPrice {
  const found = findPrice(prices, model);
  if (found === undefined) throw new Error(`no price for ${model}`);
  return found;
}

interface Request {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
}

function readTasks(path: string): Request[][] {
  const [, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  const tasks = new Map<string, Request[]>();
  for (const row of rows) {
    const [task = '', , input = '', output = '', cached = ''] = row.split(',');
    const request = { input: Number(input), output: Number(output), cached: Number(cached) };
    if (request.input > 0) tasks.set(task, [...(tasks.get(task) ?? []), request]);
  }
  return [...tasks.values()];
}

/** Callbacks in virtual time. */
class Clock {
  now = 0;
  #queue: { at: number; run: () => void }[] = [];

  after(seconds: number, run: () => void): void {
    const at = this.now + seconds;
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#queue[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, { at, run });
  }

  async runAll(): Promise<void> {
    for (;;) {
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
      const next = this.#queue.pop();
      if (next === undefined) return;
      this.now = next.at;
      next.run();
    }
  }
}

interface Asked {
  readonly bytes: number;
  /** What stands in it, in pieces. */
  readonly chunks: ReadonlyMap<string, number>;
  readonly ceiling: number;
  readonly isMain: boolean;
}

/** A way to decide whether a call may leave. */
interface Scheme {
  /** What counts against the cap; USD unless it says otherwise. */
  readonly weigh?: (usage: Usage) => number;
  /** True when a refusal ends the worker that asked and not the run, and the main one is told to hand in. */
  readonly tells?: boolean;
  admit(call: Asked): Promise<{ ceiling: number; ticket: unknown; handIn?: boolean } | undefined>;
  settle(ticket: unknown, settlement: Settlement, trueCost: number, seconds: number): void;
}

class Reserving implements Scheme {
  readonly #guard: Guard;
  readonly weigh?: (usage: Usage) => number;
  readonly tells: boolean;
  constructor(limits: RunLimits, options: Pick<Scheme, 'weigh' | 'tells'> = {}) {
    Object.assign(this, options);
    this.tells = options.tells ?? false;
    const wrapUp = this.tells ? { reserve: 'auto' as const } : undefined;
    this.#guard = new Guard({ limits, wrapUp, prices, onUnpriced: 'block', observe: false });
  }
  async admit({ bytes, chunks, ceiling, isMain }: Asked) {
    const facts = {
      model: MODEL,
      stream: true,
      outputCeiling: ceiling,
      outputFloor: 1,
      choices: 1,
      hasServerContext: false,
      isDetached: false,
    };
    const ask: Ask = {
      dialect: 'anthropic-messages',
      facts,
      bodyBytes: bytes,
      pieces: { chunks, heldBytes: 0 },
      isRetry: false,
      fingerprint: () => String(Math.random()),
      mayWriteLongCache: () => false,
      role: isMain ? ('leader' as const) : ('helper' as const),
    };
    const admission = await this.#guard.admit(ask, { isGone: false, whenGone: () => () => undefined });
    if (admission.kind === 'refused') return undefined;
    const { note, ticket } = admission;
    return { ceiling: admission.ceiling ?? ceiling, ticket, handIn: note?.level === 'reserve' };
  }
  settle(ticket: unknown, settlement: Settlement, _trueCost: number, seconds: number): void {
    this.#guard.settle(ticket as Ticket, settlement, seconds * 1000);
  }
}

/** Looks at the total before a call and adds the cost after it. */
class CheckThenRecord implements Scheme {
  #spent = 0;
  readonly #cap: number;
  constructor(cap: number) {
    this.#cap = cap;
  }
  async admit({ ceiling }: Asked) {
    return this.#spent >= this.#cap ? undefined : { ceiling, ticket: undefined };
  }
  settle(_ticket: unknown, { kind }: Settlement, trueCost: number): void {
    if (kind === 'known') this.#spent += trueCost;
  }
}

/** Adds an estimate before the call, takes it back where that passes the cap, and corrects it afterwards. */
class IncrementThenRollback implements Scheme {
  #spent = 0;
  readonly #cap: number;
  constructor(cap: number) {
    this.#cap = cap;
  }
  async admit({ bytes, ceiling }: Asked) {
    const estimate = priceAtMost(price, bytes / 4, Math.min(ceiling, 1000));
    this.#spent += estimate;
    if (this.#spent <= this.#cap) return { ceiling, ticket: estimate };
    this.#spent -= estimate;
    return undefined;
  }
  settle(ticket: unknown, settlement: Settlement, trueCost: number): void {
    this.#spent +=
      (settlement.kind === 'known' ? trueCost : 0) -
      (settlement.kind === 'none'
        ? (ticket as number)
        : settlement.kind === 'known'
          ? (ticket as number)
          : 0);
  }
}

interface Stream {
  readonly name: string;
  /** Changes a request of the data for this run. */
  shape(request: Request, random: () => number, index: number): Request & { bytes: number };
  readonly abortShare: number;
  readonly silentShare: number;
  /** True where no call goes on from the one before. */
  readonly isNewText?: boolean;
}

const tail = (random: () => number, sigma: number) =>
  Math.exp(sigma * Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random()));
const STREAMS: readonly Stream[] = [
  {
    name: 'real requests',
    shape: (request) => ({ ...request, bytes: Math.round(request.input * 4.2) }),
    abortShare: 0,
    silentShare: 0,
  },
  {
    name: 'heavy tails, aborts, silence',
    shape: (request, random) => ({
      ...request,
      output: Math.ceil(request.output * tail(random, 1.3)),
      bytes: Math.round(request.input * (3.4 + 1.6 * random())),
    }),
    abortShare: 0.03,
    silentShare: 0.02,
  },
  {
    name: 'text that turns dense',
    // Prose for a while, and then hexadecimal or Chinese: twice as many tokens in a byte.
    shape: (request, random, index) => ({
      ...request,
      output: Math.ceil(request.output * tail(random, 0.8)),
      bytes: Math.round(request.input * (index % 7 < 4 ? 4.4 : 2.1)),
    }),
    abortShare: 0.01,
    silentShare: 0.01,
    isNewText: true,
  },
  {
    name: 'prose, then digits alone',
    // As many bytes as before and a token each, as some tokenisers split digits, once the run has learned from prose.
    shape: (request, _random, index) => ({
      ...request,
      input: Math.round(request.input * (index < 2 ? 1 : 4.4)),
      bytes: Math.round(request.input * 4.4),
    }),
    abortShare: 0,
    silentShare: 0,
    isNewText: true,
  },
  {
    name: 'dropped streams',
    shape: (request) => ({ ...request, bytes: Math.round(request.input * 4.2) }),
    abortShare: 0.6,
    silentShare: 0,
  },
];

/** A conversation as the pieces it grew by; one that gets shorter is another one. */
class Conversation {
  readonly #name: string;
  readonly #isNewText: boolean;
  #pieces = new Map<string, number>();
  #bytes = 0;
  #count = 0;
  constructor(name: string, isNewText: boolean) {
    this.#name = name;
    this.#isNewText = isNewText;
  }
  next(bytes: number): ReadonlyMap<string, number> {
    if (bytes < this.#bytes || this.#isNewText) {
      this.#pieces = new Map();
      this.#bytes = 0;
    }
    this.#count += 1;
    this.#pieces = new Map([...this.#pieces, [`${this.#name} ${this.#count}`, bytes - this.#bytes]]);
    this.#bytes = bytes;
    return this.#pieces;
  }
}

interface RunResult {
  readonly used: number;
  readonly waited: number;
  readonly busy: number;
  readonly wasStopped: boolean;
  readonly calls: number;
  /** Calls whose answer was longer than the ceiling they got. */
  readonly cut: number;
  /** True when the main agent was told, and had two more calls after that. */
  readonly hasHandedIn: boolean;
}

async function simulate(
  scheme: Scheme,
  stream: Stream,
  tasks: readonly Request[][],
  workers: number,
  cap: number,
  random: () => number,
): Promise<RunResult> {
  const clock = new Clock();
  let spent = 0;
  let waited = 0;
  let busy = 0;
  let stopped = false;
  let calls = 0;
  let cut = 0;
  let callsToGo = Number.POSITIVE_INFINITY;
  const work = async (task: readonly Request[], name: string, isMain: boolean): Promise<void> => {
    const conversation = new Conversation(name, stream.isNewText ?? false);
    for (let index = 0; !stopped && index < 400; index += 1) {
      const given = task[index % task.length];
      if (given === undefined) return;
      const request = stream.shape(given, random, index);
      const askedAt = clock.now;
      const chunks = conversation.next(request.bytes);
      const admitted = await scheme.admit({ bytes: request.bytes, chunks, ceiling: CEILING, isMain });
      waited += clock.now - askedAt;
      if (admitted === undefined) {
        if (isMain || !scheme.tells) stopped = true;
        return;
      }
      // The call that tells it, and two to hand in.
      if (admitted.handIn) callsToGo = 3;
      const isAborted = random() < stream.abortShare;
      const isSilent = !isAborted && random() < stream.silentShare;
      const whole = Math.min(request.output, admitted.ceiling);
      calls += 1;
      if (request.output > whole && whole < CEILING) cut += 1;
      const output = isAborted ? Math.ceil(whole * random()) : whole;
      const usage: Usage = {
        ...NO_USAGE,
        inputTokens: request.input,
        cacheReadTokens: Math.min(request.cached, request.input),
        outputTokens: output,
      };
      const cost = priceUsage(price, usage) ?? 0;
      const counted = scheme.weigh?.(usage) ?? cost;
      const seconds = 0.5 + 2 * random() + output / (30 + 90 * random());
      busy += seconds;
      await new Promise<void>((resolve) => clock.after(seconds, resolve));
      spent += counted;
      const settlement: Settlement = isAborted
        ? { kind: 'unknown', usage: { ...usage, outputTokens: undefined }, isAnswered: false, mayGoOn: false }
        : isSilent
          ? { kind: 'unknown', usage: NO_USAGE, isAnswered: true, mayGoOn: true }
          : { kind: 'known', usage, costNanoUsd: cost };
      scheme.settle(admitted.ticket, settlement, cost, seconds);
      if (isMain) callsToGo -= 1;
      if (callsToGo === 0) stopped = true;
    }
  };
  const all = Array.from({ length: workers }, (_, worker) => {
    const task = tasks[Math.floor(random() * tasks.length)] ?? [];
    return work(task, String(worker), worker === 0);
  });
  await clock.runAll();
  await Promise.all(all);
  return { used: spent / cap, waited, busy, wasStopped: stopped, calls, cut, hasHandedIn: callsToGo === 0 };
}

/** A weighted token is worth a token of plain input, so that the caps are as tight as those in USD. */
const USD_PER_WEIGHTED = price.input / 1e6;
const weighted = (cap: number): Scheme => {
  const maxWeightedTokens = Math.floor(cap / USD_PER_WEIGHTED);
  const weigh = (usage: Usage) => (weighUsage(DEFAULT_WEIGHTS, usage) ?? 0) * USD_PER_WEIGHTED;
  return new Reserving({ maxWeightedTokens }, { weigh });
};

const SCHEMES: readonly (readonly [string, (cap: number) => Scheme])[] = [
  ['reserve and settle', (cap) => new Reserving({ maxCostNanoUsd: cap })],
  ['the same, weighted tokens', weighted],
  ['the same, with wrap-up', (cap) => new Reserving({ maxCostNanoUsd: cap }, { tells: true })],
  ['check, then record', (cap) => new CheckThenRecord(cap)],
  ['increment, then roll back', (cap) => new IncrementThenRollback(cap)],
];

const [path, runsText = '1000'] = process.argv.slice(2);
if (path === undefined) throw new Error('which file? bench/caps.ts REQUESTS.csv [runs]');
const tasks = readTasks(path);
const runs = Number(runsText);
const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0;

const sumOf = (results: readonly RunResult[], value: (result: RunResult) => number) =>
  results.reduce((sum, result) => sum + value(result), 0);

console.log(`${tasks.length} tasks, ${runs} runs per row, cap 5 USD for one worker and 20 USD for many`);
console.log(
  'stream | workers | scheme | runs above the cap | worst | used, median | used, 5 % | waiting, share of work | answers cut | handed in',
);
for (const stream of STREAMS) {
  for (const workers of [1, 10, 50]) {
    const cap = (workers === 1 ? 5 : 20) * 1e9;
    for (const [name, create] of SCHEMES) {
      const results: RunResult[] = [];
      for (let run = 0; run < runs; run += 1)
        results.push(await simulate(create(cap), stream, tasks, workers, cap, randomOf(run + 1)));
      const ended = results.filter(({ wasStopped }) => wasStopped);
      const used = ended.map((result) => result.used);
      const waiting = sumOf(ended, ({ waited }) => waited) / sumOf(ended, ({ busy }) => busy);
      const above = results.filter((result) => result.used > 1);
      console.log(
        [
          stream.name,
          workers,
          name,
          `${above.length} of ${results.length}`,
          `${(Math.max(...results.map((result) => result.used)) * 100).toFixed(1)} %`,
          `${(quantile(used, 0.5) * 100).toFixed(1)} %`,
          `${(quantile(used, 0.05) * 100).toFixed(1)} %`,
          `${(waiting * 100).toFixed(1)} %`,
          `${((sumOf(results, ({ cut }) => cut) / sumOf(results, ({ calls }) => calls)) * 100).toFixed(2)} %`,
          `${((ended.filter(({ hasHandedIn }) => hasHandedIn).length / ended.length) * 100).toFixed(1)} %`,
        ].join(' | '),
      );
    }
  }
}
