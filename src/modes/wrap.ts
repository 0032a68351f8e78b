/**
 * Runs the agent behind the meter. Whatever happens to the agent (it ends, a limit ends it, its time is over, the job is
 * cancelled), the totals are written: from memory, since the agent could have written to the file.
 */
import type { Config } from '../config/config.js';
import { childEnvironment } from '../core/child-environment.js';
import { LONGEST_TIMER_MS } from '../core/deadline.js';
import { AppError, describeError, EXIT_CODES } from '../core/errors.js';
import type { Finding } from '../core/findings.js';
import type { CallEntry, LedgerLine, SentCall } from '../core/ledger.js';
import { isLimitStop } from '../core/limits.js';
import type { UsageRecord } from '../core/record.js';
import type { Trouble } from '../core/testament.js';
import type { Stop } from '../meter/admission.js';
import type { Guard } from '../meter/guard.js';
import type { Meter } from '../meter/server.js';
import type { Agent } from '../ports/agent.js';
import type { Child, SpawnChild } from '../ports/platform.js';
import type { RunLedger } from '../ports/run-files.js';
import { withSeenAgent } from './attribution.js';
import type { Command } from './command.js';
import type { ModeDeps } from './deps.js';
import { Hearing } from './hearing.js';
import { announceMarks } from './marks.js';
import { type MeteringDeps, otherRequestsOf, startMetering } from './metering.js';
import { runFacts } from './override-report.js';
import type { ReconcileDeps } from './reconciliation.js';
import { setUsageOutputs } from './run-record.js';
import { troubleFinding } from './troubles.js';
import { lastLine, type RunEnd, recordOfRun, rememberWrapped, showWrapped, stopOf } from './wrap-end.js';
import { earlierRun } from './wrap-report.js';

export interface WrapDeps extends ModeDeps, Omit<MeteringDeps, 'config'>, Omit<ReconcileDeps, 'sleep'> {
  readonly command: Command;
  readonly spawn: SpawnChild;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Every secret of this run, so that none reaches the agent under another name. */
  readonly secrets: readonly string[];
  /** The agents whose environment the command needs, in order. */
  readonly agentsFor: (id: string, command: string) => readonly Agent[];
  readonly newToken: () => string;
  /** Makes a folder that this user alone can read, kept until the run ends. */
  readonly privateDir: string;
  readonly openLedger: (onTrouble: (message: string) => void) => RunLedger;
  /** Calls back on SIGINT and SIGTERM; returns how to stop listening. */
  readonly onCancel: (cancel: () => void) => () => void;
}

/** A cancelled job has 10 s until the runner kills us, an agent at its limit half a minute to say goodbye. */
const KILL_GRACE_MS = 5000;
const STOP_GRACE_MS = 30_000;
const LIMIT_EXIT_CODE = 3;
/** A shell adds the number of the signal. */
const SIGNALLED_EXIT_CODE = 128;

/** The exit code for this process: the command's own, or 3 when a limit ended the run. */
export async function runWrap(deps: WrapDeps): Promise<number> {
  if (deps.config.killSwitch !== undefined && !deps.config.observe) throw killed(deps.config);
  const config = withSeenAgent(deps.config, deps.agents, deps.command.text);
  return new WrappedRun({ ...deps, config }).run();
}

export function killed({ killSwitch }: Config): AppError {
  return new AppError(
    'denied',
    `The kill switch is on (\`kill-switch: ${killSwitch}\`); the agent was not started.`,
    {
      hint: 'Clear the variable behind `kill-switch` when runs may start again.',
    },
  );
}

interface Ended {
  /** As shells have it. */
  readonly exitCode: number;
  readonly guard: Guard;
  readonly meter: Meter;
  readonly runKey: string;
}

