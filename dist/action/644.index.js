export const id = 644;
export const ids = [644];
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
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3085);
/* harmony import */ var _text_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9716);
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
/** JSON has no word for what is not known. */
const share = zod__WEBPACK_IMPORTED_MODULE_1__/* .number */ .aig()
    .nullish()
    .transform((value) => value ?? undefined);
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
        share,
        shareOf: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['expected', 'limit']).optional(),
        verdict: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['ok', 'bad', 'unknown', 'none']),
    }))
        .max(MAX_ROWS),
    facts: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .tuple */ .PVZ([name, text])).max(MAX_ROWS),
    tables: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({
        head: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(name).max(MAX_COLUMNS),
        rows: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(name).max(MAX_COLUMNS)).max(MAX_ROWS),
        title: name.optional(),
        bars: zod__WEBPACK_IMPORTED_MODULE_1__/* .object */ .Ikc({ of: name, shares: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(share).max(MAX_ROWS) }).optional(),
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
        ending: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(['cut', 'unseen']).optional(),
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
        tables: tables.slice(0, MAX_TABLES).map((table) => cutTable(table)),
        findings: findings.slice(0, MAX_FINDINGS),
    });
    const file = JSON.stringify({ version: REPORT_FILE_VERSION, report: claimed }, undefined, 2);
    if (new TextEncoder().encode(file).length <= MAX_REPORT_FILE_BYTES)
        return `${file}\n`;
    const first = { rows: rows.slice(0, SHORT_ROWS), findings: findings.slice(0, SHORT_FINDINGS) };
    const short = cutStrings({ ...report, ...first, tables: [], facts: [] });
    return `${JSON.stringify({ version: REPORT_FILE_VERSION, report: short })}\n`;
}
function cutTable({ bars, ...table }) {
    const rows = table.rows.slice(0, MAX_ROWS);
    return bars === undefined
        ? { ...table, rows }
        : { ...table, rows, bars: { ...bars, shares: bars.shares.slice(0, MAX_ROWS) } };
}
/** Names are the shorter of the two kinds of text, and the bound of every string that a table or a row holds. */
function cutStrings(value, key = '') {
    const max = key === 'headline' || key === 'message' || key === 'advice' ? MAX_TEXT : MAX_NAME;
    if (typeof value === 'string')
        return (0,_text_js__WEBPACK_IMPORTED_MODULE_3__/* .cut */ .Jj)(value, max);
    if (Array.isArray(value))
        return value.map((item) => cutStrings(item, key));
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([name_, field]) => [name_, cutStrings(field, name_)]));
}
/** @param file at most `MAX_REPORT_FILE_BYTES` long */
function readReportFile(file) {
    const parsed = fileSchema.safeParse((0,_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseJson */ .q)(file));
    return parsed.success ? { report: parsed.data.report } : { fault: (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .describeError */ .Uc)(parsed.error) };
}


/***/ }),

/***/ 4258:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ inSeconds)
/* harmony export */ });
/** Times as people read them. */
/** `2026-11-22T09:00:00Z`: a thousandth of a second tells nobody anything. */
function inSeconds(iso) {
    return iso.replace(/\.\d+Z$/, 'Z');
}


/***/ }),

/***/ 4839:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  f: () => (/* binding */ tellPeople)
});

// EXTERNAL MODULE: ./lib/core/gate-advice.js
var gate_advice = __webpack_require__(3365);
// EXTERNAL MODULE: ./lib/core/text.js
var core_text = __webpack_require__(9716);
// EXTERNAL MODULE: ./lib/core/thresholds.js
var thresholds = __webpack_require__(639);
// EXTERNAL MODULE: ./lib/core/time.js
var time = __webpack_require__(4258);
// EXTERNAL MODULE: ./lib/core/units.js
var units = __webpack_require__(7564);
;// CONCATENATED MODULE: ./lib/core/alert.js





