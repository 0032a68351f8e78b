export const id = 730;
export const ids = [730];
export const modules = {

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


/***/ })

};
