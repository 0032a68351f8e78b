/**
 * The meter in the background, as a program of its own. What it must know comes over standard input, what it has to say at
 * first goes to standard output, and until it is let go the end of the one is its own end.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type MeterOrder, parseOrder } from '../config/meter-order.js';
import { describeError } from '../core/errors.js';
import type { PriceTable } from '../core/price.js';
import { BackgroundMeter } from '../modes/background-meter.js';
import { readBudget } from '../modes/budget-reading.js';
import { systemClock } from '../platform/clock.js';
import { createHttpSend } from '../platform/http.js';
import { serveControl, writeWill } from '../platform/meter-control.js';
import { openLedger } from '../platform/run-files.js';
import { meteringParts } from './metering-parts.js';

const BUDGET_DEADLINE_MS = 30_000;
/** Whoever asked for the record has it by then. */
const HANDOVER_MS = 5000;
/** The calls of other runs stand in a cache that this program has no client for. */
const NO_HISTORY = { entries: [], readable: false, complete: false, evidence: 'not read by the meter' };

const { argv, env, stdin, stdout } = process;
// A run that is under way goes on: an agent without a meter, and a record that is never written, are worse.
process.on('uncaughtException', () => undefined);
stdout.on('error', () => undefined);

const lines = createInterface({ input: stdin });
const said = lines[Symbol.asyncIterator]();
const order = await said.next();
if (order.done === true) process.exit(1);
try {
  const meter = await createMeter(parseOrder(order.value));
  const up = await meter.start();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void meter.end('signal'));
  stdout.write(`${JSON.stringify(up)}\n`);
} catch (error) {
  stdout.write(`${JSON.stringify({ trouble: describeError(error) })}\n`, () => process.exit(1));
}
// The step that started this has gone without announcing it.
if ((await said.next()).done === true) process.exit(1);
lines.close();
stdin.destroy();

async function createMeter(order: MeterOrder): Promise<BackgroundMeter> {
  const { gateway, jobDir, privateDir, secrets, task, workerPid } = order;
  const parts = { ...meteringParts({ gateway }, env), prices: readPrices() };
  const startMs = Date.now();
  const lookAtBudget = () =>
    readBudget({
      config: { gateway },
      clock: systemClock,
      store: { readSpend: async () => NO_HISTORY },
      gateways: parts.gateways,
      createSend: (deadlineMs) => createHttpSend(parts.dispatcher, deadlineMs),
      deadlineMs: BUDGET_DEADLINE_MS,
    });
  return new BackgroundMeter({
    ...parts,
    order,
    clock: systemClock,
    lookAtBudget,
    openLedger: (onTrouble) => openLedger({ jobDir, task }, { startMs, token: order.runKey }, onTrouble),
    openControl: async (finish) => {
      const onHandedOver = () => process.exit(0);
      return (await serveControl({ secrets, finish, onHandedOver })).url;
    },
    leave: (ledger, testament) => writeWill(ledger, secrets, testament),
    isJobGone: () => !existsSync(jobDir) || (workerPid !== undefined && !isAlive(workerPid)),
    onEnded: (cause) => {
      rmSync(privateDir, { recursive: true, force: true });
      setTimeout(() => process.exit(0), cause === 'request' ? HANDOVER_MS : 0);
    },
  });
}

/** Beside this bundle: as a part of it the text would stay in memory. */
function readPrices(): PriceTable {
  return JSON.parse(readFileSync(join(dirname(argv[1] ?? ''), 'prices.json'), 'utf8'));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It belongs to somebody else, and is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
