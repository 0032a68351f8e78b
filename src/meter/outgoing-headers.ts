/**
 * The headers a request leaves with, in one walk over those it came with: what ends at this hop stays behind, the key takes
 * the place of the token, and what the run itself says to its gateway outranks what the agent says there.
 */
import { travels } from '../wire/headers.js';
import { passedValue } from './credentials.js';
import type { MeterServices } from './services.js';

/**
 * By these a server takes a request for one of another method or path than the meter has judged.
 * @see https://docs.cloud.google.com/apis/docs/system-parameters
 */
const OVERRIDE =
  /^x-(?:http-)?method(?:-override)?$|^x-(?:original|rewrite)-ur[il]$|^x-forwarded-(?:path|uri|prefix)$/;

/** What the run says to one upstream, and what its client may not. Made once for a run. */
export interface HeaderPolicy {
  /** Flat name and value pairs, sent with every request. */
  readonly added: readonly string[];
  /** Whether a client's header of this lower-case name stays here. */
  withholds(name: string): boolean;
}

/** A client's request on its way to an upstream. */
export interface Outgoing {
  /** Flat name and value pairs, as they came. */
  readonly raw: readonly string[];
  /** Lower-case names that this kind of request sets anew. */
  readonly dropped: ReadonlySet<string>;
  /** `undefined`: nothing is said to this upstream, and the client says what it likes. */
  readonly policy: HeaderPolicy | undefined;
}

/** Flat name and value pairs. */
export function outgoingHeaders(
  { credentials, noteWithheld }: Pick<MeterServices, 'credentials' | 'noteWithheld'>,
  { raw, dropped, policy }: Outgoing,
): string[] {
  const isEndToEnd = travels(raw, dropped);
  const headers: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (!isEndToEnd(lower) || isMethodOverride(lower)) continue;
    if (policy?.withholds(lower)) {
      noteWithheld(lower);
      continue;
    }
    const value = passedValue(credentials, lower, raw[index + 1] ?? '');
    if (value !== undefined) headers.push(name, value);
  }
  if (policy) headers.push(...policy.added);
  return headers;
}

/** Most names are told by their first letter. */
function isMethodOverride(name: string): boolean {
  return name.startsWith('x') && OVERRIDE.test(name);
}
