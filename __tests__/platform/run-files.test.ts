import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { AppError, type ErrorCode } from '../../src/core/errors.js';
import type { CallEntry, LedgerLine, RunHeader, SentCall } from '../../src/core/ledger.js';
import { NO_USAGE } from '../../src/core/usage.js';
import { findRecord, hasSealedRecord, type RecordSources } from '../../src/platform/run-files.js';
import { openLedger } from '../../src/platform/run-ledger.js';
import type { RunLedger } from '../../src/ports/run-files.js';
import { FACTS } from '../support/attribution.js';

const root = mkdtempSync(join(tmpdir(), 'spendgate-run-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newDir = (): string => join(root, `job-${++folders}`);
const parseLines = (text: string): unknown[] =>
  text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  });
const header = (task: string): RunHeader => ({
  type: 'run',
  runId: '42-1',
  task,
  agent: 'codex',
  startedAt: '2026-05-01T00:00:00.000Z',
  limits: {},
});
const call = (id: string, inputTokens: number): CallEntry => ({
  type: 'call',
  id,
  at: '2026-05-01T00:00:01.000Z',
  durationMs: 5,
  dialect: 'openai-chat',
  outcome: 'ok',
  caller: 'main',
  retry: false,
  final: true,
  usage: { ...NO_USAGE, inputTokens, outputTokens: 1 },
  costNanoUsd: 1000,
  costSource: 'gateway',
});
const open = (jobDir: string, task = 'triage', startMs = 1_777_000_000_000, troubles: string[] = []) =>
  openLedger({ jobDir, task }, { startMs, token: 'sk-spendgate-0123456789abcdef' }, (message) =>
    troubles.push(message),
  );
const find = (jobDir: string, rest: Partial<RecordSources> = {}) =>
  findRecord({ jobDir, task: 'triage', usage: undefined, environment: {}, ...rest });
function codeOf(run: () => unknown): ErrorCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
}
const sealOf = (ledger: RunLedger, text: string) => {
  const sealed = ledger.seal(text);
  return sealed && { ...sealed, variable: ledger.variable };
};
const record = (tokens: number): string => JSON.stringify({ 'input-tokens': tokens });

describe('the ledger of a run', () => {
  test('has each line on disk as soon as it was appended, readable by this user alone', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    ledger.append(call('42-1-1', 7));
    const [file = ''] = readdirSync(jobDir);
    expect(file).toMatch(/^triage-1777000000000-\w{8}\.ndjson$/);
    expect(parseLines(readFileSync(join(jobDir, file), 'utf8'))).toEqual(
      [header('triage'), call('42-1-1', 7)].map((line) => JSON.parse(JSON.stringify(line))),
    );
    expect(statSync(join(jobDir, file)).mode & 0o077).toBe(0);
    expect(statSync(jobDir).mode & 0o077).toBe(0);
  });

  test('goes on when the disk refuses, and says so once', () => {
    const blocker = join(root, `file-${++folders}`);
    writeFileSync(blocker, '');
    const troubles: string[] = [];
    const ledger = open(join(blocker, 'below'), 'triage', 1, troubles);
    ledger.append(call('1', 7));
    ledger.append(call('2', 7));
    expect(troubles).toEqual([expect.stringContaining('kept in memory')]);
    expect(ledger.seal('{}')).toBeUndefined();
  });

  test('of which the disk takes a part is told, and so is a record', () => {
    const dir = newDir();
    const program = `
      const { openLedger } = await import('${new URL('../../src/platform/run-ledger.ts', import.meta.url)}');
      const troubles = [];
      const key = { startMs: 1, token: 'sk-spendgate-0123456789abcdef' };
      const ledger = openLedger({ jobDir: '${dir}', task: 'triage' }, key, (message) => troubles.push(message));
      const sealed = ledger.seal('x'.repeat(6000));
      console.log(JSON.stringify({ sealed: sealed?.path, troubles }));`;
    const hooks = new URL('../../scripts/ts-hooks.mjs', import.meta.url).href;
    const args = [process.execPath, `--import=${hooks}`, '--input-type=module', '-e', program];
    // Blocks of 1024 bytes.
    const told = execFileSync('bash', ['-c', 'ulimit -f 4; exec "$@"', 'bash', ...args], {
      encoding: 'utf8',
    });
    expect(JSON.parse(told)).toEqual({ troubles: [expect.stringContaining('EFBIG')] });
  });

  test('holds nothing of the token that the agent has', () => {
    const jobDir = newDir();
    open(jobDir).append(header('triage'));
    expect(readdirSync(jobDir).join()).not.toContain('0123456789');
  });
});

