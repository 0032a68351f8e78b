/** JSON lines. A last line that was cut, as a full disk or a killed process leaves it, is skipped, not an error. */

/** One value per readable line, in order. */
export function parseNdjson(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    const value = parseLine(line);
    return value === undefined ? [] : [value];
  });
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
