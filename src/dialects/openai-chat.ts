/**
 * OpenAI Chat Completions (`POST /v1/chat/completions`) and the many gateways that speak it; with the older Completions
 * (`POST /v1/completions`), which tells its usage alike, and Azure's routes by deployment.
 *
 * A stream carries usage only when `stream_options.include_usage` was asked for, in a last chunk with no choices.
 * Cached tokens are a part of the input, reasoning a part of the output. DeepSeek, LiteLLM and new-api name cached tokens their own way.
 * @see https://platform.openai.com/docs/api-reference/chat/streaming
 * @see https://docs.litellm.ai/docs/completion/prompt_caching
 */
import { z } from 'zod';
import { WireFormatError } from '../core/errors.js';
import { NO_USAGE, type Usage, type UsageSnapshot } from '../core/usage.js';
import type { Dialect, RequestBody, RequestFacts, UsageReader } from '../ports/dialect.js';
import { jsonAnswer } from '../wire/local-answer.js';
import { refusalWords } from '../wire/refusal-words.js';
import { wireCount } from '../wire/tokens.js';
import { hasKey } from '../wire/values.js';
import { lowerAllTo, readCeiling } from './shared/output-ceiling.js';
import { type OutsideRules, outsideInput } from './shared/outside-input.js';
import { readChoices, readFallbacks, readModelsAndFallbacks } from './shared/steering.js';
import { wholeOutput } from './shared/whole-output.js';

const wireUsage = z.object({
  prompt_tokens: wireCount,
  completion_tokens: wireCount,
  prompt_tokens_details: z
    .object({
      cached_tokens: wireCount,
      cache_write_tokens: wireCount,
      audio_tokens: wireCount,
      cache_creation_tokens: wireCount,
      cached_creation_tokens: wireCount,
      cache_creation_token_details: z
        .object({ ephemeral_1h_input_tokens: wireCount })
        .nullish()
        .catch(undefined),
      cache_write_tokens_details: z.object({ ttl_12h_tokens: wireCount }).nullish().catch(undefined),
    })
    .nullish(),
  completion_tokens_details: z.object({ reasoning_tokens: wireCount, audio_tokens: wireCount }).nullish(),
  prompt_cache_hit_tokens: wireCount,
  cache_read_input_tokens: wireCount,
  cache_creation_input_tokens: wireCount,
  claude_cache_creation_1_h_tokens: wireCount,
  total_tokens: wireCount,
});
const payloadSchema = z.object({
  model: z.string().nullish(),
  usage: wireUsage,
  /** Some servers repeat a growing usage on every chunk; the one of an unfinished choice is not the bill. */
  choices: z.array(z.object({ finish_reason: z.string().nullish() })).nullish(),
});
const usageChunk = z.object({ choices: z.array(z.unknown()).length(0), usage: z.looseObject({}) });

class ChatUsageReader implements UsageReader {
  #model: string | undefined;
  #usage: Usage = NO_USAGE;
  #final = false;
  #hasEnded = false;
  #hasAudio = false;
  #raw: unknown;

  push(payload: unknown): void {
    if (!hasKey(payload, 'usage') || typeof payload.usage !== 'object' || payload.usage === null) return;
    const parsed = payloadSchema.safeParse(payload);
    if (!parsed.success) throw new WireFormatError('openai-chat', parsed.error);
    this.#model = parsed.data.model ?? this.#model;
    this.#raw = payload.usage;
    this.#usage = normalise(parsed.data.usage);
    this.#hasAudio = [
      parsed.data.usage.prompt_tokens_details,
      parsed.data.usage.completion_tokens_details,
    ].some((details) => (details?.audio_tokens ?? 0) > 0);
    this.#final = !(parsed.data.choices ?? []).some((choice) => choice.finish_reason === null);
    // Usage that was asked for comes behind the last choice.
    this.#hasEnded = parsed.data.choices?.length === 0;
  }

  snapshot(): UsageSnapshot {
    return {
      model: this.#model,
      final: this.#final,
      hasEnded: this.#hasEnded,
      usage: this.#usage,
      raw: this.#raw,
      ...(this.#hasAudio && { unpriced: 'audio' }),
    };
  }
}

function normalise(usage: z.infer<typeof wireUsage>): Usage {
  const { prompt_tokens_details: details } = usage;
  const cacheReadTokens =
    details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cache_read_input_tokens ?? undefined;
  const cacheWriteTokens =
    details?.cache_write_tokens ??
    details?.cache_creation_tokens ??
    details?.cached_creation_tokens ??
    usage.cache_creation_input_tokens ??
    undefined;
  const cacheWrite1hTokens =
    details?.cache_creation_token_details?.ephemeral_1h_input_tokens ??
    details?.cache_write_tokens_details?.ttl_12h_tokens ??
    usage.claude_cache_creation_1_h_tokens ??
    undefined;
  const inputTokens = wholeInput(usage, (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0));
  return {
    inputTokens,
    outputTokens: wholeOutput({
      input: inputTokens,
      output: usage.completion_tokens,
      reasoning: usage.completion_tokens_details?.reasoning_tokens,
      total: usage.total_tokens,
    }),
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? undefined,
  };
}

