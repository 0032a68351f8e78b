export const id = 940;
export const ids = [940];
export const modules = {

/***/ 6940:
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


/***/ })

};
