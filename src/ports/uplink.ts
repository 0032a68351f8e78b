/** Where calls leave by. */
import type { Dispatcher } from 'undici';

export interface Uplink extends Dispatcher {
  /**
   * False when nothing that was written to a connection is still in this process, so that the bytes of a call that has its
   * answer may be given back. Absent where nobody can tell.
   */
  hasUnsent?(): boolean;
}
