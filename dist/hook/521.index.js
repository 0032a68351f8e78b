export const id = 521;
export const ids = [521];
export const modules = {

/***/ 5521:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  endCheck: () => (/* binding */ endCheck)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/core/gate.js
/**
 * The gate: a flag that makes the next run wait for a person. Append-only, and the state stands in the key,
 * so that reading it needs no download: `spendgate.v1.<gate>.<created-ms>.<run_id>-<attempt>[-u<until-ms>].<state>`.
 * A copy that was made so that the change is not evicted has `kept.<kept-ms>.` in front of `<created-ms>`: it is found
 * under a prefix of its own, so that it never stands in the way of a newer change. So is a first state, which no person
 * said: `first.` stands before its times.
 * Three answers, never two: open, closed, unknown.
 */
/** Nothing was ever said of this gate, as far as can be seen: the usual state of one that no run has closed. */
function isUntouched({ state, blind, sawAll = false }) {
    return state === 'unknown' && !blind && sawAll;
}
/** Only a run on the default branch may say that a gate is open; on a laptop there is nobody else. */
function isTrustedRun({ isActions, ref, defaultBranch, pullRequest }) {
    return !isActions || (pullRequest === undefined && ref === trustedRef(defaultBranch));
}
/** The ref whose runs may say that a gate is open; `main` where nobody says which branch is the default. */
function trustedRef(defaultBranch) {
    return `refs/heads/${defaultBranch ?? 'main'}`;
}
/** Nobody could look. */
function blindGate(evidence) {
    return { state: 'unknown', entry: undefined, blind: true, evidence, sources: [] };
}
/** The same reading with the name of the store that gave it. */
function readFrom(store, readAt, reading, unseen = [], issues = {}) {
    const { state, evidence } = reading;
    const source = { store, state, readAt: readAt.toISOString(), evidence, unseen, ...issues };
    return { ...reading, sources: [source] };
}
/** What the deciding entry means now; without one the gate is unknown, since a closed one may have been evicted. */
function gateReading(entry, now, blockForMs, evidence) {
    const isClosed = entry !== undefined && isStillClosed(entry, now, blockForMs);
    const state = entry === undefined ? 'unknown' : isClosed ? 'closed' : 'open';
    return { state, entry, blind: false, evidence, sources: [] };
}
/**
 * What all that was said comes to. A closing that holds is outranked by a later opening alone, never by a closing that is
 * over, nor by a first state. `deciding` is the last such closing, or what says that there is none; `lasting` is the
 * closing that ends last, which goes on when the deciding one is over.
 * @returns `undefined` when there is nothing
 */
function decideChanges(changes, now, blockForMs) {
    const newestFirst = changes.toSorted((a, b) => b.rank - a.rank);
    const opening = newestFirst.find(({ entry }) => isDecidedOpen(entry));
    const holding = newestFirst.filter(({ entry, rank }) => isStillClosed(entry, now, blockForMs) && (opening === undefined || rank >= opening.rank));
    const [closing] = holding;
    if (closing !== undefined) {
        const [lasting = closing] = holding.toSorted((a, b) => endMs(b.entry) - endMs(a.entry));
        return { deciding: closing, lasting };
    }
    const deciding = opening ?? newestFirst.find(({ entry }) => !entry.closed) ?? newestFirst[0];
    return deciding && { deciding, lasting: deciding };
}
/** An opening that somebody decided. */
function isDecidedOpen({ closed, isFirst }) {
    return !closed && isFirst !== true;
}
function endMs({ until }) {
    return until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
}
/** The later of two ends; `undefined`: when a person opens it. */
function laterEnd(one, other) {
    if (one === undefined || other === undefined)
        return undefined;
    return Date.parse(one) > Date.parse(other) ? one : other;
}
/** What people should know of a closing that was given a later end than it asked for. */
function outlastedBy(asked, given) {
    if (asked === given)
        return {};
    return { outlasted: `An earlier closing goes on until ${given ?? 'a person opens it'}.` };
}
const PREFIX = 'spendgate.v1.';
const COPY = 'kept.';
const FIRST = 'first.';
const MILLISECOND_DIGITS = 15;
const SLUG_LENGTH = 100;
/** Later is no date. */
const LATEST_MS = 8.64e15;
const KEY = /^spendgate\.v1\.([\w-]+)\.(first\.)?(?:kept\.(\d+)\.)?(\d+)\.(\w+)-(\d+)(?:-u(\d+))?\.(blocked|clear)$/;
/** Prefix that all keys of one gate share, and no other gate's keys do. */
function gateKeyPrefix(gate) {
    return `${PREFIX}${gateSlug(gate)}.`;
}
/** Prefix of changes alone: their padded time begins with a zero for some thousand years. */
function gateChangePrefix(gate) {
    return `${gateKeyPrefix(gate)}0`;
}
/** Prefix of copies alone. */
function gateCopyPrefix(gate) {
    return `${gateKeyPrefix(gate)}${COPY}`;
}
/** Prefix of first states and their copies. */
function gateFirstPrefix(gate) {
    return `${gateKeyPrefix(gate)}${FIRST}`;
}
/** @param keptAt for a copy: when it is made */
function renderGateKey(entry, keptAt) {
    const start = entry.isFirst ? gateFirstPrefix(entry.gate) : gateKeyPrefix(entry.gate);
    const prefix = keptAt === undefined ? start : `${start}${COPY}${padded(keptAt)}.`;
    const created = padded(new Date(entry.createdAt));
    const until = entry.until === undefined ? '' : `-u${Date.parse(entry.until)}`;
    const state = entry.closed ? 'blocked' : 'clear';
    return `${prefix}${created}.${entry.runId}-${entry.runAttempt}${until}.${state}`;
}
function padded(time) {
    return String(time.getTime()).padStart(MILLISECOND_DIGITS, '0');
}
/** `undefined` when the key is not one of ours. `gate` is the slug, which is what the key holds. */
function readGateKey(key) {
    const [, gate, first, kept, created, runId, attempt, until, state] = KEY.exec(key) ?? [];
    if (gate === undefined || runId === undefined)
        return undefined;
    const createdAt = timestamp(created);
    const closed = state === 'blocked';
    if (createdAt === undefined || (closed && first !== undefined))
        return undefined;
    return {
        gate,
        closed,
        ...(first === undefined ? {} : { isFirst: true }),
        createdAt,
        runId,
        runAttempt: Number(attempt),
        until: timestamp(until),
        keptAt: timestamp(kept),
    };
}
/** A closed gate whose time has passed is open. `blockForMs` is the reader's own bound, if it has one. */
function isStillClosed(entry, now, blockForMs) {
    if (!entry.closed)
        return false;
    const end = endOf(entry, blockForMs);
    return end === undefined || now.getTime() < Date.parse(end);
}
/** When a closed gate opens by itself, ISO 8601 UTC; `undefined`: when a person opens it. */
function endOf({ until, createdAt }, blockForMs) {
    if (blockForMs === undefined)
        return until;
    const ownMs = Math.min(Date.parse(createdAt) + blockForMs, LATEST_MS);
    return until !== undefined && Date.parse(until) < ownMs ? until : new Date(ownMs).toISOString();
}
/** Letters, digits, `-` and `_`; a name that had to be changed gets a checksum, so that two names never share a gate. */
function gateSlug(gate) {
    const slug = gate.replace(/[^\w-]+/g, '-').slice(0, SLUG_LENGTH);
    return slug === gate && slug !== '' ? slug : `${slug}-${checksum(gate)}`;
}
function timestamp(milliseconds) {
    const value = Number(milliseconds);
    return milliseconds === undefined || value > LATEST_MS ? undefined : new Date(value).toISOString();
}
/** FNV-1a, 32 bit: enough to tell gates of one repository apart. */
function checksum(text) {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text))
        hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0');
}

