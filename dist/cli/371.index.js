export const id = 371;
export const ids = [371];
export const modules = {

/***/ 25976:
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

/***/ 17793:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  t: () => (/* binding */ findPatterns)
});

// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(69901);
// EXTERNAL MODULE: ./lib/core/usage.js
var core_usage = __webpack_require__(76940);
;// CONCATENATED MODULE: ./lib/core/patterns/threads.js
/** Answered calls whose input is known, by who made them; auxiliary calls have no conversation of their own. */
function threadsOf(calls) {
    const counted = calls
        .filter(({ caller }) => caller === 'main' || caller === 'subagent' || caller === 'unknown')
        .map((call) => ({ call, inputTokens: call.usage.inputTokens }))
        .filter((item) => item.inputTokens !== undefined);
    const threads = Map.groupBy(counted, ({ call }) => `${call.caller} ${call.agentId ?? ''} ${call.dialect}`);
    return [...threads.values()].map((thread) => thread.toSorted((a, b) => a.call.at.localeCompare(b.call.at)));
}
/** Of each call after the first, the input that the call before it had already sent. */
function repeatedInput(thread) {
    return thread.reduce((sum, { inputTokens }, index) => {
        const before = thread[index - 1];
        return before === undefined ? sum : sum + Math.min(before.inputTokens, inputTokens);
    }, 0);
}
function sumInput(thread) {
    return thread.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
}

;// CONCATENATED MODULE: ./lib/core/patterns/cache-thrash.js
/** A cache that does not hold: what the call before had already sent is paid for in full again. */



/**
 * Of all input, what a call could have read from the cache and did not. In 500 public runs of one agent, whose provider
 * caches by itself, it was 15 % in the median, 27 % in the 95th of 100 runs and 40 % at most.
 */
const LEAST_SHARE = 0.4;
/** Below this the cache was not worth much. */
const LEAST_TOKENS = 100_000;
const LEAST_CALLS = 10;
function findCacheThrash(calls) {
    const threads = threadsOf(calls).filter(usesCache);
    const repaid = threads.reduce((sum, thread) => sum + repaidTokens(thread), 0);
    const input = threads.reduce((sum, thread) => sum + sumInput(thread), 0);
    if (repaid < LEAST_TOKENS || repaid < LEAST_SHARE * input)
        return undefined;
    const { sum: written } = (0,core_usage/* tallyOf */.sv)(threads.flat(), ({ call }) => call.usage.cacheWriteTokens);
    const writes = written === 0 ? '' : ` ${written.toLocaleString('en-US')} tokens were written to the cache.`;
    const message = `${repaid.toLocaleString('en-US')} input tokens (${Math.round((100 * repaid) / input)} %) had been sent by the call before and were not read from the cache.${writes}`;
    return (0,findings/* finding */.gk)('notice', 'cache-thrash', 'The prompt cache did not hold', message, {
        advice: 'Look for what changes early in the prompt (a time, a list that is rebuilt), for pauses longer than the cache lives, and for calls that go to another model or deployment in turns. `max-cache-misses` ends such a run.',
    });
}
/** Only a thread that was seen to use a cache can miss it. */
function usesCache(thread) {
    const touches = ({ call: { usage } }) => (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0) > 0;
    return thread.length >= LEAST_CALLS && thread.some(touches);
}
function repaidTokens(thread) {
    return thread.reduce((sum, { call, inputTokens }, index) => {
        const { cacheReadTokens } = call.usage;
        if (cacheReadTokens === undefined)
            return sum;
        const before = thread[index - 1]?.inputTokens ?? 0;
        return sum + Math.max(0, Math.min(before, inputTokens) - cacheReadTokens);
    }, 0);
}

// EXTERNAL MODULE: ./lib/core/count-of.js
var count_of = __webpack_require__(29028);
;// CONCATENATED MODULE: ./lib/core/patterns/failed-calls.js
/** A run of which half the calls or more failed: why is the first thing to know, and stands in no other figure. */


