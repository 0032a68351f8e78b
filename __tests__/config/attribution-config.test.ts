import { describe, expect, test } from '@jest/globals';
import { meteringConfigOf, orderOf, parseOrder } from '../../src/config/meter-order.js';
import { configOf, ON_A_LAPTOP } from '../support/config.js';

const WRAP = { mode: 'wrap', run: 'an-agent' };
const REST = {
  runKey: '42-1-0123abcd',
  token: undefined,
  secrets: ['own', 'shared'] satisfies [string, string],
  privateDir: '/job',
  workerPid: undefined,
};

describe('whose a run is', () => {
  test('is told as metadata, unless the workflow says otherwise', () => {
    expect(configOf(WRAP).attribution.how).toBe('metadata');
    expect(configOf({ ...WRAP, attribution: 'off' }).attribution.how).toBe('off');
    expect(() => configOf({ ...WRAP, attribution: 'body' })).toThrow(/attribution/);
  });

  test('is read from the job, the task and the agent', () => {
    const { facts } = configOf({ ...WRAP, task: 'triage', agent: 'codex' }).attribution;
    expect(facts).toMatchObject({
      repository: 'acme/app',
      workflow: 'nightly',
      'run-id': '42',
      attempt: 1,
      actor: 'octocat',
      event: 'push',
      task: 'triage',
      agent: 'codex',
    });
    expect(facts.team).toBeUndefined();
  });

  test('names no agent where the command has yet to show it', () => {
    expect(configOf(WRAP).attribution.facts.agent).toBeUndefined();
  });

  test('is known on a laptop as far as there is a job', () => {
    const { facts } = configOf(WRAP, { environment: ON_A_LAPTOP }).attribution;
    expect(facts).toMatchObject({ repository: undefined, workflow: 'local', event: 'local' });
  });

  test('reaches a meter in the background whole', () => {
    const config = configOf({ mode: 'wrap', background: 'true', attribution: 'tags', task: 'triage' });
    const order = parseOrder(JSON.stringify(orderOf(config, REST)));
    expect(meteringConfigOf(order).attribution).toEqual(JSON.parse(JSON.stringify(config.attribution)));
  });

  test('an order without it starts no meter', () => {
    const { attribution, ...order } = orderOf(configOf({ mode: 'wrap', background: 'true' }), REST);
    expect(attribution.how).toBe('metadata');
    expect(() => parseOrder(JSON.stringify(order))).toThrow(/attribution/);
  });
});
