import { describe, expect, test } from '@jest/globals';
import { childEnvironment, pastProxy } from '../../src/core/child-environment.js';

const policy = { secrets: ['sk-gateway-123456', 'short'], dropsProviderKeys: true };
const kept = (environment: Record<string, string | undefined>, rules = policy): string[] =>
  Object.keys(childEnvironment(environment, rules));

describe('what an agent may have of our environment', () => {
  test.each([
    'INPUT_GATEWAY-KEY',
    'INPUT_MAX-COST',
    'ACTIONS_RUNTIME_TOKEN',
    'ACTIONS_CACHE_URL',
    'ACTIONS_RESULTS_URL',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'STATE_record',
    'SPENDGATE_GATEWAY_KEY',
    'SPENDGATE_RECORD_DEFAULT',
    'GITHUB_TOKEN',
    'GH_TOKEN',
    'NODE_AUTH_TOKEN',
    'GITHUB_OUTPUT',
    'GITHUB_ENV',
    'GITHUB_PATH',
    'GITHUB_STATE',
    'GITHUB_STEP_SUMMARY',
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'OPENAI_API_KEY',
    'AZURE_OPENAI_API_KEY',
    'GEMINI_API_KEY',
    'GOOGLE_GENERATIVE_AI_API_KEY',
    'OPENROUTER_API_KEY',
    'LITELLM_MASTER_KEY',
    'LLM_GATEWAY_KEY',
  ])('%s does not reach it', (name) => {
    expect(kept({ [name]: 'value' })).toEqual([]);
  });

  test.each([
    'PATH',
    'HOME',
    'GITHUB_WORKSPACE',
    'GITHUB_SHA',
    'RUNNER_TEMP',
    'OPENAI_BASE_URL',
    'CI',
    'KEYBOARD',
    'MY_INPUT_FILE',
  ])('%s does', (name) => {
    expect(kept({ [name]: 'value' })).toEqual([name]);
  });

  test('a secret of this run does not reach it under any name, nor as a part of a value', () => {
    const environment = {
      COPY: 'sk-gateway-123456',
      URL: 'https://u:sk-gateway-123456@host',
      FINE: 'sk-gateway',
    };
    expect(kept(environment)).toEqual(['FINE']);
  });

  test('a short secret does not take innocent variables with it', () => {
    expect(kept({ WORD: 'a short one' })).toEqual(['WORD']);
  });

  test('where the own login of the agent pays, its keys stay, and everything else still goes', () => {
    const own = { ...policy, dropsProviderKeys: false };
    expect(kept({ ANTHROPIC_API_KEY: 'mine', GITHUB_TOKEN: 't', INPUT_X: 'y' }, own)).toEqual([
      'ANTHROPIC_API_KEY',
    ]);
  });

  test('a variable without a value is not invented', () => {
    expect(kept({ NOTHING: undefined, EMPTY: '' })).toEqual(['EMPTY']);
  });
});

describe('a proxy of the environment', () => {
  test.each([
    [{ https_proxy: 'http://p:1' }, '127.0.0.1,localhost', '127.0.0.1,localhost'],
    [{ https_proxy: 'http://p:1', NO_PROXY: '*' }, '*', '*'],
    [
      { HTTP_PROXY: 'http://p:1', NO_PROXY: 'a.example' },
      'a.example,127.0.0.1,localhost',
      'a.example,127.0.0.1,localhost',
    ],
    [
      { ALL_PROXY: 'socks5://p:1', no_proxy: 'localhost', NO_PROXY: 'b' },
      'localhost,127.0.0.1',
      'b,127.0.0.1,localhost',
    ],
  ])('%j is not asked for the meter', (environment, lower, upper) => {
    expect(pastProxy(environment)).toEqual({ no_proxy: lower, NO_PROXY: upper });
    expect(childEnvironment(environment, policy)).toMatchObject({
      ...environment,
      no_proxy: lower,
      NO_PROXY: upper,
    });
  });

  test.each([{}, { http_proxy: '' }, { NO_PROXY: 'a.example' }])(
    'is none in %j, which stays as it is',
    (environment) => {
      expect(pastProxy(environment)).toEqual({});
      expect(childEnvironment(environment, policy)).toEqual(environment);
    },
  );
});
