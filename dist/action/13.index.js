export const id = 13;
export const ids = [13];
export const modules = {

/***/ 5745:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ childEnvironment),
/* harmony export */   p: () => (/* binding */ pastProxy)
/* harmony export */ });
/**
 * What of our environment an untrusted agent may have. Taken out: keys, tokens, the action's inputs, the runner's cache
 * and identity tokens, its command files, and every variable that holds one of this run's secrets under another name.
 */
const RUNNER_FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];
const TOKENS = [
    'GITHUB_TOKEN',
    'GH_TOKEN',
    'GITHUB_ENTERPRISE_TOKEN',
    'GH_ENTERPRISE_TOKEN',
    'NODE_AUTH_TOKEN',
];
const OURS = /^(?:INPUT|ACTIONS|STATE|SPENDGATE)_/i;
/** Keys that model calls are made with; the agent gets the run token in their place, or nothing. */
const PROVIDER_KEY = /^(?:ANTHROPIC|CLAUDE|OPENAI|AZURE_OPENAI|CODEX|GEMINI|GOOGLE|GOOGLE_GENERATIVE_AI|OPENROUTER|LITELLM|COMETAPI|DEEPSEEK|MISTRAL|GROQ|XAI|TOGETHER|FIREWORKS|DASHSCOPE|MOONSHOT|ZHIPU|ZAI|COHERE|PERPLEXITY|COPILOT_PROVIDER|LLM)\w*_(?:API_KEY|KEY|AUTH_TOKEN|OAUTH_TOKEN|ACCESS_TOKEN|MASTER_KEY)$/;
const SHORTEST_SECRET = 8;
function childEnvironment(environment, { secrets, dropsProviderKeys }) {
    const hidden = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
    const isDropped = (name, value) => OURS.test(name) ||
        RUNNER_FILES.includes(name) ||
        TOKENS.includes(name) ||
        (dropsProviderKeys && PROVIDER_KEY.test(name)) ||
        hidden.some((secret) => value.includes(secret));
    const kept = Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => value === undefined || isDropped(name, value) ? [] : [[name, value]]));
    return { ...kept, ...pastProxy(kept) };
}
const PROXY = /^(?:https?|all)_proxy$/i;
const LOOPBACK = ['127.0.0.1', 'localhost'];
/** Where clients ask a proxy, the meter is not to be asked for there: some read the one variable, some the other. */
function pastProxy(environment) {
    if (!Object.entries(environment).some(([name, value]) => PROXY.test(name) && value))
        return {};
    const { no_proxy: lower, NO_PROXY: upper } = environment;
    const extended = (text = '') => 
    // Alone it means every host, and beside others nothing.
    text.trim() === '*' ? text : [...new Set([...text.split(',').filter(Boolean), ...LOOPBACK])].join(',');
    return { no_proxy: extended(lower ?? upper), NO_PROXY: extended(upper ?? lower) };
}


/***/ }),

/***/ 2389:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ lazily)
/* harmony export */ });
/** Computes a value when it is first asked for, and keeps it. */
function lazily(compute) {
    let kept;
    return () => {
        kept ??= { value: compute() };
        return kept.value;
    };
}


/***/ }),

/***/ 4588:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  E: () => (/* binding */ CallAccount)
});

// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(1923);
// EXTERNAL MODULE: ./lib/core/lazy.js
var lazy = __webpack_require__(2389);
// EXTERNAL MODULE: ./lib/core/price.js
var price = __webpack_require__(7718);
// EXTERNAL MODULE: ./lib/core/text.js
var core_text = __webpack_require__(9716);
// EXTERNAL MODULE: ./lib/core/usage.js
var core_usage = __webpack_require__(6940);
// EXTERNAL MODULE: ./lib/wire/decode.js
var decode = __webpack_require__(471);
// EXTERNAL MODULE: ./lib/wire/json-answer.js
var json_answer = __webpack_require__(4978);
// EXTERNAL MODULE: ./lib/wire/json-marks.js
var json_marks = __webpack_require__(2056);
// EXTERNAL MODULE: ./lib/wire/request-id.js
var request_id = __webpack_require__(6620);
// EXTERNAL MODULE: ./lib/meter/admission.js
var admission = __webpack_require__(2324);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/meter/caller-mark.js
/** Who made a call, as far as it may be written down: an agent's own ids go no further than here. */

const UNKNOWN_CALLER = {
    caller: 'unknown',
    agentId: undefined,
    parentAgentId: undefined,
};
function markOf({ caller, agentId, parentId }) {
    return { caller, agentId: shorten(agentId), parentAgentId: shorten(parentId) };
}
function shorten(id) {
    return id === undefined || id === '' ? undefined : (0,external_node_crypto_.hash)('sha256', id, 'hex').slice(0, 12);
}

;// CONCATENATED MODULE: ./lib/wire/free-bytes.js
/**
 * Gives the memory of bytes back at once. Left to the collector it is freed only when the whole heap is looked through, which
 * bytes outside the heap make it do again and again: for requests of 2 MB that took a third of the meter's time.
 */
/** Not worth the call. */
const LEAST_BYTES = 4 * 1024;
/**
 * All of these are empty afterwards: only for bytes that nobody reads or sends any more. What shares its memory with others,
 * as short buffers do, stays as it is. Never throws: what cannot be freed is left to the collector.
 */
function freeBytes(parts) {
    for (const { buffer, length } of parts) {
        const isWhole = length === buffer.byteLength && buffer instanceof ArrayBuffer;
        if (length < LEAST_BYTES || !isWhole)
            continue;
        try {
            buffer.transfer(0);
        }
        catch {
            // Somebody has marked it as not to be taken away.
        }
    }
}

;// CONCATENATED MODULE: ./lib/meter/chunks.js
/**
 * A body in pieces that stay the same when more is added to it: cut where one object of a list ends and the next begins, which
 * is where an agent's messages do. Told apart by hashes that nobody can make collide; no text can be read out of them.
 */


const BETWEEN = Buffer.from('},{');
const chunks_LEAST_BYTES = 256;
const MAX_CHUNKS = 4000;
const HASH_LENGTH = 16;
/**
 * Most calls are never compared with another: the pieces of a body are told apart when somebody asks, and then it is let go.
 * Whoever may ask later holds it; once nobody does and its call is over, its memory is given back.
 */
class BodyPieces {
    #parts;
    #chunks;
    #isHeld = false;
    #isOver = false;
    /** @param parts in order; they must not change */
    constructor(parts) {
        this.#parts = parts;
    }
    get chunks() {
        if (this.#chunks)
            return this.#chunks;
        const [only = Buffer.alloc(0)] = this.#parts;
        this.#chunks = chunksOf(this.#parts.length > 1 ? Buffer.concat(this.#parts) : only);
        this.letGo();
        return this.#chunks;
    }
    get heldBytes() {
        return this.#chunks ? 0 : this.#parts.reduce((sum, { length }) => sum + length, 0);
    }
    hold() {
        this.#isHeld = true;
    }
    letGo() {
        this.#isHeld = false;
        this.#tidy();
    }
    /** The call is over, and its bytes have left or never will. */
    giveBack() {
        this.#isOver = true;
        this.#tidy();
    }
    #tidy() {
        if (this.#isHeld || !this.#isOver)
            return;
        freeBytes(this.#parts);
        this.#parts = [];
    }
}
/** Bytes of each piece by its hash; what stands there more than once is counted once. */
function chunksOf(bytes) {
    const chunks = new Map();
    let from = 0;
    while (from < bytes.length) {
        const isLast = chunks.size >= MAX_CHUNKS;
        const mark = isLast ? -1 : bytes.indexOf(BETWEEN, from + chunks_LEAST_BYTES);
        const until = mark === -1 ? bytes.length : mark + 1;
        const chunk = bytes.subarray(from, until);
        chunks.set((0,external_node_crypto_.hash)('sha256', chunk, 'base64').slice(0, HASH_LENGTH), chunk.length);
        from = until;
    }
    return chunks;
}

// EXTERNAL MODULE: ./lib/meter/credentials.js
var meter_credentials = __webpack_require__(7259);
// EXTERNAL MODULE: ./lib/meter/kept-answer.js
var kept_answer = __webpack_require__(1664);
// EXTERNAL MODULE: ./lib/meter/outcome.js
var outcome = __webpack_require__(5505);
// EXTERNAL MODULE: ./lib/meter/queue.js
var queue = __webpack_require__(1606);
;// CONCATENATED MODULE: ./lib/meter/account.js
/**
 * The account of one call, however it travels: what it asks for, what is held for it, that it has left, and what it came to.
 */
















/** How a request asks for a cache that is kept for hours; letters that are written as escapes may say anything. */
const LONG_CACHE = ['"1h"', '"12h"', json_marks/* ESCAPED_LETTER */.J3];
/** Longer than any model's name; a made-up one must not fill the outputs. */
const MAX_MODEL_LENGTH = 200;
const LOST = { kind: 'unknown', usage: core_usage/* NO_USAGE */.yJ, isAnswered: false, mayGoOn: true };
class CallAccount {
    #services;
    #dialect;
    #headers;
    #startedAt;
    /** ISO 8601. */
    #at;
    #id;
    #facts;
    #pieces;
    #fingerprint = () => '';
    #isRetry = false;
    #caller = UNKNOWN_CALLER;
    /** Whether the head of the answer told of a fallback; `undefined` while none was looked at. */
    #isRerouted;
    /** When it came, until it leaves. */
    #sentAtMs;
    /** @param headers lower-case names: who calls, and whether again */
    constructor(services, dialect, headers) {
        this.#services = services;
        this.#dialect = dialect;
        this.#headers = headers;
        this.#startedAt = services.clock.now();
        this.#at = this.#startedAt.toISOString();
        this.#sentAtMs = this.#startedAt.getTime();
        this.#id = services.nextId();
    }
    /** @throws {SyntaxError} when the body's word on who calls is not JSON */
    async admit(call, client) {
        const { body, request = body } = call;
        const facts = withTidyModel(call.facts);
        const { fingerprint = () => body.fingerprint, contextBytes = 0, isWarmUp = false } = call;
        this.#facts = facts;
        this.#pieces = new BodyPieces(body.parts);
        this.#fingerprint = fingerprint;
        this.#isRetry = this.#services.retries.isRetry(this.#headers, this.#fingerprint);
        this.#caller = markOf(this.#services.readCaller(this.#headers, request));
        const ask = {
            dialect: this.#dialect.id,
            facts,
            bodyBytes: body.size + contextBytes,
            contextBytes,
            pieces: this.#pieces,
            // A call that waits is asked again and again.
            mayWriteLongCache: (0,lazy/* lazily */.q)(() => LONG_CACHE.some((words) => body.includes(words))),
            isRetry: this.#isRetry,
            fingerprint,
            isWarmUp,
            // A warm-up makes nobody hear what it is told.
            role: isWarmUp ? 'other' : this.#roleFor(request),
            caller: this.#caller,
        };
        const admission = await this.#services.guard.admit(ask, client);
        if (admission.kind === 'admitted' && admission.hasWaited)
            await (0,deadline/* sleep */.yy)(queue/* MOMENT_MS */.q7);
        return admission;
    }
    /** Only read where it matters. */
    #roleFor(request) {
        if (!this.#services.guard.tells)
            return 'other';
        return (0,admission/* roleOf */.kp)(this.#caller.caller, this.#dialect.offersTools(request));
    }
    /** Nothing left. Resolves when the client may be told. */
    refuse(status) {
        this.#record((0,outcome/* refusedEntry */.f)(status));
        return this.#services.refusals.noteRefused();
    }
    /** On disk before it leaves: if nothing settles it any more, somebody can still say that it was there. */
    send({ inputTokens, outputTokens }) {
        this.#sentAtMs = this.#services.clock.now().getTime();
        this.#services.refusals.noteSent();
        this.#services.ledger.append({
            type: 'sent',
            id: this.#id,
            at: this.#at,
            dialect: this.#dialect.id,
            requestedModel: this.#facts?.model,
            inputTokens,
            // Where nothing is held, as by `observe`, what the client allows stands in.
            outputTokens: Math.max(outputTokens, this.#facts?.outputCeiling ?? 0),
        });
    }
    /** An answer begins: a fallback that its head tells of counts from now on, whatever becomes of the rest. */
    noteHead(head) {
        if (this.#isRerouted !== undefined || head.status >= 400)
            return;
        const { fallbacks, gateway } = this.#services;
        const route = gateway.readRoute(this.#evidence(head, undefined));
        this.#isRerouted = fallbacks.noteHead(route, this.#facts?.model);
    }
    /**
     * What happened is on disk and counted when this resolves.
     * @returns what to tell the agent in place of an error answer; `undefined` where the answer goes on as it came
     */
    async settle(ticket, { end, heard, note }) {
        this.#noteRoute(end, heard);
        const { head } = end;
        const isFailed = head !== undefined && (head.status >= 400 || heard?.error !== undefined);
        const judged = isFailed ? await this.#readFailure(head, end.kept, heard) : undefined;
        if (head && !isFailed && head.status < 300)
            this.#services.failures.noteSuccess();
        const { mayWriteLongCache = false } = ticket;
        const { entry, settlement: judgedAs } = (0,outcome/* judgeOutcome */.q)(end, heard, (head, snapshot) => this.#cost(head, mayWriteLongCache ? withLongWrites(snapshot) : snapshot));
        const settlement = judgedAs.kind === 'unknown' ? { ...judgedAs, price: this.#priceOfAnother(heard) } : judgedAs;
        if (entry.outcome === 'ok')
            this.#services.retries.noteSuccess(this.#fingerprint);
        else
            this.#services.retries.noteFailure(this.#fingerprint());
        if (heard?.trouble !== undefined)
            this.#services.onTrouble(heard.trouble);
        this.#record(entry, { note, head });
        this.#services.guard.settle(ticket, settlement, this.#services.clock.now().getTime() - this.#sentAtMs);
        return typeof judged === 'function' ? judged() : judged;
    }
    /** What became of it cannot be told: nothing of what was held for it is free again. */
    lose(ticket) {
        this.#services.guard.settle(ticket, LOST, 0);
    }
    /** When the call is over, and the bytes of its request have left or never will. */
    giveRequestBack() {
        this.#pieces?.giveBack();
    }
    /** Of the model that said it answered, where that of the one that was asked does not say it: an answer that was cut may still be its. */
    #priceOfAnother(heard) {
        const { prices } = this.#services;
        const { model: asked } = this.#facts ?? {};
        const names = (0,price/* priceNames */.Cj)(asked, heard?.snapshot.model);
        if (prices === undefined)
            return undefined;
        const isHeld = asked !== undefined && names.includes(asked) && (0,price/* findPrice */.vk)(prices, asked) !== undefined;
        return isHeld ? undefined : names.map((name) => (0,price/* findPrice */.vk)(prices, name)).find(Boolean);
    }
    async #readFailure(head, kept, heard) {
        const body = heard?.error ?? (0,json_answer/* readJson */.Vh)(await decodeText(kept, head.headers['content-encoding']));
        return this.#services.failures.judge({ ...head, body }, this.#startedAt);
    }
    #cost(head, snapshot) {
        const { credentials, gateway, prices } = this.#services;
        const evidence = this.#evidence(head, snapshot.raw);
        const { model: asked, otherModels = [], surcharge } = this.#facts ?? {};
        const rerouted = this.#isRerouted ? gateway.readRoute(evidence) : undefined;
        const names = (0,price/* priceNames */.Cj)(asked, snapshot.model, rerouted);
        // What was asked for at a higher price counts as that, unless the answer says otherwise.
        const factor = snapshot.surcharge?.factor ?? surcharge?.factor;
        const isStored = gateway.isStored?.(evidence) ?? false;
        const answer = { ...snapshot, isStored, surcharge: { ...snapshot.surcharge, factor } };
        const cost = (0,price/* costOfAnswer */.ry)(gateway.readCost(evidence), answer, prices, names);
        const isAnother = asked !== undefined && ![asked, ...otherModels].some((name) => names.includes(name));
        const isUnpriced = cost === undefined && (isAnother || snapshot.unpriced !== undefined);
        if (!isUnpriced)
            return { cost };
        const name = (0,core_text/* oneLine */.TN)((0,meter_credentials/* redact */.E$)(credentials, names[0] ?? 'of a fallback'), MAX_MODEL_LENGTH);
        const unpricedModel = snapshot.unpriced === undefined ? name : `${name} (${snapshot.unpriced})`;
        return { cost, unpricedModel };
    }
    /** A call counts once: by its head, or else by the model that its answer names. */
    #noteRoute({ head }, heard) {
        if (head)
            this.noteHead(head);
        if (!this.#isRerouted)
            this.#services.fallbacks.noteModel(this.#facts?.model, heard?.snapshot.model);
    }
    #evidence({ headers }, usage) {
        return { headers, streamed: this.#facts?.stream ?? false, usage };
    }
    #record(entry, told = {}) {
        const { clock, credentials, ledger } = this.#services;
        const { note, head } = told;
        ledger.append({
            type: 'call',
            id: this.#id,
            at: this.#at,
            durationMs: Math.max(0, clock.now().getTime() - this.#startedAt.getTime()),
            dialect: this.#dialect.id,
            requestedModel: this.#facts?.model,
            ...this.#caller,
            retry: this.#isRetry,
            note,
            requestId: head && (0,request_id/* readRequestId */.B)(head.headers, (id) => (0,meter_credentials/* redact */.E$)(credentials, id)),
            ...entry,
            model: entry.model && (0,core_text/* oneLine */.TN)(entry.model, MAX_MODEL_LENGTH),
        });
    }
}
function withLongWrites(snapshot) {
    const { usage, parts } = snapshot;
    return {
        ...snapshot,
        usage: (0,core_usage/* longWrites */.L8)(usage),
        parts: parts?.map((part) => ({ ...part, usage: (0,core_usage/* longWrites */.L8)(part.usage) })),
    };
}
/** The agent names it, and it is repeated in logs and reports. */
function withTidyModel(facts) {
    const model = facts.model && (0,core_text/* oneLine */.TN)(facts.model, MAX_MODEL_LENGTH);
    return model === facts.model ? facts : { ...facts, model };
}
/** Text of an error body; empty when it cannot be decoded, since the status alone still says something. */
async function decodeText(bytes, contentEncoding) {
    try {
        return (await (0,decode/* decodeBody */.Vj)(bytes, contentEncoding, kept_answer/* MAX_ERROR_BYTES */.uE * 4)).toString('utf8');
    }
    catch {
        return '';
    }
}


/***/ }),

/***/ 2324:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $W: () => (/* binding */ renderRefusal),
/* harmony export */   kp: () => (/* binding */ roleOf),
/* harmony export */   mk: () => (/* binding */ stopAt)
/* harmony export */ });
const ROLES = {
    main: 'leader',
    subagent: 'helper',
    auxiliary: 'helper',
    title: 'helper',
};
/** An agent that does not tell who calls is known by its tools: titles and summaries have none. */
function roleOf(caller, offersTools) {
    return ROLES[caller] ?? (caller === 'unknown' && offersTools ? 'leader' : 'other');
}
/** What a person can do about a stop that is no limit to raise. */
const SETTINGS = {
    'on-unpriced': 'A person can choose a model with a known price, or let such calls pass uncounted with `on-unpriced: warn`.',
    'on-fallback': 'A person can look at the gateway for why another model answers, or let the run go on with `on-fallback: warn`.',
};
/** A stop at one of the run's limits, in words for a person. */
function stopAt(limit, state) {
    const setting = SETTINGS[limit];
    const at = setting === undefined ? 'at its limit' : 'because of';
    const advice = setting ?? 'A person can raise the limit in the workflow or the policy file.';
    return {
        reason: `limit:${limit}`,
        message: `spendgate stopped this run ${at} \`${limit}\`: ${state}. ${advice}`,
    };
}
/** What the agent is told of a stop: a person's words, and what only concerns whoever would call again. */
function renderRefusal({ message }) {
    return `${message} Do not retry.`;
}


/***/ }),

/***/ 7259:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $Q: () => (/* binding */ isAuthorised),
/* harmony export */   E$: () => (/* binding */ redact),
/* harmony export */   Ew: () => (/* binding */ passedValue),
/* harmony export */   yv: () => (/* binding */ swapQuery)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _core_redact_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8038);
/* harmony import */ var _query_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1625);
/**
 * The run token is all that an agent ever holds. Wherever it stands in a request (each API has a header of its own), the
 * real key takes its place on the way out.
 */



const KEY_HEADERS = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']);
const BEARER = /^bearer\s+/i;
/** True when the request may use the meter: it presents the token, or none is asked for. */
function isAuthorised({ token }, headers, query) {
    if (token === undefined)
        return true;
    const presented = headerValues(headers);
    if (query !== '')
        presented.push(new URLSearchParams(query).get('key') ?? '');
    return presented.some((value) => equals(value.replace(BEARER, ''), token));
}
/** What goes out under a lower-case name: the key in place of the token, and no other credentials of the client. */
function passedValue({ token, key }, name, value) {
    if (token === undefined || key === undefined || !KEY_HEADERS.has(name))
        return value;
    if (!equals(value.replace(BEARER, ''), token))
        return undefined;
    return BEARER.test(value) ? `Bearer ${key}` : key;
}
/** An API that takes its key as `?key=` takes it in a header as well, where no redirect or error message repeats it. */
function swapQuery({ token, key }, query) {
    if (query === '' || token === undefined || key === undefined)
        return { query, headers: [] };
    if (new URLSearchParams(query).get('key') !== token)
        return { query, headers: [] };
    return { query: (0,_query_js__WEBPACK_IMPORTED_MODULE_2__/* .without */ .FF)(query, ({ name }) => name === 'key'), headers: ['x-goog-api-key', key] };
}
/** Text without the key, wherever an upstream may have repeated it. */
function redact({ key }, text) {
    return (0,_core_redact_js__WEBPACK_IMPORTED_MODULE_1__/* .withoutKey */ .w)(text, key);
}
function headerValues(headers) {
    return headers.filter((_, index) => index % 2 === 1 && KEY_HEADERS.has((headers[index - 1] ?? '').toLowerCase()));
}
function equals(a, b) {
    const [left, right] = [Buffer.from(a), Buffer.from(b)];
    return left.length === right.length && (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.timingSafeEqual)(left, right);
}


/***/ }),

/***/ 1664:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C_: () => (/* binding */ wayOfCoded),
/* harmony export */   H7: () => (/* binding */ isShortError),
/* harmony export */   mP: () => (/* binding */ UNREADABLE),
/* harmony export */   me: () => (/* binding */ passAtOnce),
/* harmony export */   op: () => (/* binding */ passKept),
/* harmony export */   uE: () => (/* binding */ MAX_ERROR_BYTES)
/* harmony export */ });
/* harmony import */ var _wire_decode_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(471);
/* harmony import */ var _wire_json_marks_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2056);
/* harmony import */ var _credentials_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7259);
/* harmony import */ var _key_screen_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3143);
/* harmony import */ var _relay_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8503);





/** Beyond this an answer is no error message any more, and goes on as it comes. */
const MAX_ERROR_BYTES = 256 * 1024;
/** What a small answer may be when its compression is undone. */
const MAX_DECODED_BYTES = 64 * 1024 * 1024;
/** In place of an answer that {@link passKept} does not pass. */
const UNREADABLE = 'The upstream answered in a compression that was not asked for and cannot be undone.';
const LENGTH_AND_CODING = new Set(['content-length', 'content-encoding']);
const ERROR = Buffer.from('"error"');
const NONE = { pattern: /^\s*:\s*null/, length: 12 };
function isShortError({ status, headers }) {
    return status >= 400 && Number(headers['content-length'] ?? 0) <= MAX_ERROR_BYTES;
}
/**
 * How an answer goes on that came in a coding nobody asked for. Where there is a key to be taken out, it has to be read: what
 * cannot be is kept, and ends in {@link passKept}. `undefined` where it goes on as any other.
 */
function wayOfCoded({ key }, { headers }) {
    const coding = headers['content-encoding'];
    if (key === undefined || coding === undefined)
        return undefined;
    const decoder = (0,_wire_decode_js__WEBPACK_IMPORTED_MODULE_0__/* .createDecoder */ .$C)(coding);
    if (decoder === 'identity')
        return undefined;
    return decoder === 'unknown' ? 'keep' : 'relay-decoded';
}
/**
 * Sends a whole, uncoded answer that tells of no error at once; it is read right after, in the same turn.
 * @returns false where nothing was sent: then it has to be read first, or cannot be sent
 */
function passAtOnce(credentials, response, end) {
    const { kind, head, kept } = end;
    if (kind !== 'complete' || head === undefined || head.status >= 400 || response.headersSent)
        return false;
    if (!(0,_wire_decode_js__WEBPACK_IMPORTED_MODULE_0__/* .isUncoded */ .tK)(head.headers['content-encoding']) || mayTellOfError(kept))
        return false;
    try {
        pass(credentials, response, { head, bytes: kept });
        return true;
    }
    catch {
        // Headers that Node takes in and does not let out: whatever becomes of the answer, its call counts.
        return false;
    }
}
/**
 * As it came, without the key.
 * @returns false where nothing went to the client, because it cannot be told whether the key stands in it
 */
async function passKept(credentials, response, { head, kept }) {
    const isCoded = !(0,_wire_decode_js__WEBPACK_IMPORTED_MODULE_0__/* .isUncoded */ .tK)(head.headers['content-encoding']);
    const bytes = isCoded ? await readable(credentials, { head, kept }) : kept;
    if (bytes === undefined)
        return false;
    pass(credentials, response, { head, bytes, dropped: bytes === kept ? undefined : LENGTH_AND_CODING });
    return true;
}
function pass(credentials, response, answer) {
    const { head, bytes, dropped } = answer;
    response.writeHead(head.status, (0,_relay_js__WEBPACK_IMPORTED_MODULE_3__/* .clientHeaders */ .a)(head, (header) => (0,_credentials_js__WEBPACK_IMPORTED_MODULE_1__/* .redact */ .E$)(credentials, header), dropped));
    response.end((0,_key_screen_js__WEBPACK_IMPORTED_MODULE_2__/* .maskKey */ .s)(credentials, bytes));
}
/** These very bytes, where nothing has to be undone; `undefined` where it cannot be. */
async function readable({ key }, { head, kept }) {
    if (key === undefined || kept.length === 0)
        return kept;
    try {
        return await (0,_wire_decode_js__WEBPACK_IMPORTED_MODULE_0__/* .decodeBody */ .Vj)(kept, head.headers['content-encoding'], MAX_DECODED_BYTES);
    }
    catch {
        return undefined;
    }
}
function mayTellOfError(answer) {
    return (0,_wire_json_marks_js__WEBPACK_IMPORTED_MODULE_4__/* .hasValueBehind */ .ct)(answer, ERROR, NONE) || answer.includes(_wire_json_marks_js__WEBPACK_IMPORTED_MODULE_4__/* .ESCAPED_LETTER */ .J3);
}


/***/ }),

/***/ 3143:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ KeyScreen),
/* harmony export */   s: () => (/* binding */ maskKey)
/* harmony export */ });
/* harmony import */ var _core_redact_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8038);
/**
 * Takes the key out of an answer as it passes: whatever an upstream repeats of a request, the agent never gets the key. As many
 * bytes stand there afterwards as before, so that every length stays right.
 */

const NOTHING = Buffer.alloc(0);
const STAR = '*'.charCodeAt(0);
/** The credentials of a run are one object for as long as it lasts. */
const KNOWN = new WeakMap();
function spellingsFor(credentials) {
    const known = KNOWN.get(credentials);
    if (known)
        return known;
    const spellings = (0,_core_redact_js__WEBPACK_IMPORTED_MODULE_0__/* .spellingsOf */ .H)(credentials.key).map((word) => Buffer.from(word));
    KNOWN.set(credentials, spellings);
    return spellings;
}
/** The same number of bytes without the key: these very bytes, where it does not stand in them. */
function maskKey(credentials, bytes) {
    let masked = bytes;
    for (const spelling of spellingsFor(credentials)) {
        for (let at = masked.indexOf(spelling); at !== -1; at = masked.indexOf(spelling, at + spelling.length)) {
            if (masked === bytes)
                masked = Buffer.from(bytes);
            masked.fill(STAR, at, at + spelling.length);
        }
    }
    return masked;
}
/** For an answer that passes in pieces; made for one of them. */
class KeyScreen {
    #credentials;
    #spellings;
    /** What may be the beginning of the key. Most often nothing: a piece that ends otherwise waits for no other. */
    #held = NOTHING;
    constructor(credentials) {
        this.#credentials = credentials;
        this.#spellings = spellingsFor(credentials);
    }
    /** What goes on of these bytes, and of those held before. */
    push(chunk) {
        if (this.#spellings.length === 0)
            return chunk;
        const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
        const masked = maskKey(this.#credentials, bytes);
        const end = masked.length - this.#beginning(masked);
        this.#held = end === masked.length ? NOTHING : Buffer.from(masked.subarray(end));
        return end === masked.length ? masked : masked.subarray(0, end);
    }
    /** What is left when the answer has ended: the beginning of a key, and no key. */
    end() {
        const held = this.#held;
        this.#held = NOTHING;
        return held;
    }
    /** How many bytes at the end the key may begin with. */
    #beginning(bytes) {
        let longest = 0;
        for (const spelling of this.#spellings) {
            for (let at = Math.max(0, bytes.length - spelling.length + 1); at < bytes.length - longest; at += 1)
                if (endsLike(bytes, at, spelling))
                    longest = bytes.length - at;
        }
        return longest;
    }
}
/** True when all that stands from there on is what the word begins with. By hand: most often one look is enough. */
function endsLike(bytes, from, word) {
    let at = from;
    while (at < bytes.length && bytes[at] === word[at - from])
        at += 1;
    return at === bytes.length;
}


/***/ }),

/***/ 5689:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ refuseUpgrade),
/* harmony export */   k: () => (/* binding */ sendLocal)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/** Sends an answer that the meter writes itself. */

function sendLocal(response, { status, headers, body }) {
    if (response.destroyed)
        return;
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(body);
}
/** To a client that asked for an upgrade, which has no response object; the connection ends with it. */
function refuseUpgrade(socket, { status, headers, body }) {
    const fields = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${status} ${node_http__WEBPACK_IMPORTED_MODULE_0__.STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'));
}


/***/ }),

/***/ 6773:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Iu: () => (/* binding */ isSpendingRoute),
/* harmony export */   WB: () => (/* binding */ isManagement),
/* harmony export */   jb: () => (/* binding */ isSpending)
/* harmony export */ });
/**
 * Routes beside the model calls. Some make keys, lift limits or change who pays: with the gateway's key an agent could make
 * itself another one, so that these are told by their shape, whoever serves them and whichever comes next.
 * @see https://docs.litellm.ai/docs/proxy/virtual_keys
 * @see https://portkey.ai/docs/api-reference/admin-api/introduction
 * @see https://docs.getbifrost.ai/features/governance/virtual-keys
 * @see https://openrouter.ai/docs/features/provisioning-api-keys
 */
const LOOKS = new Set(['GET', 'HEAD']);
/** The first word of a route, where it manages something whatever its method is. */
const MANAGED = /^\/(?:api\/)?(?:v\d+\/)?(?:key|keys|user|users|team|teams|organization|organizations|customer|budget|budgets|spend|global|config|credentials|guardrails|token|channel|option|log|redemption|model\/(?:new|update|delete))(?:\/|$)/i;
/** What a key tells of itself. Agents show it, and nothing is changed by it. */
const OWN_STATE = new RegExp(`^/(?:api/)?(?:v\\d+/)?(?:${[
    '(?:auth/)?key(?:/info)?',
    'api[-_]key',
    'api_keys/rate_limits(?:/log)?',
    'user/balance',
    'governance/virtual-keys/quota',
].join('|')})$`, 'i');
/** Words anywhere in a route by which even a look gives away what an agent must not have, or makes a key. */
const SECRET = words('(?:api|virtual|access|service|provisioning|management)?[-_]?keys?', 'sso|scim|saml|oauth2?|governance|admin|credentials?|configs?|auth[-_]?tokens|client[-_]?secrets|copilot_internal');
/** Words anywhere in a route that changes something. */
const CHANGED = words('users?|end[-_]?users?|teams?|organi[sz]ations?|orgs?|customers?|members?|invit(?:e|es|ations?)|permissions?|roles?', 'workspaces?|budgets?|(?:usage|rate|spend)[-_]?limits?|polic(?:y|ies)|guardrails?|spend|credits?|billing|payments?', 'settings|integrations?|providers?|plugins?|routes?|webhooks?|tags?|access[-_]?groups?|model[-_]cost[-_]map|allowed[-_]ip');
/**
 * What a short-lived key comes from, that an agent could use past the meter.
 * @see https://help.aliyun.com/zh/model-studio/generate-temporary-api-key
 * @see https://learn.microsoft.com/azure/ai-services/openai/how-to/realtime-audio-webrtc
 */
const SESSIONS = /\/(?:realtime(?:api)?\/(?:transcription_|translation_)?sessions|chatkit\/sessions|tokens?|auth\/grant)$/i;
/** LiteLLM and its like end a route that manages something with what is done. */
const DEEDS = /^(?:\/v\d+)?\/[\w-]+\/(?:\w+\/)?(?:new|update|delete|block|unblock|regenerate|reset)$/i;
/**
 * Requests that only look, or count. Whole routes: a gateway that goes by prefixes serves what stands behind one that costs
 * something, whatever it ends with.
 */
