/** Eight questions over what probes may find: one finding at a time changes the answer to its own question, and no other. */
import { describe, expect, test } from '@jest/globals';
import { answersOf, type Verdict } from '../../src/verify/answers.js';
import { answerOf, type Changes, foundWith, lookAt, refusedWith } from './found.js';

const endpoint = (result: 'honoured' | 'ignored' | 'refused' | 'absent' | 'not filled') =>
  ({ dialect: 'openai-chat', field: 'max_tokens', result, evidence: 'seen' }) as const;
const NO_REFUSAL = {
  refusal: undefined,
  enforcement: undefined,
  trouble: 'the maximum was reached',
} as const;

test('all are verified where all is well, each with evidence', () => {
  const answers = answersOf(foundWith());
  expect(answers.map(({ verdict }) => verdict)).toEqual(Array(8).fill('verified'));
  for (const { evidence, finding, assumption } of answers)
    for (const text of [evidence, finding, assumption]) expect(text.length).toBeGreaterThan(2);
});

const rows: [id: string, name: string, changes: Changes, verdict: Verdict, finding: string][] = [
  ['request-limit-field', 'ignored', { ceiling: { endpoints: [endpoint('ignored')] } }, 'refuted', 'ignored'],
  [
    'request-limit-field',
    'ignored at one of two',
    { ceiling: { endpoints: [endpoint('honoured'), endpoint('ignored')] } },
    'refuted',
    'ignored',
  ],
  [
    'request-limit-field',
    'refused',
    { ceiling: { endpoints: [endpoint('refused')] } },
    'not verifiable',
    'refused',
  ],
  [
    'request-limit-field',
    'not filled',
    { ceiling: { endpoints: [endpoint('honoured'), endpoint('not filled')] } },
    'not verifiable',
    'not filled',
  ],
  [
    'request-limit-field',
    'no endpoint',
    { ceiling: { endpoints: [endpoint('absent')] } },
    'not verifiable',
    '',
  ],
  ['above-ceiling', 'cut', { ceiling: { above: 'truncates' } }, 'refuted', 'silently cut'],
  ['above-ceiling', 'ignored', { ceiling: { above: 'ignores' } }, 'refuted', 'ceiling ignored'],
  ['above-ceiling', 'no ceiling met', { ceiling: { above: undefined } }, 'not verifiable', 'no ceiling'],
  ['enforcement', 'soft', { exhaustion: { enforcement: 'soft', callsBeyond: 3 } }, 'refuted', 'soft'],
  [
    'exhausted-answer',
    'a rate limit',
    { exhaustion: { looksLike: 'rate-limited' } },
    'refuted',
    'a rate limit',
  ],
  ['exhausted-answer', 'a login', { exhaustion: { looksLike: 'unauthorised' } }, 'refuted', 'a wrong key'],
  [
    'exhausted-answer',
    'nothing at all',
    { exhaustion: { looksLike: 'unknown' } },
    'refuted',
    'no budget at all',
  ],
  [
    'exhausted-answer',
    'the very answer to a wrong key',
    { exhaustion: { refusal: refusedWith(401, 'invalid_api_key', 'unauthorised') } },
    'refuted',
    'the same answer as to a wrong key',
  ],
  [
    'exhausted-answer',
    'inside 200',
    { exhaustion: { refusal: refusedWith(200, 'budget_exceeded', 'exhausted') } },
    'refuted',
    'HTTP 200',
  ],
  ['unit', 'different', { happy: { unit: { unit: 'different', evidence: 'x' } } }, 'refuted', 'different'],
  ['unit', 'unknown', { happy: { unit: { unit: 'unknown', evidence: 'x' } } }, 'not verifiable', 'unknown'],
  [
    'unit',
    'different over many calls',
    { exhaustion: { unit: { unit: 'different', evidence: 'x' } } },
    'refuted',
    'different',
  ],
  ['spend-history', 'late', { happy: { counted: 'late' } }, 'refuted', 'spend/logs'],
  ['spend-history', 'late at the end', { exhaustion: { countFollowed: false } }, 'refuted', 'spend/logs'],
  ['spend-history', 'not readable', { happy: { counted: 'unknown' } }, 'not verifiable', 'spend/logs'],
  ['fallback', 'uncapped', { fallback: { fallback: 'uncapped' } }, 'refuted', 'uncapped'],
  ['fallback', 'none seen', { fallback: { fallback: undefined } }, 'not verifiable', 'no fallback was seen'],
  ['fallback', 'not tried', { fallback: undefined }, 'not verifiable', 'not tried'],
];
describe('one finding changes one answer', () => {
  test.each(rows)('%s: %s', (id, _name, changes, verdict, finding) => {
    const answers = answersOf(foundWith(changes));
    const changed = answers.find((answer) => answer.id === id);
    expect(changed).toMatchObject({ verdict, finding: expect.stringContaining(finding) });
    // A soft cap is no guard that is known to hold, either.
    const others = answers.filter(
      (answer) => answer.id !== id && !(id === 'enforcement' && answer.id === 'session-guard'),
    );
    expect(others.map((answer) => answer.verdict)).toEqual(others.map(() => 'verified'));
  });
});

describe('a guard over many requests', () => {
  const guardOf = (changes: Changes) =>
    answersOf(foundWith(changes)).find(({ id }) => id === 'session-guard');

  test('is broken by a limit that stops nothing', () => {
    const changes = { exhaustion: { refusal: undefined, enforcement: 'reported-only' } } as const;
    expect(guardOf(changes)).toMatchObject({ verdict: 'refuted', finding: 'key' });
  });

  test('names its scope and period', () => {
    const look = lookAt(0);
    const limit = look.limit && { ...look.limit, period: '1d' };
    expect(guardOf({ happy: { before: lookAt(0, { limit }) } })).toMatchObject({ finding: 'key, per 1d' });
  });

  test.each([
    ['no limit could be read, and no refusal names one', { happy: { before: undefined } }],
    ['the end was not reached', { exhaustion: NO_REFUSAL }],
    ['the probe did not run', { exhaustion: undefined }],
    ['the cap is soft', { exhaustion: { enforcement: 'soft' } }],
  ] satisfies [string, Changes][])('is not verifiable where %s', (_name, changes) => {
    expect(guardOf(changes)?.verdict).toBe('not verifiable');
  });
});

test('an end that was not reached answers nothing about the end', () => {
  const answers = answersOf(foundWith({ exhaustion: NO_REFUSAL }));
  for (const id of ['enforcement', 'exhausted-answer'])
    expect(answers.find((answer) => answer.id === id)).toMatchObject({ verdict: 'not verifiable' });
  expect(answers.find(({ id }) => id === 'enforcement')?.finding).toBe('the maximum was reached');
});

test('nothing that was not tried is verified', () => {
  const nothing = { ceiling: undefined, exhaustion: undefined, isolation: undefined, fallback: undefined };
  const happy = { counted: 'unknown', unit: { unit: 'unknown', evidence: '' }, answer: answerOf() } as const;
  const verdicts = answersOf(foundWith({ ...nothing, happy })).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(Array(8).fill('not verifiable'));
});
