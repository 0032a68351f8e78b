export const id = 115;
export const ids = [115];
export const modules = {

/***/ 97535:
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

/***/ 97905:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ metricLabel),
/* harmony export */   LM: () => (/* binding */ renderBeside),
/* harmony export */   iH: () => (/* binding */ renderRange),
/* harmony export */   x4: () => (/* binding */ usageRows)
/* harmony export */ });
/* unused harmony export renderObserved */
/* harmony import */ var _money_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5499);
/* harmony import */ var _range_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(38158);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(59510);



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
/** @param limits those of this step; what the run itself was held to, where its record tells, outranks them */
function usageRows(record, expect, limits) {
    const held = (0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .limitsIn */ .UQ)(record);
    return _record_js__WEBPACK_IMPORTED_MODULE_1__/* .METRICS */ .Cb.map((metric) => {
        const observed = (0,_record_js__WEBPACK_IMPORTED_MODULE_1__/* .observedIn */ .yn)(record, metric);
        const range = expect.get(metric)?.range;
        const limit = held ? held[metric] : limits[LIMIT_OF[metric]];
        return {
            label: metricLabel(metric),
            observed: renderObserved(metric, observed),
            expected: range ? renderRange(metric, range) : '',
            limit: limit === undefined ? '' : renderMetric(metric, limit),
            share: shareOf(observed, range?.max ?? limit),
            shareOf: range?.max === undefined ? 'limit' : 'expected',
            verdict: rowVerdict(observed, range),
        };
    });
}
function metricLabel(metric) {
    return LABELS[metric];
}
/** `48,210`, `$0.42`, `at least 48,210`, `not known`. */
function renderObserved(metric, observed, render = renderMetric) {
    if (observed === undefined)
        return 'not known';
    return `${observed.exact ? '' : 'at least '}${render(metric, observed.value)}`;
}
function renderRange(metric, { min, max }, render = renderMetric) {
    const [low, high] = [min, max].map((bound) => (bound === undefined ? '' : render(metric, bound)));
    return `${low}..${high}`;
}
/** Both in a sentence: to the last digit where they would look alike and are not. */
function renderBeside(metric, observed, range) {
    const looksAlike = [range.min, range.max].some((bound) => bound !== undefined &&
        bound !== observed.value &&
        renderMetric(metric, bound) === renderMetric(metric, observed.value));
    const render = looksAlike ? renderExactly : renderMetric;
    return {
        observed: renderObserved(metric, observed, render),
        range: renderRange(metric, range, render),
    };
}
function renderMetric(metric, value) {
    return metric === 'cost' ? (0,_money_js__WEBPACK_IMPORTED_MODULE_0__/* .renderUsd */ .NX)(value) : value.toLocaleString('en-US');
}
function renderExactly(metric, value) {
    return metric === 'cost' ? (0,_money_js__WEBPACK_IMPORTED_MODULE_0__/* .renderUsdExactly */ .BI)(value) : String(value);
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

/***/ 38158:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ judgeRange)
/* harmony export */ });
/** Expected ranges, and what an observed figure means against one. Bounds are inclusive. */
/** A partial figure can prove "above", and where nothing is too much, "within". */
function judgeRange(observed, range) {
    if (observed === undefined)
        return 'unknown';
    if (range.max !== undefined && observed.value > range.max)
        return 'above';
    const isEnough = range.min === undefined || observed.value >= range.min;
    if (!observed.exact)
        return isEnough && range.max === undefined ? 'within' : 'unknown';
    return isEnough ? 'within' : 'below';
}


/***/ }),

/***/ 80639:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AR: () => (/* binding */ sharesOf),
/* harmony export */   HI: () => (/* binding */ refusedCrossing),
/* harmony export */   HO: () => (/* binding */ crossingsOf),
/* harmony export */   LM: () => (/* binding */ lowerOnes),
/* harmony export */   Pd: () => (/* binding */ passedSince),
/* harmony export */   cu: () => (/* binding */ identityOf),
/* harmony export */   jH: () => (/* binding */ periodOf),
/* harmony export */   l6: () => (/* binding */ isUsedUp),
/* harmony export */   yu: () => (/* binding */ isMoved)
/* harmony export */ });
/* harmony import */ var _budget_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(29610);
/* harmony import */ var _findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(69901);
/** Which shares of which budgets are used, when a share counts as passed, and how often that is said. */


