/**
 * Everything this run was told, from inputs, policy file and environment, as one frozen value.
 * Order: input, task, file defaults, built-in default. All faults are collected and thrown at once.
 */
import { existsSync, readFileSync } from 'node:fs';
import { closest } from 'fastest-levenshtein';
import { AppError, type Fault, InputFaults } from '../core/errors.js';
import type { Position } from '../core/findings.js';
import type { RunLimits } from '../core/limits.js';
import type { Range } from '../core/range.js';
import type { Metric } from '../core/record.js';
import type { PrePolicy } from '../core/verdict.js';
import type { BudgetWindow, HttpMapping, Requirement } from '../ports/gateway.js';
import { INPUT_NAMES, INPUTS, type InputName, type InputValue, inputSpec, MODES, type Mode } from './inputs.js';
import { parsePolicy, type Policy, type Setting } from './policy-file.js';
import { type Environment, type RunContext, readRunContext } from './run-context.js';

export const DEFAULT_POLICY_FILE = '.github/spendgate.yml';

/** What can be chosen, so that configuration knows the lists without knowing their members. */
export interface Catalogue {
  readonly gateways: readonly { readonly id: string; readonly requires: readonly Requirement[]; readonly defaultUrl: string | undefined }[];
  readonly agents: readonly string[];
  readonly dialects: readonly string[];
}

export interface GatewayConfig {
  /** `undefined`: no gateway was named. */
  readonly id: string | undefined;
  /** Without a trailing slash or `/v1`; `undefined` when neither given nor known. */
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly budgetUrl: string | undefined;
  readonly adminKey: string | undefined;
  readonly windows: readonly BudgetWindow[];
  readonly mapping: HttpMapping | undefined;
}

export interface Expectation {
  readonly range: Range;
  /** Where the range stands, for an annotation; `undefined` when it came from an input. */
  readonly position: Position | undefined;
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
  readonly wrap: {
    /** Empty on the CLI, where the command follows `--`. */
    readonly run: string;
    readonly shell: 'bash' | 'sh' | 'pwsh';
    readonly workingDirectory: string | undefined;
    readonly agent: string;
    /** Upstream per dialect id; `undefined`: derived from the gateway's URL. */
    readonly upstream: ReadonlyMap<string, string> | undefined;
    readonly limits: RunLimits;
    readonly onUnpriced: 'warn' | 'block';
  };
  readonly post: {
    readonly expect: ReadonlyMap<Metric, Expectation>;
    readonly inputTokens: number | undefined;
    readonly outputTokens: number | undefined;
    readonly costNanoUsd: number | undefined;
    readonly usage: string | undefined;
    readonly onOutOfRange: 'block' | 'fail' | 'warn';
    readonly comment: 'on-finding' | 'always' | 'never';
  };
  readonly gate: {
    readonly name: string;
    readonly blockForMs: number | undefined;
    readonly action: 'status' | 'open' | 'close';
    readonly reason: string | undefined;
  };
}

export type RawInputs = Partial<Record<InputName, string>>;

export interface ConfigSources {
  readonly inputs: RawInputs;
  readonly environment: Environment;
  readonly catalogue: Catalogue;
  /** Called for every secret, before it is used for anything. */
  readonly onSecret: (value: string) => void;
  /** True when the agent's command comes from elsewhere, so that `run` may be empty. */
  readonly hasCommand?: boolean;
}

/** @throws {InputFaults} that lists every fault of this run. */
export function readConfig(sources: ConfigSources): Config {
  for (const name of INPUT_NAMES) {
    const value = sources.inputs[name];
    if (inputSpec(name).secret && value) sources.onSecret(value);
  }
  return new ConfigReader(sources).read();
}

class ConfigReader {
  readonly #sources: ConfigSources;
  readonly #faults: Fault[] = [];
  readonly #policy: Policy | undefined;
  readonly #task: string;

  constructor(sources: ConfigSources) {
    this.#sources = sources;
    this.#task = this.#input('task') || 'default';
    this.#policy = this.#readPolicy();
  }

