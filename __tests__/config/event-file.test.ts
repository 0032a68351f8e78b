import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readEventFile } from '../../src/config/event-file.js';
import { readRunContext } from '../../src/config/run-context.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-event-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const path = join(dir, 'event.json');
const TEXT = JSON.stringify({ pull_request: { number: 7, head: { sha: 'a'.repeat(40) } } });
const environment = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: path, GITHUB_SHA: 'c'.repeat(40) };
const sum = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the event file', () => {
  test('is believed where no earlier step said what it was, and marked for the later ones', () => {
    writeFileSync(path, TEXT);
    const { mark, event, trouble } = readEventFile(environment, undefined);
    expect(mark).toEqual({ variable: 'SPENDGATE_EVENT', checksum: sum(TEXT) });
    expect([event?.pull_request?.number, trouble]).toEqual([7, undefined]);
  });

  test.each([
    ['the variable', { SPENDGATE_EVENT: sum('{}') }, undefined],
    ['an empty variable', { SPENDGATE_EVENT: '' }, undefined],
    ['what the workflow hands on, which outranks it', { SPENDGATE_EVENT: sum(TEXT) }, sum('{}')],
  ])('that is not what it was by %s says nothing', (_name, variables, handed) => {
    writeFileSync(path, TEXT);
    const told = { ...environment, ...variables };
    expect(readEventFile(told, handed)).toMatchObject({ event: undefined, trouble: { kind: 'changed' } });
    const context = readRunContext(told, handed);
    expect([context.pullRequest, context.headSha]).toEqual([undefined, undefined]);
  });

  test('that is gone is changed', () => {
    const told = { ...environment, GITHUB_EVENT_PATH: join(dir, 'gone'), SPENDGATE_EVENT: sum(TEXT) };
    expect(readEventFile(told, undefined).trouble?.kind).toBe('changed');
  });

  test.each([
    ['no JSON', '{', /is not JSON/],
    ['nothing', '', /is not JSON/],
  ])('that holds %s is a sentence, and nobody guesses the commit', (_name, text, message) => {
    writeFileSync(path, text);
    const { trouble, event } = readEventFile(environment, undefined);
    expect(trouble).toEqual({ kind: 'unreadable', message: expect.stringMatching(message) });
    expect([event, readRunContext(environment).headSha]).toEqual([undefined, undefined]);
  });

  test('that is a folder is a sentence as well', () => {
    const told = { ...environment, GITHUB_EVENT_PATH: dir };
    expect(readEventFile(told, undefined).trouble?.message).toMatch(
      /^The event file \S+ is no regular file\.$/,
    );
  });
});
