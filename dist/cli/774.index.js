export const id = 774;
export const ids = [774];
export const modules = {

/***/ 25774:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runMeter: () => (/* binding */ runMeter)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _core_record_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(59510);
/* harmony import */ var _core_totals_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(34840);
/* harmony import */ var _modes_budget_reading_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(44334);
/* harmony import */ var _modes_metering_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(67702);
/* harmony import */ var _modes_override_report_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(84917);
/* harmony import */ var _platform_clock_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(88005);
/* harmony import */ var _budget_parts_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(82863);
/* harmony import */ var _compose_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(64626);
/* harmony import */ var _configure_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(17263);
/* harmony import */ var _metering_parts_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(81551);
/** `spendgate meter`: one JSON line when it listens, the usage record when it is ended by SIGINT or SIGTERM. */











/** Without a `gateway-key` clients keep their own credentials and present no token. */
async function runMeter({ inputs, port, faults }, { runner, environment, print }) {
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV('bad-value', `port: ${port} is not a port.`, { hint: '8080' });
    const { config } = await (0,_configure_js__WEBPACK_IMPORTED_MODULE_9__/* .configure */ .j)({ runner, environment, inputs, faults, command: [] });
    const token = config.gateway.key === undefined ? undefined : (0,_compose_js__WEBPACK_IMPORTED_MODULE_8__/* .newToken */ .uv)();
    const sums = new _core_totals_js__WEBPACK_IMPORTED_MODULE_2__/* .RunningTotals */ .b();
    const startedAt = _platform_clock_js__WEBPACK_IMPORTED_MODULE_6__/* .systemClock */ .m.now();
    const { default: prices } = await __webpack_require__.e(/* import() */ 337).then(__webpack_require__.t.bind(__webpack_require__, 54337, 17));
    const parts = { ...(0,_metering_parts_js__WEBPACK_IMPORTED_MODULE_10__.meteringParts)(config, environment), prices };
    const budget = { config, clock: _platform_clock_js__WEBPACK_IMPORTED_MODULE_6__/* .systemClock */ .m, store: (0,_compose_js__WEBPACK_IMPORTED_MODULE_8__/* .createModeStore */ .tf)(config, undefined) };
    const lookAtBudget = () => (0,_modes_budget_reading_js__WEBPACK_IMPORTED_MODULE_3__/* .readBudget */ .OW)({ ...budget, ...(0,_budget_parts_js__WEBPACK_IMPORTED_MODULE_7__/* .budgetParts */ .g)(config, environment, async () => parts.dispatcher) });
    const { meter, guard } = await (0,_modes_metering_js__WEBPACK_IMPORTED_MODULE_4__/* .startMetering */ .y)({ config, clock: _platform_clock_js__WEBPACK_IMPORTED_MODULE_6__/* .systemClock */ .m, ...parts, lookAtBudget }, {
        port,
        token,
        idPrefix: config.context.runId,
        ledger: { append: (line) => line.type === 'call' && sums.add(line) },
        onTrouble: (message) => runner.info(`note: ${message}`),
        onStop: ({ message }) => runner.info(`stopped: ${message}`),
    });
    print(JSON.stringify({ url: meter.url, pid: process.pid, ...(token === undefined ? {} : { token }) }));
    await new Promise((resolve) => (0,_compose_js__WEBPACK_IMPORTED_MODULE_8__/* .onCancel */ .Ao)(resolve));
    await meter.close();
    await parts.dispatcher.destroy();
    const facts = {
        complete: true,
        runId: config.context.runId,
        task: config.task,
        agent: 'meter',
        startedAt: startedAt.toISOString(),
        durationMs: _platform_clock_js__WEBPACK_IMPORTED_MODULE_6__/* .systemClock */ .m.now().getTime() - startedAt.getTime(),
        stopReason: guard.stop?.reason ?? 'completed',
        stopMessage: guard.stop?.message,
        exitCode: undefined,
        otherRequests: (0,_modes_metering_js__WEBPACK_IMPORTED_MODULE_4__/* .otherRequestsOf */ .A)(meter),
        limits: config.wrap.limits,
        ...(0,_modes_override_report_js__WEBPACK_IMPORTED_MODULE_5__/* .runFacts */ .pI)(config),
    };
    print(JSON.stringify((0,_core_record_js__WEBPACK_IMPORTED_MODULE_1__/* .recordOf */ .zv)(facts, sums.totals())));
    return 0;
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


/***/ })

};