  read(): Config {
    const mode = this.#mode();
    const context = readRunContext(this.#sources.environment);
    const config = this.#assemble(mode, context);
    this.#checkCommand(config);
    if (mode === 'pre') this.#checkBudgetSource(config);
    this.#checkNames(config);
    if (this.#faults.length > 0) throw new InputFaults(this.#faults);
    return Object.freeze(config);
  }

  #assemble(mode: Mode, context: RunContext): Config {
    return {
      mode,
      task: this.#task,
      observe: this.#value('observe') ?? false,
      context,
      gateway: this.#gateway(),
      githubToken: this.#value('github-token'),
      killSwitch: this.#value('kill-switch'),
      pre: {
        minRemaining: this.#value('min-remaining'),
        onUnreadable: this.#value('on-unreadable') ?? 'block',
        onGateUnknown: this.#value('on-gate-unknown') ?? 'warn',
        alertAt: this.#value('alert-at') ?? [50, 80],
        observe: this.#value('observe') ?? false,
      },
      wrap: {
        run: this.#value('run') ?? '',
        shell: this.#value('shell') ?? 'bash',
        workingDirectory: this.#value('working-directory'),
        agent: this.#value('agent') ?? 'auto',
        upstream: this.#upstream(),
        limits: this.#limits(),
        onUnpriced: this.#value('on-unpriced') ?? 'warn',
      },
      post: {
        expect: this.#expectations(),
        inputTokens: this.#value('input-tokens'),
        outputTokens: this.#value('output-tokens'),
        costNanoUsd: this.#value('cost-usd'),
        usage: this.#value('usage'),
        onOutOfRange: this.#value('on-out-of-range') ?? 'block',
        comment: this.#value('comment') ?? 'on-finding',
      },
      gate: {
        name: this.#value('gate') ?? `${context.workflow}-${this.#task}`,
        blockForMs: this.#value('block-for'),
        action: this.#value('gate-action') ?? 'status',
        reason: this.#value('reason'),
      },
    };
  }

  #input(name: InputName): string | undefined {
    const value = this.#sources.inputs[name];
    return value === undefined || value.trim() === '' ? undefined : value;
  }

