/** Rollouts of Codex, where its sessions are its own and where they are the user's. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { codex } from '../../src/agents/codex.js';

const START = '2026-11-26T00:00:00.000Z';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spendgate-codex-'));
  mkdirSync(join(root, 'theirs/sessions'), { recursive: true });
  mkdirSync(join(root, 'home'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const thread = (provider: string, timestamp = '2026-11-26T00:00:01.000Z') =>
  JSON.stringify({ timestamp, type: 'session_meta', payload: { model_provider: provider } });
const record = (id: string, input: number) =>
  JSON.stringify({
    timestamp: '2026-11-26T00:00:02.000Z',
    type: 'token_usage_record',
    payload: { response_id: id, usage: { input_tokens: input, output_tokens: 1 } },
  });

function write(name: string, ...lines: string[]): void {
  writeFileSync(join(root, 'theirs/sessions', `rollout-${name}.jsonl`), `${lines.join('\n')}\n`);
}

function tokens(): number | undefined {
  const environment = { CODEX_HOME: join(root, 'home') };
  return codex.readReport?.({ environment, workingDirectory: root, startedAt: new Date(START) })?.inputTokens;
}

test('where the sessions are the user’s, threads that do not call the meter are another run’s', () => {
  symlinkSync(join(root, 'theirs/sessions'), join(root, 'home/sessions'));
  write('ours', thread('spendgate'), record('a', 100));
  write('resumed', thread('spendgate', '2026-11-20T00:00:00.000Z'), record('b', 20));
  write('other', thread('openai'), record('c', 9000));
  expect(tokens()).toBe(120);
});

test('where the sessions are its own, each thread counts: it may have gone past the meter', () => {
  rmSync(join(root, 'home'), { recursive: true });
  symlinkSync(join(root, 'theirs'), join(root, 'home'));
  write('ours', thread('spendgate'), record('a', 100));
  write('past', thread('openai'), record('b', 900));
  expect(tokens()).toBe(1000);
});

test('a record that a forked thread repeats counts once', () => {
  symlinkSync(join(root, 'theirs/sessions'), join(root, 'home/sessions'));
  write('root', thread('spendgate'), record('a', 100));
  write('fork', thread('spendgate'), thread('openai'), record('a', 100), record('b', 50));
  expect(tokens()).toBe(150);
});

test('a home that leads to itself, or is a file, is no report and no error', () => {
  rmSync(join(root, 'home'), { recursive: true });
  symlinkSync(join(root, 'home'), join(root, 'home'));
  expect(tokens()).toBeUndefined();
  rmSync(join(root, 'home'));
  writeFileSync(join(root, 'home'), '');
  expect(tokens()).toBeUndefined();
});

test('a call whose usage the provider did not tell leaves the sum unknown', () => {
  symlinkSync(join(root, 'theirs/sessions'), join(root, 'home/sessions'));
  const silent = { type: 'token_usage_record', payload: { response_id: 'b', usage: null } };
  write('ours', thread('spendgate'), record('a', 100), JSON.stringify(silent));
  expect(tokens()).toBeUndefined();
});
