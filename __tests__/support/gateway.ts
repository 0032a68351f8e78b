/**
 * An emulated gateway on loopback that looks like LiteLLM, and can be told to misbehave at its limits. It keeps its own
 * books in integer nano-USD: what calls really cost, whatever it says about them, so that a test can hold it against what
 * was allowed to be spent.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

/** What the model would say to the short prompt and to the long one, in tokens. */
const SHORT_ANSWER = 2;
const LONG_ANSWER = 600;
const INPUT_TOKENS = 14;
/** Stands in every completion, so that a test finds completions that leaked. */
export const COMPLETION = 'completion-of-the-emulated-model';
export const FALLBACK_MODEL = 'gpt-4.1-nano';
/** Nano-USD per token: what `gpt-4o-mini` costs in the price table. */
const PRICE = { input: 150, output: 600 };

/** An answer of the test's own in place of the gateway's. */
export interface Scripted {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly isBilled?: boolean;
}

type Trouble = 'html' | 'drop' | 'drop-after-billing' | 'unavailable' | 'rate-limit' | Scripted;

export interface Behaviour {
  /** Budgets in nano-USD by key; `undefined` for a key without one. */
  readonly keys: Readonly<Record<string, number | undefined>>;
  /** All keys count on the first one. */
  readonly sharesBudget?: boolean;
  readonly price?: typeof PRICE;
  readonly reportsCost?: boolean;
  /** What an answer says it cost, whatever it did. */
  readonly toldCost?: string;
  readonly usage?: 'missing' | 'inflated';
  /** Paths that exist; all three where it is left out. */
  readonly endpoints?: readonly string[];
  /** How other paths are answered, where not with 404: by a login that comes first, or by a web page. */
  readonly elsewhere?: 'wrong-key' | 'html';
  /** Calls with any key are answered. */
  readonly isOpen?: boolean;
  /** Refusals quote the key, also where a code should be. */
  readonly quotesKey?: boolean;
  /** A path at which the output ceiling of a request does nothing. */
  readonly ignoresFieldAt?: string;
  readonly ceiling?: { readonly tokens: number; readonly above: 'rejects' | 'truncates' | 'ignores' };
  /** `reserves` refuses a call whose worst case does not fit any more. */
  readonly cap?: 'hard' | 'reserves' | 'reported-only';
  /** Calls that pass when nothing is left. */
  readonly callsBeyond?: number;
  readonly exhausted?: keyof typeof REFUSALS;
  /** After the end: `any` call is answered by another model, or one that names it. */
  readonly fallback?: 'any' | 'by-name';
  /** Deployments that answer in turn. */
  readonly deployments?: readonly string[];
  /** How late the count follows; it never does at `Infinity`. */
  readonly countDelayMs?: number;
  /** The count is this many times too high: 100 for cents in place of dollars. */
  readonly countFactor?: number;
  readonly hidesBudget?: boolean;
  /** Readings that fail, by their number from 1. */
  readonly failsReading?: (reading: number) => boolean;
  /** The limit stands on a shared budget of this name. */
  readonly sharedName?: string;
  /** What happens to a call instead of an answer, by its number from 1, its key, and what is left. */
  readonly trouble?: (call: number, key: string, left: number) => Trouble | undefined;
  readonly version?: string;
  readonly now?: () => number;
}

export interface SeenCall {
  readonly path: string;
  readonly key: string;
  readonly model: string;
  readonly status: number;
  readonly nanoUsd: number;
}

export interface EmulatedGateway {
  readonly url: string;
  readonly calls: SeenCall[];
  /** How often a budget was read. */
  readonly readings: number;
  /** What all calls really cost, nano-USD. */
  readonly spent: number;
  close(): Promise<void>;
}

interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

const refusal = (status: number, type: string, message: string): Refusal => ({
  status,
  body: { error: { message, type, param: null, code: String(status) } },
});
const RATE_LIMIT = refusal(429, 'throttling_error', 'Rate limit exceeded, slow down.');
const WRONG_KEY = refusal(401, 'token_not_found_in_db', 'Authentication Error, Invalid proxy server token.');
const EXHAUSTED = refusal(429, 'budget_exceeded', 'Budget has been exceeded! Key=hashed');
/** How the end of a budget is told. */
const REFUSALS = {
  'own-code': EXHAUSTED,
  'rate-limit': RATE_LIMIT,
  'wrong-key': WRONG_KEY,
  'inside-200': { ...EXHAUSTED, status: 200 },
  /** The status of any bad request, no word, and a sentence. */
  wording: refusal(400, 'None', 'Budget has been exceeded!'),
  'no-words': { status: 400, body: 'no' },
} as const satisfies Record<string, Refusal>;
const TOO_LARGE = refusal(
  429,
  'budget_exceeded',
  'Estimated request cost exceeds what is left of the budget.',
);
const ABOVE_CEILING = refusal(400, 'invalid_request_error', 'max_tokens is too large.');
const ABSENT = refusal(404, 'not_found', 'Not Found');

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '/v1/messages': ['max_tokens'],
  '/v1/responses': ['max_output_tokens'],
  '/v1/chat/completions': ['max_tokens', 'max_completion_tokens'],
};

