export const id = 488;
export const ids = [488];
export const modules = {

/***/ 488:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  X: () => (/* binding */ agents),
  agentsFor: () => (/* binding */ agentsFor)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(27597);
// EXTERNAL MODULE: ./lib/core/usage.js
var usage = __webpack_require__(76940);
// EXTERNAL MODULE: ./lib/wire/tokens.js
var tokens = __webpack_require__(32735);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./lib/files/bounded-file.js
var bounded_file = __webpack_require__(12757);
// EXTERNAL MODULE: ./lib/wire/json-answer.js
var json_answer = __webpack_require__(84978);
;// CONCATENATED MODULE: ./lib/agents/shared/log-files.js
/**
 * Reads what an agent logged of its own usage. The agent is not trusted and may have left anything there: links, pipes,
 * endless files, damaged lines. So only plain files are read, only those written since the run began, and all of it
 * within bounds; whatever cannot be read whole is no report at all, since a part of it would look like a difference.
 *
 * Most of a log is prompts and answers. A line becomes a string only when it holds one of the words that are looked for.
 */





const MAX_DEPTH = 6;
const MAX_ENTRIES = 50_000;
const MAX_FILE_BYTES = 128 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;
const LINE_END = 0x0a;
const dated = schemas/* object */.Ikc({ timestamp: schemas/* string */.YjP() });
/** False when there is nothing, too much, or something damaged: then what was taken must not be used. */
function readLogs(search, take) {
    try {
        const files = findFiles(search);
        for (const file of files)
            eachLine(readPlainFile(file), search, (line) => take(line, file));
        return files.length > 0;
    }
    catch {
        // Whatever is wrong with the files of a program we do not trust: they say nothing.
        return false;
    }
}
/** The same for files that are one JSON document each; a cut one is damaged. */
function readDocuments(search, take) {
    try {
        const files = findFiles(search);
        for (const file of files)
            take(JSON.parse(readPlainFile(file).toString('utf8')), file);
        return files.length > 0;
    }
    catch {
        // As above: they say nothing.
        return false;
    }
}
function findFiles({ home, below, names, since }) {
    const found = [];
    let entries = 0;
    let bytes = 0;
    const visit = (dir, depth) => {
        for (const entry of entriesOf(dir)) {
            entries += 1;
            if (entries > MAX_ENTRIES)
                throw new RangeError('more entries than a report has');
            const path = (0,external_node_path_.join)(dir, entry.name);
            if (entry.isDirectory() && depth < MAX_DEPTH)
                visit(path, depth + 1);
            if (!entry.isFile() || !names.test(entry.name))
                continue;
            const { mtimeMs, size } = (0,external_node_fs_.lstatSync)(path);
            if (mtimeMs < since.getTime())
                continue;
            bytes += size;
            if (bytes > MAX_TOTAL_BYTES)
                throw new RangeError('more bytes than a report has');
            found.push(path);
        }
    };
    const root = (0,external_node_path_.join)((0,external_node_fs_.realpathSync)(home), below);
    if ((0,external_node_fs_.lstatSync)(root).isDirectory())
        visit(root, 0);
    return found;
}
function* entriesOf(dir) {
    const handle = (0,external_node_fs_.opendirSync)(dir);
    try {
        for (let entry = handle.readSync(); entry !== null; entry = handle.readSync())
            yield entry;
    }
    finally {
        handle.closeSync();
    }
}
/** @throws when it is no plain file, or larger than a log is. */
function readPlainFile(path) {
    const bytes = (0,bounded_file/* readBoundedBytes */.f)(path, { maxBytes: MAX_FILE_BYTES })?.bytes;
    if (bytes === undefined)
        throw new RangeError('not a log file');
    return bytes;
}
/** Only the last line may be cut, as a killed process leaves it: it is then no line at all. */
function eachLine(bytes, { words, ageless = [], since }, take) {
    for (const start of startsOfInterest(bytes, words)) {
        const end = bytes.indexOf(LINE_END, start);
        const text = bytes.toString('utf8', start, end === -1 ? bytes.length : end);
        const line = end === -1 ? (0,json_answer/* readJson */.Vh)(text) : JSON.parse(text);
        const time = Date.parse(dated.safeParse(line).data?.timestamp ?? '');
        const isOld = time < since.getTime() && !ageless.some((word) => text.includes(word));
        if (!isOld)
            take(line);
    }
}
/** Where the lines begin that hold one of the words, each once, in order. */
function startsOfInterest(bytes, words) {
    const starts = new Set();
    for (const word of words) {
        let hit = bytes.indexOf(word);
        while (hit !== -1) {
            starts.add(bytes.lastIndexOf(LINE_END, hit) + 1);
            const end = bytes.indexOf(LINE_END, hit);
            hit = end === -1 ? -1 : bytes.indexOf(word, end);
        }
    }
    return [...starts].sort((a, b) => a - b);
}

// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
;// CONCATENATED MODULE: ./lib/agents/shared/reported-calls.js
/** Calls as an agent logged them. The same call may stand in several lines and files, and its figures may still grow. */




/** No run costs that much; a figure above it is damage. */
const MOST_USD = 1_000_000;
/** A cost in dollars as agents write it, as nano-USD. */
const reportedUsd = schemas/* number */.aig().nonnegative().max(MOST_USD).nullish().transform(money/* readUsd */.Nf);
/** A figure with the parts that an agent counts beside it; not known when the figure itself is not. */
function withParts(figure, ...parts) {
    return figure === undefined ? undefined : (0,tokens/* sumReported */.Vx)(figure, ...parts);
}
class ReportedCalls {
    #byId = new Map();
    /** @param id what repeated lines of one call share; a call without one counts by itself */
    add(id, call) {
        const key = id ?? `#${this.#byId.size}`;
        const known = this.#byId.get(key);
        this.#byId.set(key, {
            inputTokens: larger(known?.inputTokens, call.inputTokens),
            outputTokens: larger(known?.outputTokens, call.outputTokens),
            costNanoUsd: larger(known?.costNanoUsd, call.costNanoUsd),
        });
    }
    /** `undefined` when no call was logged; a sum is not known when one of its parts is not. */
    sums() {
        const calls = [...this.#byId.values()];
        if (calls.length === 0)
            return undefined;
        return {
            inputTokens: (0,usage/* sumKnown */.z_)(calls.map((call) => call.inputTokens)),
            outputTokens: (0,usage/* sumKnown */.z_)(calls.map((call) => call.outputTokens)),
            costNanoUsd: (0,usage/* sumKnown */.z_)(calls.map((call) => call.costNanoUsd)),
        };
    }
}
/** A line that is written while an answer still comes holds less than the last one. */
function larger(known, given) {
    return known === undefined || given === undefined ? (known ?? given) : Math.max(known, given);
}

;// CONCATENATED MODULE: ./lib/agents/claude-code.js
/**
 * Claude Code. The base URL has no `/v1`. With the hint headers on, every call says what it is for; without them a
 * subagent still gives its id, or says so in the first block of its system prompt. Non-essential traffic is switched off:
 * it goes to other hosts, past any meter.
 * @see https://code.claude.com/docs/en/llm-gateway
 */






