export const id = 292;
export const ids = [292,730,940];
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


/***/ }),

/***/ 4075:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  O: () => (/* binding */ dialects)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(7597);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
;// CONCATENATED MODULE: ./lib/wire/local-answer.js
/** Clients that look at it stop at once instead of trying again. */
const NO_RETRY = { 'x-should-retry': 'false' };
function jsonAnswer(status, body) {
    return { status, headers: { 'content-type': 'application/json', ...NO_RETRY }, body: JSON.stringify(body) };
}
function textAnswer(status, body) {
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...NO_RETRY }, body };
}

;// CONCATENATED MODULE: ./lib/wire/refusal-words.js
/**
 * Words of a refusal in which no figure looks like the status of a server that may recover. OpenCode searches an error's
 * message for such a status anywhere, also within `500000 tokens`, and then tries again and again.
 */
const LOOKS_RETRYABLE = /429|50[0234]|524/;
const FIGURE = /\d+(?:[.,]\d+)*/g;
/** Asked for figure by figure: a format that is made ahead loads the tables of all languages at every start. */
const ROUNDED = { notation: 'scientific', maximumSignificantDigits: 2 };
/** A status is spelled digit by digit (`4-2-9`), a larger figure becomes a round one (`5E5`); all else stays as it is. */
function refusalWords(reason) {
    return LOOKS_RETRYABLE.test(reason) ? reason.replace(FIGURE, saidOtherwise) : reason;
}
function saidOtherwise(figure) {
    if (!LOOKS_RETRYABLE.test(figure))
        return figure;
    const rounded = Number(figure.replaceAll(',', '')).toLocaleString('en-US', ROUNDED);
    const isStatus = /^\d{3}$/.test(figure) || LOOKS_RETRYABLE.test(rounded) || rounded === 'NaN';
    return isStatus ? [...figure].join('-') : rounded;
}

// EXTERNAL MODULE: ./lib/wire/tokens.js
var tokens = __webpack_require__(2735);
// EXTERNAL MODULE: ./lib/wire/values.js
var values = __webpack_require__(3075);
// EXTERNAL MODULE: ./lib/wire/json-marks.js
var json_marks = __webpack_require__(2056);
;// CONCATENATED MODULE: ./lib/dialects/shared/plain-request.js
/** Folded. None of them chooses another model, brings in input or leaves some out, or has the server run tools of its own. */
const PLAIN_SETTINGS = new Set(('model messages system input instructions contents systeminstruction tools tool_choice toolconfig parallel_tool_calls ' +
    'max_tokens max_completion_tokens max_output_tokens generationconfig safetysettings n stream stream_options stop ' +
    'stop_sequences temperature top_p top_k seed presence_penalty frequency_penalty logprobs top_logprobs logit_bias ' +
    'response_format text verbosity thinking reasoning reasoning_effort include metadata user safety_identifier ' +
    'prompt_cache_key prompt_cache_retention store service_tier').split(' '));
function isPlainRequest(body) {
    return body.keys().every((key) => PLAIN_SETTINGS.has(key));
}

;// CONCATENATED MODULE: ./lib/dialects/shared/steering.js


/** Beside the request in `extra_body`, they would be put in the place of the ones that were checked. */
const STEERING = new Set([
    'model',
    'models',
    'fallbacks',
    'max_tokens',
    'max_completion_tokens',
    'max_output_tokens',
    'n',
    'stream',
    'stream_options',
    'background',
    'tools',
    'speed',
    'extra_body',
]);
/** Tables of a gateway's own, by which another model is chosen. */
const FALLBACK_TABLES = ['context_window_fallback_dict', 'content_policy_fallback_dict'];
/** Settings by which a client makes up models, prices, or failures that lead to another model. */
const UNREADABLE = new RegExp('^mock_testing_|^user_config$|^router_settings|.fallbacks$|_cost_per_|_token_cost(?:_|$)' +
    // By whose price it is booked, which settings are taken out again, and whose the answer is.
    '|^(?:base_model|additional_drop_params|model_list|custom_llm_provider)$|^tensorzero::(?:extra_body|params)$');
