/**
 * The way to a meter in the background: a port of its own on loopback. Either side proves itself by a checksum over what it
 * says, keyed with a secret that is never sent: whoever takes the port over when the meter is gone learns nothing from a
 * question, and cannot answer it. A meter that has to end before it is asked leaves its testament on disk, proven likewise.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Dispatcher, request } from 'undici';
import { describeError } from '../core/errors.js';
import type { MeterHandle } from '../core/meter-handle.js';
import type { AskedBy } from '../core/testament.js';
import { readBoundedText } from '../files/bounded-file.js';
import type { MeterControl, MeterEnd } from '../ports/background.js';
import { readBoundedBody } from './bounded-body.js';

const HEADER = 'x-spendgate-proof';
const HEALTH = '/health';
const FINISH = '/finish';
const HEALTH_DEADLINE_MS = 10_000;
/** Longer than calls in flight are given to settle. */
const FINISH_DEADLINE_MS = 60_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** Keyed checksum: who knows the secret has said exactly this. */
function prove(secret: string, ...said: readonly string[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(said)).digest('hex');
}

function isProven(proof: unknown, secret: string, ...said: readonly string[]): boolean {
  const [given, right] = [Buffer.from(String(proof ?? '')), Buffer.from(prove(secret, ...said))];
  return given.length === right.length && timingSafeEqual(given, right);
}

export interface ControlOptions {
  /** That of the step output, and that of the variable. Each opens the door; the answer is proven with the one that was used. */
  readonly secrets: readonly [output: string, variable: string];
  /** Ends the meter; its testament. Asked twice, it answers twice the same. */
  readonly finish: (askedBy: AskedBy) => Promise<string>;
  /** Told when a testament has been handed over. */
  readonly onHandedOver: () => void;
}

/** Listens on a free port of 127.0.0.1. */
export async function serveControl(options: ControlOptions): Promise<{ url: string; close(): void }> {
  const server: Server = createServer((message, response) => {
    answer(options, message, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  { secrets, finish, onHandedOver }: ControlOptions,
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const secret = secrets.find((candidate) => isProven(headers[HEADER], candidate, url));
  if (secret === undefined || (url !== HEALTH && url !== FINISH)) {
    response.writeHead(403).end();
    return;
  }
  const text = url === FINISH ? await finish(secret === secrets[0] ? 'output' : 'variable') : 'ready';
  response.writeHead(200, { [HEADER]: prove(secret, url, text) });
  response.end(text, url === FINISH ? onHandedOver : undefined);
}

export function createMeterControl(dispatcher: Dispatcher): MeterControl {
  return {
    isThere: async (handle) => {
      const end = await ask(dispatcher, handle, HEALTH, HEALTH_DEADLINE_MS);
      return 'text' in end && end.text === 'ready';
    },
    finish: async (handle) => {
      const end = await ask(dispatcher, handle, FINISH, FINISH_DEADLINE_MS);
      if ('text' in end) return { kind: 'ended', testament: end.text };
      return readWill(handle) ?? end;
    },
  };
}

async function ask(
  dispatcher: Dispatcher,
  { controlUrl, secret }: MeterHandle,
  path: string,
  deadlineMs: number,
): Promise<{ readonly text: string } | MeterEnd> {
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const headers = { [HEADER]: prove(secret, path) };
    const {
      statusCode,
      headers: got,
      body,
    } = await request(`${controlUrl}${path}`, {
      dispatcher,
      method: 'POST',
      headers,
      signal,
    });
    const text = await readBoundedBody(body, MAX_ANSWER_BYTES);
    if (isProven(got[HEADER], secret, path, text)) return { text };
    return { kind: 'forged', evidence: `something else answered on its port (${statusCode})` };
  } catch (error) {
    return { kind: 'gone', evidence: describeError(error) };
  }
}

/** Leaves a testament beside the ledger, proven with every secret. A full disk has none. */
export function writeWill(ledger: string, secrets: readonly string[], text: string): void {
  const proofs = secrets.map((secret) => prove(secret, FINISH, text));
  try {
    writeFileSync(willPath(ledger), [...proofs, text].join('\n'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // The ledger holds every call all the same.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** First the proofs, a line each, then the testament. `undefined` when there is none. */
function readWill({ ledger, secret }: MeterHandle): MeterEnd | undefined {
  const written = readBoundedText(willPath(ledger), { maxBytes: MAX_ANSWER_BYTES })?.text;
  if (written === undefined) return undefined;
  const [first = '', second = '', ...rest] = written.split('\n');
  const text = rest.join('\n');
  const isOurs = [first, second].some((proof) => isProven(proof, secret, FINISH, text));
  return isOurs
    ? { kind: 'left', testament: text }
    : { kind: 'forged', evidence: `what stands in ${willPath(ledger)} is not what it wrote` };
}

function willPath(ledger: string): string {
  return ledger.replace(/\.ndjson$/, '.will');
}
