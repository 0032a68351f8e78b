import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isAnotherModel } from '../../src/core/model-name.js';

describe('one model under two names is no other model', () => {
  test.each([
    ['claude-opus-5', 'claude-opus-5'],
    ['claude-opus-5', 'anthropic/claude-opus-5-20260101'],
    ['claude-opus-5', 'us.anthropic.claude-opus-5-v1:0'],
    ['bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022'],
    ['anthropic/claude-sonnet-4.5', 'anthropic/claude-4.5-sonnet-20250929'],
    ['claude-opus-5[1m]', 'claude-opus-5'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
    ['claude-sonnet-4@20250514', 'claude-sonnet-4-20250514'],
    ['claude-sonnet-4-5-thinking', 'claude-sonnet-4-5'],
    ['GPT-5', 'gpt-5'],
    ['gpt-4o', 'gpt-4o-2024-11-20'],
    ['gpt-5', 'openai/gpt-5-2025-08-07'],
    ['azure/gpt-4.1', 'gpt-4.1-2025-04-14'],
    ['o3-mini-high', 'o3-mini'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro-preview-06-05'],
    ['gemini-1.5-pro', 'gemini-1.5-pro-001'],
    ['gemini-2.5-flash', 'gemini-2.5-flash-preview-09-2025'],
    ['grok-4', 'grok-4-0709'],
    ['deepseek-r1', 'deepseek/deepseek-r1-0528'],
    ['moonshotai/kimi-k2-0905', 'kimi-k2'],
    ['meta.llama3-1-70b-instruct-v1:0', 'meta-llama/llama-3.1-70b-instruct'],
    ['qwen/qwen3-coder:free', 'qwen/qwen3-coder'],
  ])('%s is %s', (asked, answered) => {
    expect(isAnotherModel(asked, answered)).toBe(false);
    expect(isAnotherModel(answered, asked)).toBe(false);
  });
});

describe('a name that leaves the choice to the server has no other model', () => {
  test.each([
    ['sonnet', 'claude-sonnet-4-5'],
    ['gemini-flash-latest', 'gemini-2.5-flash'],
    ['mistral-large-latest', 'mistral-large-2411'],
    ['deepseek-chat', 'deepseek-v3.2'],
    ['openrouter/auto', 'gpt-5'],
    ['smart', 'gpt-5'],
    ['prod-deployment-2', 'gpt-5'],
    ['gpt-5', 'deployment-7'],
    ['', 'gpt-5'],
    ['gpt-5', ''],
  ])('%j may be answered by %j', (asked, answered) => {
    expect(isAnotherModel(asked, answered)).toBe(false);
  });
});

describe('another model is told', () => {
  test.each([
    ['claude-opus-5', 'gpt-5'],
    ['claude-opus-5', 'claude-sonnet-5'],
    ['claude-opus-5', 'claude-opus-5-5'],
    ['claude-opus-5-5', 'claude-opus-5'],
    ['claude-sonnet-4-5', 'claude-3-5-sonnet-20241022'],
    ['claude-opus-latest', 'claude-sonnet-5'],
    ['gpt-5', 'gpt-5-mini'],
    ['gpt-5', 'azure/gpt-5-mini-2025-08-07'],
    ['gpt-5.4', 'gpt-4.5'],
    ['gpt-4o', 'gpt-4o-mini'],
    ['gpt-5', 'gpt-5-codex'],
    ['o3', 'o4-mini'],
    ['gemini-2.5-flash', 'gemini-2.5-flash-lite'],
    ['deepseek-r1', 'deepseek-v3'],
    ['qwen3-coder', 'qwen3-max'],
  ])('%s is not %s', (asked, answered) => expect(isAnotherModel(asked, answered)).toBe(true));
});

test('prefixes, dates and the case of letters never make another model', () => {
  const models = fc.constantFrom('claude-opus-5', 'gpt-5-mini', 'gemini-2.5-pro', 'o4-mini', 'glm-4.6');
  const prefixes = fc.constantFrom('', 'openrouter/', 'anthropic/', 'us.anthropic.', 'a/b/c/');
  const suffixes = fc.constantFrom('', '-20260101', '-2026-01-01', '@20260101', ':free', '[1m]', '-latest');
  fc.assert(
    fc.property(models, prefixes, suffixes, (model, prefix, suffix) => {
      expect(isAnotherModel(model, `${prefix}${model}${suffix}`)).toBe(false);
      expect(isAnotherModel(`${prefix}${model}${suffix}`.toUpperCase(), model)).toBe(false);
    }),
  );
});

test.each(['-v1:0', 'a.', '1-', ':x@', 'gpt-5-2026-01-', '/', '-'])(
  'a name of %j without end is read, and not all of it',
  (piece) => expect(typeof isAnotherModel('gpt-5', piece.repeat(1_000_000))).toBe('boolean'),
);
