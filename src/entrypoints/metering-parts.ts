/** The lists that a meter works with, wherever it runs. */
import { agents } from '../agents/index.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { Environment } from '../config/run-context.js';
import { dialects } from '../dialects/index.js';
import { createDispatcher } from '../platform/dispatcher.js';
import { gatewaysUnder } from './gateways-under.js';

/** What a meter is made of, but for the prices: they are large, and loaded in another way by each entry point. */
export function meteringParts(config: { readonly gateway: GatewayConfig }, environment: Environment) {
  const dispatcher = createDispatcher(environment);
  return { dialects, gateways: gatewaysUnder(config), agents, dispatcher };
}
