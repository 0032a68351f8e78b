/** Who is told what, and how often: claims, periods, webhooks that fail, and what each mode has to tell. */
import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/config/config.js';
import { type BudgetLimit, type BudgetReading, budgetLimit, finite } from '../../src/core/budget.js';
import { sharesOf } from '../../src/core/thresholds.js';
import { type AlertingDeps, tellPeople } from '../../src/modes/alerting.js';
import { runGate } from '../../src/modes/gate.js';
import { runPost } from '../../src/modes/post.js';
import { runPre } from '../../src/modes/pre.js';
import type { Gateway } from '../../src/ports/gateway.js';
import { reporters } from '../../src/reporters/index.js';
import { RecordingDesk } from '../support/alerts.js';
import { configOf, FAKE_GATEWAY, ON_A_BRANCH, ON_MAIN } from '../support/config.js';
import {
  FixedClock,
  InMemoryMarkFile,
  InMemoryStore,
  NO_FACTS,
  noOverride,
  RecordingRunner,
} from '../support/fakes.js';
import { shortenTimers } from '../support/timers.js';

const USD = 1_000_000_000;
const WEBHOOK = { 'alert-webhook': 'https://alerts.test/in/s3cr3t' };
const key = (used: number, rest: Parameters<typeof budgetLimit>[3] = {}, limit = 10) =>
  budgetLimit('key', 'usd', { limit: finite(limit * USD), used: finite(used * USD) }, rest);
const readingOf = (...limits: BudgetLimit[]): BudgetReading => ({
  gateway: FAKE_GATEWAY,
  limits,
  unread: [],
  conversions: [],
  asOf: '2026-11-22T09:00:00Z',
  lagMs: undefined,
});

/** A repository in which one run follows the other. */
class Repository {
  readonly clock = new FixedClock();
  readonly store = new InMemoryStore(this.clock);
  readonly desk = new RecordingDesk();
  runner = new RecordingRunner();

  deps(inputs: RawInputs = {}, keyFingerprint = 'f1', environment = ON_MAIN): AlertingDeps {
    this.runner = new RecordingRunner();
    const config = configOf({ mode: 'pre', gateway: FAKE_GATEWAY, ...WEBHOOK, ...inputs }, { environment });
    const { clock, runner, store, desk } = this;
    return { config, clock, runner, store, alerts: desk, keyFingerprint };
  }

  /** Titles that the run was the first to tell. */
  async see(reading: BudgetReading, deps = this.deps()): Promise<string[]> {
    const before = this.desk.told.length;
    await tellPeople(deps, { reading });
    return this.desk.titles.slice(before);
  }
}