/** The end of a budget is always told. */
const END = 100;
const MAX_SHARES = 50;
/** One for each limit that passed a threshold: the highest one passed. Most urgent first. */
function crossingsOf(reading, alertAt) {
    const { gateway, asOf } = reading;
    return reading.limits
        .flatMap((limit) => {
        const percent = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .percentUsed */ .Tw)(limit);
        const threshold = isUsedUp(limit) ? END : highest(alertAt, 0, percent);
        return threshold === undefined ? [] : [{ limit, gateway, asOf, percent, threshold }];
    })
        .toSorted((a, b) => b.threshold - a.threshold || (b.percent ?? END) - (a.percent ?? END));
}
/** Nothing is left, whether or not a limit is told. */
function isUsedUp({ remaining }) {
    return remaining.kind === 'finite' && remaining.value <= 0;
}
/** The highest threshold above `from` that `percent` reaches. */
function highest(alertAt, from, percent) {
    if (percent === undefined)
        return undefined;
    const passed = [...alertAt, END].filter((threshold) => threshold > from && percent >= threshold);
    return passed.length === 0 ? undefined : Math.max(...passed);
}
/** Thresholds that are passed along with the highest one; none where no share is known. */
function lowerOnes({ threshold, percent }, alertAt) {
    return percent === undefined ? [] : alertAt.filter((lower) => lower < threshold);
}
/** What `pre` keeps for `post`. */
function sharesOf({ limits }) {
    return limits.slice(0, MAX_SHARES).flatMap((limit) => {
        const { scope, unit, period, resetsAt } = limit;
        const percent = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .percentUsed */ .Tw)(limit);
        return percent === undefined ? [] : [{ scope, unit, period, resetsAt, percent }];
    });
}
/**
 * A notice for each limit that was moved over a threshold since `before`. A limit that was not seen then, or whose window
 * ended in between, gives none: nobody knows who moved it.
 */
function passedSince(before, reading, alertAt) {
    return reading.limits.flatMap((limit) => {
        const percent = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .percentUsed */ .Tw)(limit);
        const then = before.find((share) => isSame(share, limit));
        const threshold = then && highest(alertAt, then.percent, percent);
        if (then === undefined || threshold === undefined || percent === undefined)
            return [];
        const message = `${percent.toFixed(0)} % of the limit on ${limit.scope} is used (${reading.gateway}), and ${then.percent.toFixed(0)} % was when this job began; the alert is set at ${threshold} %.`;
        return [(0,_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'budget-alert', `Budget is ${threshold} % used`, message)];
    });
}
/** True when less than the threshold was used before; false where nobody looked at that limit then. */
function isMoved(before, { limit, threshold }) {
    const then = before.find((share) => isSame(share, limit));
    return then !== undefined && then.percent < threshold;
}
function isSame(share, limit) {
    return (share.scope === limit.scope &&
        share.unit === limit.unit &&
        share.period === limit.period &&
        share.resetsAt === limit.resetsAt);
}
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
/** A reset that lies further back is not one that a gateway is late with. */
const STALE_MS = DAY_HOURS * HOUR_MS;
/**
 * The period in which a threshold is told once: up to the reset; without one the calendar day, week or month (UTC) that
 * is as long as the window, and the month where there is none. A reset that is told as "in so many seconds" moves by one
 * or two from look to look, so the nearest hour stands for it.
 */