/** Where Vercel's gateway has the models that stand in. */
const GATEWAY_MODELS = ['providerOptions', 'gateway', 'models'];
const MAX_MODELS = 100;
const WHOLE = /^\d{1,15}$/;
/** The models a request names. @throws {SyntaxError} for a setting that may stand for anything */
function readModels(body) {
    return namedOf(readAsked(body), listedIn(body));
}
/** The same, with the list of fallbacks as gateways for many models take it: names, or objects with `model`. */
function readModelsAndFallbacks(body) {
    return namedOf(readAsked(body), [...listedIn(body), ...fallbacksIn(body)]);
}
/** The same, where the model that is asked for stands in the path: some gateways take one of the body before it. @throws {SyntaxError} */
function readFallbacks(body, model) {
    const named = (0,values/* readText */.yR)(body.get('model'))?.replace(/^(?:.*\/)?models\//, '');
    return namedOf(model, [...(named ? [named] : []), ...listedIn(body), ...fallbacksIn(body)]);
}
function namedOf(asked, listed) {
    if (listed.length === 0)
        return { model: asked };
    const [model, ...others] = asked === undefined ? listed : [asked, ...listed];
    const otherModels = [...new Set(others)].filter((name) => name !== model);
    return otherModels.length > 0 ? { model, otherModels } : { model };
}
function readAsked(body) {
    const given = body.get('model');
    if (given == null)
        return undefined;
    if (typeof given !== 'string')
        throw new SyntaxError('`model` is no text');
    // LiteLLM asks every one of them.
    if (given.includes(','))
        throw new SyntaxError('`model` names several at once');
    return given;
}
function listedIn(body) {
    if (isPlainRequest(body))
        return [];
    refuseHidden(body);
    return [
        ...textsOf(body, 'models'),
        ...textsOf(body, ...GATEWAY_MODELS),
        ...FALLBACK_TABLES.flatMap((name) => valuesOf(body, name)),
    ];
}
function fallbacksIn(body) {
    if (!body.has('fallbacks'))
        return [];
    return bounded(listOf(body, 'fallbacks'), 'fallbacks').flatMap(fallbacksOf);
}
/** How many answers are asked for. @throws {SyntaxError} for what is no whole number, since a server may yet make one of it */
function readChoices(value, name) {
    return wholeNumber(value, name) ?? 1;
}
/** A count of an element; `undefined` where none stands. @throws {SyntaxError} */
function countAt(item, key, name) {
    return wholeNumber(item.get(key), name);
}
/** @throws {SyntaxError} */
function textAt(item, key, name) {
    const text = (0,values/* readText */.yR)(item.get(key));
    if (text === undefined)
        throw new SyntaxError(`\`${name}\` is no text`);
    return text;
}
/** Anything but `false` may be read as true. */
function isSet(body, name) {
    return body.has(name) && body.get(name) !== false;
}
function wholeNumber(value, name) {
    if (value == null)
        return undefined;
    const number = typeof value === 'string' && WHOLE.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number))
        throw new SyntaxError(`\`${name}\` is no whole number`);
    return (0,values/* readCount */._0)(number);
}
function refuseHidden(body) {
    const hidden = body.keys('extra_body').find((key) => STEERING.has(key) || UNREADABLE.test(key));
    if (hidden !== undefined)
        throw new SyntaxError(`\`extra_body\` sets \`${hidden}\`: it belongs to the request itself`);
    const unreadable = body.keys().find((key) => UNREADABLE.test(key));
    if (unreadable !== undefined)
        throw new SyntaxError(`\`${unreadable}\` may change what the call costs: leave it out`);
}
/** A name, an object with `model`, or LiteLLM's lists of names by the model they stand in for. */
function fallbacksOf(item) {
    const name = nameIn(item);
    if (name !== undefined)
        return [name];
    const steering = item.keys.find((key) => key !== 'model' && STEERING.has(key));
    if (steering !== undefined)
        throw new SyntaxError(`\`fallbacks\` sets \`${steering}\`: it belongs to the request itself`);
    const lists = item.keys.includes('model') ? [] : item.keys.map((key) => item.get(key));
    if (lists.length > 0 && lists.every(isTexts))
        return lists.flat();
    return [textAt(item, 'model', 'fallbacks.model')];
}
function isTexts(value) {
    return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
/** An element that is a name itself. */
function nameIn(item) {
    return item.keys.length > 0 ? undefined : (0,values/* readText */.yR)(item.get());
}
function textsOf(body, ...path) {
    const name = path.join('.');
    if (!body.has(...path))
        return [];
    return bounded(listOf(body, ...path), name).map((item) => {
        const text = nameIn(item);
        if (text === undefined)
            throw new SyntaxError(`\`${name}\` is no list of texts`);
        return text;
    });
}
function valuesOf(body, name) {
    if (!body.has(name))
        return [];
    // In one go: to look for each key in a large table would keep the meter from everything else.
    const table = body.get(name);
    if (typeof table !== 'object' || table === null || Array.isArray(table))
        throw new SyntaxError(`\`${name}\` is no object`);
    const models = Object.values(table);
    // A key that stands there twice hides the first of the two.
    if (!isTexts(models) || body.keys(name).length !== models.length)
        throw new SyntaxError(`\`${name}\` holds what is no text`);
    return models;
}
function listOf(body, ...path) {
    if (body.head(1, ...path) !== '[')
        throw new SyntaxError(`\`${path.join('.')}\` is no list`);
    return body.items(...path);
}
function bounded(items, name) {
    const found = [];
    for (const item of items) {
        if (found.length >= MAX_MODELS)
            throw new SyntaxError(`\`${name}\` names more than ${MAX_MODELS} models`);
        found.push(item);
    }
    return found;
}

;// CONCATENATED MODULE: ./lib/dialects/shared/anthropic-aside.js



/** How the types of these tools begin; letters that are written as escapes may say anything. */
const PAID_TOOLS = ['"web_search', '"advisor', json_marks/* ESCAPED_LETTER */.J3];
/** One search, nano-USD. */
const SEARCH_NANO_USD = 10_000_000;
/** Where a request does not say how often a tool may be used. What is used more counts as it is told. */
const ASSUMED_SEARCHES = 10;
const ASSUMED_ADVICES = 2;
/** Advice is 1,400 to 1,800 tokens long as a rule, thoughts included. */
const ASSUMED_ADVICE_TOKENS = 8192;
const FAST = 2;
/** Older models were six times as dear. */
const FAST_BEFORE = 6;
/** Times the list price of a model that answers fast. */
function fastFactor(model) {
    return /opus-4[-.][67]/.test(model ?? '') ? FAST_BEFORE : FAST;
}
/** @throws {SyntaxError} for a part that cannot be read, and so not be held */
function readAside(body) {
    const sum = {
        choices: 1,
        otherModels: [],
        inputReads: 0,
        outputTokens: 0,
        ownCeiling: 0,
        feeNanoUsd: 0,
    };
    if (body.mentions(PAID_TOOLS, 'tools'))
        for (const tool of body.items('tools'))
            addTool(sum, tool);
    if (compacts(body))
        addRun(sum);
    const isFast = [body.get('speed') === 'fast', addFallbacks(sum, body)].includes(true);
    const { choices, otherModels, inputReads, outputTokens, ownCeiling, feeNanoUsd } = sum;
    const models = [(0,values/* readText */.yR)(body.get('model')), ...otherModels];
    const factor = isFast ? Math.max(...models.map(fastFactor)) : undefined;
    return {
        // `n` is none of this API's, and a gateway may pass it on to another.
        choices: choices * readChoices(body.get('n'), 'n'),
        ...(otherModels.length > 0 && { otherModels }),
        ...(inputReads > 0 && {
            aside: { inputReads, outputTokens, ...(ownCeiling > 0 && { ownCeiling }) },
        }),
        ...((isFast || feeNanoUsd > 0) && { surcharge: { factor, feeNanoUsd } }),
    };
}
function addTool(sum, tool) {
    const type = (0,values/* readText */.yR)(tool.get('type')) ?? '';
    const uses = () => countAt(tool, 'max_uses', 'tools.max_uses');
    if (type.startsWith('web_search'))
        sum.feeNanoUsd += (uses() ?? ASSUMED_SEARCHES) * SEARCH_NANO_USD;
    if (!type.startsWith('advisor'))
        return;
    const advices = uses() ?? ASSUMED_ADVICES;
    sum.otherModels.push(textAt(tool, 'model', 'tools.model'));
    sum.inputReads += 2 * advices;
    const ownCeiling = countAt(tool, 'max_tokens', 'tools.max_tokens');
    sum.outputTokens += advices * (ownCeiling ?? ASSUMED_ADVICE_TOKENS);
    sum.ownCeiling = Math.max(sum.ownCeiling, ownCeiling ?? 0);
}
function compacts(body) {
    if (body.has('compaction'))
        return true;
    for (const edit of body.items('context_management', 'edits'))
        if ((0,values/* readText */.yR)(edit.get('type'))?.startsWith('compact'))
            return true;
    return false;
}
/** One more run, whose answer may be as long as the first. */
function addRun(sum) {
    sum.choices += 1;
    sum.inputReads += 1;
}
/** True when one of them answers fast. */
function addFallbacks(sum, body) {
    let isFast = false;
    for (const entry of bounded(body.items('fallbacks'), 'fallbacks')) {
        sum.otherModels.push(nameIn(entry) ?? textAt(entry, 'model', 'fallbacks.model'));
        const ownCeiling = countAt(entry, 'max_tokens', 'fallbacks.max_tokens');
        if (ownCeiling === undefined)
            sum.choices += 1;
        else
            sum.outputTokens += ownCeiling;
        sum.ownCeiling = Math.max(sum.ownCeiling, ownCeiling ?? 0);
        sum.inputReads += 1;
        isFast ||= entry.get('speed') === 'fast';
    }
    // `"default"`: one other model, which the vendor chooses.
    if (body.head(1, 'fallbacks') === '"')
        addRun(sum);
    return isFast;
}

// EXTERNAL MODULE: ./lib/core/usage.js
var usage = __webpack_require__(6940);
;// CONCATENATED MODULE: ./lib/dialects/shared/anthropic-iterations.js
/**
 * The parts of an answer of Anthropic's that its plain figures leave out. `usage.iterations` lists each time that a model was
 * run: `message` and, after a refusal, `fallback_message` for the answer itself; `compaction` for a summary of the context;
 * `advisor_message` for another model that was asked for advice. The bill is the sum of all of them, each at its own model's
 * price. The plain figures are those of the answer, or of its last model alone, or of its first run.
 * @see https://platform.claude.com/docs/en/build-with-claude/compaction-threshold
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
 * @see https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
 */

/** What the plain figures are about. */
const OWN = new Set(['message', 'fallback_message']);
/** @param plain the figures beside the list; `undefined` where the list says no more than they do */
function partsOf(plain, iterations) {
    const own = iterations
        .filter(({ type }) => OWN.has(type))
        .map((part) => ({ ...part, usage: filled(part.usage, plain) }));
    const others = iterations.filter(({ type }) => !OWN.has(type));
    if (own.length < 2 && others.length === 0 && own.every(({ model }) => model === undefined))
        return undefined;
    const listed = (0,usage/* sumUsage */.Rl)(own.map(({ usage }) => usage));
    const rest = excess(plain, own.length === 0 ? usage/* NO_USAGE */.yJ : listed);
    const parts = [...own, ...others, { model: undefined, usage: rest }].map(({ model, usage }) => ({
        model,
        usage,
    }));
    const inputs = [plain.inputTokens, listed.inputTokens, ...others.map(({ usage }) => usage.inputTokens)];
    return {
        parts,
        usage: (0,usage/* sumUsage */.Rl)(parts.map(({ usage }) => usage)),
        inputOnce: Math.max(...inputs.map((tokens) => tokens ?? 0)) || undefined,
    };
}
/** The plain figures, where there are any, stand for what a run of the answer itself leaves out. */
function filled(usage, plain) {
    const left = (key) => usage[key] ?? (plain[key] === undefined ? undefined : 0);
    return { ...usage, inputTokens: left('inputTokens'), outputTokens: left('outputTokens') };
}
/** What is told plainly, and in no run of the list. Where neither tells of input or output, nobody knows what there was. */
function excess(plain, listed) {
    const left = (key) => Math.max(0, (plain[key] ?? 0) - (listed[key] ?? 0));
    const isUntold = (key) => plain[key] === undefined && listed[key] === undefined;
    return {
        ...usage/* NO_USAGE */.yJ,
        ...Object.fromEntries(usage/* USAGE_KEYS */.BQ.map((key) => [key, left(key)])),
        ...(isUntold('inputTokens') && { inputTokens: undefined }),
        ...(isUntold('outputTokens') && { outputTokens: undefined }),
        reasoningTokens: undefined,
    };
}

;// CONCATENATED MODULE: ./lib/dialects/shared/output-ceiling.js

/** Names that servers know a ceiling by: the one that is not looked at must not be the one that counts. */
const NAMES = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_new_tokens', 'maxTokens'];
/**
 * The largest ceiling of a request: a gateway that translates may read another name than the API's own. `undefined` where none
 * of its own stands there, or one that only its reader understands.
 */
function readCeiling(body, own) {
    if (own.every((name) => body.get(name) == null))
        return undefined;
    let largest;
    for (const name of NAMES) {
        const value = body.get(name);
        if (value == null)
            continue;
        const asked = (0,values/* readCount */._0)(value);
        if (asked === undefined)
            return undefined;
        largest = Math.max(asked, largest ?? 0);
    }
    return largest;
}
/** These fields, and whatever other ceiling stands beside them. */
function lowerAllTo(body, fields, tokens) {
    const others = NAMES.filter((name) => !fields.includes(name) && body.has(name));
    lowerTo(body, [...fields, ...others].map((name) => [name]), tokens);
}
/** Each of these fields holds no more than so many tokens afterwards; one that does already stays as it is. */
function lowerTo(body, fields, tokens) {
    for (const field of fields) {
        // What is no count, such as 0, some servers take for none at all.
        const asked = (0,values/* readCount */._0)(body.get(...field));
        if (asked === undefined || asked > tokens)
            body.set(field, tokens);
    }
}

;// CONCATENATED MODULE: ./lib/dialects/shared/dropped-input.js
/**
 * Claude Code asks for it in each call, and must be able to learn. Earlier thoughts are the model's own, were paid for as
 * output, and are signed, so that nobody can put other text there; what clears or sums up anything else takes the text of tools.
 */
const THOUGHTS_ALONE = /^"clear_thinking_\d+"$/;
const LOSSY = ['truncation', 'transforms', 'compaction'];
const COMPRESSION = ['context-compression'];
const OFF = new Set(['null', 'false', '"disabled"']);
const MAX_BYTES = 100;
/** @param holders paths to what such settings stand in */
function mayDropInput(body, holders) {
    return holders.some((holder) => mayEdit(body, [...holder, 'context_management']) ||
        LOSSY.some((name) => isOn(body, [...holder, name])) ||
        body.mentions(COMPRESSION, ...holder, 'plugins'));
}
function mayEdit(body, path) {
    if (!body.has(...path))
        return false;
    let mayClear = false;
    const isWhole = body.walk(path, {
        scalar: (at, bytes) => {
            if (at === '.edits.type' || at === '.type')
                mayClear ||= !THOUGHTS_ALONE.test(textOf(bytes));
            else if (at === '' || at === '.edits')
                mayClear ||= !OFF.has(textOf(bytes));
        },
        object: (at, keys) => {
            if (at === '.edits')
                mayClear ||= !keys.includes('type');
        },
    });
    return mayClear || !isWhole;
}
/** An empty list asks for nothing. */
function isOn(body, path) {
    if (!body.has(...path))
        return false;
    let isFound = false;
    const isWhole = body.walk(path, {
        scalar: (_at, bytes) => {
            isFound ||= !OFF.has(textOf(bytes));
        },
        object: () => {
            isFound = true;
        },
    });
    return isFound || !isWhole;
}
function textOf(bytes) {
    return bytes.toString('latin1', 0, MAX_BYTES);
}

;// CONCATENATED MODULE: ./lib/dialects/shared/hosted-tools.js

/** Run by the client, so that their results come as a request of their own; or they bring in no text. */
const CLIENT = /^(?:function|custom|namespace|tool_search|apply_patch|local_shell|shell|bash|text_editor|str_replace|computer|memory|image_generation|advisor)/;
const GEMINI_CLIENT = new Set([
    'functiondeclarations',
    'function_declarations',
    'computeruse',
    'computer_use',
]);
const GEMINI_FETCH = new Set(['urlcontext', 'url_context']);
/** Whoever owns the server decides what it answers; and no honest client writes a type with escapes. */
const ANY_SIZE = /^(?:mcp|web_fetch)|\\/;
/** What programs of it are given by the client's tools stands in the request, and is not read by the model. */
const RUNS_PROGRAMS = /^code_execution|\\/;
const USUAL_USES = 5;
const TOKENS_PER_USE = 10_000;
/** Of at most twenty addresses, with a large page behind each. */
const GEMINI_FETCH_TOKENS = 20 * 25_000;
/** OpenAI's shell runs at the client, or in a container of the server's, with files and skills of any size. */
const CONTAINER = /^container_|\\/;
class HostedTools {
    /** True where one of them may bring in any amount. */
    isUnbounded = false;
    /** True where results may stand in the request that do not count. */
    mayDrop = false;
    tokens = 0;
    #mostCalls;
    constructor(body) {
        this.#mostCalls = (0,values/* readCount */._0)(body.get('max_tool_calls')) ?? Number.POSITIVE_INFINITY;
        if (hosted_tools_isSet(body, 'web_search_options') || hosted_tools_isSet(body, 'plugins'))
            this.#addUses(USUAL_USES);
        if (!body.has('tools'))
            return;
        let tool = {};
        const isWhole = body.walk(['tools'], {
            scalar: (path, bytes) => {
                if (path === '.type')
                    tool.type = hosted_tools_textOf(bytes);
                else if (path === '.environment.type')
                    tool.environment = hosted_tools_textOf(bytes);
                else if (path === '.max_uses')
                    tool.uses = countOf(bytes);
                else if (path === '.max_content_tokens')
                    tool.tokensPerUse = countOf(bytes);
            },
            object: (path, keys) => {
                if (path !== '')
                    return;
                this.#add(tool, keys);
                tool = {};
            },
        });
        if (!isWhole)
            this.isUnbounded = true;
    }
    #add(tool, keys) {
        if (tool.type === undefined)
            this.#addUntyped(keys);
        else if (!CLIENT.test(tool.type) || CONTAINER.test(tool.environment ?? ''))
            this.#addTyped(tool, tool.type);
    }
    #addTyped(tool, type) {
        if (RUNS_PROGRAMS.test(type))
            this.mayDrop = true;
        const isBounded = tool.uses !== undefined && tool.tokensPerUse !== undefined;
        if (ANY_SIZE.test(type) && !isBounded)
            this.isUnbounded = true;
        else
            this.#addUses(tool.uses ?? USUAL_USES, tool.tokensPerUse);
    }
    /** Gemini's tools are named by their keys. Anthropic's own need no type where the client runs them. */
    #addUntyped(keys) {
        if (keys.includes('input_schema') || keys.includes('name'))
            return;
        for (const key of keys) {
            if (GEMINI_FETCH.has(key))
                this.tokens += GEMINI_FETCH_TOKENS;
            else if (!GEMINI_CLIENT.has(key))
                this.#addUses(USUAL_USES);
        }
    }
    #addUses(uses, tokensPerUse = TOKENS_PER_USE) {
        this.tokens += Math.min(uses, this.#mostCalls) * tokensPerUse;
    }
}
function hosted_tools_isSet(body, name) {
    if (!body.has(name))
        return false;
    let isFound = false;
    body.walk([name], {
        scalar: (_path, bytes) => {
            isFound ||= bytes.toString('latin1', 0, 5) !== 'null';
        },
        object: () => {
            isFound = true;
        },
    });
    return isFound;
}
const MAX_TYPE_BYTES = 100;
function hosted_tools_textOf(bytes) {
    return bytes.toString('latin1', 1, Math.min(bytes.length - 1, MAX_TYPE_BYTES));
}
function countOf(bytes) {
    return (0,values/* readCount */._0)(Number(bytes.toString('latin1', 0, MAX_TYPE_BYTES)));
}

