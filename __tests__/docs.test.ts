/** What is generated is up to date, and what is shown works: action.yml, tables, and every example of every page. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { GENERATED_PAGES, renderActionYml, renewPage } from '../scripts/docs-content.js';
import { renderSchema } from '../scripts/policy-json-schema.js';
import { INPUT_NAMES, inputSpec } from '../src/config/inputs.js';
import { OUTPUTS } from '../src/config/outputs.js';
import { parsePolicy } from '../src/config/policy-file.js';
import { recordSchema } from '../src/core/record.js';
import { parseCommandLine } from '../src/entrypoints/command-line.js';
import { codeBlocks, PAGES, readRepositoryFile as read } from './support/pages.js';
import {
  expectKnownInputs,
  expectKnownOutputs,
  keptCredentials,
  keysBehindAgents,
  stepsOf,
  unpinned,
  workflowErrors,
} from './support/workflow-check.js';

test.each<[string, () => string]>([
  ['action.yml', renderActionYml],
  ['schema/spendgate.schema.json', renderSchema],
  ...GENERATED_PAGES.map((page): [string, () => string] => [page, () => renewPage(page, read(page))]),
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

test('every page and example uses the tag that a release of this version moves', () => {
  const [major] = JSON.parse(read('package.json')).version.split('.');
  const examples = readdirSync(new URL('../examples/', import.meta.url)).map((name) => `examples/${name}`);
  const tags = [...PAGES, ...examples].flatMap((page) => [
    ...read(page).matchAll(/spendgate\/spendgate@(v\d+)/g),
  ]);
  expect(new Set(tags.map(([, tag]) => tag))).toEqual(new Set([`v${major}`]));
});

/** What a YAML block shows: a whole workflow, some of its steps, or a policy file. */
type Kind = 'workflow' | 'steps' | 'policy' | 'unknown';

function kindOf(yaml: string): Kind {
  const value: unknown = parse(yaml);
  if (Array.isArray(value)) return 'steps';
  if (typeof value !== 'object' || value === null) return 'unknown';
  return 'jobs' in value ? 'workflow' : 'version' in value ? 'policy' : 'unknown';
}

const snippets = codeBlocks('yaml').map(({ place, text }) => ({ place, yaml: text, kind: kindOf(text) }));
const snippetsOf = (kind: Kind) =>
  snippets.filter((one) => one.kind === kind).map(({ place, yaml }): [string, string] => [place, yaml]);

test('every YAML block of every page is of a kind that is checked', () => {
  expect(snippetsOf('unknown')).toEqual([]);
  for (const kind of ['workflow', 'steps', 'policy'] as const) expect(snippetsOf(kind)).not.toEqual([]);
  expect(PAGES.flatMap((page) => read(page).match(/```ya?ml/g) ?? [])).toHaveLength(snippets.length);
});

const HEAD = 'on: push\njobs:\n  agent:\n    runs-on: ubuntu-latest\n    steps:\n';
const workflows: [string, string][] = [
  ...snippetsOf('workflow'),
  ...snippetsOf('steps').map(([place, yaml]): [string, string] => [
    place,
    HEAD + yaml.replaceAll(/^/gm, '      '),
  ]),
  ...readdirSync(new URL('../.github/workflows', import.meta.url)).map((name): [string, string] => [
    `.github/workflows/${name}`,
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

  test('leaves no token in the workspace, and no key of the gateway behind an agent in a step of its own', () => {
    expect(keptCredentials(yaml)).toEqual([]);
    expect(keysBehindAgents(yaml)).toEqual([]);
  });

  test('pins other actions by SHA, or is an example that shows ours', () => {
    const isExample = /\.md:\d+$/.test(_name) && stepsOf(yaml).ours.length > 0;
    expect(isExample ? [] : unpinned(yaml)).toEqual([]);
  });
});

test('a workflow that another one waits for bears the name that is waited for', () => {
  const examples = readdirSync(new URL('../examples', import.meta.url))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => read(`examples/${name}`));
  const all = [...snippetsOf('workflow').map(([, yaml]) => yaml), ...examples].map((yaml) => parse(yaml));
  const awaited: string[] = all.flatMap((workflow) => workflow?.on?.workflow_run?.workflows ?? []);
  expect(awaited.length).toBeGreaterThan(1);
  expect(awaited.filter((name) => !all.some((workflow) => workflow?.name === name))).toEqual([]);
});

test('the page on the usage record has each of its fields, and no other', () => {
  const rows = read('docs/record.md').match(/^\| `.*?\|/gm) ?? [];
  const fields = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, field = '']) => field));
  expect(fields.toSorted()).toEqual(Object.keys(recordSchema.shape).toSorted());
});

test.each(snippetsOf('policy'))('%s is a right policy file on the day it was written', (place, yaml) => {
  const now = new Date('2026-11-26T12:00:00Z');
  expect(parsePolicy(yaml, place, { now })).toHaveProperty('policy');
  const validate = new Ajv({ strict: false, formats: { date: true } }).compile(
    JSON.parse(read('schema/spendgate.schema.json')),
  );
  expect(validate(parse(yaml)) || validate.errors).toBe(true);
  expect(validate({ version: 1, task: {} })).toBe(false);
});

/** The words of each command, as a shell splits them. */
const commands = codeBlocks('sh').flatMap(({ place, text }) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('spendgate '))
    .map((line): [string, string[]] => [
      `${place}: ${line}`,
      [...line.replace(/ +(?:#|<).*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
        .slice(1)
        .map(([, single, double, plain]) => single ?? double ?? plain ?? ''),
    ]),
);

test.each(commands)('%s is what the command line takes', (_name, words) => {
  const request = parseCommandLine(words, {});
  expect('faults' in request ? request.faults : []).toEqual([]);
});

test('the lock file names no host', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});

test('the scripts that pages name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [
    ...PAGES.map(read)
      .join('')
      .matchAll(/npm run ([\w:]+)/g),
  ].map(([, name]) => name);
  expect(named.filter((name) => name !== undefined && !(name in scripts))).toEqual([]);
});
