export const id = 625;
export const ids = [625];
export const modules = {

/***/ 35745:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ childEnvironment),
/* harmony export */   p: () => (/* binding */ pastProxy)
/* harmony export */ });
/**
 * What of our environment an untrusted agent may have. Taken out: keys, tokens, the action's inputs, the runner's cache
 * and identity tokens, its command files, and every variable that holds one of this run's secrets under another name.
 */
const RUNNER_FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];
const TOKENS = [
    'GITHUB_TOKEN',
    'GH_TOKEN',
    'GITHUB_ENTERPRISE_TOKEN',
    'GH_ENTERPRISE_TOKEN',
    'NODE_AUTH_TOKEN',
];
const OURS = /^(?:INPUT|ACTIONS|STATE|SPENDGATE)_/i;
/** Keys that model calls are made with; the agent gets the run token in their place, or nothing. */
const PROVIDER_KEY = /^(?:ANTHROPIC|CLAUDE|OPENAI|AZURE_OPENAI|CODEX|GEMINI|GOOGLE|GOOGLE_GENERATIVE_AI|OPENROUTER|LITELLM|COMETAPI|DEEPSEEK|MISTRAL|GROQ|XAI|TOGETHER|FIREWORKS|DASHSCOPE|MOONSHOT|ZHIPU|ZAI|COHERE|PERPLEXITY|COPILOT_PROVIDER|LLM)\w*_(?:API_KEY|KEY|AUTH_TOKEN|OAUTH_TOKEN|ACCESS_TOKEN|MASTER_KEY)$/;
const SHORTEST_SECRET = 8;
function childEnvironment(environment, { secrets, dropsProviderKeys }) {
    const hidden = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
    const isDropped = (name, value) => OURS.test(name) ||
        RUNNER_FILES.includes(name) ||
        TOKENS.includes(name) ||
        (dropsProviderKeys && PROVIDER_KEY.test(name)) ||
        hidden.some((secret) => value.includes(secret));
    const kept = Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => value === undefined || isDropped(name, value) ? [] : [[name, value]]));
    return { ...kept, ...pastProxy(kept) };
}
const PROXY = /^(?:https?|all)_proxy$/i;
const LOOPBACK = ['127.0.0.1', 'localhost'];
/** Where clients ask a proxy, the meter is not to be asked for there: some read the one variable, some the other. */
function pastProxy(environment) {
    if (!Object.entries(environment).some(([name, value]) => PROXY.test(name) && value))
        return {};
    const { no_proxy: lower, NO_PROXY: upper } = environment;
    const extended = (text = '') => 
    // Alone it means every host, and beside others nothing.
    text.trim() === '*' ? text : [...new Set([...text.split(',').filter(Boolean), ...LOOPBACK])].join(',');
    return { no_proxy: extended(lower ?? upper), NO_PROXY: extended(upper ?? lower) };
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

/***/ 22602:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ troubleFinding)
/* harmony export */ });
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(69901);
/** What went wrong with the meter itself while a run went on, as findings. */

const KINDS = {
    'ledger-trouble': {
        level: 'warning',
        title: 'The ledger could not be written',
        advice: 'Look at the disk of the runner. The figures come from memory, so they are whole all the same.',
    },
    'not-handed-on': {
        level: 'error',
        title: 'Later steps could not be told of this run',
        advice: 'Something took away the files of the runner, so that `post` finds no record: look at what the agent, or a clean-up in it, removed.',
    },
    'unread-usage': {
        level: 'notice',
        title: 'An answer could not be read',
        advice: 'A call whose usage is not known is counted as unreported: compare with the gateway\u2019s own count.',
    },
    unexpected: {
        level: 'warning',
        title: 'The meter met an error of its own',
        advice: 'The run went on. Compare with the gateway\u2019s own count, and report this with the version of spendgate.',
    },
};
function troubleFinding({ id, message }) {
    const { level, title, advice } = KINDS[id];
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)(level, id, title, message, { advice });
}


/***/ }),

/***/ 97693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $q: () => (/* binding */ noteFindings),
/* harmony export */   Lm: () => (/* binding */ wrapFindings),
/* harmony export */   Su: () => (/* binding */ earlierRun),
/* harmony export */   TH: () => (/* binding */ contractFindings),
/* harmony export */   b: () => (/* binding */ wrapReport),
/* harmony export */   pI: () => (/* binding */ wrapHeadline)
/* harmony export */ });
/* harmony import */ var _core_contract_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(23245);
/* harmony import */ var _core_count_of_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(29028);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(69901);
/* harmony import */ var _core_metric_rows_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(97905);
/* harmony import */ var _core_usage_tables_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8152);
/* harmony import */ var _core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(19212);
/* harmony import */ var _meter_neighbour_routes_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(36773);
/* harmony import */ var _deps_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(72868);
/* harmony import */ var _override_report_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(84917);
/* harmony import */ var _run_record_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7435);