export async function startGateway(behaviour: Behaviour): Promise<EmulatedGateway> {
  const gateway = new Gateway(behaviour);
  const server = createServer((request, response) => void gateway.answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return Object.assign(gateway, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

class Gateway {
  readonly calls: SeenCall[] = [];
  readings = 0;
  readonly #is: Behaviour;
  readonly #accounts: ReadonlyMap<string, Account>;
  readonly #anybody = new Account(undefined);

  constructor(behaviour: Behaviour) {
    this.#is = behaviour;
    const accounts = Object.entries(behaviour.keys).map(
      ([key, budget]) => [key, new Account(budget)] as const,
    );
    const [, first] = accounts[0] ?? [];
    this.#accounts = new Map(
      accounts.map(([key, own]) => [key, behaviour.sharesBudget && first ? first : own]),
    );
  }

  get spent(): number {
    return this.calls.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const key = String(request.headers['x-api-key'] ?? request.headers.authorization).replace('Bearer ', '');
    const account = this.#accounts.get(key) ?? (this.#is.isOpen ? this.#anybody : undefined);
    if (path === '/key/info') return this.#tellBudget(response, account, key);
    if (path === '/health/readiness/details' && this.#is.version)
      return send(response, { status: 200, body: { litellm_version: this.#is.version } });
    const fields = (this.#is.endpoints ?? Object.keys(FIELDS)).includes(path) ? FIELDS[path] : undefined;
    if (fields === undefined) return this.#answerElsewhere(response);
    const body = (await json(request)) as Record<string, unknown>;
    const call = new CallOf(body, fields);
    const trouble = this.#is.trouble?.(this.calls.length + 1, key, account?.left ?? Number.POSITIVE_INFINITY);
    const told = account === undefined ? WRONG_KEY : this.#refuse(account, call);
    const said = told && this.#is.quotesKey ? refusal(told.status, `${key} is over its budget`, '') : told;
    const isFree = trouble !== undefined && !isBilled(trouble);
    const bill = said || isFree || !account ? undefined : this.#bill(account, { call, path });
    const status = said?.status ?? 200;
    this.calls.push({ path, key, model: call.model, status, nanoUsd: bill?.nanoUsd ?? 0 });
    if (trouble !== undefined) return makeTrouble(response, trouble);
    if (said) return send(response, said);
    if (bill) this.#tell(response, { call, path, ...bill });
  }

  #answerElsewhere(response: ServerResponse): void {
    if (this.#is.elsewhere === 'html') makeTrouble(response, 'html');
    else send(response, this.#is.elsewhere === 'wrong-key' ? WRONG_KEY : ABSENT);
  }

  #tellBudget(response: ServerResponse, account: Account | undefined, key: string): void {
    this.readings += 1;
    const { countDelayMs = 0, countFactor = 1, failsReading, hidesBudget, sharedName } = this.#is;
    if (account === undefined || hidesBudget || failsReading?.(this.readings)) {
      const quoting = this.#is.quotesKey && refusal(403, `${key}-forbidden`, `Not for the key ${key}`);
      send(response, quoting || (account === undefined || hidesBudget ? WRONG_KEY : RATE_LIMIT));
      return;
    }
    const spend = (account.countedAt(this.#now() - countDelayMs) * countFactor) / 1e9;
    const limit = account.budget === undefined ? null : account.budget / 1e9;
    const named = { max_budget: null, litellm_budget_table: { budget_id: sharedName, max_budget: limit } };
    const info = { spend, key_alias: 'ci-test', ...(sharedName ? named : { max_budget: limit }) };
    send(response, { status: 200, body: { info } });
  }

  #refuse(account: Account, call: CallOf): Refusal | undefined {
    const { ceiling, cap = 'hard', callsBeyond = 0, exhausted = 'own-code', fallback } = this.#is;
    if (ceiling?.above === 'rejects' && call.ceiling > ceiling.tokens) return ABOVE_CEILING;
    if (cap === 'reported-only') return undefined;
    if (cap === 'reserves' && account.left < this.#costOf(INPUT_TOKENS, call.ceiling)) return TOO_LARGE;
    if (account.left > 0) return undefined;
    if (fallback === 'any' || (fallback === 'by-name' && call.model === FALLBACK_MODEL)) return undefined;
    if (account.beyond < callsBeyond) {
      account.beyond += 1;
      return undefined;
    }
    return REFUSALS[exhausted];
  }

  #bill(account: Account, { call, path }: Sent): Bill {
    const { ceiling, ignoresFieldAt } = this.#is;
    const above = ceiling?.above === 'truncates' ? ceiling.tokens : Number.POSITIVE_INFINITY;
    const allowed = path === ignoresFieldAt ? Number.POSITIVE_INFINITY : Math.min(call.ceiling, above);
    const output = Math.min(call.wants, allowed);
    const nanoUsd = this.#costOf(INPUT_TOKENS, output);
    const isOver = account.left <= 0;
    account.charge(nanoUsd, this.#now());
    return { output, nanoUsd, isOver };
  }

  #tell(response: ServerResponse, { call, path, output, nanoUsd, isOver }: Bill & Sent): void {
    const { reportsCost = true, fallback, deployments, usage, toldCost } = this.#is;
    const isFallback = isOver && fallback === 'any';
    const servedBy = deployments?.[this.calls.length % deployments.length];
    const factor = usage === 'inflated' ? 1000 : 1;
    send(response, {
      status: 200,
      headers: {
        'x-litellm-attempted-fallbacks': isFallback ? '1' : '0',
        ...(reportsCost ? { 'x-litellm-response-cost': toldCost ?? String(nanoUsd / 1e9) } : {}),
        ...(servedBy ? { 'x-litellm-model-id': servedBy } : {}),
      },
      body: render(path, {
        model: isFallback ? FALLBACK_MODEL : call.model,
        isCut: output < call.wants,
        usage: usage === 'missing' ? undefined : { input: INPUT_TOKENS * factor, output: output * factor },
      }),
    });
  }

  #costOf(input: number, output: number): number {
    const { price = PRICE } = this.#is;
    return input * price.input + output * price.output;
  }

  #now(): number {
    return this.#is.now?.() ?? Date.now();
  }
}

/** What stands on one budget. */
class Account {
  readonly budget: number | undefined;
  beyond = 0;
  readonly #charges: { readonly nanoUsd: number; readonly at: number }[] = [];

  constructor(budget: number | undefined) {
    this.budget = budget;
  }

  get left(): number {
    return (this.budget ?? Number.POSITIVE_INFINITY) - this.countedAt(Number.POSITIVE_INFINITY);
  }

  charge(nanoUsd: number, at: number): void {
    this.#charges.push({ nanoUsd, at });
  }

  countedAt(time: number): number {
    return this.#charges.filter(({ at }) => at <= time).reduce((sum, { nanoUsd }) => sum + nanoUsd, 0);
  }
}

/** What one request asks for. */
class CallOf {
  readonly model: string;
  readonly ceiling: number;
  /** How many tokens the model would say. */
  readonly wants: number;

  constructor(body: Record<string, unknown>, fields: readonly string[]) {
    const given = fields.map((field) => body[field]).find((value) => typeof value === 'number');
    this.model = String(body['model']);
    this.ceiling = typeof given === 'number' ? given : Number.POSITIVE_INFINITY;
    this.wants = JSON.stringify(body).includes('single word') ? SHORT_ANSWER : LONG_ANSWER;
  }
}

interface Sent {
  readonly call: CallOf;
  readonly path: string;
}

interface Bill {
  readonly output: number;
  readonly nanoUsd: number;
  /** True for a call that passed when nothing was left. */
  readonly isOver: boolean;
}

interface Answered {
  readonly model: string;
  readonly isCut: boolean;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
}

function render(path: string, { model, isCut, usage }: Answered): object {
  if (path === '/v1/chat/completions')
    return {
      object: 'chat.completion',
      model,
      choices: [{ message: { content: COMPLETION }, finish_reason: isCut ? 'length' : 'stop' }],
      ...(usage ? { usage: { prompt_tokens: usage.input, completion_tokens: usage.output } } : {}),
    };
  const tokens = usage ? { usage: { input_tokens: usage.input, output_tokens: usage.output } } : {};
  const content = [{ type: 'text', text: COMPLETION }];
  if (path === '/v1/messages')
    return { type: 'message', model, content, stop_reason: isCut ? 'max_tokens' : 'end_turn', ...tokens };
  return {
    object: 'response',
    model,
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output: [{ type: 'message', content }],
    ...tokens,
  };
}

function isBilled(trouble: Trouble): boolean {
  return typeof trouble === 'object' ? trouble.isBilled === true : trouble === 'drop-after-billing';
}

function makeTrouble(response: ServerResponse, trouble: Trouble): void {
  if (typeof trouble === 'object') send(response, trouble);
  else if (trouble === 'rate-limit') send(response, RATE_LIMIT);
  else if (trouble === 'unavailable') send(response, { status: 503, body: 'upstream connect error' });
  else if (trouble === 'html') response.end(`<html><body>${COMPLETION}</body></html>`);
  else response.socket?.destroy();
}

function send(
  response: ServerResponse,
  { status, body, headers = {} }: Refusal & { headers?: Readonly<Record<string, string>> },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
