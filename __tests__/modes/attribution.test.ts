import { describe, expect, test } from '@jest/globals';
import { agents } from '../../src/agents/index.js';
import { gateways } from '../../src/gateways/index.js';
import { headerPolicy, withSeenAgent } from '../../src/modes/attribution.js';
import { FACTS } from '../support/attribution.js';

type How = 'metadata' | 'tags' | 'off';

function policyOf(id: string, how: How, isOurKey = true) {
  const gateway = gateways.find((candidate) => candidate.id === id);
  if (gateway === undefined) throw new Error(`no gateway ${id}`);
  return headerPolicy({ gateway, attribution: { how, facts: FACTS }, isOurKey });
}

describe('what a gateway is told', () => {
  test('is said by name', () => {
    const added = policyOf('litellm', 'tags')?.added ?? [];
    expect(added.filter((_, index) => index % 2 === 0)).toEqual([
      'x-litellm-spend-logs-metadata',
      'x-litellm-tags',
    ]);
  });

  test.each(['off', 'metadata'] as const)('is nothing at a gateway that takes nothing (%s)', (how) => {
    expect(policyOf('anthropic', how)).toBeUndefined();
  });

  test('is nothing with `off`, and the agent says nothing in its place', () => {
    const policy = policyOf('litellm', 'off');
    expect(policy?.added).toEqual([]);
    expect(policy?.withholds('x-litellm-tags')).toBe(true);
  });
});

describe('an agent with the workflow’s key', () => {
  test.each([
    ['litellm', 'x-litellm-api-key'],
    ['litellm', 'x-litellm-customer-id'],
    ['litellm', 'x-litellm-num-retries'],
    ['litellm', 'x_litellm_tags'],
    ['portkey', 'x-portkey-api-key'],
    ['portkey', 'x-portkey-virtual-key'],
    ['portkey', 'x-portkey-config'],
    ['portkey', 'x-portkey-custom-host'],
    ['helicone', 'helicone-target-url'],
    ['helicone', 'helicone-openai-api-base'],
    ['helicone', 'helicone-ratelimit-policy'],
    ['helicone', 'helicone-property-team'],
    ['cloudflare', 'cf-aig-custom-cost'],
    ['cloudflare', 'cf-aig-collect-log'],
    ['bifrost', 'x-bf-vk'],
    ['bifrost', 'x-bf-eh-authorization'],
    ['vercel', 'ai-reporting-user'],
    ['envoy', 'x-envoy-max-retries'],
  ])('at %s cannot send %s', (id, name) => {
    expect(policyOf(id, 'metadata')?.withholds(name)).toBe(true);
  });

  test.each([
    ['litellm', 'x-claude-code-session-id'],
    ['portkey', 'x-portkey-provider'],
    ['helicone', 'helicone-auth'],
    ['cloudflare', 'cf-aig-authorization'],
    ['bifrost', 'anthropic-beta'],
  ])('at %s can send %s', (id, name) => {
    expect(policyOf(id, 'metadata')?.withholds(name)).toBe(false);
  });

  test('sends what it likes with credentials of its own, but for what the run says', () => {
    const policy = policyOf('litellm', 'metadata', false);
    expect(policy?.withholds('x-litellm-spend-logs-metadata')).toBe(true);
    expect(policy?.withholds('x-litellm-customer-id')).toBe(false);
    expect(policyOf('litellm', 'off', false)).toBeUndefined();
  });
});

describe('the agent of a run', () => {
  const seen = (command: string, agent?: string) =>
    withSeenAgent({ attribution: { how: 'metadata', facts: { ...FACTS, agent } } }, agents, command)
      .attribution.facts.agent;

  test('is the one that the command shows', () => {
    expect(seen('npx codex exec "fix it"')).toBe('codex');
  });

  test('is the one that was named, whatever the command shows', () => {
    expect(seen('codex exec', 'claude-code')).toBe('claude-code');
  });

  test.each(['./agent.sh', 'claude -p hi && codex exec hi'])('is not known of %s', (command) => {
    expect(seen(command)).toBeUndefined();
  });
});
