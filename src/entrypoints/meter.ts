/** `spendgate meter`: one JSON line when it listens, the usage record when it is ended by SIGINT or SIGTERM. */
import { AppError } from '../core/errors.js';
import { recordOf } from '../core/record.js';
import { RunningTotals } from '../core/totals.js';
import { readBudget } from '../modes/budget-reading.js';
import { otherRequestsOf, startMetering } from '../modes/metering.js';
import { runFacts } from '../modes/override-report.js';
import { systemClock } from '../platform/clock.js';
import type { Runner } from '../ports/platform.js';
import { budgetParts } from './budget-parts.js';
import type { RunRequest } from './command-line.js';
import { createModeStore, newToken, onCancel } from './compose.js';
import { configure } from './configure.js';
import { meteringParts } from './metering-parts.js';

interface MeterHost {
  readonly runner: Runner;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
}

/** Without a `gateway-key` clients keep their own credentials and present no token. */
export async function runMeter(
  { inputs, port, faults }: RunRequest,
  { runner, environment, print }: MeterHost,
): Promise<number> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError('bad-value', `port: ${port} is not a port.`, { hint: '8080' });
  const { config } = await configure({ runner, environment, inputs, faults, command: [] });
  const token = config.gateway.key === undefined ? undefined : newToken();
  const sums = new RunningTotals();
  const startedAt = systemClock.now();
  const { default: prices } = await import('../data/prices.json', { with: { type: 'json' } });
  const parts = { ...meteringParts(config, environment), prices };
  const budget = { config, clock: systemClock, store: createModeStore(config, undefined) };
  const lookAtBudget = () =>
    readBudget({ ...budget, ...budgetParts(config, environment, async () => parts.dispatcher) });
  const { meter, guard } = await startMetering(
    { config, clock: systemClock, ...parts, lookAtBudget },
    {
      port,
      token,
      idPrefix: config.context.runId,
      ledger: { append: (line) => line.type === 'call' && sums.add(line) },
      onTrouble: (message) => runner.info(`note: ${message}`),
      onStop: ({ message }) => runner.info(`stopped: ${message}`),
    },
  );
  print(JSON.stringify({ url: meter.url, pid: process.pid, ...(token === undefined ? {} : { token }) }));
  await new Promise<void>((resolve) => onCancel(resolve));
  await meter.close();
  await parts.dispatcher.destroy();
  const facts = {
    complete: true,
    runId: config.context.runId,
    task: config.task,
    agent: 'meter',
    startedAt: startedAt.toISOString(),
    durationMs: systemClock.now().getTime() - startedAt.getTime(),
    stopReason: guard.stop?.reason ?? 'completed',
    stopMessage: guard.stop?.message,
    exitCode: undefined,
    otherRequests: otherRequestsOf(meter),
    limits: config.wrap.limits,
    ...runFacts(config),
  };
  print(JSON.stringify(recordOf(facts, sums.totals())));
  return 0;
}