describe('a threshold', () => {
  test('is told once, however many runs see it', async () => {
    const repository = new Repository();
    const told = [];
    for (const used of [1, 6, 6.5, 7, 8.5, 9, 10, 10]) told.push(await repository.see(readingOf(key(used))));
    expect(told).toEqual([
      [],
      ['50 % of a budget is used: key'],
      [],
      [],
      ['80 % of a budget is used: key'],
      [],
      ['A budget is used up: key'],
      [],
    ]);
  });

  test('is not told after a higher one', async () => {
    const repository = new Repository();
    expect(await repository.see(readingOf(key(9)))).toEqual(['80 % of a budget is used: key']);
    // The count went back, as it does when a gateway corrects itself.
    expect(await repository.see(readingOf(key(6)))).toEqual([]);
  });

  test('is told anew in the next window', async () => {
    const repository = new Repository();
    const at = (resetsAt: string) => repository.see(readingOf(key(6, { resetsAt, period: '1d' })));
    expect(await at('2026-11-23T00:00:00Z')).toHaveLength(1);
    expect(await at('2026-11-23T00:00:00Z')).toHaveLength(0);
    expect(await at('2026-11-24T00:00:00Z')).toHaveLength(1);
  });

  test('of a limit without a reset is told anew next month', async () => {
    const repository = new Repository();
    expect(await repository.see(readingOf(key(6)))).toHaveLength(1);
    repository.clock.advance(8 * 86_400_000); // the last of November
    expect(await repository.see(readingOf(key(6)))).toHaveLength(0);
    repository.clock.advance(86_400_000);
    expect(await repository.see(readingOf(key(6)))).toHaveLength(1);
  });

  test('of a limit that was raised is another one', async () => {
    const repository = new Repository();
    expect(await repository.see(readingOf(key(6)))).toHaveLength(1);
    expect(await repository.see(readingOf(key(12, {}, 20)))).toHaveLength(1);
  });

  test('of each window and each key is told for itself', async () => {
    const repository = new Repository();
    const windows = readingOf(key(6, { period: '1d' }), key(9, { period: '30d' }));
    expect(await repository.see(windows)).toEqual([
      '80 % of a budget is used: key',
      '50 % of a budget is used: key',
    ]);
    expect(await repository.see(windows, repository.deps({}, 'f2'))).toHaveLength(2);
  });

  test('of a limit that many keys share is told once for all of them', async () => {
    const repository = new Repository();
    const shared = readingOf(key(6, { isWider: true }));
    expect(await repository.see(shared)).toHaveLength(1);
    expect(await repository.see(shared, repository.deps({}, 'f2'))).toHaveLength(0);
    const elsewhere = repository.deps({ 'gateway-url': 'https://other.test' }, 'f2');
    expect(await repository.see(shared, elsewhere)).toHaveLength(1);
  });

  test('is told every time where the store cannot say whether it was', async () => {
    const repository = new Repository();
    repository.store.isDown = true;
    for (let run = 0; run < 3; run += 1) expect(await repository.see(readingOf(key(9)))).toHaveLength(1);
  });

  test('is left to other runs where the store keeps nothing of this one, which is asked once', async () => {
    const repository = new Repository();
    repository.store.refusal = 'read-only token';
    let asked = 0;
    const claim = repository.store.claim.bind(repository.store);
    repository.store.claim = (name) => {
      asked += 1;
      return claim(name);
    };
    const reading = readingOf(key(6, { period: '1d' }), key(9, { period: '30d' }));
    for (let run = 1; run <= 3; run += 1) {
      expect(await repository.see(reading)).toEqual([]);
      expect(asked).toBe(run);
    }
    repository.store.refusal = undefined;
    expect(await repository.see(reading)).toHaveLength(2);
  });

  test('is told by a run that can keep nothing, where this very job passed it', async () => {
    const repository = new Repository();
    repository.store.refusal = 'read-only token';
    const reading = readingOf(key(6, { period: '1d' }), key(9, { period: '30d' }));
    const before = sharesOf(readingOf(key(4, { period: '1d' }), key(8.5, { period: '30d' })));
    await tellPeople(repository.deps(), { reading, before });
    expect(repository.desk.titles).toEqual(['50 % of a budget is used: key']);
  });

  test('that is known stays silent beside one that cannot be claimed', async () => {
    const repository = new Repository();
    const [day, month] = [key(6, { period: '1d' }), key(9, { period: '30d' })];
    await repository.see(readingOf(day));
    repository.store.refusal = 'read-only token';
    expect(await repository.see(readingOf(month, day))).toEqual([]);
    repository.store.claim = async () => 'unknown';
    expect(await repository.see(readingOf(month, day))).toEqual(['80 % of a budget is used: key']);
  });

  test('is told where the store hangs, which is waited for once', async () => {
    const repository = new Repository();
    let asked = 0;
    repository.store.claim = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    const restore = shortenTimers();
    const told = await repository.see(readingOf(key(6, { period: '1d' }), key(9, { period: '30d' })));
    restore();
    expect(told).toHaveLength(2);
    expect(asked).toBe(1);
  });

  test('is looked up with all others in one go, and what was found is looked after', async () => {
    const repository = new Repository();
    const looks: number[] = [];
    const find = repository.store.findClaims.bind(repository.store);
    repository.store.findClaims = (names) => {
      looks.push(names.length);
      return find(names);
    };
    const reading = readingOf(key(6, { period: '1d' }), key(9, { period: '30d' }));
    await repository.see(reading);
    await repository.see(reading);
    expect(looks).toHaveLength(2);
    expect(repository.store.claimsTended).toBe(2);
    await repository.see(readingOf(key(1)));
    expect(looks).toHaveLength(2);
  });

  test('of many limits at once is told of the most urgent five, and of the others by the next run', async () => {
    const repository = new Repository();
    const many = readingOf(...Array.from({ length: 7 }, (_, index) => key(6, { period: `${index + 1}d` })));
    expect(await repository.see(many)).toHaveLength(5);
    expect(await repository.see(many)).toHaveLength(2);
    expect(await repository.see(many)).toHaveLength(0);
  });

  test('goes by `alert-at`', async () => {
    const repository = new Repository();
    const deps = () => repository.deps({ 'alert-at': '25%' });
    expect(await repository.see(readingOf(key(2.5)), deps())).toEqual(['25 % of a budget is used: key']);
    expect(await repository.see(readingOf(key(9)), deps())).toEqual([]);
    expect(await repository.see(readingOf(key(10)), deps())).toEqual(['A budget is used up: key']);
  });
});

