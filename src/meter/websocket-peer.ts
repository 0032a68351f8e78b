/**
 * One side of a websocket, once both ends have agreed on it: whole messages in, whole messages out, without compression.
 * The frames are read and written by `ws`; undici's own websocket bounds no message, shows no ping and knows no back
 * pressure.
 */
import type { Socket } from 'node:net';
import { Receiver, Sender } from 'ws';
import { describeError } from '../core/errors.js';

export interface Message {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

/**
 * How a side ended. `closed`: with a close frame, or because it broke the protocol, which has a close code as well.
 * `lost`: the connection broke, or ended without a word.
 */
export type Ending =
  | { readonly kind: 'closed'; readonly code: number; readonly reason: Buffer }
  | { readonly kind: 'lost' };

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** As the library's own server has them: many small parts take far more memory than their bytes. */
const MAX_FRAGMENTS = 16 * 1024;
const MAX_CHUNKS = 256 * 1024;
/** Beyond this a side is not read any further until its messages are taken. */
const MAX_WAITING_BYTES = 256 * 1024;
const MAX_WAITING = 256;
const MAX_REASON_BYTES = 123;
/** How long a side may take to say goodbye. */
const GOODBYE_MS = 5000;
/** What a close frame without a code is read as; it must not be written. */
const NO_CODE = 1005;
const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
};
const PROTOCOL_ERROR = 1002;
const NOTHING = Buffer.alloc(0);

export class WebSocketPeer {
  readonly #end = Promise.withResolvers<Ending>();
  readonly #socket: Socket;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  /** Clients mask what they send, servers do not. */
  readonly #mask: boolean;
  readonly #waiting: Message[] = [];
  #waitingBytes = 0;
  #ending: Ending | undefined;
  #onNews: (() => void) | undefined;

  /** @param side who is at the other end of the socket */
  constructor(socket: Socket, side: 'client' | 'upstream') {
    this.#socket = socket;
    this.#mask = side === 'upstream';
    this.#sender = new Sender(socket);
    this.#receiver = new Receiver({
      isServer: side === 'client',
      maxPayload: MAX_MESSAGE_BYTES,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_CHUNKS,
    });
    this.#listen();
  }

  /** At once when the side ends, also while messages of it wait. */
  get ended(): Promise<Ending> {
    return this.#end.promise;
  }

  get isGone(): boolean {
    return this.#ending !== undefined;
  }

  /** Pings and pongs are answered by the far end: whoever asks whether it is there is told the truth. */
  passHeartbeatsTo(other: WebSocketPeer, mask = (data: Buffer): Buffer => data): void {
    this.#receiver.on('ping', (data: Buffer) => other.#beat('ping', mask(data)));
    this.#receiver.on('pong', (data: Buffer) => other.#beat('pong', mask(data)));
  }

  /** Messages in order, until the side has ended and all that came before is taken. */
  async *messages(): AsyncGenerator<Message> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) {
        this.#waitingBytes -= message.data.length;
        if (!this.#isFull()) this.#socket.resume();
        yield message;
      } else if (this.#ending === undefined) {
        await new Promise<void>((resolve) => {
          this.#onNews = resolve;
        });
      } else return;
    }
  }

  /** Resolves when the next one may be sent; at once when the side is gone. */
  async send(data: Buffer, isBinary: boolean): Promise<void> {
    if (!this.#socket.writable) return;
    this.#sender.send(data, { binary: isBinary, compress: false, fin: true, mask: this.#mask });
    if (this.#socket.writableNeedDrain) await drained(this.#socket);
  }

  /** Says goodbye, and hangs up when it is said. */
  close({ code, reason }: Extract<Ending, { kind: 'closed' }>): void {
    if (!this.#socket.writable) return;
    this.#sender.close(code === NO_CODE ? undefined : code, code === NO_CODE ? NOTHING : reason, this.#mask);
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), GOODBYE_MS).unref();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Breaks the connection in a way that nobody can take for its end. Plain TCP only. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #listen(): void {
    const receiver = this.#receiver;
    receiver.on('message', (data: Buffer, isBinary: boolean) => this.#take({ data, isBinary }));
    receiver.on('conclude', (code: number, reason: Buffer) => this.#note({ kind: 'closed', code, reason }));
    receiver.on('error', (error) => this.#note(brokenRule(error)));
    receiver.on('drain', () => this.#isFull() || this.#socket.resume());
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#ending !== undefined) return;
      if (!receiver.write(chunk) || this.#isFull()) this.#socket.pause();
    });
    this.#socket.on('error', () => this.#note({ kind: 'lost' }));
    this.#socket.on('end', () => this.#note({ kind: 'lost' }));
    this.#socket.on('close', () => this.#note({ kind: 'lost' }));
  }

  #take(message: Message): void {
    if (this.#ending !== undefined) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.data.length;
    this.#onNews?.();
  }

  /** The first word counts. */
  #note(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#socket.resume();
    this.#end.resolve(ending);
    this.#onNews?.();
  }

  #isFull(): boolean {
    return this.#waitingBytes > MAX_WAITING_BYTES || this.#waiting.length > MAX_WAITING;
  }

  /** Where the way is blocked none is passed on: whoever floods with them must not fill the memory. */
  #beat(kind: 'ping' | 'pong', data: Buffer): void {
    if (this.#socket.writable && !this.#socket.writableNeedDrain) this.#sender[kind](data, this.#mask);
  }
}

function brokenRule(error: Error): Ending {
  const code = 'code' in error ? CLOSE_CODES[String(error.code)] : undefined;
  const reason = Buffer.from(`spendgate: ${describeError(error)}`).subarray(0, MAX_REASON_BYTES);
  return { kind: 'closed', code: code ?? PROTOCOL_ERROR, reason };
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
