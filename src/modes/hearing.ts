/** Hears what the agents of a run say of themselves: their own reports, and their telemetry where it was asked for. */
import type { Config } from '../config/config.js';
import { type Finding, finding } from '../core/findings.js';
import { type CallEntry, isBillable } from '../core/ledger.js';
import { joinTelemetry, namedCallers, type TelemetryJoin } from '../core/telemetry.js';
import { type Account, hearWitness, type Witness } from '../core/witness.js';
import { TelemetrySink } from '../meter/telemetry-sink.js';
import type { Agent, ReportContext } from '../ports/agent.js';

export interface Heard {
  /** The calls, with who made them where only telemetry knew. */
  readonly calls: readonly CallEntry[];
  readonly witness: Witness | undefined;
  readonly telemetry: TelemetryJoin | undefined;
  readonly findings: readonly Finding[];
}

type Environment = ReportContext['environment'];

/** The standard variables that send telemetry somewhere: then it is the user's own, and stays so. */
const OWN_COLLECTOR = /^OTEL_EXPORTER_OTLP_(?:LOGS_|METRICS_|TRACES_)?ENDPOINT$/;

export class Hearing {
  /** Takes telemetry; `undefined` where none is wanted. */
  readonly sink: TelemetrySink | undefined;
  readonly #config: Config;
  readonly #startedAt: Date;
  readonly #collector: string | undefined;
  #agents: readonly Agent[] = [];
  #environment: Environment = {};

  constructor(config: Config, known: readonly Agent[], environment: Environment, startedAt: Date) {
    this.#config = config;
    this.#startedAt = startedAt;
    this.#collector = Object.keys(environment).find((name) => OWN_COLLECTOR.test(name) && environment[name]);
    if (!config.wrap.agentTelemetry || this.#collector !== undefined) return;
    this.sink = new TelemetrySink((event) => {
      for (const agent of known) {
        const told = agent.readEvent?.(event);
        if (told !== undefined) return told;
      }
      return undefined;
    });
  }

  /** @param agents the ones whose environment the command was given */
  noteStart(agents: readonly Agent[], environment: Environment): void {
    this.#agents = agents;
    this.#environment = environment;
  }

  /** @param isCutShort true when the agent was killed, so that it may not have written down its last calls */
  hear(calls: readonly CallEntry[], isCutShort: boolean): Heard {
    const { sink } = this;
    const named = sink ? namedCallers(sink.told, calls) : calls;
    const telemetry = sink && joinTelemetry(sink.told, calls, sink.isCut);
    return {
      calls: named,
      witness: this.#hearReports(named, isCutShort),
      telemetry,
      findings: this.#findings(telemetry, calls),
    };
  }

  #hearReports(calls: readonly CallEntry[], isCutShort: boolean): Witness | undefined {
    const context = {
      environment: this.#environment,
      workingDirectory: this.#config.wrap.workingDirectory ?? '.',
      startedAt: this.#startedAt,
    };
    const able = this.#agents.filter(({ readReport }) => readReport !== undefined);
    const accounts = able.flatMap((agent): Account[] => {
      const report = agent.readReport?.(context);
      return report === undefined ? [] : [{ ...report, agent: agent.id }];
    });
    return hearWitness(accounts, calls, isCutShort || accounts.length < able.length);
  }

  #findings(telemetry: TelemetryJoin | undefined, calls: readonly CallEntry[]): Finding[] {
    if (this.#config.wrap.agentTelemetry && this.#collector !== undefined) {
      const message = `\`${this.#collector}\` is set, so the agent’s telemetry goes where it says, and \`agent-telemetry\` has nothing to join.`;
      return [
        finding('notice', 'telemetry-left-alone', 'Telemetry is left alone', message, {
          advice: `Leave \`${this.#collector}\` out of this step, or \`agent-telemetry\`.`,
        }),
      ];
    }
    if (telemetry?.events !== 0 || !calls.some(isBillable)) return [];
    const message =
      '`agent-telemetry` is on, and no call was told of. Claude Code can send it; an agent that was killed may not have.';
    return [
      finding('notice', 'telemetry-missing', 'No telemetry arrived', message, {
        advice:
          'Leave `agent-telemetry` out for an agent that sends none; the calls are counted all the same.',
      }),
    ];
  }
}
