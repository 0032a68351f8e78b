/** Starting a meter in the background, and ending it: the other process is a fake that answers as the test says. */
import { describe, expect, test } from '@jest/globals';
import { agentsFor } from '../../src/agents/index.js';
import type { RawInputs } from '../../src/config/config.js';
import { parseOrder } from '../../src/config/meter-order.js';
import { AppError } from '../../src/core/errors.js';
import type { CallEntry } from '../../src/core/ledger.js';
import { type MeterHandle, readMeterHandle, renderMeterHandle } from '../../src/core/meter-handle.js';
import { readMeterUp } from '../../src/core/meter-up.js';
import { readTestament, type Testament } from '../../src/core/testament.js';
import { NO_USAGE } from '../../src/core/usage.js';
import { type BackgroundDeps, runBackground } from '../../src/modes/background.js';
import { type BackgroundEndDeps, endBackground } from '../../src/modes/background-end.js';
import type { JobNote, MeterControl, MeterEnd } from '../../src/ports/background.js';
import type { FoundRecord } from '../../src/ports/run-files.js';
import { configOf, ON_A_LAPTOP, ON_MAIN } from '../support/config.js';
import { FixedClock, InMemoryStore, RecordingRunner } from '../support/fakes.js';

const UP = {
  url: 'http://127.0.0.1:4711',
  controlUrl: 'http://127.0.0.1:4712',
  ledger: { path: '/job/triage.ndjson', variable: 'SPENDGATE_RECORD_1', opened: 'open /job/triage.ndjson' },
  isArmed: true,
  canary: 'refused',
};
const HANDLE: MeterHandle = {
  controlUrl: UP.controlUrl,
  secret: 's'.repeat(40),
  task: 'triage',
  ledger: UP.ledger.path,
  policy: 'SPENDGATE_POLICY_1 none',
};
const RECORD = {
  requests: 3,
  'refused-requests': 1,
  'input-tokens': 30,
  'output-tokens': 3,
  'run-id': '42-1-0123abcd',
};
const TESTAMENT: Testament = {
  endedBy: 'request',
  endedAt: '2026-11-22T09:00:00.000Z',
  record: JSON.stringify(RECORD),
  sealed: { variable: 'SPENDGATE_RECORD_1', path: '/job/triage.json', value: 'sum /job/triage.json' },
  canary: 'refused at once',
  limitFacts: [['Weighted tokens', '7 of 9']],
  unpricedModels: [],
  otherRequests: [],
  reroutes: {},
  refusedSubagents: {},
  withheldHeaders: {},
  troubles: [],
};

function noteOf(text: string | undefined): JobNote & { text: string | undefined } {
  const note = {
    text,
    save: (value: string) => {
      note.text = value;
      return { variable: 'SPENDGATE_METER_1', value };
    },
    find: () => note.text,
    drop: () => {
      note.text = undefined;
      return { variable: 'SPENDGATE_METER_1', value: '' };
    },
  };
  return note;
}

interface StartOptions {
  readonly answer?: string;
  readonly inputs?: RawInputs;
  readonly running?: MeterHandle;
  readonly isThere?: (handle: MeterHandle) => boolean;
}

async function start({
  answer = JSON.stringify(UP),
  inputs = {},
  running,
  isThere = () => true,
}: StartOptions) {
  const runner = new RecordingRunner();
  const done: string[] = [];
  const orders: string[] = [];
  const printed: string[] = [];
  let tokens = 0;
  const deps: BackgroundDeps = {
    config: configOf({
      mode: 'wrap',
      background: 'true',
      task: 'triage',
      'gateway-key': 'sk-real-key',
      ...inputs,
    }),
    runner,
    clock: new FixedClock(),
    store: new InMemoryStore(),
    github: undefined,
    reporters: [],
    environment: {},
    agentsFor,
    newToken: () => `sk-spendgate-${String(++tokens).repeat(40)}`,
    privateDir: '/private',
    workerPid: 99,
    startProcess: async () => ({
      pid: 123,
      ask: async (line) => {
        orders.push(line);
        return answer;
      },
      release: async () => void done.push('released'),
      abandon: () => void done.push('abandoned'),
    }),
    control: {
      isThere: async (handle) => isThere(handle),
      finish: () => Promise.reject(new Error('not asked')),
    },
    meterNote: noteOf(running && renderMeterHandle(running)),
    print: (line) => printed.push(line),
  };
  const error = await runBackground(deps).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof AppError ? thrown : Promise.reject(thrown)),
  );
  return { error, runner, done, orders, printed };
}