;// CONCATENATED MODULE: ./lib/config/check-config.js
/** The check of this job: its kind and name as they were told, and what tells it from every other check of that name. */


const DEFAULT_NAME = 'spendgate';
const DEFAULT_TASK = 'default';
const SUM_LENGTH = 12;
/** @param environment whose tracking id the runner makes anew for each job; in a container there is none */
function readCheck(settings, context, environment) {
    return {
        kind: settings.value('check') ?? 'none',
        name: settings.value('check-name') ?? DEFAULT_NAME,
        ...identify({ ...context, task: settings.task }, environment),
    };
}
/** The same for the hook of a step: out of what GitHub and the workflow give to it, and no file. */
function readHookCheck(environment) {
    const given = (name) => environment[name]?.trim() || undefined;
    const [repository, runId = ''] = [given('GITHUB_REPOSITORY'), given('GITHUB_RUN_ID')];
    const kind = given('INPUT_CHECK');
    const job = {
        runId,
        runAttempt: Number(given('GITHUB_RUN_ATTEMPT') ?? 1),
        job: given('GITHUB_JOB'),
        task: given('INPUT_TASK') ?? DEFAULT_TASK,
        runUrl: `${given('GITHUB_SERVER_URL') ?? 'https://github.com'}/${repository}/actions/runs/${runId}`,
    };
    return {
        kind: kind === 'run' || kind === 'status' ? kind : 'none',
        name: given('INPUT_CHECK-NAME') ?? DEFAULT_NAME,
        ...identify(job, environment),
    };
}
function identify({ runId, runAttempt, job = '', task, runUrl }, environment) {
    const parts = [job, task, environment['RUNNER_TRACKING_ID'] ?? ''];
    const sum = (0,external_node_crypto_.createHash)('sha256').update(parts.join('\n')).digest('hex').slice(0, SUM_LENGTH);
    return {
        externalId: `${runId}-${runAttempt}-${gateSlug(task)}-${sum}`,
        progressVariable: `SPENDGATE_PROGRESS_${sum.toUpperCase()}`,
        runUrl: runUrl === undefined || runAttempt === 1 ? runUrl : `${runUrl}/attempts/${runAttempt}`,
    };
}

