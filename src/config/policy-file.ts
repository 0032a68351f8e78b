/**
 * The policy file: limits and expected ranges per task, in one YAML file beside the workflows.
 * It is checked whole, whichever task runs, and every fault names file, line and a right example.
 */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError, type Fault } from '../core/errors.js';
import type { BudgetWindow, HttpMapping } from '../ports/gateway.js';
import { INPUT_NAMES, type InputName, inputSpec } from './inputs.js';
import { nearest } from './nearest.js';
import { parseDuration, parseQuantity } from './quantity.js';

/** Short names inside `limits` and `expect`, and the inputs they stand for. */
export const LIMIT_KEYS = {
  cost: 'max-cost',
  tokens: 'max-tokens',
  'input-tokens': 'max-input-tokens',
  'output-tokens': 'max-output-tokens',
  requests: 'max-requests',
  retries: 'max-retries',
  timeout: 'timeout',
  'request-input-tokens': 'request-max-input-tokens',
  'request-output-tokens': 'request-max-output-tokens',
} as const satisfies Record<string, InputName>;

export const EXPECT_KEYS = {
  'input-tokens': 'expect-input-tokens',
  'output-tokens': 'expect-output-tokens',
  cost: 'expect-cost',
  requests: 'expect-requests',
} as const satisfies Record<string, InputName>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const setting = z.union([scalar, z.array(scalar)]).optional();
const SETTING_NAMES = INPUT_NAMES.filter((name) => !inputSpec(name).workflowOnly && !inputSpec(name).secret);

const optionalKeys = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, setting]));
const taskSchema = z.strictObject({
  ...optionalKeys(SETTING_NAMES),
  limits: z.strictObject(optionalKeys(Object.keys(LIMIT_KEYS))).optional(),
  expect: z.strictObject(optionalKeys(Object.keys(EXPECT_KEYS))).optional(),
});
const gatewaySchema = z.strictObject({
  id: z.string().optional(),
  url: z.string().optional(),
  'url-env': z.string().optional(),
  'key-env': z.string().optional(),
  'budget-url': z.string().optional(),
  'admin-key-env': z.string().optional(),
  budgets: z.array(z.strictObject({ limit: scalar, period: z.string() })).optional(),
  http: z
    .strictObject({
      url: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      unit: z.string(),
      limit: z.string().optional(),
      used: z.string().optional(),
      remaining: z.string().optional(),
      'resets-at': z.string().optional(),
    })
    .optional(),
});
export const policySchema = z.strictObject({
  version: z.literal(1),
  gateway: gatewaySchema.optional(),
  defaults: taskSchema.optional(),
  tasks: z.record(z.string(), taskSchema).optional(),
});

export type GatewayPolicy = Omit<z.infer<typeof gatewaySchema>, 'budgets' | 'http'> & {
  readonly budgets: readonly BudgetWindow[];
  readonly http: HttpMapping | undefined;
};

/** One setting as it stands in the file. */
export interface Setting {
  readonly text: string;
  readonly line: number | undefined;
}

export interface Policy {
  readonly file: string;
  readonly gateway: GatewayPolicy;
  readonly defaults: ReadonlyMap<InputName, Setting>;
  readonly tasks: ReadonlyMap<string, ReadonlyMap<InputName, Setting>>;
}

type Path = readonly PropertyKey[];

/** The policy, or everything that is wrong with it. */
export function parsePolicy(text: string, file: string): { policy: Policy } | { faults: Fault[] } {
  const source = new PolicySource(text, file);
  const syntax = source.syntaxFaults();
  if (syntax.length > 0) return { faults: syntax };
  const faults: Fault[] = [];
  const data = source.read(faults);
  if (data === undefined) return { faults };
  const { gateway = {}, defaults = {}, tasks = {} } = data;
  const policy: Policy = {
    file,
    gateway: readGateway(gateway, source, faults),
    defaults: readTask(defaults, ['defaults'], source, faults),
    tasks: new Map(
      Object.entries(tasks).map(([name, task]) => [name, readTask(task, ['tasks', name], source, faults)]),
    ),
  };
  return faults.length > 0 ? { faults } : { policy };
}

function readTask(
  task: z.infer<typeof taskSchema>,
  path: Path,
  source: PolicySource,
  faults: Fault[],
): Map<InputName, Setting> {
  const { limits = {}, expect = {}, ...settings } = task;
  const places: [InputName, unknown, Path][] = [
    ...SETTING_NAMES.map((name): [InputName, unknown, Path] => [
      name,
      (settings as Record<string, unknown>)[name],
      [...path, name],
    ]),
    ...shortNames(limits, LIMIT_KEYS, [...path, 'limits']),
    ...shortNames(expect, EXPECT_KEYS, [...path, 'expect']),
  ];
  const read = new Map<InputName, Setting>();
  for (const [name, value, place] of places) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(name === 'upstream' ? '\n' : ',') : String(value);
    const fault = source.check(place, () => inputSpec(name).parse(text), inputSpec(name).example);
    if (fault) faults.push(fault);
    else read.set(name, { text, line: source.line(place) });
  }
  return read;
}

function shortNames(
  block: Record<string, unknown>,
  names: Record<string, InputName>,
  path: Path,
): [InputName, unknown, Path][] {
  return Object.entries(names).map(([short, name]) => [name, block[short], [...path, short]]);
}