const MAX_NAME = 100;
const MAX_TITLE = 140;
const MAX_TEXT = 600;
/** A longer one would leave no room for what matters more. */
const MAX_REASON = 200;
const OBSERVED = ' Runs are only observed: none is held back.';
const plainName = (name) => (name === undefined ? undefined : (0,core_text/* oneLine */.TN)(name, MAX_NAME));
function budgetAlert(crossing, origin) {
    const { limit, gateway, threshold } = crossing;
    const isEnd = threshold >= 100;
    const scope = (0,core_text/* oneLine */.TN)(limit.scope, MAX_NAME);
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
    return facts.flatMap(([label, value]) => value === undefined ? [] : [[label, (0,core_text/* oneLine */.TN)(value, MAX_NAME)]]);
}
function gateAlert(change, origin) {
    const { entry, kept, missing } = change;
    const name = (0,core_text/* oneLine */.TN)(entry.gate, MAX_NAME);
    const state = kept ? (entry.closed ? 'closed' : 'open') : 'unknown';
    const half = missing === undefined ? '' : ' in one store only';
    return alertOf(origin, {
        event: kept ? (entry.closed ? 'gate.closed' : 'gate.opened') : 'gate.not-closed',
        severity: entry.closed ? 'critical' : 'info',
        title: kept ? `The gate ${name} is ${state}${half}` : `The gate ${name} could NOT be closed`,
        text: `${effectOf(change)} Reason: ${entry.reason}`,
        facts: [
            ['By', (0,core_text/* oneLine */.TN)(entry.actor, MAX_NAME)],
            ...(kept && entry.closed ? [['To open it', openingOf(name, change)]] : []),
        ],
        budget: undefined,
        gate: {
            name,
            state,
            actor: (0,core_text/* oneLine */.TN)(entry.actor, MAX_NAME),
            reason: (0,core_text/* oneLine */.TN)(entry.reason, MAX_TEXT),
            until: entry.until,
            missing: missing === undefined ? undefined : (0,core_text/* oneLine */.TN)(missing, MAX_TEXT),
        },
    });
}
function openingOf(name, { store, hint = '' }) {
    return (0,core_text/* oneLine */.TN)(`Look at the run, then ${(0,gate_advice/* howToOpen */.c)(name, store, (words) => words)}. ${hint}`, MAX_TEXT);
}
function effectOf({ entry, kept, missing }) {
    if (!kept)
        return 'Nothing holds the next run back: stop it by hand, or set the kill switch.';
    if (!entry.closed)
        return 'Runs behind it may start again.';
    const until = entry.until === undefined ? 'a person opens it' : (0,time/* inSeconds */.F)(entry.until);
    const half = missing === undefined ? '' : ` It was not kept in ${(0,core_text/* oneLine */.TN)(missing, MAX_REASON)}.`;
    return `Runs behind it wait until ${until}.${half}`;
}
function alertOf(origin, rest) {
    const { runAttempt, observe } = origin;
    const [repository, team] = [plainName(origin.repository), plainName(origin.team)];
    const [workflow, task] = [(0,core_text/* oneLine */.TN)(origin.workflow, MAX_NAME), (0,core_text/* oneLine */.TN)(origin.task, MAX_NAME)];
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
        title: (0,core_text/* oneLine */.TN)(observe ? `[observe] ${rest.title}` : rest.title, MAX_TITLE),
        text: (0,core_text/* oneLine */.TN)(rest.text, MAX_TEXT),
        facts: [...rest.facts, ...places],
    };
}

// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(1923);
;// CONCATENATED MODULE: ./lib/modes/alert-claims.js
/** What people were told, kept in the store: each name is claimed by the first run that tells. */

