export const id = 788;
export const ids = [788];
export const modules = {

/***/ 7718:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   SO: () => (/* binding */ priceAtMost),
/* harmony export */   oI: () => (/* binding */ pricesAt),
/* harmony export */   ry: () => (/* binding */ costOfAnswer),
/* harmony export */   uu: () => (/* binding */ dearestPrice),
/* harmony export */   vk: () => (/* binding */ findPrice),
/* harmony export */   zP: () => (/* binding */ priceUsage)
/* harmony export */ });
const PER_MILLION = 1000000n;
const ROUTE_PREFIX = /^(?:openrouter|bedrock|vertex_ai|azure|azure_ai|gemini|litellm_proxy)\//;
const REGION_PREFIX = /^(?:us|eu|apac|au|jp|global)\.(?=[a-z]+\.)/;
const VENDOR_PREFIX = /^(?:anthropic|openai|google|x-ai|meta|amazon|mistral|deepseek|qwen|moonshotai|z-ai)[/.]/;
const SUFFIXES = [
    /\[\w+\]$/,
    /:thinking$/,
    /-v\d+:\d+$/,
    /@\d{8}$/,
    /-\d{8}$/,
    /-\d{4}-\d{2}-\d{2}$/,
    /-latest$/,
];
/**
 * The price row of a model id as it stands on the wire; `undefined` when no row fits.
 * Tried in order: the id itself, then without route, region and vendor prefix, then without dated suffixes.
 * A `:free` variant has its own row or none: it must not fall through to the paid price.
 */
function findPrice(table, model) {
    const known = knownOf(table);
    if (known.has(model))
        return known.get(model);
    const price = lookUp(table, model);
    if (known.size < MAX_KNOWN)
        known.set(model, price);
    return price;
}
/** A run asks for the same few models again and again. */
const KNOWN = new WeakMap();
const MAX_KNOWN = 1000;
function knownOf(table) {
    const known = KNOWN.get(table) ?? new Map();
    KNOWN.set(table, known);
    return known;
}
function lookUp(table, model) {
    for (const name of candidates(model)) {
        if (Object.hasOwn(table.models, name))
            return table.models[name];
    }
    return undefined;
}
function candidates(model) {
    const names = new Set([model]);
    if (model.endsWith(':free'))
        return names;
    let name = model;
    for (const prefix of [ROUTE_PREFIX, REGION_PREFIX, VENDOR_PREFIX]) {
        name = name.replace(prefix, '');
        names.add(name);
    }
    for (const suffix of SUFFIXES) {
        name = name.replace(suffix, '');
        names.add(name);
    }
    return names;
}
/** The prices that hold for a prompt of this size. */
function pricesAt(price, inputTokens) {
    const tier = price.tiers?.findLast(({ above }) => inputTokens > above);
    return tier ? { ...price, ...tier } : price;
}
/** `undefined` when input or output was not reported: half a bill is not a bill. */
function priceUsage(price, usage) {
    const { inputTokens, outputTokens } = usage;
    if (inputTokens === undefined || outputTokens === undefined)
        return undefined;
    const rates = pricesAt(price, inputTokens);
    const cacheRead = Math.min(usage.cacheReadTokens ?? 0, inputTokens);
    const cacheWrite = Math.min(usage.cacheWriteTokens ?? 0, inputTokens - cacheRead);
    const cacheWrite1h = Math.min(usage.cacheWrite1hTokens ?? 0, cacheWrite);
    const writeRate = rates.cacheWrite ?? rates.input;
    return costOf([
        [inputTokens - cacheRead - cacheWrite, rates.input],
        [cacheRead, rates.cacheRead ?? rates.input],
        [cacheWrite - cacheWrite1h, writeRate],
        [cacheWrite1h, rates.cacheWrite1h ?? writeRate],
        [outputTokens, rates.output],
    ]);
}
/** The dearest list price of any model, nano-USD per million; the few rows of the table above it are slips of scale. */
const DEAREST = { input: 150_000_000_000, output: 600_000_000_000 };
/** As dear as the dearest model of the table: what to reckon with where a model has no price. */
function dearestPrice({ models }) {
    const prices = Object.values(models).flatMap((price) => [price, ...(price.tiers ?? [])]);
    return {
        input: Math.min(DEAREST.input, Math.max(0, ...prices.map(({ input = 0 }) => input))),
        output: Math.min(DEAREST.output, Math.max(0, ...prices.map(({ output = 0 }) => output))),
    };
}
/**
 * The most this many tokens can cost, whatever part of the input turns out to be a cache write.
 * @param mayWriteLongCache false when no request for an hour's cache was made
 */
function priceAtMost(price, inputTokens, outputTokens, mayWriteLongCache = true) {
    const rates = pricesAt(price, inputTokens);
    const longWrite = mayWriteLongCache ? (rates.cacheWrite1h ?? 0) : 0;
    const dearestInput = Math.max(rates.input, rates.cacheWrite ?? 0, longWrite);
    return costOf([
        [inputTokens, dearestInput],
        [outputTokens, rates.output],
    ]);
}
function costOf(parts) {
    let total = 0n;
    for (const [tokens, rate] of parts)
        total += BigInt(Math.ceil(tokens)) * BigInt(rate);
    return Number((total + PER_MILLION - 1n) / PER_MILLION);
}
/**
 * What one whole answer cost: as the gateway told it, else by the price table; `undefined` where neither says.
 * @param reported nano-USD; what is no amount of money counts as not told
 * @param models the names it may be priced by, the best one first
 */
function costOfAnswer(reported, usage, prices, models) {
    if (reported !== undefined && Number.isSafeInteger(reported) && reported >= 0)
        return { nanoUsd: reported, source: 'gateway' };
    const names = models.filter((model) => model !== undefined);
    const price = prices && names.map((name) => findPrice(prices, name)).find((found) => found !== undefined);
    const nanoUsd = price && priceUsage(price, usage);
    return nanoUsd === undefined ? undefined : { nanoUsd, source: 'price-table' };
}


/***/ }),

/***/ 3066:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  y: () => (/* binding */ startMetering)
});

// EXTERNAL MODULE: ./lib/core/budget.js
var budget = __webpack_require__(9610);
// EXTERNAL MODULE: ./lib/core/price.js
var core_price = __webpack_require__(7718);
;// CONCATENATED MODULE: ./lib/meter/admission.js
/** A stop at one of the run's limits, in words for the agent and for a person. */
function stopAt(limit, state) {
    return {
        reason: `limit:${limit}`,
        message: `spendgate stopped this run at its limit \`${limit}\`: ${state}. Do not retry. A person can raise the limit in the workflow or the policy file.`,
    };
}

;// CONCATENATED MODULE: ./lib/meter/call-limits.js
/** Why this call may not leave, for the agent; `undefined` when it may. */
function refuseCall(facts, inputTokens, limits) {
    const { requestMaxInputTokens, requestMaxOutputTokens } = limits;
    if (facts.isDetached && limitsUsage(limits)) {
        return 'spendgate refused this call: a background response reports its usage to nobody, and this run has limits.';
    }
    if (requestMaxInputTokens !== undefined && inputTokens > requestMaxInputTokens) {
        return `spendgate refused this call: its input is about ${inputTokens} tokens, and \`request-max-input-tokens\` is ${requestMaxInputTokens}. Send less context.`;
    }
    if (requestMaxOutputTokens !== undefined && requestMaxOutputTokens < facts.outputFloor) {
        return `spendgate refused this call: it needs room for ${facts.outputFloor} output tokens (a thinking budget), and \`request-max-output-tokens\` is ${requestMaxOutputTokens}.`;
    }
    return undefined;
}
function limitsUsage({ maxCostNanoUsd, maxTokens, maxInputTokens, maxOutputTokens }) {
    return [maxCostNanoUsd, maxTokens, maxInputTokens, maxOutputTokens].some((limit) => limit !== undefined);
}

;// CONCATENATED MODULE: ./lib/meter/estimator.js
/**
 * How many input tokens a request will cost, before anybody has counted them: learned in this run from the calls that
 * settled, per dialect and model, because only the upstream knows its tokeniser and its hidden prompts.
 */
/** Two bytes a token is denser than any prose or code; it bounds what a longer request adds. */
const TOKENS_PER_ADDED_BYTE = 0.5;
/** Nothing real has been seen below one token for four bytes of JSON, so no estimate goes far below it. */
const LEAST_TOKENS_PER_BYTE = 0.2;
const MARGIN = 1.1;
/** A first guess also allows for what the upstream adds itself: tool prompts, templates. */
const FIRST_GUESS_OVERHEAD = 1000;
const MAX_SAMPLES = 256;
class InputEstimator {
    #samples = new Map();
    /** False until one call of this kind has settled with a reported input. */
    hasLearned(kind) {
        return this.#samples.has(kind);
    }
    /** An upper estimate: the nearest shorter call seen, plus what the added bytes can hold at most. */
    estimate(kind, bytes, hasServerContext = false) {
        const samples = this.#samples.get(kind);
        if (samples === undefined)
            return Math.ceil(bytes * TOKENS_PER_ADDED_BYTE + FIRST_GUESS_OVERHEAD);
        // A request that leans on what the server keeps says nothing of its size: the largest call seen stands in.
        const largest = hasServerContext ? Math.max(...samples.map(({ tokens }) => tokens)) : 0;
        const nearest = samples.findLast((sample) => sample.bytes <= bytes) ?? samples[0];
        const added = nearest === undefined ? bytes : Math.max(0, bytes - nearest.bytes);
        const learned = (nearest?.tokens ?? 0) * MARGIN + added * TOKENS_PER_ADDED_BYTE;
        return Math.ceil(Math.max(learned, largest * MARGIN + bytes * TOKENS_PER_ADDED_BYTE * Math.sign(largest), bytes * LEAST_TOKENS_PER_BYTE));
    }
    /** Samples are kept in order of size; of equal size the larger count stays. */
    learn(kind, bytes, tokens) {
        const samples = this.#samples.get(kind) ?? [];
        const same = samples.find((sample) => sample.bytes === bytes);
        const others = samples.filter((sample) => sample !== same);
        const kept = { bytes, tokens: Math.max(tokens, same?.tokens ?? 0) };
        const sorted = [...others, kept].sort((a, b) => a.bytes - b.bytes);
        this.#samples.set(kind, sorted.length > MAX_SAMPLES ? sorted.filter((_, index) => index % 2 === 0) : sorted);
    }
}

;// CONCATENATED MODULE: ./lib/meter/output-bound.js
/**
 * How long an answer can have been that nobody counted: cut, aborted, or without usage. What was streamed is no bound, since
 * reasoning may be hidden; time is. No call of this run was faster than the fastest one seen, times a margin.
 */
