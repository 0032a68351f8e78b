/** What steps show where a hostile text stands in all that comes to them from outside. */
import { alertFormats } from '../../src/alerts/index.js';
import type { RawInputs } from '../../src/config/config.js';
import { budgetLimit, finite } from '../../src/core/budget.js';
import { AppError } from '../../src/core/errors.js';
import { finding } from '../../src/core/findings.js';
import { parseRecord } from '../../src/core/record.js';
import { renderReportFile } from '../../src/core/report-file.js';
import { cut } from '../../src/core/text.js';
import { reportFailure } from '../../src/entrypoints/failure.js';
import { gateways } from '../../src/gateways/index.js';
import { runComment } from '../../src/modes/comment.js';
import type { ModeDeps } from '../../src/modes/deps.js';
import { reporterContext } from '../../src/modes/deps.js';
import { runGate } from '../../src/modes/gate.js';
import { runPost } from '../../src/modes/post.js';
import { runPre } from '../../src/modes/pre.js';
import { publish } from '../../src/modes/publish.js';
import { setUsageOutputs } from '../../src/modes/run-record.js';
import { wrapFindings, wrapReport } from '../../src/modes/wrap-report.js';
import type { Gateway, HttpSend } from '../../src/ports/gateway.js';
import { readHistory } from '../../src/reporters/shared/history.js';
import { FAKE_GATEWAY } from './config.js';
import { InMemoryMarkFile, NO_FACTS } from './fakes.js';
import { reportWith } from './hostile-report.js';
import { Place, type Shown } from './shown.js';
import type { Surface } from './surfaces.js';

/** A team has a name of one line; what hides in it is none of a blank's business. */
export function nameOf(text: string): string {
  return cut(
    text
      .replace(/[\s\u0085]+/gu, ' ')
      .replace(/\p{Cc}/gu, '\u200b')
      .trim(),
    100,
  );
}

/** Two of these and what stands around them fit into a headline. */
const SHORT = 120;

/** Who started the run, and what the workflow calls itself. */
const namedBy = (text: string) => ({ GITHUB_ACTOR: text, GITHUB_WORKFLOW: text });
const USD = 1_000_000_000;

async function errorless(step: Promise<unknown>): Promise<void> {
  // That a run may not start is told before it ends.
  await step.catch((error: unknown) => {
    if (!(error instanceof Error && 'isReported' in error && error.isReported)) throw error;
  });
}

/** `pre` before a gate that somebody closed, of a run that somebody gave more, at a gateway that answers with an error. */
async function preOf(text: string): Promise<{ place: Place; shown: Shown }> {
  const place = new Place({ ...namedBy(text), GITHUB_EVENT_NAME: 'workflow_dispatch' });
  const gate = { gate: cut(text, SHORT), 'gate-store': 'issue', 'github-token': 'x' };
  const reason = cut(text, SHORT);
  await place.step({ mode: 'gate', 'gate-action': 'close', reason, ...gate }, runGate);
  const override = `{ reason: ${JSON.stringify(reason)}, until: 2026-12-01, limits: { cost: 10 USD } }`;
  const body = JSON.stringify({ error: { message: `it says ${text} today`, type: text, code: text } });
  const createSend = (): HttpSend => async () => ({ status: 500, headers: {}, text: body });
  const inputs = {
    ...{ mode: 'pre', gateway: 'litellm', 'gateway-url': 'https://gateway.test', 'gateway-key': 'k' },
    ...{ override, team: nameOf(text), check: 'run', ...gate },
  };
  const shown = await place.step(inputs, (deps) => errorless(runPre(withBudget(deps, gateways, createSend))));
  return { place, shown };
}

function withBudget(deps: ModeDeps, known: readonly Gateway[], createSend: () => HttpSend) {
  return {
    ...deps,
    ...{
      gateways: known,
      createSend,
      deadlineMs: 5000,
      keyFingerprint: 'key',
      markFile: new InMemoryMarkFile(),
    },
  };
}

const NO_REQUEST = () => () => Promise.reject(new Error('no request is expected'));

/** `pre` of a gateway whose scopes and units have such names. */
async function budgetOf(text: string): Promise<{ place: Place; shown: Shown }> {
  const place = new Place(namedBy(text));
  const gateway: Gateway = {
    id: FAKE_GATEWAY,
    summary: '',
    facts: NO_FACTS,
    defaultUrl: undefined,
    requires: [],
    readBudget: async () => ({
      gateway: FAKE_GATEWAY,
      limits: [budgetLimit(cut(text, SHORT), 'usd', { limit: finite(10 * USD), used: finite(9 * USD) })],
      unread: [text],
      conversions: [],
      asOf: '2026-11-22T09:00:00Z',
      lagMs: undefined,
    }),
    readFailure: () => {
      throw new Error('not asked for');
    },
    readCost: () => undefined,
    readRoute: () => ({ servedBy: undefined, fallbacks: undefined }),
  };
  const inputs = { mode: 'pre', gateway: FAKE_GATEWAY, 'min-remaining': '5 USD', 'alert-at': '80' };
  const webhook = { 'alert-webhook': 'https://alerts.test/hook', team: nameOf(text), task: text };
  const shown = await place.step({ ...inputs, ...webhook }, (deps) =>
    errorless(runPre(withBudget(deps, [gateway], NO_REQUEST))),
  );
  return { place, shown };
}