function wrapFindings(record, notes) {
    return [
        ...endFindings(record),
        ...noteFindings(record, notes),
        ...(0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__/* .unreportedUsage */ .Ih)(record),
        ...(0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__/* .nothingMetered */ .w0)(record),
        ...(0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__/* .heardFindings */ .XZ)(record),
    ];
}
function endFindings(record) {
    const { 'stop-reason': reason, 'stop-message': message } = record;
    const findings = [];
    if (message !== undefined) {
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)(reason === 'cancelled' ? 'warning' : 'error', 'run-stopped', `The run ended: ${reason}`, message));
    }
    if (reason === 'agent-failed') {
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'agent-failed', 'The agent failed', `The command ended with exit code ${record['exit-code']}.`));
    }
    return findings;
}
/** What stands neither in the figures of a record nor in how the run ended. */
function noteFindings(record, { observed, unpricedModels, otherRequests, reroutes, refusedSubagents, withheldHeaders }) {
    const findings = withheldFindings(withheldHeaders);
    if (observed !== undefined)
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'would-stop', 'A limit would have ended this run', `Without \`observe\` it would have ended with: ${observed}`));
    if (unpricedModels.length > 0) {
        const text = `${unpricedModels.join(', ')}: what these calls cost is not known, and \`max-cost\` may not have held for them.`;
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'unpriced-model', 'A model has no known price', text));
    }
    if (record['runner-minutes'] !== undefined && record['runner-cost-usd'] === undefined) {
        const text = '`minutes-price` has no price for a label of this runner, so its minutes are left out of the cost.';
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'minutes-unpriced', 'The runner has no price', text, {
            advice: 'Give `runner-label`, or a price without a label for all others.',
        }));
    }
    const spending = otherRequests.filter(_meter_neighbour_routes_js__WEBPACK_IMPORTED_MODULE_5__/* .isSpendingRoute */ .Iu);
    if (spending.length > 0) {
        const text = `${spending.join(', ')}: these routes report no usage the meter knows.`;
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'unmetered-calls', 'Requests went out unmetered', text));
    }
    if (reroutes.size > 0) {
        const text = [...reroutes].map(([route, calls]) => `${route} (${calls})`).join(', ');
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'fallback-served', 'A fallback answered', `${text}.`, {
            advice: 'It may cost more than the model that was asked for, or stand outside the budget: `mode: verify`. `on-fallback: stop` ends a run at once.',
        }));
    }
    for (const [limit, { calls, state }] of refusedSubagents) {
        const text = `${calls} at \`${limit}\`, the last one because ${state}.`;
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'subagent-refused', 'Calls beside the main loop were refused', text, {
            advice: 'The main loop went on without them. Raise the limit where the task needs them.',
        }));
    }
    return findings;
}
/** A header that is missing at the gateway is looked for at the gateway, unless somebody says so. */
function withheldFindings(withheld) {
    if (withheld.size === 0)
        return [];
    const text = [...withheld].map(([name, times]) => `${name} (${times})`).join(', ');
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'headers-withheld', 'Headers of the agent did not reach the gateway', `${text}.`, {
            advice: 'With `gateway-key` only the workflow says whose a call is, and by which rules it is paid: set it at the gateway, for the key.',
        }),
    ];
}
/** Answers may tell a version that a budget reading does not. */
function contractFindings({ gateway: { contract, id } }, now, version) {
    if (contract === undefined)
        return [];
    return (0,_core_contract_js__WEBPACK_IMPORTED_MODULE_0__/* .judgeContract */ .a)(contract, now, { id, version }).filter(({ level }) => level === 'warning');
}
/** @param canary what the rehearsal before the agent's start showed */
function wrapReport(config, record, findings, canary) {
    return {
        mode: 'wrap',
        task: config.task,
        key: config.task,
        status: (0,_deps_js__WEBPACK_IMPORTED_MODULE_6__/* .statusOf */ .c)(findings),
        headline: wrapHeadline(record),
        rows: (0,_core_metric_rows_js__WEBPACK_IMPORTED_MODULE_2__/* .usageRows */ .x4)(record, config.post.expect, config.wrap.limits),
        facts: [
            ['Models', (0,_run_record_js__WEBPACK_IMPORTED_MODULE_8__/* .renderModels */ .Ds)(record) || 'none'],
            ['Cost from', record['cost-source'] ?? 'unknown'],
            ['Calls of subagents', String(record['subagent-requests'] ?? 0)],
            ['Refused calls', String(record['refused-requests'] ?? 0)],
            ['Canary', canary],
            ...(0,_override_report_js__WEBPACK_IMPORTED_MODULE_7__/* .overrideReportFacts */ .Sl)(config),
            ...(0,_run_record_js__WEBPACK_IMPORTED_MODULE_8__/* .runnerFacts */ .Kd)(record),
            ...(0,_run_record_js__WEBPACK_IMPORTED_MODULE_8__/* .heardFacts */ .ib)(record),
        ],
        tables: (0,_core_usage_tables_js__WEBPACK_IMPORTED_MODULE_3__/* .usageTables */ .R)(record),
        findings,
        gate: undefined,
        runUrl: config.context.runUrl,
    };
}
/** `post` finds one record by the name of its task. */
function earlierRun(task) {
    const message = `An earlier run of the task ${task} stands in this job. A \`post\` judges the last run before it alone.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'earlier-run', 'This task ran in this job before', message, {
        advice: 'Where no `post` stands between them, give each run a `task` and a `post` of its own.',
    });
}
/** One line with the figures, for the log and the terminal. */
function wrapHeadline(record) {
    const { requests = 0, 'total-tokens': tokens, 'cost-usd': cost, 'unreported-requests': unreported, } = record;
    const used = tokens === undefined
        ? 'tokens not known'
        : `${atLeast(unreported)}${tokens.toLocaleString('en-US')} tokens`;
    // Where nothing was billed, the cost is zero by no source.
    const source = record['cost-source'] === 'unknown' ? '' : ` (${record['cost-source']})`;
    const spent = cost === undefined ? 'cost not known' : `${atLeast(record['unpriced-requests'])}${cost} USD${source}`;
    return `The run ended: ${record['stop-reason']}, exit code ${record['exit-code']}. ${(0,_core_count_of_js__WEBPACK_IMPORTED_MODULE_9__/* .countOf */ .p)(requests, 'model call')}, ${used}, ${spent}.`;
}
/** @param unknown how many calls are missing in a sum */
function atLeast(unknown) {
    return unknown > 0 ? 'at least ' : '';
}


/***/ }),

/***/ 49625:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  G: () => (/* binding */ killed),
  runWrap: () => (/* binding */ runWrap)
});

// EXTERNAL MODULE: ./lib/core/child-environment.js
var child_environment = __webpack_require__(35745);
// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(11923);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/core/limits.js
var limits = __webpack_require__(97535);
// EXTERNAL MODULE: ./lib/modes/attribution.js
var attribution = __webpack_require__(99361);
// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(69901);
// EXTERNAL MODULE: ./lib/core/ledger.js
var ledger = __webpack_require__(51546);
// EXTERNAL MODULE: ./lib/core/telemetry.js
var core_telemetry = __webpack_require__(40740);
// EXTERNAL MODULE: ./lib/core/witness.js
var witness = __webpack_require__(80);
// EXTERNAL MODULE: ./lib/wire/decode.js
var decode = __webpack_require__(471);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
;// CONCATENATED MODULE: ./lib/wire/otlp.js
/**
 * Log events of OpenTelemetry's protocol, in its JSON form (`POST /v1/logs`). Only name and flat attributes are read: the
 * body of an event may be a prompt. What has another shape is skipped, since every program may send here.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */

/** A 64-bit integer is text in protobuf's JSON, and a number in what some exporters send. */
const integer = schemas/* union */.KCZ([
    schemas/* number */.aig().int(),
    schemas/* string */.YjP()
        .regex(/^-?\d{1,15}$/)
        .transform(Number),
]);
const attribute = schemas/* object */.Ikc({
    key: schemas/* string */.YjP(),
    value: schemas/* object */.Ikc({
        stringValue: schemas/* string */.YjP().optional(),
        intValue: integer.optional(),
        doubleValue: schemas/* number */.aig().optional(),
    }),
});
const list = (item) => schemas/* array */.YOg(item.optional().catch(undefined))
    .nullish()
    .transform((items) => (items ?? []).filter((found) => found !== undefined));
const record = schemas/* object */.Ikc({
    eventName: schemas/* string */.YjP().optional(),
    body: schemas/* object */.Ikc({ stringValue: schemas/* string */.YjP().optional() }).nullish(),
    attributes: list(attribute),
});
const logs = schemas/* object */.Ikc({
    resourceLogs: list(schemas/* object */.Ikc({ scopeLogs: list(schemas/* object */.Ikc({ logRecords: list(record) })) })),
});
/** @throws {z.ZodError} when it is no export of logs at all */
function readLogEvents(body) {
    const records = logs
        .parse(body)
        .resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
    return records.map(({ attributes, body: text, eventName }) => ({
        name: eventName ?? text?.stringValue ?? '',
        attributes: new Map(attributes.flatMap(({ key, value }) => {
            const found = value.stringValue ?? value.intValue ?? value.doubleValue;
            return found === undefined ? [] : [[key, found]];
        })),
    }));
}

// EXTERNAL MODULE: ./lib/wire/request-id.js
var request_id = __webpack_require__(66620);
// EXTERNAL MODULE: ./lib/meter/local-answer.js
var local_answer = __webpack_require__(55689);
;// CONCATENATED MODULE: ./lib/meter/telemetry-sink.js




const ROUTES = new Set(['/v1/logs', '/v1/metrics', '/v1/traces']);
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_CALLS = 50_000;
class TelemetrySink {
    /** True when telemetry told of more calls than are kept. */
    isCut = false;
    #told = new Map();
    #readEvent;
    constructor(readEvent) {
        this.#readEvent = readEvent;
    }
    /** Each call once: an exporter that heard no answer sends its events again. */
    get told() {
        return [...this.#told.values()];
    }
    owns(method, path) {
        return method === 'POST' && ROUTES.has(path);
    }
    async take(request, response, path) {
        (0,local_answer/* sendLocal */.k)(response, await this.#answer(request, path));
    }
    async #answer(request, path) {
        const { headers } = request;
        if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
            return answer(415, 'only JSON is read');
        try {
            const bytes = await readBounded(request);
            if (bytes === undefined)
                return answer(413, `at most ${MAX_BODY_BYTES} bytes are read`);
            const decoded = await (0,decode/* decodeBody */.Vj)(bytes, headers['content-encoding'], MAX_BODY_BYTES);
            const body = JSON.parse(decoded.toString('utf8'));
            if (path === '/v1/logs')
                for (const event of readLogEvents(body))
                    this.#note(event);
            return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
        }
        catch {
            // Not the error's words: they may quote what was sent.
            return answer(400, 'the export could not be read');
        }
    }
    #note(event) {
        const told = this.#readEvent(event);
        if (told === undefined)
            return;
        const requestId = (0,request_id/* boundedRequestId */.g)(told.requestId);
        const key = requestId ?? `#${this.#told.size}`;
        if (this.#told.size < MAX_CALLS || this.#told.has(key))
            this.#told.set(key, { ...told, requestId });
        else
            this.isCut = true;
    }
}
/** The rest is read and forgotten, so that the client hears the answer; `undefined` when it is too much. */
async function readBounded(request) {
    const parts = [];
    let size = 0;
    for await (const part of request) {
        size += part.length;
        if (size <= MAX_BODY_BYTES)
            parts.push(part);
    }
    return size <= MAX_BODY_BYTES ? Buffer.concat(parts) : undefined;
}
function answer(status, message) {
    const body = JSON.stringify({ message: `spendgate: ${message}.` });
    return { status, headers: { 'content-type': 'application/json' }, body };
}

