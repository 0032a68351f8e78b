/** Any gateway with budgets of the policy file beside its own: the tightest decides. */
import type { Gateway } from '../../ports/gateway.js';
import { readWindows } from './ledger-windows.js';

export function withWindows(gateway: Gateway): Gateway {
  if (gateway.readsWindows) return gateway;
  return {
    ...gateway,
    readBudget: async (context) => {
      if (context.windows.length === 0) return gateway.readBudget(context);
      const [own, windows] = await Promise.all([
        gateway.readBudget(context),
        readWindows(gateway.id, context),
      ]);
      return {
        ...own,
        limits: [...own.limits, ...windows.limits],
        unread: [...new Set([...own.unread, ...windows.unread])],
      };
    },
  };
}
