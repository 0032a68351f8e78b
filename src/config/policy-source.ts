/** The text of a policy file with its positions: turns paths into `file:line`, and what does not fit into faults. */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AppError, type Fault } from '../core/errors.js';
import { contractSchema } from './contract-block.js';
import { INPUT_NAMES, inputSpec } from './inputs.js';
import { nearest } from './nearest.js';
import { NOT_OVERRIDABLE } from './overridable.js';
import { DISPATCH, exampleAt, placeName } from './policy-examples.js';
import {
  dispatchSchema,
  EXPECT_KEYS,
  gatewaySchema,
  LIMIT_KEYS,
  overrideSchema,
  policySchema,
  SETTING_NAMES,
  taskSchema,
} from './policy-schema.js';
import { syntaxTroubles } from './policy-syntax.js';
import { wordsOf } from './policy-words.js';

export type Path = readonly PropertyKey[];

/** What a text must be, and how much of that is enough to read on and find further faults. */
export interface Shape<T> {
  readonly strict: z.ZodType<T>;
  readonly lenient: z.ZodType<T>;
}

/** More than any file by hand has. */
const MAX_ALIASES = 10_000;
const OF_THE_STEP = 'it is for the task of its step, and by the one who started the run';
/** Keys of a gateway come from variables that the file names, every other secret from the workflow. */
const SECRET_EXAMPLES: Readonly<Record<string, string>> = {
  'gateway-key': 'gateway: { key-env: LLM_KEY }',
  'admin-key': 'gateway: { admin-key-env: LLM_ADMIN_KEY }',
};
const TASK = /^(?:defaults|tasks\/[^/]+)$/;
const OVERRIDE = /^(?:overrides\/\d+|override)$/;
const KNOWN_KEYS: readonly (readonly [at: RegExp, keys: readonly string[]])[] = [
  [/^$/, Object.keys(policySchema.shape)],
  [/^gateway$/, Object.keys(gatewaySchema.shape)],
  [/^contract$/, Object.keys(contractSchema.shape)],
  [/^contract\/exhaustion$/, ['status', 'code', 'looks-like']],
  [/^gateway\/budgets\/\d+$/, ['limit', 'period']],
  [/^gateway\/http$/, ['url', 'headers', 'unit', 'limit', 'used', 'remaining', 'resets-at']],
  [/\/limits$/, Object.keys(LIMIT_KEYS)],
  [/\/expect$/, Object.keys(EXPECT_KEYS)],
  [TASK, Object.keys(taskSchema.shape)],
  [/^overrides\/\d+$/, Object.keys(overrideSchema.shape)],
  [/^override$/, Object.keys(dispatchSchema.shape)],
];

export class PolicySource {
  readonly document: Document;
  readonly #file: string;
  /** Path of the whole text, where it is a part of what a policy file may say. */
  readonly #root: Path;
  readonly #now: Date;
  readonly #text: string;
  readonly #lines = new LineCounter();

  /** @param now for examples that name a day */
  constructor(text: string, file: string, now: Date, root: Path = []) {
    this.#file = file;
    this.#root = root;
    this.#now = now;
    this.#text = text;
    this.document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  /** Line of the key at a path, counted from 1. */
  line(path: Path): number | undefined {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const offset = this.#keyOffset(path.slice(0, depth));
      if (offset !== undefined) return this.#lines.linePos(offset).line;
    }
    return undefined;
  }

  /** A fault when the check throws an error of the user's making. */
  check(path: Path, run: () => unknown, example: string): Fault | undefined {
    try {
      run();
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { where: this.place(path), message: `${path.join('.')}: ${error.message}`, example };
    }
  }

  /** Two keys that stand for one input: nobody could tell which of them holds. */
  twice(block: Path, first: Path, second: Path): Fault {
    const name = (place: Path) => `\`${place.slice(block.length).join('.')}\``;
    const said = (place: Path) => `${name(place)} in line ${this.line(place)}`;
    return {
      where: this.place(second),
      message: `${block.join('.')}: ${said(first)} and ${said(second)} are the same setting.`,
      example: `${name(first)} or ${name(second)}, not both`,
    };
  }

