/** Sends an answer that the meter writes itself. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { LocalAnswer } from '../ports/dialect.js';

export function sendLocal(response: ServerResponse, { status, headers, body }: LocalAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** To a client that asked for an upgrade, which has no response object; the connection ends with it. */
export function refuseUpgrade(socket: Socket, { status, headers, body }: LocalAnswer): void {
  const fields = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
}
