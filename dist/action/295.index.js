export const id = 295;
export const ids = [295];
export const modules = {

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

/***/ 3295:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runPre: () => (/* binding */ runPre)
});

// EXTERNAL MODULE: ./lib/core/budget.js
var core_budget = __webpack_require__(9610);
// EXTERNAL MODULE: ./lib/core/contract.js
var core_contract = __webpack_require__(3245);
// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(1923);
// EXTERNAL MODULE: ./lib/core/findings.js
var core_findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/gate.js
var core_gate = __webpack_require__(6151);
// EXTERNAL MODULE: ./lib/core/sighting.js
var sighting = __webpack_require__(3244);
// EXTERNAL MODULE: ./lib/core/thresholds.js
var thresholds = __webpack_require__(639);
// EXTERNAL MODULE: ./lib/core/time.js
var time = __webpack_require__(4258);
// EXTERNAL MODULE: ./lib/core/units.js
var units = __webpack_require__(7564);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/core/gate-advice.js
var gate_advice = __webpack_require__(3365);
// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
;// CONCATENATED MODULE: ./lib/core/reruns.js
/**
 * How often a workflow was run again for one commit. A run belongs to its commit where the commit is what started it; a
 * schedule, a comment or a person starts many runs on a commit that is not theirs, and there a run counts its own attempts.
 */

const COMMIT_EVENTS = new Set([
    'push',
    'pull_request',
    'pull_request_target',
    'merge_group',
]);
function isAboutCommit(event) {
    return COMMIT_EVENTS.has(event);
}
/**
 * @param runs of the same workflow, event and commit; this run may be among them, or not be listed yet
 * A first attempt does not count what was started after it: of two runs that start together, one is the first.
 */
function countReruns(runs, self) {
    const others = runs.filter(({ id }) => id !== self.id && (self.attempt > 1 || id < self.id));
    return others.reduce((sum, { attempt }) => sum + attempt, self.attempt) - 1;
}
function judgeReruns(reruns, permitted) {
    if (reruns === undefined || permitted === undefined || reruns.count <= permitted)
        return [];
    const message = `This is re-run ${reruns.count} of this workflow for its commit, and \`reruns-per-commit\` permits ${permitted}. ${reruns.evidence}`;
    const advice = 'Push a commit. To let a person approve more by name, let the job wait for the reviewers of an environment: docs/gate.md, section \u201cRe-runs\u201d, shows how.';
    return [(0,core_findings/* finding */.gk)('error', 'reruns-exhausted', 'Too many re-runs of one commit', message, { advice })];
}

;// CONCATENATED MODULE: ./lib/core/verdict.js
/** May this run start? The rules of `pre`, without the outside world: readings in, verdict with reasons out. */









