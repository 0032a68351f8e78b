/**
 * A scripted model provider on loopback. It speaks the four dialects (JSON and SSE), answers with the next step of a
 * script, and counts what it bills, so that a test can compare the meter's totals with the bill to the token.
 *
 * The step is read from the conversation itself (how many tool results it holds), so retries and subagents each get a
 * consistent answer.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import { type Answer, DIALECTS, isSubagentCall, type Step } from './provider-dialects.js';
import { converse } from './provider-websocket.js';
import type { TestSocket } from './websocket.js';

/** Canonical figures of one call: `input` leaves cached tokens out, `output` takes reasoning in. */
export interface Bill {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
}

export interface Fault {
  /** 1-based call from which it holds. */
  readonly from?: number;
  readonly times?: number;
  readonly kind: 'status' | 'reset' | 'reset-mid-stream' | 'end-mid-stream' | 'hang' | 'no-usage';
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Script {
  /** What the agent is told to do, turn by turn; then the final text. */
  readonly turns?: readonly Step[];
  readonly subagentTurns?: readonly Step[];
  readonly final?: string;
  /** Model that answers; by default the one that was asked for. */
  readonly answeringModel?: string;
  /** Bill of call k, counted from 0. */
  readonly bill?: (call: number) => Partial<Bill>;
  readonly fault?: Fault;
  readonly compress?: 'gzip' | 'br' | 'deflate' | 'zstd';
  readonly delayMs?: number;
  /** The status that an upgrade is answered with in place of a switch. */
  readonly upgradeStatus?: number;
  /** Bytes of each packet on a websocket. */
  readonly chunkBytes?: number;
  /** True for a provider that answers, and bills, what asks for nothing to be generated. */
  readonly ignoresWarmUps?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further routes by path, such as a gateway's usage API. */
  readonly routes?: Readonly<Record<string, () => { readonly status?: number; readonly body: unknown }>>;
}

/** One request as the provider saw it; bodies are parsed, headers lower-case. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Behind the question mark, as it came; absent where there is none, and on websockets. */
  readonly query?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly rawBody: Buffer;
  /** A call of a subagent that the script started. */
  readonly isSubagent: boolean;
  readonly status: number | 'reset' | 'hang' | 'warm-up';
}

export interface Provider {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** The provider's side of every websocket, oldest first. */
  readonly websockets: TestSocket[];
  /** Bills of all answers that were sent whole. */
  readonly billed: Bill[];
  /** Sums in the meter's terms: input with cache, output with reasoning. */
  totals(): { inputTokens: number; outputTokens: number; requests: number };
  setScript(script: Script): void;
  close(): Promise<void>;
}

const DEFAULT_BILL = (call: number): Bill => ({
  input: 1000 + call,
  cacheRead: 200 + 10 * call,
  cacheWrite: 30,
  output: 50 + call,
  reasoning: 7,
});
const ENCODERS = {
  gzip: zlib.gzipSync,
  br: zlib.brotliCompressSync,
  deflate: zlib.deflateSync,
  zstd: (bytes: Buffer) => zlib.zstdCompressSync(bytes),
} as const;

export async function startProvider(script: Script = {}): Promise<Provider> {
  const provider = new ScriptedProvider(script);
  await provider.listen();
  return provider;
}