;// CONCATENATED MODULE: ./lib/dialects/shared/inline-media.js
/**
 * Pictures, documents, sound and films that stand in a request in base64: what of its bytes is no text, and how much they may
 * come to. Vendors scale a picture down, so it has a bound; a document has none in its bytes, as a page of blank paper shows.
 */
const MIME = '(?:image|audio|video)\\/[\\w.+-]+|application\\/(?:pdf|msword|vnd\\.[\\w.+-]+)';
/** What a server reads as text under none of its names. */
const BINARY = new RegExp(`^(?:${MIME})$`, 'i');
const SVG = /^image\/svg/i;
const PICTURE = /^image\/(?:png|jpe?g|gif|webp|hei[cf]|avif|bmp)$/i;
const TEXT = /^text\/[\w.+-]+$/i;
const DATA_URL = /^data:([^;,"]*)/i;
const PDF = /^JVBERi/;
/** A PDF, or one of the newer formats of office software. */
const DOCUMENT = /^(?:JVBERi|UEsDB)/;
/** Also in lines; no address looks like it, which has a colon or a dot. */
const BASE64 = /^(?:[\w+/=-]|\\[nr])+"?$/;
const LOOKED_AT_BYTES = 100;
const MAX_NAME_BYTES = 100;
const [QUOTE, BLANK, BACKSLASH] = [0x22, 0x20, 0x5c];
const BLANK_ESCAPES = new Set([...'nrt'].map((letter) => letter.charCodeAt(0)));
/**
 * A hundred pages, with text and picture of each: the most of a request at Anthropic.
 * @see https://platform.claude.com/docs/en/build-with-claude/pdf-support
 */
const DOCUMENT_TOKENS = 100 * 3000;
/** Ten pages; a small one counts as its bytes do. */
const LEAST_DOCUMENT_TOKENS = 10 * 3000;
const LEAST_TOKENS_PER_BYTE = 0.5;
class InlineMedia {
    #tokensOfPicture;
    /** Most requests have none. */
    #open;
    #isAny = false;
    #bytes = 0;
    #pictureTokens = 0;
    #flatPictureTokens = 0;
    #documentTokens = 0;
    #leastDocumentTokens = 0;
    constructor(tokensOfPicture) {
        this.#tokensOfPicture = tokensOfPicture;
    }
    /** What stands in an object that may be a medium, in whatever order. @param name folded */
    note(holder, name, value) {
        this.#open ??= new Map();
        const medium = this.#open.get(holder) ?? { types: [], mimes: [], data: [] };
        this.#open.set(holder, medium);
        if (name === 'data')
            medium.data.push(value);
        else if (name === 'type')
            medium.types.push(inline_media_nameIn(value));
        else
            medium.mimes.push(inline_media_nameIn(value));
    }
    /** That object has ended. @returns `away` where it holds an address in place of a medium */
    close(holder) {
        const medium = this.#open?.get(holder);
        if (medium === undefined)
            return undefined;
        this.#open?.delete(holder);
        const { types, mimes, data } = medium;
        const isText = types.length > 0 && types.every((type) => type === 'text');
        if (isText)
            return undefined;
        // A source says that it is base64; what stands under the other names cannot be anything else.
        const isSaid = !holder.endsWith('source') || (types.length > 0 && types.every((type) => type === 'base64'));
        const isSound = holder.endsWith('input_audio');
        const found = data.map((bytes) => this.#add(bytes, isSound ? ['audio/wav'] : mimes, isSaid, 1));
        return found.includes('away') ? 'away' : undefined;
    }
    /**
     * A string where a medium or its address may stand.
     * @param leastBare how long it is at least if it is base64 and does not say so
     * @returns `away` where it is neither
     */
    add(bytes, leastBare) {
        return this.#add(bytes, [], true, leastBare);
    }
    /** `undefined` where all is text. */
    found() {
        if (!this.#isAny)
            return undefined;
        return {
            bytes: this.#bytes,
            pictureTokens: this.#pictureTokens,
            flatPictureTokens: this.#flatPictureTokens,
            documentTokens: this.#documentTokens,
            leastDocumentTokens: this.#leastDocumentTokens,
        };
    }
    /** @param isSaid false where it may be read as text after all */
    #add(bytes, told, isSaid, leastBare) {
        if (bytes[0] !== QUOTE || bytes.length <= 2)
            return undefined;
        const from = textStart(bytes);
        const head = bytes.toString('latin1', from, from + LOOKED_AT_BYTES).replaceAll('\\/', '/');
        const [, named] = DATA_URL.exec(head) ?? [];
        if (named === undefined && (bytes.length < leastBare || !BASE64.test(head)))
            return 'away';
        const mimes = named === undefined ? told : [...told, named];
        const isPdf = PDF.test(head.slice(head.indexOf(',') + 1));
        // Text in base64 is bounded by its bytes like any other.
        if (!isPdf && isEach(mimes, TEXT))
            return undefined;
        this.#isAny = true;
        const isBinary = isSaid && (mimes.length === 0 ? DOCUMENT.test(head) : isEach(mimes, BINARY) && !mimes.some(isSvg));
        if (isBinary)
            this.#bytes += bytes.length;
        if (isBinary && !isPdf && isEach(mimes, PICTURE))
            this.#addPicture(bytes.length);
        else
            this.#addDocument(isBinary ? bytes.length : 0);
        return undefined;
    }
    #addPicture(bytes) {
        this.#pictureTokens += this.#tokensOfPicture;
        this.#flatPictureTokens += Math.max(0, this.#tokensOfPicture - bytes);
    }
    /** @param bytes of it that do not count as text */
    #addDocument(bytes) {
        this.#documentTokens += DOCUMENT_TOKENS;
        this.#leastDocumentTokens += Math.min(LEAST_DOCUMENT_TOKENS, Math.ceil(bytes * LEAST_TOKENS_PER_BYTE));
    }
}
/** Behind the quote and all blanks. */
function textStart(bytes) {
    let at = 1;
    for (;;) {
        if (bytes[at] === BLANK)
            at += 1;
        else if (bytes[at] === BACKSLASH && BLANK_ESCAPES.has(bytes[at + 1] ?? 0))
            at += 2;
        else
            return at;
    }
}
function inline_media_nameIn(value) {
    return value.toString('latin1', 1, Math.min(value.length - 1, MAX_NAME_BYTES)).replaceAll('\\/', '/');
}
function isEach(mimes, pattern) {
    return mimes.length > 0 && mimes.every((mime) => pattern.test(mime));
}
function isSvg(mime) {
    return SVG.test(mime);
}

;// CONCATENATED MODULE: ./lib/dialects/shared/outside-input.js




/** Settings that bring in something of any size, in whatever dialect. */
const SETTINGS = ['mcp_servers', 'container', 'prompt_id'];
/** Settings that name something which never changes once it is made. */
const LASTING = ['cachedContent', 'cached_content'];
/** What gateways take for the request to whoever is behind them. */
const EXTRAS = [['extra_body'], ['extra_body', 'google']];
const EXTRA_SETTINGS = ['previous_response_id', 'conversation'];
/** On the way to a part: neither the input of a tool call nor the results of a search, which name addresses as well. */
const PARTS = '(?:\\.(?:content|source|output|parts|functionresponse|function_response))';
const FILE = new RegExp(`^${PARTS}{1,2}\\.file_id$|^${PARTS}*\\.(?:source|file|image_url|input_file)\\.file_id$`);
const ADDRESS = new RegExp(`^${PARTS}+\\.(?:(?:file|image|video|audio|document)_url|file_data)$|` +
    `^${PARTS}*\\.(?:source|file|(?:image|video|audio|document)_url)\\.(?:url|file_data|file_url)$|` +
    `^${PARTS}*\\.file_?data\\.file_?uri$`);
/** A medium that stands there, and what is said of it. */
const MEDIUM = new RegExp(`^(${PARTS}*\\.(?:source|inline_?data|input_audio))\\.(data|type|media_type|mime_?type)$`);
/** All that the paths below may end with. */
const outside_input_NAMES = new Set(('type url file_id file_url image_url video_url audio_url document_url file_data fileuri file_uri ' +
    'data media_type mimetype mime_type').split(' '));
/** An address that says of itself that it is a picture's: what is fetched there is read as one. */
const outside_input_PICTURE = /^"https:\/\/[^"\\?#]+\.(?:png|jpe?g|gif|webp)(?:[?#][^"\\]*)?"$/i;
const PICTURE_PATH = /\.image_url(?:\.url)?$/;
const FILE_DATA_PATH = /\.file_data$/;
const FILE_URI_PATH = /\.file_?uri$/;
/** Some gateways take base64 in place of an address; nothing that short is a picture. */
const LEAST_BARE_BYTES = 100;
/** What was uploaded there stays as it is. */
const UPLOADED = /^"(?:https:\/\/generativelanguage\.googleapis\.com\/v1(?:beta)?\/)?files\/[\w-]+"$/;
/** Of an address, or of one that is written with escapes; what a file's own bytes look like has neither. */
const AWAY = /:\/\/|\\/;
const MAX_ADDRESS_BYTES = 4096;
const MAX_IDENTITY = 4096;
/**
 * Of one picture. Vendors scale larger ones down: to about 4,800 tokens at Anthropic, 10,000 patches at OpenAI.
 * @see https://platform.claude.com/docs/en/build-with-claude/vision
 * @see https://platform.openai.com/docs/guides/images-vision#calculating-costs
 */
const PICTURE_TOKENS = 12_000;
/** Its pictures count 33 times as much as those of the model it is cheaper than: 2,833, and 5,667 for each of eight tiles. */
const DEAR_PICTURES = { models: /4o-mini/i, tokens: 48_169 };
/** `undefined` where all of the input stands in the request. */
function outsideInput(body, model, rules) {
    const finder = new Finder(model);
    for (const name of rules.content)
        finder.lookAtContent(body, name);
    if (!isPlainRequest(body))
        lookAtSettings(finder, body, rules);
    finder.lookAtTools(body);
    return finder.found();
}
function lookAtSettings(finder, body, { settings = [] }) {
    const extras = EXTRAS.filter((path) => body.has(...path));
    finder.lookAtSettings(body, [], settings);
    for (const path of extras)
        finder.lookAtSettings(body, path, EXTRA_SETTINGS);
    finder.noteDropped(mayDropInput(body, [[], ...extras]));
}
class Finder {
    #media;
    #pictureTokens;
    #unbounded;
    /** Names of what never changes; `undefined` once something may. */
    #lasting = [];
    #pictures = 0;
    #toolTokens = 0;
    #mayDrop = false;
    constructor(model) {
        this.#pictureTokens = DEAR_PICTURES.models.test(model ?? '') ? DEAR_PICTURES.tokens : PICTURE_TOKENS;
        this.#media = new InlineMedia(this.#pictureTokens);
    }
    lookAtContent(body, name) {
        const isWhole = body.walk([name], {
            names: outside_input_NAMES,
            scalar: (path, bytes) => this.#lookAt(path, bytes),
            object: (path, keys) => {
                // An item that is nothing but its id stands for one that the server keeps.
                const isReference = keys.includes('id') && keys.every((key) => key === 'id' || key === 'type');
                if (path === '' && isReference)
                    this.#add('item_reference', false);
                if (this.#media.close(path) === 'away')
                    this.#add('data', false);
            },
        });
        if (!isWhole)
            this.#add(name, false);
    }
    /** @param path to what they stand in */
    lookAtSettings(body, path, names) {
        for (const name of SETTINGS)
            this.#lookAtSetting(body, [...path, name], false);
        for (const name of names)
            this.#lookAtSetting(body, [...path, name], false);
        for (const name of LASTING)
            this.#lookAtSetting(body, [...path, name], true);
    }
    #lookAtSetting(body, path, isLasting) {
        if (!body.has(...path))
            return;
        const name = path.at(-1) ?? '';
        const isWhole = body.walk(path, {
            scalar: (_path, bytes) => {
                const text = bytes.toString('latin1', 0, MAX_ADDRESS_BYTES);
                if (text !== 'null' && text !== '""')
                    this.#add(name, isLasting, text);
            },
            object: () => this.#add(name, false),
        });
        if (!isWhole)
            this.#add(name, false);
    }
    lookAtTools(body) {
        const tools = new HostedTools(body);
        if (tools.isUnbounded)
            this.#add('tools', false);
        this.#toolTokens = tools.tokens;
        this.noteDropped(tools.mayDrop);
    }
    noteDropped(mayDrop) {
        this.#mayDrop ||= mayDrop;
    }
    found() {
        const identity = this.#lasting?.toSorted().join(' ') ?? '';
        const media = this.#media.found();
        const isAllText = this.#pictures === 0 && this.#toolTokens === 0 && media === undefined;
        if (this.#unbounded === undefined && isAllText && !this.#mayDrop)
            return undefined;
        const fetchedTokens = this.#pictures * this.#pictureTokens;
        return {
            unbounded: this.#unbounded,
            identity: identity === '' || identity.length > MAX_IDENTITY ? undefined : identity,
            inlineBytes: media?.bytes ?? 0,
            pictureTokens: fetchedTokens + (media?.pictureTokens ?? 0),
            flatPictureTokens: fetchedTokens + (media?.flatPictureTokens ?? 0),
            documentTokens: media?.documentTokens ?? 0,
            leastDocumentTokens: media?.leastDocumentTokens ?? 0,
            toolTokens: this.#toolTokens,
            mayDrop: this.#mayDrop,
        };
    }
    #lookAt(path, bytes) {
        if (path === '.type') {
            if (bytes.equals(ITEM_REFERENCE))
                this.#add('item_reference', false);
        }
        else if (path === '.tools.type') {
            if (bytes.equals(MCP))
                this.#add('tools', false);
        }
        else if (FILE.test(path))
            this.#addFile(path, bytes);
        else if (ADDRESS.test(path))
            this.#addAddress(path, bytes);
        else {
            const [, holder, name] = MEDIUM.exec(path) ?? [];
            if (holder !== undefined && name !== undefined)
                this.#media.note(holder, name, bytes);
        }
    }
    #addFile(path, bytes) {
        if (bytes.length <= 2)
            return;
        const name = bytes.toString('latin1', 0, MAX_ADDRESS_BYTES);
        this.#add(lastOf(path), !AWAY.test(name), name);
    }
    #addAddress(path, bytes) {
        if (bytes[0] !== outside_input_QUOTE || bytes.length <= 2)
            return;
        if (this.#media.add(bytes, leastBareAt(path)) !== 'away')
            return;
        const address = bytes.toString('latin1', 0, MAX_ADDRESS_BYTES);
        if (PICTURE_PATH.test(path) && outside_input_PICTURE.test(address))
            this.#pictures += 1;
        else
            this.#add(lastOf(path), UPLOADED.test(address), address);
    }
    #add(name, isLasting, identity = '') {
        this.#unbounded ??= name;
        // A longer one was not read to its end.
        if (isLasting && identity.length < MAX_ADDRESS_BYTES)
            this.#lasting?.push(identity);
        else
            this.#lasting = undefined;
    }
}
const outside_input_QUOTE = 0x22;
const MCP = Buffer.from('"mcp"');
const ITEM_REFERENCE = Buffer.from('"item_reference"');
function leastBareAt(path) {
    if (FILE_URI_PATH.test(path))
        return Number.POSITIVE_INFINITY;
    return FILE_DATA_PATH.test(path) ? 1 : LEAST_BARE_BYTES;
}
function lastOf(path) {
    const last = path.slice(path.lastIndexOf('.') + 1);
    return last === 'fileuri' ? 'fileUri' : last;
}

