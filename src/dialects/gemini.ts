/**
 * Gemini API (`POST /v1beta/models/<model>:generateContent` and `:streamGenerateContent`), and Vertex AI paths.
 *
 * Every chunk of a stream carries a growing `usageMetadata`; the last one is the total. Thoughts are not inside the
 * candidates, tool-use prompts not inside the prompt; `Usage` takes both in. Without `alt=sse` a stream is one JSON array.
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
import { z } from 'zod';
import { WireFormatError } from '../core/errors.js';
import { NO_USAGE, type Usage, type UsageSnapshot } from '../core/usage.js';
import type { Dialect, RequestBody, RequestFacts, UsageReader } from '../ports/dialect.js';
import { jsonAnswer } from '../wire/local-answer.js';
import { refusalWords } from '../wire/refusal-words.js';
import { sumReported, wireCount } from '../wire/tokens.js';
import { lowerTo } from './shared/output-ceiling.js';
import { type OutsideRules, outsideInput } from './shared/outside-input.js';
import { readChoices, readFallbacks } from './shared/steering.js';

const modalities = z
  .array(z.object({ modality: z.string(), tokenCount: wireCount }))
  .nullish()
  .catch(undefined);
const wireUsage = z.object({
  promptTokenCount: wireCount,
  toolUsePromptTokenCount: wireCount,
  cachedContentTokenCount: wireCount,
  candidatesTokenCount: wireCount,
  thoughtsTokenCount: wireCount,
  totalTokenCount: wireCount,
  promptTokensDetails: modalities,
  candidatesTokensDetails: modalities,
});
const OTHERS = new Set(['AUDIO', 'IMAGE', 'VIDEO']);
const carriesUsage = z.object({ usageMetadata: z.looseObject({}) });
const payloadSchema = z.object({
  modelVersion: z.string().nullish(),
  usageMetadata: wireUsage,
});
const endSchema = z.object({
  candidates: z.array(z.object({ finishReason: z.string().nullish() })).nullish(),
  promptFeedback: z.object({ blockReason: z.string().nullish() }).nullish(),
});
/** Gateways take names of several parts (`models/gemini/gemini-2.5-pro`); tuned models stand in lists of their own. */
const ROUTE =
  /(?:^|\/)(v1(?:beta\d*)?\/)?((?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?(?:models|tunedModels|endpoints)\/(.+):(generateContent|streamGenerateContent))$/;

class GeminiUsageReader implements UsageReader {
  #model: string | undefined;
  #hasEnded = false;
  #usage: Usage = NO_USAGE;
  /** Whether the last usage came with the end, or behind it. */
  #isLastUsage = false;
  #raw: unknown;
  #unpriced: string | undefined;

  push(payload: unknown): void {
    for (const part of Array.isArray(payload) ? payload : [payload]) this.#pushOne(part);
  }

  snapshot(): UsageSnapshot {
    return {
      model: this.#model,
      final: this.#hasEnded && this.#raw !== undefined,
      hasEnded: this.#hasEnded && this.#isLastUsage,
      usage: this.#usage,
      raw: this.#raw,
      ...(this.#unpriced !== undefined && { unpriced: this.#unpriced }),
    };
  }

  #pushOne(payload: unknown): void {
    // The end may come before the last usage, and a blocked prompt ends without a candidate.
    const ends = endSchema.safeParse(payload).data;
    this.#hasEnded ||=
      Boolean(ends?.promptFeedback?.blockReason) ||
      (ends?.candidates ?? []).some(({ finishReason }) => Boolean(finishReason));
    const carrier = carriesUsage.safeParse(payload);
    if (!carrier.success) return;
    const parsed = payloadSchema.safeParse(payload);
    if (!parsed.success) throw new WireFormatError('gemini', parsed.error);
    this.#model = parsed.data.modelVersion ?? this.#model;
    this.#isLastUsage = this.#hasEnded;
    this.#raw = carrier.data.usageMetadata;
    this.#usage = normalise(parsed.data.usageMetadata);
    // A later part may not tell it again.
    this.#unpriced ??= unpricedOf(parsed.data.usageMetadata);
  }
}

function normalise(usage: z.infer<typeof wireUsage>): Usage {
  const inputTokens = sumReported(usage.promptTokenCount, usage.toolUsePromptTokenCount);
  const told = sumReported(usage.candidatesTokenCount, usage.thoughtsTokenCount);
  // What is thought and not told stands in the total alone.
  const rest = (usage.totalTokenCount ?? 0) - (inputTokens ?? Number.POSITIVE_INFINITY);
  return {
    inputTokens,
    outputTokens: rest > 0 ? Math.max(told ?? 0, rest) : told,
    cacheReadTokens: usage.cachedContentTokenCount ?? undefined,
    cacheWriteTokens: undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: usage.thoughtsTokenCount ?? undefined,
  };
}

/** Audio has a price of its own, and so has all that is made and is no text. */
function unpricedOf(usage: z.infer<typeof wireUsage>): string | undefined {
  const heard = (usage.promptTokensDetails ?? []).filter(({ modality }) => modality === 'AUDIO');
  const made = (usage.candidatesTokensDetails ?? []).filter(({ modality }) => OTHERS.has(modality));
  return [...heard, ...made].find(({ tokenCount }) => (tokenCount ?? 0) > 0)?.modality.toLowerCase();
}
const OUTSIDE: OutsideRules = {
  content: ['contents', 'systemInstruction', 'system_instruction'],
};

function readRequest(body: RequestBody, path: string): RequestFacts {
  const [, , , model, action] = ROUTE.exec(path) ?? [];
  return {
    ...readFallbacks(body, model),
    stream: action === 'streamGenerateContent',
    outputCeiling: readSetting(body, ['maxOutputTokens', 'max_output_tokens']),
    outputFloor: 1,
    choices: Math.max(
      readChoices(body.get('n'), 'n'),
      ...spellings(['candidateCount', 'candidate_count']).map((path) =>
        readChoices(body.get(...path), path.join('.')),
      ),
    ),
    hasServerContext: false,
    outside: outsideInput(body, model, OUTSIDE),
    isDetached: false,
  };
}

/** The API takes both spellings of every name; the largest value given is the one to reckon with. */
function readSetting(body: RequestBody, names: readonly string[]): number | undefined {
  const given = spellings(names).map(
    (path) =>
      z
        .number()
        .int()
        .positive()
        .safeParse(body.get(...path)).data,
  );
  const known = given.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function setOutputCeiling(body: RequestBody, tokens: number): void {
  const given = spellings(['maxOutputTokens', 'max_output_tokens']).filter(
    (path) => body.get(...path) !== undefined,
  );
  const parent = !body.has('generation_config') ? 'generationConfig' : 'generation_config';
  lowerTo(body, given.length > 0 ? given : [[parent, 'maxOutputTokens']], tokens);
}

function spellings(names: readonly string[]): string[][] {
  return ['generationConfig', 'generation_config'].flatMap((parent) => names.map((name) => [parent, name]));
}

/** Vertex AI takes nothing beside function responses in one turn; a turn of the user's behind them is fine everywhere. */
function addNote(body: RequestBody, text: string): boolean {
  if (body.get('contents', -1, 'role') === 'model') return false;
  const isResponse = ['functionResponse', 'function_response'].some((name) =>
    body.has('contents', -1, 'parts', -1, name),
  );
  if (isResponse) return body.append(['contents'], { role: 'user', parts: [{ text }] });
  return body.append(['contents', -1, 'parts'], { text });
}

const finished = z.object({ candidates: z.array(z.object({ finishReason: z.string().nullish() })) });

const errorBody = (code: number, status: string, message: string) => ({ error: { code, message, status } });

export const gemini: Dialect = {
  id: 'gemini',
  defaultUpstream: 'https://generativelanguage.googleapis.com',
  canonicalPath: (method, path) => {
    const route = ROUTE.exec(path);
    return method === 'POST' && route ? `/${route[1] ?? 'v1beta/'}${route[2]}` : undefined;
  },
  isNeighbour: (path, headers) => path.startsWith('/v1beta') || headers['x-goog-api-key'] !== undefined,
  readRequest,
  setOutputCeiling,
  offersTools: (body) => body.keys('tools', -1).length > 0,
  addNote,
  requestUsage: () => false,
  isRequestedUsage: () => false,
  createUsageReader: () => new GeminiUsageReader(),
  ceilingFields: ['maxOutputTokens'],
  probe: ({ model, prompt, outputCeiling, field, key }) => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    headers: { 'x-goog-api-key': key },
    body: {
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      generationConfig: { [field]: outputCeiling },
    },
  }),
  wasCut: (payload) => {
    const reason = finished.safeParse(payload).data?.candidates[0]?.finishReason;
    return reason == null ? undefined : reason === 'MAX_TOKENS';
  },
  refusal: (reason) => jsonAnswer(402, errorBody(402, 'FAILED_PRECONDITION', refusalWords(reason))),
  failure: (status, text) => jsonAnswer(status, errorBody(status, 'INTERNAL', text)),
};
