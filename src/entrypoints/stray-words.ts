/** Words of a command line that belong to no flag: misspelt flags, and values that stand without their quotes. */
import { INPUT_NAMES, type InputName, inputSpec } from '../config/inputs.js';
import { nearest } from '../config/nearest.js';
import type { Fault } from '../core/errors.js';

/** What a command takes. */
export interface KnownFlags {
  readonly command: string;
  /** With its dashes; true where a value follows. */
  readonly flags: ReadonlyMap<string, boolean>;
  /** Whether words that belong to no flag mean something. */
  readonly takesWords: boolean;
}

export interface SortedWords {
  /** Without what no flag knows. */
  readonly words: readonly string[];
  readonly faults: readonly Fault[];
  /** A flag with all that was meant to be its value: `--max-cost '9 USD'`. */
  readonly unquoted: string | undefined;
}

/** Of all commands: which one it is stands in its place. */
const FLAGS = INPUT_NAMES.filter((name) => name !== 'mode');
const UNIT = /^(?:[A-Z]{3,5}|usd|cents?|tokens?|credits?|nano-credits?|requests?|quota)$/;

/** @param words without the name of the command, and without those of the agent's own command behind `--` */
export function sortWords(words: readonly string[], known: KnownFlags): SortedWords {
  const kept: string[] = [];
  const faults: Fault[] = [];
  let unquoted: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [name = word] = word.split('=');
    const hasValue = known.flags.get(name);
    const next = words[index + 1];
    if (!/^--./.test(word) || hasValue === false || (hasValue && word !== name)) kept.push(word);
    else if (hasValue) {
      kept.push(word, ...(next === undefined ? [] : [next]));
      index += 1;
      unquoted ??= joined(word, next, words[index + 1], known);
    } else {
      faults.push(unknownFlag(name, known));
      if (word === name && next !== undefined && !next.startsWith('-')) index += 1;
    }
  }
  return { words: kept, faults, unquoted };
}

/** The shell took the quantity for two words. */
function joined(
  flag: string,
  value: string | undefined,
  next: string | undefined,
  { takesWords }: KnownFlags,
): string | undefined {
  if (value === undefined || next === undefined || next.startsWith('-')) return undefined;
  const isUnit = /\d[kmb]?$/i.test(value) && UNIT.test(next);
  return isUnit || !takesWords ? `${flag} '${value} ${next}'` : undefined;
}

function unknownFlag(flag: string, { command, flags }: KnownFlags): Fault {
  const own = [...flags.keys()].map((known) => known.slice(2));
  const suggestion = nearest(flag.slice(2), [...new Set([...own, ...FLAGS])]);
  const name = INPUT_NAMES.find((candidate) => candidate === suggestion);
  const isOwn = own.includes(suggestion);
  const modes = isOwn || name === undefined ? '' : inputSpec(name).modes.join(', ');
  const whose = modes === '' ? '' : `, which is for ${modes}`;
  const said =
    `--${suggestion}` === flag ? `it is for ${modes}` : `the nearest one is \`--${suggestion}\`${whose}`;
  const message = `This is no flag of \`spendgate ${command}\`; ${said}.`;
  const example = name === undefined ? `--${suggestion}` : `--${suggestion} ${exampleOf(name)}`;
  const [mode = command] = name === undefined || isOwn ? [] : inputSpec(name).modes;
  return { where: flag, message, example: isOwn ? example : `spendgate ${mode} ${example}` };
}

function exampleOf(name: InputName): string {
  const { example } = inputSpec(name);
  return /^[\w.:/%-]+$/.test(example) ? example : `'${example}'`;
}
