/** Limits by subagent: what is refused alone, what ends the run, and what a subagent's tokens are. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RunLimits } from '../../src/core/limits.js';
import { NO_USAGE } from '../../src/core/usage.js';
import type { Admission, Ask, Ticket } from '../../src/meter/admission.js';
import { type CallerMark, markOf } from '../../src/meter/caller-mark.js';
import { Guard } from '../../src/meter/guard.js';
import { CALLS, clientOf, createTestMeter, send, type TestMeter } from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';

const NEVER = new AbortController().signal;
const MAIN = markOf({ caller: 'main', agentId: 'root' });
const subagent = (id: string, parentId = 'root') => markOf({ caller: 'subagent', agentId: id, parentId });

function guardOf(limits: RunLimits, observe = false): Guard {
  return new Guard({ limits, prices: undefined, onUnpriced: 'warn', observe });
}

function askFor(caller: CallerMark | undefined, rest: { ceiling?: number; bytes?: number } = {}): Ask {
  return {
    dialect: 'd',
    facts: {
      model: 'm',
      stream: true,
      outputCeiling: rest.ceiling ?? 1000,
      outputFloor: 1,
      choices: 1,
      hasServerContext: false,
      isDetached: false,
    },
    bodyBytes: rest.bytes ?? 2000,
    isRetry: false,
    fingerprint: () => `${Math.random()}`,
    mayWriteLongCache: () => false,
    role: 'other',
    ...(caller ? { caller } : {}),
  };
}

const ask = (guard: Guard, caller: CallerMark | undefined, rest?: { ceiling?: number; bytes?: number }) =>
  guard.admit(askFor(caller, rest), clientOf(NEVER));

function ticketOf(admission: Admission): Ticket {
  if (admission.kind !== 'admitted') throw new Error(admission.reason);
  return admission.ticket;
}

/** Makes a call that uses so much; the answer to the question whether it may. */
async function spend(guard: Guard, caller: CallerMark | undefined, input: number, output: number) {
  const admission = await ask(guard, caller);
  if (admission.kind === 'admitted') {
    const usage = { ...NO_USAGE, inputTokens: input, outputTokens: output };
    guard.settle(admission.ticket, { kind: 'known', usage, costNanoUsd: undefined }, 1000);
  }
  return admission.kind;
}

describe('max-subagents', () => {
  test('refuses the one too many, alone: the main loop and the others go on', async () => {
    const guard = guardOf({ maxSubagents: 2 });
    for (const id of ['a', 'b', 'a']) expect(await spend(guard, subagent(id), 10, 10)).toBe('admitted');
    const refused = await ask(guard, subagent('c'));
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('`max-subagents`') });
    for (const caller of [MAIN, subagent('a'), undefined])
      expect(await spend(guard, caller, 10, 10)).toBe('admitted');
    expect(guard.stop).toBeUndefined();
  });

  test('a refused subagent’s compaction is refused as well, and the main loop’s is not', async () => {
    const guard = guardOf({ maxSubagents: 0 });
    const compaction = (agentId: string) => markOf({ caller: 'compaction', agentId });
    expect(await spend(guard, subagent('a'), 1, 1)).toBe('refused');
    expect(await spend(guard, compaction('a'), 1, 1)).toBe('refused');
    expect(await spend(guard, compaction('root'), 1, 1)).toBe('admitted');
  });

  test('0 allows none', async () => {
    const guard = guardOf({ maxSubagents: 0 });
    expect(await spend(guard, subagent('a'), 1, 1)).toBe('refused');
    expect(await spend(guard, MAIN, 1, 1)).toBe('admitted');
  });

  test('the third refused call of one subagent ends the run', async () => {
    const guard = guardOf({ maxSubagents: 1 });
    await spend(guard, subagent('a'), 1, 1);
    for (const id of ['b', 'c', 'b', 'c']) expect(await spend(guard, subagent(id), 1, 1)).toBe('refused');
    expect(guard.stop).toBeUndefined();
    expect(await spend(guard, subagent('b'), 1, 1)).toBe('refused');
    expect(guard.stop?.reason).toBe('limit:max-subagents');
    expect(await spend(guard, MAIN, 1, 1)).toBe('refused');
  });

  test('a run that starts ever new ones is ended as well', async () => {
    const guard = guardOf({ maxSubagents: 1 });
    for (let id = 0; id <= 110 && guard.stop === undefined; id += 1)
      await spend(guard, subagent(`${id}`), 1, 1);
    expect(guard.stop?.reason).toBe('limit:max-subagents');
  });

  test('a call that never left started none', async () => {
    const guard = guardOf({ maxSubagents: 1, requestMaxInputTokens: 5000 });
    expect((await ask(guard, subagent('a'), { bytes: 100_000 })).kind).toBe('refused');
    expect(await spend(guard, subagent('b'), 1, 1)).toBe('admitted');
  });

  test('subagents without a name count as one', async () => {
    const guard = guardOf({ maxSubagents: 1 });
    const nameless = markOf({ caller: 'subagent' });
    for (let call = 0; call < 5; call += 1) expect(await spend(guard, nameless, 1, 1)).toBe('admitted');
  });

  test('never lets more start than it says, in whatever order they call', async () => {
    const calls = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 5 }), calls, async (maxSubagents, ids) => {
        const guard = guardOf({ maxSubagents });
        const started = new Set<string>();
        for (const id of ids) if ((await spend(guard, subagent(id), 1, 1)) === 'admitted') started.add(id);
        expect(started.size).toBeLessThanOrEqual(maxSubagents);
        expect(started.size).toBe(Math.min(maxSubagents, new Set(ids).size));
      }),
    );
  });
});

