/**
 * Takes the agent's own telemetry on the meter's port, behind the run's token. Of what comes only numbers and ids of
 * model calls are kept; the rest is acknowledged and forgotten, so that the agent's exporter is content.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ToldCall } from '../core/telemetry.js';
import type { TelemetryEvent } from '../ports/agent.js';
import type { LocalAnswer } from '../ports/dialect.js';
import { decodeBody } from '../wire/decode.js';
import { readLogEvents } from '../wire/otlp.js';
import { boundedRequestId } from '../wire/request-id.js';
import { sendLocal } from './local-answer.js';

const ROUTES = new Set(['/v1/logs', '/v1/metrics', '/v1/traces']);
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_CALLS = 50_000;

export class TelemetrySink {
  /** True when telemetry told of more calls than are kept. */
  isCut = false;
  readonly #told = new Map<string, ToldCall>();
  readonly #readEvent: (event: TelemetryEvent) => ToldCall | undefined;

  constructor(readEvent: (event: TelemetryEvent) => ToldCall | undefined) {
    this.#readEvent = readEvent;
  }

  /** Each call once: an exporter that heard no answer sends its events again. */
  get told(): ToldCall[] {
    return [...this.#told.values()];
  }

  owns(method: string, path: string): boolean {
    return method === 'POST' && ROUTES.has(path);
  }

  async take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    sendLocal(response, await this.#answer(request, path));
  }

  async #answer(request: IncomingMessage, path: string): Promise<LocalAnswer> {
    const { headers } = request;
    if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return answer(415, 'only JSON is read');
    try {
      const bytes = await readBounded(request);
      if (bytes === undefined) return answer(413, `at most ${MAX_BODY_BYTES} bytes are read`);
      const decoded = await decodeBody(bytes, headers['content-encoding'], MAX_BODY_BYTES);
      const body: unknown = JSON.parse(decoded.toString('utf8'));
      if (path === '/v1/logs') for (const event of readLogEvents(body)) this.#note(event);
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
    } catch {
      // Not the error's words: they may quote what was sent.
      return answer(400, 'the export could not be read');
    }
  }

  #note(event: TelemetryEvent): void {
    const told = this.#readEvent(event);
    if (told === undefined) return;
    const requestId = boundedRequestId(told.requestId);
    const key = requestId ?? `#${this.#told.size}`;
    if (this.#told.size < MAX_CALLS || this.#told.has(key)) this.#told.set(key, { ...told, requestId });
    else this.isCut = true;
  }
}

/** The rest is read and forgotten, so that the client hears the answer; `undefined` when it is too much. */
async function readBounded(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= MAX_BODY_BYTES) parts.push(part);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(parts) : undefined;
}

function answer(status: number, message: string): LocalAnswer {
  const body = JSON.stringify({ message: `spendgate: ${message}.` });
  return { status, headers: { 'content-type': 'application/json' }, body };
}