const ADVICE = {
    'no answer': 'See whether the gateway is up, and whether `gateway-url` leads to it.',
    '401': 'See whether `gateway-key` is the right key for this gateway, and still good.',
    '403': 'See what `gateway-key` is allowed to do at this gateway.',
    '404': 'See whether `gateway-url` is right, and whether the gateway knows the model that was asked for.',
    '429': 'The gateway asks for fewer calls: see its rate limits.',
};
function findFailedCalls(calls) {
    const sent = calls.filter(({ outcome }) => outcome !== 'refused');
    const failed = sent.filter(({ outcome }) => outcome === 'failed' || outcome === 'cut');
    const least = Math.max(sent.length / 2, Math.min(2, sent.length));
    if (failed.length === 0 || failed.length < least)
        return undefined;
    const byStatus = [...Map.groupBy(failed, kindOf)]
        .map(([status, group]) => ({ status, count: group.length }))
        .toSorted((a, b) => b.count - a.count);
    const told = byStatus.map(({ status, count }) => `${status} (${count})`).join(', ');
    const message = `${failed.length} of ${(0,count_of/* countOf */.p)(sent.length, 'call')} failed: ${told}.`;
    const advice = ADVICE[byStatus[0]?.status ?? ''] ?? 'See the log of the agent, and of the gateway.';
    return (0,findings/* finding */.gk)('notice', 'calls-failed', 'Most calls failed', message, { advice });
}
function kindOf({ status }) {
    if (status === undefined)
        return 'no answer';
    return status < 300 ? 'broken off' : String(status);
}

;// CONCATENATED MODULE: ./lib/core/patterns/fan-out.js
/** Many subagents at once: each of them reads the same things anew. */


/**
 * So many at once, with so much of the tokens. No public data tells subagents apart per call, so both are a judgement: two
 * or three that search side by side are what agents do unasked, and half of the tokens is where the main loop is no more
 * what a run pays for.
 */
const LEAST_AT_ONCE = 4;
const fan_out_LEAST_SHARE = 0.5;
function findFanOut(calls) {
    const named = calls.filter(({ caller, agentId, outcome }) => caller === 'subagent' && agentId !== undefined && outcome !== 'refused');
    const subagents = [...Map.groupBy(named, ({ agentId }) => agentId).values()];
    const peak = peakOf(subagents.map(spanOf));
    const all = tokensOf(calls);
    const share = all === 0 ? 0 : tokensOf(named) / all;
    if (peak < LEAST_AT_ONCE || share < fan_out_LEAST_SHARE)
        return undefined;
    const message = `${subagents.length} subagents ran, up to ${peak} of them at once; they used ${Math.round(100 * share)} % of the run\u2019s tokens.`;
    return (0,findings/* finding */.gk)('notice', 'fan-out', 'The run fanned out', message, {
        advice: 'See whether the task needs them: `max-subagents` and `max-subagent-tokens` set bounds.',
    });
}
function spanOf(calls) {
    const starts = calls.map(({ at }) => Date.parse(at));
    const ends = calls.map(({ at, durationMs }) => Date.parse(at) + durationMs);
    return [Math.min(...starts), Math.max(...ends)];
}
/** The most spans that hold one moment; one that ends as another starts is over. */
function peakOf(spans) {
    const steps = spans.flatMap(([start, end]) => [
        { at: start, step: 1 },
        { at: end, step: -1 },
    ]);
    let now = 0;
    let peak = 0;
    for (const { step } of steps.toSorted((a, b) => a.at - b.at || a.step - b.step)) {
        now += step;
        peak = Math.max(peak, now);
    }
    return peak;
}
function tokensOf(calls) {
    const { sum: input } = (0,core_usage/* tallyOf */.sv)(calls, ({ usage }) => usage.inputTokens);
    return input + (0,core_usage/* tallyOf */.sv)(calls, ({ usage }) => usage.outputTokens).sum;
}

;// CONCATENATED MODULE: ./lib/core/patterns/high-reasoning.js
/**
 * Much thought for little work. "Routine" means no more than this: half of a model's answers, without their reasoning, are
 * about as long as one tool call. Whether the thought was needed, no count can tell.
 */