  /** The data without the parts that are wrong, which become faults; `undefined` when nothing is left to read. */
  read<T>({ strict, lenient }: Shape<T>, faults: Fault[]): T | undefined {
    const data = this.#data();
    if (data instanceof ReferenceError) {
      const message = `The anchors of the file are repeated more than ${MAX_ALIASES} times.`;
      faults.push({
        where: this.place([]),
        message,
        example: 'the settings themselves in the place of `*anchor`',
      });
      return undefined;
    }
    const parsed = strict.safeParse(data, { error: wordsOf });
    if (parsed.success) return parsed.data;
    const { issues } = parsed.error;
    faults.push(...issues.flatMap((issue) => this.issueFaults(issue)));
    if (issues.some(({ path }) => path.length === 0 && !isMap(this.document.contents))) return undefined;
    // From the end, so that the places of a list's other entries stay what they are.
    for (const issue of issues.toReversed()) this.#remove(issue);
    return lenient.safeParse(this.#data()).data;
  }

  /** An error where a few anchors stand for more than any memory holds. */
  #data(): unknown {
    try {
      return this.document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      if (error instanceof ReferenceError) return error;
      throw error;
    }
  }

  #remove(issue: z.core.$ZodIssue): void {
    const keys =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const whole of keys) {
      // Part of a list's entry takes the entry along, so that the other entries can still be read; an override is read on.
      const item = whole[0] === 'overrides' ? -1 : whole.findIndex((part) => typeof part === 'number');
      const path = item === -1 ? whole : whole.slice(0, item + 1);
      if (path.length === 1 && path[0] === 'version') this.document.set('version', 1);
      else if (path.length > 0 && this.document.hasIn(path)) this.document.deleteIn(path);
    }
  }

  /** Keys of a block as it was written. */
  keys(path: Path): string[] {
    const block = this.document.getIn(path, true);
    return isMap(block) ? block.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
  }

  /** A key that stands twice leaves the rest as it is. */
  get isReadable(): boolean {
    return this.document.errors.every(({ code }) => code === 'DUPLICATE_KEY');
  }

  syntaxFaults(): Fault[] {
    const lineOf = (offset: number) => this.#lines.linePos(offset).line;
    return syntaxTroubles(this.document, this.#text, lineOf).map(({ message, offset, path }) => ({
      where: `${this.#file}:${lineOf(offset)}`,
      message,
      example: this.#example(path ?? []),
    }));
  }

  issueFaults(issue: z.core.$ZodIssue): Fault[] {
    if (issue.code !== 'unrecognized_keys') {
      const name = issue.path.join('.') || 'the file';
      return [
        {
          where: this.place(issue.path),
          message: `${name}: ${issue.message}.`,
          example: this.#example(issue.path),
        },
      ];
    }
    return issue.keys.map((key) => this.#unknownKey(key, issue.path));
  }

  #unknownKey(key: string, path: Path): Fault {
    const at = placeName([...this.#root, ...path]);
    const where = this.place([...path, key]);
    const input = INPUT_NAMES.find((name) => name === key);
    const { workflowOnly, secret, example } = input ? inputSpec(input) : {};
    const isNot = `\`${key}\` is not a key${path.length > 0 ? ` of \`${path.join('.')}\`` : ''}`;
    if (workflowOnly !== undefined && TASK.test(at))
      return { where, message: `${isNot}: ${workflowOnly}.`, example: `with: { ${key}: ${example} }` };
    if (secret) {
      const message = `\`${key}\` is a secret, and secrets do not stand in a file.`;
      return { where, message, example: SECRET_EXAMPLES[key] ?? `with: { ${key}: "${example}" }` };
    }
    if (OVERRIDE.test(at) && SETTING_NAMES.some((name) => name === key))
      return {
        where,
        message: `${isNot}: ${NOT_OVERRIDABLE}.`,
        example: exampleAt([at.split('/')[0] ?? at], this.#now),
      };
    if (at === DISPATCH && (key === 'task' || key === 'by'))
      return { where, message: `${isNot}: ${OF_THE_STEP}.`, example: exampleAt([DISPATCH], this.#now) };
    const suggestion = nearest(key, KNOWN_KEYS.find(([block]) => block.test(at))?.[1] ?? []);
    return {
      where,
      message: `${isNot}; the nearest one is \`${suggestion}\`.`,
      example: this.#example([...path, suggestion]),
    };
  }

  #example(path: Path): string {
    return exampleAt([...this.#root, ...path], this.#now);
  }

  /** `file:line` of a path. */
  place(path: Path): string {
    return `${this.#file}:${this.line(path) ?? 1}`;
  }

  #keyOffset(path: Path): number | undefined {
    const parent = path.length === 1 ? this.document.contents : this.document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    }
    const node = this.document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }
}