;// CONCATENATED MODULE: ./lib/core/json.js
/** The value of a JSON text; `undefined` when it is none. */
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch (error) {
        if (error instanceof SyntaxError)
            return undefined;
        throw error;
    }
}
/** What a runner that reads along obeys, and what a terminal does: `JSON.stringify` leaves it as it is. */
const OBEYED = /##(?=\[)|[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;
/** JSON for people and programs alike: the same values, with such characters written as their numbers. */
function shownJson(value, indent) {
    return JSON.stringify(value, undefined, indent).replace(OBEYED, (found) => {
        const number = `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
        return `${number}${found.slice(1)}`;
    });
}

;// CONCATENATED MODULE: ./lib/core/check.js
/**
 * The check that a branch rule can require: opened before the agent starts, completed by `post`, and failed where nobody
 * completed it. What finds it again is its commit, its name and its external id, never what a step told another one.
 */

/** A branch rule takes `success` and `neutral` of a check run for passed, and of a status `success` alone. */
const OUTCOMES = {
    passed: { run: 'success', status: 'success' },
    told: { run: 'neutral', status: 'success' },
    failed: { run: 'failure', status: 'failure' },
    waits: { run: 'action_required', status: 'failure' },
    unknown: { run: 'action_required', status: 'error' },
    unproven: { run: 'action_required', status: 'pending' },
};
/** What a person has to do something about before a run may start; else it is the budget that has to change. */
const WAITS_FOR_A_PERSON = /^(?:gate-closed|gate-unknown|reruns-exhausted)$/;
/** `undefined` where the report is not the last word on a run. */
function concludeCheck(report, rules) {
    if (report.mode === 'pre')
        return concludeDenial(report);
    if (report.mode !== 'post')
        return undefined;
    const ending = concludeEnding(report, rules);
    if (ending !== undefined)
        return ending;
    const verdict = report.run?.verdict ?? 'unknown';
    if (rules.isUnproven)
        return verdict === 'outside' ? OUTCOMES.failed : OUTCOMES.unproven;
    if (verdict === 'outside')
        return rules.isAdvisory ? OUTCOMES.told : OUTCOMES.failed;
    if (verdict === 'within')
        return OUTCOMES.passed;
    return rules.isAdvisory || rules.expectsNothing ? OUTCOMES.told : OUTCOMES.unknown;
}
/** Small figures of a run that died are no sign of anything; that too much of something fails nothing does not excuse it. */
function concludeEnding({ run }, rules) {
    if (run?.ending === undefined)
        return undefined;
    if (rules.isObserved)
        return OUTCOMES.told;
    return run.ending === 'unseen' && rules.isAdvisory ? OUTCOMES.told : OUTCOMES.failed;
}
/** A run that may start has its check open until `post`. */
function concludeDenial({ status, findings }) {
    if (status !== 'bad')
        return undefined;
    const denying = findings.find(({ level }) => level === 'error');
    return denying !== undefined && WAITS_FOR_A_PERSON.test(denying.id) ? OUTCOMES.waits : OUTCOMES.failed;
}
/** The one of this job: in progress before completed, which a later word of the same job corrects. */
function ownCheck(checks, { externalId }) {
    const own = checks.filter((check) => check.externalId === externalId);
    return own.find(({ isCompleted }) => !isCompleted) ?? own[0];
}
/** Where a status leads: to the page of its run, with a mark behind it that tells the jobs of the run apart. */
function statusUrl({ runUrl, externalId }) {
    return runUrl === undefined ? undefined : `${runUrl}#${externalId}`;
}
/** The last word of this job. @param statuses the newest first */
function ownStatus(statuses, target) {
    const url = statusUrl(target);
    return statuses.find(({ context, targetUrl }) => context === target.name && targetUrl === url);
}
/** True when a job of this run has failed under this name. One status stands for all of them, so it has to stay failed. */
function hasFailed(statuses, { name, runUrl }) {
    return statuses.some(({ context, state, targetUrl }) => context === name &&
        (state === 'failure' || state === 'error') &&
        runUrl !== undefined &&
        targetUrl?.split('#')[0] === runUrl);
}
/** How the words of an open check begin where nothing is to fail it. */
const OBSERVED = 'Only observed: nothing fails';
/**
 * What a check says while it is open. Under `observe` it says that, and the hook at the end of the job goes by it: nobody
 * changes what stands there who may not write checks. What the step left for its hook, the agent may have got at.
 */
function openingWords(isObserved) {
    return isObserved
        ? { title: OBSERVED, summary: `${OBSERVED}, whatever the run uses. \`post\` completes this check.` }
        : {
            title: 'In progress',
            summary: 'The run may use what its budget allows; `post` completes this check.',
        };
}
/** @param words title of a check run, or description of a commit status */
function saysObserved(words) {
    return words.startsWith(OBSERVED);
}
/** How far a job came, as its steps say it one after the other. */
const PROGRESS = {
    'pre began': '`pre` did not end: it failed, was killed, or the job was cancelled.',
    'pre ended': '`pre` let the run start, and no `post` step judged it.',
    'wrap began': '`wrap` was killed or cancelled, or could not start; no `post` step judged the run.',
    'wrap ended': 'No `post` step judged the run after `wrap`.',
    'post began': '`post` did not end: it failed, was killed, or the job was cancelled.',
    'post ended': '`post` ended, and could not complete this check.',
};
const UNKNOWN_PROGRESS = 'No `post` step judged the run.';
/** Why the check is failed, for people. @param progress from the job's environment, so it decides nothing */
function unfinishedBecause(progress) {
    const known = Object.entries(PROGRESS).find(([name]) => name === progress);
    return `spendgate did not finish: ${known?.[1] ?? UNKNOWN_PROGRESS}`;
}
const SHA = /^[0-9a-f]{40}$/;
function renderCheckState({ id, sha }) {
    return JSON.stringify({ id, sha });
}
/** `undefined` when the text is none. */
function readCheckState(text) {
    const value = parseJson(text);
    if (typeof value !== 'object' || value === null || !('id' in value) || !('sha' in value))
        return undefined;
    const { id, sha } = value;
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || typeof sha !== 'string')
        return undefined;
    return SHA.test(sha) ? { id, sha } : undefined;
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/errors.js + 3 modules
var errors = __webpack_require__(8585);
;// CONCATENATED MODULE: ./lib/core/errors.js
/**
 * The catalogue of everything that can go wrong on purpose: one code, one kind, one exit code, one hint.
 * Anything that is not an `AppError` is a bug, and only bugs print a stack.
 */

/** Exit codes of the CLI; the action fails the step on any of them but 0. */
const EXIT_CODES = {
    internal: 1,
    usage: 2,
    budget: 3,
    upstream: 4,
    state: 5,
};
const CATALOGUE = {
    'bad-input': { kind: 'usage', hint: 'Correct the inputs named above; each line shows a right example.' },
    'bad-quantity': {
        kind: 'usage',
        hint: 'Write a number and a unit, such as `10000`, `200k tokens`, `5 USD`.',
    },
    'bad-range': { kind: 'usage', hint: 'Write a range such as `5000..50000`, `..10k` or `1k..`.' },
    'bad-duration': { kind: 'usage', hint: 'Write a duration such as `90s`, `20m`, `2h`, `7d`.' },
    'bad-value': { kind: 'usage', hint: 'See the example beside the input in the README.' },
    'units-not-comparable': {
        kind: 'usage',
        hint: 'Give `min-remaining` in the unit the gateway reports, or say in the policy file what one unit is worth: `rates: { CNY: 0.14 USD }`.',
    },
    'no-record': {
        kind: 'usage',
        hint: 'Where an earlier step of this job failed, `wrap` did not run: look at that one. Else run `mode: wrap` earlier in the same job, or give `input-tokens`, `output-tokens` or `usage`.',
    },
    'bad-record': {
        kind: 'usage',
        hint: 'Give the JSON that `wrap` puts into its output `usage`, or a path to it.',
    },
    'record-changed': {
        kind: 'state',
        hint: 'Something in this job wrote to the record after `wrap` had ended. Trust the outputs of the `wrap` step.',
    },
    'contract-refuted': {
        kind: 'upstream',
        hint: 'The contract report says what the gateway does instead, and what to set on `wrap`.',
    },
    denied: { kind: 'budget', hint: 'The summary says which figure, which limit, and what to do next.' },
    'upstream-failed': {
        kind: 'upstream',
        hint: 'Look at the gateway, and whether `gateway` names the right one.',
    },
    'not-readable': {
        kind: 'upstream',
        hint: 'Give `gateway.budgets` in the policy file: then the budget is what stands there, minus what spendgate metered.',
    },
    'wire-format': { kind: 'upstream', hint: 'The gateway answered in a shape this version does not know.' },
    'store-failed': { kind: 'state', hint: 'Nothing was lost from this run; see what the store answered.' },
    'permission-missing': {
        kind: 'state',
        hint: 'Add the permission to the job, beside what stands there.',
    },
    'github-failed': {
        kind: 'state',
        hint: 'Look at https://www.githubstatus.com, and whether the token may see this.',
    },
    'agent-not-started': {
        kind: 'usage',
        hint: 'Check that the command exists on this machine: `run: claude -p "\u2026"`.',
    },
    'guard-not-armed': {
        kind: 'internal',
        hint: 'The agent was not started. Please report this with the version and the runner it happened on.',
    },
    'meter-not-started': {
        kind: 'internal',
        hint: 'No later step was pointed at it. Please report this with the version and the runner it happened on.',
    },
    internal: { kind: 'internal', hint: 'This is a bug in spendgate. Please report it with the stack.' },
};
/** An error somebody can act on. `message` says what was wrong, `hint` what to write or do instead. */
class AppError extends Error {
    code;
    kind;
    hint;
    /** True when a report has told it already, so that the entrypoint need not say it again. */
    isReported;
    constructor(code, message, options = {}) {
        super(message, options.cause === undefined ? undefined : { cause: options.cause });
        this.name = 'AppError';
        this.code = code;
        this.kind = CATALOGUE[code].kind;
        this.hint = options.hint ?? CATALOGUE[code].hint;
        this.isReported = options.isReported ?? false;
    }
    get exitCode() {
        return EXIT_CODES[this.kind];
    }
}
function renderFault({ where, message, example }) {
    return `${where}: ${message} Example: ${example}`;
}
/** Inputs first, then each file from its top to its end. */
function inOrder(faults) {
    const places = faults.map((fault) => {
        const [, file, line] = /^(.*):(\d+)$/.exec(fault.where) ?? [];
        return { fault, file, line: Number(line ?? 0) };
    });
    const files = [undefined, ...new Set(places.flatMap(({ file }) => (file === undefined ? [] : [file])))];
    return places
        .sort((one, other) => files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line)
        .map(({ fault }) => fault);
}
/** All faults of one run at once, so that nobody mends a workflow one push at a time. */
class InputFaults extends AppError {
    faults;
    constructor(faults) {
        const sorted = inOrder(faults);
        const lines = sorted.map(renderFault);
        const heading = faults.length === 1 ? 'One input is wrong.' : `${faults.length} inputs are wrong.`;
        super('bad-input', [heading, ...lines].join('\n'));
        this.faults = sorted;
    }
}
/** A payload that must carry something carries it in an unknown shape. `from` is a dialect or gateway id. */
class WireFormatError extends AppError {
    constructor(from, cause) {
        super('wire-format', `${from}: unexpected shape (${describeError(cause)})`, { cause });
    }
}
/** The message of whatever was thrown, on one line, without a stack. */
function describeError(error) {
    if (error instanceof AggregateError && error.message === '')
        return error.errors.map(describeError).join('; ');
    if (error instanceof errors/* ZodError */.G)
        return error.issues.map(({ path, message }) => `${path.join('.') || 'the value'}: ${message}`).join('; ');
    const text = error instanceof Error ? error.message || error.name : String(error);
    return text.replace(/\s+/g, ' ').trim();
}

;// CONCATENATED MODULE: ./lib/core/text.js
/** Words that came from elsewhere, made fit for people and for a log. */
/** What a person cannot see, or what turns the letters around it; JavaScript\u2019s `\s` does not know U+0085. */
const BLANKS = /[\s\u0085]+/gu;
const UNSEEN = /[[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\u200c\u200d\ufe0e\ufe0f]]+/gv;
/** Short names, ids and the like: nothing in them can hide. */
const PLAIN = /^[!-~]{1,200}$/;
/** Joiners and variation selectors belong to letters and emoji; behind plain ASCII they only hide something. */
const STRAY_JOINERS = /(?<=^|\p{ASCII})(?:\u200c|\u200d|\ufe0e|\ufe0f)+/gu;
const REPLACEMENT = '\ufffd';
/** Nobody reads more of one text, and no pattern has to. */
const MAX_READ = 20_000;
/**
 * One line in which everything can be seen: blanks of any kind are one space, and what hides (controls, direction marks,
 * zero-width characters, half a surrogate pair) is shown as `\ufffd`.
 */
function visibleLine(text) {
    if (PLAIN.test(text))
        return text;
    const line = text.slice(0, MAX_READ).toWellFormed().replace(BLANKS, ' ').trim();
    return line
        .replace(UNSEEN, REPLACEMENT)
        .replace(STRAY_JOINERS, REPLACEMENT)
        .replace(/\ufffd{2,}/g, REPLACEMENT);
}
/** The same for a text of several lines, whose ends are kept as `\n`. */
function visibleText(text) {
    return text
        .slice(0, MAX_READ)
        .split(/\r\n|[\n\r]/)
        .map(visibleLine)
        .join('\n')
        .trim();
}
/** For lines of our own that quote foreign words: as they are, but for what hides or moves the cursor. */
function withoutControls(text) {
    return text.toWellFormed().replace(/[^\P{Cc}\t\n\r]+|\p{Bidi_Control}+/gu, REPLACEMENT);
}
/** At most `length` UTF-16 units, cut at a character's boundary and marked with `\u2026`. */
function cut(text, length) {
    return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}\u2026`;
}
/** One line in which everything can be seen, so that nothing in it begins a line of its own or turns its letters around. */
function oneLine(text, length) {
    return cut(visibleLine(text), length);
}
/** A runner obeys lines of a log that begin with `::`, behind any blanks it knows, and `##[` anywhere in one. */
function withoutCommands(text) {
    return text.replace(/(^|[\r\n])([\s\u0085]*)::/g, '$1$2: :').replaceAll('##[', '## [');
}

;// CONCATENATED MODULE: ./lib/modes/unfinished-check.js
/** The end of a job: a check that one of its steps opened, and that nobody completed, is failed. */

/** What was done, for the log; `undefined` when the check has had its last word. */
async function failUnfinished(github, target, { id, progress }) {
    const { kind, name, sha } = target;
    const because = unfinishedBecause(progress);
    if (kind === 'status') {
        const statuses = await github.listStatuses(sha);
        const own = ownStatus(statuses, target);
        if (own?.id !== id || own.state !== 'pending')
            return undefined;
        const state = saysObserved(own.description) && !hasFailed(statuses, target) ? 'success' : 'error';
        const description = because.replaceAll('`', '');
        await github.createStatus(sha, { context: name, state, description, targetUrl: statusUrl(target) });
        return because;
    }
    const own = ownCheck(await github.listCheckRuns(sha, name), target);
    if (own?.id !== id || own.isCompleted)
        return undefined;
    // Under `observe` nothing fails.
    const conclusion = saysObserved(own.title) ? 'neutral' : 'failure';
    const output = { title: 'spendgate did not finish', summary: because, text: undefined };
    await github.completeCheckRun(id, conclusion, output, []);
    return because;
}

;// CONCATENATED MODULE: ./lib/platform/github/pages.js
/** Lists that come page by page. */
const PER_PAGE = 100;
/** More than that is not read, where nobody says otherwise: a step has better to do. */
const MAX_PAGES = 5;
/**
 * @param read one page, counted from 1, of at most `PER_PAGE`
 * `isWhole` is false where there are more than were read.
 */
async function readPages(read, maxPages = MAX_PAGES) {
    const items = [];
    for (let page = 1; page <= maxPages; page += 1) {
        const found = await read(page);
        items.push(...found);
        if (found.length < PER_PAGE)
            return { items, isWhole: true };
    }
    return { items, isWhole: false };
}

;// CONCATENATED MODULE: ./lib/platform/github/caches.js

function cacheApi({ send }) {
    return {
        listCaches: async (keyPrefix, ref) => {
            const { items, isWhole } = await readPages(async (page) => {
                const { data } = await send('actions: read', ({ rest }, options) => rest.actions.getActionsCacheList({
                    ...options,
                    key: keyPrefix,
                    ...(ref === undefined ? {} : { ref }),
                    sort: 'created_at',
                    direction: 'desc',
                    per_page: PER_PAGE,
                    page,
                }));
                return data.actions_caches;
            });
            const caches = items.map(({ key = '', ref: of = '', created_at: createdAt = '' }) => ({
                key,
                ref: of,
                createdAt,
            }));
            return { caches, isWhole };
        },
    };
}

;// CONCATENATED MODULE: ./lib/platform/github/checks.js
const WRITE_CHECKS = 'checks: write';
const WRITE_STATUSES = 'statuses: write';
const ANNOTATIONS_A_REQUEST = 50;
const STATES = ['pending', 'success', 'failure', 'error'];
function checkApi(client) {
    return { ...checkRuns(client), ...commitStatuses(client) };
}
function checkRuns(client) {
    const { send, create } = client;
    return {
        listCheckRuns: async (sha, name) => {
            // Of two that share a name `latest` would hide one.
            const { data } = await send(WRITE_CHECKS, ({ rest }, options) => rest.checks.listForRef({ ...options, ref: sha, check_name: name, filter: 'all', per_page: 100 }));
            return data.check_runs.map(toCheckRun).toSorted((a, b) => b.id - a.id);
        },
        createCheckRun: async ({ name, sha, externalId, detailsUrl, output }) => {
            const { data } = await create(WRITE_CHECKS, ({ rest }, options) => rest.checks.create({
                ...options,
                name,
                head_sha: sha,
                external_id: externalId,
                status: 'in_progress',
                ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
                output: wireOutput(output),
            }));
            return toCheckRun(data);
        },
        completeCheckRun: async (id, conclusion, output, annotations) => {
            await send(WRITE_CHECKS, ({ rest }, options) => rest.checks.update({
                ...options,
                check_run_id: id,
                status: 'completed',
                conclusion,
                output: wireOutput(output),
            }));
            await annotate(client, id, output, annotations);
        },
    };
}
async function annotate({ create }, id, { title, summary }, annotations) {
    for (let from = 0; from < annotations.length; from += ANNOTATIONS_A_REQUEST) {
        const part = annotations.slice(from, from + ANNOTATIONS_A_REQUEST).map(wireAnnotation);
        await create(WRITE_CHECKS, ({ rest }, options) => rest.checks.update({
            ...options,
            check_run_id: id,
            output: { title, summary, annotations: part },
        }));
    }
}
function wireOutput({ title, summary, text }) {
    return { title, summary, ...(text === undefined ? {} : { text }) };
}
function wireAnnotation({ path, line, level, title, message }) {
    return { path, start_line: line, end_line: line, annotation_level: level, title, message };
}
function toCheckRun({ id, external_id: externalId, status, output }) {
    return {
        id,
        externalId: externalId ?? '',
        title: output.title ?? '',
        isCompleted: status === 'completed',
    };
}
function commitStatuses({ send, create }) {
    return {
        listStatuses: async (sha) => {
            const { data } = await send(WRITE_STATUSES, ({ rest }, options) => rest.repos.listCommitStatusesForRef({ ...options, ref: sha, per_page: 100 }));
            return data.flatMap(toStatus);
        },
        createStatus: async (sha, { context, state, description, targetUrl }) => {
            const { data } = await create(WRITE_STATUSES, ({ rest }, options) => rest.repos.createCommitStatus({
                ...options,
                sha,
                context,
                state,
                description,
                ...(targetUrl === undefined ? {} : { target_url: targetUrl }),
            }));
            return { id: data.id, context, state, description, targetUrl };
        },
    };
}
/** One of a state that we do not know is not ours. */
function toStatus({ id, context, state, description, target_url: targetUrl }) {
    const known = STATES.find((candidate) => candidate === state);
    if (known === undefined)
        return [];
    return [{ id, context, state: known, description: description ?? '', targetUrl: targetUrl ?? undefined }];
}

// EXTERNAL MODULE: ./node_modules/p-retry/index.js + 1 modules
var p_retry = __webpack_require__(4995);
;// CONCATENATED MODULE: ./lib/core/permissions.js
/** What each permission of a token is for, in the words of a notice, and the YAML that gives it. */
/** What is not done without it, as the end of a sentence. */
const LOSSES = {
    'actions: read': 'what other branches and earlier runs left was not listed',
    'checks: write': 'the check run does not follow this run',
    'contents: read': 'files of the repository were not read',
    'issues: read': 'issues were not read',
    'issues: write': 'nothing was written on the issue',
    'pull-requests: read': 'the pull request was not read',
    'pull-requests: write': 'nothing was written on the pull request',
    'statuses: write': 'the commit status does not follow this run',
};
function lossWithout(permission) {
    return LOSSES[permission] ?? 'part of the work was left out';
}
function permissionHint(permission) {
    return `Add to the job: \`permissions: { ${permission} }\`, beside what stands there; a run of a fork or of Dependabot has read rights whatever is asked for.`;
}

;// CONCATENATED MODULE: ./lib/platform/github/client.js



const REQUEST_TIMEOUT_MS = 15_000;
const RETRIES = 2;
const FIRST_PAUSE_MS = 500;
/** A longer wait that GitHub asks for is not waited for: the step has something to say now. */
const MAX_PAUSE_MS = 10_000;
/** GraphQL refuses with 200 and words. */
const GRAPHQL_STATUS = 200;
const NO_CONTENT = 204;
/** Something on the way answered, for people. */
const PAGE = 'The answer is a page of HTML, not GitHub\u2019s.';
const CUT = 'The answer of GitHub is empty or was cut.';
const TRANSIENT = new Set([500, 502, 503, 504]);
function createClient({ token, repository, apiUrl, onMissing }) {
    const [owner = '', repo = ''] = repository.split('/');
    const load = once(async () => {
        const { getOctokit } = await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413));
        const octokit = getOctokit(token, { baseUrl: apiUrl });
        // `paginate` drops the signal that it is given, and a page without one could hang for minutes.
        octokit.hook.before('request', (options) => {
            options.request = { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...options.request };
        });
        octokit.hook.after('request', ({ headers, status, data }) => {
            if (headers['content-type']?.includes('text/html'))
                throw new NoAnswer(PAGE);
            if (status !== NO_CONTENT && !isData(data))
                throw new NoAnswer(CUT);
        });
        return octokit;
    });
    const run = (isRepeatable) => async (needs, request) => {
        const octokit = await load();
        const attempt = () => request(octokit, { owner, repo, request: { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) } });
        try {
            return await (0,p_retry/* default */.Ay)(attempt, {
                retries: RETRIES,
                minTimeout: FIRST_PAUSE_MS,
                maxTimeout: MAX_PAUSE_MS,
                shouldRetry: ({ error }) => mayRetry(error, isRepeatable),
                onFailedAttempt: ({ error }) => pause(askedPauseMs(error)),
            });
        }
        catch (error) {
            if (isMissingPermission(error))
                onMissing?.(needs);
            throw explain(error, needs);
        }
    };
    return { send: run(true), create: run(false) };
}
/** Octokit would hand it on as data: a list of which nothing came would be one with nothing in it. */
class NoAnswer extends Error {
    status = 502;
}
/** A text is what octokit makes of JSON that ends too soon, or of none at all. */
function isData(data) {
    return typeof data === 'object' && data !== null && !(data instanceof ArrayBuffer);
}
function refusalOf(error) {
    if (error instanceof Error && error.name === 'GraphqlResponseError')
        return { status: GRAPHQL_STATUS, message: error.message, headers: {} };
    if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number')
        return undefined;
    const response = 'response' in error ? error.response : undefined;
    const headers = typeof response === 'object' && response !== null && 'headers' in response ? response.headers : undefined;
    const isRecord = typeof headers === 'object' && headers !== null;
    return { status: error.status, message: error.message, headers: isRecord ? { ...headers } : {} };
}
function mayRetry(error, isRepeatable) {
    // Who did not answer in all that time is not waited for again.
    if (isTimeout(error))
        return false;
    const refusal = refusalOf(error);
    if (refusal === undefined)
        return isRepeatable;
    if (isRateLimit(refusal))
        return (askedPauseMs(error) ?? 0) <= MAX_PAUSE_MS;
    return isRepeatable && TRANSIENT.has(refusal.status) && (askedPauseMs(error) ?? 0) <= MAX_PAUSE_MS;
}
/** Octokit makes a status 500 of what never had an answer, and keeps what happened as the cause. */
function isTimeout(error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return typeof cause === 'object' && cause !== null && 'name' in cause && cause.name === 'TimeoutError';
}
/** GitHub answers 403 as well as 429 to too many requests. */
function isRateLimit({ status, message, headers }) {
    if (status === 429)
        return true;
    return status === 403 && (/rate limit/i.test(message) || headers['retry-after'] !== undefined);
}
/** Milliseconds that GitHub asks to wait; `undefined` when it asks for nothing. */
function askedPauseMs(error) {
    const headers = refusalOf(error)?.headers;
    const seconds = Number(headers?.['retry-after']);
    if (headers?.['retry-after'] !== undefined && Number.isFinite(seconds))
        return seconds * 1000;
    if (String(headers?.['x-ratelimit-remaining']) !== '0')
        return undefined;
    const resetMs = Number(headers?.['x-ratelimit-reset']) * 1000 - Date.now();
    return Number.isFinite(resetMs) ? Math.max(0, resetMs) : undefined;
}
async function pause(milliseconds) {
    if (milliseconds === undefined || milliseconds > MAX_PAUSE_MS)
        return;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
function isMissingPermission(error) {
    const { status, message = '' } = refusalOf(error) ?? {};
    return (status === 403 || status === GRAPHQL_STATUS) && /not accessible by/i.test(message);
}
/** A permission that is missing is the one error that a line of YAML mends. */
function explain(error, needs) {
    if (isTimeout(error))
        throw new AppError('github-failed', `GitHub did not answer within ${REQUEST_TIMEOUT_MS / 1000} s.`, {
            cause: error,
        });
    const refusal = refusalOf(error);
    if (refusal === undefined)
        return error;
    if (isMissingPermission(error))
        throw new AppError('permission-missing', `GitHub refused: the token has no \`${needs}\`.`, {
            hint: permissionHint(needs),
            cause: error,
        });
    // What a token may not see in a private repository does not exist for it.
    if (refusal.status === 404)
        throw new AppError('github-failed', `GitHub answered 404: not there, or the token has no \`${needs}\`.`, {
            hint: permissionHint(needs),
            cause: error,
        });
    return error;
}
function once(create) {
    let created;
    return () => {
        created ??= create();
        return created;
    };
}

;// CONCATENATED MODULE: ./lib/platform/github/comments.js
/** Comments of issues and pull requests. */


/** The oldest come first, so the one to be updated may stand on any of them. */
const comments_MAX_PAGES = 10;
/** REST has no word for it. @see https://docs.github.com/graphql/reference/mutations#minimizecomment */
const MINIMIZE = 'mutation($nodeId: ID!) { minimizeComment(input: { subjectId: $nodeId, classifier: OUTDATED }) { clientMutationId } }';
/** @param on what the permission is asked for: an issue's comments and a pull request's are one API with two of them */
function commentApi({ send, create }, on = 'pull-requests') {
    const write = `${on}: write`;
    return {
        listComments: async (issue) => {
            const { items, isWhole } = await readPages(async (page) => {
                const { data } = await send(`${on}: read`, ({ rest }, options) => rest.issues.listComments({ ...options, issue_number: issue, per_page: PER_PAGE, page }));
                return data;
            }, comments_MAX_PAGES);
            if (isWhole)
                return items.map(toComment);
            const read = items.length.toLocaleString('en-US');
            const why = 'Whether one of the others is ours cannot be known, so nothing was written.';
            throw new AppError('github-failed', `#${issue} has ${read} comments or more, and no more are read. ${why}`, {
                hint: '`comment: never` spares the look.',
            });
        },
        createComment: async (issue, body) => {
            const { data } = await create(write, ({ rest }, options) => rest.issues.createComment({ ...options, issue_number: issue, body }));
            return toComment(data);
        },
        updateComment: async (id, body) => {
            const { data } = await send(write, ({ rest }, options) => rest.issues.updateComment({ ...options, comment_id: id, body }));
            return toComment(data);
        },
        deleteComment: async (id) => {
            await send(write, async ({ rest }, options) => {
                try {
                    await rest.issues.deleteComment({ ...options, comment_id: id });
                }
                catch (error) {
                    if (!isGone(error))
                        throw error;
                }
            });
        },
        minimizeComment: async (nodeId) => {
            await send(write, (octokit, { request }) => octokit.graphql(MINIMIZE, { nodeId, request }));
        },
    };
}
/** Another job, or a person, was quicker. */
function isGone(error) {
    return error instanceof Error && 'status' in error && (error.status === 404 || error.status === 410);
}
function toComment({ id, node_id: nodeId, body, user, html_url: url }) {
    return { id, nodeId, body: body ?? '', author: user?.login ?? '', url };
}

;// CONCATENATED MODULE: ./lib/platform/github/contents.js
/**
 * Files of a repository. GitHub puts no content of more than 1 MiB into such an answer, so an answer is never large.
 * @see https://docs.github.com/rest/repos/contents#get-repository-content
 */

const MAX_FILE_BYTES = 256 * 1024;
function contentApi({ send }) {
    return {
        readFile: async (repository, path, sha) => {
            const [owner = '', repo = ''] = repository.split('/');
            const { data } = await send('contents: read', ({ rest }, { request }) => rest.repos.getContent({ owner, repo, path, ref: sha, request }));
            if (Array.isArray(data) || data.type !== 'file' || !('content' in data))
                throw failed('This is no file.');
            if (data.size > MAX_FILE_BYTES)
                throw failed(`It has ${data.size} bytes; ${MAX_FILE_BYTES / 1024} KiB are read at most.`);
            return textOf(Buffer.from(data.content, 'base64'));
        },
    };
}
function textOf(bytes) {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    }
    catch (cause) {
        throw failed('It is no text in UTF-8.', cause);
    }
}
function failed(message, cause) {
    return new AppError('github-failed', message, { cause });
}

