/** What every agent of the list must do: be recognised, be pointed at the meter, and tell who made a call. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { agents, agentsFor } from '../../src/agents/index.js';
import { AppError } from '../../src/core/errors.js';
import type { Agent, AgentContext, CallerFacts } from '../../src/ports/agent.js';
import { JsonBody } from '../../src/wire/json-body.js';

const METER = 'http://127.0.0.1:43210';
const TOKEN = 'sk-spendgate-00112233';
const CALLERS = ['main', 'subagent', 'auxiliary', 'compaction', 'title'];
const FIXTURES = new URL('../fixtures/agents/', import.meta.url);

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spendgate-agents-'));
  mkdirSync(join(root, 'private'), { mode: 0o700 });
  mkdirSync(join(root, 'home'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function contextOf(rest: Partial<AgentContext> = {}): AgentContext {
  const environment = { HOME: join(root, 'home') };
  return { meterUrl: METER, token: TOKEN, privateDir: join(root, 'private'), environment, ...rest };
}

function bodyOf(value: unknown = {}): JsonBody {
  return new JsonBody(Buffer.from(JSON.stringify(value)));
}

interface CallerFixture {
  readonly source: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
  /** `null` where the call does not tell. */
  readonly expected: CallerFacts | null;
}

/** Recorded requests of an agent, by what made them. */
function callerFixtures(id: string): { name: string; fixture: CallerFixture }[] {
  const dir = new URL(`${id}/`, FIXTURES);
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.caller.json')) : [];
  return names.map((name) => ({
    name,
    fixture: JSON.parse(readFileSync(new URL(name, dir), 'utf8')) as CallerFixture,
  }));
}

/** A body that says one thing twice is refused whoever asks. */
function factsOrFault(
  agent: Agent,
  headers: Record<string, string | undefined>,
  body: unknown,
): CallerFacts | undefined {
  try {
    return agent.readCaller(headers, bodyOf(body));
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return undefined;
  }
}

function agentOf(id: string): Agent {
  const agent = agents.find((candidate) => candidate.id === id);
  if (agent === undefined) throw new Error(`there is no agent ${id}`);
  return agent;
}

