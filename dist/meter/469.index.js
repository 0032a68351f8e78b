export const id = 469;
export const ids = [469];
export const modules = {

/***/ 4469:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  meterWebSocket: () => (/* binding */ meterWebSocket)
});

// EXTERNAL MODULE: ./lib/wire/headers.js
var wire_headers = __webpack_require__(6483);
// EXTERNAL MODULE: ./lib/meter/credentials.js
var credentials = __webpack_require__(7259);
// EXTERNAL MODULE: ./lib/meter/local-answer.js
var local_answer = __webpack_require__(5689);
// EXTERNAL MODULE: ./lib/meter/outgoing-headers.js
var outgoing_headers = __webpack_require__(4880);
// EXTERNAL MODULE: ./lib/meter/query.js
var meter_query = __webpack_require__(1625);
// EXTERNAL MODULE: ./lib/meter/services.js
var meter_services = __webpack_require__(7769);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
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

// EXTERNAL MODULE: ./lib/wire/json-body.js + 7 modules
var json_body = __webpack_require__(7942);
// EXTERNAL MODULE: ./lib/meter/key-screen.js
var key_screen = __webpack_require__(3143);
// EXTERNAL MODULE: ./lib/core/lazy.js
var lazy = __webpack_require__(2389);
// EXTERNAL MODULE: ./lib/meter/account.js + 4 modules
var account = __webpack_require__(2888);
// EXTERNAL MODULE: ./lib/meter/noted-request.js
var noted_request = __webpack_require__(9689);
;// CONCATENATED MODULE: ./lib/meter/websocket-call.js
/** One call among the messages of a websocket: from its request to the message that ends its answer. */