describe('a ledger without a record', () => {
  const end = (calls?: number): LedgerLine => ({
    type: 'end',
    endedAt: '2026-05-01T00:10:00.000Z',
    stopReason: 'completed',
    otherRequests: 0,
    ...(calls === undefined ? {} : { calls }),
  });

  test.each([
    [2, true],
    [undefined, true],
    [3, false],
  ])('that was told of %p calls and holds two is whole: %p', (calls, isWhole) => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    for (const line of [header('triage'), call('42-1-1', 7), call('42-1-2', 7), end(calls)])
      ledger.append(line);
    const found = find(jobDir);
    expect(found).toMatchObject({ record: { complete: isWhole, requests: 2 }, isUnfinished: !isWhole });
    expect(found.findings.map(({ id }) => id)).toEqual(isWhole ? [] : ['run-unfinished']);
  });

  test.each<[string, Partial<RecordSources>, ErrorCode | undefined]>([
    ['of this run', { runId: '42-1', notBefore: '2026-04-30T23:59:00Z' }, undefined],
    ['of another run', { runId: '43-1' }, 'no-record'],
    ['that began before `pre` looked', { notBefore: '2026-05-01T00:00:01Z' }, 'no-record'],
  ])('%s in a folder that outlives its job', (_name, sources, code) => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    for (const line of [header('triage'), call('42-1-1', 7), end(1)]) ledger.append(line);
    expect(codeOf(() => find(jobDir, sources))).toBe(code);
  });

  test('that was taken away is lost, whatever its record says', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    for (const line of [header('triage'), call('42-1-1', 7), end(1)]) ledger.append(line);
    ledger.seal(record(7));
    rmSync(join(jobDir, readdirSync(jobDir).find((name) => name.endsWith('.ndjson')) ?? ''));
    expect(find(jobDir).lost?.why).toMatch(/is not there any more/);
  });

  test('in which others wrote without end is read for what is ours', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    for (const line of [header('triage'), call('42-1-1', 7)]) ledger.append(line);
    const [file = ''] = readdirSync(jobDir);
    appendFileSync(join(jobDir, file), '{}\n'.repeat(5_000_000));
    ledger.append(call('42-1-2', 7));
    const before = process.memoryUsage().heapUsed;
    expect(find(jobDir).record.requests).toBe(2);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });
});

