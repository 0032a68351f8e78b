/**
 * Everything this run was told, from inputs, policy file and environment, as one frozen value.
 * Order: input, task, file defaults, built-in default. All faults are collected and thrown at once.
 */
import { InputFaults } from '../core/errors.js';
import type { Position } from '../core/findings.js';
import type { Reserve, RunLimits } from '../core/limits.js';
import { type MeterHandle, readMeterHandle } from '../core/meter-handle.js';
import type { Range } from '../core/range.js';
import type { Metric } from '../core/record.js';
import type { PrePolicy } from '../core/verdict.js';
import { DEFAULT_WEIGHTS, type TokenWeights } from '../core/weights.js';
import { type CheckConfig, readCheck } from './check-config.js';
import {
  baseUrl,
  checkBudgetSource,
  checkUpstream,
  type GatewayConfig,
  type GatewaySources,
  readGateway,
} from './gateway-config.js';
import { INPUT_NAMES, type InputName, inputSpec, MODES, type Mode, type ProbeName } from './inputs.js';
import { nearest } from './nearest.js';
import { configNotes } from './notes.js';
import { EXPECT_KEYS } from './policy-file.js';
import { type Environment, type RunContext, readRunContext } from './run-context.js';
import { type PolicyMark, type RawInputs, Settings } from './settings.js';

export type { RawInputs } from './settings.js';

/** What can be chosen, so that configuration knows the lists without knowing their members. */
export interface Catalogue {
  readonly gateways: GatewaySources['gateways'];
  readonly agents: readonly string[];
  readonly dialects: readonly string[];
}

export interface Expectation {
  readonly range: Range;
  /** Where the range stands, for an annotation; `undefined` when it came from an input. */
  readonly position: Position | undefined;
}

export interface WrapConfig {
  /** Empty on the CLI, where the command follows `--`, and in the background. */
  readonly run: string;
  /** The meter outlives the step, and starts no command. */
  readonly background: boolean;
  readonly shell: 'bash' | 'sh' | 'pwsh';
  readonly workingDirectory: string | undefined;
  readonly agent: string;
  /** Whether the meter takes the agent's telemetry. */
  readonly agentTelemetry: boolean;
  /** Upstream per dialect id; `undefined`: derived from the gateway's URL. */
  readonly upstream: ReadonlyMap<string, string> | undefined;
  readonly limits: RunLimits;
  readonly weights: TokenWeights;
  /** What is kept for handing in; `undefined`: the agent is not told that its run comes to an end. */
  readonly wrapUp: { readonly reserve: Reserve } | undefined;
  readonly onUnpriced: 'warn' | 'block';
  readonly onFallback: 'warn' | 'stop' | 'pass';
  readonly runner: RunnerConfig;
}

/** What the runner's minutes cost. */
export interface RunnerConfig {
  /** Nano-USD per minute by label; `undefined` when minutes are not counted. */
  readonly prices: ReadonlyMap<string, number> | undefined;
  /** Labels of this runner, the most telling first. */
  readonly labels: readonly string[];
}

/** What `verify` may do, and where it puts what it found. */
export interface VerifyConfig {
  readonly maxCostNanoUsd: number | undefined;
  readonly model: string | undefined;
  readonly probes: readonly ProbeName[] | undefined;
  readonly budgetNanoUsd: number | undefined;
  readonly secondKey: string | undefined;
  readonly fallbackModel: string | undefined;
  readonly requestCeiling: number | undefined;
  readonly label: string | undefined;
  readonly waitMs: number;
  readonly dir: string;
}

export interface PostConfig {
  readonly expect: ReadonlyMap<Metric, Expectation>;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly costNanoUsd: number | undefined;
  readonly usage: string | undefined;
  /** A meter in the background, as the workflow hands it on; `undefined` when it does not. */
  readonly meter: MeterHandle | undefined;
  readonly onOutOfRange: 'block' | 'fail' | 'warn';
  readonly maxDriftPercent: number;
  readonly reconcileWaitMs: number;
  readonly comment: 'on-finding' | 'always' | 'never';
  /** The policy file, where it was changed during the run: nothing of it is in here. */
  readonly changedPolicy: string | undefined;
}

export interface GateConfig {
  readonly name: string;
  readonly blockForMs: number | undefined;
  readonly action: 'status' | 'open' | 'close';
  readonly reason: string | undefined;
}

