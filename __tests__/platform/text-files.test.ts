import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { writeTextFiles } from '../../src/platform/text-files.js';

const root = mkdtempSync(join(tmpdir(), 'spendgate-text-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('files are written in order, into a folder that is made where it does not exist', () => {
  const dir = join(root, 'a', 'b');
  const paths = writeTextFiles(dir, { 'one.md': '# Größe\n', 'two.json': '{}' });
  expect(paths).toEqual([join(dir, 'one.md'), join(dir, 'two.json')]);
  expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['# Größe\n', '{}']);
});

test('a file of an earlier run is replaced', () => {
  const dir = join(root, 'again');
  writeTextFiles(dir, { 'one.md': 'a much longer text' });
  const [path = ''] = writeTextFiles(dir, { 'one.md': 'short' });
  expect(readFileSync(path, 'utf8')).toBe('short');
});

test('a folder that cannot be made is told', () => {
  writeFileSync(join(root, 'taken'), '');
  expect(() => writeTextFiles(join(root, 'taken', 'x'), { a: '' })).toThrow(/ENOTDIR|EEXIST/);
});
