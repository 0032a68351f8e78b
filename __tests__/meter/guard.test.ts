import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Reserve, RunLimits } from '../../src/core/limits.js';
import { type ModelPrice, type PriceTable, priceUsage } from '../../src/core/price.js';
import { NO_USAGE, type Usage } from '../../src/core/usage.js';
import { DEFAULT_WEIGHTS, weighUsage } from '../../src/core/weights.js';
import type { Admission, Ask, GuardOptions, Settlement, Stop, Ticket } from '../../src/meter/admission.js';
import { Guard } from '../../src/meter/guard.js';
import { clientOf } from '../support/meter.js';

const USD = 1_000_000_000;
const FACTS = {
  model: 'm',
  stream: true,
  outputCeiling: 1000,
  outputFloor: 1,
  choices: 1,
  hasServerContext: false,
  isDetached: false,
};
const NEVER = new AbortController().signal;

function tableOf(price: ModelPrice): PriceTable {
  return { source: { table: 't', version: '1', commit: 'c', date: 'd' }, models: { m: price } };
}
function guardOf(limits: RunLimits, rest: Partial<GuardOptions> = {}): Guard {
  return new Guard({ limits, prices: undefined, onUnpriced: 'warn', observe: false, ...rest });
}
function askFor(facts: Partial<Ask['facts']> = {}, rest: Partial<Ask> = {}): Ask {
  return {
    dialect: 'd',
    facts: { ...FACTS, ...facts },
    bodyBytes: 2000,
    isRetry: false,
    fingerprint: () => 'f',
    mayWriteLongCache: () => true,
    role: 'leader',
    ...rest,
  };
}
/** Of a request, told apart already. */
const pieces = (sizes: readonly (readonly [string, number])[]) => ({ chunks: new Map(sizes), heldBytes: 0 });
const usageOf = (inputTokens: number | undefined, outputTokens: number | undefined): Usage => ({
  ...NO_USAGE,
  inputTokens,
  outputTokens,
});
const known = (input: number, output: number, costNanoUsd?: number): Settlement => ({
  kind: 'known',
  usage: usageOf(input, output),
  costNanoUsd,
});
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

/** Asks, and says what came of it so far: `undefined` while the call waits. */
function asking(guard: Guard, ask: Ask, signal = NEVER): { readonly answer: Admission | undefined } {
  const asked: { answer: Admission | undefined } = { answer: undefined };
  void guard.admit(ask, clientOf(signal)).then((admission) => {
    asked.answer = admission;
  });
  return asked;
}
async function admitted(
  guard: Guard,
  ask = askFor(),
): Promise<{ ticket: Ticket; ceiling: number | undefined }> {
  const admission = await guard.admit(ask, clientOf(NEVER));
  if (admission.kind !== 'admitted') throw new Error(admission.reason);
  return admission;
}
async function refused(guard: Guard, ask = askFor()): Promise<string> {
  const admission = await guard.admit(ask, clientOf(NEVER));
  return admission.kind === 'refused' ? admission.reason : '';
}
/** One call of the usual size, so that the next ones need not wait for the first answer. */
async function learn(guard: Guard, input = 100): Promise<void> {
  guard.settle((await admitted(guard)).ticket, known(input, 0, 0), 0);
}