function periodOf({ resetsAt, period }, now) {
    const reset = Date.parse(resetsAt ?? '');
    if (!Number.isNaN(reset) && reset >= now.getTime() - STALE_MS)
        return `until ${new Date(Math.round(reset / HOUR_MS) * HOUR_MS).toISOString()}`;
    const hours = hoursOf(period);
    if (hours > WEEK_HOURS)
        return now.toISOString().slice(0, 'YYYY-MM'.length);
    const daysBack = hours > DAY_HOURS ? (now.getUTCDay() + 6) % 7 : 0;
    const first = new Date(now.getTime() - daysBack * DAY_HOURS * HOUR_MS);
    return first.toISOString().slice(0, 'YYYY-MM-DD'.length);
}
const HOURS = new Map([
    ['s', 0],
    ['m', 0],
    ['h', 1],
    ['d', DAY_HOURS],
    ['w', WEEK_HOURS],
    ['hourly', 1],
    ['day', DAY_HOURS],
    ['daily', DAY_HOURS],
    ['week', WEEK_HOURS],
    ['weekly', WEEK_HOURS],
]);
/** Length of a window as gateways write it: `1d`, `24 h`, `weekly`; endless where it is longer, or not understood. */
function hoursOf(period) {
    const [, count = '1', unit = ''] = /^(\d+)?\s*([a-zA-Z]+)$/.exec(period ?? '') ?? [];
    const hours = HOURS.get(unit);
    return hours === undefined ? Number.POSITIVE_INFINITY : Number(count) * hours;
}
/** For a run that the gateway's refusal ended, where no reading shows which budget that was. */
function refusedCrossing(gateway, asOf) {
    const limit = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .budgetLimit */ .j8)('a budget behind the key of this run', 'usd', { remaining: (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .finite */ .E2)(0) }, { period: 'day', hasNoCount: true });
    return { limit, gateway, asOf, percent: undefined, threshold: END };
}
/** What tells a limit from all others, without the key it belongs to. A limit that is raised is another one. */
function identityOf({ scope, unit, limit, period }) {
    return [scope, unit, limit.kind === 'finite' ? String(limit.value) : limit.kind, period ?? ''];
}


/***/ }),

/***/ 8152:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ usageTables)
/* harmony export */ });
/* harmony import */ var _money_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5499);
/** The tables of who spent what, for the reports of a run: by model, and by who made the calls. */

const TROUBLES = [
    ['Retries', 'retries'],
    ['Failed', 'failed-requests'],
    ['Refused', 'refused-requests'],
];
function usageTables(record) {
    return [...modelTable(record), ...callerTable(record)];
}
/** Nothing where one model did it all: one row repeats the sums. */
function modelTable(record) {
    const { models } = record;
    if (models.length < 2)
        return [];
    // A model's part does not say which of its calls reported nothing.
    const rows = models.map((model) => [
        model.model,
        String(model.requests),
        ...figures(model, record['unreported-requests']),
    ]);
    const head = ['Model', 'Calls', 'Input', 'Output', 'Cost'];
    return [{ title: 'By model', head, rows, bars: barsOf(models, record) }];
}
/** Nothing where nobody told who made the calls; retries and the like only where there were any. */
function callerTable(record) {
    const { callers } = record;
    if (callers.every(({ caller }) => caller === 'unknown'))
        return [];
    const troubles = TROUBLES.filter(([, key]) => callers.some((caller) => caller[key] > 0));
    const rows = callers.map((caller) => [
        caller.caller === 'subagent' && caller.agents !== undefined
            ? `subagent (${caller.agents})`
            : caller.caller,
        String(caller.requests),
        ...troubles.map(([, key]) => String(caller[key])),
        ...figures(caller, caller['unreported-requests']),
    ]);
    const head = ['Calls of', 'Calls', ...troubles.map(([label]) => label), 'Input', 'Output', 'Cost'];
    return [{ title: 'By caller', head, rows, bars: barsOf(callers, record) }];
}
function figures(part, unreported) {
    const cost = (0,_money_js__WEBPACK_IMPORTED_MODULE_0__/* .readUsd */ .Nf)(part['cost-usd']);
    return [
        renderCount(part['input-tokens'], unreported),
        renderCount(part['output-tokens'], unreported),
        cost === undefined ? 'not known' : (0,_money_js__WEBPACK_IMPORTED_MODULE_0__/* .renderUsd */ .NX)(cost),
    ];
}
function renderCount(value, unreported) {
    if (value === undefined)
        return 'not known';
    return `${unreported > 0 ? 'at least ' : ''}${value.toLocaleString('en-US')}`;
}
/** Shares of the cost; of the tokens where not all cost is known. None where neither is: a share needs a whole. */
function barsOf(parts, record) {
    if (parts.length < 2 || !record.complete)
        return undefined;
    if (record['unpriced-requests'] === 0) {
        const shares = sharesOf(parts.map((part) => (0,_money_js__WEBPACK_IMPORTED_MODULE_0__/* .readUsd */ .Nf)(part['cost-usd'])));
        if (shares)
            return { of: 'Share of cost', shares };
    }
    if (record['unreported-requests'] > 0)
        return undefined;
    const shares = sharesOf(parts.map(({ 'input-tokens': input, 'output-tokens': output }) => input === undefined || output === undefined ? undefined : input + output));
    return shares && { of: 'Share of tokens', shares };
}
function sharesOf(values) {
    const known = values.filter((value) => value !== undefined);
    const whole = known.reduce((sum, value) => sum + value, 0);
    return known.length < values.length || whole === 0 ? undefined : known.map((value) => value / whole);
}


