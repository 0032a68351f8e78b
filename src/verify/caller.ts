/** Makes the probes' calls: one short request each, in any dialect, read like the meter reads calls. Nothing is retried. */
import { AppError } from '../core/errors.js';
import type { Failure } from '../core/failure.js';
import { costOfAnswer, type PriceTable, priceNames } from '../core/price.js';
import { oneLine } from '../core/text.js';
import { NO_USAGE, type Usage } from '../core/usage.js';
import type { Dialect } from '../ports/dialect.js';
import type { Gateway, HttpAnswer, HttpSend, Route } from '../ports/gateway.js';
import { machineWords } from '../wire/error-body.js';
import { readFailureBody } from '../wire/failure-body.js';
import type { Charge, Purse } from './purse.js';

export interface CallResult {
  readonly dialect: string;
  /** False for a call that could have passed what may be spent. */
  readonly isSent: boolean;
  /** 0 when no answer came. */
  readonly status: number;
  /** `undefined` for a call that was answered. */
  readonly failure: Failure | undefined;
  /** Machine-readable words of an error body, the most telling first. */
  readonly words: readonly string[];
  readonly usage: Usage;
  readonly costNanoUsd: number | undefined;
  readonly costSource: 'gateway' | 'price-table' | 'unknown';
  /** Whether the answer was cut at its ceiling. */
  readonly wasCut: boolean | undefined;
  /** The model that the answer names. */
  readonly model: string | undefined;
  readonly route: Route;
  /** Milliseconds since the epoch, when the answer was there. */
  readonly at: number;
}

export interface Call {
  readonly dialect: Dialect;
  readonly prompt: string;
  readonly outputCeiling: number;
  readonly key: string;
  readonly purse: Purse;
  /** The first of the dialect's names where it is left out. */
  readonly field?: string;
  readonly model?: string;
}

export interface CallerOptions {
  /** As it is known, without a contract: that is what is to be found out. */
  readonly gateway: Gateway;
  /** Base URL, without `/v1`. */
  readonly url: string;
  readonly model: string;
  readonly send: HttpSend;
  readonly prices: PriceTable | undefined;
  readonly now: () => Date;
  /** Keys, so that none comes back in a word of a gateway's. */
  readonly secrets: readonly string[];
}

const LONGEST_NAME = 120;
const NO_ROUTE: Route = { servedBy: undefined, fallbacks: undefined };

export class Caller {
  readonly #options: CallerOptions;
  /** Calls made so far, and the tokens they reported. */
  readonly tally = { requests: 0, inputTokens: 0, outputTokens: 0, unreported: 0 };

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** A call that could pass what may be spent is not sent. */
  async call(call: Call): Promise<CallResult> {
    if (!call.purse.affords(call.outputCeiling, call.dialect.id))
      return {
        ...this.#nothing(call),
        isSent: false,
        failure: unanswered(`what may be spent does not pay for this call${whyNot(call.purse)}`),
      };
    this.tally.requests += 1;
    const result = await this.#send(call);
    if (result.failure === undefined) this.#count(result);
    // Without an answer, or with an error inside one, a call may have been served and billed all the same.
    if (result.failure === undefined || result.status < 400) call.purse.take(chargeOf(call, result));
    return result;
  }

