export const id = 510;
export const ids = [510,940];
export const modules = {

/***/ 59510:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cb: () => (/* binding */ METRICS),
/* harmony export */   Hh: () => (/* binding */ parseRecord),
/* harmony export */   UQ: () => (/* binding */ limitsIn),
/* harmony export */   yn: () => (/* binding */ observedIn),
/* harmony export */   zv: () => (/* binding */ recordOf)
/* harmony export */ });
/* unused harmony export recordSchema */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(27597);
/* harmony import */ var _attribution_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(94062);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3828);
/* harmony import */ var _money_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5499);
/* harmony import */ var _override_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(80895);
/* harmony import */ var _telemetry_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(40740);
/* harmony import */ var _usage_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(76940);
/* harmony import */ var _witness_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(80);
/**
 * The usage record of a run: what `wrap` writes as output `usage` and `post` reads back. Keys are the output names.
 * A figure that is not known is absent; `unreported-requests` and `unpriced-requests` say when a sum is a lower bound.
 */








const count = zod__WEBPACK_IMPORTED_MODULE_7__/* .number */ .aig().int().nonnegative();
const tokens = count.optional();
const modelSchema = zod__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({
    model: zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP(),
    requests: count,
    'input-tokens': tokens,
    'output-tokens': tokens,
    'cost-usd': zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
});
/** There are six kinds; a record may come from elsewhere. */
const MAX_CALLERS = 20;
const callerSchema = zod__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({
    caller: zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP(),
    /** How many there were; absent where calls do not name who made them. */
    agents: tokens,
    requests: count,
    'failed-requests': count.default(0),
    'refused-requests': count.default(0),
    retries: count.default(0),
    'unreported-requests': count.default(0),
    'input-tokens': tokens,
    'output-tokens': tokens,
    'cost-usd': zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
});
/** Every field is optional on reading: a record may come from another tool. */
const usdText = zod__WEBPACK_IMPORTED_MODULE_7__/* .union */ .KCZ([zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().regex(/^\d+(\.\d+)?$/, 'must be a decimal number of USD'), zod__WEBPACK_IMPORTED_MODULE_7__/* .number */ .aig().nonnegative()])
    .optional();
