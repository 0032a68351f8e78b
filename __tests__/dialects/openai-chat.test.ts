import { describe, expect, test } from '@jest/globals';
import { openaiChat } from '../../src/dialects/openai-chat.js';
import { JsonBody } from '../../src/wire/json-body.js';

function usageOf(usage: object) {
  const reader = openaiChat.createUsageReader();
  reader.push({ model: 'm', choices: [{ finish_reason: 'stop' }], usage });
  return reader.snapshot().usage;
}

const told = { prompt_tokens: 1000, completion_tokens: 10 };

describe('each name of a cached token is one by itself', () => {
  test.each([
    [{ prompt_tokens_details: { cached_tokens: 7 } }, { cacheReadTokens: 7 }],
    [{ prompt_cache_hit_tokens: 7 }, { cacheReadTokens: 7 }],
    [{ cache_read_input_tokens: 7 }, { cacheReadTokens: 7 }],
    [{ prompt_tokens_details: { cache_write_tokens: 7 } }, { cacheWriteTokens: 7 }],
    [{ prompt_tokens_details: { cache_creation_tokens: 7 } }, { cacheWriteTokens: 7 }],
    [{ prompt_tokens_details: { cached_creation_tokens: 7 } }, { cacheWriteTokens: 7 }],
    [{ cache_creation_input_tokens: 7 }, { cacheWriteTokens: 7 }],
    [
      { prompt_tokens_details: { cache_creation_token_details: { ephemeral_1h_input_tokens: 7 } } },
      { cacheWrite1hTokens: 7 },
    ],
    [
      { prompt_tokens_details: { cache_write_tokens_details: { ttl_12h_tokens: 7 } } },
      { cacheWrite1hTokens: 7 },
    ],
    [{ claude_cache_creation_1_h_tokens: 7 }, { cacheWrite1hTokens: 7 }],
    [
      { prompt_tokens_details: { cache_creation_token_details: 'odd', cached_tokens: 7 } },
      { cacheReadTokens: 7 },
    ],
  ])('%j', (more, expected) => {
    expect(usageOf({ ...told, ...more })).toMatchObject({ inputTokens: 1000, outputTokens: 10, ...expected });
  });
});

test.each([
  ['more cached tokens than the prompt has', { prompt_tokens: 10, prompt_cache_hit_tokens: 11 }, 21],
  ['as many', { prompt_tokens: 10, prompt_cache_hit_tokens: 10 }, 10],
])('%s stand beside it or in it', (_what, usage, inputTokens) => {
  expect(usageOf({ ...told, ...usage }).inputTokens).toBe(inputTokens);
});

test.each([
  ['more than the completion', 11, {}, 21],
  ['a part of it', 4, { total_tokens: 1010 }, 10],
  ['beside it, by the total', 4, { total_tokens: 1014 }, 14],
])('reasoning that is %s', (_what, reasoning, more, outputTokens) => {
  const completion_tokens_details = { reasoning_tokens: reasoning };
  expect(usageOf({ ...told, ...more, completion_tokens_details }).outputTokens).toBe(outputTokens);
});

test('what a prompt of the older route brings in from outside is seen', () => {
  const body = new JsonBody(
    Buffer.from(JSON.stringify({ model: 'm', prompt: [{ file: { file_id: 'f' } }] })),
  );
  expect(openaiChat.readRequest(body, '/v1/completions').outside?.unbounded).toBeDefined();
});