/** @throws {AppError} `units-not-comparable` when `min-remaining` cannot be compared with what the gateway reports. */
function decidePre(evidence, policy) {
    const reading = evidence.budget !== undefined && !('error' in evidence.budget) ? evidence.budget : undefined;
    const tightest = reading && (0,core_budget/* tightestOf */.K0)(reading, policy.minRemaining?.unit);
    const findings = [
        ...judgeKillSwitch(evidence.killSwitch),
        ...judgeGate(evidence, policy.onGateUnknown),
        ...judgeReruns(evidence.reruns, policy.rerunsPerCommit),
        ...judgeBudget(evidence.budget, tightest, policy),
        ...(reading ? alerts(reading, policy.alertAt) : []),
    ];
    const denying = findings.find(({ level }) => level === 'error');
    const doubtful = findings.find(({ level, id }) => level === 'warning' || id.endsWith('-unknown'));
    if (policy.observe && denying) {
        const reason = `Observed only; without \`observe\` this run would be denied: ${denying.message}`;
        return { decision: 'allow', reason, findings: (0,core_findings/* asNotices */.Ek)(findings), tightest };
    }
    const decision = denying ? 'deny' : doubtful ? 'degrade' : 'allow';
    const allowed = allowedBecause(evidence, tightest);
    const reason = denying?.message ?? (doubtful ? `${doubtful.message} ${allowed}`.trim() : allowed);
    return { decision, reason, findings, tightest };
}
function allowedBecause({ budget }, tightest) {
    if (budget === undefined)
        return 'No gateway is named, so no budget was asked for.';
    if ('error' in budget)
        return '';
    if (tightest === undefined)
        return 'No finite limit stands against this run.';
    return `${(0,units/* renderAmount */.d)(tightest.remaining)} left on ${tightest.limit.scope}.`;
}
function judgeKillSwitch(killSwitch) {
    if (killSwitch === undefined)
        return [];
    return [
        (0,core_findings/* finding */.gk)('error', 'kill-switch', 'Kill switch is on', `The kill switch is on (\`kill-switch: ${killSwitch}\`).`, {
            advice: 'Clear the variable behind `kill-switch` (often `vars.SPENDGATE_HALT`) when runs may start again.',
        }),
    ];
}
function judgeGate(evidence, onUnknown) {
    const { gate, gateName, gateStore, runsUrl } = evidence;
    if (gate.state === 'open')
        return [];
    if (gate.state === 'unknown')
        return judgeUnknownGate(evidence, onUnknown);
    const { entry } = gate;
    const name = gateName ?? entry?.gate ?? '';
    const run = entry && runsUrl ? `${runsUrl}${entry.runId}` : `run ${entry?.runId}`;
    const since = entry ? ` since ${(0,time/* inSeconds */.F)(entry.createdAt)} (${run})` : '';
    const why = entry?.reason
        ? ` Reason: \u201c${entry.reason}\u201d.`
        : entry
            ? ' The reason stands in the summary of that run.'
            : '';
    const until = entry?.until ? ` It opens by itself at ${(0,time/* inSeconds */.F)(entry.until)}.` : '';
    return [
        (0,core_findings/* finding */.gk)('error', 'gate-closed', 'Gate is closed', `The gate ${name} is closed${since}.${why}${until} ${gate.evidence}`.trim(), {
            advice: `Look at that run, then ${(0,gate_advice/* howToOpen */.c)(name, gateStore)}.`,
        }),
    ];
}
/** What was read and holds no state is mended by a person who opens it; what could not be read is not. */
function judgeUnknownGate({ gate, gateName = '', gateStore }, onUnknown) {
    if ((0,core_gate/* isUntouched */.O2)(gate) && onUnknown !== 'block')
        return [];
    if (gate.blind) {
        const message = `The gate could not be read, so nobody knows whether it is closed. ${gate.evidence}`;
        return [fallbackFinding(onUnknown, 'gate-unknown', 'Gate is unknown', message, 'on-gate-unknown')];
    }
    const title = 'Gate has no state yet';
    if (onUnknown !== 'block')
        return [(0,core_findings/* finding */.gk)('notice', 'gate-unknown', title, gate.evidence)];
    const message = `No state of the gate ${gateName} is known: it is new, or what was kept of it is lost. ${gate.evidence}`;
    const advice = `If runs may start, ${(0,gate_advice/* howToOpen */.c)(gateName, gateStore)}. \`on-gate-unknown: warn\` would let this one start as it is.`;
    return [(0,core_findings/* finding */.gk)('error', 'gate-unknown', title, message, { advice })];
}
function judgeBudget(budget, tightest, policy) {
    if (budget === undefined)
        return [];
    if ('error' in budget) {
        const message = `The budget could not be read: ${budget.error}`;
        return [
            fallbackFinding(policy.onUnreadable, 'budget-unknown', 'Budget is unknown', message, 'on-unreadable'),
        ];
    }
    if (tightest)
        return [...judgeRemaining(budget, tightest, policy.minRemaining), ...judgeGaps(budget)];
    const isUnlimited = budget.limits.length > 0 && budget.limits.every(({ remaining }) => remaining.kind === 'unlimited');
    if (isUnlimited)
        return [];
    const message = `${budget.gateway} answered, but no limit in its answer says what is left.`;
    return [
        fallbackFinding(policy.onUnreadable, 'budget-unknown', 'Budget is unknown', message, 'on-unreadable'),
    ];
}
/** What is left of a budget whose spend is partly unknown is that much at most. */
function judgeGaps(reading) {
    return [...judgeUnknownLimits(reading), ...judgeBounds(reading)];
}
/** One of them may be the tightest. */
function judgeUnknownLimits({ limits }) {
    const unknown = limits
        .filter(({ limit, remaining }) => limit.kind === 'finite' && remaining.kind === 'unknown')
        .map(({ scope }) => scope);
    if (unknown.length === 0)
        return [];
    const message = `What is left of ${unknown.join(' and ')} is not known: a limit is told, and no use of it.`;
    return [
        (0,core_findings/* finding */.gk)('warning', 'budget-uncertain', 'A limit cannot be judged', message, {
            advice: 'Less may be left than the other limits say. `spendgate verify` shows what the gateway enforces.',
        }),
    ];
}
function judgeBounds({ limits }) {
    const uncertain = limits.filter(({ isAtLeast }) => isAtLeast).map(({ scope }) => scope);
    if (uncertain.length === 0)
        return [];
    return [
        (0,core_findings/* finding */.gk)('warning', 'budget-uncertain', 'Part of what was spent is not known', `Not all that counts against ${uncertain.join(' and ')} is known: runs used models without a known price, did not report their tokens, ran on branches that this one cannot see, or cannot be read any more. What is left is that much at most.`, {
            advice: 'A gateway that reports its costs, or a model with a price, makes the budget exact, and `actions: read` shows whether other branches spent; a line that cannot be read takes a look at the store.',
        }),
    ];
}
function judgeRemaining(reading, tightest, minimum) {
    const { limit, remaining } = tightest;
    const resets = limit.resetsAt ? ` It resets at ${limit.resetsAt}.` : '';
    const where = `left on ${limit.scope} (${reading.gateway}, ${(0,time/* inSeconds */.F)(reading.asOf)})`;
    const advice = `Raise the limit on ${limit.scope}${limit.resetsAt ? ', wait for the reset' : ''}, or lower \`min-remaining\`.`;
    if (remaining.value <= 0) {
        return [
            (0,core_findings/* finding */.gk)('error', 'budget-exhausted', 'Budget is exhausted', `${(0,units/* renderAmount */.d)(remaining)} ${where}.${resets}`, { advice }),
        ];
    }
    if (minimum === undefined)
        return [];
    const needed = amountOf(minimum, remaining.unit);
    const comparable = (0,units/* convertOrThrow */.h5)(remaining, needed.unit, reading.conversions);
    if (comparable.amount.value >= needed.value)
        return [];
    const via = comparable.via.length > 0 ? ` (converted: ${comparable.via.join(', ')})` : '';
    // What would look alike and is not is told to the last digit.
    const render = (0,units/* renderAmount */.d)(needed) === (0,units/* renderAmount */.d)(remaining) ? units/* renderExactly */.b4 : units/* renderAmount */.d;
    const message = `${render(remaining)} ${where}${via} is less than the minimum of ${render(needed)}.${resets}`;
    return [(0,core_findings/* finding */.gk)('error', 'budget-too-low', 'Budget is too low', message, { advice })];
}
/** `$5.00`, `200,000 tokens`; a bare number as it was written. */
function renderQuantity({ value, unit }) {
    return unit === undefined ? String(value) : (0,units/* renderAmount */.d)({ unit, value });
}
/** @throws {AppError} never for a unit that was given; the unit of the reading stands in where none was. */
function amountOf({ value, unit }, reported) {
    if (unit !== undefined)
        return { unit, value };
    return reported === 'usd'
        ? { unit: 'usd', value: Math.round(value * money/* NANO_PER_USD */.WC) }
        : { unit: reported, value };
}
/** One notice per limit that crossed a threshold: the highest one crossed. */
function alerts(reading, thresholds) {
    return reading.limits.flatMap((limit) => {
        const used = (0,core_budget/* percentUsed */.Tw)(limit);
        const crossed = used === undefined
            ? undefined
            : thresholds.filter((threshold) => used >= threshold).sort((a, b) => b - a)[0];
        if (used === undefined || crossed === undefined)
            return [];
        const message = `${used.toFixed(0)} % of the limit on ${limit.scope} is used (${reading.gateway}); the alert is set at ${crossed} %.`;
        return [(0,core_findings/* finding */.gk)('notice', 'budget-alert', `Budget is ${crossed} % used`, message)];
    });
}
function fallbackFinding(fallback, id, title, message, input) {
    const level = { block: 'error', warn: 'warning', pass: 'notice' }[fallback];
    return (0,core_findings/* finding */.gk)(level, id, title, message, {
        advice: `\`${input}: ${fallback}\` decides what this means; \`${fallback === 'block' ? 'warn' : 'block'}\` would ${fallback === 'block' ? 'let the run start' : 'stop it'}.`,
    });
}
const DENIED_BY = {
    // The budget of a ledger stands in a store.
    'budget-unknown': (budget) => budget && 'error' in budget && budget.code === 'store-failed' ? 'store-failed' : 'upstream-failed',
    'gate-unknown': () => 'store-failed',
};
/** The error a denied `pre` ends with: a limit, the gateway that could not be read, or the store that could not. */
function deniedError(verdict, budget) {
    const { advice, id = '' } = verdict.findings.find(({ level }) => level === 'error') ?? {};
    const code = DENIED_BY[id]?.(budget) ?? 'denied';
    return new errors/* AppError */.uV(code, verdict.reason, {
        isReported: true,
        ...(advice === undefined ? {} : { hint: advice }),
    });
}

