/**
 * The Responses API over a websocket, as the scripted provider speaks it: one connection, many calls, each answered by the
 * events of the HTTP stream. Modelled on what Codex 0.169.0 sends (`fixtures/websocket/codex.json`).
 */
import type { IncomingMessage } from 'node:http';
import type { Bill, Fault, Script, SeenRequest } from './provider.js';
import { DIALECTS, isSubagentCall } from './provider-dialects.js';
import { acceptWebSocket, type TestSocket } from './websocket.js';

export interface WebSocketHost {
  readonly script: Script;
  note(request: SeenRequest): void;
  /** Counts one call: the fault it runs into, if any, and what it costs. */
  begin(): { fault: Fault | undefined; bill: Bill };
  /** Takes a bill whose answer was sent whole. */
  charge(bill: Bill): void;
}

interface Call {
  readonly body: Record<string, unknown>;
  readonly rawBody: Buffer;
  readonly path: string;
  readonly headers: SeenRequest['headers'];
}

const NOTHING: Bill = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

/** Answers message after message until the connection ends. */
export function converse(host: WebSocketHost, request: IncomingMessage, head: Buffer): TestSocket {
  const socket = acceptWebSocket(request, head, host.script.headers);
  const [path = ''] = (request.url ?? '').split('?');
  /** By answer: the items that a later call goes on from. */
  const histories = new Map<unknown, unknown[]>();
  const serve = async () => {
    for (let seen = 0; ; seen += 1) {
      const frame = (await socket.waitFor(seen + 1))[seen];
      if (frame === undefined) return;
      const body = JSON.parse(frame.data.toString('utf8')) as Record<string, unknown>;
      await answer(
        { host, socket, histories },
        { body, rawBody: frame.data, path, headers: request.headers },
      );
    }
  };
  void serve();
  void socket.waitFor(1, 'close').then(async ([frame]) => {
    if (frame && socket.socket.writable) await socket.send(frame.data, { opcode: 'close' });
    socket.socket.end();
  });
  return socket;
}

async function answer(
  {
    host,
    socket,
    histories,
  }: { host: WebSocketHost; socket: TestSocket; histories: Map<unknown, unknown[]> },
  { body, rawBody, path, headers }: Call,
): Promise<void> {
  const isWarmUp = body['generate'] === false && !host.script.ignoresWarmUps;
  const { fault, bill } = isWarmUp ? { fault: undefined, bill: NOTHING } : host.begin();
  const note = (status: SeenRequest['status']) =>
    host.note({
      method: 'WS',
      path,
      headers,
      body,
      rawBody,
      status,
      isSubagent: isSubagentCall(headers, body),
    });
  if (fault?.kind === 'status') {
    note(fault.status ?? 500);
    const error = fault.body ?? { message: 'scripted fault' };
    const said = { type: 'error', status: fault.status ?? 500, error, headers: fault.headers ?? {} };
    return socket.send(JSON.stringify(said));
  }
  if (fault?.kind === 'reset') {
    note('reset');
    socket.socket.resetAndDestroy();
    return;
  }
  note(isWarmUp ? 'warm-up' : fault?.kind === 'hang' ? 'hang' : 200);
  if (fault?.kind === 'hang') return;
  const input = [...(histories.get(body['previous_response_id']) ?? []), ...itemsOf(body['input'])];
  const events = eventsOf(
    { ...headers, ...(body['client_metadata'] as object) },
    { script: host.script, body: { ...body, input, stream: true }, path },
    fault?.kind === 'no-usage' ? undefined : bill,
  );
  const last = JSON.parse(events.at(-1) ?? '{}') as { response: { id: string; output: unknown[] } };
  histories.set(last.response.id, [...input, ...last.response.output]);
  const isCut = fault?.kind === 'reset-mid-stream' || fault?.kind === 'end-mid-stream';
  const lane = body['stream_id'] === undefined ? {} : { stream_id: body['stream_id'] };
  for (const event of isCut ? events.slice(0, Math.ceil(events.length / 2)) : events)
    await socket.send(
      Object.keys(lane).length > 0 ? JSON.stringify({ ...JSON.parse(event), ...lane }) : event,
      {
        ...(host.script.chunkBytes === undefined ? {} : { chunkBytes: host.script.chunkBytes }),
      },
    );
  if (fault?.kind === 'reset-mid-stream') setTimeout(() => socket.socket.resetAndDestroy(), 30);
  else if (fault?.kind === 'end-mid-stream') await socket.close(1011);
  else if (!isWarmUp) host.charge(bill);
}

/** The payload of each event of the HTTP stream. */
function eventsOf(
  headers: IncomingMessage['headers'],
  call: { script: Script; body: unknown; path: string },
  bill: Bill | undefined,
): string[] {
  const dialect = DIALECTS.find(({ owns }) => owns('/v1/responses'));
  const { events = [] } = dialect?.answer({ ...call, headers }, bill) ?? {};
  return events.map((event) => event.slice(event.indexOf('data: ') + 'data: '.length).trimEnd());
}

function itemsOf(input: unknown): unknown[] {
  return Array.isArray(input) ? input : [];
}
