/** Puts the two ends of a meter in the background together: `wrap` starts it, `post` ends it. */
import { agentsFor } from '../agents/index.js';
import type { Config } from '../config/config.js';
import { runBackground } from '../modes/background.js';
import { endBackground } from '../modes/background-end.js';
import type { ModeDeps } from '../modes/deps.js';
import { startDetached } from '../platform/detached.js';
import { createDispatcher } from '../platform/dispatcher.js';
import { createJobNote } from '../platform/job-note.js';
import { createMeterControl } from '../platform/meter-control.js';
import { findCut } from '../platform/run-files.js';
import type { FoundRecord } from '../ports/run-files.js';
import { parseNdjson } from '../wire/ndjson.js';
import { type Host, makePrivateDir, newToken, placeOf } from './compose.js';

/** The meter waits for most of its life: a small nursery keeps it small. */
const NODE_FLAGS = ['--max-semi-space-size=1'];
const DEADLINE_MS = 30_000;

export function startBackground(host: Host, deps: ModeDeps): Promise<number> {
  const { environment, meterProgram, print, workerPid } = host;
  return runBackground({
    ...deps,
    ...wayToMeter(host, deps.config),
    environment,
    agentsFor,
    newToken,
    print,
    workerPid,
    privateDir: makePrivateDir(deps.config.context),
    startProcess: () =>
      startDetached({
        program: process.execPath,
        args: [...NODE_FLAGS, meterProgram],
        environment,
        deadlineMs: DEADLINE_MS,
      }),
  });
}

export function endMeter(host: Host, deps: ModeDeps): Promise<FoundRecord | undefined> {
  return endBackground({
    ...deps,
    ...wayToMeter(host, deps.config),
    findCut: (ledger) => findCut(ledger, parseNdjson),
  });
}

/** Straight to loopback: a proxy of the environment has nothing to do with it. */
function wayToMeter({ environment }: Host, config: Config) {
  const hasVariables = config.context.isActions;
  return {
    control: createMeterControl(createDispatcher({})),
    meterNote: createJobNote({ ...placeOf(config), hasVariables, environment }, 'meter'),
  };
}