const FREE = new RegExp(`^(?:${[
    '(?:/v1)?/messages/count_tokens',
    '(?:/v1)?/responses/input_tokens',
    '/v1(?:beta\\d?|alpha)?/(?:projects/[^/]+/locations/[^/]+/publishers/google/)?models/[^/:]+:countTokens',
    '/api/hello',
    '(?:/v1)?/analytics/codex/[\\w-]+',
    '/v1/(?:logs|metrics|traces)',
].join('|')})$`);
/**
 * LiteLLM calls every model it has to say how they are; its probes of the process itself are other routes.
 * @see https://docs.litellm.ai/docs/proxy/health
 */
const CALLS_MODELS = /^(?:\/v1)?\/health$/i;
function isManagement(method, path) {
    if (LOOKS.has(method))
        return !OWN_STATE.test(path) && (MANAGED.test(path) || SECRET.test(path));
    return [MANAGED, SECRET, CHANGED, SESSIONS, DEEDS].some((shape) => shape.test(path));
}
/** True for a request that may cost something although the meter cannot read its usage. */
function isSpending(method, path) {
    if (LOOKS.has(method))
        return CALLS_MODELS.test(path);
    return method !== 'DELETE' && !FREE.test(path);
}
/** The same for what is told of a request afterwards: `POST /v1/images`. */
function isSpendingRoute(route) {
    const [method = '', path = ''] = route.split(' ');
    // A websocket's warm-up that cost something is a call.
    return method !== 'WS' && isSpending(method, path);
}
function words(...groups) {
    return new RegExp(`/(?:${groups.join('|')})(?=/|$)`, 'i');
}


/***/ }),

/***/ 9689:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ NotedRequest)
/* harmony export */ });
class NotedRequest {
    #guard;
    #body;
    /** As it would be without its note. */
    #plain;
    #note;
    #isPlain = false;
    constructor(body, { note, ticket }, { addNote, guard }) {
        this.#guard = guard;
        this.#body = body;
        this.#plain = body.parts;
        if (note === undefined)
            return;
        if (addNote(note.text))
            this.#note = note.level;
        else
            guard.noteUnheard(ticket);
    }
    /** What the request tells the agent. */
    get note() {
        return this.#note;
    }
    /** What leaves. */
    get parts() {
        return this.#isPlain ? this.#plain : this.#body.parts;
    }
    send(exchange) {
        return this.#note === undefined ? exchange(this.parts) : this.#sendNoted(exchange);
    }
    async #sendNoted(exchange) {
        for (;;) {
            const end = await exchange(this.parts);
            if (!this.goesAgain(end))
                return end;
        }
    }
    /**
     * True, once, when the upstream turned it down with its note: then it leaves again without. Better untold than broken:
     * some upstreams know their own order of turns, and then get the request as it came.
     */
    goesAgain(end) {
        if (this.#isPlain) {
            if (end.head !== undefined && end.head.status < 400)
                this.#guard.tellNoMore();
            return false;
        }
        this.#isPlain = this.#note !== undefined && isRejected(end);
        if (this.#isPlain)
            this.#note = undefined;
        return this.#isPlain;
    }
}
/** True when the upstream could not make sense of the request, and the client has heard nothing of it. */
function isRejected({ kind, head, kept }) {
    return kind === 'complete' && kept.length > 0 && (head?.status === 400 || head?.status === 422);
}


/***/ }),

/***/ 5505:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ refusedEntry),
/* harmony export */   q: () => (/* binding */ judgeOutcome)
/* harmony export */ });
/* harmony import */ var _core_usage_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6940);

const UNPRICED = { cost: undefined };
/**
 * A gateway, or whoever stands in front of it, gave up waiting. What is behind it got the request, and may go on and bill.
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
 * @see https://docs.litellm.ai/docs/exception_mapping
 */
const GAVE_UP = new Set([408, 499, 504, 522, 524]);
const NOT_REPORTED = {
    usage: _core_usage_js__WEBPACK_IMPORTED_MODULE_0__/* .NO_USAGE */ .yJ,
    costNanoUsd: undefined,
    costSource: 'unknown',
    model: undefined,
};
/** Billed or not, and how much: nobody will say. */
const UNTOLD = { kind: 'unknown', usage: _core_usage_js__WEBPACK_IMPORTED_MODULE_0__/* .NO_USAGE */ .yJ, isAnswered: false, mayGoOn: true };
/** Whoever gives up lets go of what is behind it, as far as is known: what came to be until then is seldom longer. */
const GIVEN_UP = { ...UNTOLD, mayGoOn: false, mostTokens: 16_384 };
/** The meter's own refusal: nothing left, nothing is billed. */
function refusedEntry(status) {
    return { ...NOT_REPORTED, status, outcome: 'refused', final: true };
}
/**
 * @param priceOf cost of a whole answer; never asked for a part of one, since part of a bill is not a bill
 */
function judgeOutcome(end, heard, priceOf) {
    const { head, isUnsent = false } = end;
    if (head === undefined && !isUnsent) {
        // It may have been sent, and no answer began.
        const outcome = end.kind === 'gone' ? 'aborted' : 'cut';
        return {
            entry: { ...NOT_REPORTED, status: undefined, outcome, final: false },
            settlement: UNTOLD,
        };
    }
    if (head !== undefined && GAVE_UP.has(head.status)) {
        return {
            entry: { ...NOT_REPORTED, status: head.status, outcome: 'cut', final: false },
            settlement: GIVEN_UP,
        };
    }
    // A redirection is no answer either, and nobody bills it.
    if (head === undefined || head.status >= 300) {
        return {
            entry: { ...NOT_REPORTED, status: head?.status, outcome: 'failed', final: head !== undefined },
            settlement: { kind: 'none' },
        };
    }
    return judgeAnswer(end, head, heard, priceOf);
}
function judgeAnswer(end, head, heard, priceOf) {
    const snapshot = heard?.snapshot ?? { model: undefined, final: false, usage: _core_usage_js__WEBPACK_IMPORTED_MODULE_0__/* .NO_USAGE */ .yJ, raw: undefined };
    const { inputTokens, outputTokens } = snapshot.usage;
    // No call reads nothing: a zero is a server that does not count, and two are one that counts nothing at all.
    const isCounted = inputTokens !== 0 || outputTokens !== 0;
    const usage = inputTokens === 0 ? { ...snapshot.usage, inputTokens: undefined } : snapshot.usage;
    const isEnded = end.kind === 'complete' || (snapshot.hasEnded === true && heard?.error === undefined);
    const isWhole = isEnded && snapshot.final && isCounted;
    const partial = isCounted ? { ...usage, outputTokens: undefined } : _core_usage_js__WEBPACK_IMPORTED_MODULE_0__/* .NO_USAGE */ .yJ;
    const { cost, unpricedModel } = isWhole ? priceOf(head, { ...snapshot, usage }) : UNPRICED;
    const entry = {
        status: head.status,
        outcome: isWhole && heard?.error === undefined ? 'ok' : outcomeOf(end, heard),
        // The output count of a cut stream is what was reported until then, not what was made.
        usage: isWhole ? usage : partial,
        final: isWhole,
        costNanoUsd: cost?.nanoUsd,
        costSource: cost?.source ?? 'unknown',
        model: snapshot.model,
    };
    const isAnswered = entry.outcome === 'ok';
    // A provider stops to generate when its stream is dropped. What is not a stream it generates to the end.
    const mayGoOn = end.kind !== 'complete' && !heard?.isStream;
    const settlement = isWhole
        ? {
            kind: 'known',
            usage,
            costNanoUsd: cost?.nanoUsd,
            inputOnce: snapshot.inputOnce,
            unpricedModel,
            ...(heard?.error !== undefined && { isFailed: true }),
        }
        : {
            kind: 'unknown',
            usage: partial,
            isAnswered,
            mayGoOn,
            textTokens: Math.max(heard?.textTokens ?? 0, outputTokens ?? 0),
        };
    return { entry, settlement };
}
function outcomeOf(end, heard) {
    if (end.kind === 'gone')
        return 'aborted';
    return end.kind === 'broken' || heard?.error !== undefined ? 'cut' : 'ok';
}


/***/ }),

/***/ 4880:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ outgoingHeaders)
/* harmony export */ });
/* harmony import */ var _wire_headers_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6483);
/* harmony import */ var _credentials_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7259);
/**
 * The headers a request leaves with, in one walk over those it came with: what ends at this hop stays behind, the key takes
 * the place of the token, and what the run itself says to its gateway outranks what the agent says there.
 */


/**
 * By these a server takes a request for one of another method or path than the meter has judged.
 * @see https://docs.cloud.google.com/apis/docs/system-parameters
 */
const OVERRIDE = /^x-(?:http-)?method(?:-override)?$|^x-(?:original|rewrite)-ur[il]$|^x-forwarded-(?:path|uri|prefix)$/;
/** Flat name and value pairs. */
function outgoingHeaders({ credentials, noteWithheld }, { raw, dropped, policy }) {
    const isEndToEnd = (0,_wire_headers_js__WEBPACK_IMPORTED_MODULE_0__/* .travels */ .s0)(raw, dropped);
    const headers = [];
    for (let index = 0; index + 1 < raw.length; index += 2) {
        const name = raw[index] ?? '';
        const lower = name.toLowerCase();
        if (!isEndToEnd(lower) || isMethodOverride(lower))
            continue;
        if (policy?.withholds(lower)) {
            noteWithheld(lower);
            continue;
        }
        const value = (0,_credentials_js__WEBPACK_IMPORTED_MODULE_1__/* .passedValue */ .Ew)(credentials, lower, raw[index + 1] ?? '');
        if (value !== undefined)
            headers.push(name, value);
    }
    if (policy)
        headers.push(...policy.added);
    return headers;
}
/** Most names are told by their first letter. */
function isMethodOverride(name) {
    return name.startsWith('x') && OVERRIDE.test(name);
}


/***/ }),

/***/ 1625:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F4: () => (/* binding */ steeringIn),
/* harmony export */   FF: () => (/* binding */ without),
/* harmony export */   Ww: () => (/* binding */ withoutMasks),
/* harmony export */   b0: () => (/* binding */ withoutMethods)
/* harmony export */ });
/**
 * The query of a request, read in every spelling that a server may undo. Some parameters change what a request is, or what
 * of its answer comes back: they stay here.
 * @see https://docs.cloud.google.com/apis/docs/system-parameters
 */
/** Google's APIs give a part of an answer, or one in a form that is no JSON, which would leave its usage out. */
const MASKS = new Set(['fields', 'callback', 'ct']);
/** The forms of an answer that can be listened to. */
const READABLE_FORMS = new Set(['', 'json', 'sse']);
/** A GET that says here that it is a POST would be forwarded as a GET. */
const METHODS = new Set(['httpmethod', '_method']);
/** Some gateways take these here before they look into the body: then another model would answer than the one that is held. */
const STEERING = new Set(['model', 'models', 'user_model', 'fallbacks']);
/** A query without the parameters by which an answer would come without its usage, or a request as another method. */
function withoutMasks(query) {
    return without(query, ({ name, value }) => MASKS.has(name) || METHODS.has(name) || (name === 'alt' && !READABLE_FORMS.has(value.toLowerCase())));
}
/** A query without the parameters by which a request would be one of another method. */
function withoutMethods(query) {
    return without(query, ({ name }) => METHODS.has(name));
}
/** Name of a parameter by which another call would be made than the body says; `undefined` where there is none. */
function steeringIn(query) {
    if (query === '')
        return undefined;
    const parameters = query.slice(1).split(/[&;]/).flatMap(parametersIn);
    return parameters.find(({ name }) => STEERING.has(name))?.name;
}
/** A query without a parameter, however it is spelt: byte for byte as it came where it has none such. */
function without(query, drops) {
    if (query === '')
        return query;
    const parts = query.slice(1).split(/[&;]/);
    const kept = parts.filter((part) => !parametersIn(part).some(drops));
    if (kept.length === parts.length)
        return query;
    return kept.length > 0 ? `?${kept.join('&')}` : '';
}
/** What servers may read in one part: as it stands, and with an encoding undone by somebody on the way. */
function parametersIn(part) {
    const undone = decodeForm(part);
    return [part, ...(undone === part ? [] : undone.split(/[&;]/))].map((text) => {
        const [name = '', ...value] = text.split('=');
        return {
            name: decodeForm(name)
                .trim()
                .toLowerCase()
                .replace(/^\$|\[.*$/g, ''),
            value: decodeForm(value.join('=')).trim(),
        };
    });
}
/** Bytes beyond ASCII stay apart: no name looked for has any. */
function decodeForm(text) {
    return text
        .replaceAll('+', ' ')
        .replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}


/***/ }),

/***/ 1606:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ud: () => (/* binding */ CLIENT_GONE),
/* harmony export */   op: () => (/* binding */ Queue),
/* harmony export */   q7: () => (/* binding */ MOMENT_MS)
/* harmony export */ });
/** Clients that go away together are heard of one after the other: a call that has waited waits for so long to hear of its own. */
const MOMENT_MS = 10;
const CLIENT_GONE = 'The client went away.';
const MAX_WAIT_MS = 5 * 60_000;
/** After so many, all others wait as well: calls in flight come to an end, and the one that waits has all the room. */
const MAX_OVERTAKEN = 8;
class Queue {
    #onGivenUp;
    #waiters = [];
    #isDeciding = false;
    /** @param onGivenUp called when one has left without a decision: those whom it held up can be asked again */
    constructor(onGivenUp) {
        this.#onGivenUp = onGivenUp;
    }
    /** Calls that wait, besides the one that is being decided. */
    get others() {
        return this.#waiters.length - (this.#isDeciding ? 1 : 0);
    }
    /** True while somebody has been overtaken too often: then no call may leave before that one. */
    get isClosed() {
        return this.#waiters.some(isDue);
    }
    /** A call has left that came after all of those who wait. */
    noteOvertaken() {
        for (const waiter of this.#waiters)
            waiter.overtaken += 1;
    }
    /** Resolves when `retry` decides, when the time is over, or when the client goes away. */
    wait(ask, client) {
        return new Promise((resolve) => {
            const giveUp = (reason) => () => {
                this.#leave(waiter, { kind: 'refused', reason });
                this.#onGivenUp();
            };
            const late = giveUp(`This call waited ${MAX_WAIT_MS / 60_000} minutes for calls in flight to settle.`);
            const timer = setTimeout(late, MAX_WAIT_MS).unref();
            const waiter = { ask, resolve, timer, overtaken: 0, forget: () => undefined };
            this.#waiters.push(waiter);
            waiter.forget = client.whenGone(giveUp(CLIENT_GONE));
        });
    }
    /** Asks again for everyone who waits, in the order they came. */
    retry(decide) {
        const passed = [];
        for (const waiter of [...this.#waiters]) {
            this.#isDeciding = true;
            const decision = decide(waiter.ask);
            this.#isDeciding = false;
            if (decision.kind === 'wait') {
                if (isDue(waiter))
                    return;
                passed.push(waiter);
            }
            else {
                this.#leave(waiter, decision);
                if (decision.kind === 'admitted')
                    for (const earlier of passed)
                        earlier.overtaken += 1;
            }
        }
    }
    #leave(waiter, admission) {
        this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
        clearTimeout(waiter.timer);
        waiter.forget();
        waiter.resolve(admission.kind === 'admitted' ? { ...admission, hasWaited: true } : admission);
    }
}
function isDue({ overtaken }) {
    return overtaken >= MAX_OVERTAKEN;
}


/***/ }),

/***/ 8503:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  a: () => (/* binding */ clientHeaders),
  E: () => (/* binding */ relay)
});

// EXTERNAL MODULE: ./lib/wire/decode.js
var decode = __webpack_require__(471);
// EXTERNAL MODULE: ./lib/wire/headers.js
var headers = __webpack_require__(6483);
;// CONCATENATED MODULE: ./lib/meter/decoded-answer.js
class DecodedAnswer {
    #decoder;
    #sinks;
    #isEmpty = true;
    constructor(decoder, sinks) {
        this.#decoder = decoder;
        this.#sinks = sinks;
        decoder.on('data', (chunk) => {
            if (!sinks.pass(chunk))
                decoder.pause();
        });
        decoder.on('drain', () => sinks.onRoom());
        decoder.once('end', () => sinks.onEnd(undefined));
        decoder.on('error', (error) => sinks.onEnd(error));
    }
    /** False: no more until there is room. */
    push(chunk) {
        this.#isEmpty = false;
        return this.#decoder.destroyed || this.#decoder.write(chunk);
    }
    /** An answer without a body has nothing in it to undo, and is no damaged one. */
    end() {
        if (this.#isEmpty)
            this.#sinks.onEnd(undefined);
        else
            this.#decoder.end();
    }
    resume() {
        this.#decoder.resume();
    }
    /** Nobody waits for the rest. */
    drop() {
        this.#decoder.destroy();
    }
}

;// CONCATENATED MODULE: ./lib/meter/relay.js



const MAX_KEPT_BYTES = 1024 * 1024;
/** An error that tells no more for so long is told as far as it came. */
const KEPT_SILENCE_MS = 10_000;
const TOO_LARGE = `the answer is larger than ${MAX_KEPT_BYTES / 1024 / 1024} MiB`;
const SILENT = `the answer stood still for ${KEPT_SILENCE_MS / 1000} s`;
const NOTHING = Buffer.alloc(0);
const DROPPED = {
    relay: undefined,
    'relay-other-length': new Set(['content-length']),
    'relay-decoded': new Set(['content-length', 'content-encoding']),
    keep: undefined,
};
function relay(request, response, hooks) {
    return new Promise((resolve) => {
        const handler = new RelayHandler(response, hooks, resolve);
        const { dispatcher, origin, path, headers } = request;
        const method = request.method;
        // Its types do not know that undici takes anything that can be iterated over.
        const body = request.body;
        dispatcher.dispatch({ origin, path, method, headers, body }, handler);
    });
}
class RelayHandler {
    #response;
    #hooks;
    #resolve;
    #onClose = () => this.#clientClosed();
    #abort;
    #head;
    #keeps = false;
    #decoded;
    #kept = [];
    #keptBytes = 0;
    #isSettled = false;
    #silence;
    constructor(response, hooks, resolve) {
        this.#response = response;
        this.#hooks = hooks;
        this.#resolve = resolve;
        response.on('close', this.#onClose);
    }
    onConnect(abort) {
        this.#abort = abort;
        if (this.#isSettled)
            abort(new Error('the client went away'));
        else if (this.#response.destroyed)
            this.#clientClosed();
    }
    onHeaders(status, rawHeaders, resume) {
        if (status < 200)
            return true;
        const raw = rawHeaders.map((part) => part.toString('latin1'));
        this.#head = { status, headers: (0,headers/* headerRecord */.jP)(raw), rawHeaders: raw };
        const decision = this.#hooks.onHead(this.#head);
        this.#keeps = decision === 'keep';
        if (this.#keeps) {
            if (status >= 400)
                this.#silence = setTimeout(() => this.#cutError(SILENT), KEPT_SILENCE_MS);
            return true;
        }
        if (decision === 'relay-decoded')
            this.#decode(this.#head, resume);
        const redact = (header) => this.#hooks.redact(header);
        this.#response.writeHead(status, clientHeaders(this.#head, redact, DROPPED[decision]));
        // The client waits for the head, however long the first bytes take.
        this.#response.flushHeaders();
        this.#response.on('drain', () => (this.#decoded ? this.#decoded.resume() : resume()));
        return true;
    }
    onData(chunk) {
        if (this.#keeps)
            return this.#keep(chunk);
        return this.#decoded ? this.#decoded.push(chunk) : this.#pass(chunk);
    }
    onComplete() {
        if (this.#decoded)
            this.#decoded.end();
        else if (this.#keptBytes <= MAX_KEPT_BYTES)
            this.#settle('complete', undefined);
        else
            this.#settle('broken', new RangeError(TOO_LARGE));
    }
    onError(error) {
        this.#settle('broken', error);
    }
    onUpgrade() {
        // Nothing that is relayed asks for one: see websocket-dial.ts.
    }
    #pass(chunk) {
        const passed = this.#hooks.onData(chunk);
        return passed.length === 0 || this.#response.write(passed);
    }
    #decode({ headers }, resume) {
        const decoder = (0,decode/* createDecoder */.$C)(headers['content-encoding']);
        if (typeof decoder === 'string')
            return;
        this.#decoded = new DecodedAnswer(decoder, {
            pass: (chunk) => this.#pass(chunk),
            onRoom: resume,
            onEnd: (error) => {
                this.#settle(error ? 'broken' : 'complete', error);
                if (error)
                    this.#abort?.(error);
            },
        });
    }
    #keep(chunk) {
        this.#silence?.refresh();
        this.#keptBytes += chunk.length;
        if (this.#keptBytes <= MAX_KEPT_BYTES)
            this.#kept.push(chunk);
        else if (this.#silence)
            this.#cutError(TOO_LARGE);
        return true;
    }
    /** What counts of an error is its status, and when to come again: it must not hang on a body that never ends. */
    #cutError(why) {
        const error = new RangeError(why);
        this.#settle('broken', error);
        this.#abort?.(error);
    }
    #clientClosed() {
        if (this.#isSettled || this.#response.writableFinished)
            return;
        this.#settle('gone', undefined);
        this.#abort?.(new Error('the client went away'));
    }
    /** Whichever side ends first decides, once. */
    #settle(kind, error) {
        if (this.#isSettled)
            return;
        this.#isSettled = true;
        clearTimeout(this.#silence);
        this.#response.off('close', this.#onClose);
        this.#decoded?.drop();
        const [only = NOTHING] = this.#kept;
        const kept = this.#kept.length > 1 ? Buffer.concat(this.#kept) : only;
        this.#resolve({ kind, head: this.#head, error, isUnsent: this.#abort === undefined, kept });
    }
}
/** The headers of an answer as they go on to the client, flat. */
function clientHeaders({ rawHeaders }, redact, dropped) {
    return (0,headers/* endToEndHeaders */.cu)(rawHeaders, dropped).map(redact);
}


/***/ }),

/***/ 7769:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ pathAt),
/* harmony export */   x: () => (/* binding */ parseUpstream)
/* harmony export */ });
/** Takes a base URL apart; a trailing `/v1` belongs to the paths, not to the base. */
function parseUpstream(baseUrl) {
    const url = new URL(baseUrl);
    return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '') };
}
/** `\u2026/paas/v4`, `\u2026/v1beta/openai`: a version of its own stands there. */
const VERSIONED = /\/v\d+(?:(?:alpha|beta)\d*)?(?:\/openai)?$/;
/** A dialect's path at an upstream: what stands there already, such as a version, takes the place of the usual one. */
function pathAt({ prefix }, path) {
    if (VERSIONED.test(prefix))
        return prefix + path.replace(/^\/v1(?:beta)?(?=\/)/, '');
    return prefix.endsWith('/openai') ? prefix + path.replace(/^\/openai(?=\/)/, '') : prefix + path;
}


/***/ }),

/***/ 2602:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ troubleFinding)
/* harmony export */ });
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9901);
/** What went wrong with the meter itself while a run went on, as findings. */

const KINDS = {
    'ledger-trouble': {
        level: 'warning',
        title: 'The ledger could not be written',
        advice: 'Look at the disk of the runner. The figures come from memory, so they are whole all the same.',
    },
    'not-handed-on': {
        level: 'error',
        title: 'Later steps could not be told of this run',
        advice: 'Something took away the files of the runner, so that `post` finds no record: look at what the agent, or a clean-up in it, removed.',
    },
    'unread-usage': {
        level: 'notice',
        title: 'An answer could not be read',
        advice: 'A call whose usage is not known is counted as unreported: compare with the gateway\u2019s own count.',
    },
    unexpected: {
        level: 'warning',
        title: 'The meter met an error of its own',
        advice: 'The run went on. Compare with the gateway\u2019s own count, and report this with the version of spendgate.',
    },
};
function troubleFinding({ id, message }) {
    const { level, title, advice } = KINDS[id];
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_0__/* .finding */ .gk)(level, id, title, message, { advice });
}


/***/ }),

/***/ 7693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $q: () => (/* binding */ noteFindings),
/* harmony export */   Lm: () => (/* binding */ wrapFindings),
/* harmony export */   Su: () => (/* binding */ earlierRun),
/* harmony export */   TH: () => (/* binding */ contractFindings),
/* harmony export */   b: () => (/* binding */ wrapReport),
/* harmony export */   pI: () => (/* binding */ wrapHeadline)
/* harmony export */ });
/* harmony import */ var _core_contract_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3245);
/* harmony import */ var _core_count_of_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(9028);
/* harmony import */ var _core_findings_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9901);
/* harmony import */ var _core_metric_rows_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7905);
/* harmony import */ var _core_usage_tables_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8152);
/* harmony import */ var _core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9212);
/* harmony import */ var _meter_neighbour_routes_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6773);
/* harmony import */ var _deps_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2868);
/* harmony import */ var _override_report_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4917);
/* harmony import */ var _run_record_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7435);










function wrapFindings(record, notes) {
    return [
        ...endFindings(record),
        ...noteFindings(record, notes),
        ...(0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__/* .unreportedUsage */ .Ih)(record),
        ...(0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__/* .nothingMetered */ .w0)(record),
        ...(0,_core_usage_verdict_js__WEBPACK_IMPORTED_MODULE_4__/* .heardFindings */ .XZ)(record),
    ];
}
function endFindings(record) {
    const { 'stop-reason': reason, 'stop-message': message } = record;
    const findings = [];
    if (message !== undefined) {
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)(reason === 'cancelled' ? 'warning' : 'error', 'run-stopped', `The run ended: ${reason}`, message));
    }
    if (reason === 'agent-failed') {
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'agent-failed', 'The agent failed', `The command ended with exit code ${record['exit-code']}.`));
    }
    return findings;
}
/** What stands neither in the figures of a record nor in how the run ended. */
function noteFindings(record, { observed, unpricedModels, otherRequests, reroutes, refusedSubagents, withheldHeaders }) {
    const findings = withheldFindings(withheldHeaders);
    if (observed !== undefined)
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'would-stop', 'A limit would have ended this run', `Without \`observe\` it would have ended with: ${observed}`));
    if (unpricedModels.length > 0) {
        const text = `${unpricedModels.join(', ')}: what these calls cost is not known, and \`max-cost\` may not have held for them.`;
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'unpriced-model', 'A model has no known price', text));
    }
    if (record['runner-minutes'] !== undefined && record['runner-cost-usd'] === undefined) {
        const text = '`minutes-price` has no price for a label of this runner, so its minutes are left out of the cost.';
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'minutes-unpriced', 'The runner has no price', text, {
            advice: 'Give `runner-label`, or a price without a label for all others.',
        }));
    }
    const spending = otherRequests.filter(_meter_neighbour_routes_js__WEBPACK_IMPORTED_MODULE_5__/* .isSpendingRoute */ .Iu);
    if (spending.length > 0) {
        const text = `${spending.join(', ')}: these routes report no usage the meter knows.`;
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'unmetered-calls', 'Requests went out unmetered', text));
    }
    if (reroutes.size > 0) {
        const text = [...reroutes].map(([route, calls]) => `${route} (${calls})`).join(', ');
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'fallback-served', 'A fallback answered', `${text}.`, {
            advice: 'It may cost more than the model that was asked for, or stand outside the budget: `mode: verify`. `on-fallback: stop` ends a run at once.',
        }));
    }
    for (const [limit, { calls, state }] of refusedSubagents) {
        const text = `${calls} at \`${limit}\`, the last one because ${state}.`;
        findings.push((0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('warning', 'subagent-refused', 'Calls beside the main loop were refused', text, {
            advice: 'The main loop went on without them. Raise the limit where the task needs them.',
        }));
    }
    return findings;
}
/** A header that is missing at the gateway is looked for at the gateway, unless somebody says so. */
function withheldFindings(withheld) {
    if (withheld.size === 0)
        return [];
    const text = [...withheld].map(([name, times]) => `${name} (${times})`).join(', ');
    return [
        (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'headers-withheld', 'Headers of the agent did not reach the gateway', `${text}.`, {
            advice: 'With `gateway-key` only the workflow says whose a call is, and by which rules it is paid: set it at the gateway, for the key.',
        }),
    ];
}
/** Answers may tell a version that a budget reading does not. */
function contractFindings({ gateway: { contract, id } }, now, version) {
    if (contract === undefined)
        return [];
    return (0,_core_contract_js__WEBPACK_IMPORTED_MODULE_0__/* .judgeContract */ .a)(contract, now, { id, version }).filter(({ level }) => level === 'warning');
}
/** @param canary what the rehearsal before the agent's start showed */
function wrapReport(config, record, findings, canary) {
    return {
        mode: 'wrap',
        task: config.task,
        key: config.task,
        status: (0,_deps_js__WEBPACK_IMPORTED_MODULE_6__/* .statusOf */ .c)(findings),
        headline: wrapHeadline(record),
        rows: (0,_core_metric_rows_js__WEBPACK_IMPORTED_MODULE_2__/* .usageRows */ .x4)(record, config.post.expect, config.wrap.limits),
        facts: [
            ['Models', (0,_run_record_js__WEBPACK_IMPORTED_MODULE_8__/* .renderModels */ .Ds)(record) || 'none'],
            ['Cost from', record['cost-source'] ?? 'unknown'],
            ['Calls of subagents', String(record['subagent-requests'] ?? 0)],
            ['Refused calls', String(record['refused-requests'] ?? 0)],
            ['Canary', canary],
            ...(0,_override_report_js__WEBPACK_IMPORTED_MODULE_7__/* .overrideReportFacts */ .Sl)(config),
            ...(0,_run_record_js__WEBPACK_IMPORTED_MODULE_8__/* .runnerFacts */ .Kd)(record),
            ...(0,_run_record_js__WEBPACK_IMPORTED_MODULE_8__/* .heardFacts */ .ib)(record),
        ],
        tables: (0,_core_usage_tables_js__WEBPACK_IMPORTED_MODULE_3__/* .usageTables */ .R)(record),
        findings,
        gate: undefined,
        runUrl: config.context.runUrl,
    };
}
/** `post` finds one record by the name of its task. */
function earlierRun(task) {
    const message = `An earlier run of the task ${task} stands in this job. A \`post\` judges the last run before it alone.`;
    return (0,_core_findings_js__WEBPACK_IMPORTED_MODULE_1__/* .finding */ .gk)('notice', 'earlier-run', 'This task ran in this job before', message, {
        advice: 'Where no `post` stands between them, give each run a `task` and a `post` of its own.',
    });
}
/** One line with the figures, for the log and the terminal. */
function wrapHeadline(record) {
    const { requests = 0, 'total-tokens': tokens, 'cost-usd': cost, 'unreported-requests': unreported, } = record;
    const used = tokens === undefined
        ? 'tokens not known'
        : `${atLeast(unreported)}${tokens.toLocaleString('en-US')} tokens`;
    // Where nothing was billed, the cost is zero by no source.
    const source = record['cost-source'] === 'unknown' ? '' : ` (${record['cost-source']})`;
    const spent = cost === undefined ? 'cost not known' : `${atLeast(record['unpriced-requests'])}${cost} USD${source}`;
    return `The run ended: ${record['stop-reason']}, exit code ${record['exit-code']}. ${(0,_core_count_of_js__WEBPACK_IMPORTED_MODULE_9__/* .countOf */ .p)(requests, 'model call')}, ${used}, ${spent}.`;
}
/** @param unknown how many calls are missing in a sum */
function atLeast(unknown) {
    return unknown > 0 ? 'at least ' : '';
}


/***/ }),

/***/ 7013:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  G: () => (/* binding */ killed),
  runWrap: () => (/* binding */ runWrap)
});

// EXTERNAL MODULE: ./lib/core/child-environment.js
var child_environment = __webpack_require__(5745);
// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(1923);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/core/limits.js
var limits = __webpack_require__(7535);
;// CONCATENATED MODULE: ./lib/modes/attribution.js
/** `undefined` where nothing is said and nothing withheld. */
function headerPolicy({ gateway, attribution: { how, facts }, isOurKey, }) {
    const told = how === 'off' ? {} : (gateway.attribute?.(facts, how) ?? {});
    const reserved = isOurKey ? gateway.reservedHeaders : undefined;
    const own = new Set(Object.keys(told));
    if (own.size === 0 && reserved === undefined)
        return undefined;
    const families = reserved?.families ?? [];
    const open = new Set(reserved?.except);
    const isWithheld = (name) => own.has(name) || (families.some((family) => name.startsWith(family)) && !open.has(name));
    return {
        added: Object.entries(told).flat(),
        // Some servers take the one for the other.
        withholds: (name) => isWithheld(name.includes('_') ? name.replaceAll('_', '-') : name),
    };
}
/** With the agent that the command shows, where none is named and it shows one. */
function withSeenAgent(config, agents, command) {
    const { facts } = config.attribution;
    const [seen, ...others] = agents.filter((agent) => agent.detect(command));
    if (facts.agent !== undefined || seen === undefined || others.length > 0)
        return config;
    return { ...config, attribution: { ...config.attribution, facts: { ...facts, agent: seen.id } } };
}

