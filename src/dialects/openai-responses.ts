/**
 * OpenAI Responses API (`POST /v1/responses`), over HTTP and, the same events, over a websocket. Usage comes once, in the terminal event, or in the body.
 * Cached tokens are a part of the input, reasoning a part of the output.
 *
 * Its clients treat 402 and 403 as worth five more tries, and print a `text/plain` body word for word: a refusal is 400.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
import { z } from 'zod';
import { WireFormatError } from '../core/errors.js';
import { NO_USAGE, type Usage, type UsageSnapshot } from '../core/usage.js';
import type { Dialect, RequestBody, RequestFacts, UsageReader } from '../ports/dialect.js';
import { jsonAnswer, textAnswer } from '../wire/local-answer.js';
import { refusalWords } from '../wire/refusal-words.js';
import { wireCount } from '../wire/tokens.js';
import { lowerAllTo, readCeiling } from './shared/output-ceiling.js';
import { type OutsideRules, outsideInput } from './shared/outside-input.js';
import { LAST_EVENTS, responsesMessages } from './shared/responses-messages.js';
import { isSet, readChoices, readModelsAndFallbacks } from './shared/steering.js';
import { wholeOutput } from './shared/whole-output.js';

const wireUsage = z.object({
  input_tokens: wireCount,
  input_tokens_details: z
    .object({
      cached_tokens: wireCount,
      cache_write_tokens: wireCount,
      cache_write_tokens_details: z.object({ ttl_12h_tokens: wireCount }).nullish().catch(undefined),
    })
    .nullish(),
  output_tokens: wireCount,
  output_tokens_details: z.object({ reasoning_tokens: wireCount }).nullish(),
  total_tokens: wireCount,
});
const response = z.object({
  model: z.string().nullish(),
  usage: wireUsage.nullish(),
  output: z
    .array(z.object({ type: z.string().catch('') }).catch({ type: '' }))
    .nullish()
    .catch(undefined),
});
/** Made by a model of its own, whose tokens stand in no usage. */
const IMAGE = 'image_generation_call';
const terminal = z.object({
  type: z.enum(LAST_EVENTS),
  response: z.unknown().optional(),
});
const plainBody = z.object({ object: z.enum(['response', 'response.compaction']) });
const withUsage = z.object({ usage: z.unknown().optional() });

class ResponsesUsageReader implements UsageReader {
  #model: string | undefined;
  #usage: Usage | undefined;
  #hasImage = false;
  #raw: unknown;

  push(payload: unknown): void {
    const event = terminal.safeParse(payload).data;
    const body = event ? event.response : plainBody.safeParse(payload).success ? payload : undefined;
    if (body === undefined) return;
    const parsed = response.safeParse(body);
    if (!parsed.success) throw new WireFormatError('openai-responses', parsed.error);
    this.#model = parsed.data.model ?? this.#model;
    this.#hasImage ||= parsed.data.output?.some(({ type }) => type === IMAGE) ?? false;
    if (!parsed.data.usage) return;
    this.#raw = withUsage.safeParse(body).data?.usage;
    this.#usage = normalise(parsed.data.usage);
  }

  snapshot(): UsageSnapshot {
    return {
      model: this.#model,
      final: this.#usage !== undefined,
      hasEnded: this.#usage !== undefined,
      usage: this.#usage ?? NO_USAGE,
      raw: this.#raw,
      ...(this.#hasImage && { unpriced: 'image generation' }),
    };
  }
}

function normalise(usage: z.infer<typeof wireUsage>): Usage {
  return {
    inputTokens: usage.input_tokens ?? undefined,
    outputTokens: wholeOutput({
      input: usage.input_tokens ?? undefined,
      output: usage.output_tokens,
      reasoning: usage.output_tokens_details?.reasoning_tokens,
      total: usage.total_tokens,
    }),
    cacheReadTokens: usage.input_tokens_details?.cached_tokens ?? undefined,
    cacheWriteTokens: usage.input_tokens_details?.cache_write_tokens ?? undefined,
    cacheWrite1hTokens: usage.input_tokens_details?.cache_write_tokens_details?.ttl_12h_tokens ?? undefined,
    reasoningTokens: usage.output_tokens_details?.reasoning_tokens ?? undefined,
  };
}

const CEILINGS = ['max_output_tokens'];
const OUTSIDE: OutsideRules = { content: ['input'] };

function readRequest(body: RequestBody): RequestFacts {
  const models = readModelsAndFallbacks(body);
  return {
    ...models,
    stream: body.get('stream') === true,
    outputCeiling: readCeiling(body, CEILINGS),
    outputFloor: 16,
    // No setting of this API's, and one that a gateway may pass on to another.
    choices: readChoices(body.get('n'), 'n'),
    hasServerContext: ['previous_response_id', 'conversation', 'prompt'].some((name) => body.has(name)),
    outside: outsideInput(body, models.model, OUTSIDE),
    isDetached: isSet(body, 'background'),
  };
}

/** An item of its own, behind messages and tool results alike. */
function addNote(body: RequestBody, text: string): boolean {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  return body.append(['input'], item) || body.extend(['input'], `\n\n${text}`);
}

const finished = z.object({
  status: z.string(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
});

const failure = (status: number, message: string) =>
  jsonAnswer(status, { error: { message, type: 'api_error', param: null, code: 'api_error' } });

export const openaiResponses: Dialect = {
  id: 'openai-responses',
  defaultUpstream: 'https://api.openai.com',
  canonicalPath: (method, path) => {
    const tail = /(?:^|\/)responses(\/compact)?$/i.exec(path);
    return method === 'POST' && tail ? `/v1/responses${(tail[1] ?? '').toLowerCase()}` : undefined;
  },
  isNeighbour: () => false,
  readRequest,
  setOutputCeiling: (body, tokens) => lowerAllTo(body, CEILINGS, tokens),
  offersTools: (body) => body.keys('tools', -1).length > 0,
  addNote,
  requestUsage: () => false,
  isRequestedUsage: () => false,
  createUsageReader: () => new ResponsesUsageReader(),
  ceilingFields: CEILINGS,
  probe: ({ model, prompt, outputCeiling, field, key }) => ({
    path: '/v1/responses',
    headers: { authorization: `Bearer ${key}` },
    body: { model, input: prompt, store: false, [field]: outputCeiling },
  }),
  wasCut: (payload) => {
    const ended = finished.safeParse(payload).data;
    return ended && ended.incomplete_details?.reason === 'max_output_tokens';
  },
  refusal: (reason) => textAnswer(400, refusalWords(reason)),
  failure,
  messages: responsesMessages,
};