describe('a webhook', () => {
  test('that took an alert is named in the log, by format and host', async () => {
    const repository = new Repository();
    await repository.see(readingOf(key(6)));
    expect(repository.runner.lines).toEqual([
      'spendgate: told json (alerts.test): 50 % of a budget is used: key',
    ]);
    expect(repository.runner.annotations).toEqual([]);
  });

  test('that fails is a notice that holds what people did not hear', async () => {
    const repository = new Repository();
    repository.desk.failure = 'it answered 404';
    await repository.see(readingOf(key(6)));
    const [notice] = repository.runner.annotations;
    expect(notice).toMatchObject({ level: 'notice', id: 'alert-failed' });
    expect(notice?.message).toBe(
      'json (alerts.test): it answered 404. People were to be told: 50 % of a budget is used: key. The verdict is not affected.',
    );
    expect(JSON.stringify(repository.runner)).not.toContain('s3cr3t');
  });

  test('that told nobody is asked once more by a later run, and no more often', async () => {
    const repository = new Repository();
    repository.desk.failure = 'it answered 503';
    expect(await repository.see(readingOf(key(9)))).toEqual([]);
    repository.desk.failure = undefined;
    expect(await repository.see(readingOf(key(9)))).toEqual(['80 % of a budget is used: key']);
    expect(await repository.see(readingOf(key(9)))).toEqual([]);
    expect(await repository.see(readingOf(key(6)))).toEqual([]);
  });

  test('that told nobody is asked once more although the claim was given up on, and landed later', async () => {
    const repository = new Repository();
    const claim = repository.store.claim.bind(repository.store);
    repository.store.claim = async (name) => {
      // Slower than anybody waits for it, and kept all the same.
      await new Promise((resolve) => setTimeout(resolve, 8000));
      return claim(name);
    };
    repository.desk.failure = 'it answered 500';
    const restore = shortenTimers();
    expect(await repository.see(readingOf(key(9)))).toEqual([]);
    restore();
    await new Promise((resolve) => setTimeout(resolve, 200));
    repository.store.claim = claim;
    repository.desk.failure = undefined;
    expect(await repository.see(readingOf(key(9)))).toEqual(['80 % of a budget is used: key']);
    expect(await repository.see(readingOf(key(9)))).toEqual([]);
  });

  test('that stays down is asked twice for an alert, not by every run', async () => {
    const repository = new Repository();
    repository.desk.failure = 'it answered 503';
    const notices = [];
    for (let run = 0; run < 4; run += 1) {
      await repository.see(readingOf(key(9)));
      notices.push(repository.runner.annotations.length);
    }
    expect(notices).toEqual([1, 1, 0, 0]);
  });

  test('whose desk breaks in an unforeseen way is a notice too, without what the error quotes', async () => {
    const repository = new Repository();
    repository.desk.send = () => Promise.reject(new TypeError('Invalid URL: https://alerts.test/in/s3cr3t'));
    await repository.see(readingOf(key(6)));
    expect(repository.runner.annotations.map(({ message }) => message)).toEqual([
      'Alerts failed with TypeError. The verdict is not affected.',
    ]);
  });

  test('is not asked for where there is none', async () => {
    const repository = new Repository();
    await tellPeople({ ...repository.deps(), alerts: undefined }, { reading: readingOf(key(10)) });
    expect([repository.store.claims, repository.runner.lines]).toEqual([[], []]);
  });
});

