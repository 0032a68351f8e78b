import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LogSearch, readLogs } from '../../../src/agents/shared/log-files.js';

const SINCE = new Date('2026-11-26T00:00:00Z');
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'spendgate-logs-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(name: string, ...lines: string[]): string {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.join('\n'));
  return path;
}

function read(rest: Partial<LogSearch> = {}): { isWhole: boolean; lines: unknown[] } {
  const lines: unknown[] = [];
  const search = { home, below: 'logs', names: /\.jsonl$/, since: SINCE, words: ['"usage"'], ...rest };
  const isWhole = readLogs(search, (line) => lines.push(line));
  return { isWhole, lines };
}

test('hands over the lines that hold a word, each once, whatever stands between them', () => {
  write(
    'logs/a/b/one.jsonl',
    '{"usage":1,"other":"usage"}',
    'a line that is no JSON and holds no such word',
    '{"usage":2,"again":{"usage":2}}',
    '',
  );
  expect(read()).toEqual({
    isWhole: true,
    lines: [
      { usage: 1, other: 'usage' },
      { usage: 2, again: { usage: 2 } },
    ],
  });
});

test('the same line is taken once though it holds two of the words', () => {
  write('logs/one.jsonl', '{"usage":1,"cost":2}', '{"cost":3}', '');
  expect(read({ words: ['"usage"', '"cost"'] }).lines).toEqual([{ usage: 1, cost: 2 }, { cost: 3 }]);
});

test('a word in a text does not count: there its quotes are escaped', () => {
  write('logs/one.jsonl', JSON.stringify({ text: 'says "usage"' }), '');
  expect(read()).toEqual({ isWhole: true, lines: [] });
});

test('a last line that was cut is skipped, a whole one without an end is taken', () => {
  write('logs/cut.jsonl', '{"usage":1}', '{"usage":2,"rest":"of a li');
  write('logs/open.jsonl', '{"usage":3}');
  expect(read()).toEqual({ isWhole: true, lines: expect.arrayContaining([{ usage: 1 }, { usage: 3 }]) });
});

test('a damaged line in the middle spoils the whole', () => {
  write('logs/one.jsonl', '{"usage":1', '{"usage":2}', '');
  expect(read().isWhole).toBe(false);
});

test('what the taker cannot read spoils the whole', () => {
  write('logs/one.jsonl', '{"usage":1}', '');
  const search = { home, below: 'logs', names: /\.jsonl$/, since: SINCE, words: ['"usage"'] };
  const isWhole = readLogs(search, () => {
    throw new TypeError('another shape');
  });
  expect(isWhole).toBe(false);
});

test('files and lines of earlier runs are left out, but for what a log says of itself', () => {
  const old = write('logs/old.jsonl', '{"usage":1}', '');
  utimesSync(old, new Date(0), new Date('2026-11-25T23:59:00Z'));
  write(
    'logs/new.jsonl',
    '{"meta":1,"timestamp":"2026-11-25T10:00:00Z"}',
    '{"usage":2,"timestamp":"2026-11-25T23:59:59.999Z"}',
    '{"usage":3,"timestamp":"2026-11-26T00:00:00.000Z"}',
    '{"usage":4}',
    '',
  );
  const { lines } = read({ words: ['"usage"', '"meta"'], ageless: ['"meta"'] });
  expect(lines.map((line) => Object.values(line as object)[0])).toEqual([1, 3, 4]);
});

test('only files of the right name count', () => {
  write('logs/one.txt', '{"usage":1}');
  expect(read()).toEqual({ isWhole: false, lines: [] });
});

test('the agent’s own folder may be a link, what is in it may not', () => {
  write('real/logs/one.jsonl', '{"usage":1}');
  write('elsewhere/two.jsonl', '{"usage":2}');
  symlinkSync(join(home, 'real'), join(home, 'link'));
  symlinkSync(join(home, 'elsewhere'), join(home, 'real/logs/down'));
  expect(read({ home: join(home, 'link') })).toEqual({ isWhole: true, lines: [{ usage: 1 }] });
  symlinkSync(join(home, 'elsewhere'), join(home, 'real/out'));
  expect(read({ home: join(home, 'link'), below: 'out' })).toEqual({ isWhole: false, lines: [] });
});

test('a maze of folders has an end', () => {
  const deep = Array.from({ length: 40 }, () => 'd').join('/');
  write(`logs/${deep}/one.jsonl`, '{"usage":1}');
  write('logs/two.jsonl', '{"usage":2}');
  expect(read()).toEqual({ isWhole: true, lines: [{ usage: 2 }] });
});
