/** A meter that outlives the step which started it, as its own process. */
import type { MeterHandle } from '../core/meter-handle.js';

/** A process of ours that goes on without us. */
export interface DetachedProcess {
  readonly pid: number;
  /**
   * Says one line and waits for the one that comes back.
   * @throws {AppError} `meter-not-started` when none comes.
   */
  ask(line: string): Promise<string>;
  /** Lets it go on alone. Until then it ends when we do. */
  release(): Promise<void>;
  /** Ends it at once. */
  abandon(): void;
}

/** The testament of a meter, with proof that it is its own; or why there is none. */
export type MeterEnd =
  | { readonly kind: 'ended'; readonly testament: string }
  /** It had ended before it was asked, in good order. */
  | { readonly kind: 'left'; readonly testament: string }
  | { readonly kind: 'gone'; readonly evidence: string }
  /** Something answers in its place, or stands where it wrote. */
  | { readonly kind: 'forged'; readonly evidence: string };

/** The way to a meter in the background. */
export interface MeterControl {
  /** True when the very meter that the handle was made for answers. */
  isThere(handle: MeterHandle): Promise<boolean>;
  /** Asks it to end: calls in flight settle, the record is written. */
  finish(handle: MeterHandle): Promise<MeterEnd>;
}

/** Text that one step of a job leaves for a later one. */
export interface JobNote {
  /** The variable that carries it where steps hand variables on. */
  save(text: string): { readonly variable: string; readonly value: string };
  /** `undefined` when there is none. */
  find(): string | undefined;
  /** Takes it away; the variable to empty. */
  drop(): { readonly variable: string; readonly value: string };
}
