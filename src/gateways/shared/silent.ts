/** For gateways whose answers say neither what a call cost nor who answered it. */
import type { Gateway } from '../../ports/gateway.js';

export const SAYS_NO_COST: Pick<Gateway, 'readCost'> = { readCost: () => undefined };
export const SAYS_NO_ROUTE: Pick<Gateway, 'readRoute'> = {
  readRoute: () => ({ servedBy: undefined, fallbacks: undefined }),
};