  /** The text that holds for an input, and where it stands when that is the policy file. */
  #setting(name: InputName): { text: string; position: Position | undefined } | undefined {
    const given = this.#input(name);
    if (given !== undefined) return { text: given, position: undefined };
    const setting: Setting | undefined = this.#policy?.tasks.get(this.#task)?.get(name) ?? this.#policy?.defaults.get(name);
    return setting && this.#policy && { text: setting.text, position: { file: this.#policy.file, line: setting.line } };
  }

  #value<N extends InputName>(name: N): InputValue<N> {
    const setting = this.#setting(name);
    if (setting === undefined) return undefined;
    try {
      return INPUTS[name].parse(setting.text) as InputValue<N>;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#fault(name, error.message, inputSpec(name).example);
      return undefined;
    }
  }

  #fault(where: string, message: string, example: string): void {
    // One value may be read for two purposes; its fault is told once.
    if (!this.#faults.some((fault) => fault.where === where && fault.message === message)) {
      this.#faults.push({ where, message, example });
    }
  }

  #mode(): Mode {
    const given = this.#input('mode');
    const mode = MODES.find((candidate) => candidate === given?.trim());
    if (mode) return mode;
    const said = given === undefined ? 'No mode is given' : `${JSON.stringify(given)} is not a mode; the nearest one is \`${closest(given, MODES)}\``;
    this.#fault('mode', `${said}. Modes are ${MODES.join(', ')}.`, 'pre');
    return 'pre';
  }

  #readPolicy(): Policy | undefined {
    const named = this.#input('config');
    const file = named ?? DEFAULT_POLICY_FILE;
    if (!existsSync(file)) {
      if (named !== undefined) this.#fault('config', `The policy file ${file} does not exist.`, DEFAULT_POLICY_FILE);
      return undefined;
    }
    const parsed = parsePolicy(readFileSync(file, 'utf8'), file);
    if ('policy' in parsed) return parsed.policy;
    this.#faults.push(...parsed.faults);
    return undefined;
  }

  #gateway(): GatewayConfig {
    const policy = this.#policy?.gateway;
    const id = this.#value('gateway') ?? policy?.id;
    const known = this.#sources.catalogue.gateways.find((gateway) => gateway.id === id);
    const url = this.#value('gateway-url') ?? this.#parsedUrl(policy?.url) ?? this.#fromEnvironment(policy?.['url-env'], 'url-env');
    return {
      id,
      url: (url ?? known?.defaultUrl)?.replace(/\/+$/, '').replace(/\/v1$/, ''),
      key: this.#value('gateway-key') ?? this.#secret(policy?.['key-env']),
      budgetUrl: (this.#value('budget-url') ?? this.#parsedUrl(policy?.['budget-url']))?.replace(/\/+$/, ''),
      adminKey: this.#value('admin-key') ?? this.#secret(policy?.['admin-key-env']),
      windows: policy?.budgets ?? [],
      mapping: policy?.http,
    };
  }

  #parsedUrl(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    try {
      return INPUTS['gateway-url'].parse(text);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#fault(this.#policy?.file ?? 'config', error.message, 'https://llm.example.com');
      return undefined;
    }
  }

  #fromEnvironment(variable: string | undefined, key: string): string | undefined {
    if (variable === undefined) return undefined;
    const value = this.#sources.environment[variable];
    if (value) return this.#parsedUrl(value);
    this.#fault(`${this.#policy?.file}`, `gateway.${key} names the variable ${variable}, which is not set.`, `env: { ${variable}: … }`);
    return undefined;
  }

  /** A key that the policy file names by its variable; absent is allowed, since not every mode needs it. */
  #secret(variable: string | undefined): string | undefined {
    const value = variable === undefined ? undefined : this.#sources.environment[variable];
    if (!value) return undefined;
    this.#sources.onSecret(value);
    return value;
  }

  #upstream(): ReadonlyMap<string, string> | undefined {
    const text = this.#value('upstream');
    if (text === undefined || text.trim() === 'auto') return undefined;
    const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    const entries = lines.flatMap((line): [string, string][] => {
      const [, dialect, url] = /^([\w-]+)\s*=\s*(\S+)$/.exec(line) ?? [];
      if (dialect && url && this.#sources.catalogue.dialects.includes(dialect) && URL.canParse(url)) {
        return [[dialect, url.replace(/\/+$/, '').replace(/\/v1$/, '')]];
      }
      const allowed = this.#sources.catalogue.dialects.join(', ');
      this.#fault('upstream', `${JSON.stringify(line)} is not \`dialect=url\` with one of ${allowed}.`, inputSpec('upstream').example);
      return [];
    });
    return new Map(entries);
  }

  #limits(): RunLimits {
    const limits: Record<keyof RunLimits, number | undefined> = {
      maxCostNanoUsd: this.#value('max-cost'),
      maxTokens: this.#value('max-tokens'),
      maxInputTokens: this.#value('max-input-tokens'),
      maxOutputTokens: this.#value('max-output-tokens'),
      maxRequests: this.#value('max-requests'),
      maxRetries: this.#value('max-retries'),
      timeoutMs: this.#value('timeout'),
      requestMaxInputTokens: this.#value('request-max-input-tokens'),
      requestMaxOutputTokens: this.#value('request-max-output-tokens'),
    };
    return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
  }

  #expectations(): ReadonlyMap<Metric, Expectation> {
    const metrics = { 'input-tokens': 'expect-input-tokens', 'output-tokens': 'expect-output-tokens', cost: 'expect-cost', requests: 'expect-requests' } as const;
    return new Map(
      Object.entries(metrics).flatMap(([metric, name]): [Metric, Expectation][] => {
        const range = this.#value(name);
        return range ? [[metric as Metric, { range, position: this.#setting(name)?.position }]] : [];
      }),
    );
  }

  #checkCommand({ mode, wrap }: Config): void {
    if (mode !== 'wrap' || this.#sources.hasCommand || wrap.run.trim() !== '') return;
    this.#fault('run', 'The agent’s command is empty.', inputSpec('run').example);
  }

  #checkNames({ gateway, wrap }: Config): void {
    const { gateways, agents } = this.#sources.catalogue;
    const ids = gateways.map(({ id }) => id);
    if (gateway.id !== undefined && !ids.includes(gateway.id)) {
      this.#fault('gateway', `${JSON.stringify(gateway.id)} is not a gateway; the nearest one is \`${closest(gateway.id, ids)}\`. Gateways are ${ids.join(', ')}.`, closest(gateway.id, ids));
    }
    if (wrap.agent !== 'auto' && !agents.includes(wrap.agent)) {
      this.#fault('agent', `${JSON.stringify(wrap.agent)} is not an agent; the nearest one is \`${closest(wrap.agent, agents)}\`.`, closest(wrap.agent, agents));
    }
  }

  #checkBudgetSource({ gateway, pre }: Config): void {
    if (gateway.id === undefined) {
      if (pre.minRemaining) this.#fault('gateway', '`min-remaining` is given, but no gateway to ask.', 'litellm');
      return;
    }
    const known = this.#sources.catalogue.gateways.find(({ id }) => id === gateway.id);
    const missing: Readonly<Record<Requirement, boolean>> = {
      'gateway-key': gateway.key === undefined && gateway.adminKey === undefined,
      'gateway-url': gateway.url === undefined && gateway.budgetUrl === undefined,
      mapping: gateway.mapping === undefined,
      budgets: gateway.windows.length === 0,
    };
    for (const need of known?.requires ?? []) {
      if (missing[need]) this.#fault(REQUIREMENT_FAULTS[need].where, `The gateway \`${gateway.id}\` needs ${REQUIREMENT_FAULTS[need].what}.`, REQUIREMENT_FAULTS[need].example);
    }
  }
}

const REQUIREMENT_FAULTS: Readonly<Record<Requirement, { where: string; what: string; example: string }>> = {
  'gateway-key': { where: 'gateway-key', what: 'a key to read the budget with', example: '${{ secrets.LLM_KEY }}' },
  'gateway-url': { where: 'gateway-url', what: 'its base URL', example: 'https://llm.example.com' },
  mapping: { where: 'config', what: '`gateway.http` in the policy file', example: 'gateway: { id: http, http: { url: https://…, unit: USD, remaining: /data/left } }' },
  budgets: { where: 'config', what: '`gateway.budgets` in the policy file', example: 'gateway: { id: ledger, budgets: [{ limit: 50 USD, period: month }] }' },
};