;// CONCATENATED MODULE: ./lib/modes/hearing.js





/** The standard variables that send telemetry somewhere: then it is the user's own, and stays so. */
const OWN_COLLECTOR = /^OTEL_EXPORTER_OTLP_(?:LOGS_|METRICS_|TRACES_)?ENDPOINT$/;
class Hearing {
    /** Takes telemetry; `undefined` where none is wanted. */
    sink;
    #config;
    #startedAt;
    #collector;
    #agents = [];
    #environment = {};
    constructor(config, known, environment, startedAt) {
        this.#config = config;
        this.#startedAt = startedAt;
        this.#collector = Object.keys(environment).find((name) => OWN_COLLECTOR.test(name) && environment[name]);
        if (!config.wrap.agentTelemetry || this.#collector !== undefined)
            return;
        this.sink = new TelemetrySink((event) => {
            for (const agent of known) {
                const told = agent.readEvent?.(event);
                if (told !== undefined)
                    return told;
            }
            return undefined;
        });
    }
    /** @param agents the ones whose environment the command was given */
    noteStart(agents, environment) {
        this.#agents = agents;
        this.#environment = environment;
    }
    /** @param isCutShort true when the agent was killed, so that it may not have written down its last calls */
    hear(calls, isCutShort) {
        const { sink } = this;
        const named = sink ? (0,core_telemetry/* namedCallers */.yr)(sink.told, calls) : calls;
        const telemetry = sink && (0,core_telemetry/* joinTelemetry */._0)(sink.told, calls, sink.isCut);
        return {
            calls: named,
            witness: this.#hearReports(named, isCutShort),
            telemetry,
            findings: this.#findings(telemetry, calls),
        };
    }
    #hearReports(calls, isCutShort) {
        const context = {
            environment: this.#environment,
            workingDirectory: this.#config.wrap.workingDirectory ?? '.',
            startedAt: this.#startedAt,
        };
        const able = this.#agents.filter(({ readReport }) => readReport !== undefined);
        const accounts = able.flatMap((agent) => {
            const report = agent.readReport?.(context);
            return report === undefined ? [] : [{ ...report, agent: agent.id }];
        });
        return (0,witness/* hearWitness */.ao)(accounts, calls, isCutShort || accounts.length < able.length);
    }
    #findings(telemetry, calls) {
        if (this.#config.wrap.agentTelemetry && this.#collector !== undefined) {
            const message = `\`${this.#collector}\` is set, so the agent\u2019s telemetry goes where it says, and \`agent-telemetry\` has nothing to join.`;
            return [
                (0,findings/* finding */.gk)('notice', 'telemetry-left-alone', 'Telemetry is left alone', message, {
                    advice: `Leave \`${this.#collector}\` out of this step, or \`agent-telemetry\`.`,
                }),
            ];
        }
        if (telemetry?.events !== 0 || !calls.some(ledger/* isBillable */.o9))
            return [];
        const message = '`agent-telemetry` is on, and no call was told of. Claude Code can send it; an agent that was killed may not have.';
        return [
            (0,findings/* finding */.gk)('notice', 'telemetry-missing', 'No telemetry arrived', message, {
                advice: 'Leave `agent-telemetry` out for an agent that sends none; the calls are counted all the same.',
            }),
        ];
    }
}

