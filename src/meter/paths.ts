/**
 * Paths in one form, so that no spelling of a metered route passes as something else: dots resolved, slashes single,
 * percent-encoding undone, a doubled `/v1` made one, no trailing slash.
 */

export interface CanonicalPath {
  /** For recognising routes: everything a server may undo is undone. */
  readonly path: string;
  /** For sending on a request that is no metered route: encoded slashes and colons stay encoded. */
  readonly wirePath: string;
  /** With the question mark; empty when there is none. */
  readonly query: string;
}

const UNRESERVED = /%(?:2d|2e|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a])/gi;
const AMBIGUOUS = /;|%3[bf]|%2[03]|%5c|%25(?=[0-9a-f]{2})|%[01][0-9a-f]|%7f/i;
const ROUTE_MARKS = /%(?:2f|3a)/gi;

/** An agent calls the same few paths over and over. */
const KNOWN = new Map<string, CanonicalPath | undefined>();
const MAX_KNOWN = 100;
const MAX_KNOWN_LENGTH = 500;

/** `undefined` when the target of the request is not a path. */
export function canonicalise(target: string): CanonicalPath | undefined {
  if (KNOWN.has(target)) return KNOWN.get(target);
  const canonical = canonicalOf(target);
  if (KNOWN.size < MAX_KNOWN && target.length <= MAX_KNOWN_LENGTH) KNOWN.set(target, canonical);
  return canonical;
}

function canonicalOf(target: string): CanonicalPath | undefined {
  const [rawPath = '', ...query] = target.split('?');
  if (!rawPath.startsWith('/')) return undefined;
  // Parameters of a segment, the marks of a query and a fragment, blanks and control characters: some servers cut them off,
  // and serve what stands in front. What is encoded twice, or leans the other way, some undo.
  if (AMBIGUOUS.test(rawPath)) return undefined;
  const decoded = decode(rawPath, UNRESERVED);
  const wirePath = tidy(decoded);
  const path = tidy(decode(decoded, ROUTE_MARKS));
  if (wirePath === undefined || path === undefined) return undefined;
  return { path, wirePath, query: query.length > 0 ? `?${query.join('?')}` : '' };
}

function decode(path: string, encoded: RegExp): string {
  return path.replace(encoded, (character) => decodeURIComponent(character));
}

function tidy(path: string): string | undefined {
  const url = URL.parse(`http://meter${path.replace(/[/\\]+/g, '/')}`);
  return url?.pathname.replace(/^(?:\/v1)+(?=\/)/i, '/v1').replace(/(?<=.)\/+$/, '');
}
