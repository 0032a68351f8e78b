import type { Surcharge, UsageSnapshot } from '../core/usage.js';

/** Reads the usage of one response. Made fresh per response, because a stream reports usage in parts. */
export interface UsageReader {
  /**
   * Takes the next decoded JSON payload: each SSE `data` in order, or the one body of a plain response.
   * Payloads of unknown type are skipped, since providers add event types without notice.
   * @throws {WireFormatError} when a payload that must carry usage carries it in an unknown shape.
   */
  push(payload: unknown): void;
  /** What was reported so far; valid at any time, so that a stream cut short still yields its part. */
  snapshot(): UsageSnapshot;
}

/** A step down into a JSON value: a key of an object, or -1 for the last element of an array. */
export type Step = string | -1;

/** One element of an array in a request. */
export interface RequestItem {
  /** The value of a key, or the element itself without one; bounded like any other. */
  get(key?: string): unknown;
  readonly keys: readonly string[];
  /** Its beginning, as JSON. */
  head(maxBytes: number): string;
}

/** What stands in a value, as it is walked over. */
export interface ValueVisitor {
  /** Folded keys whose own values it is shown, where these are scalars; left out: all, those in arrays as well. */
  readonly names?: ReadonlySet<string>;
  /**
   * A string, a number or a literal, as its bytes stand there.
   * @param path folded keys on the way to it, each behind a dot; the elements of an array stand where the array does
   */
  scalar(path: string, bytes: Buffer): void;
  /** An object that has ended. @param keys folded; the first few of them */
  object(path: string, keys: readonly string[]): void;
}

/** A JSON request body that is read and edited in place, never re-serialised. */
export interface RequestBody {
  /**
   * The value at a path; `undefined` where it is absent.
   * @throws {SyntaxError} when it is larger than anything that steers a call
   */
  get(...path: Step[]): unknown;
  /** Whether anything but `null` stands at a path, however large it is. */
  has(...path: Step[]): boolean;
  /** The keys of the object at a path, in lower case; none where no object stands. */
  keys(...path: Step[]): readonly string[];
  /** The elements of the array at a path, one by one; none where no array stands. */
  items(...path: Step[]): Iterable<RequestItem>;
  /** Whether any of these words stands in the bytes of the value at a path, whatever they are a part of. */
  mentions(words: readonly string[], ...path: Step[]): boolean;
  /** The beginning of the value at a path, as JSON; `undefined` where it is absent. */
  head(maxBytes: number, ...path: Step[]): string | undefined;
  /**
   * Shows what stands below a key, without decoding any of it; nothing where the key is absent.
   * @returns false where it cannot be looked through to its end, so that it may hold anything
   */
  walk(path: readonly string[], visit: ValueVisitor): boolean;
  /** Replaces or adds the value at a path; parents must be objects and are added where absent. */
  set(path: readonly string[], value: number | boolean): void;
  /** Adds a last element to the array at a path; false where no array stands. */
  append(path: readonly Step[], value: unknown): boolean;
  /** Writes on behind the string at a path; false where no string stands. */
  extend(path: readonly Step[], text: string): boolean;
}

/**
 * Input of which the bytes of the request do not tell how much it is: the server fetches it, or keeps it, or its tools bring
 * it in, or it stands there and is no text.
 */
export interface OutsideInput {
  /** The first name of what can be as large as the model takes, such as `file_id`; `undefined` where all has a bound. */
  readonly unbounded: string | undefined;
  /** Same for the same things where these never change; `undefined` where they may. */
  readonly identity: string | undefined;
  /** Bytes of the request that are pictures, documents, sound or films, and no text. */
  readonly inlineBytes: number;
  /** Tokens of pictures at most, whether they are fetched or stand in the request. */
  readonly pictureTokens: number;
  /** Those of them that may be more than a token for each of their bytes. */
  readonly flatPictureTokens: number;
  /** Tokens of what else stands there and is no text, as far as that can be said: its bytes are no bound of it. */
  readonly documentTokens: number;
  /** Those of them that are held in any case. */
  readonly leastDocumentTokens: number;
  /** Tokens that tools of the server's own may bring in, if the model calls them, as far as that can be said. */
  readonly toolTokens: number;
  /** True where the server may leave out a part of the request, so that its count tells too little of its bytes. */
  readonly mayDrop: boolean;
}

/** What a request says about itself. */
export interface RequestFacts {
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Output tokens the client allows for each answer; `undefined` when it sets no ceiling. */
  readonly outputCeiling: number | undefined;
  /** The least ceiling the upstream accepts for this request, such as a thinking budget. */
  readonly outputFloor: number;
  /** How many answers the client asks for at once; each may be as long as the ceiling. */
  readonly choices: number;
  /** True when earlier turns, or a prompt, that the server keeps stand in front of the request. */
  readonly hasServerContext: boolean;
  /** Left out where all other input stands in the request. */
  readonly outside?: OutsideInput | undefined;
  /** True when the answer comes later and elsewhere, so that nobody sees its usage. */
  readonly isDetached: boolean;
  /** Other models that may answer in place of the first one, or beside it. */
  readonly otherModels?: readonly string[];
  /** What may come beside its own answers. */
  readonly aside?: Aside;
  /** The most that may be asked beside list prices. */
  readonly surcharge?: Surcharge;
}

