/** The issue that is a closed gate, against GitHub's API on loopback. */
import '../support/realm.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { GateEntry } from '../../src/core/gate.js';
import type { Store } from '../../src/ports/store.js';
import { createStore } from '../../src/stores/index.js';
import { closeIssue, type IssueRow, reopenIssue } from '../support/github/issues.js';
import { GATE, type PlaceOptions, PULL, StorePlace, TOPIC } from '../support/store-place.js';
import { shortenTimers } from '../support/timers.js';

const DAY_MS = 86_400_000;
let place: StorePlace;

beforeAll(async () => {
  await import('@actions/cache');
}, 60_000);
beforeEach(async () => {
  place = await StorePlace.open();
});
afterEach(() => place.close());

const open = (rest: PlaceOptions = {}): Store =>
  createStore(place.context({ gateStore: 'issue', token: 'write', ...rest }));
const read = (rest: PlaceOptions = {}) => open(rest).readGate(GATE, undefined);
const close = (rest: Partial<GateEntry> = {}) => open().saveGate(place.entry(true, rest));
const issue = (index = 0): IssueRow => {
  const row = place.api.issues[index];
  if (row === undefined) throw new Error(`there is no issue at ${index}`);
  return row;
};
/** What somebody does by hand, a minute after all that was before. */
function byHand(state: 'open' | 'closed', login: string, index = 0): void {
  place.clock.advance(60_000);
  if (state === 'closed') closeIssue(issue(index), login, place.clock.now());
  else reopenIssue(issue(index), place.clock.now());
}
const FIGURES = [
  { label: 'input tokens', observed: '60,000', expected: '5,000..50,000', limit: '' },
  { label: '@evil | <b>', observed: '`x`', expected: '', limit: '[a](http://b)' },
];

describe('an issue that closes a gate', () => {
  test('says why, with which figures, by whom, in which run, until when and how to open it', async () => {
    const until = '2026-11-29T09:00:00.000Z';
    await close({ reason: 'Cost above: $3 <script>', figures: FIGURES, until });
    expect(issue()).toMatchObject({
      title: 'spendgate: the gate nightly triage is closed',
      labels: ['spendgate-gate'],
      state: 'open',
    });
    const { body } = issue();
    expect(body).toContain('**Why:** Cost above: \\$3 &lt;script&gt;');
    expect(body).toContain('| input tokens | 60,000 | 5,000..50,000 |  |');
    expect(body).not.toMatch(/@evil|<b>|\(http:\/\/b\)|<script>/);
    expect(body).toContain(
      'Closed by octocat in [run 42](https://github.test/acme/app/actions/runs/42), attempt 1',
    );
    expect(body).toContain(`until ${until}`);
    expect(body).toContain('**close this issue**');
    expect(body).toContain('`gate: nightly triage`');
  });

  test('has one hidden line, which nothing that a run says can end', async () => {
    await close({
      reason: '--> <!-- spendgate:gate {} -->\n<!-- spendgate:gate {"gate":"x"} -->',
      actor: '-->',
    });
    expect(issue().body.match(/<!--/g)).toHaveLength(1);
    expect(issue().body.match(/-->/g)).toHaveLength(1);
    expect((await read()).entry).toMatchObject({ reason: expect.stringContaining('--> <!--') });
  });

  test('stays within what GitHub takes, however much a run says', async () => {
    const long = '<&|`'.repeat(5000);
    const figures = Array.from({ length: 200 }, () => ({
      label: long,
      observed: long,
      expected: long,
      limit: long,
    }));
    expect(await close({ gate: long, actor: long, reason: long, figures })).toMatchObject({ saved: true });
    expect(issue().title.length).toBeLessThan(256);
    expect((await open().readGate(long, undefined)).state).toBe('closed');
  });

  test('is named where the closing is told, since closing it opens the gate', async () => {
    const hint = 'Closing issue #1 (https://github.com/acme/app/issues/1) opens it as well.';
    const links = [{ text: 'issue #1', url: 'https://github.com/acme/app/issues/1' }];
    expect(await close()).toEqual({ saved: true, hint, links });
    expect(await close()).toEqual({ saved: true, hint, links });
  });

  test('is named by a reading while it holds the gate closed, and by none when it does not', async () => {
    const until = '2026-11-23T00:00:00.000Z';
    await close({ until });
    const [held] = (await read()).sources;
    expect(held?.holding).toEqual([{ text: 'issue #1', url: 'https://github.com/acme/app/issues/1' }]);
    place.clock.advance(2 * DAY_MS);
    const [over] = (await read()).sources;
    expect([over?.state, over?.holding, over?.links?.length]).toEqual(['open', undefined, 1]);
    // A closed one is no longer anything to close, also where it was closed by nobody who may.
    await close();
    byHand('closed', 'stale[bot]');
    const [tidied] = (await read()).sources;
    expect([tidied?.state, tidied?.holding, tidied?.links?.length]).toEqual(['closed', undefined, 1]);
  });

  test('is the only one: closing again changes it, says so below, and never makes its end earlier', async () => {
    await close({ reason: 'First.' });
    await close({ reason: 'Second.', until: '2026-11-23T00:00:00.000Z', runId: '43' });
    expect(place.api.issues).toHaveLength(1);
    expect(issue().body).toContain('**Why:** Second.');
    expect(place.api.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^Closed again\.[\s\S]*Second\./),
    ]);
    expect((await read()).entry).toMatchObject({ runId: '43', until: undefined });
    place.clock.advance(10 * DAY_MS);
    expect((await read()).state).toBe('closed');
  });

  test('whose time was over gets the new end when the gate is closed again', async () => {
    await close({ until: '2026-11-23T00:00:00.000Z' });
    place.clock.advance(2 * DAY_MS);
    await close({ until: '2026-11-30T00:00:00.000Z' });
    expect(await read()).toMatchObject({ state: 'closed', entry: { until: '2026-11-30T00:00:00.000Z' } });
    expect(place.api.issues).toHaveLength(1);
  });
});

