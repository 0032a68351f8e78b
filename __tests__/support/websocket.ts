/** A websocket by hand, on either side of a real socket: the bytes of frames as a test wants them, and as they come. */
import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export type Opcode = keyof typeof OPCODES;

export interface TestFrame {
  readonly opcode: Opcode;
  readonly data: Buffer;
}

export interface Sending {
  readonly opcode?: Opcode;
  /** False for a message that goes on in another frame. */
  readonly isFinal?: boolean;
  /** Bytes a write, each its own packet; whole when left out. */
  readonly chunkBytes?: number;
}

/** How a connection ended: by a close frame with this code, by a reset, or without a word. */
export type TestEnding = number | 'reset' | 'ended';

export class TestSocket {
  /** Every frame that came, in order. */
  readonly frames: TestFrame[] = [];
  /** Every text that was sent. */
  readonly sent: string[] = [];
  readonly ending: Promise<TestEnding>;
  readonly socket: Socket;
  readonly #masks: boolean;
  #pending = Buffer.alloc(0);
  #sent: Promise<void> = Promise.resolve();
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, head: Buffer, side: 'client' | 'server') {
    this.socket = socket;
    this.#masks = side === 'client';
    let isReset = false;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      isReset = error.code === 'ECONNRESET';
    });
    this.ending = new Promise((resolve) => {
      socket.on('close', () => {
        this.#wake();
        const closed = this.frames.find(({ opcode }) => opcode === 'close');
        if (closed) resolve(closed.data.length >= 2 ? closed.data.readUInt16BE(0) : 1005);
        else resolve(isReset ? 'reset' : 'ended');
      });
    });
    socket.on('end', () => socket.end());
    if (head.length > 0) this.#read(head);
  }

  get texts(): string[] {
    return this.frames.filter(({ opcode }) => opcode === 'text').map(({ data }) => data.toString('utf8'));
  }

  /** Frames are sent one after the other, however they are cut. */
  send(data: string | Buffer, { opcode = 'text', isFinal = true, chunkBytes }: Sending = {}): Promise<void> {
    const bytes = this.#frame(OPCODES[opcode], Buffer.from(data), isFinal);
    if (opcode === 'text') this.sent.push(data.toString());
    this.#sent = this.#sent.then(() => this.write(bytes, chunkBytes));
    return this.#sent;
  }

  /** A close frame, and the end of this side. */
  async close(code?: number): Promise<void> {
    const payload = Buffer.alloc(code === undefined ? 0 : 2);
    if (code !== undefined) payload.writeUInt16BE(code);
    await this.send(payload, { opcode: 'close' });
    this.socket.end();
  }

  /** Waits until so many frames of a kind have come, or the connection has ended. */
  async waitFor(count: number, opcode: Opcode = 'text'): Promise<TestFrame[]> {
    for (;;) {
      const found = this.frames.filter((frame) => frame.opcode === opcode);
      if (found.length >= count || this.socket.destroyed) return found;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Waits for the event that ends an answer, or an error in its place; they are parsed. */
  async answers(count = 1): Promise<Record<string, unknown>[]> {
    for (let seen = 1; ; seen += 1) {
      const frames = await this.waitFor(seen);
      const ends = frames
        .map(({ data }) => JSON.parse(data.toString('utf8')) as Record<string, unknown>)
        .filter(({ type }) => /^(?:error|response\.(?:completed|incomplete|failed))$/.test(String(type)));
      if (ends.length >= count || frames.length < seen) return ends;
    }
  }

  async write(bytes: Buffer, chunkBytes = bytes.length): Promise<void> {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      this.socket.write(bytes.subarray(at, at + chunkBytes));
      if (chunkBytes < bytes.length) await turn();
    }
  }

  #frame(opcode: number, payload: Buffer, isFinal: boolean): Buffer {
    const length = Buffer.alloc(payload.length < 126 ? 1 : payload.length < 65_536 ? 3 : 9);
    if (length.length === 1) length[0] = payload.length;
    else if (length.length === 3) length.writeUInt16BE(payload.length, 1);
    else length.writeBigUInt64BE(BigInt(payload.length), 1);
    if (length.length > 1) length[0] = length.length === 3 ? 126 : 127;
    const first = Buffer.from([(isFinal ? 0x80 : 0) | opcode]);
    if (!this.#masks) return Buffer.concat([first, length, payload]);
    const mask = randomBytes(4);
    length[0] = (length[0] ?? 0) | 0x80;
    return Buffer.concat([first, length, mask, unmask(payload, mask)]);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #read(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (let size = this.#takeFrame(); size > 0; size = this.#takeFrame())
      this.#pending = this.#pending.subarray(size);
    this.#wake();
  }

  /** Size of the frame that was taken; 0 when it is not whole yet. */
  #takeFrame(): number {
    const bytes = this.#pending;
    if (bytes.length < 2) return 0;
    const short = (bytes[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < start) return 0;
    const length =
      short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    const isMasked = ((bytes[1] ?? 0) & 0x80) !== 0;
    // Clients must mask, servers must not.
    if (isMasked === this.#masks) this.socket.destroy(new Error('a frame with a wrong mask'));
    const from = start + (isMasked ? 4 : 0);
    if (bytes.length < from + length) return 0;
    const payload = bytes.subarray(from, from + length);
    const opcode = Object.entries(OPCODES).find(([, code]) => code === ((bytes[0] ?? 0) & 0x0f))?.[0];
    const data = isMasked ? unmask(payload, bytes.subarray(start, from)) : Buffer.from(payload);
    this.frames.push({ opcode: (opcode ?? 'continuation') as Opcode, data });
    return from + length;
  }
}

/** Asks for an upgrade; the answer's status and headers where the server does not switch. */
export async function openWebSocket(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; headers: IncomingMessage['headers']; socket: TestSocket | undefined }> {
  const key = randomBytes(16).toString('base64');
  const outgoing = httpRequest(url, {
    agent: false,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
      'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
      ...headers,
    },
  });
  return new Promise((resolve, reject) => {
    outgoing.on('response', (incoming) => {
      incoming.resume();
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, socket: undefined });
    });
    outgoing.on('upgrade', (incoming, socket: Socket, head) => {
      if (incoming.headers['sec-websocket-accept'] !== acceptOf(key)) reject(new Error('a wrong accept key'));
      const { statusCode: status = 0, headers: answered } = incoming;
      resolve({ status, headers: answered, socket: new TestSocket(socket, head, 'client') });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The server's side of an upgrade. */
export function acceptWebSocket(
  request: IncomingMessage,
  head: Buffer,
  headers: Readonly<Record<string, string>> = {},
): TestSocket {
  const accept = acceptOf(String(request.headers['sec-websocket-key']));
  const lines = Object.entries({ connection: 'Upgrade', upgrade: 'websocket', ...headers });
  const fields = [...lines, ['sec-websocket-accept', accept]].map(([name, value]) => `${name}: ${value}`);
  request.socket.write(['HTTP/1.1 101 Switching Protocols', ...fields, '', ''].join('\r\n'));
  return new TestSocket(request.socket, head, 'server');
}

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function unmask(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
}
