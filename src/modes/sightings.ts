/** The last count that was seen of a key, kept for the next run that compares: a hint, so that nobody waits for it for long. */
import { HINT_MS, withDeadline } from '../core/deadline.js';
import type { Count, Sighting } from '../core/sighting.js';
import type { ModeDeps } from './deps.js';

export interface SightingDeps extends Pick<ModeDeps, 'config' | 'store' | 'clock'> {
  /** Fingerprint of gateway, address and key; `undefined` without a key, and then nothing is kept. */
  readonly keyFingerprint: string | undefined;
}

/** `undefined` where none is kept, or the store does not answer soon. */
export async function readLast({ store, keyFingerprint }: SightingDeps): Promise<Sighting | undefined> {
  if (keyFingerprint === undefined) return undefined;
  return withDeadline(store.readSighting(keyFingerprint), HINT_MS, () => undefined);
}

/** A run of ours without a look at the gateway before it, as the jobs of a matrix are: what it moved is nobody else's. */
export async function passCount(deps: SightingDeps): Promise<void> {
  const last = await readLast(deps);
  if (last !== undefined && !last.isPassed) await saveCount(deps, last.count, { isPassed: true });
}

export async function saveCount(
  { config, store, clock, keyFingerprint }: SightingDeps,
  count: Count,
  how: Pick<Sighting, 'isPassed'> = {},
): Promise<void> {
  if (keyFingerprint === undefined) return;
  const { runId, workflow } = config.context;
  const at = clock.now().toISOString();
  const saving = store.saveSighting({ key: keyFingerprint, count, at, runId, workflow, ...how });
  await withDeadline<unknown>(saving, HINT_MS, () => undefined);
}
