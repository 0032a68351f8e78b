/** Every file of examples/: GitHub takes it, our steps are used rightly, and it says what a reader must know. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { EXAMPLES, readExample } from '../support/examples.js';
import type { WorkflowDefinition } from '../support/workflow/definition.js';
import {
  expectKnownInputs,
  expectKnownOutputs,
  keptCredentials,
  keysBehindAgents,
  unpinned,
  workflowErrors,
} from '../support/workflow-check.js';

describe.each(EXAMPLES)('%s', (name) => {
  const yaml = readExample(name);
  const { jobs, permissions } = parse(yaml) as WorkflowDefinition;

  test('is a workflow by the rules of GitHub', async () => {
    expect(await workflowErrors(name, yaml)).toEqual([]);
  });

  test('gives our steps inputs that exist, for a mode that takes them, with values that parse', () => {
    expectKnownInputs(yaml);
  });

  test('uses outputs that its steps set', () => {
    expectKnownOutputs(yaml);
  });

  test('leaves no token in the workspace, and no key of the gateway behind an agent in a step of its own', () => {
    expect(keptCredentials(yaml)).toEqual([]);
    expect(keysBehindAgents(yaml)).toEqual([]);
  });

  test('pins the actions of others by SHA', () => {
    expect(unpinned(yaml)).toEqual([]);
  });

  test('starts from no permissions, and each job says which it needs, and how long it may take', () => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeDefined();
      if (job.uses === undefined) expect(job).toHaveProperty('timeout-minutes');
    }
  });

  test('puts no text from outside into a command', () => {
    const commands = Object.values(jobs).flatMap(({ steps = [] }) =>
      steps.map((step) => `${step.run ?? ''}${step.with?.['run'] ?? ''}`),
    );
    for (const command of commands) expect(command).not.toContain('${{');
  });

  test('says what it is for, what to set, and what it does when something is wrong', () => {
    const header = yaml.split('\nname:')[0] ?? '';
    for (const part of [/^# [A-Z`]/, /# What happens: /, /# Set: /, /# When something is wrong: /])
      expect(header).toMatch(part);
  });
});

test('docs/recipes.md says of every file when to use it, and names no other', () => {
  const page = readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8');
  const linked = [...page.matchAll(/\]\(\.\.\/examples\/([\w.-]+)\)/g)].map(([, name]) => name);
  expect(linked.toSorted()).toEqual(readdirSync(new URL('../../examples', import.meta.url)).toSorted());
});

test.each(['gitlab-ci.yml', 'Jenkinsfile'])(
  '%s says what happens, what to set, and what goes wrong',
  (name) => {
    for (const part of ['What happens: ', 'Set: ', 'When something is wrong: '])
      expect(readExample(name)).toContain(part);
  },
);
