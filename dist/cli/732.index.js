export const id = 732;
export const ids = [732];
export const modules = {

/***/ 33732:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createTerminalSpawn: () => (/* binding */ createTerminalSpawn)
});

// UNUSED EXPORTS: createGuardedSpawn

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(78474);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./lib/core/deadline.js
var core_deadline = __webpack_require__(11923);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
;// CONCATENATED MODULE: ./lib/platform/guarded-output.js
/**
 * Relays what the agent prints, so that it cannot speak to the runner. The runner reads commands from stdout and
 * stderr: `::name \u2026::` at the start of a line (after blanks), and the old `##[name \u2026]` anywhere in one. Both are broken
 * up with a zero-width space. The last line is ended where its writer did not, and a line beyond a bound becomes several;
 * everything else passes unchanged.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */

const ZERO_WIDTH_SPACE = '\u200b';
/** Anything a runner might trim, not only what JavaScript calls blank. */
const COMMAND = /^([^\p{L}\p{N}\p{P}\p{S}]*):(?=:)/u;
const OLD_COMMAND = /##(?=\[)/g;
const HALF_CHARACTER = /[\ud800-\udbff]$/;
const LINE_END = /[\r\n]$/;
/** A longer line is passed on in parts, so that a program that never ends its line cannot fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;
class guarded_output_GuardedOutput extends external_node_stream_.Transform {
    #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    #maxLineLength;
    #line = '';
    /** @param maxLineLength in UTF-16 units, 2 or more */
    constructor(maxLineLength = MAX_LINE_LENGTH) {
        super();
        this.#maxLineLength = maxLineLength;
    }
    _transform(chunk, _encoding, done) {
        this.#take(this.#decoder.decode(chunk, { stream: true }));
        done();
    }
    _flush(done) {
        this.#take(this.#decoder.decode());
        // What we write next would be no command behind text of the agent.
        if (this.#line !== '')
            this.#emit(`${this.#line}\n`);
        done();
    }
    #take(text) {
        const parts = (this.#line + text).split(/(?<=[\r\n])/);
        const last = parts.at(-1) ?? '';
        this.#line = LINE_END.test(last) ? '' : last;
        for (const line of this.#line === '' ? parts : parts.slice(0, -1))
            this.#emit(line);
        while (this.#line.length > this.#maxLineLength)
            this.#cut();
    }
    /** Each part is a line of its own: what is judged apart must not come together again, not even with what we write. */
    #cut() {
        const part = this.#line.slice(0, this.#maxLineLength).replace(HALF_CHARACTER, '');
        this.#emit(`${part}\n`);
        this.#line = this.#line.slice(part.length);
    }
    #emit(line) {
        if (line === '')
            return;
        this.push(line.replace(COMMAND, `$1:${ZERO_WIDTH_SPACE}`).replace(OLD_COMMAND, `##${ZERO_WIDTH_SPACE}`));
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./lib/platform/stragglers.js
/**
 * Programs that left the agent's process group (daemons, `setsid`) and would outlive the run. They are found by a mark in
 * their environment, which every child inherits. A program that clears its environment is not found, and where there is no
 * `/proc` nobody is looked for.
 */


const VARIABLE = 'SPENDGATE_RUN';
function stragglers_createMark() {
    const id = (0,external_node_crypto_.randomUUID)();
    return {
        environment: { [VARIABLE]: id },
        endAll: () => {
            for (const pid of processIds())
                if (carries(pid, `${VARIABLE}=${id}`))
                    kill(pid);
        },
    };
}
function processIds() {
    if (!(0,external_node_fs_.existsSync)('/proc'))
        return [];
    return (0,external_node_fs_.readdirSync)('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number);
}
function carries(pid, mark) {
    try {
        return (0,external_node_fs_.readFileSync)(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
    }
    catch {
        // It has ended meanwhile, or belongs to somebody else.
        return false;
    }
}
function kill(pid) {
    try {
        process.kill(pid, 'SIGKILL');
    }
    catch {
        // It has ended meanwhile.
    }
}

;// CONCATENATED MODULE: ./lib/platform/child.js
/**
 * Starts the agent in a process group of its own and ends the whole group, SIGTERM before SIGKILL.
 * In a terminal it stays in the foreground group instead, since a program outside it cannot read the keyboard.
 */









const POLL_MS = 50;
const OUTPUT_GRACE_MS = 5000;
const KILLED_MS = 1000;
/** For a runner: no input, output relayed so that it cannot issue workflow commands. */
function createGuardedSpawn(output) {
    return async ({ command, args, cwd, environment }) => {
        checkFolder(cwd);
        const mark = createMark();
        const child = spawn(command, args, {
            cwd,
            env: { ...environment, ...mark.environment },
            detached: true,
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        await started(child, command);
        const relayed = Promise.all([relay(child.stdout, output.stdout), relay(child.stderr, output.stderr)]);
        return {
            exit: exitOf(child),
            end: async (graceMs) => {
                await endGroup(child, graceMs);
                mark.endAll();
                // A program that left the group may hold the pipes open for ever, so what is left gets a moment and no more.
                await Promise.race([relayed, sleep(OUTPUT_GRACE_MS)]);
            },
        };
    };
}
/** For a terminal: the child shares input and output with us. `stdout` may be sent elsewhere by descriptor. */
function createTerminalSpawn(options) {
    return async ({ command, args, cwd, environment }) => {
        const stdio = ['inherit', options.stdoutFd, 'inherit'];
        checkFolder(cwd);
        const mark = stragglers_createMark();
        const child = (0,external_node_child_process_.spawn)(command, args, {
            cwd,
            env: { ...environment, ...mark.environment },
            detached: !options.isInteractive,
            stdio: [...stdio],
        });
        await started(child, command);
        if (options.isInteractive)
            return { exit: exitOf(child), end: (graceMs) => endOne(child, graceMs) };
        return {
            exit: exitOf(child),
            end: async (graceMs) => {
                await endGroup(child, graceMs);
                mark.endAll();
            },
        };
    };
}
/** Starting a program in a folder that is not there fails as if the program were not. @throws {AppError} */
function checkFolder(cwd) {
    if (cwd === undefined || isFolder(cwd))
        return;
    throw new errors/* AppError */.uV('agent-not-started', `working-directory: ${(0,external_node_path_.resolve)(cwd)} is no folder.`, {
        hint: 'Give a folder that is there when the agent starts: `working-directory: packages/app`.',
    });
}
function isFolder(path) {
    try {
        return (0,external_node_fs_.statSync)(path).isDirectory();
    }
    catch {
        return false;
    }
}
async function started(child, command) {
    try {
        await (0,external_node_events_.once)(child, 'spawn');
    }
    catch (cause) {
        throw new errors/* AppError */.uV('agent-not-started', `${command} could not be started: ${(0,errors/* describeError */.Uc)(cause)}.`, {
            cause,
        });
    }
}
async function relay(from, to) {
    if (from === null)
        return;
    const guarded = from.pipe(new GuardedOutput());
    guarded.pipe(to, { end: false });
    // Whoever read our output may be gone: the agent must not stand still for that.
    to.once('error', () => guarded.resume());
    await once(guarded, 'end');
}
/** Not `close`: a program left in the background may hold the pipes open. */
async function exitOf(child) {
    await (0,external_node_events_.once)(child, 'exit');
    const { exitCode, signalCode } = child;
    return exitCode ?? 128 + (signalCode === null ? 0 : external_node_os_.constants.signals[signalCode]);
}
/** What outlives the leader belongs to the run as well, so the group is asked, not the child. */
async function endGroup({ pid }, graceMs) {
    if (pid === undefined)
        return;
    await end(-pid, graceMs);
}
async function endOne(child, graceMs) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
        return;
    await end(child.pid, graceMs);
}
async function end(target, graceMs) {
    if (!send(target, 'SIGTERM'))
        return;
    for (const deadline = Date.now() + graceMs; Date.now() < deadline; await (0,core_deadline/* sleep */.yy)(POLL_MS)) {
        if (!send(target, 0))
            return;
    }
    send(target, 'SIGKILL');
    // In a container a zombie that nobody collects still answers, so the wait has an end.
    for (const deadline = Date.now() + KILLED_MS; Date.now() < deadline && send(target, 0);)
        await (0,core_deadline/* sleep */.yy)(POLL_MS);
}
/** False when nobody is there any more. */
function send(target, signal) {
    try {
        return process.kill(target, signal);
    }
    catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ESRCH')
            return false;
        // EPERM: what is left runs as somebody else (a set-uid helper); there is nothing more to do.
        if (error instanceof Error && 'code' in error && error.code === 'EPERM')
            return false;
        throw error;
    }
}


/***/ })

};
