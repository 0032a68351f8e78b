/** The call that must not get through, over a real meter and beside an upstream that would answer it. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent, type Dispatcher } from 'undici';
import { dialects } from '../../src/dialects/index.js';
import { gateways } from '../../src/gateways/index.js';
import { Canary } from '../../src/meter/canary.js';
import { Guard } from '../../src/meter/guard.js';
import { type Meter, startMeter } from '../../src/meter/server.js';
import { type MeterOptions, parseUpstream } from '../../src/meter/services.js';
import { FixedClock } from '../support/fakes.js';
import { CALLS, createTestMeter, type DialectId, KEY, send, TOKEN } from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';

let provider: Provider;
let closers: (() => Promise<unknown>)[];

beforeEach(async () => {
  provider = await startProvider();
  closers = [() => provider.close()];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

/** The headers of everything that reaches the meter, through a dialect that looks. */
function listening(seen: IncomingHttpHeaders[]): MeterOptions['dialects'] {
  return dialects.map((dialect) => ({
    ...dialect,
    probe: (call) => {
      const probe = dialect.probe(call);
      seen.push(probe.headers);
      return probe;
    },
  }));
}

async function meterOf(
  rest: Partial<MeterOptions> = {},
  observe = false,
): Promise<{ meter: Meter; guard: Guard; lines: unknown[] }> {
  const lines: unknown[] = [];
  const guard = new Guard({ limits: { maxRequests: 3 }, prices: undefined, onUnpriced: 'warn', observe });
  const dispatcher = new Agent();
  const [gateway] = gateways.filter(({ id }) => id === 'ledger');
  if (gateway === undefined) throw new Error('no gateway');
  const meter = await startMeter({
    port: 0,
    dialects,
    gateway,
    guard,
    prices: undefined,
    credentials: { token: TOKEN, key: KEY },
    dispatcher,
    upstreamOf: () => parseUpstream(provider.url),
    ledger: { append: (line) => void lines.push(line) },
    onFallback: 'warn',
    readCaller: () => ({ caller: 'unknown' }),
    clock: new FixedClock(),
    probe: undefined,
    idPrefix: 'run',
    onTrouble: (message) => void lines.push(message),
    ...rest,
  });
  closers.push(async () => {
    await meter.close();
    await dispatcher.destroy();
  });
  return { meter, guard, lines };
}

describe.each(dialects.map((dialect) => [dialect.id as DialectId, dialect] as const))(
  'where %s is the first dialect',
  (id, dialect) => {
    const ordered = [dialect, ...dialects.filter((other) => other !== dialect)];

    test.each<[string, MeterOptions['credentials'], boolean]>([
      ['with a key', { token: TOKEN, key: KEY }, false],
      ['without a key', { token: undefined, key: undefined }, false],
      ['with a key and no token', { token: undefined, key: KEY }, false],
      ['with a key, by `observe`', { token: TOKEN, key: KEY }, true],
      ['without a key, by `observe`', { token: undefined, key: undefined }, true],
    ])(
      '%s the canary is refused here, reaches nobody and is written down nowhere',
      async (_what, credentials, observe) => {
        const { meter, guard, lines } = await meterOf({ credentials, dialects: ordered }, observe);
        const rehearsal = await meter.rehearse();
        expect(rehearsal).toEqual({
          isArmed: true,
          evidence: expect.stringMatching(/refused here \(4\d\d\), and did not leave/),
        });
        expect(provider.requests).toEqual([]);
        expect(lines).toEqual([]);
        expect([guard.stop, guard.observed]).toEqual([undefined, undefined]);
      },
    );

    test('the run has its whole allowance afterwards', async () => {
      const { meter } = await meterOf({ dialects: ordered });
      await meter.rehearse();
      const seen: number[] = [];
      for (let call = 0; call < 4; call += 1)
        seen.push((await send(meter.url + CALLS[id].path, { body: CALLS[id].body })).status);
      expect(seen.slice(0, 3)).toEqual([200, 200, 200]);
      expect(seen[3]).toBeGreaterThanOrEqual(400);
      expect(provider.requests).toHaveLength(3);
    });
  },
);

describe('the canary', () => {
  test('leaves the first call of the run its number', async () => {
    const meter = await createTestMeter({ upstream: provider.url });
    closers.push(() => meter.close());
    await meter.meter.rehearse();
    await send(meter.url + CALLS.gemini.path, { body: CALLS.gemini.body });
    expect(meter.entries.map(({ id }) => id)).toEqual(['run-1']);
  });

  test('cannot be flown again by an agent that repeats its header', async () => {
    let stolen: IncomingHttpHeaders = {};
    // Something that looks at the meter's traffic: a server in its place.
    const spy = createServer((request, response) => {
      stolen = request.headers;
      response.writeHead(402).end('max-requests');
    });
    await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => spy.close(resolve)));
    const address = spy.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { meter, lines } = await meterOf();
    const [dialect] = dialects;
    if (dialect === undefined) throw new Error('no dialect');
    const services = { prices: undefined } as ConstructorParameters<typeof Canary>[0];
    const canary = new Canary(services);
    const flown = await canary.fly(`http://127.0.0.1:${port}`, dialect, TOKEN);
    expect(flown.isArmed).toBe(true);
    expect(canary.servicesFor(stolen)).toBeDefined();
    expect(new Canary(services).servicesFor(stolen)).toBeUndefined();
    expect(canary.servicesFor({})).toBeUndefined();
    expect(canary.servicesFor({ 'x-spendgate-canary': 'é'.repeat(24) })).toBeUndefined();
    await meter.rehearse();
    const { path, body } = CALLS['anthropic-messages'];
    const secret = String(stolen['x-spendgate-canary']);
    const reply = await send(meter.url + path, { body, headers: { 'x-spendgate-canary': secret } });
    expect(reply.status).toBe(200);
    expect(lines).toHaveLength(2);
  });

  test('is flown anew each time', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const { meter } = await meterOf({ dialects: listening(seen) });
    expect((await meter.rehearse()).isArmed).toBe(true);
    expect((await meter.rehearse()).isArmed).toBe(true);
    expect(seen).toHaveLength(2);
    expect(provider.requests).toEqual([]);
  });

  test('says so where something answers it', async () => {
    const [dialect] = dialects;
    if (dialect === undefined) throw new Error('no dialect');
    const canary = new Canary({ prices: undefined } as ConstructorParameters<typeof Canary>[0]);
    const rehearsal = await canary.fly(provider.url, dialect, TOKEN);
    expect(rehearsal).toEqual({
      isArmed: false,
      evidence: 'a call on a zero allowance was answered with 200 instead of a refusal',
    });
  });

  test('says so where it would have left', async () => {
    const [dialect] = dialects;
    if (dialect === undefined) throw new Error('no dialect');
    const canary = new Canary({ prices: undefined } as ConstructorParameters<typeof Canary>[0]);
    const leaky = createServer((request, response) => {
      const services = canary.servicesFor(request.headers);
      const options = { path: '/', method: 'POST' } as Dispatcher.DispatchOptions;
      services?.dispatcher.dispatch(options, {} as Dispatcher.DispatchHandlers);
      response.writeHead(402).end('max-requests');
    });
    await new Promise<void>((resolve) => leaky.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => leaky.close(resolve)));
    const address = leaky.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await canary.fly(`http://127.0.0.1:${port}`, dialect, TOKEN)).toEqual({
      isArmed: false,
      evidence: 'a call on a zero allowance was forwarded',
    });
  });
});