describe('the record of a run', () => {
  test('is found by later steps, through a variable that carries its checksum', () => {
    const jobDir = newDir();
    const sealed = sealOf(open(jobDir), record(7));
    const environment = { [sealed?.variable ?? '']: sealed?.value };
    const found = find(jobDir, { environment });
    expect(found).toMatchObject({ record: { 'input-tokens': 7 }, findings: [], isUnfinished: false });
    expect(existsSync(sealed?.path ?? '')).toBe(true);
  });

  test('that was changed afterwards is lost', () => {
    const jobDir = newDir();
    const sealed = sealOf(open(jobDir), record(7));
    writeFileSync(sealed?.path ?? '', record(1));
    const environment = { [sealed?.variable ?? '']: sealed?.value };
    const found = find(jobDir, { environment });
    expect(found).toMatchObject({
      isUnfinished: false,
      lost: { code: 'record-changed', why: expect.stringMatching(/not the one that `wrap` wrote\.$/) },
    });
    expect(found.record).not.toHaveProperty('input-tokens');
  });

  test('that was taken away afterwards is lost', () => {
    const jobDir = newDir();
    const sealed = sealOf(open(jobDir), record(7));
    rmSync(sealed?.path ?? '');
    const environment = { [sealed?.variable ?? '']: sealed?.value };
    expect(find(jobDir, { environment }).lost?.why).toMatch(/is not there any more\.$/);
  });

  test('is written all the same where the folder was taken away', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    rmSync(jobDir, { recursive: true });
    const sealed = sealOf(ledger, record(7));
    const environment = { [sealed?.variable ?? '']: sealed?.value };
    expect(find(jobDir, { environment }).record['input-tokens']).toBe(7);
  });

  test('that the disk did not take is lost', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    rmSync(jobDir, { recursive: true });
    writeFileSync(jobDir, '');
    expect(ledger.seal(record(7))).toBeUndefined();
    const environment = { [ledger.variable]: ledger.lost };
    expect(find(jobDir, { environment }).lost?.why).toMatch(/^The disk did not take the record/);
    expect(hasSealedRecord({ task: 'triage', environment })).toBe(false);
    expect(codeOf(() => find(jobDir, {}))).toBe('no-record');
  });

  test('that became a pipe is lost, and nobody waits for it', () => {
    const jobDir = newDir();
    const sealed = sealOf(open(jobDir), record(7));
    rmSync(sealed?.path ?? '');
    execFileSync('mkfifo', [sealed?.path ?? '']);
    const environment = { [sealed?.variable ?? '']: sealed?.value };
    expect(find(jobDir, { environment }).lost?.why).toMatch(/is not there any more\.$/);
  });

  test('may lie in a folder with blanks in its name', () => {
    const jobDir = join(root, 'a folder with blanks');
    const sealed = sealOf(open(jobDir), record(7));
    expect(
      find(jobDir, { environment: { [sealed?.variable ?? '']: sealed?.value } }).record['input-tokens'],
    ).toBe(7);
  });

  test.each([
    ['triage', 'Triage'],
    ['a-b', 'a_b'],
  ])('of the task %p is not the one of the task %p in the same job', (one, other) => {
    const jobDir = newDir();
    const environment: Record<string, string> = {};
    for (const [index, task] of [one, other].entries()) {
      const sealed = sealOf(open(jobDir, task, 1000 + index), record(index));
      if (sealed) environment[sealed.variable] = sealed.value;
    }
    expect(find(jobDir, { task: one, environment }).record['input-tokens']).toBe(0);
    expect(find(jobDir, { task: other, environment }).record['input-tokens']).toBe(1);
  });
});

describe('a run whose ledger was opened and never sealed', () => {
  test('is the one that was opened, whatever else lies beside it, and no end in it is believed', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    ledger.append(call('run-1-1', 7));
    ledger.append({
      type: 'end',
      endedAt: '2026-05-01T00:00:00Z',
      stopReason: 'completed',
      otherRequests: 0,
    });
    const forged = open(jobDir, 'triage', 9_999_999_999_999);
    forged.append(call('forged-1', 1));
    const found = find(jobDir, { environment: { [ledger.variable]: ledger.opened } });
    expect(found).toMatchObject({ record: { 'input-tokens': 7, complete: false }, isUnfinished: true });
  });
});

test.each<[string, (path: string) => void]>([
  ['taken away', (path) => rmSync(path)],
  ['emptied', (path) => writeFileSync(path, '')],
  ['written over', (path) => writeFileSync(path, 'no ledger\n{"type":"call"}\n')],
  ['begun with a call', (path) => writeFileSync(path, `${JSON.stringify(call('run-1-1', 1))}\n`)],
  [
    'turned into a folder',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
])('a ledger that was opened, never sealed and %s is lost, and nothing is known', (_what, damage) => {
  const ledger = open(newDir());
  ledger.append(header('triage'));
  ledger.append(call('run-1-1', 7));
  damage(ledger.path);
  const found = find(newDir(), { environment: { [ledger.variable]: ledger.opened } });
  expect(found).toMatchObject({
    lost: { code: 'bad-record', why: expect.stringContaining(ledger.path) },
    isUnfinished: true,
  });
  expect(found.record).toMatchObject({ complete: false });
  expect(found.record).not.toHaveProperty('input-tokens');
});

describe('without the variable', () => {
  test('the newest run of the task counts', () => {
    const jobDir = newDir();
    for (const [startMs, tokens] of [
      [2000, 2],
      [1000, 1],
    ] as const) {
      const ledger = open(jobDir, 'triage', 1_777_000_000_000 + startMs);
      ledger.append(header('triage'));
      ledger.append(call(`run-${startMs}-1`, tokens));
    }
    expect(find(jobDir).record['input-tokens']).toBe(2);
  });

  test('a record proves nothing: the ledger is read call by call', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    ledger.append(call('run-1-1', 7));
    ledger.seal(record(0));
    expect(find(jobDir).record['input-tokens']).toBe(7);
  });

  test.each(['triage-2', 'triage-1-2', 'tri', 'triage x'])(
    'runs of the task %p are not taken for runs of `triage`',
    (other) => {
      const jobDir = newDir();
      open(jobDir, other).append(header(other));
      expect(codeOf(() => find(jobDir))).toBe('no-record');
    },
  );

  test('there is none where no run was', () => {
    expect(codeOf(() => find(newDir()))).toBe('no-record');
  });
});