/***/ }),

/***/ 19212:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bj: () => (/* binding */ judgeUsage),
/* harmony export */   FW: () => (/* binding */ withChangedEvent),
/* harmony export */   Ih: () => (/* binding */ unreportedUsage),
/* harmony export */   OZ: () => (/* binding */ withLostRecord),
/* harmony export */   Pl: () => (/* binding */ withChangedPolicy),
/* harmony export */   XZ: () => (/* binding */ heardFindings),
/* harmony export */   gL: () => (/* binding */ withDisputedUsage),
/* harmony export */   w0: () => (/* binding */ nothingMetered)
/* harmony export */ });
/* harmony import */ var _count_of_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(29028);
/* harmony import */ var _findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(69901);
/* harmony import */ var _limits_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(97535);
/* harmony import */ var _metric_rows_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97905);
/* harmony import */ var _range_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(38158);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(59510);
/* harmony import */ var _telemetry_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(40740);
/* harmony import */ var _witness_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(80);
/** Was this run normal? The rules of `post`, without the outside world. */








/** What a shell gives for a command that there is not. */
const NOT_FOUND = 127;
function judgeUsage(record, expect) {
    const findings = [
        ...[...expect].flatMap(([metric, { range, position }]) => judgeMetric(record, metric, range, position)),
        ...judgeStop(record),
        ...judgeGaps(record),
        ...nothingMetered(record),
    ];
    const isOutside = findings.some(({ level }) => level === 'error');
    // What went past the meter stands in no figure, so figures within their range show nothing.
    const isUnknown = expect.size === 0 ||
        nothingMetered(record).length > 0 ||
        record.witness?.verdict === 'unmetered' ||
        (record.telemetry?.['not-joined'] ?? 0) > 0 ||
        findings.some(({ id }) => id.endsWith('-unknown'));
    return {
        verdict: isOutside ? 'outside' : isUnknown ? 'unknown' : 'within',
        findings: [...findings, ...heardFindings(record)],
    };
}
/** A run that changed what judges it is outside, whatever its figures say. */
function withChangedPolicy({ findings }, file) {
    const text = `${file} was changed after \`wrap\` had started, so nothing that it says holds.`;
    const advice = 'Look at what changed it. Judged was by the inputs alone.';
    const changed = (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'policy-changed', 'The policy file was changed', text, { advice });
    return { verdict: 'outside', findings: [changed, ...findings] };
}
/** Whoever changed what the job is about wanted it to be about something else. */
function withChangedEvent({ findings }, message) {
    const text = `${message} Which pull request and which commit this is about is not known any more.`;
    const advice = 'Look at what changed it. No pull request, issue or check was written to.';
    const changed = (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'event-changed', 'The event file was changed', text, { advice });
    return { verdict: 'outside', findings: [changed, ...findings] };
}
/** Whoever told a usage in the place of `wrap` wanted the run to be another one. */
function withDisputedUsage({ findings }) {
    const text = 'The input `usage` was given, and yet `wrap` never closed its record: it was ended before it could tell a usage, or a step behind it set back the variable that names the record.';
    const advice = 'Look at what ended the step of `wrap`, and compare with the gateway\u2019s own count.';
    const disputed = (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'usage-disputed', 'The usage handed in is not believed', text, {
        advice,
    });
    return { verdict: 'outside', findings: [disputed, ...findings] };
}
/** A run of which nobody can tell what it used, although that was written down, is no run within its range. */
function withLostRecord({ findings }, why) {
    const text = `${why} What the run used is not known.`;
    const advice = 'Look at what took it away, and at the gateway for what the run came to. `usage: ${{ steps.agent.outputs.usage }}` on `post` hands the record on without a file.';
    const gone = (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'record-lost', 'The record of the run is gone', text, { advice });
    return { verdict: 'outside', findings: [gone, ...findings] };
}
function judgeMetric(record, metric, range, position) {
    const observed = (0,_record_js__WEBPACK_IMPORTED_MODULE_2__/* .observedIn */ .yn)(record, metric);
    const verdict = (0,_range_js__WEBPACK_IMPORTED_MODULE_5__/* .judgeRange */ .D)(observed, range);
    if (verdict === 'within')
        return [];
    const label = (0,_metric_rows_js__WEBPACK_IMPORTED_MODULE_1__/* .metricLabel */ .B)(metric);
    if (observed === undefined) {
        const message = `${label}: not known, ${(0,_metric_rows_js__WEBPACK_IMPORTED_MODULE_1__/* .renderRange */ .iH)(metric, range)} expected.`;
        const advice = 'Neither the upstream, nor a price, nor an input gave it.';
        return [
            (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', `${metric}-unknown`, `${label} cannot be judged`, message, { position, advice }),
        ];
    }
    const shown = (0,_metric_rows_js__WEBPACK_IMPORTED_MODULE_1__/* .renderBeside */ .LM)(metric, observed, range);
    const figures = `${shown.observed} ${label} observed, ${shown.range} expected`;
    if (verdict === 'unknown') {
        return [
            (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', `${metric}-unknown`, `${label} cannot be judged`, `${figures}.`, {
                position,
                advice: whyPartial(record, metric),
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
function whyPartial(record, metric) {
    if (!record.complete)
        return 'The run was cut short: what was under way, or was not written down, is missing.';
    return metric === 'cost' && record['unreported-requests'] === 0
        ? 'Some calls have no known price.'
        : 'Part of the usage was not reported by the upstream.';
}
/** A run that a limit ended is outside whatever its figures say: they were cut. */
function judgeStop(record) {
    const reason = record['stop-reason'];
    if (reason === undefined || !(0,_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .isLimitStop */ .M)(reason))
        return [];
    const message = record['stop-message'] ?? `The run ended with \`${reason}\`.`;
    const level = reason === 'budget-exhausted' ? 'warning' : 'error';
    return [
        (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)(level, 'run-stopped', 'The run was stopped', message, {
            advice: 'Its figures are what it used until then.',
        }),
    ];
}
/** What the agent's own words show that the meter's figures do not. */
function heardFindings({ telemetry, witness }) {
    return [...(0,_witness_js__WEBPACK_IMPORTED_MODULE_4__/* .witnessFindings */ .K5)(witness), ...(0,_telemetry_js__WEBPACK_IMPORTED_MODULE_3__/* .telemetryFindings */ .kM)(telemetry)];
}
/** One notice when calls did not report all their tokens, else none. */
function unreportedUsage({ 'unreported-requests': unreported }) {
    if (unreported === 0)
        return [];
    const message = `${(0,_count_of_js__WEBPACK_IMPORTED_MODULE_7__/* .countOf */ .p)(unreported, 'call')} did not report all their tokens; sums are lower bounds.`;
    return [(0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('notice', 'unreported-usage', 'Usage was not reported', message)];
}
/** One warning when no request at all came by, else none: then the figures say nothing of what was spent. */
function nothingMetered(record) {
    const counts = [record.requests, record['refused-requests'], record['other-requests']];
    if (counts.some((count) => count !== 0))
        return [];
    const advice = record['exit-code'] === NOT_FOUND
        ? 'The command of the agent was not found (exit code 127): install it in an earlier step, or correct its name.'
        : 'An agent that was to call a model did so past the meter: look at how it is told its base URL, and keep every key out of its reach.';
    return [
        (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', 'nothing-metered', 'No call reached the meter', 'No request was made through it.', {
            advice,
        }),
    ];
}
function judgeGaps(record) {
    const gaps = unreportedUsage(record);
    const { 'unpriced-requests': unpriced } = record;
    if (unpriced > 0) {
        gaps.push((0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('notice', 'unpriced-usage', 'Cost is not complete', `No cost is known of ${(0,_count_of_js__WEBPACK_IMPORTED_MODULE_7__/* .countOf */ .p)(unpriced, 'call')}; the cost is a lower bound.`));
    }
    return gaps;
}


/***/ }),

/***/ 72868:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ reporterContext),
/* harmony export */   c: () => (/* binding */ statusOf)
/* harmony export */ });
/* harmony import */ var _check_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(25516);

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

/***/ 72759:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ publish)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(69901);
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