/** In any estimate of a request's input so many bytes come to about a token, and to two where they are added to what was seen. */
const BYTES_PER_TOKEN = 4;
const NOTHING = Buffer.alloc(0);
class WebSocketCall {
    #options;
    #account;
    #reader;
    #end = Promise.withResolvers();
    #request;
    #ticket;
    #hasBegun = false;
    /** True while no message of its answer holds anything of an answer. */
    #isPlain = true;
    /** Of the request and all that stands in front of it; `undefined` when the server adds what the meter has not seen. */
    #wholeBytes;
    #hasMedia = false;
    #trouble;
    constructor(options) {
        const { services, dialect, headers, message } = options;
        this.#options = options;
        this.#account = new account/* CallAccount */.E(services, dialect, { ...headers, ...message.headers });
        this.#reader = dialect.createUsageReader();
    }
    /** Resolves when the call is settled. */
    get ended() {
        return this.#end.promise;
    }
    get lane() {
        return this.#options.message.lane;
    }
    get isWarmUp() {
        return this.#options.message.isWarmUp;
    }
    /** False while the next message may be the first of its answer. */
    get hasBegun() {
        return this.#hasBegun;
    }
    /** @throws when the request cannot be read or edited; then nothing is held. */
    async admit(client) {
        const { services, dialect, body, message } = this.#options;
        const admission = await this.#account.admit(this.#ask(), client);
        if (admission.kind === 'refused')
            return admission;
        try {
            if (admission.ceiling !== undefined)
                dialect.setOutputCeiling(message.request, admission.ceiling);
            const addNote = (text) => dialect.addNote(message.request, text);
            this.#request = new noted_request/* NotedRequest */.o(body, admission, { addNote, guard: services.guard });
        }
        catch (error) {
            services.guard.release(admission.ticket);
            throw error;
        }
        return admission;
    }
    #ask() {
        const { dialect, path, body, message, contextBytes } = this.#options;
        const facts = dialect.readRequest(message.request, path);
        const isSeen = message.continues !== undefined && contextBytes !== undefined;
        const hasServerContext = facts.hasServerContext && !isSeen;
        const isAllSeen = !hasServerContext && facts.outside?.unbounded === undefined;
        const inlineBytes = facts.outside?.inlineBytes ?? 0;
        this.#hasMedia = inlineBytes > 0;
        if (isAllSeen)
            this.#wholeBytes = body.size - inlineBytes + (contextBytes ?? 0);
        return {
            facts: { ...facts, stream: true, hasServerContext },
            body,
            request: message.request,
            fingerprint: fingerprintOf(body, message.unsteady),
            contextBytes: contextBytes ?? 0,
            isWarmUp: message.isWarmUp,
        };
    }
    /** What leaves. */
    get bytes() {
        return Buffer.concat(this.#request?.parts ?? []);
    }
    /** A warm-up that does not leave is no call that was refused. */
    async refuse(status) {
        if (!this.isWarmUp)
            await this.#account.refuse(status);
    }
    /** A warm-up is no call, so nobody has to be told that it was on its way. */
    send(ticket) {
        this.#ticket = ticket;
        if (!this.isWarmUp)
            this.#account.send(ticket);
    }
    /** Takes a message of its answer, and settles with the last one. */
    async hear(payload, heard) {
        this.#read(payload);
        if (heard.kind === 'answer') {
            this.#hasBegun = true;
            this.#isPlain &&= heard.isPlain;
            return heard.isLast
                ? this.#settle({ kind: 'complete', status: 200, error: heard.error })
                : 'as-it-came';
        }
        const { status = 200, headers, body } = heard;
        return this.#settle({ kind: 'complete', status: this.#hasBegun ? 200 : status, headers, error: body });
    }
    /** The connection ended, whichever side it was. */
    async breakOff(kind) {
        await this.#settle({ kind, status: this.#hasBegun ? 200 : undefined });
    }
    /** Bytes that a call which goes on from this one has in front of its own; `undefined` when that cannot be told. */
    get contextBytes() {
        const { usage } = this.#reader.snapshot();
        const { inputTokens = 0, outputTokens = this.isWarmUp ? 0 : undefined } = usage;
        if (this.#wholeBytes === undefined || outputTokens === undefined)
            return undefined;
        // The bytes of a picture say nothing of it, so somebody must have counted it.
        if (this.#hasMedia && inputTokens === 0)
            return undefined;
        // What was fetched or searched for stays in front of what follows.
        return Math.max(this.#wholeBytes, inputTokens * BYTES_PER_TOKEN) + outputTokens * BYTES_PER_TOKEN;
    }
    #read(payload) {
        try {
            this.#reader.push(payload);
        }
        catch (error) {
            this.#trouble ??=
                error instanceof errors/* WireFormatError */.zy ? error.message : 'a message with usage is not readable';
        }
    }
    async #settle(closing) {
        const { kind, status, headers = {}, error } = closing;
        const ticket = this.#ticket;
        if (ticket === undefined)
            return 'as-it-came';
        const end = {
            kind,
            head: status === undefined ? undefined : { status, headers, rawHeaders: [] },
            error: undefined,
            kept: error === undefined ? NOTHING : Buffer.from(JSON.stringify(error)),
        };
        if (this.#request?.goesAgain(end))
            return 'again';
        this.#ticket = undefined;
        try {
            const told = await this.#close(ticket, closing, end);
            return told === undefined ? 'as-it-came' : { told };
        }
        catch (error) {
            this.#account.lose(ticket);
            throw error;
        }
        finally {
            this.#end.resolve();
        }
    }
    async #close(ticket, closing, end) {
        const { services, path } = this.#options;
        const snapshot = this.#reader.snapshot();
        if (!this.#wasFree(closing, snapshot)) {
            const heard = { snapshot, error: closing.error, trouble: this.#trouble, bytes: 0, isStream: true };
            return this.#account.settle(ticket, { end, heard, note: this.#request?.note });
        }
        services.guard.release(ticket);
        services.noteOther(`WS ${path} warm-up`);
        return undefined;
    }
    /** Told as nothing, or left untold where nothing was generated that anybody saw, and nobody stopped it. */
    #wasFree({ kind, error }, { usage }) {
        if (!this.isWarmUp || kind !== 'complete' || error !== undefined)
            return false;
        const { inputTokens, outputTokens } = usage;
        if (inputTokens === undefined && outputTokens === undefined)
            return this.#isPlain;
        return inputTokens === 0 && outputTokens === 0;
    }
}
/** Of the request as it is now, whenever somebody asks. */
function fingerprintOf(body, unsteady) {
    if (unsteady === undefined)
        return () => body.fingerprint;
    const { parts } = body;
    return (0,lazy/* lazily */.q)(() => {
        const steady = new json_body/* JsonBody */.r(Buffer.concat(parts));
        steady.set(unsteady, 0);
        return new json_body/* JsonBody */.r(steady.bytes).fingerprint;
    });
}

;// CONCATENATED MODULE: ./lib/meter/websocket.js
/**
 * A client and an upstream that talk over a websocket, and the meter in between. A message of the client is a call, which
 * is admitted, bounded and settled like one over HTTP; or known to be free; or refused. What the upstream says goes on byte
 * for byte, and is listened to. Calls of one lane leave one after the other, so that each answer is known to be whose.
 */





/** Calls that wait or are under way on one connection; beyond that the client is not read any further. */
const MAX_OPEN_CALLS = 32;
/** Answers that a later call may go on from. */
const MAX_CONTEXTS = 64;
/** What either side hears when the meter ends: it is going away. */
const GOODBYE = { kind: 'closed', code: 1001, reason: Buffer.from('spendgate: the meter ends') };
class Conversation {
    #options;
    /** Calls that have left, by lane, oldest first. */
    #underWay = new Map();
    /** Every call that is not settled, also those that wait. */
    #open = new Set();
    /** The last call of each lane. */
    #lanes = new Map();
    /** By answers that have ended: what stands in front of a call that goes on from one, in bytes. */
    #contexts = new Map();
    #client;
    #whenGone = new Set();
    #retired = Promise.withResolvers();
    #isRetiring = false;
    #isPassingOn = false;
    #isOver = false;
    constructor(options) {
        this.#options = options;
        const { client } = options;
        this.#client = {
            get isGone() {
                return client.isGone;
            },
            whenGone: (callback) => {
                this.#whenGone.add(callback);
                return () => this.#whenGone.delete(callback);
            },
        };
    }
    /** Resolves when both sides have ended and every call is settled. */
    async run() {
        const { client, upstream } = this.#options;
        void client.ended.then(() => {
            for (const callback of [...this.#whenGone])
                callback();
        });
        client.passHeartbeatsTo(upstream);
        upstream.passHeartbeatsTo(client, (data) => this.#masked(data));
        this.#readClient().catch((error) => this.#giveUp(error));
        const { closing } = this.#options.services;
        const retire = () => this.#retire();
        closing.addEventListener('abort', retire);
        if (closing.aborted)
            retire();
        try {
            const { who, ending } = await this.#untilEnd();
            await this.#breakOff(who === 'client' ? 'gone' : 'broken');
            this.#part(who, ending);
        }
        catch (error) {
            await this.#breakOff('broken');
            throw error;
        }
        finally {
            closing.removeEventListener('abort', retire);
        }
        await Promise.all(this.#open);
    }
    /** Nothing is heard any more: what is under way is settled by what came. */
    async #breakOff(kind) {
        this.#isOver = true;
        for (const call of this.#underWay.values())
            await call.breakOff(kind);
    }
    #untilEnd() {
        const { client } = this.#options;
        return Promise.race([
            client.ended.then((ending) => ({ who: 'client', ending })),
            this.#readUpstream().then((ending) => ({ who: 'upstream', ending })),
            this.#retired.promise.then((ending) => ({ who: 'meter', ending })),
        ]);
    }
    /** Ends at once when no call is open and nothing is on its way to the client, else as soon as that is so. */
    #retire() {
        this.#isRetiring = true;
        if (this.#open.size === 0 && !this.#isPassingOn)
            this.#retired.resolve(GOODBYE);
    }
    /** The other side hears how this one ended: a goodbye as a goodbye, a break as a break. */
    #part(who, ending) {
        const { client, upstream } = this.#options;
        if (ending.kind === 'closed') {
            client.close({ ...ending, reason: this.#masked(ending.reason) });
            upstream.close(ending);
        }
        else if (who === 'client') {
            client.destroy();
            upstream.destroy();
        }
        else {
            upstream.destroy();
            client.reset();
        }
    }
    /** Whatever the upstream says, the client gets no key. */
    #masked(said) {
        return (0,key_screen/* maskKey */.s)(this.#options.services.credentials, said);
    }
    async #readClient() {
        for await (const message of this.#options.client.messages()) {
            while (this.#open.size >= MAX_OPEN_CALLS)
                await Promise.race(this.#open);
            if (this.#isOver)
                return;
            await this.#takeFromClient(message);
        }
    }
    async #takeFromClient({ data, isBinary }) {
        const { messages } = this.#options;
        if (isBinary)
            return this.#refuseUnread('it is binary, and a request is text');
        try {
            const body = new json_body/* JsonBody */.r(data);
            const message = messages.readClient(body);
            if (message.kind === 'call')
                this.#queue(body, message);
            else if (message.kind === 'free')
                await this.#passFree(data);
            else
                await this.#refuseUnread(`nobody knows what a message of type ${JSON.stringify(message.type)} costs`);
        }
        catch (error) {
            await this.#refuseUnread((0,errors/* describeError */.Uc)(error));
        }
    }
    /** What the upstream says to one that comes too early would end a call that it bills. */
    async #passFree(data) {
        if (!this.#awaitsFirst())
            return this.#options.upstream.send(data, false);
        await this.#refuseUnread('no answer has begun that it could be about');
    }
    /** What the meter cannot read it cannot limit. */
    #refuseUnread(why, lane) {
        const text = `spendgate could not read the message: ${why}.`;
        return this.#answer(this.#options.messages.failure(400, text, lane));
    }
    #answer(text) {
        return this.#options.client.send(Buffer.from(text), false);
    }
    #queue(body, message) {
        const { lane } = message;
        const served = (this.#lanes.get(lane) ?? Promise.resolve())
            .then(() => this.#serve(body, message))
            .catch((error) => this.#giveUp(error));
        this.#lanes.set(lane, served);
        this.#open.add(served);
        void served.finally(() => {
            this.#open.delete(served);
            if (this.#lanes.get(lane) === served)
                this.#lanes.delete(lane);
            if (this.#isRetiring)
                this.#retire();
        });
    }
    #giveUp(error) {
        const { services, client } = this.#options;
        // Not the error's words: they may quote a request.
        services.onTrouble(`a message could not be handled (${error instanceof Error ? error.name : 'unknown error'})`);
        client.destroy();
    }
    async #serve(body, message) {
        if (this.#isOver)
            return;
        const { services, dialect, messages, headers, upstream } = this.#options;
        const contextBytes = message.continues === undefined ? 0 : this.#contexts.get(message.continues);
        const path = messages.path;
        const call = new WebSocketCall({ services, dialect, path, headers, body, message, contextBytes });
        try {
            const admission = await call.admit(this.#client);
            if (admission.kind === 'refused') {
                if (this.#client.isGone)
                    return;
                await call.refuse(dialect.refusal(admission.reason).status);
                return await this.#answer(messages.refusal(admission.reason, message.lane));
            }
            if (this.#isOver)
                return services.guard.release(admission.ticket);
            call.send(admission.ticket);
        }
        catch (error) {
            return this.#refuseUnread((0,errors/* describeError */.Uc)(error), message.lane);
        }
        this.#underWay.set(message.lane, call);
        await upstream.send(call.bytes, false);
        await call.ended;
    }
    async #readUpstream() {
        const { client, upstream } = this.#options;
        for await (const { data, isBinary } of upstream.messages()) {
            this.#isPassingOn = true;
            const masked = this.#masked(data);
            const passed = isBinary ? masked : await this.#hear(masked);
            if (passed !== undefined)
                await client.send(passed, isBinary);
            this.#isPassingOn = false;
            if (this.#isRetiring)
                this.#retire();
        }
        return upstream.ended;
    }
    /** What the client gets for this message; `undefined` for nothing. */
    async #hear(data) {
        const payload = this.#isOfInterest(data) ? parseJson(data.toString('utf8')) : undefined;
        if (payload === undefined)
            return data;
        const heard = this.#options.messages.readUpstream(payload);
        const call = heard.kind === 'other' ? undefined : this.#callOf(heard);
        if (heard.kind === 'other' || call === undefined)
            return data;
        const isLast = heard.kind === 'error' || heard.isLast;
        // Whatever comes while it is settled is not its any more.
        if (isLast)
            this.#underWay.delete(call.lane);
        const reply = await call.hear(payload, heard);
        if (reply === 'again')
            return this.#sendAgain(call);
        if (heard.kind === 'answer' && isLast)
            this.#keepContext(heard.answerId, call.contextBytes);
        if (reply === 'as-it-came')
            return data;
        return Buffer.from(this.#options.messages.refusal(reply.told, call.lane));
    }
    async #sendAgain(call) {
        if (this.#isOver) {
            await call.breakOff('broken');
            return;
        }
        this.#underWay.set(call.lane, call);
        await this.#options.upstream.send(call.bytes, false);
    }
    #awaitsFirst() {
        return [...this.#underWay.values()].some(({ hasBegun }) => !hasBegun);
    }
    /** Of an answer's first message, and of all that answers a warm-up, it matters what they are. */
    #looksAtAll() {
        return [...this.#underWay.values()].some(({ hasBegun, isWarmUp }) => !hasBegun || isWarmUp);
    }
    #isOfInterest(data) {
        return this.#looksAtAll() || this.#options.messages.marks.some((mark) => data.includes(mark));
    }
    /**
     * Whose answer this is part of; `undefined` when nobody can say, so that no call is settled by the answer of another. An
     * upstream that names no lane at all answers in the order in which it was asked.
     */
    #callOf(heard) {
        const named = this.#underWay.get(heard.lane);
        const isOrdered = heard.lane === undefined && (heard.kind === 'answer' || this.#underWay.size === 1);
        const call = named ?? (isOrdered ? this.#underWay.values().next().value : undefined);
        const isRepeated = heard.kind === 'answer' &&
            heard.isLast &&
            heard.answerId !== undefined &&
            this.#contexts.has(heard.answerId);
        return isRepeated && !call?.hasBegun ? undefined : call;
    }
    #keepContext(answerId, bytes) {
        if (answerId === undefined)
            return;
        this.#contexts.set(answerId, bytes);
        const [oldest] = this.#contexts.keys();
        if (this.#contexts.size > MAX_CONTEXTS && oldest !== undefined)
            this.#contexts.delete(oldest);
    }
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./lib/meter/websocket-dial.js
/**
 * Asks the upstream to switch to a websocket, through the same dispatcher as every call: pooled, and through the proxies
 * of the environment. The client's own key of the handshake travels on, so that the client itself checks the answer.
 */

/** @param client the upgrade is given up when it goes away */
function dial(request, client) {
    return new Promise((resolve) => {
        const { dispatcher, ...options } = request;
        const handler = new UpgradeHandler(client, resolve);
        dispatcher.dispatch({ ...options, method: 'GET', upgrade: 'websocket' }, handler);
    });
}
class UpgradeHandler {
    #client;
    #resolve;
    #onClose = () => this.#abort?.(new Error('the client went away'));
    #abort;
    constructor(client, resolve) {
        this.#client = client;
        this.#resolve = resolve;
        client.once('close', this.#onClose);
    }
    onConnect(abort) {
        this.#abort = abort;
        if (this.#client.destroyed)
            this.#onClose();
    }
    onUpgrade(_status, rawHeaders, socket) {
        const raw = (rawHeaders ?? []).map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
        // Without a listener of its own a socket that breaks now would end the process.
        socket.on('error', () => socket.destroy());
        if (socket instanceof external_node_net_.Socket && !hasExtension(raw))
            this.#settle({ kind: 'open', socket, rawHeaders: raw });
        else {
            socket.destroy();
            this.#settle({ kind: 'refused', status: undefined });
        }
    }
    /** What it says instead is not waited for: the same question over HTTP gets a better answer. */
    onHeaders(status) {
        if (status < 200)
            return true;
        this.#settle({ kind: 'refused', status });
        this.#abort?.(new Error('the upstream does not switch'));
        return true;
    }
    onData() {
        return true;
    }
    onComplete() {
        this.#settle({ kind: 'refused', status: undefined });
    }
    onError() {
        this.#settle({ kind: 'refused', status: undefined });
    }
    #settle(dialled) {
        this.#client.off('close', this.#onClose);
        this.#resolve(dialled);
    }
}
/** None is asked for, so frames with one could not be read. */
function hasExtension(raw) {
    return raw.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'sec-websocket-extensions');
}

// EXTERNAL MODULE: ./node_modules/ws/wrapper.mjs
var wrapper = __webpack_require__(2977);
;// CONCATENATED MODULE: ./lib/meter/websocket-peer.js


const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** As the library's own server has them: many small parts take far more memory than their bytes. */
const MAX_FRAGMENTS = 16 * 1024;
const MAX_CHUNKS = 256 * 1024;
/** Beyond this a side is not read any further until its messages are taken. */
const MAX_WAITING_BYTES = 256 * 1024;
const MAX_WAITING = 256;
const MAX_REASON_BYTES = 123;
/** How long a side may take to say goodbye. */
const GOODBYE_MS = 5000;
/** What a close frame without a code is read as; it must not be written. */
const NO_CODE = 1005;
const CLOSE_CODES = {
    WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
    WS_ERR_INVALID_UTF8: 1007,
    WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
};
const PROTOCOL_ERROR = 1002;
const websocket_peer_NOTHING = Buffer.alloc(0);
class WebSocketPeer {
    #end = Promise.withResolvers();
    #socket;
    #receiver;
    #sender;
    /** Clients mask what they send, servers do not. */
    #mask;
    #waiting = [];
    #waitingBytes = 0;
    #ending;
    #onNews;
    /** @param side who is at the other end of the socket */
    constructor(socket, side) {
        this.#socket = socket;
        this.#mask = side === 'upstream';
        this.#sender = new wrapper/* Sender */.U1(socket);
        this.#receiver = new wrapper/* Receiver */.ie({
            isServer: side === 'client',
            maxPayload: MAX_MESSAGE_BYTES,
            maxFragments: MAX_FRAGMENTS,
            maxBufferedChunks: MAX_CHUNKS,
        });
        this.#listen();
    }
    /** At once when the side ends, also while messages of it wait. */
    get ended() {
        return this.#end.promise;
    }
    get isGone() {
        return this.#ending !== undefined;
    }
    /** Pings and pongs are answered by the far end: whoever asks whether it is there is told the truth. */
    passHeartbeatsTo(other, mask = (data) => data) {
        this.#receiver.on('ping', (data) => other.#beat('ping', mask(data)));
        this.#receiver.on('pong', (data) => other.#beat('pong', mask(data)));
    }
    /** Messages in order, until the side has ended and all that came before is taken. */
    async *messages() {
        for (;;) {
            const message = this.#waiting.shift();
            if (message !== undefined) {
                this.#waitingBytes -= message.data.length;
                if (!this.#isFull())
                    this.#socket.resume();
                yield message;
            }
            else if (this.#ending === undefined) {
                await new Promise((resolve) => {
                    this.#onNews = resolve;
                });
            }
            else
                return;
        }
    }
    /** Resolves when the next one may be sent; at once when the side is gone. */
    async send(data, isBinary) {
        if (!this.#socket.writable)
            return;
        this.#sender.send(data, { binary: isBinary, compress: false, fin: true, mask: this.#mask });
        if (this.#socket.writableNeedDrain)
            await drained(this.#socket);
    }
    /** Says goodbye, and hangs up when it is said. */
    close({ code, reason }) {
        if (!this.#socket.writable)
            return;
        this.#sender.close(code === NO_CODE ? undefined : code, code === NO_CODE ? websocket_peer_NOTHING : reason, this.#mask);
        this.#socket.end();
        setTimeout(() => this.#socket.destroy(), GOODBYE_MS).unref();
    }
    destroy() {
        this.#socket.destroy();
    }
    /** Breaks the connection in a way that nobody can take for its end. Plain TCP only. */
    reset() {
        this.#socket.resetAndDestroy();
    }
    #listen() {
        const receiver = this.#receiver;
        receiver.on('message', (data, isBinary) => this.#take({ data, isBinary }));
        receiver.on('conclude', (code, reason) => this.#note({ kind: 'closed', code, reason }));
        receiver.on('error', (error) => this.#note(brokenRule(error)));
        receiver.on('drain', () => this.#isFull() || this.#socket.resume());
        this.#socket.on('data', (chunk) => {
            if (this.#ending !== undefined)
                return;
            if (!receiver.write(chunk) || this.#isFull())
                this.#socket.pause();
        });
        this.#socket.on('error', () => this.#note({ kind: 'lost' }));
        this.#socket.on('end', () => this.#note({ kind: 'lost' }));
        this.#socket.on('close', () => this.#note({ kind: 'lost' }));
    }
    #take(message) {
        if (this.#ending !== undefined)
            return;
        this.#waiting.push(message);
        this.#waitingBytes += message.data.length;
        this.#onNews?.();
    }
    /** The first word counts. */
    #note(ending) {
        if (this.#ending !== undefined)
            return;
        this.#ending = ending;
        this.#socket.resume();
        this.#end.resolve(ending);
        this.#onNews?.();
    }
    #isFull() {
        return this.#waitingBytes > MAX_WAITING_BYTES || this.#waiting.length > MAX_WAITING;
    }
    /** Where the way is blocked none is passed on: whoever floods with them must not fill the memory. */
    #beat(kind, data) {
        if (this.#socket.writable && !this.#socket.writableNeedDrain)
            this.#sender[kind](data, this.#mask);
    }
}
function brokenRule(error) {
    const code = 'code' in error ? CLOSE_CODES[String(error.code)] : undefined;
    const reason = Buffer.from(`spendgate: ${(0,errors/* describeError */.Uc)(error)}`).subarray(0, MAX_REASON_BYTES);
    return { kind: 'closed', code: code ?? PROTOCOL_ERROR, reason };
}
function drained(socket) {
    return new Promise((resolve) => {
        const done = () => {
            socket.off('drain', done).off('close', done);
            resolve();
        };
        socket.on('drain', done).on('close', done);
    });
}

;// CONCATENATED MODULE: ./lib/meter/websocket-upgrade.js









/** Compression stays out on both sides: what is listened to must be readable, and loopback has no use for it. */
const REWRITTEN_HEADERS = new Set([
    'host',
    'expect',
    'content-length',
    'accept-encoding',
    'sec-websocket-extensions',
]);
/** Resolves when the connection has ended, and all of its calls are settled. */
async function meterWebSocket(services, route, request, head) {
    const { socket } = request;
    const dialled = await dialUpstream(services, route, request);
    if (dialled.kind === 'refused')
        return (0,local_answer/* refuseUpgrade */.f)(socket, overHttp(dialled.status));
    if (socket.destroyed) {
        dialled.socket.destroy();
        return;
    }
    const headers = (0,wire_headers/* endToEndHeaders */.cu)(dialled.rawHeaders).map((part) => (0,credentials/* redact */.E$)(services.credentials, part));
    socket.write(switching(headers), 'latin1');
    if (head.length > 0)
        socket.unshift(head);
    const conversation = new Conversation({
        services,
        dialect: route.dialect,
        messages: route.messages,
        headers: (0,wire_headers/* headerRecord */.jP)(request.rawHeaders),
        client: new WebSocketPeer(socket, 'client'),
        upstream: new WebSocketPeer(dialled.socket, 'upstream'),
    });
    try {
        await conversation.run();
    }
    catch (error) {
        dialled.socket.destroy();
        throw error;
    }
}
async function dialUpstream(services, { dialect, path, query }, request) {
    const upstream = services.upstreamOf(dialect);
    if (upstream === undefined)
        return { kind: 'refused', status: undefined };
    const { rawHeaders: raw } = request;
    const swapped = (0,credentials/* swapQuery */.yv)(services.credentials, (0,meter_query/* withoutMasks */.Ww)(query));
    const headers = (0,outgoing_headers/* outgoingHeaders */.j)(services, { raw, dropped: REWRITTEN_HEADERS, policy: upstream.headers });
    return dial({
        dispatcher: services.dispatcher,
        origin: upstream.origin,
        path: `${(0,meter_services/* pathAt */.D)(upstream, path)}${swapped.query}`,
        headers: [...headers, ...swapped.headers],
    }, request.socket);
}
/**
 * Whatever kept the upstream from switching, a client that asks again over HTTP is told it there, in words that its limits
 * and its failure handling are made for. Any other status than 426 would have it try the upgrade again first.
 */
function overHttp(status) {
    const why = status === undefined ? 'The upstream did not switch' : `The upstream answered ${status}`;
    return {
        status: 426,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: `spendgate: no websocket. ${why}; send the request over HTTP.`,
    };
}
function switching(headers) {
    const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}`] : []));
    const first = ['HTTP/1.1 101 Switching Protocols', 'connection: Upgrade', 'upgrade: websocket'];
    return [...first, ...lines, '', ''].join('\r\n');
}


/***/ })

};
