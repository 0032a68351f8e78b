export const id = 194;
export const ids = [194,371,730];
export const modules = {

/***/ 5194:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  endMeter: () => (/* binding */ endMeter),
  startBackground: () => (/* binding */ startBackground)
});

// EXTERNAL MODULE: ./lib/agents/index.js + 15 modules
var agents = __webpack_require__(488);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(7597);
// EXTERNAL MODULE: ./lib/core/attribution.js
var attribution = __webpack_require__(4062);
// EXTERNAL MODULE: ./lib/core/override.js
var override = __webpack_require__(895);
;// CONCATENATED MODULE: ./lib/config/meter-order.js
/**
 * What a meter in the background is told, as one line of JSON over its standard input: nothing of it stands in its
 * arguments or its environment, which other programs of the same user can read.
 */



const limit = schemas/* number */.aig().nonnegative().exactOptional();
const LIMITS = {
    maxCostNanoUsd: limit,
    maxTokens: limit,
    maxInputTokens: limit,
    maxOutputTokens: limit,
    maxRequests: limit,
    maxRetries: limit,
    maxConsecutiveErrors: limit,
    maxIdenticalRequests: limit,
    maxCacheMisses: limit,
    maxWeightedTokens: limit,
    maxSubagents: limit,
    maxSubagentDepth: limit,
    maxSubagentTokens: limit,
    timeoutMs: limit,
    requestMaxInputTokens: limit,
    requestMaxOutputTokens: limit,
};
const weight = schemas/* number */.aig().nonnegative();
const weightsSchema = schemas/* object */.Ikc({
    input: weight,
    cacheRead: weight,
    cacheWrite: weight,
    output: weight,
    reasoning: weight,
});
const wrapUpSchema = schemas/* object */.Ikc({ reserve: schemas/* union */.KCZ([schemas/* enum */.k5n(['auto', 'none']), schemas/* number */.aig()]) });
const orderSchema = schemas/* object */.Ikc({
    /** The run's id in the ledger of this job, and the prefix of its calls' ids. */
    runId: schemas/* string */.YjP(),
    runKey: schemas/* string */.YjP(),
    task: schemas/* string */.YjP(),
    agent: schemas/* string */.YjP(),
    attribution: schemas/* object */.Ikc({ how: schemas/* enum */.k5n(['metadata', 'tags', 'off']), facts: attribution/* attributionSchema */.H7 }),
    /** Written by this very version a moment ago, so it is taken as it is. */
    gateway: schemas/* custom */.IeY((value) => typeof value === 'object' && value !== null),
    /** Strict: a limit that got lost on the way would be no limit. */
    limits: schemas/* strictObject */.rej(LIMITS),
    weights: weightsSchema,
    wrapUp: wrapUpSchema.optional(),
    onUnpriced: schemas/* enum */.k5n(['warn', 'block']),
    onFallback: schemas/* enum */.k5n(['warn', 'stop', 'pass']),
    observe: schemas/* boolean */.zMY(),
    /** Pairs of dialect and URL. */
    upstream: schemas/* array */.YOg(schemas/* tuple */.PVZ([schemas/* string */.YjP(), schemas/* string */.YjP()])).optional(),
    /** Pairs of label and nano-USD per minute. */
    minutePrices: schemas/* array */.YOg(schemas/* tuple */.PVZ([schemas/* string */.YjP(), schemas/* number */.aig()])).optional(),
    runnerLabels: schemas/* array */.YOg(schemas/* string */.YjP()),
    /** For the record. */
    overrides: override/* overridesSchema */.Fq,
    /** What clients present; absent when they keep credentials of their own. */
    token: schemas/* string */.YjP().optional(),
    /** What later steps prove themselves with. */
    secrets: schemas/* tuple */.PVZ([schemas/* string */.YjP(), schemas/* string */.YjP()]),
    jobDir: schemas/* string */.YjP(),
    /** Removed when the meter ends. */
    privateDir: schemas/* string */.YjP(),
    /** Process without which the job is over; absent where nobody can say. */
    workerPid: schemas/* number */.aig().int().positive().optional(),
});
function orderOf({ attribution, context, task, overrides, gateway, observe, wrap }, rest) {
    return {
        ...rest,
        runId: context.runId,
        task,
        agent: wrap.agent,
        attribution,
        gateway,
        limits: wrap.limits,
        weights: wrap.weights,
        wrapUp: wrap.wrapUp,
        onUnpriced: wrap.onUnpriced,
        onFallback: wrap.onFallback,
        observe,
        upstream: wrap.upstream && [...wrap.upstream],
        minutePrices: wrap.runner.prices && [...wrap.runner.prices],
        runnerLabels: [...wrap.runner.labels],
        overrides: overrides.active.map(({ record }) => record),
        jobDir: context.jobDir,
    };
}
/** @throws when the text is no order: then no meter starts. */
function parseOrder(text) {
    return orderSchema.parse(JSON.parse(text));
}
/** The part of the configuration that metering goes by. */
function meteringConfigOf(order) {
    return {
        attribution: order.attribution,
        gateway: order.gateway,
        observe: order.observe,
        wrap: {
            limits: order.limits,
            weights: order.weights,
            wrapUp: order.wrapUp,
            onUnpriced: order.onUnpriced,
            onFallback: order.onFallback,
            upstream: order.upstream && new Map(order.upstream),
        },
    };
}