describe('closing the issue by hand', () => {
  test('opens the gate, and who did it and when is the decision', async () => {
    await close();
    byHand('closed', 'alice');
    const reading = await read();
    expect(reading).toMatchObject({
      state: 'open',
      entry: { closed: false, actor: 'alice', createdAt: '2026-11-22T09:01:01Z' },
    });
    expect(reading.evidence).toContain('closed by alice at 2026-11-22T09:01:01Z');
  });

  test('and opening it again closes the gate again, without an end', async () => {
    await close({ until: '2026-11-23T00:00:00.000Z' });
    byHand('closed', 'alice');
    byHand('open', 'alice');
    expect((await read()).state).toBe('closed');
    await open().saveGate(place.entry(false));
    expect((await read()).state).toBe('open');
    place.clock.advance(10 * DAY_MS);
    byHand('open', 'alice');
    const reading = await read();
    expect(reading).toMatchObject({ state: 'closed', entry: { until: undefined } });
    expect(reading.entry?.reason).toMatch(/was opened again/);
  });

  test.each(['github-actions[bot]', 'stale[bot]'])(
    'is a person’s decision: an issue that %s tidied away leaves the gate closed',
    async (login) => {
      await close();
      byHand('closed', login);
      const reading = await read();
      expect(reading.state).toBe('closed');
      expect(reading.evidence).toContain('no person');
      expect(await open().saveGate(place.entry(false, { actor: 'alice' }))).toMatchObject({ saved: true });
      expect(await read()).toMatchObject({ state: 'open', entry: { actor: 'alice' } });
    },
  );

  test.each(['PullRequest', 'Commit', 'ProjectV2'])(
    'is no side effect: an issue that a %s closed leaves the gate closed, whoever set that off',
    async (closer) => {
      await close();
      byHand('closed', 'alice');
      issue().closer = closer;
      const reading = await read();
      expect(reading.state).toBe('closed');
      expect(reading.evidence).toContain('decides nothing about the gate');
    },
  );

  test('by somebody whom GitHub does not name leaves the gate closed, and that is said', async () => {
    await close();
    byHand('closed', 'alice');
    issue().closedBy = null;
    const reading = await read();
    expect(reading.state).toBe('closed');
    expect(reading.evidence).toContain('does not say who decided that');
  });

  test('leaves the gate unknown where GitHub cannot be asked who did it', async () => {
    await close();
    byHand('closed', 'alice');
    place.api.faults.push({ path: '/graphql', status: 403, body: { message: 'No.' }, times: 9 });
    expect(await read()).toMatchObject({ state: 'unknown', blind: true });
  });

  test('that was no decision leaves the gate closed, also when a later closing is over', async () => {
    await close();
    byHand('closed', 'stale[bot]');
    await close({ until: '2026-11-23T00:00:00.000Z' });
    place.clock.advance(2 * DAY_MS);
    expect(await read()).toMatchObject({ state: 'closed', entry: { until: undefined } });
  });

  test('of the newest issue decides, not of an older one', async () => {
    await close();
    byHand('closed', 'alice');
    await close({ runId: '50' });
    expect(place.api.issues).toHaveLength(2);
    expect((await read()).state).toBe('closed');
    byHand('closed', 'bob', 1);
    expect(await read()).toMatchObject({ state: 'open', entry: { actor: 'bob' } });
  });
});

