/** The lists that a meter works with, wherever it runs. */
import { agents } from '../agents/index.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { Environment } from '../config/run-context.js';
import { dialects } from '../dialects/index.js';
import { gateways } from '../gateways/index.js';
import { withContract } from '../gateways/shared/with-contract.js';
import { withWindows } from '../gateways/shared/with-windows.js';
import { createDispatcher } from '../platform/dispatcher.js';
import type { Gateway } from '../ports/gateway.js';

/** What a meter is made of, but for the prices: they are large, and loaded in another way by each entry point. */
export function meteringParts(config: { readonly gateway: GatewayConfig }, environment: Environment) {
  const dispatcher = createDispatcher(environment);
  return { dialects, gateways: gatewaysUnder(config), agents, dispatcher };
}

/** All gateways, with budgets of the policy file beside their own, and the one that was verified under its contract. */
export function gatewaysUnder({ gateway }: { readonly gateway: GatewayConfig }): readonly Gateway[] {
  return gateways.map((candidate) => withContract(withWindows(candidate), gateway.contract));
}
