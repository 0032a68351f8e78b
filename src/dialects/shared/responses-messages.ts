/**
 * The Responses API over a websocket (`GET /v1/responses` with an upgrade). A call is a message `response.create`, whose
 * fields are those of the HTTP request, beside `type`; some gateways take them under `response`. Answers are the events of
 * the HTTP stream, one a message; `stream_id` tells those of several calls at once apart.
 *
 * `generate: false` warms a connection up: it is answered like a call, by nothing, and later calls go on from that answer
 * with `previous_response_id`. Errors are messages as well; Codex gives up at once on a status of 400.
 * @see https://developers.openai.com/api/docs/guides/websocket-mode
 */
import { z } from 'zod';
import type { ClientMessage, MessageDialect, RequestBody, UpstreamMessage } from '../../ports/dialect.js';
import { refusalWords } from '../../wire/refusal-words.js';
import { readText } from '../../wire/values.js';

/** What a client may say that asks for no answer. */
const FREE = new Set(['response.cancel', 'response.processed']);
/** Types of the events that an answer ends with: they tell what it used. */
export const LAST_EVENTS = [
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
  'response.done',
] as const;
const LAST: ReadonlySet<string> = new Set(LAST_EVENTS);
/** What the answer to a warm-up consists of. */
const PLAIN = new Set([
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.completed',
  'response.done',
]);
/** What bounds and prices a request: it must not stand in two places. */
const BINDING = [
  'model',
  'max_output_tokens',
  'input',
  'instructions',
  'tools',
  'previous_response_id',
  'conversation',
  'prompt',
  'background',
  'generate',
  'models',
  'fallbacks',
  'extra_body',
];
/** Who calls, and when: Codex puts the time of sending into it. */
const METADATA = 'client_metadata';
const MAX_TYPE_LENGTH = 40;
const MAX_LANE_LENGTH = 200;

const headerValues = z.record(z.string(), z.unknown());
const status = z.number().int().min(100).max(599);
const upstreamMessage = z.looseObject({
  type: z.string(),
  stream_id: z.string().nullish(),
  status: status.nullish().catch(undefined),
  status_code: status.nullish().catch(undefined),
  headers: headerValues.nullish().catch(undefined),
  response: z.object({ id: z.string().nullish(), error: z.unknown().optional() }).nullish().catch(undefined),
});

function readClient(message: RequestBody): ClientMessage {
  const type = readText(message.get('type')) ?? '';
  if (FREE.has(type)) return { kind: 'free' };
  if (type !== 'response.create') return { kind: 'unknown', type: type.slice(0, MAX_TYPE_LENGTH) };
  const isNested = message.has('response');
  const request = isNested ? requestIn(message) : message;
  const metadata = request.get(METADATA);
  return {
    kind: 'call',
    request,
    lane: laneOf(message),
    isWarmUp: request.get('generate') === false,
    continues: continuedBy(request),
    headers: stringsOf(metadata),
    unsteady: metadata === undefined ? undefined : isNested ? ['response', METADATA] : [METADATA],
  };
}

function requestIn(message: RequestBody): RequestBody {
  const beside = message.keys();
  const twice = BINDING.find((name) => beside.includes(name));
  if (twice !== undefined)
    throw new SyntaxError(`\`${twice}\` stands beside \`response\`: a request is either in it or beside it`);
  return {
    get: (...path) => message.get('response', ...path),
    has: (...path) => message.has('response', ...path),
    keys: (...path) => message.keys('response', ...path),
    items: (...path) => message.items('response', ...path),
    mentions: (words, ...path) => message.mentions(words, 'response', ...path),
    head: (maxBytes, ...path) => message.head(maxBytes, 'response', ...path),
    walk: (path, visit) => message.walk(['response', ...path], visit),
    set: (path, value) => message.set(['response', ...path], value),
    append: (path, value) => message.append(['response', ...path], value),
    extend: (path, text) => message.extend(['response', ...path], text),
  };
}

function laneOf(message: RequestBody): string | undefined {
  const lane = message.get('stream_id');
  if (lane == null) return undefined;
  const text = readText(lane);
  if (text === undefined || text.length > MAX_LANE_LENGTH)
    throw new SyntaxError(`\`stream_id\` is no text of at most ${MAX_LANE_LENGTH} characters`);
  return text;
}

function continuedBy(request: RequestBody): string | undefined {
  const addsMore = ['conversation', 'prompt'].some((name) => request.has(name));
  return addsMore ? undefined : readText(request.get('previous_response_id'));
}

function readUpstream(payload: unknown): UpstreamMessage {
  const message = upstreamMessage.safeParse(payload).data;
  if (message === undefined) return { kind: 'other' };
  const lane = message.stream_id ?? undefined;
  if (message.type === 'error')
    return {
      kind: 'error',
      lane,
      status: message.status ?? message.status_code ?? undefined,
      headers: stringsOf(message.headers),
      body: message['error'] ? { error: message['error'] } : payload,
    };
  if (!message.type.startsWith('response.')) return { kind: 'other' };
  const error = message.response?.error;
  return {
    kind: 'answer',
    lane,
    isLast: LAST.has(message.type),
    isPlain: PLAIN.has(message.type),
    answerId: message.response?.id ?? undefined,
    error: error ? { error } : undefined,
  };
}

function stringsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(headerValues.safeParse(value).data ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name.toLowerCase(), text]] : [])),
  );
}

function failure(code: number, message: string, lane?: string): string {
  const type = code < 500 ? 'invalid_request_error' : 'api_error';
  return JSON.stringify({
    type: 'error',
    status: code,
    ...(lane === undefined ? {} : { stream_id: lane }),
    error: { type, message },
  });
}

export const responsesMessages: MessageDialect = {
  path: '/v1/responses',
  marks: ['"usage', '"error', ...[...LAST].map((type) => `"${type}`)],
  readClient,
  readUpstream,
  refusal: (reason, lane) => failure(400, refusalWords(reason), lane),
  failure,
};
