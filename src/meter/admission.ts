/** The words between a call and the guard: what it asks for, what it holds, how it ended, and why a run is stopped. */
import type { LimitName, Reserve, RunLimits, StopReason } from '../core/limits.js';
import type { ModelPrice, PriceTable } from '../core/price.js';
import type { Usage } from '../core/usage.js';
import type { TokenWeights } from '../core/weights.js';
import type { Caller } from '../ports/agent.js';
import type { RequestFacts } from '../ports/dialect.js';
import type { CallerMark } from './caller-mark.js';
import type { AtDensest } from './densest.js';
import type { InputHold } from './input-hold.js';
import type { Used } from './room.js';
import type { Pieces } from './seen-text.js';
import type { Note, NoteLevel } from './wrap-up.js';

/**
 * Who asks, where a run comes to its end: the `leader` is told and hands in, a `helper` leaves the reserve to it, and
 * any `other` call (a summary of the leader's, or nobody knows whose) is neither told nor kept from it.
 */
export type Role = 'leader' | 'helper' | 'other';

const ROLES: Readonly<Partial<Record<Caller, Role>>> = {
  main: 'leader',
  subagent: 'helper',
  auxiliary: 'helper',
  title: 'helper',
};

/** An agent that does not tell who calls is known by its tools: titles and summaries have none. */
export function roleOf(caller: Caller, offersTools: boolean): Role {
  return ROLES[caller] ?? (caller === 'unknown' && offersTools ? 'leader' : 'other');
}

/** A call that asks to leave. */
export interface Ask {
  readonly dialect: string;
  readonly facts: RequestFacts;
  /** Of the request, and of what the server has in front of it, as far as that was seen. */
  readonly bodyBytes: number;
  /** Of these, what does not stand in the request; left out: none. */
  readonly contextBytes?: number;
  /** Left out where nobody looked: then all of it counts as never seen. */
  readonly pieces?: Pieces;
  readonly isRetry: boolean;
  /** Same for the very same request. */
  readonly fingerprint: () => string;
  /** True when the request may write to a cache that is kept for an hour, which costs more than one for minutes. */
  readonly mayWriteLongCache: () => boolean;
  /** Absent where nobody looked. */
  readonly caller?: CallerMark;
  /** True for a request that says of itself that nothing is generated: held in full like any other, and no call until it costs. */
  readonly isWarmUp?: boolean;
  readonly role: Role;
}

/** The client of a call, as far as a call that waits is concerned. */
export interface Client {
  readonly isGone: boolean;
  /** Calls back once, when the client goes away; the result takes that back. */
  whenGone(callback: () => void): () => void;
}

export type Admission =
  | {
      readonly kind: 'admitted';
      readonly ticket: Ticket;
      /** Output ceiling to set on the request, per answer. */
      readonly ceiling: number | undefined;
      /** What to tell the agent with this request. */
      readonly note: Note | undefined;
      /** True where others had to settle first. */
      readonly hasWaited?: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** What an admitted call holds until it settles. */
export interface Ticket {
  readonly kind: string;
  /** As the request names it. */
  readonly model: string;
  readonly bodyBytes: number;
  readonly pieces: Pieces;
  readonly hold: InputHold;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNanoUsd: number;
  readonly weightedTokens: number;
  readonly densest: AtDensest<Used>;
  readonly price: ModelPrice | undefined;
  readonly mayWriteLongCache: boolean;
  /** The part of the output that no ceiling of the request bounds; left out: none. */
  readonly asideTokens?: number;
  /** For tools that are paid by the use; left out: none. */
  readonly feeNanoUsd?: number;
  readonly role: Role;
  /** What this call tells the agent. */
  readonly note: NoteLevel | undefined;
}

/** How a call ended. `none`: it failed and is not billed. `unknown`: it was billed, and nobody said how much. */
export type Settlement =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'known';
      readonly usage: Usage;
      readonly costNanoUsd: number | undefined;
      /** Input of one reading of the request, where it was read several times. */
      readonly inputOnce?: number | undefined;
      /** A model that answered in place of the one that was asked, and that has no price. */
      readonly unpricedModel?: string | undefined;
      /** True where an error came with the usage. */
      readonly isFailed?: boolean;
    }
  | {
      readonly kind: 'unknown';
      readonly usage: Usage;
      /** False when the connection broke, or an error came in the middle. */
      readonly isAnswered: boolean;
      /** True where it may still be generated, or was all along: how long it was listened to bounds nothing. */
      readonly mayGoOn: boolean;
      /** Tokens of the text that came; left out: none that was seen. */
      readonly textTokens?: number;
      /** Of the model that answered, where it is another one; it may be the dearer one. */
      readonly price?: ModelPrice | undefined;
      /** Output tokens at most, however long it took; left out: what was held. */
      readonly mostTokens?: number;
    };

export interface Stop {
  readonly reason: StopReason;
  /** For a person: which limit, what was used, what to do. */
  readonly message: string;
}

export interface GuardOptions {
  readonly limits: RunLimits;
  /** For `maxWeightedTokens`; left out: the default ones. */
  readonly weights?: TokenWeights;
  /** Given when the agent is told that its run comes to an end. */
  readonly wrapUp?: { readonly reserve: Reserve } | undefined;
  readonly prices: PriceTable | undefined;
  readonly onUnpriced: 'warn' | 'block';
  /** Count and report, refuse nothing. */
  readonly observe: boolean;
  /** Told once, when the run is stopped. */
  readonly onStop?: (stop: Stop) => void;
}

/** What a person can do about a stop that is no limit to raise. */
const SETTINGS: Readonly<Partial<Record<LimitName, string>>> = {
  'on-unpriced':
    'A person can choose a model with a known price, or let such calls pass uncounted with `on-unpriced: warn`.',
  'on-fallback':
    'A person can look at the gateway for why another model answers, or let the run go on with `on-fallback: warn`.',
};

/** A stop at one of the run's limits, in words for a person. */
export function stopAt(limit: LimitName, state: string): Stop {
  const setting = SETTINGS[limit];
  const at = setting === undefined ? 'at its limit' : 'because of';
  const advice = setting ?? 'A person can raise the limit in the workflow or the policy file.';
  return {
    reason: `limit:${limit}`,
    message: `spendgate stopped this run ${at} \`${limit}\`: ${state}. ${advice}`,
  };
}

/** What the agent is told of a stop: a person's words, and what only concerns whoever would call again. */
export function renderRefusal({ message }: Stop): string {
  return `${message} Do not retry.`;
}
