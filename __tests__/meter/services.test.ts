import { expect, test } from '@jest/globals';
import { parseUpstream, pathAt } from '../../src/meter/services.js';

test.each([
  ['https://llm.example.com', '/v1/messages', '/v1/messages'],
  ['https://llm.example.com/v1/', '/v1/messages', '/v1/messages'],
  ['https://llm.example.com/team', '/v1/messages', '/team/v1/messages'],
  ['https://api.z.ai/api/paas/v4', '/v1/chat/completions', '/api/paas/v4/chat/completions'],
  ['https://g.example/v1beta/openai', '/v1/chat/completions', '/v1beta/openai/chat/completions'],
  ['https://g.example/v1beta', '/v1beta/models/m:generateContent', '/v1beta/models/m:generateContent'],
  ['https://a.example/openai/v1', '/v1/chat/completions', '/openai/v1/chat/completions'],
  [
    'https://a.example/openai',
    '/openai/deployments/d/chat/completions',
    '/openai/deployments/d/chat/completions',
  ],
  ['https://a.example', '/openai/deployments/d/chat/completions', '/openai/deployments/d/chat/completions'],
])('%s is asked for %s at %s', (base, path, expected) => {
  expect(pathAt(parseUpstream(base), path)).toBe(expected);
});