describe('a run that a refusal ended', () => {
  test('is told once a day where no reading shows the budget', async () => {
    const repository = new Repository();
    const end = () => tellPeople(repository.deps(), { isRefused: true });
    await end();
    await end();
    expect(repository.desk.titles).toEqual(['A budget is used up: a budget behind the key of this run']);
    repository.clock.advance(86_400_000);
    await end();
    expect(repository.desk.told).toHaveLength(2);
  });

  test('is not told besides the budget that it used up', async () => {
    const repository = new Repository();
    await tellPeople(repository.deps(), { reading: readingOf(key(10)), isRefused: true });
    expect(repository.desk.titles).toEqual(['A budget is used up: key']);
  });
});

/** A gateway whose count is what the test says. */
function gatewayThatCounts(used: number, onRead: () => void): Gateway {
  return {
    id: FAKE_GATEWAY,
    summary: '',
    facts: NO_FACTS,
    defaultUrl: undefined,
    requires: [],
    readBudget: async () => {
      onRead();
      return readingOf(key(used));
    },
    readFailure: () => {
      throw new Error('not asked for');
    },
    readCost: () => undefined,
    readRoute: () => ({ servedBy: undefined, fallbacks: undefined }),
  };
}

class Job extends Repository {
  readonly markFile = new InMemoryMarkFile();
  /** Called when somebody asks the gateway. */
  onRead: () => void = () => undefined;

