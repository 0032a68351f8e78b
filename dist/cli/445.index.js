export const id = 445;
export const ids = [445];
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

/***/ 1445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runGate: () => (/* binding */ runGate)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6151);
/* harmony import */ var _close_gate_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2854);
/* harmony import */ var _deps_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2868);
/* harmony import */ var _publish_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2759);
/** A person's view of the gate: what it is, open it, close it. Who did it and why is recorded. */






/** @throws {AppError} `store-failed` when the change was not kept. */
async function runGate(deps) {
    const { config, runner } = deps;
    const { state, message, findings } = config.gate.action === 'status' ? await readStatus(deps) : await change(deps, config.gate.action);
    runner.setOutput('gate', state);
    runner.setOutput('reason', message);
    runner.info(message);
    const { context, gate } = config;
    const report = {
        mode: 'gate',
        task: gate.name,
        key: gate.name,
        status: (0,_deps_js__WEBPACK_IMPORTED_MODULE_4__/* .statusOf */ .c)(findings),
        headline: message,
        rows: [],
        facts: [],
        findings,
        gate: state,
        runUrl: context.runUrl,
    };
    await (0,_publish_js__WEBPACK_IMPORTED_MODULE_3__/* .publish */ .m)(report, deps.reporters, (0,_deps_js__WEBPACK_IMPORTED_MODULE_4__/* .reporterContext */ .D)(deps));
}
async function readStatus({ config, store }) {
    const { state, entry, evidence } = await store.readGate(config.gate.name, config.gate.blockForMs);
    const since = entry ? ` since ${entry.createdAt} (run ${entry.runId})` : '';
    const by = entry?.actor ? ` by ${entry.actor}` : '';
    const why = entry?.reason ? `: ${entry.reason}` : '';
    return {
        state,
        message: `The gate ${config.gate.name} is ${state}${since}${by}${why}. ${evidence}`,
        findings: [],
    };
}
async function change(deps, action) {
    const { config, store } = deps;
    const closed = action === 'close';
    const before = await store.readGate(config.gate.name, config.gate.blockForMs);
    const entry = (0,_close_gate_js__WEBPACK_IMPORTED_MODULE_2__/* .gateEntry */ .C)(deps, closed, config.gate.reason ?? 'No reason was given.');
    const saved = await store.saveGate(entry);
    if (!saved.saved)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV('store-failed', `The gate ${entry.gate} was not changed: ${saved.reason}.`);
    const state = closed ? 'closed' : 'open';
    const message = `The gate ${entry.gate} is ${state} now, by ${entry.actor}: ${entry.reason}`;
    return {
        state,
        message,
        findings: [...elsewhere(deps, closed), ...neverClosed(before, entry.gate, closed)],
    };
}
/** A misspelt name opens a gate that nobody stands before. */
function neverClosed({ state, blind }, name, closed) {
    if (closed || blind || state === 'closed')
        return [];
    const advice = 'The name stands in the message of the run that was held back.';
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'gate-was-not-closed', 'This gate was not closed', `${name} was ${state} before. Is that its name?`, { advice }),
    ];
}
/** An open state counts only from the default branch: elsewhere it is kept, and later runs do not honour it. */
function elsewhere({ config: { context } }, closed) {
    const isDefault = context.ref === undefined || context.ref === (0,_core_gate_js__WEBPACK_IMPORTED_MODULE_5__/* .trustedRef */ .jh)(context.defaultBranch);
    if (closed || !context.isActions || isDefault)
        return [];
    const advice = 'Start this workflow by `workflow_dispatch` on the default branch.';
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'gate-other-branch', 'Opened on a branch only', `This ran on ${context.ref}; runs of the default branch do not see it.`, { advice }),
    ];
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


/***/ })

};