;// CONCATENATED MODULE: ./lib/dialects/anthropic-messages.js
/**
 * Anthropic Messages API (`POST /v1/messages`) and gateways that speak its dialect.
 *
 * A stream reports usage twice: `message_start` gives the input side, `message_delta` repeats
 * cumulative totals. A later figure replaces an earlier one; adding them would bill the call twice.
 * On the wire `input_tokens` leaves cached tokens out; `Usage.inputTokens` takes them in.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */











const counts = schemas/* object */.Ikc({
    input_tokens: tokens/* wireCount */.jQ,
    cache_read_input_tokens: tokens/* wireCount */.jQ,
    cache_creation_input_tokens: tokens/* wireCount */.jQ,
    cache_creation: schemas/* object */.Ikc({ ephemeral_5m_input_tokens: tokens/* wireCount */.jQ, ephemeral_1h_input_tokens: tokens/* wireCount */.jQ })
        .nullish(),
    output_tokens: tokens/* wireCount */.jQ,
});
const wireUsage = counts.extend({
    iterations: schemas/* array */.YOg(counts.extend({ type: schemas/* string */.YjP().nullish(), model: schemas/* string */.YjP().nullish() })).nullish(),
    speed: schemas/* string */.YjP().nullish().catch(undefined),
    server_tool_use: schemas/* object */.Ikc({ web_search_requests: tokens/* wireCount */.jQ }).nullish(),
});
const message = schemas/* object */.Ikc({ model: schemas/* string */.YjP().nullish(), usage: wireUsage.nullish() });
const carriesUsage = schemas/* object */.Ikc({ type: schemas/* enum */.k5n(['message_start', 'message_delta', 'message']) });
const usageEvent = schemas/* discriminatedUnion */.gMt('type', [
    schemas/* object */.Ikc({ type: schemas/* literal */.euz('message_start'), message }),
    schemas/* object */.Ikc({
        type: schemas/* literal */.euz('message_delta'),
        delta: schemas/* object */.Ikc({ stop_reason: schemas/* string */.YjP().nullish() }).nullish().catch(undefined),
        usage: wireUsage.nullish(),
    }),
    message.extend({ type: schemas/* literal */.euz('message') }),
]);
const rawUsage = schemas/* object */.Ikc({
    usage: schemas/* unknown */.L5J().optional(),
    message: schemas/* object */.Ikc({ usage: schemas/* unknown */.L5J().optional() }).optional(),
});
class AnthropicUsageReader {
    #model;
    #final = false;
    #hasEnded = false;
    #seen = {};
    #raw;
    push(payload) {
        if (!carriesUsage.safeParse(payload).success)
            return;
        const parsed = usageEvent.safeParse(payload);
        if (!parsed.success)
            throw new errors/* WireFormatError */.zy('anthropic-messages', parsed.error);
        const event = parsed.data;
        const { model, usage } = event.type === 'message_start' ? event.message : { model: undefined, ...event };
        const raw = rawUsage.safeParse(payload).data;
        this.#model = model ?? this.#model;
        this.#final = event.type !== 'message_start' && Boolean(usage);
        this.#raw = raw?.usage ?? raw?.message?.usage ?? this.#raw;
        this.#hasEnded = event.type === 'message_delta' && Boolean(usage && event.delta?.stop_reason);
        if (usage)
            this.#merge(usage);
    }
    snapshot() {
        const plain = usageOf(this.#seen);
        const iterations = (this.#seen.iterations ?? []).map(({ type, model, ...used }) => ({
            type: type ?? undefined,
            model: model ?? undefined,
            usage: usageOf(used),
        }));
        return {
            model: this.#model,
            final: this.#final,
            hasEnded: this.#hasEnded,
            usage: plain,
            raw: this.#raw,
            ...partsOf(plain, iterations),
            surcharge: this.#surcharge(),
        };
    }
    /** Some gateways tell of the input at the beginning alone, or at the end alone, and 0 elsewhere. */
    #merge(usage) {
        const seen = this.#seen;
        this.#seen = {
            input_tokens: usage.input_tokens || (seen.input_tokens ?? usage.input_tokens),
            cache_read_input_tokens: usage.cache_read_input_tokens || (seen.cache_read_input_tokens ?? usage.cache_read_input_tokens),
            cache_creation_input_tokens: usage.cache_creation_input_tokens ||
                (seen.cache_creation_input_tokens ?? usage.cache_creation_input_tokens),
            cache_creation: isSome(usage.cache_creation)
                ? usage.cache_creation
                : (seen.cache_creation ?? usage.cache_creation),
            output_tokens: usage.output_tokens ?? this.#seen.output_tokens,
            iterations: usage.iterations ?? this.#seen.iterations,
            speed: usage.speed ?? this.#seen.speed,
            server_tool_use: usage.server_tool_use ?? this.#seen.server_tool_use,
        };
    }
    /** Without a word on speed the answer may have been as fast as it was asked for. */
    #surcharge() {
        const { speed, server_tool_use: tools } = this.#seen;
        const factor = speed === 'fast' ? fastFactor(this.#model) : 1;
        return {
            factor: speed == null ? undefined : factor,
            feeNanoUsd: (tools?.web_search_requests ?? 0) * SEARCH_NANO_USD,
        };
    }
}
function isSome(written) {
    return Boolean(written?.ephemeral_5m_input_tokens || written?.ephemeral_1h_input_tokens);
}
function usageOf(seen) {
    const { input_tokens, cache_read_input_tokens, cache_creation, output_tokens } = seen;
    const split = (0,tokens/* sumReported */.Vx)(cache_creation?.ephemeral_5m_input_tokens, cache_creation?.ephemeral_1h_input_tokens);
    const cacheWriteTokens = seen.cache_creation_input_tokens ?? split;
    return {
        inputTokens: input_tokens == null
            ? undefined
            : input_tokens + (cache_read_input_tokens ?? 0) + (cacheWriteTokens ?? 0),
        cacheReadTokens: cache_read_input_tokens ?? undefined,
        cacheWriteTokens,
        cacheWrite1hTokens: cache_creation?.ephemeral_1h_input_tokens ?? undefined,
        outputTokens: output_tokens ?? undefined,
        reasoningTokens: undefined,
    };
}
const CEILINGS = ['max_tokens'];
const OUTSIDE = {
    content: ['system', 'messages'],
};
function readRequest(body) {
    const thinking = (0,values/* readCount */._0)(body.get('thinking', 'budget_tokens'));
    const { model, otherModels = [] } = readModels(body);
    const { otherModels: helpers = [], ...aside } = readAside(body);
    const others = [...otherModels, ...helpers];
    return {
        model,
        stream: body.get('stream') === true,
        outputCeiling: readCeiling(body, CEILINGS),
        outputFloor: thinking === undefined ? 1 : thinking + 1,
        hasServerContext: false,
        outside: outsideInput(body, model, OUTSIDE),
        isDetached: false,
        ...aside,
        ...(others.length > 0 && { otherModels: others }),
    };
}
/**
 * With thinking on, some models drop their earlier thoughts, and with them the cache, as soon as a turn holds more than
 * tool results: then the note goes into the last result. Otherwise it is a block behind them, as the API wants it.
 * @see https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 */
