export const id = 453;
export const ids = [453,730];
export const modules = {

/***/ 7453:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  meteringParts: () => (/* binding */ meteringParts)
});

// EXTERNAL MODULE: ./lib/agents/index.js + 24 modules
var agents = __webpack_require__(6658);
// EXTERNAL MODULE: ./lib/dialects/index.js + 12 modules
var dialects = __webpack_require__(7092);
// EXTERNAL MODULE: ./lib/platform/dispatcher.js
var platform_dispatcher = __webpack_require__(730);
// EXTERNAL MODULE: external "node:v8"
var external_node_v8_ = __webpack_require__(8877);
;// CONCATENATED MODULE: ./lib/platform/nursery.js
/** How much memory V8 lets pile up before it looks for what is dead. */

/**
 * Keeps the young generation at the size it starts with. Under load it would grow to 134 MB, and nothing in a meter needs
 * that: what belongs to a call is dead when the call is, and the little that outlives it lives as long as the run.
 * The flag is one of the few that V8 reads anew each time it would grow.
 */
function keepNurserySmall() {
    (0,external_node_v8_.setFlagsFromString)('--semi-space-growth-factor=1');
}

// EXTERNAL MODULE: ./lib/entrypoints/gateways-under.js + 2 modules
var gateways_under = __webpack_require__(4859);
;// CONCATENATED MODULE: ./lib/entrypoints/metering-parts.js
/** The lists that a meter works with, wherever it runs. */





/** What a meter in this process is made of, but for the prices: they are large, and each entry point loads them in its own way. */
function meteringParts(config, environment) {
    keepNurserySmall();
    const dispatcher = (0,platform_dispatcher.createDispatcher)(environment);
    return { dialects: dialects/* dialects */.O, gateways: (0,gateways_under/* gatewaysUnder */.g)(config), agents: agents/* agents */.X, dispatcher };
}


/***/ }),

/***/ 730:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createDispatcher: () => (/* binding */ createDispatcher)
/* harmony export */ });
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4371);
/** Outgoing connections: pooled, through the proxy the environment names, if any. */

/** Long answers are normal (reasoning before the first byte, pauses in a stream), so the bounds are wide. */
const HEADERS_TIMEOUT_MS = 15 * 60_000;
const BODY_TIMEOUT_MS = 10 * 60_000;
function createDispatcher(environment) {
    const options = { headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: BODY_TIMEOUT_MS };
    const httpProxy = environment['http_proxy'] ?? environment['HTTP_PROXY'];
    const httpsProxy = environment['https_proxy'] ?? environment['HTTPS_PROXY'];
    if (!httpProxy && !httpsProxy)
        return new undici__WEBPACK_IMPORTED_MODULE_0__.Agent(options);
    const noProxy = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
    return new undici__WEBPACK_IMPORTED_MODULE_0__.EnvHttpProxyAgent({
        ...options,
        noProxy,
        ...(httpProxy ? { httpProxy } : {}),
        ...(httpsProxy ? { httpsProxy } : {}),
    });
}


/***/ })

};
