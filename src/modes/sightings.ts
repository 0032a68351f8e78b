/** Keeps the last count that was seen of a key, for the next run that compares. */
import type { Count } from '../core/sighting.js';
import type { ModeDeps } from './deps.js';

export interface SightingDeps extends Pick<ModeDeps, 'config' | 'store' | 'clock'> {
  /** Fingerprint of gateway, address and key; `undefined` without a key, and then nothing is kept. */
  readonly keyFingerprint: string | undefined;
}

export async function saveCount(
  { config, store, clock, keyFingerprint }: SightingDeps,
  count: Count,
): Promise<void> {
  if (keyFingerprint === undefined) return;
  const { runId, workflow } = config.context;
  await store.saveSighting({ key: keyFingerprint, count, at: clock.now().toISOString(), runId, workflow });
}
