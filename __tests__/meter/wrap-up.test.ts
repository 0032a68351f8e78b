import { describe, expect, test } from '@jest/globals';
import type { RunLimits } from '../../src/core/limits.js';
import type { PriceTable } from '../../src/core/price.js';
import { NO_USAGE } from '../../src/core/usage.js';
import {
  type Admission,
  type Ask,
  type GuardOptions,
  roleOf,
  type Settlement,
} from '../../src/meter/admission.js';
import { Guard } from '../../src/meter/guard.js';
import { clientOf } from '../support/meter.js';

const FACTS = {
  model: 'm',
  stream: true,
  outputCeiling: 500,
  outputFloor: 1,
  choices: 1,
  hasServerContext: false,
  isDetached: false,
};
/** In nano-USD per million tokens: a write of the cache costs a quarter more than plain input, a read a tenth of it. */
const PRICES: PriceTable = {
  source: { table: 't', version: '1', commit: 'c', date: 'd' },
  models: { m: { input: 3e9, output: 15e9, cacheWrite: 3.75e9, cacheRead: 0.3e9 } },
};
const NEVER = new AbortController().signal;
type Admitted = Extract<Admission, { kind: 'admitted' }>;

function guardOf(limits: RunLimits, rest: Partial<GuardOptions> = {}): Guard {
  const wrapUp = { reserve: 'auto' as const };
  return new Guard({ limits, wrapUp, prices: undefined, onUnpriced: 'warn', observe: false, ...rest });
}
function askFor(rest: Partial<Ask> = {}): Ask {
  return {
    dialect: 'd',
    facts: FACTS,
    bodyBytes: 2000,
    isRetry: false,
    fingerprint: () => 'f',
    mayWriteLongCache: () => false,
    role: 'leader',
    ...rest,
  };
}
const known = (inputTokens: number, outputTokens: number): Settlement => ({
  kind: 'known',
  usage: { ...NO_USAGE, inputTokens, outputTokens },
  costNanoUsd: undefined,
});
const ask = (guard: Guard, rest: Partial<Ask> = {}) => guard.admit(askFor(rest), clientOf(NEVER));

async function admitted(guard: Guard, rest: Partial<Ask> = {}): Promise<Admitted> {
  const admission = await ask(guard, rest);
  if (admission.kind !== 'admitted') throw new Error(admission.reason);
  return admission;
}
async function refusal(guard: Guard, rest: Partial<Ask> = {}): Promise<string> {
  const admission = await ask(guard, rest);
  return admission.kind === 'refused' ? admission.reason : '';
}
/** One whole call; what it told the agent. */
async function call(guard: Guard, input: number, output: number, rest: Partial<Ask> = {}) {
  const { ticket, note } = await admitted(guard, rest);
  guard.settle(ticket, known(input, output), 0);
  return note;
}
const levels = async (guard: Guard, calls: number, input: number, output: number) => {
  const told: (string | undefined)[] = [];
  for (let index = 0; index < calls; index += 1) told.push((await call(guard, input, output))?.level);
  return told;
};

