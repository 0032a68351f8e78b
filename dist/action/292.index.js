export const id = 292;
export const ids = [292];
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

/***/ 2854:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ gateEntry),
/* harmony export */   i: () => (/* binding */ closeGate)
/* harmony export */ });
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9901);
/** Changes the state of a gate, and says loudly when the change was not kept. */

function gateEntry({ config, clock }, closed, reason) {
    const now = clock.now();
    const { blockForMs, name } = config.gate;
    return {
        gate: name,
        closed,
        createdAt: now.toISOString(),
        runId: config.context.runId,
        runAttempt: config.context.runAttempt,
        until: closed && blockForMs !== undefined ? new Date(now.getTime() + blockForMs).toISOString() : undefined,
        actor: config.context.actor,
        reason,
    };
}
/** The finding that tells about it: a notice when the gate is closed now, an error when it could not be. */
async function closeGate(deps, reason) {
    const entry = gateEntry(deps, true, reason);
    const saved = await deps.store.saveGate(entry);
    const name = deps.config.gate.name;
    if (saved.saved) {
        const until = entry.until === undefined ? 'until a person opens it' : `until ${entry.until}`;
        const advice = `Look at this run, then reopen with \`mode: gate\`, \`gate: ${name}\`, \`gate-action: open\`.`;
        return {
            closed: true,
            finding: (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('notice', 'gate-closed', 'The gate is closed', `Runs behind the gate ${name} wait ${until}.`, { advice }),
        };
    }
    const advice = 'Nothing holds the next run back: stop it by hand, or set the kill switch.';
    return {
        closed: false,
        finding: (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'gate-not-closed', 'The gate could NOT be closed', `${name}: ${saved.reason}.`, { advice }),
    };
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

/***/ 5292:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runPost: () => (/* binding */ runPost)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(6151);
/* harmony import */ var _core_metric_rows_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7905);
/* harmony import */ var _core_money_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5499);
/* harmony import */ var _core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9212);
/* harmony import */ var _close_gate_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2854);
/* harmony import */ var _deps_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2868);
/* harmony import */ var _publish_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2759);
/* harmony import */ var _run_record_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7435);
/** Was that normal? Observed usage against the expected range; the verdict is shown, and the gate closed. */










