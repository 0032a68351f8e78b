/**
 * What becomes of a run when the gateway refuses: the real meter between a client and a scripted upstream, and a look at
 * the budget that the test decides.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/core/errors.js';
import { gateways } from '../../src/gateways/index.js';
import { FailureDesk, type Probe } from '../../src/meter/failure-desk.js';
import { Guard } from '../../src/meter/guard.js';
import { FixedClock } from '../support/fakes.js';
import {
  CALLS,
  createTestMeter,
  DIALECT_IDS,
  KEY,
  type Reply,
  send,
  streamed,
  type TestMeter,
  type TestMeterOptions,
} from '../support/meter.js';
import { type Fault, type Provider, startProvider } from '../support/provider.js';

let provider: Provider;
let meters: TestMeter[];

beforeEach(async () => {
  provider = await startProvider();
  meters = [];
});

afterEach(async () => {
  for (const meter of meters) await meter.close();
  await provider.close();
});

async function metered(options: Partial<TestMeterOptions> = {}): Promise<TestMeter> {
  const meter = await createTestMeter({ upstream: provider.url, gateway: 'litellm', ...options });
  meters.push(meter);
  return meter;
}

const messages = CALLS['anthropic-messages'];
const call = (meter: TestMeter): Promise<Reply> => send(meter.url + messages.path, { body: messages.body });
const failing = (status: number, body: unknown, rest: Partial<Fault> = {}) =>
  provider.setScript({ fault: { kind: 'status', status, body, ...rest } });

const EXHAUSTED = {
  error: {
    message: `Budget has been exceeded! Key=${KEY} Current cost: 10.2, Max budget: 10.0`,
    type: 'budget_exceeded',
    code: '429',
  },
};
const TOO_LARGE = {
  error: {
    message: 'Budget has been exceeded! Estimated request cost: 0.9, left: 0.2',
    type: 'budget_exceeded',
  },
};
const SAME_WORDS = { error: { message: `Invalid token ${KEY} (request id: r1)`, type: 'new_api_error' } };

/** Everything that outlives the exchange. */
const kept = ({ entries, guard, troubles }: TestMeter) => JSON.stringify([entries, guard.stop, troubles]);

describe('an exhausted budget', () => {
  test.each(DIALECT_IDS)('%s: stops the run with an answer that its clients do not retry', async (id) => {
    failing(429, EXHAUSTED);
    const meter = await metered();
    const first = await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
    const second = await send(meter.url + streamed(id).path, { body: streamed(id).body });
    expect(provider.requests).toHaveLength(1);
    expect(first.status).not.toBe(429);
    expect(first.status).toBeGreaterThanOrEqual(400);
    expect(first.text).toContain('is exhausted (status 4-2-9, error.type=budget_exceeded)');
    expect(first.text).toContain('Do not retry.');
    expect(second.status).toBe(first.status);
    expect(meter.guard.stop?.reason).toBe('budget-exhausted');
    expect(meter.entries.map(({ status, outcome }) => [status, outcome])).toEqual([
      [429, 'failed'],
      [second.status, 'refused'],
    ]);
  });

  test('is told to the agent in the gateway’s words; what is kept names the evidence alone', async () => {
    failing(429, EXHAUSTED);
    const meter = await metered();
    const reply = await call(meter);
    expect(reply.text).toContain('It said: Budget has been exceeded!');
    expect(reply.text).toContain('Max budget: 10.0');
    expect(reply.text).not.toContain(KEY);
    expect(meter.guard.stop?.message).toMatch(
      /^The budget at the gateway \(key\) is exhausted .*raise the budget/,
    );
    expect(kept(meter)).not.toMatch(/Max budget|sk-the-real-key/);
  });

  test('of the provider behind the gateway is told as that', async () => {
    failing(429, {
      error: {
        message: 'You exceeded your current quota',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      },
    });
    const meter = await metered();
    await call(meter);
    expect(meter.guard.stop?.message).toContain('The budget of the provider behind the gateway');
  });

  test('needs no look at the budget', async () => {
    failing(429, EXHAUSTED);
    const meter = await metered({ probe: () => Promise.reject(new Error('nobody asked')) });
    expect((await call(meter)).text).toContain('is exhausted');
  });

  test('inside a stream that began with 200 stops the run, and the stream goes on, without the key', async () => {
    const event = `data: ${JSON.stringify(EXHAUSTED)}\n\n`;
    const upstream = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(event);
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const address = upstream.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const meter = await metered({ upstream: `http://127.0.0.1:${port}` });
      const { path, body } = streamed('openai-chat');
      const first = await send(meter.url + path, { body });
      expect([first.status, first.text]).toEqual([200, event.replace(KEY, '*'.repeat(KEY.length))]);
      expect(meter.guard.stop?.reason).toBe('budget-exhausted');
      expect((await send(meter.url + path, { body })).status).toBe(402);
      expect(meter.entries.map(({ outcome }) => outcome)).toEqual(['cut', 'refused']);
      expect(kept(meter)).not.toContain(KEY);
    } finally {
      upstream.closeAllConnections();
      upstream.close();
    }
  });
});

