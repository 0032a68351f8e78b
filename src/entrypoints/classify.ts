/** `spendgate classify`: what an error answer of a gateway means, as JSON, for a person or a script. */
import { nearest } from '../config/nearest.js';
import { AppError } from '../core/errors.js';
import { failureJson } from '../core/failure.js';
import { shownJson } from '../core/json.js';
import { gateways } from '../gateways/index.js';
import { readFailureBody } from '../wire/failure-body.js';

export interface ClassifyRequest {
  readonly command: 'classify';
  readonly gateway: string;
  readonly status: string;
  /** `name: value` lines. */
  readonly headers: readonly string[];
}

/** @throws {AppError} `bad-value` for a gateway, a status or a header that is none. */
export function classify(request: ClassifyRequest, body: string, at: Date): string {
  const ids = gateways.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  const gateway = gateways.find(({ id, aliases = [] }) => [id, ...aliases].includes(request.gateway));
  if (gateway === undefined)
    throw new AppError(
      'bad-value',
      `gateway: ${JSON.stringify(request.gateway)} is none; the nearest one is \`${nearest(request.gateway, ids)}\`.`,
      { hint: `Gateways are ${gateways.map(({ id }) => id).join(', ')}.` },
    );
  const headers = Object.fromEntries(request.headers.map(parseHeader));
  const failure = gateway.readFailure({
    status: parseStatus(request.status),
    headers,
    body: readFailureBody(body, headers['content-type']),
    at,
  });
  return shownJson(failureJson(failure), 2);
}

function parseStatus(text: string): number {
  if (/^[1-5]\d\d$/.test(text)) return Number(text);
  throw new AppError('bad-value', `status: ${JSON.stringify(text)} is not an HTTP status.`, {
    hint: '--status 429',
  });
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return [name, line.slice(colon + 1).trim()];
  throw new AppError('bad-value', `header: ${JSON.stringify(line)} is not \`name: value\`.`, {
    hint: "--header 'retry-after: 20'",
  });
}
