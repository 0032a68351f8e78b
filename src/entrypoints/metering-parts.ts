/** What a meter is made of, wherever it runs. What only some runs use is not loaded here. */
import { agents } from '../agents/index.js';
import type { GatewayConfig } from '../config/gateway-config.js';
import type { Environment } from '../config/run-context.js';
import { dialects } from '../dialects/index.js';
import { gateways } from '../gateways/index.js';
import { withContract } from '../gateways/shared/with-contract.js';
import { withWindows } from '../gateways/shared/with-windows.js';
import { createDispatcher } from '../platform/dispatcher.js';
import type { Gateway } from '../ports/gateway.js';

/** The price table is large, so only a mode that meters loads it. */
export async function meteringParts(config: { readonly gateway: GatewayConfig }, environment: Environment) {
  const { default: prices } = await import('../data/prices.json', { with: { type: 'json' } });
  const dispatcher = createDispatcher(environment);
  return { dialects, gateways: gatewaysUnder(config), agents, prices, dispatcher };
}

/** All gateways, with budgets of the policy file beside their own, and the one that was verified under its contract. */
export function gatewaysUnder({ gateway }: { readonly gateway: GatewayConfig }): readonly Gateway[] {
  return gateways.map((candidate) => withContract(withWindows(candidate), gateway.contract));
}
