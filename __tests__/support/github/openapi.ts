/**
 * Holds a request against GitHub's own OpenAPI description (`fixtures/github-openapi.json`, cut by `npm run openapi`), so
 * that a fake which answers whatever it is asked cannot hide a request that GitHub would refuse or not understand.
 * Stricter than GitHub in one thing: a query parameter or a body field that it does not name is a fault, since GitHub
 * would pass over it in silence.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Json;
  readonly 'x-multi-segment'?: boolean;
}

interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Json }>>;
  };
}

interface Template {
  readonly path: string;
  readonly pattern: RegExp;
  readonly operations: Readonly<Record<string, Operation>>;
}

interface Checks {
  readonly operation: Operation;
  readonly parameters: ValidateFunction;
  readonly body: ValidateFunction | undefined;
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const FIXTURE = new URL('../../fixtures/github-openapi.json', import.meta.url);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const GRAPHQL = [
  /\bviewer\s*\{\s*login\s*\}/,
  /\bminimizeComment\s*\(/,
  /\btimelineItems\(last: \d+, itemTypes: \[CLOSED_EVENT, REOPENED_EVENT\]\)/,
];

const templates = readTemplates();
const compiled = new Map<Operation, Checks>();
const formats = {
  'date-time': (text: string) => INSTANT.test(text) && Number.isFinite(Date.parse(text)),
  int64: { type: 'number', validate: Number.isSafeInteger },
} as const;
/** What stands in an address is text: numbers and truth values are read out of it first. */
const ajvOfText = new Ajv({ strict: false, allErrors: true, coerceTypes: 'array', formats });
const ajvOfJson = new Ajv({ strict: false, allErrors: true, formats });

/**
 * @param path without query
 * @param body as it was sent: empty for none
 * @returns what GitHub would not take, a line each
 */
export function validateRequest(
  method: string,
  path: string,
  query: URLSearchParams,
  body: string,
): string[] {
  const request = `${method} ${path}`;
  const json = parseJson(body);
  if (json === undefined) return [`${request}: the body is not JSON`];
  const faults = path === '/graphql' ? graphqlFaults(method, json) : restFaults(method, path, query, json);
  return faults.map((fault) => `${request}: ${fault}`);
}

function restFaults(method: string, path: string, query: URLSearchParams, body: Json): string[] {
  const matching = templates.filter(({ pattern }) => pattern.test(path));
  const template = matching.find(({ operations }) => method.toLowerCase() in operations);
  const operation = template?.operations[method.toLowerCase()];
  if (template === undefined || operation === undefined)
    return ['no such route of GitHub, or none that scripts/openapi.ts lists'];
  const checks = checksOf(operation);
  const parameters = { ...pathParameters(template, path), ...Object.fromEntries(query) };
  const repeated = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  return [
    ...repeated.map((name) => `query ${name} stands there more than once`),
    ...(checks.parameters(parameters) ? [] : describe('parameter', checks.parameters)),
    ...bodyFaults(checks, body),
  ];
}

function bodyFaults({ operation, body: check }: Checks, body: Json): string[] {
  if (check === undefined) return body === null ? [] : ['a body, where GitHub takes none'];
  if (body === null) return operation.requestBody?.required ? ['no body'] : [];
  return check(body) ? [] : describe('body', check);
}

function graphqlFaults(method: string, body: Json): string[] {
  if (method !== 'POST' || !isObject(body)) return ['GraphQL takes a POST with an object'];
  const unknown = Object.keys(body).filter((name) => !['query', 'variables', 'operationName'].includes(name));
  const query = String(body['query'] ?? '');
  return [
    ...unknown.map((name) => `GraphQL knows no field ${name}`),
    ...(GRAPHQL.some((known) => known.test(query)) ? [] : [`not a known query: ${query.slice(0, 80)}`]),
  ];
}

function pathParameters({ path: template, pattern }: Template, path: string): Record<string, string> {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const values = pattern.exec(path)?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]));
}

function checksOf(operation: Operation): Checks {
  const known = compiled.get(operation);
  if (known) return known;
  const parameters = operation.parameters.filter((one) => one.in !== 'header');
  const schema = operation.requestBody?.content['application/json']?.schema;
  const checks = {
    operation,
    parameters: ajvOfText.compile({
      type: 'object',
      properties: Object.fromEntries(parameters.map((one) => [one.name, adaptText(one.schema)])),
      required: parameters.filter(({ required }) => required).map(({ name }) => name),
      additionalProperties: false,
    }),
    body: schema === undefined ? undefined : ajvOfJson.compile(adapt(schema)),
  };
  compiled.set(operation, checks);
  return checks;
}

/** A number in an address is a text as well: which of the two is meant, nobody can see. */
function adaptText(schema: Json): AnySchema {
  if (!isObject(schema) || !('oneOf' in schema)) return adapt(schema);
  const { oneOf = null, ...rest } = schema;
  return adapt({ ...rest, anyOf: oneOf });
}

/** From the dialect of OpenAPI 3.0 to JSON Schema: `nullable`, and objects that take the fields they name and no other. */
function adapt(schema: Json): AnySchema {
  if (!isObject(schema)) return {};
  const { nullable, ...rest } = schema;
  const isClosed = rest['type'] === 'object' && 'properties' in rest;
  const adapted = {
    ...(isClosed ? { additionalProperties: false } : {}),
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, adaptKeyword(name, value)])),
  };
  return nullable === true ? { anyOf: [{ type: 'null' }, adapted] } : adapted;
}

function adaptKeyword(name: string, value: Json): unknown {
  if (['allOf', 'anyOf', 'oneOf'].includes(name) && Array.isArray(value)) return value.map(adapt);
  if (name === 'items') return adapt(value);
  if (name === 'properties' && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, property]) => [key, adapt(property)]));
  return value;
}

function describe(what: string, { errors }: ValidateFunction): string[] {
  return (errors ?? []).map(({ instancePath, message = '', params }: ErrorObject) => {
    const named = params['additionalProperty'] ?? params['allowedValues'];
    return `${what} ${instancePath} ${message}${named === undefined ? '' : ` (${String(named)})`}`;
  });
}

function readTemplates(): Template[] {
  const { paths }: { paths: Record<string, Record<string, Operation>> } = JSON.parse(
    readFileSync(FIXTURE, 'utf8'),
  );
  return Object.entries(paths)
    .map(([path, operations]) => ({ path, operations, pattern: patternOf(path, operations) }))
    .sort((one, other) => literals(other.path) - literals(one.path));
}

/** A route without placeholders wins over one that takes the same address with one: `comments` is no issue number. */
function literals(path: string): number {
  return path.replaceAll(/\{\w+\}/g, '').length;
}

function patternOf(path: string, operations: Record<string, Operation>): RegExp {
  const long = Object.values(operations)
    .flatMap(({ parameters }) => parameters)
    .filter((one) => one['x-multi-segment']);
  const isLong = (name: string) => long.some((one) => one.name === name);
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, (_, name) => (isLong(name) ? '(.+)' : '([^/]+)'))}$`);
}

function parseJson(text: string): Json | undefined {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
