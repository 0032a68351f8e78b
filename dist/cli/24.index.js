export const id = 24;
export const ids = [24];
export const modules = {

/***/ 80639:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AR: () => (/* binding */ sharesOf),
/* harmony export */   HI: () => (/* binding */ refusedCrossing),
/* harmony export */   HO: () => (/* binding */ crossingsOf),
/* harmony export */   LM: () => (/* binding */ lowerOnes),
/* harmony export */   Pd: () => (/* binding */ passedSince),
/* harmony export */   cu: () => (/* binding */ identityOf),
/* harmony export */   jH: () => (/* binding */ periodOf),
/* harmony export */   l6: () => (/* binding */ isUsedUp),
/* harmony export */   yu: () => (/* binding */ isMoved)
/* harmony export */ });
/* harmony import */ var _budget_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(29610);
/* harmony import */ var _findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(69901);
/** Which shares of which budgets are used, when a share counts as passed, and how often that is said. */


/** The end of a budget is always told. */
const END = 100;
const MAX_SHARES = 50;
/** One for each limit that passed a threshold: the highest one passed. Most urgent first. */
function crossingsOf(reading, alertAt) {
    const { gateway, asOf } = reading;
    return reading.limits
        .flatMap((limit) => {
        const percent = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .percentUsed */ .Tw)(limit);
        const threshold = isUsedUp(limit) ? END : highest(alertAt, 0, percent);
        return threshold === undefined ? [] : [{ limit, gateway, asOf, percent, threshold }];
    })
        .toSorted((a, b) => b.threshold - a.threshold || (b.percent ?? END) - (a.percent ?? END));
}
/** Nothing is left, whether or not a limit is told. */
function isUsedUp({ remaining }) {
    return remaining.kind === 'finite' && remaining.value <= 0;
}
/** The highest threshold above `from` that `percent` reaches. */
function highest(alertAt, from, percent) {
    if (percent === undefined)
        return undefined;
    const passed = [...alertAt, END].filter((threshold) => threshold > from && percent >= threshold);
    return passed.length === 0 ? undefined : Math.max(...passed);
}
/** Thresholds that are passed along with the highest one; none where no share is known. */
function lowerOnes({ threshold, percent }, alertAt) {
    return percent === undefined ? [] : alertAt.filter((lower) => lower < threshold);
}
/** What `pre` keeps for `post`. */
function sharesOf({ limits }) {
    return limits.slice(0, MAX_SHARES).flatMap((limit) => {
        const { scope, unit, period, resetsAt } = limit;
        const percent = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .percentUsed */ .Tw)(limit);
        return percent === undefined ? [] : [{ scope, unit, period, resetsAt, percent }];
    });
}
/**
 * A notice for each limit that was moved over a threshold since `before`. A limit that was not seen then, or whose window
 * ended in between, gives none: nobody knows who moved it.
 */
function passedSince(before, reading, alertAt) {
    return reading.limits.flatMap((limit) => {
        const percent = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .percentUsed */ .Tw)(limit);
        const then = before.find((share) => isSame(share, limit));
        const threshold = then && highest(alertAt, then.percent, percent);
        if (then === undefined || threshold === undefined || percent === undefined)
            return [];
        const message = `${percent.toFixed(0)} % of the limit on ${limit.scope} is used (${reading.gateway}), and ${then.percent.toFixed(0)} % was when this job began; the alert is set at ${threshold} %.`;
        return [(0,_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'budget-alert', `Budget is ${threshold} % used`, message)];
    });
}
/** True when less than the threshold was used before; false where nobody looked at that limit then. */
function isMoved(before, { limit, threshold }) {
    const then = before.find((share) => isSame(share, limit));
    return then !== undefined && then.percent < threshold;
}
function isSame(share, limit) {
    return (share.scope === limit.scope &&
        share.unit === limit.unit &&
        share.period === limit.period &&
        share.resetsAt === limit.resetsAt);
}
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
/** A reset that lies further back is not one that a gateway is late with. */
const STALE_MS = DAY_HOURS * HOUR_MS;
/**
 * The period in which a threshold is told once: up to the reset; without one the calendar day, week or month (UTC) that
 * is as long as the window, and the month where there is none. A reset that is told as "in so many seconds" moves by one
 * or two from look to look, so the nearest hour stands for it.
 */
function periodOf({ resetsAt, period }, now) {
    const reset = Date.parse(resetsAt ?? '');
    if (!Number.isNaN(reset) && reset >= now.getTime() - STALE_MS)
        return `until ${new Date(Math.round(reset / HOUR_MS) * HOUR_MS).toISOString()}`;
    const hours = hoursOf(period);
    if (hours > WEEK_HOURS)
        return now.toISOString().slice(0, 'YYYY-MM'.length);
    const daysBack = hours > DAY_HOURS ? (now.getUTCDay() + 6) % 7 : 0;
    const first = new Date(now.getTime() - daysBack * DAY_HOURS * HOUR_MS);
    return first.toISOString().slice(0, 'YYYY-MM-DD'.length);
}
const HOURS = new Map([
    ['s', 0],
    ['m', 0],
    ['h', 1],
    ['d', DAY_HOURS],
    ['w', WEEK_HOURS],
    ['hourly', 1],
    ['day', DAY_HOURS],
    ['daily', DAY_HOURS],
    ['week', WEEK_HOURS],
    ['weekly', WEEK_HOURS],
]);
/** Length of a window as gateways write it: `1d`, `24 h`, `weekly`; endless where it is longer, or not understood. */
function hoursOf(period) {
    const [, count = '1', unit = ''] = /^(\d+)?\s*([a-zA-Z]+)$/.exec(period ?? '') ?? [];
    const hours = HOURS.get(unit);
    return hours === undefined ? Number.POSITIVE_INFINITY : Number(count) * hours;
}
/** For a run that the gateway's refusal ended, where no reading shows which budget that was. */
function refusedCrossing(gateway, asOf) {
    const limit = (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .budgetLimit */ .j8)('a budget behind the key of this run', 'usd', { remaining: (0,_budget_js__WEBPACK_IMPORTED_MODULE_0__/* .finite */ .E2)(0) }, { period: 'day', hasNoCount: true });
    return { limit, gateway, asOf, percent: undefined, threshold: END };
}
/** What tells a limit from all others, without the key it belongs to. A limit that is raised is another one. */
function identityOf({ scope, unit, limit, period }) {
    return [scope, unit, limit.kind === 'finite' ? String(limit.value) : limit.kind, period ?? ''];
}


