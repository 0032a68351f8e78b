/**
 * What in a request decides which model answers, and how often. A gateway may take such a setting from a place, or in a shape,
 * in which nobody looked at it: then another call is made than the one that was held, so what cannot be read is refused.
 * @see https://docs.litellm.ai/docs/proxy/client_side_fallbacks
 * @see https://openrouter.ai/docs/guides/routing/model-fallbacks
 * @see https://docs.litellm.ai/docs/completion/provider_specific_params and /drop_params
 * @see https://www.tensorzero.com/docs/gateway/api-reference/inference-openai-compatible
 * @see https://vercel.com/docs/ai-gateway/models-and-providers/model-fallbacks
 */
import type { RequestBody, RequestItem } from '../../ports/dialect.js';
import { readCount, readText } from '../../wire/values.js';
import { isPlainRequest } from './plain-request.js';

/** Beside the request in `extra_body`, they would be put in the place of the ones that were checked. */
const STEERING = new Set([
  'model',
  'models',
  'fallbacks',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'n',
  'stream',
  'stream_options',
  'background',
  'tools',
  'speed',
  'extra_body',
]);
/** Tables of a gateway's own, by which another model is chosen. */
const FALLBACK_TABLES = ['context_window_fallback_dict', 'content_policy_fallback_dict'];
/** Settings by which a client makes up models, prices, or failures that lead to another model. */
const UNREADABLE = new RegExp(
  '^mock_testing_|^user_config$|^router_settings|.fallbacks$|_cost_per_|_token_cost(?:_|$)' +
    // By whose price it is booked, which settings are taken out again, and whose the answer is.
    '|^(?:base_model|additional_drop_params|model_list|custom_llm_provider)$|^tensorzero::(?:extra_body|params)$',
);
/** Where Vercel's gateway has the models that stand in. */
const GATEWAY_MODELS = ['providerOptions', 'gateway', 'models'] as const;
const MAX_MODELS = 100;
const WHOLE = /^\d{1,15}$/;

interface Named {
  /** `undefined` where none is named at all. */
  readonly model: string | undefined;
  readonly otherModels?: readonly string[];
}

/** The models a request names. @throws {SyntaxError} for a setting that may stand for anything */
export function readModels(body: RequestBody): Named {
  return namedOf(readAsked(body), listedIn(body));
}

/** The same, with the list of fallbacks as gateways for many models take it: names, or objects with `model`. */
export function readModelsAndFallbacks(body: RequestBody): Named {
  return namedOf(readAsked(body), [...listedIn(body), ...fallbacksIn(body)]);
}

