import { expect, test } from '@jest/globals';
import { agents } from '../../../src/agents/index.js';
import { AGENT_IDS } from '../../../src/agents/shared/ids.js';
import { dialects } from '../../../src/dialects/index.js';
import { DIALECT_IDS } from '../../../src/dialects/shared/ids.js';

test('each agent and each dialect stands among the names, in the same order', () => {
  expect(agents.map(({ id }) => id)).toEqual(AGENT_IDS);
  expect(dialects.map(({ id }) => id)).toEqual(DIALECT_IDS);
});