  #count({ usage: { inputTokens, outputTokens } }: CallResult): void {
    this.tally.inputTokens += inputTokens ?? 0;
    this.tally.outputTokens += outputTokens ?? 0;
    if (inputTokens === undefined || outputTokens === undefined) this.tally.unreported += 1;
  }

  async #send(call: Call): Promise<CallResult> {
    const { dialect, prompt, outputCeiling, key, field = dialect.ceilingFields[0] ?? '' } = call;
    const { send, url, model } = this.#options;
    const request = dialect.probe({ model: call.model ?? model, prompt, outputCeiling, field, key });
    try {
      const answer = await send({
        url: `${url}${request.path}`,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...request.headers },
        body: JSON.stringify(request.body),
      });
      return this.#read(call, answer);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...this.#nothing(call), failure: unanswered(`no answer: ${error.message}`) };
    }
  }

  #read(call: Call, { status, headers, text }: HttpAnswer): CallResult {
    const { gateway, now } = this.#options;
    const body = readFailureBody(text, headers['content-type']);
    const base = { ...this.#nothing(call), status };
    if (status >= 400 || isError(body)) {
      const failure = gateway.readFailure({ status, headers, body, at: now() });
      const evidence = this.#redact(failure.evidence);
      return {
        ...base,
        failure: { ...failure, evidence, message: '' },
        words: machineWords(body).filter((word) => this.#redact(word) === word),
      };
    }
    const reader = call.dialect.createUsageReader();
    try {
      reader.push(body);
    } catch (error) {
      // An answer whose usage has an unknown shape is an answer without usage.
      if (!(error instanceof AppError)) throw error;
    }
    const snapshot = reader.snapshot();
    const evidence = { headers, streamed: false, usage: snapshot.raw };
    return {
      ...base,
      ...this.#cost(gateway.readCost(evidence), snapshot.usage, snapshot.model, call),
      usage: snapshot.usage,
      wasCut: call.dialect.wasCut(body),
      model: snapshot.model && this.#redact(snapshot.model),
      route: this.#route(gateway.readRoute(evidence)),
    };
  }

  #route({ servedBy, fallbacks, gatewayVersion }: Route): Route {
    return {
      servedBy: servedBy && this.#redact(servedBy),
      fallbacks,
      gatewayVersion: cleanVersion(gatewayVersion),
    };
  }

  /** A short name without a key in it, whatever a gateway puts there. */
  #redact(text: string): string {
    return shortName(this.#options.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text));
  }

  #cost(reported: number | undefined, usage: Usage, model: string | undefined, call: Call) {
    const names = priceNames(call.model ?? this.#options.model, model);
    const cost = costOfAnswer(reported, { usage }, this.#options.prices, names);
    return { costNanoUsd: cost?.nanoUsd, costSource: cost?.source ?? 'unknown' } as const;
  }

  #nothing({ dialect }: Call): CallResult {
    return {
      dialect: dialect.id,
      isSent: true,
      status: 0,
      failure: undefined,
      words: [],
      usage: NO_USAGE,
      costNanoUsd: undefined,
      costSource: 'unknown',
      wasCut: undefined,
      model: undefined,
      route: NO_ROUTE,
      at: this.#options.now().getTime(),
    };
  }
}

/** One line, not long. */
export function shortName(text: string): string {
  return oneLine(text, LONGEST_NAME);
}

/** `1.106.2`, `v2.0-beta+3`; anything that does not look like one is none. */
export function cleanVersion(version: string | undefined): string | undefined {
  return version !== undefined && /^v?\d[\w.+]{0,30}(?:-[A-Za-z]\w{0,10}(?:\.\d{1,4})?)?$/.test(version)
    ? version
    : undefined;
}

/** A call as its purse sees it. */
export function chargeOf({ dialect, outputCeiling }: Call, { costNanoUsd, usage }: CallResult): Charge {
  return { dialect: dialect.id, outputCeiling, costNanoUsd, usage };
}

function whyNot({ isAssuming }: Purse): string {
  return isAssuming ? ', reckoned at the dearest price of the table since nobody tells this model’s' : '';
}

function isError(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return true;
  return ('error' in body && Boolean(body.error)) || ('success' in body && body.success === false);
}

function unanswered(evidence: string): Failure {
  return {
    kind: 'unknown',
    scope: undefined,
    origin: 'unknown',
    retryable: undefined,
    resetsAt: undefined,
    confidence: 'low',
    needsProbe: false,
    evidence,
    message: '',
  };
}

/** True for an endpoint that this gateway does not offer. */
export function isAbsent({ status, failure }: CallResult): boolean {
  return failure !== undefined && [404, 405, 501].includes(status);
}

/** `429 budget_exceeded`, `402`, `no answer`: how an answer is told apart from others. */
export function renderAnswer({ status, words }: Pick<CallResult, 'status' | 'words'>): string {
  if (status === 0) return 'no answer';
  return words[0] === undefined ? `status ${status}` : `status ${status} ${words[0]}`;
}
