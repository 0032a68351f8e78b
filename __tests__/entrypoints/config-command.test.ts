/** The dry run of a change: which version's faults stop it, and what stands in for a version that is not there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { showConfig } from '../../src/entrypoints/config-command.js';

let dir: string;
let now: string;
let next: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spendgate-dry-'));
  now = join(dir, 'now.yml');
  next = join(dir, 'next.yml');
  writeFileSync(next, 'version: 1\ntasks:\n  triage: { max-cost: 2 USD }\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const show = (more: { compare?: string | undefined; format?: 'table' | 'json' } = {}) =>
  showConfig(
    {
      command: 'config',
      inputs: { config: now },
      fromVariables: new Set(),
      compare: next,
      format: 'table',
      faults: [],
      ...more,
    },
    { environment: { HOME: dir }, onSecret: () => undefined },
  );

describe('a dry run', () => {
  test.each([
    ['there is no file yet', undefined],
    ['`git show` left an empty one', ''],
    ['there are only comments', '# soon\n'],
  ])('of the change that brings the file, where %s', async (_what, text) => {
    if (text !== undefined) writeFileSync(now, text);
    expect(await show()).toContain(`Task triage (new)\n  max-cost: not set → 2 USD (task ${next}:3)`);
    expect(await show()).not.toContain('Note:');
  });

  test('notes what is wrong with the version before, and shows the change that mends it', async () => {
    writeFileSync(now, 'version: 1\ntasks:\n  triage: { max-cost: much }\n');
    const shown = await show();
    expect(shown).toContain(`max-cost: not set → 2 USD (task ${next}:3)`);
    expect(shown).toMatch(/^Note: \S*now\.yml:3: tasks\.triage\.max-cost: "much" is not an amount of money/m);
    const { notes, tasks } = JSON.parse(await show({ format: 'json' }));
    expect(notes).toHaveLength(1);
    expect(tasks.triage.kind).toBe('changed');
  });

  test('shows what an override hides until it ends', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const text = (cost: number) =>
      `version: 1\ntasks:\n  triage: { max-cost: ${cost} USD }\noverrides:\n  - { task: triage, by: ann, reason: r, until: ${until}, max-cost: 10 USD }\n`;
    writeFileSync(now, text(2));
    writeFileSync(next, text(2));
    expect(await show()).toBe('no difference');
    writeFileSync(next, text(5));
    expect(await show()).toBe(
      `Task triage\n  max-cost, when its override has ended: 2 USD (task ${now}:3) → 5 USD (task ${next}:3)`,
    );
  });

  test('fails for what is wrong with the version after', async () => {
    writeFileSync(now, 'version: 1\n');
    for (const text of ['', 'version: 1\ntasks: { triage: { max-cost: much } }\n']) {
      writeFileSync(next, text);
      await expect(show()).rejects.toMatchObject({ code: 'bad-input', exitCode: 2 });
    }
  });
});

test('without another version an empty file is a fault, and one that was named must be there', async () => {
  const alone = () => show({ compare: undefined });
  await expect(alone()).rejects.toThrow(/now\.yml does not exist/);
  writeFileSync(now, '# soon\n');
  await expect(alone()).rejects.toThrow(/now\.yml:1: the file: it is empty/);
});

test('a key whose variable is not set is shown with where it is named', async () => {
  writeFileSync(now, 'version: 1\ngateway:\n  id: litellm\n  key-env: NOPE_KEY\n');
  expect(await show({ compare: undefined })).toMatch(
    /gateway-key +not set +gateway \S*now\.yml:4 \(key-env NOPE_KEY\)/,
  );
});

test('a name of the policy file that is none of ours is told with its line, before a run needs it', async () => {
  writeFileSync(now, 'version: 1\ntasks:\n  triage:\n    agent: claud\n    upstream: elsewhere\n');
  const faults = await show({ compare: undefined }).catch((error: Error) => error.message);
  expect(faults).toContain(`${now}:4: "claud" is not an agent; the nearest one is \`claude-code\``);
  expect(faults).toContain(`${now}:5: "elsewhere" is not \`dialect=url\``);
});
