import type { CallEntry } from '../core/ledger.js';
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
}

export type Caller = CallEntry['caller'];

/** Who made a call, as the agent tells it: good for telling apart, no proof against an agent that lies. */
export interface CallerFacts {
  readonly caller: Caller;
  /** The agent's own id of whoever called (a thread, session or subagent id); bounded, hashed where it is stored. */
  readonly agentId?: string | undefined;
  readonly parentId?: string | undefined;
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
}