/** A claim that was left under way is waited for this long where it matters what became of it. */
const LANDING_MS = 20_000;
const UNDELIVERED = 'undelivered';
const AGAIN = 'again';
/** For one step. Claims are made one after the other: a store has one place to prepare them. */
class AlertClaims {
    #store;
    #desk;
    /** What was claimed when somebody looked. */
    #found = new Set();
    /** The store did not answer in time, or could not look: it is not asked again. */
    #isDown = false;
    /** The store takes nothing from this run: every further try would be one more warning in the log. */
    #isReadOnly = false;
    /** Claims of this step by name, some of them still under way. */
    #claims = new Map();
    constructor(store, desk) {
        this.#store = store;
        this.#desk = desk;
    }
    /** Asks once for all that may be told, and for what need not be told with it. */
    async look(all) {
        const names = all.flatMap((parts) => [parts, [...parts, UNDELIVERED], [...parts, AGAIN]]);
        const finding = this.#store.findClaims(names.map((parts) => this.#desk.nameOf(parts)));
        const found = await (0,deadline/* withDeadline */.NE)(finding, deadline/* HINT_MS */.Ji, () => undefined);
        this.#isDown = found === undefined;
        this.#found = found ?? this.#found;
    }
    /**
     * What was claimed and reached nobody is news once more. Where the store does not answer everything is news; where it
     * keeps nothing that this run says, only what no other run would tell.
     */
    async isNews(parts, isOwn) {
        const claim = await this.#claim(parts);
        if (claim === 'refused')
            return isOwn;
        if (claim !== 'known')
            return true;
        return this.#isFound([...parts, UNDELIVERED]) && (await this.#claim([...parts, AGAIN])) === 'new';
    }
    /** So that nobody is told of these; and what was found is not forgotten. */
    async keep(covered) {
        for (const parts of covered)
            await this.#claim(parts);
        if (this.#isDown || this.#isReadOnly)
            return;
        await (0,deadline/* withDeadline */.NE)(this.#store.tendClaims(), deadline/* HINT_MS */.Ji, () => undefined);
    }
    /**
     * So that a later run tries once more. A claim that was given up on may have been kept all the same, and would silence
     * every later run.
     */
    async noteUndelivered(all) {
        for (const parts of all) {
            const claiming = this.#claims.get(this.#desk.nameOf(parts));
            if (claiming === undefined)
                continue;
            const claim = await (0,deadline/* withDeadline */.NE)(claiming, LANDING_MS, () => 'unknown');
            if (claim === 'new' || claim === 'unknown')
                await this.#ask([...parts, UNDELIVERED]);
        }
    }
    #isFound(parts) {
        return this.#found.has(this.#desk.nameOf(parts));
    }
    async #claim(parts) {
        if (this.#isFound(parts))
            return 'known';
        if (this.#isDown)
            return 'unknown';
        if (this.#isReadOnly)
            return 'refused';
        const claim = await this.#ask(parts);
        this.#isDown = claim === 'unknown';
        this.#isReadOnly = claim === 'refused';
        return claim;
    }
    async #ask(parts) {
        const name = this.#desk.nameOf(parts);
        const claiming = this.#store.claim(name);
        this.#claims.set(name, claiming);
        return (0,deadline/* withDeadline */.NE)(claiming, deadline/* HINT_MS */.Ji, () => 'unknown');
    }
}

;// CONCATENATED MODULE: ./lib/modes/alerting.js
/**
 * Tells people, once for each threshold and period and once for each change of a gate, however many runs see it. Who was
 * told is claimed in the store; where the store does not answer, people are told: hearing twice is better than never. A
 * run from which the store keeps nothing tells what this job did, and leaves the rest to others: every run would repeat it.
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
    const all = allDue(deps, news);
    if (all.length === 0)
        return;
    const claims = new AlertClaims(deps.store, desk);
    const due = await unheard(claims, all);
    const [deliveries] = await Promise.all([
        due.length === 0 ? [] : desk.send(due.map(({ alert }) => alert)),
        isAsked(all) ? claims.keep(due.flatMap(({ covers }) => covers)) : undefined,
    ]);
    for (const delivery of deliveries)
        noteDelivery(deps, delivery, due);
    if (deliveries.every(({ failure }) => failure !== undefined))
        await claims.noteUndelivered(partsOf(due));
}
function allDue(deps, news) {
    const origin = originOf(deps);
    const { gate } = news;
    const budget = crossedIn(deps, news).map(({ crossing, isOwn }) => ({
        alert: budgetAlert(crossing, origin),
        parts: thresholdParts(deps, crossing, crossing.threshold),
        isOwn,
        // Whoever heard of 80 % need not hear of 50 % later.
        covers: (0,thresholds/* lowerOnes */.LM)(crossing, deps.config.alerts.at).map((lower) => thresholdParts(deps, crossing, lower)),
    }));
    return [...(gate ? [gateDue(gate, origin)] : []), ...budget];
}
/** That nothing holds the next run back cannot wait for a store, which may be why. */
function gateDue(change, origin) {
    const parts = change.kept ? gateParts(change) : undefined;
    return { alert: gateAlert(change, origin), parts, isOwn: true, covers: [] };
}
/** A refusal counts where no reading shows what it was about. */
function crossedIn({ config, clock }, { reading, before = [], isRefused = false }) {
    const seen = reading ? (0,thresholds/* crossingsOf */.HO)(reading, config.alerts.at) : [];
    const crossings = seen.map((crossing) => ({ crossing, isOwn: (0,thresholds/* isMoved */.yu)(before, crossing) }));
    if (!isRefused || seen.some(({ limit }) => (0,thresholds/* isUsedUp */.l6)(limit)))
        return crossings;
    const gateway = config.gateway.id ?? 'the gateway';
    return [{ crossing: (0,thresholds/* refusedCrossing */.HI)(gateway, clock.now().toISOString()), isOwn: true }, ...crossings];
}
async function unheard(claims, all) {
    if (isAsked(all))
        await claims.look([...partsOf(all), ...all.flatMap(({ covers }) => covers)]);
    const found = [];
    for (const due of all) {
        if (found.length === MAX_ALERTS)
            break;
        if (due.parts === undefined || (await claims.isNews(due.parts, due.isOwn)))
            found.push(due);
    }
    return found;
}
function partsOf(all) {
    return all.flatMap(({ parts }) => (parts === undefined ? [] : [parts]));
}
const isAsked = (all) => partsOf(all).length > 0;
/** A limit that others share is told once for all keys. */
function thresholdParts(deps, { limit, gateway }, threshold) {
    const { config, clock, keyFingerprint = '' } = deps;
    const { url = '', budgetUrl = '', scope } = config.gateway;
    const owner = limit.isWider ? [url, budgetUrl, JSON.stringify(scope)] : [keyFingerprint];
    const period = (0,thresholds/* periodOf */.jH)(limit, clock.now());
    return ['budget', gateway, ...owner, ...(0,thresholds/* identityOf */.cu)(limit), String(threshold), period];
}
/** Jobs of one run close a gate together. */
function gateParts({ entry }) {
    const { gate, closed, runId, runAttempt } = entry;
    return ['gate', gate, closed ? 'closed' : 'open', runId, String(runAttempt)];
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
/* harmony export */   C2: () => (/* binding */ changeOf),
/* harmony export */   Cd: () => (/* binding */ gateEntry),
/* harmony export */   i2: () => (/* binding */ closeGate)
/* harmony export */ });
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_advice_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3365);
/* harmony import */ var _core_time_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4258);



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

