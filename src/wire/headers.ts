/** HTTP headers as Node and undici hand them over, and the ones a proxy must not pass on. */

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Flat `[name, value, …]` pairs, as `rawHeaders` has them, without the hop-by-hop ones and those in `dropped`. */
export function endToEndHeaders(raw: readonly string[], dropped: ReadonlySet<string> = new Set()): string[] {
  const named = connectionOptions(raw);
  const kept: string[] = [];
  for (const [name, value] of pairs(raw)) {
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || dropped.has(lower) || named.has(lower)) continue;
    kept.push(name, value);
  }
  return kept;
}

/** Lower-case names; repeated headers are joined with `, `. */
export function headerRecord(raw: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [name, value] of pairs(raw)) {
    const lower = name.toLowerCase();
    record[lower] = Object.hasOwn(record, lower) ? `${record[lower]}, ${value}` : value;
  }
  return record;
}

/** Headers that `Connection` itself names are hop-by-hop too (RFC 9110 §7.6.1). */
function connectionOptions(raw: readonly string[]): Set<string> {
  const options = pairs(raw).filter(([name]) => name.toLowerCase() === 'connection');
  return new Set(
    options.flatMap(([, value]) => value.toLowerCase().split(',')).map((option) => option.trim()),
  );
}

function pairs(raw: readonly string[]): [name: string, value: string][] {
  const list: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) list.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return list;
}

/** True for a header that says in a number that nothing is left; blank or odd text says nothing. */
export function saysNothingLeft(value: string | undefined): boolean {
  return value !== undefined && /^-?\d+(\.\d+)?$/.test(value.trim()) && Number(value) <= 0;
}