/** In 500 public runs of one agent the median answer without reasoning had 79 tokens, and 166 in the 95th of 100 runs. */
const ROUTINE_TOKENS = 150;
/** In the same runs reasoning was 2 % of the output in the median and 21 % at most; other models reason more. */
const high_reasoning_LEAST_SHARE = 0.6;
const high_reasoning_LEAST_CALLS = 10;
function findHighReasoning(calls) {
    const byModel = Map.groupBy(calls.flatMap(readAnswer), ({ model }) => model);
    const found = [...byModel].flatMap(([model, answers]) => renderModel(model, answers) ?? []);
    if (found.length === 0)
        return undefined;
    const title = 'Much reasoning on routine answers';
    return (0,findings/* finding */.gk)('notice', 'high-reasoning-on-routine', title, found.join(' '), {
        advice: 'Try a lower reasoning effort for this task, or a smaller model, and compare the results.',
    });
}
function readAnswer({ model, requestedModel, usage }) {
    const { outputTokens, reasoningTokens } = usage;
    if (outputTokens === undefined || reasoningTokens === undefined || outputTokens === 0)
        return [];
    return [{ model: model ?? requestedModel ?? 'unnamed', outputTokens, reasoningTokens }];
}
function renderModel(model, answers) {
    const reasoning = answers.reduce((sum, answer) => sum + answer.reasoningTokens, 0);
    const share = reasoning / answers.reduce((sum, answer) => sum + answer.outputTokens, 0);
    const visible = median(answers.map((answer) => answer.outputTokens - answer.reasoningTokens));
    if (answers.length < high_reasoning_LEAST_CALLS || share < high_reasoning_LEAST_SHARE || visible > ROUTINE_TOKENS)
        return undefined;
    return `${model}: ${Math.round(100 * share)} % of the output of ${answers.length} answers was reasoning, while half of them hold ${visible} tokens or fewer besides.`;
}
/** The lower one of two in the middle. */
function median(values) {
    return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? 0;
}

// EXTERNAL MODULE: ./lib/core/price.js
var core_price = __webpack_require__(37718);
;// CONCATENATED MODULE: ./lib/core/patterns/long-context.js
/** A main loop whose context only grows: every further call pays for all that was read before. */




/**
 * Growth alone is how every agent works: in 500 public runs of one agent the largest input was 13 times the first one in the
 * median, and nine tenths of all tokens had been sent before. What is not usual is where it leads: the largest input was
 * 22,000 tokens in the median and 45,000 in the 95th of 100 runs, and one run of the 500 passed this mark.
 */
const LEAST_PEAK_TOKENS = 100_000;
const long_context_LEAST_CALLS = 20;
/** A loop that starts from a large prompt is not exploring. */
const LEAST_GROWTH = 4;
function findLongContext(calls, prices) {
    const found = threadsOf(calls)
        .filter(([first]) => first?.call.caller !== 'subagent')
        .map((thread) => ({ thread, peak: Math.max(...thread.map(({ inputTokens }) => inputTokens)) }))
        .filter(({ thread, peak }) => isLong(thread, peak))
        .toSorted((a, b) => b.peak - a.peak)[0];
    if (found === undefined)
        return undefined;
    const { thread, peak } = found;
    const first = thread[0]?.inputTokens ?? 0;
    const message = `The input of a call grew from ${show(first)} to ${show(peak)} tokens over ${thread.length} calls. What had been sent before makes up ${renderShares(calls, thread, prices)}.`;
    return (0,findings/* finding */.gk)('notice', 'long-context-exploration', 'The context only grew', message, {
        advice: 'Give the agent less to read at once (a narrower task, a subagent for the search, an earlier compaction). `request-max-input-tokens` sets a bound.',
    });
}
function isLong(thread, peak) {
    const first = thread[0]?.inputTokens ?? 0;
    return thread.length >= long_context_LEAST_CALLS && peak >= LEAST_PEAK_TOKENS && peak >= LEAST_GROWTH * first;
}
function renderShares(calls, thread, prices) {
    const sum = (key) => (0,core_usage/* tallyOf */.sv)(calls, ({ usage }) => usage[key]).sum;
    const tokens = percent(repeatedInput(thread), sum('inputTokens') + sum('outputTokens'));
    const cost = (0,core_usage/* tallyValue */.cE)((0,core_usage/* tallyOf */.sv)(calls, ({ costNanoUsd }) => costNanoUsd));
    const repeated = prices && costOfRepeats(thread, prices);
    const ofCost = cost && repeated !== undefined ? ` and about ${percent(repeated, cost)} of its cost` : '';
    return `${tokens} of the run\u2019s tokens${ofCost}`;
}
/** `undefined` where a model has no price. */
function costOfRepeats(thread, prices) {
    let total = 0;
    for (const [index, { call, inputTokens }] of thread.entries()) {
        const repeated = Math.min(thread[index - 1]?.inputTokens ?? 0, inputTokens);
        const price = (0,core_price/* findPrice */.vk)(prices, call.model ?? call.requestedModel ?? '');
        const cached = Math.min(call.usage.cacheReadTokens ?? 0, repeated);
        const usage = { ...core_usage/* NO_USAGE */.yJ, inputTokens: repeated, outputTokens: 0, cacheReadTokens: cached };
        const cost = price && (0,core_price/* priceUsage */.zP)(price, usage);
        if (cost === undefined)
            return undefined;
        total += cost;
    }
    return total;
}
function percent(part, whole) {
    return `${Math.min(100, Math.round((100 * part) / whole))} %`;
}
function show(tokens) {
    return tokens.toLocaleString('en-US');
}