describe('max-subagent-depth', () => {
  test('counts from the main loop, which is 0', async () => {
    const guard = guardOf({ maxSubagentDepth: 2 });
    expect(await spend(guard, subagent('a'), 1, 1)).toBe('admitted');
    expect(await spend(guard, subagent('b', 'a'), 1, 1)).toBe('admitted');
    const refused = await ask(guard, subagent('c', 'b'));
    expect(refused).toMatchObject({ reason: expect.stringMatching(/`max-subagent-depth`.* 3 deep, and 2 /) });
    expect(guard.stop).toBeUndefined();
  });

  test('0 allows none', async () => {
    expect(await spend(guardOf({ maxSubagentDepth: 0 }), subagent('a'), 1, 1)).toBe('refused');
  });
});

describe('max-subagent-tokens', () => {
  test('holds for each subagent by itself, and for the main loop not at all', async () => {
    const guard = guardOf({ maxSubagentTokens: 5000 });
    expect(await spend(guard, subagent('a'), 4000, 900)).toBe('admitted');
    const refused = await ask(guard, subagent('a'));
    expect(refused).toMatchObject({ reason: expect.stringContaining('`max-subagent-tokens`') });
    // An agent may take a figure such as 500 for the status of a server that may recover.
    expect(refused).not.toMatchObject({ reason: expect.stringMatching(/\d/) });
    expect(guard.refusedSubagents.get('max-subagent-tokens')).toMatchObject({
      calls: 1,
      state: expect.stringContaining('4900 of 5000 tokens of this subagent'),
    });
    for (const caller of [subagent('b'), MAIN, undefined])
      expect(await spend(guard, caller, 4000, 900)).toBe('admitted');
    expect(await spend(guard, MAIN, 90_000, 900)).toBe('admitted');
    expect(guard.stop).toBeUndefined();
  });

  test('lowers the ceiling of a call to what its subagent has left', async () => {
    const guard = guardOf({ maxSubagentTokens: 10_000 });
    await spend(guard, subagent('a'), 1000, 5000);
    const admission = await ask(guard, subagent('a'), { ceiling: 8000 });
    expect(admission.kind === 'admitted' && admission.ceiling).toBe(4000 - ticketOf(admission).inputTokens);
  });

  test('a subagent’s compaction spends for it', async () => {
    const guard = guardOf({ maxSubagentTokens: 5000 });
    await spend(guard, subagent('a'), 100, 100);
    await spend(guard, markOf({ caller: 'compaction', agentId: 'a', parentId: 'root' }), 4500, 100);
    expect(await spend(guard, subagent('a'), 1, 1)).toBe('refused');
  });

  test('calls of one subagent at once wait for each other, and for nobody else', async () => {
    const guard = guardOf({ maxSubagentTokens: 3000 });
    await spend(guard, subagent('a'), 500, 10);
    await spend(guard, subagent('b'), 500, 10);
    const first = ticketOf(await ask(guard, subagent('a')));
    let second: Admission | undefined;
    const asked = ask(guard, subagent('a')).then((admission) => {
      second = admission;
    });
    expect(await spend(guard, subagent('b'), 10, 10)).toBe('admitted');
    expect(second).toBeUndefined();
    const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 10 };
    guard.settle(first, { kind: 'known', usage, costNanoUsd: undefined }, 1000);
    await asked;
    expect(second?.kind).toBe('admitted');
  });

  test('a call that failed or never left gives its room back', async () => {
    const guard = guardOf({ maxSubagentTokens: 3000 });
    for (let call = 0; call < 10; call += 1)
      guard.settle(ticketOf(await ask(guard, subagent('a'))), { kind: 'none' }, 10);
    for (let call = 0; call < 10; call += 1) guard.release(ticketOf(await ask(guard, subagent('a'))));
    expect(await spend(guard, subagent('a'), 1, 1)).toBe('admitted');
  });

  test('no subagent ever uses more than it may, whatever its answers come to', async () => {
    const steps = fc.array(
      fc.record({ id: fc.constantFrom('a', 'b'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1000, max: 20_000 }), steps, async (maxSubagentTokens, calls) => {
        const guard = guardOf({ maxSubagentTokens });
        const used = new Map<string, number>();
        for (const { id, share } of calls) {
          const admission = await ask(guard, subagent(id), { ceiling: 4000 });
          if (admission.kind === 'refused') continue;
          const { inputTokens, outputTokens } = admission.ticket;
          const usage = {
            ...NO_USAGE,
            inputTokens: Math.floor(inputTokens * share),
            outputTokens: Math.floor(outputTokens * share),
          };
          used.set(id, (used.get(id) ?? 0) + usage.inputTokens + usage.outputTokens);
          guard.settle(admission.ticket, { kind: 'known', usage, costNanoUsd: undefined }, 1000);
        }
        for (const tokens of used.values()) expect(tokens).toBeLessThanOrEqual(maxSubagentTokens);
      }),
    );
  });
});

