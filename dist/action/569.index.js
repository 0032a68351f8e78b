export const id = 569;
export const ids = [569];
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

/***/ 2569:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runComment: () => (/* binding */ runComment)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6151);
/* harmony import */ var _core_report_file_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1990);
/* harmony import */ var _deps_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2868);
/* harmony import */ var _publish_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2759);






const MAX_FAULT = 500;
/** The state of a gate is never what a stranger's file says. */
const ABOUT_GATE = /^gate-/;
/**
 * A token that may not read or write pull requests is told of where GitHub refused, and fails nothing.
 * What a stranger can have caused, such as a file that is no report, fails nothing either: it is said.
 * @throws {AppError} `bad-value` for another event.
 */
async function runComment(deps) {
    const { runner, github } = deps;
    const run = upstreamOf(deps);
    if (github === undefined)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV('bad-value', 'github-token: `comment` writes with a token, and there is none.', {
            hint: '${{ github.token }}',
        });
    const { claimed, fault, advice } = readReport(deps);
    if (claimed === undefined) {
        runner.annotate((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'report-refused', 'Nothing was written', fault, { advice }));
        return;
    }
    const found = await findPull(github, run);
    if (found === undefined)
        return;
    if (found.pullRequest === undefined) {
        runner.annotate((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'no-pull-request', 'Nothing was written', found.reason));
        return;
    }
    const check = checkOf(deps, run);
    const context = { ...(0,_deps_js__WEBPACK_IMPORTED_MODULE_3__/* .reporterContext */ .D)(deps), pullRequest: found.pullRequest, check };
    const reported = await (0,_publish_js__WEBPACK_IMPORTED_MODULE_4__/* .publish */ .m)(reportOf(deps, run, claimed), deps.reporters, context);
    runner.setOutput('comment-url', reported.commentUrl);
}
function upstreamOf({ config: { context } }) {
    if (context.event === 'workflow_run' && context.upstreamRun !== undefined)
        return context.upstreamRun;
    throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV('bad-value', context.event === 'workflow_run'
        ? 'mode: The payload of this `workflow_run` event does not say which run has ended: its `workflow_run` needs at least `id`, `event` and `head_sha`.'
        : `mode: \`comment\` shows the report of another run, so it needs the event \`workflow_run\`; this is ${context.event}.`, { hint: 'on: { workflow_run: { workflows: [agent], types: [completed] } }' });
}
function readReport({ config, readFile }) {
    const path = config.report ?? '';
    const { text, why } = readFile(path, _core_report_file_js__WEBPACK_IMPORTED_MODULE_2__/* .MAX_REPORT_FILE_BYTES */ .xD);
    if (text === undefined)
        return {
            fault: `report: ${JSON.stringify(path)} ${why}.`,
            advice: 'Give the path where `actions/download-artifact` put it, such as `report/default-report.json`.',
        };
    const { report, fault } = (0,_core_report_file_js__WEBPACK_IMPORTED_MODULE_2__/* .readReportFile */ .$h)(text);
    if (report !== undefined)
        return { claimed: report };
    return {
        fault: `report: This is not a report of \`post\`: ${fault.slice(0, MAX_FAULT)}.`,
        advice: 'Upload the file that `post` names in its output `report`, unchanged.',
    };
}
/** `undefined` where the token may not see any. */
async function findPull(github, run) {
    try {
        return await matchPull(github, run);
    }
    catch (error) {
        if (error instanceof _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV && error.code === 'permission-missing')
            return undefined;
        throw error;
    }
}
/** Open, and still at the commit that ran: a report about an older commit would be read as one about the newer. */
async function matchPull(github, run) {
    const { headBranch, headRepository, headSha, event } = run;
    if (event !== 'pull_request')
        return { reason: `The run was of ${event}, not of a pull request.` };
    if (headBranch === undefined || headRepository === undefined)
        return { reason: 'The repository or the branch that the run was of is gone.' };
    const [owner = ''] = headRepository.split('/');
    const open = await github.listOpenPulls(`${owner}:${headBranch}`);
    const fitting = open.filter((pull) => pull.headSha === headSha && pull.headRepository === headRepository);
    const [first, second] = fitting;
    if (first === undefined)
        return { reason: `No open pull request is at the commit ${headSha} that the run was of.` };
    if (second !== undefined)
        return {
            reason: `${fitting.length} open pull requests are at the commit ${headSha}: which one is not known.`,
        };
    return { pullRequest: first.number };
}
function checkOf({ config: { check, report = '' } }, { id, attempt, headSha, url }) {
    if (check.kind === 'none')
        return undefined;
    return {
        kind: check.kind,
        name: check.name,
        sha: headSha,
        externalId: `${id}-${attempt}-claimed-${(0,_core_gate_js__WEBPACK_IMPORTED_MODULE_5__/* .gateSlug */ .Zg)(report)}`,
        runUrl: url,
        isAdvisory: false,
        isUnproven: true,
        expectsNothing: false,
    };
}
/**
 * Of the workflow that ran and of the path that this one names, so no file can choose which comment is renewed, or that a
 * new one is made each time. The word before them keeps it apart from the comment of a run that is believed.
 */
function keyOf({ config }, { workflowId }) {
    return `claimed/${workflowId ?? 'workflow'}/${config.report ?? ''}`;
}
function reportOf(deps, run, claimed) {
    const { config, clock } = deps;
    const { rows, facts, tables, findings, status, task } = claimed;
    return {
        mode: 'post',
        isClaimed: true,
        task,
        key: keyOf(deps, run),
        status,
        headline: `Reported by a run that cannot prove it: ${claimed.headline}`,
        rows: rows.map((row) => ({ ...row, share: row.share })),
        facts,
        tables,
        findings: [
            ...findings
                .filter(({ id }) => !ABOUT_GATE.test(id))
                .map((item) => ({ ...item, advice: item.advice, position: undefined })),
            unprovenNotice(run, config.context.repository),
        ],
        gate: undefined,
        runUrl: run.url,
        ...(claimed.run === undefined ? {} : { run: runOf(claimed.run, run, clock.now()) }),
    };
}
/** @param at when it is shown: when it was made is claimed as well */
function runOf({ verdict, ending, requests, inputTokens, outputTokens, costUsd }, { id, attempt, headSha }, at) {
    const figures = { requests, inputTokens, outputTokens, costUsd };
    return {
        runId: String(id),
        runAttempt: attempt,
        at: at.toISOString(),
        commit: headSha,
        verdict,
        ending,
        ...figures,
    };
}
function unprovenNotice({ id, headRepository }, repository) {
    const where = headRepository === repository ? 'this repository' : `the fork ${headRepository ?? 'that is gone'}`;
    const message = `The figures come from run ${id} on a commit of ${where}. Whoever wrote that commit could have written them as well.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'report-unproven', 'This report cannot be proven', message);
}


/***/ }),

/***/ 2868:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ reporterContext),
/* harmony export */   c: () => (/* binding */ statusOf)
/* harmony export */ });
/* harmony import */ var _check_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5516);

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

/***/ 2759:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ publish)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9901);
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