/** Older sites of new-api leave cached tokens out of the prompt: a part that is larger than the whole stands beside it. */
function wholeInput(usage: z.infer<typeof wireUsage>, cached: number): number | undefined {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  if (prompt == null) return undefined;
  const isBeside = cached > prompt || (cached > 0 && total === prompt + cached + (completion ?? 0));
  return isBeside ? prompt + cached : prompt;
}

const CEILINGS = ['max_tokens', 'max_completion_tokens'];
const ROUTE = /(?:^|\/)chat\/completions$/i;
/** Under a longer path other services have their own. */
const OLDER_ROUTE = /^(?:\/v1)?\/completions$/i;
/** @see https://learn.microsoft.com/azure/ai-services/openai/reference */
const DEPLOYMENT = /\/openai\/deployments\/(.+?)\/(?:chat\/)?completions$/i;

/** Some gateways keep prompts and earlier turns for this API as well. */
const OUTSIDE: OutsideRules = {
  content: ['messages', 'prompt'],
  settings: ['previous_response_id'],
};

/** The older route takes several prompts, and answers each of them so often as it is asked for. */
function readAnswers(body: RequestBody): number {
  const each = Math.max(readChoices(body.get('n'), 'n'), readChoices(body.get('best_of'), 'best_of'));
  return body.has('prompt') ? each * promptsOf(body) : each;
}

/** Texts or lists of tokens; a list of numbers is one prompt. */
function promptsOf(body: RequestBody): number {
  if (body.head(1, 'prompt') !== '[') return 1;
  let count = 0;
  for (const item of body.items('prompt')) {
    if (/^\d/.test(item.head(1))) return 1;
    count += 1;
  }
  return Math.max(1, count);
}

function readRequest(body: RequestBody, path: string): RequestFacts {
  // What answers there is what stands in the path.
  const [, deployment] = DEPLOYMENT.exec(path) ?? [];
  const models = deployment === undefined ? readModelsAndFallbacks(body) : readFallbacks(body, deployment);
  return {
    ...models,
    stream: body.get('stream') === true,
    outputCeiling: readCeiling(body, CEILINGS),
    outputFloor: 1,
    choices: readAnswers(body),
    hasServerContext: false,
    outside: outsideInput(body, models.model, OUTSIDE),
    isDetached: false,
  };
}

/** `max_completion_tokens` is the current name; many gateways and older models know `max_tokens` only. */
function setOutputCeiling(body: RequestBody, tokens: number): void {
  const model = String(body.get('model') ?? '').replace(/^.*\//, '');
  const given = ['max_completion_tokens', 'max_tokens'].filter((name) => body.get(name) !== undefined);
  const isNewer = /^(?:o\d|gpt-[5-9])/.test(model) && !body.has('prompt');
  const added = isNewer ? 'max_completion_tokens' : 'max_tokens';
  const fields = given.length > 0 ? given : [added];
  lowerAllTo(body, fields, tokens);
}

/** Mistral's models and their like refuse a user's message right behind a tool's. */
const STRICT_ORDER = /(?:mi(?:ni)?stral|codestral|devstral|magistral|mixtral|pixtral)/i;

/** A turn of the user's is written on; behind a tool's result a turn of its own follows, where that is allowed. */
function addNote(body: RequestBody, text: string): boolean {
  const role = body.get('messages', -1, 'role');
  if (role !== 'user' && role !== 'tool') return false;
  const content = ['messages', -1, 'content'] as const;
  if (role === 'tool' && !STRICT_ORDER.test(String(body.get('model') ?? '')))
    return body.append(['messages'], { role: 'user', content: text });
  return body.append(content, { type: 'text', text }) || body.extend(content, `\n\n${text}`);
}

function requestUsage(body: RequestBody): boolean {
  if (body.get('stream') !== true || body.get('stream_options', 'include_usage') === true) return false;
  body.set(['stream_options', 'include_usage'], true);
  return true;
}

const finished = z.object({ choices: z.array(z.object({ finish_reason: z.string().nullish() })) });

const errorBody = (type: string, message: string) => ({ error: { message, type, param: null, code: type } });

export const openaiChat: Dialect = {
  id: 'openai-chat',
  defaultUpstream: 'https://api.openai.com',
  canonicalPath: (method, path) => {
    if (method !== 'POST') return undefined;
    const [deployed] = DEPLOYMENT.exec(path) ?? [];
    if (deployed !== undefined) return deployed;
    if (ROUTE.test(path)) return '/v1/chat/completions';
    return OLDER_ROUTE.test(path) ? '/v1/completions' : undefined;
  },
  isNeighbour: (path) => !path.startsWith('/v1beta'),
  readRequest,
  setOutputCeiling,
  offersTools: (body) => ['tools', 'functions'].some((name) => body.keys(name, -1).length > 0),
  addNote,
  requestUsage,
  isRequestedUsage: (payload) => usageChunk.safeParse(payload).success,
  createUsageReader: () => new ChatUsageReader(),
  ceilingFields: CEILINGS,
  probe: ({ model, prompt, outputCeiling, field, key }) => ({
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}` },
    body: { model, messages: [{ role: 'user', content: prompt }], [field]: outputCeiling },
  }),
  wasCut: (payload) => {
    const reason = finished.safeParse(payload).data?.choices[0]?.finish_reason;
    return reason == null ? undefined : reason === 'length';
  },
  refusal: (reason) => jsonAnswer(402, errorBody('budget_exceeded', refusalWords(reason))),
  failure: (status, text) => jsonAnswer(status, errorBody('api_error', text)),
};