describe('starting a meter in the background', () => {
  test('tells it everything, masks what opens it, and points the rest of the job at it', async () => {
    const { error, runner, done, orders, printed } = await start({ inputs: { agent: 'claude-code' } });
    expect(error).toBeUndefined();
    expect(done).toEqual(['released']);
    const order = parseOrder(orders[0] ?? '');
    expect(order).toMatchObject({ gateway: { key: 'sk-real-key' }, task: 'triage', workerPid: 99 });
    expect(runner.secrets).toEqual([order.token, ...order.secrets]);
    expect(runner.outputs).toMatchObject({
      'meter-url': UP.url,
      'responses-api-endpoint': `${UP.url}/v1/responses`,
      'meter-token': order.token,
    });
    expect(runner.variables).toMatchObject({
      ANTHROPIC_BASE_URL: UP.url,
      ANTHROPIC_API_KEY: order.token,
      CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1',
      SPENDGATE_RECORD_1: UP.ledger.opened,
    });
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({ url: UP.url, pid: 123, token: order.token });
  });

  test('what proves the record goes by the output alone, never by a variable', async () => {
    const { runner, orders } = await start({});
    const [own, shared] = parseOrder(orders[0] ?? '').secrets;
    expect(readMeterHandle(String(runner.outputs['meter-control']))?.secret).toBe(own);
    expect(readMeterHandle(runner.variables['SPENDGATE_METER_1'] ?? '')?.secret).toBe(shared);
    expect(JSON.stringify(runner.variables) + runner.lines.join()).not.toContain(own);
  });

  test.each<[string, StartOptions, string]>([
    ['says why it did not come up', { answer: '{"trouble":"no port"}' }, 'The meter did not start: no port.'],
    ['says nothing that makes sense', { answer: 'Segmentation fault' }, 'nothing that makes sense'],
    [
      'would not hold a limit',
      { answer: JSON.stringify({ ...UP, isArmed: false }) },
      'would not hold a limit: refused',
    ],
    ['cannot be reached', { isThere: () => false }, 'does not answer on http://127.0.0.1:4712'],
  ])('one that %s is ended, and nothing is pointed at it', async (_name, options, said) => {
    const { error, runner, done } = await start(options);
    expect(error?.message).toContain(said);
    expect(done).toEqual(['abandoned']);
    expect(runner.variables).toEqual({});
    expect(runner.outputs).toEqual({});
  });

  test('a job that only observes goes on with one that would not hold', async () => {
    const answer = JSON.stringify({ ...UP, isArmed: false });
    expect((await start({ answer, inputs: { observe: 'true' } })).done).toEqual(['released']);
  });

  test('the kill switch starts none', async () => {
    const { error, orders } = await start({ inputs: { 'kill-switch': 'freeze' } });
    expect(error?.code).toBe('denied');
    expect(orders).toEqual([]);
  });

  test.each([
    [true, 'is running in this job already'],
    [false, undefined],
  ])(
    'an earlier one of the task that is there (%s) decides whether another may start',
    async (isThere, said) => {
      const { error } = await start({
        running: HANDLE,
        isThere: ({ secret }) => secret !== HANDLE.secret || isThere,
      });
      if (said === undefined) expect(error).toBeUndefined();
      else expect(error?.message).toContain(said);
    },
  );

  test('without a key clients keep their own, and none is set', async () => {
    const { runner } = await start({ inputs: { 'gateway-key': '' } });
    expect(runner.outputs['meter-token']).toBe('');
    expect(runner.variables).not.toHaveProperty('ANTHROPIC_API_KEY');
  });
});

interface EndOptions {
  readonly end: MeterEnd;
  readonly control?: string;
  readonly note?: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  /** By default those that the record counts. */
  readonly readCalls?: () => readonly CallEntry[];
  /** Whether `wrap` left a record of its own. */
  readonly hasSealedRecord?: boolean;
}

const call = (index: number, more: Partial<CallEntry> = {}): CallEntry => ({
  type: 'call',
  id: `42-1-0123abcd-${index}`,
  at: '2026-11-22T08:00:00.000Z',
  durationMs: 5,
  dialect: 'anthropic-messages',
  outcome: 'ok',
  caller: 'main',
  retry: false,
  final: true,
  usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 1 },
  costNanoUsd: undefined,
  costSource: 'unknown',
  ...more,
});
const CALLS = [call(1), call(2), call(3), call(4, { outcome: 'refused' })];

