import { expect, test } from '@jest/globals';
import { AGENT_IDS } from '../../src/agents/ids.js';
import { agents } from '../../src/agents/index.js';
import { DIALECT_IDS } from '../../src/dialects/ids.js';
import { dialects } from '../../src/dialects/index.js';

test('each agent and each dialect stands among the names, in the same order', () => {
  expect(agents.map(({ id }) => id)).toEqual(AGENT_IDS);
  expect(dialects.map(({ id }) => id)).toEqual(DIALECT_IDS);
});
