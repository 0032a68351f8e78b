import { describe, expect, test } from '@jest/globals';
import {
  blindGate,
  decideChanges,
  type GateEntry,
  type GateReading,
  gateReading,
  readFrom,
} from '../../src/core/gate.js';
import { decideGate } from '../../src/core/gate-decision.js';

const NOW = new Date('2026-05-10T00:00:00Z');
const entry = (closed: boolean, day: number, until?: string): GateEntry => ({
  gate: 'g',
  closed,
  createdAt: `2026-05-0${day}T00:00:00.000Z`,
  runId: String(day),
  runAttempt: 1,
  until,
  actor: 'octocat',
  reason: `day ${day}`,
});
const read = (item: GateEntry | undefined) => gateReading(item, NOW, undefined, 'Read.');

/** What one store can say. Days tell the order. */
const SAYS = {
  closed2: read(entry(true, 2)),
  closed4: read(entry(true, 4)),
  opened1: read(entry(false, 1)),
  opened3: read(entry(false, 3)),
  opened5: read(entry(false, 5)),
  expired: read(entry(true, 3, '2026-05-09T00:00:00Z')),
  never: { ...read(undefined), state: 'open' } as GateReading,
  nothing: read(undefined),
  blind: blindGate('Down.'),
} as const;
type Said = keyof typeof SAYS;

/** For every pair: the state, and the day of the change that decides. */
const TABLE: readonly (readonly [Said, Said, string])[] = [
  ['closed2', 'closed2', 'closed 2'],
  ['closed2', 'closed4', 'closed 4'],
  ['closed2', 'opened1', 'closed 2'],
  ['closed2', 'opened3', 'open 3'],
  ['closed2', 'opened5', 'open 5'],
  ['closed2', 'expired', 'closed 2'],
  ['closed2', 'never', 'closed 2'],
  ['closed2', 'nothing', 'closed 2'],
  ['closed2', 'blind', 'closed 2'],
  ['closed4', 'closed4', 'closed 4'],
  ['closed4', 'opened1', 'closed 4'],
  ['closed4', 'opened3', 'closed 4'],
  ['closed4', 'opened5', 'open 5'],
  ['closed4', 'expired', 'closed 4'],
  ['closed4', 'never', 'closed 4'],
  ['closed4', 'nothing', 'closed 4'],
  ['closed4', 'blind', 'closed 4'],
  ['opened1', 'opened1', 'open 1'],
  ['opened1', 'opened3', 'open 3'],
  ['opened1', 'opened5', 'open 5'],
  ['opened1', 'expired', 'open 1'],
  ['opened1', 'never', 'open 1'],
  ['opened1', 'nothing', 'open 1'],
  ['opened1', 'blind', 'unknown blind'],
  ['opened3', 'opened3', 'open 3'],
  ['opened3', 'opened5', 'open 5'],
  ['opened3', 'expired', 'open 3'],
  ['opened3', 'never', 'open 3'],
  ['opened3', 'nothing', 'open 3'],
  ['opened3', 'blind', 'unknown blind'],
  ['opened5', 'opened5', 'open 5'],
  ['opened5', 'expired', 'open 5'],
  ['opened5', 'never', 'open 5'],
  ['opened5', 'nothing', 'open 5'],
  ['opened5', 'blind', 'unknown blind'],
  ['expired', 'expired', 'open 3'],
  ['expired', 'never', 'open 3'],
  ['expired', 'nothing', 'open 3'],
  ['expired', 'blind', 'unknown blind'],
  ['never', 'never', 'open'],
  ['never', 'nothing', 'open'],
  ['never', 'blind', 'unknown blind'],
  ['nothing', 'nothing', 'unknown'],
  ['nothing', 'blind', 'unknown blind'],
  ['blind', 'blind', 'unknown blind'],
];

function shown({ state, entry: decided, blind }: GateReading): string {
  const day = decided === undefined ? '' : ` ${decided.runId}`;
  return `${state}${day}${blind ? ' blind' : ''}`;
}

test('the table holds every pair once', () => {
  const names = Object.keys(SAYS) as Said[];
  const pairs = names.flatMap((one, index) => names.slice(index).map((other) => `${one} ${other}`));
  expect(TABLE.map(([one, other]) => `${one} ${other}`)).toEqual(pairs);
});

test.each(TABLE)('%s and %s: %s', (one, other, expected) => {
  expect(shown(decideGate([SAYS[one], SAYS[other]]))).toBe(expected);
  expect(shown(decideGate([SAYS[other], SAYS[one]]))).toBe(expected);
});

describe('time', () => {
  test('is compared as time, however its fractions are written', () => {
    const closing = read({ ...entry(true, 2), createdAt: '2026-05-02T00:00:00.500Z' });
    const opening = read({ ...entry(false, 2), createdAt: '2026-05-02T00:00:01Z' });
    expect(decideGate([closing, opening]).state).toBe('open');
    const before = read({ ...entry(false, 2), createdAt: '2026-05-02T00:00:00Z' });
    expect(decideGate([closing, before]).state).toBe('closed');
  });

  test('of the same moment leaves the gate closed', () => {
    expect(decideGate([read(entry(true, 2)), read(entry(false, 2))]).state).toBe('closed');
  });
});

test('every store is named with what it said', () => {
  const one = readFrom('one', NOW, SAYS.closed2, ['some']);
  const two = readFrom('two', NOW, SAYS.blind, ['everything']);
  const { sources, evidence } = decideGate([one, two]);
  expect(evidence).toBe('Read. Down.');
  expect(sources).toEqual([
    { store: 'one', state: 'closed', readAt: NOW.toISOString(), evidence: 'Read.', unseen: ['some'] },
    { store: 'two', state: 'unknown', readAt: NOW.toISOString(), evidence: 'Down.', unseen: ['everything'] },
  ]);
});

test('a first state, which nobody decided, outranks no closing that another store holds', () => {
  const first = read({ ...entry(false, 5), isFirst: true });
  expect(shown(decideGate([SAYS.closed2, first]))).toBe('closed 2');
  expect(shown(decideGate([first, SAYS.expired]))).toBe('open 5');
});

describe('the changes of one store', () => {
  const over = (day: number) => entry(true, day, '2026-05-09T00:00:00Z');
  const decide = (...entries: GateEntry[]) => {
    const changes = entries.map((item, rank) => ({ entry: item, rank }));
    const decided = decideChanges(changes, NOW, undefined);
    return decided && [decided.deciding.entry, decided.lasting.entry].map(({ runId }) => runId).join(' ');
  };

  test.each<[string, GateEntry[], string | undefined]>([
    ['nothing', [], undefined],
    ['the last closing', [entry(true, 1), entry(true, 2)], '2 2'],
    ['an opening after closings', [entry(true, 1), entry(true, 2), entry(false, 3)], '3 3'],
    ['a closing after an opening', [entry(false, 1), entry(true, 2)], '2 2'],
    ['a closing that one which is over does not hide', [entry(true, 1), over(2)], '1 1'],
    ['an opening, where the closing after it is over', [entry(true, 1), entry(false, 2), over(3)], '2 2'],
    ['a closing that is over, where nothing else is', [over(1)], '1 1'],
    [
      'a closing, whatever first state came later',
      [entry(true, 1), { ...entry(false, 2), isFirst: true }],
      '1 1',
    ],
    [
      'the last closing, and the one that goes on after it',
      [entry(true, 1), entry(true, 2, '2026-05-11T00:00:00Z')],
      '2 1',
    ],
  ])('come to %s', (_what, entries, expected) => {
    expect(decide(...entries)).toBe(expected);
  });
});
