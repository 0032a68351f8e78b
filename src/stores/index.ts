/** Where gates and spend history can live; the first that is for this place is used. */
import type { Store, StoreContext, StoreKind } from '../ports/store.js';
import { actionsCache } from './actions-cache.js';
import { file } from './file.js';

export const stores: readonly StoreKind[] = [actionsCache, file];

export function createStore(context: StoreContext): Store {
  return (stores.find((kind) => kind.isFor(context)) ?? file).create(context);
}
