export const id = 445;
export const ids = [445];
export const modules = {

/***/ 22854:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C2: () => (/* binding */ changeOf),
/* harmony export */   Cd: () => (/* binding */ gateEntry),
/* harmony export */   i2: () => (/* binding */ closeGate)
/* harmony export */ });
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(69901);
/* harmony import */ var _core_gate_advice_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(13365);
/* harmony import */ var _core_time_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(54258);



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
/** What is told of a change, once a store was asked to keep it. */
function changeOf(entry, saved, store) {
    return saved.saved
        ? { entry, kept: true, store, missing: saved.missing, hint: saved.hint }
        : { entry, kept: false };
}
/**
 * What became of it, and the finding that tells about it: a notice when the gate is closed now, a warning when only one of
 * two stores kept it, an error when none did.
 * @param figures what the run came to, kept with the reason
 */
async function closeGate(deps, reason, figures) {
    const entry = { ...gateEntry(deps, true, reason), figures: figures.map(figureOf) };
    const saved = await deps.store.saveGate(entry);
    return {
        change: changeOf(entry, saved, deps.config.gate.store),
        links: saved.saved ? (saved.links ?? []) : [],
        finding: saved.saved ? keptFinding(entry, saved, deps.config.gate.store) : lostFinding(entry, saved),
    };
}
function figureOf({ label, observed, expected, limit }) {
    return { label, observed, expected, limit };
}
function keptFinding({ gate, until }, { missing, outlasted, unconfirmed, hint }, store) {
    const open = `Look at this run, then ${(0,_core_gate_advice_js__WEBPACK_IMPORTED_MODULE_1__/* .howToOpen */ .c)(gate, store)}.`;
    const advice = hint === undefined ? open : `${open} ${hint}`;
    const wait = `Runs behind the gate ${gate} wait ${until === undefined ? 'until a person opens it' : `until ${(0,_core_time_js__WEBPACK_IMPORTED_MODULE_2__/* .inSeconds */ .F)(until)}`}.`;
    const text = [wait, outlasted, unconfirmed].filter((part) => part !== undefined).join(' ');
    if (missing === undefined)
        return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('notice', 'gate-closed', 'The gate is closed', text, { advice });
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', 'gate-half-closed', 'The gate is closed in one store only', `${text} It was not kept in ${missing}.`, { advice });
}
function lostFinding({ gate }, { reason }) {
    const advice = 'Nothing holds the next run back: stop it by hand, or set the kill switch.';
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'gate-not-closed', 'The gate could NOT be closed', `${gate}: ${reason}.`, {
        advice,
    });
}


/***/ }),

/***/ 51445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runGate: () => (/* binding */ runGate)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(69901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(58532);
/* harmony import */ var _core_text_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(69716);
/* harmony import */ var _core_time_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(54258);
/* harmony import */ var _alerting_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4839);
/* harmony import */ var _close_gate_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(22854);
/* harmony import */ var _deps_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(72868);
/* harmony import */ var _gate_watch_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(50903);
/* harmony import */ var _publish_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(72759);










