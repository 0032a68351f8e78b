/** An answer whose compression is undone on its way to the client, with back pressure in both directions. */
import type { Transform } from 'node:stream';

export interface DecodedSinks {
  /** Takes what came out; false: no more until {@link DecodedAnswer.resume}. */
  pass(chunk: Buffer): boolean;
  /** Called when there is room again for what goes in. */
  onRoom(): void;
  /** Called once, when all came out or no more can. */
  onEnd(error: Error | undefined): void;
}

export class DecodedAnswer {
  readonly #decoder: Transform;
  readonly #sinks: DecodedSinks;
  #isEmpty = true;

  constructor(decoder: Transform, sinks: DecodedSinks) {
    this.#decoder = decoder;
    this.#sinks = sinks;
    decoder.on('data', (chunk: Buffer) => {
      if (!sinks.pass(chunk)) decoder.pause();
    });
    decoder.on('drain', () => sinks.onRoom());
    decoder.once('end', () => sinks.onEnd(undefined));
    decoder.on('error', (error) => sinks.onEnd(error));
  }

  /** False: no more until there is room. */
  push(chunk: Buffer): boolean {
    this.#isEmpty = false;
    return this.#decoder.destroyed || this.#decoder.write(chunk);
  }

  /** An answer without a body has nothing in it to undo, and is no damaged one. */
  end(): void {
    if (this.#isEmpty) this.#sinks.onEnd(undefined);
    else this.#decoder.end();
  }

  resume(): void {
    this.#decoder.resume();
  }

  /** Nobody waits for the rest. */
  drop(): void {
    this.#decoder.destroy();
  }
}