// EXTERNAL MODULE: ./lib/modes/alerting.js + 2 modules
var alerting = __webpack_require__(4839);
// EXTERNAL MODULE: ./lib/modes/budget-reading.js
var budget_reading = __webpack_require__(4334);
// EXTERNAL MODULE: ./lib/modes/denied-run.js
var denied_run = __webpack_require__(7089);
// EXTERNAL MODULE: ./lib/modes/deps.js
var modes_deps = __webpack_require__(2868);
// EXTERNAL MODULE: ./lib/modes/gate-watch.js
var gate_watch = __webpack_require__(903);
// EXTERNAL MODULE: ./lib/modes/override-report.js
var override_report = __webpack_require__(4917);
// EXTERNAL MODULE: ./lib/modes/publish.js
var publish = __webpack_require__(2759);
;// CONCATENATED MODULE: ./lib/modes/reruns.js
/** Counts how often this workflow was run again for its commit; asked only where `reruns-per-commit` sets a limit. */



/** What cannot be listed is not counted: this run's own attempts are known without asking. */
async function readReruns({ config, github }, deadlineMs) {
    const { isActions, event, runId, runAttempt } = config.context;
    if (config.pre.rerunsPerCommit === undefined || !isActions)
        return undefined;
    const own = (why) => ({
        count: runAttempt - 1,
        evidence: `Counted are this run's own attempts: ${why}.`,
    });
    if (!isAboutCommit(event))
        return own(`a run of \`${event}\` is not about its commit`);
    if (github === undefined)
        return own('no token to list other runs with');
    const counted = countAll(github, event, { id: Number(runId), attempt: runAttempt }).catch((error) => {
        const why = (0,errors/* describeError */.Uc)(error).replace(/\.$/, '');
        return own(`other runs could not be listed, which needs \`actions: read\`: ${why}`);
    });
    return (0,deadline/* withDeadline */.NE)(counted, deadlineMs, () => own('other runs were not listed in time'));
}
async function countAll(github, event, self) {
    const { workflowId, headSha } = await github.readRun(self.id);
    const runs = await github.listRuns({ workflowId, headSha, event });
    const evidence = `Counted are all runs of \`${event}\` for ${headSha.slice(0, 7)}, each with its attempts.`;
    return { count: countReruns(runs, self), evidence };
}

