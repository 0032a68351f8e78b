/** Answers that the meter writes itself. */
import type { LocalAnswer } from '../ports/dialect.js';

/** Clients that look at it stop at once instead of trying again. */
const NO_RETRY = { 'x-should-retry': 'false' } as const;

export function jsonAnswer(status: number, body: unknown): LocalAnswer {
  return { status, headers: { 'content-type': 'application/json', ...NO_RETRY }, body: JSON.stringify(body) };
}

export function textAnswer(status: number, body: string): LocalAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...NO_RETRY }, body };
}