/** Puts files into a folder under the home of the user. */
function writeUserFiles(folder: string, files: Record<string, string>): string {
  const dir = join(root, 'home', folder);
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

/** Where the agents of the list look for who made a call. */
const HEADER_HINTS = [
  'x-claude-code-session-id',
  'x-claude-code-request-class',
  'x-claude-code-agent-id',
  'x-claude-code-parent-agent-id',
  'x-codex-turn-metadata',
  'x-codex-parent-thread-id',
  'x-openai-subagent',
  'thread-id',
  'originator',
  'x-session-affinity',
  'x-session-id',
  'x-parent-session-id',
  'x-gemini-api-privileged-user-id',
];
const BODY_HINTS = [
  'metadata',
  'system',
  'client_metadata',
  'tool_choice',
  'instructions',
  'messages',
  'input',
  'generationConfig',
];

/** Command lines by agent: the ones that start it, and the ones that only look like it. */
const COMMANDS: Readonly<Record<string, { yes: readonly string[]; no: readonly string[] }>> = {
  'claude-code': {
    yes: [
      'claude',
      'claude -p "hi"',
      'cd x && claude -p "hi"',
      'cd x&&claude -p "hi"',
      'npx claude -p hi',
      'npx -y @anthropic-ai/claude-code -p hi',
      './node_modules/.bin/claude -p hi',
      'FOO=bar claude -p hi',
      'timeout 10m claude -p hi',
      'set -e\nclaude -p hi\necho done',
      'cat prompt.txt | claude -p',
      'out=$(claude -p hi)',
      'bash -c "claude -p hi"',
      "bash -c 'claude -p hi'",
      'claude<prompt.txt',
      'claude; echo done',
    ],
    no: [
      'echo claudette',
      'cat claude.md',
      './claude.sh',
      'npm run not-claude',
      'ls .claude/',
      'CLAUDE=1 npm test',
      'opencode run hi',
      '',
    ],
  },
  codex: {
    yes: [
      'codex exec "fix it"',
      'npx codex exec',
      'npx @openai/codex exec hi',
      'npx -y @openai/codex@latest exec hi',
      'cd x; codex exec hi',
      '/usr/local/bin/codex exec hi',
      'bash -c "codex exec hi"',
    ],
    no: [
      'echo codexes',
      'cat codex.md',
      './codex-setup.sh',
      'ls .codex/',
      'mycodex exec',
      'claude -p hi',
      '',
    ],
  },
  opencode: {
    yes: [
      'opencode run "fix it"',
      'npx opencode run hi',
      'npx -y opencode-ai run hi',
      'cd x && opencode run hi',
      'sh -c "opencode run hi"',
    ],
    no: ['echo opencoder', 'cat opencode.json', 'ls .opencode/', 'myopencode run', 'codex exec hi', ''],
  },
  'gemini-cli': {
    yes: [
      'gemini -p "fix it"',
      'npx gemini -p hi',
      'npx @google/gemini-cli -p hi',
      'npx https://github.com/google-gemini/gemini-cli -p hi',
      'cd x && gemini -p hi',
      'bash -c "gemini -p hi"',
    ],
    no: ['echo geminids', 'cat gemini.md', 'ls .gemini/', 'mygemini -p', 'claude -p hi', ''],
  },
  'qwen-code': {
    yes: ['qwen -p "fix it"', 'npx @qwen-code/qwen-code@0.24.4 -p hi', 'cd x && qwen -p hi'],
    no: ['echo qwen3-coder', 'cat qwen.md', 'ls .qwen/', 'my-qwen -p', 'gemini -p hi', ''],
  },
  'copilot-cli': {
    yes: [
      'copilot -p "fix it"',
      'npx -y @github/copilot -p hi',
      'gh copilot -p hi',
      'bash -c "copilot -p hi"',
    ],
    no: ['echo copilots', 'cat copilot.md', 'ls .copilot/', 'my-copilot', 'claude -p hi', ''],
  },
  cline: {
    yes: ['cline "fix it"', 'npx cline@3.0.65 --json hi', 'cd x;cline hi', "sh -c 'cline hi'"],
    no: ['echo recline', 'cat cline.md', 'ls .cline/', 'cline-setup', 'claude -p hi', ''],
  },
  continue: {
    yes: [
      'cn -p "fix it"',
      'npx cn -p hi',
      'npx -y @continuedev/cli@1.5.47 -p hi',
      'cd x && cn -p hi',
      'set -e\ncn -p hi',
      'FOO=bar cn -p hi',
      'timeout 10m cn -p hi',
      './node_modules/.bin/cn -p hi',
      'bash -c "cn -p hi"',
      'out=$(cn -p hi)',
    ],
    // The word stands in prompts as well, and in the text of one that was given without a shell.
    no: [
      'claude -p "the cn helper is wrong"',
      'claude -p cn',
      'codex exec fix cn in utils',
      'cat cn.md',
      'echo continue',
      'my-cn -p hi',
      '',
    ],
  },
  pi: {
    yes: [
      'pi -p "fix it"',
      'npx @mariozechner/pi-coding-agent -p hi',
      'cd x && pi -p hi',
      'bash -c "pi -p hi"',
    ],
    no: ['echo pip', 'cat pi.md', 'ls .pi/', 'api -p', 'pip install x', ''],
  },
  generic: { yes: [], no: ['claude -p hi', 'codex exec hi', 'my-agent --run', ''] },
};

/** Base URLs by agent. Anthropic's has no `/v1` for Claude Code and has it for OpenCode; OpenAI's always has it. */
const BASE_URLS: Readonly<Record<string, Record<string, string>>> = {
  'claude-code': { ANTHROPIC_BASE_URL: METER },
  codex: {},
  opencode: { ANTHROPIC_BASE_URL: `${METER}/v1` },
  'gemini-cli': { GOOGLE_GEMINI_BASE_URL: METER },
  'qwen-code': {
    ANTHROPIC_BASE_URL: METER,
    OPENAI_BASE_URL: `${METER}/v1`,
    GOOGLE_GEMINI_BASE_URL: METER,
  },
  'copilot-cli': { COPILOT_PROVIDER_BASE_URL: `${METER}/v1` },
  cline: {},
  continue: {},
  pi: {},
  generic: {
    ANTHROPIC_BASE_URL: METER,
    OPENAI_BASE_URL: `${METER}/v1`,
    OPENAI_API_BASE: `${METER}/v1`,
    GOOGLE_GEMINI_BASE_URL: METER,
  },
};

const KEYS: Readonly<Record<string, readonly string[]>> = {
  'claude-code': ['ANTHROPIC_API_KEY'],
  codex: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
  opencode: [],
  'gemini-cli': ['GEMINI_API_KEY'],
  'qwen-code': [],
  'copilot-cli': ['COPILOT_PROVIDER_API_KEY'],
  cline: [],
  continue: [],
  pi: [],
  generic: ['ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'OPENAI_API_KEY'],
};

/** Variables that are empty on purpose: what the agent would do with a value leads past the meter. */
const EMPTY: Readonly<Record<string, readonly string[]>> = { continue: ['ANTHROPIC_API_KEY'] };

describe.each(agents.map((agent) => ({ id: agent.id, agent })))('agent $id', ({ id, agent }) => {
  test('stands in the tables of this suite', () => {
    for (const table of [COMMANDS, BASE_URLS, KEYS]) expect(Object.keys(table)).toContain(id);
  });

  const { yes, no } = COMMANDS[id] ?? { yes: [], no: [] };
  if (yes.length > 0)
    test.each(yes)('is started by: %s', (command) => expect(agent.detect(command)).toBe(true));
  test.each(no)('is not started by: %s', (command) => expect(agent.detect(command)).toBe(false));

  test('is pointed at the meter', () => {
    expect(agent.environment(contextOf())).toMatchObject(BASE_URLS[id] ?? {});
  });

  test('gets the token of the run in place of every key', () => {
    const environment = agent.environment(contextOf());
    const holders = Object.keys(environment).filter((name) => environment[name] === TOKEN);
    expect(holders.sort()).toEqual(KEYS[id]);
  });

  test('keeps its own credentials where there is no token', () => {
    const environment = agent.environment(contextOf({ token: undefined }));
    for (const name of KEYS[id] ?? []) expect(environment).not.toHaveProperty(name);
    expect(environment).toMatchObject(BASE_URLS[id] ?? {});
  });

  test('is given text alone, in every variable', () => {
    for (const token of [TOKEN, undefined]) {
      rmSync(join(root, 'private'), { recursive: true });
      mkdirSync(join(root, 'private'), { mode: 0o700 });
      for (const [name, value] of Object.entries(agent.environment(contextOf({ token })))) {
        const text = EMPTY[id]?.includes(name) ? '' : expect.stringMatching(/./);
        expect({ name, value }).toEqual({ name, value: text });
      }
    }
  });

  test('writes nothing but private files, and nothing outside the private folder', () => {
    agent.environment(contextOf());
    expect(readdirSync(join(root, 'home'))).toEqual([]);
    for (const entry of readdirSync(join(root, 'private'), { recursive: true, withFileTypes: true })) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      expect({ name: entry.name, mode }).toEqual({
        name: entry.name,
        mode: entry.isDirectory() ? 0o700 : 0o600,
      });
    }
  });

  test('does not know the caller of a request without its headers', () => {
    expect(agent.readCaller({}, bodyOf())).toBeUndefined();
    const headers = { 'user-agent': 'claude-cli/0.24.4 (external, cli)', 'x-app': 'cli' };
    expect(agent.readCaller(headers, bodyOf())).toBeUndefined();
  });

  const recorded = callerFixtures(id);
  if (recorded.length > 0)
    test.each(recorded)('tells who made a recorded call: $name', ({ fixture }) => {
      expect(fixture.source).not.toBe('');
      expect(agent.readCaller(fixture.headers, bodyOf(fixture.body)) ?? null).toEqual(fixture.expected);
    });

  test('answers with a caller or nothing, whatever headers and body hold', () => {
    const values = fc.oneof(
      fc.constantFrom('', 'constructor', '__proto__', 'toString', 'main', '{', '[1]', 'x'.repeat(9000)),
      fc.string(),
      fc.json(),
    );
    const anyBody = fc.record(
      Object.fromEntries(BODY_HINTS.map((name) => [name, fc.oneof(fc.jsonValue(), values)])),
      { requiredKeys: [] },
    );
    const anyHeaders = fc.record(Object.fromEntries(HEADER_HINTS.map((name) => [name, values])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(anyHeaders, anyBody, (headers, body) => {
        const facts = factsOrFault(agent, headers, body);
        if (facts === undefined) return;
        expect(CALLERS).toContain(facts.caller);
        for (const told of [facts.agentId, facts.parentId])
          expect(['string', 'undefined']).toContain(typeof told);
      }),
    );
  });
});

describe('claude-code', () => {
  const claude = agentOf('claude-code');

  test('asks for the hint headers, and for no traffic past the meter', () => {
    expect(claude.environment(contextOf())).toMatchObject({
      CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    });
  });

  const session = { 'x-claude-code-session-id': 's1', 'x-app': 'cli' };
  const main = { agentId: 's1' };
  const first = { agentId: 'a7', parentId: 's1' };
  test.each<[CallerFacts, Record<string, string>]>([
    [{ caller: 'main', ...main }, {}],
    [{ caller: 'main', ...main }, { 'x-claude-code-request-class': 'main' }],
    [{ caller: 'subagent', ...first }, { 'x-claude-code-agent-id': 'a7' }],
    [
      { caller: 'subagent', agentId: 'a8', parentId: 'a7' },
      { 'x-claude-code-agent-id': 'a8', 'x-claude-code-parent-agent-id': 'a7' },
    ],
    [
      { caller: 'subagent', ...first },
      { 'x-claude-code-request-class': 'subagent', 'x-claude-code-agent-id': 'a7' },
    ],
    [{ caller: 'subagent', parentId: 's1' }, { 'x-claude-code-request-class': 'workflow' }],
    [{ caller: 'compaction', ...main }, { 'x-claude-code-request-class': 'compaction' }],
    [
      { caller: 'compaction', ...first },
      { 'x-claude-code-request-class': 'compaction', 'x-claude-code-agent-id': 'a7' },
    ],
    [{ caller: 'auxiliary', ...main }, { 'x-claude-code-request-class': 'auxiliary' }],
    [{ caller: 'main', ...main }, { 'x-claude-code-request-class': 'something-new' }],
    [
      { caller: 'subagent', ...first },
      { 'x-claude-code-request-class': 'something-new', 'x-claude-code-agent-id': 'a7' },
    ],
    [{ caller: 'main', ...main }, { 'x-claude-code-request-class': 'constructor' }],
  ])('a call is told as %j with %j', (facts, headers) => {
    expect(claude.readCaller({ ...session, ...headers }, bodyOf())).toEqual(facts);
  });

  test('names its session in the body as older versions did', () => {
    const body = bodyOf({ metadata: { user_id: 'user_0a1b_account__session_0b1c2d3e-44' } });
    expect(claude.readCaller({}, body)).toEqual({ caller: 'main', agentId: '0b1c2d3e-44' });
  });
});

describe('codex', () => {
  const codex = agentOf('codex');
  const configOf = (environment: Record<string, string>) =>
    parse(readFileSync(join(environment['CODEX_HOME'] ?? '', 'config.toml'), 'utf8')) as Record<
      string,
      Record<string, unknown>
    >;

  test('gets a home of its own whose provider is the meter, without retries', () => {
    const environment = codex.environment(contextOf());
    expect(environment['CODEX_HOME']?.startsWith(join(root, 'private'))).toBe(true);
    expect(configOf(environment)).toEqual({
      model_provider: 'spendgate',
      model_providers: {
        spendgate: {
          name: 'spendgate',
          base_url: `${METER}/v1`,
          env_key: 'OPENAI_API_KEY',
          wire_api: 'responses',
          request_max_retries: 0,
          stream_max_retries: 0,
        },
      },
    });
  });

  test('merges the configuration of the user', () => {
    const theirs = [
      'model = "gpt-6.1-sol"',
      'model_provider = "azure"',
      'notify = ["a", "b"]',
      '[model_providers.azure]',
      'name = "Azure"',
      'base_url = "https://azure.example.test/v1"',
      '[mcp_servers.docs]',
      'command = "docs \\"quoted\\" – ü"',
      '[projects."/home/me/a.b"]',
      'trust_level = "trusted"',
    ].join('\n');
    writeUserFiles('.codex', { 'config.toml': theirs });
    const config = configOf(codex.environment(contextOf()));
    expect(config).toMatchObject({
      model: 'gpt-6.1-sol',
      model_provider: 'spendgate',
      notify: ['a', 'b'],
      mcp_servers: { docs: { command: 'docs "quoted" – ü' } },
      projects: { '/home/me/a.b': { trust_level: 'trusted' } },
      model_providers: {
        azure: { name: 'Azure' },
        spendgate: { base_url: `${METER}/v1`, request_max_retries: 0 },
      },
    });
  });

  test('does not let a profile of the user lead past the meter', () => {
    const theirs = 'profile = "work"\n[profiles.work]\nmodel = "gpt-5.4"\nmodel_provider = "azure"\n';
    writeUserFiles('.codex', { 'config.toml': theirs });
    const config = configOf(codex.environment(contextOf()));
    const profile = (config['profiles'] as Record<string, Record<string, unknown>> | undefined)?.['work'];
    expect(profile?.['model']).toBe('gpt-5.4');
    expect([undefined, 'spendgate']).toContain(profile?.['model_provider']);
  });

  test('links what the user has there, but never a login or a file of keys', () => {
    const theirs = writeUserFiles('.codex', {
      'AGENTS.md': 'be nice',
      'auth.json': '{"OPENAI_API_KEY":"sk-the-real-one"}',
      // Codex loads this file into its environment when it starts.
      '.env': 'OPENAI_API_KEY=sk-the-real-one',
    });
    const home = codex.environment(contextOf())['CODEX_HOME'] ?? '';
    expect(readFileSync(join(home, 'AGENTS.md'), 'utf8')).toBe('be nice');
    expect(lstatSync(join(home, 'AGENTS.md')).isSymbolicLink()).toBe(true);
    expect(readdirSync(home).sort()).toEqual(['AGENTS.md', 'config.toml']);
    expect(existsSync(join(theirs, 'config.toml'))).toBe(false);
  });

  test('starts from the CODEX_HOME that was set, not from the usual folder', () => {
    writeUserFiles('.codex', { 'config.toml': 'model = "wrong"' });
    const dir = writeUserFiles('elsewhere', { 'config.toml': 'model = "right"' });
    const environment = codex.environment(
      contextOf({ environment: { HOME: join(root, 'home'), CODEX_HOME: dir } }),
    );
    expect(configOf(environment)['model']).toBe('right');
    expect(readFileSync(join(dir, 'config.toml'), 'utf8')).toBe('model = "right"');
  });

  test('says which file is not TOML', () => {
    const dir = writeUserFiles('.codex', { 'config.toml': 'model = "gpt' });
    const start = () => codex.environment(contextOf());
    expect(start).toThrow(AppError);
    expect(start).toThrow(join(dir, 'config.toml'));
  });

  const thread = { originator: 'codex_exec', 'thread-id': 't1' };
  const turn = (kind: string) => ({ 'x-codex-turn-metadata': JSON.stringify({ request_kind: kind }) });
  test.each<[CallerFacts | undefined, Record<string, string>]>([
    [{ caller: 'main', agentId: 't1' }, thread],
    [{ caller: 'main' }, turn('turn')],
    [{ caller: 'main', agentId: 't1' }, { 'x-codex-turn-metadata': '{"thread_id":"t1","request_kind":7}' }],
    [{ caller: 'main' }, { 'x-codex-turn-metadata': 'not JSON' }],
    [
      { caller: 'subagent', agentId: 't1' },
      { ...thread, 'x-openai-subagent': 'collab_spawn' },
    ],
    [
      { caller: 'subagent', agentId: 't1' },
      { ...thread, 'x-openai-subagent': 'review' },
    ],
    [
      { caller: 'subagent', agentId: 't1' },
      { ...thread, 'x-openai-subagent': 'constructor' },
    ],
    [
      { caller: 'compaction', agentId: 't1' },
      { ...thread, 'x-openai-subagent': 'compact' },
    ],
    [
      { caller: 'compaction', agentId: 't1' },
      { ...thread, ...turn('compaction') },
    ],
    [
      { caller: 'auxiliary', agentId: 't1' },
      { ...thread, 'x-openai-subagent': 'memory_consolidation' },
    ],
    [
      { caller: 'subagent', agentId: 't1', parentId: 't0' },
      { ...thread, 'x-codex-parent-thread-id': 't0' },
    ],
    [undefined, { originator: 'another_program', 'thread-id': 't1' }],
    [undefined, { 'session-id': '1' }],
  ])('a call is told as %j with %j', (facts, headers) => {
    expect(codex.readCaller(headers, bodyOf())).toEqual(facts);
  });

  test('what the body says of this very call outranks the headers of the connection it came on', () => {
    const turnOf = (kind: string) => JSON.stringify({ request_kind: kind, thread_id: 't1' });
    const body = bodyOf({ client_metadata: { 'x-codex-turn-metadata': turnOf('compaction') } });
    const headers = { ...thread, 'x-codex-turn-metadata': turnOf('turn') };
    expect(codex.readCaller(headers, body)).toEqual({ caller: 'compaction', agentId: 't1' });
  });
});

describe('opencode', () => {
  const opencode = agentOf('opencode');
  const configOf = (theirs?: string) => {
    const environment = { HOME: join(root, 'home'), OPENCODE_CONFIG_CONTENT: theirs };
    return JSON.parse(opencode.environment(contextOf({ environment }))['OPENCODE_CONFIG_CONTENT'] ?? '');
  };

  test('has the meter as base URL of each provider, in its own form', () => {
    expect(configOf()).toEqual({
      provider: {
        anthropic: { options: { baseURL: `${METER}/v1` } },
        openai: { options: { baseURL: `${METER}/v1` } },
        google: { options: { baseURL: `${METER}/v1beta` } },
      },
    });
  });

  test('keeps what the user configured, down to the options of a provider', () => {
    const theirs = {
      model: 'anthropic/claude-opus-5-5',
      provider: {
        anthropic: {
          models: { 'claude-opus-5-5': { limit: { output: 8000 } } },
          options: { timeout: 1000, baseURL: 'https://elsewhere.test' },
        },
        local: { npm: '@ai-sdk/openai-compatible', options: { baseURL: 'http://localhost:1234/v1' } },
      },
    };
    expect(configOf(JSON.stringify(theirs))).toMatchObject({
      model: 'anthropic/claude-opus-5-5',
      provider: {
        anthropic: {
          models: theirs.provider.anthropic.models,
          options: { timeout: 1000, baseURL: `${METER}/v1` },
        },
        openai: { options: { baseURL: `${METER}/v1` } },
        local: { npm: '@ai-sdk/openai-compatible' },
      },
    });
  });

  test.each(['{"model": ', 'not json', '[]', 'null', '"text"'])(
    'takes %j for the mistake of the user that it is, or for nothing',
    (theirs) => {
      const attempt = () => configOf(theirs);
      try {
        expect(attempt()).toMatchObject({ provider: { anthropic: {} } });
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).kind).toBe('usage');
      }
    },
  );

  test('a call without tools that is neither a title nor a compaction is auxiliary', () => {
    const headers = { 'x-session-affinity': 's1', 'x-session-id': 's1' };
    const body = bodyOf({ messages: [{ role: 'user', content: 'Name the branch.' }] });
    expect(opencode.readCaller(headers, body)).toEqual({ caller: 'auxiliary', agentId: 's1' });
    expect(opencode.readCaller({ 'x-session-id': 's1' }, body)).toBeUndefined();
  });
});

