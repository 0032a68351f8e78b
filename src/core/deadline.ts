/** Bounds the time that something outside may take. */

/** A timer of Node's cannot be set for longer. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** For what only adds to a verdict, or tells somebody of it: it is worth a moment of a run, and no more. */
export const HINT_MS = 5_000;

/**
 * Settles as the promise does, or with `onTimeout()` once the time is over. The promise itself goes on unheard:
 * whoever needs it to stop gives it a signal.
 */
export async function withDeadline<T>(
  promise: Promise<T>,
  timeoutMs: number,
  onTimeout: () => T,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(onTimeout()), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps no process alive by itself. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
