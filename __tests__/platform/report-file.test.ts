import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { saveReportFile } from '../../src/platform/report-file.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spendgate-report-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('is written into a folder that need not exist, and renewed', () => {
  const dir = join(root, 'job');
  saveReportFile(dir, 'a-report.json', 'first');
  const path = saveReportFile(dir, 'a-report.json', 'second');
  expect(path).toBe(join(dir, 'a-report.json'));
  expect(readFileSync(path, 'utf8')).toBe('second');
});

test('goes through no link that stands in its place', () => {
  const elsewhere = join(root, 'elsewhere');
  symlinkSync(elsewhere, join(root, 'a-report.json'));
  const path = saveReportFile(root, 'a-report.json', 'text');
  expect(existsSync(elsewhere)).toBe(false);
  expect(lstatSync(path).isFile()).toBe(true);
});

test('takes the place of a folder', () => {
  mkdirSync(join(root, 'a-report.json', 'deep'), { recursive: true });
  expect(readFileSync(saveReportFile(root, 'a-report.json', 'text'), 'utf8')).toBe('text');
});
