import type { CallEntry } from '../core/ledger.js';

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
  /** Who made a call, from its headers (lower-case names); `undefined` when they do not tell. */
  readCaller(headers: Readonly<Record<string, string | undefined>>): Caller | undefined;
}
