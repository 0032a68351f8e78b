/** Times as people read them. */

/** `2026-11-22T09:00:00Z`: a thousandth of a second tells nobody anything. */
export function inSeconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z');
}