/** Calls that the server makes for a call. */
export interface Aside {
  /** How often the input may be read once more. */
  readonly inputReads: number;
  /** The largest output ceiling that the request itself sets for one of them; left out where it sets none. */
  readonly ownCeiling?: number;
  /** Output tokens of all of them at most. */
  readonly outputTokens: number;
}

/** A response that the meter writes itself. */
export interface LocalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One short request of our own, as `verify` sends it. */
export interface ProbeCall {
  readonly model: string;
  readonly prompt: string;
  readonly outputCeiling: number;
  /** Name of the ceiling, one of `ceilingFields`. */
  readonly field: string;
  readonly key: string;
}

export interface ProbeRequest {
  /** Path below the base URL, such as `/v1/messages`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a client says in one message over a websocket. */
export type ClientMessage =
  | {
      readonly kind: 'call';
      /** Where its fields stand in the message. */
      readonly request: RequestBody;
      /** Calls of one lane are answered one after the other; `undefined` is the lane of those that name none. */
      readonly lane: string | undefined;
      /** True when it says of itself that nothing is to be generated. */
      readonly isWarmUp: boolean;
      /** The answer it goes on from, where that is all that the server adds to it. */
      readonly continues: string | undefined;
      /** What stands in headers over HTTP: who calls. Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      /** Path of what is another each time the very same request is sent; `undefined` when there is nothing of the kind. */
      readonly unsteady: readonly string[] | undefined;
    }
  | { readonly kind: 'free' }
  /** Nobody knows what it costs; `type` is what it calls itself, in few characters. */
  | { readonly kind: 'unknown'; readonly type: string };

/** What an upstream says in one message over a websocket. */
export type UpstreamMessage =
  /** A part of an answer, and its last one when `isLast`. */
  | {
      readonly kind: 'answer';
      readonly lane: string | undefined;
      readonly isLast: boolean;
      /** True for one that says that an answer begins, or that it is complete, and for no other end and no part of it. */
      readonly isPlain: boolean;
      /** Name under which a later call may go on from it. */
      readonly answerId: string | undefined;
      /** The error it ended with, as an error body; `undefined` without one. */
      readonly error: unknown;
    }
  /** An error in place of an answer, or of the rest of one. */
  | {
      readonly kind: 'error';
      readonly lane: string | undefined;
      /** `undefined` when it names none. */
      readonly status: number | undefined;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  | { readonly kind: 'other' };

/** A dialect over a websocket: each message is one JSON object. */
export interface MessageDialect {
  /** Where its clients ask for the upgrade; one of the dialect's own paths. */
  readonly path: string;
  /** Each message that ends an answer, tells usage or is an error holds one of these; others need not be parsed. */
  readonly marks: readonly string[];
  /** @throws when the message contradicts itself, so that the upstream might read another request than the meter did. */
  readClient(message: RequestBody): ClientMessage;
  readUpstream(payload: unknown): UpstreamMessage;
  /** A refusal its clients understand and do not retry. */
  refusal(reason: string, lane: string | undefined): string;
  /** Any other error of the meter itself. */
  failure(status: number, message: string, lane?: string): string;
}

/** One wire API that agents speak: how it is recognised, how it reports usage, how it refuses. */
export interface Dialect {
  /** Lower-case slug; also the name of the fixture folder. */
  readonly id: string;
  /** Where calls go when no gateway stands in between. */
  readonly defaultUpstream: string;
  /**
   * The upstream path of a call this dialect owns, e.g. `/v1/messages` for `/v1/v1/messages`; `undefined` for any other
   * request. `path` has no query.
   */
  canonicalPath(method: string, path: string): string | undefined;
  /** True for a request that spends nothing but belongs to the same API: model lists, token counts. */
  isNeighbour(path: string, headers: Readonly<Record<string, string | undefined>>): boolean;
  readRequest(body: RequestBody, path: string): RequestFacts;
  /** Sets the output ceiling under the name this dialect and model use. */
  setOutputCeiling(body: RequestBody, tokens: number): void;
  /** True when the model may call tools, as it can in an agent's own loop and not in a title or a summary. */
  offersTools(body: RequestBody): boolean;
  /**
   * Puts a note where the model reads it last, in a form the API accepts, and behind all that earlier requests cached.
   * False when the request has no such place; then it is as it was.
   */
  addNote(body: RequestBody, text: string): boolean;
  /** Asks for usage in the stream where it would be left out; true when the body was changed. */
  requestUsage(body: RequestBody): boolean;
  /** True for the stream payload that exists only because of `requestUsage`, and is kept from the client. */
  isRequestedUsage(payload: unknown): boolean;
  createUsageReader(): UsageReader;
  /** Names the output ceiling may have, the usual one first. */
  readonly ceilingFields: readonly string[];
  probe(call: ProbeCall): ProbeRequest;
  /** True when an answer was cut at its output ceiling; `undefined` when it does not say how it ended. */
  wasCut(payload: unknown): boolean | undefined;
  /** A refusal its clients understand and do not retry. */
  refusal(reason: string): LocalAnswer;
  /** Any other error of the meter itself, in the dialect's error shape. */
  failure(status: number, message: string): LocalAnswer;
  /** Left out where its clients speak HTTP alone. */
  readonly messages?: MessageDialect;
}