/***/ }),

/***/ 54258:
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
var gate_advice = __webpack_require__(13365);
// EXTERNAL MODULE: ./lib/core/text.js
var core_text = __webpack_require__(69716);
// EXTERNAL MODULE: ./lib/core/thresholds.js
var thresholds = __webpack_require__(80639);
// EXTERNAL MODULE: ./lib/core/time.js
var time = __webpack_require__(54258);
// EXTERNAL MODULE: ./lib/core/units.js
var units = __webpack_require__(17564);
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
var findings = __webpack_require__(69901);
// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(11923);
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

/***/ 72868:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ reporterContext),
/* harmony export */   c: () => (/* binding */ statusOf)
/* harmony export */ });
/* harmony import */ var _check_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(25516);

function reporterContext({ runner, github, config }) {
    const { context, observe, post } = config;
    const target = (0,_check_js__WEBPACK_IMPORTED_MODULE_0__/* .checkTarget */ .e)(config);
    const rules = {
        isAdvisory: observe || post.onOutOfRange === 'warn',
        isObserved: observe,
        isUnproven: false,
        expectsNothing: post.expect.size === 0,
    };
    return {
        runner,
        github,
        pullRequest: context.pullRequest ?? context.issue,
        comment: post.comment,
        commentMode: post.commentMode,
        check: target && { ...target, ...rules },
    };
}
/** `bad` when something failed, `warning` when something is doubtful. */
function statusOf(findings) {
    if (findings.some(({ level }) => level === 'error'))
        return 'bad';
    return findings.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
}


/***/ }),

/***/ 50903:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   FR: () => (/* binding */ gateLinks),
/* harmony export */   d2: () => (/* binding */ runsUrlOf),
/* harmony export */   pE: () => (/* binding */ gateFacts),
/* harmony export */   zw: () => (/* binding */ watchGate)
/* harmony export */ });
/* harmony import */ var _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(11923);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(58532);
/* harmony import */ var _core_time_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(54258);
/** Reads the gate a run stands before, looks after it where the run is trusted to, and says which store said what. */



async function watchGate({ config, store }, deadlineMs) {
    const { name, blockForMs } = config.gate;
    const reading = await (0,_core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .withDeadline */ .NE)(store.readGate(name, blockForMs), deadlineMs, () => (0,_core_gate_js__WEBPACK_IMPORTED_MODULE_1__/* .blindGate */ .TI)('The store did not answer in time.'));
    if (reading.blind || !(0,_core_gate_js__WEBPACK_IMPORTED_MODULE_1__/* .isTrustedRun */ .Hh)(config.context))
        return { reading, notes: [] };
    const notes = await (0,_core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .withDeadline */ .NE)(store.tendGate(name), _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .HINT_MS */ .Ji, () => [
        'Looking after the gate took too long, and was left.',
    ]);
    return { reading, notes };
}
/** Every store with what it said and when, and what it could not see. */
function gateFacts({ reading, notes }) {
    const { sources, evidence } = reading;
    const untouched = (0,_core_gate_js__WEBPACK_IMPORTED_MODULE_1__/* .isUntouched */ .O2)(reading) ? 'never closed, as far as can be seen' : undefined;
    const said = sources.flatMap(({ store, state, readAt, evidence: why, unseen }) => [
        [`Gate in ${store}`, `${untouched ?? state}, read at ${(0,_core_time_js__WEBPACK_IMPORTED_MODULE_2__/* .inSeconds */ .F)(readAt)}. ${why}`],
        ...(unseen.length === 0 ? [] : [[`${store} could not see`, unseen.join('; ')]]),
    ]);
    const facts = sources.length === 0 ? [['Gate', evidence]] : said;
    return [...facts, ...notes.map((note) => ['Gate looked after', note])];
}
/** The run that changed the gate last, and what else its stores name. */
function gateLinks({ entry, sources }, runsUrl) {
    const run = entry === undefined || runsUrl === undefined
        ? []
        : [{ text: `run ${entry.runId}`, url: `${runsUrl}${entry.runId}` }];
    return [...run, ...sources.flatMap(({ links = [] }) => links)];
}
/** Where the runs of this repository are shown, for links to other runs. */
function runsUrlOf({ context }) {
    return context.runUrl?.replace(/\d+$/, '');
}


/***/ }),

/***/ 72759:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ publish)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(69901);
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
        // Whoever asked GitHub has told it, once for all that needed the same.
        if (error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV && error.code === 'permission-missing')
            return {};
        const message = `${(0,_core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .describeError */ .Uc)(error)}. The verdict is not affected; the job summary and the log hold the report.`;
        // What a person can do about it is known where the error is understood, and nowhere else.
        const advice = error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV ? error.hint : undefined;
        context.runner.annotate((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'reporter-failed', `${reporter.id} could not report`, message, advice === undefined ? {} : { advice }));
        return {};
    }
}


/***/ })

};
