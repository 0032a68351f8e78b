import { describe, expect, test } from '@jest/globals';
import {
  attributionOf,
  attributionSchema,
  factsOf,
  MAX_FACT_LENGTH,
  sharedFactsOf,
} from '../../src/core/attribution.js';
import { FACTS, HOSTILE_NAMES, hostileFacts, RUN } from '../support/attribution.js';

describe('the facts of a run', () => {
  test('are what the job and the workflow say', () => {
    expect(FACTS).toEqual({
      repository: 'acme/app',
      team: 'platform',
      task: 'triage',
      'run-id': '42',
      actor: 'octocat',
      agent: 'codex',
      'pull-request': 7,
      issue: undefined,
      workflow: 'nightly',
      job: 'agent',
      event: 'pull_request',
      attempt: 2,
      commit: 'f00dfeed',
    });
  });

  test('are left out where they are not known', () => {
    const laptop = { ...RUN, repository: undefined, job: undefined, pullRequest: undefined, headSha: '' };
    const facts = attributionOf(laptop, { task: 'default', team: undefined, agent: undefined });
    expect(factsOf(facts).map(([name]) => name)).toEqual([
      'task',
      'run-id',
      'actor',
      'workflow',
      'event',
      'attempt',
    ]);
  });

  test('are told with who pays first, and summed without what no other run shares', () => {
    expect(factsOf(FACTS).slice(0, 5)).toEqual([
      ['repository', 'acme/app'],
      ['team', 'platform'],
      ['task', 'triage'],
      ['run-id', '42'],
      ['actor', 'octocat'],
    ]);
    expect(sharedFactsOf(FACTS).map(([name]) => name)).toEqual([
      'repository',
      'team',
      'task',
      'actor',
      'agent',
      'pull-request',
      'workflow',
      'job',
      'event',
    ]);
  });

  test.each(HOSTILE_NAMES)('%j is one line of bounded, well-formed text', (name) => {
    const facts = hostileFacts(name);
    for (const [, value] of factsOf(facts)) {
      expect(value.length).toBeLessThanOrEqual(MAX_FACT_LENGTH);
      expect(value).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(value.isWellFormed()).toBe(true);
    }
    expect(attributionSchema.parse(JSON.parse(JSON.stringify(facts)))).toEqual(
      JSON.parse(JSON.stringify(facts)),
    );
  });

  test.each([-1, 1.5, Number.NaN])('a number that is none is left out (%p)', (attempt) => {
    const facts = attributionOf({ ...RUN, runAttempt: attempt }, { task: 't', team: undefined, agent: '' });
    expect(facts.attempt).toBeUndefined();
    expect(facts.agent).toBeUndefined();
  });
});
