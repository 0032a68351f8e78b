/** How much a call can come to, if every byte of it that no call before had is a token of its own. */
export interface AtDensest<T> {
  /** As if no call before had any of it: told at once, and never less. */
  readonly flat: T;
  /** Takes a look at each piece of the request. */
  readonly seen: () => T;
}

export type Look = <T>(densest: AtDensest<T>) => T;

export const FLAT: Look = ({ flat }) => flat;
export const SEEN: Look = ({ seen }) => seen();
