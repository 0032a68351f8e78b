export const id = 371;
export const ids = [371];
export const modules = {

/***/ 9752:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ik: () => (/* binding */ findCut),
/* harmony export */   az: () => (/* binding */ hasSealedRecord),
/* harmony export */   findRecord: () => (/* binding */ findRecord),
/* harmony export */   sS: () => (/* binding */ readCalls)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _core_count_of_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(9028);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(6151);
/* harmony import */ var _core_json_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(3085);
/* harmony import */ var _core_ledger_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1546);
/* harmony import */ var _core_patterns_index_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7793);
/* harmony import */ var _core_record_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9510);
/* harmony import */ var _core_totals_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4840);
/* harmony import */ var _files_bounded_file_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2757);
/* harmony import */ var _run_mark_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(198);
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

/***/ 198:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mp: () => (/* binding */ readMark),
/* harmony export */   Rj: () => (/* binding */ LOST),
/* harmony export */   cM: () => (/* binding */ checksum),
/* harmony export */   dy: () => (/* binding */ isSealed),
/* harmony export */   eK: () => (/* binding */ recordVariable),
/* harmony export */   vP: () => (/* binding */ OPEN)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
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