describe('no interleaving of calls breaks a limit', () => {
  const MILLION = 1_000_000;
  const rate = fc.integer({ min: 0, max: 100_000 }).map((count) => count * MILLION);
  const price = fc.record({ input: rate, output: rate.filter((nano) => nano > 0), cacheWrite: rate });
  const optional = (min: number, max: number) => fc.option(fc.integer({ min, max }), { nil: undefined });
  const limits = fc.record({
    maxTokens: optional(0, 60_000),
    maxInputTokens: optional(0, 60_000),
    maxOutputTokens: optional(0, 60_000),
    maxCostNanoUsd: optional(0, 2 * USD),
    maxWeightedTokens: optional(0, 200_000),
    maxRequests: optional(0, 12),
    requestMaxOutputTokens: optional(1, 5000),
  });
  const step = fc.record({
    settles: fc.boolean(),
    which: fc.nat(20),
    outputCeiling: fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined }),
    choices: fc.integer({ min: 1, max: 3 }),
    inputReads: fc.integer({ min: 0, max: 3 }),
    asideTokens: fc.constantFrom(0, 0, 500, 5000),
    feeNanoUsd: fc.constantFrom(0, 0, USD / 100),
    bodyBytes: fc.integer({ min: 2, max: 40_000 }),
    inputShare: fc.double({ min: 0, max: 1, noNaN: true }),
    outputShare: fc.double({ min: 0, max: 1, noNaN: true }),
    end: fc.constantFrom('none', 'known', 'priced', 'unknown'),
    role: fc.constantFrom('leader', 'helper', 'other'),
  });
  const wrapUp = fc.option(fc.record({ reserve: fc.constantFrom<Reserve[]>('auto', 'none', 0.05, 0.5) }), {
    nil: undefined,
  });

  test('the sum of what was really used stays within max-tokens, max-cost and all others', async () => {
    await fc.assert(
      fc.asyncProperty(
        limits,
        price,
        wrapUp,
        fc.array(step, { minLength: 1, maxLength: 40 }),
        async (given, rates, ending, steps) => {
          const set = Object.fromEntries(
            Object.entries(given).filter(([, limit]) => limit !== undefined),
          ) as RunLimits;
          const guard = guardOf(set, {
            prices: tableOf({ ...rates, maxOutput: 8000 }),
            ...(ending && { wrapUp: ending }),
          });
          const held: Ticket[] = [];
          const real = { input: 0, output: 0, cost: 0, weighted: 0, requests: 0 };
          const settle = (
            index: number,
            {
              inputShare,
              outputShare,
              end,
            }: Pick<(typeof steps)[number], 'inputShare' | 'outputShare' | 'end'>,
          ): void => {
            const [ticket] = held.splice(index % held.length, 1);
            if (ticket === undefined) return;
            const input = Math.floor(ticket.inputTokens * inputShare);
            const output = Math.floor(ticket.outputTokens * outputShare);
            const cost = (priceUsage(rates, usageOf(input, output)) ?? 0) + (ticket.feeNanoUsd ?? 0);
            if (end !== 'none') {
              real.input += input;
              real.output += output;
              real.cost += cost;
              real.weighted += weighUsage(DEFAULT_WEIGHTS, usageOf(input, output)) ?? 0;
            }
            const usage = usageOf(input, output);
            const settlements: Record<typeof end, Settlement> = {
              none: { kind: 'none' },
              known: { kind: 'known', usage, costNanoUsd: undefined },
              priced: { kind: 'known', usage, costNanoUsd: cost },
              unknown: { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: false },
            };
            guard.settle(ticket, settlements[end], 0);
          };
          const check = (): void => {
            expect(real.input + real.output).toBeLessThanOrEqual(set.maxTokens ?? Number.POSITIVE_INFINITY);
            expect(real.input).toBeLessThanOrEqual(set.maxInputTokens ?? Number.POSITIVE_INFINITY);
            expect(real.output).toBeLessThanOrEqual(set.maxOutputTokens ?? Number.POSITIVE_INFINITY);
            expect(real.cost).toBeLessThanOrEqual(set.maxCostNanoUsd ?? Number.POSITIVE_INFINITY);
            expect(real.weighted).toBeLessThanOrEqual(set.maxWeightedTokens ?? Number.POSITIVE_INFINITY);
            expect(real.requests).toBeLessThanOrEqual(set.maxRequests ?? Number.POSITIVE_INFINITY);
          };
          for (const next of steps) {
            if (next.settles) settle(next.which, next);
            else {
              const { outputCeiling, choices, inputReads, asideTokens, feeNanoUsd } = next;
              const aside = { inputReads, outputTokens: asideTokens };
              const facts = { ...FACTS, outputCeiling, choices, aside, surcharge: { feeNanoUsd } };
              void guard
                .admit(askFor(facts, { bodyBytes: next.bodyBytes, role: next.role }), clientOf(NEVER))
                .then((admission) => {
                  if (admission.kind !== 'admitted') return;
                  held.push(admission.ticket);
                  real.requests += 1;
                  const ceiling = admission.ceiling ?? facts.outputCeiling;
                  if (ceiling !== undefined)
                    expect(admission.ticket.outputTokens).toBe(ceiling * choices + asideTokens);
                });
            }
            await settled();
            check();
          }
          const worst = { inputShare: 1, outputShare: 1, end: 'known' as const };
          for (let round = 0; round < 100 && held.length > 0; round += 1) {
            settle(0, worst);
            await settled();
            check();
          }
          expect(held).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('fifty calls at once get no more than fits', async () => {
    const guard = guardOf({ maxTokens: 20_000 });
    await learn(guard);
    const calls = Array.from({ length: 50 }, () => asking(guard, askFor()));
    let used = 100;
    for (let round = 0; round < 60; round += 1) {
      await settled();
      for (const call of calls) {
        if (call.answer?.kind !== 'admitted' || !('ticket' in call.answer)) continue;
        const { ticket } = call.answer;
        used += ticket.inputTokens + ticket.outputTokens;
        guard.settle(ticket, known(ticket.inputTokens, ticket.outputTokens), 0);
        calls.splice(calls.indexOf(call), 1);
        break;
      }
    }
    await settled();
    expect(used).toBeLessThanOrEqual(20_000);
    expect(used).toBeGreaterThan(10_000);
    expect(calls.every(({ answer }) => answer?.kind === 'refused')).toBe(true);
    expect(guard.stop?.reason).toBe('limit:max-tokens');
  });
});

describe('a call that does not fit now', () => {
  test('waits for others and leaves when they settle', async () => {
    const guard = guardOf({ maxTokens: 3000 });
    await learn(guard);
    const first = await admitted(guard, askFor({ outputCeiling: 1500 }));
    const second = asking(guard, askFor({ outputCeiling: 1500 }));
    await settled();
    expect(second.answer).toBeUndefined();
    guard.settle(first.ticket, known(100, 10), 0);
    await settled();
    expect(second.answer?.kind).toBe('admitted');
  });

  test('waits for the first answer of its kind, which tells how many tokens bytes are', async () => {
    const guard = guardOf({ maxTokens: 1_000_000 });
    const first = await admitted(guard);
    const [second, other] = [asking(guard, askFor()), asking(guard, askFor({ model: 'other' }))];
    await settled();
    expect([second.answer, other.answer?.kind]).toEqual([undefined, 'admitted']);
    guard.settle(first.ticket, known(500, 10), 0);
    await settled();
    expect(second.answer?.kind).toBe('admitted');
  });

  test('gets its share of what is left, and the first to come do not hold what the others need', async () => {
    const guard = guardOf({ maxOutputTokens: 100_000 });
    const facts = { outputCeiling: 32_000 };
    const first = await admitted(guard, askFor(facts));
    const others = Array.from({ length: 8 }, () => asking(guard, askFor(facts)));
    guard.settle(first.ticket, known(100, 10), 0);
    await settled();
    const ceilings = others.map(({ answer }) => (answer?.kind === 'admitted' ? answer.ceiling : answer));
    expect(ceilings).toEqual(Array(8).fill(Math.floor(99_990 / 8)));
  });

  test('shares the money that is left after its input', async () => {
    const prices = tableOf({ input: USD, output: 10 * USD });
    const guard = guardOf({ maxCostNanoUsd: USD }, { prices });
    const ask = askFor({ outputCeiling: 64_000 }, { pieces: pieces([['the same', 2000]]) });
    const first = await admitted(guard, ask);
    const others = Array.from({ length: 4 }, () => asking(guard, ask));
    guard.settle(first.ticket, known(1000, 0, 0), 0);
    await settled();
    for (const { answer } of others) {
      if (answer?.kind !== 'admitted') throw new Error('it should have left');
      expect(answer.ceiling).toBe((USD / 4 - 1100 * 1000) / 10_000);
      expect(answer.ticket.costNanoUsd).toBe(USD / 4);
    }
  });

  test('waits for the room that its thinking needs', async () => {
    const guard = guardOf({ maxOutputTokens: 50_000 });
    await learn(guard);
    const first = await admitted(guard, askFor({ outputCeiling: 20_000 }));
    const second = asking(guard, askFor({ outputCeiling: 40_000, outputFloor: 35_000 }));
    await settled();
    expect([second.answer, guard.stop]).toEqual([undefined, undefined]);
    guard.settle(first.ticket, known(100, 100), 0);
    await settled();
    expect(second.answer?.kind).toBe('admitted');
  });

  test('does not wait for more than the answers of this run have taken', async () => {
    const guard = guardOf({ maxOutputTokens: 20_000 });
    for (let call = 0; call < 20; call += 1) guard.settle((await admitted(guard)).ticket, known(100, 100), 0);
    await admitted(guard, askFor({ outputCeiling: 16_000 }));
    const { ceiling } = await admitted(guard, askFor({ outputCeiling: 16_000 }));
    expect(ceiling).toBe(2000);
  });

  test('is passed by smaller ones, and after eight of them by nobody', async () => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    await learn(guard);
    const small = () => askFor({ outputCeiling: 1000 });
    const running = [(await admitted(guard, small())).ticket, (await admitted(guard, small())).ticket];
    const large = asking(guard, askFor({ outputCeiling: 9000, outputFloor: 8500 }));
    for (let passed = 0; passed < 8; passed += 1) {
      running.push((await admitted(guard, small())).ticket);
      const [ended] = running.splice(0, 1);
      if (ended) guard.settle(ended, known(10, 0, 0), 0);
    }
    await settled();
    expect(large.answer).toBeUndefined();
    const later = asking(guard, small());
    await settled();
    expect(later.answer).toBeUndefined();
    for (const ticket of running) guard.settle(ticket, known(10, 0, 0), 0);
    await settled();
    expect(large.answer?.kind).toBe('admitted');
    if (large.answer?.kind === 'admitted') guard.settle(large.answer.ticket, known(10, 0, 0), 0);
    await settled();
    expect(later.answer?.kind).toBe('admitted');
  });

  test('leaves when the call before it failed without a bill', async () => {
    const guard = guardOf({ maxTokens: 4000 });
    const first = await admitted(guard);
    const second = asking(guard, askFor());
    guard.settle(first.ticket, { kind: 'none' }, 0);
    await settled();
    expect(second.answer?.kind).toBe('admitted');
  });

  test('is refused for good when the others used what was left', async () => {
    const guard = guardOf({ maxTokens: 3000 });
    await learn(guard);
    const first = await admitted(guard, askFor({ outputCeiling: 1800 }));
    const second = asking(guard, askFor({ outputCeiling: 1800 }));
    guard.settle(first.ticket, known(700, 1800), 0);
    await settled();
    expect(second.answer?.kind).toBe('refused');
    expect(guard.stop?.reason).toBe('limit:max-tokens');
  });

  test('is taken out of the queue when its client goes away, and stops nothing', async () => {
    const guard = guardOf({ maxTokens: 3000 });
    await learn(guard);
    const first = await admitted(guard, askFor({ outputCeiling: 1500 }));
    const client = new AbortController();
    const second = asking(guard, askFor({ outputCeiling: 1500 }), client.signal);
    client.abort();
    await settled();
    expect(second.answer).toMatchObject({ kind: 'refused', reason: expect.stringContaining('went away') });
    guard.settle(first.ticket, known(100, 10), 0);
    expect(guard.stop).toBeUndefined();
    const third = await admitted(guard, askFor({ outputCeiling: 1500 }));
    expect(third.ticket.outputTokens).toBe(1500);
  });

  test('does not wait for a client that had gone before it asked', async () => {
    const guard = guardOf({ maxTokens: 3000 });
    await learn(guard);
    await admitted(guard, askFor({ outputCeiling: 1500 }));
    const second = asking(guard, askFor({ outputCeiling: 1500 }), AbortSignal.abort());
    await settled();
    expect(second.answer?.kind).toBe('refused');
  });

  test('is refused when the run is stopped meanwhile', async () => {
    const guard = guardOf({ maxTokens: 3000 });
    await learn(guard);
    await admitted(guard, askFor({ outputCeiling: 1500 }));
    const second = asking(guard, askFor({ outputCeiling: 1500 }));
    guard.stopWith('budget-exhausted', 'The gateway says so.');
    await settled();
    expect(second.answer).toEqual({ kind: 'refused', reason: 'The gateway says so. Do not retry.' });
  });

  describe('waits', () => {
    afterEach(() => {
      jest.useRealTimers();
    });

    test('five minutes at most', async () => {
      jest.useFakeTimers();
      const guard = guardOf({ maxTokens: 3000 });
      await learn(guard);
      await admitted(guard, askFor({ outputCeiling: 1500 }));
      const second = asking(guard, askFor({ outputCeiling: 1500 }));
      await jest.advanceTimersByTimeAsync(299_000);
      expect(second.answer).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1000);
      expect(second.answer).toMatchObject({ kind: 'refused', reason: expect.stringContaining('5 minutes') });
      expect(guard.stop).toBeUndefined();
    });

    test('no longer than the one it must let pass: when that goes away, the others are asked again', async () => {
      const guard = guardOf({ maxOutputTokens: 10_000 });
      await learn(guard);
      await admitted(guard, askFor({ outputCeiling: 3000, outputFloor: 3000 }));
      const client = new AbortController();
      const large = asking(guard, askFor({ outputCeiling: 9000, outputFloor: 9000 }), client.signal);
      for (let time = 0; time < 8; time += 1) {
        const { ticket } = await admitted(guard, askFor({ outputCeiling: 100 }));
        guard.settle(ticket, known(1, 1), 1);
      }
      const small = asking(guard, askFor({ outputCeiling: 100 }));
      await settled();
      expect([large.answer, small.answer]).toEqual([undefined, undefined]);
      client.abort();
      await settled();
      expect(large.answer?.kind).toBe('refused');
      expect(small.answer?.kind).toBe('admitted');
    });
  });
});

describe('a limit that was reached', () => {
  test.each<[string, RunLimits, Stop['reason']]>([
    ['tokens', { maxTokens: 100 }, 'limit:max-tokens'],
    ['input tokens', { maxInputTokens: 100 }, 'limit:max-input-tokens'],
    ['output tokens', { maxOutputTokens: 100 }, 'limit:max-output-tokens'],
    ['cost', { maxCostNanoUsd: 1000 }, 'limit:max-cost'],
    ['weighted tokens', { maxWeightedTokens: 100 }, 'limit:max-weighted-tokens'],
    ['calls', { maxRequests: 0 }, 'limit:max-requests'],
  ])('of %s refuses, latches, and is told once', async (_what, limits, reason) => {
    const stops: Stop[] = [];
    const guard = guardOf(limits, {
      prices: tableOf({ input: USD, output: USD }),
      onStop: (stop) => stops.push(stop),
    });
    const first = await refused(guard);
    expect(first).toContain(`\`${reason.replace('limit:', '')}\``);
    expect(first).toMatch(/A person can raise the limit .*\. Do not retry\.$/);
    expect(await refused(guard, askFor({ outputCeiling: 1 }, { bodyBytes: 1 }))).toBe(first);
    const stop = { reason, message: first.replace(' Do not retry.', '') };
    expect(guard.stop).toEqual(stop);
    expect(stops).toEqual([stop]);
  });

  test('stays the reason, whatever comes later', async () => {
    const guard = guardOf({ maxRequests: 0 });
    const first = await refused(guard);
    guard.stopWith('budget-exhausted', 'later');
    expect(await refused(guard)).toBe(first);
    expect(guard.stop?.reason).toBe('limit:max-requests');
  });

  test('of retries refuses only the repeated call, and then ends the run', async () => {
    const guard = guardOf({ maxRetries: 1 });
    await admitted(guard);
    await admitted(guard, askFor({}, { isRetry: true }));
    await admitted(guard);
    expect(guard.stop).toBeUndefined();
    expect(await refused(guard, askFor({}, { isRetry: true }))).toContain('1 of 1 retries');
    expect(await refused(guard)).not.toBe('');
  });

  test('of retries counts none that never left', async () => {
    const guard = guardOf({ maxRetries: 1 });
    const { ticket } = await admitted(guard, askFor({}, { isRetry: true }));
    guard.release(ticket);
    await admitted(guard, askFor({}, { isRetry: true }));
    expect(await refused(guard, askFor({}, { isRetry: true }))).toContain('1 of 1 retries');
  });

  test('counts calls when they leave, also those in flight', async () => {
    const guard = guardOf({ maxRequests: 2 });
    await admitted(guard);
    await admitted(guard);
    expect(await refused(guard)).toContain('2 of 2 calls');
  });

  test.each([
    ['an output limit for each call that is zero', { maxTokens: 100, requestMaxOutputTokens: 0 }, {}],
    ['a request for an answer of zero tokens', { maxTokens: 100 }, { outputCeiling: 0 }],
    ['an input limit, and answers of zero tokens', { maxInputTokens: 100, requestMaxOutputTokens: 0 }, {}],
  ])('holds for the input too, with %s', async (_what, limits, facts) => {
    expect(await refused(guardOf(limits), askFor(facts, { bodyBytes: 1_000_000 }))).not.toBe('');
  });

  test('of cost holds for a model whose answers are free and whose input is not', async () => {
    const guard = guardOf(
      { maxCostNanoUsd: USD / 1000 },
      { prices: tableOf({ input: 10 * USD, output: 0 }) },
    );
    expect(await refused(guard, askFor({}, { bodyBytes: 1_000_000 }))).toContain('`max-cost`');
  });
});

describe('the output ceiling', () => {
  test.each<[string, RunLimits, Partial<Ask['facts']>, number | undefined]>([
    [
      'stays as the client set it while there is room',
      { maxTokens: 1_000_000 },
      { outputCeiling: 1000 },
      undefined,
    ],
    ['is lowered to what is left', { maxOutputTokens: 700 }, { outputCeiling: 1000 }, 700],
    ['is lowered to the limit for each call', { requestMaxOutputTokens: 400 }, { outputCeiling: 1000 }, 400],
    [
      'is added where the client set none',
      { requestMaxOutputTokens: 400 },
      { outputCeiling: undefined },
      400,
    ],
    ['is not raised', { requestMaxOutputTokens: 4000 }, { outputCeiling: 1000 }, undefined],
    ['is shared by several answers', { maxOutputTokens: 900 }, { outputCeiling: 1000, choices: 3 }, 300],
    [
      'is added when the room is less than the answer may be',
      { maxOutputTokens: 700 },
      { outputCeiling: undefined },
      700,
    ],
    ['is left alone without limits', {}, { outputCeiling: undefined }, undefined],
  ])('%s', async (_what, limits, facts, expected) => {
    expect((await admitted(guardOf(limits), askFor(facts))).ceiling).toBe(expected);
  });

  test('fits the money that is left', async () => {
    const price = { input: 0, output: 10 * USD };
    const { ceiling, ticket } = await admitted(
      guardOf({ maxCostNanoUsd: USD / 100 }, { prices: tableOf(price) }),
      askFor({ outputCeiling: 5000 }),
    );
    expect(ceiling).toBe(1000);
    expect(ticket.costNanoUsd).toBe(USD / 100);
  });

  test('is never below what the upstream accepts: such a call is refused', async () => {
    const guard = guardOf({ maxOutputTokens: 1500 });
    expect(await refused(guard, askFor({ outputCeiling: 8000, outputFloor: 2000 }))).toContain(
      '`max-output-tokens`',
    );
  });

  test('is not so low that an answer is of no use', async () => {
    expect(await refused(guardOf({ maxOutputTokens: 200 }))).toContain('`max-output-tokens`');
    expect(
      (await admitted(guardOf({ maxOutputTokens: 200 }), askFor({ outputCeiling: 150 }))).ticket.outputTokens,
    ).toBe(150);
  });

  test('is set where neither client nor price table bounds the answer, so that the reservation is really the most', async () => {
    const { ceiling, ticket } = await admitted(
      guardOf({ maxTokens: 50_000 }),
      askFor({ outputCeiling: undefined }),
    );
    expect(ceiling).toBe(ticket.outputTokens);
  });
});

describe('weighted tokens', () => {
  const weights = { input: 1000, cacheRead: 100, cacheWrite: 2000, output: 5000, reasoning: 4000 };

  test('are held at the dearest weight that input and output can have', async () => {
    const guard = guardOf({ maxWeightedTokens: 100_000 }, { weights });
    const { ticket } = await admitted(guard);
    expect(ticket.weightedTokens).toBe(2 * ticket.inputTokens + 5 * 1000);
  });

  test('settle at the weights of the parts that were told', async () => {
    const guard = guardOf({ maxWeightedTokens: 10_000 }, { weights });
    const usage = { ...usageOf(1000, 200), cacheReadTokens: 800, reasoningTokens: 100 };
    guard.settle((await admitted(guard)).ticket, { kind: 'known', usage, costNanoUsd: undefined }, 0);
    const used = 200 + 80 + 500 + 400;
    expect(await refused(guard, askFor({ outputCeiling: 9000, outputFloor: 9000 }))).toContain(
      `${used} of 10000 weighted tokens are used`,
    );
  });

  test('of a call that was cut count its told input as it was, and its output at the dearest', async () => {
    const guard = guardOf({ maxWeightedTokens: 20_000 }, { weights });
    const usage = { ...usageOf(1000, undefined), cacheReadTokens: 1000 };
    guard.settle(
      (await admitted(guard)).ticket,
      { kind: 'unknown', usage, isAnswered: false, mayGoOn: false },
      1000,
    );
    expect(await refused(guard, askFor({ outputCeiling: 9000, outputFloor: 9000 }))).toContain(
      `${100 + 5000} of 20000 weighted tokens are used`,
    );
  });

  test('lower the output ceiling to what fits', async () => {
    const guard = guardOf({ maxWeightedTokens: 4000 + 2 * 2000 }, { weights });
    const { ceiling } = await admitted(guard, askFor({ outputCeiling: 5000 }));
    expect(ceiling).toBe(Math.floor((8000 - 2 * 2000) / 5));
  });
});

describe('the input limit of one call', () => {
  test('refuses the call and lets the run go on', async () => {
    const guard = guardOf({ requestMaxInputTokens: 5000 });
    expect(await refused(guard, askFor({}, { bodyBytes: 100_000 }))).toMatch(
      /`request-max-input-tokens` is 5000\. Send less/,
    );
    expect(guard.stop).toBeUndefined();
    await admitted(guard);
  });
});

describe('a call whose usage was not reported', () => {
  const spentAfter = async (settlement: Settlement, durationMs: number): Promise<string> => {
    const guard = guardOf({ maxOutputTokens: 10_000 });
    guard.settle((await admitted(guard, askFor({ outputCeiling: 4000 }))).ticket, settlement, durationMs);
    const message = await refused(guard, askFor({ outputCeiling: 20_000, outputFloor: 20_000 }));
    return /(\d+) of 10000/.exec(message)?.[1] ?? '';
  };

  test.each<[string, Settlement, number, string]>([
    [
      'is reckoned at what can be made in its time',
      { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: false },
      500,
      '2032',
    ],
    [
      'is reckoned at its reservation, where its time allows for more',
      { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: false },
      5000,
      '4000',
    ],
    [
      'is never reckoned below what was reported in part',
      { kind: 'unknown', usage: usageOf(10, 2000), isAnswered: false, mayGoOn: false },
      0,
      '2000',
    ],
    [
      'is never reckoned below the text that came',
      { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: false, textTokens: 3000 },
      0,
      '3000',
    ],
    [
      'is reckoned at its reservation where the answer was whole',
      { kind: 'known', usage: NO_USAGE, costNanoUsd: undefined },
      0,
      '4000',
    ],
    ['costs nothing when it failed without a bill', { kind: 'none' }, 0, '0'],
    ['counts what was really used, also above the reservation', known(10, 5000), 0, '5000'],
  ])('%s', async (_what, settlement, durationMs, expected) => {
    expect(await spentAfter(settlement, durationMs)).toBe(expected);
  });

  test('is reckoned higher when later answers tell how fast this run is, and never lower', async () => {
    const guard = guardOf({ maxOutputTokens: 100_000 });
    const left = async (): Promise<number> => {
      const { ticket } = await admitted(guard, askFor({ outputCeiling: 200_000 }));
      guard.release(ticket);
      return ticket.outputTokens;
    };
    const cut: Settlement = { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: false };
    const answer = async (tokens: number) =>
      guard.settle((await admitted(guard)).ticket, known(100, tokens), 1000);
    guard.settle((await admitted(guard, askFor({ outputCeiling: 90_000 }))).ticket, cut, 1000);
    expect(await left()).toBe(100_000 - 4032);
    for (let call = 0; call < 5; call += 1) await answer(125);
    expect(await left()).toBe(100_000 - 625 - 4032);
    await answer(2000);
    const margin = 1 + 2 * Math.sqrt(5 / 6);
    expect(await left()).toBe(100_000 - 2625 - (Math.ceil(margin * 2000) + 32));
  });

  test('is reckoned at its reservation where nobody saw it end, whatever the time', async () => {
    const guard = guardOf({ maxOutputTokens: 100_000 });
    for (let call = 0; call < 5; call += 1)
      guard.settle((await admitted(guard)).ticket, known(100, 100), 1000);
    const gone: Settlement = { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: true };
    guard.settle((await admitted(guard, askFor({ outputCeiling: 50_000 }))).ticket, gone, 10);
    const { ticket } = await admitted(guard, askFor({ outputCeiling: 200_000 }));
    expect(ticket.outputTokens).toBe(100_000 - 500 - 50_000);
  });

  test('settles once, however often it is told', async () => {
    const guard = guardOf({ maxOutputTokens: 1000 });
    const { ticket } = await admitted(guard, askFor({ outputCeiling: 500 }));
    for (let time = 0; time < 3; time += 1) guard.settle(ticket, known(10, 400), 0);
    expect((await admitted(guard, askFor({ outputCeiling: 600 }))).ticket.outputTokens).toBe(600);
  });
});

describe('text of which nobody knows how dense it is', () => {
  const asks = (count: number, chunksFor: (call: number) => Map<string, number>) =>
    Array.from({ length: count }, (_, call) =>
      askFor(
        { outputCeiling: 100 },
        {
          bodyBytes: 100_000,
          pieces: { chunks: chunksFor(call), heldBytes: 0 },
          fingerprint: () => `${call}`,
        },
      ),
    );
  const learned = async (): Promise<Guard> => {
    const guard = guardOf({ maxInputTokens: 600_000 });
    const prose = askFor({ outputCeiling: 100 }, { bodyBytes: 100_000, pieces: pieces([['prose', 99_000]]) });
    guard.settle((await admitted(guard, prose)).ticket, known(22_000, 10, 0), 0);
    return guard;
  };

  test('twenty calls at once of a token a byte, after one of prose, do not pass the limit', async () => {
    const guard = await learned();
    const asked = asks(20, (call) => new Map([[`digits ${call}`, 99_000]])).map((ask) => asking(guard, ask));
    await settled();
    expect(asked.filter(({ answer }) => answer?.kind === 'admitted')).toHaveLength(5);
    let used = 22_000;
    const done = new Set<unknown>();
    for (let round = 0; round < 30; round += 1) {
      for (const one of asked) {
        if (one.answer?.kind !== 'admitted' || done.has(one)) continue;
        done.add(one);
        used += 100_000;
        guard.settle(one.answer.ticket, known(100_000, 10, 0), 0);
      }
      await settled();
    }
    expect(asked.every(({ answer }) => answer !== undefined)).toBe(true);
    expect([done.size, used]).toEqual([5, 522_000]);
  });

  test('twenty calls at once that go on from the same one need not wait for each other', async () => {
    const guard = await learned();
    const asked = asks(
      20,
      (call) =>
        new Map([
          ['prose', 99_000],
          [`new ${call}`, 1000],
        ]),
    ).map((ask) => asking(guard, ask));
    await settled();
    expect(asked.filter(({ answer }) => answer?.kind === 'admitted')).toHaveLength(20);
  });

  test('is not known from a call whose model cannot have read it', async () => {
    const guard = guardOf({ maxInputTokens: 600_000 });
    const chunks = new Map([['digits', 99_000]]);
    const metadata = askFor({ outputCeiling: 100 }, { bodyBytes: 100_000, pieces: { chunks, heldBytes: 0 } });
    guard.settle((await admitted(guard, metadata)).ticket, known(20, 10, 0), 0);
    const asked = asks(20, () => chunks).map((ask) => asking(guard, ask));
    await settled();
    expect(asked.filter(({ answer }) => answer?.kind === 'admitted').length).toBeLessThan(7);
  });

  test('goes alone where it may pass the limit, and is held at what this run has seen', async () => {
    const guard = guardOf({ maxInputTokens: 90_000 });
    guard.settle(
      (await admitted(guard, askFor({ outputCeiling: 100 }, { bodyBytes: 100_000 }))).ticket,
      known(22_000, 10, 0),
      0,
    );
    const [ask] = asks(1, () => new Map([['digits', 99_000]]));
    expect((await admitted(guard, ask)).ticket.inputTokens).toBe(Math.ceil(22_000 * 1.1));
  });

  test('has its answer shortened, where all of it would pass the limit with the densest text', async () => {
    const guard = guardOf({ maxTokens: 300_000 });
    const prose = askFor({ outputCeiling: 100 }, { bodyBytes: 100_000 });
    guard.settle((await admitted(guard, prose)).ticket, known(22_000, 10, 0), 0);
    await admitted(guard, askFor({ outputCeiling: 50_000 }, { bodyBytes: 100_000 }));
    const { ticket } = await admitted(guard, askFor({ outputCeiling: 50_000 }, { bodyBytes: 100_000 }));
    expect(22_010 + 100_000 + 50_000 + 100_000 + ticket.outputTokens).toBe(300_000);
  });

  test('has no more tokens than its model takes', async () => {
    const guard = guardOf(
      { maxInputTokens: 600_000 },
      { prices: tableOf({ input: 1, output: 1, maxInput: 50_000 }) },
    );
    await learn(guard);
    const asked = asks(8, () => new Map()).map((ask) => asking(guard, { ...ask, bodyBytes: 200_000 }));
    await settled();
    expect(asked.filter(({ answer }) => answer?.kind === 'admitted').length).toBeGreaterThanOrEqual(4);
  });
});

describe('a call whose input does not all stand in it', () => {
  const outside = (rest: Partial<NonNullable<Ask['facts']['outside']>> = {}) => ({
    outside: {
      unbounded: 'file_id',
      identity: 'a',
      inlineBytes: 0,
      pictureTokens: 0,
      flatPictureTokens: 0,
      documentTokens: 0,
      leastDocumentTokens: 0,
      toolTokens: 0,
      mayDrop: false,
      ...rest,
    },
  });
  const prices = tableOf({ input: 1e9, output: 1e9, maxInput: 200_000 });

  test.each([
    ['at the window of its model', {}, 200_000],
    ['at the window, whatever the server adds that it keeps', { unbounded: undefined }, 200_000],
    ['at that of large models, where none is known', { model: 'unheard-of' }, 1_050_000],
  ])(
    'is held %s',
    async (_what, { model = 'm', ...rest }: { model?: string; unbounded?: undefined }, held) => {
      const guard = guardOf({ maxInputTokens: 5_000_000 }, { prices });
      await learn(guard);
      const facts = 'unbounded' in rest ? { hasServerContext: true } : outside();
      expect((await admitted(guard, askFor({ model, ...facts }))).ticket.inputTokens).toBe(held);
    },
  );

  test('leaves beside others where its window fits, and waits where it does not, until one has told how much it is', async () => {
    const guard = guardOf({ maxInputTokens: 300_000 }, { prices });
    await learn(guard);
    const { ticket } = await admitted(guard);
    const first = asking(guard, askFor(outside()));
    const second = asking(guard, askFor(outside()));
    await settled();
    expect([first.answer?.kind, second.answer]).toEqual(['admitted', undefined]);
    guard.settle(ticket, known(100, 0, 0), 0);
    await settled();
    expect(second.answer).toBeUndefined();
    if (first.answer?.kind === 'admitted') guard.settle(first.answer.ticket, known(30_000, 0, 0), 0);
    await settled();
    // What stands in the request, and what was told of the whole of the other.
    expect(second.answer).toMatchObject({ kind: 'admitted', ticket: { inputTokens: 400 + 33_000 } });
    // It says nothing of the bytes of others.
    expect((await admitted(guard)).ticket.inputTokens).toBe(400);
  });

  test('is held at the window again where the same name may stand for more', async () => {
    const guard = guardOf({ maxInputTokens: 2_000_000 }, { prices });
    await learn(guard);
    for (let call = 0; call < 2; call += 1) {
      const { ticket } = await admitted(guard, askFor(outside({ identity: undefined })));
      expect(ticket.inputTokens).toBe(200_000);
      guard.settle(ticket, known(30_000, 0, 0), 0);
    }
  });

  test('is refused alone where its window does not fit, and told what to do; the run goes on', async () => {
    const guard = guardOf({ maxInputTokens: 150_000 }, { prices });
    await learn(guard);
    expect(await refused(guard, askFor(outside()))).toMatch(
      /`file_id`.* up to 200000 tokens.*`max-input-tokens`.*in the request itself; a person can raise the limit/,
    );
    expect(guard.stop).toBeUndefined();
    await admitted(guard);
  });

  test('ends the run where what stands in it does not fit either', async () => {
    const guard = guardOf({ maxInputTokens: 150 }, { prices });
    await refused(guard, askFor(outside()));
    expect(guard.stop?.reason).toBe('limit:max-input-tokens');
  });

  test('is refused for its size where calls have a limit of their own', async () => {
    const guard = guardOf({ requestMaxInputTokens: 150_000 }, { prices });
    expect(await refused(guard, askFor(outside()))).toMatch(
      /`file_id`.*`request-max-input-tokens` is 150000/,
    );
    await admitted(guard);
  });

  test('waits beside others for what tools may bring in, and goes without where it goes alone', async () => {
    const guard = guardOf({ maxInputTokens: 60_000 }, { prices });
    await learn(guard);
    const searching = askFor(outside({ unbounded: undefined, identity: undefined, toolTokens: 50_000 }));
    const first = await admitted(guard, searching);
    expect(first.ticket.inputTokens).toBe(50_400);
    const second = asking(guard, searching);
    await settled();
    expect(second.answer).toBeUndefined();
    guard.settle(first.ticket, known(20_000, 0, 0), 0);
    await settled();
    expect(second.answer).toMatchObject({ kind: 'admitted' });
    expect(guard.stop).toBeUndefined();
  });

  test('has its pictures held, which have a bound', async () => {
    const guard = guardOf({ maxInputTokens: 60_000 }, { prices });
    await learn(guard);
    const pictures = outside({ unbounded: undefined, identity: undefined, pictureTokens: 24_000 });
    expect((await admitted(guard, askFor(pictures))).ticket.inputTokens).toBe(24_400);
  });

  const bounded = { unbounded: undefined, identity: undefined };

  test('is not measured by the bytes of its pictures, neither as the first call nor beside others', async () => {
    const guard = guardOf({ maxInputTokens: 60_000 }, { prices });
    const picture = outside({ ...bounded, inlineBytes: 900_000, pictureTokens: 12_000 });
    const { ticket } = await admitted(guard, askFor(picture, { bodyBytes: 902_000 }));
    expect(ticket.inputTokens).toBe(2000 + 12_000);
    expect(ticket.densest.seen().inputTokens).toBe(2000 + 12_000);
    guard.settle(ticket, known(2000, 0, 0), 0);
    // What one such call told counts, and what it did not have is added.
    const again = await admitted(guard, askFor(picture, { bodyBytes: 902_000 }));
    expect(again.ticket.inputTokens).toBe(2200);
    guard.release(again.ticket);
    const both = outside({ ...bounded, inlineBytes: 1_800_000, pictureTokens: 24_000 });
    expect((await admitted(guard, askFor(both, { bodyBytes: 1_802_000 }))).ticket.inputTokens).toBe(14_200);
  });

  test('tells nothing of calls without its pictures', async () => {
    const guard = guardOf({ maxInputTokens: 60_000 }, { prices });
    const picture = outside({ ...bounded, inlineBytes: 900_000, pictureTokens: 12_000 });
    guard.settle(
      (await admitted(guard, askFor(picture, { bodyBytes: 902_000 }))).ticket,
      known(11_000, 0, 0),
      0,
    );
    await learn(guard, 600);
    expect((await admitted(guard)).ticket.inputTokens).toBe(660);
  });

  test('has flat pictures added to what its pieces can be', async () => {
    const guard = guardOf({ maxInputTokens: 60_000 }, { prices });
    const seen = { bodyBytes: 8000, pieces: pieces([['seen', 8000]]) };
    guard.settle((await admitted(guard, askFor({}, seen))).ticket, known(2000, 0, 0), 0);
    const flat = outside({ ...bounded, inlineBytes: 100, pictureTokens: 12_000, flatPictureTokens: 11_900 });
    const more = pieces([...seen.pieces.chunks, ['new', 2000]]);
    const { ticket } = await admitted(guard, askFor(flat, { bodyBytes: 10_000, pieces: more }));
    expect(ticket.densest.seen().inputTokens).toBe(2000 + 2000 + 11_900);
  });

  test('has a document held at a hundred pages beside others, within the window, and at a few alone', async () => {
    const guard = guardOf({ maxInputTokens: 250_000 }, { prices });
    await learn(guard);
    const pdf = outside({
      ...bounded,
      inlineBytes: 90_000,
      documentTokens: 300_000,
      leastDocumentTokens: 30_000,
    });
    const ask = askFor(pdf, { bodyBytes: 92_000 });
    const first = await admitted(guard, ask);
    expect(first.ticket.inputTokens).toBe(200_000);
    const second = asking(guard, ask);
    await settled();
    expect(second.answer).toBeUndefined();
    guard.settle(first.ticket, known(150_000, 0, 0), 0);
    await settled();
    expect(guard.stop?.reason).toBe('limit:max-input-tokens');
    const small = guardOf({ maxInputTokens: 60_000 }, { prices });
    await learn(small);
    expect((await admitted(small, ask)).ticket.inputTokens).toBe(30_400);
  });

  test('teaches nothing where the server may have left out a part of it', async () => {
    const guard = guardOf({ maxInputTokens: 600_000 }, { prices });
    const size = { bodyBytes: 100_000, pieces: pieces([['digits', 99_000]]) };
    const cleared = await admitted(guard, askFor(outside({ ...bounded, mayDrop: true }), size));
    guard.settle(cleared.ticket, known(3000, 0, 0), 0);
    const { ticket } = await admitted(guard, askFor({}, size));
    expect([ticket.inputTokens, ticket.densest.seen().inputTokens]).toEqual([51_000, 100_000]);
  });

  test('teaches no more than its bytes where tools may have brought something in', async () => {
    const guard = guardOf({ maxInputTokens: 600_000 }, { prices });
    const searching = askFor(outside({ ...bounded, toolTokens: 50_000 }));
    guard.settle((await admitted(guard, searching)).ticket, known(40_000, 0, 0), 0);
    expect((await admitted(guard)).ticket.inputTokens).toBe(2200);
    const told = await admitted(
      guard,
      askFor(outside({ ...bounded, toolTokens: 50_000 }), { bodyBytes: 2001 }),
    );
    guard.settle(told.ticket, known(500, 0, 0), 0);
    expect((await admitted(guard, askFor({}, { bodyBytes: 2001 }))).ticket.inputTokens).toBe(550);
  });
});

describe('a model without a price', () => {
  const limits = { maxCostNanoUsd: USD };

  test('passes uncounted with a warning, by `on-unpriced: warn`', async () => {
    const guard = guardOf(limits, { prices: tableOf({ input: 1, output: 1 }) });
    const { ticket } = await admitted(guard, askFor({ model: 'unheard-of' }));
    expect(guard.unpricedModels).toEqual([]);
    guard.settle(ticket, { kind: 'known', usage: usageOf(10, 10), costNanoUsd: undefined }, 0);
    expect(guard.unpricedModels).toEqual(['unheard-of']);
  });

  test('is not named where the gateway said what its call cost', async () => {
    const guard = guardOf(limits, { prices: tableOf({ input: 1, output: 1 }) });
    const { ticket } = await admitted(guard, askFor({ model: 'unheard-of' }));
    guard.settle(ticket, { kind: 'known', usage: usageOf(10, 10), costNanoUsd: 5 }, 0);
    expect(guard.unpricedModels).toEqual([]);
  });

  test('ends the run, by `on-unpriced: block`', async () => {
    const guard = guardOf(limits, { onUnpriced: 'block' });
    expect(await refused(guard)).toMatch(/no price is known for the model m.* Do not retry\.$/);
    expect(guard.stop?.reason).toBe('limit:on-unpriced');
    // No limit that could be raised.
    expect(guard.stop?.message).toMatch(/because of `on-unpriced`: .* with `on-unpriced: warn`\.$/);
    expect(guard.stop?.message).not.toContain('raise');
  });

  test('does not matter without a limit on cost', async () => {
    const guard = guardOf({ maxTokens: 100_000 }, { onUnpriced: 'block' });
    await admitted(guard);
    expect(guard.unpricedModels).toEqual([]);
  });
});

test('observe refuses nothing', async () => {
  const guard = guardOf(
    { maxTokens: 1, maxRequests: 0, maxCostNanoUsd: 0, requestMaxInputTokens: 1 },
    { observe: true, onUnpriced: 'block' },
  );
  const { ceiling } = await admitted(guard);
  await admitted(guard);
  expect([ceiling, guard.stop]).toEqual([undefined, undefined]);
});

test('observe tells of a model without a price that would have ended the run', async () => {
  for (const onUnpriced of ['block', 'warn'] as const) {
    const guard = guardOf({ maxCostNanoUsd: USD }, { observe: true, onUnpriced });
    await admitted(guard);
    expect(guard.observed?.reason).toBe(onUnpriced === 'block' ? 'limit:on-unpriced' : undefined);
  }
});

describe('a call that is refused alone', () => {
  const large = askFor({}, { bodyBytes: 80_000 });

  test('is followed by others, and by an end where there is nothing but such calls', async () => {
    const guard = guardOf({ requestMaxInputTokens: 5000 });
    for (let call = 1; call < 100; call += 1) await refused(guard, large);
    expect(guard.stop).toBeUndefined();
    await admitted(guard);
    for (let call = 1; call < 100; call += 1) await refused(guard, large);
    expect(guard.stop).toBeUndefined();
    expect(await refused(guard, large)).toMatch(
      /`request-max-input-tokens`: 100 calls in a row were refused/,
    );
    expect(guard.stop?.reason).toBe('limit:request-max-input-tokens');
  });

  test('is the very same request when it comes again', async () => {
    const guard = guardOf({ requestMaxInputTokens: 1000, maxIdenticalRequests: 3 });
    for (let call = 0; call < 3; call += 1) await refused(guard, large);
    expect(guard.stop).toBeUndefined();
    await refused(guard, large);
    expect(guard.stop?.reason).toBe('limit:max-identical-requests');
  });
});

describe('warm-ups', () => {
  const warmUp = askFor({}, { isWarmUp: true });

  test('hold their worst case, and are no call when they are given back', async () => {
    const guard = guardOf({ maxRequests: 1, maxTokens: 5000 });
    const { ticket } = await admitted(guard, warmUp);
    const call = asking(guard, askFor());
    await settled();
    expect(call.answer).toBeUndefined();
    guard.release(ticket);
    await settled();
    expect(call.answer?.kind).toBe('admitted');
  });

  test('count as a call once they turn out to cost something', async () => {
    const guard = guardOf({ maxRequests: 1 });
    const { ticket } = await admitted(guard, warmUp);
    guard.settle(ticket, known(100, 10), 5);
    expect(await refused(guard)).toContain('1 of 1 calls are made');
  });

  test('are refused like any call when nothing may leave, and sent again as often as they like before', async () => {
    const guard = guardOf({ maxRequests: 1, maxIdenticalRequests: 1 });
    for (let count = 0; count < 3; count += 1) guard.release((await admitted(guard, warmUp)).ticket);
    await admitted(guard);
    expect(await refused(guard, warmUp)).toContain('max-requests');
  });
});