/***/ 52642:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  E: () => (/* binding */ reconcileRun),
  j: () => (/* binding */ rememberRun)
});

// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
// EXTERNAL MODULE: ./lib/core/budget.js
var budget = __webpack_require__(29610);
// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(69901);
// EXTERNAL MODULE: ./lib/core/sighting.js
var sighting = __webpack_require__(53244);
// EXTERNAL MODULE: ./lib/core/units.js
var units = __webpack_require__(17564);
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
    const why = record.complete
        ? 'not every call of this run told its tokens or has a price'
        : 'the run was cut short';
    const fact = `the gateway counted ${renderCounted(moved)} on ${before.count.scope}; the meter knows of ${known} for certain, since ${why}`;
    const title = 'The gateway\u2019s count cannot be checked';
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
        : ' The gateway\u2019s prices may also differ from the table the meter goes by.';
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

// EXTERNAL MODULE: ./lib/core/thresholds.js
var thresholds = __webpack_require__(80639);
// EXTERNAL MODULE: ./lib/modes/budget-reading.js
var budget_reading = __webpack_require__(44334);
// EXTERNAL MODULE: ./lib/modes/sightings.js
var sightings = __webpack_require__(68872);
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
            const { shares = [] } = before;
            const passed = (0,thresholds/* passedSince */.Pd)(shares, after, deps.config.alerts.at);
            return { ...result, findings: [...result.findings, ...passed], after, before: shares };
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
    // A count that began again has nothing of what was there before.
    const expected = (0,sighting/* isSameCount */.Ob)(before.count, count)
        ? before.count.value + ownSpend(record, count.unit, after.conversions)
        : count.value;
    await (0,sightings/* saveCount */.R$)(deps, { ...count, value: Math.max(count.value, expected) });
}
/** What the meter saw of this run in the unit of a count, as far as it is known. */
function ownSpend(record, unit, conversions) {
    if (unit === 'tokens')
        return record['total-tokens'] ?? 0;
    const cost = (0,money/* readUsd */.Nf)(record['cost-usd']) ?? 0;
    return (0,units/* convert */.C6)({ unit: 'usd', value: cost }, unit, conversions)?.amount.value ?? 0;
}
/**
 * Without a look at the gateway, which `wrap` does not take and `post` may have no place for: the count that `pre` saw, and what the meter saw on top of it.
 * So the next `pre` does not take this run for somebody else; without a `pre` in this job it is told that there was one.
 */
