/** HTTP headers as Node and undici hand them over, and the ones a proxy must not pass on. */

const CONNECTION = 'connection';
const HOP_BY_HOP = new Set([
  CONNECTION,
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const NONE: ReadonlySet<string> = new Set();

/** Tells by its lower-case name whether a header of this message goes on to the next hop. */
export function travels(
  raw: readonly string[],
  dropped: ReadonlySet<string> = NONE,
): (name: string) => boolean {
  const named = connectionOptions(raw);
  return (name) => !HOP_BY_HOP.has(name) && !dropped.has(name) && !named.has(name);
}

/** Flat `[name, value, …]` pairs, as `rawHeaders` has them, without the hop-by-hop ones and those in `dropped`. */
export function endToEndHeaders(raw: readonly string[], dropped: ReadonlySet<string> = NONE): string[] {
  const isEndToEnd = travels(raw, dropped);
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (isEndToEnd(name.toLowerCase())) kept.push(name, raw[index + 1] ?? '');
  }
  return kept;
}

/** Lower-case names; repeated headers are joined with `, `. */
export function headerRecord(raw: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const lower = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const before: unknown = record[lower];
    // What every object has is no text.
    record[lower] = typeof before === 'string' ? `${before}, ${value}` : value;
  }
  return record;
}

/** Headers that `Connection` itself names are hop-by-hop too (RFC 9110 §7.6.1). */
function connectionOptions(raw: readonly string[]): ReadonlySet<string> {
  let options: Set<string> | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    // Of most headers the length alone tells: this walk is made for every message.
    if (name.length !== CONNECTION.length || name.toLowerCase() !== CONNECTION) continue;
    options ??= new Set();
    for (const option of (raw[index + 1] ?? '').toLowerCase().split(',')) options.add(option.trim());
  }
  return options ?? NONE;
}

/** True for a header that says in a number that nothing is left; blank or odd text says nothing. */
export function saysNothingLeft(value: string | undefined): boolean {
  return value !== undefined && /^-?\d+(\.\d+)?$/.test(value.trim()) && Number(value) <= 0;
}