describe('beside other limits, and under `observe`', () => {
  test('what the run has left ends the run, even where the subagent has none either', async () => {
    const guard = guardOf({ maxTokens: 5000, maxSubagentTokens: 5000 });
    await spend(guard, subagent('a'), 5000, 0);
    expect(await spend(guard, subagent('a'), 1, 1)).toBe('refused');
    expect(guard.stop?.reason).toBe('limit:max-tokens');
  });

  test.each<[string, RunLimits, CallerMark]>([
    ['count', { maxSubagents: 0 }, subagent('a')],
    ['depth', { maxSubagentDepth: 0 }, subagent('a')],
    ['tokens', { maxSubagentTokens: 100 }, subagent('a')],
  ])(
    'everything passes where all is observed, and the %s that would have ended it is kept',
    async (_, limits, caller) => {
      const guard = guardOf(limits, true);
      for (let call = 0; call < 4; call += 1) expect(await spend(guard, caller, 500, 500)).toBe('admitted');
      expect(guard.observed?.reason).toMatch(/^limit:max-subagent/);
      expect(guard.stop).toBeUndefined();
    },
  );
});

describe('on the wire', () => {
  let provider: Provider;
  let meter: TestMeter;
  const session = { 'x-claude-code-session-id': 's1' };
  const { path, body } = CALLS['anthropic-messages'];
  const callAs = (headers: Record<string, string>) =>
    send(meter.url + path, {
      body: { ...body, stop_sequences: [`${Math.random()}`] },
      headers: { ...session, ...headers },
    });

  beforeEach(async () => {
    provider = await startProvider();
    meter = await createTestMeter({ upstream: provider.url, limits: { maxSubagents: 1 } });
  });

  afterEach(async () => {
    await meter.close();
    await provider.close();
  });

  test('a refused subagent hears why, is on record, and costs nothing; ids are stored as short hashes', async () => {
    await callAs({});
    await callAs({ 'x-claude-code-agent-id': 'first-agent' });
    const refused = await callAs({ 'x-claude-code-agent-id': 'second-agent' });
    expect(refused.status).toBe(402);
    expect(refused.text).toContain('let the main loop go on without it');
    expect((await callAs({})).status).toBe(200);
    expect(provider.requests).toHaveLength(3);
    expect(meter.entries.map(({ caller, outcome }) => [caller, outcome])).toEqual([
      ['main', 'ok'],
      ['subagent', 'ok'],
      ['subagent', 'refused'],
      ['main', 'ok'],
    ]);
    const [main, first] = meter.entries;
    expect(first?.parentAgentId).toBe(main?.agentId);
    for (const { agentId } of meter.entries) expect(agentId).toMatch(/^[0-9a-f]{12}$/);
    expect(JSON.stringify(meter.lines)).not.toMatch(/first-agent|second-agent|"s1"/);
  });
});
