/**
 * The meter in the background, as a program of its own. What it must know comes over standard input, what it has to say at
 * first goes to standard output, and until it is let go the end of the one is its own end.
 */
import '../platform/no-debugger.js';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseOrder } from '../config/meter-order.js';
import { describeError } from '../core/errors.js';
import type { BackgroundMeter } from '../modes/background-meter.js';
import { createBackgroundMeter } from './background-meter.js';

const { argv, env, stdin, stdout } = process;
/** Beside this bundle: as a part of it the text would stay in memory. */
const PRICES = join(dirname(argv[1] ?? ''), 'prices.json');

let meter: BackgroundMeter | undefined;
// A run that is under way goes on: an agent without a meter, and a record that is never written, are worse.
process.on('uncaughtException', (error) => meter?.noteUnexpected(error));
stdout.on('error', () => undefined);

const lines = createInterface({ input: stdin });
const said = lines[Symbol.asyncIterator]();
const order = await said.next();
if (order.done === true) process.exit(1);
try {
  const started = createBackgroundMeter(parseOrder(order.value), {
    environment: env,
    prices: PRICES,
    exit: () => process.exit(0),
  });
  meter = started;
  const up = await started.start();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void started.end('signal'));
  stdout.write(`${JSON.stringify(up)}\n`);
} catch (error) {
  stdout.write(`${JSON.stringify({ trouble: describeError(error) })}\n`, () => process.exit(1));
}
// The step that started this has gone without announcing it.
if ((await said.next()).done === true) process.exit(1);
lines.close();
stdin.destroy();
// Now, before there is work: a tenth of its memory holds what was only needed to start.
globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
