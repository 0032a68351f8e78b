/**
 * Reads one text column of an agent's SQLite database. Whoever wrote the file is not trusted: a view or a computed column
 * could run for ever, and a damaged tree can lead in circles, so only a plain table is read and every row is counted.
 * `undefined` where this Node has no SQLite.
 * @see https://www.sqlite.org/security.html
 */
import { lstatSync } from 'node:fs';
import { z } from 'zod';

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_ROWS = 1_000_000;
const MAX_TEXT_LENGTH = 65_536;
/** The database itself, and what SQLite keeps beside it; most of a short run stands in the second. */
const PARTS = ['', '-wal', '-shm'];

const masterRow = z.object({ rootpage: z.number().int().positive() });
const columnRow = z.object({ name: z.string(), hidden: z.literal(0) });
const textRow = z.object({ text: z.string().nullable() });

export interface RowSearch {
  readonly path: string;
  readonly table: string;
  /** Column with the text. */
  readonly text: string;
  /** Column with milliseconds since 1970. */
  readonly time: string;
  readonly since: Date;
  /** Only texts that hold this are read. */
  readonly word: string;
}

/** Hands over every text. False when there is nothing, too much, or something damaged: what was taken must not be used. */
export function readTextRows(search: RowSearch, take: (text: string) => void): boolean {
  try {
    return isPlain(search.path) && queryRows(search, take);
  } catch {
    // Whatever is wrong with the file of a program we do not trust: it says nothing.
    return false;
  }
}

function isPlain(path: string): boolean {
  const stats = PARTS.map((part) => lstatSync(`${path}${part}`, { throwIfNoEntry: false }));
  const bytes = stats.reduce((sum, stat) => sum + (stat?.size ?? 0), 0);
  return stats[0] !== undefined && stats.every((stat) => stat?.isFile() ?? true) && bytes <= MAX_BYTES;
}

function queryRows(
  { path, table, text, time, since, word }: RowSearch,
  take: (text: string) => void,
): boolean {
  // Loaded here alone: older Nodes lack it, or say at once that it is experimental.
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (sqlite === undefined) return false;
  const database = new sqlite.DatabaseSync(path, { readOnly: true });
  try {
    database.exec('PRAGMA trusted_schema = OFF');
    masterRow.parse(
      database.prepare("SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?").get(table),
    );
    const columns = database
      .prepare('SELECT name, hidden FROM pragma_table_xinfo(?)')
      .all(table)
      .map((row) => columnRow.safeParse(row).data?.name);
    if (!columns.includes(text) || !columns.includes(time)) return false;
    // A row that is not wanted comes back too, as null, so that it can be counted.
    const rows = database.prepare(
      `SELECT CASE WHEN "${time}" >= ? AND instr("${text}", ?) > 0 AND length("${text}") <= ${MAX_TEXT_LENGTH} THEN "${text}" END AS text FROM "${table}"`,
    );
    let count = 0;
    for (const row of rows.iterate(since.getTime(), word)) {
      count += 1;
      if (count > MAX_ROWS) return false;
      const { text: found } = textRow.parse(row);
      if (found !== null) take(found);
    }
    return true;
  } finally {
    database.close();
  }
}
