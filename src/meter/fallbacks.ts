/**
 * Answers of another model than the one that was asked for: told by the gateway in a header, as soon as an answer begins,
 * or by the name the answer itself gives. A call counts once, whichever tells first, and however its answer ends.
 */
import { isAnotherModel } from '../core/model-name.js';
import type { Route } from '../ports/gateway.js';
import { type Stop, stopAt } from './admission.js';
import { countUp } from './counts.js';

/** What an answer of another model does; `pass` does not even count it. */
export type OnFallback = 'warn' | 'stop' | 'pass';

export interface FallbackOptions {
  readonly onFallback: OnFallback;
  /** Takes the key out of what an answer says. */
  readonly redact: (text: string) => string;
  readonly stopWith: (stop: Stop) => void;
}

export class Fallbacks {
  /** Calls by `asked → answered`. */
  readonly reroutes = new Map<string, number>();
  /** The gateway's own version, as the last answer told it. */
  gatewayVersion: string | undefined;
  readonly #options: FallbackOptions;

  constructor(options: FallbackOptions) {
    this.#options = options;
  }

  /** Takes what the head of an answer tells; true when it tells of a fallback. */
  noteHead({ servedBy, fallbacks = 0, gatewayVersion }: Route, asked: string | undefined): boolean {
    this.gatewayVersion = gatewayVersion ?? this.gatewayVersion;
    if (fallbacks > 0) this.#count(asked, servedBy ?? 'a fallback');
    return fallbacks > 0;
  }

  /** Takes the model that an answer names; not asked for calls whose head told of a fallback. */
  noteModel(asked: string | undefined, answered: string | undefined): void {
    if (asked !== undefined && answered !== undefined && isAnotherModel(asked, answered))
      this.#count(asked, answered);
  }

  #count(asked = 'unnamed', answered: string): void {
    const { onFallback, redact, stopWith } = this.#options;
    if (onFallback === 'pass') return;
    const route = countUp(this.reroutes, `${asked} → ${redact(answered)}`, 'other fallbacks');
    if (onFallback === 'stop') stopWith(stopAt('on-fallback', `another model answered (${route})`));
  }
}
