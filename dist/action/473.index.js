export const id = 473;
export const ids = [473];
export const modules = {

/***/ 7535:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ isLimitStop)
/* harmony export */ });
/** Limits of one run and of one call. An absent limit is no limit; a limit that did not parse never gets here. */
/** True for the reasons that mean "spendgate or the budget ended this run". */
function isLimitStop(reason) {
    return reason.startsWith('limit:') || reason === 'timed-out' || reason === 'budget-exhausted';
}


/***/ }),

/***/ 7905:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ metricLabel),
/* harmony export */   iH: () => (/* binding */ renderRange),
/* harmony export */   vr: () => (/* binding */ renderObserved),
/* harmony export */   x4: () => (/* binding */ usageRows)
/* harmony export */ });
/* harmony import */ var _money_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5499);
/* harmony import */ var _range_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8158);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9510);



const LABELS = {
    'input-tokens': 'input tokens',
    'output-tokens': 'output tokens',
    cost: 'cost',
    requests: 'model calls',
};
const LIMIT_OF = {
    'input-tokens': 'maxInputTokens',
    'output-tokens': 'maxOutputTokens',
    cost: 'maxCostNanoUsd',
    requests: 'maxRequests',
};
function usageRows(record, expect, limits) {
    return _record_js__WEBPACK_IMPORTED_MODULE_1__/* .METRICS */ .Cb.map((metric) => {
        const observed = (0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .observe */ .lB)(record, metric);
        const range = expect.get(metric)?.range;
        const limit = limits[LIMIT_OF[metric]];
        return {
            label: metricLabel(metric),
            observed: renderObserved(metric, observed),
            expected: range ? renderRange(metric, range) : '',
            limit: limit === undefined ? '' : renderMetric(metric, limit),
            share: shareOf(observed, range?.max ?? limit),
            verdict: rowVerdict(observed, range),
        };
    });
}
function metricLabel(metric) {
    return LABELS[metric];
}
/** `48,210`, `$0.42`, `at least 48,210`, `not known`. */
function renderObserved(metric, observed) {
    if (observed === undefined)
        return 'not known';
    return `${observed.exact ? '' : 'at least '}${renderMetric(metric, observed.value)}`;
}
function renderRange(metric, { min, max }) {
    const [low, high] = [min, max].map((bound) => (bound === undefined ? '' : renderMetric(metric, bound)));
    return `${low}..${high}`;
}
function renderMetric(metric, value) {
    return metric === 'cost' ? (0,_money_js__WEBPACK_IMPORTED_MODULE_0__/* .renderUsd */ .NX)(value) : value.toLocaleString('en-US');
}
function shareOf(observed, full) {
    return observed === undefined || full === undefined || full === 0 ? undefined : observed.value / full;
}
function rowVerdict(observed, range) {
    if (range === undefined)
        return 'none';
    const verdict = (0,_range_js__WEBPACK_IMPORTED_MODULE_2__/* .judgeRange */ .D)(observed, range);
    if (verdict === 'unknown')
        return 'unknown';
    return verdict === 'within' ? 'ok' : 'bad';
}


/***/ }),

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

/***/ 8158:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ judgeRange)
/* harmony export */ });
/** Expected ranges, and what an observed figure means against one. Bounds are inclusive. */
/** A partial figure can prove "above", and nothing else. */
function judgeRange(observed, range) {
    if (observed === undefined)
        return 'unknown';
    if (range.max !== undefined && observed.value > range.max)
        return 'above';
    if (!observed.exact)
        return 'unknown';
    return range.min !== undefined && observed.value < range.min ? 'below' : 'within';
}


/***/ }),

/***/ 9212:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ judgeUsage),
/* harmony export */   I: () => (/* binding */ unreportedUsage)
/* harmony export */ });
/* harmony import */ var _findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9901);
/* harmony import */ var _limits_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7535);
/* harmony import */ var _metric_rows_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7905);
/* harmony import */ var _range_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8158);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9510);
/** Was this run normal? The rules of `post`, without the outside world. */





function judgeUsage(record, expect) {
    const findings = [
        ...[...expect].flatMap(([metric, { range, position }]) => judgeMetric(record, metric, range, position)),
        ...judgeStop(record),
        ...judgeGaps(record),
    ];
    const isOutside = findings.some(({ level }) => level === 'error');
    const isUnknown = expect.size === 0 || findings.some(({ id }) => id.endsWith('-unknown'));
    return { verdict: isOutside ? 'outside' : isUnknown ? 'unknown' : 'within', findings };
}
function judgeMetric(record, metric, range, position) {
    const observed = (0,_record_js__WEBPACK_IMPORTED_MODULE_2__/* .observe */ .lB)(record, metric);
    const verdict = (0,_range_js__WEBPACK_IMPORTED_MODULE_3__/* .judgeRange */ .D)(observed, range);
    if (verdict === 'within')
        return [];
    const label = (0,_metric_rows_js__WEBPACK_IMPORTED_MODULE_1__/* .metricLabel */ .B)(metric);
    const figures = `${(0,_metric_rows_js__WEBPACK_IMPORTED_MODULE_1__/* .renderObserved */ .vr)(metric, observed)} ${label} observed, ${(0,_metric_rows_js__WEBPACK_IMPORTED_MODULE_1__/* .renderRange */ .iH)(metric, range)} expected`;
    if (verdict === 'unknown') {
        return [
            (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', `${metric}-unknown`, `${label} cannot be judged`, `${figures}.`, {
                position,
                advice: 'Part of the usage was not reported by the upstream.',
            }),
        ];
    }
    const advice = verdict === 'above'
        ? 'Look for a loop or a growing context in the run; widen the range when this is the new normal.'
        : 'A run that is suspiciously cheap often did nothing: look at what it produced.';
    return [
        (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', `${metric}-${verdict}`, `${label} ${verdict} the expected range`, `${figures}.`, {
            position,
            advice,
        }),
    ];
}
/** A run that a limit ended is outside whatever its figures say: they were cut. */
function judgeStop(record) {
    const reason = record['stop-reason'];
    if (reason === undefined || !(0,_limits_js__WEBPACK_IMPORTED_MODULE_4__/* .isLimitStop */ .M)(reason))
        return [];
    const message = record['stop-message'] ?? `The run ended with \`${reason}\`.`;
    const level = reason === 'budget-exhausted' ? 'warning' : 'error';
    return [
        (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)(level, 'run-stopped', 'The run was stopped', message, {
            advice: 'Its figures are what it used until then.',
        }),
    ];
}
/** One notice when calls did not report all their tokens, else none. */
function unreportedUsage({ 'unreported-requests': unreported }) {
    if (unreported === 0)
        return [];
    const message = `${unreported} calls did not report all their tokens; sums are lower bounds.`;
    return [(0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('notice', 'unreported-usage', 'Usage was not reported', message)];
}
function judgeGaps(record) {
    const gaps = unreportedUsage(record);
    const { 'unpriced-requests': unpriced } = record;
    if (unpriced > 0) {
        gaps.push((0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('notice', 'unpriced-usage', 'Cost is not complete', `${unpriced} calls have no known cost; the cost is a lower bound.`));
    }
    return gaps;
}


/***/ }),

/***/ 2868:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ reporterContext),
/* harmony export */   c: () => (/* binding */ statusOf)
/* harmony export */ });
function reporterContext({ runner, github, config }) {
    return { runner, github, pullRequest: config.context.pullRequest, comment: config.post.comment };
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
        const message = `${(0,_core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .describeError */ .Uc)(error)}. The verdict is not affected; the job summary and the log hold the report.`;
        const advice = reporter.needs;
        context.runner.annotate((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'reporter-failed', `${reporter.id} could not report`, message, advice === undefined ? {} : { advice }));
        return {};
    }
}


/***/ }),

/***/ 2642:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  E: () => (/* binding */ reconcileRun),
  j: () => (/* binding */ rememberRun)
});

// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
// EXTERNAL MODULE: ./lib/core/budget.js
var budget = __webpack_require__(9610);
// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/sighting.js
var sighting = __webpack_require__(3244);
// EXTERNAL MODULE: ./lib/core/units.js
var units = __webpack_require__(7564);
;// CONCATENATED MODULE: ./lib/core/reconcile.js
/** The gateway's own count of a run against the meter's. */





