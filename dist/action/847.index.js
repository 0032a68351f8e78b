export const id = 847;
export const ids = [847];
export const modules = {

/***/ 5976:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ isAnotherModel)
/* harmony export */ });
/**
 * Whether two names mean one model. The same model is called `claude-opus-5`, `anthropic/claude-opus-5-20260101`,
 * `us.anthropic.claude-opus-5-v1:0` and `anthropic/claude-5-opus` by different parties; `claude-opus-5-5` and `gpt-5-mini`
 * are others than `claude-opus-5` and `gpt-5`.
 *
 * The rule: without prefixes in front (route, region, vendor), without what only marks a date, a release stage, a way to be
 * served or an effort, the words must be the same in any order, and the numbers the same in their order. A name without a
 * number (`sonnet`, `mistral-large-latest`) leaves the version to the server, so only its words count. A name that holds
 * no word of a known family (`smart`, `prod-deployment-2`) is the operator's own, and says nothing.
 */
/** First words of the families that are served by several parties. */
const FAMILIES = /^(?:claude|chatgpt|gpt|o[1-9]|codex|gemini|gemma|deepseek|qwen|qwq|kimi|glm|grok|mistral|mixtral|codestral|devstral|magistral|llama|command|nova|minimax|phi)(?=\d|$)/;
const ROUTE = /^.*\//;
const VENDOR = /^(?:[a-z]+\.)+(?=[a-z][a-z\d]*-)/;
/** `[1m]`, `:free`, `@20260101`, `-v1:0`: how a model is served, not which. */
const REVISION = /-v\d+:\d+$/;
const VARIANT = /[[:@].*$/;
const DATE = /-(?:20\d{2}-\d{2}-\d{2}|20\d{6}|\d{2}-\d{4}|\d{2}-\d{2}|\d{4}|0\d{2})(?=-|$)/g;
const MARKS = new Set([
    'latest',
    'preview',
    'exp',
    'experimental',
    'thinking',
    'high',
    'medium',
    'low',
    'minimal',
    'v',
]);
const SEPARATOR = /[-._\s]+/;
/** `llama3`, `r1`, `v3`: a word and its version. */
const GLUED = /\b([a-z]+)(\d+)(?=[-._]|$)/g;
const LONGEST_NAME = 200;
/** True when an answer names a model that is certainly another one than the request asked for. */
function isAnotherModel(asked, answered) {
    if (asked === answered)
        return false;
    const wanted = nameOf(asked);
    const given = nameOf(answered);
    if (wanted === undefined || given === undefined)
        return false;
    if (wanted.words !== given.words)
        return wanted.versions !== '' || !shares(wanted, given);
    return wanted.versions !== '' && wanted.versions !== given.versions;
}
/** A run has few models, and each of its calls names two. */
const KNOWN = new Map();
const MAX_KNOWN = 100;
function nameOf(text) {
    if (KNOWN.has(text))
        return KNOWN.get(text);
    const name = readName(text);
    if (KNOWN.size < MAX_KNOWN && text.length <= LONGEST_NAME)
        KNOWN.set(text, name);
    return name;
}
/** `undefined` for a name of nobody's family. */
function readName(text) {
    const name = text
        .slice(0, LONGEST_NAME)
        .toLowerCase()
        .replace(ROUTE, '')
        .replace(REVISION, '')
        .replace(VARIANT, '')
        .replace(VENDOR, '');
    if (!name.split(SEPARATOR).some((part) => FAMILIES.test(part)))
        return undefined;
    const parts = name
        .replace(DATE, '')
        .replace(GLUED, '$1-$2')
        .split(SEPARATOR)
        .filter((part) => part !== '' && !MARKS.has(part));
    const isVersion = (part) => /^\d/.test(part);
    return {
        words: parts
            .filter((part) => !isVersion(part))
            .sort()
            .join(' '),
        versions: parts.filter(isVersion).join('.'),
    };
}
/** A name such as `claude-latest` or `deepseek-chat` asks for whatever the server has of its kind. */
function shares(wanted, given) {
    const [fewer = [], more = []] = [wanted.words.split(' '), given.words.split(' ')].sort((a, b) => a.length - b.length);
    return fewer.every((word) => more.includes(word));
}


/***/ }),

/***/ 7718:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cj: () => (/* binding */ priceNames),
/* harmony export */   Ou: () => (/* binding */ windowOf),
/* harmony export */   SO: () => (/* binding */ priceAtMost),
/* harmony export */   a9: () => (/* binding */ timesPrice),
/* harmony export */   oI: () => (/* binding */ pricesAt),
/* harmony export */   ry: () => (/* binding */ costOfAnswer),
/* harmony export */   uH: () => (/* binding */ dearestOf),
/* harmony export */   uu: () => (/* binding */ dearestPrice),
/* harmony export */   vk: () => (/* binding */ findPrice),
/* harmony export */   zP: () => (/* binding */ priceUsage)
/* harmony export */ });
/* harmony import */ var _model_name_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5976);
/* harmony import */ var _usage_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6940);
/**
 * What tokens cost. Prices are integers: nano-USD per million tokens; costs are integer nano-USD, rounded up.
 * A model without a row is `Unpriced`; it never costs zero.
 *
 * Tiers follow the table's own rule: the whole prompt is priced at the highest tier whose threshold it exceeds.
 */


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
    // `claude-sonnet-4.5`, as some routers have it.
    for (const dotted of [...names])
        names.add(dotted.replace(/(?<=\d)\.(?=\d)/g, '-'));
    return names;
}
/** As large as the windows of most models that have large ones; those above it are in the table. */
const ASSUMED_WINDOW = 1_050_000;
/**
 * The most input tokens one request can have. A price that begins where the listed window ends is that of a larger one,
 * which a header opens.
 */
function windowOf(price) {
    const listed = price?.maxInput ?? ASSUMED_WINDOW;
    const isOpen = price?.tiers?.some(({ above }) => above >= listed) ?? false;
    return isOpen ? Math.max(listed, ASSUMED_WINDOW) : listed;
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
    let sum = 0;
    for (const [tokens, rate] of parts)
        sum += Math.ceil(tokens) * rate;
    // Whole numbers below 2^53 are exact; a sum that is larger is reckoned in big ones.
    if (!Number.isSafeInteger(sum))
        return largeCostOf(parts);
    const rest = sum % Number(PER_MILLION);
    return (sum - rest) / Number(PER_MILLION) + Math.sign(rest);
}
function largeCostOf(parts) {
    let total = 0n;
    for (const [tokens, rate] of parts)
        total += BigInt(Math.ceil(tokens)) * BigInt(rate);
    return Number((total + PER_MILLION - 1n) / PER_MILLION);
}
/** As dear as any of these in each of its rates, tiers included: what to reckon with while nobody knows which of them it will be. */
function dearestOf(prices) {
    const [only, ...others] = prices;
    if (only === undefined || others.length === 0)
        return only;
    const rows = prices.flatMap((price) => [
        price,
        ...(price.tiers ?? []).map((tier) => ({ ...price, ...tier })),
    ]);
    const most = (key) => Math.max(0, ...rows.map((row) => row[key] ?? 0));
    const outputs = prices.map(({ maxOutput }) => maxOutput);
    const isBounded = outputs.every((output) => output !== undefined);
    return {
        input: most('input'),
        output: most('output'),
        // What reads no cache at a price of its own pays its input in full.
        cacheRead: Math.max(...rows.map(({ cacheRead, input }) => cacheRead ?? input)),
        cacheWrite: Math.max(most('cacheWrite'), most('input')),
        cacheWrite1h: Math.max(most('cacheWrite1h'), most('cacheWrite'), most('input')),
        maxInput: Math.max(...prices.map(windowOf)),
        ...(isBounded ? { maxOutput: Math.max(...outputs.map((output) => output ?? 0)) } : {}),
    };
}
/** The same model at a whole number of times its price. */
function timesPrice(price, factor) {
    if (factor === 1)
        return price;
    const scaled = (row) => {
        const rates = RATES.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key] * factor]]));
        return { ...row, ...Object.fromEntries(rates) };
    };
    const { tiers } = price;
    return { ...scaled(price), ...(tiers && { tiers: tiers.map((tier) => scaled(tier)) }) };
}
const RATES = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWrite1h'];
/**
 * The names an answer may be priced by, the best one first: never the one that was asked for where another model answered.
 * @param rerouted given where the gateway told that another model answered: the name it gave, if any
 */
function priceNames(asked, answered, rerouted) {
    const isAnother = rerouted !== undefined ||
        (asked !== undefined && answered !== undefined && (0,_model_name_js__WEBPACK_IMPORTED_MODULE_0__/* .isAnotherModel */ .h)(asked, answered));
    // Some gateways write the name that was asked for over the one that answered.
    const names = isAnother
        ? [rerouted?.servedBy, answered].filter((name) => name !== asked)
        : [answered, asked];
    return names.filter((name) => name !== undefined);
}
/**
 * What one whole answer cost: as the gateway told it, else by the price table; `undefined` where neither says. A gateway that
 * tells 0 for tokens with a price has not reckoned, or was told by the client what to reckon with.
 * @param reported nano-USD; what is no amount of money counts as not told
 * @param models the names it may be priced by, the best one first
 */
function costOfAnswer(reported, answer, prices, models) {
    const isTold = reported !== undefined && Number.isSafeInteger(reported) && reported >= 0;
    if (isTold && (reported > 0 || answer.isStored))
        return { nanoUsd: reported, source: 'gateway' };
    const nanoUsd = prices && tableCost(answer, prices, models);
    if (isTold && !nanoUsd)
        return { nanoUsd: reported, source: 'gateway' };
    return nanoUsd === undefined ? undefined : { nanoUsd, source: 'price-table' };
}
function tableCost({ usage, parts, surcharge, unpriced }, prices, models) {
    if (unpriced !== undefined)
        return undefined;
    const { factor = 1, feeNanoUsd = 0 } = surcharge ?? {};
    const tokens = parts
        ? (0,_usage_js__WEBPACK_IMPORTED_MODULE_1__/* .sumKnown */ .z_)(parts.map(({ model, usage: used }) => namedCost(used, prices, model === undefined ? models : [model])))
        : namedCost(usage, prices, models);
    return tokens === undefined ? undefined : tokens * factor + feeNanoUsd;
}
/** By the first of these names that has a price. */
function namedCost(usage, prices, names) {
    for (const name of names) {
        const price = findPrice(prices, name);
        if (price !== undefined)
            return priceUsage(price, usage);
    }
    return undefined;
}


/***/ }),

/***/ 4665:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  verify: () => (/* binding */ verify)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./lib/dialects/index.js + 17 modules
var dialects = __webpack_require__(4075);
// EXTERNAL MODULE: ./lib/gateways/index.js + 37 modules
var gateways = __webpack_require__(140);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/core/contract.js
var contract = __webpack_require__(3245);
// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
// EXTERNAL MODULE: ./lib/core/price.js
var core_price = __webpack_require__(7718);
// EXTERNAL MODULE: ./lib/core/text.js
var core_text = __webpack_require__(9716);
// EXTERNAL MODULE: ./lib/core/usage.js
var usage = __webpack_require__(6940);
// EXTERNAL MODULE: ./lib/wire/error-body.js
var error_body = __webpack_require__(6452);
// EXTERNAL MODULE: ./lib/wire/failure-body.js
var failure_body = __webpack_require__(8632);
;// CONCATENATED MODULE: ./lib/verify/caller.js
/** Makes the probes' calls: one short request each, in any dialect, read like the meter reads calls. Nothing is retried. */






