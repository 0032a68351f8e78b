export const id = 292;
export const ids = [292];
export const modules = {

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

/***/ 5292:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runPost: () => (/* binding */ runPost)
/* harmony export */ });
/* harmony import */ var _core_caller_table_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4677);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(6151);
/* harmony import */ var _core_metric_rows_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7905);
/* harmony import */ var _core_money_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5499);
/* harmony import */ var _core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9212);
/* harmony import */ var _close_gate_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2854);
/* harmony import */ var _deps_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(2868);
/* harmony import */ var _publish_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(2759);
/* harmony import */ var _reconciliation_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2642);
/* harmony import */ var _run_record_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(7435);












/** @throws {AppError} `denied` when usage is outside and `on-out-of-range` is `fail`. */
async function runPost(deps) {
    const { config, runner } = deps;
    const found = await foundOrNothing(deps);
    const { changedPolicy, expect } = config.post;
    const figures = (0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_5__/* .judgeUsage */ .Bj)(found.record, expect);
    const judged = changedPolicy === undefined ? figures : (0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_5__/* .withChangedPolicy */ .Pl)(figures, changedPolicy);
    const findings = [...judged.findings, ...found.findings, ...missingExpectation(deps)];
    const gate = await settleGate(deps, judged, findings);
    await rememberUnfinished(deps, found, findings);
    // The gate is settled before anything that may take its time.
    const reconciled = await (0,_reconciliation_js__WEBPACK_IMPORTED_MODULE_8__/* .reconcileRun */ .E)(deps, found.record);
    findings.push(...(reconciled?.findings ?? []));
    const shown = (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_2__/* .byImportance */ .G5)(config.observe || config.post.onOutOfRange === 'warn' ? softened(findings, config.observe) : findings);
    runner.setOutput('verdict', judged.verdict);
    runner.setOutput('findings', JSON.stringify(shown.map(findingJson)));
    runner.setOutput('gate', gate);
    runner.setOutput('drift-percent', renderDrift(reconciled?.driftPercent));
    runner.info(`spendgate: ${headlineOf(judged, found.record)}`);
    const reported = await (0,_publish_js__WEBPACK_IMPORTED_MODULE_7__/* .publish */ .m)(reportOf(deps, { judged, found, findings: shown, gate, counted: reconciled?.fact }), deps.reporters, (0,_deps_js__WEBPACK_IMPORTED_MODULE_10__/* .reporterContext */ .D)(deps));
    runner.setOutput('comment-url', reported.commentUrl);
    const fails = config.post.onOutOfRange === 'fail' || changedPolicy !== undefined;
    if (judged.verdict === 'outside' && fails && !config.observe) {
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .AppError */ .uV('denied', headlineOf(judged, found.record), { isReported: true });
    }
}
/** One decimal, and never a negative zero. */
function renderDrift(percent) {
    return percent === undefined ? undefined : (Math.round(percent * 10) / 10 || 0).toFixed(1);
}
/** An observed job without a record is told so, and fails nothing. */
async function foundOrNothing(deps) {
    try {
        const background = await deps.endBackground();
        return observedRecord(deps, background);
    }
    catch (error) {
        if (!(error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .AppError */ .uV) || !deps.config.observe)
            throw error;
        const record = emptyRecord(deps.config.task);
        return {
            record,
            origin: 'nothing',
            findings: [(0,_core_findings_js__WEBPACK_IMPORTED_MODULE_2__/* .finding */ .gk)('notice', error.code, 'No usage was found', error.message)],
            isUnfinished: false,
        };
    }
}
function emptyRecord(task) {
    return {
        version: 1,
        complete: true,
        task,
        'unreported-requests': 0,
        'unpriced-requests': 0,
        models: [],
        callers: [],
    };
}
/** Figures given as inputs outrank the record, one by one; without any of them the record must be there. */
function observedRecord({ config, findRecord }, background) {
    const { inputTokens, outputTokens, costNanoUsd, usage } = config.post;
    const whole = () => (usage === undefined ? background : undefined) ?? findRecord();
    const given = {
        ...(inputTokens === undefined ? {} : { 'input-tokens': inputTokens }),
        ...(outputTokens === undefined ? {} : { 'output-tokens': outputTokens }),
        ...(inputTokens !== undefined && outputTokens !== undefined ? { 'unreported-requests': 0 } : {}),
        ...(costNanoUsd === undefined ? {} : { 'cost-usd': (0,_core_money_js__WEBPACK_IMPORTED_MODULE_4__/* .renderUsdPlain */ .H3)(costNanoUsd), 'unpriced-requests': 0 }),
    };
    if (Object.keys(given).length === 0)
        return whole();
    const base = usage === undefined && background === undefined
        ? { record: emptyRecord(config.task), origin: 'inputs', findings: [], isUnfinished: false }
        : whole();
    return { ...base, record: { ...base.record, ...given } };
}
function missingExpectation({ config }) {
    if (config.post.expect.size > 0)
        return [];
    const advice = 'Give `expect-input-tokens` and the like, or `expect:` for this task in the policy file.';
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_2__/* .finding */ .gk)('notice', 'no-expectation', 'Nothing is expected of this task', `No expected range is set for the task ${config.task}.`, { advice }),
    ];
}
/** Closes the gate after a run outside its range; writes the first open state otherwise, so that "never closed" is known. */
async function settleGate(deps, { verdict }, findings) {
    const { config, store } = deps;
    if (verdict === 'outside' && config.post.onOutOfRange !== 'warn' && !config.observe) {
        const reasons = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
        const closing = await (0,_close_gate_js__WEBPACK_IMPORTED_MODULE_6__/* .closeGate */ .i)(deps, reasons.join(' '));
        findings.push(closing.finding);
        return closing.closed ? 'closed' : 'unknown';
    }
    const reading = await store.readGate(config.gate.name, config.gate.blockForMs);
    const isFirst = reading.state === 'unknown' && !reading.blind && verdict !== 'outside';
    if (!isFirst || !isTrusted(deps))
        return reading.state;
    const saved = await store.saveGate((0,_close_gate_js__WEBPACK_IMPORTED_MODULE_6__/* .gateEntry */ .C)(deps, false, 'First run behind this gate.'));
    return saved.saved ? 'open' : reading.state;
}
/** Only a run on the default branch may say that a gate is open; on a laptop there is nobody else. */
function isTrusted({ config: { context } }) {
    return (!context.isActions ||
        (context.pullRequest === undefined && context.ref === (0,_core_gate_js__WEBPACK_IMPORTED_MODULE_11__/* .trustedRef */ .jh)(context.defaultBranch)));
}
/** `wrap` could not remember the run, killed or gone before the agent began, so `post` does, under the same id. */
async function rememberUnfinished(deps, found, findings) {
    const { config, store, clock } = deps;
    if (!found.isUnfinished)
        return;
    await (0,_reconciliation_js__WEBPACK_IMPORTED_MODULE_8__/* .rememberRun */ .j)(deps, found.record);
    if (config.gateway.windows.length === 0)
        return;
    const id = found.record['run-id'] ?? config.context.runId;
    findings.push(...(await (0,_run_record_js__WEBPACK_IMPORTED_MODULE_9__/* .rememberSpend */ ._z)(store, (0,_run_record_js__WEBPACK_IMPORTED_MODULE_9__/* .spendOf */ .Ii)(id, found.record, clock.now()))));
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
function reportOf({ config, clock }, { judged, found, findings, gate, counted }) {
    const { record, origin } = found;
    const at = clock.now();
    const facts = [['Usage from', origin]];
    if (record.models.length > 0)
        facts.push(['Models', (0,_run_record_js__WEBPACK_IMPORTED_MODULE_9__/* .renderModels */ .Ds)(record)]);
    if (record['stop-reason'] !== undefined)
        facts.push(['Run ended', record['stop-reason']]);
    facts.push(...(found.facts ?? []));
    facts.push(...(0,_run_record_js__WEBPACK_IMPORTED_MODULE_9__/* .runnerFacts */ .Kd)(record), ...(0,_run_record_js__WEBPACK_IMPORTED_MODULE_9__/* .heardFacts */ .ib)(record));
    if (counted !== undefined)
        facts.push(['Gateway\u2019s count', counted]);
    return {
        mode: 'post',
        task: config.task,
        key: config.gate.name,
        status: judged.verdict === 'outside' && (0,_deps_js__WEBPACK_IMPORTED_MODULE_10__/* .statusOf */ .c)(findings) === 'ok' ? 'warning' : (0,_deps_js__WEBPACK_IMPORTED_MODULE_10__/* .statusOf */ .c)(findings),
        headline: headlineOf(judged, record),
        rows: (0,_core_metric_rows_js__WEBPACK_IMPORTED_MODULE_3__/* .usageRows */ .x4)(record, config.post.expect, config.wrap.limits),
        facts,
        tables: (0,_core_caller_table_js__WEBPACK_IMPORTED_MODULE_0__/* .callerTables */ .v)(record),
        findings,
        gate,
        runUrl: config.context.runUrl,
        run: runOf(config, judged, record, at),
    };
}
function runOf({ context }, { verdict }, record, at) {
    return {
        runId: context.runId,
        runAttempt: context.runAttempt,
        at: at.toISOString(),
        commit: context.headSha,
        verdict,
        requests: record.requests,
        inputTokens: record['input-tokens'],
        outputTokens: record['output-tokens'],
        costUsd: record['cost-usd'] === undefined ? undefined : String(record['cost-usd']),
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


/***/ })

};