function reconcile(ask) {
    const { before, after, record } = ask;
    const count = (0,sighting/* countOf */.pq)(after);
    const moved = count && (0,sighting/* movedBetween */._Y)(before.count, count);
    if (moved === undefined)
        return untold(`the count of ${before.count.scope} was set back, or belongs to another window or scope now`);
    const metered = meteredIn(moved, record, after);
    if (metered === 'no rate')
        return untold(`the gateway counted ${renderCounted(moved)}, and no rate is known for ${(0,units/* unitName */.Cq)(moved.unit)}: \`rates\` in the policy file gives one`);
    if (metered === undefined)
        return incomplete(ask, moved);
    return compare(ask, { moved: metered.moved, metered: metered.metered, scope: before.count.scope });
}
/** A run whose figures are lower bounds explains part of the count, and nobody knows how much of the rest. */
function incomplete({ before, after, record }, moved) {
    const known = record['cost-usd'] === undefined ? 'nothing' : `$${record['cost-usd']}`;
    const fact = `the gateway counted ${renderCounted(moved)} on ${before.count.scope}; the meter knows of ${known} for certain, since not every call of this run told its tokens or has a price`;
    const title = 'The gateway’s count cannot be checked';
    const message = `Between ${before.at} and ${after.asOf} ${fact}.`;
    return {
        driftPercent: undefined,
        findings: (0,sighting/* isNoise */.ty)(moved, after.conversions) ? [] : [(0,findings/* finding */.gk)('notice', 'drift-unknown', title, message)],
        fact: `not comparable: ${fact}`,
        mayTrail: false,
    };
}
function untold(why) {
    return { driftPercent: undefined, findings: [], fact: `not comparable: ${why}`, mayTrail: false };
}
/** Both figures in one unit: tokens where the gateway counts tokens, else dollars. */
function meteredIn(moved, record, { conversions }) {
    if (!record.complete)
        return undefined;
    if (moved.unit === 'tokens') {
        const tokens = record['unreported-requests'] === 0 ? record['total-tokens'] : undefined;
        return tokens === undefined ? undefined : { moved, metered: { unit: 'tokens', value: tokens } };
    }
    const usd = (0,units/* convert */.C6)(moved, 'usd', conversions)?.amount;
    if (usd === undefined)
        return 'no rate';
    const cost = record['unpriced-requests'] === 0 ? (record.requests === 0 ? 0 : (0,money/* readUsd */.Nf)(record['cost-usd'])) : undefined;
    return cost === undefined ? undefined : { moved: usd, metered: { unit: 'usd', value: cost } };
}
/** Two counts that are set beside each other are shown to a hundredth of a cent. */
function renderCounted(amount) {
    return amount.unit === 'usd' ? `$${(amount.value / money/* NANO_PER_USD */.WC).toFixed(4)}` : (0,units/* renderAmount */.d)(amount);
}
function compare(ask, { moved, metered, scope }) {
    const { after, elapsedMs, maxDriftPercent } = ask;
    const difference = { unit: moved.unit, value: moved.value - metered.value };
    const driftPercent = percentOf(difference, metered);
    const fact = `the gateway counted ${renderCounted(moved)} on ${scope}, the meter ${renderCounted(metered)}`;
    const isSmall = (0,sighting/* isNoise */.ty)(difference, after.conversions) ||
        (driftPercent !== undefined && Math.abs(driftPercent) <= maxDriftPercent);
    const isLess = difference.value < 0 && !isSmall;
    const mayTrail = isLess && after.lagMs !== undefined && elapsedMs < after.lagMs;
    if (isSmall)
        return { driftPercent, findings: [], fact, mayTrail };
    const found = isLess ? countedLess(ask, fact, mayTrail) : spentByOthers(ask, fact, difference);
    return { driftPercent, findings: [found], fact, mayTrail };
}
function percentOf(difference, metered) {
    if (difference.value === 0)
        return 0;
    return metered.value === 0 ? undefined : (difference.value / metered.value) * 100;
}
function spentByOthers({ before, after, record }, fact, difference) {
    const prices = record['cost-source'] === 'gateway'
        ? ''
        : ' The gateway’s prices may also differ from the table the meter goes by.';
    const { isWider, scope } = before.count;
    const by = isWider ? `by others on ${scope}` : 'by others on the same key, or past the meter';
    const message = `Between ${before.at} and ${after.asOf} ${fact}. ${renderCounted(difference)} were spent ${by}.${prices}`;
    const title = isWider ? 'Others spent too' : 'Others spent on this key';
    return (0,findings/* finding */.gk)(isWider ? 'notice' : 'warning', 'spend-by-others', title, message, {
        advice: 'Give this workflow a key of its own, and see that nothing in it calls the gateway past the meter.',
    });
}
function countedLess({ before, after }, fact, mayTrail) {
    const when = `Between ${before.at} and ${after.asOf} ${fact}.`;
    if (mayTrail)
        return (0,findings/* finding */.gk)('notice', 'drift-too-early', 'The gateway has not counted everything yet', `${when} Its figures may trail by up to ${(0,budget/* renderLag */.$_)(after.lagMs ?? 0)}.`, { advice: 'Raise `reconcile-wait` to compare when the gateway has caught up.' });
    return (0,findings/* finding */.gk)('warning', 'gateway-drift', 'The gateway counted less', when, {
        advice: 'Its budget lasts longer than the price table says, or it does not see every call: check its prices, or whether it was only late.',
    });
}

// EXTERNAL MODULE: ./lib/modes/budget-reading.js
var budget_reading = __webpack_require__(4334);
// EXTERNAL MODULE: ./lib/modes/sightings.js
var sightings = __webpack_require__(8872);
;// CONCATENATED MODULE: ./lib/modes/reconciliation.js






const POLL_MS = 2000;
const LEAST_DEADLINE_MS = 5000;
/** `undefined` when `pre` left no count in this job. */
async function reconcileRun(deps, record) {
    const before = deps.markFile.find();
    if (before === undefined || before.gateway !== deps.config.gateway.id || !hasPlace(deps))
        return undefined;
    const deadline = deps.clock.now().getTime() + deps.config.post.reconcileWaitMs;
    // A gateway that hangs holds this up no longer than one that is late may.
    const bounded = { ...deps, deadlineMs: Math.max(LEAST_DEADLINE_MS, deps.config.post.reconcileWaitMs) };
    for (;;) {
        const after = await (0,budget_reading/* readBudget */.OW)(bounded);
        if (after === undefined || 'error' in after)
            return { driftPercent: undefined, findings: [], fact: `not read: ${after?.error ?? 'no gateway'}` };
        const { maxDriftPercent } = deps.config.post;
        const elapsedMs = deps.clock.now().getTime() - endOf(record, before);
        const result = reconcile({ before, after, record, maxDriftPercent, elapsedMs });
        const left = deadline - deps.clock.now().getTime();
        if (!result.mayTrail || left <= 0) {
            await remember(deps, before, record, after);
            return result;
        }
        await deps.sleep(Math.min(POLL_MS, left));
    }
}
/** False where `post` was not told where the gateway stands. */
function hasPlace({ config, gateways }) {
    const { id, url, budgetUrl } = config.gateway;
    const needsUrl = gateways.find((gateway) => gateway.id === id)?.requires.includes('gateway-url') ?? false;
    return !needsUrl || url !== undefined || budgetUrl !== undefined;
}
/** When the run's last call can have been made; the earliest it can be where the record does not say. */
function endOf(record, before) {
    const startedAt = Date.parse(record['started-at'] ?? '');
    return Number.isNaN(startedAt) ? Date.parse(before.at) : startedAt + (record['duration-ms'] ?? 0);
}
/** What the gateway has not counted yet of this run must not look like the spend of somebody else later. */
async function remember(deps, before, record, after) {
    const count = (0,sighting/* countOf */.pq)(after);
    if (count === undefined)
        return;
    const own = ownSpend(record, count.unit, after.conversions);
    await (0,sightings/* saveCount */.R)(deps, { ...count, value: Math.max(count.value, before.count.value + own) });
}
/** What the meter saw of this run in the unit of a count, as far as it is known. */
function ownSpend(record, unit, conversions) {
    if (unit === 'tokens')
        return record['total-tokens'] ?? 0;
    const cost = (0,money/* readUsd */.Nf)(record['cost-usd']) ?? 0;
    return (0,units/* convert */.C6)({ unit: 'usd', value: cost }, unit, conversions)?.amount.value ?? 0;
}
/**
 * Without a look at the gateway, since `wrap` takes none: the count that `pre` saw, and what the meter saw on top of it.
 * So the next `pre` does not take this run for somebody else.
 */