class WrappedRun {
  readonly #deps: WrapDeps;
  readonly #startedAt: Date;
  readonly #ledger: RunLedger;
  /** Whether or not the disk took them. */
  readonly #calls: CallEntry[] = [];
  readonly #hearing: Hearing;
  readonly #findings: Finding[] = [];
  #isHandedOn = true;
  #ending: 'timed-out' | 'cancelled' | undefined;
  #canary = '';
  #unlisten: () => void = () => undefined;

  constructor(deps: WrapDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
    this.#hearing = new Hearing(deps.config, deps.agents, deps.environment, this.#startedAt);
    this.#ledger = deps.openLedger((message) => this.#note('ledger-trouble', message));
  }

  async run(): Promise<number> {
    const { config, newToken, runner } = this.#deps;
    const token = config.gateway.key === undefined ? undefined : newToken();
    if (token !== undefined) runner.setSecret(token);
    const runKey = `${config.context.runId}-${config.context.runAttempt}-${newToken().slice(-8)}`;
    if (this.#deps.environment[this.#ledger.variable]) this.#findings.push(earlierRun(config.task));
    // Told before the agent starts, so that it cannot put another ledger in this one's place.
    runner.exportVariable(this.#ledger.variable, this.#ledger.opened);
    announceMarks(config, runner);
    this.#ledger.append(this.#header());
    const stopped = signalled<Stop>();
    const { meter, guard } = await startMetering(this.#deps, {
      port: 0,
      token,
      idPrefix: runKey,
      ledger: { append: (line) => this.#keep(line) },
      onTrouble: (message) => this.#note('unread-usage', message),
      onStop: stopped.fire,
      telemetry: this.#hearing.sink,
    });
    try {
      await this.#rehearse(meter);
      const exitCode = await this.#runAgent(meter, token, stopped.promise);
      await meter.close();
      return await this.#finish({ exitCode, guard, meter, runKey });
    } catch (error) {
      const endedAt = this.#deps.clock.now();
      this.#ledger.append(
        lastLine({ endedAt, stopReason: 'agent-failed', otherRequests: 0, calls: this.#calls.length }),
      );
      throw error;
    } finally {
      this.#unlisten();
      await meter.close();
      await this.#deps.dispatcher.destroy();
    }
  }

  /** Proves in this very job that a call without an allowance is refused. @throws {AppError} `guard-not-armed` */
  async #rehearse(meter: Meter): Promise<void> {
    const { isArmed, evidence } = await meter.rehearse();
    this.#canary = evidence;
    if (!isArmed && !this.#deps.config.observe)
      throw new AppError('guard-not-armed', `The meter would not hold a limit: ${evidence}.`);
  }

  #keep(line: SentCall | CallEntry): void {
    if (line.type === 'call') this.#calls.push(line);
    this.#ledger.append(line);
  }

  #header(): LedgerLine {
    const { config } = this.#deps;
    return {
      type: 'run',
      runId: config.context.runId,
      task: config.task,
      agent: config.wrap.agent,
      gateway: config.gateway.id,
      startedAt: this.#startedAt.toISOString(),
      limits: Object.fromEntries(Object.entries(config.wrap.limits)),
      ...runFacts(config),
    };
  }

  async #runAgent(meter: Meter, token: string | undefined, stopped: Promise<Stop>): Promise<number> {
    const { command, config, spawn } = this.#deps;
    const child = await spawn({
      command: command.command,
      args: command.args,
      cwd: config.wrap.workingDirectory,
      environment: this.#environment(meter, token),
    });
    const { disarm, unlisten } = this.#endWhenAsked(child, stopped);
    const exitCode = await child.exit;
    disarm();
    await child.end(KILL_GRACE_MS);
    // A cancelled job gets a second signal: it must find somebody who listens until everything is written.
    this.#unlisten = unlisten;
    return exitCode;
  }

