/** What can be said of a workflow file without running it: is it one for GitHub, and does it use our steps rightly. */

import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { expect } from '@jest/globals';
import { parse } from 'yaml';
import { INPUT_NAMES, inputSpec, MODES } from '../../src/config/inputs.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import type { WorkflowDefinition } from './workflow/definition.js';

const HAS_SHA = /@[0-9a-f]{40}$/;

export interface CheckedStep {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** All steps, and those that are ours. */
export function stepsOf(yaml: string): { all: CheckedStep[]; ours: CheckedStep[] } {
  const all = Object.values((parse(yaml) as WorkflowDefinition).jobs).flatMap(({ steps = [] }) => steps);
  return { all, ours: all.filter(({ uses }) => uses?.startsWith('spendgate/') || uses === './') };
}

/** What GitHub's own parser has against a file; empty when nothing. */
export async function workflowErrors(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

/** Our steps have inputs that exist, for a mode that takes them, with values that parse. */
export function expectKnownInputs(yaml: string): void {
  for (const { with: inputs = {} } of stepsOf(yaml).ours) {
    const mode = MODES.find((candidate) => candidate === inputs['mode']);
    expect(mode).toBeDefined();
    for (const [name, value] of Object.entries(inputs)) {
      const known = INPUT_NAMES.find((candidate) => candidate === name);
      expect([name, known]).toEqual([name, name]);
      const spec = inputSpec(known ?? 'mode');
      expect([name, spec.modes]).toEqual([name, expect.arrayContaining([mode])]);
      if (!String(value).includes('${{')) expect(() => spec.parse(String(value))).not.toThrow();
    }
  }
}

/** Outputs that are read are set by the mode of their step. */
export function expectKnownOutputs(yaml: string): void {
  const modes = new Map(
    stepsOf(yaml).ours.map(({ id, with: inputs }) => [id ?? '', String(inputs?.['mode'])]),
  );
  const used = [...yaml.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
  for (const [, step = '', name = ''] of used.filter(([, id = '']) => modes.has(id))) {
    const output = Object.entries(OUTPUTS).find(([known]) => known === name);
    expect([name, output?.[1].modes]).toEqual([name, expect.arrayContaining([modes.get(step)])]);
  }
}

/** Checkouts that leave the token of the job in the folder that the agent works in. */
export function keptCredentials(yaml: string): CheckedStep[] {
  return stepsOf(yaml).all.filter(
    ({ uses, with: inputs }) =>
      uses?.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false,
  );
}

/** Keys of the gateway in a `post` behind a meter in the background: the agent's step in between sets its variables. */
export function keysBehindAgents(yaml: string): string[] {
  return Object.values((parse(yaml) as WorkflowDefinition).jobs).flatMap(({ steps = [] }) => {
    const start = steps.findIndex(({ with: inputs }) => inputs?.['background'] === true);
    return (start === -1 ? [] : steps.slice(start))
      .filter(({ with: inputs }) => inputs?.['mode'] === 'post')
      .flatMap(({ with: inputs = {} }) => Object.keys(inputs))
      .filter((name) => name === 'gateway-key' || name === 'admin-key');
  });
}

/** Actions of others that are not pinned by SHA. */
export function unpinned(yaml: string): string[] {
  return stepsOf(yaml)
    .all.map(({ uses = '' }) => uses)
    .filter((uses) => uses !== '' && uses !== './' && !uses.startsWith('spendgate/') && !HAS_SHA.test(uses));
}
