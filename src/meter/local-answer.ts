/** Sends an answer that the meter writes itself. */
import type { ServerResponse } from 'node:http';
import type { LocalAnswer } from '../ports/dialect.js';

export function sendLocal(response: ServerResponse, { status, headers, body }: LocalAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
