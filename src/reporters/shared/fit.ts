/** Blocks of Markdown, the most important first, put together up to a length. A block is shown whole or not at all. */

/** What a reader would miss, in words: `finding`, `table`. */
export interface Block {
  readonly kind: string;
  readonly text: string;
  /** Follows the block before it without an empty line, as the next item of the same list. */
  readonly continues?: boolean;
}

/** Kept for the line that tells what was cut. */
const NOTE_LENGTH = 400;

/**
 * The first block always stands, so that it must fit by itself. Lengths are UTF-16 units: never fewer than characters.
 * @param rest where the rest can be read, a sentence
 */
export function fitBlocks(blocks: readonly Block[], maxLength: number, rest: string): string {
  const shown: string[] = [];
  let length = 0;
  for (const [index, { text, continues }] of blocks.entries()) {
    const part = `${index === 0 ? '' : continues ? '\n' : '\n\n'}${text}`;
    if (index > 0 && length + part.length > maxLength - NOTE_LENGTH)
      return `${shown.join('')}\n\n${renderCut(blocks.slice(index), rest)}`;
    shown.push(part);
    length += part.length;
  }
  return shown.join('');
}

function renderCut(left: readonly Block[], rest: string): string {
  const kinds = [...Map.groupBy(left, ({ kind }) => kind)].map(([kind, { length }]) =>
    length === 1 ? `one ${kind}` : `${length} ${kind}s`,
  );
  return `_Cut to fit, without ${kinds.join(', ')}. ${rest}_`;
}
