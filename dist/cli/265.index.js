export const id = 265;
export const ids = [265,940];
export const modules = {

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

/***/ 81551:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   meteringParts: () => (/* binding */ meteringParts)
/* harmony export */ });
/* harmony import */ var _agents_index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(488);
/* harmony import */ var _dialects_index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(54075);
/* harmony import */ var _platform_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(730);
/* harmony import */ var _gateways_under_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(24859);
/** The lists that a meter works with, wherever it runs. */




/** What a meter is made of, but for the prices: they are large, and loaded in another way by each entry point. */
function meteringParts(config, environment) {
    const dispatcher = (0,_platform_dispatcher_js__WEBPACK_IMPORTED_MODULE_2__.createDispatcher)(environment);
    return { dialects: _dialects_index_js__WEBPACK_IMPORTED_MODULE_1__/* .dialects */ .O, gateways: (0,_gateways_under_js__WEBPACK_IMPORTED_MODULE_3__/* .gatewaysUnder */ .g)(config), agents: _agents_index_js__WEBPACK_IMPORTED_MODULE_0__/* .agents */ .X, dispatcher };
}


/***/ }),

/***/ 82056:
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


/***/ })

};
