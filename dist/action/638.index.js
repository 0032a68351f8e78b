export const id = 638;
export const ids = [638];
export const modules = {

/***/ 1638:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openLedger: () => (/* binding */ openLedger)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3828);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6151);
/* harmony import */ var _run_mark_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(198);
/**
 * Writes the files of a run: `<task>-<start>-<token>.ndjson` is the ledger, the `.json` beside it the record. The agent runs
 * as the same user and could write to both, so the record is written from memory when the agent is gone.
 */





/** A file of ours, newly made: no link, pipe or file that somebody else put there. */
const NEW_FILE = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_WRONLY | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_CREAT | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_EXCL | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_APPEND | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW;
function openLedger({ jobDir, task }, key, onTrouble) {
    const base = `${(0,_core_gate_js__WEBPACK_IMPORTED_MODULE_4__/* .gateSlug */ .Zg)(task)}-${key.startMs}-${key.token.slice(-8)}`;
    return new FileLedger(jobDir, base, (0,_run_mark_js__WEBPACK_IMPORTED_MODULE_3__/* .recordVariable */ .eK)(task), onTrouble);
}
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
        this.#base = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(dir, base);
        this.variable = variable;
        this.path = `${this.#base}.ndjson`;
        this.opened = `${_run_mark_js__WEBPACK_IMPORTED_MODULE_3__/* .OPEN */ .vP} ${this.path}`;
        this.lost = `${_run_mark_js__WEBPACK_IMPORTED_MODULE_3__/* .LOST */ .Rj} ${this.#base}.json`;
        this.#onTrouble = onTrouble;
        this.#attempt(() => {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.mkdirSync)(dir, { recursive: true, mode: 0o700 });
            this.#file = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(this.path, NEW_FILE, 0o600);
        });
    }
    /** One synchronous append, so that the line is there before the meter takes its next event. */
    append(line) {
        // After a failed write half a line may stand there: the next one must not be glued to it.
        const text = `${this.#isBroken ? '\n' : ''}${JSON.stringify(line)}\n`;
        this.#attempt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(this.#file ?? -1, text));
    }
    seal(text) {
        const path = `${this.#base}.json`;
        const isWritten = this.#attempt(() => {
            // The agent may have taken the folder away.
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.mkdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(path), { recursive: true, mode: 0o700 });
            const file = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(path, NEW_FILE, 0o600);
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.writeFileSync)(file, text);
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(file);
        });
        return isWritten ? { path, value: `${(0,_run_mark_js__WEBPACK_IMPORTED_MODULE_3__/* .checksum */ .cM)(text)} ${path}` } : undefined;
    }
    #attempt(write) {
        try {
            write();
            return true;
        }
        catch (error) {
            if (!this.#isBroken)
                this.#onTrouble(`${this.#base}: ${(0,_core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .describeError */ .Uc)(error)}. Totals are kept in memory, and the outputs hold them.`);
            this.#isBroken = true;
            return false;
        }
    }
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
