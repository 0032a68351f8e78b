/**
 * Anthropic Messages API (`POST /v1/messages`) and gateways that speak its dialect.
 *
 * A stream reports usage twice: `message_start` gives the input side, `message_delta` repeats
 * cumulative totals. A later figure replaces an earlier one; adding them would bill the call twice.
 * On the wire `input_tokens` leaves cached tokens out; `Usage.inputTokens` takes them in.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
import { z } from 'zod';
import { WireFormatError } from '../core/errors.js';
import type { Surcharge, Usage, UsageSnapshot } from '../core/usage.js';
import type { Dialect, RequestBody, RequestFacts, Step, UsageReader } from '../ports/dialect.js';
import { jsonAnswer } from '../wire/local-answer.js';
import { refusalWords } from '../wire/refusal-words.js';
import { sumReported, wireCount } from '../wire/tokens.js';
import { readCount } from '../wire/values.js';
import { fastFactor, readAside, SEARCH_NANO_USD } from './shared/anthropic-aside.js';
import { partsOf } from './shared/anthropic-iterations.js';
import { lowerAllTo, readCeiling } from './shared/output-ceiling.js';
import { type OutsideRules, outsideInput } from './shared/outside-input.js';
import { readModels } from './shared/steering.js';

const counts = z.object({
  input_tokens: wireCount,
  cache_read_input_tokens: wireCount,
  cache_creation_input_tokens: wireCount,
  cache_creation: z
    .object({ ephemeral_5m_input_tokens: wireCount, ephemeral_1h_input_tokens: wireCount })
    .nullish(),
  output_tokens: wireCount,
});
const wireUsage = counts.extend({
  iterations: z.array(counts.extend({ type: z.string().nullish(), model: z.string().nullish() })).nullish(),
  speed: z.string().nullish().catch(undefined),
  server_tool_use: z.object({ web_search_requests: wireCount }).nullish(),
});
const message = z.object({ model: z.string().nullish(), usage: wireUsage.nullish() });
const carriesUsage = z.object({ type: z.enum(['message_start', 'message_delta', 'message']) });
const usageEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }).nullish().catch(undefined),
    usage: wireUsage.nullish(),
  }),
  message.extend({ type: z.literal('message') }),
]);
const rawUsage = z.object({
  usage: z.unknown().optional(),
  message: z.object({ usage: z.unknown().optional() }).optional(),
});

type Counts = Partial<z.infer<typeof counts>>;
type WireUsage = z.infer<typeof wireUsage>;

class AnthropicUsageReader implements UsageReader {
  #model: string | undefined;
  #final = false;
  #hasEnded = false;
  #seen: Partial<WireUsage> = {};
  #raw: unknown;

  push(payload: unknown): void {
    if (!carriesUsage.safeParse(payload).success) return;
    const parsed = usageEvent.safeParse(payload);
    if (!parsed.success) throw new WireFormatError('anthropic-messages', parsed.error);
    const event = parsed.data;
    const { model, usage } = event.type === 'message_start' ? event.message : { model: undefined, ...event };
    const raw = rawUsage.safeParse(payload).data;
    this.#model = model ?? this.#model;
    this.#final = event.type !== 'message_start' && Boolean(usage);
    this.#raw = raw?.usage ?? raw?.message?.usage ?? this.#raw;
    this.#hasEnded = event.type === 'message_delta' && Boolean(usage && event.delta?.stop_reason);
    if (usage) this.#merge(usage);
  }

  snapshot(): UsageSnapshot {
    const plain = usageOf(this.#seen);
    const iterations = (this.#seen.iterations ?? []).map(({ type, model, ...used }) => ({
      type: type ?? undefined,
      model: model ?? undefined,
      usage: usageOf(used),
    }));
    return {
      model: this.#model,
      final: this.#final,
      hasEnded: this.#hasEnded,
      usage: plain,
      raw: this.#raw,
      ...partsOf(plain, iterations),
      surcharge: this.#surcharge(),
    };
  }

  /** Some gateways tell of the input at the beginning alone, or at the end alone, and 0 elsewhere. */
  #merge(usage: WireUsage): void {
    const seen = this.#seen;
    this.#seen = {
      input_tokens: usage.input_tokens || (seen.input_tokens ?? usage.input_tokens),
      cache_read_input_tokens:
        usage.cache_read_input_tokens || (seen.cache_read_input_tokens ?? usage.cache_read_input_tokens),
      cache_creation_input_tokens:
        usage.cache_creation_input_tokens ||
        (seen.cache_creation_input_tokens ?? usage.cache_creation_input_tokens),
      cache_creation: isSome(usage.cache_creation)
        ? usage.cache_creation
        : (seen.cache_creation ?? usage.cache_creation),
      output_tokens: usage.output_tokens ?? this.#seen.output_tokens,
      iterations: usage.iterations ?? this.#seen.iterations,
      speed: usage.speed ?? this.#seen.speed,
      server_tool_use: usage.server_tool_use ?? this.#seen.server_tool_use,
    };
  }

  /** Without a word on speed the answer may have been as fast as it was asked for. */
  #surcharge(): Surcharge {
    const { speed, server_tool_use: tools } = this.#seen;
    const factor = speed === 'fast' ? fastFactor(this.#model) : 1;
    return {
      factor: speed == null ? undefined : factor,
      feeNanoUsd: (tools?.web_search_requests ?? 0) * SEARCH_NANO_USD,
    };
  }
}

