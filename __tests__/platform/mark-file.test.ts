import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../support/realm.js';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { BudgetMark } from '../../src/core/sighting.js';
import type { NotePlace } from '../../src/platform/job-note.js';
import { createMarkFile } from '../../src/platform/mark-file.js';

const root = mkdtempSync(join(tmpdir(), 'spendgate-mark-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const newDir = (): string => join(root, `job-${++folders}`);
const mark = (rest: Partial<BudgetMark['count']> = {}, more: Partial<BudgetMark> = {}): BudgetMark => ({
  gateway: 'litellm',
  count: { scope: 'key', unit: 'usd', value: 3_000_000_000, resetsAt: undefined, isWider: false, ...rest },
  at: '2026-11-22T09:00:00.000Z',
  conversions: [],
  ...more,
});
const MARKS = [
  mark(),
  mark({ unit: 'currency:CNY', value: -2.5, isWider: true }),
  mark({ resetsAt: '2026-12-01T00:00:00Z' }),
  mark({ unit: 'quota' }, { conversions: [{ unit: 'quota', nanoUsdPerUnit: 2000, source: 'the site' }] }),
];
const place = (jobDir: string, rest: Partial<NotePlace> = {}): NotePlace => ({
  jobDir,
  task: 'triage',
  hasVariables: true,
  environment: {},
  ...rest,
});
const onLaptop = (jobDir: string, rest: Partial<NotePlace> = {}) =>
  createMarkFile(place(jobDir, { hasVariables: false, ...rest }));

/** What a later step of the job has in its environment. */
function saved(jobDir: string, kept = mark(), task = 'triage'): Record<string, string> {
  const { variable, value } = createMarkFile(place(jobDir, { task })).save(kept);
  return { [variable]: value };
}
const found = (jobDir: string, rest: Partial<NotePlace> = {}) => createMarkFile(place(jobDir, rest)).find();
function onlyFile(jobDir: string): string {
  const [name, ...more] = readdirSync(jobDir);
  expect(more).toEqual([]);
  return join(jobDir, name ?? '');
}

/** What is no mark, as text. */
const NO_MARKS = [
  '',
  '{',
  'null',
  '[]',
  '7',
  '{"at":"x"}',
  '{"at":7,"count":{}}',
  '{"count":{"scope":1}}',
  JSON.stringify({ ...mark(), gateway: undefined }),
  JSON.stringify({ ...mark(), conversions: undefined }),
  JSON.stringify({ ...mark(), conversions: [{ unit: 'quota', nanoUsdPerUnit: 0, source: 's' }] }),
  JSON.stringify({ ...mark(), count: { ...mark().count, unit: 'bananas' } }),
];

describe('on a runner, what `pre` saw', () => {
  test.each(MARKS)('is found by a later step of the job: %j', (kept) => {
    const dir = newDir();
    expect(found(dir, { environment: saved(dir, kept) })).toEqual(kept);
  });

  test('is what the variable says last', () => {
    const dir = newDir();
    const environment = { ...saved(dir), ...saved(dir, mark({ value: 7 })) };
    expect(found(dir, { environment })?.count.value).toBe(7);
  });

  test('stands in no file, so that the agent in between has nothing to change', () => {
    const dir = newDir();
    saved(dir);
    expect(existsSync(dir)).toBe(false);
  });

  test('is not believed from a file that the agent left', () => {
    const dir = newDir();
    onLaptop(dir).save(mark({ value: 1 }));
    expect(found(dir)).toBeUndefined();
    expect(found(dir, { environment: saved(dir) })).toEqual(mark());
  });

  test('belongs to its task, whatever the task is called', () => {
    const dir = newDir();
    const tasks = ['a/b', 'a b', '../../etc/passwd', 'Über/Nacht'];
    const environment = Object.assign(
      {},
      ...tasks.map((task, index) => saved(dir, mark({ value: index }), task)),
    ) as Record<string, string>;
    const values = tasks.map((task) => found(dir, { task, environment })?.count.value);
    expect(values).toEqual([0, 1, 2, 3]);
    expect(found(dir, { task: 'other', environment })).toBeUndefined();
  });

  test('names no key, in one line under a name that nobody else has', () => {
    const [[variable, value] = ['', '']] = Object.entries(saved(newDir()));
    expect(variable).toMatch(/^SPENDGATE_BUDGET_[0-9A-F]{16}$/);
    expect(value).not.toContain('\n');
    expect(Object.keys(JSON.parse(value) as object).toSorted()).toEqual([
      'at',
      'conversions',
      'count',
      'gateway',
    ]);
  });

  test('is nothing where `pre` did not run, or where the variable says something else', () => {
    const dir = newDir();
    expect(found(dir)).toBeUndefined();
    const [variable = ''] = Object.keys(saved(dir));
    for (const text of NO_MARKS)
      expect([text, found(dir, { environment: { [variable]: text } })]).toEqual([text, undefined]);
  });
});

describe('on a laptop, what `pre` saw', () => {
  test.each(MARKS)('is found by the next command: %j', (kept) => {
    const dir = newDir();
    onLaptop(dir).save(kept);
    expect(onLaptop(dir).find()).toEqual(kept);
  });

  test('is what it saw last, in one file', () => {
    const dir = newDir();
    onLaptop(dir).save(mark());
    onLaptop(dir).save(mark({ value: 7 }));
    expect(onLaptop(dir).find()?.count.value).toBe(7);
    expect(existsSync(onlyFile(dir))).toBe(true);
  });

  test('belongs to its task', () => {
    const dir = newDir();
    const tasks = ['a/b', 'a b', '../../etc/passwd', 'Über/Nacht'];
    for (const [value, task] of tasks.entries()) onLaptop(dir, { task }).save(mark({ value }));
    expect(tasks.map((task) => onLaptop(dir, { task }).find()?.count.value)).toEqual([0, 1, 2, 3]);
    expect(readdirSync(dir)).toHaveLength(tasks.length);
  });

  test('can be read by nobody else', () => {
    const dir = newDir();
    onLaptop(dir).save(mark());
    expect(statSync(onlyFile(dir)).mode & 0o077).toBe(0);
    expect(statSync(dir).mode & 0o077).toBe(0);
  });

  test('is nothing where `pre` did not run, or where the file says something else', () => {
    const dir = newDir();
    expect(onLaptop(dir).find()).toBeUndefined();
    onLaptop(dir).save(mark());
    for (const text of NO_MARKS) {
      writeFileSync(onlyFile(dir), text);
      expect([text, onLaptop(dir).find()]).toEqual([text, undefined]);
    }
  });
});

/** What an agent may put in the place of the file, by the path. */
const PLANTED: Readonly<Record<string, (path: string) => void>> = {
  'a folder': (path) => mkdirSync(join(path, 'full'), { recursive: true }),
  'a symbolic link to what never ends': (path) => symlinkSync('/dev/zero', path),
  'a symbolic link to the memory of the process': (path) => symlinkSync('/proc/self/mem', path),
  'a symbolic link to itself': (path) => symlinkSync(path, path),
  'a symbolic link to nothing': (path) => symlinkSync(`${path}.gone`, path),
  'a pipe': (path) => spawnSync('mkfifo', [path]),
  'a file of three gigabytes': (path) => {
    writeFileSync(path, '{');
    truncateSync(path, 3 * 1024 ** 3);
  },
  'one byte more than a mark may have': (path) => writeFileSync(path, ' '.repeat(64 * 1024 + 1)),
};
const kinds = Object.entries(PLANTED).map(([what, plant]) => ({ what, plant }));

describe('whatever an agent planted', () => {
  test.each(kinds)('$what in place of the file is nothing to read', ({ plant }) => {
    const dir = newDir();
    onLaptop(dir).save(mark());
    const path = onlyFile(dir);
    rmSync(path);
    plant(path);
    expect(onLaptop(dir).find()).toBeUndefined();
    expect(found(dir, { environment: saved(dir) })).toEqual(mark());
  });

  test.each(kinds)('$what in the way of the next mark hangs and breaks nothing', ({ plant }) => {
    const dir = newDir();
    onLaptop(dir).save(mark());
    plant(`${onlyFile(dir)}.new`);
    onLaptop(dir).save(mark({ value: 7 }));
    expect(onLaptop(dir).find()?.count.value).toBe(7);
    expect(existsSync(onlyFile(dir))).toBe(true);
  });

  test('a symbolic link is replaced, and what it leads to stays', () => {
    const dir = newDir();
    const other = `${dir}-other`;
    onLaptop(dir).save(mark());
    const path = onlyFile(dir);
    rmSync(path);
    writeFileSync(other, 'of somebody else');
    symlinkSync(other, path);
    onLaptop(dir).save(mark());
    expect(readFileSync(other, 'utf8')).toBe('of somebody else');
    expect(onLaptop(dir).find()).toEqual(mark());
  });
});

describe('a disk that refuses', () => {
  test('leaves no mark on a laptop, and nothing breaks', () => {
    const file = join(root, `file-${++folders}`);
    writeFileSync(file, 'in the way');
    for (const dir of [join(file, 'spendgate'), file]) {
      onLaptop(dir).save(mark());
      expect(onLaptop(dir).find()).toBeUndefined();
      expect(found(dir, { environment: saved(dir) })).toEqual(mark());
    }
  });

  // The super-user may write everywhere.
  (process.getuid?.() === 0 ? test.skip : test)('because the folder is read-only leaves no mark', () => {
    const dir = newDir();
    mkdirSync(dir);
    chmodSync(dir, 0o500);
    try {
      onLaptop(dir).save(mark());
      expect(onLaptop(dir).find()).toBeUndefined();
    } finally {
      chmodSync(dir, 0o700);
    }
  });
});