/** A record of a run in which every word is such a text, as the step after it reads it. */
function recordOf(text: string) {
  const [name, line] = [cut(text, 100), cut(text, 200)];
  const figures = { requests: 3, 'input-tokens': 92_400, 'output-tokens': 900, 'cost-usd': '0.25' };
  return parseRecord(
    JSON.stringify({
      ...figures,
      ...{
        'run-id': text,
        task: text,
        agent: text,
        'stop-reason': text,
        'stop-message': text,
        'exit-code': 3,
      },
      models: [
        { model: text, ...figures },
        { model: 'other', ...figures },
      ],
      callers: [{ caller: text, ...figures }],
      witness: {
        agent: name,
        origin: line,
        verdict: 'differs',
        'input-tokens': 5,
        'metered-input-tokens': 90,
      },
      overrides: [
        {
          by: name,
          reason: line,
          until: name,
          origin: line,
          changes: [{ setting: name, before: line, after: line }],
        },
      ],
      attribution: { repository: name, team: name, task: name, actor: name, workflow: name, job: name },
    }),
  );
}

async function postOf(text: string): Promise<{ place: Place; shown: Shown }> {
  const place = new Place(namedBy(text));
  const gate = { gate: text, 'gate-store': 'issue', 'github-token': 'x' };
  const inputs: RawInputs = {
    ...{
      mode: 'post',
      task: text,
      team: nameOf(text),
      'expect-input-tokens': '5k..50k',
      comment: 'always',
      ...gate,
    },
    check: 'run',
  };
  const found = {
    record: recordOf(text),
    origin: text,
    findings: [finding('warning', 'told', text, text, { advice: text })],
    isUnfinished: false,
    facts: [[text, text]] as const,
  };
  const shown = await place.step(inputs, (deps) =>
    errorless(
      runPost({
        ...withBudget(deps, [], NO_REQUEST),
        findRecord: () => found,
        endBackground: async () => undefined,
        saveFile: (name) => `/job/${name}`,
        sleep: async () => undefined,
        decideNow: () => deps.config,
      }),
    ),
  );
  return { place, shown };
}

/** The report that `wrap` makes, and the outputs that it sets. */
async function wrapOf(text: string): Promise<{ place: Place; shown: Shown }> {
  const place = new Place(namedBy(text));
  const record = recordOf(text);
  const notes = {
    observed: text,
    unpricedModels: [text],
    otherRequests: [`POST ${text}`],
    reroutes: new Map([[text, 1]]),
    refusedSubagents: new Map([[text, { calls: 1, state: text }]]),
    withheldHeaders: new Map([[text, 1]]),
  };
  const shown = await place.step({ mode: 'wrap', task: text, run: 'true' }, async (deps) => {
    setUsageOutputs(deps.runner, record);
    const report = wrapReport(deps.config, record, wrapFindings(record, notes), text);
    await publish(report, deps.reporters, reporterContext(deps));
  });
  return { place, shown };
}

/** A gate that is closed twice, looked at, and opened. */
async function gateOf(text: string): Promise<{ place: Place; shown: Shown }> {
  const place = new Place(namedBy(text));
  const inputs = { mode: 'gate', gate: text, 'gate-store': 'issue', 'github-token': 'x', reason: text };
  const webhook = { 'alert-webhook': 'https://alerts.test/hook' };
  const steps: Shown[] = [];
  for (const action of ['close', 'close', 'status', 'open', 'status'])
    steps.push(await place.step({ ...inputs, ...webhook, 'gate-action': action }, runGate));
  const shown = {
    log: steps.map(({ log }) => log).join(''),
    summary: steps.map(({ summary }) => summary).join('\n'),
    outputs: Object.assign({}, ...steps.map(({ outputs }) => outputs)) as Shown['outputs'],
  };
  return { place, shown };
}

const HEAD = 'b'.repeat(40);

/** What `comment` makes of the file that a fork's run left. */
async function claimedOf(text: string, check: 'run' | 'status'): Promise<{ place: Place; shown: Shown }> {
  const place = new Place({ GITHUB_EVENT_NAME: 'workflow_run' });
  place.github.pulls.push({ number: 7, headSha: HEAD, headRepository: 'mallory/app', head: 'mallory:topic' });
  const upstreamRun = {
    id: 99,
    attempt: 2,
    event: 'pull_request',
    url: 'https://github.test/acme/app/actions/runs/99',
    headSha: HEAD,
    headBranch: 'topic',
    headRepository: 'mallory/app',
    workflowId: 5,
  };
  const { run, ...rest } = reportWith(text);
  const claimed = { ...rest, key: text, ...(run ? { run: { ...run, costUsd: '0.1' } } : {}) };
  const inputs = { mode: 'comment', report: 'in/default-report.json', check, comment: 'always' };
  const shown = await place.step({ ...inputs, 'github-token': 'x' }, async ({ config, ...deps }) => {
    const context = { ...config.context, upstreamRun };
    await runComment({
      ...deps,
      config: { ...config, context },
      readFile: () => ({ text: renderReportFile(claimed) }),
    });
  });
  return { place, shown };
}

