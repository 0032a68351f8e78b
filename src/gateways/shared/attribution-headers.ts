/**
 * Facts of a run as header values: printable ASCII alone, of bounded length, so that no name can end a header, begin
 * another, or make a request too large. What JSON escapes reads back as it was; elsewhere it is percent-encoded.
 */

/** Of one value as it is sent. Thirteen of them stay below the 8 kB that common servers take for all headers. */
const MAX_SENT_LENGTH = 256;

type Facts = readonly (readonly [name: string, value: string])[];
/** What one character becomes. */
type Encode = (char: string) => string;

/** An object of strings, as several gateways take it in one header. */
export function jsonValue(facts: Facts): string {
  const members = facts.map(([name, value]) => `"${name}":"${encoded(value, inJson)}"`);
  return `{${members.join(',')}}`;
}

/** A header for each fact. */
export function headerPerFact(prefix: string, facts: Facts): Record<string, string> {
  return Object.fromEntries(facts.map(([name, value]) => [`${prefix}${name}`, encoded(value, percent)]));
}

/** One value in a header of its own. */
export function plainValue(value: string): string {
  return encoded(value, percent);
}

/** `name:value,name:value`, each within the length that a gateway takes for one. */
export function tagList(facts: Facts, maxTagLength: number): string {
  return facts.map(([name, value]) => encoded(`${name}:${value}`, percentInList, maxTagLength)).join(',');
}

function encoded(value: string, encode: Encode, maxLength = MAX_SENT_LENGTH): string {
  let text = '';
  for (const char of value) {
    const next = encode(char);
    if (text.length + next.length > maxLength) break;
    text += next;
  }
  return text;
}

const isPlain = (char: string) => /^[ -~]$/.test(char);

function inJson(char: string): string {
  if (isPlain(char)) return JSON.stringify(char).slice(1, -1);
  return Array.from({ length: char.length }, (_, index) => escapedUnit(char, index)).join('');
}

function escapedUnit(char: string, index: number): string {
  return `\\u${char.charCodeAt(index).toString(16).padStart(4, '0')}`;
}

function percent(char: string): string {
  return isPlain(char) && char !== '%' ? char : encodeURIComponent(char);
}

function percentInList(char: string): string {
  return char === ',' ? '%2C' : percent(char);
}