// EXTERNAL MODULE: ./lib/modes/marks.js
var marks = __webpack_require__(58266);
// EXTERNAL MODULE: ./lib/modes/metering.js + 34 modules
var metering = __webpack_require__(67702);
// EXTERNAL MODULE: ./lib/modes/override-report.js
var override_report = __webpack_require__(84917);
// EXTERNAL MODULE: ./lib/modes/run-record.js
var run_record = __webpack_require__(7435);
// EXTERNAL MODULE: ./lib/modes/troubles.js
var troubles = __webpack_require__(22602);
;// CONCATENATED MODULE: ./lib/core/minutes.js
/** Workflow minutes as part of what a run costs. GitHub bills started minutes; the price depends on the runner's label. */
/** @param prices nano-USD per minute by label, lower-case; the empty label is the price for all others */
function runnerCost(durationMs, prices, labels) {
    const minutes = Math.ceil(durationMs / 60_000);
    const price = [...labels.map((label) => label.toLowerCase()), '']
        .map((label) => prices.get(label))
        .find((found) => found !== undefined);
    return { minutes, costNanoUsd: price === undefined ? undefined : minutes * price };
}

// EXTERNAL MODULE: ./lib/core/patterns/index.js + 7 modules
var patterns = __webpack_require__(17793);
// EXTERNAL MODULE: ./lib/core/record.js
var core_record = __webpack_require__(59510);
// EXTERNAL MODULE: ./lib/core/totals.js
var totals = __webpack_require__(34840);
// EXTERNAL MODULE: ./lib/modes/deps.js
var modes_deps = __webpack_require__(72868);
// EXTERNAL MODULE: ./lib/core/usage.js
var usage = __webpack_require__(76940);
// EXTERNAL MODULE: ./lib/core/weights.js
var core_weights = __webpack_require__(25746);
;// CONCATENATED MODULE: ./lib/modes/limit-facts.js