describe('the main agent is told', () => {
  test('once at four fifths of a limit, once when only the reserve is left, and then the run ends', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    const told: (string | undefined)[] = [];
    for (;;) {
      const admission = await ask(guard);
      if (admission.kind === 'refused') break;
      told.push(admission.note?.level);
      guard.settle(admission.ticket, known(100, 500), 0);
    }
    expect(told.filter((level) => level !== undefined)).toEqual(['80%', 'reserve']);
    expect(told.indexOf('80%')).toBe(16);
    expect(told.length - told.indexOf('reserve')).toBe(2);
    expect(told).toHaveLength(20);
    expect(guard.stop?.reason).toBe('limit:max-output-tokens');
  });

  test('in the words of the tightest limit', async () => {
    const guard = guardOf({ maxTokens: 1_000_000, maxOutputTokens: 10_000, maxRequests: 60 });
    await levels(guard, 18, 100, 450);
    expect((await call(guard, 100, 450))?.text).toBe(
      '[spendgate] 81 % of what this run may use is used: 8,100 of 10,000 output tokens (`max-output-tokens`). Start nothing new: finish what you are at, and hand in your result while there is room for it.',
    );
  });

  test.each<[string, RunLimits, RegExp]>([
    ['tokens', { maxTokens: 40_000 }, / of 40,000 tokens \(`max-tokens`\)/],
    ['input tokens', { maxInputTokens: 30_000 }, / of 30,000 input tokens \(`max-input-tokens`\)/],
    [
      'weighted tokens',
      { maxWeightedTokens: 60_000 },
      / of 60,000 weighted tokens \(`max-weighted-tokens`\)/,
    ],
    ['calls', { maxRequests: 9 }, /7 of 9 model calls \(`max-requests`\)/],
  ])('of a limit of %s, and what is left then is enough for two more calls', async (_what, limits, state) => {
    const guard = guardOf(limits);
    let reserve = '';
    let after = 0;
    for (;;) {
      const admission = await ask(guard);
      if (admission.kind === 'refused') break;
      if (admission.note?.level === 'reserve') reserve = admission.note.text;
      if (reserve !== '') after += 1;
      guard.settle(admission.ticket, known(3000, 100), 0);
    }
    expect(reserve).toMatch(state);
    expect(reserve).toMatch(/Finish now and hand in/);
    expect(after).toBeGreaterThanOrEqual(2);
  });

  test('of the reserve alone where one large call jumps over four fifths', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    const facts = { ...FACTS, outputCeiling: 9500 };
    expect(await call(guard, 100, 9400, { facts })).toBeUndefined();
    expect((await call(guard, 100, 100))?.level).toBe('reserve');
    expect(await call(guard, 100, 10)).toBeUndefined();
  });

  test('once, however many calls ask at the same time', async () => {
    const guard = guardOf({ maxRequests: 100, maxOutputTokens: 1_000_000 });
    await levels(guard, 80, 100, 10);
    const together = await Promise.all(Array.from({ length: 50 }, () => ask(guard)));
    const told = together.flatMap((admission) =>
      admission.kind === 'admitted' ? [admission.note?.level] : [],
    );
    expect(told).toHaveLength(20);
    expect(told.filter((level) => level !== undefined)).toEqual(['80%', 'reserve']);
  });

  test('once by calls that had to wait for one another', async () => {
    const guard = guardOf({ maxOutputTokens: 12_000 });
    await levels(guard, 19, 100, 500);
    const told: (string | undefined)[] = [];
    const waiting = Array.from({ length: 50 }, () =>
      ask(guard).then((admission) => {
        if (admission.kind === 'refused') return;
        told.push(admission.note?.level);
        guard.settle(admission.ticket, known(100, 200), 0);
      }),
    );
    await Promise.all(waiting);
    expect(told.length).toBeGreaterThan(5);
    expect(told.filter((level) => level !== undefined)).toEqual(['80%', 'reserve']);
  });

  test.each<[string, Settlement]>([
    ['failed', { kind: 'none' }],
    ['broke off', { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: false }],
  ])('again where the call that told it %s', async (_what, settlement) => {
    const guard = guardOf({ maxRequests: 10 });
    await levels(guard, 8, 100, 10);
    const lost = await admitted(guard);
    expect(lost.note?.level).toBe('reserve');
    guard.settle(lost.ticket, settlement, 0);
    expect((await admitted(guard)).note?.level).toBe('reserve');
  });

  test('again where the call never left', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    await call(guard, 100, 8500);
    const lost = await admitted(guard);
    guard.release(lost.ticket);
    expect((await admitted(guard)).note?.level).toBe(lost.note?.level);
  });

  test('not at all without a limit, and nothing that is only observed', async () => {
    expect(await levels(guardOf({}), 3, 9000, 9000)).toEqual([undefined, undefined, undefined]);
    const observed = guardOf({ maxOutputTokens: 100 }, { observe: true });
    expect(await levels(observed, 2, 100, 90)).toEqual([undefined, undefined]);
  });
});

/**
 * Calls as a coding agent makes them, until one is refused: the first writes the cache, the others read it, and each holds
 * many times what it uses.
 */
async function converse(limits: RunLimits, inputTokens: number) {
  const guard = guardOf(limits, { prices: PRICES });
  const facts = { ...FACTS, outputCeiling: 32_000 };
  const told: { readonly level: string; readonly call: number; readonly text: string }[] = [];
  for (let index = 0; ; index += 1) {
    const admission = await ask(guard, { facts, bodyBytes: inputTokens * 4 });
    if (admission.kind === 'refused') return { told, calls: index };
    const { note, ticket } = admission;
    if (note) told.push({ level: note.level, call: index, text: note.text });
    const cacheReadTokens = index === 0 ? 0 : inputTokens - 400;
    const cacheWriteTokens = inputTokens - cacheReadTokens;
    const usage = { ...NO_USAGE, inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens: 250 };
    guard.settle(ticket, { kind: 'known', usage, costNanoUsd: undefined }, 1000);
  }
}

