/**
 * Gives the memory of bytes back at once. Left to the collector it is freed only when the whole heap is looked through, which
 * bytes outside the heap make it do again and again: for requests of 2 MB that took a third of the meter's time.
 */

/** Not worth the call. */
const LEAST_BYTES = 4 * 1024;

/**
 * All of these are empty afterwards: only for bytes that nobody reads or sends any more. What shares its memory with others,
 * as short buffers do, stays as it is. Never throws: what cannot be freed is left to the collector.
 */
export function freeBytes(parts: readonly Buffer[]): void {
  for (const { buffer, length } of parts) {
    const isWhole = length === buffer.byteLength && buffer instanceof ArrayBuffer;
    if (length < LEAST_BYTES || !isWhole) continue;
    try {
      buffer.transfer(0);
    } catch {
      // Somebody has marked it as not to be taken away.
    }
  }
}
