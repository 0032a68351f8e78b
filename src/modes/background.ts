/**
 * `wrap` with `background`: starts the meter as a process of its own and points the rest of the job at it, for agents that
 * are steps of their own. The step ends only when the meter has been seen to listen and to refuse.
 */
import type { Config } from '../config/config.js';
import { type MeterOrder, orderOf } from '../config/meter-order.js';
import { pastProxy } from '../core/child-environment.js';
import { AppError } from '../core/errors.js';
import { type MeterHandle, readMeterHandle, renderMeterHandle } from '../core/meter-handle.js';
import { type MeterUp, readMeterUp } from '../core/meter-up.js';
import type { Agent } from '../ports/agent.js';
import type { DetachedProcess, JobNote, MeterControl } from '../ports/background.js';
import type { ModeDeps } from './deps.js';
import { announceMarks } from './marks.js';
import { killed } from './wrap.js';

export interface BackgroundDeps extends ModeDeps {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly agentsFor: (id: string, command: string) => readonly Agent[];
  readonly newToken: () => string;
  /** A folder that this user alone can read; the meter removes it when it ends. */
  readonly privateDir: string;
  /** Process without which the job is over; `undefined` where nobody can say. */
  readonly workerPid: number | undefined;
  readonly startProcess: () => Promise<DetachedProcess>;
  readonly control: MeterControl;
  readonly meterNote: JobNote;
  /** Tells a terminal, which has no later steps to tell. */
  readonly print: ((line: string) => void) | undefined;
}

/** The exit code, which is 0. @throws {AppError} when the meter does not come up, or would not hold a limit. */
export async function runBackground(deps: BackgroundDeps): Promise<number> {
  const { config, meterNote, control } = deps;
  if (config.killSwitch !== undefined && !config.observe) throw killed(config);
  const earlier = readMeterHandle(meterNote.find() ?? '');
  if (earlier !== undefined && (await control.isThere(earlier)))
    throw new AppError('bad-value', `A meter of the task ${config.task} is running in this job already.`, {
      hint: 'End it with `mode: post`, or give each meter a `task` of its own.',
    });
  const started = await deps.startProcess();
  try {
    const order = orderWith(deps);
    const up = await startMeter(deps, started, order);
    await announce(deps, { order, up, pid: started.pid });
    await started.release();
    return 0;
  } catch (error) {
    started.abandon();
    throw error;
  }
}

/** Masks what is secret before it goes anywhere. */
function orderWith({ config, newToken, privateDir, runner, workerPid }: BackgroundDeps): MeterOrder {
  const token = config.gateway.key === undefined ? undefined : newToken();
  const secrets: [string, string] = [newToken(), newToken()];
  for (const secret of token === undefined ? secrets : [token, ...secrets]) runner.setSecret(secret);
  const { runId, runAttempt } = config.context;
  const runKey = `${runId}-${runAttempt}-${newToken().slice(-8)}`;
  return orderOf(config, { runKey, token, secrets, privateDir, workerPid });
}

async function startMeter(
  { config, control }: BackgroundDeps,
  started: DetachedProcess,
  order: MeterOrder,
): Promise<MeterUp> {
  const up = readMeterUp(await started.ask(JSON.stringify(order)));
  if ('trouble' in up) throw new AppError('meter-not-started', `The meter did not start: ${up.trouble}.`);
  if (!up.isArmed && !config.observe)
    throw new AppError('guard-not-armed', `The meter would not hold a limit: ${up.canary}.`);
  if (!(await control.isThere(handleOf(config, up, order.secrets[0]))))
    throw new AppError('meter-not-started', `The meter does not answer on ${up.controlUrl}.`);
  return up;
}

function handleOf(
  { context, gate, overrides, policy, task }: Config,
  { controlUrl, ledger }: MeterUp,
  secret: string,
): MeterHandle {
  return {
    controlUrl,
    secret,
    task,
    ledger: ledger.path,
    policy: `${policy.variable} ${policy.checksum} ${overrides.decidedAt} ${context.eventFile.mark.checksum} ${gate.mark.value}`,
  };
}

interface Started {
  readonly order: MeterOrder;
  readonly up: MeterUp;
  readonly pid: number;
}

async function announce(deps: BackgroundDeps, { order, up, pid }: Started): Promise<void> {
  const { config, runner, meterNote, print } = deps;
  const { token } = order;
  const environment = environmentOf(deps, up.url, token);
  const [own, shared] = order.secrets;
  const note = meterNote.save(renderMeterHandle(handleOf(config, up, shared)));
  const variables = {
    ...environment,
    [up.ledger.variable]: up.ledger.opened,
    [note.variable]: note.value,
  };
  for (const [name, value] of Object.entries(variables)) runner.exportVariable(name, value);
  announceMarks(config, runner);
  runner.setOutput('meter-url', up.url);
  runner.setOutput('responses-api-endpoint', `${up.url}/v1/responses`);
  runner.setOutput('meter-token', token);
  runner.setOutput('meter-control', renderMeterHandle(handleOf(config, up, own)));
  runner.info(`spendgate: the meter listens on ${up.url} until \`post\` ends it. Canary: ${up.canary}.`);
  print?.(JSON.stringify({ url: up.url, pid, ...(token === undefined ? {} : { token }), environment }));
}

/** No command tells which agent comes, so without `agent` it is what the clients of all of them read. */
function environmentOf(
  { agentsFor, config, environment, privateDir }: BackgroundDeps,
  meterUrl: string,
  token: string | undefined,
): Record<string, string> {
  const context = { meterUrl, token, privateDir, environment };
  const told = agentsFor(config.wrap.agent, '').map((agent) => agent.environment(context));
  return Object.assign({}, ...told, pastProxy(environment));
}
