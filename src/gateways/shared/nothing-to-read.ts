/** Gateways without any API that tells what is left: a budget of the policy file stands in, or `pre` says so plainly. */
import { AppError } from '../../core/errors.js';
import type { Gateway } from '../../ports/gateway.js';
import { readWindows } from './ledger-windows.js';

/** @param why ends the sentence "… has nothing to read a budget from: …" */
export function nothingToRead(id: string, why: string): Pick<Gateway, 'readBudget' | 'readsWindows'> {
  return {
    readsWindows: true,
    readBudget: async (context) => {
      if (context.windows.length > 0) return readWindows(id, context);
      throw new AppError('not-readable', `${id} has nothing to read a budget from: ${why}.`);
    },
  };
}