/** A provider's load changes from one moment to the next, and with it its speed. */
const output_bound_MARGIN = 3;
/** Before so many answers have been seen, the reservation stands. */
const LEAST_SAMPLES = 5;
/** An answer this short was mostly waiting, and says nothing of speed. */
const LEAST_TOKENS = 32;
class OutputBound {
    #seen = new Map();
    learn(kind, outputTokens, durationMs) {
        if (outputTokens < LEAST_TOKENS || durationMs <= 0)
            return;
        const seen = this.#seen.get(kind) ?? { samples: 0, tokensPerMs: 0 };
        seen.samples += 1;
        seen.tokensPerMs = Math.max(seen.tokensPerMs, outputTokens / durationMs);
        this.#seen.set(kind, seen);
    }
    /** Output tokens at most; never more than was reserved. */
    bound(kind, reserved, durationMs) {
        const seen = this.#seen.get(kind);
        if (seen === undefined || seen.samples < LEAST_SAMPLES)
            return reserved;
        return Math.min(reserved, Math.ceil(seen.tokensPerMs * output_bound_MARGIN * durationMs) + LEAST_TOKENS);
    }
}

// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
;// CONCATENATED MODULE: ./lib/meter/room.js


function roomFor({ inputTokens, price, mayWriteLongCache }, { maxTokens, maxInputTokens, maxOutputTokens, maxCostNanoUsd }, used) {
    const rooms = [];
    if (maxTokens !== undefined)
        rooms.push(['max-tokens', maxTokens - used.inputTokens - used.outputTokens - inputTokens]);
    if (maxOutputTokens !== undefined)
        rooms.push(['max-output-tokens', maxOutputTokens - used.outputTokens]);
    if (maxInputTokens !== undefined) {
        const fits = maxInputTokens - used.inputTokens >= inputTokens;
        rooms.push(['max-input-tokens', fits ? Number.POSITIVE_INFINITY : 0]);
    }
    if (maxCostNanoUsd !== undefined && price !== undefined) {
        const left = maxCostNanoUsd - used.costNanoUsd - (0,core_price/* priceAtMost */.SO)(price, inputTokens, 0, mayWriteLongCache);
        const perToken = (0,core_price/* pricesAt */.oI)(price, inputTokens).output / 1e6;
        const isFree = perToken === 0 && left >= 0;
        rooms.push(['max-cost', isFree ? Number.POSITIVE_INFINITY : left / (perToken || 1)]);
    }
    const least = rooms.reduce((a, b) => (a === undefined || b[1] < a[1] ? b : a), undefined);
    return { outputTokens: Math.max(0, least?.[1] ?? Number.POSITIVE_INFINITY), binding: least?.[0] };
}
/** Cost of a call that told none: exact where its input was told with its cache, else at the dearest rate it can have had. */
function costAtMost({ price, mayWriteLongCache }, usage, inputTokens, outputTokens) {
    if (price === undefined)
        return 0;
    const isTold = usage.inputTokens !== undefined && usage.cacheReadTokens !== undefined;
    const exact = isTold ? (0,core_price/* priceUsage */.zP)(price, { ...usage, outputTokens }) : undefined;
    return exact ?? (0,core_price/* priceAtMost */.SO)(price, inputTokens, outputTokens, mayWriteLongCache);
}
/** What is used of a limit, and what the next call would need; for the agent and for a person. */
function renderState(limit, limits, spent, inputTokens) {
    const { inputTokens: input, outputTokens: output, costNanoUsd } = spent;
    const next = `; the next call needs about ${inputTokens} input tokens and an answer`;
    const states = {
        'max-cost': `${(0,money/* renderUsd */.NX)(costNanoUsd)} of ${(0,money/* renderUsd */.NX)(limits.maxCostNanoUsd ?? 0)} are spent${next}`,
        'max-input-tokens': `${input} of ${limits.maxInputTokens} input tokens are used${next}`,
        'max-output-tokens': `${output} of ${limits.maxOutputTokens} output tokens are used`,
        'max-tokens': `${input + output} of ${limits.maxTokens} tokens are used${next}`,
    };
    return states[limit] ?? 'the limit is reached';
}

;// CONCATENATED MODULE: ./lib/meter/streaks.js

