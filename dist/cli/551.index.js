export const id = 551;
export const ids = [551,730];
export const modules = {

/***/ 81551:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   meteringParts: () => (/* binding */ meteringParts)
/* harmony export */ });
/* harmony import */ var _agents_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(46658);
/* harmony import */ var _dialects_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(19869);
/* harmony import */ var _platform_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(730);
/* harmony import */ var _gateways_under_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(24859);
/** The lists that a meter works with, wherever it runs. */




/** What a meter is made of, but for the prices: they are large, and loaded in another way by each entry point. */
function meteringParts(config, environment) {
    const dispatcher = (0,_platform_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__.createDispatcher)(environment);
    return { dialects: _dialects_index_js__WEBPACK_IMPORTED_MODULE_1__/* .dialects */ .O, gateways: (0,_gateways_under_js__WEBPACK_IMPORTED_MODULE_3__/* .gatewaysUnder */ .g)(config), agents: _agents_index_js__WEBPACK_IMPORTED_MODULE_0__/* .agents */ .X, dispatcher };
}


/***/ }),

/***/ 730:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createDispatcher: () => (/* binding */ createDispatcher)
/* harmony export */ });
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(24371);
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
