/**
 * Drives real coding agents, pinned and installed from npm into a temporary folder, through `spendgate wrap` (the
 * committed bundle) against a scripted provider on loopback. Nothing of this machine's environment reaches them.
 *
 * Checked for each agent: metered totals equal the provider's bill to the token, with a subagent as well, and the agent's
 * own report agrees with them; a limit ends the run after one refused call, with the reason in what the agent prints, and is
 * told by `stop-reason` and exit code whatever the agent's own code is; a refused subagent ends nothing; no key and no runner
 * variable is in the agent's environment; nothing is left running; behind a meter in the background the totals are the bill's
 * as well.
 *
 *   npm run test:agents [-- --keep DIR] [--agents codex,opencode]      DIR keeps the installs between runs; `all` drives
 *                                                                      every agent, which takes 2 GB and a while
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Provider, type Script, startProvider } from '../__tests__/support/provider.js';
import { drive, install, KEY, RUNNER_TOKEN, type Run } from './agents/drive.js';
import { type AgentUnderTest, chosenAgents, idOf } from './agents/list.js';
import { testBackground } from './test-agents-background.js';

const { values } = parseArgs({ options: { keep: { type: 'string' }, agents: { type: 'string' } } });
const installs = values.keep ?? mkdtempSync(join(tmpdir(), 'spendgate-agents-'));
const isKept = values.keep !== undefined;
/** The main loop waits a while: an agent that ends before its subagent has begun proves nothing. */
const SUBAGENT_TURNS = [{ task: 'list the files' }, { shell: 'sleep 6; ls' }];
const MAX_ATTEMPTS = 4;
const failures: string[] = [];
const rows: string[][] = [];
let passed = 0;

function check(name: string, isTrue: boolean, details: unknown): boolean {
  if (isTrue) passed += 1;
  else failures.push(`${name}: ${typeof details === 'string' ? details : JSON.stringify(details)}`);
  console.log(`  ${isTrue ? 'ok  ' : 'FAIL'} ${name}`);
  return isTrue;
}

async function testAgent(agent: AgentUnderTest, provider: Provider): Promise<void> {
  console.log(`${agent.name} (${agent.package})`);
  await testNormalRun(agent, provider);
  if (agent.subagents !== undefined) await testSubagent(agent, provider);
  if (agent.subagents === 'told-apart') await testRefusedSubagent(agent, provider);
  await testLimit(agent, provider);
  if (agent.isStepOfItsOwn) {
    const { environment = {} } = agent;
    const command = agent.command(install(agent, installs));
    await testBackground({ id: idOf(agent), command, environment }, { provider, installs, check });
  }
}

async function testNormalRun(agent: AgentUnderTest, provider: Provider): Promise<void> {
  const turns = [{ shell: 'env' }, { shell: 'pwd' }];
  const run = await start(agent, provider, { turns });
  check('a normal run ends with 0', run.code === 0, run.printed.slice(-1500));
  check('after its calls', provider.totals().requests > turns.length, provider.totals());
  checkEnd('normal', { agent, provider, run });
  if (agent.speaksWebSocket)
    check(
      'every call came over a websocket',
      provider.requests.every(({ method }) => method === 'WS'),
      provider.requests.map(({ method, path }) => `${method} ${path}`),
    );
  const keys = provider.requests.map(({ headers }) =>
    String(headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['authorization'] ?? ''),
  );
  check(
    'calls reach the provider with the real key',
    keys.filter((key) => key !== '').every((key) => key.includes(KEY)),
    keys,
  );
  const seen = provider.requests.map(({ rawBody }) => rawBody.toString('utf8')).join('\n');
  check(
    'the agent sees no key and no runner token',
    ![seen, run.printed].some((text) => text.includes(KEY) || text.includes(RUNNER_TOKEN)),
    'a secret was in what the agent sent',
  );
}

async function testSubagent(agent: AgentUnderTest, provider: Provider): Promise<void> {
  const run = await startWhole(agent, provider, {
    turns: SUBAGENT_TURNS,
    subagentTurns: [{ shell: 'ls' }],
  });
  check('a run with a subagent ends with 0', run.code === 0, run.printed.slice(-1500));
  const subagentCalls = provider.requests.filter(({ isSubagent }) => isSubagent).length;
  check('the subagent made calls', subagentCalls > 0, { tools: toolsOf(provider) });
  checkEnd('subagent', { agent, provider, run });
  if (agent.subagents === 'told-apart')
    check('calls of the subagent are told apart', Number(run.usage['subagent-requests']) > 0, run.usage);
}

