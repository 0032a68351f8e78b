/**
 * What is held of a call's input before anybody has counted it. What does not stand in the request can be as large as the
 * model's window: that much is held, until a call with the very same things has told how much they are.
 */
import { type ModelPrice, windowOf } from '../core/price.js';
import type { RequestFacts } from '../ports/dialect.js';
import type { InputEstimator } from './estimator.js';

export interface InputHold {
  /** With all that may come. */
  readonly inputTokens: number;
  /** Without what tools of the server's own may bring in: that is their model's choice, and has no bound in the request. */
  readonly leastInputTokens: number;
  /** Of what stands in the request alone. */
  readonly ownInputTokens: number;
  /** By its name in the request, what is held at the model's window; `undefined` where nothing is. */
  readonly unknownSize: string | undefined;
  /** Whether its usage tells how many tokens its bytes are; else what it tells of: the same for the same things. */
  readonly teaches: 'bytes' | 'nothing' | { readonly identity: string };
}

export function holdInput(
  estimator: InputEstimator,
  call: {
    readonly kind: string;
    readonly bodyBytes: number;
    readonly facts: Pick<RequestFacts, 'hasServerContext' | 'outside'>;
    readonly price: ModelPrice | undefined;
  },
): InputHold {
  const { kind, bodyBytes, facts, price } = call;
  const { hasServerContext, outside } = facts;
  const ownInputTokens = estimator.estimate(kind, bodyBytes);
  const bounded = ownInputTokens + (outside?.pictureTokens ?? 0);
  const identity = hasServerContext ? undefined : outside?.identity;
  const unbounded = hasServerContext ? 'earlier turns' : outside?.unbounded;
  const known = identity === undefined ? undefined : estimator.estimateOutside(kind, identity);
  const unknownSize = known === undefined ? unbounded : undefined;
  const leastInputTokens =
    unknownSize === undefined ? bounded + (known ?? 0) : Math.max(bounded, windowOf(price));
  return {
    inputTokens: leastInputTokens + (outside?.toolTokens ?? 0),
    leastInputTokens,
    ownInputTokens,
    unknownSize,
    teaches: unbounded === undefined ? 'bytes' : identity === undefined ? 'nothing' : { identity },
  };
}