/** An error that a step ends with. */
async function failureOf(text: string): Promise<{ place: Place; shown: Shown }> {
  const place = new Place();
  const shown = await place.step({ mode: 'gate' }, async ({ runner }) => {
    reportFailure(new AppError('upstream-failed', text, { hint: text }), runner);
    reportFailure(new TypeError(text), runner);
  });
  return { place, shown };
}

type Act = (text: string) => Promise<{ place: Place; shown: Shown }>;

/** A step is run once for each text, whichever of its surfaces is asked for. */
function once(act: Act): Act {
  const done = new Map<string, ReturnType<Act>>();
  return (text) => {
    const known = done.get(text) ?? act(text);
    done.set(text, known);
    return known;
  };
}

function surface(
  id: string,
  kind: Surface['kind'],
  act: Act,
  read: (done: Awaited<ReturnType<Act>>) => string,
): Surface {
  return { id, kind, render: async (text) => read(await act(text)) };
}

function surfacesOfStep(name: string, act: Act): Surface[] {
  return [
    surface(`log of ${name}`, 'log', act, ({ shown }) => shown.log),
    surface(`job summary of ${name}`, 'markdown', act, ({ shown }) => shown.summary),
    surface(`outputs of ${name}`, 'outputs', act, ({ shown }) => JSON.stringify(shown.outputs)),
  ];
}

const ENVELOPE = { deliveryId: 'd-1', timestamp: 1_763_802_000, secret: undefined };

/** All that people were told, in one list. */
function alertsOf(name: string, act: Act): Surface[] {
  return alertFormats.map((format) =>
    surface(`${format.id} alerts of ${name}`, `${format.id}-alert` as Surface['kind'], act, ({ place }) =>
      JSON.stringify(
        place.alerts.told.map((alert) => JSON.parse(format.render(alert, ENVELOPE).body) as unknown),
      ),
    ),
  );
}

const comment = ({ place }: { place: Place }) => place.github.comments.get(7)?.at(-1)?.body ?? '';
const issue = ({ place }: { place: Place }) => place.github.issues[0];
const check = ({ place }: { place: Place }) => place.github.checks[0];
const lines = (...parts: readonly (string | undefined)[]) => parts.map((part) => part ?? '').join('\n');

const [pre, budget, wrap, post, gate] = [preOf, budgetOf, wrapOf, postOf, gateOf].map(once) as [
  Act,
  Act,
  Act,
  Act,
  Act,
];
const claimed = once((text) => claimedOf(text, 'run'));
const claimedStatus = once((text) => claimedOf(text, 'status'));

export const stepSurfaces: readonly Surface[] = [
  ...surfacesOfStep('pre at a closed gate', pre),
  ...surfacesOfStep('pre with a budget', budget),
  ...surfacesOfStep('wrap', wrap),
  ...surfacesOfStep('post', post),
  ...surfacesOfStep('gate', gate),
  ...surfacesOfStep('comment', claimed),
  surface('errors', 'log', once(failureOf), ({ shown }) => shown.log),
  ...alertsOf('a budget', budget),
  ...alertsOf('a gate', gate),
  surface('comment of post', 'markdown', post, comment),
  surface('history in a comment', 'same', post, (done) => JSON.stringify(readHistory(comment(done)).runs)),
  surface('comment from a report file', 'markdown', claimed, comment),
  surface('text of a check run', 'markdown', post, (done) => check(done)?.output.text ?? ''),
  surface('summary of a check run', 'markdown', post, (done) => check(done)?.output.summary ?? ''),
  surface('title of a check run', 'line', post, (done) => check(done)?.output.title ?? ''),
  surface('check run of a denial', 'markdown', pre, (done) =>
    lines(check(done)?.output.summary, check(done)?.output.text),
  ),
  surface('check run from a report file', 'markdown', claimed, (done) =>
    lines(check(done)?.output.summary, check(done)?.output.text),
  ),
  surface(
    'commit status',
    'status',
    claimedStatus,
    ({ place }) => place.github.statuses[0]?.description ?? '',
  ),
  surface('title of a gate issue', 'line', gate, (done) => issue(done)?.title ?? ''),
  surface('body of a gate issue', 'markdown', gate, (done) => issue(done)?.body ?? ''),
  surface('body of a gate issue after a run', 'markdown', post, (done) => issue(done)?.body ?? ''),
  surface('comments on a gate issue', 'markdown', gate, ({ place }) =>
    [...place.github.comments.values()]
      .flat()
      .map(({ body }) => body)
      .join('\n\n'),
  ),
];