/***/ 7089:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   nR: () => (/* binding */ rememberDenial),
/* harmony export */   ts: () => (/* binding */ tellDenial),
/* harmony export */   ub: () => (/* binding */ isAfterDenial)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9901);
/** The run that `pre` held back, as the two steps of its job tell one another. */


/** For `post` of this job, which may well be told to run always. */
function rememberDenial({ config, runner }, isDenied) {
    const { variable, value, wasDenied } = config.denial;
    if (isDenied !== wasDenied)
        runner.exportVariable(variable, isDenied ? value : '');
}
function isAfterDenial({ config }, error) {
    return config.denial.wasDenied && error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV && error.code === 'no-record';
}
/** There is nothing to judge: the check says already why, and the gate is as it was. */
async function tellDenial({ config, runner, store }) {
    const { name, blockForMs } = config.gate;
    const { state } = await store.readGate(name, blockForMs);
    const message = `\`pre\` of this job held the run of ${config.task} back, so there is no usage to judge. The gate and the check are as they were.`;
    runner.annotate((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'run-not-started', 'The run did not start', message));
    runner.setOutput('verdict', 'unknown');
    runner.setOutput('findings', '[]');
    runner.setOutput('gate', state);
    for (const name of ['drift-percent', 'report', 'comment-url'])
        runner.setOutput(name, undefined);
}


/***/ }),

/***/ 7644:
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
// EXTERNAL MODULE: ./lib/core/override.js
var override = __webpack_require__(895);
// EXTERNAL MODULE: ./lib/core/usage-verdict.js
var usage_verdict = __webpack_require__(9212);
// EXTERNAL MODULE: ./lib/modes/alerting.js + 2 modules
var alerting = __webpack_require__(4839);
// EXTERNAL MODULE: ./lib/modes/close-gate.js
var close_gate = __webpack_require__(2854);
// EXTERNAL MODULE: ./lib/modes/denied-run.js
var denied_run = __webpack_require__(7089);
// EXTERNAL MODULE: ./lib/modes/deps.js
var modes_deps = __webpack_require__(2868);
// EXTERNAL MODULE: ./lib/modes/override-report.js
var override_report = __webpack_require__(4917);
// EXTERNAL MODULE: ./lib/core/limits.js
var limits = __webpack_require__(7535);
;// CONCATENATED MODULE: ./lib/core/run-end.js
/**
 * Did the agent do its work, as far as the meter can tell? Figures within their range do not say so: a run that died early
 * used little.
 */