;// CONCATENATED MODULE: ./lib/core/patterns/retry-storm.js
/** Calls that fail and are sent again, close together: money and time for nothing. */

/** Consecutive calls that are looked at together: a storm is over soon, and must not drown in a long run. */
const WINDOW = 10;
/**
 * So many of them failed or repeated a failed one. One hiccup makes two (the failure and its retry), two in a row make
 * three; agents that meet a lasting fault send six to thirty.
 */
const retry_storm_LEAST_CALLS = 5;
function findRetryStorm(calls) {
    const sent = calls
        .filter(({ outcome }) => outcome !== 'refused')
        .toSorted((a, b) => a.at.localeCompare(b.at));
    const worst = worstWindow(sent);
    if (worst === undefined || worst.count < retry_storm_LEAST_CALLS)
        return undefined;
    const { count, from } = worst;
    const window = sent.slice(from, from + WINDOW);
    const all = sent.filter(isWaste).length;
    const message = `From ${window[0]?.at} on, ${count} of ${window.length} calls in a row failed or repeated a failed one; in the whole run it was ${all} of ${sent.length} (${Math.round((100 * all) / sent.length)} %).`;
    return (0,findings/* finding */.gk)('notice', 'retry-storm', 'Calls were retried in a storm', message, {
        advice: 'See what the gateway answered (a rate limit, an overload, a wrong key). `max-retries` and `max-consecutive-errors` end such a run early.',
    });
}
function worstWindow(sent) {
    const starts = sent.slice(0, Math.max(1, sent.length - WINDOW + 1));
    return starts
        .map((_, from) => ({ count: sent.slice(from, from + WINDOW).filter(isWaste).length, from }))
        .reduce((best, next) => (best === undefined || next.count > best.count ? next : best), undefined);
}
/** A call that its client gave up is not counted: nobody knows that anything was wrong. */
function isWaste({ outcome, retry }) {
    return retry || outcome === 'failed' || outcome === 'cut';
}

;// CONCATENATED MODULE: ./lib/core/patterns/index.js






/** @param prices for shares of the cost; without them only shares of tokens are told */
function findPatterns(calls, prices) {
    return [
        findFailedCalls(calls),
        findRetryStorm(calls),
        findLongContext(calls, prices),
        findFanOut(calls),
        findHighReasoning(calls),
        findCacheThrash(calls),
    ].filter((found) => found !== undefined);
}


/***/ }),

/***/ 37718:
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
/* harmony import */ var _model_name_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(25976);
/* harmony import */ var _usage_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76940);
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

/***/ 34840:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ RunningTotals),
/* harmony export */   v: () => (/* binding */ totalsOf)
/* harmony export */ });
/* harmony import */ var _usage_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76940);

