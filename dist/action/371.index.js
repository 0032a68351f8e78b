export const id = 371;
export const ids = [371];
export const modules = {

/***/ 9752:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ik: () => (/* binding */ findCut),
/* harmony export */   az: () => (/* binding */ hasSealedRecord),
/* harmony export */   findRecord: () => (/* binding */ findRecord),
/* harmony export */   openLedger: () => (/* binding */ openLedger),
/* harmony export */   sS: () => (/* binding */ readCalls)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _core_count_of_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(9028);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(6151);
/* harmony import */ var _core_json_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(3085);
/* harmony import */ var _core_ledger_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1546);
/* harmony import */ var _core_patterns_index_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7793);
/* harmony import */ var _core_record_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9510);
/* harmony import */ var _core_totals_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4840);
/* harmony import */ var _files_bounded_file_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(2757);
/**
 * The files of a run: `<task>-<start>-<token>.ndjson` is the ledger, the `.json` beside it the record. The agent runs as the
 * same user and could write to both, so the record is written from memory when the agent is gone, and its checksum
 * travels through the runner's environment, which the agent is not given.
 */













/** Marks the ledger of a run that has not been sealed. */
const OPEN = 'open';
/** Marks a run whose record the disk did not take. */
const LOST = 'lost';
/** Room for a hundred thousand calls: an agent that can write there must not fill the memory of who reads it. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How each of our lines begins. */
const LINE_START = '{"type":"';
/** A file of ours, newly made: no link, pipe or file that somebody else put there. */
const NEW_FILE = node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_WRONLY | node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_CREAT | node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_EXCL | node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_APPEND | node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_NOFOLLOW;
class FileLedger {
    variable;
    opened;
    lost;
    path;
    #base;
    #onTrouble;
    #file;
    #isBroken = false;
    constructor(dir, base, variable, onTrouble) {
        this.#base = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(dir, base);
        this.variable = variable;
        this.path = `${this.#base}.ndjson`;
        this.opened = `${OPEN} ${this.path}`;
        this.lost = `${LOST} ${this.#base}.json`;
        this.#onTrouble = onTrouble;
        this.#attempt(() => {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)(dir, { recursive: true, mode: 0o700 });
            this.#file = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(this.path, NEW_FILE, 0o600);
        });
    }
    /** One synchronous append, so that the line is there before the meter takes its next event. */
    append(line) {
        // After a failed write half a line may stand there: the next one must not be glued to it.
        const text = `${this.#isBroken ? '\n' : ''}${JSON.stringify(line)}\n`;
        this.#attempt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(this.#file ?? -1, text));
    }
    seal(text) {
        const path = `${this.#base}.json`;
        const isWritten = this.#attempt(() => {
            // The agent may have taken the folder away.
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), { recursive: true, mode: 0o700 });
            const file = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, NEW_FILE, 0o600);
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(file, text);
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(file);
        });
        return isWritten ? { path, value: `${checksum(text)} ${path}` } : undefined;
    }
    #attempt(write) {
        try {
            write();
            return true;
        }
        catch (error) {
            if (!this.#isBroken)
                this.#onTrouble(`${this.#base}: ${(0,_core_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .describeError */ .Uc)(error)}. Totals are kept in memory, and the outputs hold them.`);
            this.#isBroken = true;
            return false;
        }
    }
}
function openLedger({ jobDir, task }, key, onTrouble) {
    const base = `${(0,_core_gate_js__WEBPACK_IMPORTED_MODULE_10__/* .gateSlug */ .Zg)(task)}-${key.startMs}-${key.token.slice(-8)}`;
    return new FileLedger(jobDir, base, recordVariable(task), onTrouble);
}
/** @throws {AppError} `no-record`, or `bad-record` where what was handed in or left by another tool is none. */
function findRecord(sources) {
    const { usage, environment, task, hasEnded = false } = sources;
    const [sum, ...path] = (environment[recordVariable(task)] ?? '').split(' ');
    const isOpen = sum === OPEN && !hasEnded;
    if (usage !== undefined)
        return isOpen ? disputed(usage, path.join(' ')) : given(usage);
    const file = path.join(' ');
    if (isOpen)
        return findCut(file);
    if (sum === LOST)
        return lost(file, `The disk did not take the record ${file}.`);
    if (sum && sum !== OPEN && file !== '')
        return sealed(file, sum);
    return newest(sources);
}
/** True where `wrap` has told what its record must be. */
function hasSealedRecord({ task, environment }) {
    const [sum, path] = (environment[recordVariable(task)] ?? '').split(' ');
    return Boolean(sum && path) && sum !== OPEN && sum !== LOST;
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
function sealed(path, sum) {
    const text = readRegular(path);
    if (text === undefined)
        return lost(path, `The record ${path}, which \`wrap\` wrote, is not there any more.`);
    if (checksum(text) === sum)
        return whole(text, 'the record of `wrap`');
    const why = `The record ${path} is not the one that \`wrap\` wrote.`;
    return { ...lost(path, why), lost: { code: 'record-changed', why } };
}
/** Somebody has to look: with its record taken away, a run would otherwise be the one that nobody judges. */
function lost(path, why, isUnfinished = false) {
    const record = (0,_core_record_js__WEBPACK_IMPORTED_MODULE_7__/* .parseRecord */ .Hh)('{"complete":false}');
    return { record, origin: path, findings: [], isUnfinished, lost: { code: 'bad-record', why } };
}
/** No checksum came with a variable, so the record's own file proves nothing: the ledger is read call by call. */
function newest(sources) {
    const { jobDir, task } = sources;
    const prefix = `${(0,_core_gate_js__WEBPACK_IMPORTED_MODULE_10__/* .gateSlug */ .Zg)(task)}-`;
    const names = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(jobDir, { throwIfNoEntry: false })?.isDirectory() ? (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(jobDir) : [];
    const runs = names
        .filter((name) => name.startsWith(prefix) && /^\d+-\w+\.(?:nd)?json$/.test(name.slice(prefix.length)))
        .map((name) => name.replace(/\.\w+$/, ''));
    const run = runs.sort().at(-1);
    const last = run === undefined ? undefined : `${run}.ndjson`;
    if (last !== undefined && !names.includes(last))
        return lost((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(jobDir, last), `The ledger ${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(jobDir, last)} is not there any more, and its record alone proves nothing.`);
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(jobDir, last ?? '');
    const lines = last === undefined ? undefined : linesIn(readText(path));
    if (lines === undefined || isOfAnotherRun(lines[0], sources))
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .AppError */ .uV('no-record', `No usage of the task ${task} was found in ${jobDir}.`);
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
            ? (0,_core_ledger_js__WEBPACK_IMPORTED_MODULE_5__/* .readLedgerLine */ .eX)((0,_core_json_js__WEBPACK_IMPORTED_MODULE_11__/* .parseJson */ .q)(text.slice(from, end)))
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
        record: (0,_core_record_js__WEBPACK_IMPORTED_MODULE_7__/* .recordOf */ .zv)(facts, (0,_core_totals_js__WEBPACK_IMPORTED_MODULE_8__/* .totalsOf */ .v)(calls)),
        origin: path,
        findings: [
            ...(end ? [] : [unfinished(calls.length), ...unsettled(lines)]),
            ...(end && !isWhole ? [withHoles(path, calls.length, end.calls)] : []),
            ...(0,_core_patterns_index_js__WEBPACK_IMPORTED_MODULE_6__/* .findPatterns */ .t)(calls),
        ],
        isUnfinished: !isWhole,
    };
}
function unfinished(calls) {
    const message = `The meter was ended before it could close its record; ${(0,_core_count_of_js__WEBPACK_IMPORTED_MODULE_12__/* .countOf */ .p)(calls, 'settled call')} can be counted, calls in flight cannot.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_4__/* .finding */ .gk)('warning', 'run-unfinished', 'The run was cut short', message);
}
function withHoles(path, found, calls) {
    const message = `The ledger ${path} holds ${found} of the ${calls} calls of the run: the disk did not take the others, or somebody took them out.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_4__/* .finding */ .gk)('warning', 'run-unfinished', 'Calls are missing from the ledger', message);
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
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_4__/* .finding */ .gk)('warning', 'unsettled-calls', 'Calls were on their way', message, {
            advice: 'Look at the gateway for what they came to.',
        }),
    ];
}
function whole(text, origin) {
    return { record: (0,_core_record_js__WEBPACK_IMPORTED_MODULE_7__/* .parseRecord */ .Hh)(text), origin, findings: [], isUnfinished: false };
}
function readRegular(path) {
    return (0,_files_bounded_file_js__WEBPACK_IMPORTED_MODULE_9__/* .readBoundedText */ .H)(path, { maxBytes: MAX_BYTES })?.text;
}
function readText(path) {
    const text = readRegular(path);
    if (text !== undefined)
        return text;
    throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .AppError */ .uV('bad-record', `The usage record ${path} could not be read: there is no regular file of at most ${MAX_BYTES} bytes.`);
}
function recordVariable(task) {
    return `SPENDGATE_RECORD_${checksum(task).slice(0, 16).toUpperCase()}`;
}
function checksum(text) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(text).digest('hex');
}


/***/ })

};