const MAX_REMEMBERED = 5000;
class Streaks {
    #limits;
    /** How often each request was sent, by its fingerprint. */
    #sent = new Map();
    #errors = 0;
    #misses = 0;
    #hasCache = false;
    constructor(limits) {
        this.#limits = limits;
    }
    noteSent(fingerprint) {
        const sent = (this.#sent.get(fingerprint) ?? 0) + 1;
        // The oldest is forgotten first: a loop is about what was sent lately.
        this.#sent.delete(fingerprint);
        this.#sent.set(fingerprint, sent);
        const [oldest] = this.#sent.keys();
        if (this.#sent.size > MAX_REMEMBERED && oldest !== undefined)
            this.#sent.delete(oldest);
    }
    noteFailure() {
        this.#errors += 1;
    }
    /** An answer whose usage does not tell of a cache says nothing of one. */
    noteAnswer({ cacheReadTokens }) {
        this.#errors = 0;
        if (cacheReadTokens === undefined)
            return;
        if (cacheReadTokens > 0)
            this.#hasCache = true;
        this.#misses = cacheReadTokens > 0 || !this.#hasCache ? 0 : this.#misses + 1;
    }
    /** Before the call with this fingerprint may leave. */
    check(fingerprint) {
        const sentBefore = this.#sent.get(fingerprint) ?? 0;
        const { maxConsecutiveErrors, maxIdenticalRequests, maxCacheMisses } = this.#limits;
        if (maxConsecutiveErrors !== undefined && this.#errors >= maxConsecutiveErrors)
            return stopAt('max-consecutive-errors', `${this.#errors} calls in a row have failed`);
        if (maxIdenticalRequests !== undefined && sentBefore >= maxIdenticalRequests)
            return stopAt('max-identical-requests', `the very same request was sent ${sentBefore} times`);
        if (maxCacheMisses !== undefined && this.#misses >= maxCacheMisses)
            return stopAt('max-cache-misses', `${this.#misses} calls in a row read nothing from the cache`);
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/meter/guard.js







/** Where neither the client nor the price table says how long an answer may get; then it is set on the request. */
const ASSUMED_MAX_OUTPUT = 16_384;
/** Rather than being cut below this, a call waits for the reservations of others. */
const COMFORTABLE_OUTPUT = 8192;
/** An answer shorter than this is of no use to an agent. */
const LEAST_USEFUL_OUTPUT = 256;
const CLIENT_GONE = 'The client went away.';
const MAX_WAIT_MS = 5 * 60_000;
class Guard {
    #options;
    #estimator = new InputEstimator();
    #outputBound = new OutputBound();
    #held = new Set();
    #spent = { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, requests: 0, retries: 0 };
    #unpriced = new Set();
    #streaks;
    #waiters = [];
    #stop;
    #observed;
    constructor(options) {
        this.#options = options;
        this.#streaks = new Streaks(options.limits);
    }
    /** Why no call may leave any more; `undefined` while calls may. */
    get stop() {
        return this.#stop;
    }
    /** What would have stopped the run, had it not been observed only. */
    get observed() {
        return this.#observed;
    }
    /** Models whose calls passed uncounted, because no price is known and `on-unpriced` is `warn`. */
    get unpricedModels() {
        return [...this.#unpriced];
    }
    /** Ends the run for good: the first reason stays. Those who wait are refused. */
    stopWith(reason, message) {
        this.#latch({ reason, message });
        this.#wake();
    }
    /** Resolves when the call may leave, or never may. A client that goes away takes its waiting call out of the queue. */
    admit(ask, client) {
        if (client.isGone)
            return Promise.resolve({ kind: 'refused', reason: CLIENT_GONE });
        const decision = this.#decide(ask);
        if (decision.kind !== 'wait')
            return Promise.resolve(decision);
        return new Promise((resolve) => {
            const giveUp = (why) => () => {
                this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
                clearTimeout(waiter.timer);
                resolve({ kind: 'refused', reason: why });
            };
            const late = giveUp(`This call waited ${MAX_WAIT_MS / 60_000} minutes for calls in flight to settle.`);
            const waiter = { ask, resolve, timer: setTimeout(late, MAX_WAIT_MS).unref() };
            this.#waiters.push(waiter);
            client.whenGone(giveUp(CLIENT_GONE));
        });
    }
    /** Counts a call whose usage the meter cannot read; the stop that forbids it, or `undefined`. */
    admitUnmetered() {
        const reached = this.#checkRequests();
        if (this.#options.observe)
            this.#observed ??= reached;
        const stop = this.#options.observe ? undefined : (this.#stop ?? (reached && this.#latch(reached)));
        if (stop === undefined)
            this.#spent.requests += 1;
        return stop;
    }
    /** Gives back what a call held that never left. */
    release(ticket) {
        if (this.#held.delete(ticket))
            this.#wake();
    }
    /**
     * Replaces a reservation by what really happened.
     * @param durationMs from sending the call to the end of its answer
     */
    settle(ticket, settlement, durationMs) {
        if (!this.#held.delete(ticket))
            return;
        if (settlement.kind === 'known')
            this.#streaks.noteAnswer(settlement.usage);
        else if (settlement.kind === 'none' || !settlement.isAnswered)
            this.#streaks.noteFailure();
        if (settlement.kind !== 'none')
            this.#spend(ticket, settlement, durationMs);
        this.#wake();
    }
    #spend(ticket, settlement, durationMs) {
        const { usage } = settlement;
        const { inputTokens, outputTokens } = usage;
        if (inputTokens !== undefined)
            this.#estimator.learn(ticket.kind, ticket.bodyBytes, inputTokens);
        const told = settlement.kind === 'known' ? outputTokens : undefined;
        if (told !== undefined)
            this.#outputBound.learn(ticket.kind, told, durationMs);
        // What was not reported is reckoned at what can have been made in that time, and never above what was reserved.
        const input = inputTokens ?? ticket.inputTokens;
        const output = told ?? this.#outputBound.bound(ticket.kind, ticket.outputTokens, durationMs);
        const reported = settlement.kind === 'known' ? settlement.costNanoUsd : undefined;
        const isCounted = reported !== undefined || ticket.price !== undefined;
        if (!isCounted && this.#options.limits.maxCostNanoUsd !== undefined)
            this.#unpriced.add(ticket.model);
        this.#spent.inputTokens += input;
        this.#spent.outputTokens += output;
        this.#spent.costNanoUsd += reported ?? costAtMost(ticket, usage, input, output);
    }
    #wake() {
        for (const waiter of [...this.#waiters]) {
            const decision = this.#decide(waiter.ask);
            if (decision.kind === 'wait')
                continue;
            this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
            clearTimeout(waiter.timer);
            waiter.resolve(decision);
        }
    }
    #decide(ask) {
        const kind = `${ask.dialect} ${ask.facts.model ?? ''}`;
        const draft = {
            kind,
            mayWriteLongCache: ask.mayWriteLongCache,
            model: ask.facts.model ?? 'unnamed',
            bodyBytes: ask.bodyBytes,
            inputTokens: this.#estimator.estimate(kind, ask.bodyBytes, ask.facts.hasServerContext),
            price: this.#priceOf(ask),
        };
        if (this.#options.observe)
            return this.#observe(ask, draft);
        const blocked = this.#stop ?? this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price);
        if (blocked)
            return this.#refuse(blocked);
        const reason = refuseCall(ask.facts, draft.inputTokens, this.#options.limits);
        return reason === undefined ? this.#fit(ask, draft) : { kind: 'refused', reason };
    }
    /** Grants everything, and remembers what would have stopped the run first. */
    #observe(ask, draft) {
        const room = roomFor(draft, this.#options.limits, this.#used());
        const isFull = room.binding !== undefined && room.outputTokens <= 0;
        this.#observed ??=
            this.#checkCounts(ask) ??
                (isFull && room.binding ? this.#exceeded(room.binding, draft.inputTokens) : undefined);
        return this.#grant(ask, { ...draft, outputTokens: 0, costNanoUsd: 0 }, undefined);
    }
    #refuse(stop) {
        return { kind: 'refused', reason: this.#latch(stop).message };
    }
    #latch(stop) {
        if (this.#stop)
            return this.#stop;
        this.#stop = stop;
        this.#options.onStop?.(stop);
        return stop;
    }
    #grant(ask, ticket, ceiling) {
        this.#held.add(ticket);
        this.#spent.requests += 1;
        this.#streaks.noteSent(ask.fingerprint);
        if (ask.isRetry)
            this.#spent.retries += 1;
        return { kind: 'admitted', ticket, ceiling };
    }
    #checkRequests() {
        const { maxRequests } = this.#options.limits;
        const isOver = maxRequests !== undefined && this.#spent.requests >= maxRequests;
        return isOver
            ? stopAt('max-requests', `${this.#spent.requests} of ${maxRequests} calls are made`)
            : undefined;
    }
    #checkCounts({ isRetry, fingerprint }) {
        const { maxRetries } = this.#options.limits;
        const reached = this.#checkRequests() ?? this.#streaks.check(fingerprint);
        if (reached)
            return reached;
        if (isRetry && maxRetries !== undefined && this.#spent.retries >= maxRetries) {
            return stopAt('max-retries', `${this.#spent.retries} of ${maxRetries} retries are made`);
        }
        return undefined;
    }
    #priceOf({ facts }) {
        const { prices } = this.#options;
        return prices && facts.model !== undefined ? (0,core_price/* findPrice */.vk)(prices, facts.model) : undefined;
    }
    #checkPrice({ facts }, price) {
        const { maxCostNanoUsd } = this.#options.limits;
        if (maxCostNanoUsd === undefined || price !== undefined)
            return undefined;
        // A gateway may report a cost where the table has no price.
        if (this.#spent.costNanoUsd >= maxCostNanoUsd)
            return this.#exceeded('max-cost', 0);
        const model = facts.model ?? 'unnamed';
        if (this.#options.onUnpriced === 'block')
            return stopAt('on-unpriced', `no price is known for the model ${model}`);
        return undefined;
    }
    /** Finds room under every limit, lowering the output ceiling where that helps. */
    #fit(ask, draft) {
        const room = roomFor(draft, this.#options.limits, this.#used());
        const { facts } = ask;
        const limited = lesser(facts.outputCeiling, this.#options.limits.requestMaxOutputTokens);
        const natural = limited ?? draft.price?.maxOutput ?? ASSUMED_MAX_OUTPUT;
        const isAssumed = limited === undefined && draft.price?.maxOutput === undefined && room.binding !== undefined;
        const affordable = Math.floor(room.outputTokens / facts.choices);
        const mayWait = this.#held.size > 0;
        if (mayWait && room.binding !== undefined && (facts.hasServerContext || this.#mustLearnFirst(draft.kind)))
            return { kind: 'wait' };
        if (mayWait && affordable < Math.min(natural, COMFORTABLE_OUTPUT))
            return { kind: 'wait' };
        if (affordable < Math.max(Math.min(natural, LEAST_USEFUL_OUTPUT), facts.outputFloor)) {
            return this.#refuse(this.#exceeded(room.binding ?? 'max-tokens', draft.inputTokens));
        }
        const ceiling = Math.min(natural, affordable);
        const isNeeded = ceiling !== facts.outputCeiling && (limited !== undefined || isAssumed || affordable < natural);
        const outputTokens = ceiling * facts.choices;
        const costNanoUsd = draft.price
            ? (0,core_price/* priceAtMost */.SO)(draft.price, draft.inputTokens, outputTokens, draft.mayWriteLongCache)
            : 0;
        return this.#grant(ask, { ...draft, outputTokens, costNanoUsd }, isNeeded ? ceiling : undefined);
    }
    /** The first call of a kind goes alone: only its answer tells how many tokens its bytes are. */
    #mustLearnFirst(kind) {
        return !this.#estimator.hasLearned(kind) && [...this.#held].some((ticket) => ticket.kind === kind);
    }
    /** Spent and reserved together. */
    #used() {
        const used = { ...this.#spent };
        for (const ticket of this.#held) {
            used.inputTokens += ticket.inputTokens;
            used.outputTokens += ticket.outputTokens;
            used.costNanoUsd += ticket.costNanoUsd;
        }
        return used;
    }
    #exceeded(limit, inputTokens) {
        return stopAt(limit, renderState(limit, this.#options.limits, this.#spent, inputTokens));
    }
}
function lesser(a, b) {
    if (a === undefined || b === undefined)
        return a ?? b;
    return Math.min(a, b);
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/core/usage.js
var usage = __webpack_require__(6940);
// EXTERNAL MODULE: ./lib/wire/headers.js
var wire_headers = __webpack_require__(6483);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./lib/wire/decode.js
/** Content codings: undone on a copy, so that the bytes that travel on stay as they came. */

const DECODERS = {
    gzip: () => external_node_zlib_.createGunzip({ flush: external_node_zlib_.constants.Z_SYNC_FLUSH }),
    'x-gzip': () => external_node_zlib_.createGunzip({ flush: external_node_zlib_.constants.Z_SYNC_FLUSH }),
    deflate: () => external_node_zlib_.createInflate({ flush: external_node_zlib_.constants.Z_SYNC_FLUSH }),
    br: () => external_node_zlib_.createBrotliDecompress({ flush: external_node_zlib_.constants.BROTLI_OPERATION_FLUSH }),
    zstd: () => external_node_zlib_.createZstdDecompress(),
};
/** `identity`: nothing to undo. `unknown`: a coding this version cannot undo. */
function createDecoder(contentEncoding) {
    const coding = (contentEncoding ?? '').trim().toLowerCase();
    if (coding === '' || coding === 'identity')
        return 'identity';
    const create = DECODERS[coding];
    return create ? create() : 'unknown';
}
/**
 * A whole body, decoded.
 * @throws when the coding is not known, the bytes are damaged, or more than `maxBytes` come out.
 */
async function decodeBody(bytes, contentEncoding, maxBytes) {
    const decoder = createDecoder(contentEncoding);
    if (decoder === 'identity')
        return bytes;
    if (decoder === 'unknown')
        throw new TypeError(`content-encoding ${contentEncoding} is not known`);
    decoder.end(bytes);
    const parts = [];
    let size = 0;
    for await (const part of decoder) {
        size += part.length;
        if (size > maxBytes)
            throw new RangeError(`more than ${maxBytes} bytes after decoding`);
        parts.push(part);
    }
    return Buffer.concat(parts);
}

// EXTERNAL MODULE: ./lib/wire/json-answer.js
var json_answer = __webpack_require__(4978);
;// CONCATENATED MODULE: ./lib/wire/json-body.js
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const DECODER = new TextDecoder('utf-8', { fatal: true });
class JsonBody {
    #bytes;
    #root;
    /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
    constructor(bytes) {
        this.#bytes = bytes;
        this.#root = scanObject(bytes, skipBlank(bytes, 0));
        if (skipBlank(bytes, this.#root.close + 1) !== bytes.length)
            throw new SyntaxError('something follows the JSON object');
    }
    get bytes() {
        return this.#bytes;
    }
    get(...path) {
        const member = this.#find(path);
        return member && parseSlice(this.#bytes, member);
    }
    set(path, value) {
        let object = this.#root;
        for (const [index, key] of path.entries()) {
            const member = object.members.get(fold(key));
            const rest = path.slice(index + 1);
            const isObject = member !== undefined && this.#bytes[member.start] === OPEN_BRACE;
            if (rest.length === 0 || !isObject) {
                this.#splice(object, key, member, rest.reduceRight((inner, name) => ({ [name]: inner }), value));
                return;
            }
            object = scanObject(this.#bytes, member.start);
        }
    }
    #find(path) {
        let object = this.#root;
        for (const [index, key] of path.entries()) {
            const member = object.members.get(fold(key));
            if (!member || index === path.length - 1)
                return member;
            if (this.#bytes[member.start] !== OPEN_BRACE)
                return undefined;
            object = scanObject(this.#bytes, member.start);
        }
        return undefined;
    }
    #splice(object, key, member, value) {
        const text = JSON.stringify(value);
        const from = member ? member.start : object.open + 1;
        const until = member ? member.end : from;
        const comma = object.members.size > 0 ? ',' : '';
        const insert = member ? text : `${JSON.stringify(key)}:${text}${comma}`;
        this.#bytes = Buffer.concat([
            this.#bytes.subarray(0, from),
            Buffer.from(insert),
            this.#bytes.subarray(until),
        ]);
        this.#root = scanObject(this.#bytes, skipBlank(this.#bytes, 0));
    }
}
/** As Go's decoder folds keys, which also takes the long s for an s. */
function fold(key) {
    return key.toLowerCase().replaceAll('ſ', 's');
}
/** @throws {SyntaxError} also for bytes that are not UTF-8. */
function parseSlice(bytes, { start, end }) {
    return JSON.parse(decode(bytes.subarray(start, end)));
}
function decode(bytes) {
    try {
        return DECODER.decode(bytes);
    }
    catch {
        throw new SyntaxError('the body is not UTF-8');
    }
}
function scanObject(bytes, open) {
    if (bytes[open] !== OPEN_BRACE)
        throw new SyntaxError('the body is not a JSON object');
    const members = new Map();
    let at = skipBlank(bytes, open + 1);
    if (bytes[at] === CLOSE_BRACE)
        return { open, close: at, members };
    for (;;) {
        const keyEnd = stringEnd(bytes, at);
        const key = String(parseSlice(bytes, { start: at, end: keyEnd }));
        at = skipBlank(bytes, keyEnd);
        if (bytes[at] !== COLON)
            throw new SyntaxError(`no colon after a key at byte ${at}`);
        const start = skipBlank(bytes, at + 1);
        const end = valueEnd(bytes, start);
        const folded = fold(key);
        if (members.has(folded))
            throw new SyntaxError(`the key ${JSON.stringify(key)} stands twice`);
        members.set(folded, { key, start, end });
        at = skipBlank(bytes, end);
        if (bytes[at] === CLOSE_BRACE)
            return { open, close: at, members };
        if (bytes[at] !== COMMA)
            throw new SyntaxError(`neither comma nor closing brace at byte ${at}`);
        at = skipBlank(bytes, at + 1);
    }
}
/** Offset just behind the value that starts at `start`. */
function valueEnd(bytes, start) {
    const first = bytes[start];
    if (first === QUOTE)
        return stringEnd(bytes, start);
    if (first === OPEN_BRACE || first === OPEN_BRACKET)
        return containerEnd(bytes, start);
    let at = start;
    while (at < bytes.length && !isDelimiter(bytes[at]))
        at += 1;
    if (at === start)
        throw new SyntaxError(`no value at byte ${start}`);
    return at;
}
/** Strings are jumped over by searching for the next quote, which is fast on long prompts. */
function stringEnd(bytes, start) {
    if (bytes[start] !== QUOTE)
        throw new SyntaxError(`no string at byte ${start}`);
    let quote = bytes.indexOf(QUOTE, start + 1);
    while (quote !== -1 && isEscaped(bytes, quote))
        quote = bytes.indexOf(QUOTE, quote + 1);
    if (quote === -1)
        throw new SyntaxError(`a string that starts at byte ${start} has no end`);
    return quote + 1;
}
function isEscaped(bytes, quote) {
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH)
        backslashes += 1;
    return backslashes % 2 === 1;
}
function containerEnd(bytes, start) {
    let depth = 0;
    let at = start;
    while (at < bytes.length) {
        const byte = bytes[at];
        if (byte === QUOTE) {
            at = stringEnd(bytes, at);
            continue;
        }
        if (byte === OPEN_BRACE || byte === OPEN_BRACKET)
            depth += 1;
        if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET)
            depth -= 1;
        at += 1;
        if (depth === 0)
            return at;
    }
    throw new SyntaxError(`what starts at byte ${start} has no end`);
}
function isDelimiter(byte) {
    return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}
function isBlank(byte) {
    return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
function skipBlank(bytes, from) {
    let at = from;
    while (at < bytes.length && isBlank(bytes[at]))
        at += 1;
    return at;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/meter/credentials.js
/**
 * The run token is all that an agent ever holds. Wherever it stands in a request (each API has a header of its own), the
 * real key takes its place on the way out.
 */

const KEY_HEADERS = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']);
const BEARER = /^bearer\s+/i;
/** True when the request may use the meter: it presents the token, or none is asked for. */
function isAuthorised({ token }, headers, query) {
    if (token === undefined)
        return true;
    const presented = [...headerValues(headers), new URLSearchParams(query).get('key') ?? ''];
    return presented.some((value) => equals(value.replace(BEARER, ''), token));
}
/** Headers with the token replaced by the key; other credentials the client sent are dropped. */
function swapHeaders({ token, key }, headers) {
    if (token === undefined || key === undefined)
        return [...headers];
    const swapped = [];
    for (let index = 0; index + 1 < headers.length; index += 2) {
        const [name = '', value = ''] = headers.slice(index, index + 2);
        if (!KEY_HEADERS.has(name.toLowerCase()))
            swapped.push(name, value);
        else if (equals(value.replace(BEARER, ''), token))
            swapped.push(name, BEARER.test(value) ? `Bearer ${key}` : key);
    }
    return swapped;
}
/** An API that takes its key as `?key=` takes it in a header as well, where no redirect or error message repeats it. */
function swapQuery({ token, key }, query) {
    const parameters = new URLSearchParams(query);
    if (token === undefined || key === undefined || parameters.get('key') !== token)
        return { query, headers: [] };
    const kept = query
        .slice(1)
        .split('&')
        .filter((part) => !part.startsWith('key='));
    return { query: kept.length > 0 ? `?${kept.join('&')}` : '', headers: ['x-goog-api-key', key] };
}
/** Text without the key, wherever an upstream may have repeated it. */
function redact({ key }, text) {
    return key === undefined ? text : text.replaceAll(key, '***').replaceAll(encodeURIComponent(key), '***');
}
function headerValues(headers) {
    return headers.filter((_, index) => index % 2 === 1 && KEY_HEADERS.has((headers[index - 1] ?? '').toLowerCase()));
}
function equals(a, b) {
    const [left, right] = [Buffer.from(a), Buffer.from(b)];
    return left.length === right.length && (0,external_node_crypto_.timingSafeEqual)(left, right);
}

;// CONCATENATED MODULE: ./lib/meter/local-answer.js
function sendLocal(response, { status, headers, body }) {
    if (response.destroyed)
        return;
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body);
}

;// CONCATENATED MODULE: ./lib/meter/outcome.js

const UNSENT = new Set([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
]);
const NOT_REPORTED = {
    usage: usage/* NO_USAGE */.yJ,
    costNanoUsd: undefined,
    costSource: 'unknown',
    model: undefined,
};
/** The meter's own refusal: nothing left, nothing is billed. */
function refusedEntry(status) {
    return { ...NOT_REPORTED, status, outcome: 'refused', final: true };
}
/**
 * @param priceOf cost of a whole answer; never asked for a part of one, since part of a bill is not a bill
 */
function judgeOutcome(end, heard, priceOf) {
    const { head } = end;
    if (head === undefined && !isUnsent(end.error)) {
        // It may have been sent, and no answer began: billed or not, nobody will say.
        const outcome = end.kind === 'gone' ? 'aborted' : 'cut';
        return {
            entry: { ...NOT_REPORTED, status: undefined, outcome, final: false },
            settlement: { kind: 'unknown', usage: usage/* NO_USAGE */.yJ, isAnswered: false },
        };
    }
    if (head === undefined || head.status >= 400) {
        return {
            entry: { ...NOT_REPORTED, status: head?.status, outcome: 'failed', final: head !== undefined },
            settlement: { kind: 'none' },
        };
    }
    return judgeAnswer(end, head, heard, priceOf);
}
function judgeAnswer(end, head, heard, priceOf) {
    const snapshot = heard?.snapshot ?? { model: undefined, final: false, usage: usage/* NO_USAGE */.yJ, raw: undefined };
    const { inputTokens, outputTokens } = snapshot.usage;
    // No call costs nothing at all: two zeros are a server that does not count.
    const isCounted = inputTokens !== 0 || outputTokens !== 0;
    const isWhole = end.kind === 'complete' && snapshot.final && isCounted;
    const partial = isCounted ? { ...snapshot.usage, outputTokens: undefined } : usage/* NO_USAGE */.yJ;
    const cost = isWhole ? priceOf(head, snapshot) : undefined;
    const entry = {
        status: head.status,
        outcome: outcomeOf(end, heard),
        // The output count of a cut stream is what was reported until then, not what was made.
        usage: isWhole ? snapshot.usage : partial,
        final: isWhole,
        costNanoUsd: cost?.nanoUsd,
        costSource: cost?.source ?? 'unknown',
        model: snapshot.model,
    };
    const settlement = isWhole
        ? { kind: 'known', usage: snapshot.usage, costNanoUsd: cost?.nanoUsd }
        : { kind: 'unknown', usage: partial, isAnswered: entry.outcome === 'ok' };
    return { entry, settlement };
}
function outcomeOf(end, heard) {
    if (end.kind === 'gone')
        return 'aborted';
    return end.kind === 'broken' || heard?.error !== undefined ? 'cut' : 'ok';
}
/** True for errors that happen before a request can leave. */
function isUnsent(error) {
    return error !== undefined && 'code' in error && UNSENT.has(String(error.code));
}

;// CONCATENATED MODULE: ./lib/meter/relay.js

const MAX_COLLECTED_BYTES = 1024 * 1024;
const NO_LENGTH = new Set(['content-length']);
function relay(request, response, hooks) {
    return new Promise((resolve) => {
        const handler = new RelayHandler(response, hooks, resolve);
        const { dispatcher, ...options } = request;
        dispatcher.dispatch({ ...options, method: options.method }, handler);
    });
}
class RelayHandler {
    #response;
    #hooks;
    #resolve;
    #onClose = () => this.#clientClosed();
    #abort;
    #head;
    #collects = false;
    #hasData = false;
    #collected = [];
    #collectedBytes = 0;
    #isSettled = false;
    constructor(response, hooks, resolve) {
        this.#response = response;
        this.#hooks = hooks;
        this.#resolve = resolve;
        response.once('close', this.#onClose);
    }
    onConnect(abort) {
        this.#abort = abort;
        if (this.#isSettled)
            abort(new Error('the client went away'));
        else if (this.#response.destroyed)
            this.#clientClosed();
    }
    onHeaders(status, rawHeaders, resume) {
        if (status < 200)
            return true;
        const raw = rawHeaders.map((part) => part.toString('latin1'));
        this.#head = { status, headers: (0,wire_headers/* headerRecord */.jP)(raw), rawHeaders: raw };
        const decision = this.#hooks.onHead(this.#head);
        this.#collects = decision === 'collect';
        if (this.#collects)
            return true;
        const headers = (0,wire_headers/* endToEndHeaders */.cu)(raw, decision === 'relay' ? undefined : NO_LENGTH).map(this.#hooks.redact);
        this.#response.writeHead(status, headers);
        // A short answer follows at once, and goes out with its head in one piece.
        if (this.#head.headers['content-length'] === undefined)
            this.#response.flushHeaders();
        else
            setImmediate(() => this.#hasData || this.#response.flushHeaders());
        this.#response.on('drain', resume);
        return true;
    }
    onData(chunk) {
        this.#hasData = true;
        if (this.#collects) {
            this.#collectedBytes += chunk.length;
            if (this.#collectedBytes <= MAX_COLLECTED_BYTES)
                this.#collected.push(chunk);
            return true;
        }
        const passed = this.#hooks.onData(chunk);
        return passed.length === 0 || this.#response.write(passed);
    }
    onComplete() {
        this.#settle('complete', undefined);
    }
    onError(error) {
        this.#settle('broken', error);
    }
    onUpgrade() {
        // Upgrades are answered by the meter itself and never reach an upstream.
    }
    #clientClosed() {
        if (this.#isSettled || this.#response.writableFinished)
            return;
        this.#settle('gone', undefined);
        this.#abort?.(new Error('the client went away'));
    }
    /** Whichever side ends first decides, once. */
    #settle(kind, error) {
        if (this.#isSettled)
            return;
        this.#isSettled = true;
        this.#response.off('close', this.#onClose);
        this.#resolve({ kind, head: this.#head, error, collected: Buffer.concat(this.#collected) });
    }
}

;// CONCATENATED MODULE: ./lib/meter/retries.js
/** Recognises a call that repeats a failed one: the client says so, or the body is one that failed before. */

const retries_MAX_REMEMBERED = 1000;
class RetryDetector {
    #failed = new Set();
    isRetry(headers, fingerprint) {
        return Number(headers['x-stainless-retry-count'] ?? 0) > 0 || this.#failed.has(fingerprint);
    }
    noteFailure(fingerprint) {
        if (this.#failed.size < retries_MAX_REMEMBERED)
            this.#failed.add(fingerprint);
    }
}
/** Only this is kept of a request, in memory: no prompt is. */
function fingerprintOf(body) {
    return (0,external_node_crypto_.hash)('sha256', body, 'base64');
}

// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: ./lib/wire/sse.js
var sse = __webpack_require__(2696);
;// CONCATENATED MODULE: ./lib/wire/sse-skimmer.js
/**
 * The first and the last events of a stream, and all of them where an error is about: usage stands at the ends, and what lies
 * between is text that nobody has to read. Works on chunks as they come, and only lets go of whole events.
 */

const LF = 0x0a;
const sse_skimmer_QUOTE = 0x22;
const ERROR_MARK = Buffer.from('"error');
const BLANK_LINE = Buffer.from('\n\n');
/** Events at the beginning that are read as they come. */
const HEAD_EVENTS = 8;
/** Chunks that end with an event and are kept, so that as many of the last events are there in the end. */
const TAIL_CHUNKS = 32;
/** Where chunks do not end with events, so much is kept before the older part is let go of. */
const MAX_KEPT_BYTES = 1024 * 1024;
const TAIL_BYTES = 64 * 1024;
class SseSkimmer {
    #parser = new sse/* SseParser */.N();
    #headEvents = 0;
    #isSkimming = false;
    #readsAll = false;
    /** Begins with an event, always. */
    #kept = [];
    #keptBytes = 0;
    /** How many of the kept chunks end with an event, and how many chunks stand before the end of the first of them. */
    #ends = [];
    /** Payloads that are known to matter already. */
    push(chunk) {
        if (chunk.length === 0)
            return [];
        if (!this.#isSkimming)
            return this.#read(chunk);
        const isError = chunk.includes(ERROR_MARK) || this.#isErrorAcross(chunk);
        this.#kept.push(chunk);
        this.#keptBytes += chunk.length;
        if (isError)
            return this.#readAll();
        if (endsEvent(chunk))
            this.#letGo();
        else if (this.#keptBytes > MAX_KEPT_BYTES)
            return this.#cut();
        return [];
    }
    /** The rest: the last events, also one that never ended. */
    end() {
        const payloads = this.#readKept();
        const last = this.#parser.end()?.data;
        return last ? [...payloads, last] : payloads;
    }
    /** The mark may stand half in the chunk before. */
    #isErrorAcross(chunk) {
        const before = this.#kept.at(-1);
        const seam = ERROR_MARK.length - 1;
        if (before === undefined || !before.includes(sse_skimmer_QUOTE, Math.max(0, before.length - seam)))
            return false;
        return Buffer.concat([before.subarray(-seam), chunk.subarray(0, seam)]).includes(ERROR_MARK);
    }
    #readAll() {
        this.#readsAll = true;
        return this.#readKept();
    }
    #read(chunk) {
        const payloads = this.#payloads(chunk);
        this.#headEvents += payloads.length;
        this.#isSkimming = !this.#readsAll && this.#headEvents >= HEAD_EVENTS && endsEvent(chunk);
        return payloads;
    }
    #readKept() {
        const kept = this.#kept;
        this.#kept = [];
        this.#keptBytes = 0;
        this.#ends = [];
        this.#isSkimming = false;
        return kept.flatMap((chunk) => this.#payloads(chunk));
    }
    #payloads(chunk) {
        const payloads = [];
        for (const { data } of this.#parser.push(chunk))
            if (data)
                payloads.push(data);
        return payloads;
    }
    #letGo() {
        this.#ends.push(this.#kept.length);
        if (this.#ends.length <= TAIL_CHUNKS)
            return;
        const first = this.#ends.shift() ?? 0;
        for (const chunk of this.#kept.splice(0, first))
            this.#keptBytes -= chunk.length;
        this.#ends = this.#ends.map((end) => end - first);
    }
    /** One huge event, or other line ends than before, are for the parser. */
    #cut() {
        const whole = Buffer.concat(this.#kept);
        const end = whole.lastIndexOf(BLANK_LINE, whole.length - TAIL_BYTES);
        if (end === -1)
            return this.#readAll();
        const rest = whole.subarray(end + BLANK_LINE.length);
        this.#kept = [rest];
        this.#keptBytes = rest.length;
        this.#ends = [];
        return [];
    }
}
function endsEvent(chunk) {
    return chunk[chunk.length - 1] === LF && chunk[chunk.length - 2] === LF;
}

;// CONCATENATED MODULE: ./lib/meter/tap.js





const NOTHING = Buffer.alloc(0);
const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** Only payloads that hold one of these can matter; text that quotes them costs a parse, nothing else. */
const MARKS = ['"usage', '"error', '"finishReason', '"blockReason'].map((mark) => Buffer.from(mark));
class ResponseTap {
    #reader;
    #dialect;
    #isStream;
    #decoder;
    #filter;
    /** For streams whose every event has to be looked at, because one may have to be kept back. */
    #parser = new sse/* SseParser */.N({ keepRaw: true });
    #skimmer = new SseSkimmer();
    #json = [];
    #jsonBytes = 0;
    #bytes = 0;
    #error;
    #trouble;
    constructor({ dialect, headers, hidesRequestedUsage }) {
        this.#dialect = dialect;
        this.#reader = dialect.createUsageReader();
        this.#isStream = (headers['content-type'] ?? '').includes('text/event-stream');
        const decoder = createDecoder(headers['content-encoding']);
        this.#decoder = typeof decoder === 'string' ? undefined : decoder;
        if (decoder === 'unknown')
            this.#trouble = `content-encoding ${headers['content-encoding']} is not known`;
        this.#filter = hidesRequestedUsage && this.#isStream && decoder === 'identity';
        this.#decoder?.on('data', (chunk) => this.#listen(chunk));
        this.#decoder?.on('error', (error) => {
            this.#trouble ??= (0,errors/* describeError */.Uc)(error);
        });
    }
    /** True when the client may get other bytes than the upstream sent, so that no length can be promised. */
    get changesBytes() {
        return this.#filter;
    }
    /** What the client gets for these bytes. */
    push(chunk) {
        this.#bytes += chunk.length;
        if (this.#filter)
            return this.#passEvents(chunk);
        if (this.#decoder)
            this.#decode(this.#decoder, chunk);
        else if (this.#trouble === undefined)
            this.#listen(chunk);
        return chunk;
    }
    /** What the client still gets when the upstream has ended. */
    end() {
        const last = this.#filter ? this.#parser.end() : undefined;
        if (last?.data)
            this.#take(last.data);
        return last?.raw ?? NOTHING;
    }
    /** Usage as far as it was reported; valid for a stream that was cut as well. */
    async result() {
        await this.#drainDecoder();
        if (!this.#filter && this.#isStream)
            for (const data of this.#skimmer.end())
                this.#take(data);
        if (!this.#isStream && this.#json.length > 0)
            this.#take(Buffer.concat(this.#json));
        this.#json = [];
        return {
            snapshot: this.#reader.snapshot(),
            error: this.#error,
            trouble: this.#trouble,
            bytes: this.#bytes,
        };
    }
    /** A decoder that failed, or that was given up, takes no more. */
    #decode(decoder, chunk) {
        if (!decoder.destroyed)
            decoder.write(chunk);
    }
    #passEvents(chunk) {
        const passed = [];
        for (const { data, raw } of this.#parser.push(chunk)) {
            const payload = data && this.#take(data);
            if (payload === undefined || !this.#dialect.isRequestedUsage(payload))
                passed.push(raw);
        }
        return Buffer.concat(passed);
    }
    #listen(chunk) {
        if (this.#isStream) {
            for (const data of this.#skimmer.push(chunk))
                this.#take(data);
            return;
        }
        this.#jsonBytes += chunk.length;
        if (this.#jsonBytes <= MAX_JSON_BYTES)
            this.#json.push(chunk);
        else {
            this.#json = [];
            this.#trouble ??= `the answer is larger than ${MAX_JSON_BYTES} bytes`;
            // A little that unpacks to very much must not keep the meter busy.
            this.#decoder?.destroy();
        }
    }
    /** Reads one payload; what cannot be read is noted, and never disturbs the call. */
    #take(data) {
        if (!MARKS.some((mark) => data.includes(mark)))
            return undefined;
        try {
            const payload = JSON.parse(data.toString('utf8'));
            this.#noteError(payload);
            this.#reader.push(payload);
            return payload;
        }
        catch (error) {
            // Not the parser's words: they quote what they stumbled over.
            this.#trouble ??=
                error instanceof errors/* WireFormatError */.zy ? error.message : 'a payload with usage is not valid JSON';
            return undefined;
        }
    }
    #noteError(payload) {
        if (typeof payload !== 'object' || payload === null || this.#error !== undefined)
            return;
        const response = 'response' in payload ? payload.response : undefined;
        const holder = typeof response === 'object' && response !== null ? response : payload;
        if ('error' in holder && holder.error)
            this.#error = { error: holder.error };
    }
    async #drainDecoder() {
        if (!this.#decoder || this.#decoder.destroyed)
            return;
        this.#decoder.end();
        try {
            await (0,promises_.finished)(this.#decoder);
        }
        catch (error) {
            // A stream that was cut ends inside its compression; what came out before counts.
            this.#trouble ??= (0,errors/* describeError */.Uc)(error);
        }
    }
}

;// CONCATENATED MODULE: ./lib/meter/call.js












/** How a request asks for a cache that is kept for an hour; letters that are written as escapes may say anything. */
const LONG_CACHE = ['"1h"', '\\u00'];
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Longer than any model's name; a made-up one must not fill the outputs. */
const MAX_MODEL_LENGTH = 200;
const REWRITTEN_HEADERS = new Set([
    'host',
    'content-length',
    'content-encoding',
    'accept-encoding',
    'expect',
]);
/** Beyond this an answer is no error message any more, and goes on as it comes. */
const MAX_ERROR_BYTES = 256 * 1024;
class MeteredCall {
    #services;
    #route;
    #request;
    #response;
    #headers;
    #startedAt;
    #id;
    #facts;
    #body = Buffer.alloc(0);
    #fingerprint = '';
    #isRetry = false;
    constructor(services, route, request, response) {
        this.#services = services;
        this.#route = route;
        this.#request = request;
        this.#response = response;
        this.#headers = (0,wire_headers/* headerRecord */.jP)(request.rawHeaders);
        this.#startedAt = services.clock.now();
        this.#id = services.nextId();
    }
    async run() {
        const { dialect, path } = this.#route;
        if (this.#services.upstreamOf(dialect) === undefined) {
            this.#answer(dialect.failure(404, `spendgate has no upstream for ${dialect.id}: name one in \`upstream\`.`));
            return;
        }
        let body;
        try {
            const bytes = await readBody(this.#request);
            body = new JsonBody(await decodeBody(bytes, this.#headers['content-encoding'], MAX_BODY_BYTES));
            this.#facts = dialect.readRequest(body, path);
        }
        catch (error) {
            this.#refuseUnread(error);
            return;
        }
        this.#body = body.bytes;
        this.#fingerprint = fingerprintOf(this.#body);
        this.#isRetry = this.#services.retries.isRetry(this.#headers, this.#fingerprint);
        await this.#admit(body, this.#facts);
    }
    async #admit(body, facts) {
        const { dialect } = this.#route;
        const ask = {
            dialect: dialect.id,
            facts,
            bodyBytes: body.bytes.length,
            mayWriteLongCache: LONG_CACHE.some((words) => body.bytes.includes(words)),
            isRetry: this.#isRetry,
            fingerprint: this.#fingerprint,
        };
        const admission = await this.#services.guard.admit(ask, clientOf(this.#response));
        if (admission.kind === 'refused') {
            const answer = dialect.refusal(admission.reason);
            this.#record(refusedEntry(answer.status));
            this.#answer(answer);
            return;
        }
        let hidesRequestedUsage;
        try {
            if (admission.ceiling !== undefined)
                dialect.setOutputCeiling(body, admission.ceiling);
            hidesRequestedUsage = dialect.requestUsage(body);
        }
        catch (error) {
            this.#services.guard.release(admission.ticket);
            this.#refuseUnread(error);
            return;
        }
        await this.#forward(body, admission.ticket, hidesRequestedUsage);
    }
    /** The order at the end matters: what happened is on disk and counted before the client hears of it. */
    async #forward(body, ticket, hidesRequestedUsage) {
        const { dialect } = this.#route;
        let tap;
        const sentAtMs = this.#services.clock.now().getTime();
        this.#recordSent(ticket);
        const end = await relay(this.#upstreamRequest(body), this.#response, {
            onHead: (head) => {
                if (isShortError(head))
                    return 'collect';
                tap = new ResponseTap({ dialect, headers: head.headers, hidesRequestedUsage });
                return tap.changesBytes ? 'relay-other-length' : 'relay';
            },
            redact: (header) => redact(this.#services.credentials, header),
            onData: (chunk) => tap?.push(chunk) ?? chunk,
        });
        const rest = tap?.end();
        const heard = await tap?.result();
        const judged = await this.#readFailure(end, heard);
        const { entry, settlement } = judgeOutcome(end, heard, (head, snapshot) => this.#cost(head, snapshot));
        if (entry.outcome !== 'ok')
            this.#services.retries.noteFailure(this.#fingerprint);
        if (heard?.trouble !== undefined)
            this.#services.onTrouble(heard.trouble);
        this.#record(entry);
        this.#services.guard.settle(ticket, settlement, this.#services.clock.now().getTime() - sentAtMs);
        this.#finish(end, rest, typeof judged === 'function' ? await judged() : judged);
    }
    #upstreamRequest(body) {
        const { credentials, dispatcher, upstreamOf } = this.#services;
        const { dialect, path, query } = this.#route;
        const { origin = '', prefix = '' } = upstreamOf(dialect) ?? {};
        const swapped = swapQuery(credentials, query);
        const headers = swapHeaders(credentials, (0,wire_headers/* endToEndHeaders */.cu)(this.#request.rawHeaders, REWRITTEN_HEADERS));
        // Uncompressed answers spare both sides the work, and can be listened to as they come.
        headers.push('accept-encoding', 'identity', ...swapped.headers);
        return {
            dispatcher,
            origin,
            path: `${prefix}${path}${swapped.query}`,
            method: 'POST',
            headers,
            body: body.bytes,
        };
    }
    /** What to tell the agent in place of an error answer; `undefined` where the answer goes on as it came. */
    async #readFailure({ head, collected }, heard) {
        if (head === undefined)
            return undefined;
        if (head.status < 400 && heard?.error === undefined) {
            this.#services.failures.noteSuccess();
            return undefined;
        }
        const body = heard?.error ?? (0,json_answer/* readJson */.Vh)(await decodeText(collected, head.headers['content-encoding']));
        return this.#services.failures.judge({ ...head, body }, this.#startedAt);
    }
    #cost(head, snapshot) {
        const { gateway, prices } = this.#services;
        const evidence = {
            headers: head.headers,
            streamed: this.#facts?.stream ?? false,
            usage: snapshot.raw,
        };
        this.#services.noteRoute(gateway.readRoute(evidence), this.#facts?.model);
        const models = [snapshot.model, this.#facts?.model];
        return (0,core_price/* costOfAnswer */.ry)(gateway.readCost(evidence), snapshot.usage, prices, models);
    }
    /** On disk before it leaves: if nothing settles it any more, somebody can still say that it was there. */
    #recordSent({ inputTokens, outputTokens }) {
        this.#services.ledger.append({
            type: 'sent',
            id: this.#id,
            at: this.#startedAt.toISOString(),
            dialect: this.#route.dialect.id,
            requestedModel: this.#facts?.model?.slice(0, MAX_MODEL_LENGTH),
            inputTokens,
            // Where nothing is held, as by `observe`, what the client allows stands in.
            outputTokens: Math.max(outputTokens, this.#facts?.outputCeiling ?? 0),
        });
    }
    #record(entry) {
        const { clock, ledger, readCaller } = this.#services;
        ledger.append({
            type: 'call',
            id: this.#id,
            at: this.#startedAt.toISOString(),
            durationMs: Math.max(0, clock.now().getTime() - this.#startedAt.getTime()),
            dialect: this.#route.dialect.id,
            requestedModel: this.#facts?.model?.slice(0, MAX_MODEL_LENGTH),
            caller: readCaller(this.#headers),
            retry: this.#isRetry,
            ...entry,
            model: entry.model?.slice(0, MAX_MODEL_LENGTH),
        });
    }
    /** The client's end of the exchange follows the upstream's: whole, refused, unreachable, or broken. */
    #finish(end, rest, told) {
        const { dialect } = this.#route;
        if (end.kind === 'gone')
            return;
        if (end.head === undefined) {
            this.#answer(dialect.failure(502, `spendgate could not reach the upstream: ${(0,errors/* describeError */.Uc)(end.error)}.`));
        }
        else if (this.#response.headersSent) {
            if (end.kind === 'broken')
                this.#response.socket?.resetAndDestroy();
            else
                this.#response.end(rest);
        }
        else if (told !== undefined) {
            this.#answer(dialect.refusal(told));
        }
        else if (end.kind === 'broken') {
            this.#answer(dialect.failure(502, 'The upstream broke off its error message.'));
        }
        else {
            this.#passError(end.head, end.collected);
        }
    }
    /** An error answer as it came, unless it repeats the key. */
    #passError(head, body) {
        const { credentials } = this.#services;
        const isLeaking = credentials.key !== undefined && body.includes(credentials.key);
        const passed = isLeaking ? Buffer.from(redact(credentials, body.toString('utf8'))) : body;
        const headers = (0,wire_headers/* endToEndHeaders */.cu)(head.rawHeaders, isLeaking ? new Set(['content-length']) : undefined);
        this.#response.writeHead(head.status, headers.map((header) => redact(credentials, header)));
        this.#response.end(passed);
    }
    /** What the meter cannot read it cannot limit, and no upstream could read it either. */
    #refuseUnread(error) {
        const { dialect } = this.#route;
        this.#answer(dialect.failure(400, `spendgate could not read the request: ${(0,errors/* describeError */.Uc)(error)}.`));
    }
    #answer(answer) {
        sendLocal(this.#response, answer);
    }
}
function readBody(request) {
    return new Promise((resolve, reject) => {
        const parts = [];
        let size = 0;
        request.on('data', (part) => {
            size += part.length;
            if (size <= MAX_BODY_BYTES)
                parts.push(part);
            else {
                request.pause();
                reject(new RangeError(`the body is larger than ${MAX_BODY_BYTES} bytes`));
            }
        });
        request.once('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
        request.once('error', reject);
        request.once('close', () => {
            if (!request.complete)
                reject(new Error('the client went away'));
        });
    });
}
function isShortError({ status, headers }) {
    return status >= 400 && Number(headers['content-length'] ?? 0) <= MAX_ERROR_BYTES;
}
/** Text of an error body; empty when it cannot be decoded, since the status alone still says something. */
async function decodeText(bytes, contentEncoding) {
    try {
        return (await decodeBody(bytes, contentEncoding, MAX_ERROR_BYTES * 4)).toString('utf8');
    }
    catch {
        return '';
    }
}
function clientOf(response) {
    return {
        isGone: response.destroyed,
        whenGone: (callback) => response.once('close', callback),
    };
}

// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(4371);
;// CONCATENATED MODULE: ./lib/meter/canary.js
/**
 * A call that must not get through: sent by the meter to itself, on a zero allowance, before the agent starts. It takes the
 * way of every other call (socket, dialect, guard, refusal); only the allowance is another one, and where the upstream
 * would be, something stands that tells whether it was reached.
 */



const HEADER = 'x-spendgate-canary';
const MODEL = 'spendgate-canary';
const DEADLINE_MS = 10_000;
/** Stands where the upstream would be. */
class Tripwire extends undici.Dispatcher {
    wasReached = false;
    dispatch(_options, handler) {
        this.wasReached = true;
        handler.onError?.(new Error('the canary got through'));
        return true;
    }
}
class Canary {
    #secret = (0,external_node_crypto_.randomBytes)(24).toString('hex');
    #tripwire = new Tripwire();
    #services;
    constructor(services) {
        this.#services = {
            ...services,
            guard: new Guard({
                limits: { maxRequests: 0, maxTokens: 0 },
                prices: services.prices,
                onUnpriced: 'block',
                observe: false,
            }),
            dispatcher: this.#tripwire,
            upstreamOf: () => ({ origin: 'http://127.0.0.1', prefix: '' }),
            ledger: { append: () => undefined },
            nextId: () => 'canary',
        };
    }
    /** The services of the rehearsal for the one request that carries its secret. */
    servicesFor(headers) {
        const given = Buffer.from(String(headers[HEADER] ?? ''));
        const secret = Buffer.from(this.#secret);
        return given.length === secret.length && (0,external_node_crypto_.timingSafeEqual)(given, secret) ? this.#services : undefined;
    }
    async fly(url, dialect, key) {
        const [field = ''] = dialect.ceilingFields;
        const call = dialect.probe({ model: MODEL, prompt: 'canary', outputCeiling: 1, field, key });
        const headers = { 'content-type': 'application/json', [HEADER]: this.#secret, ...call.headers };
        const { status, text } = await post(`${url}${call.path}`, headers, JSON.stringify(call.body));
        const isRefused = status >= 400 && status < 500 && text.includes('max-requests');
        const isArmed = isRefused && !this.#tripwire.wasReached;
        return {
            isArmed,
            evidence: isArmed
                ? `a call on a zero allowance was refused here (${status}), and did not leave`
                : why(status, this.#tripwire.wasReached),
        };
    }
}
function why(status, wasReached) {
    return wasReached
        ? 'a call on a zero allowance was forwarded'
        : `a call on a zero allowance was answered with ${status} instead of a refusal`;
}
/** On a connection of its own, which nothing of the run shares. */
async function post(url, headers, body) {
    const dispatcher = new undici.Agent();
    try {
        const signal = AbortSignal.timeout(DEADLINE_MS);
        const answer = await (0,undici.request)(url, { method: 'POST', headers, body, signal, dispatcher });
        return { status: answer.statusCode, text: await answer.body.text() };
    }
    finally {
        await dispatcher.destroy();
    }
}

;// CONCATENATED MODULE: ./lib/meter/failure-desk.js

/** An agent that sends the same too large call again and again gets nowhere. */
const MAX_TOO_LARGE_IN_A_ROW = 3;
/** A wrong key is answered the same way every time: one look is enough for a while. */
const SPENT_VALID_MS = 60_000;
const LEFT_VALID_MS = 5000;
class FailureDesk {
    #options;
    #tooLarge = 0;
    #probed;
    #countedAt = 0;
    constructor(options) {
        this.#options = options;
    }
    noteSuccess() {
        this.#tooLarge = 0;
    }
    /**
     * What to tell the agent in place of the answer; `undefined`: the answer goes on as it came. A function where a look at
     * the budget has to decide, to be asked when the call is on disk.
     */
    judge(evidence, startedAt) {
        const failure = this.#options.gateway.readFailure({ ...evidence, at: this.#options.now() });
        if (failure.needsProbe)
            return () => this.#settleByLook(evidence.status, failure);
        if (failure.kind === 'exhausted')
            return this.#exhausted(evidence.status, failure, failure.evidence);
        return failure.kind === 'too-large-for-budget' ? this.#refuse(failure, startedAt) : undefined;
    }
    async #settleByLook(status, failure) {
        if ((await this.#probe()) !== 'spent')
            return undefined;
        return this.#exhausted(status, failure, `${failure.evidence}, and a look at the budget`);
    }
    /** What is kept names the evidence alone: the gateway's own words may repeat a key or a prompt. */
    #exhausted(status, failure, evidence) {
        const { scope, origin, resetsAt } = failure;
        const whose = origin === 'upstream' ? 'of the provider behind the gateway' : 'at the gateway';
        const until = resetsAt === undefined ? '' : ` It resets at ${resetsAt}.`;
        const stop = `The budget ${whose}${scope === undefined ? '' : ` (${scope})`} is exhausted (status ${status}, ${evidence}).${until} A person can raise the budget there.`;
        this.#options.guard.stopWith('budget-exhausted', stop);
        return this.#tell(stop, failure);
    }
    /** Calls that were on their way at the same time are no repetition. */
    #refuse(failure, startedAt) {
        const { guard, now } = this.#options;
        if (startedAt.getTime() >= this.#countedAt) {
            this.#tooLarge += 1;
            this.#countedAt = now().getTime();
        }
        const why = `This call is too large for what is left of the budget at the gateway (${failure.evidence}). A smaller one, or a lower output ceiling, may pass.`;
        if (this.#tooLarge >= MAX_TOO_LARGE_IN_A_ROW)
            guard.stopWith('budget-exhausted', `${why} ${this.#tooLarge} calls in a row were too large.`);
        return this.#tell(why, failure);
    }
    #tell(reason, { message }) {
        return `${reason} It said: ${redact(this.#options.credentials, message)} Do not retry.`;
    }
    /** Calls that fail at once share one look; what is left now may be gone a moment later. */
    async #probe() {
        const { probe, now } = this.#options;
        const at = now().getTime();
        if (probe === undefined)
            return 'unknown';
        if (this.#probed === undefined || at > this.#probed.until) {
            // A look that fails has seen nothing; the call it was for goes on all the same.
            const said = probe().catch(() => 'unknown');
            this.#probed = { until: Number.POSITIVE_INFINITY, said };
            const valid = (await said) === 'spent' ? SPENT_VALID_MS : LEFT_VALID_MS;
            this.#probed = { until: now().getTime() + valid, said };
        }
        return this.#probed.said;
    }
}

;// CONCATENATED MODULE: ./lib/meter/paths.js
/**
 * Paths in one form, so that no spelling of a metered route passes as something else: dots resolved, slashes single,
 * percent-encoding undone, a doubled `/v1` made one, no trailing slash.
 */
const UNRESERVED = /%(?:2d|2e|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a])/gi;
const ROUTE_MARKS = /%(?:2f|3a)/gi;
/** `undefined` when the target of the request is not a path. */
function canonicalise(target) {
    const [rawPath = '', ...query] = target.split('?');
    if (!rawPath.startsWith('/'))
        return undefined;
    const decoded = paths_decode(rawPath, UNRESERVED);
    const wirePath = tidy(decoded);
    const path = tidy(paths_decode(decoded, ROUTE_MARKS));
    if (wirePath === undefined || path === undefined)
        return undefined;
    return { path, wirePath, query: query.length > 0 ? `?${query.join('?')}` : '' };
}
function paths_decode(path, encoded) {
    return path.replace(encoded, (character) => decodeURIComponent(character));
}
function tidy(path) {
    const url = URL.parse(`http://meter${path.replace(/[/\\]+/g, '/')}`);
    return url?.pathname.replace(/^(?:\/v1)+(?=\/)/i, '/v1').replace(/(?<=.)\/+$/, '');
}
/** Routes that manage keys, users and budgets: with the gateway's key an agent could make itself another one. */
const MANAGEMENT = /^\/(?:api\/)?(?:v1\/)?(?:key|keys|user|users|team|teams|organization|organizations|customer|budget|budgets|spend|global|config|credentials|guardrails|token|channel|option|log|redemption|model\/(?:new|update|delete))(?:\/|$)/i;
/** Requests that only look, or count. */
const FREE = /(?:\/count_tokens|:countTokens|\/input_tokens|\/api\/hello|\/analytics\/.*|\/v1\/(?:logs|metrics|traces))$/;
function isManagement(path) {
    return MANAGEMENT.test(path);
}
/** True for a request that may cost something although the meter cannot read its usage. */
function isSpending(method, path) {
    return !['GET', 'HEAD', 'DELETE'].includes(method) && !FREE.test(path);
}

;// CONCATENATED MODULE: ./lib/meter/server.js
/**
 * The meter: a proxy on loopback between the agent and whoever answers its model calls. It knows dialects and a gateway
 * by their interfaces alone, and the agent by a token that is worth nothing anywhere else.
 */













const KEEP_ALIVE_MS = 10 * 60_000;
const LOCAL_METHODS = new Set(['HEAD', 'OPTIONS']);
/** TRACE would echo the key, and the rest has no use here. */
const FORWARDED_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const server_REWRITTEN_HEADERS = new Set(['host', 'expect']);
const MAX_KEYS = 100;
const MAX_KEY_LENGTH = 100;
/** Starts listening on 127.0.0.1. */
async function startMeter(options) {
    const meter = new MeterServer(options);
    await meter.listen(options.port);
    return meter;
}
class MeterServer {
    otherRequests = new Map();
    reroutes = new Map();
    gatewayVersion;
    #options;
    #services;
    #server;
    #active = new Set();
    #canary;
    #calls = 0;
    #closed;
    constructor(options) {
        this.#options = options;
        this.#services = {
            ...options,
            retries: new RetryDetector(),
            noteRoute: (route, asked) => this.#noteRoute(route, asked),
            failures: new FailureDesk({ ...options, now: () => options.clock.now() }),
            nextId: () => `${options.idPrefix}-${++this.#calls}`,
        };
        this.#server = (0,external_node_http_.createServer)({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => this.#track(request, response));
        // Clients that try websockets first fall back to HTTP at once on 426, and on nothing else.
        this.#server.on('upgrade', (_request, socket) => {
            socket.on('error', () => socket.destroy());
            socket.end('HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        });
    }
    get url() {
        const address = this.#server.address();
        return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
    }
    async listen(port) {
        this.#server.listen(port, '127.0.0.1');
        try {
            await (0,external_node_events_.once)(this.#server, 'listening');
        }
        catch (cause) {
            throw new errors/* AppError */.uV('bad-value', `The meter cannot listen on port ${port}: ${(0,errors/* describeError */.Uc)(cause)}.`, {
                hint: 'Another port, or 0 for a free one.',
                cause,
            });
        }
    }
    async rehearse() {
        const [dialect] = this.#options.dialects;
        if (dialect === undefined)
            throw new TypeError('the meter knows no dialect');
        const { token, key } = this.#options.credentials;
        this.#canary = new Canary(this.#services);
        try {
            return await this.#canary.fly(this.url, dialect, token ?? key ?? 'spendgate-canary');
        }
        finally {
            this.#canary = undefined;
        }
    }
    close() {
        this.#closed ??= this.#close();
        return this.#closed;
    }
    async #close() {
        const closed = (0,external_node_events_.once)(this.#server, 'close');
        this.#server.close();
        this.#server.closeAllConnections();
        await Promise.allSettled(this.#active);
        await closed;
    }
    #track(request, response) {
        const handled = this.#handle(request, response).catch((error) => {
            // Not the error's words: they may quote a request.
            this.#options.onTrouble(`a request could not be handled (${error instanceof Error ? error.name : 'unknown error'})`);
            response.destroy();
        });
        this.#active.add(handled);
        void handled.finally(() => this.#active.delete(handled));
    }
    async #handle(request, response) {
        const method = request.method ?? 'GET';
        const target = canonicalise(request.url ?? '/');
        if (target === undefined)
            return sendLocal(response, plain(400, 'spendgate: the request has no path.'));
        const route = this.#route(method, target);
        if (!isAuthorised(this.#options.credentials, request.rawHeaders, target.query)) {
            if (LOCAL_METHODS.has(method))
                return sendLocal(response, plain(404, ''));
            const text = 'spendgate: this request does not carry the token of this run.';
            return sendLocal(response, route?.dialect.failure(401, text) ?? plain(401, text));
        }
        const services = this.#canary?.servicesFor(request.headers) ?? this.#services;
        if (route)
            return new MeteredCall(services, { ...route, query: target.query }, request, response).run();
        return this.#forwardUnmetered(request, response, target);
    }
    #route(method, { path }) {
        for (const dialect of this.#options.dialects) {
            const owned = dialect.canonicalPath(method, path);
            if (owned !== undefined)
                return { dialect, path: owned };
        }
        return undefined;
    }
    /** Forwarded as it is, and counted. What may have cost something stands in the ledger, with its usage unknown. */
    async #forwardUnmetered(request, response, target) {
        const { credentials, dispatcher, guard, upstreamOf } = this.#options;
        const method = request.method ?? 'GET';
        const neighbour = this.#neighbour(target.path, (0,wire_headers/* headerRecord */.jP)(request.rawHeaders));
        const upstream = upstreamOf(neighbour);
        if (!FORWARDED_METHODS.has(method))
            return sendLocal(response, neighbour.failure(405, `spendgate does not forward ${method}.`));
        if (isManagement(target.path) || upstream === undefined)
            return sendLocal(response, neighbour.failure(404, 'spendgate does not forward this route.'));
        const mayCost = isSpending(method, target.path);
        const stop = mayCost ? guard.admitUnmetered() : undefined;
        if (stop)
            return sendLocal(response, neighbour.refusal(stop.message));
        countUp(this.otherRequests, `${method} ${target.path}`, 'other paths');
        const swapped = swapQuery(credentials, target.query);
        const headers = swapHeaders(credentials, (0,wire_headers/* endToEndHeaders */.cu)(request.rawHeaders, server_REWRITTEN_HEADERS));
        const end = await relay({
            dispatcher,
            origin: upstream.origin,
            path: `${upstream.prefix}${target.wirePath}${swapped.query}`,
            method,
            headers: [...headers, ...swapped.headers],
            body: hasBody(request) ? request : null,
        }, response, { onHead: () => 'relay', onData: (chunk) => chunk, redact: (header) => redact(credentials, header) });
        if (mayCost && (end.head === undefined || end.head.status < 400))
            this.#noteUnmetered(target.path, end.head?.status);
        if (end.kind === 'gone')
            return;
        if (end.kind === 'complete')
            response.end();
        else if (response.headersSent)
            response.socket?.resetAndDestroy();
        else
            sendLocal(response, neighbour.failure(502, `spendgate could not reach the upstream: ${(0,errors/* describeError */.Uc)(end.error)}.`));
    }
    /** A call that the meter cannot read is not free: it counts as a call whose tokens and cost nobody reported. */
    #noteUnmetered(path, status) {
        const { clock, ledger } = this.#options;
        ledger.append({
            type: 'call',
            id: this.#services.nextId(),
            at: clock.now().toISOString(),
            durationMs: 0,
            dialect: 'unmetered',
            requestedModel: path.slice(0, MAX_KEY_LENGTH),
            status,
            outcome: 'ok',
            caller: 'unknown',
            retry: false,
            usage: usage/* NO_USAGE */.yJ,
            final: false,
            costSource: 'unknown',
        });
    }
    #neighbour(path, headers) {
        const { dialects } = this.#options;
        const neighbour = dialects.find((dialect) => dialect.isNeighbour(path, headers)) ?? dialects[0];
        if (neighbour === undefined)
            throw new TypeError('the meter knows no dialect');
        return neighbour;
    }
    #noteRoute({ servedBy, fallbacks = 0, gatewayVersion }, asked = 'unnamed') {
        this.gatewayVersion = gatewayVersion ?? this.gatewayVersion;
        if (fallbacks === 0)
            return;
        const answered = servedBy === undefined ? 'a fallback' : redact(this.#options.credentials, servedBy);
        countUp(this.reroutes, `${asked} → ${answered}`, 'other fallbacks');
    }
}
/** @param rest takes what comes when there are too many keys to tell apart */
function countUp(counts, key, rest) {
    const short = key.slice(0, MAX_KEY_LENGTH);
    const name = counts.has(short) || counts.size < MAX_KEYS ? short : rest;
    counts.set(name, (counts.get(name) ?? 0) + 1);
}
/** Takes a base URL apart; a trailing `/v1` belongs to the paths, not to the base. */
function parseUpstream(baseUrl) {
    const url = new URL(baseUrl);
    return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '') };
}
function hasBody({ headers }) {
    return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
function plain(status, body) {
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

// EXTERNAL MODULE: ./lib/modes/budget-reading.js
var budget_reading = __webpack_require__(4334);
;// CONCATENATED MODULE: ./lib/modes/metering.js




async function startMetering(deps, options) {
    const { config, prices } = deps;
    const { limits, onUnpriced } = config.wrap;
    const guard = new Guard({ limits, prices, onUnpriced, observe: config.observe, onStop: options.onStop });
    const meter = await startMeter({
        ...options,
        dialects: deps.dialects,
        gateway: gatewayOf(deps),
        guard,
        prices,
        credentials: { token: options.token, key: config.gateway.key },
        dispatcher: deps.dispatcher,
        upstreamOf: upstreams(config, deps.dialects),
        readCaller: (headers) => callerOf(deps.agents, headers),
        probe: () => lookOnce(deps),
        clock: deps.clock,
    });
    return { meter, guard };
}
async function lookOnce({ lookAtBudget }) {
    const reading = (0,budget_reading/* readingOf */.MU)(await lookAtBudget());
    const left = reading && (0,budget/* tightestOf */.K0)(reading)?.remaining;
    if (left === undefined)
        return 'unknown';
    return left.value <= 0 ? 'spent' : 'left';
}
/** Without a named gateway, errors are read by the rules that hold at every provider. */
function gatewayOf({ config, gateways }) {
    const gateway = gateways.find(({ id }) => id === (config.gateway.id ?? 'ledger'));
    if (gateway === undefined)
        throw new TypeError('the list of gateways has no fallback');
    return gateway;
}
/** Where upstreams are named one by one, the others have none: the key belongs to those that were named. */
function upstreams({ wrap, gateway }, dialects) {
    const byId = new Map(dialects.map(({ id, defaultUpstream }) => {
        const base = wrap.upstream ? wrap.upstream.get(id) : (gateway.url ?? defaultUpstream);
        return [id, base === undefined ? undefined : parseUpstream(base)];
    }));
    return ({ id }) => byId.get(id);
}
function callerOf(agents, headers) {
    for (const agent of agents) {
        const caller = agent.readCaller(headers);
        if (caller !== undefined)
            return caller;
    }
    return 'unknown';
}


/***/ }),

/***/ 7435:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ds: () => (/* binding */ renderModels),
/* harmony export */   Ii: () => (/* binding */ spendOf),
/* harmony export */   Kd: () => (/* binding */ runnerFacts),
/* harmony export */   _z: () => (/* binding */ rememberSpend),
/* harmony export */   cT: () => (/* binding */ setUsageOutputs),
/* harmony export */   eC: () => (/* binding */ createRecord)
/* harmony export */ });
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9901);
/* harmony import */ var _core_ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1546);
/* harmony import */ var _core_money_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5499);
/* harmony import */ var _core_record_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9510);
/** From a run's calls to its record, its outputs, and what is kept of it between runs. */




function createRecord(facts, calls) {
    return (0,_core_record_js__WEBPACK_IMPORTED_MODULE_3__/* .recordOf */ .zv)(facts, (0,_core_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .totalsOf */ .vA)(calls));
}
/** Figures of a record as outputs; what is not known becomes the empty string. */
function setUsageOutputs(runner, record) {
    const names = [
        'input-tokens',
        'output-tokens',
        'cache-read-tokens',
        'cache-write-tokens',
        'reasoning-tokens',
        'total-tokens',
        'requests',
        'failed-requests',
        'retries',
        'cost-usd',
        'cost-source',
        'runner-minutes',
        'runner-cost-usd',
        'total-cost-usd',
        'exit-code',
        'stop-reason',
        'duration-ms',
    ];
    for (const name of names)
        runner.setOutput(name, record[name]);
    runner.setOutput('models', record.models.map(({ model }) => model).join(','));
    runner.setOutput('usage', JSON.stringify(record));
}
/** What the `ledger` gateway remembers of a run. */
function spendOf(id, record, at) {
    return {
        id,
        at: at.toISOString(),
        task: record.task ?? 'default',
        costNanoUsd: ((0,_core_money_js__WEBPACK_IMPORTED_MODULE_2__/* .readUsd */ .Nf)(record['cost-usd']) ?? 0) + ((0,_core_money_js__WEBPACK_IMPORTED_MODULE_2__/* .readUsd */ .Nf)(record['runner-cost-usd']) ?? 0),
        tokens: (record['input-tokens'] ?? 0) + (record['output-tokens'] ?? 0),
        partial: !record.complete ||
            record['unreported-requests'] > 0 ||
            record['unpriced-requests'] > 0 ||
            (record['runner-minutes'] !== undefined && record['runner-cost-usd'] === undefined),
    };
}
/** Keeps a run's spend for the `ledger` gateway; a warning when the store did not take it. */
async function rememberSpend(store, spend) {
    const saved = await store.mergeSpend([spend]);
    if (saved.saved)
        return [];
    const advice = 'The next `pre` will not see it: check the store, or raise the next run’s minimum.';
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', 'spend-not-saved', 'This run’s spend was not recorded', `${saved.reason}.`, {
            advice,
        }),
    ];
}
/** What the runner's minutes add to the cost; empty when no price for minutes is given. */
function runnerFacts(record) {
    const minutes = record['runner-minutes'];
    if (minutes === undefined)
        return [];
    const cost = (0,_core_money_js__WEBPACK_IMPORTED_MODULE_2__/* .readUsd */ .Nf)(record['runner-cost-usd']);
    const total = (0,_core_money_js__WEBPACK_IMPORTED_MODULE_2__/* .readUsd */ .Nf)(record['total-cost-usd']);
    return [
        [
            'Runner',
            `${minutes} started minutes, ${cost === undefined ? 'no price for its label' : (0,_core_money_js__WEBPACK_IMPORTED_MODULE_2__/* .renderUsd */ .NX)(cost)}`,
        ],
        ['Calls and runner', total === undefined ? 'not known' : (0,_core_money_js__WEBPACK_IMPORTED_MODULE_2__/* .renderUsd */ .NX)(total)],
    ];
}
/** `claude-opus-5-5 (12), gpt-5 (1)`; empty when no model answered. */
function renderModels({ models }) {
    return models.map(({ model, requests }) => `${model} (${requests})`).join(', ');
}


/***/ })

};