class ScriptedProvider implements Provider {
  readonly requests: SeenRequest[] = [];
  readonly billed: Bill[] = [];
  readonly websockets: TestSocket[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #script: Script;
  #generations = 0;

  constructor(script: Script) {
    this.#script = script;
    this.#server.on('upgrade', (request, _socket, head) => this.#upgrade(request, head));
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    for (const { socket } of this.websockets) socket.destroy();
    await closed;
  }

  setScript(script: Script): void {
    this.#script = script;
    this.#generations = 0;
    this.requests.length = 0;
    this.billed.length = 0;
  }

  totals(): { inputTokens: number; outputTokens: number; requests: number } {
    return {
      inputTokens: this.billed.reduce((sum, bill) => sum + bill.input + bill.cacheRead + bill.cacheWrite, 0),
      outputTokens: this.billed.reduce((sum, bill) => sum + bill.output, 0),
      requests: this.billed.length,
    };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawBody = await collect(request);
    const [path = '', query] = (request.url ?? '').split('?');
    const body = parse(rawBody);
    const note = (status: SeenRequest['status']) =>
      this.requests.push({
        method: request.method ?? '',
        path,
        query,
        headers: request.headers,
        body,
        rawBody,
        isSubagent: isSubagentCall(request.headers, body),
        status,
      });
    const dialect = DIALECTS.find(({ owns }) => request.method === 'POST' && owns(path));
    const extra = this.#script.routes?.[path]?.();
    if (extra !== undefined) {
      note(extra.status ?? 200);
      response.writeHead(extra.status ?? 200, { 'content-type': 'application/json' });
      response.end(typeof extra.body === 'string' ? extra.body : JSON.stringify(extra.body));
      return;
    }
    if (dialect === undefined) {
      note(404);
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"error":{"message":"no such route"}}');
      return;
    }
    this.#generations += 1;
    const { delayMs, fault, headers = {} } = this.#script;
    if (delayMs) await sleep(delayMs);
    const active = fault && this.#isActive(fault) ? fault : undefined;
    if (active?.kind === 'status') {
      note(active.status ?? 500);
      response.writeHead(active.status ?? 500, { 'content-type': 'application/json', ...active.headers });
      response.end(
        typeof active.body === 'string'
          ? active.body
          : JSON.stringify(active.body ?? { error: { message: 'scripted fault' } }),
      );
      return;
    }
    if (active?.kind === 'reset') {
      note('reset');
      request.socket.resetAndDestroy();
      return;
    }
    if (active?.kind === 'hang') {
      note('hang');
      return;
    }
    note(200);
    const bill = { ...DEFAULT_BILL(this.billed.length), ...this.#script.bill?.(this.billed.length) };
    const context = { body, path, script: this.#script, headers: request.headers };
    const answer = dialect.answer(context, active?.kind === 'no-usage' ? undefined : bill);
    await this.#send(response, answer, { headers, cut: active?.kind });
    if (active === undefined || active.kind === 'no-usage') this.billed.push(bill);
  }

  #upgrade(request: IncomingMessage, head: Buffer): void {
    const [path = ''] = (request.url ?? '').split('?');
    const status = this.#script.upgradeStatus ?? (path.endsWith('/responses') ? undefined : 404);
    if (status !== undefined) {
      this.requests.push({
        method: 'UPGRADE',
        path,
        headers: request.headers,
        body: undefined,
        rawBody: head,
        isSubagent: false,
        status,
      });
      request.socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return;
    }
    const script = () => this.#script;
    const host = {
      get script() {
        return script();
      },
      note: (seen: SeenRequest) => void this.requests.push(seen),
      charge: (bill: Bill) => void this.billed.push(bill),
      begin: () => {
        this.#generations += 1;
        const { fault } = this.#script;
        const bill = { ...DEFAULT_BILL(this.billed.length), ...this.#script.bill?.(this.billed.length) };
        return { fault: fault && this.#isActive(fault) ? fault : undefined, bill };
      },
    };
    this.websockets.push(converse(host, request, head));
  }

  #isActive({ from = 1, times = Number.POSITIVE_INFINITY }: Fault): boolean {
    return this.#generations >= from && this.#generations < from + times;
  }

  async #send(
    response: ServerResponse,
    answer: Answer,
    options: { headers: Readonly<Record<string, string>>; cut: Fault['kind'] | undefined },
  ): Promise<void> {
    const { compress } = this.#script;
    const type = answer.events ? 'text/event-stream' : 'application/json';
    const encoding = compress ? { 'content-encoding': compress } : {};
    const whole = Buffer.from(answer.events ? answer.events.join('') : JSON.stringify(answer.json));
    const isCut = options.cut === 'reset-mid-stream' || options.cut === 'end-mid-stream';
    response.writeHead(200, {
      'content-type': type,
      'request-id': `req_${this.#generations}`,
      ...encoding,
      ...options.headers,
    });
    if (compress) {
      response.end(ENCODERS[compress](whole));
      return;
    }
    if (!answer.events) {
      response.end(whole);
      return;
    }
    const events = isCut ? answer.events.slice(0, Math.ceil(answer.events.length / 2)) : answer.events;
    for (const event of events) response.write(event);
    if (options.cut === 'reset-mid-stream') {
      await sleep(30);
      response.socket?.resetAndDestroy();
    } else response.end();
  }
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
