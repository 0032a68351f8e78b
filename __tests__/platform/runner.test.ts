import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Finding, finding } from '../../src/core/findings.js';
import { createActionsRunner } from '../../src/platform/runner.js';

let written = '';

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** The text of the annotation, as the runner shows it. */
function shown(told: Finding): string {
  createActionsRunner({}).annotate(told);
  return written
    .trim()
    .replace(/^::error title=[^:]*::/, '')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');
}

test('advice follows a sentence in its line, and a list in a line of its own', () => {
  const advice = 'Correct them.';
  expect(shown(finding('error', 'a', 'Wrong', 'It is wrong.', { advice }))).toBe(
    'It is wrong. Correct them.',
  );
  written = '';
  expect(shown(finding('error', 'a', 'Wrong', 'Two are wrong.\nx: bad. Example: 5', { advice }))).toBe(
    'Two are wrong.\nx: bad. Example: 5\nCorrect them.',
  );
});

test('a pipe in the place of a file of the runner is told, and not waited for', () => {
  const dir = mkdtempSync(join(tmpdir(), 'spendgate-runner-'));
  const pipe = join(dir, 'output');
  execFileSync('mkfifo', [pipe]);
  const runner = createActionsRunner({ GITHUB_OUTPUT: pipe, GITHUB_ENV: pipe });
  expect(() => runner.setOutput('usage', '{}')).toThrow('GITHUB_OUTPUT is no regular file');
  expect(() => runner.exportVariable('A', 'b')).toThrow('GITHUB_ENV is no regular file');
  rmSync(dir, { recursive: true });
});
