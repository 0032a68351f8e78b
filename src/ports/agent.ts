import type { CallEntry } from '../core/ledger.js';
import type { ToldCall } from '../core/telemetry.js';
import type { RequestBody } from './dialect.js';

/** How an agent reaches the meter. */
export interface AgentContext {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly meterUrl: string;
  /** What stands in for every provider key; `undefined` when the agent keeps its own credentials. */
  readonly token: string | undefined;
  /** An empty folder of this run, outside the system's temporary folder, readable by this user alone. */
  readonly privateDir: string;
  /** The environment the step was started with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where telemetry is wanted, as OTLP over HTTP in JSON, without a path; `undefined` where it is not. */
  readonly telemetryUrl?: string | undefined;
}

export type Caller = CallEntry['caller'];

/** Who made a call, as the agent tells it: good for telling apart, no proof against an agent that lies. */
export interface CallerFacts {
  readonly caller: Caller;
  /** The agent's own id of whoever called (a thread, session or subagent id); bounded, hashed where it is stored. */
  readonly agentId?: string | undefined;
  readonly parentId?: string | undefined;
}

/** What an agent says it used, read from its own files when it has ended: a second witness, never the bill. */
export interface AgentReport {
  /** Cached tokens included; `undefined` where the agent does not tell. */
  readonly inputTokens: number | undefined;
  /** Reasoning included. */
  readonly outputTokens: number | undefined;
  readonly costNanoUsd: number | undefined;
  /** Whose calls the report speaks of: agents leave subagents or titles out, and then only those calls are compared. */
  readonly covers: readonly Caller[];
  /** For a person, e.g. `~/.claude/projects`. */
  readonly origin: string;
}

export interface ReportContext {
  /** The environment the agent was given (HOME, CODEX_HOME …). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Only what was written since then is this run's. */
  readonly startedAt: Date;
}

/** One event of an agent's telemetry. Texts are as they came: whoever keeps one bounds it. */
export interface TelemetryEvent {
  /** Such as `claude_code.api_request`. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string | number>;
}

/** Who works: how its clients are pointed at the meter, and how its calls tell who made them. */
export interface Agent {
  /** Lower-case slug: the value of the input `agent`. */
  readonly id: string;
  /** One line for the generated table: how it is pointed at the meter. */
  readonly summary: string;
  /** True when this command line seems to start the agent. */
  detect(command: string): boolean;
  /** Variables to set for the agent; may write files into `privateDir`. */
  environment(context: AgentContext): Record<string, string>;
  /**
   * Who made a call, from its headers (lower-case names), and from its body where they are silent; `undefined` when neither
   * tells. Large values of the body are not looked into on every call.
   * @throws {SyntaxError} when a part of the body that is looked into is not JSON.
   */
  readCaller(
    headers: Readonly<Record<string, string | undefined>>,
    body: RequestBody,
  ): CallerFacts | undefined;
  /**
   * What the agent wrote down of its own usage in this run. Absent where it leaves none behind. Reads within bounds,
   * follows no links out of the agent's folder, and never throws: a damaged or endless file is `undefined`.
   */
  readReport?(context: ReportContext): AgentReport | undefined;
  /** The call that an event of the agent's telemetry tells of, if it does. Absent where it sends none to `telemetryUrl`. */
  readEvent?(event: TelemetryEvent): ToldCall | undefined;
}