// EXTERNAL MODULE: ./lib/core/child-environment.js
var child_environment = __webpack_require__(5745);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/core/meter-handle.js
var meter_handle = __webpack_require__(1085);
// EXTERNAL MODULE: ./lib/core/json.js
var json = __webpack_require__(3085);
;// CONCATENATED MODULE: ./lib/core/meter-up.js
/** What a meter in the background says as soon as it listens, as one line of JSON; or why it does not. */


const upSchema = schemas/* object */.Ikc({
    /** `http://127.0.0.1:<port>`, without a path: where calls go. */
    url: schemas/* string */.YjP(),
    /** Where later steps of the job reach it. */
    controlUrl: schemas/* string */.YjP(),
    ledger: schemas/* object */.Ikc({ path: schemas/* string */.YjP(), variable: schemas/* string */.YjP(), opened: schemas/* string */.YjP() }),
    /** Whether a call on a zero allowance was refused, and a line about it. */
    isArmed: schemas/* boolean */.zMY(),
    canary: schemas/* string */.YjP(),
});
const downSchema = schemas/* object */.Ikc({ trouble: schemas/* string */.YjP() });
/** A text that is neither says what it is. */
function readMeterUp(text) {
    const said = schemas/* union */.KCZ([upSchema, downSchema]).safeParse((0,json/* parseJson */.q)(text));
    return said.data ?? { trouble: 'it said nothing that makes sense' };
}

// EXTERNAL MODULE: ./lib/modes/marks.js
var marks = __webpack_require__(8266);
// EXTERNAL MODULE: ./lib/modes/wrap.js + 42 modules
var wrap = __webpack_require__(7013);
;// CONCATENATED MODULE: ./lib/modes/background.js







/** The exit code, which is 0. @throws {AppError} when the meter does not come up, or would not hold a limit. */
async function runBackground(deps) {
    const { config, meterNote, control } = deps;
    if (config.killSwitch !== undefined && !config.observe)
        throw (0,wrap/* killed */.G)(config);
    const earlier = (0,meter_handle/* readMeterHandle */.m)(meterNote.find() ?? '');
    if (earlier !== undefined && (await control.isThere(earlier)))
        throw new errors/* AppError */.uV('bad-value', `A meter of the task ${config.task} is running in this job already.`, {
            hint: 'End it with `mode: post`, or give each meter a `task` of its own.',
        });
    const started = await deps.startProcess();
    try {
        const order = orderWith(deps);
        const up = await startMeter(deps, started, order);
        await announce(deps, { order, up, pid: started.pid });
        await started.release();
        return 0;
    }
    catch (error) {
        started.abandon();
        throw error;
    }
}
/** Masks what is secret before it goes anywhere. */
function orderWith({ config, newToken, privateDir, runner, workerPid }) {
    const token = config.gateway.key === undefined ? undefined : newToken();
    const secrets = [newToken(), newToken()];
    for (const secret of token === undefined ? secrets : [token, ...secrets])
        runner.setSecret(secret);
    const { runId, runAttempt } = config.context;
    const runKey = `${runId}-${runAttempt}-${newToken().slice(-8)}`;
    return orderOf(config, { runKey, token, secrets, privateDir, workerPid });
}
async function startMeter({ config, control }, started, order) {
    const up = readMeterUp(await started.ask(JSON.stringify(order)));
    if ('trouble' in up)
        throw new errors/* AppError */.uV('meter-not-started', `The meter did not start: ${up.trouble}.`);
    if (!up.isArmed && !config.observe)
        throw new errors/* AppError */.uV('guard-not-armed', `The meter would not hold a limit: ${up.canary}.`);
    if (!(await control.isThere(handleOf(config, up, order.secrets[0]))))
        throw new errors/* AppError */.uV('meter-not-started', `The meter does not answer on ${up.controlUrl}.`);
    return up;
}
function handleOf({ context, gate, overrides, policy, task }, { controlUrl, ledger }, secret) {
    return {
        controlUrl,
        secret,
        task,
        ledger: ledger.path,
        policy: `${policy.variable} ${policy.checksum} ${overrides.decidedAt} ${context.eventFile.mark.checksum} ${gate.mark.value}`,
    };
}
async function announce(deps, { order, up, pid }) {
    const { config, runner, meterNote, print } = deps;
    const { token } = order;
    const environment = environmentOf(deps, up.url, token);
    const [own, shared] = order.secrets;
    const note = meterNote.save((0,meter_handle/* renderMeterHandle */.e)(handleOf(config, up, shared)));
    const variables = {
        ...environment,
        [up.ledger.variable]: up.ledger.opened,
        [note.variable]: note.value,
    };
    for (const [name, value] of Object.entries(variables))
        runner.exportVariable(name, value);
    (0,marks/* announceMarks */.I)(config, runner);
    runner.setOutput('meter-url', up.url);
    runner.setOutput('responses-api-endpoint', `${up.url}/v1/responses`);
    runner.setOutput('meter-token', token);
    runner.setOutput('meter-control', (0,meter_handle/* renderMeterHandle */.e)(handleOf(config, up, own)));
    runner.info(`spendgate: the meter listens on ${up.url} until \`post\` ends it. Canary: ${up.canary}.`);
    print?.(JSON.stringify({ url: up.url, pid, ...(token === undefined ? {} : { token }), environment }));
}
/** No command tells which agent comes, so without `agent` it is what the clients of all of them read. */
function environmentOf({ agentsFor, config, environment, privateDir }, meterUrl, token) {
    const context = { meterUrl, token, privateDir, environment };
    const told = agentsFor(config.wrap.agent, '').map((agent) => agent.environment(context));
    return Object.assign({}, ...told, (0,child_environment/* pastProxy */.p)(environment));
}

// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/patterns/index.js + 7 modules
var patterns = __webpack_require__(7793);
// EXTERNAL MODULE: ./lib/core/record.js
var core_record = __webpack_require__(9510);
;// CONCATENATED MODULE: ./lib/core/testament.js
/** What a meter in the background leaves when it ends: the record, and what the record alone does not tell. */


/** `request`: it was asked to; the others ended it before anybody asked. */
const CAUSES = ['request', 'signal', 'idle', 'lifetime', 'job-gone'];
/** What led whoever asked: the step output, which only the workflow hands on, or the variable, which every step can read. */
const WAYS = ['output', 'variable'];
const testamentSchema = schemas/* object */.Ikc({
    endedBy: schemas/* enum */.k5n(CAUSES),
    /** Absent when nobody asked. */
    askedBy: schemas/* enum */.k5n(WAYS).optional(),
    endedAt: schemas/* string */.YjP(),
    /** The usage record as it stands on disk. */
    record: schemas/* string */.YjP(),
    /** What seals the record for later steps; absent when the disk refused. */
    sealed: schemas/* object */.Ikc({ variable: schemas/* string */.YjP(), path: schemas/* string */.YjP(), value: schemas/* string */.YjP() }).optional(),
    canary: schemas/* string */.YjP(),
    /** What the report says of limits that no figure of the record stands for, as label and text. */
    limitFacts: schemas/* array */.YOg(schemas/* tuple */.PVZ([schemas/* string */.YjP(), schemas/* string */.YjP()])),
    observed: schemas/* string */.YjP().optional(),
    unpricedModels: schemas/* array */.YOg(schemas/* string */.YjP()),
    /** As `METHOD /path`. */
    otherRequests: schemas/* array */.YOg(schemas/* string */.YjP()),
    /** Calls that a fallback answered, by `asked \u2192 answered`. */
    reroutes: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* number */.aig()),
    /** Calls of subagents that were refused while the run went on, by the limit that did. */
    refusedSubagents: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* object */.Ikc({ calls: schemas/* number */.aig(), state: schemas/* string */.YjP() })),
    /** Headers that the agent sent and may not send, by name. */
    withheldHeaders: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* number */.aig()),
    gatewayVersion: schemas/* string */.YjP().optional(),
    troubles: schemas/* array */.YOg(schemas/* object */.Ikc({
        id: schemas/* enum */.k5n(['ledger-trouble', 'not-handed-on', 'unread-usage', 'unexpected']),
        message: schemas/* string */.YjP(),
    })),
});
/** `undefined` for a text that is none of ours. */
function readTestament(text) {
    return testamentSchema.safeParse((0,json/* parseJson */.q)(text)).data;
}

// EXTERNAL MODULE: ./lib/core/totals.js
var totals = __webpack_require__(4840);
;// CONCATENATED MODULE: ./lib/modes/background-findings.js