function addNote(body, text) {
    if (body.get('messages', -1, 'role') !== 'user')
        return false;
    const content = ['messages', -1, 'content'];
    const isResult = body.get(...content, -1, 'type') === 'tool_result';
    const isThinking = body.has('thinking');
    return ((isResult && isThinking && addText(body, [...content, -1, 'content'], text)) ||
        addText(body, content, text));
}
/** Content is a string or a list of blocks. */
function addText(body, content, text) {
    return body.append(content, { type: 'text', text }) || body.extend(content, `\n\n${text}`);
}
const finished = schemas/* object */.Ikc({ stop_reason: schemas/* string */.YjP().nullish() });
const anthropicMessages = {
    id: 'anthropic-messages',
    defaultUpstream: 'https://api.anthropic.com',
    canonicalPath: (method, path) => method === 'POST' && /(?:^|\/)messages$/i.test(path) ? '/v1/messages' : undefined,
    isNeighbour: (_path, headers) => headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined,
    readRequest,
    setOutputCeiling: (body, tokens) => lowerAllTo(body, CEILINGS, tokens),
    offersTools: (body) => body.keys('tools', -1).length > 0,
    addNote,
    requestUsage: () => false,
    isRequestedUsage: () => false,
    createUsageReader: () => new AnthropicUsageReader(),
    ceilingFields: CEILINGS,
    probe: ({ model, prompt, outputCeiling, field, key }) => ({
        path: '/v1/messages',
        headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
        body: { model, messages: [{ role: 'user', content: prompt }], [field]: outputCeiling },
    }),
    wasCut: (payload) => {
        const reason = finished.safeParse(payload).data?.stop_reason;
        return reason == null ? undefined : reason === 'max_tokens';
    },
    // 402 is what ends every client at once; 400 makes Claude Code strip features and send again.
    refusal: (reason) => jsonAnswer(402, { type: 'error', error: { type: 'billing_error', message: refusalWords(reason) } }),
    failure: (status, text) => jsonAnswer(status, { type: 'error', error: { type: 'api_error', message: text } }),
};

;// CONCATENATED MODULE: ./lib/dialects/gemini.js
/**
 * Gemini API (`POST /v1beta/models/<model>:generateContent` and `:streamGenerateContent`), and Vertex AI paths.
 *
 * Every chunk of a stream carries a growing `usageMetadata`; the last one is the total. Thoughts are not inside the
 * candidates, tool-use prompts not inside the prompt; `Usage` takes both in. Without `alt=sse` a stream is one JSON array.
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */









const modalities = schemas/* array */.YOg(schemas/* object */.Ikc({ modality: schemas/* string */.YjP(), tokenCount: tokens/* wireCount */.jQ }))
    .nullish()
    .catch(undefined);
