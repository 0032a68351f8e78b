import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { policyAbove } from '../../src/entrypoints/policy-above.js';

let dir: string;
let deep: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spendgate-above-'));
  deep = join(dir, 'repository', 'packages', 'a');
  mkdirSync(deep, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function put(path: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), 'version: 1\n');
}

describe('the policy file above a subfolder', () => {
  test('is the nearest one, up to the root of the repository', () => {
    put('repository/.git');
    put('repository/.github/spendgate.yml');
    expect(policyAbove(deep)).toBe('../../.github/spendgate.yml');
    put('repository/packages/.github/spendgate.yml');
    expect(policyAbove(deep)).toBe('../.github/spendgate.yml');
  });

  test('is none where the folder has its own', () => {
    put('repository/.git');
    put('repository/.github/spendgate.yml');
    put('repository/packages/a/.github/spendgate.yml');
    expect(policyAbove(deep)).toBeUndefined();
  });

  test('is none that lies above the repository, or where there is no repository', () => {
    put('.github/spendgate.yml');
    expect(policyAbove(deep)).toBeUndefined();
    put('repository/.git');
    expect(policyAbove(deep)).toBeUndefined();
  });
});