/** The same, where the model that is asked for stands in the path: some gateways take one of the body before it. @throws {SyntaxError} */
export function readFallbacks(body: RequestBody, model: string | undefined): Named {
  const named = readText(body.get('model'))?.replace(/^(?:.*\/)?models\//, '');
  return namedOf(model, [...(named ? [named] : []), ...listedIn(body), ...fallbacksIn(body)]);
}

function namedOf(asked: string | undefined, listed: readonly string[]): Named {
  if (listed.length === 0) return { model: asked };
  const [model, ...others] = asked === undefined ? listed : [asked, ...listed];
  const otherModels = [...new Set(others)].filter((name) => name !== model);
  return otherModels.length > 0 ? { model, otherModels } : { model };
}

function readAsked(body: RequestBody): string | undefined {
  const given = body.get('model');
  if (given == null) return undefined;
  if (typeof given !== 'string') throw new SyntaxError('`model` is no text');
  // LiteLLM asks every one of them.
  if (given.includes(',')) throw new SyntaxError('`model` names several at once');
  return given;
}

function listedIn(body: RequestBody): string[] {
  if (isPlainRequest(body)) return [];
  refuseHidden(body);
  return [
    ...textsOf(body, 'models'),
    ...textsOf(body, ...GATEWAY_MODELS),
    ...FALLBACK_TABLES.flatMap((name) => valuesOf(body, name)),
  ];
}

function fallbacksIn(body: RequestBody): string[] {
  if (!body.has('fallbacks')) return [];
  return bounded(listOf(body, 'fallbacks'), 'fallbacks').flatMap(fallbacksOf);
}

/** How many answers are asked for. @throws {SyntaxError} for what is no whole number, since a server may yet make one of it */
export function readChoices(value: unknown, name: string): number {
  return wholeNumber(value, name) ?? 1;
}

/** A count of an element; `undefined` where none stands. @throws {SyntaxError} */
export function countAt(item: RequestItem, key: string, name: string): number | undefined {
  return wholeNumber(item.get(key), name);
}

/** @throws {SyntaxError} */
export function textAt(item: RequestItem, key: string, name: string): string {
  const text = readText(item.get(key));
  if (text === undefined) throw new SyntaxError(`\`${name}\` is no text`);
  return text;
}

/** Anything but `false` may be read as true. */
export function isSet(body: RequestBody, name: string): boolean {
  return body.has(name) && body.get(name) !== false;
}

function wholeNumber(value: unknown, name: string): number | undefined {
  if (value == null) return undefined;
  const number = typeof value === 'string' && WHOLE.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new SyntaxError(`\`${name}\` is no whole number`);
  return readCount(number);
}

function refuseHidden(body: RequestBody): void {
  const hidden = body.keys('extra_body').find((key) => STEERING.has(key) || UNREADABLE.test(key));
  if (hidden !== undefined)
    throw new SyntaxError(`\`extra_body\` sets \`${hidden}\`: it belongs to the request itself`);
  const unreadable = body.keys().find((key) => UNREADABLE.test(key));
  if (unreadable !== undefined)
    throw new SyntaxError(`\`${unreadable}\` may change what the call costs: leave it out`);
}

/** A name, an object with `model`, or LiteLLM's lists of names by the model they stand in for. */
function fallbacksOf(item: RequestItem): string[] {
  const name = nameIn(item);
  if (name !== undefined) return [name];
  const steering = item.keys.find((key) => key !== 'model' && STEERING.has(key));
  if (steering !== undefined)
    throw new SyntaxError(`\`fallbacks\` sets \`${steering}\`: it belongs to the request itself`);
  const lists = item.keys.includes('model') ? [] : item.keys.map((key) => item.get(key));
  if (lists.length > 0 && lists.every(isTexts)) return lists.flat();
  return [textAt(item, 'model', 'fallbacks.model')];
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

/** An element that is a name itself. */
export function nameIn(item: RequestItem): string | undefined {
  return item.keys.length > 0 ? undefined : readText(item.get());
}

function textsOf(body: RequestBody, ...path: readonly string[]): string[] {
  const name = path.join('.');
  if (!body.has(...path)) return [];
  return bounded(listOf(body, ...path), name).map((item) => {
    const text = nameIn(item);
    if (text === undefined) throw new SyntaxError(`\`${name}\` is no list of texts`);
    return text;
  });
}

function valuesOf(body: RequestBody, name: string): string[] {
  if (!body.has(name)) return [];
  // In one go: to look for each key in a large table would keep the meter from everything else.
  const table = body.get(name);
  if (typeof table !== 'object' || table === null || Array.isArray(table))
    throw new SyntaxError(`\`${name}\` is no object`);
  const models: unknown[] = Object.values(table);
  // A key that stands there twice hides the first of the two.
  if (!isTexts(models) || body.keys(name).length !== models.length)
    throw new SyntaxError(`\`${name}\` holds what is no text`);
  return models;
}

function listOf(body: RequestBody, ...path: readonly string[]): Iterable<RequestItem> {
  if (body.head(1, ...path) !== '[') throw new SyntaxError(`\`${path.join('.')}\` is no list`);
  return body.items(...path);
}

export function bounded(items: Iterable<RequestItem>, name: string): RequestItem[] {
  const found: RequestItem[] = [];
  for (const item of items) {
    if (found.length >= MAX_MODELS) throw new SyntaxError(`\`${name}\` names more than ${MAX_MODELS} models`);
    found.push(item);
  }
  return found;
}
