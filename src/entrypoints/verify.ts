/** Puts `verify` together. The gateway is taken as it is known, without a contract: what it does is to be found out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dialects } from '../dialects/index.js';
import { gateways } from '../gateways/index.js';
import type { ModeDeps } from '../modes/deps.js';
import { runVerify } from '../modes/verify.js';
import { createDispatcher } from '../platform/dispatcher.js';
import { createHttpSend } from '../platform/http.js';
import { writeTextFiles } from '../platform/text-files.js';
import type { HttpSend } from '../ports/gateway.js';
import { budgetParts } from './budget-parts.js';
import type { Host } from './compose.js';

const CALL_DEADLINE_MS = 120_000;

export async function verify({ environment, ask }: Host, deps: ModeDeps): Promise<void> {
  const { default: prices } = await import('../data/prices.json', { with: { type: 'json' } });
  const dispatcher = createDispatcher(environment);
  // Each call has a deadline of its own, and is never sent twice.
  const sendCall: HttpSend = (request) => createHttpSend(dispatcher, CALL_DEADLINE_MS, 0)(request);
  const { context } = deps.config;
  await runVerify({
    ...deps,
    ...budgetParts(deps.config, environment, async () => dispatcher),
    gateways,
    dialects,
    prices,
    sendCall,
    sleep: (ms) => sleep(ms),
    runId: `${context.runId}-${context.runAttempt}`,
    writeFiles: writeTextFiles,
    ask,
  });
}
