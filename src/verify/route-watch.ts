/** Tells a fallback from deployments that take turns: a route that answered before the budget was spent is no fallback. */
import type { CallResult } from './caller.js';

export class RouteWatch {
  readonly #usual = new Set<string>();
  #usualFallbacks = 0;
  #rerouted: string | undefined;

  /** What answered after the budget was spent and never before; `undefined` when nothing did. */
  get rerouted(): string | undefined {
    return this.#rerouted;
  }

  note({ model, route }: CallResult, isBeyond: boolean): void {
    const name = `${route.servedBy ?? ''} ${model ?? ''}`;
    const fallbacks = route.fallbacks ?? 0;
    if (!isBeyond) {
      this.#usual.add(name);
      this.#usualFallbacks = Math.max(this.#usualFallbacks, fallbacks);
      return;
    }
    const isFallback = fallbacks > this.#usualFallbacks;
    if (isFallback || !this.#usual.has(name))
      this.#rerouted ??= `${route.servedBy ?? model ?? 'another route'}${isFallback ? ' (a fallback)' : ''}`;
  }
}