async function end({
  end: answer,
  control: given,
  note = renderMeterHandle(HANDLE),
  environment,
  readCalls = () => CALLS,
  hasSealedRecord = false,
}: EndOptions) {
  const runner = new RecordingRunner();
  const asked: MeterHandle[] = [];
  const cut: FoundRecord = {
    record: {
      version: 1,
      complete: false,
      requests: 2,
      'unreported-requests': 0,
      'unpriced-requests': 0,
      models: [],
      callers: [],
    },
    origin: HANDLE.ledger,
    findings: [],
    isUnfinished: true,
  };
  const control: MeterControl = {
    isThere: async () => true,
    finish: async (handle) => {
      asked.push(handle);
      return answer;
    },
  };
  const meterNote = noteOf(note);
  const deps: BackgroundEndDeps = {
    config: configOf(
      { mode: 'post', task: 'triage', ...(given === undefined ? {} : { 'meter-control': given }) },
      { environment: environment ?? ON_MAIN },
    ),
    runner,
    clock: new FixedClock(),
    store: new InMemoryStore(),
    github: undefined,
    reporters: [],
    control,
    meterNote,
    findCut: (ledger) => ({ ...cut, origin: ledger }),
    readCalls,
    hasSealedRecord: () => hasSealedRecord,
  };
  const found = await endBackground(deps);
  return {
    found,
    runner,
    asked,
    note: meterNote.text,
    ids: found?.findings.map(({ id, level }) => `${level} ${id}`),
  };
}

const FAILED: Partial<CallEntry> = { outcome: 'failed', status: 529, retry: true };
const OWN: MeterHandle = { ...HANDLE, secret: 'o'.repeat(40), ledger: '/job/own.ndjson' };

