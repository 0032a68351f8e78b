/** The store of the place, with the state of gates kept elsewhere. */
import type { GateEntry } from '../../core/gate.js';
import type { SpendEntry } from '../../core/ledger.js';
import type { Sighting } from '../../core/sighting.js';
import type { GateStore, Store } from '../../ports/store.js';

export function withGates(place: Store, gates: GateStore): Store {
  return {
    id: place.id,
    readGate: (gate: string, blockForMs: number | undefined, wantsAll?: boolean) =>
      gates.readGate(gate, blockForMs, wantsAll),
    saveGate: (entry: GateEntry) => gates.saveGate(entry),
    tendGate: (gate: string) => gates.tendGate(gate),
    readSpend: () => place.readSpend(),
    mergeSpend: (entries: readonly SpendEntry[]) => place.mergeSpend(entries),
    readSighting: (key: string) => place.readSighting(key),
    saveSighting: (sighting: Sighting) => place.saveSighting(sighting),
    findClaims: (names: readonly string[]) => place.findClaims(names),
    claim: (name: string) => place.claim(name),
    tendClaims: () => place.tendClaims(),
  };
}