describe('gemini-cli', () => {
  const gemini = agentOf('gemini-cli');
  const homeOf = (rest: Partial<AgentContext> = {}) =>
    gemini.environment(contextOf(rest))['GEMINI_CLI_HOME'] ?? '';
  const settingsOf = (rest: Partial<AgentContext> = {}) =>
    JSON.parse(readFileSync(join(homeOf(rest), '.gemini', 'settings.json'), 'utf8'));

  test('has a home of its own whose settings select the API key', () => {
    const path = homeOf();
    expect(path.startsWith(join(root, 'private'))).toBe(true);
    expect(JSON.parse(readFileSync(join(path, '.gemini', 'settings.json'), 'utf8'))).toEqual({
      security: { auth: { selectedType: 'gemini-api-key' } },
    });
  });

  test('keeps what the user configured, comments aside, and writes nothing into their file', () => {
    const theirs =
      '{ /* mine */ "security": { "auth": { "selectedType": "oauth-personal", "useExternal": false } }, "ui": {}, }';
    const dir = writeUserFiles('.gemini', { 'settings.json': theirs });
    expect(settingsOf()).toEqual({
      security: { auth: { selectedType: 'gemini-api-key', useExternal: false } },
      ui: {},
    });
    expect(readFileSync(join(dir, 'settings.json'), 'utf8')).toBe(theirs);
  });

  test('links what the user has there, and the login only where it is what pays', () => {
    writeUserFiles('.gemini', {
      'GEMINI.md': 'be nice',
      'oauth_creds.json': '{}',
      '.env': 'GEMINI_API_KEY=real',
    });
    expect(readdirSync(join(homeOf(), '.gemini')).sort()).toEqual(['GEMINI.md', 'settings.json']);
    rmSync(join(root, 'private'), { recursive: true });
    expect(readdirSync(join(homeOf({ token: undefined }), '.gemini')).sort()).toEqual([
      '.env',
      'GEMINI.md',
      'oauth_creds.json',
      'settings.json',
    ]);
  });
});

