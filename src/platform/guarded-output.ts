/**
 * Relays what the agent prints, so that it cannot speak to the runner. The runner reads commands from stdout and
 * stderr: `::name …::` at the start of a line (after blanks), and the old `##[name …]` anywhere in one. Both are broken
 * up with a zero-width space; everything else passes unchanged.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
import { Transform, type TransformCallback } from 'node:stream';

const ZERO_WIDTH_SPACE = '\u200b';
/** Anything a runner might trim, not only what JavaScript calls blank. */
const COMMAND = /^([^\p{L}\p{N}\p{P}\p{S}]*):(?=:)/u;
const BLANK = /^[^\p{L}\p{N}\p{P}\p{S}]*$/u;
const OLD_COMMAND = /##(?=\[)/g;
/** A longer line is passed on in parts, so that a program that never ends its line cannot fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;

export class GuardedOutput extends Transform {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #line = '';
  #isLineStart = true;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#take(this.#decoder.decode());
    if (this.#line !== '') this.#emit(this.#line);
    done();
  }

  #take(text: string): void {
    const parts = (this.#line + text).split(/(?<=[\r\n])/);
    const last = parts.at(-1) ?? '';
    this.#line = /[\r\n]$/.test(last) ? '' : last;
    for (const line of this.#line === '' ? parts : parts.slice(0, -1)) this.#emit(line);
    if (this.#line.length > MAX_LINE_LENGTH) {
      // The end is kept back: a command's mark, or a pair of surrogates, may be cut in two there.
      const cut = this.#line.length - (/[\ud800-\udbff]$/.test(this.#line.slice(0, -2)) ? 3 : 2);
      this.#emit(this.#line.slice(0, cut));
      this.#line = this.#line.slice(cut);
    }
  }

  #emit(text: string): void {
    if (text === '') return;
    const start = this.#isLineStart ? text.replace(COMMAND, `$1:${ZERO_WIDTH_SPACE}`) : text;
    this.push(start.replace(OLD_COMMAND, `##${ZERO_WIDTH_SPACE}`));
    // Blanks do not end a line's start: the runner trims them before it looks for a command.
    this.#isLineStart = /[\r\n]$/.test(text) || (this.#isLineStart && BLANK.test(text));
  }
}