describe('opening by `mode: gate`', () => {
  test('is undone by opening the issue again, however the issue was closed before', async () => {
    const both = () => open({ gateStore: 'both' });
    await both().saveGate(place.entry(true));
    byHand('closed', 'alice');
    await both().saveGate(place.entry(false));
    expect((await both().readGate(GATE, undefined)).state).toBe('open');
    byHand('open', 'alice');
    expect(await both().readGate(GATE, undefined)).toMatchObject({
      state: 'closed',
      entry: { createdAt: issue().reopenedAt },
    });
  });

  test('is not undone by the word of a stranger below an issue that was opened again before', async () => {
    await close();
    byHand('closed', 'alice');
    byHand('open', 'alice');
    const since = issue().reopenedAt;
    place.clock.advance(60_000);
    issue().updatedAt = '2026-12-01T00:00:00Z';
    expect(await read()).toMatchObject({ state: 'closed', entry: { createdAt: since } });
  });

  test('does not open what was opened again after it, and then closed by no person', async () => {
    await close({ until: '2026-11-23T00:00:00.000Z' });
    await open().saveGate(place.entry(false));
    byHand('open', 'alice');
    byHand('closed', 'stale[bot]');
    place.clock.advance(2 * DAY_MS);
    expect(await read()).toMatchObject({ state: 'closed', entry: { until: undefined } });
  });

  test('opens an issue of which GitHub does not say who closed it', async () => {
    await close();
    byHand('closed', 'alice');
    issue().closedBy = null;
    expect((await read()).state).toBe('closed');
    await open().saveGate(place.entry(false, { actor: 'bob' }));
    expect(await read()).toMatchObject({ state: 'open', entry: { actor: 'bob' } });
  });

  test('closes the issue with a comment that has actor and reason', async () => {
    await close();
    await open().saveGate(place.entry(false, { actor: 'alice', reason: 'Fine, a *large* one.' }));
    expect(issue()).toMatchObject({ state: 'closed' });
    expect(place.api.comments.map(({ body }) => body)).toEqual([
      'Opened by alice: Fine, a \\*large\\* one.\n',
    ]);
    expect(await read()).toMatchObject({
      state: 'open',
      entry: { actor: 'alice', reason: 'Fine, a *large* one.' },
    });
  });

  test.each([
    ['a branch', { ref: TOPIC }],
    ['a pull request', { ref: PULL, pullRequest: 7 }],
  ])('counts on the default branch only, and is refused on %s', async (_where, where) => {
    await close();
    expect(await open(where).saveGate(place.entry(false))).toEqual({
      saved: false,
      reason: expect.stringContaining('default branch'),
    });
    expect(issue().state).toBe('open');
  });
});