const gemini_wireUsage = schemas/* object */.Ikc({
    promptTokenCount: tokens/* wireCount */.jQ,
    toolUsePromptTokenCount: tokens/* wireCount */.jQ,
    cachedContentTokenCount: tokens/* wireCount */.jQ,
    candidatesTokenCount: tokens/* wireCount */.jQ,
    thoughtsTokenCount: tokens/* wireCount */.jQ,
    totalTokenCount: tokens/* wireCount */.jQ,
    promptTokensDetails: modalities,
    candidatesTokensDetails: modalities,
});
const OTHERS = new Set(['AUDIO', 'IMAGE', 'VIDEO']);
const gemini_carriesUsage = schemas/* object */.Ikc({ usageMetadata: schemas/* looseObject */._H3({}) });
const payloadSchema = schemas/* object */.Ikc({
    modelVersion: schemas/* string */.YjP().nullish(),
    usageMetadata: gemini_wireUsage,
});
const endSchema = schemas/* object */.Ikc({
    candidates: schemas/* array */.YOg(schemas/* object */.Ikc({ finishReason: schemas/* string */.YjP().nullish() })).nullish(),
    promptFeedback: schemas/* object */.Ikc({ blockReason: schemas/* string */.YjP().nullish() }).nullish(),
});
/** Gateways take names of several parts (`models/gemini/gemini-2.5-pro`); tuned models stand in lists of their own. */
const ROUTE = /(?:^|\/)(v1(?:beta\d*)?\/)?((?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?(?:models|tunedModels|endpoints)\/(.+):(generateContent|streamGenerateContent))$/;
class GeminiUsageReader {
    #model;
    #hasEnded = false;
    #usage = usage/* NO_USAGE */.yJ;
    /** Whether the last usage came with the end, or behind it. */
    #isLastUsage = false;
    #raw;
    #unpriced;
    push(payload) {
        for (const part of Array.isArray(payload) ? payload : [payload])
            this.#pushOne(part);
    }
    snapshot() {
        return {
            model: this.#model,
            final: this.#hasEnded && this.#raw !== undefined,
            hasEnded: this.#hasEnded && this.#isLastUsage,
            usage: this.#usage,
            raw: this.#raw,
            ...(this.#unpriced !== undefined && { unpriced: this.#unpriced }),
        };
    }
    #pushOne(payload) {
        // The end may come before the last usage, and a blocked prompt ends without a candidate.
        const ends = endSchema.safeParse(payload).data;
        this.#hasEnded ||=
            Boolean(ends?.promptFeedback?.blockReason) ||
                (ends?.candidates ?? []).some(({ finishReason }) => Boolean(finishReason));
        const carrier = gemini_carriesUsage.safeParse(payload);
        if (!carrier.success)
            return;
        const parsed = payloadSchema.safeParse(payload);
        if (!parsed.success)
            throw new errors/* WireFormatError */.zy('gemini', parsed.error);
        this.#model = parsed.data.modelVersion ?? this.#model;
        this.#isLastUsage = this.#hasEnded;
        this.#raw = carrier.data.usageMetadata;
        this.#usage = normalise(parsed.data.usageMetadata);
        // A later part may not tell it again.
        this.#unpriced ??= unpricedOf(parsed.data.usageMetadata);
    }
}
function normalise(usage) {
    const inputTokens = (0,tokens/* sumReported */.Vx)(usage.promptTokenCount, usage.toolUsePromptTokenCount);
    const told = (0,tokens/* sumReported */.Vx)(usage.candidatesTokenCount, usage.thoughtsTokenCount);
    // What is thought and not told stands in the total alone.
    const rest = (usage.totalTokenCount ?? 0) - (inputTokens ?? Number.POSITIVE_INFINITY);
    return {
        inputTokens,
        outputTokens: rest > 0 ? Math.max(told ?? 0, rest) : told,
        cacheReadTokens: usage.cachedContentTokenCount ?? undefined,
        cacheWriteTokens: undefined,
        cacheWrite1hTokens: undefined,
        reasoningTokens: usage.thoughtsTokenCount ?? undefined,
    };
}
/** Audio has a price of its own, and so has all that is made and is no text. */
function unpricedOf(usage) {
    const heard = (usage.promptTokensDetails ?? []).filter(({ modality }) => modality === 'AUDIO');
    const made = (usage.candidatesTokensDetails ?? []).filter(({ modality }) => OTHERS.has(modality));
    return [...heard, ...made].find(({ tokenCount }) => (tokenCount ?? 0) > 0)?.modality.toLowerCase();
}
const gemini_OUTSIDE = {
    content: ['contents', 'systemInstruction', 'system_instruction'],
};
function gemini_readRequest(body, path) {
    const [, , , model, action] = ROUTE.exec(path) ?? [];
    return {
        ...readFallbacks(body, model),
        stream: action === 'streamGenerateContent',
        outputCeiling: readSetting(body, ['maxOutputTokens', 'max_output_tokens']),
        outputFloor: 1,
        choices: Math.max(readChoices(body.get('n'), 'n'), ...spellings(['candidateCount', 'candidate_count']).map((path) => readChoices(body.get(...path), path.join('.')))),
        hasServerContext: false,
        outside: outsideInput(body, model, gemini_OUTSIDE),
        isDetached: false,
    };
}
/** The API takes both spellings of every name; the largest value given is the one to reckon with. */
function readSetting(body, names) {
    const given = spellings(names).map((path) => schemas/* number */.aig()
        .int()
        .positive()
        .safeParse(body.get(...path)).data);
    const known = given.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
}
function setOutputCeiling(body, tokens) {
    const given = spellings(['maxOutputTokens', 'max_output_tokens']).filter((path) => body.get(...path) !== undefined);
    const parent = !body.has('generation_config') ? 'generationConfig' : 'generation_config';
    lowerTo(body, given.length > 0 ? given : [[parent, 'maxOutputTokens']], tokens);
}
function spellings(names) {
    return ['generationConfig', 'generation_config'].flatMap((parent) => names.map((name) => [parent, name]));
}
/** Vertex AI takes nothing beside function responses in one turn; a turn of the user's behind them is fine everywhere. */
function gemini_addNote(body, text) {
    if (body.get('contents', -1, 'role') === 'model')
        return false;
    const isResponse = ['functionResponse', 'function_response'].some((name) => body.has('contents', -1, 'parts', -1, name));
    if (isResponse)
        return body.append(['contents'], { role: 'user', parts: [{ text }] });
    return body.append(['contents', -1, 'parts'], { text });
}
const gemini_finished = schemas/* object */.Ikc({ candidates: schemas/* array */.YOg(schemas/* object */.Ikc({ finishReason: schemas/* string */.YjP().nullish() })) });
const errorBody = (code, status, message) => ({ error: { code, message, status } });
const gemini = {
    id: 'gemini',
    defaultUpstream: 'https://generativelanguage.googleapis.com',
    canonicalPath: (method, path) => {
        const route = ROUTE.exec(path);
        return method === 'POST' && route ? `/${route[1] ?? 'v1beta/'}${route[2]}` : undefined;
    },
    isNeighbour: (path, headers) => path.startsWith('/v1beta') || headers['x-goog-api-key'] !== undefined,
    readRequest: gemini_readRequest,
    setOutputCeiling,
    offersTools: (body) => body.keys('tools', -1).length > 0,
    addNote: gemini_addNote,
    requestUsage: () => false,
    isRequestedUsage: () => false,
    createUsageReader: () => new GeminiUsageReader(),
    ceilingFields: ['maxOutputTokens'],
    probe: ({ model, prompt, outputCeiling, field, key }) => ({
        path: `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
        headers: { 'x-goog-api-key': key },
        body: {
            contents: [{ role: 'user', parts: [{ text: prompt }] }],
            generationConfig: { [field]: outputCeiling },
        },
    }),
    wasCut: (payload) => {
        const reason = gemini_finished.safeParse(payload).data?.candidates[0]?.finishReason;
        return reason == null ? undefined : reason === 'MAX_TOKENS';
    },
    refusal: (reason) => jsonAnswer(402, errorBody(402, 'FAILED_PRECONDITION', refusalWords(reason))),
    failure: (status, text) => jsonAnswer(status, errorBody(status, 'INTERNAL', text)),
};

;// CONCATENATED MODULE: ./lib/dialects/shared/whole-output.js
/** Output with the reasoning in it, however a gateway that translates tells of it. */
/**
 * Some leave reasoning out of the output, where it may then be the larger of the two, or tell of it in the total alone: xAI,
 * and those who translate from Gemini.
 */
function wholeOutput({ input, output, reasoning, total }) {
    if (output == null)
        return undefined;
    const told = reasoning != null && reasoning > output ? output + reasoning : output;
    return total == null || input === undefined ? told : Math.max(told, total - input);
}

;// CONCATENATED MODULE: ./lib/dialects/openai-chat.js
/**
 * OpenAI Chat Completions (`POST /v1/chat/completions`) and the many gateways that speak it; with the older Completions
 * (`POST /v1/completions`), which tells its usage alike, and Azure's routes by deployment.
 *
 * A stream carries usage only when `stream_options.include_usage` was asked for, in a last chunk with no choices.
 * Cached tokens are a part of the input, reasoning a part of the output. DeepSeek, LiteLLM and new-api name cached tokens their own way.
 * @see https://platform.openai.com/docs/api-reference/chat/streaming
 * @see https://docs.litellm.ai/docs/completion/prompt_caching
 */











const openai_chat_wireUsage = schemas/* object */.Ikc({
    prompt_tokens: tokens/* wireCount */.jQ,
    completion_tokens: tokens/* wireCount */.jQ,
    prompt_tokens_details: schemas/* object */.Ikc({
        cached_tokens: tokens/* wireCount */.jQ,
        cache_write_tokens: tokens/* wireCount */.jQ,
        audio_tokens: tokens/* wireCount */.jQ,
        cache_creation_tokens: tokens/* wireCount */.jQ,
        cached_creation_tokens: tokens/* wireCount */.jQ,
        cache_creation_token_details: schemas/* object */.Ikc({ ephemeral_1h_input_tokens: tokens/* wireCount */.jQ })
            .nullish()
            .catch(undefined),
        cache_write_tokens_details: schemas/* object */.Ikc({ ttl_12h_tokens: tokens/* wireCount */.jQ }).nullish().catch(undefined),
    })
        .nullish(),
    completion_tokens_details: schemas/* object */.Ikc({ reasoning_tokens: tokens/* wireCount */.jQ, audio_tokens: tokens/* wireCount */.jQ }).nullish(),
    prompt_cache_hit_tokens: tokens/* wireCount */.jQ,
    cache_read_input_tokens: tokens/* wireCount */.jQ,
    cache_creation_input_tokens: tokens/* wireCount */.jQ,
    claude_cache_creation_1_h_tokens: tokens/* wireCount */.jQ,
    total_tokens: tokens/* wireCount */.jQ,
});
const openai_chat_payloadSchema = schemas/* object */.Ikc({
    model: schemas/* string */.YjP().nullish(),
    usage: openai_chat_wireUsage,
    /** Some servers repeat a growing usage on every chunk; the one of an unfinished choice is not the bill. */
    choices: schemas/* array */.YOg(schemas/* object */.Ikc({ finish_reason: schemas/* string */.YjP().nullish() })).nullish(),
});
const usageChunk = schemas/* object */.Ikc({ choices: schemas/* array */.YOg(schemas/* unknown */.L5J()).length(0), usage: schemas/* looseObject */._H3({}) });
class ChatUsageReader {
    #model;
    #usage = usage/* NO_USAGE */.yJ;
    #final = false;
    #hasEnded = false;
    #hasAudio = false;
    #raw;
    push(payload) {
        if (!(0,values/* hasKey */.CJ)(payload, 'usage') || typeof payload.usage !== 'object' || payload.usage === null)
            return;
        const parsed = openai_chat_payloadSchema.safeParse(payload);
        if (!parsed.success)
            throw new errors/* WireFormatError */.zy('openai-chat', parsed.error);
        this.#model = parsed.data.model ?? this.#model;
        this.#raw = payload.usage;
        this.#usage = openai_chat_normalise(parsed.data.usage);
        this.#hasAudio = [
            parsed.data.usage.prompt_tokens_details,
            parsed.data.usage.completion_tokens_details,
        ].some((details) => (details?.audio_tokens ?? 0) > 0);
        this.#final = !(parsed.data.choices ?? []).some((choice) => choice.finish_reason === null);
        // Usage that was asked for comes behind the last choice.
        this.#hasEnded = parsed.data.choices?.length === 0;
    }
    snapshot() {
        return {
            model: this.#model,
            final: this.#final,
            hasEnded: this.#hasEnded,
            usage: this.#usage,
            raw: this.#raw,
            ...(this.#hasAudio && { unpriced: 'audio' }),
        };
    }
}
function openai_chat_normalise(usage) {
    const { prompt_tokens_details: details } = usage;
    const cacheReadTokens = details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cache_read_input_tokens ?? undefined;
    const cacheWriteTokens = details?.cache_write_tokens ??
        details?.cache_creation_tokens ??
        details?.cached_creation_tokens ??
        usage.cache_creation_input_tokens ??
        undefined;
    const cacheWrite1hTokens = details?.cache_creation_token_details?.ephemeral_1h_input_tokens ??
        details?.cache_write_tokens_details?.ttl_12h_tokens ??
        usage.claude_cache_creation_1_h_tokens ??
        undefined;
    const inputTokens = wholeInput(usage, (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0));
    return {
        inputTokens,
        outputTokens: wholeOutput({
            input: inputTokens,
            output: usage.completion_tokens,
            reasoning: usage.completion_tokens_details?.reasoning_tokens,
            total: usage.total_tokens,
        }),
        cacheReadTokens,
        cacheWriteTokens,
        cacheWrite1hTokens,
        reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? undefined,
    };
}
/** Older sites of new-api leave cached tokens out of the prompt: a part that is larger than the whole stands beside it. */
function wholeInput(usage, cached) {
    const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
    if (prompt == null)
        return undefined;
    const isBeside = cached > prompt || (cached > 0 && total === prompt + cached + (completion ?? 0));
    return isBeside ? prompt + cached : prompt;
}
const openai_chat_CEILINGS = ['max_tokens', 'max_completion_tokens'];
const openai_chat_ROUTE = /(?:^|\/)chat\/completions$/i;
/** Under a longer path other services have their own. */
const OLDER_ROUTE = /^(?:\/v1)?\/completions$/i;
/** @see https://learn.microsoft.com/azure/ai-services/openai/reference */
const DEPLOYMENT = /\/openai\/deployments\/(.+?)\/(?:chat\/)?completions$/i;
/** Some gateways keep prompts and earlier turns for this API as well. */
const openai_chat_OUTSIDE = {
    content: ['messages', 'prompt'],
    settings: ['previous_response_id'],
};
/** The older route takes several prompts, and answers each of them so often as it is asked for. */
function readAnswers(body) {
    const each = Math.max(readChoices(body.get('n'), 'n'), readChoices(body.get('best_of'), 'best_of'));
    return body.has('prompt') ? each * promptsOf(body) : each;
}
/** Texts or lists of tokens; a list of numbers is one prompt. */
function promptsOf(body) {
    if (body.head(1, 'prompt') !== '[')
        return 1;
    let count = 0;
    for (const item of body.items('prompt')) {
        if (/^\d/.test(item.head(1)))
            return 1;
        count += 1;
    }
    return Math.max(1, count);
}
function openai_chat_readRequest(body, path) {
    // What answers there is what stands in the path.
    const [, deployment] = DEPLOYMENT.exec(path) ?? [];
    const models = deployment === undefined ? readModelsAndFallbacks(body) : readFallbacks(body, deployment);
    return {
        ...models,
        stream: body.get('stream') === true,
        outputCeiling: readCeiling(body, openai_chat_CEILINGS),
        outputFloor: 1,
        choices: readAnswers(body),
        hasServerContext: false,
        outside: outsideInput(body, models.model, openai_chat_OUTSIDE),
        isDetached: false,
    };
}
/** `max_completion_tokens` is the current name; many gateways and older models know `max_tokens` only. */
function openai_chat_setOutputCeiling(body, tokens) {
    const model = String(body.get('model') ?? '').replace(/^.*\//, '');
    const given = ['max_completion_tokens', 'max_tokens'].filter((name) => body.get(name) !== undefined);
    const isNewer = /^(?:o\d|gpt-[5-9])/.test(model) && !body.has('prompt');
    const added = isNewer ? 'max_completion_tokens' : 'max_tokens';
    const fields = given.length > 0 ? given : [added];
    lowerAllTo(body, fields, tokens);
}
/** Mistral's models and their like refuse a user's message right behind a tool's. */
const STRICT_ORDER = /(?:mi(?:ni)?stral|codestral|devstral|magistral|mixtral|pixtral)/i;
/** A turn of the user's is written on; behind a tool's result a turn of its own follows, where that is allowed. */
function openai_chat_addNote(body, text) {
    const role = body.get('messages', -1, 'role');
    if (role !== 'user' && role !== 'tool')
        return false;
    const content = ['messages', -1, 'content'];
    if (role === 'tool' && !STRICT_ORDER.test(String(body.get('model') ?? '')))
        return body.append(['messages'], { role: 'user', content: text });
    return body.append(content, { type: 'text', text }) || body.extend(content, `\n\n${text}`);
}
function requestUsage(body) {
    if (body.get('stream') !== true || body.get('stream_options', 'include_usage') === true)
        return false;
    body.set(['stream_options', 'include_usage'], true);
    return true;
}
const openai_chat_finished = schemas/* object */.Ikc({ choices: schemas/* array */.YOg(schemas/* object */.Ikc({ finish_reason: schemas/* string */.YjP().nullish() })) });
const openai_chat_errorBody = (type, message) => ({ error: { message, type, param: null, code: type } });
const openaiChat = {
    id: 'openai-chat',
    defaultUpstream: 'https://api.openai.com',
    canonicalPath: (method, path) => {
        if (method !== 'POST')
            return undefined;
        const [deployed] = DEPLOYMENT.exec(path) ?? [];
        if (deployed !== undefined)
            return deployed;
        if (openai_chat_ROUTE.test(path))
            return '/v1/chat/completions';
        return OLDER_ROUTE.test(path) ? '/v1/completions' : undefined;
    },
    isNeighbour: (path) => !path.startsWith('/v1beta'),
    readRequest: openai_chat_readRequest,
    setOutputCeiling: openai_chat_setOutputCeiling,
    offersTools: (body) => ['tools', 'functions'].some((name) => body.keys(name, -1).length > 0),
    addNote: openai_chat_addNote,
    requestUsage,
    isRequestedUsage: (payload) => usageChunk.safeParse(payload).success,
    createUsageReader: () => new ChatUsageReader(),
    ceilingFields: openai_chat_CEILINGS,
    probe: ({ model, prompt, outputCeiling, field, key }) => ({
        path: '/v1/chat/completions',
        headers: { authorization: `Bearer ${key}` },
        body: { model, messages: [{ role: 'user', content: prompt }], [field]: outputCeiling },
    }),
    wasCut: (payload) => {
        const reason = openai_chat_finished.safeParse(payload).data?.choices[0]?.finish_reason;
        return reason == null ? undefined : reason === 'length';
    },
    refusal: (reason) => jsonAnswer(402, openai_chat_errorBody('budget_exceeded', refusalWords(reason))),
    failure: (status, text) => jsonAnswer(status, openai_chat_errorBody('api_error', text)),
};

;// CONCATENATED MODULE: ./lib/dialects/shared/responses-messages.js
/**
 * The Responses API over a websocket (`GET /v1/responses` with an upgrade). A call is a message `response.create`, whose
 * fields are those of the HTTP request, beside `type`; some gateways take them under `response`. Answers are the events of
 * the HTTP stream, one a message; `stream_id` tells those of several calls at once apart.
 *
 * `generate: false` warms a connection up: it is answered like a call, by nothing, and later calls go on from that answer
 * with `previous_response_id`. Errors are messages as well; Codex gives up at once on a status of 400.
 * @see https://developers.openai.com/api/docs/guides/websocket-mode
 */



/** What a client may say that asks for no answer. */
const FREE = new Set(['response.cancel', 'response.processed']);
/** Types of the events that an answer ends with: they tell what it used. */
const LAST_EVENTS = [
    'response.completed',
    'response.incomplete',
    'response.failed',
    'response.cancelled',
    'response.done',
];
const LAST = new Set(LAST_EVENTS);
/** What the answer to a warm-up consists of. */
const PLAIN = new Set([
    'response.created',
    'response.queued',
    'response.in_progress',
    'response.completed',
    'response.done',
]);
/** What bounds and prices a request: it must not stand in two places. */
const BINDING = [
    'model',
    'max_output_tokens',
    'input',
    'instructions',
    'tools',
    'previous_response_id',
    'conversation',
    'prompt',
    'background',
    'generate',
    'models',
    'fallbacks',
    'extra_body',
];
/** Who calls, and when: Codex puts the time of sending into it. */
const METADATA = 'client_metadata';
const MAX_TYPE_LENGTH = 40;
const MAX_LANE_LENGTH = 200;
const headerValues = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J());
const responses_messages_status = schemas/* number */.aig().int().min(100).max(599);
const upstreamMessage = schemas/* looseObject */._H3({
    type: schemas/* string */.YjP(),
    stream_id: schemas/* string */.YjP().nullish(),
    status: responses_messages_status.nullish().catch(undefined),
    status_code: responses_messages_status.nullish().catch(undefined),
    headers: headerValues.nullish().catch(undefined),
    response: schemas/* object */.Ikc({ id: schemas/* string */.YjP().nullish(), error: schemas/* unknown */.L5J().optional() }).nullish().catch(undefined),
});
function readClient(message) {
    const type = (0,values/* readText */.yR)(message.get('type')) ?? '';
    if (FREE.has(type))
        return { kind: 'free' };
    if (type !== 'response.create')
        return { kind: 'unknown', type: type.slice(0, MAX_TYPE_LENGTH) };
    const isNested = message.has('response');
    const request = isNested ? requestIn(message) : message;
    const metadata = request.get(METADATA);
    return {
        kind: 'call',
        request,
        lane: laneOf(message),
        isWarmUp: request.get('generate') === false,
        continues: continuedBy(request),
        headers: stringsOf(metadata),
        unsteady: metadata === undefined ? undefined : isNested ? ['response', METADATA] : [METADATA],
    };
}
function requestIn(message) {
    const beside = message.keys();
    const twice = BINDING.find((name) => beside.includes(name));
    if (twice !== undefined)
        throw new SyntaxError(`\`${twice}\` stands beside \`response\`: a request is either in it or beside it`);
    return {
        get: (...path) => message.get('response', ...path),
        has: (...path) => message.has('response', ...path),
        keys: (...path) => message.keys('response', ...path),
        items: (...path) => message.items('response', ...path),
        mentions: (words, ...path) => message.mentions(words, 'response', ...path),
        head: (maxBytes, ...path) => message.head(maxBytes, 'response', ...path),
        walk: (path, visit) => message.walk(['response', ...path], visit),
        set: (path, value) => message.set(['response', ...path], value),
        append: (path, value) => message.append(['response', ...path], value),
        extend: (path, text) => message.extend(['response', ...path], text),
    };
}
function laneOf(message) {
    const lane = message.get('stream_id');
    if (lane == null)
        return undefined;
    const text = (0,values/* readText */.yR)(lane);
    if (text === undefined || text.length > MAX_LANE_LENGTH)
        throw new SyntaxError(`\`stream_id\` is no text of at most ${MAX_LANE_LENGTH} characters`);
    return text;
}
function continuedBy(request) {
    const addsMore = ['conversation', 'prompt'].some((name) => request.has(name));
    return addsMore ? undefined : (0,values/* readText */.yR)(request.get('previous_response_id'));
}
function readUpstream(payload) {
    const message = upstreamMessage.safeParse(payload).data;
    if (message === undefined)
        return { kind: 'other' };
    const lane = message.stream_id ?? undefined;
    if (message.type === 'error')
        return {
            kind: 'error',
            lane,
            status: message.status ?? message.status_code ?? undefined,
            headers: stringsOf(message.headers),
            body: message['error'] ? { error: message['error'] } : payload,
        };
    if (!message.type.startsWith('response.'))
        return { kind: 'other' };
    const error = message.response?.error;
    return {
        kind: 'answer',
        lane,
        isLast: LAST.has(message.type),
        isPlain: PLAIN.has(message.type),
        answerId: message.response?.id ?? undefined,
        error: error ? { error } : undefined,
    };
}
function stringsOf(value) {
    const entries = Object.entries(headerValues.safeParse(value).data ?? {});
    return Object.fromEntries(entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name.toLowerCase(), text]] : [])));
}
function failure(code, message, lane) {
    const type = code < 500 ? 'invalid_request_error' : 'api_error';
    return JSON.stringify({
        type: 'error',
        status: code,
        ...(lane === undefined ? {} : { stream_id: lane }),
        error: { type, message },
    });
}
const responsesMessages = {
    path: '/v1/responses',
    marks: ['"usage', '"error', ...[...LAST].map((type) => `"${type}`)],
    readClient,
    readUpstream,
    refusal: (reason, lane) => failure(400, refusalWords(reason), lane),
    failure,
};

