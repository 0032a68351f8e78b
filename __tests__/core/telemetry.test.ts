import { describe, expect, test } from '@jest/globals';
import type { CallEntry } from '../../src/core/ledger.js';
import {
  joinTelemetry,
  namedCallers,
  renderTelemetry,
  type ToldCall,
  telemetryFindings,
} from '../../src/core/telemetry.js';
import { NO_USAGE } from '../../src/core/usage.js';
import { callOf } from '../support/calls.js';

const told = (requestId: string | undefined, rest: Partial<ToldCall> = {}): ToldCall => ({
  requestId,
  caller: undefined,
  inputTokens: 1000,
  outputTokens: 100,
  ...rest,
});

const call = (requestId: string | undefined, rest: Partial<CallEntry> = {}): CallEntry =>
  callOf({ requestId, usage: { ...NO_USAGE, inputTokens: 1000, outputTokens: 100 }, ...rest });

const join = (events: readonly ToldCall[], calls: readonly CallEntry[], isCut = false) =>
  joinTelemetry(events, calls, isCut);

describe('events and calls are joined by the upstream’s id', () => {
  test('each with each', () => {
    expect(join([told('a'), told('b')], [call('b'), call('a')])).toEqual({
      events: 2,
      joined: 2,
      'not-joined': 0,
      'not-joined-input-tokens': undefined,
      'not-joined-output-tokens': undefined,
      'calls-without-event': 0,
      'input-tokens-difference': 0,
      'output-tokens-difference': 0,
      differs: false,
    });
  });

  test('a call that the meter did not see is told with its tokens', () => {
    const events = [told('a'), told('x', { inputTokens: 7000, outputTokens: 70 }), told('y')];
    expect(join(events, [call('a')])).toMatchObject({
      events: 3,
      joined: 1,
      'not-joined': 2,
      'not-joined-input-tokens': 8000,
      'not-joined-output-tokens': 170,
      'input-tokens-difference': 0,
    });
  });

  test('a call without an event is counted; refused and failed ones send none', () => {
    const calls = [call('a'), call('b'), call('c', { outcome: 'failed' }), call('d', { outcome: 'refused' })];
    expect(join([told('a')], calls)['calls-without-event']).toBe(1);
    expect(join([told('a')], calls, true)['calls-without-event']).toBeUndefined();
  });

  test('the difference is that of calls both know, and not of those that broke off', () => {
    const calls = [call('a'), call('b', { final: false, outcome: 'cut' })];
    expect(
      join([told('a', { inputTokens: 1040, outputTokens: 90 }), told('b', { inputTokens: 1 })], calls),
    ).toMatchObject({
      'input-tokens-difference': 40,
      'output-tokens-difference': -10,
      differs: true,
    });
  });

  test('a twentieth is no difference yet, a figure that nobody told is none', () => {
    expect(join([told('a', { inputTokens: 1050 })], [call('a')]).differs).toBe(false);
    expect(join([told('a', { inputTokens: 1051 })], [call('a')]).differs).toBe(true);
    const silent = join([told('a', { inputTokens: undefined, outputTokens: undefined })], [call('a')]);
    expect([silent['input-tokens-difference'], silent.differs]).toEqual([undefined, false]);
  });
});

describe('where the upstream gives no id', () => {
  test('as many events as calls are the same ones', () => {
    expect(join([told(undefined), told(undefined)], [call(undefined), call(undefined)])).toMatchObject({
      joined: 2,
      'not-joined': 0,
      'calls-without-event': 0,
      'input-tokens-difference': undefined,
    });
  });

  test('what is more than the meter saw went past it, and nobody can say which of them', () => {
    const joined = join([told(undefined), told(undefined), told(undefined)], [call(undefined), call('b')]);
    expect(joined).toMatchObject({ joined: 2, 'not-joined': 1, 'calls-without-event': 0 });
    expect(joined['not-joined-input-tokens']).toBeUndefined();
  });

  test('events with ids are not taken for calls that have others', () => {
    expect(join([told('x')], [call('a')])).toMatchObject({ 'not-joined': 1, 'calls-without-event': 1 });
    expect(join([told('x')], [call(undefined)])).toMatchObject({ 'not-joined': 0 });
  });

  test('an upstream that gives every call one id names none of them', () => {
    const events = [told('same', { inputTokens: 5 })];
    expect(join(events, [call('same'), call('same')])).toMatchObject({
      'not-joined': 0,
      'input-tokens-difference': undefined,
      differs: false,
    });
  });
});

describe('who called', () => {
  const calls = [
    call('a', { caller: 'unknown' }),
    call('b', { caller: 'main' }),
    call('c', { caller: 'unknown' }),
    call(undefined, { caller: 'unknown' }),
  ];
  const events = [told('a', { caller: 'subagent' }), told('b', { caller: 'subagent' }), told('c')];

  test('is taken from telemetry where the request did not say, and nowhere else', () => {
    expect(namedCallers(events, calls).map(({ caller }) => caller)).toEqual([
      'subagent',
      'main',
      'unknown',
      'unknown',
    ]);
  });

  test('changes no entry of the ledger itself', () => {
    namedCallers(events, calls);
    expect(calls[0]?.caller).toBe('unknown');
  });
});

describe('findings', () => {
  test('calls past the meter are an error that says how many, and of what size', () => {
    const joined = join([told('a'), told('x', { inputTokens: 7000, outputTokens: 70 })], [call('a')]);
    expect(telemetryFindings(joined)).toEqual([
      expect.objectContaining({ id: 'telemetry-unmetered', level: 'error' }),
    ]);
    expect(telemetryFindings(joined)[0]?.message).toContain(
      '2 calls; 1 of them (7,000 input, 70 output tokens)',
    );
  });

  test('figures that differ for the same calls are a warning', () => {
    const joined = join([told('a', { inputTokens: 2000 })], [call('a')]);
    expect(telemetryFindings(joined)).toEqual([
      expect.objectContaining({ id: 'telemetry-differs', level: 'warning' }),
    ]);
    expect(telemetryFindings(joined)[0]?.message).toContain('+1,000 input, 0 output tokens');
  });

  test('agreement, and no telemetry at all, are none', () => {
    expect(telemetryFindings(join([told('a')], [call('a')]))).toEqual([]);
    expect(telemetryFindings(undefined)).toEqual([]);
  });

  test('the line for the report says what was joined', () => {
    expect(renderTelemetry(join([told('a'), told('x')], [call('a'), call('b')]))).toBe(
      '2 calls told, 1 joined, 1 not seen by the meter, 1 metered calls without an event, difference 0 input, 0 output tokens',
    );
    expect(renderTelemetry(join([], [], true))).toBe('0 calls told, 0 joined, 0 not seen by the meter');
  });
});