describe('answers that end no run', () => {
  test.each([
    ['a rate limit', 429, { error: { message: 'slow down', type: 'throttling_error' } }],
    ['a wrong key', 401, { error: { message: 'no such key', type: 'token_not_found_in_db' } }],
    ['an overloaded gateway', 503, { error: { message: 'no database', type: 'no_db_connection' } }],
    ['a bad request', 400, { error: { message: 'no such model', type: 'invalid_request_error' } }],
    ['an HTML page', 502, '<html>502 Bad Gateway</html>'],
  ])('%s goes on as it came, and the next call is made', async (_name, status, body) => {
    failing(status, body, { times: 1 });
    const meter = await metered({ probe: () => Promise.reject(new Error('nobody asked')) });
    const reply = await call(meter);
    expect(reply.status).toBe(status);
    expect(reply.text).toBe(typeof body === 'string' ? body : JSON.stringify(body));
    expect((await call(meter)).status).toBe(200);
    expect(meter.guard.stop).toBeUndefined();
  });
});

describe('a call that is too large for what is left', () => {
  test('is refused alone, with what would help', async () => {
    failing(429, TOO_LARGE, { times: 1 });
    const meter = await metered();
    const reply = await call(meter);
    expect(reply.status).not.toBe(429);
    expect(reply.text).toMatch(/too large for what is left .*lower output ceiling.* Do not retry\./);
    expect(meter.guard.stop).toBeUndefined();
    expect((await call(meter)).status).toBe(200);
  });

  test('stops the run at the third in a row', async () => {
    failing(429, TOO_LARGE);
    const meter = await metered();
    const stops: (string | undefined)[] = [];
    for (let time = 0; time < 4; time += 1) {
      await call(meter);
      stops.push(meter.guard.stop?.reason);
    }
    expect(stops).toEqual([undefined, undefined, 'budget-exhausted', 'budget-exhausted']);
    expect(meter.guard.stop?.message).toContain('3 calls in a row were too large');
    expect(provider.requests).toHaveLength(3);
  });

  test('counts anew after a call that passed', async () => {
    const meter = await metered();
    for (const times of [2, 2]) {
      failing(429, TOO_LARGE, { times });
      for (let time = 0; time < 3; time += 1) await call(meter);
    }
    expect(meter.guard.stop).toBeUndefined();
    expect(meter.entries.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'failed',
      'ok',
      'failed',
      'failed',
      'ok',
    ]);
  });

  test('costs nothing', async () => {
    failing(429, TOO_LARGE, { times: 1 });
    const meter = await metered({ limits: { maxRequests: 1 } });
    await call(meter);
    expect(meter.entries).toMatchObject([{ outcome: 'failed', final: true, costNanoUsd: undefined }]);
  });
});

