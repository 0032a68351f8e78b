/**
 * The JSON Schema of the policy file, for editors: made from the zod schema, with what the inputs say of themselves. It is
 * never stricter than the parsers, except that it takes a value as people write it: one word where one word is meant.
 */
import { z } from 'zod';
import { EXTENDS_EXAMPLE } from '../src/config/extends.js';
import { type InputName, inputSpec } from '../src/config/inputs.js';
import { parseBaseUrl, parseBoolean } from '../src/config/parsers.js';
import { EXPECT_KEYS, LIMIT_KEYS, policySchema, SETTING_NAMES } from '../src/config/policy-schema.js';
import {
  parseCeiling,
  parseCount,
  parseDuration,
  parsePercentage,
  parseQuantity,
  parseUsd,
  parseWait,
} from '../src/config/quantity.js';
import { gateways } from '../src/gateways/index.js';

type Json = Record<string, unknown>;

const ID = 'https://raw.githubusercontent.com/spendgate/spendgate/v1/schema/spendgate.schema.json';
const NUMBER = String.raw`(\d[\d_]*(\.\d+)?|\.\d+)`;
const COUNT = String.raw`^\s*${NUMBER}\s*[kKmMgG]?\s*[A-Za-z]*\s*$`;
const TIME = String.raw`\d+(\.\d+)?\s*([mM][sS]|[smhdwSMHDW])([iI][nN]|[eE][cC])?`;
const MONEY = String.raw`^\s*\$?\s*${NUMBER}\s*[A-Za-z]*(\s+[A-Za-z]+)?\s*$`;
const RANGES: ReadonlySet<string> = new Set(Object.values(EXPECT_KEYS));

/** By parser, what may be written. */
const SHAPES = new Map<unknown, Json>([
  [parseBoolean, { enum: [true, false, 'true', 'false'] }],
  [
    parseCount,
    {
      type: ['integer', 'string'],
      minimum: 0,
      pattern: COUNT,
    },
  ],
  [parseUsd, { type: ['number', 'string'], minimum: 0, pattern: MONEY }],
  [
    parseQuantity,
    { type: ['number', 'string'], minimum: 0, pattern: String.raw`^\s*\$?\s*${NUMBER}[A-Za-z\s-]*$` },
  ],
  [parseDuration, { type: 'string', pattern: `^\\s*${TIME}\\s*$` }],
  [parseWait, { type: ['integer', 'string'], maximum: 0, pattern: `^\\s*(0|${TIME})\\s*[A-Za-z]?\\s*$` }],
  [
    parsePercentage,
    { type: ['number', 'string'], exclusiveMinimum: 0, pattern: String.raw`^\s*\d+(\.\d+)?\s*%?\s*$` },
  ],
  [parseBaseUrl, { type: 'string', pattern: String.raw`^\s*[hH][tT][tT][pP][sS]?://[^?#]+$` }],
  [parseCeiling, { type: ['integer', 'string'], minimum: 1, pattern: COUNT }],
]);

