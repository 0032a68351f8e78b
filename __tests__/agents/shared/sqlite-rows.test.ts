import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readTextRows } from '../../../src/agents/shared/sqlite-rows.js';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spendgate-rows-'));
  path = join(dir, 'agent.db');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

function create(sql: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(sql);
  return database;
}

function read(since = 100): { isWhole: boolean; texts: string[] } {
  const texts: string[] = [];
  const search = { path, table: 'part', text: 'data', time: 'at', since: new Date(since), word: '"use"' };
  const isWhole = readTextRows(search, (text) => texts.push(text));
  return { isWhole, texts };
}

const ROWS = `CREATE TABLE part (at integer, data text);
  INSERT INTO part VALUES (99, '{"use":1}'), (100, '{"use":2}'), (101, '{"no":3}'), (102, '{"use":4}');`;

test('texts that are new enough and hold the word are read', () => {
  create(ROWS).close();
  expect(read()).toEqual({ isWhole: true, texts: ['{"use":2}', '{"use":4}'] });
});

test('rows that stand in the write-ahead log alone are read while the writer still has it open', () => {
  const writer = create(`PRAGMA journal_mode = WAL; ${ROWS}`);
  expect(read().texts).toHaveLength(2);
  writer.close();
});

test('a text that is longer than any report is passed over', () => {
  const database = create(ROWS);
  database.prepare('INSERT INTO part VALUES (?, ?)').run(103, `{"use":"${'x'.repeat(70_000)}"}`);
  database.close();
  expect(read().texts).toHaveLength(2);
});

test.each([
  [
    'a view that never ends',
    'CREATE VIEW part AS WITH RECURSIVE n(data, at) AS (SELECT 1, 1 UNION ALL SELECT data, at + 1 FROM n) SELECT * FROM n;',
  ],
  [
    'a column that is computed',
    "CREATE TABLE part (at integer, data text GENERATED ALWAYS AS (printf('%.*c', 1000000, 'x')) VIRTUAL); INSERT INTO part VALUES (100);",
  ],
  ['a table that lacks a column', 'CREATE TABLE part (data text);'],
  ['no such table', 'CREATE TABLE other (data text, at integer);'],
])('%s is not read', (_, sql) => {
  create(sql).close();
  expect(read()).toEqual({ isWhole: false, texts: [] });
});

test('no database, a damaged one and a link are nothing', () => {
  expect(read().isWhole).toBe(false);
  create(ROWS).close();
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.from(bytes).fill(0xff, 4096));
  expect(read().isWhole).toBe(false);
  const real = join(dir, 'real.db');
  writeFileSync(real, bytes);
  rmSync(path);
  symlinkSync(real, path);
  expect(read().isWhole).toBe(false);
});

test('what the taker cannot read spoils the whole', () => {
  create(ROWS).close();
  const search = { path, table: 'part', text: 'data', time: 'at', since: new Date(0), word: '"use"' };
  expect(
    readTextRows(search, () => {
      throw new TypeError('another shape');
    }),
  ).toBe(false);
});
