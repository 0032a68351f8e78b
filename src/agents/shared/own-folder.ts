/**
 * A folder of this run in place of the user's own, for agents that read their base URL from a file alone. What the user
 * has there is linked, so that it works as ever and new sessions end up where they always do; the files that are written
 * anew, and the login, are not. The user's own files are never written to.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/errors.js';

const FOLDER = { recursive: true, mode: 0o700 } as const;

/** Makes `own` and links everything of `theirs` into it, but the names that are left behind. Returns `own`. */
export function linkFolder(theirs: string, own: string, leftBehind: readonly string[]): string {
  const names = existsSync(theirs) ? readdirSync(theirs) : [];
  linkInto(
    own,
    theirs,
    names.filter((name) => !leftBehind.includes(name)),
  );
  return own;
}

/** Links the names that there are in `theirs` into `own`. */
export function linkInto(own: string, theirs: string, names: readonly string[]): void {
  mkdirSync(own, FOLDER);
  for (const name of names) {
    if (existsSync(join(theirs, name))) symlinkSync(join(theirs, name), join(own, name));
  }
}

/** Writes a file that this user alone can read; its folder as well. Returns the path. */
export function writeOwnFile(folder: string, name: string, text: string): string {
  mkdirSync(folder, FOLDER);
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/**
 * A configuration of the user, `undefined` when there is none. Of what is wrong with it only the place is told: parsers
 * quote the text, and keys stand in it.
 * @throws {AppError} when `parse` throws.
 */
export function readTheirs<T>(path: string, agent: string, parse: (text: string) => T): T | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  if (text.trim() === '') return undefined;
  try {
    return parse(text);
  } catch {
    throw new AppError('bad-value', `${agent}'s own configuration ${path} cannot be read.`, {
      hint: `Correct that file, or move it away; ${agent} would not read it either.`,
    });
  }
}

const STRING_OR_COMMENT = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_LAST_COMMA = /"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g;

/** JSON with comments and a comma too many, as people write it into settings. @throws {SyntaxError} */
export function parseRelaxedJson(text: string): unknown {
  const keepStrings = (match: string) => (match.startsWith('"') ? match : '');
  return JSON.parse(text.replace(STRING_OR_COMMENT, keepStrings).replace(STRING_OR_LAST_COMMA, keepStrings));
}