// EXTERNAL MODULE: ./lib/core/findings.js
var findings = __webpack_require__(9901);
// EXTERNAL MODULE: ./lib/core/ledger.js
var ledger = __webpack_require__(1546);
// EXTERNAL MODULE: ./lib/core/telemetry.js
var core_telemetry = __webpack_require__(740);
// EXTERNAL MODULE: ./lib/core/witness.js
var witness = __webpack_require__(80);
// EXTERNAL MODULE: ./lib/wire/decode.js
var decode = __webpack_require__(471);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(7597);
;// CONCATENATED MODULE: ./lib/wire/otlp.js
/**
 * Log events of OpenTelemetry's protocol, in its JSON form (`POST /v1/logs`). Only name and flat attributes are read: the
 * body of an event may be a prompt. What has another shape is skipped, since every program may send here.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */

/** A 64-bit integer is text in protobuf's JSON, and a number in what some exporters send. */
const integer = schemas/* union */.KCZ([
    schemas/* number */.aig().int(),
    schemas/* string */.YjP()
        .regex(/^-?\d{1,15}$/)
        .transform(Number),
]);
const attribute = schemas/* object */.Ikc({
    key: schemas/* string */.YjP(),
    value: schemas/* object */.Ikc({
        stringValue: schemas/* string */.YjP().optional(),
        intValue: integer.optional(),
        doubleValue: schemas/* number */.aig().optional(),
    }),
});
const list = (item) => schemas/* array */.YOg(item.optional().catch(undefined))
    .nullish()
    .transform((items) => (items ?? []).filter((found) => found !== undefined));
const record = schemas/* object */.Ikc({
    eventName: schemas/* string */.YjP().optional(),
    body: schemas/* object */.Ikc({ stringValue: schemas/* string */.YjP().optional() }).nullish(),
    attributes: list(attribute),
});
const logs = schemas/* object */.Ikc({
    resourceLogs: list(schemas/* object */.Ikc({ scopeLogs: list(schemas/* object */.Ikc({ logRecords: list(record) })) })),
});
/** @throws {z.ZodError} when it is no export of logs at all */
function readLogEvents(body) {
    const records = logs
        .parse(body)
        .resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
    return records.map(({ attributes, body: text, eventName }) => ({
        name: eventName ?? text?.stringValue ?? '',
        attributes: new Map(attributes.flatMap(({ key, value }) => {
            const found = value.stringValue ?? value.intValue ?? value.doubleValue;
            return found === undefined ? [] : [[key, found]];
        })),
    }));
}

// EXTERNAL MODULE: ./lib/wire/request-id.js
var request_id = __webpack_require__(6620);
// EXTERNAL MODULE: ./lib/meter/local-answer.js
var local_answer = __webpack_require__(5689);
;// CONCATENATED MODULE: ./lib/meter/telemetry-sink.js




const ROUTES = new Set(['/v1/logs', '/v1/metrics', '/v1/traces']);
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_CALLS = 50_000;
class TelemetrySink {
    /** True when telemetry told of more calls than are kept. */
    isCut = false;
    #told = new Map();
    #readEvent;
    constructor(readEvent) {
        this.#readEvent = readEvent;
    }
    /** Each call once: an exporter that heard no answer sends its events again. */
    get told() {
        return [...this.#told.values()];
    }
    owns(method, path) {
        return method === 'POST' && ROUTES.has(path);
    }
    async take(request, response, path) {
        (0,local_answer/* sendLocal */.k)(response, await this.#answer(request, path));
    }
    async #answer(request, path) {
        const { headers } = request;
        if (!/^application\/json\b/i.test(headers['content-type'] ?? ''))
            return answer(415, 'only JSON is read');
        try {
            const bytes = await readBounded(request);
            if (bytes === undefined)
                return answer(413, `at most ${MAX_BODY_BYTES} bytes are read`);
            const decoded = await (0,decode/* decodeBody */.Vj)(bytes, headers['content-encoding'], MAX_BODY_BYTES);
            const body = JSON.parse(decoded.toString('utf8'));
            if (path === '/v1/logs')
                for (const event of readLogEvents(body))
                    this.#note(event);
            return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
        }
        catch {
            // Not the error's words: they may quote what was sent.
            return answer(400, 'the export could not be read');
        }
    }
    #note(event) {
        const told = this.#readEvent(event);
        if (told === undefined)
            return;
        const requestId = (0,request_id/* boundedRequestId */.g)(told.requestId);
        const key = requestId ?? `#${this.#told.size}`;
        if (this.#told.size < MAX_CALLS || this.#told.has(key))
            this.#told.set(key, { ...told, requestId });
        else
            this.isCut = true;
    }
}
/** The rest is read and forgotten, so that the client hears the answer; `undefined` when it is too much. */
async function readBounded(request) {
    const parts = [];
    let size = 0;
    for await (const part of request) {
        size += part.length;
        if (size <= MAX_BODY_BYTES)
            parts.push(part);
    }
    return size <= MAX_BODY_BYTES ? Buffer.concat(parts) : undefined;
}
function answer(status, message) {
    const body = JSON.stringify({ message: `spendgate: ${message}.` });
    return { status, headers: { 'content-type': 'application/json' }, body };
}

;// CONCATENATED MODULE: ./lib/modes/hearing.js





/** The standard variables that send telemetry somewhere: then it is the user's own, and stays so. */
const OWN_COLLECTOR = /^OTEL_EXPORTER_OTLP_(?:LOGS_|METRICS_|TRACES_)?ENDPOINT$/;
class Hearing {
    /** Takes telemetry; `undefined` where none is wanted. */
    sink;
    #config;
    #startedAt;
    #collector;
    #agents = [];
    #environment = {};
    constructor(config, known, environment, startedAt) {
        this.#config = config;
        this.#startedAt = startedAt;
        this.#collector = Object.keys(environment).find((name) => OWN_COLLECTOR.test(name) && environment[name]);
        if (!config.wrap.agentTelemetry || this.#collector !== undefined)
            return;
        this.sink = new TelemetrySink((event) => {
            for (const agent of known) {
                const told = agent.readEvent?.(event);
                if (told !== undefined)
                    return told;
            }
            return undefined;
        });
    }
    /** @param agents the ones whose environment the command was given */
    noteStart(agents, environment) {
        this.#agents = agents;
        this.#environment = environment;
    }
    /** @param isCutShort true when the agent was killed, so that it may not have written down its last calls */
    hear(calls, isCutShort) {
        const { sink } = this;
        const named = sink ? (0,core_telemetry/* namedCallers */.yr)(sink.told, calls) : calls;
        const telemetry = sink && (0,core_telemetry/* joinTelemetry */._0)(sink.told, calls, sink.isCut);
        return {
            calls: named,
            witness: this.#hearReports(named, isCutShort),
            telemetry,
            findings: this.#findings(telemetry, calls),
        };
    }
    #hearReports(calls, isCutShort) {
        const context = {
            environment: this.#environment,
            workingDirectory: this.#config.wrap.workingDirectory ?? '.',
            startedAt: this.#startedAt,
        };
        const able = this.#agents.filter(({ readReport }) => readReport !== undefined);
        const accounts = able.flatMap((agent) => {
            const report = agent.readReport?.(context);
            return report === undefined ? [] : [{ ...report, agent: agent.id }];
        });
        return (0,witness/* hearWitness */.ao)(accounts, calls, isCutShort || accounts.length < able.length);
    }
    #findings(telemetry, calls) {
        if (this.#config.wrap.agentTelemetry && this.#collector !== undefined) {
            const message = `\`${this.#collector}\` is set, so the agent\u2019s telemetry goes where it says, and \`agent-telemetry\` has nothing to join.`;
            return [
                (0,findings/* finding */.gk)('notice', 'telemetry-left-alone', 'Telemetry is left alone', message, {
                    advice: `Leave \`${this.#collector}\` out of this step, or \`agent-telemetry\`.`,
                }),
            ];
        }
        if (telemetry?.events !== 0 || !calls.some(ledger/* isBillable */.o9))
            return [];
        const message = '`agent-telemetry` is on, and no call was told of. Claude Code can send it; an agent that was killed may not have.';
        return [
            (0,findings/* finding */.gk)('notice', 'telemetry-missing', 'No telemetry arrived', message, {
                advice: 'Leave `agent-telemetry` out for an agent that sends none; the calls are counted all the same.',
            }),
        ];
    }
}

// EXTERNAL MODULE: ./lib/modes/marks.js
var marks = __webpack_require__(8266);
// EXTERNAL MODULE: ./lib/core/budget.js
var budget = __webpack_require__(9610);
// EXTERNAL MODULE: ./lib/core/weights.js
var core_weights = __webpack_require__(5746);
// EXTERNAL MODULE: ./lib/meter/admission.js
var admission = __webpack_require__(2324);
;// CONCATENATED MODULE: ./lib/meter/flight.js
/**
 * What is under way, in no order. Not a set: V8 links each table that a set has outgrown to the next one, so that one old table
 * keeps everything alive that came after it, and a meter's memory grows by what each of its calls held.
 */
class Flight {
    #items = [];
    get size() {
        return this.#items.length;
    }
    add(item) {
        this.#items.push(item);
    }
    /** False when it was not there. */
    delete(item) {
        const at = this.#items.indexOf(item);
        const last = at === -1 ? undefined : this.#items.pop();
        if (last !== undefined && at < this.#items.length)
            this.#items[at] = last;
        return at !== -1;
    }
    find(test) {
        return this.#items.find(test);
    }
    some(test) {
        return this.#items.some(test);
    }
    [Symbol.iterator]() {
        return this.#items[Symbol.iterator]();
    }
}

// EXTERNAL MODULE: ./lib/core/price.js
var core_price = __webpack_require__(7718);
;// CONCATENATED MODULE: ./lib/meter/answer-sizes.js
/**
 * How long the answers of this run are, so that a call is neither cut where it would not have to be, nor kept waiting for
 * room that it will not use. Only a matter of comfort: what a call is held at is its ceiling, whatever it turns out to be.
 */
/** Before anything is known, and at most. */
const MOST_COMFORTABLE = 8192;
/** Less than this, and a tool call of any size is cut. */
const LEAST_COMFORTABLE = 1024;
/** Twice what all but the longest answers took. */
const QUANTILE = 0.95;
const MARGIN = 2;
const LEAST_SAMPLES = 20;
const MAX_SAMPLES = 200;
/** Answers between two looks at all of them. */
const LOOK_EVERY = 10;
class AnswerSizes {
    #seen = new Map();
    #comfortable = new Map();
    learn(kind, outputTokens) {
        const seen = this.#seen.get(kind) ?? { answers: [], learned: 0 };
        this.#seen.set(kind, seen);
        seen.answers.push(outputTokens);
        if (seen.answers.length > MAX_SAMPLES)
            seen.answers.shift();
        seen.learned += 1;
        if (seen.learned < LEAST_SAMPLES || seen.learned % LOOK_EVERY !== 0)
            return;
        const { answers } = seen;
        const long = Float64Array.from(answers).sort()[Math.floor(answers.length * QUANTILE)] ?? MOST_COMFORTABLE;
        this.#comfortable.set(kind, Math.min(MOST_COMFORTABLE, Math.max(LEAST_COMFORTABLE, long * MARGIN)));
    }
    /** Rather than being cut below this, a call waits for the reservations of others. */
    comfortable(kind) {
        return this.#comfortable.get(kind) ?? MOST_COMFORTABLE;
    }
}

;// CONCATENATED MODULE: ./lib/meter/estimator.js
/**
 * How many input tokens a request will cost, before anybody has counted them: learned in this run from the calls that
 * settled, per dialect and model, because only the upstream knows its tokeniser and its hidden prompts.
 */
/** Two bytes a token is denser than any prose or code; it bounds what a longer request adds, unless the run has seen denser. */
const TOKENS_PER_ADDED_BYTE = 0.5;
/** In a smaller request a prompt that the upstream adds would be taken for dense text. */
const LEAST_TELLING_BYTES = 8192;
/** No tokeniser makes more of one. */
const MOST_TOKENS_PER_BYTE = 1;
/** Nothing real has been seen below one token for four bytes of JSON, so no estimate goes far below it. */
const LEAST_TOKENS_PER_BYTE = 0.2;
const estimator_MARGIN = 1.1;
/** A first guess also allows for what the upstream adds itself: tool prompts, templates. */
const FIRST_GUESS_OVERHEAD = 1000;
const estimator_MAX_SAMPLES = 256;
/** An agent may name as many files as it likes. */
const MAX_OUTSIDE = 1000;
class InputEstimator {
    #samples = new Map();
    /** Tokens a byte of the densest call of each kind. */
    #densest = new Map();
    #outside = new Map();
    /** False until one call of this kind has settled with a reported input. */
    hasLearned(kind) {
        return this.#samples.has(kind);
    }
    /**
     * An upper estimate: the nearest smaller call seen, plus what is added to it can hold at most.
     * @param bytes of text
     * @param mediaTokens of what is no text, at most; calls with more of it tell nothing of one with less
     */
    estimate(kind, bytes, mediaTokens = 0) {
        const samples = this.#samples.get(kind)?.filter((sample) => sample.mediaTokens <= mediaTokens) ?? [];
        const [smallest] = samples;
        if (smallest === undefined)
            return Math.ceil(bytes * TOKENS_PER_ADDED_BYTE + FIRST_GUESS_OVERHEAD) + mediaTokens;
        const perByte = this.#densest.get(kind) ?? TOKENS_PER_ADDED_BYTE;
        const added = (sample) => Math.max(0, bytes - sample.bytes) * perByte + mediaTokens - sample.mediaTokens;
        const nearest = samples
            .filter((sample) => sample.bytes <= bytes)
            .reduce((best, sample) => (added(sample) <= added(best) ? sample : best), smallest);
        const addedMedia = mediaTokens - nearest.mediaTokens;
        const learned = nearest.tokens * estimator_MARGIN + added(nearest) - addedMedia;
        const text = bytes < nearest.bytes ? Math.min(learned, mostOfSmaller(bytes, samples) + mediaTokens) : learned;
        return Math.ceil(Math.max(text, bytes * LEAST_TOKENS_PER_BYTE)) + addedMedia;
    }
    /** Tokens of input that stands outside of requests and never changes; `undefined` before a call with it has settled. */
    estimateOutside(kind, identity) {
        const tokens = this.#outside.get(`${kind} ${identity}`);
        return tokens === undefined ? undefined : Math.ceil(tokens * estimator_MARGIN);
    }
    /** @param tokens of a whole call with it: at least those of what stands outside */
    learnOutside(kind, identity, tokens) {
        const key = `${kind} ${identity}`;
        const known = this.#outside.get(key);
        if (known !== undefined || this.#outside.size < MAX_OUTSIDE)
            this.#outside.set(key, Math.max(tokens, known ?? 0));
    }
    /** Samples are kept in order of size; of equal size the larger count stays. */
    learn(kind, bytes, tokens, mediaTokens = 0) {
        if (bytes >= LEAST_TELLING_BYTES && mediaTokens === 0)
            this.#noteDensity(kind, (tokens - FIRST_GUESS_OVERHEAD) / bytes);
        const samples = this.#samples.get(kind) ?? [];
        const at = placeOf(samples, { bytes, mediaTokens });
        const next = samples[at];
        const same = next?.bytes === bytes && next.mediaTokens === mediaTokens ? next : undefined;
        if (same !== undefined && same.tokens >= tokens)
            return;
        const kept = { bytes, mediaTokens, tokens };
        samples.splice(at, same === undefined ? 0 : 1, kept);
        const isFull = samples.length > estimator_MAX_SAMPLES;
        this.#samples.set(kind, isFull ? samples.filter((_, index) => index % 2 === 0) : samples);
    }
    #noteDensity(kind, tokensPerByte) {
        const known = this.#densest.get(kind) ?? TOKENS_PER_ADDED_BYTE;
        if (tokensPerByte > known)
            this.#densest.set(kind, Math.min(tokensPerByte, MOST_TOKENS_PER_BYTE));
    }
}
/** Where a sample of this size stands, or belongs. */
function placeOf(samples, { bytes, mediaTokens }) {
    let [from, until] = [0, samples.length];
    while (from < until) {
        const middle = (from + until) >> 1;
        const { bytes: size = 0, mediaTokens: media = 0 } = samples[middle] ?? {};
        if (size < bytes || (size === bytes && media < mediaTokens))
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}
/**
 * What a request can come to that is smaller than all that were seen: its own bytes, and what the upstream may have added to
 * each of those, which is at most what their text cannot account for.
 */
function mostOfSmaller(bytes, samples) {
    const added = samples.map((seen) => seen.tokens - seen.bytes * LEAST_TOKENS_PER_BYTE);
    return bytes * MOST_TOKENS_PER_BYTE + Math.max(FIRST_GUESS_OVERHEAD, Math.min(...added));
}

;// CONCATENATED MODULE: ./lib/meter/output-bound.js
/**
 * How long an answer can have been that was cut or aborted, so that nobody counted it. What was streamed is no bound, since
 * reasoning may be hidden; time is. No call of this run was faster than the fastest one seen, times a margin; and since the
 * agent can choose to see slow ones, none counts as slower than what providers reach.
 */
/**
 * A provider's load changes from one moment to the next, and with it its speed. The fastest of a few answers may be far
 * outdone by the next one, the fastest of many of such a length hardly.
 */
const output_bound_MARGIN = 3;
const LEAST_MARGIN = 1.5;
const output_bound_LEAST_SAMPLES = 5;
/** Tokens in a millisecond. Large models reach a few hundred in a second; hardly a thousand. */
const LEAST_SPEED = 1;
/** While too few answers have been seen to tell: more than the fastest hardware there is. */
const UNKNOWN_SPEED = 4;
/** An answer this short was mostly waiting, and says nothing of speed. */
const LEAST_TOKENS = 32;
/** Nor does one say much of another that took more than so many times as long. */
const ALIKE = 4;
const output_bound_MAX_SAMPLES = 200;
class OutputBound {
    #seen = new Map();
    learn(kind, outputTokens, durationMs) {
        if (outputTokens < LEAST_TOKENS || durationMs <= 0)
            return;
        const seen = this.#seen.get(kind) ?? { tokensPerMs: 0, durations: [] };
        seen.tokensPerMs = Math.max(seen.tokensPerMs, outputTokens / durationMs);
        seen.durations.push(durationMs);
        if (seen.durations.length > output_bound_MAX_SAMPLES)
            seen.durations.shift();
        this.#seen.set(kind, seen);
    }
    /**
     * Output tokens at most; never more than was reserved.
     * @param durationMs from sending the call to its end
     * @param cameTokens what came until then, as far as anybody can tell
     */
    bound(kind, reserved, durationMs, cameTokens = 0) {
        const most = Math.ceil(this.#speed(kind, durationMs) * Math.max(0, durationMs)) + LEAST_TOKENS;
        return Math.min(reserved, Math.max(most, cameTokens));
    }
    #speed(kind, durationMs) {
        const seen = this.#seen.get(kind);
        const alike = seen?.durations.filter((known) => known * ALIKE >= durationMs).length ?? 0;
        const fastest = (seen?.tokensPerMs ?? 0) * marginOf(alike);
        const isKnown = seen !== undefined && seen.durations.length >= output_bound_LEAST_SAMPLES;
        return Math.max(fastest, isKnown ? LEAST_SPEED : UNKNOWN_SPEED);
    }
}
function marginOf(alike) {
    const spread = (output_bound_MARGIN - 1) * Math.sqrt(output_bound_LEAST_SAMPLES / Math.max(output_bound_LEAST_SAMPLES, alike));
    return Math.max(LEAST_MARGIN, 1 + spread);
}

// EXTERNAL MODULE: ./lib/core/money.js
var money = __webpack_require__(5499);
// EXTERNAL MODULE: ./lib/core/usage.js
var core_usage = __webpack_require__(6940);
;// CONCATENATED MODULE: ./lib/meter/room.js




const UNBOUNDED = { outputTokens: Number.POSITIVE_INFINITY, binding: undefined };
function roomFor(ticket, limits, used, weights) {
    const room = worthRoom(tokenRoom(UNBOUNDED, ticket, limits, used), ticket, { limits, used, weights });
    return room.outputTokens < 0 ? { ...room, outputTokens: 0 } : room;
}
/** The first limit of those that leave the least stands. */
function narrower(room, binding, outputTokens) {
    return outputTokens < room.outputTokens || room.binding === undefined ? { outputTokens, binding } : room;
}
function tokenRoom(room, { inputTokens, asideTokens = 0 }, { maxTokens, maxInputTokens, maxOutputTokens }, used) {
    let least = room;
    if (maxTokens !== undefined) {
        const left = maxTokens - used.inputTokens - used.outputTokens;
        least = narrower(least, 'max-tokens', left - inputTokens - asideTokens);
    }
    if (maxOutputTokens !== undefined)
        least = narrower(least, 'max-output-tokens', maxOutputTokens - used.outputTokens - asideTokens);
    if (maxInputTokens !== undefined) {
        const fits = maxInputTokens - used.inputTokens >= inputTokens;
        least = narrower(least, 'max-input-tokens', fits ? Number.POSITIVE_INFINITY : 0);
    }
    return least;
}
/** With the limits that tell one token from another. */
function worthRoom(room, { inputTokens, price, mayWriteLongCache, asideTokens = 0, feeNanoUsd = 0 }, run) {
    const { maxCostNanoUsd, maxWeightedTokens } = run.limits;
    let least = room;
    if (maxCostNanoUsd !== undefined && price !== undefined) {
        const needed = (0,core_price/* priceAtMost */.SO)(price, inputTokens, asideTokens, mayWriteLongCache) + feeNanoUsd;
        const left = maxCostNanoUsd - run.used.costNanoUsd - needed;
        least = narrower(least, 'max-cost', tokensFor(left, (0,core_price/* pricesAt */.oI)(price, inputTokens).output / 1e6));
    }
    if (maxWeightedTokens !== undefined) {
        const { output } = (0,core_weights/* dearestWeights */.Wo)(run.weights);
        const left = maxWeightedTokens - run.used.weightedTokens;
        const needed = (0,core_weights/* weighAtMost */.vT)(run.weights, inputTokens, asideTokens);
        least = narrower(least, 'max-weighted-tokens', tokensFor(left - needed, output / 1000));
    }
    return least;
}
function tokensFor(left, perToken) {
    const isFree = perToken === 0 && left >= 0;
    return isFree ? Number.POSITIVE_INFINITY : left / (perToken || 1);
}
/**
 * Cost of a call that told none: exact where its input was told with its cache, else at the dearest rate it can have had.
 * @param inputTokens what it read at most; beyond what it told, all of it at the dearest rate
 */
function costAtMost({ price, mayWriteLongCache, feeNanoUsd = 0 }, usage, inputTokens, outputTokens) {
    if (price === undefined)
        return feeNanoUsd;
    const told = usage.cacheReadTokens === undefined ? undefined : usage.inputTokens;
    const counted = mayWriteLongCache ? (0,core_usage/* longWrites */.L8)(usage) : usage;
    const exact = told === undefined ? undefined : (0,core_price/* priceUsage */.zP)(price, { ...counted, outputTokens });
    if (told === undefined || exact === undefined)
        return (0,core_price/* priceAtMost */.SO)(price, inputTokens, outputTokens, mayWriteLongCache) + feeNanoUsd;
    const whole = (0,core_price/* priceAtMost */.SO)(price, Math.max(inputTokens, told), 0, mayWriteLongCache);
    return exact + whole - (0,core_price/* priceAtMost */.SO)(price, told, 0, mayWriteLongCache) + feeNanoUsd;
}
/**
 * Weighted tokens of a call: exact where its input was told with its cache, or all of it; else the most it can weigh.
 * @param inputTokens as for its cost
 */
function weightAtMost(weights, usage, inputTokens, outputTokens) {
    const isWhole = usage.outputTokens !== undefined;
    const { output } = (0,core_weights/* dearestWeights */.Wo)(weights);
    const held = isWhole ? weights : { ...weights, output, reasoning: output };
    const isTold = isWhole || usage.cacheReadTokens !== undefined;
    const exact = isTold ? (0,core_weights/* weighUsage */.I4)(held, { ...usage, outputTokens }) : undefined;
    if (exact === undefined)
        return (0,core_weights/* weighAtMost */.vT)(weights, inputTokens, outputTokens);
    return exact + (0,core_weights/* weighAtMost */.vT)(weights, Math.max(0, inputTokens - (usage.inputTokens ?? 0)), 0);
}
/** What is used of a limit, and what the next call would need; for the agent and for a person. */
function renderState(limit, limits, spent, inputTokens) {
    const { inputTokens: input, outputTokens: output, costNanoUsd } = spent;
    const next = `; the next call needs about ${inputTokens} input tokens and an answer`;
    const states = {
        'max-cost': `${(0,money/* renderUsd */.NX)(costNanoUsd)} of ${(0,money/* renderUsd */.NX)(limits.maxCostNanoUsd ?? 0)} are spent${next}`,
        'max-input-tokens': `${input} of ${limits.maxInputTokens} input tokens are used${next}`,
        'max-output-tokens': `${output} of ${limits.maxOutputTokens} output tokens are used`,
        'max-weighted-tokens': `${spent.weightedTokens} of ${limits.maxWeightedTokens} weighted tokens are used${next}`,
        'max-tokens': `${input + output} of ${limits.maxTokens} tokens are used${next}`,
    };
    return states[limit] ?? 'the limit is reached';
}

;// CONCATENATED MODULE: ./lib/meter/seen-text.js
/**
 * How many tokens a request can have at most, whatever stands in it: no tokeniser makes more than one of a byte. What stood in
 * a call that has settled came to no more than that call did, so of a conversation that goes on only what is new counts so.
 */
const seen_text_MAX_CALLS = 256;
/** Of all calls that are remembered, each counted in each of them. */
const MAX_CHUNKS = 60_000;
/** A piece that all calls share, such as the tools, says little of which of them this one goes on from. */
const CALLS_PER_CHUNK = 2;
const MAX_CANDIDATES = 4;
/** Of calls that nobody has asked for, the last ones: what goes on from an older one most often goes on from these. */
const MAX_UNREAD = 32;
const MAX_HELD_BYTES = 4 * 1024 * 1024;
class SeenText {
    #calls = new Map();
    /** The last calls that each piece stood in, by its hash. */
    #callsWith = new Map();
    #unread = [];
    #heldBytes = 0;
    #count = 0;
    #chunks = 0;
    learn(kind, pieces, tokens) {
        const { heldBytes } = pieces;
        // What is told apart need not keep the bytes that it was told of.
        const kept = heldBytes === 0 ? { chunks: pieces.chunks, heldBytes } : pieces;
        const call = { kind, pieces: kept, heldBytes, tokens };
        if (heldBytes > MAX_HELD_BYTES) {
            this.#read(call);
            return;
        }
        kept.hold?.();
        this.#unread.push(call);
        this.#heldBytes += heldBytes;
        while (this.#unread.length > MAX_UNREAD || this.#heldBytes > MAX_HELD_BYTES) {
            const oldest = this.#takeUnread();
            // Its pieces were told apart while it was under way, so that it costs nothing to keep.
            if (oldest?.heldBytes === 0)
                this.#read(oldest);
            else
                oldest?.pieces.letGo?.();
        }
    }
    #takeUnread() {
        const oldest = this.#unread.shift();
        this.#heldBytes -= oldest?.heldBytes ?? 0;
        return oldest;
    }
    #read({ kind, pieces: { chunks }, tokens }) {
        this.#count += 1;
        this.#calls.set(this.#count, { kind, tokens, chunks });
        this.#chunks += chunks.size;
        for (const hash of chunks.keys()) {
            const calls = this.#callsWith.get(hash) ?? [];
            this.#callsWith.set(hash, [...calls, this.#count].slice(-CALLS_PER_CHUNK));
        }
        for (const [id, call] of this.#calls) {
            const isKept = this.#calls.size <= seen_text_MAX_CALLS && this.#chunks <= MAX_CHUNKS;
            if (isKept || id === this.#count)
                return;
            this.#forget(id, call);
        }
    }
    #forget(id, { chunks }) {
        this.#calls.delete(id);
        this.#chunks -= chunks.size;
        for (const hash of chunks.keys()) {
            const others = this.#callsWith.get(hash)?.filter((other) => other !== id) ?? [];
            if (others.length > 0)
                this.#callsWith.set(hash, others);
            else
                this.#callsWith.delete(hash);
        }
    }
    /** Input tokens at most. @param bytes of the request, those of its pieces and all others */
    bound(kind, { chunks }, bytes) {
        for (let next = this.#takeUnread(); next !== undefined; next = this.#takeUnread())
            this.#read(next);
        const bounds = this.#candidates(chunks).flatMap((call) => {
            if (call.kind !== kind)
                return [];
            let seen = 0;
            for (const [hash, size] of chunks)
                if (call.chunks.has(hash))
                    seen += size;
            return [call.tokens + bytes - seen];
        });
        return Math.min(bytes, ...bounds);
    }
    /** The calls that share the most with these pieces. */
    #candidates(chunks) {
        const shared = new Map();
        for (const [hash, size] of chunks)
            for (const call of this.#callsWith.get(hash) ?? [])
                shared.set(call, (shared.get(call) ?? 0) + size);
        return [...shared]
            .sort(([, a], [, b]) => b - a)
            .slice(0, MAX_CANDIDATES)
            .flatMap(([call]) => this.#calls.get(call) ?? []);
    }
}

;// CONCATENATED MODULE: ./lib/meter/reckoner.js
/** What calls come to that nobody counted, or that are still to come: learned in this run from those that were counted. */






/** Of more than these the oldest stay as they were reckoned last. */
const MAX_UNCOUNTED = 100;
class Reckoner {
    input = new InputEstimator();
    seen = new SeenText();
    answerSizes = new AnswerSizes();
    #outputBound = new OutputBound();
    #weights;
    #uncounted = [];
    constructor(weights) {
        this.#weights = weights;
    }
    /** What an ended call came to: as it was told, else at most, and never above what was reserved. */
    reckon(ticket, settlement, durationMs) {
        const told = settlement.kind === 'known' ? settlement.usage.outputTokens : undefined;
        const once = settlement.kind === 'known' ? settlement.inputOnce : undefined;
        this.#learn(ticket, once ?? settlement.usage.inputTokens, told, durationMs);
        const { kind, inputTokens, outputTokens, price, mayWriteLongCache, feeNanoUsd = 0, hold } = ticket;
        const mayReadMore = hold.reads > 1 || hold.inputTokens > hold.leastInputTokens;
        const held = { kind, inputTokens, outputTokens, price, mayWriteLongCache, feeNanoUsd, mayReadMore };
        const call = this.#atMost(held, settlement, durationMs);
        if (told === undefined) {
            this.#uncounted.push({ held, settlement, durationMs, call });
        }
        if (this.#uncounted.length > MAX_UNCOUNTED)
            this.#uncounted.shift();
        return call;
    }
    /** By how much earlier calls are reckoned higher by what is known now. What is reckoned once is never given back. */
    *revise() {
        for (const uncounted of this.#uncounted) {
            const { held, settlement, durationMs, call: before } = uncounted;
            const after = this.#atMost(held, settlement, durationMs);
            if (after.outputTokens <= before.outputTokens)
                continue;
            uncounted.call = after;
            yield { before, after };
        }
    }
    #atMost(held, settlement, durationMs) {
        const { usage } = settlement;
        const told = settlement.kind === 'known' ? usage.outputTokens : undefined;
        const isCut = settlement.kind === 'unknown' && held.mayReadMore;
        const input = isCut
            ? Math.max(usage.inputTokens ?? 0, held.inputTokens)
            : (usage.inputTokens ?? held.inputTokens);
        const output = told ?? this.#outputAtMost(held, settlement, durationMs);
        const reported = settlement.kind === 'known' ? settlement.costNanoUsd : undefined;
        const other = settlement.kind === 'unknown' ? settlement.price : undefined;
        const price = (0,core_price/* dearestOf */.uH)([held.price, other].filter((known) => known !== undefined));
        return {
            inputTokens: input,
            outputTokens: output,
            costNanoUsd: reported ?? costAtMost({ ...held, price }, usage, input, output),
            weightedTokens: weightAtMost(this.#weights, { ...usage, outputTokens: told }, input, output),
        };
    }
    #outputAtMost({ kind, outputTokens }, settlement, durationMs) {
        if (settlement.kind === 'known' || settlement.mayGoOn)
            return outputTokens;
        const { usage, textTokens = 0 } = settlement;
        const came = Math.max(textTokens, usage.outputTokens ?? 0);
        const most = Math.min(outputTokens, settlement.mostTokens ?? outputTokens);
        return this.#outputBound.bound(kind, most, durationMs, came);
    }
    #learn({ kind, pieces, hold }, inputTokens, outputTokens, durationMs) {
        if (inputTokens !== undefined && hold.teaches !== 'nothing') {
            // Fewer than any text has: a part of the request was for somebody else than the model.
            if (inputTokens >= hold.text.bytes * LEAST_TOKENS_PER_BYTE)
                this.seen.learn(kind, pieces, inputTokens);
            this.#learnInput(kind, hold, inputTokens);
        }
        if (outputTokens === undefined)
            return;
        this.#outputBound.learn(kind, outputTokens, durationMs);
        this.answerSizes.learn(kind, outputTokens);
    }
    #learnInput(kind, { teaches, text }, tokens) {
        if (typeof teaches === 'object')
            this.input.learnOutside(kind, teaches.identity, tokens);
        else if (teaches === 'bytes')
            this.input.learn(kind, text.bytes, tokens, text.mediaTokens);
        else if (teaches === 'bytes-at-most')
            this.input.learn(kind, text.bytes, Math.min(tokens, text.estimate), text.mediaTokens);
    }
}