async function rememberRun(deps, record) {
    const before = deps.markFile.find();
    if (before === undefined && record.requests !== 0)
        await (0,sightings/* passCount */.LG)(deps);
    if (before === undefined || before.gateway !== deps.config.gateway.id)
        return;
    const { count } = before;
    const own = ownSpend(record, count.unit, before.conversions);
    await (0,sightings/* saveCount */.R$)(deps, { ...count, value: count.value + own });
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
/* harmony export */   ib: () => (/* binding */ heardFacts)
/* harmony export */ });
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(69901);
/* harmony import */ var _core_money_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5499);
/* harmony import */ var _core_telemetry_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(40740);
/* harmony import */ var _core_witness_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(80);
/** From a run's calls to its record, its outputs, and what is kept of it between runs. */




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
        costNanoUsd: ((0,_core_money_js__WEBPACK_IMPORTED_MODULE_1__/* .readUsd */ .Nf)(record['cost-usd']) ?? 0) + ((0,_core_money_js__WEBPACK_IMPORTED_MODULE_1__/* .readUsd */ .Nf)(record['runner-cost-usd']) ?? 0),
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
    const advice = 'The next `pre` will not see it: check the store, or raise the next run\u2019s minimum.';
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', 'spend-not-saved', 'This run\u2019s spend was not recorded', `${saved.reason}.`, {
            advice,
        }),
    ];
}
/** What the runner's minutes add to the cost; empty when no price for minutes is given. */
function runnerFacts(record) {
    const minutes = record['runner-minutes'];
    if (minutes === undefined)
        return [];
    const cost = (0,_core_money_js__WEBPACK_IMPORTED_MODULE_1__/* .readUsd */ .Nf)(record['runner-cost-usd']);
    const total = (0,_core_money_js__WEBPACK_IMPORTED_MODULE_1__/* .readUsd */ .Nf)(record['total-cost-usd']);
    return [
        [
            'Runner',
            `${minutes} started minutes, ${cost === undefined ? 'no price for its label' : (0,_core_money_js__WEBPACK_IMPORTED_MODULE_1__/* .renderUsd */ .NX)(cost)}`,
        ],
        ['Calls and runner', total === undefined ? 'not known' : (0,_core_money_js__WEBPACK_IMPORTED_MODULE_1__/* .renderUsd */ .NX)(total)],
    ];
}
/** What the agent says of itself, where it says something. */
function heardFacts({ telemetry, witness }) {
    const facts = [];
    if (witness !== undefined)
        facts.push(['Second witness', (0,_core_witness_js__WEBPACK_IMPORTED_MODULE_3__/* .renderWitness */ .KK)(witness)]);
    if (telemetry !== undefined)
        facts.push(['Telemetry', (0,_core_telemetry_js__WEBPACK_IMPORTED_MODULE_2__/* .renderTelemetry */ .mk)(telemetry)]);
    return facts;
}
/** `claude-opus-5-5 (12), gpt-5 (1)`; empty when no model answered. */
function renderModels({ models }) {
    return models.map(({ model, requests }) => `${model} (${requests})`).join(', ');
}


