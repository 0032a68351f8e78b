export const id = 551;
export const ids = [551];
export const modules = {

/***/ 1551:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   meteringParts: () => (/* binding */ meteringParts)
/* harmony export */ });
/* harmony import */ var _agents_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(488);
/* harmony import */ var _dialects_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4075);
/* harmony import */ var _platform_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(730);
/* harmony import */ var _gateways_under_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4859);
/** The lists that a meter works with, wherever it runs. */




/** What a meter is made of, but for the prices: they are large, and loaded in another way by each entry point. */
function meteringParts(config, environment) {
    const dispatcher = (0,_platform_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__.createDispatcher)(environment);
    return { dialects: _dialects_index_js__WEBPACK_IMPORTED_MODULE_1__/* .dialects */ .O, gateways: (0,_gateways_under_js__WEBPACK_IMPORTED_MODULE_3__/* .gatewaysUnder */ .g)(config), agents: _agents_index_js__WEBPACK_IMPORTED_MODULE_0__/* .agents */ .X, dispatcher };
}


/***/ })

};
