export const id = 774;
export const ids = [774];
export const modules = {

/***/ 5774:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   runMeter: () => (/* binding */ runMeter)
/* harmony export */ });
/* harmony import */ var _core_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3828);
/* harmony import */ var _modes_budget_reading_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4334);
/* harmony import */ var _modes_metering_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8557);
/* harmony import */ var _modes_run_record_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7435);
/* harmony import */ var _platform_clock_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(8005);
/* harmony import */ var _budget_parts_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(2863);
/* harmony import */ var _compose_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(648);
/* harmony import */ var _metering_parts_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(2272);
/** `spendgate meter`: one JSON line when it listens, the usage record when it is ended by SIGINT or SIGTERM. */








/** Without a `gateway-key` clients keep their own credentials and present no token. */
async function runMeter({ inputs, port }, { runner, environment, print }) {
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw new _core_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .AppError */ .uV('bad-value', `port: ${port} is not a port.`, { hint: '8080' });
    const { config } = (0,_compose_js__WEBPACK_IMPORTED_MODULE_6__/* .configure */ .jK)({ runner, environment, inputs, command: [] });
    const token = config.gateway.key === undefined ? undefined : (0,_compose_js__WEBPACK_IMPORTED_MODULE_6__/* .newToken */ .uv)();
    const calls = [];
    const startedAt = _platform_clock_js__WEBPACK_IMPORTED_MODULE_4__/* .systemClock */ .m.now();
    const { default: prices } = await __webpack_require__.e(/* import() */ 337).then(__webpack_require__.t.bind(__webpack_require__, 4337, 17));
    const parts = { ...(0,_metering_parts_js__WEBPACK_IMPORTED_MODULE_7__/* .meteringParts */ .s)(config, environment), prices };
    const budget = { config, clock: _platform_clock_js__WEBPACK_IMPORTED_MODULE_4__/* .systemClock */ .m, store: (0,_compose_js__WEBPACK_IMPORTED_MODULE_6__/* .createModeStore */ .tf)(config, undefined) };
    const lookAtBudget = () => (0,_modes_budget_reading_js__WEBPACK_IMPORTED_MODULE_1__/* .readBudget */ .OW)({ ...budget, ...(0,_budget_parts_js__WEBPACK_IMPORTED_MODULE_5__/* .budgetParts */ .g)(config, environment, parts.dispatcher) });
    const { meter, guard } = await (0,_modes_metering_js__WEBPACK_IMPORTED_MODULE_2__/* .startMetering */ .y)({ config, clock: _platform_clock_js__WEBPACK_IMPORTED_MODULE_4__/* .systemClock */ .m, ...parts, lookAtBudget }, {
        port,
        token,
        idPrefix: config.context.runId,
        ledger: { append: (line) => line.type === 'call' && calls.push(line) },
        onTrouble: (message) => runner.info(`note: ${message}`),
        onStop: ({ message }) => runner.info(`stopped: ${message}`),
    });
    print(JSON.stringify({ url: meter.url, pid: process.pid, ...(token === undefined ? {} : { token }) }));
    await new Promise((resolve) => (0,_compose_js__WEBPACK_IMPORTED_MODULE_6__/* .onCancel */ .Ao)(resolve));
    await meter.close();
    await parts.dispatcher.destroy();
    const facts = {
        complete: true,
        runId: config.context.runId,
        task: config.task,
        agent: 'meter',
        startedAt: startedAt.toISOString(),
        durationMs: _platform_clock_js__WEBPACK_IMPORTED_MODULE_4__/* .systemClock */ .m.now().getTime() - startedAt.getTime(),
        stopReason: guard.stop?.reason ?? 'completed',
        stopMessage: guard.stop?.message,
        exitCode: undefined,
        otherRequests: (0,_modes_metering_js__WEBPACK_IMPORTED_MODULE_2__/* .otherRequestsOf */ .A)(meter),
    };
    print(JSON.stringify((0,_modes_run_record_js__WEBPACK_IMPORTED_MODULE_3__/* .createRecord */ .eC)(facts, calls)));
    return 0;
}


/***/ })

};