function readGateway(
  gateway: z.infer<typeof gatewaySchema>,
  source: PolicySource,
  faults: Fault[],
): GatewayPolicy {
  const { budgets = [], http, ...rest } = gateway;
  const windows: BudgetWindow[] = [];
  for (const [index, { limit, period }] of budgets.entries()) {
    const place = ['gateway', 'budgets', index];
    const fault = source.check(
      [...place, 'limit'],
      () => windows.push(parseWindow(String(limit), period)),
      '{ limit: 50 USD, period: month }',
    );
    if (fault) faults.push(fault);
  }
  const mapping = http && {
    url: http.url,
    headers: http.headers ?? {},
    unit: http.unit,
    limit: http.limit,
    used: http.used,
    remaining: http.remaining,
    resetsAt: http['resets-at'],
  };
  return { ...rest, budgets: windows, http: mapping };
}

function parseWindow(limit: string, period: string): BudgetWindow {
  const { unit = 'usd', value } = parseQuantity(limit);
  if (unit !== 'usd' && unit !== 'tokens')
    throw new AppError('bad-quantity', `A budget is in USD or tokens, not in ${unit}.`);
  const amount = unit === 'usd' && parseQuantity(limit).unit === undefined ? Math.round(value * 1e9) : value;
  const calendar = (['day', 'week', 'month'] as const).find((name) => name === period);
  return { unit, limit: amount, period: calendar ?? { rollingMs: parseDuration(period) } };
}

const KNOWN_KEYS: readonly (readonly [at: RegExp, keys: readonly string[]])[] = [
  [/^$/, Object.keys(policySchema.shape)],
  [/^gateway$/, Object.keys(gatewaySchema.shape)],
  [/^gateway\/budgets\/\d+$/, ['limit', 'period']],
  [/^gateway\/http$/, ['url', 'headers', 'unit', 'limit', 'used', 'remaining', 'resets-at']],
  [/\/limits$/, Object.keys(LIMIT_KEYS)],
  [/\/expect$/, Object.keys(EXPECT_KEYS)],
  [/^(?:defaults|tasks\/[^/]+)$/, Object.keys(taskSchema.shape)],
];

/** The text with its positions: turns paths into `file:line`. */
class PolicySource {
  readonly document: Document;
  readonly #file: string;
  readonly #lines = new LineCounter();

  constructor(text: string, file: string) {
    this.#file = file;
    this.document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  /** Line of the key at a path, counted from 1. */
  line(path: Path): number | undefined {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const offset = this.#keyOffset(path.slice(0, depth));
      if (offset !== undefined) return this.#lines.linePos(offset).line;
    }
    return undefined;
  }

  /** A fault when the check throws an error of the user's making. */
  check(path: Path, run: () => unknown, example: string): Fault | undefined {
    try {
      run();
      return undefined;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { where: this.#where(path), message: `${path.join('.')}: ${error.message}`, example };
    }
  }

  /** The file's data without the parts that are wrong, which become faults; `undefined` when nothing is left to read. */
  read(faults: Fault[]): z.infer<typeof policySchema> | undefined {
    const parsed = policySchema.safeParse(this.document.toJS());
    if (parsed.success) return parsed.data;
    const { issues } = parsed.error;
    faults.push(...issues.flatMap((issue) => this.issueFaults(issue)));
    if (issues.some(({ path }) => path.length === 0 && !isMap(this.document.contents))) return undefined;
    for (const issue of issues) this.#remove(issue);
    return policySchema.safeParse(this.document.toJS()).data;
  }

  #remove(issue: z.core.$ZodIssue): void {
    const keys =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const path of keys) {
      if (path.length === 1 && path[0] === 'version') this.document.set('version', 1);
      else if (path.length > 0 && this.document.hasIn(path)) this.document.deleteIn(path);
    }
  }

  syntaxFaults(): Fault[] {
    return this.document.errors.map(({ message, pos }) => ({
      where: `${this.#file}:${this.#lines.linePos(pos[0]).line}`,
      message: `This is not YAML: ${message}.`,
      example: 'version: 1',
    }));
  }

  issueFaults(issue: z.core.$ZodIssue): Fault[] {
    if (issue.code !== 'unrecognized_keys') {
      const name = issue.path.join('.') || 'the file';
      const example =
        issue.path.length === 0 || issue.path[0] === 'version'
          ? 'version: 1'
          : 'see the README, section "Policy file".';
      return [{ where: this.#where(issue.path), message: `${name}: ${issue.message}.`, example }];
    }
    return issue.keys.map((key) => this.#unknownKey(key, issue.path));
  }

  #unknownKey(key: string, path: Path): Fault {
    const known =
      KNOWN_KEYS.find(([at]) =>
        at.test(path.map((part) => String(part).replaceAll('/', ':')).join('/')),
      )?.[1] ?? [];
    const isSecret = INPUT_NAMES.some((name) => name === key && inputSpec(name).secret);
    const suggestion = nearest(key, known);
    const message = isSecret
      ? `\`${key}\` is a secret, and secrets do not stand in a file.`
      : `\`${key}\` is not a key${path.length > 0 ? ` of \`${path.join('.')}\`` : ''}; the nearest one is \`${suggestion}\`.`;
    return {
      where: this.#where([...path, key]),
      message,
      example: isSecret ? 'gateway: { key-env: LLM_KEY }' : `${suggestion}: …`,
    };
  }

  #where(path: Path): string {
    return `${this.#file}:${this.line(path) ?? 1}`;
  }

  #keyOffset(path: Path): number | undefined {
    const parent = path.length === 1 ? this.document.contents : this.document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    }
    const node = this.document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }
}