export interface Config {
  readonly mode: Mode;
  readonly task: string;
  readonly observe: boolean;
  readonly context: RunContext;
  readonly gateway: GatewayConfig;
  readonly githubToken: string | undefined;
  readonly killSwitch: string | undefined;
  readonly pre: PrePolicy;
  readonly wrap: WrapConfig;
  readonly post: PostConfig;
  readonly gate: GateConfig;
  readonly check: CheckConfig;
  /** What `comment` reads; `undefined` where it was not told. */
  readonly report: string | undefined;
  readonly verify: VerifyConfig;
  /** Proof of the policy file as it stands now, for later steps of the job. */
  readonly policy: PolicyMark;
  /** What a person should know about how this was configured. */
  readonly notes: readonly string[];
}

const DEFAULT_MAX_DRIFT_PERCENT = 5;
const DEFAULT_RECONCILE_WAIT_MS = 10_000;
const DEFAULT_VERIFY_WAIT_MS = 90_000;

export interface ConfigSources {
  readonly inputs: RawInputs;
  /** Names that were given and are no inputs: a misspelt limit would be no limit. */
  readonly unknownInputs?: readonly string[];
  readonly environment: Environment;
  readonly catalogue: Catalogue;
  /** Called for every secret, before it is used for anything. */
  readonly onSecret: (value: string) => void;
  /** True when the agent's command comes from elsewhere, so that `run` may be empty. */
  readonly hasCommand?: boolean;
}

/** @throws {InputFaults} that lists every fault of this run. */
export function readConfig(sources: ConfigSources): Config {
  const { inputs, environment, catalogue, onSecret } = sources;
  for (const name of INPUT_NAMES) {
    const value = inputs[name];
    // The value is used without the blanks around it, so that form is masked too.
    if (inputSpec(name).secret && value?.trim())
      for (const form of new Set([value, value.trim()])) onSecret(form);
  }
  const settings = new Settings(inputs, environment);
  const mode = readMode(settings);
  const context = readRunContext(environment);
  const config: Config = {
    mode,
    task: settings.task,
    observe: settings.value('observe') ?? false,
    context,
    gateway: readGateway(settings, {
      gateways: catalogue.gateways,
      environment,
      onSecret,
      isUsed: mode === 'pre' || mode === 'wrap' || mode === 'verify',
    }),
    githubToken: settings.value('github-token'),
    killSwitch: settings.value('kill-switch'),
    pre: readPre(settings),
    wrap: readWrap(settings, catalogue, context),
    post: readPost(settings),
    gate: readGate(settings, context),
    check: readCheck(settings, context, environment),
    report: settings.value('report'),
    verify: readVerify(settings),
    policy: settings.policyMark,
    notes: configNotes(settings, mode === 'wrap'),
  };
  for (const name of sources.unknownInputs ?? []) {
    const suggestion = nearest(name, INPUT_NAMES);
    settings.fault(
      name,
      `This is not an input; the nearest one is \`${suggestion}\`.`,
      `${suggestion}: ${inputSpec(suggestion as InputName).example}`,
    );
  }
  if (mode === 'wrap') checkCommand(settings, config.wrap, sources.hasCommand ?? false);
  if (mode === 'wrap' && config.wrap.upstream === undefined && settings.faults.length === 0)
    checkUpstream(settings, config.gateway, catalogue.gateways);
  if (mode === 'pre' && !settings.hasBrokenPolicy)
    checkBudgetSource(settings, config.gateway, catalogue.gateways);
  if (mode === 'comment' && config.report === undefined)
    settings.fault('report', 'No report is named.', inputSpec('report').example);
  if (mode === 'verify') checkVerify(settings, config);
  if (settings.faults.length > 0) throw new InputFaults(settings.faults);
  return Object.freeze(config);
}

function checkCommand(
  settings: Settings,
  { run, background, agentTelemetry }: WrapConfig,
  hasCommand: boolean,
): void {
  if (background && agentTelemetry) {
    const message = 'With `background` the meter starts no agent whose telemetry it could turn on.';
    settings.fault('agent-telemetry', message, 'false');
  }
  if (background && (hasCommand || run !== '')) {
    const message = 'With `background` the meter starts no command: give the one or the other.';
    settings.fault('run', message, 'a step of its own for the agent');
  }
  // A task's `run` is what the words behind `--` stand in for.
  if (!background && hasCommand && settings.input('run') !== undefined) {
    const message = 'The agent’s command stands behind `--` as well: give the one or the other.';
    settings.fault('run', message, 'spendgate wrap -- claude -p "Triage issue 7"');
  }
  if (!background && !hasCommand && run === '')
    settings.fault('run', 'The agent’s command is empty.', inputSpec('run').example);
}

