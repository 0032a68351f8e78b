/**
 * A long run of mixed calls, 32 connections at once: JSON answers, streams, long prompts. Watched: is every call counted, is
 * memory flat. The load is held back to a steady rate, since a machine that is busy to its limit says little of an hour.
 *
 *   node scripts/node24.mjs bench/soak.ts [minutes] [busy seconds of each five]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, memoryMb, startMeter } from './contenders.js';
import { type Load, runLoad, startRawUpstream } from './raw-http.js';
import { fixed, row } from './table.js';

const MINUTES = Number(process.argv[2] ?? 30);
const ROUND_SECONDS = 5;
/** For the rest of each round nothing is sent, so that others can work on the machine. */
const BUSY_SECONDS = Number(process.argv[3] ?? 3);
const LOADS: readonly Omit<Load, 'seconds'>[] = [
  { kind: 'json', promptBytes: 900, concurrency: 8 },
  { kind: 'json', promptBytes: 200_000, concurrency: 8 },
  { kind: 'stream', promptBytes: 20_000, concurrency: 16 },
];

const upstream = await startRawUpstream();
const meter = await startMeter(upstream);
const total = { calls: 0, failed: 0, bytes: 0 };
const resident: { minute: number; mb: number }[] = [];
const begun = performance.now();
const minutesSince = () => (performance.now() - begun) / 60_000;

console.log(
  `${MINUTES} minutes, ${LOADS.reduce((sum, { concurrency }) => sum + concurrency, 0)} connections`,
);
row('minute', 'calls', 'failed', 'GB', 'resident MB', 'peak MB', 'CPU s');
let nextReport = 0;
while (minutesSince() < MINUTES) {
  const results = await Promise.all(
    LOADS.map((load) => runLoad(meter.url, { ...load, seconds: BUSY_SECONDS })),
  );
  for (const { calls, failed, bytes } of results) {
    total.calls += calls;
    total.failed += failed;
    total.bytes += bytes;
  }
  await sleep((ROUND_SECONDS - BUSY_SECONDS) * 1000);
  const mb = memoryMb(meter, 'VmRSS');
  resident.push({ minute: minutesSince(), mb });
  if (minutesSince() < nextReport) continue;
  nextReport = Math.floor(minutesSince()) + 1;
  row(
    fixed(minutesSince(), 1),
    total.calls,
    total.failed,
    fixed(total.bytes / 1e9, 1),
    fixed(mb, 0),
    fixed(memoryMb(meter, 'VmHWM'), 0),
    fixed(cpuSeconds(meter), 0),
  );
}

meter.stop();
const printed = (await meter.printed) ?? '';
const record = JSON.parse(printed.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
const counted = Number(record['requests']);
console.log(
  `\ncalls answered ${total.calls}, failed ${total.failed}; the meter counted ${counted}, not reported ${record['unreported-requests']}`,
);
console.log(`lost calls: ${total.calls - counted}`);
const third = Math.max(1, Math.floor(resident.length / 3));
const mean = (list: readonly { mb: number }[]) => list.reduce((sum, { mb }) => sum + mb, 0) / list.length;
console.log(
  `resident MB, mean of the first, middle and last third: ${[0, 1, 2].map((part) => fixed(mean(resident.slice(part * third, (part + 1) * third)), 0)).join(', ')}`,
);
process.exit(counted === total.calls && total.failed === 0 ? 0 : 1);
