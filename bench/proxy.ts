/** What the meter costs between a client and an upstream, beside a pipe that does nothing, nginx, and Portkey. */
import { type Contender, cpuSeconds, memoryMb } from './contenders.js';
import { type Load, type LoadResult, runLoad, STREAM_EVENTS } from './raw-http.js';
import { fixed, median, row } from './table.js';

export const ROUNDS = 7;
const WARM_UP_SECONDS = 3;
const CONTENDED_MS = 400;

interface Sample extends LoadResult {
  readonly cpuSeconds: number;
}

interface Scenario {
  readonly title: string;
  readonly load: Load;
  /** Rows in the order the columns stand. */
  readonly columns: readonly string[];
  readonly figures: (samples: readonly Sample[], direct: readonly Sample[]) => number[];
  /** Index of the figure that is compared with the pipe's and with nginx's. */
  readonly compared: number;
}

const p50 = ({ times }: Sample) => median(times);
const rate = ({ calls, seconds }: Sample) => calls / seconds;
const cpuPerCall = ({ cpuSeconds: cpu, calls }: Sample) => (cpu / calls) * 1000;
const megabytes = ({ bytes, seconds }: Sample) => bytes / seconds / 1e6;
const cpuPerEvent = ({ cpuSeconds: cpu, calls }: Sample) => (cpu / (calls * STREAM_EVENTS)) * 1e6;
const of = (samples: readonly Sample[], figure: (sample: Sample) => number) => median(samples.map(figure));
const json = { kind: 'json', promptBytes: 900, seconds: 1 } as const;
const streamed: Pick<Scenario, 'columns' | 'figures' | 'compared'> = {
  columns: ['MB/s', 'CPU µs/event'],
  figures: (samples) => [of(samples, megabytes), of(samples, cpuPerEvent)],
  compared: 0,
};

const SCENARIOS: readonly Scenario[] = [
  {
    title: '1 KB JSON, one call after the other',
    load: { ...json, concurrency: 1 },
    columns: ['p50 ms', 'added ms', 'calls/s', 'CPU s/1000'],
    figures: (samples, direct) => [
      of(samples, p50),
      of(samples, p50) - of(direct, p50),
      of(samples, rate),
      of(samples, cpuPerCall),
    ],
    compared: 1,
  },
  {
    title: '1 KB JSON, 32 calls at once',
    load: { ...json, concurrency: 32 },
    columns: ['p50 ms', 'calls/s', 'CPU s/1000'],
    figures: (samples) => [of(samples, p50), of(samples, rate), of(samples, cpuPerCall)],
    compared: 1,
  },
  {
    title: '2 MB request body, a ceiling spliced in',
    load: { kind: 'json', promptBytes: 2_000_000, concurrency: 1, seconds: 1.5 },
    columns: ['p50 ms', 'calls/s', 'CPU s/1000'],
    figures: (samples) => [of(samples, p50), of(samples, rate), of(samples, cpuPerCall)],
    compared: 1,
  },
  {
    title: `Streams of ${STREAM_EVENTS} events with usage, 8 at once`,
    load: { kind: 'stream', promptBytes: 900, concurrency: 8, seconds: 1.5 },
    ...streamed,
  },
  {
    title: 'The same, many events in a chunk',
    load: { kind: 'gathered-stream', promptBytes: 900, concurrency: 8, seconds: 1.5 },
    ...streamed,
  },
];

/** Rounds are interleaved in random order, so that what else the machine does falls on all alike. */
export async function benchProxy(direct: Contender, contenders: readonly Contender[]): Promise<void> {
  const idle = new Map(contenders.map((contender) => [contender, memoryMb(contender, 'VmRSS')]));
  for (const scenario of SCENARIOS) {
    const samples = new Map([direct, ...contenders].map((contender) => [contender, [] as Sample[]]));
    for (const contender of contenders)
      await runLoad(contender.url, {
        ...scenario.load,
        seconds: WARM_UP_SECONDS,
        headers: contender.headers,
      });
    for (let round = 0; round < ROUNDS; round += 1)
      for (const contender of [...samples.keys()].toSorted(() => Math.random() - 0.5))
        samples.get(contender)?.push(await sampleOf(contender, scenario.load));
    print(scenario, direct, samples);
  }
  console.log('\nResident memory over all of this, MB');
  row('', 'idle', 'now', 'peak');
  for (const contender of contenders)
    row(
      contender.name,
      fixed(idle.get(contender) ?? Number.NaN, 0),
      fixed(memoryMb(contender, 'VmRSS'), 0),
      fixed(memoryMb(contender, 'VmHWM'), 0),
    );
}

async function sampleOf(contender: Contender, load: Load): Promise<Sample> {
  const before = contender.pid ? cpuSeconds(contender) : 0;
  const result = await runLoad(contender.url, { ...load, headers: contender.headers });
  if (result.failed > 0) console.log(`${contender.name}: ${result.failed} calls failed`);
  const used = contender.pid ? cpuSeconds(contender) - before : Number.NaN;
  await new Promise((resolve) => setTimeout(resolve, CONTENDED_MS / 4));
  return { ...result, cpuSeconds: used };
}

function print(
  { title, columns, figures, compared }: Scenario,
  direct: Contender,
  samples: ReadonlyMap<Contender, readonly Sample[]>,
): void {
  console.log(`\n${title} (medians of ${ROUNDS} interleaved rounds)`);
  row('', ...columns, '÷ pipe', '÷ nginx', 'CPU ÷ pipe');
  const base = samples.get(direct) ?? [];
  const named = [...samples].map(([{ name }, list]) => [name, figures(list, base)] as const);
  const figuresOf = (name: string) => named.find(([other]) => other === name)?.[1] ?? [];
  const share = (values: readonly number[], name: string, index: number) =>
    fixed((values[index] ?? Number.NaN) / (figuresOf(name)[index] ?? Number.NaN));
  const last = columns.length - 1;
  for (const [name, values] of named) {
    row(
      name,
      ...values.map((value) => fixed(value, value < 10 ? 3 : 0)),
      name === direct.name && compared === 1 && columns[1] === 'added ms'
        ? '–'
        : share(values, 'node:http pipe', compared),
      share(values, 'nginx', compared),
      share(values, 'node:http pipe', last),
    );
  }
}
