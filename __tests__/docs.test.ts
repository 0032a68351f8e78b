/** What is generated is up to date, and what is shown works: action.yml, the README's tables and every YAML example. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import {
  renderActionYml,
  renderGatewaysPage,
  renewAttributionPage,
  renewReadme,
} from '../scripts/docs-content.js';
import { renderSchema } from '../scripts/policy-json-schema.js';
import { INPUT_NAMES, inputSpec } from '../src/config/inputs.js';
import { OUTPUTS } from '../src/config/outputs.js';
import { parsePolicy } from '../src/config/policy-file.js';
import {
  expectKnownInputs,
  expectKnownOutputs,
  stepsOf,
  unpinned,
  workflowErrors,
} from './support/workflow-check.js';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const readme = read('README.md');
const examplesOf = (page: string): [string, string][] =>
  [...read(page).matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, yaml = '']) => yaml)
    .filter((yaml) => yaml.includes('jobs:'))
    .map((yaml, index) => [`${page} example ${index + 1}`, yaml]);

test.each([
  ['action.yml', renderActionYml],
  ['schema/spendgate.schema.json', renderSchema],
  ['docs/gateways.md', renderGatewaysPage],
  ['docs/attribution.md', () => renewAttributionPage(read('docs/attribution.md'))],
  ['README.md', () => renewReadme(readme)],
])('%s is what `npm run docs` writes', (name, render) => {
  expect(read(name)).toBe(render());
});

test('every input and output is described in whole sentences', () => {
  const descriptions = [
    ...INPUT_NAMES.map((name) => inputSpec(name).description),
    ...Object.values(OUTPUTS).map(({ description }) => description),
  ];
  expect(descriptions.filter((text) => !/^[A-Z`].*\.$/.test(text))).toEqual([]);
});

test.each(INPUT_NAMES)('the example of `%s` is a right value', (name) => {
  const { example, parse: parseInput } = inputSpec(name);
  const filled = example.startsWith('${{') ? 'value' : example;
  expect(() => parseInput(filled)).not.toThrow();
});

const workflows: [string, string][] = [
  ...examplesOf('README.md'),
  ...examplesOf('docs/recipes.md'),
  ...examplesOf('docs/policy.md'),
  ...examplesOf('docs/attribution.md'),
  ...examplesOf('docs/gate.md'),
  ...examplesOf('docs/events.md'),
  ...readdirSync(new URL('../.github/workflows', import.meta.url)).map((name): [string, string] => [
    name,
    read(`.github/workflows/${name}`),
  ]),
];

describe.each(workflows)('%s', (_name, yaml) => {
  test('is a workflow by the rules of GitHub', async () => {
    expect(await workflowErrors(_name, yaml)).toEqual([]);
  });

  test('gives our steps inputs that exist, for a mode that takes them, with values that parse', () => {
    expectKnownInputs(yaml);
  });

  test('uses outputs that its steps set', () => {
    expectKnownOutputs(yaml);
  });

  test('pins other actions by SHA, or is an example that shows ours', () => {
    const isExample = _name.includes(' example ') && stepsOf(yaml).ours.length > 0;
    expect(isExample ? [] : unpinned(yaml)).toEqual([]);
  });
});

test.each(['policy', 'ledger', 'http', 'rates', 'contract'])(
  'the %s example of the README is a valid policy file, for us and for editors',
  (name) => {
    const yaml = new RegExp(`<!-- ${name}:begin -->\n\`\`\`yaml\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? '';
    expect(parsePolicy(yaml, 'README.md')).toHaveProperty('policy');
    const validate = new Ajv({ strict: false, formats: { date: true } }).compile(
      JSON.parse(read('schema/spendgate.schema.json')),
    );
    expect(validate(parse(yaml))).toBe(true);
    expect(validate({ version: 1, task: {} })).toBe(false);
  },
);

test('the policy files of docs/policy.md are right ones, on the day they were written', () => {
  const blocks = [...read('docs/policy.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
  const policies = blocks.filter((yaml) => /^version: 1$/m.test(yaml));
  const now = new Date('2026-11-26T12:00:00Z');
  expect(policies).toHaveLength(3);
  for (const yaml of policies) expect(parsePolicy(yaml, 'docs/policy.md', { now })).toHaveProperty('policy');
});

test('the lock file names no host', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});

test('the commands of README and CONTRIBUTING exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...`${readme}${read('CONTRIBUTING.md')}`.matchAll(/npm run ([\w:]+)/g)].map(
    ([, name]) => name,
  );
  expect(named.filter((name) => name !== undefined && !(name in scripts))).toEqual([]);
});