describe('pi', () => {
  const pi = agentOf('pi');
  const folderOf = (rest: Partial<AgentContext> = {}) =>
    pi.environment(contextOf(rest))['PI_CODING_AGENT_DIR'] ?? '';
  const modelsOf = (rest: Partial<AgentContext> = {}) =>
    JSON.parse(readFileSync(join(folderOf(rest), 'models.json'), 'utf8')).providers;

  test('has the meter as base URL of each provider, in the form of its API, and the token as key', () => {
    expect(modelsOf()).toMatchObject({
      anthropic: { baseUrl: `${METER}/v1`, apiKey: TOKEN },
      openai: { baseUrl: `${METER}/v1`, apiKey: TOKEN },
      google: { baseUrl: `${METER}/v1beta`, apiKey: TOKEN },
      openrouter: { baseUrl: `${METER}/v1`, apiKey: TOKEN },
    });
  });

  test('leads the providers of the user to the meter, with their models and whatever else stands there', () => {
    const theirs = `{
      // a gateway of ours, see https://wiki.example.test/llm
      "providers": {
        "ours": {
          "api": "openai-completions", "baseUrl": "https://llm.example.test/v1", "apiKey": "sk-the-real-one",
          "models": [{ "id": "big", "baseUrl": "https://big.example.test/v1", "contextWindow": 9000 }, { "id": "small" },],
        },
      },
    }`;
    const dir = writeUserFiles('.pi/agent', { 'models.json': theirs });
    expect(modelsOf()['ours']).toEqual({
      api: 'openai-completions',
      baseUrl: `${METER}/v1`,
      apiKey: TOKEN,
      models: [{ id: 'big', baseUrl: `${METER}/v1`, contextWindow: 9000 }, { id: 'small' }],
    });
    expect(readFileSync(join(dir, 'models.json'), 'utf8')).toBe(theirs);
  });

  test('links what the user has there, and the login only where it is what pays', () => {
    writeUserFiles('.pi/agent', { 'auth.json': '{}', 'settings.json': '{}' });
    expect(readdirSync(folderOf()).sort()).toEqual(['models.json', 'settings.json']);
    rmSync(join(root, 'private'), { recursive: true });
    const own = folderOf({ token: undefined });
    expect(readdirSync(own).sort()).toEqual(['auth.json', 'models.json', 'settings.json']);
    expect(lstatSync(join(own, 'auth.json')).isSymbolicLink()).toBe(true);
  });

  test('starts from the folder that was set, not from the usual one', () => {
    writeUserFiles('.pi/agent', { 'wrong.md': '' });
    const dir = writeUserFiles('elsewhere', { 'right.md': '' });
    const environment = { HOME: join(root, 'home'), PI_CODING_AGENT_DIR: dir };
    expect(readdirSync(folderOf({ environment })).sort()).toEqual(['models.json', 'right.md']);
  });
});

