/**
 * Gates in two stores at once: the one of the place, which a pull request of a fork can write to as well, and an issue, which
 * is not evicted. A closing is kept when either kept it.
 */

import type { GateEntry, GateReading } from '../../core/gate.js';
import { decideGate } from '../../core/gate-decision.js';
import type { GateStore, Kept, Saved } from '../../ports/store.js';

export class UnitedGates implements GateStore {
  readonly id: string;
  readonly #place: GateStore;
  readonly #issue: GateStore;
  /** Whether this run may open a gate. */
  readonly #isTrusted: boolean;
  /** What was read last, by gate. */
  readonly #seen = new Map<string, { readonly decided: GateReading; readonly issue: GateReading }>();

  constructor(place: GateStore, issue: GateStore, isTrusted: boolean) {
    this.#place = place;
    this.#issue = issue;
    this.#isTrusted = isTrusted;
    this.id = `${place.id}+${issue.id}`;
  }

  async readGate(gate: string, blockForMs: number | undefined, wantsAll?: boolean): Promise<GateReading> {
    const [place, issue] = await Promise.all([
      this.#place.readGate(gate, blockForMs, wantsAll),
      this.#issue.readGate(gate, blockForMs, wantsAll),
    ]);
    const decided = decideGate([place, issue]);
    this.#seen.set(gate, { decided, issue });
    return decided;
  }

  async saveGate(entry: GateEntry): Promise<Saved> {
    const stores = [this.#place, this.#issue];
    const answers = await Promise.all(stores.map((store) => store.saveGate(entry)));
    const reasons = answers.flatMap((answer, index) =>
      answer.saved ? [] : [`${stores[index]?.id}: ${answer.reason}`],
    );
    const kept = answers.filter((answer): answer is Kept => answer.saved);
    if (kept.length === 0) return { saved: false, reason: reasons.join('; ') };
    const all = { ...kept[0], ...kept[1], saved: true } as const;
    return reasons.length === 0 ? all : { ...all, missing: reasons.join('; ') };
  }

  /** Where the gate was opened elsewhere after the issue had been made, the issue is closed as well. */
  async tendGate(gate: string): Promise<readonly string[]> {
    const [place, issue] = await Promise.all([this.#place.tendGate(gate), this.#issue.tendGate(gate)]);
    return [...place, ...issue, ...(await this.#closeIssue(gate))];
  }

  async #closeIssue(gate: string): Promise<readonly string[]> {
    const { decided, issue } = this.#seen.get(gate) ?? {};
    const opening = decided?.state === 'open' && issue?.state === 'closed' ? decided.entry : undefined;
    if (opening === undefined || !this.#isTrusted) return [];
    const actor = opening.actor ?? `run ${opening.runId}`;
    const reason = opening.reason ?? `It was opened at ${opening.createdAt}.`;
    const saved = await this.#issue.saveGate({ ...opening, gate, actor, reason });
    return saved.saved
      ? [`The issue was closed, since the gate was opened at ${opening.createdAt}.`]
      : [`The gate was opened at ${opening.createdAt}, and its issue could not be closed: ${saved.reason}.`];
  }
}
