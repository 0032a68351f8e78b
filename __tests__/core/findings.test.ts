import { expect, test } from '@jest/globals';
import { asNotices, byImportance, finding } from '../../src/core/findings.js';

const list = [
  finding('notice', 'n1', 'N', 'one'),
  finding('error', 'e1', 'E', 'two', { advice: 'Look.' }),
  finding('warning', 'w1', 'W', 'three'),
  finding('error', 'e2', 'E', 'four', { position: { file: 'a.yml', line: 3 } }),
];

test('the most important findings come first, in the order they were found', () => {
  expect(byImportance(list).map(({ id }) => id)).toEqual(['e1', 'e2', 'w1', 'n1']);
});

test('as notices, findings keep everything but their level, and the originals stay', () => {
  expect(asNotices(list)).toEqual(list.map((item) => ({ ...item, level: 'notice' })));
  expect(list[1]?.level).toBe('error');
});