describe('cline', () => {
  const cline = agentOf('cline');
  const settingsOf = (rest: Partial<AgentContext> = {}) =>
    JSON.parse(
      readFileSync(cline.environment(contextOf(rest))['CLINE_PROVIDER_SETTINGS_PATH'] ?? '', 'utf8'),
    );

  test('has the meter as base URL of each provider, in the form of its API, and the token as key', () => {
    const { version, modes, providers } = settingsOf();
    expect({ version, modes }).toEqual({ version: 1, modes: {} });
    expect(providers).toMatchObject({
      anthropic: { settings: { provider: 'anthropic', baseUrl: `${METER}/v1`, apiKey: TOKEN } },
      'openai-native': { settings: { provider: 'openai-native', baseUrl: `${METER}/v1`, apiKey: TOKEN } },
      gemini: { settings: { provider: 'gemini', baseUrl: `${METER}/v1beta`, apiKey: TOKEN } },
    });
  });

  test('keeps its sessions out of a hub, whose calls would not be those of the run', () => {
    expect(cline.environment(contextOf())).toMatchObject({ CLINE_SESSION_BACKEND_MODE: 'local' });
  });

  const theirs = {
    version: 1,
    lastUsedProvider: 'ours',
    modes: {},
    providers: {
      ours: {
        settings: {
          provider: 'ours',
          baseUrl: 'https://llm.example.test/v1',
          model: 'big',
          apiKey: 'sk-real',
        },
        updatedAt: '2026-01-01T00:00:00.000Z',
        tokenSource: 'manual',
      },
      cline: {
        settings: { provider: 'cline', auth: { accessToken: 'the-login' } },
        updatedAt: '2026-01-01T00:00:00.000Z',
        tokenSource: 'oauth',
      },
    },
  };

  test('leads the providers of the user to the meter and leaves their logins behind', () => {
    writeUserFiles('.cline/data/settings', {
      'providers.json': JSON.stringify(theirs),
      'models.json': '{}',
    });
    const settings = settingsOf();
    expect(settings).toMatchObject({ lastUsedProvider: 'ours' });
    expect(settings.providers.ours.settings).toEqual({
      provider: 'ours',
      baseUrl: `${METER}/v1`,
      model: 'big',
      apiKey: TOKEN,
    });
    expect(JSON.stringify(settings)).not.toMatch(/the-login|sk-real/);
    const own = join(root, 'private', 'cline', 'settings');
    expect(lstatSync(join(own, 'models.json')).isSymbolicLink()).toBe(true);
  });

  test('keeps the login of the user where it is what pays', () => {
    writeUserFiles('.cline/data/settings', { 'providers.json': JSON.stringify(theirs) });
    expect(settingsOf({ token: undefined }).providers).toMatchObject({
      ours: { settings: { apiKey: 'sk-real', baseUrl: `${METER}/v1` } },
      cline: { settings: { auth: { accessToken: 'the-login' }, baseUrl: `${METER}/v1` } },
    });
  });

  test.each([
    ['CLINE_DIR', 'data/settings/providers.json'],
    ['CLINE_DATA_DIR', 'settings/providers.json'],
    ['CLINE_PROVIDER_SETTINGS_PATH', ''],
  ])('finds the settings of the user by %s', (name, below) => {
    const file = join('elsewhere', below || 'mine.json');
    const dir = writeUserFiles(join(file, '..'), { [file.split('/').at(-1) ?? '']: JSON.stringify(theirs) });
    const path = below === '' ? join(dir, 'mine.json') : join(root, 'home', 'elsewhere');
    const environment = { HOME: join(root, 'home'), [name]: path };
    expect(settingsOf({ environment }).lastUsedProvider).toBe('ours');
  });
});