describe('ending a meter in the background', () => {
  const ended = (more: Partial<Testament> = {}): MeterEnd => ({
    kind: 'ended',
    testament: JSON.stringify({ ...TESTAMENT, ...more }),
  });

  test('sets the outputs that `wrap` could not set, and hands the record on', async () => {
    const { found, runner, note, ids } = await end({ end: ended(), control: renderMeterHandle(OWN) });
    expect(found?.record).toMatchObject(RECORD);
    expect(found?.isUnfinished).toBe(true);
    expect(runner.outputs).toMatchObject({ requests: 3, 'input-tokens': 30, record: '/job/triage.json' });
    expect(runner.variables).toEqual({ SPENDGATE_METER_1: '', SPENDGATE_RECORD_1: 'sum /job/triage.json' });
    expect(note).toBeUndefined();
    expect(ids).toEqual([]);
  });

  test('goes by what the workflow hands on, whatever the variables say', async () => {
    const { asked, found } = await end({
      end: { kind: 'gone', evidence: 'ECONNREFUSED' },
      control: renderMeterHandle(OWN),
    });
    expect(asked).toEqual([OWN]);
    expect(found?.origin).toBe(OWN.ledger);
  });

  test('lets a record with a checksum count before a meter that a variable names', async () => {
    const { found, runner, note, asked } = await end({ end: ended(), hasSealedRecord: true });
    expect([found, note, asked]).toEqual([undefined, undefined, [HANDLE]]);
    expect(runner.outputs).toEqual({});
    expect(runner.annotations.map(({ id, level }) => `${level} ${id}`)).toEqual(['warning meter-set-aside']);
    const handed = await end({ end: ended(), control: renderMeterHandle(OWN), hasSealedRecord: true });
    expect(handed.found?.record.requests).toBe(RECORD.requests);
  });

  test('says so when a variable led the way, which any step could have set', async () => {
    const { asked, ids } = await end({ end: ended() });
    expect(asked).toEqual([HANDLE]);
    expect(ids).toEqual(['notice meter-unproven']);
  });

  test('tells what the report of `wrap` would tell beside the figures', async () => {
    const { found } = await end({ end: ended(), control: renderMeterHandle(OWN) });
    expect(found?.facts).toEqual([
      ['Refused calls', '1'],
      ['Canary', 'refused at once'],
      ['Weighted tokens', '7 of 9'],
    ]);
  });

  test('looks for patterns in the ledger of a meter that has ended', async () => {
    const storm = [call(1), ...Array.from({ length: 19 }, (_, index) => call(index + 2, FAILED))];
    const { ids } = await end({
      end: ended({ record: JSON.stringify({ ...RECORD, requests: 20, 'refused-requests': 0 }) }),
      control: renderMeterHandle(OWN),
      readCalls: () => storm,
    });
    expect(ids).toEqual(['notice calls-failed', 'notice retry-storm']);
  });

  test.each<[string, () => readonly CallEntry[]]>([
    [
      'is gone',
      () => {
        throw new AppError('bad-record', 'The usage record could not be read.');
      },
    ],
    ['lacks a call', () => CALLS.slice(1)],
    ['has a refused call too many', () => [...CALLS, call(5, { outcome: 'refused' })]],
  ])('a ledger that %s is left out, and the record counts', async (_name, readCalls) => {
    const { ids, found } = await end({ end: ended(), control: renderMeterHandle(OWN), readCalls });
    expect(ids).toEqual(['notice ledger-unread']);
    expect(found?.record.requests).toBe(3);
  });

  test.each([
    ['output', 'notice meter-gone', 'A step that was given `meter-control`'],
    ['variable', 'warning meter-gone', 'which an earlier `post` without `meter-control` goes by'],
  ] as const)('one that was ended by way of the %s is told apart', async (askedBy, id, words) => {
    const answer = { kind: 'left' as const, testament: JSON.stringify({ ...TESTAMENT, askedBy }) };
    const { ids, found } = await end({ end: answer, control: renderMeterHandle(OWN) });
    expect(ids).toEqual([id]);
    expect(found?.findings[0]?.message).toContain(words);
  });

  test.each(['signal', 'idle', 'lifetime', 'job-gone'] as const)(
    'says what to do about one that ended by itself (%s)',
    async (endedBy) => {
      const answer = { kind: 'left' as const, testament: JSON.stringify({ ...TESTAMENT, endedBy }) };
      const { found } = await end({ end: answer, control: renderMeterHandle(OWN) });
      expect(found?.findings).toMatchObject([{ id: 'meter-gone', advice: expect.stringMatching(/\.$/) }]);
    },
  );

  test('says which headers of the agent did not reach the gateway', async () => {
    const withheldHeaders = { 'x-litellm-tags': 3 };
    const { ids, found } = await end({ end: ended({ withheldHeaders }), control: renderMeterHandle(OWN) });
    expect(ids).toEqual(['notice headers-withheld']);
    expect(found?.findings[0]?.message).toBe('x-litellm-tags (3).');
  });

  test('says what to do about each trouble that the meter had', async () => {
    const troubles = (['ledger-trouble', 'unread-usage', 'unexpected'] as const).map((id) => ({
      id,
      message: 'm',
    }));
    const { ids, found } = await end({ end: ended({ troubles }), control: renderMeterHandle(OWN) });
    expect(ids).toEqual(['warning ledger-trouble', 'notice unread-usage', 'warning unexpected']);
    expect(found?.findings.every(({ advice }) => advice !== undefined)).toBe(true);
  });

  test('has nothing to say of that on a laptop', async () => {
    expect((await end({ end: ended(), environment: ON_A_LAPTOP })).ids).toEqual([]);
  });

  test.each<[string, MeterEnd, string[]]>([
    [
      'left its testament',
      { kind: 'left', testament: JSON.stringify({ ...TESTAMENT, endedBy: 'idle' }) },
      ['warning meter-gone'],
    ],
    ['is gone', { kind: 'gone', evidence: 'ECONNREFUSED' }, ['warning meter-gone']],
    ['is stood in for', { kind: 'forged', evidence: 'something else answered' }, ['error meter-forged']],
    ['left what cannot be read', { kind: 'left', testament: '{}' }, ['warning meter-gone']],
  ])('a meter that %s is a finding', async (_name, answer, expected) => {
    const { ids, found, runner } = await end({ end: answer, control: renderMeterHandle(OWN) });
    expect(ids).toEqual(expected);
    expect(runner.outputs['requests']).toBe(found?.record.requests);
  });

  test('tells what the record alone does not', async () => {
    const testament = {
      observed: 'limit',
      unpricedModels: ['m'],
      otherRequests: ['POST /v1/images'],
      reroutes: { 'a → b': 2 },
      troubles: [{ id: 'unread-usage' as const, message: 'bad' }],
    };
    const { ids } = await end({ end: ended(testament), control: renderMeterHandle(OWN) });
    expect(ids?.sort()).toEqual([
      'notice unmetered-calls',
      'notice unread-usage',
      'warning fallback-served',
      'warning unpriced-model',
      'warning would-stop',
    ]);
  });

  test.each([undefined, '', 'no JSON', '{"controlUrl":"http://evil.test","secret":"x","ledger":"y"}'])(
    'there is none where nothing leads to one (%p)',
    async (note) => {
      const { found, asked } = await end({ end: ended(), note: note ?? '' });
      expect(found).toBeUndefined();
      expect(asked).toEqual([]);
    },
  );
});

test.each(['', 'no JSON', '[]', '{}', '{"endedBy":"nobody"}'])('%p is none of our texts', (text) => {
  expect(readMeterHandle(text)).toBeUndefined();
  expect(readTestament(text)).toBeUndefined();
  expect(readMeterUp(text)).toEqual({ trouble: 'it said nothing that makes sense' });
});