function checkVerify(settings: Settings, { gateway, verify }: Config): void {
  const missing: [InputName, boolean, string][] = [
    ['gateway', gateway.id === undefined, 'which gateway'],
    ['gateway-url', gateway.id !== undefined && gateway.url === undefined, 'its base URL'],
    ['gateway-key', gateway.key === undefined, 'a key with a small test budget'],
    ['verify-model', verify.model === undefined, 'a model to call'],
  ];
  if (verify.secondKey !== undefined && verify.secondKey === gateway.key)
    settings.fault(
      'verify-second-key',
      'This is the first key again.',
      inputSpec('verify-second-key').example,
    );
  for (const [name, isMissing, what] of missing)
    if (isMissing) settings.fault(name, `\`verify\` needs to know ${what}.`, inputSpec(name).example);
}

function readMode(settings: Settings): Mode {
  const given = settings.input('mode');
  const mode = MODES.find((candidate) => candidate === given);
  if (mode) return mode;
  const said =
    given === undefined
      ? 'No mode is given'
      : `${JSON.stringify(given)} is not a mode; the nearest one is \`${nearest(given, MODES)}\``;
  settings.fault('mode', `${said}. Modes are ${MODES.join(', ')}.`, 'pre');
  return 'pre';
}

function readPre(settings: Settings): PrePolicy {
  return {
    minRemaining: settings.value('min-remaining'),
    onUnreadable: settings.value('on-unreadable') ?? 'block',
    onGateUnknown: settings.value('on-gate-unknown') ?? 'warn',
    alertAt: settings.value('alert-at') ?? [50, 80],
    observe: settings.value('observe') ?? false,
  };
}

function readWrap(settings: Settings, catalogue: Catalogue, context: RunContext): WrapConfig {
  const label = settings.value('runner-label');
  return {
    run: settings.value('run') ?? '',
    background: settings.value('background') ?? false,
    shell: settings.value('shell') ?? 'bash',
    workingDirectory: settings.value('working-directory'),
    agent: readAgent(settings, catalogue.agents),
    agentTelemetry: settings.value('agent-telemetry') ?? false,
    upstream: readUpstream(settings, catalogue.dialects),
    limits: readLimits(settings),
    weights: settings.value('token-weights') ?? DEFAULT_WEIGHTS,
    wrapUp: readWrapUp(settings),
    onUnpriced: settings.value('on-unpriced') ?? 'warn',
    onFallback: settings.value('on-fallback') ?? 'warn',
    runner: {
      prices: settings.value('minutes-price'),
      labels: label === undefined ? context.runnerLabels : [label, ...context.runnerLabels],
    },
  };
}

function readPost(settings: Settings): PostConfig {
  return {
    expect: readExpectations(settings),
    inputTokens: settings.value('input-tokens'),
    outputTokens: settings.value('output-tokens'),
    costNanoUsd: settings.value('cost-usd'),
    usage: settings.value('usage'),
    meter: readMeter(settings),
    onOutOfRange: settings.value('on-out-of-range') ?? 'block',
    maxDriftPercent: settings.value('max-drift') ?? DEFAULT_MAX_DRIFT_PERCENT,
    reconcileWaitMs: settings.value('reconcile-wait') ?? DEFAULT_RECONCILE_WAIT_MS,
    comment: settings.value('comment') ?? 'on-finding',
    changedPolicy: settings.changedPolicy,
  };
}

/** How much of a name is quoted that came from elsewhere. */
const MAX_SHOWN = 100;

function readMeter(settings: Settings): MeterHandle | undefined {
  const text = settings.value('meter-control');
  const handle = text === undefined ? undefined : readMeterHandle(text);
  if (text !== undefined && handle === undefined) {
    const message = 'This is not the output `meter-control` of a `wrap` step with `background`.';
    settings.fault('meter-control', message, inputSpec('meter-control').example);
  }
  if (handle !== undefined && handle.task !== settings.task) {
    const [theirs, own] = [handle.task, settings.task].map((task) =>
      JSON.stringify(task.slice(0, MAX_SHOWN)),
    );
    const message = `This is the meter of the task ${theirs}, and this step is of the task ${own}: that meter is left alone.`;
    settings.fault('meter-control', message, inputSpec('meter-control').example);
  }
  return handle;
}