describe('a run that was killed', () => {
  test('still tells what it was held to', () => {
    const jobDir = newDir();
    const limits = { maxRequests: 60, maxCostNanoUsd: 2_500_000_000, timeoutMs: 1000 };
    open(jobDir).append({ ...header('triage'), limits });
    expect(find(jobDir).record.limits).toEqual({ requests: 60, 'cost-usd': '2.5' });
  });

  test('still tells who raised its limits', () => {
    const dir = newDir();
    const changes = [{ setting: 'max-cost', before: '2 USD', after: '10 USD' }];
    const override = {
      by: 'alice',
      reason: 'x',
      until: '2026-12-02T00:00:00Z',
      origin: 'workflow_dispatch',
      changes,
    };
    open(dir).append({ ...header('triage'), overrides: [override] });
    expect(find(dir).record).toMatchObject({ overrides: [override] });
  });

  test('still tells whose it was', () => {
    const jobDir = newDir();
    open(jobDir).append({ ...header('triage'), attribution: FACTS });
    expect(find(jobDir).record.attribution).toEqual(JSON.parse(JSON.stringify(FACTS)));
  });

  test('tells of nobody where that line says it in words of its own, and is counted all the same', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append({ ...header('triage'), attribution: { repository: 'x'.repeat(10_240) } });
    ledger.append(call('42-1-abc-1', 7));
    expect(find(jobDir).record).toMatchObject({ agent: 'codex', requests: 1 });
    expect(find(jobDir).record.attribution).toBeUndefined();
  });

  test('tells of no limits when the line that says them is gone', () => {
    const jobDir = newDir();
    open(jobDir).append(call('run-1-1', 7));
    expect(find(jobDir).record.limits).toBeUndefined();
  });

  test('still tells who spent it, and what pattern it shows', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    for (let index = 0; index < 6; index += 1)
      ledger.append({
        ...call(`42-1-${index}`, 100),
        outcome: 'failed',
        caller: 'title',
        agentId: '0123456789ab',
      });
    const found = find(jobDir);
    expect(found.record.callers).toMatchObject([{ caller: 'title', agents: 1, requests: 6 }]);
    expect(found.findings.map(({ id }) => id)).toEqual(['run-unfinished', 'calls-failed', 'retry-storm']);
  });

  test('still leaves correct totals, and says that calls in flight are missing', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    ledger.append(call('42-1-abc-1', 7));
    ledger.append(call('42-1-abc-2', 8));
    const found = find(jobDir);
    expect(found.record).toMatchObject({
      'run-id': '42-1-abc',
      task: 'triage',
      agent: 'codex',
      'input-tokens': 15,
      requests: 2,
      'cost-usd': '0.000002',
    });
    expect(found.record['stop-reason']).toBeUndefined();
    expect(found.isUnfinished).toBe(true);
    expect(found.findings).toEqual([
      expect.objectContaining({
        id: 'run-unfinished',
        level: 'warning',
        // Whether it served a command or the whole job, the ledger does not say.
        message: expect.stringMatching(/^The meter was ended .*; 2 settled calls can be counted/),
      }),
    ]);
  });

  test('in the middle of a line loses that line alone', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    ledger.append(call('42-1-abc-1', 7));
    ledger.append(call('42-1-abc-2', 8));
    const path = join(jobDir, readdirSync(jobDir)[0] ?? '');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -40));
    expect(find(jobDir).record).toMatchObject({ 'input-tokens': 7, requests: 1 });
  });

  test('before its first call used nothing', () => {
    const jobDir = newDir();
    open(jobDir).append(header('triage'));
    expect(find(jobDir).record).toMatchObject({ requests: 0, 'input-tokens': 0, agent: 'codex' });
  });
});