const CLASSES = {
    main: 'main',
    subagent: 'subagent',
    workflow: 'subagent',
    compaction: 'compaction',
    auxiliary: 'auxiliary',
};
/** Who asked, as telemetry names it. */
const SOURCES = [
    [/^(?:sdk|main|repl_main_thread)/, 'main'],
    [/^(?:agent:|subagent$)/, 'subagent'],
    [/^compact/, 'compaction'],
    [/^auxiliary$/, 'auxiliary'],
];
/** The first block says who calls, in a few words. */
const MARK_BYTES = 2000;
const COMMAND = /(?:^|[\s;&|(/"'`])(?:claude|@anthropic-ai\/claude-code)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const ANSWER = 'assistant';
const COST = 'cost-state';
const typedLine = schemas/* object */.Ikc({ type: schemas/* enum */.k5n([ANSWER, COST]) });
/** An answer stands there once per content block; an error message of Claude Code's own making is none. */
const answerLine = schemas/* object */.Ikc({
    isApiErrorMessage: schemas/* boolean */.zMY().nullish(),
    requestId: schemas/* string */.YjP().nullish(),
    sessionId: schemas/* string */.YjP().nullish(),
    message: schemas/* object */.Ikc({
        id: schemas/* string */.YjP().nullish(),
        usage: schemas/* object */.Ikc({
            input_tokens: tokens/* tokenCount */.jt,
            cache_read_input_tokens: tokens/* tokenCount */.jt,
            cache_creation_input_tokens: tokens/* tokenCount */.jt,
            output_tokens: tokens/* tokenCount */.jt,
        })
            .nullish(),
    }),
});
/** Written when a session ends. One that was taken up again carries the cost of its earlier runs along. */
const costLine = schemas/* object */.Ikc({
    sessionId: schemas/* string */.YjP(),
    totalCostUSD: reportedUsd,
    startTime: schemas/* number */.aig(),
});
/** What the transcripts of a run say: the main loop and its subagents. */
class Transcripts {
    #calls = new ReportedCalls();
    /** Cost by session; `undefined` where the session did not tell, or told more than this run's. */
    #costs = new Map();
    #startedAt;
    constructor(startedAt) {
        this.#startedAt = startedAt;
    }
    take(line) {
        const type = typedLine.safeParse(line).data?.type;
        if (type === ANSWER)
            this.#takeAnswer(answerLine.parse(line));
        if (type === COST)
            this.#takeCost(costLine.parse(line));
    }
    /** `input_tokens` leaves cached tokens out. */
    #takeAnswer({ isApiErrorMessage, message, requestId, sessionId }) {
        if (isApiErrorMessage)
            return;
        const { usage } = message;
        const id = message.id ?? undefined;
        this.#calls.add(id && `${id} ${requestId ?? ''}`, {
            inputTokens: withParts(usage?.input_tokens, usage?.cache_read_input_tokens, usage?.cache_creation_input_tokens),
            outputTokens: usage?.output_tokens,
        });
        this.#costs.set(sessionId ?? '', this.#costs.get(sessionId ?? ''));
    }
    #takeCost({ sessionId, startTime, totalCostUSD }) {
        const isOfThisRun = startTime >= this.#startedAt.getTime();
        this.#costs.set(sessionId, isOfThisRun ? totalCostUSD : undefined);
    }
    report(origin) {
        const sums = this.#calls.sums();
        return (sums && {
            ...sums,
            costNanoUsd: (0,usage/* sumKnown */.z_)([...this.#costs.values()]),
            covers: ['main', 'subagent'],
            origin,
        });
    }
}
function readReport({ environment, workingDirectory, startedAt }) {
    const { CLAUDE_CONFIG_DIR: own, HOME: home } = environment;
    const dir = own ?? (home === undefined ? undefined : (0,external_node_path_.join)(home, '.claude'));
    if (dir === undefined)
        return undefined;
    const transcripts = new Transcripts(startedAt);
    const isWhole = readLogs({
        home: (0,external_node_path_.resolve)(workingDirectory, dir),
        below: 'projects',
        names: /\.jsonl$/,
        since: startedAt,
        words: ['"usage"', `"${COST}"`],
    }, (line) => transcripts.take(line));
    return isWhole
        ? transcripts.report(`${own === undefined ? '~/.claude' : '$CLAUDE_CONFIG_DIR'}/projects`)
        : undefined;
}
/** Prompts and answers stay out of it, as they do by default. @see https://code.claude.com/docs/en/monitoring-usage */
function telemetryTo(url, token) {
    return {
        CLAUDE_CODE_ENABLE_TELEMETRY: '1',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_LOGS_EXPORT_INTERVAL: '1000',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        ...(token === undefined ? {} : { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${token}` }),
    };
}
const toldText = schemas/* string */.YjP().optional().catch(undefined);
const toldCount = tokens/* tokenCount */.jt.catch(undefined);
const eventAttributes = schemas/* object */.Ikc({
    request_id: toldText,
    query_source: toldText,
    input_tokens: toldCount,
    cache_read_tokens: toldCount,
    cache_creation_tokens: toldCount,
    output_tokens: toldCount,
});
/** `input_tokens` leaves cached tokens out here too. */
function readEvent({ name, attributes }) {
    if (name !== 'claude_code.api_request')
        return undefined;
    const told = eventAttributes.parse(Object.fromEntries(attributes));
    return {
        requestId: told.request_id,
        caller: SOURCES.find(([source]) => source.test(told.query_source ?? ''))?.[1],
        inputTokens: withParts(told.input_tokens, told.cache_read_tokens, told.cache_creation_tokens),
        outputTokens: told.output_tokens,
    };
}
const claudeCode = {
    id: 'claude-code',
    summary: '`ANTHROPIC_BASE_URL`, and the hint headers that tell main from subagent calls.',
    detect: (command) => COMMAND.test(command),
    readReport,
    readEvent,
    environment: ({ meterUrl, token, telemetryUrl }) => ({
        ...(telemetryUrl === undefined ? {} : telemetryTo(telemetryUrl, token)),
        ANTHROPIC_BASE_URL: meterUrl,
        CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        ...(token === undefined ? {} : { ANTHROPIC_API_KEY: token }),
    }),
    readCaller: (headers, body) => {
        const session = headers['x-claude-code-session-id'] ?? sessionInBody(body);
        if (session === undefined)
            return undefined;
        const agentId = headers['x-claude-code-agent-id'];
        const caller = declaredClass(headers) ?? (agentId !== undefined ? 'subagent' : callerInBody(body));
        if (agentId === undefined && caller === 'subagent')
            return { caller, parentId: session };
        const parentId = agentId === undefined ? undefined : (headers['x-claude-code-parent-agent-id'] ?? session);
        return { caller, agentId: agentId ?? session, parentId };
    },
};
function declaredClass(headers) {
    const request = headers['x-claude-code-request-class'] ?? '';
    return Object.hasOwn(CLASSES, request) ? CLASSES[request] : undefined;
}
/** The body names the session as JSON within a string, `\u2026"session_id":"\u2026"`, or as `\u2026_session_\u2026` in older versions. */
function sessionInBody(body) {
    const userId = body.get('metadata', 'user_id');
    return typeof userId === 'string' ? /[_"]session(?:_id":"|_)([\w-]{8,64})/.exec(userId)?.[1] : undefined;
}
/** Only asked where no header says what a call is for, since the system prompt is long. */
function callerInBody(body) {
    const [first] = body.items('system');
    return first?.head(MARK_BYTES).includes('cc_is_subagent=true') ? 'subagent' : 'main';
}

// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
;// CONCATENATED MODULE: ./lib/agents/shared/own-folder.js
/**
 * A folder of this run in place of the user's own, for agents that read their base URL from a file alone. What the user
 * has there is linked, so that it works as ever and new sessions end up where they always do; the files that are written
 * anew, and the login, are not. The user's own files are never written to.
 */



const FOLDER = { recursive: true, mode: 0o700 };
/** Makes `own` and links everything of `theirs` into it, but the names that are left behind. Returns `own`. */
function linkFolder(theirs, own, leftBehind) {
    const names = (0,external_node_fs_.existsSync)(theirs) ? (0,external_node_fs_.readdirSync)(theirs) : [];
    linkInto(own, theirs, names.filter((name) => !leftBehind.includes(name)));
    return own;
}
/** Links the names that there are in `theirs` into `own`. */
function linkInto(own, theirs, names) {
    (0,external_node_fs_.mkdirSync)(own, FOLDER);
    for (const name of names) {
        if ((0,external_node_fs_.existsSync)((0,external_node_path_.join)(theirs, name)))
            (0,external_node_fs_.symlinkSync)((0,external_node_path_.join)(theirs, name), (0,external_node_path_.join)(own, name));
    }
}
/** Writes a file that this user alone can read; its folder as well. Returns the path. */
function writeOwnFile(folder, name, text) {
    (0,external_node_fs_.mkdirSync)(folder, FOLDER);
    const path = (0,external_node_path_.join)(folder, name);
    (0,external_node_fs_.writeFileSync)(path, text, { mode: 0o600 });
    return path;
}
/**
 * A configuration of the user, `undefined` when there is none. Of what is wrong with it only the place is told: parsers
 * quote the text, and keys stand in it.
 * @throws {AppError} when `parse` throws.
 */
function readTheirs(path, agent, parse) {
    if (!(0,external_node_fs_.existsSync)(path))
        return undefined;
    const text = (0,external_node_fs_.readFileSync)(path, 'utf8');
    if (text.trim() === '')
        return undefined;
    try {
        return parse(text);
    }
    catch {
        throw new errors/* AppError */.uV('bad-value', `${agent}'s own configuration ${path} cannot be read.`, {
            hint: `Correct that file, or move it away; ${agent} would not read it either.`,
        });
    }
}
const STRING_OR_COMMENT = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_LAST_COMMA = /"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g;
/** JSON with comments and a comma too many, as people write it into settings. @throws {SyntaxError} */
function parseRelaxedJson(text) {
    const keepStrings = (match) => (match.startsWith('"') ? match : '');
    return JSON.parse(text.replace(STRING_OR_COMMENT, keepStrings).replace(STRING_OR_LAST_COMMA, keepStrings));
}

;// CONCATENATED MODULE: ./lib/agents/cline.js
/**
 * Cline. Its base URLs stand in `providers.json` alone, so the run gets one of its own, named by
 * `CLINE_PROVIDER_SETTINGS_PATH`. It lies in a folder `settings` on purpose: Cline takes the folder above for its data
 * when it looks for logins of older versions.
 *
 * By default Cline hands its sessions to a hub, a daemon that outlives the run or was there before it, with an
 * environment of its own: calls that it makes would not be this run's. So sessions are kept in the process.
 * @see https://docs.cline.bot/cline-cli/configuration
 */






const entry = schemas/* looseObject */._H3({ settings: schemas/* looseObject */._H3({}) });
const settingsFile = schemas/* looseObject */._H3({ providers: schemas/* record */.g1P(schemas/* string */.YjP(), entry).default({}) });
/** Providers that Cline knows itself and that speak an API which the meter reads. */
const BUILT_IN = [
    'anthropic',
    'openai-native',
    'openai-compatible',
    'gemini',
    'cerebras',
    'cline',
    'deepseek',
    'fireworks',
    'groq',
    'litellm',
    'minimax',
    'moonshot',
    'openrouter',
    'qwen',
    'requesty',
    'together',
    'vercel-ai-gateway',
    'xai',
    'zai',
];
/** Logins and keys that Cline would use instead of the API key. */
const LOGINS = ['auth', 'aws', 'gcp', 'oca', 'sap'];
function prepareSettings(context) {
    const theirs = settingsPath(context);
    const own = (0,external_node_path_.join)(context.privateDir, 'cline', 'settings');
    linkFolder((0,external_node_path_.dirname)(theirs), own, ['providers.json', (0,external_node_path_.basename)(theirs)]);
    return writeOwnFile(own, 'providers.json', renderSettings(theirs, context));
}
function settingsPath({ environment }) {
    const data = dataPath(environment) ?? '';
    return environment['CLINE_PROVIDER_SETTINGS_PATH'] ?? (0,external_node_path_.join)(data, 'settings', 'providers.json');
}
/** Where Cline keeps what it knows; `undefined` without a home. */
function dataPath(environment) {
    const { CLINE_DATA_DIR: data, CLINE_DIR: own, HOME: home } = environment;
    if (data !== undefined)
        return data;
    const folder = own ?? (home === undefined ? undefined : (0,external_node_path_.join)(home, '.cline'));
    return folder === undefined ? undefined : (0,external_node_path_.join)(folder, 'data');
}
function renderSettings(theirs, { meterUrl, token }) {
    const config = readTheirs(theirs, 'Cline', (text) => settingsFile.parse(parseRelaxedJson(text)));
    const providers = { ...config?.providers };
    for (const name of new Set([...BUILT_IN, ...Object.keys(providers)])) {
        const known = providers[name];
        const baseUrl = name === 'gemini' ? `${meterUrl}/v1beta` : `${meterUrl}/v1`;
        providers[name] = {
            updatedAt: new Date(0).toISOString(),
            tokenSource: 'manual',
            ...known,
            settings: { ...withoutLogin(known?.settings, token), provider: name, baseUrl },
        };
    }
    return JSON.stringify({ modes: {}, ...config, version: 1, providers });
}
/** Without a token the agent keeps what it has; with one, that is its only key. */
function withoutLogin(settings, token) {
    if (token === undefined)
        return { ...settings };
    const kept = Object.entries({ ...settings }).filter(([name]) => !LOGINS.includes(name));
    return { ...Object.fromEntries(kept), apiKey: token };
}
const session = schemas/* object */.Ikc({
    messages: schemas/* array */.YOg(schemas/* object */.Ikc({
        id: schemas/* string */.YjP().nullish(),
        /** Milliseconds since 1970. */
        ts: schemas/* number */.aig().nullish(),
        metrics: schemas/* object */.Ikc({ inputTokens: tokens/* tokenCount */.jt, outputTokens: tokens/* tokenCount */.jt, cost: reportedUsd }).nullish(),
    })),
});
/** A file of messages for each session, subagents in files of their own; `inputTokens` takes cached tokens in. */
function cline_readReport({ environment, workingDirectory, startedAt }) {
    const data = dataPath(environment);
    const folder = environment['CLINE_SESSION_DATA_DIR'] ?? (data && (0,external_node_path_.join)(data, 'sessions'));
    if (folder === undefined)
        return undefined;
    const calls = new ReportedCalls();
    const search = { home: (0,external_node_path_.resolve)(workingDirectory, folder), below: '', names: /\.messages\.json$/ };
    const isWhole = readDocuments({ ...search, since: startedAt }, (document) => {
        for (const { id, ts, metrics } of session.parse(document).messages) {
            if (!metrics || (ts ?? 0) < startedAt.getTime())
                continue;
            const { inputTokens, outputTokens, cost } = metrics;
            calls.add(id ?? undefined, { inputTokens, outputTokens, costNanoUsd: cost });
        }
    });
    const sums = isWhole ? calls.sums() : undefined;
    return sums && { ...sums, covers: ['main', 'subagent', 'unknown'], origin: '~/.cline/data/sessions' };
}
const cline_COMMAND = /(?:^|[\s;&|(/"'`])cline(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const cline = {
    id: 'cline',
    summary: 'A `providers.json` of its own with the meter as base URL, and sessions without the background hub.',
    detect: (command) => cline_COMMAND.test(command),
    readReport: cline_readReport,
    environment: (context) => ({
        CLINE_PROVIDER_SETTINGS_PATH: prepareSettings(context),
        CLINE_SESSION_BACKEND_MODE: 'local',
    }),
    readCaller: () => undefined,
};

// EXTERNAL MODULE: ./node_modules/smol-toml/dist/index.js + 8 modules
var dist = __webpack_require__(3292);
;// CONCATENATED MODULE: ./lib/agents/codex.js
/**
 * Codex. Its built-in provider ignores `OPENAI_BASE_URL` and speaks websockets first, so the run gets a CODEX_HOME of
 * its own: the user's files are linked in, `config.toml` is theirs plus a provider that is the meter, and the login is
 * left behind. The provider does not retry: Codex would repeat a refused call thirty times.
 *
 * Codex skips its helper programs when CODEX_HOME lies in the system's temporary folder, so it must not.
 */









const PROVIDER = 'spendgate';
/** Never linked: the login and the variables Codex loads at start (they hold keys), and the file that is written anew. */
const LEFT_BEHIND = ['auth.json', '.env', 'config.toml'];
/** What Codex runs in a thread of its own that is no subagent's work. */
const LABELS = { compact: 'compaction', memory_consolidation: 'auxiliary' };
const codex_text = schemas/* string */.YjP().optional().catch(undefined);
const turnMetadata = schemas/* object */.Ikc({ request_kind: codex_text, thread_id: codex_text, parent_thread_id: codex_text });
/** Bodies repeat the headers under the same names; on a websocket only the body speaks of this very call. */
const bodyHints = schemas/* object */.Ikc({
    'x-codex-turn-metadata': codex_text,
    'x-openai-subagent': codex_text,
    'x-codex-parent-thread-id': codex_text,
});
function prepareHome({ environment, meterUrl, privateDir }) {
    const theirs = environment['CODEX_HOME'] ?? (0,external_node_path_.join)(environment['HOME'] ?? '', '.codex');
    const home = linkFolder(theirs, (0,external_node_path_.join)(privateDir, 'codex-home'), LEFT_BEHIND);
    const config = readTheirs((0,external_node_path_.join)(theirs, 'config.toml'), 'Codex', dist/* parse */.qg) ?? {};
    writeOwnFile(home, 'config.toml', renderConfig(config, meterUrl));
    return home;
}
function renderConfig(config, meterUrl) {
    const providers = typeof config['model_providers'] === 'object' ? config['model_providers'] : {};
    const meter = {
        name: PROVIDER,
        base_url: `${meterUrl}/v1`,
        env_key: 'OPENAI_API_KEY',
        wire_api: 'responses',
        request_max_retries: 0,
        stream_max_retries: 0,
    };
    return (0,dist/* stringify */.As)({
        ...config,
        ...profilesThroughMeter(config['profiles']),
        model_provider: PROVIDER,
        model_providers: { ...providers, [PROVIDER]: meter },
    });
}
/** A profile may name a provider of its own, which would lead past the meter. */
function profilesThroughMeter(profiles) {
    if (typeof profiles !== 'object' || profiles === null)
        return {};
    const entries = Object.entries(profiles).map(([name, profile]) => [
        name,
        { ...profile, model_provider: PROVIDER },
    ]);
    return { profiles: Object.fromEntries(entries) };
}
const USAGE = 'token_usage_record';
const THREAD = 'session_meta';
const codex_typedLine = schemas/* object */.Ikc({ type: schemas/* enum */.k5n([USAGE, THREAD]) });
const usageLine = schemas/* object */.Ikc({
    payload: schemas/* object */.Ikc({
        response_id: schemas/* string */.YjP().nullish(),
        usage: schemas/* object */.Ikc({ input_tokens: tokens/* tokenCount */.jt, output_tokens: tokens/* tokenCount */.jt }).nullish(),
    }),
});
/** The first line of a thread; in one that was forked, that of its parent comes after it. */
const threadLine = schemas/* object */.Ikc({ payload: schemas/* object */.Ikc({ model_provider: schemas/* string */.YjP().nullish() }) });
/**
 * Rollouts: one file a thread, subagents too. A forked thread repeats records of its parent. Where the user has sessions
 * already, `sessions` is a link to them, and other runs write there as well: only threads whose provider is the meter,
 * as this run's configuration says, are counted there.
 */
function codex_readReport({ environment, workingDirectory, startedAt }) {
    const { CODEX_HOME: home } = environment;
    if (home === undefined)
        return undefined;
    const sessions = (0,external_node_path_.resolve)(workingDirectory, home, 'sessions');
    let isShared;
    const calls = new ReportedCalls();
    const providers = new Map();
    const isWhole = readLogs({
        home: sessions,
        below: '',
        names: /^rollout-.*\.jsonl$/,
        since: startedAt,
        words: [`"${USAGE}"`, `"${THREAD}"`],
        ageless: [`"${THREAD}"`],
    }, (line, file) => {
        isShared ??= (0,external_node_fs_.lstatSync)(sessions).isSymbolicLink();
        const type = codex_typedLine.safeParse(line).data?.type;
        if (type === THREAD && !providers.has(file))
            providers.set(file, threadLine.parse(line).payload.model_provider ?? '');
        if (type !== USAGE || (isShared && providers.get(file) !== PROVIDER))
            return;
        const { response_id: id, usage } = usageLine.parse(line).payload;
        calls.add(id ?? undefined, { inputTokens: usage?.input_tokens, outputTokens: usage?.output_tokens });
    });
    const sums = isWhole ? calls.sums() : undefined;
    return sums && { ...sums, covers: ['main', 'subagent', 'compaction'], origin: '$CODEX_HOME/sessions' };
}
const codex_COMMAND = /(?:^|[\s;&|(/"'`])(?:codex|@openai\/codex)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const codex = {
    id: 'codex',
    summary: 'A `CODEX_HOME` of its own, whose `config.toml` names the meter as provider, without retries.',
    detect: (command) => codex_COMMAND.test(command),
    readReport: codex_readReport,
    environment: (context) => ({
        CODEX_HOME: prepareHome(context),
        ...(context.token === undefined ? {} : { OPENAI_API_KEY: context.token, CODEX_API_KEY: context.token }),
    }),
    readCaller: (headers, body) => {
        const given = body.get('client_metadata');
        const hints = given === undefined ? undefined : bodyHints.safeParse(given).data;
        const told = (name) => hints?.[name] ?? headers[name];
        const metadata = told('x-codex-turn-metadata');
        const label = told('x-openai-subagent');
        const parent = told('x-codex-parent-thread-id');
        const isCodex = [metadata, label, parent].some((hint) => hint !== undefined);
        if (!isCodex && headers['originator']?.startsWith('codex') !== true)
            return undefined;
        const turn = turnMetadata.safeParse((0,json_answer/* readJson */.Vh)(metadata ?? '')).data;
        const parentId = parent ?? turn?.parent_thread_id;
        return {
            caller: callerOf(label, turn?.request_kind, parentId),
            agentId: turn?.thread_id ?? headers['thread-id'],
            parentId,
        };
    },
};
function callerOf(label, kind, parentId) {
    if (label !== undefined && Object.hasOwn(LABELS, label))
        return LABELS[label] ?? 'subagent';
    if (kind?.startsWith('compact'))
        return 'compaction';
    return label !== undefined || parentId !== undefined ? 'subagent' : 'main';
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var yaml_dist = __webpack_require__(38815);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(49567);
;// CONCATENATED MODULE: ./lib/agents/continue.js
/**
 * Continue's `cn`. Base URLs stand in `config.yaml` alone, so the run gets a CONTINUE_GLOBAL_DIR of its own.
 *
 * When `ANTHROPIC_API_KEY` is set, `cn -p` writes two models into that file, without a base URL and in place of the user's:
 * they would lead past the meter. So the variable is empty, which also keeps a `.env` of the repository from filling it,
 * and where the user has no configuration, the file starts with the models that `cn` would have written.
 *
 * A file named with `--config` is read as it stands.
 * @see https://docs.continue.dev/cli/configuration
 */







const model = schemas/* looseObject */._H3({ provider: schemas/* string */.YjP().optional(), apiKey: schemas/* string */.YjP().optional() });
const configFile = schemas/* looseObject */._H3({ models: schemas/* array */.YOg(model).optional() });
const HEADER = { name: 'spendgate', version: '1.0.0', schema: 'v1' };
const DEFAULT_MODELS = ['claude-sonnet-4-6', 'claude-opus-4-6'].map((name) => ({
    name,
    provider: 'anthropic',
    model: name,
    roles: ['chat', 'edit', 'apply'],
    defaultCompletionOptions: { contextLength: 200_000, maxTokens: 64_000 },
    capabilities: ['tool_use', 'image_input'],
}));
/** Keys of the user: `cn` fills them into `${{ secrets.NAME }}`. */
const continue_LEFT_BEHIND = ['config.yaml', '.env'];
const ANTHROPIC_SECRET = /\$\{\{\s*secrets\.ANTHROPIC_API_KEY\s*\}\}/g;
function prepareFolder(context) {
    const { environment, privateDir, token } = context;
    const theirs = environment['CONTINUE_GLOBAL_DIR'] ?? (0,external_node_path_.join)(environment['HOME'] ?? '', '.continue');
    const leftBehind = token === undefined ? continue_LEFT_BEHIND.slice(0, 1) : continue_LEFT_BEHIND;
    const own = linkFolder(theirs, (0,external_node_path_.join)(privateDir, 'continue'), leftBehind);
    writeOwnFile(own, 'config.yaml', continue_renderConfig((0,external_node_path_.join)(theirs, 'config.yaml'), context));
    return own;
}
function continue_renderConfig(theirs, context) {
    const config = readTheirs(theirs, 'Continue', (text) => configFile.parse((0,yaml_dist/* parse */.qg)(text)));
    const models = config?.models ?? DEFAULT_MODELS;
    return (0,yaml_dist/* stringify */.As)({ ...HEADER, ...config, models: models.map((own) => throughMeter(own, context)) });
}
function throughMeter(own, { meterUrl, token, environment }) {
    const apiBase = own.provider === 'gemini' ? `${meterUrl}/v1beta/` : `${meterUrl}/v1/`;
    // The variable is empty in this run, so what refers to it is filled in here.
    const anthropicKey = environment['ANTHROPIC_API_KEY'] ?? '';
    const ownKey = own.apiKey?.replace(ANTHROPIC_SECRET, () => anthropicKey) ??
        (own.provider === 'anthropic' ? anthropicKey : undefined);
    const apiKey = token ?? ownKey;
    return { ...own, apiBase, ...(apiKey === undefined ? {} : { apiKey }) };
}
const continue_usage = schemas/* object */.Ikc({
    prompt_tokens: tokens/* tokenCount */.jt,
    completion_tokens: tokens/* tokenCount */.jt,
    prompt_tokens_details: schemas/* object */.Ikc({ cache_read_tokens: tokens/* tokenCount */.jt, cache_write_tokens: tokens/* tokenCount */.jt })
        .nullish(),
});
const continue_session = schemas/* object */.Ikc({
    history: schemas/* array */.YOg(schemas/* object */.Ikc({ message: schemas/* object */.Ikc({ usage: continue_usage.nullish() }) })),
});
const INDEX = 'sessions.json';
/** Created when, in milliseconds since 1970. */
const index = schemas/* array */.YOg(schemas/* object */.Ikc({ sessionId: schemas/* string */.YjP(), dateCreated: coerce/* number */.ai() }));
/**
 * A file for each session, whose messages tell no time: a session that is older than the run and went on in it cannot be
 * told apart, and makes the report unknown. Where a message tells what was read from the cache, `prompt_tokens` leaves it
 * out (Anthropic's API); elsewhere it takes it in.
 */
function continue_readReport({ environment, workingDirectory, startedAt }) {
    const { CONTINUE_GLOBAL_DIR: folder } = environment;
    if (folder === undefined)
        return undefined;
    const calls = new ReportedCalls();
    const seen = new Set();
    const young = new Set();
    const search = { home: (0,external_node_path_.resolve)(workingDirectory, folder, 'sessions'), below: '', names: /\.json$/ };
    const isWhole = readDocuments({ ...search, since: startedAt }, (document, file) => {
        const name = (0,external_node_path_.basename)(file);
        if (name === INDEX) {
            const created = index.parse(document).filter((one) => one.dateCreated >= startedAt.getTime());
            for (const { sessionId } of created)
                young.add(`${sessionId}.json`);
            return;
        }
        seen.add(name);
        for (const { message } of continue_session.parse(document).history)
            addCall(calls, message.usage);
    });
    const sums = isWhole && [...seen].every((name) => young.has(name)) ? calls.sums() : undefined;
    return sums && { ...sums, covers: ['main', 'unknown'], origin: '$CONTINUE_GLOBAL_DIR/sessions' };
}
function addCall(calls, told) {
    if (!told)
        return;
    const { cache_read_tokens: read, cache_write_tokens: written } = told.prompt_tokens_details ?? {};
    const inputTokens = read === undefined ? told.prompt_tokens : withParts(told.prompt_tokens, read, written);
    calls.add(undefined, { inputTokens, outputTokens: told.completion_tokens });
}
/** `cn` is a word that prompts hold as well, so it must stand where a command does. */
const continue_COMMAND = /(?:^|[\n;&|(`]|\$\(|\bnpx\s(?:-\S+\s+)*|\b(?:ba|da|z)?sh\s+-\S*c\s+["']?)\s*(?:\w+=\S*\s+)*(?:(?:exec|env)\s+|timeout\s+\S+\s+)*(?:\S*\/)?(?:cn|@continuedev\/cli)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const continueCli = {
    id: 'continue',
    summary: 'A `CONTINUE_GLOBAL_DIR` of its own, whose `config.yaml` has the meter as base URL of every model.',
    detect: (command) => continue_COMMAND.test(command),
    readReport: continue_readReport,
    environment: (context) => ({
        CONTINUE_GLOBAL_DIR: prepareFolder(context),
        ANTHROPIC_API_KEY: '',
    }),
    readCaller: () => undefined,
};

;// CONCATENATED MODULE: ./lib/agents/copilot-cli.js
/**
 * GitHub Copilot CLI with a model provider of one's own. Calls to GitHub's own models cannot be pointed elsewhere; a
 * provider's base URL in the environment switches them off. Which API is spoken stays the user's choice.
 * Its websocket transport has not been seen at the meter, so the plain one is asked for.
 * @see https://docs.github.com/en/copilot/reference/copilot-cli-reference
 */





/** Types whose base URL carries no `/v1`; the default type, OpenAI's, has it. */
const PLAIN_BASE = ['anthropic', 'azure'];
function credentials({ environment, token }) {
    if (token === undefined)
        return {};
    // Both go before the API key where they are set.
    const bearer = environment['COPILOT_PROVIDER_BEARER_TOKEN'];
    const command = environment['COPILOT_PROVIDER_API_KEY_COMMAND'];
    return {
        COPILOT_PROVIDER_API_KEY: token,
        ...(bearer ? { COPILOT_PROVIDER_BEARER_TOKEN: token } : {}),
        ...(command ? { COPILOT_PROVIDER_API_KEY_COMMAND: `echo ${token}` } : {}),
    };
}
function readCaller(headers) {
    // Only the first call of a turn names its kind, where it is the main loop's.
    if (headers['x-initiator'] === undefined)
        return undefined;
    return { caller: headers['x-interaction-type'] === 'conversation-subagent' ? 'subagent' : 'main' };
}
const copilot_cli_USAGE = 'session.usage_record';
const copilot_cli_usageLine = schemas/* object */.Ikc({
    type: schemas/* literal */.euz(copilot_cli_USAGE),
    data: schemas/* object */.Ikc({
        usage: schemas/* object */.Ikc({
            inputTokens: tokens/* tokenCount */.jt,
            outputTokens: tokens/* tokenCount */.jt,
            accounting: schemas/* object */.Ikc({ usageId: schemas/* string */.YjP().nullish() }).nullish(),
        }),
    }),
});
const copilot_cli_typedLine = schemas/* object */.Ikc({ type: schemas/* literal */.euz(copilot_cli_USAGE) });
/** A record for each call of a session, its subagents too; cached tokens are taken in. The cost is not one in dollars. */
function copilot_cli_readReport({ environment, workingDirectory, startedAt }) {
    const { COPILOT_HOME: own, HOME: home } = environment;
    const folder = own ?? (home === undefined ? undefined : (0,external_node_path_.join)(home, '.copilot'));
    if (folder === undefined)
        return undefined;
    const calls = new ReportedCalls();
    const search = {
        home: (0,external_node_path_.resolve)(workingDirectory, folder),
        below: 'session-state',
        names: /^events\.jsonl$/,
    };
    const isWhole = readLogs({ ...search, since: startedAt, words: [`"${copilot_cli_USAGE}"`] }, (line) => {
        if (!copilot_cli_typedLine.safeParse(line).success)
            return;
        const { inputTokens, outputTokens, accounting } = copilot_cli_usageLine.parse(line).data.usage;
        calls.add(accounting?.usageId ?? undefined, { inputTokens, outputTokens });
    });
    const sums = isWhole ? calls.sums() : undefined;
    return sums && { ...sums, covers: ['main', 'subagent'], origin: '~/.copilot/session-state' };
}
const copilot_cli_COMMAND = /(?:^|[\s;&|(/"'`])(?:copilot|@github\/copilot)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const copilotCli = {
    id: 'copilot-cli',
    summary: '`COPILOT_PROVIDER_BASE_URL`, which takes a provider of your own in place of GitHub\u2019s models.',
    detect: (command) => copilot_cli_COMMAND.test(command),
    readReport: copilot_cli_readReport,
    environment: (context) => {
        const isPlain = PLAIN_BASE.includes(context.environment['COPILOT_PROVIDER_TYPE'] ?? '');
        return {
            COPILOT_PROVIDER_BASE_URL: isPlain ? context.meterUrl : `${context.meterUrl}/v1`,
            COPILOT_PROVIDER_TRANSPORT: 'http',
            ...credentials(context),
        };
    },
    readCaller,
};

;// CONCATENATED MODULE: ./lib/agents/gemini-cli.js
/**
 * Gemini CLI. A base URL alone selects a kind of login that headless mode refuses (exit 41), so the kind is set in the
 * settings of a home of this run, named by `GEMINI_CLI_HOME`: the user's files are linked in, their settings are theirs
 * plus that choice, and the login is left behind. (System settings would do, but those are skipped when anybody else may
 * write to one of the folders above them, as in a container's `/tmp`.)
 *
 * Its calls name neither thread nor subagent. Only helpers such as the router tell themselves: they want JSON for an answer.
 * @see https://geminicli.com/docs/reference/configuration
 */






const gemini_cli_settingsFile = schemas/* looseObject */._H3({
    security: schemas/* looseObject */._H3({ auth: schemas/* looseObject */._H3({}).optional() }).optional(),
});
/** The login, and the keys that Gemini CLI loads into its environment. */
const LOGIN = ['oauth_creds.json', 'google_accounts.json', 'gemini-credentials.json', '.env'];
function gemini_cli_prepareHome({ environment, privateDir, token }) {
    const theirs = environment['GEMINI_CLI_HOME'] ?? environment['HOME'] ?? '';
    const own = (0,external_node_path_.join)(privateDir, 'gemini-home');
    const folder = linkFolder((0,external_node_path_.join)(theirs, '.gemini'), (0,external_node_path_.join)(own, '.gemini'), [
        'settings.json',
        ...(token === undefined ? [] : LOGIN),
    ]);
    linkInto(own, theirs, token === undefined ? ['.agents', '.env'] : ['.agents']);
    writeOwnFile(folder, 'settings.json', gemini_cli_renderSettings((0,external_node_path_.join)(theirs, '.gemini', 'settings.json')));
    return own;
}
function gemini_cli_renderSettings(theirs) {
    const settings = readTheirs(theirs, 'Gemini CLI', (text) => gemini_cli_settingsFile.parse(parseRelaxedJson(text)));
    const auth = { ...settings?.security?.auth, selectedType: 'gemini-api-key' };
    return JSON.stringify({ ...settings, security: { ...settings?.security, auth } });
}
/** A message is written again when its tools have run. Lines that set something else hold no tokens of their own. */
const messageLine = schemas/* object */.Ikc({
    id: schemas/* string */.YjP().nullish(),
    tokens: schemas/* object */.Ikc({ input: tokens/* tokenCount */.jt, output: tokens/* tokenCount */.jt, thoughts: tokens/* tokenCount */.jt, tool: tokens/* tokenCount */.jt })
        .nullish(),
});
/** Chats: `input` takes cached tokens in, and leaves tool-use prompts out; `output` leaves thoughts out. */
function gemini_cli_readReport({ environment, workingDirectory, startedAt }) {
    const { GEMINI_CLI_HOME: home } = environment;
    if (home === undefined)
        return undefined;
    const calls = new ReportedCalls();
    const isWhole = readLogs({
        home: (0,external_node_path_.resolve)(workingDirectory, home, '.gemini', 'tmp'),
        below: '',
        names: /\.jsonl$/,
        since: startedAt,
        words: ['"tokens"'],
    }, (line) => {
        const { id, tokens } = messageLine.parse(line);
        if (tokens === undefined)
            return;
        calls.add(id ?? undefined, {
            inputTokens: withParts(tokens?.input, tokens?.tool),
            outputTokens: withParts(tokens?.output, tokens?.thoughts),
        });
    });
    const sums = isWhole ? calls.sums() : undefined;
    // Its requests do not say who made them.
    return sums && { ...sums, covers: ['main', 'subagent', 'unknown'], origin: '~/.gemini/tmp' };
}
const gemini_cli_COMMAND = /(?:^|[\s;&|(/"'`])(?:gemini|gemini-cli|@google\/gemini-cli)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const geminiCli = {
    id: 'gemini-cli',
    summary: '`GOOGLE_GEMINI_BASE_URL`, and a `GEMINI_CLI_HOME` of its own that selects the API key as login.',
    detect: (command) => gemini_cli_COMMAND.test(command),
    readReport: gemini_cli_readReport,
    environment: (context) => ({
        GOOGLE_GEMINI_BASE_URL: context.meterUrl,
        GEMINI_CLI_HOME: gemini_cli_prepareHome(context),
        ...(context.token === undefined ? {} : { GEMINI_API_KEY: context.token }),
    }),
    readCaller: (headers, body) => {
        if (headers['x-gemini-api-privileged-user-id'] === undefined)
            return undefined;
        const wantsJson = body.get('generationConfig', 'responseMimeType') === 'application/json';
        return wantsJson ? { caller: 'auxiliary' } : undefined;
    },
};

;// CONCATENATED MODULE: ./lib/agents/generic.js
const generic = {
    id: 'generic',
    summary: '`ANTHROPIC_BASE_URL`, `OPENAI_BASE_URL`, `GOOGLE_GEMINI_BASE_URL` and a placeholder for each key.',
    detect: () => false,
    environment: ({ meterUrl, token }) => ({
        ANTHROPIC_BASE_URL: meterUrl,
        OPENAI_BASE_URL: `${meterUrl}/v1`,
        OPENAI_API_BASE: `${meterUrl}/v1`,
        GOOGLE_GEMINI_BASE_URL: meterUrl,
        ...(token === undefined
            ? {}
            : { ANTHROPIC_API_KEY: token, OPENAI_API_KEY: token, GEMINI_API_KEY: token }),
    }),
    readCaller: () => undefined,
};

;// CONCATENATED MODULE: ./lib/agents/shared/sqlite-rows.js
/**
 * Reads one text column of an agent's SQLite database. Whoever wrote the file is not trusted: a view or a computed column
 * could run for ever, and a damaged tree can lead in circles, so only a plain table is read and every row is counted.
 * `undefined` where this Node has no SQLite.
 * @see https://www.sqlite.org/security.html
 */


const MAX_BYTES = 256 * 1024 * 1024;
const MAX_ROWS = 1_000_000;
const MAX_TEXT_LENGTH = 65_536;
/** The database itself, and what SQLite keeps beside it; most of a short run stands in the second. */
const PARTS = ['', '-wal', '-shm'];
const masterRow = schemas/* object */.Ikc({ rootpage: schemas/* number */.aig().int().positive() });
const columnRow = schemas/* object */.Ikc({ name: schemas/* string */.YjP(), hidden: schemas/* literal */.euz(0) });
const textRow = schemas/* object */.Ikc({ text: schemas/* string */.YjP().nullable() });
/** Hands over every text. False when there is nothing, too much, or something damaged: what was taken must not be used. */
function readTextRows(search, take) {
    try {
        return isPlain(search.path) && queryRows(search, take);
    }
    catch {
        // Whatever is wrong with the file of a program we do not trust: it says nothing.
        return false;
    }
}
function isPlain(path) {
    const stats = PARTS.map((part) => (0,external_node_fs_.lstatSync)(`${path}${part}`, { throwIfNoEntry: false }));
    const bytes = stats.reduce((sum, stat) => sum + (stat?.size ?? 0), 0);
    return stats[0] !== undefined && stats.every((stat) => stat?.isFile() ?? true) && bytes <= MAX_BYTES;
}
function queryRows({ path, table, text, time, since, word }, take) {
    // Loaded here alone: older Nodes lack it, or say at once that it is experimental.
    const sqlite = process.getBuiltinModule('node:sqlite');
    if (sqlite === undefined)
        return false;
    const database = new sqlite.DatabaseSync(path, { readOnly: true });
    try {
        database.exec('PRAGMA trusted_schema = OFF');
        masterRow.parse(database.prepare("SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?").get(table));
        const columns = database
            .prepare('SELECT name, hidden FROM pragma_table_xinfo(?)')
            .all(table)
            .map((row) => columnRow.safeParse(row).data?.name);
        if (!columns.includes(text) || !columns.includes(time))
            return false;
        // A row that is not wanted comes back too, as null, so that it can be counted.
        const rows = database.prepare(`SELECT CASE WHEN "${time}" >= ? AND instr("${text}", ?) > 0 AND length("${text}") <= ${MAX_TEXT_LENGTH} THEN "${text}" END AS text FROM "${table}"`);
        let count = 0;
        for (const row of rows.iterate(since.getTime(), word)) {
            count += 1;
            if (count > MAX_ROWS)
                return false;
            const { text: found } = textRow.parse(row);
            if (found !== null)
                take(found);
        }
        return true;
    }
    finally {
        database.close();
    }
}

;// CONCATENATED MODULE: ./lib/agents/opencode.js
/**
 * OpenCode. Its base URLs carry `/v1` for Anthropic too. The configuration is merged over the user's own.
 * A subagent has a session of its own that names its parent; titles and compactions share the session they are for, and
 * are told by what they lack: they may not call tools.
 */






/** How the prompts of OpenCode's own helpers begin. */
const HELPERS = [
    [/You are a title generator/, 'title'],
    [/summariz|anchored context/i, 'compaction'],
];
/** Where each dialect puts the system prompt: a field of its own, or the first message. */
const PROMPT_FIELDS = ['system', 'instructions', 'messages', 'input'];
const PROMPT_START = 1000;
const provider = schemas/* looseObject */._H3({ options: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).optional() });
const configSchema = schemas/* looseObject */._H3({ provider: schemas/* record */.g1P(schemas/* string */.YjP(), provider).optional() });
function opencode_renderConfig({ meterUrl, environment }) {
    const theirs = parseConfig(environment['OPENCODE_CONFIG_CONTENT']);
    const providers = { ...theirs.provider };
    const meter = { anthropic: `${meterUrl}/v1`, openai: `${meterUrl}/v1`, google: `${meterUrl}/v1beta` };
    for (const [name, baseURL] of Object.entries(meter)) {
        const known = providers[name];
        providers[name] = { ...known, options: { ...known?.options, baseURL } };
    }
    return JSON.stringify({ ...theirs, provider: providers });
}
function parseConfig(text) {
    if (text === undefined || text.trim() === '')
        return {};
    try {
        return configSchema.parse(JSON.parse(text));
    }
    catch {
        // Not the parser's words: they quote what they stumbled over, and keys stand there.
        throw new errors/* AppError */.uV('bad-value', 'OPENCODE_CONFIG_CONTENT is not a configuration that can be read.', {
            hint: 'JSON, as `{ "provider": { \u2026 } }`.',
        });
    }
}
/** How a step ends: one call, with what it used. The call that makes a title leaves no step. */
const stepEnd = schemas/* object */.Ikc({
    cost: reportedUsd,
    tokens: schemas/* object */.Ikc({
        input: tokens/* tokenCount */.jt,
        output: tokens/* tokenCount */.jt,
        reasoning: tokens/* tokenCount */.jt,
        cache: schemas/* object */.Ikc({ read: tokens/* tokenCount */.jt, write: tokens/* tokenCount */.jt }),
    }),
});
/** `input` leaves cached tokens out there, and `output` leaves reasoning out. */
function readStep(text) {
    const { cost, tokens } = stepEnd.parse(JSON.parse(text));
    const { input, output, reasoning, cache } = tokens;
    return {
        inputTokens: withParts(input, cache.read, cache.write),
        outputTokens: withParts(output, reasoning),
        costNanoUsd: cost,
    };
}
/** Its database: a row for every step, those of subagents too. */
function opencode_readReport({ environment, workingDirectory, startedAt }) {
    const { XDG_DATA_HOME: own, HOME: home } = environment;
    const dir = own ?? (home === undefined ? undefined : (0,external_node_path_.join)(home, '.local', 'share'));
    if (dir === undefined)
        return undefined;
    const calls = new ReportedCalls();
    const isWhole = readTextRows({
        path: (0,external_node_path_.resolve)(workingDirectory, dir, 'opencode', 'opencode.db'),
        table: 'part',
        text: 'data',
        time: 'time_created',
        since: startedAt,
        word: '"type":"step-finish"',
    }, (text) => calls.add(undefined, readStep(text)));
    const sums = isWhole ? calls.sums() : undefined;
    const origin = `${own === undefined ? '~/.local/share' : '$XDG_DATA_HOME'}/opencode/opencode.db`;
    return sums && { ...sums, covers: ['main', 'subagent', 'compaction'], origin };
}
const opencode_COMMAND = /(?:^|[\s;&|(/"'`])(?:opencode|opencode-ai)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const opencode = {
    id: 'opencode',
    summary: '`OPENCODE_CONFIG_CONTENT` with the meter as base URL of the Anthropic, OpenAI and Google providers.',
    detect: (command) => opencode_COMMAND.test(command),
    readReport: opencode_readReport,
    environment: (context) => ({
        OPENCODE_CONFIG_CONTENT: opencode_renderConfig(context),
        ANTHROPIC_BASE_URL: `${context.meterUrl}/v1`,
        OPENCODE_DISABLE_AUTOUPDATE: '1',
    }),
    readCaller: (headers, body) => {
        if (headers['x-session-affinity'] === undefined)
            return undefined;
        const parentId = headers['x-parent-session-id'];
        const usual = parentId === undefined ? 'main' : 'subagent';
        return {
            caller: !body.has('tool_choice') ? toollessCaller(body) : usual,
            agentId: headers['x-session-id'],
            parentId,
        };
    },
};
function toollessCaller(body) {
    for (const field of PROMPT_FIELDS) {
        if (!body.has(field))
            continue;
        const [first] = body.items(field);
        const start = first?.head(PROMPT_START) ?? body.head(PROMPT_START, field) ?? '';
        return HELPERS.find(([prompt]) => prompt.test(start))?.[1] ?? 'auxiliary';
    }
    return 'auxiliary';
}

;// CONCATENATED MODULE: ./lib/agents/pi.js
/**
 * pi. It ignores base URLs in the environment and reads them from `models.json`, so the run gets a configuration folder
 * of its own. Every provider whose API the meter reads leads to the meter, the user's own providers and their models too.
 * The login is left behind where a token stands in for the keys: `auth.json` goes before any other key.
 * @see https://github.com/badlogic/pi-mono/blob/main/packages/coding-agent/docs/models.md
 */






const pi_model = schemas/* looseObject */._H3({ baseUrl: schemas/* string */.YjP().optional() });
const pi_provider = schemas/* looseObject */._H3({ apiKey: schemas/* string */.YjP().optional(), models: schemas/* array */.YOg(pi_model).optional() });
const modelsFile = schemas/* looseObject */._H3({ providers: schemas/* record */.g1P(schemas/* string */.YjP(), pi_provider).default({}) });
/** Providers that pi knows itself and that speak an API which the meter reads. */
const pi_BUILT_IN = [
    'anthropic',
    'openai',
    'google',
    'azure-openai-responses',
    'cerebras',
    'deepseek',
    'fireworks',
    'groq',
    'huggingface',
    'kimi-coding',
    'minimax',
    'minimax-cn',
    'moonshotai',
    'moonshotai-cn',
    'opencode',
    'opencode-go',
    'openrouter',
    'vercel-ai-gateway',
    'xai',
    'zai',
];
function pi_prepareFolder(context) {
    const { environment, privateDir, token } = context;
    const theirs = environment['PI_CODING_AGENT_DIR'] ?? (0,external_node_path_.join)(environment['HOME'] ?? '', '.pi', 'agent');
    const leftBehind = ['models.json', ...(token === undefined ? [] : ['auth.json'])];
    const own = linkFolder(theirs, (0,external_node_path_.join)(privateDir, 'pi-agent'), leftBehind);
    writeOwnFile(own, 'models.json', renderModels((0,external_node_path_.join)(theirs, 'models.json'), context));
    return own;
}
function renderModels(theirs, { meterUrl, token }) {
    const config = readTheirs(theirs, 'pi', (text) => modelsFile.parse(parseRelaxedJson(text)));
    const providers = { ...config?.providers };
    for (const name of new Set([...pi_BUILT_IN, ...Object.keys(providers)])) {
        const known = providers[name];
        const baseUrl = name === 'google' ? `${meterUrl}/v1beta` : `${meterUrl}/v1`;
        providers[name] = {
            ...known,
            baseUrl,
            ...(token === undefined ? {} : { apiKey: token }),
            // A model may name a base URL of its own, which would lead past the meter.
            ...(known?.models && {
                models: known.models.map((own) => (own.baseUrl === undefined ? own : { ...own, baseUrl })),
            }),
        };
    }
    return JSON.stringify({ ...config, providers });
}
const pi_messageLine = schemas/* object */.Ikc({
    id: schemas/* string */.YjP().nullish(),
    message: schemas/* object */.Ikc({
        usage: schemas/* object */.Ikc({
            input: tokens/* tokenCount */.jt,
            output: tokens/* tokenCount */.jt,
            cacheRead: tokens/* tokenCount */.jt,
            cacheWrite: tokens/* tokenCount */.jt,
            cost: schemas/* object */.Ikc({ total: reportedUsd }).nullish(),
        })
            .nullish(),
    }),
});
/** Sessions: a line for each answer. `input` leaves cached tokens out, whatever the provider does. */
function pi_readReport({ environment, workingDirectory, startedAt }) {
    const { PI_CODING_AGENT_DIR: folder } = environment;
    if (folder === undefined)
        return undefined;
    const calls = new ReportedCalls();
    const search = { home: (0,external_node_path_.resolve)(workingDirectory, folder, 'sessions'), below: '', names: /\.jsonl$/ };
    const isWhole = readLogs({ ...search, since: startedAt, words: ['"usage"'] }, (line) => {
        const { id, message } = pi_messageLine.parse(line);
        if (!message.usage)
            return;
        const { input, output, cacheRead, cacheWrite, cost } = message.usage;
        calls.add(id ?? undefined, {
            inputTokens: withParts(input, cacheRead, cacheWrite),
            outputTokens: output,
            costNanoUsd: cost?.total,
        });
    });
    const sums = isWhole ? calls.sums() : undefined;
    return sums && { ...sums, covers: ['main', 'unknown'], origin: '$PI_CODING_AGENT_DIR/sessions' };
}
const pi_COMMAND = /(?:^|[\s;&|(/"'`])(?:pi|pi-coding-agent|@mariozechner\/pi-coding-agent)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const pi = {
    id: 'pi',
    summary: 'A `PI_CODING_AGENT_DIR` of its own, whose `models.json` has the meter as base URL of the providers.',
    detect: (command) => pi_COMMAND.test(command),
    readReport: pi_readReport,
    environment: (context) => ({ PI_CODING_AGENT_DIR: pi_prepareFolder(context) }),
    readCaller: () => undefined,
};

;// CONCATENATED MODULE: ./lib/agents/qwen-code.js
/**
 * Qwen Code. Base URLs come from the environment, but a model that stands in the settings under `modelProviders` brings
 * its own, and goes first. System settings replace that list as a whole, so this run's hold the user's, led to the meter.
 * @see https://qwenlm.github.io/qwen-code-docs/en/users/configuration/settings
 */






const qwen_code_settingsFile = schemas/* looseObject */._H3({
    modelProviders: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* array */.YOg(schemas/* looseObject */._H3({}))).optional(),
    providerProtocol: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).optional(),
    security: schemas/* looseObject */._H3({ auth: schemas/* looseObject */._H3({ selectedType: schemas/* string */.YjP().optional() }).optional() })
        .optional(),
});
const PROTOCOLS = {
    anthropic: { path: '', key: 'ANTHROPIC_API_KEY' },
    gemini: { path: '', key: 'GEMINI_API_KEY' },
    openai: { path: '/v1', key: 'OPENAI_API_KEY' },
};
const OPENAI = { path: '/v1', key: 'OPENAI_API_KEY' };
const SYSTEM_SETTINGS = '/etc/qwen-code/settings.json';
function writeSettings(context) {
    const { environment, privateDir } = context;
    const home = environment['QWEN_HOME'] ?? (0,external_node_path_.join)(environment['HOME'] ?? '', '.qwen');
    const user = readSettings((0,external_node_path_.join)(home, 'settings.json'));
    const system = readSettings(environment['QWEN_CODE_SYSTEM_SETTINGS_PATH'] ?? SYSTEM_SETTINGS);
    const settings = {
        ...system,
        modelProviders: qwen_code_throughMeter(user, system, context),
        ...loginOf(user, system, context),
    };
    return writeOwnFile(privateDir, 'qwen-settings.json', JSON.stringify(settings));
}
function readSettings(path) {
    return readTheirs(path, 'Qwen Code', (text) => qwen_code_settingsFile.parse(parseRelaxedJson(text))) ?? {};
}
function qwen_code_throughMeter(user, system, { meterUrl, token }) {
    const protocols = { ...user.providerProtocol, ...system.providerProtocol };
    const models = Object.entries(system.modelProviders ?? user.modelProviders ?? {});
    return Object.fromEntries(models.map(([name, list]) => {
        const { path, key } = protocolOf(protocols[name] ?? name);
        const led = { baseUrl: `${meterUrl}${path}`, ...(token === undefined ? {} : { envKey: key }) };
        return [name, list.map((model) => ({ ...model, ...led }))];
    }));
}
function protocolOf(name) {
    return (Object.hasOwn(PROTOCOLS, name) ? PROTOCOLS[name] : undefined) ?? OPENAI;
}
/** A login with Qwen's own service leads past the meter, so with a token it gives way to the API key. */
function loginOf(user, system, { token }) {
    const selected = system.security?.auth?.selectedType ?? user.security?.auth?.selectedType;
    if (token === undefined || selected !== 'qwen-oauth')
        return {};
    return { security: { ...system.security, auth: { ...system.security?.auth, selectedType: 'openai' } } };
}
const qwen_code_usageLine = schemas/* object */.Ikc({
    id: schemas/* string */.YjP().nullish(),
    authType: schemas/* string */.YjP().nullish(),
    inputTokens: tokens/* tokenCount */.jt,
    outputTokens: tokens/* tokenCount */.jt,
    thoughtsTokens: tokens/* tokenCount */.jt,
});
/** Gemini's API counts reasoning beside the output, and so does its line; elsewhere the output takes it in. */
const COUNTS_THOUGHTS_BESIDE = ['gemini', 'vertex-ai'];
/** A line for each call of the month, subagents too; cached tokens are taken in. */
function qwen_code_readReport({ environment, workingDirectory, startedAt }) {
    const { QWEN_HOME: own, HOME: home } = environment;
    const folder = own ?? (home === undefined ? undefined : (0,external_node_path_.join)(home, '.qwen'));
    if (folder === undefined)
        return undefined;
    const calls = new ReportedCalls();
    const search = {
        home: (0,external_node_path_.resolve)(workingDirectory, folder),
        below: 'usage',
        names: /^token-usage-.*\.jsonl$/,
    };
    const isWhole = readLogs({ ...search, since: startedAt, words: ['"inputTokens"'] }, (line) => {
        const { id, authType, inputTokens, outputTokens: output, thoughtsTokens } = qwen_code_usageLine.parse(line);
        const outputTokens = COUNTS_THOUGHTS_BESIDE.includes(authType ?? '')
            ? withParts(output, thoughtsTokens)
            : output;
        calls.add(id ?? undefined, { inputTokens, outputTokens });
    });
    const sums = isWhole ? calls.sums() : undefined;
    return sums && { ...sums, covers: ['main', 'subagent', 'unknown'], origin: '~/.qwen/usage' };
}
const qwen_code_COMMAND = /(?:^|[\s;&|(/"'`])(?:qwen|qwen-code|@qwen-code\/qwen-code)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;
const qwenCode = {
    id: 'qwen-code',
    summary: '`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`, `GOOGLE_GEMINI_BASE_URL`, and system settings that lead your `modelProviders` to the meter.',
    detect: (command) => qwen_code_COMMAND.test(command),
    readReport: qwen_code_readReport,
    environment: (context) => ({
        ANTHROPIC_BASE_URL: context.meterUrl,
        GOOGLE_GEMINI_BASE_URL: context.meterUrl,
        OPENAI_BASE_URL: `${context.meterUrl}/v1`,
        QWEN_CODE_SYSTEM_SETTINGS_PATH: writeSettings(context),
    }),
    readCaller: () => undefined,
};

;// CONCATENATED MODULE: ./lib/agents/shared/command-words.js
/** The words of a command line that may name a program: those of a prompt do not. */
/** A quoted text, and what stands right in front of it. */
const QUOTED = /(\s-\w*c\s+|\beval\s+)?(["'])((?:\\[\s\S]|(?!\2)[^\\])*)\2/g;
/** What a shell runs inside of double quotes. */
const SUBSTITUTED = /\$\(|`/;
/** The command line without what is quoted and has blanks in it, unless a shell runs it. */
function withoutTexts(command) {
    return command.replace(QUOTED, (whole, shell, quote, text) => {
        const isRun = shell !== undefined || (quote === '"' && SUBSTITUTED.test(text));
        return isRun || !/\s/.test(text) ? whole : `${quote}${quote}`;
    });
}

;// CONCATENATED MODULE: ./lib/agents/index.js











/** A later one goes before an earlier one where they set the same variable: Continue empties a key that others need. */
const agents = [
    continueCli,
    claudeCode,
    codex,
    opencode,
    geminiCli,
    qwenCode,
    copilotCli,
    cline,
    pi,
    generic,
];
/** The agents whose environment a command needs: the one named, or all that `auto` sees in it, always after `generic`. */
function agentsFor(id, command) {
    const words = withoutTexts(command);
    const chosen = agents.filter((agent) => (id === 'auto' ? agent.detect(words) : agent.id === id));
    return [generic, ...chosen.filter((agent) => agent !== generic)];
}


/***/ }),

/***/ 32735:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Vx: () => (/* binding */ sumReported),
/* harmony export */   jQ: () => (/* binding */ wireCount),
/* harmony export */   jt: () => (/* binding */ tokenCount)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(27597);
/** Token counts on the wire: providers leave them out, or send `null`, where they mean "not reported"; both are `undefined` in a `Usage`. */

/** No call is that large; a figure above it is a mistake, and sums must stay exact. */
const MOST_TOKENS = 10_000_000_000;
const count = zod__WEBPACK_IMPORTED_MODULE_0__/* .number */ .aig().int().nonnegative().max(MOST_TOKENS);
/** As it stands on the wire; read for every call, so that nothing is made of it yet. */
const wireCount = count.nullish();
const tokenCount = wireCount.transform((tokens) => tokens ?? undefined);
/** Sum of the parts that were reported; `undefined` when none was. */
function sumReported(...parts) {
    const known = parts.filter((part) => part != null);
    return known.length === 0 ? undefined : known.reduce((sum, part) => sum + part, 0);
}


/***/ })

};
