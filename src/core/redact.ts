/** A shorter one is no secret but a word, such as `none` or `ollama` for a server that asks for none: it stands in any text. */
const LEAST_KEY = 8;

/** As it is, as it stands in an address, and as it stands in JSON, where some also escape the slash. */
const SPELLINGS = [
  (key: string) => key,
  encodeURIComponent,
  (key: string) => JSON.stringify(key).slice(1, -1),
  (key: string) => JSON.stringify(key).slice(1, -1).replaceAll('/', '\\/'),
];

/** What stands for a key in a text; nothing where it is too short to be one. */
export function spellingsOf(key: string | undefined): string[] {
  if (key === undefined || key.length < LEAST_KEY) return [];
  return [...new Set(SPELLINGS.map((spell) => spell(key)))];
}

/** Text without the key, however it is spelt. */
export function withoutKey(text: string, key: string | undefined): string {
  // Nearly every text has none, and every spelling but the plain one a mark of its own.
  if (key === undefined || (!text.includes(key) && !/[%\\]/.test(text))) return text;
  return spellingsOf(key).reduce((rest, spelling) => rest.replaceAll(spelling, '***'), text);
}
