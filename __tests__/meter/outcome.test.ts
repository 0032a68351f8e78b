import { describe, expect, test } from '@jest/globals';
import { NO_USAGE, type Usage } from '../../src/core/usage.js';
import { judgeOutcome } from '../../src/meter/outcome.js';
import type { RelayEnd } from '../../src/meter/relay.js';
import type { TapResult } from '../../src/meter/tap.js';

function endOf(kind: RelayEnd['kind'], status: number | undefined): RelayEnd {
  const head = status === undefined ? undefined : { status, headers: {}, rawHeaders: [] };
  return { kind, head, error: undefined, kept: Buffer.alloc(0) };
}
function heardOf(usage: Partial<Usage>, rest: Partial<TapResult> & { final?: boolean } = {}): TapResult {
  const { final = false, ...told } = rest;
  const snapshot = { model: 'm', final, usage: { ...NO_USAGE, ...usage }, raw: undefined };
  return { snapshot, error: undefined, trouble: undefined, bytes: 0, isStream: true, ...told };
}
const judge = (end: RelayEnd, heard?: TapResult) => judgeOutcome(end, heard, () => ({ cost: undefined }));

describe('an error answer', () => {
  test.each([408, 499, 504, 522, 524])(
    '%i says that somebody gave up waiting: what is behind may have made something, and bill it',
    (status) => {
      const { entry, settlement } = judge(endOf('complete', status));
      expect(entry).toMatchObject({ status, outcome: 'cut', final: false });
      expect(settlement).toEqual({
        kind: 'unknown',
        usage: NO_USAGE,
        isAnswered: false,
        mayGoOn: false,
        mostTokens: 16_384,
      });
    },
  );

  test.each([400, 401, 402, 403, 404, 413, 422, 429, 500, 502, 503, 529])('%i is not billed', (status) => {
    const { entry, settlement } = judge(endOf('complete', status));
    expect(entry).toMatchObject({ status, outcome: 'failed', final: true });
    expect(settlement).toEqual({ kind: 'none' });
  });
});

describe('an answer without its usage', () => {
  test.each([true, false])('that came whole (stream: %s) was no longer than its time allows', (isStream) => {
    const { entry, settlement } = judge(endOf('complete', 200), heardOf({}, { isStream }));
    expect(entry).toMatchObject({ outcome: 'ok', final: false });
    expect(settlement).toMatchObject({ kind: 'unknown', isAnswered: true, mayGoOn: false });
  });

  test.each<['gone' | 'broken', boolean, boolean]>([
    ['gone', true, false],
    ['broken', true, false],
    ['gone', false, true],
    ['broken', false, true],
  ])('whose connection is %s (stream: %s) goes on: %s', (kind, isStream, mayGoOn) => {
    const { settlement } = judge(endOf(kind, 200), heardOf({}, { isStream }));
    expect(settlement).toMatchObject({ kind: 'unknown', isAnswered: false, mayGoOn });
  });

  test('in which an error came has ended there', () => {
    const { settlement } = judge(endOf('complete', 200), heardOf({}, { error: { error: {} } }));
    expect(settlement).toMatchObject({ kind: 'unknown', isAnswered: false, mayGoOn: false });
  });

  test('is at least what its text or its last count told', () => {
    const told = (heard: TapResult) => judge(endOf('gone', 200), heard).settlement;
    expect(told(heardOf({ inputTokens: 9, outputTokens: 40 }, { textTokens: 30 }))).toMatchObject({
      usage: { inputTokens: 9, outputTokens: undefined },
      textTokens: 40,
    });
    expect(told(heardOf({ inputTokens: 9, outputTokens: 1 }, { textTokens: 30 }))).toMatchObject({
      textTokens: 30,
    });
  });
});
