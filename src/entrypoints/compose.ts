/** Puts a run together: configuration, the lists, the outside world, one mode. What a mode does not use is not loaded. */

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Config, RawInputs } from '../config/config.js';
import type { Environment } from '../config/run-context.js';
import type { Fault } from '../core/errors.js';
import { finding } from '../core/findings.js';
import { readBoundedText } from '../files/bounded-file.js';
import { readBudget } from '../modes/budget-reading.js';
import { withCheck } from '../modes/check.js';
import { directCommand, shellCommand } from '../modes/command.js';
import type { ModeDeps } from '../modes/deps.js';
import { announceEvent } from '../modes/marks.js';
import { announceDecision } from '../modes/override-report.js';
import { createTeller } from '../modes/permission-notices.js';
import { createTold } from '../modes/told.js';
import { systemClock } from '../platform/clock.js';
import { createGitHub } from '../platform/github/index.js';
import { saveReportFile } from '../platform/report-file.js';
import type { AlertDesk } from '../ports/alerts.js';
import type { GitHub } from '../ports/github.js';
import type { FileRead, Runner, SpawnChild } from '../ports/platform.js';
import type { Store } from '../ports/store.js';
import { reporters } from '../reporters/index.js';
import { createStore } from '../stores/index.js';
import { budgetParts } from './budget-parts.js';
import { type Configured, configure } from './configure.js';
import { makePrivateDir, removePrivateDir } from './private-dir.js';

/** Where this runs, and what it was told. */
export interface Host {
  readonly runner: Runner;
  readonly environment: Environment;
  readonly inputs: RawInputs;
  /** Names that were given and are no inputs. */
  readonly unknownInputs?: readonly string[];
  /** What is wrong with the words it was started with. */
  readonly faults?: readonly Fault[] | undefined;
  /** The agent's command where it does not come as the input `run`. */
  readonly command: readonly string[] | undefined;
  readonly spawn: SpawnChild;
  /** Asks a person who sits at a terminal; left out where there is none. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** Path of the program that runs on as the meter in the background. */
  readonly meterProgram: () => string;
  /** Prints a line for programs; left out where there are step outputs. */
  readonly print?: ((line: string) => void) | undefined;
}

/** Runs the mode that the inputs name. The result is the exit code. @throws {AppError} what the entrypoint reports. */
export async function runMode(host: Host): Promise<number> {
  const { config, secrets, decideNow } = await configure(host);
  announceDecision(config, host.runner);
  announceEvent(config, host.runner);
  const deps = await composeDeps(host, config);
  for (const note of config.notes)
    host.runner.annotate(finding('warning', 'configuration', 'Configuration', note));
  for (const remark of config.remarks) host.runner.info(`note: ${remark}`);
  return withCheck(deps, (checkOpened) => runOne(host, { ...deps, checkOpened }, { secrets, decideNow }));
}

type OpenDeps = ModeDeps & { readonly checkOpened: Promise<void> };

async function runOne(
  host: Host,
  deps: OpenDeps,
  { secrets, decideNow }: Omit<Configured, 'config'>,
): Promise<number> {
  const { config } = deps;
  switch (config.mode) {
    case 'pre': {
      const { runPre } = await import('../modes/pre.js');
      await runPre({ ...deps, ...budgetParts(config, host.environment, lateDispatcher(host.environment)) });
      return 0;
    }
    case 'wrap': {
      if (!config.wrap.background) return wrap(host, deps, secrets);
      const { startBackground } = await import('./background.js');
      return startBackground(host, deps);
    }
    case 'post': {
      const { runPost } = await import('../modes/post.js');
      const { endMeter } = await import('./background.js');
      const { findRecord } = await import('../platform/run-files.js');
      const budget = budgetParts(config, host.environment, lateDispatcher(host.environment));
      const sources = {
        ...placeOf(config),
        usage: config.post.usage,
        environment: host.environment,
        runId: config.context.isActions ? config.context.runId : undefined,
        notBefore: budget.markFile.find()?.at,
      };
      await runPost({
        ...deps,
        ...budget,
        sleep,
        findRecord: (told) => findRecord({ ...sources, ...told }),
        decideNow,
        endBackground: () => endMeter(host, deps),
        saveFile: (name, text) => saveReportFile(config.context.jobDir, name, text),
      });
      return 0;
    }
    case 'gate': {
      const { runGate } = await import('../modes/gate.js');
      await runGate(deps);
      return 0;
    }
    case 'comment': {
      const { runComment } = await import('../modes/comment.js');
      await runComment({ ...deps, readFile });
      return 0;
    }
    case 'verify': {
      const { verify } = await import('./verify.js');
      await verify(host, deps);
      return 0;
    }
  }
}