describe('continue', () => {
  const continueCli = agentOf('continue');
  const folderOf = (rest: Partial<AgentContext> = {}) =>
    continueCli.environment(contextOf(rest))['CONTINUE_GLOBAL_DIR'] ?? '';
  const modelsOf = (rest: Partial<AgentContext> = {}) =>
    parseYaml(readFileSync(join(folderOf(rest), 'config.yaml'), 'utf8')).models;

  test('has models to start from where the user has none', () => {
    expect(modelsOf()[0]).toMatchObject({
      provider: 'anthropic',
      model: 'claude-sonnet-4-6',
      apiBase: `${METER}/v1/`,
      apiKey: TOKEN,
    });
  });

  const theirs = [
    'name: mine # a comment',
    'version: 0.0.1',
    'schema: v1',
    'models:',
    '  - { name: a, provider: openai, model: gpt-5, apiBase: "https://llm.example.test/v1", apiKey: sk-the-real-one }',
    '  - { name: b, provider: gemini, model: gemini-2.5-pro }',
    '  - { name: c, provider: anthropic, model: claude-opus-5, apiKey: "${{ secrets.ANTHROPIC_API_KEY }}" }',
    'rules: [be nice]',
  ].join('\n');

  test('leads every model of the user to the meter and keeps the rest of the file', () => {
    const dir = writeUserFiles('.continue', { 'config.yaml': theirs, '.env': 'KEY=sk-real' });
    writeUserFiles('.continue/sessions', { 'one.json': '{}' });
    const own = folderOf();
    expect(parseYaml(readFileSync(join(own, 'config.yaml'), 'utf8'))).toMatchObject({
      name: 'mine',
      rules: ['be nice'],
      models: [
        { name: 'a', apiBase: `${METER}/v1/`, apiKey: TOKEN },
        { name: 'b', apiBase: `${METER}/v1beta/`, apiKey: TOKEN },
        { name: 'c', apiBase: `${METER}/v1/`, apiKey: TOKEN },
      ],
    });
    expect(readdirSync(own).sort()).toEqual(['config.yaml', 'sessions']);
    expect(readFileSync(join(dir, 'config.yaml'), 'utf8')).toBe(theirs);
  });

  test('fills in the key that its environment does not have, where the key of the user pays', () => {
    writeUserFiles('.continue', { 'config.yaml': theirs });
    const environment = { HOME: join(root, 'home'), ANTHROPIC_API_KEY: 'sk-of-the-user' };
    const keys = modelsOf({ token: undefined, environment }).map((own: { apiKey?: string }) => own.apiKey);
    expect(keys).toEqual(['sk-the-real-one', undefined, 'sk-of-the-user']);
  });

  test('says which file is no YAML, and nothing of what stands in it', () => {
    const dir = writeUserFiles('.continue', { 'config.yaml': 'models: [apiKey: sk-the-real-one' });
    expect(() => folderOf()).toThrow(AppError);
    expect(() => folderOf()).toThrow(`Continue's own configuration ${join(dir, 'config.yaml')}`);
    expect(() => folderOf()).not.toThrow('sk-the-real-one');
  });
});

