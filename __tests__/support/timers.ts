/** Lets long timers run a hundred times as fast, so that a deadline of 20 s can be seen without waiting for it. */

const LONG_MS = 200;

/**
 * Every timer of `LONG_MS` or more is shortened until the returned function is called. Who wants to know them gives a
 * list: a spy on a shortened timer would bring it back whenever all spies are undone.
 * @param asked where the delays of timers are noted, in milliseconds, as they were asked for
 */
export function shortenTimers(factor = 100, asked: number[] = []): () => void {
  const { setTimeout: once, setInterval: again } = globalThis;
  const shorten = (delay: number) => (delay >= LONG_MS ? delay / factor : delay);
  const shortOnce = (callback: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) => {
    asked.push(delay);
    return once(callback, shorten(delay), ...args);
  };
  const shortAgain = (callback: (...args: unknown[]) => void, delay = 0, ...args: unknown[]) =>
    again(callback, shorten(delay), ...args);
  globalThis.setTimeout = Object.assign(shortOnce, once) as typeof setTimeout;
  globalThis.setInterval = Object.assign(shortAgain, again) as typeof setInterval;
  return () => {
    globalThis.setTimeout = once;
    globalThis.setInterval = again;
  };
}