/** @throws {AppError} `denied` when usage is outside and `on-out-of-range` is `fail`. */
async function runPost(deps) {
    const { config, runner } = deps;
    const found = foundOrNothing(deps);
    const judged = (0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__/* .judgeUsage */ .B)(found.record, config.post.expect);
    const findings = [...judged.findings, ...found.findings, ...missingExpectation(deps)];
    const gate = await settleGate(deps, judged, findings);
    await rememberUnfinished(deps, found, findings);
    const shown = (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .byImportance */ .G5)(config.observe || config.post.onOutOfRange === 'warn' ? softened(findings, config.observe) : findings);
    runner.setOutput('verdict', judged.verdict);
    runner.setOutput('findings', JSON.stringify(shown.map(findingJson)));
    runner.setOutput('gate', gate);
    runner.setOutput('drift-percent', undefined);
    const reported = await (0,_publish_js__WEBPACK_IMPORTED_MODULE_6__/* .publish */ .m)(reportOf(deps, { judged, found, findings: shown, gate }), deps.reporters, (0,_deps_js__WEBPACK_IMPORTED_MODULE_8__/* .reporterContext */ .D)(deps));
    runner.setOutput('comment-url', reported.commentUrl);
    if (judged.verdict === 'outside' && config.post.onOutOfRange === 'fail' && !config.observe) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV('denied', headlineOf(judged, found.record), { isReported: true });
    }
}
/** An observed job without a record is told so, and fails nothing. */
function foundOrNothing(deps) {
    try {
        return observedRecord(deps);
    }
    catch (error) {
        if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV) || !deps.config.observe)
            throw error;
        const record = emptyRecord(deps.config.task);
        return {
            record,
            origin: 'nothing',
            findings: [(0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', error.code, 'No usage was found', error.message)],
            isUnfinished: false,
        };
    }
}
function emptyRecord(task) {
    return { version: 1, complete: true, task, 'unreported-requests': 0, 'unpriced-requests': 0, models: [] };
}
/** Figures given as inputs outrank the record, one by one; without any of them the record must be there. */
function observedRecord({ config, findRecord }) {
    const { inputTokens, outputTokens, costNanoUsd, usage } = config.post;
    const given = {
        ...(inputTokens === undefined ? {} : { 'input-tokens': inputTokens }),
        ...(outputTokens === undefined ? {} : { 'output-tokens': outputTokens }),
        ...(inputTokens !== undefined && outputTokens !== undefined ? { 'unreported-requests': 0 } : {}),
        ...(costNanoUsd === undefined ? {} : { 'cost-usd': (0,_core_money_js__WEBPACK_IMPORTED_MODULE_3__/* .renderUsdPlain */ .H3)(costNanoUsd), 'unpriced-requests': 0 }),
    };
    if (Object.keys(given).length === 0)
        return findRecord();
    const base = usage === undefined
        ? { record: emptyRecord(config.task), origin: 'inputs', findings: [], isUnfinished: false }
        : findRecord();
    return { ...base, record: { ...base.record, ...given } };
}
function missingExpectation({ config }) {
    if (config.post.expect.size > 0)
        return [];
    const advice = 'Give `expect-input-tokens` and the like, or `expect:` for this task in the policy file.';
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'no-expectation', 'Nothing is expected of this task', `No expected range is set for the task ${config.task}.`, { advice }),
    ];
}
/** Closes the gate after a run outside its range; writes the first open state otherwise, so that "never closed" is known. */
async function settleGate(deps, { verdict }, findings) {
    const { config, store } = deps;
    if (verdict === 'outside' && config.post.onOutOfRange !== 'warn' && !config.observe) {
        const reasons = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
        const closing = await (0,_close_gate_js__WEBPACK_IMPORTED_MODULE_5__/* .closeGate */ .i)(deps, reasons.join(' '));
        findings.push(closing.finding);
        return closing.closed ? 'closed' : 'unknown';
    }
    const reading = await store.readGate(config.gate.name, config.gate.blockForMs);
    const isFirst = reading.state === 'unknown' && !reading.blind && verdict !== 'outside';
    if (!isFirst || !isTrusted(deps))
        return reading.state;
    const saved = await store.saveGate((0,_close_gate_js__WEBPACK_IMPORTED_MODULE_5__/* .gateEntry */ .C)(deps, false, 'First run behind this gate.'));
    return saved.saved ? 'open' : reading.state;
}
/** Only a run on the default branch may say that a gate is open; on a laptop there is nobody else. */
function isTrusted({ config: { context } }) {
    return (!context.isActions ||
        (context.pullRequest === undefined && context.ref === (0,_core_gate_js__WEBPACK_IMPORTED_MODULE_9__/* .trustedRef */ .jh)(context.defaultBranch)));
}
/** `wrap` was killed before it could remember its spend, so `post` does, under the same id. */
async function rememberUnfinished({ config, store, clock }, found, findings) {
    if (!found.isUnfinished || config.gateway.windows.length === 0)
        return;
    const id = found.record['run-id'] ?? config.context.runId;
    findings.push(...(await (0,_run_record_js__WEBPACK_IMPORTED_MODULE_7__/* .rememberSpend */ ._z)(store, (0,_run_record_js__WEBPACK_IMPORTED_MODULE_7__/* .spendOf */ .Ii)(id, found.record, clock.now()))));
}
/** `warn` annotates without failing; `observe` only mentions. */
function softened(findings, observe) {
    return findings.map((item) => ({
        ...item,
        level: observe ? 'notice' : item.level === 'error' ? 'warning' : item.level,
    }));
}
function findingJson({ id, level, title, message, advice, position }) {
    return { id, level, title, message, advice, file: position?.file, line: position?.line };
}
function reportOf({ config }, { judged, found, findings, gate }) {
    const { record, origin } = found;
    const facts = [['Usage from', origin]];
    if (record.models.length > 0)
        facts.push(['Models', (0,_run_record_js__WEBPACK_IMPORTED_MODULE_7__/* .renderModels */ .Ds)(record)]);
    if (record['stop-reason'] !== undefined)
        facts.push(['Run ended', record['stop-reason']]);
    return {
        mode: 'post',
        task: config.task,
        key: config.gate.name,
        status: judged.verdict === 'outside' && (0,_deps_js__WEBPACK_IMPORTED_MODULE_8__/* .statusOf */ .c)(findings) === 'ok' ? 'warning' : (0,_deps_js__WEBPACK_IMPORTED_MODULE_8__/* .statusOf */ .c)(findings),
        headline: headlineOf(judged, record),
        rows: (0,_core_metric_rows_js__WEBPACK_IMPORTED_MODULE_2__/* .usageRows */ .x4)(record, config.post.expect, config.wrap.limits),
        facts,
        findings,
        gate,
        runUrl: config.context.runUrl,
    };
}
function headlineOf({ verdict, findings }, record) {
    if (verdict === 'within')
        return 'Usage is within its expected range.';
    const first = findings.find(({ level }) => level === 'error') ?? findings.find(({ id }) => id.endsWith('-unknown'));
    if (verdict === 'outside')
        return `Usage is outside its expected range: ${first?.message ?? ''}`;
    return first
        ? `Usage cannot be judged: ${first.message}`
        : `Usage cannot be judged: nothing is expected of the task ${record.task ?? 'default'}.`;
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

/***/ 7435:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ds: () => (/* binding */ renderModels),
/* harmony export */   Ii: () => (/* binding */ spendOf),
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
        costNanoUsd: (0,_core_money_js__WEBPACK_IMPORTED_MODULE_2__/* .readUsd */ .Nf)(record['cost-usd']) ?? 0,
        tokens: (record['input-tokens'] ?? 0) + (record['output-tokens'] ?? 0),
        partial: !record.complete || record['unreported-requests'] > 0 || record['unpriced-requests'] > 0,
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
/** `claude-opus-5-5 (12), gpt-5 (1)`; empty when no model answered. */
function renderModels({ models }) {
    return models.map(({ model, requests }) => `${model} (${requests})`).join(', ');
}


/***/ })

};