const LONGEST_NAME = 120;
const NO_ROUTE = { servedBy: undefined, fallbacks: undefined };
class Caller {
    #options;
    /** Calls made so far, and the tokens they reported. */
    tally = { requests: 0, inputTokens: 0, outputTokens: 0, unreported: 0 };
    constructor(options) {
        this.#options = options;
    }
    /** A call that could pass what may be spent is not sent. */
    async call(call) {
        if (!call.purse.affords(call.outputCeiling, call.dialect.id))
            return {
                ...this.#nothing(call),
                isSent: false,
                failure: unanswered(`what may be spent does not pay for this call${whyNot(call.purse)}`),
            };
        this.tally.requests += 1;
        const result = await this.#send(call);
        if (result.failure === undefined)
            this.#count(result);
        // Without an answer, or with an error inside one, a call may have been served and billed all the same.
        if (result.failure === undefined || result.status < 400)
            call.purse.take(chargeOf(call, result));
        return result;
    }
    #count({ usage: { inputTokens, outputTokens } }) {
        this.tally.inputTokens += inputTokens ?? 0;
        this.tally.outputTokens += outputTokens ?? 0;
        if (inputTokens === undefined || outputTokens === undefined)
            this.tally.unreported += 1;
    }
    async #send(call) {
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
        }
        catch (error) {
            if (!(error instanceof errors/* AppError */.uV))
                throw error;
            return { ...this.#nothing(call), failure: unanswered(`no answer: ${error.message}`) };
        }
    }
    #read(call, { status, headers, text }) {
        const { gateway, now } = this.#options;
        const body = (0,failure_body/* readFailureBody */.v)(text, headers['content-type']);
        const base = { ...this.#nothing(call), status };
        if (status >= 400 || isError(body)) {
            const failure = gateway.readFailure({ status, headers, body, at: now() });
            const evidence = this.#redact(failure.evidence);
            return {
                ...base,
                failure: { ...failure, evidence, message: '' },
                words: (0,error_body/* machineWords */.v)(body).filter((word) => this.#redact(word) === word),
            };
        }
        const reader = call.dialect.createUsageReader();
        try {
            reader.push(body);
        }
        catch (error) {
            // An answer whose usage has an unknown shape is an answer without usage.
            if (!(error instanceof errors/* AppError */.uV))
                throw error;
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
    #route({ servedBy, fallbacks, gatewayVersion }) {
        return {
            servedBy: servedBy && this.#redact(servedBy),
            fallbacks,
            gatewayVersion: cleanVersion(gatewayVersion),
        };
    }
    /** A short name without a key in it, whatever a gateway puts there. */
    #redact(text) {
        return shortName(this.#options.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text));
    }
    #cost(reported, usage, model, call) {
        const names = (0,core_price/* priceNames */.Cj)(call.model ?? this.#options.model, model);
        const cost = (0,core_price/* costOfAnswer */.ry)(reported, { usage }, this.#options.prices, names);
        return { costNanoUsd: cost?.nanoUsd, costSource: cost?.source ?? 'unknown' };
    }
    #nothing({ dialect }) {
        return {
            dialect: dialect.id,
            isSent: true,
            status: 0,
            failure: undefined,
            words: [],
            usage: usage/* NO_USAGE */.yJ,
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
function shortName(text) {
    return (0,core_text/* oneLine */.TN)(text, LONGEST_NAME);
}
/** `1.106.2`, `v2.0-beta+3`; anything that does not look like one is none. */
function cleanVersion(version) {
    return version !== undefined && /^v?\d[\w.+]{0,30}(?:-[A-Za-z]\w{0,10}(?:\.\d{1,4})?)?$/.test(version)
        ? version
        : undefined;
}
/** A call as its purse sees it. */
function chargeOf({ dialect, outputCeiling }, { costNanoUsd, usage }) {
    return { dialect: dialect.id, outputCeiling, costNanoUsd, usage };
}
function whyNot({ isAssuming }) {
    return isAssuming ? ', reckoned at the dearest price of the table since nobody tells this model\u2019s' : '';
}
function isError(body) {
    if (typeof body !== 'object' || body === null)
        return true;
    return ('error' in body && Boolean(body.error)) || ('success' in body && body.success === false);
}
function unanswered(evidence) {
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
function isAbsent({ status, failure }) {
    return failure !== undefined && [404, 405, 501].includes(status);
}
/** `429 budget_exceeded`, `402`, `no answer`: how an answer is told apart from others. */
function renderAnswer({ status, words }) {
    if (status === 0)
        return 'no answer';
    return words[0] === undefined ? `status ${status}` : `status ${status} ${words[0]}`;
}

// EXTERNAL MODULE: ./lib/core/sighting.js
var sighting = __webpack_require__(3244);
// EXTERNAL MODULE: ./lib/core/budget.js
var budget = __webpack_require__(9610);
// EXTERNAL MODULE: ./lib/core/units.js
var units = __webpack_require__(7564);
;// CONCATENATED MODULE: ./lib/verify/budget-watch.js
/** Looks at the gateway's own count, and waits for it to follow the calls. */



const POLL_MS = 1000;
class BudgetWatch {
    #options;
    /** Why the last look saw nothing. */
    trouble;
    constructor(options) {
        this.#options = options;
    }
    async look() {
        const reading = await this.#options.read();
        if ('error' in reading) {
            this.trouble = reading.error;
            return undefined;
        }
        const tightest = (0,budget/* tightestOf */.K0)(reading);
        return { reading, count: (0,sighting/* countOf */.pq)(reading), limit: tightest?.limit, remaining: tightest?.remaining };
    }
    /**
     * Looks until the count has moved enough, or the time is over; the last movement seen, whether it was enough, and whether
     * anything could be seen at all. A look that fails is tried again.
     * @param untilStill also waits until two looks in a row see the same
     */
    async follow(from, since, isEnough, untilStill = false) {
        const { now, sleep, waitMs } = this.#options;
        const deadline = now().getTime() + waitMs;
        let followed;
        let isSeen = false;
        for (;;) {
            const look = from === undefined ? undefined : await this.look();
            const moved = from && look?.count && (0,sighting/* movedBetween */._Y)(from, look.count);
            isSeen ||= look?.count !== undefined;
            let isThere = false;
            if (moved && look && moved.value > 0) {
                const isStill = followed?.moved.value === moved.value;
                if (!isStill)
                    followed = { moved, lagMs: now().getTime() - since };
                isThere = isEnough(moved, look.reading);
                if (isThere && (isStill || !untilStill))
                    return { followed, isEnough: true, isSeen };
            }
            const left = deadline - now().getTime();
            if (left <= 0 || from === undefined)
                return { followed, isEnough: isThere, isSeen };
            await sleep(Math.min(POLL_MS, left));
        }
    }
}
/** Nano-USD; `undefined` where no factor is known. */
function inUsd(amount, reading) {
    return amount && (0,units/* convert */.C6)(amount, 'usd', reading?.conversions ?? [])?.amount.value;
}

;// CONCATENATED MODULE: ./lib/verify/purse.js
/**
 * What the probes may spend. A call that could pass the maximum is not sent. Where no price is known, the dearest one of
 * the table stands in until a gateway's own figures have taught better; a gateway that reports less than the price table
 * is not believed, since what it bills may be more.
 */

/** More than our prompts are in any tokenizer. */
const PROMPT_TOKENS_AT_MOST = 100;
/** Without a price a token is reckoned at this many times the dearest so far: output costs more than input \u2026 */
const UNPRICED_MARGIN = 8;
/** \u2026 until a call with a long answer has told what output costs. */
const SEEN_MARGIN = 1.5;
/** Where a call cost more than its price says, the next ones may again. */
const PRICED_MARGIN = 1.2;
class Purse {
    #options;
    #seen;
    #spent = 0;
    #told = 0;
    constructor(options) {
        this.#options = options;
        const { whole, price } = options;
        // What one model's calls have taught says nothing of another model.
        this.#seen = whole !== undefined && whole.#options.price === price ? whole.#seen : new Seen();
    }
    /** What one probe may spend of it. */
    part(maxNanoUsd) {
        return this.partFor(maxNanoUsd, this.#options.price);
    }
    /** The same for a probe that calls another model. */
    partFor(maxNanoUsd, price) {
        return new Purse({ ...this.#options, maxNanoUsd, price, whole: this });
    }
    get spentNanoUsd() {
        return this.#spent;
    }
    /** Without what was only reckoned for calls that told nothing. */
    get toldNanoUsd() {
        return this.#told;
    }
    /** True while nobody has told what a call of this model costs. */
    get isAssuming() {
        return this.#options.price === undefined && this.#seen.perToken === 0;
    }
    affords(outputCeiling, dialect) {
        return this.#hasRoomFor(this.reckon(outputCeiling, dialect));
    }
    #hasRoomFor(nanoUsd) {
        const { whole, maxNanoUsd } = this.#options;
        if (whole !== undefined && !whole.#hasRoomFor(nanoUsd))
            return false;
        return this.#spent + nanoUsd <= maxNanoUsd;
    }
    /** The most that one call can cost, nano-USD. */
    reckon(outputCeiling, dialect) {
        const { price, dearest } = this.#options;
        const output = Math.ceil(outputCeiling * this.#seen.overrunAt(dialect));
        if (price)
            return Math.ceil(this.#seen.excess * (0,core_price/* priceAtMost */.SO)(price, PROMPT_TOKENS_AT_MOST, output));
        if (this.#seen.perToken === 0)
            return (0,core_price/* priceAtMost */.SO)(dearest, PROMPT_TOKENS_AT_MOST, output);
        const margin = this.#seen.hasLongAnswer ? SEEN_MARGIN : UNPRICED_MARGIN;
        return Math.ceil(this.#seen.perToken * margin * (PROMPT_TOKENS_AT_MOST + output));
    }
    take(charge) {
        this.#add(this.#costOf(charge), charge.costNanoUsd ?? 0);
        this.#seen.learn(charge, this.#options.price);
    }
    #add(cost, told) {
        const { whole } = this.#options;
        if (whole)
            whole.#add(cost, told);
        this.#spent += cost;
        this.#told += told;
    }
    /** A count of the gateway's that is higher than what was reckoned is believed; a lower one may only be late. */
    learn(countedNanoUsd) {
        const more = Math.max(0, countedNanoUsd - this.#spent);
        const { whole } = this.#options;
        if (whole)
            whole.#spent += more;
        this.#spent += more;
    }
    #costOf({ costNanoUsd = 0, usage, outputCeiling, dialect }) {
        const { price, dearest } = this.#options;
        const { inputTokens, outputTokens } = usage;
        if (price === undefined && costNanoUsd > 0)
            return costNanoUsd;
        const isWhole = inputTokens !== undefined && outputTokens !== undefined;
        const reckoned = isWhole
            ? (0,core_price/* priceAtMost */.SO)(price ?? dearest, inputTokens, outputTokens)
            : this.reckon(outputCeiling, dialect);
        return Math.max(costNanoUsd, reckoned);
    }
}
/** What the calls so far have taught about prices. */
class Seen {
    perToken = 0;
    hasLongAnswer = false;
    /** How many times its price a call may cost; at least once. */
    excess = 1;
    /** How many times its ceiling an answer may be, by dialect. The first one to pass it cannot be foreseen. */
    #overrun = new Map();
    overrunAt(dialect) {
        return this.#overrun.get(dialect) ?? 1;
    }
    learn({ costNanoUsd, usage, outputCeiling, dialect }, price) {
        const { inputTokens, outputTokens } = usage;
        if (outputTokens !== undefined)
            this.#overrun.set(dialect, Math.max(this.overrunAt(dialect), outputTokens / outputCeiling));
        if (costNanoUsd === undefined || costNanoUsd <= 0)
            return;
        const input = inputTokens ?? PROMPT_TOKENS_AT_MOST;
        const output = outputTokens ?? outputCeiling;
        this.perToken = Math.max(this.perToken, costNanoUsd / Math.max(1, input + output));
        this.hasLongAnswer ||= outputTokens !== undefined && outputTokens * 2 >= input;
        const expected = price ? (0,core_price/* priceAtMost */.SO)(price, input, output) : 0;
        if (expected > 0 && costNanoUsd > expected)
            this.excess = Math.max(this.excess, (PRICED_MARGIN * costNanoUsd) / expected);
    }
}

;// CONCATENATED MODULE: ./lib/verify/unit.js
/** Whether answers and budget count in one unit: what calls cost against how far the gateway's count moved. */



/** One unit, give or take prices and roundings. */
const SAME_FACTOR = 3;
/** Further apart than any price list: cents for dollars, tokens for credits. */
const DIFFERENT_FACTOR = 30;
function judgeUnit(costNanoUsd, costSource, moved, before) {
    if (moved === undefined || before === undefined)
        return { unit: 'unknown', evidence: 'the gateway\u2019s count was not seen to move' };
    const counted = inUsd(moved, before.reading);
    if (counted === undefined)
        return { unit: 'unknown', evidence: `no rate is known for ${(0,units/* renderAmount */.d)(moved)}` };
    if (costNanoUsd === undefined || costNanoUsd === 0)
        return { unit: 'unknown', evidence: 'neither the answer nor the price table gives a cost' };
    const factor = counted / costNanoUsd;
    const by = costSource === 'gateway' ? 'the cost in the answers' : 'the price table';
    const evidence = `the count moved by ${factor.toPrecision(2)} times what ${by} says`;
    if (factor <= SAME_FACTOR && factor >= 1 / SAME_FACTOR)
        return { unit: 'same', evidence };
    const isFar = factor >= DIFFERENT_FACTOR || factor <= 1 / DIFFERENT_FACTOR;
    const isTiny = (0,sighting/* isNoise */.ty)({ unit: 'usd', value: Math.max(counted, costNanoUsd) }, []);
    return { unit: isFar && !isTiny ? 'different' : 'unknown', evidence };
}

;// CONCATENATED MODULE: ./lib/verify/happy-path.js




const SHORT_PROMPT = 'Reply with the single word: ok';
const SHORT_CEILING = 64;
/** A key that nobody has, to see what a wrong one is answered with. */
const WRONG_KEY = 'sk-spendgate-verify-not-a-key';
async function tryHappyPath(tools) {
    const { watch, purse } = tools;
    const before = await watch.look();
    const { dialect, answer } = await firstAnswer(tools);
    const isAnswered = answer.failure === undefined;
    const { followed, isSeen } = await watch.follow(isAnswered ? before?.count : undefined, answer.at, (moved, reading) => {
        const usd = inUsd(moved, reading);
        return usd === undefined || answer.costNanoUsd === undefined || usd >= answer.costNanoUsd / 2;
    });
    const counted = inUsd(followed?.moved, before?.reading);
    if (isAnswered && answer.costNanoUsd === undefined && counted !== undefined)
        purse.learn(counted);
    const wrongKey = await ask(tools, dialect, WRONG_KEY);
    const base = { answer, wrongKey, before };
    if (!isAnswered)
        return {
            ...base,
            dialect: undefined,
            usage: 'unknown',
            counted: 'unknown',
            lagMs: undefined,
            unit: { unit: 'unknown', evidence: 'no call was answered' },
        };
    return {
        ...base,
        dialect,
        usage: judgeUsage(answer),
        counted: followed !== undefined ? 'yes' : isSeen ? 'late' : 'unknown',
        lagMs: followed?.lagMs,
        unit: judgeUnit(answer.costNanoUsd, answer.costSource, followed?.moved, before),
    };
}
/**
 * The first endpoint that answers decides. Where none does, the first refusal that is more than "no such endpoint" counts;
 * an exhausted budget is told by any of them.
 */
async function firstAnswer(tools) {
    const refused = [];
    for (const dialect of tools.dialects) {
        const answer = await ask(tools, dialect, tools.key);
        if (answer.failure === undefined || isForAll(answer))
            return { dialect, answer };
        refused.push({ dialect, answer });
    }
    const told = refused.find(({ answer }) => !isAbsent(answer)) ?? refused[0];
    if (told === undefined)
        throw new TypeError('there is no dialect to try');
    return told;
}
/** A refusal that other endpoints would only repeat: it is about the budget, or about the server. */
function isForAll({ status, failure }) {
    return status === 0 || ['exhausted', 'rate-limited', 'overloaded'].includes(failure?.kind ?? '');
}
function ask({ caller, purse }, dialect, key) {
    return caller.call({ dialect, prompt: SHORT_PROMPT, outputCeiling: SHORT_CEILING, key, purse });
}
/** An order of magnitude, never a count: tokenizers differ. */
function judgeUsage({ usage: { inputTokens, outputTokens } }) {
    if (inputTokens === undefined || outputTokens === undefined)
        return 'missing';
    const isInputRight = inputTokens >= 1 && inputTokens <= PROMPT_TOKENS_AT_MOST * 10;
    const isOutputRight = outputTokens >= 1 && outputTokens <= SHORT_CEILING * 2;
    return isInputRight && isOutputRight ? 'plausible' : 'implausible';
}

;// CONCATENATED MODULE: ./lib/verify/neighbours.js
/** Who else is stopped when a key is exhausted, and who is not: another key, and the route behind the first one. */




async function trySecondKey(tools, key, watch) {
    const answer = await neighbours_ask(tools, key);
    // Its own call is counted before the other key's calls begin, as far as the gateway is in time.
    const before = await watch.look();
    return { key, watch, answer, works: answer.failure === undefined, before };
}
async function judgeIsolation(tools, second, exhaustion) {
    if (!second.works)
        return {
            keys: undefined,
            evidence: `the second key was refused from the start (${renderAnswer(second.answer)})`,
        };
    if (exhaustion?.refusal === undefined)
        return { keys: undefined, evidence: 'the first key was never refused for its budget' };
    const after = await second.watch.look();
    const answer = await neighbours_ask(tools, second.key);
    if (answer.failure !== undefined) {
        const isBudget = answer.failure.kind === 'exhausted' || sameAnswer(answer, exhaustion.refusal);
        return {
            keys: isBudget ? 'shared' : undefined,
            evidence: `the second key got ${renderAnswer(answer)} after the first was exhausted`,
        };
    }
    const moved = second.before?.count && after?.count && (0,sighting/* movedBetween */._Y)(second.before.count, after.count);
    // The second key's own call may be counted late; half of what the first key spent is not that.
    const movedUsd = inUsd(moved || undefined, after?.reading);
    const isMoved = movedUsd !== undefined && movedUsd >= exhaustion.spentNanoUsd / 2;
    if (isMoved && !second.before?.count?.isWider)
        return { keys: 'shared', evidence: 'the second key\u2019s count moved with the first key\u2019s calls' };
    return { keys: 'separate', evidence: 'the second key was answered after the first was exhausted' };
}
/** Whether whatever answers when the budget is exhausted stands under the same cap. */
async function judgeFallback(tools, key, exhaustion, fallbackModel) {
    if (exhaustion?.rerouted !== undefined)
        return {
            fallback: 'uncapped',
            evidence: `after the budget was spent, calls were answered by ${exhaustion.rerouted}`,
        };
    if (exhaustion?.refusal === undefined)
        return { fallback: undefined, evidence: 'no call was refused, so no fallback was needed' };
    if (fallbackModel === undefined)
        return {
            fallback: undefined,
            evidence: 'no other route answered; `verify-fallback-model` names one to ask',
        };
    const answer = await neighbours_ask(tools, key, fallbackModel);
    if (answer.failure === undefined)
        return {
            fallback: 'uncapped',
            evidence: `the model ${fallbackModel} answered when the budget was exhausted`,
        };
    const isBudget = answer.failure.kind === 'exhausted' || sameAnswer(answer, exhaustion.refusal);
    return {
        fallback: isBudget ? 'capped' : undefined,
        evidence: `the model ${fallbackModel} got ${renderAnswer(answer)}`,
    };
}
/** Two refusals that a program cannot tell apart. */
function sameAnswer(a, b) {
    return a.status === b.status && a.words.join(' ') === b.words.join(' ');
}
function neighbours_ask({ caller, dialect, purse }, key, model) {
    return caller.call({
        dialect,
        prompt: SHORT_PROMPT,
        outputCeiling: SHORT_CEILING,
        key,
        purse,
        ...(model ? { model } : {}),
    });
}

;// CONCATENATED MODULE: ./lib/verify/answers.js


const NOT_TRIED = {
    verdict: 'not verifiable',
    finding: 'not tried',
    evidence: 'the probe did not run',
};
function answersOf(found) {
    return [
        {
            id: 'request-limit-field',
            assumption: 'Each endpoint honours the output ceiling of a request, under a name that is known.',
            ...askField(found),
        },
        {
            id: 'above-ceiling',
            assumption: 'A request above the ceiling is refused, not silently cut.',
            ...askAbove(found),
        },
        {
            id: 'session-guard',
            assumption: 'A guard over many requests holds, and its field and scope are known.',
            ...askGuard(found),
        },
        {
            id: 'enforcement',
            assumption: 'The cap holds in real time, not after the fact.',
            ...askEnforcement(found),
        },
        {
            id: 'exhausted-answer',
            assumption: 'An exhausted budget is told by a status and a body of its own.',
            ...askAnswer(found),
        },
        {
            id: 'unit',
            assumption: 'Answers and budget count in the same unit.',
            ...askUnit(found),
        },
        {
            id: 'spend-history',
            assumption: 'Past spend can be read, and shows a call in time.',
            ...askHistory(found),
        },
        {
            id: 'fallback',
            assumption: 'A fallback stands under the same budget.',
            ...askFallback(found),
        },
    ];
}
function askField({ ceiling }) {
    if (ceiling === undefined)
        return NOT_TRIED;
    const there = ceiling.endpoints.filter(({ result }) => result !== 'absent');
    const evidence = ceiling.endpoints
        .map(({ dialect, field, result, evidence: seen }) => `${dialect}: \`${field}\` ${result} (${seen})`)
        .join('; ');
    const finding = there.map(({ dialect, field, result }) => `${dialect}: ${field} ${result}`).join(', ');
    if (there.some(({ result }) => result === 'ignored'))
        return { verdict: 'refuted', finding, evidence };
    const isHonoured = there.length > 0 && there.every(({ result }) => result === 'honoured');
    return { verdict: isHonoured ? 'verified' : 'not verifiable', finding, evidence };
}
function askAbove({ ceiling }) {
    if (ceiling === undefined)
        return NOT_TRIED;
    const { above, aboveEvidence: evidence } = ceiling;
    if (above === undefined)
        return { verdict: 'not verifiable', finding: 'no ceiling was met', evidence };
    const finding = { rejects: 'refused', truncates: 'silently cut', ignores: 'ceiling ignored' }[above];
    return { verdict: above === 'rejects' ? 'verified' : 'refuted', finding, evidence };
}
function askGuard({ happy, exhaustion }) {
    const limit = happy.before?.limit;
    const told = exhaustion?.refusal?.failure?.scope;
    const finding = limit
        ? `${limit.scope}${limit.period ? `, per ${limit.period}` : ''}`
        : (told ?? 'none seen');
    const evidence = [
        limit ? `the reading shows a limit on ${limit.scope}` : 'no finite limit could be read',
        told ? `the refusal names ${told}` : 'no refusal names a scope',
    ].join('; ');
    const isHeld = exhaustion?.enforcement === 'hard' && (limit !== undefined || told !== undefined);
    if (isHeld)
        return { verdict: 'verified', finding, evidence };
    const isBroken = limit !== undefined && exhaustion?.enforcement === 'reported-only';
    return { verdict: isBroken ? 'refuted' : 'not verifiable', finding, evidence };
}
function askEnforcement({ exhaustion }) {
    if (exhaustion === undefined)
        return NOT_TRIED;
    const { enforcement, callsBeyond, overshootPercent, calls, trouble } = exhaustion;
    const over = overshootPercent === undefined
        ? 'what they cost is not known'
        : `overshoot ${overshootPercent} % of the budget`;
    const evidence = `${calls} calls were answered, ${callsBeyond} of them after the budget was spent; ${over}`;
    if (enforcement === undefined)
        return { verdict: 'not verifiable', finding: trouble ?? 'the budget was not spent', evidence };
    const finding = {
        hard: 'the cap is hard',
        soft: 'the cap is soft: calls passed beyond it',
        'reported-only': 'the cap is reported only: nothing was refused',
    }[enforcement];
    return { verdict: enforcement === 'hard' ? 'verified' : 'refuted', finding, evidence };
}
function askAnswer({ exhaustion, happy }) {
    const refusal = exhaustion?.refusal;
    if (exhaustion === undefined)
        return NOT_TRIED;
    if (refusal === undefined)
        return { verdict: 'not verifiable', finding: 'no refusal was seen', evidence: exhaustion.trouble ?? '' };
    const evidence = `${renderAnswer(refusal)}; ${refusal.failure?.evidence ?? ''}`;
    if (refusal.status === 200)
        return { verdict: 'refuted', finding: 'an error under HTTP 200', evidence };
    if (sameAnswer(refusal, happy.wrongKey))
        return { verdict: 'refuted', finding: 'the same answer as to a wrong key', evidence };
    if (exhaustion.looksLike !== undefined) {
        const finding = {
            'rate-limited': 'it looks like a rate limit',
            unauthorised: 'it looks like a wrong key',
            unknown: 'it looks like no budget at all',
        }[exhaustion.looksLike];
        return { verdict: 'refuted', finding, evidence };
    }
    return { verdict: 'verified', finding: renderAnswer(refusal), evidence };
}
/** Many calls say more than one: the count may still move with what was spent before the first of them. */
function askUnit({ happy, exhaustion }) {
    const { unit, evidence } = exhaustion?.unit ?? happy.unit;
    const verdict = { same: 'verified', different: 'refuted', unknown: 'not verifiable' };
    return {
        verdict: verdict[unit],
        finding: `${unit} unit`,
        evidence: `${evidence}; usage in the answer is ${happy.usage}`,
    };
}
function askHistory({ happy, exhaustion, gateway }) {
    const finding = gateway.facts.history;
    const lag = happy.lagMs ?? exhaustion?.lagMs;
    if (happy.counted === 'yes' && exhaustion?.countFollowed !== false)
        return {
            verdict: 'verified',
            finding,
            evidence: `the count followed within ${seconds(lag)}`,
        };
    if (happy.counted === 'unknown')
        return { verdict: 'not verifiable', finding, evidence: 'the count could not be read' };
    return { verdict: 'refuted', finding, evidence: 'the count did not follow the calls in the time allowed' };
}
function seconds(ms) {
    return ms === undefined ? 'an unknown time' : `${Math.max(1, Math.ceil(ms / 1000))} s`;
}
function askFallback({ fallback }) {
    if (fallback === undefined)
        return NOT_TRIED;
    const verdict = { capped: 'verified', uncapped: 'refuted' };
    return {
        verdict: fallback.fallback === undefined ? 'not verifiable' : verdict[fallback.fallback],
        finding: fallback.fallback ?? 'no fallback was seen',
        evidence: fallback.evidence,
    };
}

;// CONCATENATED MODULE: ./lib/verify/conclusions.js




/** What `pre` and `wrap` go by from now on. */
function contractOf({ gateway, at, happy, ceiling, exhaustion, isolation, fallback, }) {
    const refusal = exhaustion?.refusal;
    const isLikeWrongKey = refusal !== undefined && sameAnswer(refusal, happy.wrongKey);
    return {
        gateway: gateway.id,
        gatewayVersion: gateway.version,
        verifiedAt: at.slice(0, 10),
        exhaustion: refusal && {
            status: refusal.status,
            code: tellingWord(refusal),
            looksLike: isLikeWrongKey ? 'unauthorised' : (exhaustion?.looksLike ?? ambiguity(refusal)),
        },
        enforcement: exhaustion?.enforcement,
        overshootPercent: exhaustion?.enforcement === undefined ? undefined : exhaustion.overshootPercent,
        lagMs: exhaustion?.lagMs ?? happy.lagMs,
        requestCeiling: ceiling?.above,
        keys: isolation?.keys,
        fallback: fallback?.fallback,
    };
}
/** A word counts where it, and not the wording or the status, told what the refusal was; or where nothing else did. */
function tellingWord({ words, failure }) {
    return failure?.kind === 'exhausted' && failure.confidence !== 'high' ? undefined : words[0];
}
/** A sentence alone is no mark to go by: under most statuses other errors come without a code too. */
function ambiguity(refusal) {
    const isTold = tellingWord(refusal) !== undefined || contract/* MONEY_STATUSES */.U.includes(refusal.status);
    return isTold ? undefined : 'unknown';
}
/** `fail`: something that people rely on is not so. `incomplete`: nothing is wrong, and not everything could be seen. */
function outcomeOf(found) {
    const isRefuted = answersOf(found).some(({ verdict }) => verdict === 'refuted');
    const { answer } = found.happy;
    const isRefused = answer.isSent && answer.failure !== undefined;
    if (isRefuted || isRefused || found.isolation?.keys === 'shared')
        return 'fail';
    const isVerified = (id) => answersOf(found).some((answer) => answer.id === id && answer.verdict === 'verified');
    const isWhole = isVerified('enforcement') &&
        isVerified('exhausted-answer') &&
        found.happy.usage === 'plausible' &&
        found.skipped.length === 0;
    return isWhole ? 'pass' : 'incomplete';
}
/** Exactly these fields, so that logs of many gateways stand side by side. No key, prompt, answer or price is in it. */
function logRecordOf(found) {
    const { tally, exhaustion, isolation, happy } = found;
    const refusal = exhaustion?.refusal;
    const isKnown = tally.unreported === 0;
    return {
        smoke_test_run_id: found.runId,
        gateway_key_label: found.label,
        request_count: tally.requests,
        total_input_tokens: isKnown ? tally.inputTokens : null,
        total_output_tokens: isKnown ? tally.outputTokens : null,
        budget_limit_configured: found.limitNanoUsd === undefined ? null : `${(0,money/* renderUsdPlain */.H3)(found.limitNanoUsd)} USD`,
        budget_exhaustion_observed: exhaustion === undefined ? null : refusal !== undefined,
        error_code_observed: refusal === undefined ? null : (refusal.words[0] ?? String(refusal.status)),
        log_entry_verified: happy.counted === 'unknown' ? null : happy.counted === 'yes' && exhaustion?.countFollowed !== false,
        cross_key_isolation_verified: isolation?.keys === undefined ? null : isolation.keys === 'separate',
        test_outcome: outcomeOf(found),
        notes: notesOf(found),
    };
}
function notesOf(found) {
    const refuted = answersOf(found)
        .filter(({ verdict }) => verdict === 'refuted')
        .map(({ id, finding }) => `${id}: ${finding}`);
    const shared = found.isolation?.keys === 'shared' ? [`isolation: ${found.isolation.evidence}`] : [];
    const usage = found.happy.usage === 'plausible' || found.happy.usage === 'unknown'
        ? []
        : [`usage in answers is ${found.happy.usage}`];
    return [...refuted, ...shared, ...usage, ...found.skipped].join('; ');
}

;// CONCATENATED MODULE: ./lib/verify/request-ceiling.js

const LONG_PROMPT = 'Count upwards from 1, one number per line, without a comment, and do not stop.';
/** The least that every API takes, and less than the answer. */
const LOW_CEILING = 24;
/** Asked for where nobody says which ceiling the gateway has. */
const HIGH_CEILING = 256;
const MARGIN = 1.1;
async function tryRequestCeiling(tools) {
    const endpoints = [];
    for (const dialect of tools.dialects)
        endpoints.push(await tryEndpoint(tools, dialect));
    const field = endpoints.find(({ dialect }) => dialect === tools.main.id)?.field;
    return { endpoints, ...(await tryAbove(tools, field)) };
}
async function tryEndpoint(tools, dialect) {
    let last = {
        dialect: dialect.id,
        field: dialect.ceilingFields[0] ?? '',
        result: 'not filled',
        evidence: 'not tried',
    };
    for (const field of dialect.ceilingFields) {
        const answer = await request_ceiling_ask(tools, dialect, LOW_CEILING, field);
        last = { dialect: dialect.id, field, ...judgeEndpoint(answer) };
        if (last.result !== 'refused')
            return last;
    }
    return last;
}
function judgeEndpoint(answer) {
    if (!answer.isSent)
        return { result: 'not filled', evidence: answer.failure?.evidence ?? 'not sent' };
    if (isAbsent(answer))
        return { result: 'absent', evidence: renderAnswer(answer) };
    if (answer.failure !== undefined)
        return { result: 'refused', evidence: renderAnswer(answer) };
    const { outputTokens } = answer.usage;
    const evidence = `${outputTokens ?? 'unreported'} output tokens of ${LOW_CEILING} allowed`;
    if (outputTokens !== undefined && outputTokens > LOW_CEILING * MARGIN)
        return { result: 'ignored', evidence };
    return { result: answer.wasCut ? 'honoured' : 'not filled', evidence };
}
async function tryAbove(tools, field) {
    const { configured, main } = tools;
    const asked = configured === undefined ? HIGH_CEILING : configured * 2;
    const answer = await request_ceiling_ask(tools, main, asked, field);
    if (!answer.isSent)
        return { above: undefined, aboveEvidence: `${asked} output tokens: ${answer.failure?.evidence}` };
    if (answer.failure !== undefined) {
        const isRefusal = answer.failure.kind === 'unknown' && answer.status >= 400 && answer.status < 500;
        const evidence = `${renderAnswer(answer)} to a request for ${asked}`;
        return { above: isRefusal ? 'rejects' : undefined, aboveEvidence: evidence };
    }
    return judgeAbove(answer, asked, configured);
}
function judgeAbove({ usage: { outputTokens }, wasCut }, asked, configured) {
    const aboveEvidence = `${outputTokens ?? 'unreported'} output tokens${wasCut ? ', cut,' : ''} for a request that allowed ${asked}`;
    if (outputTokens === undefined)
        return { above: undefined, aboveEvidence };
    if (configured !== undefined && outputTokens > configured * MARGIN)
        return { above: 'ignores', aboveEvidence };
    // Cut before what was asked for: somebody else's ceiling did that, and the answer does not say whose.
    if (wasCut && outputTokens < asked / MARGIN)
        return { above: 'truncates', aboveEvidence };
    return { above: undefined, aboveEvidence };
}
function request_ceiling_ask({ caller, key, purse }, dialect, outputCeiling, field) {
    return caller.call({
        dialect,
        prompt: LONG_PROMPT,
        outputCeiling,
        key,
        purse,
        ...(field ? { field } : {}),
    });
}

;// CONCATENATED MODULE: ./lib/verify/plan.js
/** Which probes can run, and the most that each may spend: told before anything is spent. */





const ORDER = ['happy-path', 'request-ceiling', 'isolation', 'exhaustion', 'fallback'];
/** A soft cap is followed this far beyond the budget, and not further. */
const EXHAUSTION_SHARE = 1.5;
/** And at least so many calls, where the budget is that of a few. */
const CALLS_BEYOND = 4;
const CEILING_SHARE = 0.3;
function planProbes(facts) {
    const skipped = [];
    const probes = [];
    for (const probe of ORDER) {
        if (probe !== 'happy-path' && facts.wanted !== undefined && !facts.wanted.includes(probe))
            continue;
        const why = missing(probe, facts);
        if (why === undefined)
            probes.push({ probe, maxNanoUsd: maxOf(probe, facts) });
        else
            skipped.push(`${probe}: ${why}`);
    }
    return { probes, skipped };
}
/** The sum of all stated maxima. */
function totalOf({ probes }) {
    return probes.reduce((sum, { maxNanoUsd }) => sum + maxNanoUsd, 0);
}
function missing(probe, facts) {
    const { budgetNanoUsd, maxNanoUsd, hasSecondKey, wanted, budgetTrouble } = facts;
    if (probe === 'happy-path' || probe === 'request-ceiling')
        return undefined;
    if (probe === 'isolation' && !hasSecondKey)
        return 'it needs `verify-second-key`';
    if (probe !== 'exhaustion')
        return wanted !== undefined && !wanted.includes('exhaustion')
            ? 'it needs the probe `exhaustion`'
            : missing('exhaustion', facts);
    if (budgetNanoUsd === undefined)
        return `no test budget could be read on the key${budgetTrouble ? ` (${budgetTrouble})` : ''}; \`verify-budget\` says what is set`;
    if (budgetNanoUsd <= 0)
        return 'nothing is left of the test budget';
    if (maxNanoUsd !== undefined && budgetNanoUsd > maxNanoUsd)
        return `${(0,money/* renderUsd */.NX)(budgetNanoUsd)} are left on the key, and \`verify-max-cost\` is ${(0,money/* renderUsd */.NX)(maxNanoUsd)}: set a small budget for the test, or raise the maximum`;
    return undefined;
}
function maxOf(probe, facts) {
    const { price, fallbackPrice, budgetNanoUsd = 0, endpoints, requestCeiling = HIGH_CEILING } = facts;
    const call = (output, at = price) => (0,core_price/* priceAtMost */.SO)(at, PROMPT_TOKENS_AT_MOST, output);
    switch (probe) {
        case 'exhaustion':
            return Math.max(Math.ceil(budgetNanoUsd * EXHAUSTION_SHARE), budgetNanoUsd + CALLS_BEYOND * call(HIGH_CEILING));
        case 'request-ceiling': {
            const whole = endpoints * 2 * call(HIGH_CEILING) + call(requestCeiling * 2);
            // The budget is for the exhaustion; a ceiling that eats it up proves nothing.
            return budgetNanoUsd > 0 ? Math.min(whole, Math.ceil(budgetNanoUsd * CEILING_SHARE)) : whole;
        }
        case 'fallback':
            return call(SHORT_CEILING, fallbackPrice);
        case 'isolation':
            return 2 * call(SHORT_CEILING);
        case 'happy-path':
            // Besides the endpoints, a wrong key is tried.
            return (endpoints + 1) * call(SHORT_CEILING);
    }
}

;// CONCATENATED MODULE: ./lib/verify/route-watch.js
class RouteWatch {
    #usual = new Set();
    #usualFallbacks = 0;
    #rerouted;
    /** What answered after the budget was spent and never before; `undefined` when nothing did. */
    get rerouted() {
        return this.#rerouted;
    }
    note({ model, route }, isBeyond) {
        const name = `${route.servedBy ?? ''} ${model ?? ''}`;
        const fallbacks = route.fallbacks ?? 0;
        if (!isBeyond) {
            this.#usual.add(name);
            this.#usualFallbacks = Math.max(this.#usualFallbacks, fallbacks);
            return;
        }
        const isFallback = fallbacks > this.#usualFallbacks;
        if (isFallback || !this.#usual.has(name))
            this.#rerouted ??= `${route.servedBy ?? model ?? 'another route'}${isFallback ? ' (a fallback)' : ''}`;
    }
}

;// CONCATENATED MODULE: ./lib/verify/spend-track.js
/** What the calls cost, one by one: by the answers, by the price table, or by the gateway's own count. */
class SpendTrack {
    #costs = [];
    #factor = 1;
    add(costNanoUsd) {
        this.#costs.push(costNanoUsd);
    }
    get calls() {
        return this.#costs.length;
    }
    get spentNanoUsd() {
        return Math.round(this.#sum());
    }
    /** Of the dearest call so far. */
    get dearestNanoUsd() {
        return this.#factor * this.#costs.reduce((dearest, cost) => Math.max(dearest, cost), 0);
    }
    /** A price table is an estimate: where the gateway's count says what it all came to, each call is brought to that. */
    scaleTo(countedNanoUsd) {
        const sum = this.#sum();
        if (sum > 0)
            this.#factor *= countedNanoUsd / sum;
    }
    /** Calls that were answered when the budget was spent already; the one that spends the last of it is not beyond it. */
    callsBeyond(budgetNanoUsd) {
        let sum = 0;
        return this.#costs.filter((cost) => {
            const isBeyond = sum >= budgetNanoUsd;
            sum += cost * this.#factor;
            return isBeyond;
        }).length;
    }
    #sum() {
        return this.#costs.reduce((sum, cost) => sum + cost * this.#factor, 0);
    }
}

;// CONCATENATED MODULE: ./lib/verify/exhaustion.js






/** The longest answer of which a budget pays for a good many. */
const CEILINGS = [256, 64, 24];
const exhaustion_LOW_CEILING = 24;
const CALLS_IN_A_BUDGET = 10;
const MAX_CALLS = 400;
/** Enough to tell a soft cap from one that is only reported. */
const MAX_CALLS_BEYOND = 10;
/** A refusal that may pass is asked again, this often and no longer than this. */
const MAX_ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 5000;
const SHORTEST_PAUSE_MS = 200;
/** A cap that reserves refuses a call for which less than its worst case is left. */
const CALLS_LEFT = 1;
/** Costs are settled beside the answers: one more call may pass before a hard cap has heard of the last one. */
const CALLS_BEYOND_A_HARD_CAP = 1;
const LONGEST_RUN_MS = 15 * 60_000;
function exhaust(tools) {
    return new ExhaustionRun(tools).run();
}
class ExhaustionRun {
    #tools;
    #track = new SpendTrack();
    #routes = new RouteWatch();
    #ceiling = exhaustion_LOW_CEILING;
    #lastAnswerAt = 0;
    #source;
    #before;
    #attempts = 0;
    constructor(tools) {
        this.#tools = tools;
    }
    async run() {
        this.#before = await this.#tools.watch.look();
        const startedAt = this.#tools.now().getTime();
        this.#lastAnswerAt = startedAt;
        this.#ceiling = this.#pickCeiling();
        while (this.#track.calls < MAX_CALLS) {
            if (!this.#affords())
                return this.#end(this.#isSpent() ? {} : { trouble: this.#cannotAfford() });
            if (this.#tools.now().getTime() - startedAt > LONGEST_RUN_MS)
                return this.#end({ trouble: 'the gateway answers too slowly to spend the test budget' });
            const answer = await this.#call();
            if (answer.failure === undefined) {
                await this.#take(answer);
                if (this.#beyond() >= MAX_CALLS_BEYOND)
                    return this.#end({});
                continue;
            }
            const ending = await this.#judge(answer, answer.failure);
            if (ending !== 'again')
                return this.#end(ending);
        }
        return this.#end({
            trouble: `${MAX_CALLS} calls spent only part of the test budget: set a smaller one`,
        });
    }
    #pickCeiling() {
        const { purse, dialect, budgetNanoUsd } = this.#tools;
        const share = budgetNanoUsd / CALLS_IN_A_BUDGET;
        return CEILINGS.find((ceiling) => purse.reckon(ceiling, dialect.id) <= share) ?? exhaustion_LOW_CEILING;
    }
    #affords() {
        const { purse, dialect } = this.#tools;
        return purse.affords(this.#ceiling, dialect.id);
    }
    #cannotAfford() {
        return this.#tools.purse.isAssuming
            ? 'nobody tells what a call of this model costs, so no more can be spent safely'
            : 'what may be spent was reached first';
    }
    #isSpent() {
        return this.#track.spentNanoUsd >= this.#tools.budgetNanoUsd;
    }
    #beyond() {
        return this.#track.callsBeyond(this.#tools.budgetNanoUsd);
    }
    #call() {
        const { caller, dialect, field, key, purse } = this.#tools;
        return caller.call({
            dialect,
            prompt: LONG_PROMPT,
            outputCeiling: this.#ceiling,
            key,
            purse,
            ...(field ? { field } : {}),
        });
    }
    async #take(answer) {
        this.#routes.note(answer, this.#isSpent());
        this.#attempts = 0;
        this.#lastAnswerAt = answer.at;
        this.#source ??= answer.costSource;
        if (answer.costNanoUsd !== undefined)
            this.#track.add(answer.costNanoUsd);
        else
            await this.#takeFromCount();
    }
    /** Calls that do not tell their cost are counted by the gateway's own figure. */
    async #takeFromCount() {
        const moved = this.#movedSince(await this.#tools.watch.look()) ?? 0;
        this.#track.add(Math.max(0, moved - this.#track.spentNanoUsd));
        this.#tools.purse.learn(moved);
    }
    #movedSince(look) {
        const [from, to] = [this.#before?.count, look?.count];
        if (from === undefined || to === undefined || from.scope !== to.scope)
            return undefined;
        return inUsd({ unit: to.unit, value: to.value - from.value }, look?.reading);
    }
    /** Is this the end of the budget, whatever it says? */
    async #judge(answer, failure) {
        if (!answer.isSent)
            return { trouble: failure.evidence };
        if (failure.kind === 'exhausted' && !failure.needsProbe)
            return this.#judgeExhausted(answer);
        if (this.#ceiling > exhaustion_LOW_CEILING && mayBeTooLarge(answer, failure)) {
            this.#ceiling = exhaustion_LOW_CEILING;
            return 'again';
        }
        if (failure.kind === 'too-large-for-budget')
            return { refusal: answer };
        if (this.#attempts < MAX_ATTEMPTS) {
            this.#attempts += 1;
            await this.#tools.sleep(pauseOf(failure, this.#tools.now()));
            return 'again';
        }
        // A wait that is stated is a rate limit's; only the count itself can say otherwise.
        const isStatedWait = failure.kind === 'rate-limited' && failure.resetsAt !== undefined;
        if (isOutage(answer, failure) || !(await this.#isNearlySpent(isStatedWait)))
            return { trouble: `refused with ${renderAnswer(answer)} (${failure.kind}) while budget was left` };
        const { kind } = failure;
        return {
            refusal: answer,
            looksLike: kind === 'rate-limited' || kind === 'unauthorised' ? kind : 'unknown',
        };
    }
    /** Refused as exhausted while this budget has something left: then it is another budget, perhaps the provider's. */
    async #judgeExhausted(answer) {
        if (await this.#isNearlySpent(false))
            return { refusal: answer };
        return {
            trouble: `refused with ${renderAnswer(answer)} while budget was left on this key: another budget is exhausted`,
        };
    }
    /** By the gateway's figure or by what the calls cost: no more is left than a call. */
    async #isNearlySpent(byCountAlone) {
        const { purse, dialect, budgetNanoUsd } = this.#tools;
        const margin = Math.max(this.#track.dearestNanoUsd, purse.reckon(this.#ceiling, dialect.id)) * CALLS_LEFT;
        if (!byCountAlone && budgetNanoUsd - this.#track.spentNanoUsd <= margin)
            return true;
        const look = await this.#tools.watch.look();
        const left = inUsd(look?.remaining, look?.reading);
        return left !== undefined && left <= (byCountAlone ? 0 : margin);
    }
    async #end(ending) {
        const followed = await this.#follow();
        const refusal = ending.refusal ?? (this.#isSpent() ? await this.#lateRefusal() : undefined);
        const { budgetNanoUsd, limitNanoUsd } = this.#tools;
        const spent = this.#track.spentNanoUsd;
        const over = Math.max(0, ((spent - budgetNanoUsd) / limitNanoUsd) * 100);
        const beyond = this.#beyond();
        // Calls that are said to cost nothing say nothing of a cap on cost.
        const isKnown = spent > 0 || this.#track.calls === 0;
        return {
            ...followed,
            refusal,
            looksLike: ending.looksLike,
            enforcement: isKnown ? this.#enforcement(refusal !== undefined, beyond) : undefined,
            callsBeyond: beyond,
            overshootPercent: isKnown ? Math.round(over * 10) / 10 : undefined,
            rerouted: beyond > 0 ? this.#routes.rerouted : undefined,
            calls: this.#track.calls,
            spentNanoUsd: spent,
            trouble: ending.trouble,
        };
    }
    /** Waits for the count, and brings what was only reckoned by a price table to it. */
    async #follow() {
        const { watch } = this.#tools;
        const isReckoned = this.#source !== 'gateway';
        const spent = this.#track.spentNanoUsd;
        const { followed, isEnough } = await watch.follow(this.#before?.count, this.#lastAnswerAt, (moved, reading) => (inUsd(moved, reading) ?? 0) >= spent * (isReckoned ? 0.5 : 0.9), isReckoned);
        if (this.#before?.count === undefined || this.#track.calls === 0)
            return { countFollowed: undefined, lagMs: undefined, unit: undefined };
        const unit = isEnough && this.#source !== undefined && this.#source !== 'unknown'
            ? judgeUnit(spent, this.#source, followed?.moved, this.#before)
            : undefined;
        const counted = inUsd(followed?.moved, this.#before.reading);
        if (isReckoned && unit?.unit === 'same' && counted !== undefined)
            this.#track.scaleTo(counted);
        return { countFollowed: isEnough, lagMs: isEnough ? followed?.lagMs : undefined, unit };
    }
    /** A gateway that goes by a late count may refuse once the count is there: one more call tells. */
    async #lateRefusal() {
        const answer = await this.#call();
        return answer.failure?.kind === 'exhausted' ? answer : undefined;
    }
    #enforcement(isRefused, beyond) {
        if (isRefused && this.#track.calls === 0)
            return undefined;
        if (isRefused)
            return beyond <= CALLS_BEYOND_A_HARD_CAP ? 'hard' : 'soft';
        return beyond > 0 ? 'reported-only' : undefined;
    }
}
/** A ceiling that the gateway does not take, or that is too much for what is left. */
function mayBeTooLarge({ status }, { kind }) {
    return kind === 'too-large-for-budget' || (kind === 'unknown' && status === 400);
}
/** No answer, one that is none, or one that says the server is in trouble: never the end of a budget. */
function isOutage({ status, words }, { kind }) {
    const isNone = status < 400 && words.length === 0;
    return isNone || status >= 500 || kind === 'overloaded';
}
function pauseOf({ resetsAt }, now) {
    const told = resetsAt === undefined ? SHORTEST_PAUSE_MS : Date.parse(resetsAt) - now.getTime();
    return Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, told));
}

// EXTERNAL MODULE: ./lib/modes/budget-reading.js
var budget_reading = __webpack_require__(4334);
;// CONCATENATED MODULE: ./lib/modes/verification.js










const NOTHING = { ceiling: undefined, exhaustion: undefined, isolation: undefined, fallback: undefined };
class Verification {
    #deps;
    #gateway;
    #secrets;
    #watch;
    #caller;
    #model;
    #price;
    #dearest;
    #budgetNanoUsd;
    constructor(deps, gateway) {
        const { config, clock, prices, sendCall } = deps;
        this.#deps = deps;
        this.#gateway = gateway;
        this.#secrets = [config.gateway.key, config.gateway.adminKey, config.verify.secondKey].filter((secret) => secret !== undefined);
        this.#model = config.verify.model ?? '';
        this.#price = (0,core_price/* findPrice */.vk)(prices, this.#model);
        this.#dearest = (0,core_price/* dearestPrice */.uu)(prices);
        this.#watch = this.#watchOf(config.gateway.key);
        this.#caller = new Caller({
            gateway,
            url: config.gateway.url ?? '',
            model: this.#model,
            send: sendCall,
            prices,
            now: () => clock.now(),
            secrets: this.#secrets,
        });
    }
    #watchOf(key) {
        const { clock, config, sleep } = this.#deps;
        return new BudgetWatch({
            read: async () => this.#cleanReading(await (0,budget_reading/* tryRead */.o_)(this.#gateway, this.#deps, key)),
            now: () => clock.now(),
            sleep,
            waitMs: config.verify.waitMs,
        });
    }
    /** What the stated maxima go by where the model has no price. */
    get priceNote() {
        return this.#price
            ? ''
            : ' (no price is known: the dearest one of the table is reckoned until the gateway tells)';
    }
    #priceOf(model) {
        return model === undefined ? this.#price : (0,core_price/* findPrice */.vk)(this.#deps.prices, model);
    }
    async plan() {
        const { config, dialects } = this.#deps;
        const { verify } = config;
        const look = await this.#watch.look();
        this.#budgetNanoUsd = inUsd(look?.remaining, look?.reading) ?? verify.budgetNanoUsd;
        return planProbes({
            wanted: verify.probes,
            price: this.#price ?? this.#dearest,
            fallbackPrice: this.#priceOf(verify.fallbackModel) ?? this.#dearest,
            budgetNanoUsd: this.#budgetNanoUsd,
            budgetTrouble: this.#watch.trouble,
            maxNanoUsd: verify.maxCostNanoUsd,
            hasSecondKey: verify.secondKey !== undefined,
            endpoints: dialects.length,
            requestCeiling: verify.requestCeiling,
        });
    }
    async probe(plan, maxNanoUsd) {
        const { config, dialects } = this.#deps;
        const key = config.gateway.key ?? '';
        const whole = new Purse({ maxNanoUsd, price: this.#price, dearest: this.#dearest });
        const planned = new Map(plan.probes.map(({ probe, maxNanoUsd: max }) => [
            probe,
            probe === 'fallback'
                ? whole.partFor(max, this.#priceOf(config.verify.fallbackModel))
                : whole.part(max),
        ]));
        this.#say('happy path');
        const happy = await tryHappyPath({
            caller: this.#caller,
            watch: this.#watch,
            dialects,
            key,
            purse: planned.get('happy-path') ?? whole,
        });
        const base = await this.#base(happy);
        const found = happy.dialect && (await this.#atTheLimits(happy.dialect, planned));
        const trouble = found?.exhaustion?.trouble;
        return {
            ...base,
            ...(found ?? NOTHING),
            skipped: trouble === undefined ? plan.skipped : [...plan.skipped, `exhaustion: ${trouble}`],
        };
    }
    async #base(happy) {
        const { clock, config, runId } = this.#deps;
        const version = cleanVersion(happy.answer.route.gatewayVersion ??
            (await (0,budget_reading/* readVersion */.$4)(this.#gateway, this.#deps, happy.before?.reading)));
        return {
            runId,
            gateway: { id: this.#gateway.id, version, facts: this.#gateway.facts },
            model: this.#model,
            at: clock.now().toISOString(),
            label: config.verify.label ?? happy.before?.limit?.scope ?? 'key',
            tally: this.#caller.tally,
            limitNanoUsd: this.#limitNanoUsd(happy.before),
            happy,
        };
    }
    /** The second key is tried before the first is exhausted, and again after it. */
    async #atTheLimits(dialect, planned) {
        const { config } = this.#deps;
        const key = config.gateway.key ?? '';
        const use = { caller: this.#caller, dialect };
        const purseOf = (probe) => planned.get(probe);
        const ceilingPurse = purseOf('request-ceiling');
        const ceiling = ceilingPurse && (await this.#ceiling(dialect, key, ceilingPurse));
        const secondPurse = purseOf('isolation');
        const second = secondPurse && (await this.#secondKey({ ...use, purse: secondPurse }));
        const field = ceiling?.endpoints.find((endpoint) => endpoint.dialect === dialect.id)?.field;
        const exhaustionPurse = purseOf('exhaustion');
        const exhaustion = exhaustionPurse &&
            (await this.#exhaust({ dialect, field, key, purse: exhaustionPurse }, (planned.get('happy-path')?.toldNanoUsd ?? 0) + (ceilingPurse?.toldNanoUsd ?? 0)));
        const fallbackPurse = purseOf('fallback');
        return {
            ceiling,
            exhaustion,
            isolation: second && (await judgeIsolation({ ...use, purse: secondPurse }, second, exhaustion)),
            fallback: fallbackPurse &&
                (await judgeFallback({ ...use, purse: fallbackPurse }, key, exhaustion, config.verify.fallbackModel)),
        };
    }
    /** A gateway may name a budget after anything, and quote a key in an error. */
    #clean(text) {
        return shortName(this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text));
    }
    #cleanReading(reading) {
        if ('error' in reading)
            return { error: this.#clean(reading.error) };
        const limits = reading.limits.map((limit) => ({ ...limit, scope: this.#clean(limit.scope) }));
        return { ...reading, limits };
    }
    /** What is set at the gateway: as it tells, else as a person said. */
    #limitNanoUsd(look) {
        const { limit, reading } = look ?? {};
        const level = limit?.limit.kind === 'finite' ? limit.limit.value : undefined;
        const told = limit && level !== undefined ? inUsd({ unit: limit.unit, value: level }, reading) : undefined;
        return told ?? this.#deps.config.verify.budgetNanoUsd;
    }
    #ceiling(main, key, purse) {
        this.#say('request ceiling');
        const { config, dialects } = this.#deps;
        return tryRequestCeiling({
            caller: this.#caller,
            dialects,
            main,
            key,
            purse,
            configured: config.verify.requestCeiling,
        });
    }
    async #secondKey(tools) {
        const key = this.#deps.config.verify.secondKey;
        if (key === undefined)
            return undefined;
        this.#say('second key');
        return trySecondKey(tools, key, this.#watchOf(key));
    }
    async #exhaust(how, spentNanoUsd) {
        this.#say('exhaustion');
        const { clock, sleep } = this.#deps;
        const look = await this.#watch.look();
        // A count that is late still shows what the earlier probes have spent.
        const reckoned = (this.#budgetNanoUsd ?? 0) - spentNanoUsd;
        const left = Math.max(1, Math.min(inUsd(look?.remaining, look?.reading) ?? reckoned, reckoned));
        return exhaust({
            ...how,
            caller: this.#caller,
            watch: this.#watch,
            budgetNanoUsd: left,
            limitNanoUsd: this.#limitNanoUsd(look) ?? left,
            now: () => clock.now(),
            sleep,
        });
    }
    #say(probe) {
        this.#deps.runner.info(`spendgate: ${probe} \u2026`);
    }
}

// EXTERNAL MODULE: ./lib/config/contract-block.js
var contract_block = __webpack_require__(2858);
// EXTERNAL MODULE: ./lib/core/findings.js
var core_findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/markdown.js
var markdown = __webpack_require__(8346);
;// CONCATENATED MODULE: ./lib/verify/contract-report.js
/** The contract report, for people and for programs: eight answers, each with its evidence and the day. */



const ICONS = { verified: '\u2705', refuted: '\ud83d\uded1', 'not verifiable': '\u2754' };
function renderContractReport(found, contractYaml) {
    const { gateway, at, model, label } = found;
    const version = gateway.version === undefined ? '' : ` ${(0,markdown/* escapeMarkdown */.F)(gateway.version)}`;
    const lines = [
        `# What ${(0,markdown/* escapeMarkdown */.F)(gateway.facts.title)}${version} does at its limits`,
        '',
        `Verified ${at.slice(0, 10)} with the model ${(0,markdown/* escapeMarkdown */.F)(model)} and the key ${(0,markdown/* escapeMarkdown */.F)(label)}: **${outcomeOf(found)}**.`,
        '',
        '| | Assumption | Verdict | Found | Evidence |',
        '|---|---|---|---|---|',
        ...answersOf(found).map(renderRow),
        '',
        `Other keys: ${(0,markdown/* escapeMarkdown */.F)(found.isolation ? `${found.isolation.keys ?? 'not verifiable'}, ${found.isolation.evidence}` : 'not tried')}.`,
        ...found.skipped.map((why) => `Not tried: ${(0,markdown/* escapeMarkdown */.F)(why)}.`),
        '',
        ...(contractYaml === ''
            ? ['No contract: the gateway answered no call.', '']
            : [
                '## For the policy file',
                '',
                '```yaml',
                contractYaml.trimEnd().replaceAll('```', "'''"),
                '```',
                '',
            ]),
    ];
    return lines.join('\n');
}
function renderRow({ assumption, verdict, finding, evidence }) {
    const cells = [assumption, verdict, finding, evidence].map((cell) => (0,markdown/* escapeMarkdown */.F)(cell));
    return `| ${ICONS[verdict]} | ${cells.join(' | ')} |`;
}
function contractReportJson(found) {
    const { gateway, at, runId, model, label, isolation, skipped } = found;
    return {
        version: 1,
        'run-id': runId,
        gateway: gateway.id,
        'gateway-version': gateway.version,
        model,
        'key-label': label,
        'verified-at': at,
        outcome: outcomeOf(found),
        answers: answersOf(found).map((answer) => ({ ...answer, date: at.slice(0, 10) })),
        keys: { verdict: isolation?.keys, evidence: isolation?.evidence },
        skipped,
    };
}

// EXTERNAL MODULE: ./lib/modes/deps.js
var modes_deps = __webpack_require__(2868);
// EXTERNAL MODULE: ./lib/modes/publish.js
var publish = __webpack_require__(2759);
;// CONCATENATED MODULE: ./lib/modes/verify-report.js
/** What `verify` leaves behind: outputs, four files, and a report like every other. */








async function reportVerification(deps, found) {
    const { config, runner, reporters, writeFiles } = deps;
    const log = logRecordOf(found);
    // A gateway that answered nothing has shown nothing: no block that would wipe an older one.
    const yaml = found.happy.dialect === undefined ? '' : (0,contract_block/* renderContractYaml */.Ki)(contractOf(found));
    runner.setOutput('test-outcome', outcomeOf(found));
    runner.setOutput('log-record', JSON.stringify(log));
    runner.setOutput('contract', yaml);
    const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
    const [record, markdown] = writeFiles(config.verify.dir, {
        'smoke-test.json': json(log),
        'contract.md': renderContractReport(found, yaml),
        'contract.json': json(contractReportJson(found)),
        ...(yaml === '' ? {} : { 'contract.yml': yaml }),
    });
    runner.setOutput('record', record);
    runner.setOutput('contract-report', markdown);
    const findings = config.observe ? (0,core_findings/* asNotices */.Ek)(findingsOf(found)) : findingsOf(found);
    await (0,publish/* publish */.m)(reportOf(deps, found, findings), reporters, (0,modes_deps/* reporterContext */.D)(deps));
    runner.info(`spendgate: ${headlineOf(found)} Reports: ${config.verify.dir}. For the policy file:\n${yaml}`);
}
function findingsOf(found) {
    const { failure, isSent } = found.happy.answer;
    if (failure !== undefined && !isSent)
        return [
            (0,core_findings/* finding */.gk)('warning', 'nothing-sent', 'Nothing was tried', 'What may be spent does not pay for one short call.', {
                advice: 'Raise `verify-max-cost`, or take a cheaper model.',
            }),
        ];
    if (failure !== undefined)
        return [
            (0,core_findings/* finding */.gk)('error', 'no-answer', 'The first call was refused', `${failure.kind}: ${[renderAnswer(found.happy.answer), failure.evidence].join(', ').replace(/\.+$/, '')}.`, {
                advice: found.happy.answer.status === 0
                    ? 'Nothing answered: check `gateway-url`, and whether this machine can reach it.'
                    : 'Check the key, the model and what is left of the test budget.',
            }),
        ];
    const refuted = answersOf(found)
        .filter(({ verdict }) => verdict === 'refuted')
        .map(({ id, finding: seen, evidence, assumption }) => (0,core_findings/* finding */.gk)('error', `refuted-${id}`, `Not so: ${assumption.replace(/\.$/, '')}`, `${seen}: ${evidence}.`));
    const { isolation, skipped } = found;
    if (skipped.length > 0)
        refuted.push((0,core_findings/* finding */.gk)('warning', 'not-tried', 'Not everything was tried', `${skipped.join('; ')}.`));
    if (isolation?.keys !== 'shared')
        return refuted;
    return [...refuted, (0,core_findings/* finding */.gk)('error', 'budget-shared', 'Keys are not separate', `${isolation.evidence}.`)];
}
const ROW_VERDICTS = { verified: 'ok', refuted: 'bad', 'not verifiable': 'unknown' };
function reportOf({ config }, found, findings) {
    const version = found.gateway.version === undefined ? '' : ` ${found.gateway.version}`;
    return {
        mode: 'verify',
        task: found.gateway.id,
        key: `verify-${found.gateway.id}`,
        status: (0,modes_deps/* statusOf */.c)(findings),
        headline: headlineOf(found),
        rows: answersOf(found).map(toRow),
        facts: [
            ['Gateway', `${found.gateway.facts.title}${version}`],
            ['Model', found.model],
            ['Calls', String(found.tally.requests)],
            ...(found.isolation ? [['Other keys', found.isolation.evidence]] : []),
            ...found.skipped.map((why) => ['Not tried', why]),
        ],
        findings,
        gate: undefined,
        runUrl: config.context.runUrl,
    };
}
function toRow({ assumption, verdict, finding: seen }) {
    return {
        label: assumption,
        observed: seen,
        expected: verdict,
        limit: '',
        share: undefined,
        verdict: ROW_VERDICTS[verdict],
    };
}
function headlineOf(found) {
    const answers = answersOf(found);
    const count = (verdict) => answers.filter((answer) => answer.verdict === verdict).length;
    return `Smoke test of ${found.gateway.id}: ${outcomeOf(found)}. ${count('verified')} verified, ${count('refuted')} refuted, ${count('not verifiable')} not verifiable${found.isolation?.keys === 'shared' ? '; keys share a budget' : ''}.`;
}

;// CONCATENATED MODULE: ./lib/modes/verify.js
/**
 * A smoke test of the user's own gateway on a deliberately small budget. It says what it will spend before it spends it,
 * runs its probes in order, and leaves a log record, a contract report and a `contract` block.
 */





/** @throws {AppError} `contract-refuted` when something that people rely on is not so. */
async function runVerify(deps) {
    const run = new Verification(deps, gatewayOf(deps));
    const plan = await run.plan();
    const maxNanoUsd = await consent(deps, plan, run.priceNote);
    // A folder that cannot be written is told before the money is spent.
    deps.writeFiles(deps.config.verify.dir, {});
    const found = await run.probe(plan, maxNanoUsd);
    await reportVerification(deps, found);
    if (outcomeOf(found) !== 'fail' || deps.config.observe)
        return;
    const code = found.happy.answer.failure === undefined ? 'contract-refuted' : 'upstream-failed';
    throw new errors/* AppError */.uV(code, headlineOf(found), { isReported: true });
}
function gatewayOf({ config, gateways }) {
    const gateway = gateways.find(({ id }) => id === config.gateway.id);
    if (gateway === undefined)
        throw new TypeError('configuration lets no unknown gateway pass');
    return gateway;
}
/** A maximum is told rounded up, to a hundredth of a cent. */
function atMost(nanoUsd) {
    return `$${(Math.ceil(nanoUsd / 100_000) / 10_000).toFixed(4)}`;
}
/** What may be spent in all: given, or agreed to by a person who was told. @throws {AppError} when nobody agreed. */
async function consent({ config, runner, ask }, plan, note) {
    const given = config.verify.maxCostNanoUsd;
    const total = totalOf(plan);
    runner.info([
        `Probes against ${config.gateway.id}, model ${config.verify.model}${note}:`,
        ...plan.probes.map(({ probe, maxNanoUsd }) => `  ${probe}: at most ${atMost(maxNanoUsd)}`),
        `  together: at most ${atMost(given === undefined ? total : Math.min(total, given))}`,
        ...plan.skipped.map((why) => `  not tried: ${why}`),
    ].join('\n'));
    if (given !== undefined)
        return given;
    if (ask === undefined)
        throw new errors/* InputFaults */.qv([
            {
                where: 'verify-max-cost',
                message: 'The probes spend money, so somebody must say how much they may.',
                example: '0.50 USD',
            },
        ]);
    if (await ask(`Spend up to ${atMost(total)} on this key? [y/N] `))
        return total;
    throw new errors/* AppError */.uV('denied', 'Nothing was spent: nobody agreed to the maximum.', {
        hint: 'Answer y, or give `verify-max-cost`.',
    });
}

// EXTERNAL MODULE: ./lib/platform/dispatcher.js
var platform_dispatcher = __webpack_require__(730);
// EXTERNAL MODULE: ./lib/platform/http.js
var http = __webpack_require__(1267);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./lib/platform/text-files.js
/** Small text files for people: reports that a workflow uploads, or a person reads. */



/**
 * Writes the files into the folder, which is made where it does not exist; their paths, in order.
 * @throws {AppError} `bad-value` when the disk refuses.
 */
function writeTextFiles(dir, files) {
    try {
        (0,external_node_fs_.mkdirSync)(dir, { recursive: true });
        return Object.entries(files).map(([name, text]) => {
            const path = (0,external_node_path_.join)(dir, name);
            (0,external_node_fs_.writeFileSync)(path, text);
            return path;
        });
    }
    catch (cause) {
        throw new errors/* AppError */.uV('bad-value', `The folder ${dir} cannot be written: ${(0,errors/* describeError */.Uc)(cause)}.`, {
            cause,
            hint: 'Name another folder.',
        });
    }
}

// EXTERNAL MODULE: ./lib/entrypoints/budget-parts.js + 1 modules
var budget_parts = __webpack_require__(2863);
;// CONCATENATED MODULE: ./lib/entrypoints/verify.js
/** Puts `verify` together. The gateway is taken as it is known, without a contract: what it does is to be found out. */








const CALL_DEADLINE_MS = 120_000;
async function verify({ environment, ask }, deps) {
    const { default: prices } = await __webpack_require__.e(/* import() */ 337).then(__webpack_require__.t.bind(__webpack_require__, 4337, 17));
    const dispatcher = (0,platform_dispatcher.createDispatcher)(environment);
    // Each call has a deadline of its own, and is never sent twice.
    const sendCall = (request) => (0,http/* createHttpSend */.D)(dispatcher, CALL_DEADLINE_MS, 0)(request);
    const { context } = deps.config;
    await runVerify({
        ...deps,
        ...(0,budget_parts/* budgetParts */.g)(deps.config, environment, async () => dispatcher),
        gateways: gateways/* gateways */.o,
        dialects: dialects/* dialects */.O,
        prices,
        sendCall,
        sleep: (ms) => (0,promises_.setTimeout)(ms),
        runId: `${context.runId}-${context.runAttempt}`,
        writeFiles: writeTextFiles,
        ask,
    });
}


/***/ }),

/***/ 2868:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ reporterContext),
/* harmony export */   c: () => (/* binding */ statusOf)
/* harmony export */ });
/* harmony import */ var _check_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5516);

function reporterContext({ runner, github, config }) {
    const { context, observe, post } = config;
    const target = (0,_check_js__WEBPACK_IMPORTED_MODULE_0__/* .checkTarget */ .e)(config);
    const rules = {
        isAdvisory: observe || post.onOutOfRange === 'warn',
        isObserved: observe,
        isUnproven: false,
        expectsNothing: post.expect.size === 0,
    };
    return {
        runner,
        github,
        pullRequest: context.pullRequest ?? context.issue,
        comment: post.comment,
        commentMode: post.commentMode,
        check: target && { ...target, ...rules },
    };
}
/** `bad` when something failed, `warning` when something is doubtful. */
function statusOf(findings) {
    if (findings.some(({ level }) => level === 'error'))
        return 'bad';
    return findings.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
}


/***/ }),

/***/ 2759:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ publish)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9901);
/** Shows a report everywhere at once. What a reporter cannot do is a notice; it never changes a verdict. */