;// CONCATENATED MODULE: ./lib/platform/github/issues.js

const NEEDS = { read: 'issues: read', write: 'issues: write' };
const CHANGES = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { issue(number: $number) {
    timelineItems(last: 10, itemTypes: [CLOSED_EVENT, REOPENED_EVENT]) { nodes {
      __typename
      ... on ClosedEvent { createdAt actor { __typename login } closer { __typename } }
      ... on ReopenedEvent { createdAt actor { __typename login } }
    } }
  } }
}`;
function issueApi({ send, create }) {
    return {
        listIssues: async (label, state, access = 'read') => {
            const { items, isWhole } = await readPages(async (page) => {
                const { data } = await send(NEEDS[access], ({ rest }, options) => rest.issues.listForRepo({
                    ...options,
                    labels: label,
                    state,
                    sort: 'updated',
                    direction: 'desc',
                    per_page: PER_PAGE,
                    page,
                }));
                return data;
            });
            return { issues: items.filter((item) => !item.pull_request).map(toIssue), isWhole };
        },
        readIssueChanges: async (number, access = 'read') => {
            const { repository } = await send(NEEDS[access], (octokit, options) => octokit.graphql(CHANGES, { ...options, number }));
            const nodes = repository?.issue?.timelineItems.nodes ?? [];
            return nodes.filter((node) => node !== null).map(toChange);
        },
        createIssue: async ({ title, body, labels }) => {
            const { data } = await create(NEEDS.write, ({ rest }, options) => rest.issues.create({ ...options, title, body, labels: [...labels] }));
            return toIssue(data);
        },
        updateIssue: async (number, change) => {
            const { data } = await send(NEEDS.write, ({ rest }, options) => rest.issues.update({ ...options, issue_number: number, ...change }));
            return toIssue(data);
        },
        commentOnIssue: async (number, body) => {
            await create(NEEDS.write, ({ rest }, options) => rest.issues.createComment({ ...options, issue_number: number, body }));
        },
    };
}
/** GraphQL leaves out what REST puts behind the login of an app. */
function toChange({ __typename: type, createdAt: at, actor, closer }) {
    const login = actor?.login ?? '';
    const isApp = actor?.__typename === 'Bot' && !login.endsWith('[bot]');
    return {
        isClosing: type === 'ClosedEvent',
        at,
        actor: login === '' ? undefined : isApp ? `${login}[bot]` : login,
        isSideEffect: closer !== null && closer !== undefined,
    };
}
function toIssue(wire) {
    return {
        number: wire.number,
        title: wire.title,
        body: wire.body ?? '',
        author: wire.user?.login ?? '',
        labels: wire.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
        isOpen: wire.state === 'open',
        isReopened: wire.state === 'open' && wire.state_reason === 'reopened',
        createdAt: wire.created_at,
        updatedAt: wire.updated_at,
        closedAt: wire.closed_at ?? undefined,
        url: wire.html_url,
    };
}

;// CONCATENATED MODULE: ./lib/platform/github/pulls.js
function pullApi({ send }) {
    return {
        listOpenPulls: async (head) => {
            const { data } = await send('pull-requests: read', ({ rest }, options) => rest.pulls.list({ ...options, state: 'open', head, per_page: 100 }));
            return data.map(({ number, head: { sha, repo } }) => ({
                number,
                headSha: sha,
                headRepository: repo?.full_name,
            }));
        },
    };
}

;// CONCATENATED MODULE: ./lib/platform/github/runs.js

const READ = 'actions: read';
function runApi({ send }) {
    return {
        readRun: async (id) => {
            const { data } = await send(READ, ({ rest }, options) => rest.actions.getWorkflowRun({ ...options, run_id: id }));
            return toRun(data);
        },
        listRuns: async ({ workflowId, headSha, event }) => {
            const { items } = await readPages(async (page) => {
                const { data } = await send(READ, ({ rest }, options) => rest.actions.listWorkflowRuns({
                    ...options,
                    workflow_id: workflowId,
                    head_sha: headSha,
                    event,
                    per_page: PER_PAGE,
                    page,
                }));
                return data.workflow_runs;
            });
            return items.map(toRun);
        },
    };
}
function toRun(wire) {
    return {
        id: wire.id,
        workflowId: wire.workflow_id,
        attempt: wire.run_attempt ?? 1,
        event: wire.event,
        headSha: wire.head_sha,
    };
}

;// CONCATENATED MODULE: ./lib/platform/github/index.js








const DEFAULT_LOGIN = 'github-actions[bot]';
/** @param options with what comments are written on, which is what their permission is named for */
function createGitHub(options) {
    const client = createClient(options);
    return {
        ...cacheApi(client),
        ...contentApi(client),
        ...issueApi(client),
        ...runApi(client),
        ...commentApi(client, options.commentsOn),
        ...checkApi(client),
        ...pullApi(client),
        login: async () => {
            try {
                const { viewer } = await client.send('metadata: read', (octokit, { request }) => octokit.graphql('{ viewer { login } }', { request }));
                return viewer.login;
            }
            catch {
                // GraphQL may be out of reach where REST is not; the usual token is that of the Actions app.
                return DEFAULT_LOGIN;
            }
        },
    };
}

;// CONCATENATED MODULE: ./lib/entrypoints/end-check.js
/**
 * Fails a check that nobody completed, as the last thing that happens in a job. The state of a step may be forged by what
 * ran in it: all that is taken from it is which check it was, and that is looked at again.
 */






const MAX_LINE = 500;
/** Lines for the runner; never an error, since the steps have said how the job went. */
async function endCheck(text, environment) {
    const state = readCheckState(text);
    const { kind, progressVariable, ...check } = readHookCheck(environment);
    const token = environment['INPUT_GITHUB-TOKEN'];
    const repository = environment['GITHUB_REPOSITORY'];
    if (state === undefined || kind === 'none' || !token || !repository)
        return warning('The check is left as it is: what would complete it is not there.');
    const apiUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
    const github = createGitHub({ token, repository, apiUrl });
    try {
        const target = { ...check, kind, sha: state.sha };
        const done = await failUnfinished(github, target, {
            id: state.id,
            progress: environment[progressVariable],
        });
        return done === undefined ? '' : warning(done);
    }
    catch (error) {
        return warning(`The check is left in progress: ${describeError(error)}`);
    }
}
function warning(message) {
    const data = oneLine(message, MAX_LINE).replaceAll('%', '%25');
    return `::warning title=spendgate%3A check::${data}\n`;
}


/***/ })

};
