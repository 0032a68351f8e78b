import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readBoundedBytes, readBoundedText } from '../../src/files/bounded-file.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-bounded-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string) => join(dir, name);
writeFileSync(at('a'), 'text');
symlinkSync('a', at('link'));
symlinkSync('nothing', at('dangling'));
symlinkSync('loop', at('loop'));
execFileSync('mkfifo', [at('pipe')]);
symlinkSync('pipe', at('link-to-pipe'));

describe.each([true, false])('where links are followed: %s', (followsLinks) => {
  const read = (path: string, maxBytes = 100) => readBoundedText(path, { maxBytes, followsLinks });

  test('a file is read up to its bound, and one that is not there is none', () => {
    expect(read(at('a'), 4)).toEqual({ text: 'text' });
    expect(read(at('a'), 3)).toEqual({ why: 'is larger than 3 bytes' });
    expect(read(at('b'))).toBeUndefined();
    expect(read(join(at('a'), 'b'))).toBeUndefined();
  });

  test('a pipe, a folder, a device and a link to itself are no files, and nobody waits for them', () => {
    for (const path of [at('pipe'), at('link-to-pipe'), dir, '/dev/zero', at('loop')])
      expect(read(path)).toEqual({ why: 'is no regular file' });
  });

  test('what the system shows as a file without a size stays where it is', () => {
    expect(read('/proc/self/environ', 1e6)).toEqual({ text: '' });
  });

  test('what may not be read is said with the system’s own word for it', () => {
    writeFileSync(at('closed'), 'text');
    chmodSync(at('closed'), 0o000);
    // Whoever is root may read it.
    expect([{ why: 'cannot be read (EACCES)' }, { text: 'text' }]).toContainEqual(read(at('closed')));
  });
});

test('a link is followed only where somebody says so', () => {
  const bounds = { maxBytes: 4 };
  expect(readBoundedText(at('link'), { ...bounds, followsLinks: true })).toEqual({ text: 'text' });
  expect(readBoundedText(at('link'), bounds)).toEqual({ why: 'is no regular file' });
  expect(readBoundedText(at('dangling'), { ...bounds, followsLinks: true })).toBeUndefined();
  expect(readBoundedText(at('dangling'), bounds)).toEqual({ why: 'is no regular file' });
});

test('bytes are what stands there, text or not', () => {
  writeFileSync(at('bytes'), Buffer.from([0xff, 0x00, 0xfe]));
  expect(readBoundedBytes(at('bytes'), { maxBytes: 3 })?.bytes).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
});
