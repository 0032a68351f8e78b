/**
 * What is held of a call's input before anybody has counted it. What does not stand in the request can be as large as the
 * model's window: that much is held, until a call with the very same things has told how much they are.
 */
import { lazily } from '../core/lazy.js';
import { type ModelPrice, windowOf } from '../core/price.js';
import type { OutsideInput, RequestFacts } from '../ports/dialect.js';
import type { AtDensest } from './densest.js';
import type { InputEstimator } from './estimator.js';
import type { Pieces, SeenText } from './seen-text.js';

export interface InputHold {
  /** With all that may come. */
  readonly inputTokens: number;
  /** Without what has no bound in the request: what tools of the server's own may bring in, and most of a document. */
  readonly leastInputTokens: number;
  /** With all that may come; no more than the model takes. */
  readonly densest: AtDensest<number>;
  /** Of all that has a bound. */
  readonly ownInputTokens: number;
  /** In words, what is held at the model's window; `undefined` where nothing is. */
  readonly unknownSize: string | undefined;
  /** How often the server may read the input, with calls that it makes itself: so often it stands in each figure here. */
  readonly reads: number;
  readonly text: TextSize;
  readonly teaches: Teaching;
}

/** What the estimate goes by. */
export interface TextSize {
  /** Of the request and what stands in front of it, without pictures and the like. */
  readonly bytes: number;
  /** Of pictures and the like, once. */
  readonly mediaTokens: number;
  /** Of all of it, once: no call teaches more, into which something else came. */
  readonly estimate: number;
}

/**
 * What the usage of a call tells. `bytes`: how many tokens its bytes are. `bytes-at-most`: the same, but for what tools may have
 * brought in. `bound`: no more than that its bytes are no more. An identity: how much the things of that name are, and the
 * bound. `nothing`: the server may have left out a part of them.
 */
export type Teaching = 'bytes' | 'bytes-at-most' | 'bound' | 'nothing' | { readonly identity: string };

const ALL_TEXT: OutsideInput = {
  unbounded: undefined,
  identity: undefined,
  inlineBytes: 0,
  pictureTokens: 0,
  flatPictureTokens: 0,
  documentTokens: 0,
  leastDocumentTokens: 0,
  toolTokens: 0,
  mayDrop: false,
};

/** What the server keeps of earlier turns counts as bytes at so many to a token. */
const CONTEXT_BYTES_PER_TOKEN = 4;

export function holdInput(
  { input, seen }: { readonly input: InputEstimator; readonly seen: SeenText },
  call: {
    readonly kind: string;
    readonly bodyBytes: number;
    readonly contextBytes: number;
    readonly pieces: Pieces;
    readonly facts: Pick<RequestFacts, 'hasServerContext' | 'outside'>;
    readonly reads: number;
    readonly price: ModelPrice | undefined;
  },
): InputHold {
  const { kind, bodyBytes, contextBytes, pieces, facts, reads, price } = call;
  const { hasServerContext, outside = ALL_TEXT } = facts;
  const { pictureTokens, leastDocumentTokens } = outside;
  const textBytes = Math.max(0, bodyBytes - outside.inlineBytes);
  const mediaTokens = pictureTokens + leastDocumentTokens;
  const ownInputTokens = input.estimate(kind, textBytes, mediaTokens);
  const identity = hasServerContext ? undefined : outside.identity;
  const named = outside.unbounded === undefined ? undefined : `\`${outside.unbounded}\``;
  const unbounded = hasServerContext ? 'earlier turns or a prompt that the server keeps' : named;
  const known = identity === undefined ? undefined : input.estimateOutside(kind, identity);
  const unknownSize = known === undefined ? unbounded : undefined;
  const leastInputTokens =
    unknownSize === undefined ? ownInputTokens + (known ?? 0) : Math.max(ownInputTokens, windowOf(price));
  const documentTokens = Math.min(
    outside.documentTokens - leastDocumentTokens,
    Math.max(0, windowOf(price) - leastInputTokens),
  );
  const inputTokens = leastInputTokens + documentTokens + outside.toolTokens;
  const besides = leastDocumentTokens + Math.ceil(contextBytes / CONTEXT_BYTES_PER_TOKEN);
  // Pieces that were seen hold pictures as they stand there; or else each picture counts as such, and the rest as text.
  const densestWith = (text: number) => {
    const asText = Math.max(0, textBytes - contextBytes) + pictureTokens;
    const densest = Math.min(text + outside.flatPictureTokens, asText) + besides;
    return reads * (inputTokens + Math.max(0, Math.min(densest, windowOf(price)) - ownInputTokens));
  };
  const ownBytes = bodyBytes - contextBytes;
  return {
    inputTokens: reads * inputTokens,
    leastInputTokens: reads * leastInputTokens,
    densest: {
      flat: densestWith(ownBytes),
      seen: lazily(() => densestWith(seen.bound(kind, pieces, ownBytes))),
    },
    ownInputTokens: reads * ownInputTokens,
    unknownSize,
    reads,
    text: { bytes: textBytes, mediaTokens, estimate: ownInputTokens },
    teaches: teachingOf(outside, unbounded !== undefined, identity),
  };
}

function teachingOf(
  { mayDrop, toolTokens }: OutsideInput,
  isUnbounded: boolean,
  identity: string | undefined,
): Teaching {
  if (mayDrop) return 'nothing';
  if (isUnbounded) return identity === undefined ? 'bound' : { identity };
  // Codex offers a search in each call, and must be able to learn.
  return toolTokens > 0 ? 'bytes-at-most' : 'bytes';
}
