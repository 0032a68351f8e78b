/** `post` after an agent that could write into the folder of the job: the gate closes and usage is judged all the same. */
import '../support/realm.js';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseRecord } from '../../src/core/record.js';
import type { BudgetMark } from '../../src/core/sighting.js';
import { gateways } from '../../src/gateways/index.js';
import { runPost } from '../../src/modes/post.js';
import { createMarkFile } from '../../src/platform/mark-file.js';
import { reporters } from '../../src/reporters/index.js';
import { configOf, ON_A_LAPTOP, ON_MAIN } from '../support/config.js';
import { FixedClock, InMemoryStore, noOverride, RecordingRunner } from '../support/fakes.js';

const root = mkdtempSync(join(tmpdir(), 'spendgate-post-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MARK: BudgetMark = {
  gateway: 'litellm',
  count: { scope: 'key', unit: 'usd', value: 3_000_000_000, resetsAt: undefined, isWider: false },
  at: '2026-11-22T08:50:00.000Z',
  conversions: [],
};
const RECORD = { task: 'triage', 'input-tokens': 99, 'output-tokens': 1, requests: 1, 'cost-usd': '0.25' };

async function postAfter(tamper: (path: string) => void, { isActions = false, hasFile = true } = {}) {
  const jobDir = mkdtempSync(join(root, 'job-'));
  const place = { jobDir, task: 'triage', environment: {} };
  createMarkFile({ ...place, hasVariables: false }).save(MARK);
  const path = join(jobDir, readdirSync(jobDir)[0] ?? '');
  const { variable, value } = createMarkFile({ ...place, hasVariables: isActions }).save(MARK);
  if (!hasFile) rmSync(path);
  tamper(path);
  const [runner, store, clock] = [new RecordingRunner(), new InMemoryStore(), new FixedClock()];
  const inputs = {
    mode: 'post',
    task: 'triage',
    gateway: 'litellm',
    'gateway-url': 'http://127.0.0.1:1',
    'gateway-key': 'sk-of-the-test',
    'expect-input-tokens': '1..2',
    'reconcile-wait': '0',
  };
  const error = await runPost({
    config: configOf(inputs, { environment: isActions ? ON_MAIN : ON_A_LAPTOP }),
    runner,
    store,
    clock,
    github: undefined,
    reporters,
    gateways,
    deadlineMs: 5000,
    createSend: () => async () => ({
      status: 200,
      headers: {},
      text: '{"info":{"spend":3.25,"max_budget":10}}',
    }),
    sleep: async () => undefined,
    markFile: createMarkFile({ ...place, hasVariables: isActions, environment: { [variable]: value } }),
    keyFingerprint: '0123456789abcdef',
    endBackground: async () => undefined,
    saveFile: (name) => `/job/${name}`,
    decideNow: noOverride,
    findRecord: () => ({
      record: parseRecord(JSON.stringify(RECORD)),
      origin: 'the record of `wrap`',
      findings: [],
      isUnfinished: false,
    }),
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, outputs: runner.outputs, closed: store.gates.map(({ closed }) => closed) };
}

const replaced = (plant: (path: string) => void) => (path: string) => {
  rmSync(path, { force: true });
  plant(path);
};
const TAMPERED: [string, (path: string) => void][] = [
  ['removed', (path) => rmSync(path)],
  ['changed', (path) => writeFileSync(path, '{}')],
  ['a folder', replaced((path) => mkdirSync(path))],
  ['a link to the memory of the process', replaced((path) => symlinkSync('/proc/self/mem', path))],
  ['a link to itself', replaced((path) => symlinkSync(path, path))],
  ['a link to what never ends', replaced((path) => symlinkSync('/dev/zero', path))],
  ['a pipe', replaced((path) => spawnSync('mkfifo', [path]))],
  ['grown to three gigabytes', (path) => truncateSync(path, 3 * 1024 ** 3)],
];

describe('the mark of `pre`', () => {
  test.each([true, false])('left alone is compared with (on a runner: %p)', async (isActions) => {
    const { error, outputs, closed } = await postAfter(() => undefined, { isActions });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed', 'drift-percent': '0.0' });
    expect(closed).toEqual([true]);
  });

  test.each(TAMPERED)('%s: the gate closes and the usage is judged', async (_name, tamper) => {
    const { error, outputs, closed } = await postAfter(tamper);
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed', 'drift-percent': '' });
    expect(closed).toEqual([true]);
  });

  test.each(TAMPERED)('%s: on a runner the comparison is made all the same', async (_name, tamper) => {
    const { error, outputs } = await postAfter(tamper, { isActions: true });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed', 'drift-percent': '0.0' });
  });
});
