/**
 * Where gates and spend history can live; the first that is for this place is used. The state of gates may live elsewhere,
 * or in two stores at once.
 */
import { isTrustedRun } from '../core/gate.js';
import type { GateStore, GateStoreChoice, Store, StoreContext, StoreKind } from '../ports/store.js';
import { actionsCache } from './actions-cache.js';
import { file } from './file.js';
import { IssueGateStore } from './issue-label.js';
import { UnitedGates } from './shared/united-gates.js';
import { withGates } from './shared/with-gates.js';

export const stores: readonly StoreKind[] = [actionsCache, file];

const GATE_STORES: Readonly<Record<GateStoreChoice, (place: Store, context: StoreContext) => GateStore>> = {
  cache: (place) => place,
  issue: (_place, context) => new IssueGateStore(context),
  both: (place, context) => new UnitedGates(place, new IssueGateStore(context), isTrustedRun(context)),
};

export function createStore(context: StoreContext): Store {
  const place = (stores.find((kind) => kind.isFor(context)) ?? file).create(context);
  return withGates(place, GATE_STORES[context.gateStore](place, context));
}
