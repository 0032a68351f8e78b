export const id = 140;
export const ids = [140];
export const modules = {

/***/ 1990:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $h: () => (/* binding */ readReportFile),
/* harmony export */   Tp: () => (/* binding */ renderReportFile),
/* harmony export */   cq: () => (/* binding */ reportFileName),
/* harmony export */   xD: () => (/* binding */ MAX_REPORT_FILE_BYTES)
/* harmony export */ });
/* unused harmony export REPORT_FILE_VERSION */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7597);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _gate_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6151);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3085);
/**
 * A report as a file, for a run that may not write on the pull request: another run shows it. By then it is a stranger's
 * text, since whoever opened the pull request can have written it, so everything is bounded, and what would point
 * somewhere or decide something is not taken from it.
 */




const REPORT_FILE_VERSION = 1;
const MAX_REPORT_FILE_BYTES = 256 * 1024;
const MAX_TEXT = 4000;
const MAX_NAME = 300;
const MAX_ROWS = 100;
const MAX_COLUMNS = 20;
const MAX_FINDINGS = 200;
const MAX_TABLES = 20;
/** What fits whatever it is made of. */
const SHORT_ROWS = 20;
const SHORT_FINDINGS = 5;
const text = zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(MAX_TEXT);
const name = zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().max(MAX_NAME);
const count = zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional();
const reportSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
    task: name,
    key: name,
    status: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['ok', 'warning', 'bad']),
    headline: text,
    rows: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        label: name,
        observed: name,
        expected: name,
        limit: name,
        share: zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig()
            .nullish()
            .transform((share) => share ?? undefined),
        verdict: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['ok', 'bad', 'unknown', 'none']),
    }))
        .max(MAX_ROWS),
    facts: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .tuple */ .PVZ([name, text])).max(MAX_ROWS),
    tables: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        head: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(name).max(MAX_COLUMNS),
        rows: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(name).max(MAX_COLUMNS)).max(MAX_ROWS),
    }))
        .max(MAX_TABLES)
        .default([]),
    findings: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        id: name,
        level: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['error', 'warning', 'notice']),
        title: name,
        message: text,
        advice: text.optional(),
    }))
        .max(MAX_FINDINGS),
    run: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        verdict: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['within', 'outside', 'unknown']),
        requests: count,
        inputTokens: count,
        outputTokens: count,
        costUsd: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()
            .regex(/^\d{1,15}(?:\.\d{1,15})?$/)
            .optional(),
    })
        .optional(),
});
const fileSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ version: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz(REPORT_FILE_VERSION), report: reportSchema });
/** One a task: a job may have several. */
function reportFileName(task) {
    return `${(0,_gate_js__WEBPACK_IMPORTED_MODULE_2__/* .gateSlug */ .Zg)(task)}-report.json`;
}
/** Fits the bounds that reading asks for: what is longer is cut. */
function renderReportFile(report) {
    const { rows, facts, findings, tables = [] } = report;
    const claimed = cutStrings({
        ...report,
        rows: rows.slice(0, MAX_ROWS),
        facts: facts.slice(0, MAX_ROWS),
        tables: tables.slice(0, MAX_TABLES).map((table) => ({ ...table, rows: table.rows.slice(0, MAX_ROWS) })),
        findings: findings.slice(0, MAX_FINDINGS),
    });
    const file = JSON.stringify({ version: REPORT_FILE_VERSION, report: claimed }, undefined, 2);
    if (new TextEncoder().encode(file).length <= MAX_REPORT_FILE_BYTES)
        return `${file}\n`;
    const first = { rows: rows.slice(0, SHORT_ROWS), findings: findings.slice(0, SHORT_FINDINGS) };
    const short = cutStrings({ ...report, ...first, tables: [], facts: [] });
    return `${JSON.stringify({ version: REPORT_FILE_VERSION, report: short })}\n`;
}
/** Names are the shorter of the two kinds of text, and the bound of every string that a table or a row holds. */
function cutStrings(value, key = '') {
    const max = key === 'headline' || key === 'message' || key === 'advice' ? MAX_TEXT : MAX_NAME;
    if (typeof value === 'string')
        return value.length <= max ? value : `${value.slice(0, max - 1)}\u2026`.toWellFormed();
    if (Array.isArray(value))
        return value.map((item) => cutStrings(item, key));
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([name_, field]) => [name_, cutStrings(field, name_)]));
}
/** @param file at most `MAX_REPORT_FILE_BYTES` long */
function readReportFile(file) {
    const parsed = fileSchema.safeParse((0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .parseJson */ .q)(file));
    return parsed.success ? { report: parsed.data.report } : { fault: (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .describeError */ .Uc)(parsed.error) };
}