;// CONCATENATED MODULE: ./lib/meter/books.js


class Books {
    /** What calls come to that nobody counted. */
    reckoner;
    #spent = {
        inputTokens: 0,
        outputTokens: 0,
        costNanoUsd: 0,
        weightedTokens: 0,
        requests: 0,
        retries: 0,
    };
    #held = new Flight();
    /** Held by requests that are no call unless they turn out to cost something. */
    #warmUps = new WeakSet();
    #retries = new WeakSet();
    constructor(weights) {
        this.reckoner = new Reckoner(weights);
    }
    get spent() {
        return this.#spent;
    }
    /** Calls under way. */
    get inFlight() {
        return this.#held.size;
    }
    /** Spent and held together. */
    used() {
        const used = { ...this.#spent };
        for (const ticket of this.#held)
            addTo(used, ticket);
        return used;
    }
    /** The same, if the bytes of those under way are as dense as bytes can be. */
    usedAtDensest(look) {
        const used = { ...this.#spent };
        for (const { densest } of this.#held)
            addTo(used, look(densest));
        return used;
    }
    /** The first call of a kind goes alone: only its answer tells how many tokens its bytes are. */
    mustLearnFirst(kind) {
        return !this.reckoner.input.hasLearned(kind) && this.#held.some((ticket) => ticket.kind === kind);
    }
    hold(ticket, { isWarmUp, isRetry }) {
        this.#held.add(ticket);
        if (isWarmUp) {
            this.#warmUps.add(ticket);
            return;
        }
        this.#spent.requests += 1;
        if (!isRetry)
            return;
        this.#retries.add(ticket);
        this.#spent.retries += 1;
    }
    /** Counts a call whose usage nobody can read. */
    noteUnmetered() {
        this.#spent.requests += 1;
    }
    /** Gives back what a call held that never left; false when nothing is held. */
    release(ticket) {
        if (!this.#held.delete(ticket))
            return false;
        if (!this.#warmUps.has(ticket))
            this.#spent.requests -= 1;
        if (this.#retries.has(ticket))
            this.#spent.retries -= 1;
        return true;
    }
    /** What was held for a call that has ended is held no more; false when nothing was. */
    close(ticket) {
        if (!this.#held.delete(ticket))
            return false;
        if (this.#warmUps.has(ticket))
            this.#spent.requests += 1;
        return true;
    }
    /** Enters what an ended call came to, and what earlier ones come to by what is known now. */
    enter(ticket, settlement, durationMs) {
        const call = this.reckoner.reckon(ticket, settlement, durationMs);
        addTo(this.#spent, call);
        for (const { before, after } of this.reckoner.revise()) {
            addTo(this.#spent, before, -1);
            addTo(this.#spent, after);
        }
        return call;
    }
}
function addTo(sum, call, times = 1) {
    sum.inputTokens += times * call.inputTokens;
    sum.outputTokens += times * call.outputTokens;
    sum.costNanoUsd += times * call.costNanoUsd;
    sum.weightedTokens += times * call.weightedTokens;
}

;// CONCATENATED MODULE: ./lib/meter/call-limits.js
/** `undefined` when this call may leave. */
function refuseCall(facts, hold, limits) {
    const { leastInputTokens, reads, unknownSize } = hold;
    const inputTokens = leastInputTokens / reads;
    const { requestMaxInputTokens, requestMaxOutputTokens } = limits;
    const ofUsage = facts.isDetached ? limitOfUsage(limits) : undefined;
    if (ofUsage !== undefined) {
        const reason = 'spendgate refused this call: a background response reports its usage to nobody, and this run has limits.';
        return { limit: ofUsage, reason };
    }
    if (requestMaxInputTokens !== undefined && inputTokens > requestMaxInputTokens) {
        const bound = `\`request-max-input-tokens\` is ${requestMaxInputTokens}`;
        const reason = unknownSize === undefined
            ? `spendgate refused this call: its input is about ${inputTokens} tokens, and ${bound}. Send less context.`
            : refuseUnknownSize(hold, bound);
        return { limit: 'request-max-input-tokens', reason };
    }
    const floor = facts.outputFloor * facts.choices;
    if (requestMaxOutputTokens !== undefined && requestMaxOutputTokens < floor) {
        const why = facts.choices > 1 ? `${facts.choices} answers` : 'a thinking budget';
        const reason = `spendgate refused this call: it needs room for ${floor} output tokens (${why}), and \`request-max-output-tokens\` is ${requestMaxOutputTokens}.`;
        return { limit: 'request-max-output-tokens', reason };
    }
    const { ownCeiling = 0 } = facts.aside ?? {};
    if (requestMaxOutputTokens !== undefined && requestMaxOutputTokens < ownCeiling) {
        const reason = `spendgate refused this call: it allows a fallback or an advisor ${ownCeiling} output tokens, and \`request-max-output-tokens\` is ${requestMaxOutputTokens}. Allow it less.`;
        return { limit: 'request-max-output-tokens', reason };
    }
    return undefined;
}
/** @param why that is too much */
function refuseUnknownSize({ unknownSize, leastInputTokens }, why) {
    return `spendgate refused this call: a part of its input (${unknownSize}) does not stand in the request, so that it may have up to ${leastInputTokens} tokens, as much as the model takes, and ${why}. Send what is needed of it in the request itself; a person can raise the limit.`;
}
/** For a request on a route that the meter cannot read. */
function refuseUnmetered(route) {
    return `spendgate refused this call: nobody can tell what ${route} uses, and \`on-unpriced\` is \`block\`. Do not retry.`;
}
/** A limit on tokens or cost; `undefined` where none is set. */
function limitOfUsage(limits) {
    const set = [
        ['max-cost', limits.maxCostNanoUsd],
        ['max-tokens', limits.maxTokens],
        ['max-input-tokens', limits.maxInputTokens],
        ['max-output-tokens', limits.maxOutputTokens],
        ['max-weighted-tokens', limits.maxWeightedTokens],
    ];
    return set.find(([, limit]) => limit !== undefined)?.[0];
}

;// CONCATENATED MODULE: ./lib/meter/call-price.js
/** At what a call is held, before anybody knows which of the models it names will answer, and how often its input is read. */

/** Of several models that may answer the dearest; `undefined` where one of them has no price. */
function priceOf(facts, prices) {
    if (prices === undefined)
        return undefined;
    const names = modelsOf(facts);
    const found = names.map((name) => (0,core_price/* findPrice */.vk)(prices, name)).filter((price) => price !== undefined);
    const price = found.length === names.length ? (0,core_price/* dearestOf */.uH)(found) : undefined;
    return price && (0,core_price/* timesPrice */.a9)(price, facts.surcharge?.factor ?? 1);
}
/** The first model without a price. */
function unpricedOf(facts, prices) {
    return modelsOf(facts).find((name) => prices === undefined || (0,core_price/* findPrice */.vk)(prices, name) === undefined);
}
/** How often the server may read the input, calls that it makes itself included. */
function readings({ aside }) {
    return 1 + (aside?.inputReads ?? 0);
}
function modelsOf({ model, otherModels = [] }) {
    return model === undefined ? otherModels : [model, ...otherModels];
}

;// CONCATENATED MODULE: ./lib/meter/kept-back.js

/** Refusals while the main agent makes no call: of one that has an id, and of all together. */
const MAX_OF_ONE = 3;
const MAX_OF_ALL = 100;
class KeptBack {
    /** By the limit of which the rest is kept. */
    refused = new Map();
    #ofOne = new Map();
    #ofAll = 0;
    refuse(caller, limit) {
        const state = 'what was left of it was kept for the main agent to hand in';
        this.refused.set(limit, { calls: (this.refused.get(limit)?.calls ?? 0) + 1, state });
        this.#ofAll += 1;
        const inARow = this.#countOf(caller?.agentId);
        if (inARow < MAX_OF_ONE && this.#ofAll < MAX_OF_ALL)
            return { reason: reasonAt(limit) };
        const calls = inARow < MAX_OF_ONE ? `${this.#ofAll} refusals` : `${inARow} refusals of this subagent`;
        const stop = (0,admission/* stopAt */.mk)(limit, `what is left is kept for the main agent, and calls go on after ${calls}`);
        return { reason: (0,admission/* renderRefusal */.$W)(stop), stop };
    }
    /** The main agent goes on: whoever was refused does not keep it from its work. */
    noteLeader() {
        this.#ofOne.clear();
        this.#ofAll = 0;
    }
    /** Those that have no id may be many, so that none of them is known to go on. */
    #countOf(agentId) {
        if (agentId === undefined)
            return 0;
        const count = (this.#ofOne.get(agentId) ?? 0) + 1;
        this.#ofOne.set(agentId, count);
        return count;
    }
}
function reasonAt(limit) {
    return `spendgate refused this call: what is left of \`${limit}\` is kept for the main agent to hand in. Do not retry.`;
}

// EXTERNAL MODULE: ./lib/core/lazy.js
var lazy = __webpack_require__(2389);
;// CONCATENATED MODULE: ./lib/meter/densest.js
const FLAT = ({ flat }) => flat;
const SEEN = ({ seen }) => seen();

;// CONCATENATED MODULE: ./lib/meter/fit.js


/** Where neither the client nor the price table says how long an answer may get; then it is set on the request. */
const ASSUMED_MAX_OUTPUT = 16_384;
/** An answer shorter than this is of no use to an agent. */
const LEAST_USEFUL_OUTPUT = 256;
/**
 * Finds room under every limit, lowering the output ceiling where that helps. What tools of the server may bring in is held
 * while other calls are under way; one that goes alone may go without, as most such calls bring in little or nothing.
 */
function fitCall(question) {
    const { inputTokens, leastInputTokens } = question.draft.hold;
    const fit = fitWith(question, inputTokens);
    return fit.kind === 'full' && leastInputTokens < inputTokens ? fitWith(question, leastInputTokens) : fit;
}
function fitWith(question, inputTokens) {
    const { facts, limits, weights, used, comfortableOutput, leastOutput } = question;
    const draft = { ...question.draft, inputTokens };
    const room = question.narrow(roomFor(draft, limits, used, weights), inputTokens);
    const limited = lesser(facts.outputCeiling, perAnswer(limits.requestMaxOutputTokens, facts.choices));
    const natural = limited ?? draft.price?.maxOutput ?? ASSUMED_MAX_OUTPUT;
    const isAssumed = limited === undefined && draft.price?.maxOutput === undefined && room.binding !== undefined;
    const affordable = Math.floor(room.outputTokens / facts.choices);
    const comfortable = Math.max(Math.min(natural, comfortableOutput), facts.outputFloor);
    // Beside others, not even the densest text may pass a limit; alone, what this run has seen says enough.
    const atDensest = question.inFlight > 0 ? affordableAtDensest(question, natural) : Number.POSITIVE_INFINITY;
    if (atDensest < comfortable)
        return { kind: 'wait' };
    // What a subagent of its own limit waits for comes back from its own calls alone.
    const mayWait = room.binding === 'max-subagent-tokens' ? question.isOwnBusy : question.inFlight > 0;
    if (mayWait && room.binding !== undefined) {
        const mustWait = question.mustLearnFirst || affordable < comfortable;
        if (mustWait)
            return { kind: 'wait' };
    }
    if (affordable < Math.max(Math.min(natural, leastOutput), facts.outputFloor))
        return { kind: 'full', limit: room.binding ?? 'max-tokens' };
    const share = Math.max(comfortable, fairShare(question, inputTokens));
    const ceiling = Math.min(natural, affordable, atDensest, share, question.mostOutput ?? natural);
    const isNeeded = ceiling !== facts.outputCeiling && (limited !== undefined || isAssumed || ceiling < natural);
    const outputTokens = ceiling * facts.choices;
    return { kind: 'fits', inputTokens, outputTokens, ceiling: isNeeded ? ceiling : undefined };
}
/** How long each answer may get so that no limit is passed, whatever stands in the calls under way and in this one. */
function affordableAtDensest(question, natural) {
    const flat = affordableWith(question, FLAT);
    // What is enough as it is need not be looked at any closer.
    return flat >= natural ? flat : affordableWith(question, SEEN);
}
function affordableWith({ facts, draft, limits, usedAtDensest, weights }, look) {
    const inputTokens = look(draft.hold.densest);
    const room = roomFor({ ...draft, inputTokens }, limits, usedAtDensest(look), weights);
    return Math.floor(room.outputTokens / facts.choices);
}
/** What falls to each of the crowd of all that is not spent, so that the first to come do not hold what the others need. */
function fairShare({ draft, facts, limits, weights, spent, crowd }, inputTokens) {
    if (crowd <= 1)
        return Number.POSITIVE_INFINITY;
    const all = roomFor({ ...draft, inputTokens: 0 }, limits, spent, weights).outputTokens;
    const own = roomFor({ ...draft, inputTokens }, limits, spent, weights).outputTokens;
    return Number.isFinite(own) ? Math.floor((all / crowd - (all - own)) / facts.choices) : own;
}
/** What falls to each of the answers that one call asks for. */
function perAnswer(tokens, choices) {
    return tokens === undefined ? undefined : Math.floor(tokens / choices);
}
function lesser(a, b) {
    if (a === undefined || b === undefined)
        return a ?? b;
    return Math.min(a, b);
}

;// CONCATENATED MODULE: ./lib/meter/input-hold.js
/**
 * What is held of a call's input before anybody has counted it. What does not stand in the request can be as large as the
 * model's window: that much is held, until a call with the very same things has told how much they are.
 */


const ALL_TEXT = {
    unbounded: undefined,
    identity: undefined,
    inlineBytes: 0,
    pictureTokens: 0,
    flatPictureTokens: 0,
    documentTokens: 0,
    leastDocumentTokens: 0,
    toolTokens: 0,
    mayDrop: false,
};
/** What the server keeps of earlier turns counts as bytes at so many to a token. */
const CONTEXT_BYTES_PER_TOKEN = 4;
function holdInput({ input, seen }, call) {
    const { kind, bodyBytes, contextBytes, pieces, facts, reads, price } = call;
    const { hasServerContext, outside = ALL_TEXT } = facts;
    const { pictureTokens, leastDocumentTokens } = outside;
    const textBytes = Math.max(0, bodyBytes - outside.inlineBytes);
    const mediaTokens = pictureTokens + leastDocumentTokens;
    const ownInputTokens = input.estimate(kind, textBytes, mediaTokens);
    const identity = hasServerContext ? undefined : outside.identity;
    const named = outside.unbounded === undefined ? undefined : `\`${outside.unbounded}\``;
    const unbounded = hasServerContext ? 'earlier turns or a prompt that the server keeps' : named;
    const known = identity === undefined ? undefined : input.estimateOutside(kind, identity);
    const unknownSize = known === undefined ? unbounded : undefined;
    const leastInputTokens = unknownSize === undefined ? ownInputTokens + (known ?? 0) : Math.max(ownInputTokens, (0,core_price/* windowOf */.Ou)(price));
    const documentTokens = Math.min(outside.documentTokens - leastDocumentTokens, Math.max(0, (0,core_price/* windowOf */.Ou)(price) - leastInputTokens));
    const inputTokens = leastInputTokens + documentTokens + outside.toolTokens;
    const besides = leastDocumentTokens + Math.ceil(contextBytes / CONTEXT_BYTES_PER_TOKEN);
    // Pieces that were seen hold pictures as they stand there; or else each picture counts as such, and the rest as text.
    const densestWith = (text) => {
        const asText = Math.max(0, textBytes - contextBytes) + pictureTokens;
        const densest = Math.min(text + outside.flatPictureTokens, asText) + besides;
        return reads * (inputTokens + Math.max(0, Math.min(densest, (0,core_price/* windowOf */.Ou)(price)) - ownInputTokens));
    };
    const ownBytes = bodyBytes - contextBytes;
    return {
        inputTokens: reads * inputTokens,
        leastInputTokens: reads * leastInputTokens,
        densest: {
            flat: densestWith(ownBytes),
            seen: (0,lazy/* lazily */.q)(() => densestWith(seen.bound(kind, pieces, ownBytes))),
        },
        ownInputTokens: reads * ownInputTokens,
        unknownSize,
        reads,
        text: { bytes: textBytes, mediaTokens, estimate: ownInputTokens },
        teaches: teachingOf(outside, unbounded !== undefined, identity),
    };
}
function teachingOf({ mayDrop, toolTokens }, isUnbounded, identity) {
    if (mayDrop)
        return 'nothing';
    if (isUnbounded)
        return identity === undefined ? 'bound' : { identity };
    // Codex offers a search in each call, and must be able to learn.
    return toolTokens > 0 ? 'bytes-at-most' : 'bytes';
}

;// CONCATENATED MODULE: ./lib/meter/wrap-up.js

const NOTICE_SHARE = 0.8;
const LEAST_SHARE = 0.05;
/** One to save what there is, one to say so. */
const CALLS_TO_HAND_IN = 2;
/** The lesser of these is the usual one. */
const CALLS_COMPARED = 2;
/** However large the last calls were, half of a limit is there for the work. */
const LARGEST_SHARE = 0.5;
/** What a note takes in a request beside its text. */
const FRAME_BYTES = 80;
const plain = (count) => count.toLocaleString('en-US');
const COUNTED = [
    { name: 'max-cost', limit: 'maxCostNanoUsd', of: (spent) => spent.costNanoUsd, show: money/* renderUsd */.NX, unit: '' },
    {
        name: 'max-tokens',
        limit: 'maxTokens',
        of: (spent) => spent.inputTokens + spent.outputTokens,
        show: plain,
        unit: ' tokens',
    },
    {
        name: 'max-input-tokens',
        limit: 'maxInputTokens',
        of: (spent) => spent.inputTokens,
        show: plain,
        unit: ' input tokens',
    },
    {
        name: 'max-output-tokens',
        limit: 'maxOutputTokens',
        of: (spent) => spent.outputTokens,
        show: plain,
        unit: ' output tokens',
    },
    {
        name: 'max-weighted-tokens',
        limit: 'maxWeightedTokens',
        of: (spent) => spent.weightedTokens,
        show: plain,
        unit: ' weighted tokens',
    },
    {
        name: 'max-requests',
        limit: 'maxRequests',
        of: (spent) => spent.requests,
        show: plain,
        unit: ' model calls',
    },
];
class WrapUp {
    #limits;
    #reserve;
    #told = new Set();
    #isSilent = false;
    /** The last calls of the main agent. */
    #last = [];
    constructor(limits, reserve) {
        this.#limits = limits;
        this.#reserve = reserve;
    }
    /** The limits without the reserve; `undefined` for a call that may have all that is left. */
    limitsFor(role) {
        if (this.#reserve === 'none' || this.#isSilent || role === 'other')
            return undefined;
        if (role === 'leader' && this.#told.has('reserve'))
            return undefined;
        const front = this.#set().map(({ limit, full, reserve }) => [limit, full - reserve]);
        return { ...this.#limits, ...Object.fromEntries(front) };
    }
    /** What is to be told by what is used, whatever the next call comes to. */
    notice(role, spent) {
        if (!this.#mayTell(role))
            return undefined;
        const set = this.#set().toSorted((a, b) => shareOf(b, spent) - shareOf(a, spent));
        const down = set.find((limit) => limit.reserve > 0 && limit.full - limit.of(spent) <= limit.reserve);
        if (down)
            return lastNote(stateOf(down, spent), 'and what is left is for handing in');
        const [tightest] = set;
        if (tightest === undefined || this.#told.has('80%') || !isLate(tightest, spent))
            return undefined;
        const percent = Math.floor(shareOf(tightest, spent) * 100);
        return {
            level: '80%',
            text: `[spendgate] ${percent} % of what this run may use is used: ${stateOf(tightest, spent)}. Start nothing new: finish what you are at, and hand in your result while there is room for it.`,
        };
    }
    /**
     * What to tell with a call that does not fit in front of the reserve; nothing where others like it will fit as well.
     * @param atWorst what the shortest call of its size can come to
     */
    lastWord(role, spent, { limit, atWorst }) {
        const binding = this.#set().find(({ name }) => name === limit);
        if (!this.#mayTell(role) || binding === undefined)
            return undefined;
        const state = stateOf(binding, spent);
        if (isLate(binding, spent))
            return lastNote(state, 'and what is left is for handing in');
        const { full, of, show } = binding;
        const next = of({ ...atWorst, requests: 1 });
        // The very first call writes the cache as well, and says nothing of those to come.
        const handIn = this.#last.length < CALLS_COMPARED ? 0 : CALLS_TO_HAND_IN * this.#usual(of);
        if (of(spent) + handIn + next <= full)
            return undefined;
        return lastNote(state, `and a call like this one can take up to ${show(next)}: few more are sure to fit`);
    }
    noteTold(level) {
        this.#told.add(level);
    }
    /** A note that nobody heard is told again. */
    noteUnheard(level) {
        this.#told.delete(level);
    }
    /** As if all was told: a reserve that nobody knows of would only be a lower limit. */
    tellNoMore() {
        this.#isSilent = true;
    }
    noteCall(used) {
        this.#last = [...this.#last.slice(1 - CALLS_COMPARED), { ...used, requests: 1 }];
    }
    #mayTell(role) {
        return role === 'leader' && !this.#isSilent && !this.#told.has('reserve');
    }
    /** What each of the last calls took: one after a pause writes the cache that the others read. */
    #usual(of) {
        return this.#last.length === 0 ? 0 : Math.min(...this.#last.map(of));
    }
    /** The limits that are set. */
    #set() {
        return COUNTED.flatMap((counted) => {
            const full = this.#limits[counted.limit];
            if (full === undefined)
                return [];
            return [{ ...counted, full, reserve: this.#reserveOf(counted, full) }];
        });
    }
    #reserveOf({ of }, full) {
        if (this.#reserve === 'none')
            return 0;
        if (this.#reserve !== 'auto')
            return Math.ceil(full * this.#reserve);
        const calls = CALLS_TO_HAND_IN * this.#usual(of);
        return Math.floor(Math.min(Math.max(calls, full * LEAST_SHARE), full * LARGEST_SHARE));
    }
}
/** Bytes that a note adds to a request, at most. */
function noteBytes(note) {
    return note === undefined ? 0 : Buffer.byteLength(JSON.stringify(note.text)) + FRAME_BYTES;
}
function shareOf({ of, full }, spent) {
    return of(spent) / full;
}
function isLate(limit, spent) {
    return shareOf(limit, spent) >= NOTICE_SHARE;
}
function lastNote(state, why) {
    return {
        level: 'reserve',
        text: `[spendgate] This run has used ${state}, ${why}. Finish now and hand in what you have: save it, and say what is done and what is not. A call that could pass the limit is refused, and ends the run.`,
    };
}
function stateOf({ name, of, show, unit, full }, spent) {
    return `${show(of(spent))} of ${show(full)}${unit} (\`${name}\`)`;
}

;// CONCATENATED MODULE: ./lib/meter/placement.js
/** Where a call finds room: in front of the reserve while that is kept, else in all that is left. */










const NEVER_SEEN = { chunks: new Map(), heldBytes: 0 };
class Placement {
    #options;
    constructor(options) {
        this.#options = options;
    }
    draft(ask, note) {
        const { books, prices } = this.#options;
        const { facts, pieces = NEVER_SEEN, contextBytes = 0 } = ask;
        const kind = `${ask.dialect} ${facts.model ?? ''}`;
        const bodyBytes = ask.bodyBytes + noteBytes(note);
        const price = priceOf(facts, prices);
        const reads = readings(facts);
        return {
            kind,
            // Asked for only where it matters: the whole request is searched for it.
            mayWriteLongCache: price?.cacheWrite1h !== undefined && ask.mayWriteLongCache(),
            model: (price ? undefined : unpricedOf(facts, prices)) ?? facts.model ?? 'unnamed',
            bodyBytes,
            pieces,
            hold: holdInput(books.reckoner, { kind, bodyBytes, contextBytes, pieces, facts, reads, price }),
            asideTokens: facts.aside?.outputTokens ?? 0,
            feeNanoUsd: facts.surcharge?.feeNanoUsd ?? 0,
            price,
            role: ask.role,
            note: note?.level,
        };
    }
    place(ask, draft) {
        const { wrapUp, books } = this.#options;
        const note = wrapUp?.notice(ask.role, books.spent);
        const noted = note ? this.draft(ask, note) : draft;
        const front = note?.level === 'reserve' ? undefined : wrapUp?.limitsFor(ask.role);
        if (front === undefined)
            return this.#conclude(noted, this.#fit(ask, noted), note);
        const before = this.#fit(ask, noted, front);
        const isDecided = before.kind !== 'full' || before.limit === 'max-subagent-tokens';
        if (isDecided)
            return this.#conclude(noted, before, note);
        if (ask.role === 'helper')
            return { kind: 'kept-back', limit: before.limit };
        const { leastInputTokens: inputTokens } = noted.hold;
        const atWorst = this.#atWorst(noted, inputTokens, leastAnswer(ask) * ask.facts.choices);
        const last = wrapUp?.lastWord(ask.role, books.spent, { limit: before.limit, atWorst });
        if (last === undefined)
            return this.#conclude(noted, this.#squeeze(ask, noted, front), note);
        const told = this.draft(ask, last);
        return this.#conclude(told, this.#fit(ask, told), last);
    }
    /**
     * A call that may be too large by what does not stand in it, and would fit without, is refused alone: the run can go on,
     * and the agent can send the same in the request.
     */
    refuseUnknown(ask, draft) {
        const { hold } = draft;
        if (hold.unknownSize === undefined)
            return undefined;
        const fit = this.#fit(ask, draft);
        if (fit.kind !== 'full' || fit.limit === 'max-subagent-tokens')
            return undefined;
        const { ownInputTokens } = hold;
        const own = { ...hold, inputTokens: ownInputTokens, leastInputTokens: ownInputTokens };
        if (this.#fit(ask, { ...draft, hold: own }).kind === 'full')
            return undefined;
        const reason = refuseUnknownSize(hold, `that does not fit what is left of \`${fit.limit}\``);
        return { limit: fit.limit, reason };
    }
    /** What a call is held at may get into the reserve by its input; its answer alone may not. */
    #squeeze(ask, draft, front) {
        const { books, limits, weights } = this.#options;
        const answer = roomFor({ ...draft, inputTokens: 0 }, front, books.spent, weights).outputTokens;
        const mostOutput = Math.max(Math.floor(answer / ask.facts.choices), leastAnswer(ask));
        return fitCall({ ...this.#question(ask, draft, limits), mostOutput });
    }
    /** @param front limits that keep the reserve; what is cut short there would not have to be */
    #fit(ask, draft, front) {
        const { books, limits } = this.#options;
        if (front?.maxRequests !== undefined && books.spent.requests >= front.maxRequests)
            return { kind: 'full', limit: 'max-requests' };
        const question = this.#question(ask, draft, front ?? limits);
        const isUncut = front && ask.role === 'leader';
        return fitCall(isUncut ? { ...question, leastOutput: question.comfortableOutput } : question);
    }
    #question({ facts, caller }, draft, limits) {
        const { books, subagents, waiting, weights } = this.#options;
        return {
            facts,
            draft,
            limits,
            weights,
            spent: books.spent,
            used: books.used(),
            usedAtDensest: (look) => books.usedAtDensest(look),
            narrow: (room, inputTokens) => subagents.narrow(caller, inputTokens, room),
            inFlight: books.inFlight,
            isOwnBusy: subagents.isBusy(caller),
            crowd: books.inFlight + waiting() + 1,
            mustLearnFirst: books.mustLearnFirst(draft.kind),
            comfortableOutput: books.reckoner.answerSizes.comfortable(draft.kind),
            leastOutput: LEAST_USEFUL_OUTPUT,
        };
    }
    #conclude(draft, fit, note) {
        if (fit.kind === 'wait')
            return fit;
        if (fit.kind === 'full')
            return { ...fit, inputTokens: draft.hold.leastInputTokens };
        const { inputTokens, outputTokens, ceiling } = fit;
        const { flat, seen } = draft.hold.densest;
        const densest = {
            flat: this.#atWorst(draft, flat, outputTokens),
            seen: (0,lazy/* lazily */.q)(() => this.#atWorst(draft, seen(), outputTokens)),
        };
        const ticket = { ...draft, ...this.#atWorst(draft, inputTokens, outputTokens), densest };
        return { kind: 'placed', ticket, ceiling, note };
    }
    #atWorst({ price, mayWriteLongCache, asideTokens = 0, feeNanoUsd = 0 }, inputTokens, answerTokens) {
        const outputTokens = answerTokens + asideTokens;
        const tokens = price ? (0,core_price/* priceAtMost */.SO)(price, inputTokens, outputTokens, mayWriteLongCache) : 0;
        const weightedTokens = (0,core_weights/* weighAtMost */.vT)(this.#options.weights, inputTokens, outputTokens);
        return { inputTokens, outputTokens, costNanoUsd: tokens + feeNanoUsd, weightedTokens };
    }
}
/** Less, and a tool call of any size is cut, or the request is not taken at all. */
function leastAnswer({ facts }) {
    return Math.max(LEAST_COMFORTABLE, facts.outputFloor);
}

// EXTERNAL MODULE: ./lib/meter/queue.js
var queue = __webpack_require__(1606);
;// CONCATENATED MODULE: ./lib/meter/reached.js


function requestsReached({ maxRequests }, { requests }) {
    if (maxRequests === undefined || requests < maxRequests)
        return undefined;
    return (0,admission/* stopAt */.mk)('max-requests', `${requests} of ${maxRequests} calls are made`);
}
/** @param streaks of the run so far */
function countsReached({ isRetry, fingerprint }, limits, { spent, streaks }) {
    const reached = requestsReached(limits, spent) ?? streaks.check(fingerprint);
    if (reached)
        return reached;
    const { maxRetries } = limits;
    if (!isRetry || maxRetries === undefined || spent.retries < maxRetries)
        return undefined;
    return (0,admission/* stopAt */.mk)('max-retries', `${spent.retries} of ${maxRetries} retries are made`);
}
/** For a call in dollars that nobody can price. @param model the one without a price */
function priceMissing(model, price, { limits, onUnpriced, spent }) {
    const { maxCostNanoUsd } = limits;
    if (maxCostNanoUsd === undefined || price !== undefined)
        return undefined;
    // A gateway may report a cost where the table has no price.
    if (spent.costNanoUsd >= maxCostNanoUsd)
        return exceeded('max-cost', { limits, spent, inputTokens: 0 });
    if (onUnpriced !== 'block')
        return undefined;
    return unpricedStop(model ?? 'unnamed');
}
function unpricedStop(model) {
    return (0,admission/* stopAt */.mk)('on-unpriced', `no price is known for the model ${model}`);
}
/** @param call.inputTokens what the next call would need */
function exceeded(limit, call) {
    return (0,admission/* stopAt */.mk)(limit, renderState(limit, call.limits, call.spent, call.inputTokens));
}

;// CONCATENATED MODULE: ./lib/meter/streaks.js

/** A loop is about what was sent lately: of this many the older half is forgotten. */
const MAX_REMEMBERED = 10_000;
class Streaks {
    #limits;
    /** How often each request was sent, by its fingerprint: what was sent lately, and what was sent before. */
    #sent = new Map();
    #sentBefore = new Map();
    #errors = 0;
    #misses = 0;
    #hasCache = false;
    constructor(limits) {
        this.#limits = limits;
    }
    noteSent(fingerprintOf) {
        if (this.#limits.maxIdenticalRequests === undefined)
            return;
        const fingerprint = fingerprintOf();
        this.#sent.set(fingerprint, this.#timesSent(fingerprint) + 1);
        if (this.#sent.size < MAX_REMEMBERED / 2)
            return;
        this.#sentBefore = this.#sent;
        this.#sent = new Map();
    }
    #timesSent(fingerprint) {
        return this.#sent.get(fingerprint) ?? this.#sentBefore.get(fingerprint) ?? 0;
    }
    noteFailure() {
        this.#errors += 1;
    }
    /** An answer whose usage does not tell of a cache says nothing of one. */
    noteAnswer({ cacheReadTokens }) {
        this.#errors = 0;
        if (cacheReadTokens === undefined)
            return;
        if (cacheReadTokens > 0)
            this.#hasCache = true;
        this.#misses = cacheReadTokens > 0 || !this.#hasCache ? 0 : this.#misses + 1;
    }
    /** Before the call with this fingerprint may leave. */
    check(fingerprint) {
        const { maxConsecutiveErrors, maxIdenticalRequests, maxCacheMisses } = this.#limits;
        if (maxConsecutiveErrors !== undefined && this.#errors >= maxConsecutiveErrors)
            return (0,admission/* stopAt */.mk)('max-consecutive-errors', `${this.#errors} calls in a row have failed`);
        const sentBefore = maxIdenticalRequests === undefined ? 0 : this.#timesSent(fingerprint());
        if (maxIdenticalRequests !== undefined && sentBefore >= maxIdenticalRequests)
            return (0,admission/* stopAt */.mk)('max-identical-requests', `the very same request was sent ${sentBefore} times`);
        if (maxCacheMisses !== undefined && this.#misses >= maxCacheMisses)
            return (0,admission/* stopAt */.mk)('max-cache-misses', `${this.#misses} calls in a row read nothing from the cache`);
        return undefined;
    }
}

// EXTERNAL MODULE: ./lib/core/count-of.js
var count_of = __webpack_require__(9028);
;// CONCATENATED MODULE: ./lib/meter/subagents.js
/**
 * Limits by subagent, as far as the agent tells its subagents apart. A call over one of them is refused alone, and the main
 * loop goes on without that subagent; one that does not take the hint ends the run, so that nothing loops.
 *
 * Calls of subagents that name no id count as one subagent's. What the agent tells is no proof: the limits of the run hold
 * whoever calls.
 */



/** An agent that sends a refused subagent on again and again gets nowhere, and neither does one that keeps starting others. */
const MAX_REFUSALS_OF_ONE = 3;
const MAX_REFUSED_SUBAGENTS = 100;
/** Subagents that are remembered where their number is not limited: an agent may make up ids without end. */
const subagents_MAX_REMEMBERED = 10_000;
class Subagents {
    /** By the limit that refused them; under `observe` what it would have refused. */
    refused = new Map();
    #limits;
    #known = new Map();
    #refusals = new Map();
    #held = new Flight();
    constructor(limits) {
        this.#limits = limits;
    }
    /** Before a call may leave: is its subagent one too many, or too deep? */
    check(caller) {
        const key = this.#keyOf(caller);
        if (caller === undefined || key === undefined || this.#known.has(key))
            return undefined;
        const { maxSubagents, maxSubagentDepth } = this.#limits;
        const depth = this.#depthOf(caller);
        if (maxSubagents !== undefined && this.#known.size >= maxSubagents)
            return this.#refuse(key, 'max-subagents', `this run may start ${(0,count_of/* countOf */.p)(maxSubagents, 'subagent')}, not one more`);
        if (maxSubagentDepth !== undefined && depth > maxSubagentDepth) {
            const state = `this subagent is ${depth} deep, and ${maxSubagentDepth} is allowed`;
            return this.#refuse(key, 'max-subagent-depth', state);
        }
        return undefined;
    }
    /** The room of the run, narrowed to what the caller's own subagent has left. */
    narrow(caller, inputTokens, room) {
        const { maxSubagentTokens } = this.#limits;
        if (maxSubagentTokens === undefined || this.#keyOf(caller) === undefined)
            return room;
        const left = Math.max(0, maxSubagentTokens - this.#used(caller) - inputTokens);
        return left < room.outputTokens ? { outputTokens: left, binding: 'max-subagent-tokens' } : room;
    }
    /** True while calls of the caller's own subagent are in flight: what they do not use comes back. */
    isBusy(caller) {
        const own = this.#stateOf(caller);
        return own !== undefined && this.#held.some(({ subagent }) => subagent === own);
    }
    /** For a call that does not fit into what its subagent has left. */
    refuseTokens(caller, inputTokens) {
        const used = `${this.#used(caller)} of ${this.#limits.maxSubagentTokens} tokens of this subagent are used`;
        const state = `${used}, and the call needs about ${inputTokens} input tokens and an answer`;
        // Without the figures: OpenCode takes a 500 in the words of an error for the status of a server that may recover.
        const told = 'this subagent has used the tokens it may, or this call could pass them';
        return this.#refuse(this.#keyOf(caller) ?? '', 'max-subagent-tokens', state, told);
    }
    noteSent(caller, ticket) {
        const key = this.#keyOf(caller);
        if (caller === undefined || key === undefined)
            return;
        const isFull = this.#known.size >= Math.min(this.#limits.maxSubagents ?? subagents_MAX_REMEMBERED, subagents_MAX_REMEMBERED);
        // One that was refused is sent only where nothing is refused, and is no more welcome for it.
        if (!this.#known.has(key) && !isFull && !this.#refusals.has(key))
            this.#known.set(key, { depth: this.#depthOf(caller), tokens: 0 });
        const subagent = this.#known.get(key);
        if (subagent)
            this.#held.add({ ticket, subagent });
    }
    /** Replaces what a call held by what it used; nothing where it never left, or is not billed. */
    settle(ticket, usedTokens) {
        const held = this.#held.find((candidate) => candidate.ticket === ticket);
        if (held === undefined)
            return;
        this.#held.delete(held);
        held.subagent.tokens += usedTokens;
    }
    /** Which subagent's a call is; `undefined` for the calls of the main loop and of nobody known. */
    #keyOf(caller) {
        if (caller === undefined)
            return undefined;
        const { agentId } = caller;
        if (caller.caller === 'subagent')
            return agentId ?? '';
        // A subagent's own helpers, such as its compaction, spend for it, and are as welcome as it is.
        const isSubagents = agentId !== undefined && (this.#known.has(agentId) || this.#refusals.has(agentId));
        return isSubagents ? agentId : undefined;
    }
    #stateOf(caller) {
        return this.#known.get(this.#keyOf(caller) ?? '');
    }
    #used(caller) {
        const own = this.#stateOf(caller);
        let used = own?.tokens ?? 0;
        for (const { ticket, subagent } of this.#held)
            if (subagent === own)
                used += ticket.inputTokens + ticket.outputTokens;
        return used;
    }
    #depthOf({ parentAgentId }) {
        return (this.#known.get(parentAgentId ?? '')?.depth ?? 0) + 1;
    }
    /** @param told what the agent hears in place of the state */
    #refuse(key, limit, state, told = state) {
        const refusals = (this.#refusals.get(key) ?? 0) + 1;
        const isFull = this.#refusals.size >= MAX_REFUSED_SUBAGENTS && !this.#refusals.has(key);
        if (!isFull)
            this.#refusals.set(key, refusals);
        this.refused.set(limit, { calls: (this.refused.get(limit)?.calls ?? 0) + 1, state });
        const isLoop = refusals >= MAX_REFUSALS_OF_ONE || isFull;
        if (!isLoop)
            return { reason: `spendgate refused this call at the limit \`${limit}\`: ${told}. ${ADVICE}` };
        const stop = (0,admission/* stopAt */.mk)(limit, `${state}, and calls go on after ${refusals} refusals of this subagent`);
        return { reason: (0,admission/* renderRefusal */.$W)(stop), stop };
    }
}
const ADVICE = 'Do not retry; end this subagent, and let the main loop go on without it.';

;// CONCATENATED MODULE: ./lib/meter/guard.js













/** Names that answers give are kept for the report. */
const MAX_UNPRICED = 100;
/** An agent that makes no other calls than such as are refused alone does not come to an end by itself. */
const MAX_REFUSED_IN_A_ROW = 100;
class Guard {
    #options;
    #books;
    #unpriced = new Set();
    #streaks;
    #subagents;
    #weights;
    #wrapUp;
    #keptBack = new KeptBack();
    #queue = new queue/* Queue */.op(() => this.#wake());
    #placement;
    #stop;
    #observed;
    #refusedInARow = 0;
    constructor(options) {
        this.#options = options;
        this.#streaks = new Streaks(options.limits);
        this.#weights = options.weights ?? core_weights/* DEFAULT_WEIGHTS */.kZ;
        this.#books = new Books(this.#weights);
        this.#subagents = new Subagents(options.limits);
        // What is only observed is not told either: it would change the conversation.
        this.#wrapUp =
            options.wrapUp && !options.observe ? new WrapUp(options.limits, options.wrapUp.reserve) : undefined;
        this.#placement = new Placement({
            limits: options.limits,
            weights: this.#weights,
            prices: options.prices,
            books: this.#books,
            subagents: this.#subagents,
            wrapUp: this.#wrapUp,
            waiting: () => this.#queue.others,
        });
    }
    /** True when the agent is told that its run comes to an end, so that it matters who calls. */
    get tells() {
        return this.#wrapUp !== undefined;
    }
    /** True when nothing is stopped, and nothing that the agent gets is changed. */
    get observes() {
        return this.#options.observe;
    }
    /** Why no call may leave any more; `undefined` while calls may. */
    get stop() {
        return this.#stop;
    }
    /** What would have stopped the run, had it not been observed only. */
    get observed() {
        return this.#observed;
    }
    /** Models whose calls passed uncounted, because no price is known and `on-unpriced` is `warn`. */
    get unpricedModels() {
        return [...this.#unpriced];
    }
    /** Calls of subagents and side calls that were refused alone, by the limit that did. */
    get refusedSubagents() {
        return new Map([...this.#subagents.refused, ...this.#keptBack.refused]);
    }
    /** Ends the run for good: the first reason stays. Those who wait are refused; where all is only observed, nobody is. */
    stopWith(reason, message) {
        const stop = { reason, message };
        if (this.#options.observe)
            this.#observed ??= stop;
        else
            this.#latch(stop);
        this.#wake();
    }
    /** Resolves when the call may leave, or never may. A client that goes away takes its waiting call out of the queue. */
    admit(ask, client) {
        if (client.isGone)
            return Promise.resolve({ kind: 'refused', reason: queue/* CLIENT_GONE */.Ud });
        const decision = this.#queue.isClosed ? { kind: 'wait' } : this.#decide(ask);
        if (decision.kind === 'wait')
            return this.#queue.wait(ask, client);
        if (decision.kind === 'admitted')
            this.#queue.noteOvertaken();
        return Promise.resolve(decision);
    }
    /** Counts a call whose usage the meter cannot read; why it may not leave, or `undefined`. @param route for a person */
    admitUnmetered(route) {
        const { limits, observe, onUnpriced } = this.#options;
        const reached = this.#checkRequests();
        if (observe)
            this.#observed ??= reached;
        const stop = observe ? undefined : (this.#stop ?? (reached && this.#latch(reached)));
        if (stop !== undefined)
            return (0,admission/* renderRefusal */.$W)(stop);
        // Agents also count and look on such routes, and do without: the run goes on.
        if (!observe && onUnpriced === 'block' && limitOfUsage(limits) !== undefined)
            return refuseUnmetered(route);
        this.#books.noteUnmetered();
        return undefined;
    }
    /** Gives back what a call held that never left, or what a warm-up held that cost nothing. */
    release(ticket) {
        if (!this.#books.release(ticket))
            return;
        this.#subagents.settle(ticket, 0);
        this.noteUnheard(ticket);
        this.#wake();
    }
    /** The note of this call did not reach the agent's model: a later call tells it. */
    noteUnheard({ note }) {
        if (note !== undefined)
            this.#wrapUp?.noteUnheard(note);
    }
    /** Notes are not taken where this run's calls go. */
    tellNoMore() {
        this.#wrapUp?.tellNoMore();
    }
    /**
     * Replaces a reservation by what really happened.
     * @param durationMs from sending the call to the end of its answer
     */
    settle(ticket, settlement, durationMs) {
        if (!this.#books.close(ticket))
            return;
        if (hasAnswer(settlement))
            this.#streaks.noteAnswer(settlement.usage);
        else {
            this.#streaks.noteFailure();
            this.noteUnheard(ticket);
        }
        if (settlement.kind === 'none')
            this.#subagents.settle(ticket, 0);
        else
            this.#spend(ticket, settlement, durationMs);
        this.#wake();
    }
    #spend(ticket, settlement, durationMs) {
        const isPriced = ticket.price !== undefined || (settlement.kind === 'known' && settlement.costNanoUsd !== undefined);
        if (!isPriced && this.#options.limits.maxCostNanoUsd !== undefined)
            this.#unpriced.add(ticket.model);
        if (settlement.kind === 'known')
            this.#noteUnpriced(settlement.unpricedModel);
        const call = this.#books.enter(ticket, settlement, durationMs);
        this.#subagents.settle(ticket, call.inputTokens + call.outputTokens);
        if (ticket.role === 'leader')
            this.#wrapUp?.noteCall(call);
    }
    /** Another model answered than the one that was asked, and nobody knows what it costs. */
    #noteUnpriced(model) {
        const { limits, onUnpriced } = this.#options;
        if (model === undefined || limits.maxCostNanoUsd === undefined)
            return;
        if (this.#unpriced.size < MAX_UNPRICED)
            this.#unpriced.add(model);
        const stop = unpricedStop(model);
        if (onUnpriced === 'block')
            this.stopWith(stop.reason, stop.message);
    }
    #wake() {
        this.#queue.retry((ask) => this.#decide(ask));
    }
    #decide(ask) {
        const draft = this.#placement.draft(ask);
        if (this.#options.observe)
            return this.#observe(ask, draft);
        const blocked = this.#stop ?? this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price);
        if (blocked)
            return this.#refuse(blocked);
        const refused = refuseCall(ask.facts, draft.hold, this.#options.limits) ?? this.#placement.refuseUnknown(ask, draft);
        if (refused !== undefined)
            return this.#refuseAlone(ask, refused);
        const turnedAway = this.#subagents.check(ask.caller);
        return turnedAway ? this.#turnAway(turnedAway) : this.#place(ask, draft);
    }
    #place(ask, draft) {
        const placed = this.#placement.place(ask, draft);
        if (placed.kind === 'wait')
            return placed;
        if (placed.kind === 'kept-back')
            return this.#turnAway(this.#keptBack.refuse(ask.caller, placed.limit));
        if (placed.kind === 'full')
            return this.#turnAway(this.#full(ask, placed.limit, placed.inputTokens));
        const { ticket, ceiling, note } = placed;
        if (note)
            this.#wrapUp?.noteTold(note.level);
        return this.#grant(ask, ticket, ceiling, note);
    }
    /** Grants everything, and remembers what would have stopped the run first. */
    #observe(ask, draft) {
        const inputTokens = draft.hold.ownInputTokens;
        const used = this.#books.used();
        const all = roomFor({ ...draft, inputTokens }, this.#options.limits, used, this.#weights);
        const { binding, outputTokens } = this.#subagents.narrow(ask.caller, inputTokens, all);
        const isFull = binding !== undefined && outputTokens <= 0;
        // Each of them counts what it would have refused, whatever was observed first.
        const turnedAway = this.#subagents.check(ask.caller);
        const full = isFull ? this.#full(ask, binding, inputTokens) : undefined;
        this.#observed ??=
            this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price) ?? turnedAway?.stop ?? full?.stop;
        const held = { inputTokens, outputTokens: 0, costNanoUsd: 0, weightedTokens: 0 };
        return this.#grant(ask, { ...draft, ...held, densest: { flat: held, seen: () => held } });
    }
    #refuse(stop) {
        return { kind: 'refused', reason: (0,admission/* renderRefusal */.$W)(this.#latch(stop)) };
    }
    /** The run goes on, unless it comes to nothing but such calls. */
    #refuseAlone(ask, { limit, reason }) {
        this.#refusedInARow += 1;
        this.#streaks.noteSent(ask.fingerprint);
        if (this.#refusedInARow < MAX_REFUSED_IN_A_ROW)
            return { kind: 'refused', reason };
        return this.#refuse((0,admission/* stopAt */.mk)(limit, `${this.#refusedInARow} calls in a row were refused by it`));
    }
    /** Refuses one call of a subagent; the run goes on, unless this leads nowhere. */
    #turnAway({ reason, stop }) {
        return stop ? this.#refuse(stop) : { kind: 'refused', reason };
    }
    #latch(stop) {
        if (this.#stop)
            return this.#stop;
        this.#stop = stop;
        this.#options.onStop?.(stop);
        return stop;
    }
    #grant(ask, ticket, ceiling, note) {
        this.#books.hold(ticket, ask);
        this.#refusedInARow = 0;
        if (ticket.role === 'leader')
            this.#keptBack.noteLeader();
        this.#subagents.noteSent(ask.caller, ticket);
        if (!ask.isWarmUp)
            this.#streaks.noteSent(ask.fingerprint);
        return { kind: 'admitted', ticket, ceiling, note };
    }
    #checkRequests() {
        return requestsReached(this.#options.limits, this.#books.spent);
    }
    #checkCounts(ask) {
        const { spent } = this.#books;
        return countsReached(ask, this.#options.limits, { spent, streaks: this.#streaks });
    }
    #checkPrice(ask, price) {
        const { limits, onUnpriced } = this.#options;
        const model = price ? undefined : unpricedOf(ask.facts, this.#options.prices);
        return priceMissing(model, price, { limits, onUnpriced, spent: this.#books.spent });
    }
    /** What a call is told that fits nowhere: it alone where its subagent's room is full, else the whole run. */
    #full({ caller }, limit, inputTokens) {
        if (limit === 'max-subagent-tokens')
            return this.#subagents.refuseTokens(caller, inputTokens);
        const { limits } = this.#options;
        const stop = exceeded(limit, { limits, spent: this.#books.spent, inputTokens });
        return { reason: (0,admission/* renderRefusal */.$W)(stop), stop };
    }
}
/** True for a call that was answered as it should be. */
function hasAnswer(settlement) {
    if (settlement.kind === 'known')
        return settlement.isFailed !== true;
    return settlement.kind === 'unknown' && settlement.isAnswered;
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: ./lib/wire/headers.js
var wire_headers = __webpack_require__(6483);
// EXTERNAL MODULE: ./lib/meter/account.js + 3 modules
var account = __webpack_require__(4588);
// EXTERNAL MODULE: ./lib/meter/credentials.js
var meter_credentials = __webpack_require__(7259);
// EXTERNAL MODULE: ./lib/meter/kept-answer.js
var kept_answer = __webpack_require__(1664);
// EXTERNAL MODULE: ./lib/meter/key-screen.js
var key_screen = __webpack_require__(3143);
// EXTERNAL MODULE: ./lib/meter/noted-request.js
var noted_request = __webpack_require__(9689);
// EXTERNAL MODULE: ./lib/meter/outgoing-headers.js
var outgoing_headers = __webpack_require__(4880);
// EXTERNAL MODULE: ./lib/meter/query.js
var meter_query = __webpack_require__(1625);
// EXTERNAL MODULE: ./lib/meter/relay.js + 1 modules
var relay = __webpack_require__(8503);
// EXTERNAL MODULE: ./lib/wire/json-body.js + 7 modules
var json_body = __webpack_require__(7942);
;// CONCATENATED MODULE: ./lib/meter/request-body.js


const request_body_MAX_BODY_BYTES = 64 * 1024 * 1024;
/** @throws when the body is no JSON object, too large, or does not arrive whole. */
async function readRequestBody(request, contentEncoding) {
    if (!(0,decode/* isUncoded */.tK)(contentEncoding)) {
        const parts = [];
        await receive(request, (part) => void parts.push(part));
        return new json_body/* JsonBody */.r(await (0,decode/* decodeBody */.Vj)(Buffer.concat(parts), contentEncoding, request_body_MAX_BODY_BYTES));
    }
    const body = new json_body/* JsonBody */.r();
    let fault;
    await receive(request, (part) => {
        // What is wrong is told at the end: an answer in the middle of its request is lost on many clients.
        if (fault === undefined)
            fault = faultOf(() => body.push(part));
    });
    if (fault !== undefined)
        throw fault;
    body.end();
    return body;
}
function faultOf(work) {
    try {
        work();
        return undefined;
    }
    catch (error) {
        return error;
    }
}
function receive(request, take) {
    return new Promise((resolve, reject) => {
        let size = 0;
        request.on('data', (part) => {
            size += part.length;
            if (size <= request_body_MAX_BODY_BYTES)
                take(part);
            else {
                request.pause();
                reject(new RangeError(`the body is larger than ${request_body_MAX_BODY_BYTES} bytes`));
            }
        });
        request.on('end', resolve);
        request.on('error', reject);
        request.on('close', () => {
            if (!request.complete)
                reject(new Error('the client went away'));
        });
    });
}

// EXTERNAL MODULE: ./lib/meter/services.js
var meter_services = __webpack_require__(7769);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: ./lib/wire/failure-body.js
var failure_body = __webpack_require__(8632);
// EXTERNAL MODULE: ./lib/wire/json-marks.js
var json_marks = __webpack_require__(2056);
// EXTERNAL MODULE: ./lib/wire/sse.js
var sse = __webpack_require__(2696);
;// CONCATENATED MODULE: ./lib/wire/sse-sieve.js
/**
 * A stream of events out of which some may be kept back. Most of the bytes hold nothing that could be meant, and go on as they
 * came, whole events at a time, without being read; only where a mark stands are events taken apart.
 */

const CR = 0x0d;
const BLANK_LINE = Buffer.from('\n\n');
const NOTHING = Buffer.alloc(0);
class SseSieve {
    #rules;
    #parser = new sse/* SseParser */.N({ keepRaw: true });
    /** True when the parser holds no part of an event. */
    #isBetween = true;
    /** Whether the last event that was asked about went on. */
    #isPassed = true;
    constructor(rules) {
        this.#rules = rules;
    }
    /** The bytes that go on. */
    push(chunk) {
        const begin = this.#isBetween ? 0 : after(chunk.indexOf(BLANK_LINE));
        const end = after(chunk.lastIndexOf(BLANK_LINE));
        // Other line ends are for the parser, and so is an event that began before and does not end here.
        if (begin === undefined || end === undefined || chunk.includes(CR))
            return this.#sift(chunk);
        const whole = chunk.subarray(begin, end);
        if (this.#rules.hasMark(whole))
            return this.#sift(chunk);
        const before = begin === 0 ? NOTHING : this.#sift(chunk.subarray(0, begin));
        this.#parser.skip();
        // Of what has not ended only comments go on.
        const rest = end < chunk.length ? this.#sift(chunk.subarray(end)) : NOTHING;
        this.#isBetween = end === chunk.length;
        return before.length + rest.length === 0 ? whole : Buffer.concat([before, whole, rest]);
    }
    /** What is left when the stream has ended. */
    end() {
        const last = this.#parser.end();
        return last !== undefined && this.#passes(last) ? last.raw : NOTHING;
    }
    #passes(event) {
        if (!event.isRest)
            this.#isPassed = this.#rules.passes(event);
        return this.#isPassed;
    }
    #sift(chunk) {
        const passed = [];
        for (const event of this.#parser.push(chunk))
            if (this.#passes(event))
                passed.push(event.raw);
        this.#isBetween = chunk.length >= 2 && chunk.subarray(-2).equals(BLANK_LINE);
        const [only] = passed;
        return passed.length === 1 && only ? only : Buffer.concat(passed);
    }
}
/** Behind the blank line that was found; `undefined` where none was. */
function after(at) {
    return at === -1 ? undefined : at + BLANK_LINE.length;
}

;// CONCATENATED MODULE: ./lib/wire/sse-skimmer.js
/**
 * The first and the last events of a stream, and all of them where an error is about: usage stands at the ends, and what lies
 * between is text that nobody has to read. Works on chunks as they come, and only lets go of whole events.
 */

const LF = 0x0a;
const R = 0x72;
/** The end of `"error"`: looking for a quotation mark would stop at every word of a JSON text. */
const ERROR_MARK = Buffer.from('rror"');
const sse_skimmer_BLANK_LINE = Buffer.from('\n\n');
/** Events at the beginning that are read as they come. */
const HEAD_EVENTS = 8;
/** Chunks that end with an event and are kept, so that as many of the last events are there in the end \u2026 */
const TAIL_CHUNKS = 32;
/** \u2026 or fewer, where they are large: usage is among the last few events. */
const LEAST_TAIL_CHUNKS = 4;
const ENOUGH_BYTES = 16 * 1024;
/** Where chunks do not end with events, so much is kept before the older part is let go of. */
const MAX_KEPT_BYTES = 1024 * 1024;
const TAIL_BYTES = 64 * 1024;
class SseSkimmer {
    #parser = new sse/* SseParser */.N();
    #mayMatter;
    /** True when the parser holds no part of an event. */
    #isBetween = true;
    #headEvents = 0;
    #isSkimming = false;
    #readsAll = false;
    /** Begins with an event, always. */
    #kept = [];
    #keptBytes = 0;
    /** Chunks that were let go of. */
    #gone = 0;
    /** Behind which chunks an event ends, counted from the first that was ever kept. */
    #ends = [];
    /** @param mayMatter false when nobody wants an event out of these bytes, which are whole ones */
    constructor(mayMatter = () => true) {
        this.#mayMatter = mayMatter;
    }
    /** Payloads that are known to matter already. */
    push(chunk) {
        if (chunk.length === 0)
            return [];
        if (!this.#isSkimming)
            return this.#read(chunk);
        const isError = chunk.includes(ERROR_MARK) || this.#isErrorAcross(chunk);
        this.#kept.push(chunk);
        this.#keptBytes += chunk.length;
        if (isError)
            return this.#readAll();
        if (endsEvent(chunk))
            this.#letGo();
        else if (this.#keptBytes > MAX_KEPT_BYTES)
            return this.#cut();
        return [];
    }
    /** The rest: the last events, also one that never ended. */
    end() {
        const payloads = this.#readKept();
        const last = this.#parser.end()?.data;
        return last ? [...payloads, last] : payloads;
    }
    /** The mark may stand half in the chunk before. */
    #isErrorAcross(chunk) {
        const before = this.#kept.at(-1);
        const seam = ERROR_MARK.length - 1;
        if (before === undefined || !before.includes(R, Math.max(0, before.length - seam)))
            return false;
        return Buffer.concat([before.subarray(-seam), chunk.subarray(0, seam)]).includes(ERROR_MARK);
    }
    #readAll() {
        this.#readsAll = true;
        return this.#readKept();
    }
    #read(chunk) {
        const payloads = this.#payloads(chunk);
        this.#headEvents += payloads.length;
        this.#isSkimming = !this.#readsAll && this.#headEvents >= HEAD_EVENTS && endsEvent(chunk);
        return payloads;
    }
    #readKept() {
        const kept = this.#kept;
        this.#kept = [];
        this.#keptBytes = 0;
        this.#gone = 0;
        this.#ends = [];
        this.#isSkimming = false;
        return kept.flatMap((chunk) => this.#payloads(chunk));
    }
    #payloads(chunk) {
        const payloads = [];
        const wasBetween = this.#isBetween;
        this.#isBetween = endsEvent(chunk);
        if (wasBetween && this.#isBetween && !this.#mayMatter(chunk)) {
            this.#parser.skip();
            return payloads;
        }
        for (const { data } of this.#parser.push(chunk))
            if (data)
                payloads.push(data);
        return payloads;
    }
    #letGo() {
        this.#ends.push(this.#gone + this.#kept.length);
        while (this.#ends.length > LEAST_TAIL_CHUNKS) {
            const end = this.#ends[0] ?? this.#gone;
            let bytes = 0;
            for (let at = 0; at < end - this.#gone; at += 1)
                bytes += this.#kept[at]?.length ?? 0;
            if (this.#ends.length <= TAIL_CHUNKS && this.#keptBytes - bytes < ENOUGH_BYTES)
                return;
            this.#ends.shift();
            this.#kept.splice(0, end - this.#gone);
            this.#keptBytes -= bytes;
            this.#gone = end;
        }
    }
    /** One huge event, or other line ends than before, are for the parser. */
    #cut() {
        const whole = Buffer.concat(this.#kept);
        const end = whole.lastIndexOf(sse_skimmer_BLANK_LINE, whole.length - TAIL_BYTES);
        if (end === -1)
            return this.#readAll();
        const rest = whole.subarray(end + sse_skimmer_BLANK_LINE.length);
        this.#kept = [rest];
        this.#keptBytes = rest.length;
        this.#gone = 0;
        this.#ends = [];
        return [];
    }
}
function endsEvent(chunk) {
    return chunk[chunk.length - 1] === LF && chunk[chunk.length - 2] === LF;
}

;// CONCATENATED MODULE: ./lib/meter/tap.js







const tap_NOTHING = Buffer.alloc(0);
const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** Only payloads that hold one of these can matter; text that quotes them costs a parse, nothing else. */
const MARKS = ['"usage', '"error', '"finishReason', '"blockReason'].map((mark) => Buffer.from(mark));
/** One of these stands in all of them. They begin with letters that JSON texts have fewer of than quotation marks, and are found far sooner. */
const SIGNS = ['usage', 'rror', 'Reason'].map((sign) => Buffer.from(sign));
/** Ends of `"usage":` and `"error"`, without the quotation mark in front that every word of a JSON text has. */
const USAGE_END = Buffer.from('sage":');
const ERROR_END = Buffer.from('rror"');
/** One in each event; no text can hold it, since JSON writes a line's end as an escape. */
const EVENT_MARK = Buffer.from('\ndata:');
/** What stands around the text of an event, in any dialect, is hardly longer. */
const EVENT_BYTES = 400;
const BYTES_PER_TOKEN = 4;
const NONE_YET = { pattern: /^ ?null/, length: ' null'.length };
class ResponseTap {
    #reader;
    #dialect;
    #decoder;
    /** For streams of which an event may have to be kept back. */
    #sieve;
    /** For all other streams. */
    #skimmer;
    #json = [];
    #jsonBytes = 0;
    #bytes = 0;
    #events = 0;
    #error;
    #trouble;
    #isStream;
    constructor({ dialect, headers, hidesRequestedUsage }) {
        this.#dialect = dialect;
        this.#reader = dialect.createUsageReader();
        const isStream = isEventStream(headers);
        this.#isStream = isStream;
        const decoder = (0,decode/* createDecoder */.$C)(headers['content-encoding']);
        this.#decoder = typeof decoder === 'string' ? undefined : decoder;
        if (decoder === 'unknown')
            this.#trouble = `content-encoding ${headers['content-encoding']} is not known`;
        const isFiltered = hidesRequestedUsage && isStream && decoder === 'identity';
        this.#sieve = isFiltered
            ? new SseSieve({ hasMark: mayBeOurs, passes: ({ data }) => !this.#isOurs(data) })
            : undefined;
        this.#skimmer = isStream && !isFiltered ? new SseSkimmer(hasSign) : undefined;
        this.#decoder?.on('data', (chunk) => this.#listen(chunk));
        this.#decoder?.on('error', (error) => {
            this.#trouble ??= (0,errors/* describeError */.Uc)(error);
        });
    }
    /** True when the client may get other bytes than the upstream sent, so that no length can be promised. */
    get changesBytes() {
        return this.#sieve !== undefined;
    }
    /** What the client gets for these bytes. */
    push(chunk) {
        this.#bytes += chunk.length;
        if (this.#isStream)
            this.#countEvents(chunk);
        if (this.#sieve)
            return this.#sieve.push(chunk);
        if (this.#decoder)
            this.#decode(this.#decoder, chunk);
        else if (this.#trouble === undefined)
            this.#listen(chunk);
        return chunk;
    }
    /** What the client still gets when the upstream has ended. */
    end() {
        return this.#sieve?.end() ?? tap_NOTHING;
    }
    /** Usage as far as it was reported; valid for a stream that was cut as well. Told at once where nothing has to be undone. */
    result() {
        return this.#decoder ? this.#drain(this.#decoder).then(() => this.#told()) : this.#told();
    }
    #told() {
        for (const data of this.#skimmer?.end() ?? [])
            this.#take(data);
        const [only] = this.#json;
        if (only)
            this.#take(this.#json.length === 1 ? only : Buffer.concat(this.#json));
        this.#json = [];
        return {
            snapshot: this.#reader.snapshot(),
            error: this.#error,
            trouble: this.#trouble,
            bytes: this.#bytes,
            isStream: this.#isStream,
            textTokens: this.#isStream ? this.#textTokens() : 0,
        };
    }
    #countEvents(chunk) {
        for (let at = chunk.indexOf(EVENT_MARK); at !== -1; at = chunk.indexOf(EVENT_MARK, at + 1))
            this.#events += 1;
    }
    #textTokens() {
        return Math.max(0, Math.round((this.#bytes - this.#events * EVENT_BYTES) / BYTES_PER_TOKEN));
    }
    /** A decoder that failed, or that was given up, takes no more. */
    #decode(decoder, chunk) {
        if (!decoder.destroyed)
            decoder.write(chunk);
    }
    /** Reads an event; true when it is there because the meter asked for usage. */
    #isOurs(data) {
        const payload = data && this.#take(data);
        return payload !== undefined && this.#dialect.isRequestedUsage(payload);
    }
    #listen(chunk) {
        if (this.#skimmer) {
            for (const data of this.#skimmer.push(chunk))
                this.#take(data);
            return;
        }
        this.#jsonBytes += chunk.length;
        if (this.#jsonBytes <= MAX_JSON_BYTES)
            this.#json.push(chunk);
        else {
            this.#json = [];
            this.#trouble ??= `the answer is larger than ${MAX_JSON_BYTES} bytes`;
            // A little that unpacks to very much must not keep the meter busy.
            this.#decoder?.destroy();
        }
    }
    /** Reads one payload; what cannot be read is noted, and never disturbs the call. */
    #take(data) {
        if (!hasSign(data) || !MARKS.some((mark) => data.includes(mark)))
            return undefined;
        try {
            const payload = JSON.parse(data.toString('utf8'));
            this.#noteError(payload);
            this.#reader.push(payload);
            return payload;
        }
        catch (error) {
            // Not the parser's words: they quote what they stumbled over.
            this.#trouble ??=
                error instanceof errors/* WireFormatError */.zy ? error.message : 'a payload with usage is not valid JSON';
            return undefined;
        }
    }
    #noteError(payload) {
        if (this.#error !== undefined)
            return;
        const error = (0,failure_body/* errorIn */.K)(payload);
        if (error !== undefined)
            this.#error = { error };
    }
    async #drain(decoder) {
        if (decoder.destroyed)
            return;
        decoder.end();
        try {
            await (0,promises_.finished)(decoder);
        }
        catch (error) {
            // A stream that was cut ends inside its compression; what came out before counts.
            this.#trouble ??= (0,errors/* describeError */.Uc)(error);
        }
    }
}
/** By lower-case names. */
function isEventStream(headers) {
    return (headers['content-type'] ?? '').toLowerCase().includes('text/event-stream');
}
/** False where no payload in these bytes can matter. */
function hasSign(bytes) {
    return SIGNS.some((sign) => bytes.includes(sign));
}
/** True where usage or an error stands. Where usage was asked for, some servers say in every event that there is none yet. */
function mayBeOurs(bytes) {
    return bytes.includes(ERROR_END) || (0,json_marks/* hasValueBehind */.ct)(bytes, USAGE_END, NONE_YET);
}

;// CONCATENATED MODULE: ./lib/meter/call.js














const REWRITTEN_HEADERS = new Set([
    'host',
    'content-length',
    'content-encoding',
    'accept-encoding',
    'expect',
    // As what it was checked: some servers read a form where this says so.
    'content-type',
    // A part of an answer would leave its usage out.
    'x-goog-fieldmask',
]);
/** A short answer goes out in one piece with its head. */
const MAX_SHORT_BYTES = 64 * 1024;
/** Up to here copying a body together is cheaper than sending it in pieces. */
const MAX_COPIED_BYTES = 128 * 1024;
const RETRY_HEADERS = new Set(['retry-after', 'retry-after-ms', 'x-should-retry']);
const NOWHERE = { origin: '', prefix: '' };
class MeteredCall {
    #services;
    #route;
    #request;
    #response;
    #headers;
    #account;
    #screen;
    #hidesRequestedUsage = false;
    /** Listens to an answer that goes on as it comes. */
    #tap;
    constructor(services, route, request, response) {
        this.#services = services;
        this.#route = route;
        this.#request = request;
        this.#response = response;
        this.#headers = (0,wire_headers/* headerRecord */.jP)(request.rawHeaders);
        this.#account = new account/* CallAccount */.E(services, route.dialect, this.#headers);
        this.#screen = new key_screen/* KeyScreen */.O(services.credentials);
    }
    get isGone() {
        return this.#response.destroyed;
    }
    whenGone(callback) {
        this.#response.once('close', callback);
        return () => this.#response.off('close', callback);
    }
    onHead(head) {
        if ((0,kept_answer/* isShortError */.H7)(head) || isShortAnswer(head))
            return 'keep';
        this.#account.noteHead(head);
        const coded = (0,kept_answer/* wayOfCoded */.C_)(this.#services.credentials, head);
        if (coded === 'keep')
            return coded;
        // What is decoded on its way is heard as it is passed on.
        const headers = coded === undefined ? head.headers : { ...head.headers, 'content-encoding': '' };
        this.#tap = this.#tapFor(headers);
        return coded ?? (this.#tap.changesBytes ? 'relay-other-length' : 'relay');
    }
    redact(header) {
        return (0,meter_credentials/* redact */.E$)(this.#services.credentials, header);
    }
    onData(chunk) {
        return this.#screen.push(this.#tap?.push(chunk) ?? chunk);
    }
    async run() {
        const { dialect } = this.#route;
        if (this.#services.upstreamOf(dialect) === undefined) {
            const text = `spendgate has no upstream for ${dialect.id}: name one in \`upstream\`.`;
            this.#answer(dialect.failure(404, text));
            return;
        }
        const admitted = await this.#admit();
        if (admitted === undefined)
            return;
        try {
            await this.#exchange(admitted);
        }
        catch (error) {
            this.#account.lose(admitted.ticket);
            throw error;
        }
    }
    /** `undefined` when the call was answered here. */
    async #admit() {
        const { dialect, path } = this.#route;
        let ticket;
        try {
            const body = await readRequestBody(this.#request, this.#headers['content-encoding']);
            const facts = dialect.readRequest(body, path);
            const admission = await this.#account.admit({ facts, body }, this);
            if (admission.kind === 'refused') {
                if (this.isGone)
                    this.#account.giveRequestBack();
                else
                    await this.#refuse(admission.reason);
                return undefined;
            }
            ticket = admission.ticket;
            if (this.isGone) {
                this.#services.guard.release(ticket);
                this.#account.giveRequestBack();
                return undefined;
            }
            if (admission.ceiling !== undefined)
                dialect.setOutputCeiling(body, admission.ceiling);
            this.#hidesRequestedUsage = dialect.requestUsage(body);
            const { guard } = this.#services;
            const addNote = (text) => dialect.addNote(body, text);
            return { ticket, request: new noted_request/* NotedRequest */.o(body, admission, { addNote, guard }) };
        }
        catch (error) {
            if (ticket)
                this.#services.guard.release(ticket);
            this.#refuseUnread(error);
            return undefined;
        }
    }
    /**
     * The order at the end matters: what happened is on disk and counted before the client hears of it, or, where an answer goes
     * on at once, before the meter hears anything more: nothing may be waited for in between.
     */
    async #exchange({ request, ticket }) {
        this.#account.send(ticket);
        const end = await request.send((parts) => (0,relay/* relay */.E)(this.#upstreamRequest(parts), this.#response, this));
        const isPassed = (0,kept_answer/* passAtOnce */.me)(this.#services.credentials, this.#response, end);
        const rest = this.#rest();
        const result = (this.#tap ?? this.#tapOfKept(end))?.result();
        const heard = result instanceof Promise ? await result : result;
        const told = await this.#account.settle(ticket, { end, heard, note: request.note });
        if (!isPassed)
            await this.#finish(end, rest, told);
        if (this.#services.dispatcher.hasUnsent?.() === false)
            this.#account.giveRequestBack();
    }
    /** What the client still gets behind what was passed on. */
    #rest() {
        if (this.#tap === undefined)
            return undefined;
        return Buffer.concat([this.#screen.push(this.#tap.end()), this.#screen.end()]);
    }
    /** `undefined` where nothing was answered but an error, of which more is read. */
    #tapOfKept({ head, kept }) {
        if (head === undefined || head.status >= 400)
            return undefined;
        const tap = this.#tapFor(head.headers);
        tap.push(kept);
        return tap;
    }
    #tapFor(headers) {
        const { dialect } = this.#route;
        return new ResponseTap({ dialect, headers, hidesRequestedUsage: this.#hidesRequestedUsage });
    }
    #upstreamRequest(parts) {
        const size = parts.reduce((sum, { length }) => sum + length, 0);
        const { credentials, dispatcher, upstreamOf } = this.#services;
        const { dialect, path, query } = this.#route;
        const upstream = upstreamOf(dialect) ?? NOWHERE;
        const swapped = (0,meter_credentials/* swapQuery */.yv)(credentials, (0,meter_query/* withoutMasks */.Ww)(query));
        const { rawHeaders: raw } = this.#request;
        const headers = (0,outgoing_headers/* outgoingHeaders */.j)(this.#services, {
            raw,
            dropped: REWRITTEN_HEADERS,
            policy: upstream.headers,
        });
        // Uncompressed answers spare both sides the work, and can be listened to as they come.
        headers.push('content-type', 'application/json', 'content-length', String(size));
        headers.push('accept-encoding', 'identity', ...swapped.headers);
        return {
            dispatcher,
            origin: upstream.origin,
            path: `${(0,meter_services/* pathAt */.D)(upstream, path)}${swapped.query}`,
            method: 'POST',
            headers,
            body: size > MAX_COPIED_BYTES ? parts : Buffer.concat(parts),
        };
    }
    /** The client's end of the exchange follows the upstream's: whole, refused, unreachable, or broken. */
    async #finish(end, rest, told) {
        const { dialect } = this.#route;
        if (end.kind === 'gone')
            return;
        if (end.head === undefined) {
            this.#answer(dialect.failure(502, `spendgate could not reach the upstream: ${(0,errors/* describeError */.Uc)(end.error)}.`));
        }
        else if (this.#response.headersSent) {
            if (end.kind === 'broken')
                this.#request.socket.resetAndDestroy();
            else
                this.#response.end(rest);
        }
        else if (told !== undefined) {
            this.#answer(dialect.refusal(told));
        }
        else if (end.kind === 'complete') {
            const { head, kept } = end;
            const isPassed = await (0,kept_answer/* passKept */.op)(this.#services.credentials, this.#response, { head, kept });
            if (!isPassed)
                this.#answer(dialect.failure(head.status < 400 ? 502 : head.status, kept_answer/* UNREADABLE */.mP));
        }
        else if (end.head.status < 400) {
            this.#request.socket.resetAndDestroy();
        }
        else {
            const why = end.error === undefined ? '' : ` (${(0,errors/* describeError */.Uc)(end.error)})`;
            const { status, headers } = end.head;
            const failure = dialect.failure(status, `The upstream's error message did not come whole${why}.`);
            this.#answer({ ...failure, headers: { ...failure.headers, ...whenToRetry(headers) } });
        }
    }
    async #refuse(reason) {
        const answer = this.#route.dialect.refusal(reason);
        const told = this.#account.refuse(answer.status);
        this.#account.giveRequestBack();
        await told;
        this.#answer(answer);
    }
    /** What the meter cannot read it cannot limit, and no upstream could read it either. */
    #refuseUnread(error) {
        const { dialect } = this.#route;
        // Nobody reads the rest of it.
        if (!this.#request.complete && !this.#response.headersSent)
            this.#response.setHeader('connection', 'close');
        this.#answer(dialect.failure(400, `spendgate could not read the request: ${(0,errors/* describeError */.Uc)(error)}.`));
    }
    #answer(answer) {
        (0,local_answer/* sendLocal */.k)(this.#response, answer);
    }
}
/** Of a stream something may have to be left out. */
function isShortAnswer({ headers }) {
    return Number(headers['content-length'] ?? Number.NaN) <= MAX_SHORT_BYTES && !isEventStream(headers);
}
/** What an error tells of trying again, in headers by lower-case names. */
function whenToRetry(headers) {
    return Object.fromEntries(Object.entries(headers).filter(([name]) => RETRY_HEADERS.has(name)));
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/undici/index.js
var undici = __webpack_require__(4371);
;// CONCATENATED MODULE: ./lib/meter/canary.js
/**
 * A call that must not get through: sent by the meter to itself, on a zero allowance, before the agent starts. It takes the
 * way of every other call (socket, dialect, guard, refusal); only the allowance is another one, and where the upstream
 * would be, something stands that tells whether it was reached.
 */



const HEADER = 'x-spendgate-canary';
const MODEL = 'spendgate-canary';
const DEADLINE_MS = 10_000;
/** Stands where the upstream would be. */
class Tripwire extends undici.Dispatcher {
    wasReached = false;
    dispatch(_options, handler) {
        this.wasReached = true;
        handler.onError?.(new Error('the canary got through'));
        return true;
    }
}
class Canary {
    #secret = (0,external_node_crypto_.randomBytes)(24).toString('hex');
    #tripwire = new Tripwire();
    #services;
    constructor(services) {
        this.#services = {
            ...services,
            guard: new Guard({
                limits: { maxRequests: 0, maxTokens: 0 },
                prices: services.prices,
                onUnpriced: 'block',
                observe: false,
            }),
            dispatcher: this.#tripwire,
            upstreamOf: () => ({ origin: 'http://127.0.0.1', prefix: '' }),
            ledger: { append: () => undefined },
            nextId: () => 'canary',
        };
    }
    /** The services of the rehearsal for the one request that carries its secret. */
    servicesFor(headers) {
        const given = Buffer.from(String(headers[HEADER] ?? ''));
        const secret = Buffer.from(this.#secret);
        return given.length === secret.length && (0,external_node_crypto_.timingSafeEqual)(given, secret) ? this.#services : undefined;
    }
    async fly(url, dialect, key) {
        const [field = ''] = dialect.ceilingFields;
        const call = dialect.probe({ model: MODEL, prompt: 'canary', outputCeiling: 1, field, key });
        const headers = { 'content-type': 'application/json', [HEADER]: this.#secret, ...call.headers };
        const { status, text } = await post(`${url}${call.path}`, headers, JSON.stringify(call.body));
        const isRefused = status >= 400 && status < 500 && text.includes('max-requests');
        const isArmed = isRefused && !this.#tripwire.wasReached;
        return {
            isArmed,
            evidence: isArmed
                ? `a call on a zero allowance was refused here (${status}), and did not leave`
                : why(status, this.#tripwire.wasReached),
        };
    }
}
function why(status, wasReached) {
    return wasReached
        ? 'a call on a zero allowance was forwarded'
        : `a call on a zero allowance was answered with ${status} instead of a refusal`;
}
/** On a connection of its own, which nothing of the run shares. */
async function post(url, headers, body) {
    const dispatcher = new undici.Agent();
    try {
        const signal = AbortSignal.timeout(DEADLINE_MS);
        const answer = await (0,undici.request)(url, { method: 'POST', headers, body, signal, dispatcher });
        return { status: answer.statusCode, text: await answer.body.text() };
    }
    finally {
        await dispatcher.destroy();
    }
}

;// CONCATENATED MODULE: ./lib/meter/counts.js
/** Counts by names that come from outside: neither their number nor their length is without bound. */
const MAX_KEYS = 100;
const MAX_KEY_LENGTH = 100;
/**
 * Counts one more; returns the name it was counted under.
 * @param rest takes what comes when there are too many names to tell apart
 */
function countUp(counts, key, rest) {
    const short = key.slice(0, MAX_KEY_LENGTH);
    const name = counts.has(short) || counts.size < MAX_KEYS ? short : rest;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return name;
}

;// CONCATENATED MODULE: ./lib/meter/failure-desk.js

/** An agent that sends the same too large call again and again gets nowhere. */
const MAX_TOO_LARGE_IN_A_ROW = 3;
/** A wrong key is answered the same way every time: one look is enough for a while. */
const SPENT_VALID_MS = 60_000;
const LEFT_VALID_MS = 5000;
class FailureDesk {
    #options;
    #tooLarge = 0;
    #probed;
    #countedAt = 0;
    constructor(options) {
        this.#options = options;
    }
    noteSuccess() {
        this.#tooLarge = 0;
    }
    /**
     * What to tell the agent in place of the answer; `undefined`: the answer goes on as it came. A function where a look at
     * the budget has to decide, to be asked when the call is on disk.
     */
    judge(evidence, startedAt) {
        const failure = this.#options.gateway.readFailure({ ...evidence, at: this.#options.now() });
        if (failure.needsProbe)
            return () => this.#settleByLook(evidence.status, failure);
        if (failure.kind === 'exhausted')
            return this.#exhausted(evidence.status, failure, failure.evidence);
        return failure.kind === 'too-large-for-budget' ? this.#refuse(failure, startedAt) : undefined;
    }
    async #settleByLook(status, failure) {
        if ((await this.#probe()) !== 'spent')
            return undefined;
        return this.#exhausted(status, failure, `${failure.evidence}, and a look at the budget`);
    }
    /** What is kept names the evidence alone: the gateway's own words may repeat a key or a prompt. */
    #exhausted(status, failure, evidence) {
        const { scope, origin, resetsAt } = failure;
        const whose = origin === 'upstream' ? 'of the provider behind the gateway' : 'at the gateway';
        const until = resetsAt === undefined ? '' : ` It resets at ${resetsAt}.`;
        const stop = `The budget ${whose}${scope === undefined ? '' : ` (${scope})`} is exhausted (status ${status}, ${evidence}).${until} A person can raise the budget there.`;
        this.#options.guard.stopWith('budget-exhausted', stop);
        return this.#tell(stop, failure);
    }
    /** Calls that were on their way at the same time are no repetition. */
    #refuse(failure, startedAt) {
        const { guard, now } = this.#options;
        if (startedAt.getTime() >= this.#countedAt) {
            this.#tooLarge += 1;
            this.#countedAt = now().getTime();
        }
        const why = `This call is too large for what is left of the budget at the gateway (${failure.evidence}). A smaller one, or a lower output ceiling, may pass.`;
        if (this.#tooLarge >= MAX_TOO_LARGE_IN_A_ROW)
            guard.stopWith('budget-exhausted', `${why} ${this.#tooLarge} calls in a row were too large.`);
        return this.#tell(why, failure);
    }
    #tell(reason, { message }) {
        if (this.#options.guard.observes)
            return undefined;
        return `${reason} It said: ${(0,meter_credentials/* redact */.E$)(this.#options.credentials, message)} Do not retry.`;
    }
    /** Calls that fail at once share one look; what is left now may be gone a moment later. */
    async #probe() {
        const { probe, now } = this.#options;
        const at = now().getTime();
        if (probe === undefined)
            return 'unknown';
        if (this.#probed === undefined || at > this.#probed.until) {
            // A look that fails has seen nothing; the call it was for goes on all the same.
            const said = probe().catch(() => 'unknown');
            this.#probed = { until: Number.POSITIVE_INFINITY, said };
            const valid = (await said) === 'spent' ? SPENT_VALID_MS : LEFT_VALID_MS;
            this.#probed = { until: now().getTime() + valid, said };
        }
        return this.#probed.said;
    }
}

// EXTERNAL MODULE: ./lib/core/model-name.js
var model_name = __webpack_require__(5976);
;// CONCATENATED MODULE: ./lib/meter/fallbacks.js
/**
 * Answers of another model than the one that was asked for: told by the gateway in a header, as soon as an answer begins,
 * or by the name the answer itself gives. A call counts once, whichever tells first, and however its answer ends.
 */



class Fallbacks {
    /** Calls by `asked \u2192 answered`. */
    reroutes = new Map();
    /** The gateway's own version, as the last answer told it. */
    gatewayVersion;
    #options;
    constructor(options) {
        this.#options = options;
    }
    /** Takes what the head of an answer tells; true when it tells of a fallback. */
    noteHead({ servedBy, fallbacks = 0, gatewayVersion }, asked) {
        this.gatewayVersion = gatewayVersion ?? this.gatewayVersion;
        if (fallbacks > 0)
            this.#count(asked, servedBy ?? 'a fallback');
        return fallbacks > 0;
    }
    /** Takes the model that an answer names; not asked for calls whose head told of a fallback. */
    noteModel(asked, answered) {
        if (asked !== undefined && answered !== undefined && (0,model_name/* isAnotherModel */.h)(asked, answered))
            this.#count(asked, answered);
    }
    #count(asked = 'unnamed', answered) {
        const { onFallback, redact, stopWith } = this.#options;
        if (onFallback === 'pass')
            return;
        const route = countUp(this.reroutes, `${asked} \u2192 ${redact(answered)}`, 'other fallbacks');
        if (onFallback === 'stop')
            stopWith((0,admission/* stopAt */.mk)('on-fallback', `another model answered (${route})`));
    }
}

;// CONCATENATED MODULE: ./lib/meter/paths.js
/**
 * Paths in one form, so that no spelling of a metered route passes as something else: dots resolved, slashes single,
 * percent-encoding undone, a doubled `/v1` made one, no trailing slash.
 */
const UNRESERVED = /%(?:2d|2e|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a])/gi;
const AMBIGUOUS = /;|%3[bf]|%2[03]|%5c|%25(?=[0-9a-f]{2})|%[01][0-9a-f]|%7f/i;
const ROUTE_MARKS = /%(?:2f|3a)/gi;
/** An agent calls the same few paths over and over. */
const KNOWN = new Map();
const MAX_KNOWN = 100;
const MAX_KNOWN_LENGTH = 500;
/** `undefined` when the target of the request is not a path. */
function canonicalise(target) {
    if (KNOWN.has(target))
        return KNOWN.get(target);
    const canonical = canonicalOf(target);
    if (KNOWN.size < MAX_KNOWN && target.length <= MAX_KNOWN_LENGTH)
        KNOWN.set(target, canonical);
    return canonical;
}
function canonicalOf(target) {
    const [rawPath = '', ...query] = target.split('?');
    if (!rawPath.startsWith('/'))
        return undefined;
    // Parameters of a segment, the marks of a query and a fragment, blanks and control characters: some servers cut them off,
    // and serve what stands in front. What is encoded twice, or leans the other way, some undo.
    if (AMBIGUOUS.test(rawPath))
        return undefined;
    const decoded = paths_decode(rawPath, UNRESERVED);
    const wirePath = tidy(decoded);
    const path = tidy(paths_decode(decoded, ROUTE_MARKS));
    if (wirePath === undefined || path === undefined)
        return undefined;
    return { path, wirePath, query: query.length > 0 ? `?${query.join('?')}` : '' };
}
function paths_decode(path, encoded) {
    return path.replace(encoded, (character) => decodeURIComponent(character));
}
function tidy(path) {
    const url = URL.parse(`http://meter${path.replace(/[/\\]+/g, '/')}`);
    return url?.pathname.replace(/^(?:\/v1)+(?=\/)/i, '/v1').replace(/(?<=.)\/+$/, '');
}

;// CONCATENATED MODULE: ./lib/meter/refusal-pace.js
/**
 * Slows down a client that goes on after it was refused: it may neither fill the ledger with what was refused nor keep the
 * meter busy, however long nobody comes to end it.
 */

/** In a row, which no client comes to that takes a refusal for what it is. */
const MAX_AT_ONCE = 100;
const PAUSE_MS = 1000;
class RefusalPace {
    #over = Promise.withResolvers();
    #inARow = 0;
    noteSent() {
        this.#inARow = 0;
    }
    /** Resolves when the refusal may be told. */
    async noteRefused() {
        this.#inARow += 1;
        if (this.#inARow > MAX_AT_ONCE)
            await (0,deadline/* withDeadline */.NE)(this.#over.promise, PAUSE_MS, () => undefined);
    }
    /** The meter closes, and waits for nobody. */
    end() {
        this.#over.resolve();
    }
}

;// CONCATENATED MODULE: ./lib/meter/retries.js
/** Recognises a call that repeats a failed one: the client says so, or the body is one that failed before. */
const retries_MAX_REMEMBERED = 1000;
class RetryDetector {
    #failed = new Set();
    isRetry(headers, fingerprint) {
        if (Number(headers['x-stainless-retry-count'] ?? 0) > 0)
            return true;
        // In most runs nothing has failed, and nobody has to look at the whole of a request.
        return this.#failed.size > 0 && this.#failed.has(fingerprint());
    }
    noteFailure(fingerprint) {
        if (this.#failed.size < retries_MAX_REMEMBERED)
            this.#failed.add(fingerprint);
    }
    /** What is sent again after a good answer repeats no failure. */
    noteSuccess(fingerprint) {
        if (this.#failed.size > 0)
            this.#failed.delete(fingerprint());
    }
}

// EXTERNAL MODULE: ./lib/meter/neighbour-routes.js
var neighbour_routes = __webpack_require__(6773);
// EXTERNAL MODULE: ./lib/meter/outcome.js
var outcome = __webpack_require__(5505);
;// CONCATENATED MODULE: ./lib/meter/unmetered.js













/** TRACE would echo the key, and the rest has no use here. */
const FORWARDED_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** An answer is asked for as it can be read, should it repeat the key. */
const unmetered_REWRITTEN_HEADERS = new Set(['host', 'expect', 'accept-encoding']);
/** A look has no body: with one, and a word for another method, it might be taken for more. */
const BODILESS = new Set(['GET', 'HEAD']);
const LOOK_HEADERS = new Set([...unmetered_REWRITTEN_HEADERS, 'content-length', 'content-encoding', 'content-type']);
/** Forwards it as it is; routes that manage keys and budgets, and methods that no client needs, are answered here. */
async function forwardUnmetered(services, unmetered) {
    const { request, response, target } = unmetered;
    const method = request.method ?? 'GET';
    const neighbour = neighbourOf(unmetered);
    const upstream = services.upstreamOf(neighbour);
    if (!FORWARDED_METHODS.has(method))
        return (0,local_answer/* sendLocal */.k)(response, neighbour.failure(405, `spendgate does not forward ${method}.`));
    if ((0,neighbour_routes/* isManagement */.WB)(method, target.path) || upstream === undefined)
        return (0,local_answer/* sendLocal */.k)(response, neighbour.failure(404, 'spendgate does not forward this route.'));
    const mayCost = (0,neighbour_routes/* isSpending */.jb)(method, target.path);
    const route = `${method} ${target.path}`;
    const refusal = mayCost ? services.guard.admitUnmetered(route.slice(0, MAX_KEY_LENGTH)) : undefined;
    if (refusal !== undefined) {
        await services.refusals.noteRefused();
        return (0,local_answer/* sendLocal */.k)(response, neighbour.refusal(refusal));
    }
    services.noteOther(route);
    const { clock, credentials } = services;
    const startedAt = clock.now();
    const sent = mayCost ? noteSent(services, { path: target.path, startedAt }) : undefined;
    const screen = new key_screen/* KeyScreen */.O(credentials);
    const end = await (0,relay/* relay */.E)(upstreamRequest(services, unmetered, upstream), response, {
        onHead: (head) => ((0,kept_answer/* isShortError */.H7)(head) ? 'keep' : ((0,kept_answer/* wayOfCoded */.C_)(credentials, head) ?? 'relay')),
        onData: (chunk) => screen.push(chunk),
        redact: (header) => (0,meter_credentials/* redact */.E$)(credentials, header),
    });
    if (sent)
        unmetered_record(services, { ...sent, startedAt, end });
    if (end.kind !== 'complete' || end.head === undefined || response.headersSent)
        return finish(end, { request, response }, { neighbour, rest: screen.end() });
    const { head, kept } = end;
    if (!(await (0,kept_answer/* passKept */.op)(credentials, response, { head, kept })))
        (0,local_answer/* sendLocal */.k)(response, neighbour.failure(head.status < 400 ? 502 : head.status, kept_answer/* UNREADABLE */.mP));
}
function upstreamRequest(services, { request, target }, upstream) {
    const { rawHeaders: raw } = request;
    const method = request.method ?? 'GET';
    const isLook = BODILESS.has(method);
    const swapped = (0,meter_credentials/* swapQuery */.yv)(services.credentials, (0,meter_query/* withoutMethods */.b0)(target.query));
    const dropped = isLook ? LOOK_HEADERS : unmetered_REWRITTEN_HEADERS;
    const headers = (0,outgoing_headers/* outgoingHeaders */.j)(services, { raw, dropped, policy: upstream.headers });
    return {
        dispatcher: services.dispatcher,
        origin: upstream.origin,
        path: `${(0,meter_services/* pathAt */.D)(upstream, target.wirePath)}${swapped.query}`,
        method,
        headers: [...headers, 'accept-encoding', 'identity', ...swapped.headers],
        body: !isLook && hasBody(request) ? request : null,
    };
}
/** It leaves: what is held for it, nobody can say. */
function noteSent({ ledger, nextId }, { path, startedAt }) {
    const requestedModel = path.slice(0, MAX_KEY_LENGTH);
    const named = { id: nextId(), at: startedAt.toISOString(), dialect: 'unmetered', requestedModel };
    ledger.append({ type: 'sent', ...named, inputTokens: 0, outputTokens: 0 });
    return named;
}
/** A call that the meter cannot read is not free: it counts as a call whose tokens and cost nobody reported. */
function unmetered_record({ clock, ledger }, { startedAt, end, ...named }) {
    const { entry } = (0,outcome/* judgeOutcome */.q)(end, undefined, () => ({ cost: undefined }));
    ledger.append({
        type: 'call',
        ...named,
        durationMs: Math.max(0, clock.now().getTime() - startedAt.getTime()),
        caller: 'unknown',
        retry: false,
        ...entry,
    });
}
function finish(end, { request, response }, { neighbour, rest }) {
    if (end.kind === 'gone')
        return;
    if (end.kind === 'complete')
        response.end(rest);
    else if (response.headersSent)
        request.socket.resetAndDestroy();
    else {
        const text = `spendgate could not reach the upstream: ${(0,errors/* describeError */.Uc)(end.error)}.`;
        (0,local_answer/* sendLocal */.k)(response, neighbour.failure(502, text));
    }
}
function neighbourOf({ request, target, dialects }) {
    const headers = (0,wire_headers/* headerRecord */.jP)(request.rawHeaders);
    const neighbour = dialects.find((dialect) => dialect.isNeighbour(target.path, headers)) ?? dialects[0];
    if (neighbour === undefined)
        throw new TypeError('the meter knows no dialect');
    return neighbour;
}
function hasBody({ headers }) {
    return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

;// CONCATENATED MODULE: ./lib/meter/server.js
/**
 * The meter: a proxy on loopback between the agent and whoever answers its model calls. It knows dialects and a gateway
 * by their interfaces alone, and the agent by a token that is worth nothing anywhere else.
 */

















const KEEP_ALIVE_MS = 10 * 60_000;
const LOCAL_METHODS = new Set(['HEAD', 'OPTIONS']);
/** Starts listening on 127.0.0.1. */
async function startMeter(options) {
    const meter = new MeterServer(options);
    await meter.listen(options.port);
    return meter;
}
class MeterServer {
    otherRequests = new Map();
    withheldHeaders = new Map();
    #options;
    #services;
    #server;
    #active = new Flight();
    /** Connections that have left HTTP, which the server no longer counts as its own. */
    #upgraded = new Set();
    #closing = new AbortController();
    #canary;
    #calls = 0;
    #closed;
    constructor(options) {
        this.#options = options;
        this.#services = {
            ...options,
            refusals: new RefusalPace(),
            retries: new RetryDetector(),
            closing: this.#closing.signal,
            fallbacks: new Fallbacks({
                onFallback: options.onFallback,
                redact: (text) => (0,meter_credentials/* redact */.E$)(options.credentials, text),
                stopWith: ({ reason, message }) => options.guard.stopWith(reason, message),
            }),
            noteOther: (what) => countUp(this.otherRequests, what, 'other paths'),
            noteWithheld: (name) => countUp(this.withheldHeaders, name, 'others'),
            failures: new FailureDesk({ ...options, now: () => options.clock.now() }),
            nextId: () => `${options.idPrefix}-${++this.#calls}`,
        };
        this.#server = (0,external_node_http_.createServer)({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, (request, response) => this.#track(() => this.#handle(request, response), response));
        this.#server.on('upgrade', (request, _socket, head) => {
            const { socket } = request;
            socket.on('error', () => socket.destroy());
            socket.once('close', () => this.#upgraded.delete(socket));
            this.#upgraded.add(socket);
            this.#track(() => this.#upgrade(request, head), socket);
        });
    }
    get url() {
        const address = this.#server.address();
        return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
    }
    get gatewayVersion() {
        return this.#services.fallbacks.gatewayVersion;
    }
    get reroutes() {
        return this.#services.fallbacks.reroutes;
    }
    async listen(port) {
        this.#server.listen(port, '127.0.0.1');
        try {
            await (0,external_node_events_.once)(this.#server, 'listening');
        }
        catch (cause) {
            throw new errors/* AppError */.uV('bad-value', `The meter cannot listen on port ${port}: ${(0,errors/* describeError */.Uc)(cause)}.`, {
                hint: 'Another port, or 0 for a free one.',
                cause,
            });
        }
    }
    async rehearse() {
        const [dialect] = this.#options.dialects;
        if (dialect === undefined)
            throw new TypeError('the meter knows no dialect');
        const { token, key } = this.#options.credentials;
        this.#canary = new Canary(this.#services);
        try {
            return await this.#canary.fly(this.url, dialect, token ?? key ?? 'spendgate-canary');
        }
        finally {
            this.#canary = undefined;
        }
    }
    close(graceMs = 0) {
        this.#closed ??= this.#close(graceMs);
        return this.#closed;
    }
    async #close(graceMs) {
        const closed = (0,external_node_events_.once)(this.#server, 'close');
        this.#server.close();
        this.#services.refusals.end();
        if (graceMs > 0) {
            this.#closing.abort();
            await Promise.race([Promise.allSettled(this.#active), (0,deadline/* sleep */.yy)(graceMs)]);
        }
        this.#server.closeAllConnections();
        for (const socket of this.#upgraded)
            socket.destroy();
        await Promise.allSettled(this.#active);
        await closed;
    }
    #track(handle, connection) {
        const handled = this.#finish(handle, connection);
        this.#active.add(handled);
        void handled.then(() => this.#active.delete(handled));
    }
    /** Never throws. */
    async #finish(handle, connection) {
        try {
            await handle();
        }
        catch (error) {
            // Not the error's words: they may quote a request.
            const name = error instanceof Error ? error.name : 'unknown error';
            this.#options.onTrouble(`a request could not be handled (${name})`);
            connection.destroy();
        }
    }
    #handle(request, response) {
        const method = request.method ?? 'GET';
        const target = canonicalise(request.url ?? '/');
        if (target === undefined)
            return (0,local_answer/* sendLocal */.k)(response, server_plain(400, 'spendgate: this is no path that can be read.'));
        const route = this.#route(method, target);
        if (!(0,meter_credentials/* isAuthorised */.$Q)(this.#options.credentials, request.rawHeaders, target.query)) {
            if (LOCAL_METHODS.has(method))
                return (0,local_answer/* sendLocal */.k)(response, server_plain(404, ''));
            const text = 'spendgate: this request does not carry the token of this run.';
            return (0,local_answer/* sendLocal */.k)(response, route?.dialect.failure(401, text) ?? server_plain(401, text));
        }
        const { telemetry } = this.#options;
        if (telemetry?.owns(method, target.path))
            return telemetry.take(request, response, target.path);
        const { dialects } = this.#options;
        if (route === undefined)
            return forwardUnmetered(this.#services, { request, response, target, dialects });
        const steering = (0,meter_query/* steeringIn */.F4)(target.query);
        if (steering !== undefined)
            return (0,local_answer/* sendLocal */.k)(response, route.dialect.failure(400, misplaced(steering)));
        const services = this.#canary?.servicesFor(request.headers) ?? this.#services;
        return new MeteredCall(services, { ...route, query: target.query }, request, response).run();
    }
    /** Clients that try websockets first fall back to HTTP at once on 426, and on nothing else. */
    async #upgrade(request, head) {
        const target = canonicalise(request.url ?? '/');
        const route = target && this.#route('POST', target);
        const messages = route?.dialect.messages;
        if (target === undefined || messages === undefined || messages.path !== route?.path)
            return (0,local_answer/* refuseUpgrade */.f)(request.socket, server_plain(426, 'spendgate: no websocket is spoken here.'));
        if (!(0,meter_credentials/* isAuthorised */.$Q)(this.#options.credentials, request.rawHeaders, target.query)) {
            const text = 'spendgate: this request does not carry the token of this run.';
            return (0,local_answer/* refuseUpgrade */.f)(request.socket, route.dialect.failure(401, text));
        }
        const steering = (0,meter_query/* steeringIn */.F4)(target.query);
        if (steering !== undefined)
            return (0,local_answer/* refuseUpgrade */.f)(request.socket, route.dialect.failure(400, misplaced(steering)));
        // Most runs never need it.
        const { meterWebSocket } = await Promise.all(/* import() */[__webpack_require__.e(977), __webpack_require__.e(328)]).then(__webpack_require__.bind(__webpack_require__, 8328));
        return meterWebSocket(this.#services, { ...route, messages, query: target.query }, request, head);
    }
    #route(method, { path }) {
        for (const dialect of this.#options.dialects) {
            const owned = dialect.canonicalPath(method, path);
            if (owned !== undefined)
                return { dialect, path: owned };
        }
        return undefined;
    }
}
function misplaced(name) {
    return `spendgate: \`${name}\` stands in the query, where a gateway may take it for more than the request says. It belongs in the request body.`;
}
function server_plain(status, body) {
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

// EXTERNAL MODULE: ./lib/modes/budget-reading.js
var budget_reading = __webpack_require__(4334);
;// CONCATENATED MODULE: ./lib/modes/metering.js






async function startMetering(deps, options) {
    const { config, prices } = deps;
    const { limits, weights, wrapUp, onUnpriced, onFallback } = config.wrap;
    const { attribution, observe } = config;
    const gateway = gatewayOf(deps);
    const policy = headerPolicy({ gateway, attribution, isOurKey: config.gateway.key !== undefined });
    const guard = new Guard({ limits, weights, wrapUp, prices, onUnpriced, observe, onStop: options.onStop });
    const meter = await startMeter({
        ...options,
        dialects: deps.dialects,
        gateway,
        guard,
        prices,
        credentials: { token: options.token, key: config.gateway.key },
        dispatcher: deps.dispatcher,
        upstreamOf: upstreams(config, deps.dialects, policy),
        readCaller: (headers, body) => callerOf(deps.agents, headers, body),
        probe: () => lookOnce(deps),
        onFallback,
        clock: deps.clock,
    });
    return { meter, guard };
}
/** Requests that were forwarded without being metered, all paths together. */
function otherRequestsOf({ otherRequests }) {
    return [...otherRequests.values()].reduce((sum, count) => sum + count, 0);
}
async function lookOnce({ lookAtBudget }) {
    const reading = (0,budget_reading/* readingOf */.MU)(await lookAtBudget());
    const left = reading && (0,budget/* tightestOf */.K0)(reading)?.remaining;
    if (left === undefined)
        return 'unknown';
    return left.value <= 0 ? 'spent' : 'left';
}
/** Without a named gateway, errors are read by the rules that hold at every provider. */
function gatewayOf({ config, gateways }) {
    const gateway = gateways.find(({ id }) => id === (config.gateway.id ?? 'ledger'));
    if (gateway === undefined)
        throw new TypeError('the list of gateways has no fallback');
    return gateway;
}
/** Where upstreams are named one by one, the others have none: the key belongs to those that were named. */
function upstreams({ wrap, gateway }, dialects, policy) {
    const own = gateway.url === undefined ? undefined : new URL(gateway.url).origin;
    const byId = new Map(dialects.map(({ id, defaultUpstream }) => {
        const base = wrap.upstream ? wrap.upstream.get(id) : (gateway.url ?? defaultUpstream);
        if (base === undefined)
            return [id, undefined];
        const upstream = (0,meter_services/* parseUpstream */.x)(base);
        // The key goes to all that were named; whose the run is, is the business of the gateway alone.
        const isGateway = own === undefined || upstream.origin === own;
        return [id, { ...upstream, headers: isGateway ? policy : policy && { ...policy, added: [] } }];
    }));
    return ({ id }) => byId.get(id);
}
function callerOf(agents, headers, body) {
    for (const agent of agents) {
        const facts = agent.readCaller(headers, body);
        if (facts !== undefined)
            return facts;
    }
    return { caller: 'unknown' };
}

// EXTERNAL MODULE: ./lib/modes/override-report.js
var override_report = __webpack_require__(4917);
// EXTERNAL MODULE: ./lib/modes/run-record.js
var run_record = __webpack_require__(7435);
// EXTERNAL MODULE: ./lib/modes/troubles.js
var troubles = __webpack_require__(2602);
;// CONCATENATED MODULE: ./lib/core/minutes.js
/** Workflow minutes as part of what a run costs. GitHub bills started minutes; the price depends on the runner's label. */
/** @param prices nano-USD per minute by label, lower-case; the empty label is the price for all others */
function runnerCost(durationMs, prices, labels) {
    const minutes = Math.ceil(durationMs / 60_000);
    const price = [...labels.map((label) => label.toLowerCase()), '']
        .map((label) => prices.get(label))
        .find((found) => found !== undefined);
    return { minutes, costNanoUsd: price === undefined ? undefined : minutes * price };
}

// EXTERNAL MODULE: ./lib/core/patterns/index.js + 7 modules
var patterns = __webpack_require__(7793);
// EXTERNAL MODULE: ./lib/core/record.js
var core_record = __webpack_require__(9510);
// EXTERNAL MODULE: ./lib/core/totals.js
var totals = __webpack_require__(4840);
// EXTERNAL MODULE: ./lib/modes/deps.js
var modes_deps = __webpack_require__(2868);
;// CONCATENATED MODULE: ./lib/modes/limit-facts.js



function limitFacts(terms, calls) {
    const sums = new LimitSums(terms);
    for (const call of calls)
        sums.add(call);
    return sums.facts();
}
/** Kept as the calls come, so that a meter that lives for hours holds no call. */
class LimitSums {
    #terms;
    #told = new Set();
    #tokens = new core_usage/* TallyCounter */.Xi();
    #weighted = new core_usage/* TallyCounter */.Xi();
    constructor(terms) {
        this.#terms = terms;
    }
    add(call) {
        if ((0,ledger/* isBillable */.o9)(call)) {
            const { inputTokens, outputTokens } = call.usage;
            this.#tokens.add(inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens);
            this.#weighted.add((0,core_weights/* weighUsage */.I4)(this.#terms.weights, call.usage));
        }
        if (call.outcome === 'ok')
            this.#told.add(call.note);
    }
    facts() {
        const { limits, weights, wrapUp } = this.#terms;
        const facts = [];
        if (limits.maxTokens !== undefined)
            facts.push(['Tokens together', usedOf(this.#tokens.tally, limits.maxTokens)]);
        if (limits.maxWeightedTokens !== undefined) {
            const used = usedOf(this.#weighted.tally, limits.maxWeightedTokens);
            facts.push(['Weighted tokens', `${used} (${(0,core_weights/* renderWeights */.CX)(weights)})`]);
        }
        if (wrapUp !== undefined)
            facts.push(['Told to wrap up', this.#toldText()]);
        return facts;
    }
    #toldText() {
        const moments = [
            this.#told.has('80%') ? 'at 80 %' : '',
            this.#told.has('reserve') ? 'when it was time to hand in' : '',
        ];
        return moments.filter((moment) => moment !== '').join(', and ') || 'no';
    }
}
function usedOf({ sum, unknown }, limit) {
    return `${unknown > 0 ? 'at least ' : ''}${sum.toLocaleString('en-US')} of ${limit.toLocaleString('en-US')}`;
}

// EXTERNAL MODULE: ./lib/modes/publish.js
var publish = __webpack_require__(2759);
// EXTERNAL MODULE: ./lib/modes/reconciliation.js + 1 modules
var reconciliation = __webpack_require__(2642);
// EXTERNAL MODULE: ./lib/modes/wrap-report.js
var wrap_report = __webpack_require__(7693);
;// CONCATENATED MODULE: ./lib/modes/wrap-end.js











/**
 * Why the run ended. What the agent's own exit code says comes last: it may be anything.
 * @param ended.ending what ended the command from outside, before the meter had a say
 */
function stopOf(config, ended) {
    const { ending, exitCode } = ended;
    if (ending !== undefined)
        return { stopReason: ending, stopMessage: endingMessage(ending, config) };
    const stop = config.observe ? undefined : ended.stop;
    const byItself = exitCode === 0 ? 'completed' : 'agent-failed';
    return { stopReason: stop?.reason ?? byItself, stopMessage: stop?.message };
}
function endingMessage(ending, { wrap }) {
    return ending === 'timed-out'
        ? `The command ran longer than \`timeout\` (${(wrap.limits.timeoutMs ?? 0) / 1000} s); its process group was ended.`
        : 'The runner ended this step: the job was cancelled, or ran out of time. The process group of the command was ended.';
}
function recordOfRun(config, end, heard) {
    const { runKey, startedAt, endedAt, stopReason, stopMessage, exitCode, otherRequests } = end;
    const durationMs = endedAt.getTime() - startedAt.getTime();
    const facts = {
        complete: true,
        runId: runKey,
        task: config.task,
        agent: config.wrap.agent,
        startedAt: startedAt.toISOString(),
        durationMs,
        stopReason,
        stopMessage,
        exitCode,
        otherRequests,
        runner: minutesOf(config, durationMs),
        witness: heard.witness,
        telemetry: heard.telemetry,
        limits: config.wrap.limits,
        ...(0,override_report/* runFacts */.pI)(config),
    };
    return (0,core_record/* recordOf */.zv)(facts, (0,totals/* totalsOf */.v)(heard.calls));
}
function minutesOf({ wrap }, durationMs) {
    const { prices, labels } = wrap.runner;
    return prices === undefined ? undefined : runnerCost(durationMs, prices, labels);
}
/** Of a ledger. */
function lastLine({ endedAt, stopReason, stopMessage, exitCode, otherRequests, calls, }) {
    return {
        type: 'end',
        endedAt: endedAt.toISOString(),
        stopReason,
        reason: stopMessage,
        exitCode,
        otherRequests,
        calls,
    };
}
/** Keeps what later runs are to know of this one; what could not be kept becomes findings. */
async function rememberWrapped(deps, { runKey, endedAt }, record) {
    const { config, store } = deps;
    const isCounted = config.gateway.windows.length > 0;
    const [unsaved] = await Promise.all([
        isCounted ? (0,run_record/* rememberSpend */._z)(store, (0,run_record/* spendOf */.Ii)(runKey, record, endedAt)) : [],
        (0,reconciliation/* rememberRun */.j)(deps, record),
    ]);
    return unsaved;
}
async function showWrapped(deps, record, seen) {
    const { config, clock, runner } = deps;
    const { calls, canary, guard, meter } = seen;
    const notes = {
        observed: guard.observed?.message,
        unpricedModels: guard.unpricedModels,
        otherRequests: [...meter.otherRequests.keys()],
        reroutes: meter.reroutes,
        refusedSubagents: guard.refusedSubagents,
        withheldHeaders: meter.withheldHeaders,
    };
    const findings = [
        ...seen.findings,
        ...(0,override_report/* overrideFindings */.$q)(config),
        ...(0,wrap_report/* wrapFindings */.Lm)(record, notes),
        ...(0,patterns/* findPatterns */.t)(calls, deps.prices),
        ...(0,wrap_report/* contractFindings */.TH)(config, clock.now(), meter.gatewayVersion),
    ];
    runner.info(`spendgate: ${(0,wrap_report/* wrapHeadline */.pI)(record)}`);
    const report = (0,wrap_report/* wrapReport */.b)(config, record, findings, canary);
    const facts = [...report.facts, ...limitFacts(config.wrap, calls)];
    await (0,publish/* publish */.m)({ ...report, facts }, deps.reporters, (0,modes_deps/* reporterContext */.D)(deps));
}

;// CONCATENATED MODULE: ./lib/modes/wrap.js













/** A cancelled job has 10 s until the runner kills us, an agent at its limit half a minute to say goodbye. */
const KILL_GRACE_MS = 5000;
const STOP_GRACE_MS = 30_000;
const LIMIT_EXIT_CODE = 3;
/** A shell adds the number of the signal. */
const SIGNALLED_EXIT_CODE = 128;
/** The exit code for this process: the command's own, or 3 when a limit ended the run. */
async function runWrap(deps) {
    if (deps.config.killSwitch !== undefined && !deps.config.observe)
        throw killed(deps.config);
    const config = withSeenAgent(deps.config, deps.agents, deps.command.text);
    return new WrappedRun({ ...deps, config }).run();
}
function killed({ killSwitch }) {
    return new errors/* AppError */.uV('denied', `The kill switch is on (\`kill-switch: ${killSwitch}\`); the agent was not started.`, {
        hint: 'Clear the variable behind `kill-switch` when runs may start again.',
    });
}
class WrappedRun {
    #deps;
    #startedAt;
    #ledger;
    /** Whether or not the disk took them. */
    #calls = [];
    #hearing;
    #findings = [];
    #isHandedOn = true;
    #ending;
    #canary = '';
    #unlisten = () => undefined;
    constructor(deps) {
        this.#deps = deps;
        this.#startedAt = deps.clock.now();
        this.#hearing = new Hearing(deps.config, deps.agents, deps.environment, this.#startedAt);
        this.#ledger = deps.openLedger((message) => this.#note('ledger-trouble', message));
    }
    async run() {
        const { config, newToken, runner } = this.#deps;
        const token = config.gateway.key === undefined ? undefined : newToken();
        if (token !== undefined)
            runner.setSecret(token);
        const runKey = `${config.context.runId}-${config.context.runAttempt}-${newToken().slice(-8)}`;
        if (this.#deps.environment[this.#ledger.variable])
            this.#findings.push((0,wrap_report/* earlierRun */.Su)(config.task));
        // Told before the agent starts, so that it cannot put another ledger in this one's place.
        runner.exportVariable(this.#ledger.variable, this.#ledger.opened);
        (0,marks/* announceMarks */.I)(config, runner);
        this.#ledger.append(this.#header());
        const stopped = signalled();
        const { meter, guard } = await startMetering(this.#deps, {
            port: 0,
            token,
            idPrefix: runKey,
            ledger: { append: (line) => this.#keep(line) },
            onTrouble: (message) => this.#note('unread-usage', message),
            onStop: stopped.fire,
            telemetry: this.#hearing.sink,
        });
        try {
            await this.#rehearse(meter);
            const exitCode = await this.#runAgent(meter, token, stopped.promise);
            await meter.close();
            return await this.#finish({ exitCode, guard, meter, runKey });
        }
        catch (error) {
            const endedAt = this.#deps.clock.now();
            this.#ledger.append(lastLine({ endedAt, stopReason: 'agent-failed', otherRequests: 0, calls: this.#calls.length }));
            throw error;
        }
        finally {
            this.#unlisten();
            await meter.close();
            await this.#deps.dispatcher.destroy();
        }
    }
    /** Proves in this very job that a call without an allowance is refused. @throws {AppError} `guard-not-armed` */
    async #rehearse(meter) {
        const { isArmed, evidence } = await meter.rehearse();
        this.#canary = evidence;
        if (!isArmed && !this.#deps.config.observe)
            throw new errors/* AppError */.uV('guard-not-armed', `The meter would not hold a limit: ${evidence}.`);
    }
    #keep(line) {
        if (line.type === 'call')
            this.#calls.push(line);
        this.#ledger.append(line);
    }
    #header() {
        const { config } = this.#deps;
        return {
            type: 'run',
            runId: config.context.runId,
            task: config.task,
            agent: config.wrap.agent,
            gateway: config.gateway.id,
            startedAt: this.#startedAt.toISOString(),
            limits: Object.fromEntries(Object.entries(config.wrap.limits)),
            ...(0,override_report/* runFacts */.pI)(config),
        };
    }
    async #runAgent(meter, token, stopped) {
        const { command, config, spawn } = this.#deps;
        const child = await spawn({
            command: command.command,
            args: command.args,
            cwd: config.wrap.workingDirectory,
            environment: this.#environment(meter, token),
        });
        const { disarm, unlisten } = this.#endWhenAsked(child, stopped);
        const exitCode = await child.exit;
        disarm();
        await child.end(KILL_GRACE_MS);
        // A cancelled job gets a second signal: it must find somebody who listens until everything is written.
        this.#unlisten = unlisten;
        return exitCode;
    }
    #environment(meter, token) {
        const { agentsFor, command, config, environment, privateDir, secrets } = this.#deps;
        const policy = { secrets, dropsProviderKeys: config.gateway.key !== undefined };
        const telemetryUrl = this.#hearing.sink && meter.url;
        const context = { meterUrl: meter.url, token, privateDir, environment, telemetryUrl };
        const chosen = agentsFor(config.wrap.agent, command.text);
        const given = Object.assign((0,child_environment/* childEnvironment */.Q)(environment, policy), ...chosen.map((agent) => agent.environment(context)));
        this.#hearing.noteStart(chosen, given);
        return given;
    }
    /** Time, cancellation, and an agent that goes on after its limit end the whole process group. */
    #endWhenAsked(child, stopped) {
        const timers = [];
        let isStopped = false;
        void stopped.then(() => {
            isStopped = true;
        });
        const endAs = (ending) => {
            // A run that its limit has stopped ended there, whatever ends it for good.
            if (!isStopped)
                this.#ending ??= ending;
            void child.end(KILL_GRACE_MS);
        };
        const { timeoutMs } = this.#deps.config.wrap.limits;
        if (timeoutMs !== undefined)
            timers.push(setTimeout(() => endAs('timed-out'), Math.min(timeoutMs, deadline/* LONGEST_TIMER_MS */.Mv)));
        if (!this.#deps.config.observe)
            void stopped.then(() => timers.push(setTimeout(() => void child.end(KILL_GRACE_MS), STOP_GRACE_MS)));
        const unlisten = this.#deps.onCancel(() => endAs('cancelled'));
        return { disarm: () => timers.forEach(clearTimeout), unlisten };
    }
    async #finish({ exitCode, guard, meter, runKey }) {
        const { config, clock, runner } = this.#deps;
        const isCutShort = this.#ending !== undefined || exitCode >= SIGNALLED_EXIT_CODE;
        const heard = this.#hearing.hear(this.#calls, isCutShort);
        const end = {
            runKey,
            startedAt: this.#startedAt,
            endedAt: clock.now(),
            ...stopOf(config, { ending: this.#ending, stop: guard.stop, exitCode }),
            exitCode,
            otherRequests: otherRequestsOf(meter),
        };
        const record = recordOfRun(config, end, heard);
        this.#ledger.append(lastLine({ ...end, calls: this.#calls.length }));
        this.#hand(() => (0,run_record/* setUsageOutputs */.cT)(runner, record));
        this.#seal(record);
        const unsaved = await rememberWrapped(this.#deps, end, record);
        await showWrapped(this.#deps, record, {
            calls: heard.calls,
            canary: this.#canary,
            findings: [...this.#findings, ...heard.findings, ...unsaved],
            guard,
            meter,
        });
        if ((0,limits/* isLimitStop */.M)(end.stopReason))
            return LIMIT_EXIT_CODE;
        // What later steps would judge by is gone: a green step would say that all is well.
        return exitCode === 0 && !this.#isHandedOn ? errors/* EXIT_CODES */.ai.state : exitCode;
    }
    #seal(record) {
        const sealed = this.#ledger.seal(`${JSON.stringify(record, null, 2)}\n`);
        const { config, runner } = this.#deps;
        this.#hand(() => runner.setOutput('record', sealed?.path));
        // Where the disk took no record, the outputs alone hold it.
        this.#hand(() => runner.exportVariable(this.#ledger.variable, sealed?.value ?? this.#ledger.lost));
        this.#hand(() => (0,marks/* announceMarks */.I)(config, runner));
    }
    /** The files by which later steps are told may be gone: the run and its figures are not. */
    #hand(tell) {
        try {
            tell();
        }
        catch (error) {
            this.#isHandedOn = false;
            this.#note('not-handed-on', (0,errors/* describeError */.Uc)(error));
        }
    }
    #note(id, message) {
        if (!this.#findings.some((known) => known.id === id && known.message === message)) {
            this.#findings.push((0,troubles/* troubleFinding */.T)({ id, message }));
        }
    }
}
function signalled() {
    const { promise, resolve } = Promise.withResolvers();
    return { promise, fire: resolve };
}


/***/ }),

/***/ 471:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $C: () => (/* binding */ createDecoder),
/* harmony export */   Vj: () => (/* binding */ decodeBody),
/* harmony export */   tK: () => (/* binding */ isUncoded)
/* harmony export */ });
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8522);
/** Content codings: undone on a copy, so that the bytes that travel on stay as they came. */

const DECODERS = {
    gzip: () => node_zlib__WEBPACK_IMPORTED_MODULE_0__.createGunzip({ flush: node_zlib__WEBPACK_IMPORTED_MODULE_0__.constants.Z_SYNC_FLUSH }),
    'x-gzip': () => node_zlib__WEBPACK_IMPORTED_MODULE_0__.createGunzip({ flush: node_zlib__WEBPACK_IMPORTED_MODULE_0__.constants.Z_SYNC_FLUSH }),
    deflate: () => node_zlib__WEBPACK_IMPORTED_MODULE_0__.createInflate({ flush: node_zlib__WEBPACK_IMPORTED_MODULE_0__.constants.Z_SYNC_FLUSH }),
    br: () => node_zlib__WEBPACK_IMPORTED_MODULE_0__.createBrotliDecompress({ flush: node_zlib__WEBPACK_IMPORTED_MODULE_0__.constants.BROTLI_OPERATION_FLUSH }),
    zstd: () => node_zlib__WEBPACK_IMPORTED_MODULE_0__.createZstdDecompress(),
};
/** Whether there is nothing to undo. */
function isUncoded(contentEncoding) {
    if (contentEncoding === undefined)
        return true;
    const coding = contentEncoding.trim().toLowerCase();
    return coding === '' || coding === 'identity';
}
/** `identity`: nothing to undo. `unknown`: a coding this version cannot undo. */
function createDecoder(contentEncoding) {
    if (contentEncoding === undefined || isUncoded(contentEncoding))
        return 'identity';
    const create = DECODERS[contentEncoding.trim().toLowerCase()];
    return create ? create() : 'unknown';
}
/**
 * A whole body, decoded.
 * @throws when the coding is not known, the bytes are damaged, or more than `maxBytes` come out.
 */
async function decodeBody(bytes, contentEncoding, maxBytes) {
    const decoder = createDecoder(contentEncoding);
    if (decoder === 'identity')
        return bytes;
    if (decoder === 'unknown')
        throw new TypeError(`content-encoding ${contentEncoding} is not known`);
    decoder.end(bytes);
    const parts = [];
    let size = 0;
    for await (const part of decoder) {
        size += part.length;
        if (size > maxBytes)
            throw new RangeError(`more than ${maxBytes} bytes after decoding`);
        parts.push(part);
    }
    return Buffer.concat(parts);
}


/***/ }),

/***/ 8632:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ errorIn),
/* harmony export */   v: () => (/* binding */ readFailureBody)
/* harmony export */ });
/* harmony import */ var _json_answer_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4978);
/* harmony import */ var _sse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2696);
/* harmony import */ var _values_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3075);
/** The body of an error answer from its text: JSON, or the first error inside a stream that began with 200. */



/** The parsed JSON, the payload of the first event that holds an error, or the text itself. */
function readFailureBody(text, contentType = '') {
    const isStream = contentType.includes('text/event-stream') || /^\s*(?:event|data|id|retry)?\s*:/.test(text);
    return isStream ? (firstError(text) ?? text) : (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .readJson */ .Vh)(text);
}
function firstError(text) {
    const parser = new _sse_js__WEBPACK_IMPORTED_MODULE_1__/* .SseParser */ .N();
    const events = [...parser.push(Buffer.from(text)), parser.end()];
    return events
        .map((event) => (event?.data ? (0,_json_answer_js__WEBPACK_IMPORTED_MODULE_0__/* .readJson */ .Vh)(event.data.toString('utf8')) : undefined))
        .find((payload) => errorIn(payload) !== undefined);
}
/**
 * The error that a payload holds, `undefined` where it holds none: its own, that of the `response` it is about, that of a
 * choice, that of a part where the parts come as a list; or the payload itself, where its type says so.
 */
function errorIn(payload) {
    if (Array.isArray(payload))
        return payload.map(errorIn).find((error) => error !== undefined);
    if (!isObject(payload))
        return undefined;
    if ((0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'error') && payload.error)
        return payload.error;
    if ((0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'response') && isObject(payload.response))
        return errorIn(payload.response);
    if ((0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'choices') && Array.isArray(payload.choices))
        return errorIn(payload.choices);
    if (!(0,_values_js__WEBPACK_IMPORTED_MODULE_2__/* .hasKey */ .CJ)(payload, 'type') || payload.type !== 'error')
        return undefined;
    const { type: _type, ...told } = payload;
    return told;
}
function isObject(value) {
    return typeof value === 'object' && value !== null;
}


/***/ }),

/***/ 7942:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  r: () => (/* binding */ JsonBody)
});

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: ./lib/wire/json-marks.js
var json_marks = __webpack_require__(2056);
// EXTERNAL MODULE: ./lib/core/lazy.js
var lazy = __webpack_require__(2389);
;// CONCATENATED MODULE: ./lib/wire/string-end-wasm.js
/** What `npm run wasm` makes of string-end.wat, as base64. */
const STRING_END_WASM = 'AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBAAIHFgIGbWVtb3J5AgAJc3RyaW5nRW5kAAAKigEBhwEBBH8DQCAAIQICQANAIAIgAU8EQEF/DwsgAv0ABABBIv0P/SP9ZCEDIAMNASACQRBqIQIMAAsLIAIgA2hqIQQgBCABTwRAQX8PCyAEIQUCQANAIAUgAE0NASAFQQFrLQAAQdwARw0BIAVBAWshBQwACwsgBEEBaiEAIAQgBWtBAXENAAsgAAs=';

;// CONCATENATED MODULE: ./lib/wire/string-search.js
/**
 * Looks for the ends of strings in a large piece of JSON, sixteen bytes at a time: string-end.wat, on a copy of the piece. Where
 * each quote is searched for on its own, the way into the search and back is most of what a large prompt costs.
 */


/** What string-end.wat has room for. */
const MOST_BYTES = 64 * 1024;
/** A smaller piece is not worth the copy. */
const LEAST_BYTES = 4 * 1024;
/** `undefined` on machines without vectors, and where there is no room for it. */
const engine = (0,lazy/* lazily */.q)(load);
/** What stands in its room: a piece must never be changed once it was looked through. */
let copied;
/**
 * Just behind the quote that ends the string that goes on at `from`, -1 where it goes on behind the piece, and `undefined`
 * where nobody looked.
 */
function searchStringEnd(piece, from) {
    // A small part of a large body would keep all of that alive.
    if (piece.length < LEAST_BYTES || piece.buffer.byteLength > MOST_BYTES)
        return undefined;
    const vectors = engine();
    if (vectors === undefined)
        return undefined;
    if (piece !== copied) {
        vectors.room.set(piece);
        copied = piece;
    }
    return vectors.stringEnd(from, piece.length);
}
function load() {
    try {
        const module = new WebAssembly.Module(Buffer.from(STRING_END_WASM, 'base64'));
        const { memory, stringEnd } = new WebAssembly.Instance(module).exports;
        return { room: new Uint8Array(memory.buffer), stringEnd };
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./lib/wire/json-string.js
/**
 * Strings of JSON, jumped over rather than read: what lies between quotes is searched for the next one, by vectors where the
 * piece is large.
 */


/** Shorter strings are walked over; a search would cost more than it saves. */
const WALKED_BYTES = 12;
/** The string has no end in these bytes. */
const NO_END = -1;
/** The same, and a backslash at their end belongs to the byte that follows them. */
const NO_END_ESCAPED = -2;
/** Just behind the closing quote of a string that goes on at `from`, or {@link NO_END} or {@link NO_END_ESCAPED}. */
function stringEnd(bytes, from) {
    let at = from;
    for (;;) {
        const near = Math.min(bytes.length, at + WALKED_BYTES);
        while (at < near) {
            const byte = bytes[at];
            if (byte === json_marks/* QUOTE */.jA)
                return at + 1;
            at += byte === json_marks/* BACKSLASH */.r_ ? 2 : 1;
        }
        if (at >= bytes.length)
            return at > bytes.length ? NO_END_ESCAPED : NO_END;
        const end = searchStringEnd(bytes, at);
        if (end !== undefined)
            return end < 0 ? openEnd(bytes, at) : end;
        const quote = bytes.indexOf(json_marks/* QUOTE */.jA, at);
        if (quote === -1)
            return openEnd(bytes, at);
        const isEscaped = backslashesBefore(bytes, quote, at) % 2 === 1;
        at = quote + 1;
        if (!isEscaped)
            return at;
    }
}
/** Of a string that has no end in these bytes. */
function openEnd(bytes, from) {
    return backslashesBefore(bytes, bytes.length, from) % 2 === 1 ? NO_END_ESCAPED : NO_END;
}
/** How many backslashes stand directly in front of a quote: an odd number, and it is a part of its string. */
function backslashesBefore(bytes, quote, from) {
    let count = 0;
    while (quote - 1 - count >= from && bytes[quote - 1 - count] === json_marks/* BACKSLASH */.r_)
        count += 1;
    return count;
}

;// CONCATENATED MODULE: ./lib/wire/object-scanner.js
/**
 * Finds where the members of one JSON object stand, in bytes that come in pieces: only keys are decoded, values are walked
 * over. What lies between quotes is searched for the next quote, which is fast on long prompts.
 */


/** The bit that makes a brace out of a bracket. */
const CURLY = 0x20;
const [UPPER_A, UPPER_Z] = [0x41, 0x5a];
/** Shorter ones are found again as fast. */
const LONG_BYTES = 128;
const MAX_PLAIN_BYTES = 200;
/** No request has so many; each costs far more memory than its bytes. */
const MAX_MEMBERS = 1000;
const DECODER = new TextDecoder('utf-8', { fatal: true });
class ObjectScanner {
    #members = new Map();
    #state = 'before';
    /** Bytes before the present piece. */
    #offset = 0;
    #open = 0;
    #key = '';
    #keyStart = 0;
    #keyParts = [];
    #valueStart = 0;
    #depth = 0;
    /** True when the next byte belongs to a backslash in the piece before. */
    #isEscaped = false;
    #stringStart = 0;
    /** Where long strings stand below the members, each with its quotes `[start, end)`, flat and in order. */
    longStrings = [];
    /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
    push(piece) {
        let at = 0;
        while (at < piece.length)
            at = this.#step(piece, at);
        if (this.#state === 'in-key')
            this.#keyParts.push(piece.subarray(Math.max(0, this.#keyStart - this.#offset)));
        this.#offset += piece.length;
    }
    /** @throws {SyntaxError} when the object has no end. */
    end() {
        if (this.#state === 'before')
            throw new SyntaxError('the body is not a JSON object');
        if (this.#state !== 'behind')
            throw new SyntaxError(`the JSON object has no end at byte ${this.#offset}`);
        return { open: this.#open, members: this.#members };
    }
    /** Takes the bytes from `at` on, and says where the next step begins. */
    #step(piece, at) {
        switch (this.#state) {
            case 'in-key':
                return this.#walkString(piece, at, 'colon');
            case 'in-string':
                return this.#walkString(piece, at, 'after-value');
            case 'in-container-string':
                return this.#walkString(piece, at, 'in-container');
            case 'in-container':
                return this.#walkContainer(piece, at);
            case 'in-scalar':
                return this.#walkScalar(piece, at);
            default:
                return (0,json_marks/* isBlank */.z3)(piece[at]) ? at + 1 : this.#mark(piece, at, this.#state);
        }
    }
    /** A byte that is no blank, where one of JSON's marks must stand. */
    #mark(piece, at, state) {
        const byte = piece[at];
        if (state === 'before' && byte === json_marks/* OPEN_BRACE */.Hv) {
            this.#open = this.#offset + at;
            this.#state = 'first-key';
        }
        else if ((state === 'key' || state === 'first-key') && byte === json_marks/* QUOTE */.jA) {
            this.#keyStart = this.#offset + at;
            this.#state = 'in-key';
        }
        else if (state === 'colon' && byte === json_marks/* COLON */.oH)
            this.#state = 'value';
        else if (state === 'value')
            return this.#startValue(piece, at);
        else if (state === 'after-value' && byte === json_marks/* COMMA */.KE)
            this.#state = 'key';
        else if ((state === 'after-value' || state === 'first-key') && byte === json_marks/* CLOSE_BRACE */.rc)
            this.#state = 'behind';
        else
            throw new SyntaxError(`${EXPECTED[state] ?? 'not JSON'} at byte ${this.#offset + at}`);
        return at + 1;
    }
    #startValue(piece, at) {
        const byte = piece[at];
        this.#valueStart = this.#offset + at;
        if (byte === json_marks/* QUOTE */.jA)
            this.#state = 'in-string';
        else if (byte === json_marks/* OPEN_BRACE */.Hv || byte === json_marks/* OPEN_BRACKET */.WL) {
            this.#depth = 1;
            this.#state = 'in-container';
        }
        else if (isDelimiter(byte))
            throw new SyntaxError(`no value at byte ${this.#valueStart}`);
        else
            this.#state = 'in-scalar';
        return at + 1;
    }
    #walkScalar(piece, from) {
        let at = from;
        while (at < piece.length && !isDelimiter(piece[at]))
            at += 1;
        if (at < piece.length)
            this.#endValue(at);
        return at;
    }
    #walkContainer(piece, from) {
        let at = from;
        while (at < piece.length) {
            const byte = piece[at] ?? 0;
            at += 1;
            if (byte === json_marks/* QUOTE */.jA) {
                this.#state = 'in-container-string';
                this.#stringStart = this.#offset + at - 1;
                return at;
            }
            const curly = byte | CURLY;
            if (curly === json_marks/* OPEN_BRACE */.Hv)
                this.#depth += 1;
            else if (curly === json_marks/* CLOSE_BRACE */.rc) {
                this.#depth -= 1;
                if (this.#depth === 0) {
                    this.#endValue(at);
                    return at;
                }
            }
        }
        return at;
    }
    #walkString(piece, from, next) {
        const end = stringEnd(piece, from + (this.#isEscaped ? 1 : 0));
        this.#isEscaped = end === NO_END_ESCAPED;
        if (end < 0)
            return piece.length;
        this.#state = next;
        if (next === 'after-value')
            this.#endValue(end);
        else if (next === 'colon')
            this.#endKey(piece, end);
        else
            this.#noteString(this.#offset + end);
        return end;
    }
    #noteString(end) {
        if (end - this.#stringStart >= LONG_BYTES)
            this.longStrings.push(this.#stringStart, end);
    }
    #endKey(piece, end) {
        const last = piece.subarray(Math.max(0, this.#keyStart - this.#offset), end);
        const bytes = this.#keyParts.length === 0 ? last : Buffer.concat([...this.#keyParts, last]);
        this.#keyParts = [];
        this.#key = foldKey(parseKey(bytes));
        if (this.#members.size >= MAX_MEMBERS)
            throw new SyntaxError(`an object has more than ${MAX_MEMBERS} keys`);
        if (this.#members.has(this.#key))
            throw new SyntaxError(`the key ${JSON.stringify(this.#key)} stands twice`);
    }
    #endValue(at) {
        this.#members.set(this.#key, { start: this.#valueStart, end: this.#offset + at });
        this.#state = 'after-value';
    }
}
const EXPECTED = {
    before: 'the body is not a JSON object: no opening brace',
    'first-key': 'neither a key nor a closing brace',
    key: 'no key',
    colon: 'no colon after a key',
    'after-value': 'neither comma nor closing brace',
    behind: 'something follows the JSON object',
};
/** As Go's decoder folds keys, which also takes the long s for an s. */
function foldKey(key) {
    return isFolded(key) ? key : key.toLowerCase().replaceAll('\u017f', 's');
}
/** Most keys are as they stand. */
function isFolded(key) {
    for (let at = 0; at < key.length; at += 1) {
        const unit = key.charCodeAt(at);
        if (unit >= 0x80 || (unit >= UPPER_A && unit <= UPPER_Z))
            return false;
    }
    return true;
}
/** @throws {SyntaxError} also for bytes that are not UTF-8. */
function parseValue(bytes) {
    if (isPlain(bytes))
        return JSON.parse(bytes.toString('latin1'));
    let text;
    try {
        text = DECODER.decode(bytes);
    }
    catch {
        throw new SyntaxError('the body is not UTF-8');
    }
    return JSON.parse(text);
}
/** Most keys are plain ASCII and need no parser. @throws {SyntaxError} */
function parseKey(bytes) {
    return isPlain(bytes) ? bytes.toString('latin1', 1, bytes.length - 1) : String(parseValue(bytes));
}
/** Short, ASCII, and without escapes: what most keys and the values that are asked for look like. */
function isPlain(bytes) {
    if (bytes.length > MAX_PLAIN_BYTES)
        return false;
    for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at] ?? 0;
        if (byte < 0x20 || byte >= 0x7f || byte === json_marks/* BACKSLASH */.r_)
            return false;
    }
    return true;
}
function isDelimiter(byte) {
    return byte === json_marks/* COMMA */.KE || byte === json_marks/* CLOSE_BRACE */.rc || byte === json_marks/* CLOSE_BRACKET */.wt || (0,json_marks/* isBlank */.z3)(byte);
}

;// CONCATENATED MODULE: ./lib/wire/json-walk.js
/**
 * Walks over JSON without building it: which values stand where, in bytes of any size, at the cost of their marks. Strings are
 * searched for their end and not read, and pieces are not copied together.
 */



/** Deeper than anything an agent sends. */
const MAX_DEPTH = 128;
const MAX_KEYS = 8;
/** Longer than any key that means something, and than any way to one. */
const MAX_KEY_BYTES = 1024;
const MAX_NAME = 32;
const MAX_PATH = 256;
/**
 * @param pieces the bytes of one value, in order
 * @returns false where they are not JSON as far as was looked, or go too deep: then there may be more than was visited
 */
function walkJson(pieces, visitor, known = { offset: 0, longStrings: [] }) {
    const walker = new JsonWalker(visitor, known);
    return pieces.every((piece) => walker.push(piece)) && walker.end();
}
class JsonWalker {
    #visitor;
    #open = [];
    #path = '';
    #isKey = false;
    #isWanted = true;
    #begun;
    #longStrings;
    /** The next one of them that was not passed. */
    #nextLong = 0;
    /** Of the present piece. */
    #offset;
    constructor(visitor, { offset, longStrings }) {
        this.#visitor = visitor;
        this.#offset = offset;
        this.#longStrings = longStrings;
        this.#nextLong = firstFrom(longStrings, offset);
    }
    /** False where what came is no JSON. */
    push(piece) {
        let at = this.#begun ? this.#goOn(piece, this.#begun) : 0;
        while (at < piece.length) {
            const byte = piece[at] ?? 0;
            if (byte === json_marks/* QUOTE */.jA)
                at = this.#string(piece, at);
            else if (byte === json_marks/* COLON */.oH || byte <= 0x20)
                at += 1;
            else if (byte === json_marks/* COMMA */.KE) {
                const top = this.#open.at(-1);
                this.#isKey = top?.keys !== undefined;
                this.#path = top?.path ?? '';
                at += 1;
            }
            else if (byte === json_marks/* OPEN_BRACE */.Hv || byte === json_marks/* OPEN_BRACKET */.WL) {
                if (!this.#enter(byte === json_marks/* OPEN_BRACE */.Hv))
                    return false;
                at += 1;
            }
            else if (byte === json_marks/* CLOSE_BRACE */.rc || byte === json_marks/* CLOSE_BRACKET */.wt) {
                if (!this.#leave(byte === json_marks/* CLOSE_BRACE */.rc))
                    return false;
                at += 1;
            }
            else
                at = this.#scalar(piece, at);
        }
        this.#offset += piece.length;
        return true;
    }
    /** False where something has begun and has no end. */
    end() {
        if (this.#begun?.isString)
            return false;
        if (this.#begun)
            this.#show(Buffer.concat(this.#begun.parts));
        return this.#open.length === 0;
    }
    #enter(isObject) {
        if (this.#open.length >= MAX_DEPTH)
            return false;
        this.#isKey = isObject;
        this.#open.push({ path: this.#path, keys: isObject ? [] : undefined });
        return true;
    }
    #leave(isObject) {
        const top = this.#open.pop();
        if (top === undefined || isObject !== (top.keys !== undefined))
            return false;
        if (top.keys)
            this.#visitor.object(top.path, top.keys);
        this.#isKey = false;
        return true;
    }
    #string(piece, at) {
        const known = this.#knownEnd(this.#offset + at);
        const end = known === undefined ? stringEnd(piece, at + 1) : known - this.#offset;
        if (end < 0 || end > piece.length) {
            const parts = this.#isKey || this.#isWanted ? [piece.subarray(at)] : [];
            this.#begun = { isString: true, parts, isEscaped: end === NO_END_ESCAPED, end: known };
            return piece.length;
        }
        if (this.#isKey)
            this.#takeKey(piece.subarray(at, end));
        else if (this.#isWanted)
            this.#show(piece.subarray(at, end));
        return end;
    }
    #scalar(piece, at) {
        const end = scalarEnd(piece, at + 1);
        if (end < piece.length)
            this.#show(piece.subarray(at, end));
        else
            this.#begun = { isString: false, parts: [piece.subarray(at)], isEscaped: false, end: undefined };
        return end;
    }
    /** Where the string ends that begins there, if somebody has found that before. */
    #knownEnd(start) {
        if (this.#longStrings[this.#nextLong] !== start)
            return undefined;
        this.#nextLong += 2;
        return this.#longStrings[this.#nextLong - 1];
    }
    /** Where what has begun ends in this piece. */
    #goOn(piece, begun) {
        const { isString, parts } = begun;
        const end = this.#endOf(piece, begun);
        const isOver = isString ? end >= 0 && end <= piece.length : end < piece.length;
        const isHeld = parts.length > 0;
        if (isHeld)
            parts.push(isOver ? piece.subarray(0, end) : piece);
        begun.isEscaped = end === NO_END_ESCAPED;
        if (!isOver)
            return piece.length;
        this.#begun = undefined;
        if (isHeld && isString && this.#isKey)
            this.#takeKey(Buffer.concat(parts));
        else if (isHeld)
            this.#show(Buffer.concat(parts));
        return end;
    }
    #endOf(piece, { isString, isEscaped, end }) {
        if (!isString)
            return scalarEnd(piece, 0);
        return end === undefined ? stringEnd(piece, isEscaped ? 1 : 0) : end - this.#offset;
    }
    #takeKey(bytes) {
        const top = this.#open.at(-1);
        const key = readKey(bytes);
        if (top?.keys && top.keys.length < MAX_KEYS)
            top.keys.push(key);
        this.#path = pathTo(top?.path ?? '', key);
        this.#isWanted = this.#visitor.names?.has(key) ?? true;
        this.#isKey = false;
    }
    #show(bytes) {
        if (this.#isWanted)
            this.#visitor.scalar(this.#path, bytes);
    }
}
/** What stands too deep, or under a name too long, stands nowhere that an API knows. */
function pathTo(parent, key) {
    const isKnown = key.length <= MAX_NAME && parent.length < MAX_PATH;
    return isKnown ? `${parent}.${key}` : '..';
}
/** Folded. */
function readKey(bytes) {
    if (bytes.length > MAX_KEY_BYTES)
        return '';
    try {
        return foldKey(parseKey(bytes));
    }
    catch {
        return '';
    }
}
function scalarEnd(bytes, from) {
    let at = from;
    while (at < bytes.length) {
        const byte = bytes[at] ?? 0;
        if (byte <= 0x20 || byte === json_marks/* COMMA */.KE || byte === json_marks/* CLOSE_BRACE */.rc || byte === json_marks/* CLOSE_BRACKET */.wt || byte === json_marks/* QUOTE */.jA)
            break;
        at += 1;
    }
    return at;
}
/** The index of the first string that begins there or later. */
function firstFrom(longStrings, offset) {
    let [from, until] = [0, longStrings.length / 2];
    while (from < until) {
        const middle = (from + until) >> 1;
        if ((longStrings[2 * middle] ?? 0) < offset)
            from = middle + 1;
        else
            until = middle;
    }
    return 2 * from;
}

;// CONCATENATED MODULE: ./lib/wire/last-element.js
/** Where the elements of a JSON array stand. */


/** @param bytes one array, whole; `undefined` for what is no array, and for an empty one */
function lastElement(bytes) {
    if (bytes[0] !== json_marks/* OPEN_BRACKET */.WL)
        return undefined;
    let depth = 0;
    let start = 1;
    let at = 0;
    for (; at < bytes.length; at += 1) {
        const byte = bytes[at];
        if (byte === json_marks/* QUOTE */.jA)
            at = closingQuote(bytes, at);
        else if (byte === json_marks/* OPEN_BRACKET */.WL || byte === json_marks/* OPEN_BRACE */.Hv)
            depth += 1;
        else if (byte === json_marks/* COMMA */.KE && depth === 1)
            start = at + 1;
        else if (byte === json_marks/* CLOSE_BRACKET */.wt || byte === json_marks/* CLOSE_BRACE */.rc) {
            depth -= 1;
            if (depth === 0)
                break;
        }
    }
    return trimmed(bytes, start, at);
}
/** Each element in turn, found as it is asked for. @param bytes one array, whole; none for what is no array */
function* elementsOf(bytes) {
    if (bytes[0] !== json_marks/* OPEN_BRACKET */.WL)
        return;
    let depth = 0;
    let start = 1;
    for (let at = 0; at < bytes.length; at += 1) {
        const byte = bytes[at];
        if (byte === json_marks/* QUOTE */.jA)
            at = closingQuote(bytes, at);
        else if (byte === json_marks/* OPEN_BRACKET */.WL || byte === json_marks/* OPEN_BRACE */.Hv)
            depth += 1;
        else if (byte === json_marks/* CLOSE_BRACKET */.wt || byte === json_marks/* CLOSE_BRACE */.rc)
            depth -= 1;
        const isLast = depth === 0;
        if (!isLast && !(byte === json_marks/* COMMA */.KE && depth === 1))
            continue;
        const element = trimmed(bytes, start, at);
        if (element)
            yield element;
        if (isLast)
            return;
        start = at + 1;
    }
}
/** Where the quote stands that closes a string, or the end of the bytes. */
function closingQuote(bytes, open) {
    const end = stringEnd(bytes, open + 1);
    return end < 0 ? bytes.length : end - 1;
}
function trimmed(bytes, from, until) {
    let [start, end] = [from, until];
    while (start < end && (0,json_marks/* isBlank */.z3)(bytes[start]))
        start += 1;
    while (end > start && (0,json_marks/* isBlank */.z3)(bytes[end - 1]))
        end -= 1;
    return start < end ? { start, end } : undefined;
}

;// CONCATENATED MODULE: ./lib/wire/rope.js
/** Bytes in pieces, read and spliced by offset. They are copied together once, if a long part of them is asked for whole. */
/** Shorter ones are copied each time; the pieces of a long one would be copied again for whoever asks next. */
const rope_LONG_BYTES = 64 * 1024;
class Rope {
    #parts = [];
    #length = 0;
    get length() {
        return this.#length;
    }
    /** The pieces in order; none is empty. */
    get parts() {
        return this.#parts;
    }
    push(part) {
        if (part.length === 0)
            return;
        this.#parts.push(part);
        this.#length += part.length;
    }
    /** The bytes `[start, end)` as they stand, in order. */
    pieces(start, end) {
        return piecesOf(this.#parts, start, end);
    }
    /** The bytes `[start, end)`; copied only where they stand in several pieces. */
    slice(start, end) {
        const found = piecesOf(this.#parts, start, end);
        if (found.length === 1 && found[0])
            return found[0];
        if (end - start < rope_LONG_BYTES)
            return Buffer.concat(found);
        const whole = Buffer.concat(this.#parts);
        this.#parts = [whole];
        return whole.subarray(start, end);
    }
    /** Puts `insert` in the place of the bytes `[start, end)`. */
    splice(start, end, insert) {
        const parts = [
            ...piecesOf(this.#parts, 0, start),
            ...(insert.length > 0 ? [insert] : []),
            ...piecesOf(this.#parts, end, this.#length),
        ];
        this.#parts = parts;
        this.#length += insert.length - (end - start);
    }
    /** Also where the words stand across two pieces. */
    includes(words) {
        const seam = words.length - 1;
        let before = Buffer.alloc(0);
        for (const part of this.#parts) {
            if (part.includes(words))
                return true;
            if (before.length > 0 && Buffer.concat([before, part.subarray(0, seam)]).includes(words))
                return true;
            before = Buffer.concat([before, part.subarray(-seam)]).subarray(-seam);
        }
        return false;
    }
}
function piecesOf(parts, start, end) {
    const found = [];
    let offset = 0;
    for (const part of parts) {
        const from = Math.max(0, start - offset);
        const until = Math.min(part.length, end - offset);
        if (from < until)
            found.push(from === 0 && until === part.length ? part : part.subarray(from, until));
        offset += part.length;
        if (offset >= end)
            break;
    }
    return found;
}

;// CONCATENATED MODULE: ./lib/wire/json-body.js
/**
 * A JSON object that is read and edited by byte offsets. The body is never parsed whole and never written anew:
 * only the few values that are asked for are decoded, and an edit replaces exactly their bytes. It is looked through as its
 * pieces arrive, and the pieces are never copied together.
 *
 * Keys are matched without regard to case, and two keys that differ by case alone are refused: some gateways decode
 * case-insensitively and would see another request than the one that was checked.
 */






/** Nothing that steers a call is near as large; what is would keep the meter busy, and fill its memory. */
const MAX_VALUE_BYTES = 64 * 1024;
const NULL = 'null';
class JsonBody {
    #rope = new Rope();
    #scanner = new ObjectScanner();
    #root = { open: 0, members: new Map() };
    /** The pieces before the first edit; `undefined` while there was none. */
    #asCame;
    #longStrings = [];
    #fingerprint;
    /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
    constructor(bytes) {
        if (bytes === undefined)
            return;
        this.push(bytes);
        this.end();
    }
    /** The next piece, as it arrives. @throws {SyntaxError} */
    push(piece) {
        this.#rope.push(piece);
        this.#scanner.push(piece);
    }
    /** After the last piece; nothing can be read before. @throws {SyntaxError} */
    end() {
        this.#root = this.#scanner.end();
        this.#longStrings = this.#scanner.longStrings;
    }
    /** The same for the very same bytes, as they came: all that is kept of a request. No prompt can be read out of it. */
    get fingerprint() {
        this.#fingerprint ??= fingerprintOf(this.#asCame ?? this.#rope.parts);
        return this.#fingerprint;
    }
    get size() {
        return this.#rope.length;
    }
    /** The pieces in order, with the edits in them so far; later edits do not change this list. */
    get parts() {
        return this.#rope.parts;
    }
    get bytes() {
        return this.#rope.slice(0, this.#rope.length);
    }
    /** Whether these words stand anywhere in the bytes. */
    includes(words) {
        return this.#rope.includes(words);
    }
    get(...path) {
        const member = this.#find(path);
        return member && readValue(this.#bytesOf(member), path);
    }
    has(...path) {
        const member = this.#find(path);
        if (member === undefined)
            return false;
        return member.end - member.start !== NULL.length || this.#bytesOf(member).toString('latin1') !== NULL;
    }
    keys(...path) {
        const member = this.#find(path);
        const object = path.length === 0 ? this.#root : member && this.#objectAt(member);
        return [...(object?.members.keys() ?? [])];
    }
    *items(...path) {
        const member = this.#find(path);
        if (member === undefined)
            return;
        const bytes = this.#bytesOf(member);
        for (const { start, end } of elementsOf(bytes))
            yield itemOf(bytes.subarray(start, end), path);
    }
    mentions(words, ...path) {
        const member = this.#find(path);
        const bytes = member && this.#bytesOf(member);
        return bytes !== undefined && words.some((word) => bytes.includes(word));
    }
    head(maxBytes, ...path) {
        const member = this.#find(path);
        if (member === undefined)
            return undefined;
        return this.#rope.slice(member.start, Math.min(member.end, member.start + maxBytes)).toString('utf8');
    }
    walk(path, visit) {
        const member = this.#find(path);
        if (member === undefined)
            return true;
        const known = { offset: member.start, longStrings: this.#longStrings };
        return walkJson(this.#rope.pieces(member.start, member.end), visit, known);
    }
    set(path, value) {
        let object = this.#root;
        for (const [index, key] of path.entries()) {
            const member = object.members.get(foldKey(key));
            const rest = path.slice(index + 1);
            const inner = member && rest.length > 0 ? this.#objectAt(member) : undefined;
            if (inner === undefined) {
                const nested = rest.reduceRight((holder, name) => ({ [name]: holder }), value);
                this.#write(object, key, member, JSON.stringify(nested));
                return;
            }
            object = inner;
        }
    }
    append(path, value) {
        const list = this.#find(path);
        if (list === undefined || this.#byteAt(list.start) !== json_marks/* OPEN_BRACKET */.WL)
            return false;
        const isEmpty = lastElement(this.#rope.slice(list.start, list.end)) === undefined;
        this.#replace(list.end - 1, list.end - 1, `${isEmpty ? '' : ','}${JSON.stringify(value)}`);
        return true;
    }
    extend(path, text) {
        const words = this.#find(path);
        if (words === undefined || this.#byteAt(words.start) !== json_marks/* QUOTE */.jA)
            return false;
        this.#replace(words.end - 1, words.end - 1, JSON.stringify(text).slice(1, -1));
        return true;
    }
    #find(path) {
        const [first] = path;
        if (first === undefined)
            return { start: this.#root.open, end: this.#rope.length };
        let found = typeof first === 'string' ? this.#root.members.get(foldKey(first)) : undefined;
        for (let index = 1; found !== undefined && index < path.length; index += 1) {
            const step = path[index] ?? -1;
            found = step === -1 ? this.#lastOf(found) : this.#objectAt(found)?.members.get(foldKey(step));
        }
        return found;
    }
    #lastOf({ start, end }) {
        const last = lastElement(this.#rope.slice(start, end));
        return last && move(last, start);
    }
    /** A value that is an object itself, with its offsets in the whole body. */
    #objectAt({ start, end }) {
        if (this.#byteAt(start) !== json_marks/* OPEN_BRACE */.Hv)
            return undefined;
        const { open, members } = scan(this.#rope.pieces(start, end));
        const moved = [...members].map(([key, member]) => [key, move(member, start)]);
        return { open: open + start, members: new Map(moved) };
    }
    #bytesOf({ start, end }) {
        return this.#rope.slice(start, end);
    }
    #byteAt(offset) {
        return this.#rope.slice(offset, offset + 1)[0];
    }
    #write(object, key, member, text) {
        if (member !== undefined) {
            this.#replace(member.start, member.end, text);
            return;
        }
        const from = object.open + 1;
        const lead = `${JSON.stringify(key)}:`;
        this.#replace(from, from, `${lead}${text}${object.members.size > 0 ? ',' : ''}`);
        if (object !== this.#root)
            return;
        const start = from + Buffer.byteLength(lead);
        this.#root.members.set(foldKey(key), { start, end: start + Buffer.byteLength(text) });
    }
    /** The bytes `[from, until)` become the text: what holds them grows or shrinks, what follows them moves. */
    #replace(from, until, text) {
        const insert = Buffer.from(text);
        this.#asCame ??= this.#rope.parts;
        this.#rope.splice(from, until, insert);
        // They stand elsewhere now.
        this.#longStrings = [];
        const by = insert.length - (until - from);
        for (const [key, member] of this.#root.members) {
            if (member.start >= until && member.start > from)
                this.#root.members.set(key, move(member, by));
            else if (member.end >= until && member.start <= from)
                this.#root.members.set(key, { start: member.start, end: member.end + by });
        }
    }
}
function fingerprintOf(pieces) {
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    return `${size}-${pieces.reduce((checksum, piece) => (0,external_node_zlib_.crc32)(piece, checksum), 0)}`;
}
/** @throws {SyntaxError} when it is too large to be read, or no JSON */
function readValue(bytes, path) {
    if (bytes.length > MAX_VALUE_BYTES)
        throw new SyntaxError(`\`${path.join('.')}\` is larger than ${MAX_VALUE_BYTES} bytes`);
    return parseValue(bytes);
}
function itemOf(bytes, path) {
    const members = bytes[0] === json_marks/* OPEN_BRACE */.Hv ? scan([bytes]).members : new Map();
    return {
        keys: [...members.keys()],
        head: (maxBytes) => bytes.subarray(0, maxBytes).toString('utf8'),
        get: (key) => {
            if (key === undefined)
                return readValue(bytes, path);
            const member = members.get(foldKey(key));
            return member && readValue(bytes.subarray(member.start, member.end), [...path, key]);
        },
    };
}
function scan(pieces) {
    const scanner = new ObjectScanner();
    for (const piece of pieces)
        scanner.push(piece);
    return scanner.end();
}
function move({ start, end }, by) {
    return { start: start + by, end: end + by };
}


/***/ }),

/***/ 2056:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hv: () => (/* binding */ OPEN_BRACE),
/* harmony export */   J3: () => (/* binding */ ESCAPED_LETTER),
/* harmony export */   KE: () => (/* binding */ COMMA),
/* harmony export */   WL: () => (/* binding */ OPEN_BRACKET),
/* harmony export */   ct: () => (/* binding */ hasValueBehind),
/* harmony export */   jA: () => (/* binding */ QUOTE),
/* harmony export */   oH: () => (/* binding */ COLON),
/* harmony export */   r_: () => (/* binding */ BACKSLASH),
/* harmony export */   rc: () => (/* binding */ CLOSE_BRACE),
/* harmony export */   wt: () => (/* binding */ CLOSE_BRACKET),
/* harmony export */   z3: () => (/* binding */ isBlank)
/* harmony export */ });
/** The bytes that JSON is made of, for those who look through it without a parser. */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** How any ASCII letter can begin in a string, so that words that are looked for may be spelt without their letters. */
const ESCAPED_LETTER = '\\u00';
/** The blanks that JSON knows. */
function isBlank(byte) {
    return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
/** Whether this mark stands anywhere with a value. */
function hasValueBehind(bytes, mark, { pattern, length }) {
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at)) {
        at += mark.length;
        if (!pattern.test(bytes.toString('latin1', at, at + length)))
            return true;
    }
    return false;
}


/***/ }),

/***/ 6620:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ readRequestId),
/* harmony export */   g: () => (/* binding */ boundedRequestId)
/* harmony export */ });
/** The upstream's id of a call: the one thing that its answer, the agent's telemetry and a provider's support share. */
const PLAIN = /^\w[\w.:-]{0,127}$/;
/** `undefined` for what no provider would call an id: such text must not travel into ledgers and reports. */
function boundedRequestId(value) {
    return value !== undefined && PLAIN.test(value) ? value : undefined;
}
/** From the headers of an answer, whose names are in lower case. @param redact what the client was shown in its place */
function readRequestId(headers, redact) {
    const id = headers['request-id'] ?? headers['x-request-id'];
    return boundedRequestId(id && redact(id));
}


/***/ }),

/***/ 2696:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ SseParser)
/* harmony export */ });
/**
 * Server-sent events out of bytes, in whatever pieces they arrive: an event may be cut anywhere, also inside a
 * character or between CR and LF. Lines end with LF, CR or CRLF; `data` lines of one event are joined with LF.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const REST = { data: undefined, raw: Buffer.from('\n'), isRest: true };
const DEFAULT_MAX_EVENT_BYTES = 32 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
/** How many small pieces stand side by side before they are made one: each takes far more memory than it holds. */
const MAX_LOOSE = 1024;
/** Pieces that are one in the end, however small and many they come. */
class Pieces {
    #join;
    #parts = [];
    #loose = 0;
    constructor(join) {
        this.#join = join;
    }
    get size() {
        return this.#parts.length;
    }
    push(part) {
        this.#parts.push(part);
        this.#loose += 1;
        if (this.#loose < MAX_LOOSE)
            return;
        this.#parts.push(this.#join(this.#parts.splice(-MAX_LOOSE)));
        this.#loose = 0;
    }
    /** `undefined` where there are none. */
    take() {
        const [only] = this.#parts;
        if (only === undefined)
            return undefined;
        const whole = this.#parts.length === 1 ? only : this.#join(this.#parts);
        this.#parts = [];
        this.#loose = 0;
        return whole;
    }
}
class SseParser {
    #keepRaw;
    #maxEventBytes;
    /** Pieces of the line that has not ended yet. */
    #line = [];
    /** Values of the event's `data` fields so far. */
    #data = new Pieces(joinLines);
    #raw = new Pieces(Buffer.concat);
    /** True while nothing but comments came of the event: they stand for themselves, and a client may wait for them. */
    #isComment = true;
    /** Length of the line so far, also where its pieces were dropped. */
    #lineBytes = 0;
    #eventBytes = 0;
    #afterCr = false;
    #isFirstLine = true;
    constructor(options = {}) {
        this.#keepRaw = options.keepRaw ?? false;
        this.#maxEventBytes = options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES;
    }
    /** The events that these bytes complete, in order. */
    push(chunk) {
        const events = [];
        let start = this.#afterCr && chunk[0] === LF ? 1 : 0;
        if (start === 1 && this.#keepRaw) {
            if (this.#raw.size === 0)
                events.push(REST);
            else
                this.#appendRaw(chunk.subarray(0, 1));
        }
        if (chunk.length > 0)
            this.#afterCr = false;
        for (let at = start; at < chunk.length; at += 1) {
            const byte = chunk[at];
            if (byte !== LF && byte !== CR)
                continue;
            const next = byte === CR && chunk[at + 1] === LF ? at + 2 : at + 1;
            this.#afterCr = byte === CR && next === chunk.length && next === at + 1;
            this.#appendRaw(chunk.subarray(start, next));
            const event = this.#endLine(chunk.subarray(start, at));
            if (event)
                events.push(event);
            start = next;
            at = next - 1;
        }
        if (start < chunk.length)
            this.#keepPartial(chunk.subarray(start));
        if (this.#keepRaw && this.#isComment && this.#raw.size > 0 && this.#line.length === 0) {
            events.push({ data: undefined, raw: this.#takeRaw() });
            this.#eventBytes = 0;
        }
        // Too large to be read, so there is nothing to wait for: its bytes go on as they come.
        if (this.#keepRaw && this.#eventBytes > this.#maxEventBytes)
            events.push({ data: undefined, raw: this.#takeRaw() });
        return events;
    }
    /** Whole events went by that nobody had to read. */
    skip() {
        this.#isFirstLine = false;
    }
    /** What is left when the stream ends without a closing blank line. A client drops such an event; its bytes still count. */
    end() {
        const last = this.#line.length > 0 ? this.#endLine(NOTHING) : undefined;
        const hasRest = this.#data.size > 0 || this.#raw.size > 0;
        return last ?? (hasRest ? this.#takeEvent() : undefined);
    }
    #keepPartial(part) {
        this.#appendRaw(part);
        this.#lineBytes += part.length;
        this.#eventBytes += part.length;
        if (this.#eventBytes <= this.#maxEventBytes)
            this.#line.push(part);
    }
    #appendRaw(part) {
        if (this.#keepRaw)
            this.#raw.push(part);
    }
    /** Takes the line whose last piece is `tail`; a blank line completes the event. */
    #endLine(tail) {
        const line = this.#line.length === 0 ? tail : Buffer.concat([...this.#line, tail]);
        const isBlank = this.#lineBytes + tail.length === 0;
        this.#line = [];
        this.#lineBytes = 0;
        this.#eventBytes += tail.length;
        if (!isBlank) {
            const field = this.#withoutMark(line);
            if (field[0] !== COLON)
                this.#isComment = false;
            this.#readField(field);
            return undefined;
        }
        this.#isFirstLine = false;
        return this.#data.size > 0 || this.#keepRaw || this.#eventBytes > 0 ? this.#takeEvent() : undefined;
    }
    /** A stream may begin with a byte order mark. */
    #withoutMark(line) {
        const isMarked = this.#isFirstLine && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf;
        this.#isFirstLine = false;
        return isMarked ? line.subarray(3) : line;
    }
    #takeRaw() {
        return this.#raw.take() ?? NOTHING;
    }
    #readField(line) {
        if (!isDataField(line) || this.#eventBytes > this.#maxEventBytes)
            return;
        const value = line[5] === SPACE && line[4] === COLON ? 6 : 5;
        this.#data.push(line.subarray(value));
    }
    #takeEvent() {
        const isTooLarge = this.#eventBytes > this.#maxEventBytes;
        const all = this.#data.take();
        const data = isTooLarge ? undefined : all;
        const raw = this.#takeRaw();
        this.#isComment = true;
        this.#eventBytes = 0;
        return { data, raw };
    }
}
function isDataField(line) {
    const named = line[0] === 0x64 && line[1] === 0x61 && line[2] === 0x74 && line[3] === 0x61;
    return named && (line.length === 4 || line[4] === COLON);
}
function joinLines(lines) {
    return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
}


/***/ })

};