/** As shells have it. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** `undefined` for a run that ended by itself, and for figures that come from elsewhere and do not say how it ended. */
function endingOf(record) {
    const { complete, 'stop-reason': reason, 'exit-code': code } = record;
    if (reason === 'agent-failed')
        return cut(failed(code));
    if (reason === 'cancelled')
        return cut('The run was cancelled.');
    if (reason === 'timed-out')
        return cut('The run was ended by its timeout.');
    if (reason !== undefined && (0,limits/* isLimitStop */.M)(reason))
        return cut(`The run was stopped (${reason}).`);
    if (!complete)
        return cut('The run was cut short.');
    if ((0,usage_verdict/* nothingMetered */.w0)(record).length > 0)
        return { kind: 'unseen', sentence: 'No call of the run reached the meter.' };
    return undefined;
}
function cut(sentence) {
    return { kind: 'cut', sentence };
}
function failed(code) {
    if (code === NOT_FOUND)
        return 'The command of the agent was not found (exit code 127).';
    if (code === NOT_EXECUTABLE)
        return 'The command of the agent could not be executed (exit code 126).';
    return code === undefined ? 'The agent failed.' : `The agent failed with exit code ${code}.`;
}

// EXTERNAL MODULE: ./lib/core/usage-tables.js
var usage_tables = __webpack_require__(8152);
// EXTERNAL MODULE: ./lib/modes/run-record.js
var run_record = __webpack_require__(7435);
;// CONCATENATED MODULE: ./lib/modes/post-report.js







/** @param judged with findings as they are shown */
function postReport({ config, clock }, { judged, found, findings, gate, issues, links, counted }) {
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
        status: (0,modes_deps/* statusOf */.c)(findings) === 'ok' && isDoubtful(judged, record) ? 'warning' : (0,modes_deps/* statusOf */.c)(findings),
        headline: headlineOf(config, judged, record),
        rows: (0,metric_rows/* usageRows */.x4)(record, config.post.expect, config.wrap.limits),
        facts,
        tables: (0,usage_tables/* usageTables */.R)(record),
        findings,
        gate,
        gatePlace: { store: config.gate.store, issues },
        runUrl: config.context.runUrl,
        links,
        run: runOf(config, judged, record, at),
    };
}
function isDoubtful({ verdict }, record) {
    return verdict === 'outside' || endingOf(record) !== undefined;
}
function runOf({ context }, { verdict }, record, at) {
    return {
        runId: context.runId,
        runAttempt: context.runAttempt,
        at: at.toISOString(),
        commit: context.headSha,
        verdict,
        ending: endingOf(record)?.kind,
        requests: record.requests,
        inputTokens: record['input-tokens'],
        outputTokens: record['output-tokens'],
        costUsd: record['cost-usd'] === undefined ? undefined : String(record['cost-usd']),
    };
}
/** How the run ended comes first: what a run used that died says little. */
function headlineOf(config, judged, record) {
    const ending = endingOf(record);
    const usage = usageSentence(config, judged, record);
    // The finding that makes it outside says which limit it was.
    const isTold = ending?.kind !== 'cut' || (judged.verdict === 'outside' && stoppedBy(judged) !== undefined);
    return isTold ? usage : `${ending.sentence} ${usage}`;
}
function usageSentence({ post }, judged, record) {
    const { verdict, findings } = judged;
    if (verdict === 'within')
        return 'Usage is within its expected range.';
    if (verdict === 'outside') {
        const first = findings.find(({ level }) => level === 'error');
        return `Usage is outside its expected range: ${first?.message ?? ''}`;
    }
    if (post.expect.size === 0)
        return `Usage cannot be judged: nothing is expected of the task ${record.task ?? 'default'}.`;
    if ((0,usage_verdict/* nothingMetered */.w0)(record).length > 0)
        return 'Usage cannot be judged: no call reached the meter.';
    const doubt = findings.find(({ id }) => id.endsWith('-unknown')) ?? findings.find(({ level }) => level === 'warning');
    return `Usage cannot be judged: ${doubt?.message ?? ''}`.trim();
}
function stoppedBy({ findings }) {
    return findings.find(({ id, level }) => id === 'run-stopped' && level === 'error');
}

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