/** Keys that are no inputs, by their place. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  version: 'Version of this format.',
  extends:
    "Defaults of an organisation: a policy file of another repository, `owner/repository/path@commit`, pinned by the commit's full SHA. What stands in this file outranks it.",
  gateway: 'Who meters and bills the calls.',
  'gateway.id': 'Which gateway; see docs/gateways.md.',
  'gateway.url': 'Base URL of the gateway.',
  'gateway.url-env': 'Variable that holds the base URL.',
  'gateway.key-env':
    'Variable that holds the key that calls are made with. Keys themselves do not stand in a file.',
  'gateway.budget-url': 'Where the budget is read, when that is another host.',
  'gateway.admin-key-env': 'Variable that holds the key that the budget is read with.',
  'gateway.budgets':
    'Budgets where the gateway has no usage API: what stands here, minus what spendgate metered.',
  'gateway.budgets.limit': 'In USD or tokens.',
  'gateway.budgets.period': '`day`, `week`, `month`, or a duration such as `30d` for a rolling window.',
  'gateway.http': 'Any JSON usage API, for `id: http`: its URL, headers, unit, and JSON pointers.',
  rates: 'What one of a unit is worth in USD. Nothing is converted without such a line.',
  contract: 'What `spendgate verify` found out about this gateway.',
  defaults: 'Settings of every task that does not say otherwise.',
  tasks: 'Settings by task type; the input `task` selects one.',
  overrides: 'What somebody decided for a task until a day; it ends by itself, and every report shows it.',
  'overrides.task': 'Which tasks it is for: one, or a list.',
  'overrides.by': 'Who decided.',
  'overrides.reason': 'Why, for those who read the report.',
  'overrides.until':
    'When it ends: a date (to its last moment, UTC) or an ISO time with its zone, at most 90 days away.',
  limits: 'Limits of a run by their short names.',
  expect: 'Expected ranges by their short names.',
};

export function renderSchema(): string {
  const schema = z.toJSONSchema(policySchema, { target: 'draft-7', io: 'input' });
  const whole: Json = { $id: ID, title: 'spendgate policy file', ...schema };
  describe(whole, '');
  const { extends: reference, gateway, defaults, tasks, overrides, contract } = propertiesOf(whole);
  Object.assign(reference ?? {}, {
    pattern: String.raw`^[\w.-]+/[\w.-]+/[^@\s]+@[0-9a-f]{40}$`,
    examples: [EXTENDS_EXAMPLE.replace('extends: ', '')],
  });
  Object.assign(propertiesOf(overrides?.['items'])['until'] ?? {}, {
    pattern: String.raw`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$`,
  });
  const ids = gateways.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  for (const block of [propertiesOf(gateway)['id'], propertiesOf(contract)['gateway']])
    Object.assign(block ?? {}, { enum: ids });
  for (const block of [defaults, tasks?.['additionalProperties'], overrides?.['items']]) referToInputs(block);
  return `${JSON.stringify({ ...whole, definitions: definitions() }, null, 2)}\n`;
}

/** Each setting once, where tasks, defaults and overrides refer to. */
function definitions(): Json {
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, settingSchema(name)]));
}

function settingSchema(name: InputName): Json {
  const { description, example, parse, default: fallback } = inputSpec(name);
  const ends = fallback === undefined ? '' : ` Default: ${fallback}.`;
  const examples = example.startsWith('${{') ? {} : { examples: [example] };
  return { description: `${description}${ends}`, ...shapeOf(name, parse), ...examples };
}

function shapeOf(name: InputName, parse: unknown): Json {
  if (RANGES.has(name)) return { type: 'string', pattern: String.raw`\.\.` };
  if (typeof parse === 'function' && 'words' in parse && Array.isArray(parse.words))
    return { type: 'string', enum: parse.words };
  return SHAPES.get(parse) ?? { type: ['string', 'number', 'boolean', 'array', 'object'] };
}

function referToInputs(block: unknown): void {
  const properties = propertiesOf(block);
  for (const name of SETTING_NAMES) setRef(properties, name, name);
  for (const [short, names] of [
    ['limits', LIMIT_KEYS],
    ['expect', EXPECT_KEYS],
  ] as const) {
    const group = properties[short];
    if (group === undefined) continue;
    group['description'] = DESCRIPTIONS[short];
    for (const [key, name] of Object.entries(names)) setRef(propertiesOf(group), key, name);
  }
}

function setRef(properties: Record<string, Json>, key: string, name: InputName): void {
  if (key in properties) properties[key] = { $ref: `#/definitions/${name}` };
}

/** Puts a description on every key that is no input. */
function describe(node: Json, path: string): void {
  for (const [key, child] of Object.entries(propertiesOf(node))) {
    const place = path === '' ? key : `${path}.${key}`;
    const description = DESCRIPTIONS[place];
    if (description !== undefined) child['description'] = description;
    describe(child, place);
    if (isJson(child['items'])) describe(child['items'], place);
  }
}

function propertiesOf(node: unknown): Record<string, Json> {
  const properties = isJson(node) ? node['properties'] : undefined;
  return isJson(properties) ? (properties as Record<string, Json>) : {};
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
