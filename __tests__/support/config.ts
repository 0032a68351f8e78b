/** A configuration read from inputs alone, as a run on GitHub (or, on request, elsewhere) would have it. */
import { agents } from '../../src/agents/index.js';
import { type Config, type RawInputs, readConfig } from '../../src/config/config.js';
import type { GatewayConfig } from '../../src/config/gateway-config.js';
import { dialects } from '../../src/dialects/index.js';
import { gateways } from '../../src/gateways/index.js';
import type { BudgetWindow } from '../../src/ports/gateway.js';

/** A push to the default branch. */
export const ON_MAIN: Readonly<Record<string, string>> = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_RUN_ID: '42',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_WORKFLOW: 'nightly',
  GITHUB_ACTOR: 'octocat',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SERVER_URL: 'https://github.test',
};
export const ON_A_BRANCH = { ...ON_MAIN, GITHUB_REF: 'refs/heads/topic' };
export const ON_A_LAPTOP: Readonly<Record<string, string>> = { HOME: '/home/nobody' };

/** The id of a gateway that exists in tests only. */
export const FAKE_GATEWAY = 'fake';

export interface ConfigOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Left out for the time it is. */
  readonly now?: Date;
  /** Names that were given and are no inputs. */
  readonly unknownInputs?: readonly string[];
  /** Budgets of a policy file. */
  readonly windows?: readonly BudgetWindow[];
  /** What else a policy file says of the gateway. */
  readonly policy?: Partial<Pick<GatewayConfig, 'rates' | 'contract' | 'scope'>>;
}

/** @throws {InputFaults} as a run would. */
export function configOf(
  inputs: RawInputs,
  { environment = ON_MAIN, now, unknownInputs = [], windows, policy = {} }: ConfigOptions = {},
): Config {
  const fake = { id: FAKE_GATEWAY, requires: [], defaultUrl: undefined };
  // Budgets stand in a policy file alone; a test that brings its own needs none.
  const ledger = windows === undefined ? [] : [{ ...fake, id: 'ledger' }];
  const config = readConfig({
    inputs,
    unknownInputs,
    environment,
    catalogue: {
      gateways: [...gateways.filter(({ id }) => id !== 'ledger' || windows === undefined), fake, ...ledger],
      agents: agents.map(({ id }) => id),
      dialects: dialects.map(({ id }) => id),
    },
    onSecret: () => undefined,
    ...(now === undefined ? {} : { now }),
  });
  const told = { ...policy, ...(windows === undefined ? {} : { windows }) };
  return { ...config, gateway: { ...config.gateway, ...told } };
}