  #environment(meter: Meter, token: string | undefined): Record<string, string> {
    const { agentsFor, command, config, environment, privateDir, secrets } = this.#deps;
    const policy = { secrets, dropsProviderKeys: config.gateway.key !== undefined };
    const telemetryUrl = this.#hearing.sink && meter.url;
    const context = { meterUrl: meter.url, token, privateDir, environment, telemetryUrl };
    const chosen = agentsFor(config.wrap.agent, command.text);
    const given: Record<string, string> = Object.assign(
      childEnvironment(environment, policy),
      ...chosen.map((agent) => agent.environment(context)),
    );
    this.#hearing.noteStart(chosen, given);
    return given;
  }

  /** Time, cancellation, and an agent that goes on after its limit end the whole process group. */
  #endWhenAsked(child: Child, stopped: Promise<Stop>): { disarm: () => void; unlisten: () => void } {
    const timers: NodeJS.Timeout[] = [];
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    const endAs = (ending: 'timed-out' | 'cancelled') => {
      // A run that its limit has stopped ended there, whatever ends it for good.
      if (!isStopped) this.#ending ??= ending;
      void child.end(KILL_GRACE_MS);
    };
    const { timeoutMs } = this.#deps.config.wrap.limits;
    if (timeoutMs !== undefined)
      timers.push(setTimeout(() => endAs('timed-out'), Math.min(timeoutMs, LONGEST_TIMER_MS)));
    if (!this.#deps.config.observe)
      void stopped.then(() => timers.push(setTimeout(() => void child.end(KILL_GRACE_MS), STOP_GRACE_MS)));
    const unlisten = this.#deps.onCancel(() => endAs('cancelled'));
    return { disarm: () => timers.forEach(clearTimeout), unlisten };
  }

  async #finish({ exitCode, guard, meter, runKey }: Ended): Promise<number> {
    const { config, clock, runner } = this.#deps;
    const isCutShort = this.#ending !== undefined || exitCode >= SIGNALLED_EXIT_CODE;
    const heard = this.#hearing.hear(this.#calls, isCutShort);
    const end: RunEnd = {
      runKey,
      startedAt: this.#startedAt,
      endedAt: clock.now(),
      ...stopOf(config, { ending: this.#ending, stop: guard.stop, exitCode }),
      exitCode,
      otherRequests: otherRequestsOf(meter),
    };
    const record = recordOfRun(config, end, heard);
    this.#ledger.append(lastLine({ ...end, calls: this.#calls.length }));
    this.#hand(() => setUsageOutputs(runner, record));
    this.#seal(record);
    const unsaved = await rememberWrapped(this.#deps, end, record);
    await showWrapped(this.#deps, record, {
      calls: heard.calls,
      canary: this.#canary,
      findings: [...this.#findings, ...heard.findings, ...unsaved],
      guard,
      meter,
    });
    if (isLimitStop(end.stopReason)) return LIMIT_EXIT_CODE;
    // What later steps would judge by is gone: a green step would say that all is well.
    return exitCode === 0 && !this.#isHandedOn ? EXIT_CODES.state : exitCode;
  }

  #seal(record: UsageRecord): void {
    const sealed = this.#ledger.seal(`${JSON.stringify(record, null, 2)}\n`);
    const { config, runner } = this.#deps;
    this.#hand(() => runner.setOutput('record', sealed?.path));
    // Where the disk took no record, the outputs alone hold it.
    this.#hand(() => runner.exportVariable(this.#ledger.variable, sealed?.value ?? this.#ledger.lost));
    this.#hand(() => announceMarks(config, runner));
  }

  /** The files by which later steps are told may be gone: the run and its figures are not. */
  #hand(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#isHandedOn = false;
      this.#note('not-handed-on', describeError(error));
    }
  }

  #note(id: Trouble['id'], message: string): void {
    if (!this.#findings.some((known) => known.id === id && known.message === message)) {
      this.#findings.push(troubleFinding({ id, message }));
    }
  }
}

function signalled<T>(): { promise: Promise<T>; fire: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, fire: resolve };
}