/***/ }),

/***/ 68872:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LG: () => (/* binding */ passCount),
/* harmony export */   R$: () => (/* binding */ saveCount),
/* harmony export */   d8: () => (/* binding */ readLast)
/* harmony export */ });
/* harmony import */ var _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(11923);
/** The last count that was seen of a key, kept for the next run that compares: a hint, so that nobody waits for it for long. */

/** `undefined` where none is kept, or the store does not answer soon. */
async function readLast({ store, keyFingerprint }) {
    if (keyFingerprint === undefined)
        return undefined;
    return (0,_core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .withDeadline */ .NE)(store.readSighting(keyFingerprint), _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .HINT_MS */ .Ji, () => undefined);
}
/** A run of ours without a look at the gateway before it, as the jobs of a matrix are: what it moved is nobody else's. */
async function passCount(deps) {
    const last = await readLast(deps);
    if (last !== undefined && !last.isPassed)
        await saveCount(deps, last.count, { isPassed: true });
}
async function saveCount({ config, store, clock, keyFingerprint }, count, how = {}) {
    if (keyFingerprint === undefined)
        return;
    const { runId, workflow } = config.context;
    const at = clock.now().toISOString();
    const saving = store.saveSighting({ key: keyFingerprint, count, at, runId, workflow, ...how });
    await (0,_core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .withDeadline */ .NE)(saving, _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .HINT_MS */ .Ji, () => undefined);
}


/***/ })

};