describe('calls that are too large, by when they left and when they were answered', () => {
  /** Each `[left, answered]` in the order of the answers; how many answers until the run was stopped. */
  function stopsAt(calls: readonly (readonly [left: number, answered: number])[]): number | undefined {
    const gateway = gateways.find(({ id }) => id === 'litellm');
    if (gateway === undefined) throw new Error('there is no litellm');
    const guard = new Guard({ limits: {}, prices: undefined, onUnpriced: 'warn', observe: false });
    const clock = new FixedClock();
    const start = clock.now().getTime();
    const credentials = { token: undefined, key: undefined };
    const desk = new FailureDesk({ gateway, guard, credentials, probe: undefined, now: () => clock.now() });
    const index = calls.findIndex(([left, answered]) => {
      clock.advance(start + answered - clock.now().getTime());
      desk.judge({ status: 429, headers: {}, body: TOO_LARGE }, new Date(start + left));
      return guard.stop !== undefined;
    });
    return index === -1 ? undefined : index + 1;
  }
  const alike = (calls: number, step: number) =>
    Array.from({ length: calls }, (_, index): [number, number] => [index * step, index * step + 10]);

  test('one after another stop the run at the third', () => {
    expect(stopsAt(alike(9, 20))).toBe(3);
    expect(stopsAt(alike(9, 10))).toBe(3);
  });

  test('all at once count as one, however many they are', () => {
    expect(stopsAt(Array.from({ length: 20 }, (_, index): [number, number] => [index, 30 + index]))).toBe(
      undefined,
    );
  });

  test('three rounds of three stop the run in the third round', () => {
    const round = (at: number): [number, number][] => [
      [at, at + 10],
      [at, at + 11],
      [at, at + 12],
    ];
    expect(stopsAt([0, 20, 40].flatMap(round))).toBe(7);
  });

  test('two loops that overlap do not go on for ever', () => {
    // Each leaves when the one before it in its own loop was refused, and before the last of the other loop was.
    expect(stopsAt(alike(1000, 5))).toBeDefined();
  });
});

