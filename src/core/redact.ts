/** A shorter one is no secret but a word, such as `none` or `ollama` for a server that asks for none: it stands in any text. */
export const LEAST_KEY = 8;

/** Text without the key, as it is or as it stands in an address. */
export function withoutKey(text: string, key: string | undefined): string {
  if (key === undefined || key.length < LEAST_KEY) return text;
  const plain = text.includes(key) ? text.replaceAll(key, '***') : text;
  return plain.includes('%') ? plain.replaceAll(encodeURIComponent(key), '***') : plain;
}