/** Sums calls by id: an entry that is given twice counts once, as it was given last. */
function totalsOf(entries) {
    const sums = new RunningTotals();
    for (const call of new Map(entries.map((entry) => [entry.id, entry])).values())
        sums.add(call);
    return sums.totals();
}
/** Of calls that are alike in something. */
class Sums {
    #tokens = {
        inputTokens: new _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .TallyCounter */ .Xi(),
        outputTokens: new _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .TallyCounter */ .Xi(),
        cacheReadTokens: new _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .TallyCounter */ .Xi(),
        cacheWriteTokens: new _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .TallyCounter */ .Xi(),
        cacheWrite1hTokens: new _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .TallyCounter */ .Xi(),
        reasoningTokens: new _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .TallyCounter */ .Xi(),
    };
    #cost = new _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .TallyCounter */ .Xi();
    requests = 0;
    billable = 0;
    failedRequests = 0;
    refusedRequests = 0;
    retries = 0;
    unreportedRequests = 0;
    add({ outcome, retry, usage, costNanoUsd }) {
        if (outcome === 'refused') {
            this.refusedRequests += 1;
            return;
        }
        this.requests += 1;
        if (outcome !== 'ok')
            this.failedRequests += 1;
        if (retry)
            this.retries += 1;
        // An answer with an error status is not billed: it neither adds tokens nor makes the sum uncertain.
        if (outcome === 'failed')
            return;
        this.billable += 1;
        if (usage.inputTokens === undefined || usage.outputTokens === undefined)
            this.unreportedRequests += 1;
        for (const key of _usage_js__WEBPACK_IMPORTED_MODULE_0__/* .USAGE_KEYS */ .BQ)
            this.#tokens[key].add(usage[key]);
        this.#cost.add(costNanoUsd);
    }
    get tokens() {
        const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, ...rest } = this.#tokens;
        return {
            inputTokens: inputTokens.tally,
            outputTokens: outputTokens.tally,
            cacheReadTokens: cacheReadTokens.tally,
            cacheWriteTokens: cacheWriteTokens.tally,
            cacheWrite1hTokens: rest.cacheWrite1hTokens.tally,
            reasoningTokens: rest.reasoningTokens.tally,
        };
    }
    get costNanoUsd() {
        return this.#cost.tally;
    }
}
/** What an agent may name without end is told apart up to here, and then comes together. */
const MAX_NAMES = 1000;
/** Each model is a row of the output `usage`, which must fit into one variable of a step: 128 KiB on Linux. */
const MAX_MODELS = 100;
const OTHERS = 'others';
class RunningTotals {
    #all = new Sums();
    #models = new Map();
    #callers = new Map();
    #agents = new Map();
    #nameless = new Set();
    #sources = new Set();
    add(call) {
        this.#all.add(call);
        sumsOf(this.#callers, call.caller).add(call);
        if (call.outcome === 'refused')
            return;
        this.#noteAgent(call);
        if (call.outcome === 'failed')
            return;
        this.#sources.add(call.costSource);
        const model = call.model ?? call.requestedModel ?? 'unknown';
        const isKnown = this.#models.has(model) || this.#models.size < MAX_MODELS;
        sumsOf(this.#models, isKnown ? model : OTHERS).add(call);
    }
    totals() {
        const { tokens, costNanoUsd, requests, failedRequests, refusedRequests, retries, unreportedRequests } = this.#all;
        return {
            tokens,
            costNanoUsd,
            costSource: this.#costSource(),
            requests,
            failedRequests,
            refusedRequests,
            retries,
            unreportedRequests,
            subagentRequests: this.#callers.get('subagent')?.requests ?? 0,
            models: [...this.#models].map(([model, sums]) => ({
                model,
                ...partsOf(sums),
                requests: sums.billable,
            })),
            callers: [...this.#callers].map(([caller, sums]) => ({
                caller,
                agents: this.#nameless.has(caller) ? undefined : (this.#agents.get(caller)?.size ?? 0),
                failedRequests: sums.failedRequests,
                retries: sums.retries,
                refusedRequests: sums.refusedRequests,
                unreportedRequests: sums.unreportedRequests,
                ...partsOf(sums),
            })),
        };
    }
    #noteAgent({ caller, agentId }) {
        if (agentId === undefined) {
            this.#nameless.add(caller);
            return;
        }
        const known = this.#agents.get(caller) ?? new Set();
        this.#agents.set(caller, known);
        if (known.size < MAX_NAMES)
            known.add(agentId);
    }
    #costSource() {
        const [only] = this.#sources;
        if (only === undefined)
            return 'unknown';
        return this.#sources.size === 1 ? only : 'mixed';
    }
}
function sumsOf(map, key) {
    const known = map.get(key);
    if (known)
        return known;
    const sums = new Sums();
    map.set(key, sums);
    return sums;
}
function partsOf({ requests, tokens: { inputTokens, outputTokens }, costNanoUsd }) {
    return { requests, inputTokens, outputTokens, costNanoUsd };
}


