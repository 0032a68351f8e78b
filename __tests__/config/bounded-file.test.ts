import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readRegularFile } from '../../src/config/bounded-file.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-bounded-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string) => join(dir, name);

test('a file is read, also through a link, and one that is not there is none', () => {
  writeFileSync(at('a'), 'text');
  symlinkSync('a', at('link'));
  expect(readRegularFile(at('a'), 4)).toEqual({ text: 'text' });
  expect(readRegularFile(at('link'), 4)).toEqual({ text: 'text' });
  expect(readRegularFile(at('b'), 4)).toBeUndefined();
  expect(readRegularFile(join(at('a'), 'b'), 4)).toBeUndefined();
});

test('a pipe, a folder and a device are no files, and nobody waits for them', () => {
  execFileSync('mkfifo', [at('pipe')]);
  for (const path of [at('pipe'), dir, '/dev/zero'])
    expect(readRegularFile(path, 100)).toEqual({ reason: expect.any(String) });
});

test('a file that is larger is not read', () => {
  writeFileSync(at('large'), 'x'.repeat(11));
  expect(readRegularFile(at('large'), 10)).toEqual({ reason: 'it is larger than 10 bytes' });
});

test('what the system shows as a file without a size stays where it is', () => {
  symlinkSync('/proc/self/environ', at('environment'));
  expect(readRegularFile(at('environment'), 1e6)).not.toMatchObject({ text: expect.stringMatching(/./) });
});
