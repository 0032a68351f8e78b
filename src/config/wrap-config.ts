/** How the agent is run, and what it is held to: what `wrap` is told. */
import type { Reserve, RunLimits } from '../core/limits.js';
import { DEFAULT_WEIGHTS, type TokenWeights } from '../core/weights.js';
import { baseUrl } from './gateway-config.js';
import { inputSpec } from './inputs.js';
import { nearest } from './nearest.js';
import { parseBaseUrl } from './parsers.js';
import type { RunContext } from './run-context.js';
import type { Settings } from './settings.js';

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

/** What an agent and a dialect may be called. */
interface KnownNames {
  readonly agents: readonly string[];
  readonly dialects: readonly string[];
}

export function readWrap(settings: Settings, catalogue: KnownNames, context: RunContext): WrapConfig {
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

export function checkCommand(
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

/** What neither an input's nor the policy file's own reading can tell: that a name is one of ours. */
export function checkNames(settings: Settings, { agents, dialects }: KnownNames): void {
  readAgent(settings, agents);
  readUpstream(settings, dialects);
}

function readAgent(settings: Settings, known: readonly string[]): string {
  const agent = settings.value('agent') ?? 'auto';
  if (agent === 'auto' || known.includes(agent)) return agent;
  const suggestion = nearest(agent, known);
  settings.fault(
    settings.where('agent'),
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
  const where = settings.where('upstream');
  const { example } = inputSpec('upstream');
  const checked = (url: string) => settings.attempt(where, example, () => baseUrl(parseBaseUrl(url)));
  if (/^https?:\/\/\S+$/.test(text)) {
    const url = checked(text);
    return new Map(url === undefined ? [] : dialects.map((dialect) => [dialect, url]));
  }
  const upstream = new Map<string, string>();
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue;
    const [, dialect = '', url = ''] = /^([\w-]+)\s*=\s*(\S+)$/.exec(line) ?? [];
    if (dialects.includes(dialect) && URL.canParse(url)) {
      const base = checked(url);
      if (base !== undefined) upstream.set(dialect, base);
    } else {
      const message = `${JSON.stringify(line)} is not \`dialect=url\` with one of ${dialects.join(', ')}.`;
      settings.fault(where, message, example);
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