const ENDED_ITSELF = {
    signal: {
        why: 'it was sent a signal',
        advice: 'Look at what sent it: a step that ends processes, or a runner that was shut down.',
    },
    idle: {
        why: 'nobody had called it for hours',
        advice: 'Start the meter in the step right before the agent\u2019s.',
    },
    lifetime: {
        why: 'it had run for days',
        advice: 'Start a meter for every job, and end it with `mode: post` in the same job.',
    },
    'job-gone': {
        why: 'its job seemed to be over',
        advice: 'Run `mode: post` in the job that started the meter, and leave the folder of that job alone.',
    },
};
const NOBODY_LISTENED = 'Its record is whole up to then; calls after that were refused by nobody and counted by nobody, since nothing listened.';
/** Of a meter that had ended in good order before `post` asked it to. */
function leftFinding({ endedBy, endedAt, askedBy }) {
    if (endedBy === 'request' && askedBy === 'output') {
        const message = `A step that was given \`meter-control\`, as an earlier \`post\` of this job is, ended it at ${endedAt}. ${NOBODY_LISTENED}`;
        return (0,findings/* finding */.gk)('notice', 'meter-gone', 'An earlier step had ended the meter', message, {
            advice: 'Run `mode: post` once for a meter, after the last step that calls it.',
        });
    }
    const { why, advice } = endedBy === 'request' ? ASKED_BY_VARIABLE : ENDED_ITSELF[endedBy];
    const message = `It ended at ${endedAt}: ${why}. ${NOBODY_LISTENED}`;
    return (0,findings/* finding */.gk)('warning', 'meter-gone', 'The meter had ended before `post` came', message, { advice });
}
/** A `post` without `meter-control` finds the meter by the variable too, so this alone tells of nothing bad. */
const ASKED_BY_VARIABLE = {
    why: 'it was asked to by way of a variable of this job, which an earlier `post` without `meter-control` goes by, and which every other step can read',
    advice: 'Give every `post` its `meter-control`. Where no other `post` ran, look at what the steps in between did.',
};
/** Of a meter that left nothing which can be believed. */
function goneFinding(end) {
    if (end.kind === 'forged')
        return (0,findings/* finding */.gk)('error', 'meter-forged', 'Somebody stands in for the meter', `The meter is gone: ${end.evidence}. What was said in its place is not counted; its ledger is.`, {
            advice: 'The ledger is a file that the agent could write to: compare with the gateway\u2019s own count.',
        });
    const why = end.kind === 'gone' ? end.evidence : 'what it left cannot be read';
    return (0,findings/* finding */.gk)('warning', 'meter-gone', 'The meter was gone before `post` came', `Its process was ended from outside (${why}). Its ledger counts, a file that the agent could write to.`, {
        advice: 'Compare with the gateway\u2019s own count, and look at what ended it.',
    });
}
/** A variable of the job can be replaced by any step in between; an output cannot. */
function unproven({ post, context }) {
    if (post.meter !== undefined || !context.isActions)
        return [];
    const message = 'The way to the meter came by a variable of the job, which the steps in between could have replaced together with the record.';
    return [
        (0,findings/* finding */.gk)('notice', 'meter-unproven', 'The record is taken on trust', message, {
            advice: 'Give `meter-control: ${{ steps.<id>.outputs.meter-control }}`.',
        }),
    ];
}
/** Whoever starts a meter takes the place of an earlier record; a record beside one is what nobody of us leaves. */
function meterSetAside() {
    const message = 'A variable of the job names a meter in the background, and `wrap` left a record of its own with a checksum: the record counts.';
    return (0,findings/* finding */.gk)('warning', 'meter-set-aside', 'A meter in the background is not believed', message, {
        advice: 'Give each `wrap` a `task` of its own, or `meter-control: ${{ steps.<id>.outputs.meter-control }}`.',
    });
}

// EXTERNAL MODULE: ./lib/modes/run-record.js
var run_record = __webpack_require__(7435);
// EXTERNAL MODULE: ./lib/modes/troubles.js
var troubles = __webpack_require__(2602);
// EXTERNAL MODULE: ./lib/modes/wrap-report.js
var wrap_report = __webpack_require__(7693);
;// CONCATENATED MODULE: ./lib/modes/background-end.js
/** `post` ends the meter in the background: its record, and whether it can be believed. */











/** `undefined` where no meter runs in the background. Sets the usage outputs, since `wrap` had none to set. */
async function endBackground(deps) {
    const { config, control, meterNote, runner } = deps;
    const handle = config.post.meter ?? (0,meter_handle/* readMeterHandle */.m)(meterNote.find() ?? '');
    if (handle === undefined)
        return undefined;
    const end = await control.finish(handle);
    const dropped = meterNote.drop();
    runner.exportVariable(dropped.variable, dropped.value);
    if (config.post.meter === undefined && deps.hasSealedRecord()) {
        runner.annotate(meterSetAside());
        return undefined;
    }
    const testament = 'testament' in end ? readTestament(end.testament) : undefined;
    const found = testament === undefined
        ? withFindings(deps.findCut(handle.ledger), [goneFinding(end)])
        : withFindings(await foundIn(deps, end, testament), patternsIn(deps, handle.ledger, testament));
    (0,run_record/* setUsageOutputs */.cT)(runner, found.record);
    return { ...withFindings(found, unproven(config)), facts: factsOf(found.record, testament) };
}
async function foundIn(deps, { kind }, testament) {
    const { config, clock, runner } = deps;
    const record = (0,core_record/* parseRecord */.Hh)(testament.record);
    const { sealed, gatewayVersion } = testament;
    runner.setOutput('record', sealed?.path);
    if (sealed)
        runner.exportVariable(sealed.variable, sealed.value);
    const notes = {
        observed: testament.observed,
        unpricedModels: testament.unpricedModels,
        otherRequests: testament.otherRequests,
        reroutes: new Map(Object.entries(testament.reroutes)),
        refusedSubagents: new Map(Object.entries(testament.refusedSubagents)),
        withheldHeaders: new Map(Object.entries(testament.withheldHeaders)),
    };
    const findings = [
        ...(kind === 'left' ? [leftFinding(testament)] : []),
        ...testament.troubles.map(troubles/* troubleFinding */.T),
        ...(0,wrap_report/* noteFindings */.$q)(record, notes),
        ...(0,wrap_report/* contractFindings */.TH)(config, clock.now(), gatewayVersion),
    ];
    return { record, origin: 'the meter in the background', findings, isUnfinished: true };
}
/** The record is proven and the ledger is not: where they differ, nothing is read out of the ledger. */
function patternsIn({ readCalls }, ledger, { record }) {
    try {
        const calls = readCalls(ledger);
        if (isSame((0,core_record/* parseRecord */.Hh)(record), calls))
            return (0,patterns/* findPatterns */.t)(calls);
        return [unreadLedger('it does not hold the calls that the meter counted')];
    }
    catch (error) {
        if (!(error instanceof errors/* AppError */.uV))
            throw error;
        return [unreadLedger(error.message)];
    }
}
function isSame(record, calls) {
    const { requests, refusedRequests } = (0,totals/* totalsOf */.v)(calls);
    return record.requests === requests && record['refused-requests'] === refusedRequests;
}
function unreadLedger(why) {
    const message = `The ledger is of no use (${why}), so patterns of spending were not looked for. The record does not depend on it.`;
    return (0,findings/* finding */.gk)('notice', 'ledger-unread', 'No patterns were looked for', message, {
        advice: 'Leave the folder of the job alone while an agent runs.',
    });
}
/** What the report of `wrap` would tell beside the figures. */
function factsOf(record, testament) {
    const refused = record['refused-requests'];
    return [
        ...(refused === undefined ? [] : [['Refused calls', String(refused)]]),
        ...(testament === undefined ? [] : [['Canary', testament.canary]]),
        ...(testament?.limitFacts ?? []),
    ];
}
function withFindings(found, findings) {
    return { ...found, findings: [...found.findings, ...findings] };
}

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
;// CONCATENATED MODULE: ./lib/platform/detached.js
/**
 * Starts a program of ours that goes on when we have ended. What it must know goes over a pipe. Until it is released the
 * pipe's end is its own end, so a step that is killed in between leaves nothing behind.
 */