;// CONCATENATED MODULE: ./lib/modes/post.js

















/**
 * @throws {AppError} `denied` when usage is outside and `on-out-of-range` is `fail`.
 * @throws {InputFaults} when the run is judged, of what was wrong and did not keep it from that.
 */
async function runPost(deps) {
    const { lateFaults } = deps.config;
    if (lateFaults.length === 0)
        return judge(deps);
    try {
        await judge(deps);
    }
    catch (error) {
        if (!(error instanceof errors/* AppError */.uV))
            throw error;
        const own = { where: 'post', message: error.message, example: error.hint };
        throw new errors/* InputFaults */.qv(error.isReported ? lateFaults : [...lateFaults, own]);
    }
    throw new errors/* InputFaults */.qv(lateFaults);
}
async function judge(given) {
    const found = await foundOrNothing(given);
    if (found === undefined)
        return (0,denied_run/* tellDenial */.ts)(given);
    const deps = { ...given, config: heldTo(given, found.record) };
    const { config, runner } = deps;
    const judged = judgeFound(config, found);
    const findings = [...judged.findings, ...found.findings, ...missingExpectation(deps)];
    findings.push(...(0,override_report/* overrideFindings */.$q)(config, found.record));
    const settled = await settleGate(deps, { judged, record: found.record }, findings);
    const { gate, change, links = [], issues = [] } = settled;
    // People hear of a gate at once: what follows may wait for a gateway.
    const toldOfGate = (0,alerting/* tellPeople */.f)(deps, { gate: change });
    await rememberUnfinished(deps, found, findings);
    // The gate is settled before anything that may take its time.
    const reconciled = await (0,reconciliation/* reconcileRun */.E)(deps, found.record);
    findings.push(...(reconciled?.findings ?? []));
    const shown = (0,core_findings/* byImportance */.G5)(config.observe || config.post.onOutOfRange === 'warn' ? softened(findings, config.observe) : findings);
    runner.setOutput('verdict', judged.verdict);
    runner.setOutput('findings', JSON.stringify(shown.map(findingJson)));
    runner.setOutput('gate', gate);
    runner.setOutput('drift-percent', renderDrift(reconciled?.driftPercent));
    runner.info(`spendgate: ${headlineOf(config, judged, found.record)}`);
    const report = postReport(deps, {
        judged,
        found,
        findings: shown,
        gate,
        issues,
        links,
        counted: reconciled?.fact,
    });
    leaveReport(deps, deps.saveFile, report);
    const [reported] = await Promise.all([
        (0,publish/* publish */.m)(report, deps.reporters, (0,modes_deps/* reporterContext */.D)(deps)),
        toldOfGate.then(() => (0,alerting/* tellPeople */.f)(deps, {
            reading: reconciled?.after,
            before: reconciled?.before,
            isRefused: found.record['stop-reason'] === 'budget-exhausted',
        })),
    ]);
    runner.setOutput('comment-url', reported.commentUrl);
    if (found.lost !== undefined && !config.observe)
        throw new errors/* AppError */.uV(found.lost.code, found.lost.why, { isReported: true });
    if (judged.verdict === 'outside' && config.post.onOutOfRange === 'fail' && !config.observe) {
        throw new errors/* AppError */.uV('denied', headlineOf(config, judged, found.record), { isReported: true });
    }
}
/**
 * When the job decided over its overrides came by a variable, which any step could have set back. An override that has
 * ended since counts where the record says that the run was held to it.
 */