describe('where a call holds many times what it uses', () => {
  test.each<[string, RunLimits]>([
    ['cost', { maxCostNanoUsd: 2e9 }],
    ['weighted tokens', { maxWeightedTokens: 700_000 }],
  ])('a limit of %s is told at four fifths and then at its end', async (_what, limits) => {
    const { told, calls } = await converse(limits, 25_000);
    expect(told.map(({ level }) => level)).toEqual(['80%', 'reserve']);
    expect(told[0]?.text).toContain('80 % of what this run may use is used');
    expect(calls - (told[1]?.call ?? calls)).toBeGreaterThanOrEqual(2);
  });

  test.each<[string, RunLimits, RegExp]>([
    [
      'cost',
      { maxCostNanoUsd: 0.5e9 },
      /used \$0\.3\d of \$0\.50 .* can take up to \$0\.1\d: few more are sure to fit/,
    ],
    [
      'weighted tokens',
      { maxWeightedTokens: 150_000 },
      /used 1\d\d,\d{3} of 150,000 weighted .* can take up to 3\d,\d{3}: few more are sure to fit/,
    ],
  ])('a small limit of %s is told where its last calls begin, and why', async (_what, limits, text) => {
    const { told, calls } = await converse(limits, 25_000);
    expect(told).toMatchObject([{ level: 'reserve', text: expect.stringMatching(text) }]);
    const after = calls - (told[0]?.call ?? calls);
    expect(after).toBeGreaterThanOrEqual(2);
    expect(after).toBeLessThanOrEqual(3);
  });

  test('a call that does not fit in front of the reserve is cut short, and nobody is told', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 }, { wrapUp: { reserve: 0.4 } });
    const facts = { ...FACTS, outputCeiling: 9000 };
    await call(guard, 100, 4000, { facts });
    const { note, ceiling } = await admitted(guard, { facts });
    expect([note, ceiling]).toEqual([undefined, 2000]);
  });

  test('what the request itself needs counts where its last calls begin', async () => {
    const guard = guardOf({ maxTokens: 100_000 });
    const facts = { ...FACTS, outputCeiling: 32_000, outputFloor: 20_000 };
    const told: (string | undefined)[] = [];
    for (;;) {
      const admission = await ask(guard, { facts, bodyBytes: 40_000 });
      if (admission.kind === 'refused') break;
      told.push(admission.note?.text);
      guard.settle(admission.ticket, known(10_000, 100), 0);
    }
    expect(told).toHaveLength(7);
    expect(told.flatMap((text, index) => (text ? [index] : []))).toEqual([5]);
    expect(told[5]).toMatch(/used 50,500 of 100,000 tokens .* can take up to 3\d,\d{3}: few more/);
  });

  test('gets no longer an answer than its model gives where only its input is limited', async () => {
    const [m] = Object.values(PRICES.models);
    const prices = { ...PRICES, models: { m: { input: 0, output: 0, ...m, maxOutput: 4000 } } };
    const guard = guardOf({ maxInputTokens: 100_000 }, { prices, wrapUp: { reserve: 0.5 } });
    const facts = { ...FACTS, outputCeiling: undefined };
    await call(guard, 30_000, 100, { facts, bodyBytes: 120_000 });
    const { note, ceiling, ticket } = await admitted(guard, { facts, bodyBytes: 120_000 });
    expect([note, ceiling, ticket.outputTokens]).toEqual([undefined, undefined, 4000]);
  });

  test('but never below what the request itself needs', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 }, { wrapUp: { reserve: 0.4 } });
    const facts = { ...FACTS, outputCeiling: 9000, outputFloor: 3000 };
    await call(guard, 100, 4000, { facts });
    const { note, ceiling } = await admitted(guard, { facts });
    expect([note, ceiling]).toEqual([undefined, 3000]);
  });
});