async function rememberRun(deps, record) {
    const before = deps.markFile.find();
    if (before === undefined || before.gateway !== deps.config.gateway.id)
        return;
    const { count } = before;
    const own = ownSpend(record, count.unit, before.conversions);
    await (0,sightings/* saveCount */.R)(deps, { ...count, value: count.value + own });
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


/***/ }),

/***/ 8872:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ saveCount)
/* harmony export */ });
async function saveCount({ config, store, clock, keyFingerprint }, count) {
    if (keyFingerprint === undefined)
        return;
    const { runId, workflow } = config.context;
    await store.saveSighting({ key: keyFingerprint, count, at: clock.now().toISOString(), runId, workflow });
}


/***/ }),

/***/ 3473:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runWrap: () => (/* binding */ runWrap)
});

;// CONCATENATED MODULE: ./lib/core/child-environment.js
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
    return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => value === undefined || isDropped(name, value) ? [] : [[name, value]]));
}

// EXTERNAL MODULE: ./lib/core/contract.js
var core_contract = __webpack_require__(5626);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
;// CONCATENATED MODULE: ./lib/core/exit-code.js
/** Exit codes of programs, as a shell gives them. */
const SIGNALS = {
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGILL: 4,
    SIGABRT: 6,
    SIGBUS: 7,
    SIGFPE: 8,
    SIGKILL: 9,
    SIGSEGV: 11,
    SIGPIPE: 13,
    SIGTERM: 15,
};
/** The code itself, or 128 and the number of the signal that ended the program. */
function shellExitCode(code, signal) {
    if (code !== undefined)
        return code;
    return 128 + (signal !== undefined && Object.hasOwn(SIGNALS, signal) ? (SIGNALS[signal] ?? 0) : 0);
}

// EXTERNAL MODULE: ./lib/core/findings.js
var core_findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/limits.js
var limits = __webpack_require__(7535);
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