/** All of our environment that it gets: no input, no key. The tracking id lets the runner end it with the job. */
const PASSED = /^(?:PATH|HOME|TZ|LANG|TMPDIR|TEMP|TMP|SYSTEMROOT|RUNNER_TRACKING_ID|MALLOC_ARENA_MAX|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|https?_proxy|no_proxy)$/i;
const MAX_LINE_BYTES = 64 * 1024;
/** @throws {AppError} `meter-not-started` when the program does not exist. */
async function startDetached(spec) {
    const env = Object.fromEntries(Object.entries(spec.environment).filter(([name]) => PASSED.test(name)));
    const child = (0,external_node_child_process_.spawn)(spec.program, spec.args, { env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    // A pipe that breaks shows in the answer that does not come.
    child.stdin.on('error', () => undefined);
    try {
        await (0,external_node_events_.once)(child, 'spawn');
    }
    catch (cause) {
        throw new errors/* AppError */.uV('meter-not-started', `${spec.program} could not be started: ${(0,errors/* describeError */.Uc)(cause)}.`, {
            cause,
        });
    }
    return {
        pid: child.pid ?? 0,
        ask: (line) => {
            child.stdin.write(`${line}\n`);
            return firstLine(child, child.stdout, spec.deadlineMs);
        },
        release: async () => {
            child.stdin.end('released\n');
            await (0,external_node_events_.once)(child.stdin, 'finish');
            child.stdout.destroy();
            child.unref();
        },
        abandon: () => {
            child.kill('SIGKILL');
        },
    };
}
function firstLine(child, output, deadlineMs) {
    return new Promise((resolve, reject) => {
        let text = '';
        const fail = (why) => {
            clearTimeout(timer);
            reject(new errors/* AppError */.uV('meter-not-started', `The meter\u2019s process ${why} before it said where it listens.`));
        };
        const timer = setTimeout(() => fail(`took longer than ${deadlineMs / 1000} s`), deadlineMs);
        child.once('close', (code, signal) => fail(`ended (${signal ?? `exit code ${code}`})`));
        output.on('data', (chunk) => {
            text += chunk;
            const end = text.indexOf('\n');
            if (end < 0 && text.length <= MAX_LINE_BYTES)
                return;
            clearTimeout(timer);
            resolve(text.slice(0, Math.max(0, end)));
        });
    });
}

// EXTERNAL MODULE: ./lib/platform/dispatcher.js
var dispatcher = __webpack_require__(730);
// EXTERNAL MODULE: ./lib/platform/job-note.js
var job_note = __webpack_require__(7797);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(4371);
// EXTERNAL MODULE: ./lib/files/bounded-file.js
var bounded_file = __webpack_require__(2757);
// EXTERNAL MODULE: ./lib/platform/bounded-body.js
var bounded_body = __webpack_require__(8987);
;// CONCATENATED MODULE: ./lib/platform/meter-control.js
/**
 * The way to a meter in the background: a port of its own on loopback. Either side proves itself by a checksum over what it
 * says, keyed with a secret that is never sent: whoever takes the port over when the meter is gone learns nothing from a
 * question, and cannot answer it. A meter that has to end before it is asked leaves its testament on disk, proven likewise.
 */








const HEADER = 'x-spendgate-proof';
const HEALTH = '/health';
const FINISH = '/finish';
const HEALTH_DEADLINE_MS = 10_000;
/** Longer than calls in flight are given to settle. */
const FINISH_DEADLINE_MS = 60_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Keyed checksum: who knows the secret has said exactly this. */
function prove(secret, ...said) {
    return (0,external_node_crypto_.createHmac)('sha256', secret).update(JSON.stringify(said)).digest('hex');
}
function isProven(proof, secret, ...said) {
    const [given, right] = [Buffer.from(String(proof ?? '')), Buffer.from(prove(secret, ...said))];
    return given.length === right.length && (0,external_node_crypto_.timingSafeEqual)(given, right);
}
/** Listens on a free port of 127.0.0.1. */
async function serveControl(options) {
    const server = createServer((message, response) => {
        answer(options, message, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return {
        url: `http://127.0.0.1:${port}`,
        close: () => {
            server.close();
            server.closeAllConnections();
        },
    };
}
async function answer({ secrets, finish, onHandedOver }, { url = '', headers }, response) {
    const secret = secrets.find((candidate) => isProven(headers[HEADER], candidate, url));
    if (secret === undefined || (url !== HEALTH && url !== FINISH)) {
        response.writeHead(403).end();
        return;
    }
    const text = url === FINISH ? await finish(secret === secrets[0] ? 'output' : 'variable') : 'ready';
    response.writeHead(200, { [HEADER]: prove(secret, url, text) });
    response.end(text, url === FINISH ? onHandedOver : undefined);
}
function createMeterControl(dispatcher) {
    return {
        isThere: async (handle) => {
            const end = await ask(dispatcher, handle, HEALTH, HEALTH_DEADLINE_MS);
            return 'text' in end && end.text === 'ready';
        },
        finish: async (handle) => {
            const end = await ask(dispatcher, handle, FINISH, FINISH_DEADLINE_MS);
            if ('text' in end)
                return { kind: 'ended', testament: end.text };
            return readWill(handle) ?? end;
        },
    };
}
async function ask(dispatcher, { controlUrl, secret }, path, deadlineMs) {
    try {
        const signal = AbortSignal.timeout(deadlineMs);
        const headers = { [HEADER]: prove(secret, path) };
        const { statusCode, headers: got, body, } = await (0,undici.request)(`${controlUrl}${path}`, {
            dispatcher,
            method: 'POST',
            headers,
            signal,
        });
        const text = await (0,bounded_body/* readBoundedBody */.c)(body, MAX_ANSWER_BYTES);
        if (isProven(got[HEADER], secret, path, text))
            return { text };
        return { kind: 'forged', evidence: `something else answered on its port (${statusCode})` };
    }
    catch (error) {
        return { kind: 'gone', evidence: (0,errors/* describeError */.Uc)(error) };
    }
}
/** Leaves a testament beside the ledger, proven with every secret. A full disk has none. */
function writeWill(ledger, secrets, text) {
    const proofs = secrets.map((secret) => prove(secret, FINISH, text));
    try {
        writeFileSync(willPath(ledger), [...proofs, text].join('\n'), { mode: 0o600, flag: 'wx' });
    }
    catch (error) {
        // The ledger holds every call all the same.
        if (!(error instanceof Error && 'code' in error))
            throw error;
    }
}
/** First the proofs, a line each, then the testament. `undefined` when there is none. */
function readWill({ ledger, secret }) {
    const written = (0,bounded_file/* readBoundedText */.H)(willPath(ledger), { maxBytes: MAX_ANSWER_BYTES })?.text;
    if (written === undefined)
        return undefined;
    const [first = '', second = '', ...rest] = written.split('\n');
    const text = rest.join('\n');
    const isOurs = [first, second].some((proof) => isProven(proof, secret, FINISH, text));
    return isOurs
        ? { kind: 'left', testament: text }
        : { kind: 'forged', evidence: `what stands in ${willPath(ledger)} is not what it wrote` };
}
function willPath(ledger) {
    return ledger.replace(/\.ndjson$/, '.will');
}

// EXTERNAL MODULE: ./lib/platform/run-files.js
var run_files = __webpack_require__(9752);
;// CONCATENATED MODULE: ./lib/platform/worker.js
/**
 * The program that runs the job: when it has ended, so has the job. It is looked for among our ancestors by its name, since a
 * step may run behind a shell that ends with the step. Where there is no `/proc`, or in a container, nobody is found.
 */

const NAME = 'Runner.Worker';
const MAX_ANCESTORS = 16;
/** @param pid where to begin; `undefined` when no ancestor is the one. */
function findWorker(pid) {
    let candidate = pid;
    for (let step = 0; step < MAX_ANCESTORS && candidate > 1; step += 1) {
        if (readProc(candidate, 'cmdline').includes(NAME))
            return candidate;
        candidate = parentOf(candidate);
    }
    return undefined;
}
function isAlive(pid) {
    try {
        return process.kill(pid, 0);
    }
    catch (error) {
        // It belongs to somebody else, and is there.
        return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
}
/** The fourth field; the second, a name in brackets, may hold anything. 0 when nobody can say. */
function parentOf(pid) {
    const [, parent] = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
    return Number(parent ?? 0);
}
function readProc(pid, file) {
    try {
        return (0,external_node_fs_.readFileSync)(`/proc/${pid}/${file}`, 'latin1');
    }
    catch (error) {
        if (error instanceof Error && 'code' in error)
            return '';
        throw error;
    }
}

// EXTERNAL MODULE: ./lib/entrypoints/compose.js + 72 modules
var compose = __webpack_require__(4717);
// EXTERNAL MODULE: ./lib/entrypoints/private-dir.js
var private_dir = __webpack_require__(5926);
;// CONCATENATED MODULE: ./lib/entrypoints/background.js
/** Puts the two ends of a meter in the background together: `wrap` starts it, `post` ends it. */











/**
 * The meter waits for most of its life: a small nursery, what its start left behind given back, and one heap for the threads
 * of the C library keep it small. A nursery of 1 MB costs a fifth of the calls a second, one of 8 MB another 11 MB at peak.
 */
const NODE_FLAGS = ['--max-semi-space-size=4', '--expose-gc'];
const SMALL = { MALLOC_ARENA_MAX: '1' };
const DEADLINE_MS = 30_000;
async function startBackground(host, deps) {
    const { environment, meterProgram, print } = host;
    const { context } = deps.config;
    const privateDir = (0,private_dir/* makePrivateDir */.h)(context);
    const spec = {
        program: process.execPath,
        environment: { ...environment, ...SMALL },
        deadlineMs: DEADLINE_MS,
    };
    try {
        return await runBackground({
            ...deps,
            ...wayToMeter(host, deps.config),
            environment,
            agentsFor: agents.agentsFor,
            newToken: compose/* newToken */.uv,
            print,
            privateDir,
            workerPid: context.isActions ? findWorker(process.ppid) : undefined,
            startProcess: () => startDetached({ ...spec, args: [...NODE_FLAGS, meterProgram()] }),
        });
    }
    catch (error) {
        (0,private_dir/* removePrivateDir */.V)(privateDir);
        throw error;
    }
}
function endMeter(host, deps) {
    return endBackground({
        ...deps,
        ...wayToMeter(host, deps.config),
        hasSealedRecord: () => (0,run_files/* hasSealedRecord */.az)({ task: deps.config.task, environment: host.environment }),
        findCut: run_files/* findCut */.Ik,
        readCalls: run_files/* readCalls */.sS,
    });
}
/** Straight to loopback: a proxy of the environment has nothing to do with it. */
function wayToMeter({ environment }, config) {
    const hasVariables = config.context.isActions;
    return {
        control: createMeterControl((0,dispatcher.createDispatcher)({})),
        meterNote: (0,job_note/* createJobNote */.o)({ ...(0,compose/* placeOf */.$t)(config), hasVariables, environment }, 'meter'),
    };
}


/***/ }),

/***/ 730:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createDispatcher: () => (/* binding */ createDispatcher)
/* harmony export */ });
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4371);

/** Long answers are normal (reasoning before the first byte, pauses in a stream), so the bounds are wide. */
const HEADERS_TIMEOUT_MS = 15 * 60_000;
const BODY_TIMEOUT_MS = 10 * 60_000;
function createDispatcher(environment) {
    const options = { headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: BODY_TIMEOUT_MS };
    const httpProxy = environment['http_proxy'] ?? environment['HTTP_PROXY'];
    const httpsProxy = environment['https_proxy'] ?? environment['HTTPS_PROXY'];
    if (!httpProxy && !httpsProxy)
        return new DirectAgent(options);
    const noProxy = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
    return new undici__WEBPACK_IMPORTED_MODULE_0__.EnvHttpProxyAgent({
        ...options,
        noProxy,
        ...(httpProxy ? { httpProxy } : {}),
        ...(httpsProxy ? { httpsProxy } : {}),
    });
}
/** Knows its connections, and with that what has not left yet. */
class DirectAgent extends undici__WEBPACK_IMPORTED_MODULE_0__.Agent {
    #sockets;
    constructor(options) {
        const sockets = new Set();
        super({
            ...options,
            factory: (origin, pooled) => new undici__WEBPACK_IMPORTED_MODULE_0__.Pool(origin, { ...pooled, connect: watching(sockets) }),
        });
        this.#sockets = sockets;
    }
    /**
     * What waits for its turn is not looked at: the client of undici writes the whole of a request before it takes the answer
     * for complete, or else gives the connection up.
     */
    hasUnsent() {
        for (const { writableLength } of this.#sockets)
            if (writableLength > 0)
                return true;
        return false;
    }
}
/** Connects as undici does, and remembers what is open. */
function watching(sockets) {
    const connect = (0,undici__WEBPACK_IMPORTED_MODULE_0__.buildConnector)({});
    return (target, callback) => connect(target, (...opened) => {
        const [, socket] = opened;
        if (socket)
            sockets.add(socket.once('close', () => sockets.delete(socket)));
        callback(...opened);
    });
}


/***/ }),