/***/ }),

/***/ 4839:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  f: () => (/* binding */ tellPeople)
});

// EXTERNAL MODULE: ./lib/core/text.js
var core_text = __webpack_require__(9716);
// EXTERNAL MODULE: ./lib/core/thresholds.js
var thresholds = __webpack_require__(639);
// EXTERNAL MODULE: ./lib/core/units.js
var units = __webpack_require__(7564);
;// CONCATENATED MODULE: ./lib/core/alert.js



const MAX_NAME = 100;
const MAX_TITLE = 140;
const MAX_TEXT = 600;
const OBSERVED = ' Runs are only observed: none is held back.';
/** Characters that turn the reading direction around. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Half of a character is none. */
const CUT_PAIR = /[\ud800-\udbff]\u2026$/;
function plain(text, length) {
    return (0,core_text/* oneLine */.TN)(text.toWellFormed().replace(BIDI, ''), length).replace(CUT_PAIR, '\u2026');
}
const plainName = (name) => (name === undefined ? undefined : plain(name, MAX_NAME));
function budgetAlert(crossing, origin) {
    const { limit, gateway, threshold } = crossing;
    const isEnd = threshold >= 100;
    const scope = plain(limit.scope, MAX_NAME);
    const title = isEnd ? `A budget is used up: ${scope}` : `${threshold} % of a budget is used: ${scope}`;
    return alertOf(origin, {
        event: 'budget.threshold',
        severity: isEnd ? 'critical' : threshold >= 80 ? 'warning' : 'info',
        title,
        text: `${useOf(crossing)} (${gateway}, ${crossing.asOf}).${resetOf(limit)}${origin.observe ? OBSERVED : ''}`,
        facts: budgetFacts(crossing),
        budget: figuresOf(crossing, scope),
        gate: undefined,
    });
}
/** `83 % of $10.00 is used on key, $1.68 is left`, as far as it is known. */
function useOf({ limit, percent }) {
    const { whole, left } = levelsOf(limit, units/* renderAmount */.d);
    const rest = (0,thresholds/* isUsedUp */.l6)(limit) ? 'nothing is left' : `${left ?? 'an unknown amount'} is left`;
    if (whole === undefined || percent === undefined)
        return `On ${limit.scope} ${rest}`;
    return `${Math.floor(percent)} % of ${whole} is used on ${limit.scope}, ${rest}`;
}
function resetOf({ resetsAt }) {
    return resetsAt === undefined ? '' : ` It resets at ${resetsAt}.`;
}
function budgetFacts({ limit, gateway }) {
    const { whole, used, left } = levelsOf(limit, units/* renderAmount */.d);
    return known([
        ['Used', used],
        ['Limit', whole],
        ['Left', left],
        ['Gateway', gateway],
    ]);
}
function figuresOf({ limit, gateway, threshold, percent, asOf }, scope) {
    const { whole, used, left } = levelsOf(limit, units/* renderAmountPlain */.t1);
    return {
        gateway,
        scope,
        unit: isRefusal(limit) ? undefined : (0,units/* unitName */.Cq)(limit.unit),
        threshold,
        percentUsed: percent?.toFixed(1),
        limit: whole,
        used,
        remaining: left,
        period: limit.period,
        resetsAt: limit.resetsAt,
        asOf,
    };
}
/** The finite ones; none where a refusal alone says that nothing is left, and nobody knows in which unit. */
function levelsOf(limit, render) {
    if (isRefusal(limit))
        return {};
    const show = (level) => level.kind === 'finite' ? render({ unit: limit.unit, value: level.value }) : undefined;
    return { whole: show(limit.limit), used: show(limit.used), left: show(limit.remaining) };
}
function isRefusal({ hasNoCount, limit, used }) {
    return hasNoCount === true && limit.kind === 'unknown' && used.kind === 'unknown';
}
function known(facts) {
    return facts.flatMap(([label, value]) => value === undefined ? [] : [[label, plain(value, MAX_NAME)]]);
}
function gateAlert({ entry, kept }, origin) {
    const name = plain(entry.gate, MAX_NAME);
    const state = kept ? (entry.closed ? 'closed' : 'open') : 'unknown';
    return alertOf(origin, {
        event: kept ? (entry.closed ? 'gate.closed' : 'gate.opened') : 'gate.not-closed',
        severity: entry.closed ? 'critical' : 'info',
        title: kept ? `The gate ${name} is ${state}` : `The gate ${name} could NOT be closed`,
        text: `${effectOf({ entry, kept })} Reason: ${entry.reason}`,
        facts: [['By', plain(entry.actor, MAX_NAME)]],
        budget: undefined,
        gate: {
            name,
            state,
            actor: plain(entry.actor, MAX_NAME),
            reason: plain(entry.reason, MAX_TEXT),
            until: entry.until,
        },
    });
}
function effectOf({ entry, kept }) {
    if (!kept)
        return 'Nothing holds the next run back: stop it by hand, or set the kill switch.';
    if (!entry.closed)
        return 'Runs behind it may start again.';
    const until = entry.until === undefined ? 'a person opens it' : entry.until;
    return `Runs behind it wait until ${until}.`;
}
function alertOf(origin, rest) {
    const { runAttempt, observe } = origin;
    const [repository, team] = [plainName(origin.repository), plainName(origin.team)];
    const [workflow, task] = [plain(origin.workflow, MAX_NAME), plain(origin.task, MAX_NAME)];
    const places = known([
        ['Repository', repository],
        ['Workflow', runAttempt > 1 ? `${workflow}, attempt ${runAttempt}` : workflow],
        ['Task', task],
        ['Team', team],
    ]);
    return {
        ...origin,
        ...{ repository, workflow, task, team },
        ...rest,
        title: plain(observe ? `[observe] ${rest.title}` : rest.title, MAX_TITLE),
        text: plain(rest.text, MAX_TEXT),
        facts: [...rest.facts, ...places],
    };
}

// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(1923);
;// CONCATENATED MODULE: ./lib/modes/alert-claims.js
/** What people were told, kept in the store: each name is claimed by the first run that tells. */

/** A store that hangs holds nobody up for longer. */
const CLAIM_MS = 10_000;
const UNDELIVERED = 'undelivered';
const AGAIN = 'again';
/** For one step. Claims are made one after the other: a store has one place to prepare them. */
class AlertClaims {
    #store;
    #desk;
    /** A store that could not say is not asked again. */
    #isDown = false;
    constructor(store, desk) {
        this.#store = store;
        this.#desk = desk;
    }
    /** What was claimed and reached nobody is news once more; what the store does not know is news too. */
    async isNews(parts) {
        if ((await this.#claim(parts)) !== 'known')
            return true;
        const lost = this.#store.isClaimed(this.#desk.nameOf([...parts, UNDELIVERED]));
        const isLost = await (0,deadline/* withDeadline */.N)(lost, CLAIM_MS, () => false);
        return isLost && (await this.#claim([...parts, AGAIN])) === 'new';
    }
    /** So that nobody is told of these. */
    async cover(all) {
        for (const parts of all)
            await this.#claim(parts);
    }
    /** So that a later run tries once more. */
    async noteUndelivered(all) {
        await this.cover(all.map((parts) => [...parts, UNDELIVERED]));
    }
    async #claim(parts) {
        if (this.#isDown)
            return 'unknown';
        const claiming = this.#store.claim(this.#desk.nameOf(parts));
        const claim = await (0,deadline/* withDeadline */.N)(claiming, CLAIM_MS, () => 'unknown');
        this.#isDown = claim === 'unknown';
        return claim;
    }
}

;// CONCATENATED MODULE: ./lib/modes/alerting.js
/**
 * Tells people, once for each threshold and period and once for each change of a gate, however many runs see it. Who was
 * told is claimed in the store; where the store cannot say, people are told: hearing twice is better than never.
 * Nothing here changes a verdict.
 */




/** More messages at once are noise; the next run tells the rest. */
const MAX_ALERTS = 5;
/** What is due from a look at the budget and from a change of the gate, in one go. Never throws. */
async function tellPeople(deps, news) {
    const { alerts: desk } = deps;
    if (desk === undefined)
        return;
    try {
        await tell(deps, desk, news);
    }
    catch (error) {
        // A message of an unforeseen error may quote a webhook; its name does not.
        const name = error instanceof Error ? error.name : 'an unknown error';
        deps.runner.annotate(undelivered(`Alerts failed with ${name}.`));
    }
}
async function tell(deps, desk, news) {
    const claims = new AlertClaims(deps.store, desk);
    const due = await unheard(claims, allDue(deps, news));
    if (due.length === 0)
        return;
    const [deliveries] = await Promise.all([
        desk.send(due.map(({ alert }) => alert)),
        claims.cover(due.flatMap(({ covers }) => covers)),
    ]);
    for (const delivery of deliveries)
        noteDelivery(deps, delivery, due);
    if (deliveries.every(({ failure }) => failure !== undefined))
        await claims.noteUndelivered(due.map(({ parts }) => parts));
}
function allDue(deps, news) {
    const origin = originOf(deps);
    const gate = news.gate && { alert: gateAlert(news.gate, origin), parts: gateParts(news.gate), covers: [] };
    const budget = crossedIn(deps, news).map((crossing) => ({
        alert: budgetAlert(crossing, origin),
        parts: thresholdParts(deps, crossing, crossing.threshold),
        // Whoever heard of 80 % need not hear of 50 % later.
        covers: (0,thresholds/* lowerOnes */.LM)(crossing, deps.config.alerts.at).map((lower) => thresholdParts(deps, crossing, lower)),
    }));
    return [...(gate ? [gate] : []), ...budget];
}
/** A refusal counts where no reading shows what it was about. */
function crossedIn({ config, clock }, { reading, isRefused = false }) {
    const crossings = reading ? (0,thresholds/* crossingsOf */.HO)(reading, config.alerts.at) : [];
    if (!isRefused || crossings.some(({ limit }) => (0,thresholds/* isUsedUp */.l6)(limit)))
        return crossings;
    const gateway = config.gateway.id ?? 'the gateway';
    return [(0,thresholds/* refusedCrossing */.HI)(gateway, clock.now().toISOString()), ...crossings];
}
async function unheard(claims, all) {
    const found = [];
    for (const due of all) {
        if (found.length === MAX_ALERTS)
            break;
        if (await claims.isNews(due.parts))
            found.push(due);
    }
    return found;
}
/** A limit that others share is told once for all keys. */
function thresholdParts(deps, { limit, gateway }, threshold) {
    const { config, clock, keyFingerprint = '' } = deps;
    const { url = '', budgetUrl = '', scope } = config.gateway;
    const owner = limit.isWider ? [url, budgetUrl, JSON.stringify(scope)] : [keyFingerprint];
    const period = (0,thresholds/* periodOf */.jH)(limit, clock.now());
    return ['budget', gateway, ...owner, ...(0,thresholds/* identityOf */.cu)(limit), String(threshold), period];
}
/** Jobs of one run close a gate together. */
function gateParts({ entry, kept }) {
    const { gate, closed, runId, runAttempt } = entry;
    return ['gate', gate, closed ? 'closed' : 'open', String(kept), runId, String(runAttempt)];
}
function originOf({ config, clock }) {
    const { repository, workflow, runId, runAttempt, runUrl } = config.context;
    const { task, team, observe } = config;
    return {
        repository,
        workflow,
        task,
        team,
        runId,
        runAttempt,
        runUrl,
        observe,
        at: clock.now().toISOString(),
    };
}
function noteDelivery({ runner }, { to, failure }, due) {
    const titles = due.map(({ alert }) => alert.title).join('; ');
    if (failure === undefined) {
        runner.info(`spendgate: told ${to}: ${titles}`);
        return;
    }
    runner.annotate(undelivered(`${to}: ${failure}. People were to be told: ${titles}.`));
}
function undelivered(what) {
    const message = `${what} The verdict is not affected.`;
    const advice = 'Check the secret behind `alert-webhook`, and whether this runner can reach that host.';
    return (0,findings/* finding */.gk)('notice', 'alert-failed', 'An alert could not be delivered', message, { advice });
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
/**
 * The finding that tells about it: a notice when the gate is closed now, a warning when only one of two stores kept it, an
 * error when none did.
 * @param figures what the run came to, kept with the reason
 */
async function closeGate(deps, reason, figures) {
    const entry = { ...gateEntry(deps, true, reason), figures: figures.map(figureOf) };
    const saved = await deps.store.saveGate(entry);
    return {
        closed: saved.saved,
        finding: saved.saved ? keptFinding(entry, saved) : lostFinding(entry, saved),
    };
}
function figureOf({ label, observed, expected, limit }) {
    return { label, observed, expected, limit };
}
function keptFinding({ gate, until }, { missing, unconfirmed, hint }) {
    const open = `Look at this run, then reopen with \`mode: gate\`, \`gate: ${gate}\`, \`gate-action: open\`.`;
    const advice = hint === undefined ? open : `${open} ${hint}`;
    const wait = `Runs behind the gate ${gate} wait ${until === undefined ? 'until a person opens it' : `until ${until}`}.`;
    const text = unconfirmed === undefined ? wait : `${wait} ${unconfirmed}`;
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

/***/ 4140:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runPost: () => (/* binding */ runPost)
});

// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/core/findings.js
var core_findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/gate.js
var gate = __webpack_require__(6151);
// EXTERNAL MODULE: ./lib/core/metric-rows.js
var metric_rows = __webpack_require__(7905);
// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
// EXTERNAL MODULE: ./lib/core/usage-tables.js
var usage_tables = __webpack_require__(8152);
// EXTERNAL MODULE: ./lib/core/usage-verdict.js
var usage_verdict = __webpack_require__(9212);
// EXTERNAL MODULE: ./lib/modes/alerting.js + 2 modules
var alerting = __webpack_require__(4839);
// EXTERNAL MODULE: ./lib/modes/close-gate.js
var close_gate = __webpack_require__(2854);
// EXTERNAL MODULE: ./lib/modes/deps.js
var modes_deps = __webpack_require__(2868);
// EXTERNAL MODULE: ./lib/modes/override-report.js
var override_report = __webpack_require__(4917);
// EXTERNAL MODULE: ./lib/modes/publish.js
var publish = __webpack_require__(2759);
// EXTERNAL MODULE: ./lib/modes/reconciliation.js + 1 modules
var reconciliation = __webpack_require__(2642);
// EXTERNAL MODULE: ./lib/core/report-file.js
var report_file = __webpack_require__(1990);
;// CONCATENATED MODULE: ./lib/modes/report-file.js
/** The report of `post` as a file: for a run that may write where this one may only read. */



function leaveReport({ config, runner }, save, report) {
    try {
        runner.setOutput('report', save((0,report_file/* reportFileName */.cq)(config.task), (0,report_file/* renderReportFile */.Tp)(report)));
    }
    catch (error) {
        runner.setOutput('report', undefined);
        const message = `${(0,errors/* describeError */.Uc)(error)}. The job summary and the log hold the report.`;
        runner.annotate((0,core_findings/* finding */.gk)('notice', 'report-not-left', 'The report was not written to a file', message));
    }
}

// EXTERNAL MODULE: ./lib/modes/run-record.js
var run_record = __webpack_require__(7435);
;// CONCATENATED MODULE: ./lib/modes/post.js















/** @throws {AppError} `denied` when usage is outside and `on-out-of-range` is `fail`. */
async function runPost(deps) {
    const { config, runner } = deps;
    const found = await foundOrNothing(deps);
    const { changedPolicy, expect } = config.post;
    const figures = (0,usage_verdict/* judgeUsage */.Bj)(found.record, expect);
    const judged = changedPolicy === undefined ? figures : (0,usage_verdict/* withChangedPolicy */.Pl)(figures, changedPolicy);
    const findings = [...judged.findings, ...found.findings, ...missingExpectation(deps)];
    findings.push(...(0,override_report/* overrideFindings */.$q)(config, found.record));
    const { gate, change } = await settleGate(deps, { judged, record: found.record }, findings);
    await rememberUnfinished(deps, found, findings);
    // The gate is settled before anything that may take its time.
    const reconciled = await (0,reconciliation/* reconcileRun */.E)(deps, found.record);
    findings.push(...(reconciled?.findings ?? []));
    const shown = (0,core_findings/* byImportance */.G5)(config.observe || config.post.onOutOfRange === 'warn' ? softened(findings, config.observe) : findings);
    runner.setOutput('verdict', judged.verdict);
    runner.setOutput('findings', JSON.stringify(shown.map(findingJson)));
    runner.setOutput('gate', gate);
    runner.setOutput('drift-percent', renderDrift(reconciled?.driftPercent));
    runner.info(`spendgate: ${headlineOf(judged, found.record)}`);
    const report = reportOf(deps, { judged, found, findings: shown, gate, counted: reconciled?.fact });
    leaveReport(deps, deps.saveFile, report);
    const [reported] = await Promise.all([
        (0,publish/* publish */.m)(report, deps.reporters, (0,modes_deps/* reporterContext */.D)(deps)),
        (0,alerting/* tellPeople */.f)(deps, {
            reading: reconciled?.after,
            gate: change,
            isRefused: found.record['stop-reason'] === 'budget-exhausted',
        }),
    ]);
    runner.setOutput('comment-url', reported.commentUrl);
    const fails = config.post.onOutOfRange === 'fail' || changedPolicy !== undefined;
    if (judged.verdict === 'outside' && fails && !config.observe) {
        throw new errors/* AppError */.uV('denied', headlineOf(judged, found.record), { isReported: true });
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
        if (!(error instanceof errors/* AppError */.uV) || !deps.config.observe)
            throw error;
        const record = emptyRecord(deps.config.task);
        return {
            record,
            origin: 'nothing',
            findings: [(0,core_findings/* finding */.gk)('notice', error.code, 'No usage was found', error.message)],
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
        ...(costNanoUsd === undefined ? {} : { 'cost-usd': (0,money/* renderUsdPlain */.H3)(costNanoUsd), 'unpriced-requests': 0 }),
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
        (0,core_findings/* finding */.gk)('notice', 'no-expectation', 'Nothing is expected of this task', `No expected range is set for the task ${config.task}.`, { advice }),
    ];
}
/** Closes the gate after a run outside its range; writes the first open state otherwise, so that "never closed" is known. */
async function settleGate(deps, { judged: { verdict }, record }, findings) {
    const { config, store } = deps;
    if (verdict === 'outside' && config.post.onOutOfRange !== 'warn' && !config.observe) {
        const reasons = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
        const reason = reasons.join(' ');
        const figures = (0,metric_rows/* usageRows */.x4)(record, config.post.expect, config.wrap.limits);
        const closing = await (0,close_gate/* closeGate */.i)(deps, reason, figures);
        findings.push(closing.finding);
        const change = { entry: (0,close_gate/* gateEntry */.C)(deps, true, reason), kept: closing.closed };
        return { gate: closing.closed ? 'closed' : 'unknown', change };
    }
    const reading = await store.readGate(config.gate.name, config.gate.blockForMs);
    const isFirst = reading.state === 'unknown' && !reading.blind && verdict !== 'outside';
    if (!isFirst || !(0,gate/* isTrustedRun */.Hh)(config.context))
        return { gate: reading.state };
    const saved = await store.saveGate((0,close_gate/* gateEntry */.C)(deps, false, 'First run behind this gate.'));
    return { gate: saved.saved ? 'open' : reading.state };
}
/** `wrap` could not remember the run, killed or gone before the agent began, so `post` does, under the same id. */
async function rememberUnfinished(deps, found, findings) {
    const { config, store, clock } = deps;
    if (!found.isUnfinished)
        return;
    await (0,reconciliation/* rememberRun */.j)(deps, found.record);
    if (config.gateway.windows.length === 0)
        return;
    const id = found.record['run-id'] ?? config.context.runId;
    findings.push(...(await (0,run_record/* rememberSpend */._z)(store, (0,run_record/* spendOf */.Ii)(id, found.record, clock.now()))));
}
/** `warn` annotates without failing; `observe` only mentions. */
function softened(findings, observe) {
    return findings.map((item) => ({
        ...item,
        level: observe ? 'notice' : item.level === 'error' ? 'warning' : item.level,
    }));
}
function findingJson({ id, level, title, message, advice, position }) {
    return { id, level, title, message, advice, ...position };
}
function reportOf({ config, clock }, { judged, found, findings, gate, counted }) {
    const { record, origin } = found;
    const at = clock.now();
    const facts = [['Usage from', origin]];
    if (record.models.length > 0)
        facts.push(['Models', (0,run_record/* renderModels */.Ds)(record)]);
    if (record['stop-reason'] !== undefined)
        facts.push(['Run ended', record['stop-reason']]);
    facts.push(...(0,override_report/* overrideReportFacts */.Sl)(config, record), ...(found.facts ?? []));
    facts.push(...(0,run_record/* runnerFacts */.Kd)(record), ...(0,run_record/* heardFacts */.ib)(record));
    if (counted !== undefined)
        facts.push(['Gateway\u2019s count', counted]);
    return {
        mode: 'post',
        task: config.task,
        key: config.gate.name,
        status: judged.verdict === 'outside' && (0,modes_deps/* statusOf */.c)(findings) === 'ok' ? 'warning' : (0,modes_deps/* statusOf */.c)(findings),
        headline: headlineOf(judged, record),
        rows: (0,metric_rows/* usageRows */.x4)(record, config.post.expect, config.wrap.limits),
        facts,
        tables: (0,usage_tables/* usageTables */.R)(record),
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