describe('qwen-code', () => {
  const qwen = agentOf('qwen-code');
  const settingsOf = (rest: Partial<AgentContext> = {}) =>
    JSON.parse(
      readFileSync(qwen.environment(contextOf(rest))['QWEN_CODE_SYSTEM_SETTINGS_PATH'] ?? '', 'utf8'),
    );
  const theirs = {
    security: { auth: { selectedType: 'qwen-oauth' } },
    providerProtocol: { ours: 'anthropic' },
    modelProviders: {
      openai: [{ id: 'qwen3', baseUrl: 'https://dashscope.example.test/v1', envKey: 'DASHSCOPE_API_KEY' }],
      ours: [{ id: 'claude', baseUrl: 'https://llm.example.test', envKey: 'OUR_KEY', capabilities: ['x'] }],
    },
  };

  test('leads the models of the user to the meter, each in the form of its API', () => {
    writeUserFiles('.qwen', { 'settings.json': JSON.stringify(theirs) });
    expect(settingsOf().modelProviders).toEqual({
      openai: [{ id: 'qwen3', baseUrl: `${METER}/v1`, envKey: 'OPENAI_API_KEY' }],
      ours: [{ id: 'claude', baseUrl: METER, envKey: 'ANTHROPIC_API_KEY', capabilities: ['x'] }],
    });
  });

  test('takes the API key in place of a login that leads past the meter', () => {
    writeUserFiles('.qwen', { 'settings.json': JSON.stringify(theirs) });
    expect(settingsOf().security).toEqual({ auth: { selectedType: 'openai' } });
  });

  test('keeps the keys and the login of the user where they are what pays', () => {
    writeUserFiles('.qwen', { 'settings.json': JSON.stringify(theirs) });
    const settings = settingsOf({ token: undefined });
    expect(settings.modelProviders.openai).toEqual([
      { id: 'qwen3', baseUrl: `${METER}/v1`, envKey: 'DASHSCOPE_API_KEY' },
    ]);
    expect(settings).not.toHaveProperty('security');
  });

  test('keeps what the system settings of the machine say', () => {
    const dir = writeUserFiles('system', {
      'settings.json': JSON.stringify({ ui: { theme: 'x' }, security: { auth: { enforcedType: 'openai' } } }),
    });
    const environment = {
      HOME: join(root, 'home'),
      QWEN_CODE_SYSTEM_SETTINGS_PATH: join(dir, 'settings.json'),
    };
    expect(settingsOf({ environment })).toMatchObject({
      ui: { theme: 'x' },
      security: { auth: { enforcedType: 'openai' } },
    });
  });
});

