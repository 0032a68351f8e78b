/** Reads what a run was told into its configuration; every secret is masked before it is used. */
import { AGENT_IDS } from '../agents/shared/ids.js';
import { type Config, maskInputs, readConfig } from '../config/config.js';
import { DECISION_VARIABLE } from '../config/decided-overrides.js';
import { DIALECT_IDS } from '../dialects/shared/ids.js';
import { gateways } from '../gateways/index.js';
import type { Host } from './compose.js';
import { readPolicyFiles } from './extended-policy.js';

type Told = Pick<Host, 'runner' | 'environment' | 'inputs' | 'unknownInputs' | 'faults' | 'command'>;

export interface Configured {
  readonly config: Config;
  readonly secrets: readonly string[];
  /** The same, as if no earlier step of this job had decided over overrides. */
  readonly decideNow: () => Config;
}

/** @throws {InputFaults} */
export async function configure({
  runner,
  environment,
  inputs,
  unknownInputs = [],
  faults,
  command,
}: Told): Promise<Configured> {
  const secrets: string[] = [];
  const onSecret = (value: string) => {
    if (secrets.includes(value)) return;
    for (const form of new Set([value, encodeURIComponent(value)])) runner.setSecret(form);
    secrets.push(value);
  };
  // Its token must be masked before it is used.
  maskInputs(inputs, onSecret);
  const files = await readPolicyFiles(inputs, environment);
  const catalogue = { gateways, agents: AGENT_IDS, dialects: DIALECT_IDS };
  const hasCommand = command !== undefined;
  const sources = { inputs, unknownInputs, environment, catalogue, onSecret, hasCommand, faults, ...files };
  const undecided = { ...environment, [DECISION_VARIABLE]: undefined };
  return {
    config: readConfig(sources),
    secrets,
    decideNow: () => readConfig({ ...sources, environment: undecided }),
  };
}