async function publish(report, reporters, context) {
    const done = await Promise.all(reporters.map((reporter) => publishOne(report, reporter, context)));
    return Object.assign({}, ...done);
}
async function publishOne(report, reporter, context) {
    try {
        return (await reporter.report(report, context)) ?? {};
    }
    catch (error) {
        // Whoever asked GitHub has told it, once for all that needed the same.
        if (error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV && error.code === 'permission-missing')
            return {};
        const message = `${(0,_core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .describeError */ .Uc)(error)}. The verdict is not affected; the job summary and the log hold the report.`;
        // What a person can do about it is known where the error is understood, and nowhere else.
        const advice = error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV ? error.hint : undefined;
        context.runner.annotate((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'reporter-failed', `${reporter.id} could not report`, message, advice === undefined ? {} : { advice }));
        return {};
    }
}


/***/ }),

/***/ 8632:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ errorIn),
/* harmony export */   v: () => (/* binding */ readFailureBody)
/* harmony export */ });
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4978);
/* harmony import */ var _sse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2696);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3075);
/** The body of an error answer from its text: JSON, or the first error inside a stream that began with 200. */



/** The parsed JSON, the payload of the first event that holds an error, or the text itself. */
function readFailureBody(text, contentType = '') {
    const isStream = contentType.includes('text/event-stream') || /^\s*(?:event|data|id|retry)?\s*:/.test(text);
    return isStream ? (firstError(text) ?? text) : (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .readJson */ .Vh)(text);
}
function firstError(text) {
    const parser = new _sse_js__WEBPACK_IMPORTED_MODULE_1__/* .SseParser */ .N();
    const events = [...parser.push(Buffer.from(text)), parser.end()];
    return events
        .map((event) => (event?.data ? (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .readJson */ .Vh)(event.data.toString('utf8')) : undefined))
        .find((payload) => errorIn(payload) !== undefined);
}
/**
 * The error that a payload holds, `undefined` where it holds none: its own, that of the `response` it is about, that of a
 * choice, that of a part where the parts come as a list; or the payload itself, where its type says so.
 */