function readVerify(settings: Settings): VerifyConfig {
  return {
    maxCostNanoUsd: settings.value('verify-max-cost'),
    model: settings.value('verify-model'),
    probes: settings.value('verify-probes'),
    budgetNanoUsd: settings.value('verify-budget'),
    secondKey: settings.value('verify-second-key'),
    fallbackModel: settings.value('verify-fallback-model'),
    requestCeiling: settings.value('verify-request-ceiling'),
    label: settings.value('verify-label'),
    waitMs: settings.value('verify-wait') ?? DEFAULT_VERIFY_WAIT_MS,
    dir: settings.value('verify-dir') ?? 'spendgate-verify',
  };
}

function readGate(settings: Settings, { workflow }: RunContext): GateConfig {
  return {
    name: settings.value('gate') ?? `${workflow}-${settings.task}`,
    blockForMs: settings.value('block-for'),
    action: settings.value('gate-action') ?? 'status',
    reason: settings.value('reason'),
  };
}

function readAgent(settings: Settings, known: readonly string[]): string {
  const agent = settings.value('agent') ?? 'auto';
  if (agent === 'auto' || known.includes(agent)) return agent;
  const suggestion = nearest(agent, known);
  settings.fault(
    'agent',
    `${JSON.stringify(agent)} is not an agent; the nearest one is \`${suggestion}\`.`,
    suggestion,
  );
  return 'auto';
}

function readUpstream(
  settings: Settings,
  dialects: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const text = settings.value('upstream');
  if (text === undefined || text === 'auto') return undefined;
  if (/^https?:\/\/\S+$/.test(text)) return new Map(dialects.map((dialect) => [dialect, baseUrl(text)]));
  const upstream = new Map<string, string>();
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue;
    const [, dialect = '', url = ''] = /^([\w-]+)\s*=\s*(\S+)$/.exec(line) ?? [];
    if (dialects.includes(dialect) && URL.canParse(url)) upstream.set(dialect, baseUrl(url));
    else {
      const message = `${JSON.stringify(line)} is not \`dialect=url\` with one of ${dialects.join(', ')}.`;
      settings.fault('upstream', message, inputSpec('upstream').example);
    }
  }
  return upstream;
}

function readLimits(settings: Settings): RunLimits {
  const limits: Record<keyof RunLimits, number | undefined> = {
    maxCostNanoUsd: settings.value('max-cost'),
    maxTokens: settings.value('max-tokens'),
    maxInputTokens: settings.value('max-input-tokens'),
    maxOutputTokens: settings.value('max-output-tokens'),
    maxWeightedTokens: settings.value('max-weighted-tokens'),
    maxRequests: settings.value('max-requests'),
    maxRetries: settings.value('max-retries'),
    maxConsecutiveErrors: settings.value('max-consecutive-errors'),
    maxIdenticalRequests: settings.value('max-identical-requests'),
    maxCacheMisses: settings.value('max-cache-misses'),
    maxSubagents: settings.value('max-subagents'),
    maxSubagentDepth: settings.value('max-subagent-depth'),
    maxSubagentTokens: settings.value('max-subagent-tokens'),
    timeoutMs: settings.value('timeout'),
    requestMaxInputTokens: settings.value('request-max-input-tokens'),
    requestMaxOutputTokens: settings.value('request-max-output-tokens'),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

function readWrapUp(settings: Settings): WrapConfig['wrapUp'] {
  const reserve = settings.value('reserve') ?? 'auto';
  return settings.value('wrap-up') === true ? { reserve } : undefined;
}

function readExpectations(settings: Settings): ReadonlyMap<Metric, Expectation> {
  const expect = new Map<Metric, Expectation>();
  for (const [metric, name] of Object.entries(EXPECT_KEYS) as [Metric, (typeof EXPECT_KEYS)[Metric]][]) {
    const range = settings.value(name);
    if (range) expect.set(metric, { range, position: settings.position(name) });
  }
  return expect;
}
