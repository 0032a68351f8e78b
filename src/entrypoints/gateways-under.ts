import type { GatewayConfig } from '../config/gateway-config.js';
import { gateways } from '../gateways/index.js';
import { withContract } from '../gateways/shared/with-contract.js';
import { withWindows } from '../gateways/shared/with-windows.js';
import type { Gateway } from '../ports/gateway.js';

/** All gateways, with budgets of the policy file beside their own, and the one that was verified under its contract. */
export function gatewaysUnder({ gateway }: { readonly gateway: GatewayConfig }): readonly Gateway[] {
  return gateways.map((candidate) => withContract(withWindows(candidate), gateway.contract));
}