function errorIn(payload) {
    if (Array.isArray(payload))
        return payload.map(errorIn).find((error) => error !== undefined);
    if (!isObject(payload))
        return undefined;
    if ((0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'error') && payload.error)
        return payload.error;
    if ((0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'response') && isObject(payload.response))
        return errorIn(payload.response);
    if ((0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'choices') && Array.isArray(payload.choices))
        return errorIn(payload.choices);
    if (!(0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'type') || payload.type !== 'error')
        return undefined;
    const { type: _type, ...told } = payload;
    return told;
}
function isObject(value) {
    return typeof value === 'object' && value !== null;
}


/***/ }),

/***/ 2696:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ SseParser)
/* harmony export */ });
/**
 * Server-sent events out of bytes, in whatever pieces they arrive: an event may be cut anywhere, also inside a
 * character or between CR and LF. Lines end with LF, CR or CRLF; `data` lines of one event are joined with LF.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const REST = { data: undefined, raw: Buffer.from('\n'), isRest: true };
const DEFAULT_MAX_EVENT_BYTES = 32 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
/** How many small pieces stand side by side before they are made one: each takes far more memory than it holds. */
const MAX_LOOSE = 1024;
/** Pieces that are one in the end, however small and many they come. */
class Pieces {
    #join;
    #parts = [];
    #loose = 0;
    constructor(join) {
        this.#join = join;
    }
    get size() {
        return this.#parts.length;
    }
    push(part) {
        this.#parts.push(part);
        this.#loose += 1;
        if (this.#loose < MAX_LOOSE)
            return;
        this.#parts.push(this.#join(this.#parts.splice(-MAX_LOOSE)));
        this.#loose = 0;
    }
    /** `undefined` where there are none. */
    take() {
        const [only] = this.#parts;
        if (only === undefined)
            return undefined;
        const whole = this.#parts.length === 1 ? only : this.#join(this.#parts);
        this.#parts = [];
        this.#loose = 0;
        return whole;
    }
}
class SseParser {
    #keepRaw;
    #maxEventBytes;
    /** Pieces of the line that has not ended yet. */
    #line = [];
    /** Values of the event's `data` fields so far. */
    #data = new Pieces(joinLines);
    #raw = new Pieces(Buffer.concat);
    /** True while nothing but comments came of the event: they stand for themselves, and a client may wait for them. */
    #isComment = true;
    /** Length of the line so far, also where its pieces were dropped. */
    #lineBytes = 0;
    #eventBytes = 0;
    #afterCr = false;
    #isFirstLine = true;
    constructor(options = {}) {
        this.#keepRaw = options.keepRaw ?? false;
        this.#maxEventBytes = options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES;
    }
    /** The events that these bytes complete, in order. */
    push(chunk) {
        const events = [];
        let start = this.#afterCr && chunk[0] === LF ? 1 : 0;
        if (start === 1 && this.#keepRaw) {
            if (this.#raw.size === 0)
                events.push(REST);
            else
                this.#appendRaw(chunk.subarray(0, 1));
        }
        if (chunk.length > 0)
            this.#afterCr = false;
        for (let at = start; at < chunk.length; at += 1) {
            const byte = chunk[at];
            if (byte !== LF && byte !== CR)
                continue;
            const next = byte === CR && chunk[at + 1] === LF ? at + 2 : at + 1;
            this.#afterCr = byte === CR && next === chunk.length && next === at + 1;
            this.#appendRaw(chunk.subarray(start, next));
            const event = this.#endLine(chunk.subarray(start, at));
            if (event)
                events.push(event);
            start = next;
            at = next - 1;
        }
        if (start < chunk.length)
            this.#keepPartial(chunk.subarray(start));
        if (this.#keepRaw && this.#isComment && this.#raw.size > 0 && this.#line.length === 0) {
            events.push({ data: undefined, raw: this.#takeRaw() });
            this.#eventBytes = 0;
        }
        // Too large to be read, so there is nothing to wait for: its bytes go on as they come.
        if (this.#keepRaw && this.#eventBytes > this.#maxEventBytes)
            events.push({ data: undefined, raw: this.#takeRaw() });
        return events;
    }
    /** Whole events went by that nobody had to read. */
    skip() {
        this.#isFirstLine = false;
    }
    /** What is left when the stream ends without a closing blank line. A client drops such an event; its bytes still count. */
    end() {
        const last = this.#line.length > 0 ? this.#endLine(NOTHING) : undefined;
        const hasRest = this.#data.size > 0 || this.#raw.size > 0;
        return last ?? (hasRest ? this.#takeEvent() : undefined);
    }
    #keepPartial(part) {
        this.#appendRaw(part);
        this.#lineBytes += part.length;
        this.#eventBytes += part.length;
        if (this.#eventBytes <= this.#maxEventBytes)
            this.#line.push(part);
    }
    #appendRaw(part) {
        if (this.#keepRaw)
            this.#raw.push(part);
    }
    /** Takes the line whose last piece is `tail`; a blank line completes the event. */
    #endLine(tail) {
        const line = this.#line.length === 0 ? tail : Buffer.concat([...this.#line, tail]);
        const isBlank = this.#lineBytes + tail.length === 0;
        this.#line = [];
        this.#lineBytes = 0;
        this.#eventBytes += tail.length;
        if (!isBlank) {
            const field = this.#withoutMark(line);
            if (field[0] !== COLON)
                this.#isComment = false;
            this.#readField(field);
            return undefined;
        }
        this.#isFirstLine = false;
        return this.#data.size > 0 || this.#keepRaw || this.#eventBytes > 0 ? this.#takeEvent() : undefined;
    }
    /** A stream may begin with a byte order mark. */
    #withoutMark(line) {
        const isMarked = this.#isFirstLine && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf;
        this.#isFirstLine = false;
        return isMarked ? line.subarray(3) : line;
    }
    #takeRaw() {
        return this.#raw.take() ?? NOTHING;
    }
    #readField(line) {
        if (!isDataField(line) || this.#eventBytes > this.#maxEventBytes)
            return;
        const value = line[5] === SPACE && line[4] === COLON ? 6 : 5;
        this.#data.push(line.subarray(value));
    }
    #takeEvent() {
        const isTooLarge = this.#eventBytes > this.#maxEventBytes;
        const all = this.#data.take();
        const data = isTooLarge ? undefined : all;
        const raw = this.#takeRaw();
        this.#isComment = true;
        this.#eventBytes = 0;
        return { data, raw };
    }
}
function isDataField(line) {
    const named = line[0] === 0x64 && line[1] === 0x61 && line[2] === 0x74 && line[3] === 0x61;
    return named && (line.length === 4 || line[4] === COLON);
}
function joinLines(lines) {
    return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
}


/***/ }),

/***/ 2735:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vx: () => (/* binding */ sumReported),
/* harmony export */   jQ: () => (/* binding */ wireCount),
/* harmony export */   jt: () => (/* binding */ tokenCount)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7597);
/** Token counts on the wire: providers leave them out, or send `null`, where they mean "not reported"; both are `undefined` in a `Usage`. */

/** No call is that large; a figure above it is a mistake, and sums must stay exact. */
const MOST_TOKENS = 10_000_000_000;
const count = zod__WEBPACK_IMPORTED_MODULE_0__/* .number */ .aig().int().nonnegative().max(MOST_TOKENS);
/** As it stands on the wire; read for every call, so that nothing is made of it yet. */
const wireCount = count.nullish();
const tokenCount = wireCount.transform((tokens) => tokens ?? undefined);
/** Sum of the parts that were reported; `undefined` when none was. */
function sumReported(...parts) {
    const known = parts.filter((part) => part != null);
    return known.length === 0 ? undefined : known.reduce((sum, part) => sum + part, 0);
}


/***/ })

};
