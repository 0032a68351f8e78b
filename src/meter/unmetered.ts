/**
 * A request that the meter forwards and cannot read: model lists, token counts, routes it does not know. It is counted, and
 * what may have cost something stands in the ledger, with its usage unknown.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../core/errors.js';
import type { CallEntry } from '../core/ledger.js';
import type { Dialect } from '../ports/dialect.js';
import { headerRecord } from '../wire/headers.js';
import { MAX_KEY_LENGTH } from './counts.js';
import { redact, swapQuery } from './credentials.js';
import { isShortError, passKept, UNREADABLE, wayOfCoded } from './kept-answer.js';
import { KeyScreen } from './key-screen.js';
import { sendLocal } from './local-answer.js';
import { isManagement, isSpending } from './neighbour-routes.js';
import { judgeOutcome } from './outcome.js';
import { outgoingHeaders } from './outgoing-headers.js';
import type { CanonicalPath } from './paths.js';
import { withoutMethods } from './query.js';
import { type RelayEnd, relay, type UpstreamRequest } from './relay.js';
import { type MeterServices, pathAt, type Upstream } from './services.js';

/** TRACE would echo the key, and the rest has no use here. */
const FORWARDED_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** An answer is asked for as it can be read, should it repeat the key. */
const REWRITTEN_HEADERS = new Set(['host', 'expect', 'accept-encoding']);
/** A look has no body: with one, and a word for another method, it might be taken for more. */
const BODILESS = new Set(['GET', 'HEAD']);
const LOOK_HEADERS = new Set([...REWRITTEN_HEADERS, 'content-length', 'content-encoding', 'content-type']);

export interface UnmeteredRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: CanonicalPath;
  /** Who may own the route, the first one in doubt. */
  readonly dialects: readonly Dialect[];
}

/** Forwards it as it is; routes that manage keys and budgets, and methods that no client needs, are answered here. */
export async function forwardUnmetered(services: MeterServices, unmetered: UnmeteredRequest): Promise<void> {
  const { request, response, target } = unmetered;
  const method = request.method ?? 'GET';
  const neighbour = neighbourOf(unmetered);
  const upstream = services.upstreamOf(neighbour);
  if (!FORWARDED_METHODS.has(method))
    return sendLocal(response, neighbour.failure(405, `spendgate does not forward ${method}.`));
  if (isManagement(method, target.path) || upstream === undefined)
    return sendLocal(response, neighbour.failure(404, 'spendgate does not forward this route.'));
  const mayCost = isSpending(method, target.path);
  const route = `${method} ${target.path}`;
  const refusal = mayCost ? services.guard.admitUnmetered(route.slice(0, MAX_KEY_LENGTH)) : undefined;
  if (refusal !== undefined) {
    await services.refusals.noteRefused();
    return sendLocal(response, neighbour.refusal(refusal));
  }
  services.noteOther(route);
  const { clock, credentials } = services;
  const startedAt = clock.now();
  const sent = mayCost ? noteSent(services, { path: target.path, startedAt }) : undefined;
  const screen = new KeyScreen(credentials);
  const end = await relay(upstreamRequest(services, unmetered, upstream), response, {
    onHead: (head) => (isShortError(head) ? 'keep' : (wayOfCoded(credentials, head) ?? 'relay')),
    onData: (chunk) => screen.push(chunk),
    redact: (header) => redact(credentials, header),
  });
  if (sent) record(services, { ...sent, startedAt, end });
  if (end.kind !== 'complete' || end.head === undefined || response.headersSent)
    return finish(end, { request, response }, { neighbour, rest: screen.end() });
  const { head, kept } = end;
  if (!(await passKept(credentials, response, { head, kept })))
    sendLocal(response, neighbour.failure(head.status < 400 ? 502 : head.status, UNREADABLE));
}

function upstreamRequest(
  services: MeterServices,
  { request, target }: UnmeteredRequest,
  upstream: Upstream,
): UpstreamRequest {
  const { rawHeaders: raw } = request;
  const method = request.method ?? 'GET';
  const isLook = BODILESS.has(method);
  const swapped = swapQuery(services.credentials, withoutMethods(target.query));
  const dropped = isLook ? LOOK_HEADERS : REWRITTEN_HEADERS;
  const headers = outgoingHeaders(services, { raw, dropped, policy: upstream.headers });
  return {
    dispatcher: services.dispatcher,
    origin: upstream.origin,
    path: `${pathAt(upstream, target.wirePath)}${swapped.query}`,
    method,
    headers: [...headers, 'accept-encoding', 'identity', ...swapped.headers],
    body: !isLook && hasBody(request) ? request : null,
  };
}

/** What both lines of such a call say. */
type Named = Pick<CallEntry, 'id' | 'at' | 'dialect' | 'requestedModel'>;

/** It leaves: what is held for it, nobody can say. */
function noteSent(
  { ledger, nextId }: MeterServices,
  { path, startedAt }: { readonly path: string; readonly startedAt: Date },
): Named {
  const requestedModel = path.slice(0, MAX_KEY_LENGTH);
  const named = { id: nextId(), at: startedAt.toISOString(), dialect: 'unmetered', requestedModel };
  ledger.append({ type: 'sent', ...named, inputTokens: 0, outputTokens: 0 });
  return named;
}

/** A call that the meter cannot read is not free: it counts as a call whose tokens and cost nobody reported. */
function record(
  { clock, ledger }: MeterServices,
  { startedAt, end, ...named }: Named & { readonly startedAt: Date; readonly end: RelayEnd },
): void {
  const { entry } = judgeOutcome(end, undefined, () => ({ cost: undefined }));
  ledger.append({
    type: 'call',
    ...named,
    durationMs: Math.max(0, clock.now().getTime() - startedAt.getTime()),
    caller: 'unknown',
    retry: false,
    ...entry,
  });
}

function finish(
  end: RelayEnd,
  { request, response }: Pick<UnmeteredRequest, 'request' | 'response'>,
  { neighbour, rest }: { readonly neighbour: Dialect; readonly rest: Buffer },
): void {
  if (end.kind === 'gone') return;
  if (end.kind === 'complete') response.end(rest);
  else if (response.headersSent) request.socket.resetAndDestroy();
  else {
    const text = `spendgate could not reach the upstream: ${describeError(end.error)}.`;
    sendLocal(response, neighbour.failure(502, text));
  }
}

function neighbourOf({ request, target, dialects }: UnmeteredRequest): Dialect {
  const headers = headerRecord(request.rawHeaders);
  const neighbour = dialects.find((dialect) => dialect.isNeighbour(target.path, headers)) ?? dialects[0];
  if (neighbour === undefined) throw new TypeError('the meter knows no dialect');
  return neighbour;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