describe('an answer that says the same for a wrong key and for an exhausted one', () => {
  interface Look {
    readonly probe: Probe;
    looks: number;
  }
  function looking(said: Awaited<ReturnType<Probe>>, until?: Promise<void>): Look {
    const look: Look = {
      looks: 0,
      probe: async () => {
        look.looks += 1;
        await until;
        return said;
      },
    };
    return look;
  }

  test('is an exhausted budget where a look at it says that nothing is left', async () => {
    failing(401, SAME_WORDS);
    const look = looking('spent');
    const meter = await metered({ gateway: 'new-api', probe: look.probe });
    const reply = await call(meter);
    expect(reply.status).not.toBe(401);
    expect(reply.text).toMatch(/is exhausted \(status 401, .*, and a look at the budget\)/);
    expect(meter.guard.stop).toMatchObject({
      reason: 'budget-exhausted',
      message: expect.stringMatching(/^The budget at the gateway is exhausted \(status 401, /),
    });
    await call(meter);
    expect(provider.requests).toHaveLength(1);
    expect(look.looks).toBe(1);
    expect(reply.text).not.toContain(KEY);
    expect(kept(meter)).not.toMatch(/sk-the-real-key|request id/);
  });

  test.each(['left', 'unknown'] as const)('goes on as it came where the look says %s', async (said) => {
    failing(401, SAME_WORDS);
    const look = looking(said);
    const meter = await metered({ gateway: 'new-api', probe: look.probe });
    const reply = await call(meter);
    expect(reply.status).toBe(401);
    // As it came, but for the key that it repeats.
    expect(reply.text).toContain('"new_api_error"');
    expect(reply.text).toContain('(request id: r1)');
    expect(reply.text).not.toContain(KEY);
    expect(meter.guard.stop).toBeUndefined();
    expect(look.looks).toBe(1);
    expect(meter.entries).toMatchObject([{ status: 401, outcome: 'failed' }]);
  });

  test('goes on as it came where the run is only observed, and is told in the end', async () => {
    failing(401, SAME_WORDS);
    const meter = await metered({ gateway: 'new-api', probe: looking('spent').probe, observe: true });
    const reply = await call(meter);
    expect(reply.status).toBe(401);
    expect(reply.text).toContain('"new_api_error"');
    expect(meter.guard.stop).toBeUndefined();
    expect(meter.guard.observed?.reason).toBe('budget-exhausted');
  });

  test('goes on as it came where there is nothing to look at', async () => {
    failing(401, SAME_WORDS);
    const meter = await metered({ gateway: 'new-api' });
    expect((await call(meter)).status).toBe(401);
    expect(meter.guard.stop).toBeUndefined();
  });

  test.each([
    ['spent', 402],
    ['left', 401],
  ] as const)('is looked into once for many calls at a time (%s)', async (said, status) => {
    failing(401, SAME_WORDS);
    const released = Promise.withResolvers<void>();
    const look = looking(said, released.promise);
    const meter = await metered({ gateway: 'new-api', probe: look.probe });
    const replies = Promise.all(Array.from({ length: 20 }, () => call(meter)));
    while (provider.requests.length < 20) await new Promise((resolve) => setTimeout(resolve, 2));
    released.resolve();
    expect((await replies).map((reply) => reply.status)).toEqual(Array.from({ length: 20 }, () => status));
    expect(look.looks).toBe(1);
    expect(meter.entries).toHaveLength(20);
  });

  test('is looked into again after a while, and not before', async () => {
    failing(401, SAME_WORDS);
    const clock = new FixedClock();
    const look = looking('left');
    const meter = await metered({ gateway: 'new-api', probe: look.probe, clock });
    const looks: number[] = [];
    for (const passed of [0, 4000, 1000, 1, 1]) {
      clock.advance(passed);
      await call(meter);
      looks.push(look.looks);
    }
    expect(looks).toEqual([1, 1, 1, 2, 2]);
  });

  test('is looked into again only after a minute where nothing was left', async () => {
    failing(401, SAME_WORDS);
    const clock = new FixedClock();
    const look = looking('spent');
    const meter = await metered({ gateway: 'new-api', probe: look.probe, clock, observe: true });
    const looks: number[] = [];
    for (const passed of [0, 59_000, 1000, 1]) {
      clock.advance(passed);
      await call(meter);
      looks.push(look.looks);
    }
    expect(looks).toEqual([1, 1, 1, 2]);
  });

  test('that is spent a little later is not passed on with an old look', async () => {
    failing(401, SAME_WORDS);
    const clock = new FixedClock();
    let said: 'left' | 'spent' = 'left';
    const meter = await metered({ gateway: 'new-api', probe: async () => said, clock });
    expect((await call(meter)).status).toBe(401);
    said = 'spent';
    clock.advance(29_000);
    await call(meter);
    expect(meter.guard.stop?.reason).toBe('budget-exhausted');
  });

  test('goes on as it came where the look itself fails, and no call is lost', async () => {
    failing(401, SAME_WORDS);
    const probe = () => Promise.reject(new AppError('units-not-comparable', 'x'));
    const meter = await metered({ gateway: 'new-api', probe, limits: { maxRequests: 3 } });
    for (let time = 0; time < 3; time += 1) expect((await call(meter)).status).toBe(401);
    expect(meter.entries.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(meter.troubles).toEqual([]);
    expect(meter.guard.stop).toBeUndefined();
    expect((await call(meter)).status).not.toBe(401);
    expect(meter.guard.stop?.reason).toBe('limit:max-requests');
  });

  test('is looked into again after a look that failed', async () => {
    failing(401, SAME_WORDS);
    const clock = new FixedClock();
    let looks = 0;
    const probe = async () => {
      looks += 1;
      if (looks === 1) throw new Error('the gateway is down');
      return 'spent' as const;
    };
    const meter = await metered({ gateway: 'new-api', probe, clock });
    await call(meter);
    clock.advance(5001);
    await call(meter);
    expect([looks, meter.guard.stop?.reason]).toEqual([2, 'budget-exhausted']);
  });

  test('is on disk before the look, so that a run that is killed then has lost nothing', async () => {
    failing(401, SAME_WORDS);
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<'left'>();
    const probe = () => {
      asked.resolve();
      return released.promise;
    };
    const meter = await metered({ gateway: 'new-api', probe });
    const reply = call(meter);
    await asked.promise;
    expect(meter.entries).toMatchObject([{ status: 401, outcome: 'failed' }]);
    released.resolve('left');
    expect((await reply).status).toBe(401);
    expect(meter.entries).toHaveLength(1);
  });

  test('in a stream is looked into as well', async () => {
    failing(401, SAME_WORDS);
    const meter = await metered({ gateway: 'new-api', probe: looking('spent').probe });
    const { path, body } = streamed('openai-chat');
    const reply = await send(meter.url + path, { body });
    expect(reply.status).not.toBe(401);
    expect(meter.guard.stop?.reason).toBe('budget-exhausted');
  });
});
