/** Puts the meter in the background together, with no more than it needs: it stays in memory for as long as the job runs. */
import { existsSync, readFileSync } from 'node:fs';
import type { MeterOrder } from '../config/meter-order.js';
import type { Environment } from '../config/run-context.js';
import type { PriceTable } from '../core/price.js';
import { BackgroundMeter } from '../modes/background-meter.js';
import { readBudget } from '../modes/budget-reading.js';
import { systemClock } from '../platform/clock.js';
import { createHttpSend } from '../platform/http.js';
import { serveControl, writeWill } from '../platform/meter-control.js';
import { openLedger } from '../platform/run-ledger.js';
import { isAlive } from '../platform/worker.js';
import { meteringParts } from './metering-parts.js';
import { removePrivateDir } from './private-dir.js';

const BUDGET_DEADLINE_MS = 30_000;
/** Whoever asked for the record has it by then. */
const HANDOVER_MS = 5000;
/** The calls of other runs stand in a cache that this program has no client for. */
const NO_HISTORY = { entries: [], readable: false, complete: false, evidence: 'not read by the meter' };

export interface Surroundings {
  readonly environment: Environment;
  /** Path of the price table. */
  readonly prices: string;
  /** Ends this program. */
  readonly exit: () => void;
}

export function createBackgroundMeter(
  order: MeterOrder,
  { environment, prices, exit }: Surroundings,
): BackgroundMeter {
  const { gateway, jobDir, privateDir, runKey, secrets, task, workerPid } = order;
  const parts = { ...meteringParts({ gateway }, environment), prices: readPrices(prices) };
  const place = { jobDir, task };
  return new BackgroundMeter({
    ...parts,
    order,
    clock: systemClock,
    lookAtBudget: () =>
      readBudget({
        config: { gateway },
        clock: systemClock,
        store: { readSpend: async () => NO_HISTORY },
        gateways: parts.gateways,
        createSend: (deadlineMs) => createHttpSend(parts.dispatcher, deadlineMs),
        deadlineMs: BUDGET_DEADLINE_MS,
      }),
    openLedger: (onTrouble) => openLedger(place, { startMs: Date.now(), token: runKey }, onTrouble),
    openControl: async (finish) => (await serveControl({ secrets, finish, onHandedOver: exit })).url,
    leave: (ledger, testament) => writeWill(ledger, secrets, testament),
    isJobGone: () => !existsSync(jobDir) || (workerPid !== undefined && !isAlive(workerPid)),
    onEnded: (cause) => {
      setTimeout(exit, cause === 'request' ? HANDOVER_MS : 0);
      removePrivateDir(privateDir);
    },
  });
}

function readPrices(path: string): PriceTable {
  return JSON.parse(readFileSync(path, 'utf8'));
}