function heldTo({ config, clock, decideNow }, record) {
    const unheld = (0,override/* unheldOverrides */.O3)(config.overrides.active, record.overrides ?? [], clock.now());
    return config.post.meter !== undefined || unheld.length === 0 ? config : decideNow();
}
/** By its figures, by whether they are its own, and by whether what judges them is what it was when the job began. */
function judgeFound({ post, context }, found) {
    const { record, isDisputed = false, lost } = found;
    const figures = (0,usage_verdict/* judgeUsage */.Bj)(record, post.expect);
    const known = lost === undefined ? figures : (0,usage_verdict/* withLostRecord */.OZ)(figures, lost.why);
    const told = isDisputed ? (0,usage_verdict/* withDisputedUsage */.gL)(known) : known;
    const { changedPolicy } = post;
    const judged = changedPolicy === undefined ? told : (0,usage_verdict/* withChangedPolicy */.Pl)(told, changedPolicy);
    const { trouble } = context.eventFile;
    return trouble?.kind === 'changed' ? (0,usage_verdict/* withChangedEvent */.FW)(judged, trouble.message) : judged;
}
/** One decimal, and never a negative zero. */
function renderDrift(percent) {
    return percent === undefined ? undefined : (Math.round(percent * 10) / 10 || 0).toFixed(1);
}
/** An observed job without a record is told so, and fails nothing. `undefined` for a run that `pre` held back. */
async function foundOrNothing(deps) {
    try {
        const background = await deps.endBackground();
        return observedRecord(deps, background);
    }
    catch (error) {
        if ((0,denied_run/* isAfterDenial */.ub)(deps, error))
            return undefined;
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
    const whole = () => (usage === undefined ? background : undefined) ?? findRecord({ hasEnded: background !== undefined });
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
    return { ...base, record: withTotal({ ...base.record, ...given }) };
}
/** The figures that were given may be others than those it was the sum of. */
function withTotal(record) {
    const { 'input-tokens': input, 'output-tokens': output } = record;
    const total = input === undefined || output === undefined ? undefined : input + output;
    return { ...record, 'total-tokens': total };
}
function missingExpectation({ config }) {
    if (config.post.expect.size > 0)
        return [];
    const advice = 'Give `expect-input-tokens` and the like, or `expect:` for this task in the policy file.';
    return [
        (0,core_findings/* finding */.gk)('notice', 'no-expectation', 'Nothing is expected of this task', `No expected range is set for the task ${config.task}.`, { advice }),
    ];
}
/**
 * Closes the gate after a run outside its range. Otherwise, where all was read and nothing was ever said of the gate, that
 * is kept as its first state, so that "never closed" is known; it outranks no closing that was not seen yet.
 */
async function settleGate(deps, { judged: { verdict }, record }, findings) {
    const { config, store } = deps;
    if (verdict === 'outside' && config.post.onOutOfRange !== 'warn' && !config.observe) {
        const reasons = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
        const reason = reasons.join(' ');
        const figures = (0,metric_rows/* usageRows */.x4)(record, config.post.expect, config.wrap.limits);
        const { change, finding: told, links } = await (0,close_gate/* closeGate */.i2)(deps, reason, figures);
        findings.push(told);
        return { gate: change.kept ? 'closed' : 'unknown', change, links };
    }
    const reading = await store.readGate(config.gate.name, config.gate.blockForMs);
    const isFirst = reading.state === 'unknown' && reading.sawAll === true && verdict !== 'outside';
    // Without its event nobody knows whether this run is a stranger's.
    const isTrusted = (0,gate/* isTrustedRun */.Hh)(config.context) && config.context.eventFile.trouble === undefined;
    if (!isFirst || !isTrusted)
        return { gate: reading.state, issues: reading.sources.flatMap(({ holding = [] }) => holding) };
    const first = { ...(0,close_gate/* gateEntry */.Cd)(deps, false, 'First run behind this gate.'), isFirst: true };
    const saved = await store.saveGate(first);
    return { gate: saved.saved ? 'open' : reading.state };
}
/** `wrap` could not remember the run, killed or gone before the agent began, so `post` does, under the same id. */
async function rememberUnfinished(deps, found, findings) {
    const { config, store, clock } = deps;
    if (!found.isUnfinished)
        return;
    const id = found.record['run-id'] ?? config.context.runId;
    const spend = (0,run_record/* spendOf */.Ii)(id, found.record, clock.now());
    const [unsaved] = await Promise.all([
        config.gateway.windows.length === 0 ? [] : (0,run_record/* rememberSpend */._z)(store, spend),
        (0,reconciliation/* rememberRun */.j)(deps, found.record),
    ]);
    findings.push(...unsaved);
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


/***/ })

};
