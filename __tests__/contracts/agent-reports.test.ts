/** What every agent that leaves its own usage behind must do: tell it from real logs, and nothing from bad ones. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { agents } from '../../src/agents/index.js';
import type { AgentReport } from '../../src/ports/agent.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/agents', import.meta.url));

interface Expected {
  readonly startedAt: string;
  /** Beside HOME; paths are relative to it. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly report: AgentReport;
}

const able = agents.filter(({ readReport }) => readReport !== undefined);
const cases = able.flatMap(({ id }) =>
  casesOf(id).map((name) => ({ id, name, dir: join(FIXTURES, id, name) })),
);

function casesOf(id: string): string[] {
  const dir = join(FIXTURES, id);
  return existsSync(dir)
    ? readdirSync(dir).filter((name) => existsSync(join(dir, name, 'expected.json')))
    : [];
}

test.each(able.map(({ id }) => id))('%s has logs of its own making to be read', (id) => {
  expect(casesOf(id)).not.toEqual([]);
});

describe.each(cases)('$id: $name', ({ id, dir }) => {
  const { startedAt, environment, report } = JSON.parse(
    readFileSync(join(dir, 'expected.json'), 'utf8'),
  ) as Expected;
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'spendgate-report-'));
  });

  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function read(since = startedAt, rest: Record<string, string | undefined> = {}): AgentReport | undefined {
    const agent = able.find((candidate) => candidate.id === id);
    return agent?.readReport?.({
      environment: { HOME: home, ...environment, ...rest },
      workingDirectory: home,
      startedAt: new Date(since),
    });
  }

  /** The agent's files as it left them, each changed first. */
  function leave(change: (text: string) => string = (text) => text): string[] {
    cpSync(join(dir, 'home'), home, { recursive: true });
    return readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => {
        const path = join(parentPath, name);
        const text = change(readFileSync(path, 'utf8'));
        rmSync(path);
        return name.endsWith('.sql') ? database(path, text) : written(path, text);
      });
  }

  function written(path: string, text: string): string {
    writeFileSync(path, text);
    return path;
  }

  function database(path: string, sql: string): string {
    const made = path.slice(0, -'.sql'.length);
    const db = new DatabaseSync(made, { enableForeignKeyConstraints: false });
    db.exec(sql);
    db.close();
    return made;
  }

  test('is told as the agent’s provider billed it, cached and reasoning tokens included', () => {
    leave();
    expect(read()).toEqual(report);
  });

  test('is nothing where the agent wrote nothing', () => {
    expect(read()).toBeUndefined();
    expect(
      read(startedAt, { HOME: undefined, CODEX_HOME: undefined, GEMINI_CLI_HOME: undefined }),
    ).toBeUndefined();
  });

  test('leaves out what was written before the run', () => {
    const beforeTheFilesButAfterTheirLines = new Date().toISOString();
    leave();
    expect(read(beforeTheFilesButAfterTheirLines)).toBeUndefined();
    expect(read('2100-01-01T00:00:00Z')).toBeUndefined();
  });

  test('is nothing when a figure is no figure', () => {
    leave((text) => text.replace(/("(?:input_tokens|inputTokens|prompt_tokens|input)": ?)\d+/, '$1"many"'));
    expect(read()).toBeUndefined();
  });

  test('is nothing when a figure is beyond all reason', () => {
    leave((text) =>
      text.replace(/("(?:input_tokens|inputTokens|prompt_tokens|input)": ?)\d+/, '$199999999999999999'),
    );
    expect(read()).toBeUndefined();
  });

  test('follows no link', () => {
    const outside = mkdtempSync(join(tmpdir(), 'spendgate-outside-'));
    for (const [index, path] of leave().entries()) {
      renameSync(path, join(outside, String(index)));
      symlinkSync(join(outside, String(index)), path);
    }
    expect(read()).toBeUndefined();
    rmSync(outside, { recursive: true });
  });

  test('waits for no pipe', () => {
    for (const path of leave()) {
      rmSync(path);
      execFileSync('mkfifo', [path]);
    }
    expect(read()).toBeUndefined();
  });

  test('reads no file that is larger than a log is', () => {
    for (const path of leave()) truncateSync(path, 2 ** 33);
    expect(read()).toBeUndefined();
  });

  test('is nothing where a folder stands in place of a file', () => {
    for (const path of leave()) {
      rmSync(path);
      mkdirSync(join(path, 'deeper'), { recursive: true });
    }
    expect(read()).toBeUndefined();
  });
});