/** Of a gate's name in a sentence. */
const MAX_NAME = 100;
/** @throws {AppError} `store-failed` when the change was not kept. */
async function runGate(deps) {
    const { config, runner } = deps;
    const { state, message, findings, facts, links } = config.gate.action === 'status' ? await readStatus(deps) : await change(deps, config.gate.action);
    runner.setOutput('gate', state);
    runner.setOutput('reason', message);
    runner.info(message);
    for (const [label, value] of facts)
        runner.info(`${label}: ${value}`);
    const { context, gate } = config;
    const report = {
        mode: 'gate',
        task: gate.name,
        key: gate.name,
        status: (0,_deps_js__WEBPACK_IMPORTED_MODULE_4__/* .statusOf */ .c)(findings),
        headline: message,
        rows: [],
        facts,
        findings,
        gate: state,
        runUrl: context.runUrl,
        links,
    };
    await (0,_publish_js__WEBPACK_IMPORTED_MODULE_5__/* .publish */ .m)(report, deps.reporters, (0,_deps_js__WEBPACK_IMPORTED_MODULE_4__/* .reporterContext */ .D)(deps));
}
async function readStatus({ config, store }) {
    const reading = await store.readGate(config.gate.name, config.gate.blockForMs, true);
    const { state, entry, evidence } = reading;
    const since = entry ? ` since ${(0,_core_time_js__WEBPACK_IMPORTED_MODULE_6__/* .inSeconds */ .F)(entry.createdAt)} (run ${entry.runId})` : '';
    const by = entry?.actor ? ` by ${entry.actor}` : '';
    const why = entry?.reason ? `: \u201c${entry.reason}\u201d` : '';
    return {
        state,
        message: `The gate ${(0,_core_text_js__WEBPACK_IMPORTED_MODULE_7__/* .cut */ .Jj)(config.gate.name, MAX_NAME)} is ${state}${since}${by}${why}. ${evidence}`,
        findings: [],
        facts: [...entryFacts(config, reading), ...(0,_gate_watch_js__WEBPACK_IMPORTED_MODULE_8__/* .gateFacts */ .pE)({ reading, notes: [] })],
        links: (0,_gate_watch_js__WEBPACK_IMPORTED_MODULE_8__/* .gateLinks */ .FR)(reading, (0,_gate_watch_js__WEBPACK_IMPORTED_MODULE_8__/* .runsUrlOf */ .d2)(config)),
    };
}
/** What is not known is left out. */
function entryFacts(config, { entry, state }) {
    if (entry === undefined)
        return [['State', state]];
    const runsUrl = (0,_gate_watch_js__WEBPACK_IMPORTED_MODULE_8__/* .runsUrlOf */ .d2)(config);
    const ends = (0,_core_gate_js__WEBPACK_IMPORTED_MODULE_9__/* .endOf */ .pJ)(entry, config.gate.blockForMs);
    const facts = [
        ['State', state],
        ['Since', (0,_core_time_js__WEBPACK_IMPORTED_MODULE_6__/* .inSeconds */ .F)(entry.createdAt)],
        ['By', entry.actor],
        ['Why', entry.reason],
        ['Until', state !== 'closed' ? undefined : ends === undefined ? 'a person opens it' : (0,_core_time_js__WEBPACK_IMPORTED_MODULE_6__/* .inSeconds */ .F)(ends)],
        ['Run', runsUrl === undefined ? entry.runId : `${runsUrl}${entry.runId} (attempt ${entry.runAttempt})`],
    ];
    return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]]));
}
async function change(deps, action) {
    const { config, store } = deps;
    const closed = action === 'close';
    const before = await store.readGate(config.gate.name, config.gate.blockForMs);
    const entry = (0,_close_gate_js__WEBPACK_IMPORTED_MODULE_3__/* .gateEntry */ .Cd)(deps, closed, config.gate.reason ?? 'No reason was given.');
    const saved = await store.saveGate(entry);
    if (!saved.saved) {
        if (closed)
            await (0,_alerting_js__WEBPACK_IMPORTED_MODULE_2__/* .tellPeople */ .f)(deps, { gate: (0,_close_gate_js__WEBPACK_IMPORTED_MODULE_3__/* .changeOf */ .C2)(entry, saved, config.gate.store) });
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV('store-failed', `The gate ${entry.gate} was not changed: ${saved.reason}.`);
    }
    const unheeded = elsewhere(deps, closed);
    // Opened where nobody honours it, or open before: nothing has changed for anybody.
    const isChange = closed || (unheeded.length === 0 && !saved.missing && (before.state === 'closed' || before.blind));
    if (isChange)
        await (0,_alerting_js__WEBPACK_IMPORTED_MODULE_2__/* .tellPeople */ .f)(deps, { gate: (0,_close_gate_js__WEBPACK_IMPORTED_MODULE_3__/* .changeOf */ .C2)(entry, saved, config.gate.store) });
    return {
        ...outcome(entry, unheeded.length > 0 ? before : undefined),
        findings: [...halfKept(entry, saved), ...unheeded, ...neverClosed(before, entry.gate, closed)],
        facts: (0,_gate_watch_js__WEBPACK_IMPORTED_MODULE_8__/* .gateFacts */ .pE)({ reading: before, notes: [] }).map(([label, value]) => [`${label}, before`, value]),
        links: (0,_gate_watch_js__WEBPACK_IMPORTED_MODULE_8__/* .gateLinks */ .FR)(before, (0,_gate_watch_js__WEBPACK_IMPORTED_MODULE_8__/* .runsUrlOf */ .d2)(config)),
    };
}
/** @param unmoved the gate as the next run will see it, where it does not honour this change */
function outcome({ gate, closed, actor, reason }, unmoved) {
    const by = `by ${actor}: ${reason}`;
    if (unmoved !== undefined)
        return {
            state: unmoved.state,
            message: `The gate ${gate} is ${unmoved.state} as before: it was opened on a branch only, ${by}`,
        };
    const state = closed ? 'closed' : 'open';
    return { state, message: `The gate ${gate} is ${state} now, ${by}` };
}
/** An opening that one store did not keep may not count: what was closed there stays closed until it is later. */
function halfKept({ gate }, { missing, unconfirmed }) {
    const notice = unconfirmed && (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'gate-unconfirmed', 'The change may take a moment', unconfirmed);
    const warning = missing &&
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'gate-half-changed', 'One store did not keep the change', `${gate}: not in ${missing}.`);
    return [warning, notice].filter((item) => typeof item === 'object');
}
/** A misspelt name opens a gate that nobody stands before. */
function neverClosed({ state, blind }, name, closed) {
    if (closed || blind || state === 'closed')
        return [];
    const advice = 'The name stands in the message of the run that was held back.';
    const [title, message] = state === 'open'
        ? ['This gate was not closed', `${name} was open before. Is that its name?`]
        : ['This gate had no state', `${name} has one now. Where a run was held back, is that its name?`];
    return [(0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'gate-was-not-closed', title, message, { advice })];
}
/** An open state counts only from the default branch: elsewhere it is kept, and later runs do not honour it. */
function elsewhere({ config: { context } }, closed) {
    if (closed || context.ref === undefined || (0,_core_gate_js__WEBPACK_IMPORTED_MODULE_9__/* .isTrustedRun */ .Hh)(context))
        return [];
    const advice = 'Start this workflow by `workflow_dispatch` on the default branch.';
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'gate-other-branch', 'Opened on a branch only', `This ran on ${context.ref}; runs of the default branch do not see it.`, { advice }),
    ];
}


/***/ })

};