/** A report of another run, out of its artifact. */
function readFile(path: string, maxBytes: number): FileRead {
  return readBoundedText(path, { maxBytes }) ?? { why: 'does not exist' };
}

async function composeDeps({ runner, environment }: Host, config: Config): Promise<ModeDeps> {
  const { context, githubToken: token } = config;
  const { repository, apiUrl } = context;
  const isNews = createTold({ runner, environment });
  const onMissing = createTeller({ runner, context, isNews });
  const commentsOn = context.issue === undefined ? 'pull-requests' : 'issues';
  const github =
    token && repository ? createGitHub({ token, repository, apiUrl, onMissing, commentsOn }) : undefined;
  const store = createModeStore(config, github);
  const alerts = await openAlertDesk(config, environment);
  return { config, runner, clock: systemClock, store, github, reporters, alerts, isNews };
}

/** `undefined` where nobody is to be told. */
async function openAlertDesk({ alerts }: Config, environment: Environment): Promise<AlertDesk | undefined> {
  if (alerts.urls.length === 0) return undefined;
  const { createAlertDesk } = await import('./alert-desk.js');
  return createAlertDesk(alerts, lateDispatcher(environment), systemClock);
}

export function createModeStore({ context, gate }: Config, github: GitHub | undefined): Store {
  return createStore({
    ...context,
    gateStore: gate.store,
    changesGates: gate.isChangedHere,
    clock: systemClock,
    github,
  });
}

/** The HTTP client is most of what a mode has to load: it waits for the first request. */
function lateDispatcher(environment: Environment): () => Promise<Dispatcher> {
  let opened: Promise<Dispatcher> | undefined;
  return () => {
    opened ??= import('../platform/dispatcher.js').then((platform) => platform.createDispatcher(environment));
    return opened;
  };
}

export function newToken(): string {
  return `sk-spendgate-${randomBytes(24).toString('hex')}`;
}

async function wrap(
  { command, environment, spawn }: Host,
  deps: ModeDeps,
  secrets: readonly string[],
): Promise<number> {
  const { runWrap } = await import('../modes/wrap.js');
  const { agentsFor } = await import('../agents/index.js');
  const { openLedger } = await import('../platform/run-ledger.js');
  const { config } = deps;
  const privateDir = makePrivateDir(config.context);
  // A run that is under way goes on: an agent without a meter, and a record that is never written, are worse.
  process.on('uncaughtException', (error) =>
    deps.runner.info(`spendgate: unexpected ${error.name}; the run goes on`),
  );
  try {
    const { default: prices } = await import('../data/prices.json', { with: { type: 'json' } });
    const { meteringParts } = await import('./metering-parts.js');
    const parts = { ...meteringParts(config, environment), prices };
    const budget = { ...deps, ...budgetParts(config, environment, async () => parts.dispatcher) };
    return await runWrap({
      ...budget,
      ...parts,
      lookAtBudget: () => readBudget(budget),
      command: command ? directCommand(command) : shellCommand(config.wrap),
      spawn,
      environment,
      secrets,
      agentsFor,
      newToken,
      privateDir,
      openLedger: (onTrouble) =>
        openLedger(placeOf(config), { startMs: Date.now(), token: newToken() }, onTrouble),
      onCancel,
    });
  } finally {
    removePrivateDir(privateDir);
  }
}

export function onCancel(cancel: () => void): () => void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, cancel);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, cancel);
  };
}

export function placeOf({ context, task }: Config): { jobDir: string; task: string } {
  return { jobDir: context.jobDir, task };
}
