import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Flight } from '../../src/meter/flight.js';

test('holds what was added and not taken out again, like a set', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 9 })));
  fc.assert(
    fc.property(steps, (all) => {
      const [flight, set] = [new Flight<number>(), new Set<number>()];
      for (const [isAdded, item] of all) {
        if (!isAdded) expect(flight.delete(item)).toBe(set.delete(item));
        else if (!set.has(item)) {
          flight.add(item);
          set.add(item);
        }
      }
      expect([...flight].toSorted()).toEqual([...set].toSorted());
      expect(flight.size).toBe(set.size);
      expect([flight.some((item) => item > 4), flight.find((item) => item === 3)]).toEqual([
        [...set].some((item) => item > 4),
        set.has(3) ? 3 : undefined,
      ]);
    }),
  );
});
