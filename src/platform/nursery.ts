/** How much memory V8 lets pile up before it looks for what is dead. */
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young generation at the size it starts with. Under load it would grow to 134 MB, and nothing in a meter needs
 * that: what belongs to a call is dead when the call is, and the little that outlives it lives as long as the run.
 * The flag is one of the few that V8 reads anew each time it would grow.
 */
export function keepNurserySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
