/**
 * What is held of a call's input before anybody has counted it. What does not stand in the request can be as large as the
 * model's window: that much is held, until a call with the very same things has told how much they are.
 */
import { type ModelPrice, windowOf } from '../core/price.js';
import type { RequestFacts } from '../ports/dialect.js';
import type { InputEstimator } from './estimator.js';
import type { Chunks, SeenText } from './seen-text.js';

export interface InputHold {
  /** With all that may come. */
  readonly inputTokens: number;
  /** Without what tools of the server's own may bring in: that is their model's choice, and has no bound in the request. */
  readonly leastInputTokens: number;
  /** With all that may come, if every byte that no call before had is a token of its own; no more than the model takes. */
  readonly densestInputTokens: number;
  /** Of what stands in the request alone. */
  readonly ownInputTokens: number;
  /** In words, what is held at the model's window; `undefined` where nothing is. */
  readonly unknownSize: string | undefined;
  /** How often the server may read the input, with calls that it makes itself: so often it stands in each figure here. */
  readonly reads: number;
  /** Whether its usage tells how many tokens its bytes are; else what it tells of: the same for the same things. */
  readonly teaches: 'bytes' | 'nothing' | { readonly identity: string };
}

/** What the server keeps of earlier turns counts as bytes at so many to a token. */
const CONTEXT_BYTES_PER_TOKEN = 4;

export function holdInput(
  { input, seen }: { readonly input: InputEstimator; readonly seen: SeenText },
  call: {
    readonly kind: string;
    readonly bodyBytes: number;
    readonly contextBytes: number;
    readonly chunks: Chunks;
    readonly facts: Pick<RequestFacts, 'hasServerContext' | 'outside'>;
    readonly reads: number;
    readonly price: ModelPrice | undefined;
  },
): InputHold {
  const { kind, bodyBytes, contextBytes, chunks, facts, reads, price } = call;
  const { hasServerContext, outside } = facts;
  const ownInputTokens = input.estimate(kind, bodyBytes);
  const bounded = ownInputTokens + (outside?.pictureTokens ?? 0);
  const identity = hasServerContext ? undefined : outside?.identity;
  const named = outside?.unbounded === undefined ? undefined : `\`${outside.unbounded}\``;
  const unbounded = hasServerContext ? 'earlier turns or a prompt that the server keeps' : named;
  const known = identity === undefined ? undefined : input.estimateOutside(kind, identity);
  const unknownSize = known === undefined ? unbounded : undefined;
  const leastInputTokens =
    unknownSize === undefined ? bounded + (known ?? 0) : Math.max(bounded, windowOf(price));
  const densest =
    seen.bound(kind, chunks, bodyBytes - contextBytes) + Math.ceil(contextBytes / CONTEXT_BYTES_PER_TOKEN);
  const inputTokens = leastInputTokens + (outside?.toolTokens ?? 0);
  return {
    inputTokens: reads * inputTokens,
    leastInputTokens: reads * leastInputTokens,
    densestInputTokens:
      reads * (inputTokens + Math.max(0, Math.min(densest, windowOf(price)) - ownInputTokens)),
    ownInputTokens: reads * ownInputTokens,
    unknownSize,
    reads,
    teaches: unbounded === undefined ? 'bytes' : identity === undefined ? 'nothing' : { identity },
  };
}