/** What a run was held to, by the figures that reports have rows for; none of them where it had no such limit. */
const limitsSchema = zod__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({
    'input-tokens': zod__WEBPACK_IMPORTED_MODULE_7__/* .number */ .aig().nonnegative().optional(),
    'output-tokens': zod__WEBPACK_IMPORTED_MODULE_7__/* .number */ .aig().nonnegative().optional(),
    requests: zod__WEBPACK_IMPORTED_MODULE_7__/* .number */ .aig().nonnegative().optional(),
    'cost-usd': usdText,
});
const recordSchema = zod__WEBPACK_IMPORTED_MODULE_7__/* .object */ .Ikc({
    version: zod__WEBPACK_IMPORTED_MODULE_7__/* .literal */ .euz(1).default(1),
    /** False when the run was cut off before it could be summed up: every figure is that much or more. */
    complete: zod__WEBPACK_IMPORTED_MODULE_7__/* .boolean */ .zMY().default(true),
    'run-id': zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
    task: zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
    agent: zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
    'started-at': zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
    'duration-ms': count.optional(),
    'stop-reason': zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
    'stop-message': zod__WEBPACK_IMPORTED_MODULE_7__/* .string */ .YjP().optional(),
    'exit-code': zod__WEBPACK_IMPORTED_MODULE_7__/* .number */ .aig().int().optional(),
    'input-tokens': tokens,
    'output-tokens': tokens,
    'cache-read-tokens': tokens,
    'cache-write-tokens': tokens,
    'reasoning-tokens': tokens,
    'total-tokens': tokens,
    requests: tokens,
    'failed-requests': tokens,
    'refused-requests': tokens,
    retries: tokens,
    'subagent-requests': tokens,
    'other-requests': tokens,
    'unreported-requests': count.default(0),
    'unpriced-requests': count.default(0),
    'cost-usd': usdText,
    'cost-source': zod__WEBPACK_IMPORTED_MODULE_7__/* ["enum"] */ .k5n(['gateway', 'price-table', 'mixed', 'unknown']).optional(),
    /** Started minutes of the runner, what they cost, and that together with the calls; absent without a price. */
    'runner-minutes': tokens,
    'runner-cost-usd': usdText,
    'total-cost-usd': usdText,
    models: zod__WEBPACK_IMPORTED_MODULE_7__/* .array */ .YOg(modelSchema).default([]),
    /** What the agent says of itself; absent when it left no report. */
    witness: _witness_js__WEBPACK_IMPORTED_MODULE_6__/* .witnessSchema */ .VP.optional(),
    /** Its telemetry against the meter's calls; absent where none was asked for. */
    telemetry: _telemetry_js__WEBPACK_IMPORTED_MODULE_4__/* .telemetrySchema */ .Zn.optional(),
    callers: zod__WEBPACK_IMPORTED_MODULE_7__/* .array */ .YOg(callerSchema).max(MAX_CALLERS).default([]),
    /** Absent where it is not known under which limits the run was. */
    limits: limitsSchema.optional(),
    /** What somebody decided for this run; absent where nobody did. */
    overrides: _override_js__WEBPACK_IMPORTED_MODULE_3__/* .overridesSchema */ .Fq.optional(),
    /** Whose the run is; absent where it is not known, or not said as it is said here. */
    attribution: _attribution_js__WEBPACK_IMPORTED_MODULE_0__/* .attributionSchema */ .H7.optional().catch(undefined),
});
function recordOf(facts, totals) {
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = totals.tokens;
    const input = (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(inputTokens);
    const output = (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(outputTokens);
    return {
        version: 1,
        complete: facts.complete,
        'run-id': facts.runId,
        task: facts.task,
        agent: facts.agent,
        'started-at': facts.startedAt,
        'duration-ms': facts.durationMs,
        'stop-reason': facts.stopReason,
        'stop-message': facts.stopMessage,
        'exit-code': facts.exitCode,
        'input-tokens': input,
        'output-tokens': output,
        'cache-read-tokens': (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(cacheReadTokens),
        'cache-write-tokens': (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(cacheWriteTokens),
        'reasoning-tokens': (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(reasoningTokens),
        'total-tokens': input === undefined || output === undefined ? undefined : input + output,
        requests: totals.requests,
        'failed-requests': totals.failedRequests,
        'refused-requests': totals.refusedRequests,
        retries: totals.retries,
        'subagent-requests': totals.subagentRequests,
        'other-requests': facts.otherRequests,
        'unreported-requests': totals.unreportedRequests,
        'unpriced-requests': totals.costNanoUsd.unknown,
        'cost-usd': renderCost(totals.costNanoUsd),
        'cost-source': totals.costSource,
        ...runnerFields(facts.runner, totals.costNanoUsd),
        models: totals.models.map((model) => ({
            model: model.model,
            requests: model.requests,
            'input-tokens': (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(model.inputTokens),
            'output-tokens': (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(model.outputTokens),
            'cost-usd': renderCost(model.costNanoUsd),
        })),
        ...(facts.witness === undefined ? {} : { witness: facts.witness }),
        ...(facts.telemetry === undefined ? {} : { telemetry: facts.telemetry }),
        callers: totals.callers.map((caller) => ({
            caller: caller.caller,
            agents: caller.agents,
            requests: caller.requests,
            'failed-requests': caller.failedRequests,
            'refused-requests': caller.refusedRequests,
            retries: caller.retries,
            'unreported-requests': caller.unreportedRequests,
            'input-tokens': (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(caller.inputTokens),
            'output-tokens': (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(caller.outputTokens),
            'cost-usd': renderCost(caller.costNanoUsd),
        })),
        ...(facts.limits === undefined ? {} : { limits: limitFields(facts.limits) }),
        ...(facts.overrides?.length ? { overrides: [...facts.overrides] } : {}),
        ...(facts.attribution === undefined ? {} : { attribution: facts.attribution }),
    };
}
function limitFields(limits) {
    const { maxInputTokens, maxOutputTokens, maxRequests, maxCostNanoUsd } = limits;
    return {
        ...(maxInputTokens === undefined ? {} : { 'input-tokens': maxInputTokens }),
        ...(maxOutputTokens === undefined ? {} : { 'output-tokens': maxOutputTokens }),
        ...(maxRequests === undefined ? {} : { requests: maxRequests }),
        ...(maxCostNanoUsd === undefined ? {} : { 'cost-usd': (0,_money_js__WEBPACK_IMPORTED_MODULE_2__/* .renderUsdPlain */ .H3)(maxCostNanoUsd) }),
    };
}
/** The limits of a record by its figures, cost in nano-USD; `undefined` where it tells none at all. */
function limitsIn({ limits }) {
    if (limits === undefined)
        return undefined;
    const { requests, 'cost-usd': cost, ...tokens } = limits;
    return { ...tokens, requests, cost: (0,_money_js__WEBPACK_IMPORTED_MODULE_2__/* .readUsd */ .Nf)(cost) };
}
/** The sum is told only when both parts are known whole. */
function runnerFields(runner, calls) {
    if (runner === undefined)
        return {};
    const { minutes, costNanoUsd } = runner;
    const callsNanoUsd = calls.unknown === 0 ? ((0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(calls) ?? 0) : undefined;
    return {
        'runner-minutes': minutes,
        ...(costNanoUsd === undefined ? {} : { 'runner-cost-usd': (0,_money_js__WEBPACK_IMPORTED_MODULE_2__/* .renderUsdPlain */ .H3)(costNanoUsd) }),
        ...(costNanoUsd === undefined || callsNanoUsd === undefined
            ? {}
            : { 'total-cost-usd': (0,_money_js__WEBPACK_IMPORTED_MODULE_2__/* .renderUsdPlain */ .H3)(costNanoUsd + callsNanoUsd) }),
    };
}
function renderCost(cost) {
    const nanoUsd = (0,_usage_js__WEBPACK_IMPORTED_MODULE_5__/* .tallyValue */ .cE)(cost);
    return nanoUsd === undefined ? undefined : (0,_money_js__WEBPACK_IMPORTED_MODULE_2__/* .renderUsdPlain */ .H3)(nanoUsd);
}
/** @throws {AppError} `bad-record` that names the field and what is wrong with it. */
function parseRecord(text) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch {
        // Not the parser's words: they quote what stands there.
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .AppError */ .uV('bad-record', 'The usage record is not JSON.');
    }
    const parsed = recordSchema.safeParse(value);
    if (parsed.success)
        return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`);
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .AppError */ .uV('bad-record', `The usage record is not usable: ${issues.join('; ')}.`);
}
const METRICS = [
    'input-tokens',
    'output-tokens',
    'cost',
    'requests',
];
/** One figure of a record, with whether it is the whole truth. Cost is in nano-USD. */
function observedIn(record, metric) {
    if (metric === 'cost') {
        const nanoUsd = (0,_money_js__WEBPACK_IMPORTED_MODULE_2__/* .readUsd */ .Nf)(record['cost-usd']);
        return nanoUsd === undefined
            ? undefined
            : { value: nanoUsd, exact: record.complete && record['unpriced-requests'] === 0 };
    }
    const value = record[metric];
    if (value === undefined)
        return undefined;
    return { value, exact: record.complete && (metric === 'requests' || record['unreported-requests'] === 0) };
}


/***/ }),

/***/ 40740:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Zn: () => (/* binding */ telemetrySchema),
/* harmony export */   _0: () => (/* binding */ joinTelemetry),
/* harmony export */   kM: () => (/* binding */ telemetryFindings),
/* harmony export */   mk: () => (/* binding */ renderTelemetry),
/* harmony export */   yr: () => (/* binding */ namedCallers)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(27597);
/* harmony import */ var _findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(69901);
/* harmony import */ var _ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51546);
/* harmony import */ var _usage_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76940);
/**
 * What an agent's telemetry tells of its calls, one by one, against the calls that the meter saw. The upstream's request
 * id, which the meter passed on to the agent, stands in both. Like any witness it changes no total; but where a request
 * did not say who made it, telemetry may.
 */




/** Beyond this share of the metered figure a difference is a finding. */
const MAX_DIFFERENCE = 0.05;
const count = zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().int().nonnegative();
/** Stands in the usage record. */
const telemetrySchema = zod__WEBPACK_IMPORTED_MODULE_3__/* .object */ .Ikc({
    /** Calls that telemetry tells of. */
    events: count,
    /** Of these, the ones that the meter saw, and the ones that it did not. */
    joined: count,
    'not-joined': count,
    'not-joined-input-tokens': count.optional(),
    'not-joined-output-tokens': count.optional(),
    /** Answered calls of the meter that telemetry lacks; absent when telemetry was cut. */
    'calls-without-event': count.optional(),
    /** Telemetry's figure less the meter's, over the calls that can be told apart by their id. */
    'input-tokens-difference': zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().int().optional(),
    'output-tokens-difference': zod__WEBPACK_IMPORTED_MODULE_3__/* .number */ .aig().int().optional(),
    /** True when a difference is too large to be chance. */
    differs: zod__WEBPACK_IMPORTED_MODULE_3__/* .boolean */ .zMY(),
});
/** @param isCut true when telemetry told of more calls than were kept */
function joinTelemetry(told, calls, isCut) {
    const billable = calls.filter(_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .isBillable */ .o9);
    const seen = idsOf(billable);
    const named = new Set([...idsOf(told)].filter((id) => seen.has(id)));
    const rest = told.filter(({ requestId }) => requestId === undefined || !seen.has(requestId));
    const open = billable.filter(({ requestId }) => requestId === undefined || !named.has(requestId));
    const { lost, areKnown } = lostEvents(rest, open);
    const pairs = pairsOf(told, billable);
    const [input, output] = [differenceOf(pairs, 'inputTokens'), differenceOf(pairs, 'outputTokens')];
    return {
        events: told.length,
        joined: told.length - lost,
        'not-joined': lost,
        'not-joined-input-tokens': areKnown ? (0,_usage_js__WEBPACK_IMPORTED_MODULE_2__/* .sumKnown */ .z_)(rest.map(({ inputTokens }) => inputTokens)) : undefined,
        'not-joined-output-tokens': areKnown ? (0,_usage_js__WEBPACK_IMPORTED_MODULE_2__/* .sumKnown */ .z_)(rest.map(({ outputTokens }) => outputTokens)) : undefined,
        'calls-without-event': isCut ? undefined : Math.max(0, open.length - (rest.length - lost)),
        'input-tokens-difference': input?.tokens,
        'output-tokens-difference': output?.tokens,
        differs: [input, output].some((difference) => difference?.isLarge),
    };
}
/**
 * Events whose id the meter did not see, or that have none, against calls that no event named. Where one side has no id,
 * nothing tells them apart: as many are the same as there are on both sides.
 */
function lostEvents(rest, open) {
    const withId = rest.filter(({ requestId }) => requestId !== undefined).length;
    const openWithoutId = open.filter(({ requestId }) => requestId === undefined).length;
    const matchedWithId = Math.min(withId, openWithoutId);
    const matchedWithout = Math.min(rest.length - withId, open.length - matchedWithId);
    const lost = rest.length - matchedWithId - matchedWithout;
    return { lost, areKnown: lost > 0 && lost === rest.length };
}
/** Where telemetry knows who made a call and the request did not say, the call is that caller's. */
function namedCallers(told, calls) {
    const callers = new Map(pairsOf(told, calls).map(({ event, call }) => [call.id, event.caller]));
    return calls.map((call) => call.caller === 'unknown' ? { ...call, caller: callers.get(call.id) ?? call.caller } : call);
}
/** An upstream that gives several calls one id names none of them. */
function pairsOf(told, calls) {
    const byId = Map.groupBy(calls, ({ requestId }) => requestId);
    return told.flatMap((event) => {
        const [call, another] = event.requestId === undefined ? [] : (byId.get(event.requestId) ?? []);
        return call === undefined || another !== undefined ? [] : [{ event, call }];
    });
}
function differenceOf(pairs, metric) {
    const figures = pairs.flatMap(({ event, call }) => {
        const [told, metered] = [event[metric], call.usage[metric]];
        return told === undefined || metered === undefined || !call.final ? [] : [{ told, metered }];
    });
    if (figures.length === 0)
        return undefined;
    const tokens = figures.reduce((sum, { told, metered }) => sum + told - metered, 0);
    const metered = figures.reduce((sum, figure) => sum + figure.metered, 0);
    return { tokens, isLarge: Math.abs(tokens) > metered * MAX_DIFFERENCE };
}
function idsOf(items) {
    return new Set(items.flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId])));
}
/** What a person should know of it, from the record alone: `wrap` and `post` say the same. */
function telemetryFindings(join) {
    if (join === undefined)
        return [];
    const findings = [];
    if (join['not-joined'] > 0)
        findings.push((0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'telemetry-unmetered', 'Telemetry tells of calls past the meter', `The agent\u2019s telemetry tells of ${join.events} calls; ${join['not-joined']} of them${renderLost(join)} the meter did not see. Nothing limited these, and the totals leave them out.`, {
            advice: 'Look for a base URL in the agent\u2019s own settings or on its command line: it must be the one that `wrap` sets.',
        }));
    if (join.differs)
        findings.push((0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', 'telemetry-differs', 'Telemetry counts differently', `For calls that both saw, the agent\u2019s telemetry differs from the meter by ${renderDifference(join)}. Totals are the meter\u2019s.`, {
            advice: 'Compare a call of the ledger with the gateway\u2019s own record: one of the two reads the answer wrongly.',
        }));
    return findings;
}
/** One line for the report. */
function renderTelemetry(join) {
    const without = join['calls-without-event'];
    const lacking = without === undefined ? '' : `, ${without} metered calls without an event`;
    const difference = renderDifference(join);
    return `${join.events} calls told, ${join.joined} joined, ${join['not-joined']} not seen by the meter${lacking}${difference === '' ? '' : `, difference ${difference}`}`;
}
function renderLost(join) {
    const [input, output] = [join['not-joined-input-tokens'], join['not-joined-output-tokens']];
    if (input === undefined || output === undefined)
        return '';
    return ` (${input.toLocaleString('en-US')} input, ${output.toLocaleString('en-US')} output tokens)`;
}
function renderDifference(join) {
    const parts = [
        [join['input-tokens-difference'], 'input'],
        [join['output-tokens-difference'], 'output'],
    ];
    return parts
        .flatMap(([tokens, name]) => tokens === undefined ? [] : [`${tokens > 0 ? '+' : ''}${tokens.toLocaleString('en-US')} ${name}`])
        .join(', ')
        .concat(parts.some(([tokens]) => tokens !== undefined) ? ' tokens' : '');
}


/***/ }),

/***/ 76940:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BQ: () => (/* binding */ USAGE_KEYS),
/* harmony export */   L8: () => (/* binding */ longWrites),
/* harmony export */   Rl: () => (/* binding */ sumUsage),
/* harmony export */   Xi: () => (/* binding */ TallyCounter),
/* harmony export */   cE: () => (/* binding */ tallyValue),
/* harmony export */   sv: () => (/* binding */ tallyOf),
/* harmony export */   yJ: () => (/* binding */ NO_USAGE),
/* harmony export */   z_: () => (/* binding */ sumKnown)
/* harmony export */ });
/**
 * Tokens of one call and sums over many. `undefined` means "not reported", all the way to the report; zero means zero.
 * Names follow OpenTelemetry `gen_ai.usage.*`: input includes cached tokens, output includes reasoning.
 */
const USAGE_KEYS = [
    'inputTokens',
    'outputTokens',
    'cacheReadTokens',
    'cacheWriteTokens',
    'cacheWrite1hTokens',
    'reasoningTokens',
];
const NO_USAGE = {
    inputTokens: undefined,
    outputTokens: undefined,
    cacheReadTokens: undefined,
    cacheWriteTokens: undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: undefined,
};
/** Where nobody tells which cache writes are kept for an hour, all of them may be. */
function longWrites(usage) {
    return { ...usage, cacheWrite1hTokens: usage.cacheWrite1hTokens ?? usage.cacheWriteTokens };
}
/** Counts in place, since each call adds to several. */
class TallyCounter {
    #sum = 0;
    #known = 0;
    #unknown = 0;
    add(value) {
        if (value === undefined)
            this.#unknown += 1;
        else {
            this.#sum += value;
            this.#known += 1;
        }
    }
    get tally() {
        return { sum: this.#sum, known: this.#known, unknown: this.#unknown };
    }
}
function tallyOf(items, value) {
    const counter = new TallyCounter();
    for (const item of items)
        counter.add(value(item));
    return counter.tally;
}
/** Value of a tally: `undefined` when addends exist and none of them was known. */
function tallyValue(tally) {
    return tally.known === 0 && tally.unknown > 0 ? undefined : tally.sum;
}
/** Sum of parts. Input and output are known where all of theirs are; of the others what was reported counts. */
function sumUsage(parts) {
    const sum = (key) => tallyValue(tallyOf(parts, (part) => part[key]));
    return {
        inputTokens: sumKnown(parts.map(({ inputTokens }) => inputTokens)),
        outputTokens: sumKnown(parts.map(({ outputTokens }) => outputTokens)),
        cacheReadTokens: sum('cacheReadTokens'),
        cacheWriteTokens: sum('cacheWriteTokens'),
        cacheWrite1hTokens: sum('cacheWrite1hTokens'),
        reasoningTokens: sum('reasoningTokens'),
    };
}
/** Sum of figures; not known when one of them is not. */
function sumKnown(parts) {
    return parts.reduce((sum, part) => (sum === undefined || part === undefined ? undefined : sum + part), 0);
}


/***/ }),

/***/ 80:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K5: () => (/* binding */ witnessFindings),
/* harmony export */   KK: () => (/* binding */ renderWitness),
/* harmony export */   VP: () => (/* binding */ witnessSchema),
/* harmony export */   ao: () => (/* binding */ hearWitness)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(27597);
/* harmony import */ var _findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(69901);
/* harmony import */ var _ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51546);
/* harmony import */ var _money_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5499);
/* harmony import */ var _usage_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76940);
/**
 * A second witness: what agents wrote down of their own usage, against what the meter saw. It is never the bill. It
 * shows a meter that counts wrongly, an agent that counts wrongly, and an agent that went past the meter.
 */





/** Beyond this share of the metered figure a difference is a finding. */
const MAX_DIFFERENCE = 0.05;
const RATIO_STEPS = 10_000;
const MAX_TEXT_LENGTH = 500;
const count = zod__WEBPACK_IMPORTED_MODULE_4__/* .number */ .aig().int().nonnegative().optional();
const ratio = zod__WEBPACK_IMPORTED_MODULE_4__/* .number */ .aig().nonnegative().optional();
/** Stands in the usage record. What is not known is absent. */
const witnessSchema = zod__WEBPACK_IMPORTED_MODULE_4__/* .object */ .Ikc({
    /** Ids of the agents whose reports were read, separated by commas. */
    agent: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().max(MAX_TEXT_LENGTH),
    origin: zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().max(MAX_TEXT_LENGTH),
    'input-tokens': count,
    'output-tokens': count,
    'cost-usd': zod__WEBPACK_IMPORTED_MODULE_4__/* .string */ .YjP().optional(),
    /** The meter's sums over the calls that the report speaks of. */
    'metered-input-tokens': count,
    'metered-output-tokens': count,
    /** The report's figure by the meter's. */
    'ratio-input': ratio,
    'ratio-output': ratio,
    /** Absent when there is nothing to compare. */
    verdict: zod__WEBPACK_IMPORTED_MODULE_4__/* ["enum"] */ .k5n(['agrees', 'differs', 'unmetered']).optional(),
});
/**
 * @param isPartial true when calls may stand in no report for a good reason: an agent was killed, or left none at all
 * @returns `undefined` when no agent left a report
 */
function hearWitness(accounts, calls, isPartial) {
    if (accounts.length === 0)
        return undefined;
    const billable = calls.filter(_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .isBillable */ .o9);
    const told = (metric) => (0,_usage_js__WEBPACK_IMPORTED_MODULE_3__/* .sumKnown */ .z_)(accounts.map((account) => account[metric]));
    const metered = (metric) => meteredOf(metric, accounts, billable, isPartial);
    const [input, output, cost] = [told('inputTokens'), told('outputTokens'), told('costNanoUsd')];
    const [meteredInput, meteredOutput] = [metered('inputTokens'), metered('outputTokens')];
    const isUnmetered = billable.length === 0 && (input ?? 0) + (output ?? 0) > 0;
    return {
        agent: accounts.map(({ agent }) => agent).join(','),
        origin: accounts.map(({ origin }) => origin).join(', '),
        'input-tokens': input,
        'output-tokens': output,
        'cost-usd': cost === undefined ? undefined : (0,_money_js__WEBPACK_IMPORTED_MODULE_2__/* .renderUsdPlain */ .H3)(cost),
        'metered-input-tokens': meteredInput.sum,
        'metered-output-tokens': meteredOutput.sum,
        'ratio-input': ratioOf(input, meteredInput),
        'ratio-output': ratioOf(output, meteredOutput),
        verdict: isUnmetered ? 'unmetered' : judge(compare(input, meteredInput), compare(output, meteredOutput)),
    };
}
function meteredOf(metric, accounts, calls, isPartial) {
    let [sum, least, most] = [0, 0, 0];
    for (const { caller, final, usage } of calls) {
        const isCovered = accounts.some(({ covers }) => covers.includes(caller));
        if (!isCovered && caller !== 'unknown')
            continue;
        const tokens = usage[metric];
        if (isCovered)
            sum += tokens ?? 0;
        if (final && !isPartial && accounts.every(({ covers }) => covers.includes(caller)))
            least += tokens ?? 0;
        most = most === undefined || tokens === undefined ? undefined : most + tokens;
    }
    return { sum, least, most };
}
function ratioOf(told, { sum }) {
    return told === undefined || sum === 0 ? undefined : Math.round((told / sum) * RATIO_STEPS) / RATIO_STEPS;
}
/** `undefined` when there is nothing to compare. */
function compare(told, { least, most }) {
    if (told === undefined || (least === 0 && most === undefined))
        return undefined;
    const isLess = told < least * (1 - MAX_DIFFERENCE);
    const isMore = most !== undefined && told > most * (1 + MAX_DIFFERENCE);
    return isLess || isMore ? 'differs' : 'agrees';
}
function judge(...compared) {
    return (compared.find((verdict) => verdict === 'differs') ?? compared.find((verdict) => verdict !== undefined));
}
/** What a person should know of it, from the record alone: `wrap` and `post` say the same. */
function witnessFindings(witness) {
    if (witness?.verdict === 'differs')
        return [
            (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('warning', 'witness-differs', 'The agent counts differently', `${renderTold(witness)}; ${renderMetered(witness)}. Totals are the meter\u2019s.`, {
                advice: 'A report above the meter hints at calls past it, or at another session of the agent at the same time; one below at calls the agent leaves out. Look at what the agent\u2019s clients are pointed at.',
            }),
        ];
    if (witness?.verdict === 'unmetered')
        return [
            (0,_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)('error', 'witness-unmetered', 'The agent went past the meter', `${renderTold(witness)}; the meter saw no call that was answered. Nothing limited what the agent used, and the totals leave it out.`, {
                advice: 'Look for a base URL in the agent\u2019s own settings or on its command line: it must be the one that `wrap` sets. Another session of the agent at the same time looks the same.',
            }),
        ];
    return [];
}
/** One line for the report. */
function renderWitness(witness) {
    return `${renderTold(witness)}; ${renderMetered(witness)}`;
}
function renderTold(witness) {
    const cost = witness['cost-usd'];
    const figures = renderTokens(witness['input-tokens'], witness['output-tokens']);
    return `${witness.agent} reports ${figures}${cost === undefined ? '' : `, ${cost} USD`} (${witness.origin})`;
}
function renderMetered(witness) {
    const figures = renderTokens(witness['metered-input-tokens'], witness['metered-output-tokens']);
    return `the meter counted ${figures} for the same calls`;
}
function renderTokens(input, output) {
    const [inputs, outputs] = [input, output].map((tokens) => tokens?.toLocaleString('en-US') ?? 'unknown');
    return `${inputs} input and ${outputs} output tokens`;
}


/***/ })

};