/***/ }),

/***/ 59752:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ik: () => (/* binding */ findCut),
/* harmony export */   az: () => (/* binding */ hasSealedRecord),
/* harmony export */   findRecord: () => (/* binding */ findRecord),
/* harmony export */   sS: () => (/* binding */ readCalls)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var _core_count_of_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(29028);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(69901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(58532);
/* harmony import */ var _core_json_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(3085);
/* harmony import */ var _core_ledger_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(51546);
/* harmony import */ var _core_patterns_index_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(17793);
/* harmony import */ var _core_record_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(59510);
/* harmony import */ var _core_totals_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(34840);
/* harmony import */ var _files_bounded_file_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(12757);
/* harmony import */ var _run_mark_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(60198);
/**
 * Finds the record of a run, or makes one of its ledger. The agent could have written to both files, so a record counts by
 * the checksum that travels through the runner's environment, which the agent is not given.
 */













/** Room for a hundred thousand calls: an agent that can write there must not fill the memory of who reads it. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How each of our lines begins. */
const LINE_START = '{"type":"';
/** @throws {AppError} `no-record`, or `bad-record` where what was handed in or left by another tool is none. */
function findRecord(sources) {
    const { usage, environment, task, hasEnded = false } = sources;
    const mark = (0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .readMark */ .Mp)(task, environment);
    const { sum, path } = mark;
    const isOpen = sum === _run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .OPEN */ .vP && !hasEnded;
    if (usage !== undefined)
        return isOpen ? disputed(usage, path) : given(usage);
    if (isOpen)
        return findCut(path);
    if (sum === _run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .LOST */ .Rj)
        return lost(path, `The disk did not take the record ${path}.`);
    if ((0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .isSealed */ .dy)(mark))
        return sealed(mark);
    return newest(sources);
}
/** True where `wrap` has told what its record must be. */
function hasSealedRecord({ task, environment }) {
    return (0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .isSealed */ .dy)((0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .readMark */ .Mp)(task, environment));
}
/**
 * `wrap` tells its usage and closes its record in one go. Where the one is there without the other, somebody ended it and
 * told a usage in its place, or a later step set the variable back to bring a ledger of its own: the run counts by its
 * ledger, where there is one, and is outside in either case.
 */
function disputed(usage, ledger) {
    const found = findCut(ledger);
    return { ...(found.lost === undefined ? found : given(usage)), isDisputed: true };
}
function given(usage) {
    if (usage.trimStart().startsWith('{'))
        return whole(usage, 'the input `usage`');
    return whole(readText(usage), usage);
}
function sealed({ path, sum }) {
    const text = readRegular(path);
    if (text === undefined)
        return lost(path, `The record ${path}, which \`wrap\` wrote, is not there any more.`);
    if ((0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .checksum */ .cM)(text) === sum)
        return whole(text, 'the record of `wrap`');
    const why = `The record ${path} is not the one that \`wrap\` wrote.`;
    return { ...lost(path, why), lost: { code: 'record-changed', why } };
}
/** Somebody has to look: with its record taken away, a run would otherwise be the one that nobody judges. */
function lost(path, why, isUnfinished = false) {
    const record = (0,_core_record_js__WEBPACK_IMPORTED_MODULE_6__/* .parseRecord */ .Hh)('{"complete":false}');
    return { record, origin: path, findings: [], isUnfinished, lost: { code: 'bad-record', why } };
}
/** No checksum came with a variable, so the record's own file proves nothing: the ledger is read call by call. */
function newest(sources) {
    const { jobDir, task } = sources;
    const prefix = `${(0,_core_gate_js__WEBPACK_IMPORTED_MODULE_10__/* .gateSlug */ .Zg)(task)}-`;
    const names = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(jobDir, { throwIfNoEntry: false })?.isDirectory() ? (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(jobDir) : [];
    const runs = names
        .filter((name) => name.startsWith(prefix) && /^\d+-\w+\.(?:nd)?json$/.test(name.slice(prefix.length)))
        .map((name) => name.replace(/\.\w+$/, ''));
    const run = runs.sort().at(-1);
    const last = run === undefined ? undefined : `${run}.ndjson`;
    if (last !== undefined && !names.includes(last))
        return lost((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(jobDir, last), `The ledger ${(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(jobDir, last)} is not there any more, and its record alone proves nothing.`);
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(jobDir, last ?? '');
    const lines = last === undefined ? undefined : linesIn(readText(path));
    if (lines === undefined || isOfAnotherRun(lines[0], sources))
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .AppError */ .uV('no-record', `No usage of the task ${task} was found in ${jobDir}.`);
    return rebuilt(path, lines);
}
/** A folder may outlive a job, and with it what an earlier one left there. */
function isOfAnotherRun(first, { runId, notBefore }) {
    if (first?.type !== 'run')
        return false;
    const isEarlier = notBefore !== undefined && Date.parse(first.startedAt) < Date.parse(notBefore);
    return isEarlier || (runId !== undefined && first.runId !== runId);
}
/**
 * `wrap` was killed: whoever did that could also have written an end into the ledger, so none is believed. Its first line was
 * there before the agent was: without it, it is not the one that `wrap` began.
 */
function findCut(path) {
    const text = readRegular(path);
    if (text === undefined)
        return lost(path, `The ledger ${path}, which was begun, is not there any more.`, true);
    const lines = linesIn(text).filter(({ type }) => type !== 'end');
    if (lines[0]?.type !== 'run')
        return lost(path, `The ledger ${path} is not the one that was begun.`, true);
    return rebuilt(path, lines);
}
/** @throws {AppError} `bad-record` when the file cannot be read. */
function readCalls(path) {
    return linesIn(readText(path)).filter((line) => line.type === 'call');
}
/** One after the other: of what is none of ours, however much it is, nothing is kept. */
function linesIn(text) {
    const lines = [];
    for (let from = 0, end = 0; from < text.length; from = end + 1) {
        const next = text.indexOf('\n', from);
        end = next === -1 ? text.length : next;
        const line = text.startsWith(LINE_START, from)
            ? (0,_core_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .readLedgerLine */ .eX)((0,_core_json_js__WEBPACK_IMPORTED_MODULE_11__/* .parseJson */ .q)(text.slice(from, end)))
            : undefined;
        if (line)
            lines.push(line);
    }
    return lines;
}
/** Every call was on disk when it settled, so a killed `wrap` still leaves correct totals. */
function rebuilt(path, lines) {
    const calls = lines.filter((line) => line.type === 'call');
    const header = lines.find((line) => line.type === 'run');
    const end = lines.find((line) => line.type === 'end');
    const isWhole = end !== undefined && (end.calls ?? calls.length) <= calls.length;
    const facts = {
        complete: isWhole,
        runId: calls[0]?.id.replace(/-\d+$/, '') ?? header?.runId ?? 'unknown',
        task: header?.task ?? 'default',
        agent: header?.agent ?? 'unknown',
        startedAt: header?.startedAt ?? '',
        durationMs: end && header ? Date.parse(end.endedAt) - Date.parse(header.startedAt) : undefined,
        stopReason: end?.stopReason,
        stopMessage: end?.reason,
        exitCode: end?.exitCode,
        otherRequests: end?.otherRequests,
        limits: header?.limits,
        overrides: header?.overrides,
        attribution: header?.attribution,
    };
    return {
        record: (0,_core_record_js__WEBPACK_IMPORTED_MODULE_6__/* .recordOf */ .zv)(facts, (0,_core_totals_js__WEBPACK_IMPORTED_MODULE_7__/* .totalsOf */ .v)(calls)),
        origin: path,
        findings: [
            ...(end ? [] : [unfinished(calls.length), ...unsettled(lines)]),
            ...(end && !isWhole ? [withHoles(path, calls.length, end.calls)] : []),
            ...(0,_core_patterns_index_js__WEBPACK_IMPORTED_MODULE_5__/* .findPatterns */ .t)(calls),
        ],
        isUnfinished: !isWhole,
    };
}
function unfinished(calls) {
    const message = `The meter was ended before it could close its record; ${(0,_core_count_of_js__WEBPACK_IMPORTED_MODULE_12__/* .countOf */ .p)(calls, 'settled call')} can be counted, calls in flight cannot.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_3__/* .finding */ .gk)('warning', 'run-unfinished', 'The run was cut short', message);
}
function withHoles(path, found, calls) {
    const message = `The ledger ${path} holds ${found} of the ${calls} calls of the run: the disk did not take the others, or somebody took them out.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_3__/* .finding */ .gk)('warning', 'run-unfinished', 'Calls are missing from the ledger', message);
}
/** Calls that had left and that nothing settled: whether they were billed, only the gateway knows. */
function unsettled(lines) {
    const settled = new Set(lines.filter((line) => line.type === 'call').map(({ id }) => id));
    const open = lines.filter((line) => line.type === 'sent').filter(({ id }) => !settled.has(id));
    if (open.length === 0)
        return [];
    const byModel = Map.groupBy(open, ({ requestedModel }) => requestedModel ?? 'unnamed');
    const names = [...byModel].map(([model, group]) => `${model} (${group.length})`).join(', ');
    const tokens = open.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
    const message = `Sent and not settled: ${names}. Up to ${tokens.toLocaleString('en-US')} tokens may have been used that stand in no figure here.`;
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_3__/* .finding */ .gk)('warning', 'unsettled-calls', 'Calls were on their way', message, {
            advice: 'Look at the gateway for what they came to.',
        }),
    ];
}
function whole(text, origin) {
    return { record: (0,_core_record_js__WEBPACK_IMPORTED_MODULE_6__/* .parseRecord */ .Hh)(text), origin, findings: [], isUnfinished: false };
}
function readRegular(path) {
    return (0,_files_bounded_file_js__WEBPACK_IMPORTED_MODULE_8__/* .readBoundedText */ .H)(path, { maxBytes: MAX_BYTES })?.text;
}
function readText(path) {
    const text = readRegular(path);
    if (text !== undefined)
        return text;
    throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .AppError */ .uV('bad-record', `The usage record ${path} could not be read: there is no regular file of at most ${MAX_BYTES} bytes.`);
}