describe('those who ask at the reserve again and again', () => {
  const subagent = (agentId?: string): Partial<Ask> => ({
    role: 'helper',
    caller: { caller: 'subagent', agentId, parentAgentId: undefined },
  });
  const atTheReserve = async () => {
    const guard = guardOf({ maxRequests: 20 });
    await levels(guard, 18, 100, 10);
    return guard;
  };

  test('end the run at the third time while the main agent waits, and are counted', async () => {
    const guard = await atTheReserve();
    await refusal(guard, subagent('a'));
    await refusal(guard, subagent('b'));
    await refusal(guard, subagent('a'));
    expect(guard.stop).toBeUndefined();
    expect(await refusal(guard, subagent('a'))).toContain('3 refusals of this subagent');
    expect(guard.stop?.reason).toBe('limit:max-requests');
    expect([...guard.refusedSubagents]).toEqual([
      ['max-requests', { calls: 4, state: expect.stringContaining('kept for the main agent') }],
    ]);
  });

  test('do not keep the main agent from going on', async () => {
    const guard = await atTheReserve();
    for (let turn = 0; turn < 2; turn += 1) {
      await refusal(guard, subagent('a'));
      await refusal(guard, subagent('a'));
      await call(guard, 100, 10);
    }
    expect(guard.stop).toBeUndefined();
  });

  test('are not taken for one another where they have no names, but do not go on without end', async () => {
    const guard = await atTheReserve();
    for (let time = 0; time < 99; time += 1) await refusal(guard, subagent());
    expect(guard.stop).toBeUndefined();
    expect(await refusal(guard, subagent())).toContain('100 refusals');
    expect(guard.stop?.reason).toBe('limit:max-requests');
  });
});

describe('the reserve', () => {
  test('is not kept back where nobody is told', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 }, { wrapUp: undefined });
    await call(guard, 100, 9000);
    const { ticket, ceiling, note } = await admitted(guard, { facts: { ...FACTS, outputCeiling: 5000 } });
    expect([ticket.outputTokens, ceiling, note]).toEqual([1000, 1000, undefined]);
  });

  test('is left alone by subagents, whose call is refused while the run goes on', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    await levels(guard, 18, 100, 500);
    const reason = await refusal(guard, { role: 'helper' });
    expect(reason).toMatch(/what is left of `max-output-tokens` is kept for the main agent to hand in/);
    expect(guard.stop).toBeUndefined();
    expect((await admitted(guard)).note?.level).toBe('reserve');
  });

  test('is left alone by subagents also after the main agent was told', async () => {
    const guard = guardOf({ maxRequests: 10 });
    await levels(guard, 9, 100, 10);
    expect(await refusal(guard, { role: 'helper' })).toContain('`max-requests`');
    expect((await admitted(guard)).note).toBeUndefined();
  });

  test('cuts no answer of the main agent short before it is told', async () => {
    const guard = guardOf({ maxOutputTokens: 100_000 });
    const facts = { ...FACTS, outputCeiling: 32_000 };
    await call(guard, 100, 88_000, { facts });
    const { note, ceiling } = await admitted(guard, { facts });
    expect(note?.level).toBe('reserve');
    expect(ceiling).toBe(12_000);
  });

  test('can be a share of the limit, or nothing', async () => {
    const calls = async (reserve: 'none' | number) => {
      const guard = guardOf({ maxRequests: 20 }, { wrapUp: { reserve } });
      return levels(guard, 20, 10, 10);
    };
    expect((await calls(0.25)).indexOf('reserve')).toBe(15);
    const none = await calls('none');
    expect([none.indexOf('80%'), none.indexOf('reserve')]).toEqual([16, -1]);
  });

  test('leaves half of the limit for the work, however large the last call was', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    await call(guard, 100, 4000);
    expect((await call(guard, 100, 900))?.level).toBeUndefined();
    expect((await admitted(guard)).ticket.outputTokens).toBe(500);
  });

  test('is there for summaries of the main agent, which are not told', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    await call(guard, 100, 9800);
    const { note, ceiling } = await admitted(guard, {
      role: 'other',
      facts: { ...FACTS, outputCeiling: 150 },
    });
    expect([note, ceiling]).toEqual([undefined, undefined]);
  });
});

test('a note counts as input of the call that carries it', async () => {
  const guard = guardOf({ maxOutputTokens: 10_000 });
  await call(guard, 1000, 8500);
  const { ticket, note } = await admitted(guard);
  expect(ticket.bodyBytes - 2000).toBeGreaterThan(Buffer.byteLength(note?.text ?? ''));
  expect(ticket.inputTokens).toBeGreaterThan(1100);
});

test.each([
  ['main', false, 'leader'],
  ['subagent', true, 'helper'],
  ['auxiliary', true, 'helper'],
  ['title', false, 'helper'],
  ['compaction', true, 'other'],
  ['unknown', true, 'leader'],
  ['unknown', false, 'other'],
] as const)('a call of %s, with tools: %p, is one of the %s', (caller, offersTools, role) => {
  expect(roleOf(caller, offersTools)).toBe(role);
});