// EXTERNAL MODULE: ./lib/modes/sightings.js
var sightings = __webpack_require__(8872);
;// CONCATENATED MODULE: ./lib/modes/pre.js
/**
 * May this run start? Kill switch, gate, budget and re-runs are read in parallel under one deadline, hints under a shorter
 * one of their own; `core/verdict` decides.
 */



















const BUDGET_DENIALS = new Set(['budget-exhausted', 'budget-too-low']);
/** @throws {AppError} `denied` when the run may not start. */
async function runPre(deps) {
    const { config, deadlineMs } = deps;
    const [watch, budget, last, reruns] = await Promise.all([
        (0,gate_watch/* watchGate */.zw)(deps, deadlineMs),
        (0,deadline/* withDeadline */.NE)((0,budget_reading/* readBudgetAndVersion */.lr)(deps), deadlineMs, () => ({
            error: `no answer within ${deadlineMs / 1000} s.`,
        })),
        (0,sightings/* readLast */.d8)(deps),
        readReruns(deps, deadlineMs),
        deps.checkOpened,
    ]);
    const gate = watch.reading;
    const { killSwitch } = config;
    const decided = decidePre({
        killSwitch,
        gate,
        gateName: config.gate.name,
        gateStore: config.gate.store,
        runsUrl: (0,gate_watch/* runsUrlOf */.d2)(config),
        budget,
        reruns,
    }, config.pre);
    const verdict = { ...decided, findings: [...decided.findings, ...notes(deps, budget, last)] };
    setOutputs(deps, verdict, gate, budget);
    (0,denied_run/* rememberDenial */.nR)(deps, verdict.decision === 'deny');
    deps.runner.info(`spendgate: ${verdict.decision}. ${verdict.reason}`);
    await Promise.all([
        (0,publish/* publish */.m)(reportOf(deps, verdict, { watch, budget, reruns }), deps.reporters, (0,modes_deps/* reporterContext */.D)(deps)),
        remember(deps, budget),
        (0,alerting/* tellPeople */.f)(deps, { reading: (0,budget_reading/* readingOf */.MU)(budget) }),
    ]);
    if (verdict.decision === 'deny')
        throw deniedError(verdict, budget);
}
/** What a person should know, and what changes no verdict. */
function notes({ config, clock }, budget, last) {
    const { contract, id } = config.gateway;
    const reading = (0,budget_reading/* readingOf */.MU)(budget);
    const found = [
        ...(0,override_report/* overrideFindings */.$q)(config),
        ...(contract ? (0,core_contract/* judgeContract */.a)(contract, clock.now(), { id, version: reading?.version }) : []),
        ...(reading ? (0,sighting/* judgeSharing */.qu)(last, { reading, workflow: config.context.workflow }) : []),
    ];
    return config.observe ? (0,core_findings/* asNotices */.Ek)(found) : found;
}
/** Keeps the gateway's count: for `post` of this job, and for the next `pre` that is asked with the same key. */
async function remember(deps, budget) {
    const reading = (0,budget_reading/* readingOf */.MU)(budget);
    const count = reading && (0,sighting/* countOf */.pq)(reading);
    if (reading === undefined || count === undefined)
        return;
    const { gateway, asOf, conversions } = reading;
    const mark = deps.markFile.save({ gateway, count, at: asOf, conversions, shares: (0,thresholds/* sharesOf */.AR)(reading) });
    deps.runner.exportVariable(mark.variable, mark.value);
    await (0,sightings/* saveCount */.R$)(deps, count);
}
function setOutputs({ runner }, verdict, gate, budget) {
    const limit = verdict.tightest?.limit;
    const reading = (0,budget_reading/* readingOf */.MU)(budget);
    const isUnlimited = limit === undefined && (reading?.limits.some(({ remaining }) => remaining.kind === 'unlimited') ?? false);
    const percent = limit && (0,core_budget/* percentUsed */.Tw)(limit);
    runner.setOutput('allowed', String(verdict.decision !== 'deny'));
    runner.setOutput('verdict', verdict.decision);
    runner.setOutput('remaining', verdict.tightest && (0,units/* renderAmountPlain */.t1)(verdict.tightest.remaining));
    runner.setOutput('unit', limit && (0,units/* unitName */.Cq)(limit.unit));
    runner.setOutput('limit', limit ? plainLevel(limit.limit, limit.unit) : isUnlimited ? 'unlimited' : undefined);
    runner.setOutput('used', limit && plainLevel(limit.used, limit.unit));
    runner.setOutput('percent-used', percent === undefined ? undefined : percent.toFixed(1));
    runner.setOutput('resets-at', limit?.resetsAt);
    runner.setOutput('gate', gate.state);
    runner.setOutput('reason', verdict.reason);
    runner.setOutput('snapshot', reading && JSON.stringify(snapshotOf(reading)));
}
function plainLevel(level, unit) {
    if (level.kind === 'finite')
        return (0,units/* renderAmountPlain */.t1)({ unit, value: level.value });
    return level.kind === 'unlimited' ? 'unlimited' : undefined;
}
function snapshotOf(reading) {
    return {
        gateway: reading.gateway,
        'as-of': reading.asOf,
        lag: reading.lagMs === undefined ? undefined : `up to ${(0,core_budget/* renderLag */.$_)(reading.lagMs)}`,
        version: reading.version,
        complete: reading.unread.length === 0,
        unread: reading.unread,
        conversions: reading.conversions.map(({ unit, nanoUsdPerUnit, source }) => ({
            unit,
            'nano-usd-per-unit': nanoUsdPerUnit,
            source,
        })),
        limits: reading.limits.map((limit) => ({
            scope: limit.scope,
            unit: (0,units/* unitName */.Cq)(limit.unit),
            limit: plainLevel(limit.limit, limit.unit),
            used: plainLevel(limit.used, limit.unit),
            remaining: plainLevel(limit.remaining, limit.unit),
            period: limit.period,
            'resets-at': limit.resetsAt,
        })),
    };
}
function reportOf({ config }, verdict, { watch, budget, reruns }) {
    const reading = (0,budget_reading/* readingOf */.MU)(budget);
    const facts = [...(0,gate_watch/* gateFacts */.pE)(watch), ...(0,override_report/* overrideReportFacts */.Sl)(config)];
    const permitted = config.pre.rerunsPerCommit;
    if (reruns)
        facts.push(['Re-runs of this commit', `${reruns.count} of ${permitted} permitted. ${reruns.evidence}`]);
    if (reading)
        facts.push([
            'Budget',
            `${reading.gateway}, as of ${(0,time/* inSeconds */.F)(reading.asOf)}${reading.lagMs === undefined ? '' : `, may lag ${(0,core_budget/* renderLag */.$_)(reading.lagMs)}`}`,
        ]);
    if (reading && reading.unread.length > 0)
        facts.push([
            'Limits that could not be read',
            `${reading.unread.join(', ')}. Where one is set, it holds too, and less may be left than stands above.`,
        ]);
    return {
        mode: 'pre',
        task: config.task,
        key: config.task,
        status: verdict.decision === 'deny' ? 'bad' : verdict.decision === 'degrade' ? 'warning' : 'ok',
        headline: verdict.reason,
        rows: reading?.limits.map((limit) => rowOf(limit, verdict, config.pre)) ?? [],
        facts,
        findings: verdict.findings,
        gate: (0,core_gate/* isUntouched */.O2)(watch.reading) ? undefined : watch.reading.state,
        runUrl: config.context.runUrl,
        links: (0,gate_watch/* gateLinks */.FR)(watch.reading, (0,gate_watch/* runsUrlOf */.d2)(config)),
    };
}
function rowOf(limit, { tightest, findings }, { minRemaining }) {
    const show = (level) => level.kind === 'finite' ? (0,units/* renderAmount */.d)({ unit: limit.unit, value: level.value }) : level.kind;
    const percent = (0,core_budget/* percentUsed */.Tw)(limit);
    const isTightest = tightest?.limit === limit;
    const isDenying = isTightest && findings.some(({ id }) => BUDGET_DENIALS.has(id));
    return {
        label: `left on ${limit.scope}${percent === undefined ? '' : ` (${Math.round(percent)} % used)`}`,
        observed: show(limit.remaining),
        expected: isTightest && minRemaining ? `${renderQuantity(minRemaining)}..` : '',
        limit: show(limit.limit),
        share: percent === undefined ? undefined : percent / 100,
        verdict: isDenying ? 'bad' : limit.remaining.kind === 'unknown' ? 'unknown' : 'ok',
    };
}


