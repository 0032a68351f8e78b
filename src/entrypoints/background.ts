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
import { findCut, hasSealedRecord, readCalls } from '../platform/run-files.js';
import { findWorker } from '../platform/worker.js';
import type { FoundRecord } from '../ports/run-files.js';
import { type Host, newToken, placeOf } from './compose.js';
import { makePrivateDir, removePrivateDir } from './private-dir.js';

/**
 * The meter waits for most of its life: a small nursery, what its start left behind given back, and one heap for the threads
 * of the C library keep it small. A nursery of 1 MB costs a fifth of the calls a second, one of 8 MB another 11 MB at peak.
 */
const NODE_FLAGS = ['--max-semi-space-size=4', '--expose-gc'];
const SMALL = { MALLOC_ARENA_MAX: '1' };
const DEADLINE_MS = 30_000;

export async function startBackground(host: Host, deps: ModeDeps): Promise<number> {
  const { environment, meterProgram, print } = host;
  const { context } = deps.config;
  const privateDir = makePrivateDir(context);
  const spec = {
    program: process.execPath,
    environment: { ...environment, ...SMALL },
    deadlineMs: DEADLINE_MS,
  };
  try {
    return await runBackground({
      ...deps,
      ...wayToMeter(host, deps.config),
      environment,
      agentsFor,
      newToken,
      print,
      privateDir,
      workerPid: context.isActions ? findWorker(process.ppid) : undefined,
      startProcess: () => startDetached({ ...spec, args: [...NODE_FLAGS, meterProgram()] }),
    });
  } catch (error) {
    removePrivateDir(privateDir);
    throw error;
  }
}

export function endMeter(host: Host, deps: ModeDeps): Promise<FoundRecord | undefined> {
  return endBackground({
    ...deps,
    ...wayToMeter(host, deps.config),
    hasSealedRecord: () => hasSealedRecord({ task: deps.config.task, environment: host.environment }),
    findCut,
    readCalls,
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
