/** A fallback is told from deployments that take turns. */
import { expect, test } from '@jest/globals';
import { RouteWatch } from '../../src/verify/route-watch.js';
import { answerOf } from './found.js';

const by = (servedBy: string | undefined, fallbacks: number | undefined = undefined, model = 'gpt-4o-mini') =>
  answerOf({ model, route: { servedBy, fallbacks } });
type Answer = ReturnType<typeof by>;

test.each([
  ['the same one', [by('a')], [by('a')], undefined],
  ['one of those that took turns before', [by('a'), by('b')], [by('b'), by('a')], undefined],
  ['nobody who says who he is', [by(undefined)], [by(undefined)], undefined],
  ['one that never answered before', [by('a'), by('b')], [by('a'), by('c')], 'c'],
  ['another model', [by(undefined)], [by(undefined, 0, 'small')], 'small'],
  ['one that says it is a fallback', [by('a', 0)], [by('a', 1)], 'a (a fallback)'],
  ['one that was a fallback all along', [by('a', 1)], [by('a', 1)], undefined],
  ['two others: the first is named', [by('a')], [by('b'), by('c')], 'b'],
] satisfies [string, Answer[], Answer[], string | undefined][])(
  'after the end answers %s',
  (_name, before, after, rerouted) => {
    const watch = new RouteWatch();
    for (const answer of before) watch.note(answer, false);
    expect(watch.rerouted).toBeUndefined();
    for (const answer of after) watch.note(answer, true);
    expect(watch.rerouted).toBe(rerouted);
  },
);
