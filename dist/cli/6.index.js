export const id = 6;
export const ids = [6];
export const modules = {

/***/ 17006:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createAlertDesk: () => (/* binding */ createAlertDesk)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./lib/alerts/json.js
/**
 * Generic JSON, for receivers of one's own. `version` changes when a field changes its meaning or goes; new fields may
 * come at any time. Signed as `sha256=<hex of HMAC-SHA-256 over "timestamp.body">`, so that neither can be exchanged.
 */

const VERSION = 1;
const json = {
    id: 'json',
    recognises: () => false,
    render: (alert, envelope) => {
        const body = JSON.stringify(payloadOf(alert));
        return { headers: headersOf(body, envelope), body };
    },
};
function headersOf(body, { deliveryId, timestamp, secret }) {
    const headers = { 'x-spendgate-delivery': deliveryId, 'x-spendgate-timestamp': String(timestamp) };
    if (secret === undefined)
        return headers;
    const hex = (0,external_node_crypto_.createHmac)('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    return { ...headers, 'x-spendgate-signature-256': `sha256=${hex}` };
}
/** Fields that are not known are left out. */
function payloadOf(alert) {
    const { budget, gate } = alert;
    return {
        version: VERSION,
        event: alert.event,
        severity: alert.severity,
        title: alert.title,
        text: alert.text,
        at: alert.at,
        observe: alert.observe,
        repository: alert.repository,
        workflow: alert.workflow,
        task: alert.task,
        team: alert.team,
        'run-id': alert.runId,
        'run-attempt': alert.runAttempt,
        'run-url': alert.runUrl,
        budget: budget && {
            gateway: budget.gateway,
            scope: budget.scope,
            unit: budget.unit,
            threshold: budget.threshold,
            'percent-used': budget.percentUsed,
            limit: budget.limit,
            used: budget.used,
            remaining: budget.remaining,
            period: budget.period,
            'resets-at': budget.resetsAt,
            'as-of': budget.asOf,
        },
        gate,
    };
}

;// CONCATENATED MODULE: ./lib/alerts/slack.js
const HOSTS = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);
/** Slack's own bounds; escaping makes texts longer. */
const MAX_HEADER = 150;
const MAX_TEXT = 3000;
const MAX_FIELDS = 10;
const MAX_FIELD = 2000;
const MARKS = { info: '\u2139\ufe0f', warning: '\u26a0\ufe0f', critical: '\ud83d\uded1' };
const slack = {
    id: 'slack',
    recognises: (host) => HOSTS.has(host),
    render: (alert) => ({ headers: {}, body: JSON.stringify(messageOf(alert)) }),
};
function messageOf(alert) {
    const title = `${MARKS[alert.severity]} ${alert.title}`;
    const fields = alert.facts
        .slice(0, MAX_FIELDS)
        .map(([label, value]) => plainText(`${label}\n${value}`, MAX_FIELD));
    return {
        // What a notification shows in place of the blocks.
        text: escapeSlack(title, MAX_TEXT),
        mrkdwn: false,
        unfurl_links: false,
        unfurl_media: false,
        blocks: [
            { type: 'header', text: plainText(title, MAX_HEADER) },
            { type: 'section', text: plainText(alert.text, MAX_TEXT) },
            ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
            ...(alert.runUrl === undefined ? [] : [linkOf(alert.runUrl)]),
        ],
    };
}
function plainText(text, length) {
    return { type: 'plain_text', text: escapeSlack(text, length), emoji: false };
}
function linkOf(url) {
    const target = escapeSlack(encodeURI(url).replaceAll('|', '%7C'), MAX_TEXT);
    return { type: 'context', elements: [{ type: 'mrkdwn', text: `<${target}|Open the run>` }] };
}
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** At most `length` characters when it is escaped; what is cut ends with `\u2026`, and no entity is cut in two. */
function escapeSlack(text, length) {
    let escaped = '';
    let room = 0;
    for (const character of text) {
        escaped += ENTITIES[character] ?? character;
        if (escaped.length < length)
            room = escaped.length;
        if (escaped.length > length)
            return `${escaped.slice(0, room)}\u2026`;
    }
    return escaped;
}

;// CONCATENATED MODULE: ./lib/alerts/teams.js
const DOMAINS = ['webhook.office.com', 'logic.azure.com', 'powerplatform.com', 'powerautomate.com'];
const COLOURS = {
    info: 'Accent',
    warning: 'Warning',
    critical: 'Attention',
};
const ZERO_WIDTH_SPACE = '\u200b';
const teams = {
    id: 'teams',
    recognises: (host) => DOMAINS.some((domain) => host.endsWith(`.${domain}`)),
    render: (alert) => ({ headers: {}, body: JSON.stringify(teams_messageOf(alert)) }),
};
function teams_messageOf(alert) {
    return {
        type: 'message',
        attachments: [
            { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: cardOf(alert) },
        ],
    };
}
function cardOf({ title, text, severity, facts, runUrl }) {
    const heading = { size: 'Large', weight: 'Bolder', color: COLOURS[severity] };
    return {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: [
            richText([run(title, heading)]),
            richText([run(text)]),
            ...facts.map(([label, value]) => richText([run(`${label}: `, { weight: 'Bolder' }), run(value)], 'Small')),
        ],
        ...(runUrl === undefined
            ? {}
            : { actions: [{ type: 'Action.OpenUrl', title: 'Open the run', url: encodeURI(runUrl) }] }),
    };
}
function richText(inlines, spacing = 'Default') {
    return { type: 'RichTextBlock', spacing, inlines };
}
/** Cards fill in `{{DATE(\u2026)}}` and `${\u2026}` wherever text stands. */
function run(text, style = {}) {
    const inert = text.replace(/[{$](?=\{)/g, `$&${ZERO_WIDTH_SPACE}`);
    return { type: 'TextRun', text: inert, ...style };
}

;// CONCATENATED MODULE: ./lib/alerts/index.js



const alertFormats = [slack, teams, json];
/** @param wanted id of a format, or `auto` */
function formatFor(host, wanted) {
    return (alertFormats.find(({ id }) => id === wanted) ?? alertFormats.find((one) => one.recognises(host)) ?? json);
}

// EXTERNAL MODULE: ./node_modules/p-retry/index.js + 1 modules
var p_retry = __webpack_require__(74995);
// EXTERNAL MODULE: ./lib/core/deadline.js
var deadline = __webpack_require__(11923);
;// CONCATENATED MODULE: ./lib/platform/webhook.js
/**
 * Tells a webhook: few tries, little patience, and nothing of its URL in anything that is said about it. Only the status
 * of the answer counts; its body is not read. Redirects are not followed, since what is sent is for that host alone.
 */


const PATIENCE = { tries: 2, tryMs: 5000, pauseMs: 1000, totalMs: 10_000 };
const TOO_MANY = 429;
/** Not taken, and whether it makes sense to ask again. */
class NotTaken extends Error {
    isPassing;
    constructor(why, isPassing) {
        super(why);
        this.isPassing = isPassing;
    }
}
/** All requests of the returned function share one deadline, which begins now. */
function createWebhookSend(dispatcher, patience = PATIENCE) {
    const { tries, pauseMs, totalMs } = patience;
    const late = `no answer within ${totalMs / 1000} s`;
    const total = AbortSignal.timeout(totalMs);
    const send = async (request) => {
        try {
            await (0,p_retry/* default */.Ay)(() => tryOnce(dispatcher, request, { total, tryMs: patience.tryMs }), {
                retries: tries - 1,
                minTimeout: pauseMs,
                maxTimeout: pauseMs,
                signal: total,
                shouldRetry: ({ error }) => error instanceof NotTaken && error.isPassing,
            });
            return undefined;
        }
        catch (error) {
            if (total.aborted)
                return late;
            return error instanceof NotTaken ? error.message : codeOf(error);
        }
    };
    return (request) => (0,deadline/* withDeadline */.NE)(send(request), totalMs, () => late);
}
/** @throws {NotTaken} */
async function tryOnce(dispatcher, { url, headers, body }, { total, tryMs }) {
    const { origin, pathname, search } = new URL(url);
    const own = AbortSignal.timeout(tryMs);
    const status = await (await dispatcher())
        .request({
        origin,
        path: `${pathname}${search}`,
        method: 'POST',
        signal: AbortSignal.any([own, total]),
        headers: { 'content-type': 'application/json', 'user-agent': 'spendgate', ...headers },
        body,
    })
        .then(statusOf, (error) => {
        throw new NotTaken(own.aborted ? `no answer within ${tryMs / 1000} s` : codeOf(error), true);
    });
    if (status >= 200 && status < 300)
        return;
    const isRedirect = status >= 300 && status < 400;
    const why = isRedirect ? `it answered ${status}, and redirects are not followed` : `it answered ${status}`;
    throw new NotTaken(why, status >= 500 || status === TOO_MANY);
}
/** The rest of the answer is left on the wire. */
function statusOf({ statusCode, body }) {
    body.on('error', () => undefined);
    body.destroy();
    return statusCode;
}
/** A message may quote an address; a code does not. */
function codeOf(error) {
    if (!(error instanceof Error))
        return 'the connection failed';
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

;// CONCATENATED MODULE: ./lib/entrypoints/alert-desk.js
/** Puts together who is told: the webhooks of this run, each with its format. */



const NAME_LENGTH = 32;
function createAlertDesk({ urls, format, secret }, dispatcher, clock) {
    const webhooks = urls.map((url) => {
        const { hostname } = new URL(url);
        return { url, host: hostname, format: formatFor(hostname, format) };
    });
    return {
        // Webhooks are secrets, so a stranger's run cannot claim what has not been told; another webhook is told anew.
        nameOf: (parts) => `alert-${hmac(urls.join('\n'), parts)}`,
        send: (due) => {
            const send = createWebhookSend(dispatcher);
            const timestamp = Math.floor(clock.now().getTime() / 1000);
            return Promise.all(webhooks.map((webhook) => tell(webhook, due, { send, timestamp, secret })));
        },
    };
}
function hmac(key, parts) {
    return (0,external_node_crypto_.createHmac)('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, NAME_LENGTH);
}
async function tell({ url, host, format }, due, { send, timestamp, secret }) {
    const failures = await Promise.all(due.map((alert) => {
        const { headers, body } = format.render(alert, { deliveryId: (0,external_node_crypto_.randomUUID)(), timestamp, secret });
        return send({ url, headers, body });
    }));
    const failure = failures.find((why) => why !== undefined);
    return { to: `${format.id} (${host})`, failure };
}


/***/ })

};