;// CONCATENATED MODULE: ./lib/dialects/openai-responses.js
/**
 * OpenAI Responses API (`POST /v1/responses`), over HTTP and, the same events, over a websocket. Usage comes once, in the terminal event, or in the body.
 * Cached tokens are a part of the input, reasoning a part of the output.
 *
 * Its clients treat 402 and 403 as worth five more tries, and print a `text/plain` body word for word: a refusal is 400.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */











const openai_responses_wireUsage = schemas/* object */.Ikc({
    input_tokens: tokens/* wireCount */.jQ,
    input_tokens_details: schemas/* object */.Ikc({
        cached_tokens: tokens/* wireCount */.jQ,
        cache_write_tokens: tokens/* wireCount */.jQ,
        cache_write_tokens_details: schemas/* object */.Ikc({ ttl_12h_tokens: tokens/* wireCount */.jQ }).nullish().catch(undefined),
    })
        .nullish(),
    output_tokens: tokens/* wireCount */.jQ,
    output_tokens_details: schemas/* object */.Ikc({ reasoning_tokens: tokens/* wireCount */.jQ }).nullish(),
    total_tokens: tokens/* wireCount */.jQ,
});
const response = schemas/* object */.Ikc({
    model: schemas/* string */.YjP().nullish(),
    usage: openai_responses_wireUsage.nullish(),
    output: schemas/* array */.YOg(schemas/* object */.Ikc({ type: schemas/* string */.YjP().catch('') }).catch({ type: '' }))
        .nullish()
        .catch(undefined),
});
/** Made by a model of its own, whose tokens stand in no usage. */
const IMAGE = 'image_generation_call';
const terminal = schemas/* object */.Ikc({
    type: schemas/* enum */.k5n(LAST_EVENTS),
    response: schemas/* unknown */.L5J().optional(),
});
const plainBody = schemas/* object */.Ikc({ object: schemas/* enum */.k5n(['response', 'response.compaction']) });
const withUsage = schemas/* object */.Ikc({ usage: schemas/* unknown */.L5J().optional() });
class ResponsesUsageReader {
    #model;
    #usage;
    #hasImage = false;
    #raw;
    push(payload) {
        const event = terminal.safeParse(payload).data;
        const body = event ? event.response : plainBody.safeParse(payload).success ? payload : undefined;
        if (body === undefined)
            return;
        const parsed = response.safeParse(body);
        if (!parsed.success)
            throw new errors/* WireFormatError */.zy('openai-responses', parsed.error);
        this.#model = parsed.data.model ?? this.#model;
        this.#hasImage ||= parsed.data.output?.some(({ type }) => type === IMAGE) ?? false;
        if (!parsed.data.usage)
            return;
        this.#raw = withUsage.safeParse(body).data?.usage;
        this.#usage = openai_responses_normalise(parsed.data.usage);
    }
    snapshot() {
        return {
            model: this.#model,
            final: this.#usage !== undefined,
            hasEnded: this.#usage !== undefined,
            usage: this.#usage ?? usage/* NO_USAGE */.yJ,
            raw: this.#raw,
            ...(this.#hasImage && { unpriced: 'image generation' }),
        };
    }
}
function openai_responses_normalise(usage) {
    return {
        inputTokens: usage.input_tokens ?? undefined,
        outputTokens: wholeOutput({
            input: usage.input_tokens ?? undefined,
            output: usage.output_tokens,
            reasoning: usage.output_tokens_details?.reasoning_tokens,
            total: usage.total_tokens,
        }),
        cacheReadTokens: usage.input_tokens_details?.cached_tokens ?? undefined,
        cacheWriteTokens: usage.input_tokens_details?.cache_write_tokens ?? undefined,
        cacheWrite1hTokens: usage.input_tokens_details?.cache_write_tokens_details?.ttl_12h_tokens ?? undefined,
        reasoningTokens: usage.output_tokens_details?.reasoning_tokens ?? undefined,
    };
}
const openai_responses_CEILINGS = ['max_output_tokens'];
const openai_responses_OUTSIDE = { content: ['input'] };
function openai_responses_readRequest(body) {
    const models = readModelsAndFallbacks(body);
    return {
        ...models,
        stream: body.get('stream') === true,
        outputCeiling: readCeiling(body, openai_responses_CEILINGS),
        outputFloor: 16,
        // No setting of this API's, and one that a gateway may pass on to another.
        choices: readChoices(body.get('n'), 'n'),
        hasServerContext: ['previous_response_id', 'conversation', 'prompt'].some((name) => body.has(name)),
        outside: outsideInput(body, models.model, openai_responses_OUTSIDE),
        isDetached: isSet(body, 'background'),
    };
}
/** An item of its own, behind messages and tool results alike. */
function openai_responses_addNote(body, text) {
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
    return body.append(['input'], item) || body.extend(['input'], `\n\n${text}`);
}
const openai_responses_finished = schemas/* object */.Ikc({
    status: schemas/* string */.YjP(),
    incomplete_details: schemas/* object */.Ikc({ reason: schemas/* string */.YjP().nullish() }).nullish(),
});
const openai_responses_failure = (status, message) => jsonAnswer(status, { error: { message, type: 'api_error', param: null, code: 'api_error' } });
const openaiResponses = {
    id: 'openai-responses',
    defaultUpstream: 'https://api.openai.com',
    canonicalPath: (method, path) => {
        const tail = /(?:^|\/)responses(\/compact)?$/i.exec(path);
        return method === 'POST' && tail ? `/v1/responses${(tail[1] ?? '').toLowerCase()}` : undefined;
    },
    isNeighbour: () => false,
    readRequest: openai_responses_readRequest,
    setOutputCeiling: (body, tokens) => lowerAllTo(body, openai_responses_CEILINGS, tokens),
    offersTools: (body) => body.keys('tools', -1).length > 0,
    addNote: openai_responses_addNote,
    requestUsage: () => false,
    isRequestedUsage: () => false,
    createUsageReader: () => new ResponsesUsageReader(),
    ceilingFields: openai_responses_CEILINGS,
    probe: ({ model, prompt, outputCeiling, field, key }) => ({
        path: '/v1/responses',
        headers: { authorization: `Bearer ${key}` },
        body: { model, input: prompt, store: false, [field]: outputCeiling },
    }),
    wasCut: (payload) => {
        const ended = openai_responses_finished.safeParse(payload).data;
        return ended && ended.incomplete_details?.reason === 'max_output_tokens';
    },
    refusal: (reason) => textAnswer(400, refusalWords(reason)),
    failure: openai_responses_failure,
    messages: responsesMessages,
};

;// CONCATENATED MODULE: ./lib/dialects/index.js




const dialects = [anthropicMessages, gemini, openaiResponses, openaiChat];


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


/***/ })

};
