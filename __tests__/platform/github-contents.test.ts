import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/core/errors.js';
import { createGitHub } from '../../src/platform/github/index.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const PATH = '.github/spendgate defaults/ü.yml';

let api: GitHubApi;
beforeEach(async () => {
  api = await startGitHubApi();
});
afterEach(() => api.close());

const read = (token = 'contents=read', sha = SHA): Promise<string> =>
  createGitHub({ token, repository: 'acme/app', apiUrl: api.url }).readFile('acme/platform', PATH, sha);
const failure = async (promise: Promise<string>): Promise<AppError> => {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error(`not one of ours: ${error}`);
  return error;
};

describe('a file at a commit', () => {
  test('is read from the repository it is in, whatever its name', async () => {
    api.contents.set(`${PATH}@${SHA}`, 'version: 1 # ü\n');
    expect(await read()).toBe('version: 1 # ü\n');
    expect(api.requests).toEqual([expect.stringContaining('/repos/acme/platform/contents/')]);
  });

  test('is read again after GitHub stumbled', async () => {
    api.contents.set(`${PATH}@${SHA}`, 'version: 1\n');
    api.faults.push({ status: 502, times: 1 });
    expect(await read()).toBe('version: 1\n');
  });

  test('that another commit has is not there', async () => {
    api.contents.set(`${PATH}@${SHA}`, 'version: 1\n');
    expect((await failure(read('contents=read', SHA.replace('0', '1')))).message).toMatch(
      /404.*contents: read/,
    );
  });

  test('without the permission is an error that names it', async () => {
    expect(await failure(read('issues=read'))).toMatchObject({
      code: 'permission-missing',
      message: expect.stringContaining('contents: read'),
      hint: expect.stringContaining('permissions: { contents: read }'),
    });
  });

  test('may have 256 KiB and no more', async () => {
    api.contents.set(`${PATH}@${SHA}`, 'x'.repeat(262_144));
    expect(await read()).toHaveLength(262_144);
    api.contents.set(`${PATH}@${SHA}`, 'x'.repeat(262_145));
    expect((await failure(read())).message).toBe('It has 262145 bytes; 256 KiB are read at most.');
    api.contents.set(`${PATH}@${SHA}`, Buffer.alloc(2 * 1024 * 1024));
    expect((await failure(read())).message).toMatch(/2097152 bytes/);
  });

  test.each([
    ['a folder', []],
    ['a link', { type: 'symlink', target: 'elsewhere', size: 9 }],
    ['another repository', { type: 'submodule', submodule_git_url: 'git://x', size: 0 }],
  ])('is not %s', async (_name, body) => {
    api.contents.set(`${PATH}@${SHA}`, { status: 200, body });
    expect((await failure(read())).message).toBe('This is no file.');
  });

  test('is text', async () => {
    api.contents.set(`${PATH}@${SHA}`, Buffer.from([0xff, 0xfe, 0x00]));
    expect((await failure(read())).message).toBe('It is no text in UTF-8.');
  });
});
