/**
 * Reads what an agent logged of its own usage. The agent is not trusted and may have left anything there: links, pipes,
 * endless files, damaged lines. So only plain files are read, only those written since the run began, and all of it
 * within bounds; whatever cannot be read whole is no report at all, since a part of it would look like a difference.
 *
 * Most of a log is prompts and answers. A line becomes a string only when it holds one of the words that are looked for.
 */
import { lstatSync, opendirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readBoundedBytes } from '../../files/bounded-file.js';
import { readJson } from '../../wire/json-answer.js';

const MAX_DEPTH = 6;
const MAX_ENTRIES = 50_000;
const MAX_FILE_BYTES = 128 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
const LINE_END = 0x0a;

const dated = z.object({ timestamp: z.string() });

export interface FileSearch {
  /** The agent's own folder, which may be a link itself. */
  readonly home: string;
  /** Where the logs are in it; no link is followed on the way down. */
  readonly below: string;
  readonly names: RegExp;
  /** Files and lines that are older belong to earlier runs. */
  readonly since: Date;
}

export interface LogSearch extends FileSearch {
  /** Bytes of which a line of interest holds at least one, such as `"usage"`. */
  readonly words: readonly string[];
  /** Of these, the words whose lines count whatever their age: what a log says of itself at its beginning. */
  readonly ageless?: readonly string[];
}

/** Takes one line; throws when it should tell usage and cannot be read. */
type TakeLine = (line: unknown, file: string) => void;

/** False when there is nothing, too much, or something damaged: then what was taken must not be used. */
export function readLogs(search: LogSearch, take: TakeLine): boolean {
  try {
    const files = findFiles(search);
    for (const file of files) eachLine(readPlainFile(file), search, (line) => take(line, file));
    return files.length > 0;
  } catch {
    // Whatever is wrong with the files of a program we do not trust: they say nothing.
    return false;
  }
}

/** The same for files that are one JSON document each; a cut one is damaged. */
export function readDocuments(search: FileSearch, take: TakeLine): boolean {
  try {
    const files = findFiles(search);
    for (const file of files) take(JSON.parse(readPlainFile(file).toString('utf8')), file);
    return files.length > 0;
  } catch {
    // As above: they say nothing.
    return false;
  }
}

function findFiles({ home, below, names, since }: FileSearch): string[] {
  const found: string[] = [];
  let entries = 0;
  let bytes = 0;
  const visit = (dir: string, depth: number): void => {
    for (const entry of entriesOf(dir)) {
      entries += 1;
      if (entries > MAX_ENTRIES) throw new RangeError('more entries than a report has');
      const path = join(dir, entry.name);
      if (entry.isDirectory() && depth < MAX_DEPTH) visit(path, depth + 1);
      if (!entry.isFile() || !names.test(entry.name)) continue;
      const { mtimeMs, size } = lstatSync(path);
      if (mtimeMs < since.getTime()) continue;
      bytes += size;
      if (bytes > MAX_TOTAL_BYTES) throw new RangeError('more bytes than a report has');
      found.push(path);
    }
  };
  const root = join(realpathSync(home), below);
  if (lstatSync(root).isDirectory()) visit(root, 0);
  return found;
}

function* entriesOf(dir: string) {
  const handle = opendirSync(dir);
  try {
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) yield entry;
  } finally {
    handle.closeSync();
  }
}

/** @throws when it is no plain file, or larger than a log is. */
function readPlainFile(path: string): Buffer {
  const bytes = readBoundedBytes(path, { maxBytes: MAX_FILE_BYTES })?.bytes;
  if (bytes === undefined) throw new RangeError('not a log file');
  return bytes;
}

/** Only the last line may be cut, as a killed process leaves it: it is then no line at all. */
function eachLine(
  bytes: Buffer,
  { words, ageless = [], since }: LogSearch,
  take: (line: unknown) => void,
): void {
  for (const start of startsOfInterest(bytes, words)) {
    const end = bytes.indexOf(LINE_END, start);
    const text = bytes.toString('utf8', start, end === -1 ? bytes.length : end);
    const line: unknown = end === -1 ? readJson(text) : JSON.parse(text);
    const time = Date.parse(dated.safeParse(line).data?.timestamp ?? '');
    const isOld = time < since.getTime() && !ageless.some((word) => text.includes(word));
    if (!isOld) take(line);
  }
}

/** Where the lines begin that hold one of the words, each once, in order. */
function startsOfInterest(bytes: Buffer, words: readonly string[]): number[] {
  const starts = new Set<number>();
  for (const word of words) {
    let hit = bytes.indexOf(word);
    while (hit !== -1) {
      starts.add(bytes.lastIndexOf(LINE_END, hit) + 1);
      const end = bytes.indexOf(LINE_END, hit);
      hit = end === -1 ? -1 : bytes.indexOf(word, end);
    }
  }
  return [...starts].sort((a, b) => a - b);
}
