import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readRunContext } from '../../src/config/run-context.js';
import { makePrivateDir, removePrivateDir } from '../../src/entrypoints/private-dir.js';

const root = mkdtempSync(join(tmpdir(), 'spendgate-private-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const inState = (XDG_STATE_HOME: string) => readRunContext({ XDG_STATE_HOME, HOME: root });

test('a folder of state that cannot be used is named, with what to do', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makePrivateDir(inState(join(root, 'file')))).toThrow(
    expect.objectContaining({ code: 'store-failed', message: expect.stringContaining(join(root, 'file')) }),
  );
});

test('a variable that is set to nothing names no folder', () => {
  expect(inState('').stateDir).toBe(join(root, '.local', 'state', 'spendgate'));
  expect(inState(join(root, 'x')).stateDir).toBe(join(root, 'x', 'spendgate'));
});

test('what is there no more is removed without a word', () => {
  const folder = makePrivateDir(inState(join(root, 'y')));
  removePrivateDir(folder);
  expect(removePrivateDir(folder)).toBeUndefined();
});