/***/ }),

/***/ 8872:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LG: () => (/* binding */ passCount),
/* harmony export */   R$: () => (/* binding */ saveCount),
/* harmony export */   d8: () => (/* binding */ readLast)
/* harmony export */ });
/* harmony import */ var _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1923);
/** The last count that was seen of a key, kept for the next run that compares: a hint, so that nobody waits for it for long. */

/** `undefined` where none is kept, or the store does not answer soon. */
async function readLast({ store, keyFingerprint }) {
    if (keyFingerprint === undefined)
        return undefined;
    return (0,_core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .withDeadline */ .NE)(store.readSighting(keyFingerprint), _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .HINT_MS */ .Ji, () => undefined);
}
/** A run of ours without a look at the gateway before it, as the jobs of a matrix are: what it moved is nobody else's. */
async function passCount(deps) {
    const last = await readLast(deps);
    if (last !== undefined && !last.isPassed)
        await saveCount(deps, last.count, { isPassed: true });
}
async function saveCount({ config, store, clock, keyFingerprint }, count, how = {}) {
    if (keyFingerprint === undefined)
        return;
    const { runId, workflow } = config.context;
    const at = clock.now().toISOString();
    const saving = store.saveSighting({ key: keyFingerprint, count, at, runId, workflow, ...how });
    await (0,_core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .withDeadline */ .NE)(saving, _core_deadline_js__WEBPACK_IMPORTED_MODULE_0__/* .HINT_MS */ .Ji, () => undefined);
}


/***/ })

};
