/**
 * Paths in one form, so that no spelling of a metered route passes as something else: dots resolved, slashes single,
 * harmless percent-encoding undone, a doubled `/v1` made one, no trailing slash.
 */

const UNRESERVED = /%(?:2d|2e|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a])/gi;

export interface CanonicalPath {
  readonly path: string;
  /** With the question mark; empty when there is none. */
  readonly query: string;
}

/** `undefined` when the target of the request is not a path. */
export function canonicalise(target: string): CanonicalPath | undefined {
  const [rawPath = '', ...query] = target.split('?');
  if (!rawPath.startsWith('/')) return undefined;
  const decoded = rawPath.replace(UNRESERVED, (encoded) => decodeURIComponent(encoded)).replace(/[/\\]+/g, '/');
  const url = URL.parse(`http://meter${decoded}`);
  if (url === null) return undefined;
  const path = url.pathname.replace(/^(?:\/v1)+(?=\/)/i, '/v1').replace(/(?<=.)\/+$/, '');
  return { path, query: query.length > 0 ? `?${query.join('?')}` : '' };
}