/***/ 9752:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ik: () => (/* binding */ findCut),
/* harmony export */   az: () => (/* binding */ hasSealedRecord),
/* harmony export */   findRecord: () => (/* binding */ findRecord),
/* harmony export */   sS: () => (/* binding */ readCalls)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _core_count_of_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(9028);
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3828);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9901);
/* harmony import */ var _core_gate_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(6151);
/* harmony import */ var _core_json_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(3085);
/* harmony import */ var _core_ledger_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1546);
/* harmony import */ var _core_patterns_index_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7793);
/* harmony import */ var _core_record_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9510);
/* harmony import */ var _core_totals_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4840);
/* harmony import */ var _files_bounded_file_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2757);
/* harmony import */ var _run_mark_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(198);
/**
 * Finds the record of a run, or makes one of its ledger. The agent could have written to both files, so a record counts by
 * the checksum that travels through the runner's environment, which the agent is not given.
 */













/** Room for a hundred thousand calls: an agent that can write there must not fill the memory of who reads it. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How each of our lines begins. */
const LINE_START = '{"type":"';
/** @throws {AppError} `no-record`, or `bad-record` where what was handed in or left by another tool is none. */
function findRecord(sources) {
    const { usage, environment, task, hasEnded = false } = sources;
    const mark = (0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .readMark */ .Mp)(task, environment);
    const { sum, path } = mark;
    const isOpen = sum === _run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .OPEN */ .vP && !hasEnded;
    if (usage !== undefined)
        return isOpen ? disputed(usage, path) : given(usage);
    if (isOpen)
        return findCut(path);
    if (sum === _run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .LOST */ .Rj)
        return lost(path, `The disk did not take the record ${path}.`);
    if ((0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .isSealed */ .dy)(mark))
        return sealed(mark);
    return newest(sources);
}
/** True where `wrap` has told what its record must be. */
function hasSealedRecord({ task, environment }) {
    return (0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .isSealed */ .dy)((0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .readMark */ .Mp)(task, environment));
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
function sealed({ path, sum }) {
    const text = readRegular(path);
    if (text === undefined)
        return lost(path, `The record ${path}, which \`wrap\` wrote, is not there any more.`);
    if ((0,_run_mark_js__WEBPACK_IMPORTED_MODULE_9__/* .checksum */ .cM)(text) === sum)
        return whole(text, 'the record of `wrap`');
    const why = `The record ${path} is not the one that \`wrap\` wrote.`;
    return { ...lost(path, why), lost: { code: 'record-changed', why } };
}
/** Somebody has to look: with its record taken away, a run would otherwise be the one that nobody judges. */
function lost(path, why, isUnfinished = false) {
    const record = (0,_core_record_js__WEBPACK_IMPORTED_MODULE_6__/* .parseRecord */ .Hh)('{"complete":false}');
    return { record, origin: path, findings: [], isUnfinished, lost: { code: 'bad-record', why } };
}
/** No checksum came with a variable, so the record's own file proves nothing: the ledger is read call by call. */
function newest(sources) {
    const { jobDir, task } = sources;
    const prefix = `${(0,_core_gate_js__WEBPACK_IMPORTED_MODULE_10__/* .gateSlug */ .Zg)(task)}-`;
    const names = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(jobDir, { throwIfNoEntry: false })?.isDirectory() ? (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(jobDir) : [];
    const runs = names
        .filter((name) => name.startsWith(prefix) && /^\d+-\w+\.(?:nd)?json$/.test(name.slice(prefix.length)))
        .map((name) => name.replace(/\.\w+$/, ''));
    const run = runs.sort().at(-1);
    const last = run === undefined ? undefined : `${run}.ndjson`;
    if (last !== undefined && !names.includes(last))
        return lost((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(jobDir, last), `The ledger ${(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(jobDir, last)} is not there any more, and its record alone proves nothing.`);
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(jobDir, last ?? '');
    const lines = last === undefined ? undefined : linesIn(readText(path));
    if (lines === undefined || isOfAnotherRun(lines[0], sources))
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .AppError */ .uV('no-record', `No usage of the task ${task} was found in ${jobDir}.`);
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
            ? (0,_core_ledger_js__WEBPACK_IMPORTED_MODULE_4__/* .readLedgerLine */ .eX)((0,_core_json_js__WEBPACK_IMPORTED_MODULE_11__/* .parseJson */ .q)(text.slice(from, end)))
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
        record: (0,_core_record_js__WEBPACK_IMPORTED_MODULE_6__/* .recordOf */ .zv)(facts, (0,_core_totals_js__WEBPACK_IMPORTED_MODULE_7__/* .totalsOf */ .v)(calls)),
        origin: path,
        findings: [
            ...(end ? [] : [unfinished(calls.length), ...unsettled(lines)]),
            ...(end && !isWhole ? [withHoles(path, calls.length, end.calls)] : []),
            ...(0,_core_patterns_index_js__WEBPACK_IMPORTED_MODULE_5__/* .findPatterns */ .t)(calls),
        ],
        isUnfinished: !isWhole,
    };
}
function unfinished(calls) {
    const message = `The meter was ended before it could close its record; ${(0,_core_count_of_js__WEBPACK_IMPORTED_MODULE_12__/* .countOf */ .p)(calls, 'settled call')} can be counted, calls in flight cannot.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_3__/* .finding */ .gk)('warning', 'run-unfinished', 'The run was cut short', message);
}
function withHoles(path, found, calls) {
    const message = `The ledger ${path} holds ${found} of the ${calls} calls of the run: the disk did not take the others, or somebody took them out.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_3__/* .finding */ .gk)('warning', 'run-unfinished', 'Calls are missing from the ledger', message);
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
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_3__/* .finding */ .gk)('warning', 'unsettled-calls', 'Calls were on their way', message, {
            advice: 'Look at the gateway for what they came to.',
        }),
    ];
}
function whole(text, origin) {
    return { record: (0,_core_record_js__WEBPACK_IMPORTED_MODULE_6__/* .parseRecord */ .Hh)(text), origin, findings: [], isUnfinished: false };
}
function readRegular(path) {
    return (0,_files_bounded_file_js__WEBPACK_IMPORTED_MODULE_8__/* .readBoundedText */ .H)(path, { maxBytes: MAX_BYTES })?.text;
}
function readText(path) {
    const text = readRegular(path);
    if (text !== undefined)
        return text;
    throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .AppError */ .uV('bad-record', `The usage record ${path} could not be read: there is no regular file of at most ${MAX_BYTES} bytes.`);
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
