export const id = 173;
export const ids = [173];
export const modules = {

/***/ 99173:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  showConfig: () => (/* binding */ showConfig)
});

// EXTERNAL MODULE: ./lib/agents/shared/ids.js
var ids = __webpack_require__(36856);
// EXTERNAL MODULE: ./lib/core/json.js
var json = __webpack_require__(3085);
// EXTERNAL MODULE: ./lib/core/text.js
var core_text = __webpack_require__(69716);
// EXTERNAL MODULE: ./lib/core/override.js
var core_override = __webpack_require__(80895);
;// CONCATENATED MODULE: ./lib/config/resolved-text.js
/** What holds, as text for people and as JSON for programs. Nothing in it can command a runner or a terminal. */



const LONGEST_CELL = 80;
const LONGEST_ORIGIN = 200;
function renderTasks(tasks) {
    return (0,core_text/* withoutCommands */.Df)(tasks.map(renderTask).join('\n\n'));
}
function renderTask({ task, rows, expired }) {
    const said = rows.filter(({ value }) => value !== undefined);
    const unsaid = rows.filter(({ value }) => value === undefined).map(({ setting }) => setting);
    const table = alignColumns([
        ['SETTING', 'VALUE', 'ORIGIN'],
        ...said.map(({ setting, value, origin }) => [
            (0,core_text/* oneLine */.TN)(setting, LONGEST_CELL),
            (0,core_text/* oneLine */.TN)(value ?? '', LONGEST_CELL),
            (0,core_text/* oneLine */.TN)(origin?.text ?? '', LONGEST_ORIGIN),
        ]),
    ]);
    return [
        `Task ${(0,core_text/* oneLine */.TN)(task, LONGEST_CELL)}`,
        ...table.map((line) => `  ${line}`),
        ...(unsaid.length === 0 ? [] : [`  Not set: ${unsaid.join(', ')}`]),
        ...expired.map((override) => `  Note: ${(0,core_text/* oneLine */.TN)((0,core_override/* expiredFinding */.Xy)(override).message, LONGEST_ORIGIN)}`),
    ].join('\n');
}
function alignColumns(rows) {
    const [head = []] = rows;
    const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows.map((row) => row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd());
}
function tasksJson(tasks) {
    return (0,json/* shownJson */.o)({
        tasks: Object.fromEntries(tasks.map(({ task, rows }) => [
            task,
            Object.fromEntries(rows.map((row) => [row.setting, sideJson(row)])),
        ])),
    }, 2);
}
function sideJson({ value, origin }) {
    return { value: value ?? null, origin: origin === undefined ? null : originJson(origin) };
}
function originJson({ kind, text, position }) {
    return { kind, text, ...position };
}

;// CONCATENATED MODULE: ./lib/config/comparison.js
/** What a change of the policy file would change, task by task, as text for people and as JSON for programs. */



function compareTasks(before, after, kind) {
    const names = [...new Set([...(before?.rows ?? []), ...(after?.rows ?? [])].map(({ setting }) => setting))];
    const changes = names.flatMap((setting) => {
        const [old, now] = [rowNamed(before, setting), rowNamed(after, setting)];
        const own = { setting, before: old, after: now };
        const isOverridden = old.beneath !== undefined || now.beneath !== undefined;
        const beneath = {
            setting: `${setting}, when its override has ended`,
            before: old.beneath ?? old,
            after: now.beneath ?? now,
        };
        return [own, ...(isOverridden ? [beneath] : [])].filter((change) => change.before.value !== change.after.value);
    });
    const task = after?.task ?? before?.task ?? '';
    return { task, kind: kind === 'both' ? (changes.length === 0 ? 'same' : 'changed') : kind, changes };
}
function rowNamed(side, setting) {
    const none = { setting, value: undefined, origin: undefined };
    return side?.rows.find((row) => row.setting === setting) ?? none;
}
const LONGEST_NOTE = 500;
const TITLES = {
    changed: '',
    same: ': no difference',
    added: ' (new)',
    removed: ' (removed)',
};
/** @param notes what is wrong with the version before the change */
function renderComparison(tasks, notes = []) {
    const isSame = tasks.every(({ kind }) => kind === 'same');
    const changes = isSame ? 'no difference' : tasks.map(renderChange).join('\n\n');
    const lines = notes.map((note) => `Note: ${(0,core_text/* oneLine */.TN)(note, LONGEST_NOTE)}`);
    return (0,core_text/* withoutCommands */.Df)([changes, ...(lines.length === 0 ? [] : [lines.join('\n')])].join('\n\n'));
}
function renderChange({ task, kind, changes }) {
    const lines = changes.map(({ setting, before, after }) => `  ${(0,core_text/* oneLine */.TN)(setting, LONGEST_CELL)}: ${renderSide(before)} \u2192 ${renderSide(after)}`);
    return [`Task ${(0,core_text/* oneLine */.TN)(task, LONGEST_CELL)}${TITLES[kind]}`, ...lines].join('\n');
}
function renderSide({ value, origin }) {
    if (value === undefined)
        return 'not set';
    const from = origin === undefined ? '' : ` (${(0,core_text/* oneLine */.TN)(origin.text, LONGEST_ORIGIN)})`;
    return `${(0,core_text/* oneLine */.TN)(value, LONGEST_CELL)}${from}`;
}
function comparisonJson(tasks, notes = []) {
    return (0,json/* shownJson */.o)({
        different: tasks.some(({ kind }) => kind !== 'same'),
        notes: notes.map((note) => (0,core_text/* oneLine */.TN)(note, LONGEST_NOTE)),
        tasks: Object.fromEntries(tasks.map(({ task, kind, changes }) => [
            task,
            {
                kind,
                changes: changes.map(({ setting, before, after }) => ({
                    setting,
                    before: sideJson(before),
                    after: sideJson(after),
                })),
            },
        ])),
    });
}

