/** Lets long timers run a hundred times as fast, so that a deadline of 20 s can be seen without waiting for it. */

const LONG_MS = 200;

/** Every timer of `LONG_MS` or more is shortened until the returned function is called. */
export function shortenTimers(factor = 100): () => void {
  const original = globalThis.setTimeout;
  const shortened = (callback: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
    original(callback, delay >= LONG_MS ? delay / factor : delay, ...args);
  globalThis.setTimeout = Object.assign(shortened, original) as typeof setTimeout;
  return () => {
    globalThis.setTimeout = original;
  };
}