describe('a stranger’s issue', () => {
  const copy = (rest: Partial<IssueRow>): void => {
    place.api.issues.push({ ...issue(), number: 99, ...rest });
  };

  test('closes no gate, and is named', async () => {
    await close();
    copy({ login: 'mallory' });
    byHand('closed', 'alice');
    const reading = await read();
    expect(reading.state).toBe('open');
    expect(reading.sources[0]?.unseen).toEqual([expect.stringMatching(/issue #99.*mallory/)]);
  });

  test('opens no gate', async () => {
    await close();
    copy({ login: 'mallory', state: 'closed', closedAt: '2026-12-01T00:00:00Z', closedBy: 'mallory' });
    expect((await read()).state).toBe('closed');
    byHand('closed', 'stale[bot]');
    expect((await read()).state).toBe('closed');
  });

  test('is not changed and not closed by us', async () => {
    await close();
    copy({ login: 'mallory' });
    await close();
    await open().saveGate(place.entry(false));
    expect(issue(1)).toMatchObject({ state: 'open', login: 'mallory' });
  });

  test('of ours without the label, or a pull request with both, does not count', async () => {
    await close();
    const { body } = issue();
    place.api.issues.length = 0;
    const row = { ...(await template()), body };
    place.api.issues.push({ ...row, number: 1, labels: [] }, { ...row, number: 2, isPullRequest: true });
    expect((await read()).state).toBe('open');
  });

  async function template(): Promise<IssueRow> {
    await close({ gate: 'other' });
    return place.api.issues.pop() ?? issue();
  }

  test.each([
    '',
    '<!-- spendgate:gate {} -->',
    '<!-- spendgate:gate {"gate":1} -->',
    '<!-- spendgate:gate {] -->',
  ])('with the body %p is no gate', async (body) => {
    await close();
    issue().body = body;
    expect((await read()).state).toBe('open');
  });
});

describe('several issues of one gate', () => {
  test('that were made at the same moment become one: the oldest counts', async () => {
    await close();
    place.api.issues.push({ ...issue(), number: 2 }, { ...issue(), number: 3 });
    const store = open();
    expect((await store.readGate(GATE, undefined)).evidence).toContain('#1');
    expect(await store.tendGate(GATE)).toEqual([
      'Issue #2 was closed, since an older one says the same.',
      'Issue #3 was closed, since an older one says the same.',
    ]);
    expect(place.api.issues.map(({ state }) => state)).toEqual(['open', 'closed', 'closed']);
    expect((await read()).state).toBe('closed');
  });

  test('become the one that ends last', async () => {
    await close({ until: '2026-11-23T00:00:00.000Z' });
    const [body] = [issue().body];
    place.api.issues.length = 0;
    await close();
    place.api.issues.push({ ...issue(), number: 2 });
    issue().body = body;
    const store = open();
    await store.readGate(GATE, undefined);
    expect(await store.tendGate(GATE)).toHaveLength(1);
    expect(place.api.issues.map(({ state }) => state)).toEqual(['closed', 'open']);
    place.clock.advance(2 * DAY_MS);
    expect((await read()).state).toBe('closed');
  });

  test('are noticed by the run that made the second one', async () => {
    await close();
    const hidden = place.api.issues.splice(0);
    const posted = close();
    // The other run's issue appears while ours is being made.
    place.api.onRequest = (line) => {
      if (line === 'POST /repos/acme/app/issues') place.api.issues.push(...hidden.splice(0));
    };
    expect(await posted).toMatchObject({ saved: true });
    expect(place.api.issues.filter(({ state }) => state === 'open')).toHaveLength(1);
    expect(place.api.comments.map(({ body }) => body)).toEqual([expect.stringContaining('#1 says the same')]);
  });

  test('that was tidied away is no decision: the gate is open once the first is closed by hand', async () => {
    await close();
    byHand('closed', 'alice');
    place.api.issues.push({ ...issue(), number: 2, state: 'open', closedAt: null, closedBy: null });
    place.api.issues.push({ ...issue(), number: 3, state: 'open', closedAt: null, closedBy: null });
    const store = open();
    await store.readGate(GATE, undefined);
    await store.tendGate(GATE);
    byHand('closed', 'bob', 1);
    // The twin is closed last of all.
    issue(2).closedAt = '2026-12-01T00:00:00Z';
    expect(await read()).toMatchObject({ state: 'open', entry: { actor: 'bob' } });
  });
});

describe('a time that is over', () => {
  const until = '2026-11-23T00:00:00.000Z';

  test('opens the gate, and the next trusted run closes the issue with a word', async () => {
    await close({ until });
    place.clock.advance(DAY_MS);
    const store = open({ event: 'schedule' });
    expect((await store.readGate(GATE, undefined)).state).toBe('open');
    expect(await store.tendGate(GATE)).toEqual(['Issue #1 was closed, since its time is over.']);
    expect(issue().state).toBe('closed');
    expect(place.api.comments[0]?.body).toContain(until);
    const after = await read();
    expect(after).toMatchObject({ state: 'open', entry: { closed: true, until } });
    expect(after.evidence).toContain('its time is over');
  });

  test('opens no gate that another store closed since, also once the issue is tidied away', async () => {
    const both = () => open({ gateStore: 'both' });
    await both().saveGate(place.entry(true, { until }));
    await open({ gateStore: 'both', token: 'actions=read' }).saveGate(place.entry(true));
    place.clock.advance(DAY_MS);
    const store = both();
    expect((await store.readGate(GATE, undefined)).state).toBe('closed');
    await store.tendGate(GATE);
    expect(issue().state).toBe('closed');
    place.clock.advance(DAY_MS);
    expect((await both().readGate(GATE, undefined)).state).toBe('closed');
  });

  test('is kept where another workflow tidied the issue away before', async () => {
    await close({ until });
    byHand('closed', 'stale[bot]');
    expect((await read()).state).toBe('closed');
    place.clock.advance(DAY_MS);
    expect((await read()).state).toBe('open');
  });

  test('is left to the default branch: a pull request closes no issue', async () => {
    await close({ until });
    place.clock.advance(DAY_MS);
    const store = open({ ref: PULL, pullRequest: 7 });
    expect((await store.readGate(GATE, undefined)).state).toBe('open');
    expect(await store.tendGate(GATE)).toEqual([]);
    expect(issue().state).toBe('open');
  });

  test('is no reason to fail where the token only reads: the sentence names the permission', async () => {
    await close({ until });
    place.clock.advance(DAY_MS);
    const store = open({ token: 'issues=read' });
    await store.readGate(GATE, undefined);
    expect(await store.tendGate(GATE)).toEqual([expect.stringContaining('`issues: write`')]);
  });
});

describe('what GitHub refuses', () => {
  test('a token that may not read issues leaves the gate unknown, and names the permission and the YAML', async () => {
    const reading = await read({ token: 'contents=read' });
    expect(reading).toMatchObject({ state: 'unknown', blind: true });
    expect(reading.evidence).toContain('no `issues: read`');
    expect(reading.evidence).toContain('permissions: { issues: read }');
    expect(reading.sources[0]?.unseen).toEqual(['everything']);
  });

  test('a token that may not write them has not saved, and names the permission and the YAML', async () => {
    const store = open({ token: 'issues=read' });
    for (const closed of [true, false]) {
      if (!closed) await close();
      const saved = await store.saveGate(place.entry(closed));
      expect(saved).toEqual({
        saved: false,
        reason: expect.stringContaining('permissions: { issues: write }'),
      });
    }
  });

  test('no token is said', async () => {
    const store = createStore(place.context({ gateStore: 'issue' }));
    expect(await store.readGate(GATE, undefined)).toMatchObject({
      blind: true,
      evidence: expect.stringContaining('github-token'),
    });
    expect(await store.saveGate(place.entry(true))).toMatchObject({ saved: false });
  });

  test.each([
    [403, 'Resource not accessible by integration', /issues: read/],
    [404, 'Not Found', /404/],
    [410, 'Issues has been disabled in this repository', /disabled/],
    [422, 'Validation Failed', /Validation Failed/],
    [502, 'Server Error', /Server Error|502/],
  ])('a %d answer to every request is said, and is no state', async (status, message, said) => {
    const restore = shortenTimers(10);
    try {
      place.api.faults.push({ path: '/issues', status, body: { message }, times: 99 });
      expect(await read()).toMatchObject({ blind: true, evidence: expect.stringMatching(said) });
      expect(await open().saveGate(place.entry(true))).toMatchObject({ saved: false });
    } finally {
      restore();
    }
  });

  test('a 502 that passes is tried again', async () => {
    await close();
    const restore = shortenTimers(10);
    try {
      place.api.faults.push({
        method: 'GET',
        path: '/issues',
        status: 502,
        body: { message: 'x' },
        times: 1,
      });
      expect((await read()).state).toBe('closed');
    } finally {
      restore();
    }
  });

  test.each([422, 502])(
    'an issue that was not made (%d) is not made twice, and not said to be',
    async (status) => {
      const fault = { method: 'POST', path: '/issues', status, body: { message: 'no' }, times: 9 };
      place.api.faults.push(fault);
      expect(await close()).toMatchObject({ saved: false });
      expect(place.api.requests.filter((line) => line.startsWith('POST /repos'))).toHaveLength(1);
    },
  );

  test('a label that was dropped is said, since no run would find the issue', async () => {
    const unlabelled = {
      number: 9,
      title: '',
      body: '',
      user: { login: 'alice' },
      labels: [],
      state: 'open',
      created_at: '2026-11-22T09:00:00Z',
      updated_at: '2026-11-22T09:00:00Z',
      closed_at: null,
      html_url: '',
    };
    place.api.faults.push({ method: 'POST', path: '/issues', status: 201, body: unlabelled, times: 1 });
    expect(await close()).toEqual({ saved: false, reason: expect.stringContaining('did not get the label') });
  });

  test('a word that could not be left changes nothing', async () => {
    await close();
    place.api.faults.push({
      method: 'POST',
      path: '/comments',
      status: 403,
      body: { message: 'no' },
      times: 9,
    });
    expect(await close()).toMatchObject({ saved: true });
    expect(await open().saveGate(place.entry(false))).toMatchObject({ saved: true });
    expect((await read()).state).toBe('open');
  });
});

test('spend of runs stays where it was', async () => {
  const entry = {
    id: '42-1-a',
    at: '2026-11-22T09:00:00.000Z',
    task: 't',
    costNanoUsd: 1,
    tokens: 1,
    partial: false,
  };
  await open().mergeSpend([entry]);
  expect((await open().readSpend()).entries).toEqual([entry]);
  expect(place.api.issues).toEqual([]);
});
