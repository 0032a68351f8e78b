/**
 * Relays what the agent prints, so that it cannot speak to the runner. The runner reads commands from stdout and
 * stderr: `::name …::` at the start of a line (after blanks), and the old `##[name …]` anywhere in one. Both are broken
 * up with a zero-width space. The last line is ended where its writer did not, and a line beyond a bound becomes several;
 * everything else passes unchanged.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
import { Transform, type TransformCallback } from 'node:stream';

const ZERO_WIDTH_SPACE = '\u200b';
/** Anything a runner might trim, not only what JavaScript calls blank. */
const COMMAND = /^([^\p{L}\p{N}\p{P}\p{S}]*):(?=:)/u;
const OLD_COMMAND = /##(?=\[)/g;
const HALF_CHARACTER = /[\ud800-\udbff]$/;
const LINE_END = /[\r\n]$/;
/** A longer line is passed on in parts, so that a program that never ends its line cannot fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;

export class GuardedOutput extends Transform {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #maxLineLength: number;
  #line = '';

  /** @param maxLineLength in UTF-16 units, 2 or more */
  constructor(maxLineLength = MAX_LINE_LENGTH) {
    super();
    this.#maxLineLength = maxLineLength;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#take(this.#decoder.decode());
    // What we write next would be no command behind text of the agent.
    if (this.#line !== '') this.#emit(`${this.#line}\n`);
    done();
  }

  #take(text: string): void {
    const parts = (this.#line + text).split(/(?<=[\r\n])/);
    const last = parts.at(-1) ?? '';
    this.#line = LINE_END.test(last) ? '' : last;
    for (const line of this.#line === '' ? parts : parts.slice(0, -1)) this.#emit(line);
    while (this.#line.length > this.#maxLineLength) this.#cut();
  }

  /** Each part is a line of its own: what is judged apart must not come together again, not even with what we write. */
  #cut(): void {
    const part = this.#line.slice(0, this.#maxLineLength).replace(HALF_CHARACTER, '');
    this.#emit(`${part}\n`);
    this.#line = this.#line.slice(part.length);
  }

  #emit(line: string): void {
    if (line === '') return;
    this.push(line.replace(COMMAND, `$1:${ZERO_WIDTH_SPACE}`).replace(OLD_COMMAND, `##${ZERO_WIDTH_SPACE}`));
  }
}