// EXTERNAL MODULE: ./lib/config/config.js + 8 modules
var config = __webpack_require__(27435);
// EXTERNAL MODULE: ./lib/config/gateway-config.js + 1 modules
var gateway_config = __webpack_require__(83209);
// EXTERNAL MODULE: ./lib/config/overrides-config.js
var overrides_config = __webpack_require__(68566);
// EXTERNAL MODULE: ./lib/config/resolved.js
var resolved = __webpack_require__(97912);
// EXTERNAL MODULE: ./lib/config/run-context.js + 1 modules
var run_context = __webpack_require__(37229);
// EXTERNAL MODULE: ./lib/config/settings.js + 1 modules
var settings = __webpack_require__(52047);
// EXTERNAL MODULE: ./lib/config/wrap-config.js
var wrap_config = __webpack_require__(21851);
// EXTERNAL MODULE: ./lib/core/errors.js
var errors = __webpack_require__(3828);
// EXTERNAL MODULE: ./lib/dialects/shared/ids.js
var shared_ids = __webpack_require__(32011);
// EXTERNAL MODULE: ./lib/gateways/index.js + 37 modules
var gateways = __webpack_require__(140);
// EXTERNAL MODULE: ./lib/entrypoints/extended-policy.js
var extended_policy = __webpack_require__(14429);
;// CONCATENATED MODULE: ./lib/entrypoints/config-command.js
/** `spendgate config`: what holds for each task and who said it, and what a change of the policy file would change. */














/** @throws {InputFaults} that lists everything that is wrong with the file, or with both. */
async function showConfig(request, { environment, onSecret }) {
    const { inputs, compare, format } = request;
    (0,config/* maskInputs */.a)(inputs, onSecret);
    const host = { environment, onSecret };
    const now = await openVersion(request, host, compare !== undefined);
    if (compare === undefined) {
        const resolved = tasksOf(now, inputs).map((task) => now.resolve(task));
        throwFaults(request.faults, now.faults);
        return format === 'json' ? tasksJson(resolved) : renderTasks(resolved);
    }
    const next = await openVersion({ ...request, inputs: { ...inputs, config: compare } }, host);
    const changes = [...new Set([now, next].flatMap((version) => tasksOf(version, inputs)))].map((task) => {
        const [isOld, isNew] = [now, next].map(({ tasks }) => tasks.includes(task));
        const kind = isOld === isNew ? 'both' : isNew ? 'added' : 'removed';
        return compareTasks(now.resolve(task, isNew), next.resolve(task, isOld), kind);
    });
    throwFaults(request.faults, next.faults);
    // What is wrong with the version that holds now is no fault of the change: it may be what the change mends.
    const notes = unique(now.faults).map(errors/* renderFault */.L4);
    return format === 'json' ? comparisonJson(changes, notes) : renderComparison(changes, notes);
}
function tasksOf({ tasks }, { task }) {
    if (task !== undefined)
        return [task];
    return tasks.length > 0 ? tasks : ['default'];
}
/** @param mayBeEmpty before the change that brings the file there is none, or what `git show` leaves in its place */
async function openVersion({ inputs, fromVariables }, { environment, onSecret }, mayBeEmpty = false) {
    const now = new Date();
    const { event, actor } = (0,run_context/* readRunContext */.$)(environment);
    const sources = { environment, now, event, actor, ...(await (0,extended_policy/* readPolicyFiles */.Q)(inputs, environment, now)) };
    const faults = [];
    const read = (task, takesAnyTask = false) => new settings/* Settings */.w({ ...inputs, task }, { ...sources, takesAnyTask, mayBeEmpty });
    const resolve = (task, takesAny) => {
        const settings = read(task, takesAny);
        const gateway = (0,gateway_config/* readGateway */.HV)(settings, { gateways: gateways/* gateways */.o, environment, onSecret, mode: undefined });
        // Everything is parsed, so that what is wrong with a flag is told here too.
        for (const name of resolved/* SHOWN_NAMES */.zB)
            settings.value(name);
        (0,wrap_config/* checkNames */.LN)(settings, { agents: ids/* AGENT_IDS */.F, dialects: shared_ids/* DIALECT_IDS */.E });
        faults.push(...settings.faults);
        const rows = (0,resolved/* resolveRows */.ww)({ settings, gateway, fromVariables });
        return { task, rows, expired: (0,overrides_config/* readOverridesConfig */.C)(settings).expired };
    };
    return { tasks: read('default').policy?.tasks ?? [], resolve, faults };
}
function throwFaults(ofFlags, ofFile) {
    const faults = [...ofFlags, ...ofFile];
    if (faults.length > 0)
        throw new errors/* InputFaults */.qv(unique(faults));
}
/** What is wrong with a file is the same for each of its tasks. */
function unique(faults) {
    return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}


/***/ })

};
