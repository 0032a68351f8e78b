/**
 * What is used of `ws`: its two halves of the wire, which its package exports and its type package leaves out.
 * @see https://github.com/websockets/ws
 */
declare module 'ws' {
  import type { Duplex, Writable } from 'node:stream';

  interface ReceiverOptions {
    /** True on the side that takes masked frames. */
    readonly isServer: boolean;
    readonly maxPayload: number;
    readonly maxFragments: number;
    readonly maxBufferedChunks: number;
  }

  /** Takes the bytes of a connection, and emits `message`, `ping`, `pong`, and `conclude` for a close frame. */
  export class Receiver extends Writable {
    constructor(options: ReceiverOptions);
  }

  /** Writes frames onto a connection. */
  export class Sender {
    constructor(socket: Duplex);
    send(data: Buffer, options: { binary: boolean; compress: boolean; fin: boolean; mask: boolean }): void;
    ping(data: Buffer, mask: boolean): void;
    pong(data: Buffer, mask: boolean): void;
    /** @throws {TypeError} for a code that must not stand in a close frame. */
    close(code: number | undefined, reason: Buffer, mask: boolean): void;
  }
}