// EXTERNAL MODULE: ./lib/modes/deps.js
var deps = __webpack_require__(2868);
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
    /** Held by requests that are no call unless they turn out to cost something. */
    #warmUps = new WeakSet();
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
    /** Gives back what a call held that never left, or what a warm-up held that cost nothing. */
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
        if (this.#warmUps.has(ticket))
            this.#spent.requests += 1;
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
        const price = this.#priceOf(ask);
        const draft = {
            kind,
            // Asked for only where it matters: the whole request is searched for it.
            mayWriteLongCache: price?.cacheWrite1h !== undefined && ask.mayWriteLongCache,
            model: ask.facts.model ?? 'unnamed',
            bodyBytes: ask.bodyBytes,
            inputTokens: this.#estimator.estimate(kind, ask.bodyBytes, ask.facts.hasServerContext),
            price,
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
        if (ask.isWarmUp) {
            this.#warmUps.add(ticket);
            return { kind: 'admitted', ticket, ceiling };
        }
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
// EXTERNAL MODULE: ./lib/core/usage.js
var usage = __webpack_require__(6940);
// EXTERNAL MODULE: ./lib/wire/headers.js
var wire_headers = __webpack_require__(6483);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
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

;// CONCATENATED MODULE: ./lib/meter/account.js
/**
 * The account of one call, however it travels: what it asks for, what is held for it, that it has left, and what it came to.
 */




/** How a request asks for a cache that is kept for an hour; letters that are written as escapes may say anything. */
const LONG_CACHE = ['"1h"', '\\u00'];
/** Longer than any model's name; a made-up one must not fill the outputs. */
const MAX_MODEL_LENGTH = 200;
/** Beyond this an answer is no error message any more, and goes on as it comes. */
const MAX_ERROR_BYTES = 256 * 1024;
class CallAccount {
    #services;
    #dialect;
    #headers;
    #startedAt;
    #id;
    #facts;
    #fingerprint = '';
    #isRetry = false;
    #sentAtMs = 0;
    /** @param headers lower-case names: who calls, and whether again */
    constructor(services, dialect, headers) {
        this.#services = services;
        this.#dialect = dialect;
        this.#headers = headers;
        this.#startedAt = services.clock.now();
        this.#id = services.nextId();
    }
    admit({ facts, body, contextBytes = 0, isWarmUp = false }, client) {
        this.#facts = facts;
        this.#fingerprint = body.fingerprint;
        this.#isRetry = this.#services.retries.isRetry(this.#headers, this.#fingerprint);
        const ask = {
            dialect: this.#dialect.id,
            facts,
            bodyBytes: body.size + contextBytes,
            get mayWriteLongCache() {
                return LONG_CACHE.some((words) => body.includes(words));
            },
            isRetry: this.#isRetry,
            fingerprint: this.#fingerprint,
            isWarmUp,
        };
        return this.#services.guard.admit(ask, client);
    }
    /** Nothing left. */
    refuse(status) {
        this.#record(refusedEntry(status));
    }
    /** On disk before it leaves: if nothing settles it any more, somebody can still say that it was there. */
    send({ inputTokens, outputTokens }) {
        this.#sentAtMs = this.#services.clock.now().getTime();
        this.#services.ledger.append({
            type: 'sent',
            id: this.#id,
            at: this.#startedAt.toISOString(),
            dialect: this.#dialect.id,
            requestedModel: this.#facts?.model?.slice(0, MAX_MODEL_LENGTH),
            inputTokens,
            // Where nothing is held, as by `observe`, what the client allows stands in.
            outputTokens: Math.max(outputTokens, this.#facts?.outputCeiling ?? 0),
        });
    }
    /**
     * What happened is on disk and counted when this resolves.
     * @returns what to tell the agent in place of an error answer; `undefined` where the answer goes on as it came
     */
    async settle(ticket, end, heard) {
        const judged = await this.#readFailure(end, heard);
        const { entry, settlement } = judgeOutcome(end, heard, (head, snapshot) => this.#cost(head, snapshot));
        if (entry.outcome !== 'ok')
            this.#services.retries.noteFailure(this.#fingerprint);
        if (heard?.trouble !== undefined)
            this.#services.onTrouble(heard.trouble);
        this.#record(entry);
        this.#services.guard.settle(ticket, settlement, this.#services.clock.now().getTime() - this.#sentAtMs);
        return typeof judged === 'function' ? judged() : judged;
    }
    async #readFailure({ head, kept }, heard) {
        if (head === undefined)
            return undefined;
        if (head.status < 400 && heard?.error === undefined) {
            this.#services.failures.noteSuccess();
            return undefined;
        }
        const body = heard?.error ?? (0,json_answer/* readJson */.Vh)(await decodeText(kept, head.headers['content-encoding']));
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
    #record(entry) {
        const { clock, ledger, readCaller } = this.#services;
        ledger.append({
            type: 'call',
            id: this.#id,
            at: this.#startedAt.toISOString(),
            durationMs: Math.max(0, clock.now().getTime() - this.#startedAt.getTime()),
            dialect: this.#dialect.id,
            requestedModel: this.#facts?.model?.slice(0, MAX_MODEL_LENGTH),
            caller: readCaller(this.#headers),
            retry: this.#isRetry,
            ...entry,
            model: entry.model?.slice(0, MAX_MODEL_LENGTH),
        });
    }
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
    const presented = headerValues(headers);
    if (query !== '')
        presented.push(new URLSearchParams(query).get('key') ?? '');
    return presented.some((value) => equals(value.replace(BEARER, ''), token));
}
/** Headers with the token replaced by the key; other credentials the client sent are dropped. */
function swapHeaders({ token, key }, headers) {
    if (token === undefined || key === undefined)
        return [...headers];
    const swapped = [];
    for (let index = 0; index + 1 < headers.length; index += 2) {
        const name = headers[index] ?? '';
        const value = headers[index + 1] ?? '';
        if (!KEY_HEADERS.has(name.toLowerCase()))
            swapped.push(name, value);
        else if (equals(value.replace(BEARER, ''), token))
            swapped.push(name, BEARER.test(value) ? `Bearer ${key}` : key);
    }
    return swapped;
}
/** An API that takes its key as `?key=` takes it in a header as well, where no redirect or error message repeats it. */
function swapQuery({ token, key }, query) {
    if (query === '' || token === undefined || key === undefined)
        return { query, headers: [] };
    if (new URLSearchParams(query).get('key') !== token)
        return { query, headers: [] };
    const kept = query
        .slice(1)
        .split('&')
        .filter((part) => !part.startsWith('key='));
    return { query: kept.length > 0 ? `?${kept.join('&')}` : '', headers: ['x-goog-api-key', key] };
}
/** Text without the key, wherever an upstream may have repeated it. */
function redact({ key }, text) {
    if (key === undefined)
        return text;
    const plain = text.includes(key) ? text.replaceAll(key, '***') : text;
    return plain.includes('%') ? plain.replaceAll(encodeURIComponent(key), '***') : plain;
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

;// CONCATENATED MODULE: ./lib/meter/relay.js

const MAX_KEPT_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(0);
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
    #keeps = false;
    #kept = [];
    #keptBytes = 0;
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
        this.#keeps = decision === 'keep';
        if (this.#keeps)
            return true;
        const dropped = decision === 'relay' ? undefined : NO_LENGTH;
        this.#response.writeHead(status, clientHeaders(this.#head, this.#hooks.redact, dropped));
        // The client waits for the head, however long the first bytes take.
        this.#response.flushHeaders();
        this.#response.on('drain', resume);
        return true;
    }
    onData(chunk) {
        const passed = this.#hooks.onData(chunk);
        if (this.#keeps)
            return this.#keep(chunk);
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
    #keep(chunk) {
        this.#keptBytes += chunk.length;
        if (this.#keptBytes <= MAX_KEPT_BYTES)
            this.#kept.push(chunk);
        return true;
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
        const [only = NOTHING] = this.#kept;
        const kept = this.#kept.length > 1 ? Buffer.concat(this.#kept) : only;
        this.#resolve({ kind, head: this.#head, error, kept });
    }
}
/** The headers of an answer as they go on to the client, flat. */
function clientHeaders({ rawHeaders }, redact, dropped) {
    return (0,wire_headers/* endToEndHeaders */.cu)(rawHeaders, dropped).map(redact);
}

;// CONCATENATED MODULE: ./lib/wire/object-scanner.js
/**
 * Finds where the members of one JSON object stand, in bytes that come in pieces: only keys are decoded, values are walked
 * over. What lies between quotes is searched for the next quote, which is fast on long prompts.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** The bit that makes a brace out of a bracket. */
const CURLY = 0x20;
/** Shorter strings are walked over; a search would cost more than it saves. */
const WALKED_BYTES = 32;
const DECODER = new TextDecoder('utf-8', { fatal: true });
class ObjectScanner {
    #members = new Map();
    #state = 'before';
    /** Bytes before the present piece. */
    #offset = 0;
    #open = 0;
    #key = '';
    #keyStart = 0;
    #keyParts = [];
    #valueStart = 0;
    #depth = 0;
    /** True when the next byte belongs to a backslash in the piece before. */
    #isEscaped = false;
    /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
    push(piece) {
        let at = 0;
        while (at < piece.length)
            at = this.#step(piece, at);
        if (this.#state === 'in-key')
            this.#keyParts.push(piece.subarray(Math.max(0, this.#keyStart - this.#offset)));
        this.#offset += piece.length;
    }
    /** @throws {SyntaxError} when the object has no end. */
    end() {
        if (this.#state === 'before')
            throw new SyntaxError('the body is not a JSON object');
        if (this.#state !== 'behind')
            throw new SyntaxError(`the JSON object has no end at byte ${this.#offset}`);
        return { open: this.#open, members: this.#members };
    }
    /** Takes the bytes from `at` on, and says where the next step begins. */
    #step(piece, at) {
        switch (this.#state) {
            case 'in-key':
                return this.#walkString(piece, at, 'colon');
            case 'in-string':
                return this.#walkString(piece, at, 'after-value');
            case 'in-container-string':
                return this.#walkString(piece, at, 'in-container');
            case 'in-container':
                return this.#walkContainer(piece, at);
            case 'in-scalar':
                return this.#walkScalar(piece, at);
            default:
                return isBlank(piece[at]) ? at + 1 : this.#mark(piece, at, this.#state);
        }
    }
    /** A byte that is no blank, where one of JSON's marks must stand. */
    #mark(piece, at, state) {
        const byte = piece[at];
        if (state === 'before' && byte === OPEN_BRACE) {
            this.#open = this.#offset + at;
            this.#state = 'first-key';
        }
        else if ((state === 'key' || state === 'first-key') && byte === QUOTE) {
            this.#keyStart = this.#offset + at;
            this.#state = 'in-key';
        }
        else if (state === 'colon' && byte === COLON)
            this.#state = 'value';
        else if (state === 'value')
            return this.#startValue(piece, at);
        else if (state === 'after-value' && byte === COMMA)
            this.#state = 'key';
        else if ((state === 'after-value' || state === 'first-key') && byte === CLOSE_BRACE)
            this.#state = 'behind';
        else
            throw new SyntaxError(`${EXPECTED[state] ?? 'not JSON'} at byte ${this.#offset + at}`);
        return at + 1;
    }
    #startValue(piece, at) {
        const byte = piece[at];
        this.#valueStart = this.#offset + at;
        if (byte === QUOTE)
            this.#state = 'in-string';
        else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
            this.#depth = 1;
            this.#state = 'in-container';
        }
        else if (isDelimiter(byte))
            throw new SyntaxError(`no value at byte ${this.#valueStart}`);
        else
            this.#state = 'in-scalar';
        return at + 1;
    }
    #walkScalar(piece, from) {
        let at = from;
        while (at < piece.length && !isDelimiter(piece[at]))
            at += 1;
        if (at < piece.length)
            this.#endValue(at);
        return at;
    }
    #walkContainer(piece, from) {
        let at = from;
        while (at < piece.length) {
            const byte = piece[at] ?? 0;
            at += 1;
            if (byte === QUOTE) {
                this.#state = 'in-container-string';
                return at;
            }
            const curly = byte | CURLY;
            if (curly === OPEN_BRACE)
                this.#depth += 1;
            else if (curly === CLOSE_BRACE) {
                this.#depth -= 1;
                if (this.#depth === 0) {
                    this.#endValue(at);
                    return at;
                }
            }
        }
        return at;
    }
    #walkString(piece, from, next) {
        const end = this.#stringEnd(piece, from);
        if (end === undefined)
            return piece.length;
        this.#state = next;
        if (next === 'after-value')
            this.#endValue(end);
        else if (next === 'colon')
            this.#endKey(piece, end);
        return end;
    }
    /** Just behind the closing quote; `undefined` when it does not stand in this piece. */
    #stringEnd(piece, from) {
        let at = from + (this.#isEscaped ? 1 : 0);
        this.#isEscaped = false;
        for (;;) {
            const near = Math.min(piece.length, at + WALKED_BYTES);
            while (at < near) {
                const byte = piece[at];
                if (byte === QUOTE)
                    return at + 1;
                at += byte === BACKSLASH ? 2 : 1;
            }
            const quote = at < piece.length ? piece.indexOf(QUOTE, at) : -1;
            const backslashes = backslashesBefore(piece, quote === -1 ? piece.length : quote, at);
            if (quote === -1) {
                this.#isEscaped = at > piece.length || backslashes % 2 === 1;
                return undefined;
            }
            at = quote + 1;
            if (backslashes % 2 === 0)
                return at;
        }
    }
    #endKey(piece, end) {
        const last = piece.subarray(Math.max(0, this.#keyStart - this.#offset), end);
        const bytes = this.#keyParts.length === 0 ? last : Buffer.concat([...this.#keyParts, last]);
        this.#keyParts = [];
        this.#key = foldKey(parseKey(bytes));
        if (this.#members.has(this.#key))
            throw new SyntaxError(`the key ${JSON.stringify(this.#key)} stands twice`);
    }
    #endValue(at) {
        this.#members.set(this.#key, { start: this.#valueStart, end: this.#offset + at });
        this.#state = 'after-value';
    }
}
const EXPECTED = {
    before: 'the body is not a JSON object: no opening brace',
    'first-key': 'neither a key nor a closing brace',
    key: 'no key',
    colon: 'no colon after a key',
    'after-value': 'neither comma nor closing brace',
    behind: 'something follows the JSON object',
};
/** As Go's decoder folds keys, which also takes the long s for an s. */
function foldKey(key) {
    return key.toLowerCase().replaceAll('ſ', 's');
}
/** @throws {SyntaxError} also for bytes that are not UTF-8. */
function parseValue(bytes) {
    let text;
    try {
        text = DECODER.decode(bytes);
    }
    catch {
        throw new SyntaxError('the body is not UTF-8');
    }
    return JSON.parse(text);
}
/** Most keys are plain ASCII and need no parser. */
function parseKey(bytes) {
    for (let at = 1; at < bytes.length - 1; at += 1) {
        const byte = bytes[at] ?? 0;
        if (byte < 0x20 || byte >= 0x7f || byte === BACKSLASH)
            return String(parseValue(bytes));
    }
    return bytes.toString('latin1', 1, bytes.length - 1);
}
function backslashesBefore(piece, quote, from) {
    let count = 0;
    while (quote - 1 - count >= from && piece[quote - 1 - count] === BACKSLASH)
        count += 1;
    return count;
}
function isDelimiter(byte) {
    return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}
function isBlank(byte) {
    return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

;// CONCATENATED MODULE: ./lib/wire/rope.js
/** Bytes in pieces: cut, read and spliced by offset without ever being copied together. */
class Rope {
    #parts = [];
    #length = 0;
    get length() {
        return this.#length;
    }
    /** The pieces in order; none is empty. */
    get parts() {
        return this.#parts;
    }
    push(part) {
        if (part.length === 0)
            return;
        this.#parts.push(part);
        this.#length += part.length;
    }
    /** The bytes `[start, end)`; copied only where they stand in several pieces. */
    slice(start, end) {
        const found = piecesOf(this.#parts, start, end);
        return found.length === 1 && found[0] ? found[0] : Buffer.concat(found);
    }
    /** Puts `insert` in the place of the bytes `[start, end)`. */
    splice(start, end, insert) {
        const parts = [
            ...piecesOf(this.#parts, 0, start),
            ...(insert.length > 0 ? [insert] : []),
            ...piecesOf(this.#parts, end, this.#length),
        ];
        this.#parts = parts;
        this.#length += insert.length - (end - start);
    }
    /** Also where the words stand across two pieces. */
    includes(words) {
        const seam = words.length - 1;
        let before = Buffer.alloc(0);
        for (const part of this.#parts) {
            if (part.includes(words))
                return true;
            if (before.length > 0 && Buffer.concat([before, part.subarray(0, seam)]).includes(words))
                return true;
            before = Buffer.concat([before, part.subarray(-seam)]).subarray(-seam);
        }
        return false;
    }
}
function piecesOf(parts, start, end) {
    const found = [];
    let offset = 0;
    for (const part of parts) {
        const from = Math.max(0, start - offset);
        const until = Math.min(part.length, end - offset);
        if (from < until)
            found.push(from === 0 && until === part.length ? part : part.subarray(from, until));
        offset += part.length;
        if (offset >= end)
            break;
    }
    return found;
}

;// CONCATENATED MODULE: ./lib/wire/json-body.js
/**
 * A JSON object that is read and edited by byte offsets. The body is never parsed whole and never written anew:
 * only the few values that are asked for are decoded, and an edit replaces exactly their bytes. It is looked through as its
 * pieces arrive, and the pieces are never copied together.
 *
 * Keys are matched without regard to case, and two keys that differ by case alone are refused: some gateways decode
 * case-insensitively and would see another request than the one that was checked.
 */



const json_body_OPEN_BRACE = 0x7b;
class JsonBody {
    #rope = new Rope();
    #scanner = new ObjectScanner();
    #root = { open: 0, members: new Map() };
    #checksum = 0;
    #fingerprint = '';
    /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
    constructor(bytes) {
        if (bytes === undefined)
            return;
        this.push(bytes);
        this.end();
    }
    /** The next piece, as it arrives. @throws {SyntaxError} */
    push(piece) {
        this.#rope.push(piece);
        this.#checksum = (0,external_node_zlib_.crc32)(piece, this.#checksum);
        this.#scanner.push(piece);
    }
    /** After the last piece; nothing can be read before. @throws {SyntaxError} */
    end() {
        this.#root = this.#scanner.end();
        this.#fingerprint = `${this.#rope.length}-${this.#checksum}`;
    }
    /** The same for the very same bytes, as they came: all that is kept of a request. No prompt can be read out of it. */
    get fingerprint() {
        return this.#fingerprint;
    }
    get size() {
        return this.#rope.length;
    }
    /** The pieces in order, with the edits in them. */
    get parts() {
        return this.#rope.parts;
    }
    get bytes() {
        return this.#rope.slice(0, this.#rope.length);
    }
    /** Whether these words stand anywhere in the bytes. */
    includes(words) {
        return this.#rope.includes(words);
    }
    get(...path) {
        const member = this.#find(path);
        return member && parseValue(this.#rope.slice(member.start, member.end));
    }
    set(path, value) {
        let object = this.#root;
        for (const [index, key] of path.entries()) {
            const member = object.members.get(foldKey(key));
            const rest = path.slice(index + 1);
            const inner = member && rest.length > 0 ? this.#objectAt(member) : undefined;
            if (inner === undefined) {
                const nested = rest.reduceRight((holder, name) => ({ [name]: holder }), value);
                this.#write(object, key, member, JSON.stringify(nested));
                return;
            }
            object = inner;
        }
    }
    #find(path) {
        let object = this.#root;
        for (const [index, key] of path.entries()) {
            const member = object.members.get(foldKey(key));
            if (member === undefined || index === path.length - 1)
                return member;
            object = this.#objectAt(member);
            if (object === undefined)
                return undefined;
        }
        return undefined;
    }
    /** A value that is an object itself, with its offsets in the whole body. */
    #objectAt({ start, end }) {
        if (this.#rope.slice(start, start + 1)[0] !== json_body_OPEN_BRACE)
            return undefined;
        const scanner = new ObjectScanner();
        scanner.push(this.#rope.slice(start, end));
        const { open, members } = scanner.end();
        const moved = [...members].map(([key, member]) => [key, move(member, start)]);
        return { open: open + start, members: new Map(moved) };
    }
    #write(object, key, member, text) {
        const from = member ? member.start : object.open + 1;
        const until = member ? member.end : from;
        const lead = `${JSON.stringify(key)}:`;
        const insert = Buffer.from(member ? text : `${lead}${text}${object.members.size > 0 ? ',' : ''}`);
        this.#rope.splice(from, until, insert);
        this.#shift(from, until, insert.length);
        if (member === undefined && object === this.#root) {
            const start = from + Buffer.byteLength(lead);
            this.#root.members.set(foldKey(key), { start, end: start + Buffer.byteLength(text) });
        }
    }
    /** The bytes `[from, until)` have become `length` bytes: what holds them grows, what follows them moves. */
    #shift(from, until, length) {
        const by = length - (until - from);
        for (const [key, member] of this.#root.members) {
            if (member.start >= until && member.start > from)
                this.#root.members.set(key, move(member, by));
            else if (member.end >= until && member.start <= from)
                this.#root.members.set(key, { start: member.start, end: member.end + by });
        }
    }
}
function move({ start, end }, by) {
    return { start: start + by, end: end + by };
}

;// CONCATENATED MODULE: ./lib/meter/request-body.js


const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** @throws when the body is no JSON object, too large, or does not arrive whole. */
async function readRequestBody(request, contentEncoding) {
    if (createDecoder(contentEncoding) !== 'identity') {
        const parts = [];
        await receive(request, (part) => void parts.push(part));
        return new JsonBody(await decodeBody(Buffer.concat(parts), contentEncoding, MAX_BODY_BYTES));
    }
    const body = new JsonBody();
    let fault;
    await receive(request, (part) => {
        // What is wrong is told at the end: an answer in the middle of its request is lost on many clients.
        if (fault === undefined)
            fault = faultOf(() => body.push(part));
    });
    if (fault !== undefined)
        throw fault;
    body.end();
    return body;
}
function faultOf(work) {
    try {
        work();
        return undefined;
    }
    catch (error) {
        return error;
    }
}
function receive(request, take) {
    return new Promise((resolve, reject) => {
        let size = 0;
        request.on('data', (part) => {
            size += part.length;
            if (size <= MAX_BODY_BYTES)
                take(part);
            else {
                request.pause();
                reject(new RangeError(`the body is larger than ${MAX_BODY_BYTES} bytes`));
            }
        });
        request.once('end', resolve);
        request.once('error', reject);
        request.once('close', () => {
            if (!request.complete)
                reject(new Error('the client went away'));
        });
    });
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
const sse_skimmer_MAX_KEPT_BYTES = 1024 * 1024;
const TAIL_BYTES = 64 * 1024;
class SseSkimmer {
    #parser = new sse/* SseParser */.N();
    #headEvents = 0;
    #isSkimming = false;
    #readsAll = false;
    /** Begins with an event, always. */
    #kept = [];
    #keptBytes = 0;
    /** Chunks that were let go of. */
    #gone = 0;
    /** Behind which chunks an event ends, counted from the first that was ever kept. */
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
        else if (this.#keptBytes > sse_skimmer_MAX_KEPT_BYTES)
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
        this.#gone = 0;
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
        this.#ends.push(this.#gone + this.#kept.length);
        if (this.#ends.length <= TAIL_CHUNKS)
            return;
        const end = this.#ends.shift() ?? this.#gone;
        for (; this.#gone < end; this.#gone += 1)
            this.#keptBytes -= this.#kept.shift()?.length ?? 0;
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
        this.#gone = 0;
        this.#ends = [];
        return [];
    }
}
function endsEvent(chunk) {
    return chunk[chunk.length - 1] === LF && chunk[chunk.length - 2] === LF;
}

;// CONCATENATED MODULE: ./lib/meter/tap.js





const tap_NOTHING = Buffer.alloc(0);
const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** Only payloads that hold one of these can matter; text that quotes them costs a parse, nothing else. */
const MARKS = ['"usage', '"error', '"finishReason', '"blockReason'].map((mark) => Buffer.from(mark));
class ResponseTap {
    #reader;
    #dialect;
    #decoder;
    /** For streams whose every event has to be looked at, because one may have to be kept back. */
    #filter;
    /** For all other streams. */
    #skimmer;
    #json = [];
    #jsonBytes = 0;
    #bytes = 0;
    #error;
    #trouble;
    constructor({ dialect, headers, hidesRequestedUsage }) {
        this.#dialect = dialect;
        this.#reader = dialect.createUsageReader();
        const isStream = (headers['content-type'] ?? '').includes('text/event-stream');
        const decoder = createDecoder(headers['content-encoding']);
        this.#decoder = typeof decoder === 'string' ? undefined : decoder;
        if (decoder === 'unknown')
            this.#trouble = `content-encoding ${headers['content-encoding']} is not known`;
        const isFiltered = hidesRequestedUsage && isStream && decoder === 'identity';
        this.#filter = isFiltered ? new sse/* SseParser */.N({ keepRaw: true }) : undefined;
        this.#skimmer = isStream && !isFiltered ? new SseSkimmer() : undefined;
        this.#decoder?.on('data', (chunk) => this.#listen(chunk));
        this.#decoder?.on('error', (error) => {
            this.#trouble ??= (0,errors/* describeError */.Uc)(error);
        });
    }
    /** True when the client may get other bytes than the upstream sent, so that no length can be promised. */
    get changesBytes() {
        return this.#filter !== undefined;
    }
    /** What the client gets for these bytes. */
    push(chunk) {
        this.#bytes += chunk.length;
        if (this.#filter)
            return this.#passEvents(this.#filter, chunk);
        if (this.#decoder)
            this.#decode(this.#decoder, chunk);
        else if (this.#trouble === undefined)
            this.#listen(chunk);
        return chunk;
    }
    /** What the client still gets when the upstream has ended. */
    end() {
        const last = this.#filter?.end();
        if (last?.data)
            this.#take(last.data);
        return last?.raw ?? tap_NOTHING;
    }
    /** Usage as far as it was reported; valid for a stream that was cut as well. */
    async result() {
        if (this.#decoder)
            await this.#drain(this.#decoder);
        for (const data of this.#skimmer?.end() ?? [])
            this.#take(data);
        const [only] = this.#json;
        if (only)
            this.#take(this.#json.length === 1 ? only : Buffer.concat(this.#json));
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
    #passEvents(parser, chunk) {
        const passed = [];
        for (const { data, raw } of parser.push(chunk)) {
            const payload = data && this.#take(data);
            if (payload === undefined || !this.#dialect.isRequestedUsage(payload))
                passed.push(raw);
        }
        return Buffer.concat(passed);
    }
    #listen(chunk) {
        if (this.#skimmer) {
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
    async #drain(decoder) {
        if (decoder.destroyed)
            return;
        decoder.end();
        try {
            await (0,promises_.finished)(decoder);
        }
        catch (error) {
            // A stream that was cut ends inside its compression; what came out before counts.
            this.#trouble ??= (0,errors/* describeError */.Uc)(error);
        }
    }
}

;// CONCATENATED MODULE: ./lib/meter/call.js









const CONTENT_LENGTH = new Set(['content-length']);
const REWRITTEN_HEADERS = new Set([
    'host',
    'content-length',
    'content-encoding',
    'accept-encoding',
    'expect',
]);
/** A short answer goes out in one piece with its head, once it has settled. */
const MAX_SHORT_BYTES = 64 * 1024;
/** Up to here copying a body together is cheaper than sending it in pieces. */
const MAX_COPIED_BYTES = 128 * 1024;
class MeteredCall {
    #services;
    #route;
    #request;
    #response;
    #headers;
    #account;
    constructor(services, route, request, response) {
        this.#services = services;
        this.#route = route;
        this.#request = request;
        this.#response = response;
        this.#headers = (0,wire_headers/* headerRecord */.jP)(request.rawHeaders);
        this.#account = new CallAccount(services, route.dialect, this.#headers);
    }
    async run() {
        const { dialect } = this.#route;
        if (this.#services.upstreamOf(dialect) === undefined) {
            const text = `spendgate has no upstream for ${dialect.id}: name one in \`upstream\`.`;
            this.#answer(dialect.failure(404, text));
            return;
        }
        const admitted = await this.#admit();
        if (admitted)
            await this.#forward(admitted);
    }
    /** `undefined` when the call was answered here. */
    async #admit() {
        const { dialect, path } = this.#route;
        let ticket;
        try {
            const body = await readRequestBody(this.#request, this.#headers['content-encoding']);
            const facts = dialect.readRequest(body, path);
            const admission = await this.#account.admit({ facts, body }, clientOf(this.#response));
            if (admission.kind === 'refused') {
                this.#refuse(admission.reason);
                return undefined;
            }
            ticket = admission.ticket;
            if (admission.ceiling !== undefined)
                dialect.setOutputCeiling(body, admission.ceiling);
            return { body, ticket, hidesRequestedUsage: dialect.requestUsage(body) };
        }
        catch (error) {
            if (ticket)
                this.#services.guard.release(ticket);
            this.#refuseUnread(error);
            return undefined;
        }
    }
    /** The order at the end matters: what happened is on disk and counted before the client hears of it. */
    async #forward({ body, ticket, hidesRequestedUsage }) {
        const { dialect } = this.#route;
        let tap;
        this.#account.send(ticket);
        const end = await relay(this.#upstreamRequest(body), this.#response, {
            onHead: (head) => {
                if (isShortError(head))
                    return 'keep';
                tap = new ResponseTap({ dialect, headers: head.headers, hidesRequestedUsage });
                if (isShortAnswer(head))
                    return 'keep';
                return tap.changesBytes ? 'relay-other-length' : 'relay';
            },
            redact: (header) => redact(this.#services.credentials, header),
            onData: (chunk) => tap?.push(chunk) ?? chunk,
        });
        const rest = tap?.end();
        const told = await this.#account.settle(ticket, end, await tap?.result());
        this.#finish(end, rest, told);
    }
    #upstreamRequest(body) {
        const { credentials, dispatcher, upstreamOf } = this.#services;
        const { dialect, path, query } = this.#route;
        const { origin = '', prefix = '' } = upstreamOf(dialect) ?? {};
        const swapped = swapQuery(credentials, query);
        const headers = swapHeaders(credentials, (0,wire_headers/* endToEndHeaders */.cu)(this.#request.rawHeaders, REWRITTEN_HEADERS));
        // Uncompressed answers spare both sides the work, and can be listened to as they come.
        headers.push('accept-encoding', 'identity', 'content-length', String(body.size), ...swapped.headers);
        return {
            dispatcher,
            origin,
            path: `${prefix}${path}${swapped.query}`,
            method: 'POST',
            headers,
            body: body.size > MAX_COPIED_BYTES ? external_node_stream_.Readable.from(body.parts, { objectMode: false }) : body.bytes,
        };
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
        else if (end.kind === 'complete') {
            this.#pass(end.head, end.kept);
        }
        else if (end.head.status < 400) {
            this.#response.socket?.resetAndDestroy();
        }
        else {
            this.#answer(dialect.failure(502, 'The upstream broke off its error message.'));
        }
    }
    /** An answer as it came, in one piece. An error message must not repeat the key. */
    #pass(head, body) {
        const { credentials } = this.#services;
        const isLeaking = head.status >= 400 && credentials.key !== undefined && body.includes(credentials.key);
        const passed = isLeaking ? Buffer.from(redact(credentials, body.toString('utf8'))) : body;
        const dropped = isLeaking ? CONTENT_LENGTH : undefined;
        const headers = clientHeaders(head, (header) => redact(credentials, header), dropped);
        this.#response.writeHead(head.status, headers);
        this.#response.end(passed);
    }
    #refuse(reason) {
        const answer = this.#route.dialect.refusal(reason);
        this.#account.refuse(answer.status);
        this.#answer(answer);
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
function isShortError({ status, headers }) {
    return status >= 400 && Number(headers['content-length'] ?? 0) <= MAX_ERROR_BYTES;
}
/** Not a stream: its length is told. */
function isShortAnswer({ headers }) {
    return Number(headers['content-length'] ?? Number.NaN) <= MAX_SHORT_BYTES;
}
function clientOf(response) {
    return {
        isGone: response.destroyed,
        whenGone: (callback) => response.once('close', callback),
    };
}

// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(6752);
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
/** An agent calls the same few paths over and over. */
const KNOWN = new Map();
const MAX_KNOWN = 100;
const MAX_KNOWN_LENGTH = 500;
/** `undefined` when the target of the request is not a path. */
function canonicalise(target) {
    if (KNOWN.has(target))
        return KNOWN.get(target);
    const canonical = canonicalOf(target);
    if (KNOWN.size < MAX_KNOWN && target.length <= MAX_KNOWN_LENGTH)
        KNOWN.set(target, canonical);
    return canonical;
}
function canonicalOf(target) {
    const [rawPath = '', ...query] = target.split('?');
    if (!rawPath.startsWith('/'))
        return undefined;
    const decoded = decode(rawPath, UNRESERVED);
    const wirePath = tidy(decoded);
    const path = tidy(decode(decoded, ROUTE_MARKS));
    if (wirePath === undefined || path === undefined)
        return undefined;
    return { path, wirePath, query: query.length > 0 ? `?${query.join('?')}` : '' };
}
function decode(path, encoded) {
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
        const handled = this.#serve(request, response);
        this.#active.add(handled);
        void handled.then(() => this.#active.delete(handled));
    }
    /** Never throws. */
    async #serve(request, response) {
        try {
            await this.#handle(request, response);
        }
        catch (error) {
            // Not the error's words: they may quote a request.
            const name = error instanceof Error ? error.name : 'unknown error';
            this.#options.onTrouble(`a request could not be handled (${name})`);
            response.destroy();
        }
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

// EXTERNAL MODULE: ./lib/modes/publish.js
var publish = __webpack_require__(2759);
// EXTERNAL MODULE: ./lib/modes/reconciliation.js + 1 modules
var reconciliation = __webpack_require__(2642);
// EXTERNAL MODULE: ./lib/modes/run-record.js
var run_record = __webpack_require__(7435);
// EXTERNAL MODULE: ./lib/core/metric-rows.js
var metric_rows = __webpack_require__(7905);
// EXTERNAL MODULE: ./lib/core/usage-verdict.js
var usage_verdict = __webpack_require__(9212);
;// CONCATENATED MODULE: ./lib/modes/wrap-report.js





function wrapFindings(record, { observed, unpricedModels, otherRequests, reroutes }) {
    const { 'stop-reason': reason, 'stop-message': message } = record;
    const findings = [];
    if (message !== undefined) {
        findings.push((0,core_findings/* finding */.gk)(reason === 'cancelled' ? 'warning' : 'error', 'run-stopped', `The run ended: ${reason}`, message));
    }
    if (observed !== undefined)
        findings.push((0,core_findings/* finding */.gk)('warning', 'would-stop', 'A limit would have ended this run', observed));
    if (reason === 'agent-failed') {
        findings.push((0,core_findings/* finding */.gk)('warning', 'agent-failed', 'The agent failed', `The command ended with exit code ${record['exit-code']}.`));
    }
    if (unpricedModels.length > 0) {
        const text = `${unpricedModels.join(', ')}: these calls did not count against \`max-cost\` (\`on-unpriced: warn\`).`;
        findings.push((0,core_findings/* finding */.gk)('warning', 'unpriced-model', 'A model has no known price', text));
    }
    if (record['runner-minutes'] !== undefined && record['runner-cost-usd'] === undefined) {
        const text = '`minutes-price` has no price for a label of this runner, so its minutes are left out of the cost.';
        findings.push((0,core_findings/* finding */.gk)('warning', 'minutes-unpriced', 'The runner has no price', text, {
            advice: 'Give `runner-label`, or a price without a label for all others.',
        }));
    }
    const spending = otherRequests.filter((place) => place.startsWith('POST '));
    if (spending.length > 0) {
        const text = `${spending.join(', ')}: these routes report no usage the meter knows.`;
        findings.push((0,core_findings/* finding */.gk)('notice', 'unmetered-calls', 'Requests went out unmetered', text));
    }
    if (reroutes.size > 0) {
        const text = [...reroutes].map(([route, calls]) => `${route} (${calls})`).join(', ');
        findings.push((0,core_findings/* finding */.gk)('warning', 'fallback-served', 'A fallback answered', `${text}.`, {
            advice: 'It may cost more than the model that was asked for, or stand outside the budget: `mode: verify`.',
        }));
    }
    return [...findings, ...(0,usage_verdict/* unreportedUsage */.I)(record)];
}
/** @param canary what the rehearsal before the agent's start showed */
function wrapReport(config, record, findings, canary) {
    return {
        mode: 'wrap',
        task: config.task,
        key: config.task,
        status: (0,deps/* statusOf */.c)(findings),
        headline: wrapHeadline(record),
        rows: (0,metric_rows/* usageRows */.x4)(record, config.post.expect, config.wrap.limits),
        facts: [
            ['Models', (0,run_record/* renderModels */.Ds)(record) || 'none'],
            ['Cost from', record['cost-source'] ?? 'unknown'],
            ['Calls of subagents', String(record['subagent-requests'] ?? 0)],
            ['Refused calls', String(record['refused-requests'] ?? 0)],
            ['Canary', canary],
            ...(0,run_record/* runnerFacts */.Kd)(record),
        ],
        findings,
        gate: undefined,
        runUrl: config.context.runUrl,
    };
}
/** One line with the figures, for the log and the terminal. */
function wrapHeadline(record) {
    const { requests = 0, 'total-tokens': tokens, 'cost-usd': cost, 'unreported-requests': unreported, } = record;
    const least = unreported > 0 || record['unpriced-requests'] > 0 ? 'at least ' : '';
    const used = tokens === undefined ? 'tokens not known' : `${least}${tokens.toLocaleString('en-US')} tokens`;
    const spent = cost === undefined ? 'cost not known' : `${cost} USD (${record['cost-source']})`;
    return `The run ended: ${record['stop-reason']}, exit code ${record['exit-code']}. ${requests} model calls, ${used}, ${spent}.`;
}

;// CONCATENATED MODULE: ./lib/modes/wrap.js













/** A cancelled job has 10 s until the runner kills us, an agent at its limit half a minute to say goodbye. */
const KILL_GRACE_MS = 5000;
const STOP_GRACE_MS = 30_000;
/** A timer of Node's cannot be set for longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const LIMIT_EXIT_CODE = 3;
/** The exit code for this process: the command's own, or 3 when a limit ended the run. */
async function runWrap(deps) {
    if (deps.config.killSwitch !== undefined && !deps.config.observe)
        throw killed(deps.config);
    return new WrappedRun(deps).run();
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
    #findings = [];
    #ending;
    #canary = '';
    #unlisten = () => undefined;
    constructor(deps) {
        this.#deps = deps;
        this.#startedAt = deps.clock.now();
        this.#ledger = deps.openLedger((message) => this.#note('warning', 'ledger-trouble', 'The ledger could not be written', message));
    }
    async run() {
        const { config, newToken, runner } = this.#deps;
        const token = config.gateway.key === undefined ? undefined : newToken();
        if (token !== undefined)
            runner.setSecret(token);
        const runKey = `${config.context.runId}-${config.context.runAttempt}-${newToken().slice(-8)}`;
        // Told before the agent starts, so that it cannot put another ledger in this one's place.
        runner.exportVariable(this.#ledger.variable, this.#ledger.opened);
        runner.exportVariable(config.policy.variable, config.policy.checksum);
        this.#ledger.append(this.#header());
        const stopped = signalled();
        const { meter, guard } = await startMetering(this.#deps, {
            port: 0,
            token,
            idPrefix: runKey,
            ledger: this.#ledger,
            onTrouble: (message) => this.#note('notice', 'unread-usage', 'An answer could not be read', message),
            onStop: stopped.fire,
        });
        try {
            await this.#rehearse(meter);
            const exit = await this.#runAgent(meter, token, stopped.promise);
            await meter.close();
            return await this.#finish({ exit, guard, meter, runKey });
        }
        catch (error) {
            this.#ledger.append({
                type: 'end',
                endedAt: this.#deps.clock.now().toISOString(),
                stopReason: 'agent-failed',
                otherRequests: 0,
            });
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
        const exit = await child.exit;
        disarm();
        await child.end(KILL_GRACE_MS);
        // A cancelled job gets a second signal: it must find somebody who listens until everything is written.
        this.#unlisten = unlisten;
        return exit;
    }
    #environment(meter, token) {
        const { agentsFor, command, config, environment, privateDir, secrets } = this.#deps;
        const policy = { secrets, dropsProviderKeys: config.gateway.key !== undefined };
        const context = { meterUrl: meter.url, token, privateDir, environment };
        const chosen = agentsFor(config.wrap.agent, command.text);
        return Object.assign(childEnvironment(environment, policy), ...chosen.map((agent) => agent.environment(context)));
    }
    /** Time, cancellation, and an agent that goes on after its limit end the whole process group. */
    #endWhenAsked(child, stopped) {
        const timers = [];
        const endAs = (ending) => {
            this.#ending ??= ending;
            void child.end(KILL_GRACE_MS);
        };
        const { timeoutMs } = this.#deps.config.wrap.limits;
        if (timeoutMs !== undefined)
            timers.push(setTimeout(() => endAs('timed-out'), Math.min(timeoutMs, LONGEST_TIMER_MS)));
        if (!this.#deps.config.observe)
            void stopped.then(() => timers.push(setTimeout(() => void child.end(KILL_GRACE_MS), STOP_GRACE_MS)));
        const unlisten = this.#deps.onCancel(() => endAs('cancelled'));
        return { disarm: () => timers.forEach(clearTimeout), unlisten };
    }
    async #finish({ exit, guard, meter, runKey, }) {
        const { config, clock, runner, store } = this.#deps;
        const stopReason = this.#stopReason(exit, guard);
        const stopMessage = (config.observe ? undefined : guard.stop?.message) ?? endingMessage(stopReason, config);
        const exitCode = shellExitCode(exit.code, exit.signal);
        const endedAt = clock.now();
        const otherRequests = [...meter.otherRequests.values()].reduce((sum, count) => sum + count, 0);
        const facts = {
            complete: true,
            runId: runKey,
            task: config.task,
            agent: config.wrap.agent,
            startedAt: this.#startedAt.toISOString(),
            durationMs: endedAt.getTime() - this.#startedAt.getTime(),
            stopReason,
            stopMessage,
            exitCode,
            otherRequests,
            runner: this.#runnerCost(endedAt),
        };
        const record = (0,run_record/* createRecord */.eC)(facts, this.#ledger.calls);
        this.#ledger.append({
            type: 'end',
            endedAt: endedAt.toISOString(),
            stopReason,
            reason: stopMessage,
            exitCode,
            otherRequests,
        });
        (0,run_record/* setUsageOutputs */.cT)(runner, record);
        this.#seal(record);
        const spend = (0,run_record/* spendOf */.Ii)(runKey, record, endedAt);
        await (0,reconciliation/* rememberRun */.j)(this.#deps, record);
        if (config.gateway.windows.length > 0)
            this.#findings.push(...(await (0,run_record/* rememberSpend */._z)(store, spend)));
        const notes = {
            observed: guard.observed?.message,
            unpricedModels: guard.unpricedModels,
            otherRequests: [...meter.otherRequests.keys()],
            reroutes: meter.reroutes,
        };
        const findings = [...this.#findings, ...wrapFindings(record, notes), ...this.#contractNotes(meter)];
        runner.info(`spendgate: ${wrapHeadline(record)}`);
        await (0,publish/* publish */.m)(wrapReport(config, record, findings, this.#canary), this.#deps.reporters, (0,deps/* reporterContext */.D)(this.#deps));
        return (0,limits/* isLimitStop */.M)(stopReason) ? LIMIT_EXIT_CODE : exitCode;
    }
    /** Answers may tell a version that a budget reading does not. */
    #contractNotes({ gatewayVersion: version }) {
        const { config, clock } = this.#deps;
        const { contract, id } = config.gateway;
        return contract === undefined
            ? []
            : (0,core_contract/* judgeContract */.a)(contract, clock.now(), { id, version }).filter(({ level }) => level === 'warning');
    }
    #runnerCost(endedAt) {
        const { prices, labels } = this.#deps.config.wrap.runner;
        if (prices === undefined)
            return undefined;
        return runnerCost(endedAt.getTime() - this.#startedAt.getTime(), prices, labels);
    }
    #stopReason(exit, guard) {
        if (this.#ending !== undefined)
            return this.#ending;
        if (guard.stop && !this.#deps.config.observe)
            return guard.stop.reason;
        return exit.code === 0 ? 'completed' : 'agent-failed';
    }
    #seal(record) {
        const sealed = this.#ledger.seal(`${JSON.stringify(record, null, 2)}\n`);
        this.#deps.runner.setOutput('record', sealed?.path);
        if (sealed)
            this.#deps.runner.exportVariable(this.#ledger.variable, sealed.value);
    }
    #note(level, id, title, message) {
        if (!this.#findings.some((known) => known.id === id && known.message === message)) {
            this.#findings.push((0,core_findings/* finding */.gk)(level, id, title, message));
        }
    }
}
function endingMessage(reason, { wrap }) {
    if (reason === 'timed-out')
        return `The command ran longer than \`timeout\` (${(wrap.limits.timeoutMs ?? 0) / 1000} s); its process group was ended.`;
    return reason === 'cancelled'
        ? 'The job was cancelled; the process group of the command was ended.'
        : undefined;
}
function signalled() {
    const { promise, resolve } = Promise.withResolvers();
    return { promise, fire: resolve };
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
const DEFAULT_MAX_EVENT_BYTES = 32 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
class SseParser {
    #keepRaw;
    #maxEventBytes;
    /** Pieces of the line that has not ended yet. */
    #line = [];
    /** Values of the event's `data` fields so far. */
    #data = [];
    #raw = [];
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
        if (start === 1)
            this.#appendRaw(chunk.subarray(0, 1));
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
        // Too large to be read, so there is nothing to wait for: its bytes go on as they come.
        if (this.#keepRaw && this.#eventBytes > this.#maxEventBytes)
            events.push({ data: undefined, raw: this.#takeRaw() });
        return events;
    }
    /** What is left when the stream ends without a closing blank line. A client drops such an event; its bytes still count. */
    end() {
        const last = this.#line.length > 0 ? this.#endLine(NOTHING) : undefined;
        const hasRest = this.#data.length > 0 || this.#raw.length > 0;
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
            this.#readField(this.#withoutMark(line));
            return undefined;
        }
        this.#isFirstLine = false;
        return this.#data.length > 0 || this.#keepRaw || this.#eventBytes > 0 ? this.#takeEvent() : undefined;
    }
    /** A stream may begin with a byte order mark. */
    #withoutMark(line) {
        const isMarked = this.#isFirstLine && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf;
        this.#isFirstLine = false;
        return isMarked ? line.subarray(3) : line;
    }
    #takeRaw() {
        const raw = this.#raw.length === 0 ? NOTHING : Buffer.concat(this.#raw);
        this.#raw = [];
        return raw;
    }
    #readField(line) {
        if (!isDataField(line) || this.#eventBytes > this.#maxEventBytes)
            return;
        const value = line[5] === SPACE && line[4] === COLON ? 6 : 5;
        this.#data.push(line.subarray(value));
    }
    #takeEvent() {
        const isTooLarge = this.#eventBytes > this.#maxEventBytes;
        const data = this.#data.length === 0 || isTooLarge ? undefined : joinLines(this.#data);
        const raw = this.#takeRaw();
        this.#data = [];
        this.#eventBytes = 0;
        return { data, raw };
    }
}
function isDataField(line) {
    const named = line[0] === 0x64 && line[1] === 0x61 && line[2] === 0x74 && line[3] === 0x61;
    return named && (line.length === 4 || line[4] === COLON);
}
function joinLines(lines) {
    const [only] = lines;
    if (lines.length === 1 && only)
        return only;
    return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
}


/***/ })

};
