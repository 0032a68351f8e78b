/**
 * Asks the upstream to switch to a websocket, through the same dispatcher as every call: pooled, and through the proxies
 * of the environment. The client's own key of the handshake travels on, so that the client itself checks the answer.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { UpstreamRequest } from './relay.js';

/** `refused`: it stays with HTTP (`status`), or could not be reached (`undefined`). */
export type Dialled =
  | {
      readonly kind: 'open';
      readonly socket: Socket;
      /** Of the answer; flat name and value pairs. */
      readonly rawHeaders: readonly string[];
    }
  | { readonly kind: 'refused'; readonly status: number | undefined };

/** @param client the upgrade is given up when it goes away */
export function dial(request: Omit<UpstreamRequest, 'method' | 'body'>, client: Socket): Promise<Dialled> {
  return new Promise((resolve) => {
    const { dispatcher, ...options } = request;
    const handler = new UpgradeHandler(client, resolve);
    dispatcher.dispatch({ ...options, method: 'GET', upgrade: 'websocket' }, handler);
  });
}

class UpgradeHandler implements Dispatcher.DispatchHandlers {
  readonly #client: Socket;
  readonly #resolve: (dialled: Dialled) => void;
  readonly #onClose = () => this.#abort?.(new Error('the client went away'));
  #abort: ((error?: Error) => void) | undefined;

  constructor(client: Socket, resolve: (dialled: Dialled) => void) {
    this.#client = client;
    this.#resolve = resolve;
    client.once('close', this.#onClose);
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#client.destroyed) this.#onClose();
  }

  onUpgrade(_status: number, rawHeaders: Buffer[] | string[] | null, socket: Duplex): void {
    const raw = (rawHeaders ?? []).map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
    // Without a listener of its own a socket that breaks now would end the process.
    socket.on('error', () => socket.destroy());
    if (socket instanceof Socket && !hasExtension(raw))
      this.#settle({ kind: 'open', socket, rawHeaders: raw });
    else {
      socket.destroy();
      this.#settle({ kind: 'refused', status: undefined });
    }
  }

  /** What it says instead is not waited for: the same question over HTTP gets a better answer. */
  onHeaders(status: number): boolean {
    if (status < 200) return true;
    this.#settle({ kind: 'refused', status });
    this.#abort?.(new Error('the upstream does not switch'));
    return true;
  }

  onData(): boolean {
    return true;
  }

  onComplete(): void {
    this.#settle({ kind: 'refused', status: undefined });
  }

  onError(): void {
    this.#settle({ kind: 'refused', status: undefined });
  }

  #settle(dialled: Dialled): void {
    this.#client.off('close', this.#onClose);
    this.#resolve(dialled);
  }
}

/** None is asked for, so frames with one could not be read. */
function hasExtension(raw: readonly string[]): boolean {
  return raw.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'sec-websocket-extensions');
}