  async pre(used: number, inputs: RawInputs = {}): Promise<unknown> {
    return settled(runPre({ ...this.#parts(inputs, 'pre'), ...this.#budget(used) }));
  }

  async post(used: number, record: object, inputs: RawInputs = {}): Promise<unknown> {
    const expected = { 'expect-input-tokens': '1..200' };
    return settled(
      runPost({
        ...this.#parts({ ...expected, ...inputs }, 'post'),
        ...this.#budget(used),
        sleep: async () => undefined,
        endBackground: async () => undefined,
        saveFile: (name) => `/job/${name}`,
        decideNow: noOverride,
        findRecord: () => ({
          record: {
            version: 1,
            complete: true,
            task: 'default',
            models: [],
            callers: [],
            'unreported-requests': 0,
            'unpriced-requests': 0,
            'input-tokens': 100,
            ...record,
          },
          origin: 'the record of `wrap`',
          findings: [],
          isUnfinished: false,
        }),
      }),
    );
  }

  async gate(inputs: RawInputs, environment = ON_MAIN): Promise<unknown> {
    return settled(runGate(this.#parts({ gate: 'nightly-default', ...inputs }, 'gate', environment)));
  }

  #parts(inputs: RawInputs, mode: string, environment = ON_MAIN) {
    const { config, ...deps } = this.deps({ 'reconcile-wait': '0', ...inputs, mode }, 'f1', environment);
    return { ...deps, config, github: undefined, reporters, keyFingerprint: 'f1' };
  }

  #budget(used: number) {
    return {
      gateways: [gatewayThatCounts(used, this.onRead)],
      createSend: () => () => Promise.reject(new Error('the fake sends nothing')),
      deadlineMs: 5000,
      markFile: this.markFile,
    };
  }
}

const settled = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('`pre`', () => {
  test('tells of a budget that is used up, and denies all the same', async () => {
    const job = new Job();
    expect(await job.pre(10)).toMatchObject({ code: 'denied' });
    expect(job.desk.titles).toEqual(['A budget is used up: key']);
  });

  test('denies or lets start as it would, whatever becomes of the webhook', async () => {
    for (const used of [1, 9, 10]) {
      const [plain, failing] = [new Job(), new Job()];
      failing.desk.failure = 'no answer within 10 s';
      const [error, same] = [await plain.pre(used), await failing.pre(used)];
      expect(String(same)).toBe(String(error));
      expect(failing.runner.outputs).toEqual(plain.runner.outputs);
    }
  });

  test('under `observe` tells it as observed', async () => {
    const job = new Job();
    expect(await job.pre(10, { observe: 'true' })).toBeUndefined();
    expect(job.desk.titles).toEqual(['[observe] A budget is used up: key']);
    expect(job.desk.told[0]?.observe).toBe(true);
  });
});

describe('`post`', () => {
  const notices = (job: Job) => job.runner.titles('notice').filter((title) => title.startsWith('Budget'));

  test('gives a notice and an alert when this job moved the budget over a threshold', async () => {
    const job = new Job();
    await job.pre(4);
    await job.post(6, { 'cost-usd': '2' });
    expect(notices(job)).toEqual(['Budget is 50 % used']);
    expect(job.desk.titles).toEqual(['50 % of a budget is used: key']);
  });

  test('is quiet about what `pre` said already', async () => {
    const job = new Job();
    await job.pre(6);
    await job.post(7, { 'cost-usd': '1' });
    expect(notices(job)).toEqual([]);
    expect(job.desk.titles).toEqual(['50 % of a budget is used: key']);
  });

  test('goes by `alert-at`', async () => {
    const job = new Job();
    await job.pre(4, { 'alert-at': '65%' });
    await job.post(6, { 'cost-usd': '2' }, { 'alert-at': '65%' });
    expect([notices(job), job.desk.titles]).toEqual([[], []]);
    await job.post(7, { 'cost-usd': '3' }, { 'alert-at': '65%' });
    expect([notices(job), job.desk.titles]).toEqual([
      ['Budget is 65 % used'],
      ['65 % of a budget is used: key'],
    ]);
  });

  test('tells of the gate it closed, once for all jobs of a run', async () => {
    const job = new Job();
    await job.post(1, { 'input-tokens': 900 });
    await job.post(1, { 'input-tokens': 900 });
    expect(job.desk.titles).toEqual(['The gate nightly-default is closed']);
    expect(job.desk.told[0]?.gate).toMatchObject({
      actor: 'octocat',
      reason: expect.stringMatching(/900 input/),
    });
  });

  test('tells of a gate that it could not close, without asking the store who knows', async () => {
    const job = new Job();
    job.store.refusal = 'read-only token';
    job.store.findClaims = () => new Promise(() => undefined);
    job.store.claim = () => new Promise(() => undefined);
    await job.post(1, { 'input-tokens': 900 });
    expect(job.desk.titles).toEqual(['The gate nightly-default could NOT be closed']);
  });

  test('tells of a gate before it asks the gateway', async () => {
    const job = new Job();
    await job.pre(1);
    const toldWhenAsked: string[][] = [];
    job.onRead = () => toldWhenAsked.push(job.desk.titles);
    job.store.refusal = 'read-only token';
    await job.post(1, { 'input-tokens': 900 });
    expect(toldWhenAsked).toEqual([['The gate nightly-default could NOT be closed']]);
  });

  test('tells of the closing that was kept, whatever the save took', async () => {
    const job = new Job();
    const save = job.store.saveGate.bind(job.store);
    job.store.saveGate = async (entry) => {
      const saved = await save(entry);
      job.clock.advance(18_000);
      return saved;
    };
    await job.post(1, { 'input-tokens': 900 }, { 'block-for': '1h' });
    const until = job.store.gates[0]?.until;
    expect(until).toBeDefined();
    expect(job.desk.told[0]?.gate?.until).toBe(until);
    expect(job.desk.told[0]?.text).toContain(`wait until ${until?.replace('.000Z', 'Z')}.`);
  });

  test('tells of a gate that one of two stores kept', async () => {
    const job = new Job();
    job.store.saveGate = async () => ({ saved: true, missing: 'actions-cache: read-only token' });
    await job.post(1, { 'input-tokens': 900 });
    expect(job.desk.titles).toEqual(['The gate nightly-default is closed in one store only']);
    expect(job.desk.told[0]).toMatchObject({
      event: 'gate.closed',
      text: expect.stringContaining('It was not kept in actions-cache: read-only token. Reason: '),
      gate: { state: 'closed', missing: 'actions-cache: read-only token' },
    });
  });

  test('that can keep nothing tells what its own job passed, and `pre` of it nothing', async () => {
    const job = new Job();
    job.store.refusal = 'read-only token';
    await job.pre(6);
    await job.post(9, { 'cost-usd': '3' });
    expect(job.desk.titles).toEqual(['80 % of a budget is used: key']);
  });

  test('closes no gate under `observe`, and tells of none', async () => {
    const job = new Job();
    await job.post(1, { 'input-tokens': 900 }, { observe: 'true' });
    expect(job.desk.told).toEqual([]);
  });

  test('tells of a budget that ended the run', async () => {
    const job = new Job();
    await job.post(1, { 'stop-reason': 'budget-exhausted' });
    expect(job.desk.titles).toEqual(['A budget is used up: a budget behind the key of this run']);
  });

  test('judges and fails as it would, whatever becomes of the webhook', async () => {
    for (const tokens of [100, 900]) {
      const [plain, failing] = [new Job(), new Job()];
      failing.desk.failure = 'ECONNREFUSED';
      const inputs = { 'on-out-of-range': 'fail' };
      const [error, same] = [
        await plain.post(1, { 'input-tokens': tokens }, inputs),
        await failing.post(1, { 'input-tokens': tokens }, inputs),
      ];
      expect(String(same)).toBe(String(error));
      expect(failing.runner.outputs).toEqual(plain.runner.outputs);
    }
  });
});

describe('an alert that a gate closed', () => {
  const inIssue = { 'gate-store': 'issue', 'github-token': 'x' };
  const closings: Readonly<Record<string, (job: Job, inputs: RawInputs) => Promise<unknown>>> = {
    post: (job, inputs) => job.post(1, { 'input-tokens': 900 }, inputs),
    gate: (job, inputs) => job.gate({ 'gate-action': 'close', ...inputs }),
  };

  test.each(Object.entries(closings))('says in which store it is opened: %s', async (_mode, close) => {
    const opening = async (inputs: RawInputs) => {
      const job = new Job();
      await close(job, inputs);
      return job.desk.told[0]?.facts.find(([label]) => label === 'To open it')?.[1];
    };
    expect(await opening(inIssue)).toMatch(/gate-store: issue.*--gate-store issue/);
    expect(await opening({})).not.toContain('gate-store');
  });
});

describe('`gate`', () => {
  test('tells of a closing that no store kept, and fails all the same', async () => {
    const job = new Job();
    job.store.refusal = 'read-only token';
    expect(await job.gate({ 'gate-action': 'close' })).toMatchObject({ code: 'store-failed' });
    expect(job.desk.told.map(({ event }) => event)).toEqual(['gate.not-closed']);
    expect(await job.gate({ 'gate-action': 'open' })).toMatchObject({ code: 'store-failed' });
    expect(job.desk.told).toHaveLength(1);
  });

  test('tells of a gate that a person closed and opened', async () => {
    const job = new Job();
    await job.gate({ 'gate-action': 'close', reason: 'Weekend freeze.' });
    await job.gate({ 'gate-action': 'open', reason: 'Monday.' });
    expect(job.desk.told.map(({ event, text }) => [event, text])).toEqual([
      ['gate.closed', 'Runs behind it wait until a person opens it. Reason: Weekend freeze.'],
      ['gate.opened', 'Runs behind it may start again. Reason: Monday.'],
    ]);
  });

  test.each<[string, RawInputs, Readonly<Record<string, string>>]>([
    ['was only asked about', {}, ON_MAIN],
    ['was open before', { 'gate-action': 'open' }, ON_MAIN],
    ['was opened where nobody honours it', { 'gate-action': 'open' }, ON_A_BRANCH],
  ])('has nothing to tell of a gate that %s', async (_name, inputs, environment) => {
    const job = new Job();
    if (environment === ON_A_BRANCH) {
      await job.gate({ 'gate-action': 'close' });
      job.desk.told.length = 0;
    }
    expect(await job.gate(inputs, environment)).toBeUndefined();
    expect(job.desk.told).toEqual([]);
  });
});
