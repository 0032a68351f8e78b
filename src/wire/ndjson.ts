/** JSON lines. A last line that was cut, as a full disk or a killed process leaves it, is skipped, not an error. */

/** One value per readable line, in order. */
export function parseNdjson(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    const value = parseLine(line);
    return value === undefined ? [] : [value];
  });
}

/** What can be made of each line, and how many lines hold something of which nothing can. */
export function readNdjson<T>(
  text: string,
  read: (value: unknown) => T | undefined,
): { readonly values: T[]; readonly lostLines: number } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map((line) => read(parseLine(line))).filter((value) => value !== undefined);
  return { values, lostLines: lines.length - values.length };
}

function parseLine(line: string): unknown {
  if (line.trim() === '') return undefined;
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