describe('copilot-cli', () => {
  const copilot = agentOf('copilot-cli');
  const environmentOf = (environment: Record<string, string>, token: string | undefined = TOKEN) =>
    copilot.environment(contextOf({ environment: { HOME: join(root, 'home'), ...environment }, token }));

  test.each([
    ['openai', `${METER}/v1`],
    ['anthropic', METER],
    ['azure', METER],
  ])('has the base URL in the form of a provider of the type %s', (type, url) => {
    expect(environmentOf({ COPILOT_PROVIDER_TYPE: type })['COPILOT_PROVIDER_BASE_URL']).toBe(url);
  });

  test('speaks no websockets, which are not metered', () => {
    expect(environmentOf({ COPILOT_PROVIDER_TRANSPORT: 'websockets' })).toMatchObject({
      COPILOT_PROVIDER_TRANSPORT: 'http',
    });
  });

  test('puts the token in place of every kind of key that is set', () => {
    const set = { COPILOT_PROVIDER_BEARER_TOKEN: 'real', COPILOT_PROVIDER_API_KEY_COMMAND: 'get-real-key' };
    expect(environmentOf(set)).toMatchObject({
      COPILOT_PROVIDER_BEARER_TOKEN: TOKEN,
      COPILOT_PROVIDER_API_KEY_COMMAND: `echo ${TOKEN}`,
    });
    expect(environmentOf({})).not.toHaveProperty('COPILOT_PROVIDER_BEARER_TOKEN');
  });

  test.each<[CallerFacts['caller'] | undefined, Record<string, string>]>([
    ['main', { 'x-initiator': 'user', 'x-interaction-type': 'conversation-user' }],
    ['main', { 'x-initiator': 'agent', 'x-interaction-type': 'conversation-agent' }],
    ['subagent', { 'x-initiator': 'agent', 'x-interaction-type': 'conversation-subagent' }],
    ['main', { 'x-initiator': 'agent' }],
    [undefined, { 'x-interaction-type': 'conversation-subagent' }],
  ])('a call is of the kind %s with %j', (caller, headers) => {
    expect(copilot.readCaller(headers, bodyOf())).toEqual(caller && { caller });
  });
});

describe('agentsFor', () => {
  const idsFor = (id: string, command: string) => agentsFor(id, command).map((agent) => agent.id);

  test.each([
    ['claude -p "Round pi to 3 digits, as gemini and codex do"', ['claude-code']],
    ["claude -p 'ask copilot' && codex exec 'like cline'", ['claude-code', 'codex']],
    ['bash -lc "claude -p hi"', ['claude-code']],
    ['out="$(gemini -p hi)"', ['gemini-cli']],
    ['"/opt/bin/codex" exec', ['codex']],
    ['claude -p "say \\"pi is here\\" twice"', ['claude-code']],
  ])('names in a text that is quoted are no programs: %s', (command, ids) => {
    expect(idsFor('auto', command)).toEqual(['generic', ...ids]);
  });

  test('starts from generic, and adds every agent that a command starts', () => {
    expect(idsFor('auto', 'my-agent --run')).toEqual(['generic']);
    expect(idsFor('auto', 'claude -p hi')).toEqual(['generic', 'claude-code']);
    expect(idsFor('auto', 'claude -p hi && codex exec hi')).toEqual(['generic', 'claude-code', 'codex']);
  });

  test('goes by the name that was given, whatever the command looks like', () => {
    expect(idsFor('codex', 'claude -p hi')).toEqual(['generic', 'codex']);
    expect(idsFor('generic', 'claude -p hi')).toEqual(['generic']);
  });
});
