/** What the error envelopes of all gateways share: a type, a code, a message, and more beside them. */
import { z } from 'zod';
import type { ErrorBody } from '../core/failure.js';
import { oneLine } from '../core/text.js';

const MESSAGE_LENGTH = 500;
const envelope = z.looseObject({
  type: z.unknown().optional(),
  code: z.unknown().optional(),
  message: z.unknown().optional(),
  error: z.unknown().optional(),
  detail: z.unknown().optional(),
});

/** Type, code and message, from `{error: {…}}`, `{error: "…"}`, `[{error: {…}}]` or a flat object. */
export function readErrorBody(body: unknown): ErrorBody {
  const outer = envelope.safeParse(Array.isArray(body) ? body[0] : body).data;
  if (outer === undefined)
    return {
      type: undefined,
      code: undefined,
      message: typeof body === 'string' ? oneLine(body, MESSAGE_LENGTH) : '',
      metadata: {},
    };
  const inner = envelope.safeParse(outer.error).data;
  const { type, code, message } = inner ?? outer;
  const metadata = z
    .record(z.string(), z.unknown())
    .safeParse(inner?.['metadata'] ?? inner?.['details']).data;
  const said = [message, outer.error, outer.message, outer.detail].find((text) => typeof text === 'string');
  return {
    type: machineWord(type),
    code: machineWord(code),
    message: oneLine(String(said ?? ''), MESSAGE_LENGTH),
    metadata: metadata ?? {},
  };
}

/** LiteLLM writes the words "None" and "null" where it means nothing. */
function machineWord(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '' || value === 'None' || value === 'null') return undefined;
  return value;
}

/** No sentence, no status, nothing that could hold a prompt. */
const MACHINE_WORD = /^(?!\d+$)[\w.:-]{1,64}$/;

/** Every machine-readable word of an error body: codes and types, its own and those of its details; statuses are none. */
export function machineWords(body: unknown): string[] {
  const { type, code, metadata } = readErrorBody(body);
  const top = envelope.safeParse(Array.isArray(body) ? body[0] : body).data;
  const details = ['error_code', 'limit_source', 'reason', 'error_type'].map((name) => metadata[name]);
  return [...details, code, type, top?.type, top?.code].flatMap((value) => {
    const word = machineWord(value);
    return word === undefined || word === 'error' || !MACHINE_WORD.test(word) ? [] : [word];
  });
}