/***/ }),

/***/ 60198:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mp: () => (/* binding */ readMark),
/* harmony export */   Rj: () => (/* binding */ LOST),
/* harmony export */   cM: () => (/* binding */ checksum),
/* harmony export */   dy: () => (/* binding */ isSealed),
/* harmony export */   eK: () => (/* binding */ recordVariable),
/* harmony export */   vP: () => (/* binding */ OPEN)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/**
 * What `wrap` tells later steps of its record, in a variable of the job that the agent is not given: `open` and the ledger's
 * path while it runs, then the record's checksum and path, or `lost` and the path where the disk did not take it.
 */

/** Marks the ledger of a run that has not been sealed. */
const OPEN = 'open';
/** Marks a run whose record the disk did not take. */
const LOST = 'lost';
function readMark(task, environment) {
    const [sum, ...path] = (environment[recordVariable(task)] ?? '').split(' ');
    return { sum: sum || undefined, path: path.join(' ') };
}
/** True where it names the record, and what must stand in it. */
function isSealed({ sum, path }) {
    return sum !== undefined && sum !== OPEN && sum !== LOST && path !== '';
}
function recordVariable(task) {
    return `SPENDGATE_RECORD_${checksum(task).slice(0, 16).toUpperCase()}`;
}
function checksum(text) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(text).digest('hex');
}


/***/ })

};