function isSome(written: WireUsage['cache_creation']): boolean {
  return Boolean(written?.ephemeral_5m_input_tokens || written?.ephemeral_1h_input_tokens);
}

function usageOf(seen: Counts): Usage {
  const { input_tokens, cache_read_input_tokens, cache_creation, output_tokens } = seen;
  const split = sumReported(
    cache_creation?.ephemeral_5m_input_tokens,
    cache_creation?.ephemeral_1h_input_tokens,
  );
  const cacheWriteTokens = seen.cache_creation_input_tokens ?? split;
  return {
    inputTokens:
      input_tokens == null
        ? undefined
        : input_tokens + (cache_read_input_tokens ?? 0) + (cacheWriteTokens ?? 0),
    cacheReadTokens: cache_read_input_tokens ?? undefined,
    cacheWriteTokens,
    cacheWrite1hTokens: cache_creation?.ephemeral_1h_input_tokens ?? undefined,
    outputTokens: output_tokens ?? undefined,
    reasoningTokens: undefined,
  };
}

const CEILINGS = ['max_tokens'];
const OUTSIDE: OutsideRules = {
  content: ['system', 'messages'],
};

function readRequest(body: RequestBody): RequestFacts {
  const thinking = readCount(body.get('thinking', 'budget_tokens'));
  const { model, otherModels = [] } = readModels(body);
  const { otherModels: helpers = [], ...aside } = readAside(body);
  const others = [...otherModels, ...helpers];
  return {
    model,
    stream: body.get('stream') === true,
    outputCeiling: readCeiling(body, CEILINGS),
    outputFloor: thinking === undefined ? 1 : thinking + 1,
    hasServerContext: false,
    outside: outsideInput(body, model, OUTSIDE),
    isDetached: false,
    ...aside,
    ...(others.length > 0 && { otherModels: others }),
  };
}

/**
 * With thinking on, some models drop their earlier thoughts, and with them the cache, as soon as a turn holds more than
 * tool results: then the note goes into the last result. Otherwise it is a block behind them, as the API wants it.
 * @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 */
function addNote(body: RequestBody, text: string): boolean {
  if (body.get('messages', -1, 'role') !== 'user') return false;
  const content = ['messages', -1, 'content'] as const;
  const isResult = body.get(...content, -1, 'type') === 'tool_result';
  const isThinking = body.has('thinking');
  return (
    (isResult && isThinking && addText(body, [...content, -1, 'content'], text)) ||
    addText(body, content, text)
  );
}

/** Content is a string or a list of blocks. */
function addText(body: RequestBody, content: readonly Step[], text: string): boolean {
  return body.append(content, { type: 'text', text }) || body.extend(content, `\n\n${text}`);
}

const finished = z.object({ stop_reason: z.string().nullish() });

export const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  defaultUpstream: 'https://api.anthropic.com',
  canonicalPath: (method, path) =>
    method === 'POST' && /(?:^|\/)messages$/i.test(path) ? '/v1/messages' : undefined,
  isNeighbour: (_path, headers) =>
    headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined,
  readRequest,
  setOutputCeiling: (body, tokens) => lowerAllTo(body, CEILINGS, tokens),
  offersTools: (body) => body.keys('tools', -1).length > 0,
  addNote,
  requestUsage: () => false,
  isRequestedUsage: () => false,
  createUsageReader: () => new AnthropicUsageReader(),
  ceilingFields: CEILINGS,
  probe: ({ model, prompt, outputCeiling, field, key }) => ({
    path: '/v1/messages',
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: { model, messages: [{ role: 'user', content: prompt }], [field]: outputCeiling },
  }),
  wasCut: (payload) => {
    const reason = finished.safeParse(payload).data?.stop_reason;
    return reason == null ? undefined : reason === 'max_tokens';
  },
  // 402 is what ends every client at once; 400 makes Claude Code strip features and send again.
  refusal: (reason) =>
    jsonAnswer(402, { type: 'error', error: { type: 'billing_error', message: refusalWords(reason) } }),
  failure: (status, text) =>
    jsonAnswer(status, { type: 'error', error: { type: 'api_error', message: text } }),
};
