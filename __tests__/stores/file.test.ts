/** What somebody put into the state folder in the place of a file of ours. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '../../src/platform/clock.js';
import type { Store } from '../../src/ports/store.js';
import { file } from '../../src/stores/file.js';

let dir: string;
let store: Store;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spendgate-file-'));
  execFileSync('mkfifo', [join(dir, 'gates.ndjson')]);
  store = file.create({ stateDir: dir, clock: systemClock } as Parameters<typeof file.create>[0]);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a pipe is no gate that is open, and nobody waits for who would write to it', async () => {
  const read = await store.readGate('nightly', undefined);
  expect(read.state).toBe('unknown');
  expect(JSON.stringify(read)).toContain('is no regular file');
});