function limitFacts(terms, calls) {
    const sums = new LimitSums(terms);
    for (const call of calls)
        sums.add(call);
    return sums.facts();
}
/** Kept as the calls come, so that a meter that lives for hours holds no call. */
class LimitSums {
    #terms;
    #told = new Set();
    #tokens = new usage/* TallyCounter */.Xi();
    #weighted = new usage/* TallyCounter */.Xi();
    constructor(terms) {
        this.#terms = terms;
    }
    add(call) {
        if ((0,ledger/* isBillable */.o9)(call)) {
            const { inputTokens, outputTokens } = call.usage;
            this.#tokens.add(inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens);
            this.#weighted.add((0,core_weights/* weighUsage */.I4)(this.#terms.weights, call.usage));
        }
        if (call.outcome === 'ok')
            this.#told.add(call.note);
    }
    facts() {
        const { limits, weights, wrapUp } = this.#terms;
        const facts = [];
        if (limits.maxTokens !== undefined)
            facts.push(['Tokens together', usedOf(this.#tokens.tally, limits.maxTokens)]);
        if (limits.maxWeightedTokens !== undefined) {
            const used = usedOf(this.#weighted.tally, limits.maxWeightedTokens);
            facts.push(['Weighted tokens', `${used} (${(0,core_weights/* renderWeights */.CX)(weights)})`]);
        }
        if (wrapUp !== undefined)
            facts.push(['Told to wrap up', this.#toldText()]);
        return facts;
    }
    #toldText() {
        const moments = [
            this.#told.has('80%') ? 'at 80 %' : '',
            this.#told.has('reserve') ? 'when it was time to hand in' : '',
        ];
        return moments.filter((moment) => moment !== '').join(', and ') || 'no';
    }
}
function usedOf({ sum, unknown }, limit) {
    return `${unknown > 0 ? 'at least ' : ''}${sum.toLocaleString('en-US')} of ${limit.toLocaleString('en-US')}`;
}

// EXTERNAL MODULE: ./lib/modes/publish.js
var publish = __webpack_require__(72759);
// EXTERNAL MODULE: ./lib/modes/reconciliation.js + 1 modules
var reconciliation = __webpack_require__(52642);
// EXTERNAL MODULE: ./lib/modes/wrap-report.js
var wrap_report = __webpack_require__(97693);
;// CONCATENATED MODULE: ./lib/modes/wrap-end.js











/**
 * Why the run ended. What the agent's own exit code says comes last: it may be anything.
 * @param ended.ending what ended the command from outside, before the meter had a say
 */
function stopOf(config, ended) {
    const { ending, exitCode } = ended;
    if (ending !== undefined)
        return { stopReason: ending, stopMessage: endingMessage(ending, config) };
    const stop = config.observe ? undefined : ended.stop;
    const byItself = exitCode === 0 ? 'completed' : 'agent-failed';
    return { stopReason: stop?.reason ?? byItself, stopMessage: stop?.message };
}
function endingMessage(ending, { wrap }) {
    return ending === 'timed-out'
        ? `The command ran longer than \`timeout\` (${(wrap.limits.timeoutMs ?? 0) / 1000} s); its process group was ended.`
        : 'The runner ended this step: the job was cancelled, or ran out of time. The process group of the command was ended.';
}
function recordOfRun(config, end, heard) {
    const { runKey, startedAt, endedAt, stopReason, stopMessage, exitCode, otherRequests } = end;
    const durationMs = endedAt.getTime() - startedAt.getTime();
    const facts = {
        complete: true,
        runId: runKey,
        task: config.task,
        agent: config.wrap.agent,
        startedAt: startedAt.toISOString(),
        durationMs,
        stopReason,
        stopMessage,
        exitCode,
        otherRequests,
        runner: minutesOf(config, durationMs),
        witness: heard.witness,
        telemetry: heard.telemetry,
        limits: config.wrap.limits,
        ...(0,override_report/* runFacts */.pI)(config),
    };
    return (0,core_record/* recordOf */.zv)(facts, (0,totals/* totalsOf */.v)(heard.calls));
}
function minutesOf({ wrap }, durationMs) {
    const { prices, labels } = wrap.runner;
    return prices === undefined ? undefined : runnerCost(durationMs, prices, labels);
}
/** Of a ledger. */
function lastLine({ endedAt, stopReason, stopMessage, exitCode, otherRequests, calls, }) {
    return {
        type: 'end',
        endedAt: endedAt.toISOString(),
        stopReason,
        reason: stopMessage,
        exitCode,
        otherRequests,
        calls,
    };
}
/** Keeps what later runs are to know of this one; what could not be kept becomes findings. */
async function rememberWrapped(deps, { runKey, endedAt }, record) {
    const { config, store } = deps;
    const isCounted = config.gateway.windows.length > 0;
    const [unsaved] = await Promise.all([
        isCounted ? (0,run_record/* rememberSpend */._z)(store, (0,run_record/* spendOf */.Ii)(runKey, record, endedAt)) : [],
        (0,reconciliation/* rememberRun */.j)(deps, record),
    ]);
    return unsaved;
}
async function showWrapped(deps, record, seen) {
    const { config, clock, runner } = deps;
    const { calls, canary, guard, meter } = seen;
    const notes = {
        observed: guard.observed?.message,
        unpricedModels: guard.unpricedModels,
        otherRequests: [...meter.otherRequests.keys()],
        reroutes: meter.reroutes,
        refusedSubagents: guard.refusedSubagents,
        withheldHeaders: meter.withheldHeaders,
    };
    const findings = [
        ...seen.findings,
        ...(0,override_report/* overrideFindings */.$q)(config),
        ...(0,wrap_report/* wrapFindings */.Lm)(record, notes),
        ...(0,patterns/* findPatterns */.t)(calls, deps.prices),
        ...(0,wrap_report/* contractFindings */.TH)(config, clock.now(), meter.gatewayVersion),
    ];
    runner.info(`spendgate: ${(0,wrap_report/* wrapHeadline */.pI)(record)}`);
    const report = (0,wrap_report/* wrapReport */.b)(config, record, findings, canary);
    const facts = [...report.facts, ...limitFacts(config.wrap, calls)];
    await (0,publish/* publish */.m)({ ...report, facts }, deps.reporters, (0,modes_deps/* reporterContext */.D)(deps));
}

;// CONCATENATED MODULE: ./lib/modes/wrap.js













/** A cancelled job has 10 s until the runner kills us, an agent at its limit half a minute to say goodbye. */
const KILL_GRACE_MS = 5000;
const STOP_GRACE_MS = 30_000;
const LIMIT_EXIT_CODE = 3;
/** A shell adds the number of the signal. */
const SIGNALLED_EXIT_CODE = 128;
/** The exit code for this process: the command's own, or 3 when a limit ended the run. */
async function runWrap(deps) {
    if (deps.config.killSwitch !== undefined && !deps.config.observe)
        throw killed(deps.config);
    const config = (0,attribution/* withSeenAgent */.l)(deps.config, deps.agents, deps.command.text);
    return new WrappedRun({ ...deps, config }).run();
}
function killed({ killSwitch }) {
    return new errors/* AppError */.uV('denied', `The kill switch is on (\`kill-switch: ${killSwitch}\`); the agent was not started.`, {
        hint: 'Clear the variable behind `kill-switch` when runs may start again.',
    });
}
class WrappedRun {
    #deps;
    #startedAt;
    #ledger;
    /** Whether or not the disk took them. */
    #calls = [];
    #hearing;
    #findings = [];
    #isHandedOn = true;
    #ending;
    #canary = '';
    #unlisten = () => undefined;
    constructor(deps) {
        this.#deps = deps;
        this.#startedAt = deps.clock.now();
        this.#hearing = new Hearing(deps.config, deps.agents, deps.environment, this.#startedAt);
        this.#ledger = deps.openLedger((message) => this.#note('ledger-trouble', message));
    }
    async run() {
        const { config, newToken, runner } = this.#deps;
        const token = config.gateway.key === undefined ? undefined : newToken();
        if (token !== undefined)
            runner.setSecret(token);
        const runKey = `${config.context.runId}-${config.context.runAttempt}-${newToken().slice(-8)}`;
        if (this.#deps.environment[this.#ledger.variable])
            this.#findings.push((0,wrap_report/* earlierRun */.Su)(config.task));
        // Told before the agent starts, so that it cannot put another ledger in this one's place.
        runner.exportVariable(this.#ledger.variable, this.#ledger.opened);
        (0,marks/* announceMarks */.I)(config, runner);
        this.#ledger.append(this.#header());
        const stopped = signalled();
        const { meter, guard } = await (0,metering/* startMetering */.y)(this.#deps, {
            port: 0,
            token,
            idPrefix: runKey,
            ledger: { append: (line) => this.#keep(line) },
            onTrouble: (message) => this.#note('unread-usage', message),
            onStop: stopped.fire,
            telemetry: this.#hearing.sink,
        });
        try {
            await this.#rehearse(meter);
            const exitCode = await this.#runAgent(meter, token, stopped.promise);
            await meter.close();
            return await this.#finish({ exitCode, guard, meter, runKey });
        }
        catch (error) {
            const endedAt = this.#deps.clock.now();
            this.#ledger.append(lastLine({ endedAt, stopReason: 'agent-failed', otherRequests: 0, calls: this.#calls.length }));
            throw error;
        }
        finally {
            this.#unlisten();
            await meter.close();
            await this.#deps.dispatcher.destroy();
        }
    }
    /** Proves in this very job that a call without an allowance is refused. @throws {AppError} `guard-not-armed` */
    async #rehearse(meter) {
        const { isArmed, evidence } = await meter.rehearse();
        this.#canary = evidence;
        if (!isArmed && !this.#deps.config.observe)
            throw new errors/* AppError */.uV('guard-not-armed', `The meter would not hold a limit: ${evidence}.`);
    }
    #keep(line) {
        if (line.type === 'call')
            this.#calls.push(line);
        this.#ledger.append(line);
    }
    #header() {
        const { config } = this.#deps;
        return {
            type: 'run',
            runId: config.context.runId,
            task: config.task,
            agent: config.wrap.agent,
            gateway: config.gateway.id,
            startedAt: this.#startedAt.toISOString(),
            limits: Object.fromEntries(Object.entries(config.wrap.limits)),
            ...(0,override_report/* runFacts */.pI)(config),
        };
    }
    async #runAgent(meter, token, stopped) {
        const { command, config, spawn } = this.#deps;
        const child = await spawn({
            command: command.command,
            args: command.args,
            cwd: config.wrap.workingDirectory,
            environment: this.#environment(meter, token),
        });
        const { disarm, unlisten } = this.#endWhenAsked(child, stopped);
        const exitCode = await child.exit;
        disarm();
        await child.end(KILL_GRACE_MS);
        // A cancelled job gets a second signal: it must find somebody who listens until everything is written.
        this.#unlisten = unlisten;
        return exitCode;
    }
    #environment(meter, token) {
        const { agentsFor, command, config, environment, privateDir, secrets } = this.#deps;
        const policy = { secrets, dropsProviderKeys: config.gateway.key !== undefined };
        const telemetryUrl = this.#hearing.sink && meter.url;
        const context = { meterUrl: meter.url, token, privateDir, environment, telemetryUrl };
        const chosen = agentsFor(config.wrap.agent, command.text);
        const given = Object.assign((0,child_environment/* childEnvironment */.Q)(environment, policy), ...chosen.map((agent) => agent.environment(context)));
        this.#hearing.noteStart(chosen, given);
        return given;
    }
    /** Time, cancellation, and an agent that goes on after its limit end the whole process group. */
    #endWhenAsked(child, stopped) {
        const timers = [];
        let isStopped = false;
        void stopped.then(() => {
            isStopped = true;
        });
        const endAs = (ending) => {
            // A run that its limit has stopped ended there, whatever ends it for good.
            if (!isStopped)
                this.#ending ??= ending;
            void child.end(KILL_GRACE_MS);
        };
        const { timeoutMs } = this.#deps.config.wrap.limits;
        if (timeoutMs !== undefined)
            timers.push(setTimeout(() => endAs('timed-out'), Math.min(timeoutMs, deadline/* LONGEST_TIMER_MS */.Mv)));
        if (!this.#deps.config.observe)
            void stopped.then(() => timers.push(setTimeout(() => void child.end(KILL_GRACE_MS), STOP_GRACE_MS)));
        const unlisten = this.#deps.onCancel(() => endAs('cancelled'));
        return { disarm: () => timers.forEach(clearTimeout), unlisten };
    }
    async #finish({ exitCode, guard, meter, runKey }) {
        const { config, clock, runner } = this.#deps;
        const isCutShort = this.#ending !== undefined || exitCode >= SIGNALLED_EXIT_CODE;
        const heard = this.#hearing.hear(this.#calls, isCutShort);
        const end = {
            runKey,
            startedAt: this.#startedAt,
            endedAt: clock.now(),
            ...stopOf(config, { ending: this.#ending, stop: guard.stop, exitCode }),
            exitCode,
            otherRequests: (0,metering/* otherRequestsOf */.A)(meter),
        };
        const record = recordOfRun(config, end, heard);
        this.#ledger.append(lastLine({ ...end, calls: this.#calls.length }));
        this.#hand(() => (0,run_record/* setUsageOutputs */.cT)(runner, record));
        this.#seal(record);
        const unsaved = await rememberWrapped(this.#deps, end, record);
        await showWrapped(this.#deps, record, {
            calls: heard.calls,
            canary: this.#canary,
            findings: [...this.#findings, ...heard.findings, ...unsaved],
            guard,
            meter,
        });
        if ((0,limits/* isLimitStop */.M)(end.stopReason))
            return LIMIT_EXIT_CODE;
        // What later steps would judge by is gone: a green step would say that all is well.
        return exitCode === 0 && !this.#isHandedOn ? errors/* EXIT_CODES */.ai.state : exitCode;
    }
    #seal(record) {
        const sealed = this.#ledger.seal(`${JSON.stringify(record, null, 2)}\n`);
        const { config, runner } = this.#deps;
        this.#hand(() => runner.setOutput('record', sealed?.path));
        // Where the disk took no record, the outputs alone hold it.
        this.#hand(() => runner.exportVariable(this.#ledger.variable, sealed?.value ?? this.#ledger.lost));
        this.#hand(() => (0,marks/* announceMarks */.I)(config, runner));
    }
    /** The files by which later steps are told may be gone: the run and its figures are not. */
    #hand(tell) {
        try {
            tell();
        }
        catch (error) {
            this.#isHandedOn = false;
            this.#note('not-handed-on', (0,errors/* describeError */.Uc)(error));
        }
    }
    #note(id, message) {
        if (!this.#findings.some((known) => known.id === id && known.message === message)) {
            this.#findings.push((0,troubles/* troubleFinding */.T)({ id, message }));
        }
    }
}
function signalled() {
    const { promise, resolve } = Promise.withResolvers();
    return { promise, fire: resolve };
}


/***/ })

};