describe('the input `usage`', () => {
  test('is JSON, or the path of a file that holds it', () => {
    const path = join(root, 'given.json');
    writeFileSync(path, record(9));
    expect(find(newDir(), { usage: ` ${record(5)}` }).record['input-tokens']).toBe(5);
    expect(find(newDir(), { usage: path }).record['input-tokens']).toBe(9);
  });

  test('wins over the record that `wrap` left', () => {
    const jobDir = newDir();
    const sealed = sealOf(open(jobDir), record(7));
    const environment = { [sealed?.variable ?? '']: sealed?.value };
    expect(find(jobDir, { usage: record(5), environment }).record['input-tokens']).toBe(5);
  });

  test('is disputed where the run was opened and never sealed, and the ledger counts', () => {
    const ledger = open(newDir());
    ledger.append(header('triage'));
    ledger.append(call('run-1-1', 7));
    const environment = { [ledger.variable]: ledger.opened };
    const found = find(newDir(), { usage: record(5), environment });
    expect(found).toMatchObject({ record: { 'input-tokens': 7 }, isDisputed: true, isUnfinished: true });
  });

  test.each(['/no/such/ledger.ndjson', ''])(
    'stays all there is where the ledger %p cannot be read',
    (path) => {
      const { variable } = open(newDir());
      const found = find(newDir(), { usage: record(5), environment: { [variable]: `open ${path}` } });
      expect(found).toMatchObject({ record: { 'input-tokens': 5 }, isDisputed: true });
    },
  );

  test('is not disputed by a run of another task, by no run, or by one that ended in the background', () => {
    const ledger = open(newDir());
    const environment = { [ledger.variable]: ledger.opened };
    for (const rest of [{ environment, task: 'other' }, {}, { environment, hasEnded: true }]) {
      const found = find(newDir(), { usage: record(5), ...rest });
      expect([found.record['input-tokens'], found.isDisputed]).toEqual([5, undefined]);
    }
  });

  test.each(['{"input-tokens": -1}', '{broken', 'no-such-file.json', 'null'])('%p is refused', (usage) => {
    expect(codeOf(() => find(newDir(), { usage }))).toBe('bad-record');
  });
});

describe('a run that was killed with calls on their way', () => {
  const sent = (id: string, requestedModel?: string, inputTokens = 1000, outputTokens = 500): SentCall => ({
    type: 'sent',
    id,
    at: '2026-05-01T00:00:01.000Z',
    dialect: 'openai-chat',
    requestedModel,
    inputTokens,
    outputTokens,
  });

  test('counts what settled, and names the rest with models and tokens', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    ledger.append(sent('42-1-abc-1', 'small'));
    ledger.append(call('42-1-abc-1', 7));
    ledger.append(sent('42-1-abc-2', 'small'));
    ledger.append(sent('42-1-abc-3', 'large', 2000, 1000));
    ledger.append(sent('42-1-abc-4', 'small'));
    ledger.append(sent('42-1-abc-5'));
    const found = find(jobDir);
    expect(found.record).toMatchObject({ 'input-tokens': 7, requests: 1 });
    expect(found.isUnfinished).toBe(true);
    expect(found.findings.map(({ id, level }) => [id, level])).toEqual([
      ['run-unfinished', 'warning'],
      ['unsettled-calls', 'warning'],
    ]);
    expect(found.findings[1]?.message).toBe(
      'Sent and not settled: small (2), large (1), unnamed (1). Up to 7,500 tokens may have been used that stand in no figure here.',
    );
  });

  test('says nothing of them where all settled, in whatever order', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    for (const id of ['42-1-abc-1', '42-1-abc-2']) ledger.append(sent(id, 'small'));
    for (const id of ['42-1-abc-2', '42-1-abc-1']) ledger.append(call(id, 7));
    expect(find(jobDir).findings.map(({ id }) => id)).toEqual(['run-unfinished']);
  });

  test('before anything settled still has the run it belongs to, and no usage', () => {
    const jobDir = newDir();
    const ledger = open(jobDir);
    ledger.append(header('triage'));
    ledger.append(sent('42-1-abc-1', 'small'));
    const found = find(jobDir);
    expect(found.record).toMatchObject({ requests: 0, 'input-tokens': 0 });
    expect(found.findings[1]?.message).toMatch(/small \(1\).*1,500 tokens/);
  });
});