async function testRefusedSubagent(agent: AgentUnderTest, provider: Provider): Promise<void> {
  const script = { turns: SUBAGENT_TURNS, subagentTurns: [{ shell: 'ls' }] };
  const run = await start(agent, provider, script, ['--max-subagents', '0']);
  // Over a websocket the subagent's warm-up is refused first, which is no call; the main loop may end before it asks again.
  const isRefused = agent.speaksWebSocket || Number(run.usage['refused-requests']) > 0;
  check(
    'a subagent that is refused leaves the main loop alone',
    run.code === 0 && run.usage['subagent-requests'] === 0 && isRefused,
    { code: run.code, usage: run.usage },
  );
}

async function testLimit(agent: AgentUnderTest, provider: Provider): Promise<void> {
  const turns = Array.from({ length: 8 }, () => ({ shell: 'ls' }));
  const run = await start(agent, provider, { turns }, ['--max-requests', '3']);
  check(
    'a limit ends the run with 3',
    run.code === 3 && run.outputs['stop-reason'] === 'limit:max-requests',
    { code: run.code, outputs: run.outputs },
  );
  check(
    'after one refused call',
    run.usage['refused-requests'] === 1 && provider.totals().requests === 3,
    run.usage,
  );
  check('with the reason in what we print', run.ours.includes('max-requests'), run.ours);
  const isTold = run.printed.includes('spendgate stopped this run at its limit');
  if (!agent.hidesReason) check('with the reason in what the agent prints', isTold, run.printed.slice(-1500));
  checkEnd('limit', { agent, provider, run, shown: isTold ? 'by the agent' : 'by us alone' });
}

/** An agent that ends in the middle of its subagent's call leaves a call that nobody can count: such a run proves nothing. */
async function startWhole(agent: AgentUnderTest, provider: Provider, script: Script): Promise<Run> {
  for (let attempt = 1; ; attempt += 1) {
    const run = await start(agent, provider, script);
    if (run.usage['unreported-requests'] === 0 || attempt === MAX_ATTEMPTS) return run;
    console.log('  again: the agent ended in the middle of a call');
  }
}

function start(
  agent: AgentUnderTest,
  provider: Provider,
  script: Script,
  limits: readonly string[] = [],
): Promise<Run> {
  return drive({ agent, provider, script, limits, installs, isKept });
}

interface Ended {
  readonly agent: AgentUnderTest;
  readonly provider: Provider;
  readonly run: Run;
  /** Who showed the reason for the end; absent where there is none to show. */
  readonly shown?: string;
}

function checkEnd(scenario: string, { agent, provider, run, shown }: Ended): void {
  const { usage, left } = run;
  const bill = provider.totals();
  const metered = {
    inputTokens: usage['input-tokens'],
    outputTokens: usage['output-tokens'],
    requests: usage['requests'],
  };
  const isEqual = check(
    `${scenario}: metered totals equal the bill (${bill.requests} calls, ${bill.inputTokens} in, ${bill.outputTokens} out)`,
    JSON.stringify(metered) === JSON.stringify(bill),
    { metered, bill },
  );
  const verdict = String(Object.entries(usage.witness ?? {}).find(([key]) => key === 'verdict')?.[1] ?? '-');
  const expected = agent.reportsOnSuccessAlone && run.code !== 0 ? '-' : 'agrees';
  check(`${scenario}: the agent's own report agrees, or there is none`, verdict === expected, usage.witness);
  check(`${scenario}: nothing is left running`, left.length === 0, left);
  rows.push([
    agent.name,
    agent.package.split('@').at(-1) ?? '',
    scenario,
    `${String(run.outputs['stop-reason'] ?? '?')} (agent ${String(run.outputs['exit-code'] ?? '?')}, ours ${run.code})`,
    String(bill.requests),
    String(usage['refused-requests'] ?? '?'),
    `${isEqual ? 'yes' : 'NO'} (${bill.inputTokens}/${bill.outputTokens})`,
    verdict,
    shown ?? '-',
    String(left.length),
  ]);
}

/** Names of the tools that the last call offered, for an agent whose subagent did not start. */
function toolsOf(provider: Provider): string {
  return (
    JSON.stringify(provider.requests.at(-1)?.body ?? '')
      .match(/"name":"[\w-]{1,60}"/g)
      ?.join(' ') ?? ''
  );
}

function printTable(): void {
  const header = [
    ...['agent', 'version', 'run', 'outcome', 'calls', 'refused'],
    ...['metered = bill (in/out)', 'its own report', 'reason shown', 'left running'],
  ];
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  console.log();
  for (const row of table)
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

const provider = await startProvider();
try {
  for (const agent of chosenAgents(values.agents)) await testAgent(agent, provider);
} finally {
  await provider.close();
  if (!isKept) rmSync(installs, { recursive: true, force: true });
}
printTable();
for (const failure of failures) console.error(`\n${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
