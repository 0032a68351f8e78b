/**
 * The policy file: limits and expected ranges per task, in one YAML file beside the workflows.
 * It is checked whole, whichever task runs, and every fault names file, line and a right example.
 */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Contract } from '../core/contract.js';
import { AppError, type Fault } from '../core/errors.js';
import { type Conversion, type Unit, unitName } from '../core/units.js';
import type { BudgetWindow, HttpMapping } from '../ports/gateway.js';
import { contractSchema, toContract } from './contract-block.js';
import { INPUT_NAMES, type InputName, inputSpec } from './inputs.js';
import { nearest } from './nearest.js';
import { parseDuration, parseQuantity, parseUsd, readUnit } from './quantity.js';

/** Short names inside `limits` and `expect`, and the inputs they stand for. */
export const LIMIT_KEYS = {
  cost: 'max-cost',
  tokens: 'max-tokens',
  'input-tokens': 'max-input-tokens',
  'output-tokens': 'max-output-tokens',
  'weighted-tokens': 'max-weighted-tokens',
  requests: 'max-requests',
  retries: 'max-retries',
  'consecutive-errors': 'max-consecutive-errors',
  'identical-requests': 'max-identical-requests',
  'cache-misses': 'max-cache-misses',
  subagents: 'max-subagents',
  'subagent-depth': 'max-subagent-depth',
  'subagent-tokens': 'max-subagent-tokens',
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
/** A list stands for lines, a map for lines of `name=value`. */
const setting = z.union([scalar, z.array(scalar), z.record(z.string(), scalar)]).optional();
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
  rates: z.record(z.string(), scalar).optional(),
  contract: contractSchema.optional(),
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
  /** What a unit is worth in dollars, where somebody wrote it down. */
  readonly rates: readonly Conversion[];
  readonly contract: Contract | undefined;
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
  const { gateway = {}, rates = {}, defaults = {}, tasks = {} } = data;
  const policy: Policy = {
    file,
    gateway: readGateway(gateway, source, faults),
    rates: readRates(rates, source, faults),
    contract: data.contract && toContract(data.contract),
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
  const given = new Map<InputName, Path>();
  for (const [name, value, place] of places) {
    if (value === undefined) continue;
    const earlier = given.get(name);
    if (earlier) faults.push(source.twice(path, earlier, place));
    given.set(name, place);
    const text = settingText(name, value);
    const fault = source.check(place, () => inputSpec(name).parse(text), inputSpec(name).example);
    if (fault) faults.push(fault);
    else read.set(name, { text, line: source.line(place) });
  }
  return read;
}

function settingText(name: InputName, value: unknown): string {
  if (Array.isArray(value)) return value.join(name === 'upstream' ? '\n' : ',');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, part]) => `${key}=${part}`)
    .join('\n');
}

function readRateUnit(name: string, known: readonly Conversion[]): Unit {
  const unit = /^usd$/i.test(name) ? 'usd' : readUnit(name, name);
  if (unit === 'usd' || known.some((other) => other.unit === unit))
    throw new AppError('bad-value', unit === 'usd' ? 'A dollar is a dollar.' : `${name} has a rate already.`);
  return unit;
}

function parseRate(text: string): number {
  const nanoUsd = parseUsd(text);
  if (nanoUsd > 0) return nanoUsd;
  throw new AppError('bad-quantity', 'A rate must be above zero.', { hint: '1.08 USD' });
}

/** `EUR: 1.08 USD`: what one of a unit is worth. Nothing is ever converted without such a line. */
function readRates(
  rates: Readonly<Record<string, string | number | boolean>>,
  source: PolicySource,
  faults: Fault[],
): Conversion[] {
  const conversions: Conversion[] = [];
  for (const [name, value] of Object.entries(rates)) {
    const fault = source.check(
      ['rates', name],
      () => {
        const unit = readRateUnit(name, conversions);
        const says = `${source.place(['rates', name])} says 1 ${name} is ${value}`;
        conversions.push({ unit, nanoUsdPerUnit: parseRate(String(value)), source: says });
      },
      'rates: { EUR: 1.08 USD }',
    );
    if (fault) faults.push(fault);
  }
  return conversions;
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
    const example = '{ limit: 50 USD, period: month }';
    let window: Pick<BudgetWindow, 'unit' | 'limit'> | undefined;
    const found = [
      source.check(
        [...place, 'limit'],
        () => {
          window = parseWindowLimit(String(limit));
        },
        example,
      ),
      source.check([...place, 'period'], () => parsePeriod(period), example),
    ].filter((fault) => fault !== undefined);
    faults.push(...found);
    if (window && found.length === 0) windows.push({ ...window, period: parsePeriod(period) });
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

function parseWindowLimit(limit: string): Pick<BudgetWindow, 'unit' | 'limit'> {
  const { unit = 'usd', value } = parseQuantity(limit);
  if (unit !== 'usd' && unit !== 'tokens')
    throw new AppError('bad-quantity', `A budget is in USD or tokens, not in ${unitName(unit)}.`);
  const amount = unit === 'usd' && parseQuantity(limit).unit === undefined ? Math.round(value * 1e9) : value;
  return { unit, limit: amount };
}

function parsePeriod(period: string): BudgetWindow['period'] {
  const calendar = (['day', 'week', 'month'] as const).find((name) => name === period);
  if (calendar !== undefined) return calendar;
  if (/^\d/.test(period.trim())) return { rollingMs: parseDuration(period) };
  throw new AppError('bad-duration', `${JSON.stringify(period)} is neither day, week, month nor a duration.`);
}

const BLOCK_EXAMPLES: Readonly<Record<string, string>> = {
  version: 'version: 1',
  gateway: 'gateway: { id: litellm, url-env: LLM_GATEWAY_URL }',
  rates: 'rates: { EUR: 1.08 USD }',
  contract: 'contract: { gateway: litellm, verified-at: 2026-11-22, enforcement: hard, lag: 15s }',
  defaults: 'defaults: { min-remaining: 5 USD }',
  tasks: 'tasks: { triage: { limits: { cost: 2 USD } } }',
};

const TASK = /^(?:defaults|tasks\/[^/]+)$/;
const KNOWN_KEYS: readonly (readonly [at: RegExp, keys: readonly string[]])[] = [
  [/^$/, Object.keys(policySchema.shape)],
  [/^gateway$/, Object.keys(gatewaySchema.shape)],
  [/^contract$/, Object.keys(contractSchema.shape)],
  [/^contract\/exhaustion$/, ['status', 'code', 'looks-like']],
  [/^gateway\/budgets\/\d+$/, ['limit', 'period']],
  [/^gateway\/http$/, ['url', 'headers', 'unit', 'limit', 'used', 'remaining', 'resets-at']],
  [/\/limits$/, Object.keys(LIMIT_KEYS)],
  [/\/expect$/, Object.keys(EXPECT_KEYS)],
  [TASK, Object.keys(taskSchema.shape)],
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
      return { where: this.place(path), message: `${path.join('.')}: ${error.message}`, example };
    }
  }

  /** Two keys that stand for one input: nobody could tell which of them holds. */
  twice(block: Path, first: Path, second: Path): Fault {
    const name = (place: Path) => `\`${place.slice(block.length).join('.')}\``;
    const said = (place: Path) => `${name(place)} in line ${this.line(place)}`;
    return {
      where: this.place(second),
      message: `${block.join('.')}: ${said(first)} and ${said(second)} are the same setting.`,
      example: `${name(first)} or ${name(second)}, not both`,
    };
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
    for (const whole of keys) {
      // Part of a list's entry takes the entry along, so that the other entries can still be read.
      const item = whole.findIndex((part) => typeof part === 'number');
      const path = item === -1 ? whole : whole.slice(0, item + 1);
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
      const [top = 'version'] = issue.path;
      const example = BLOCK_EXAMPLES[String(top)] ?? 'see the README, section "Policy file".';
      return [{ where: this.place(issue.path), message: `${name}: ${issue.message}.`, example }];
    }
    return issue.keys.map((key) => this.#unknownKey(key, issue.path));
  }

  #unknownKey(key: string, path: Path): Fault {
    const at = path.map((part) => String(part).replaceAll('/', ':')).join('/');
    const where = this.place([...path, key]);
    const input = INPUT_NAMES.find((name) => name === key);
    const { workflowOnly, secret, example } = input ? inputSpec(input) : {};
    const isNot = `\`${key}\` is not a key${path.length > 0 ? ` of \`${path.join('.')}\`` : ''}`;
    if (workflowOnly !== undefined && TASK.test(at))
      return { where, message: `${isNot}: ${workflowOnly}.`, example: `with: { ${key}: ${example} }` };
    if (secret) {
      const message = `\`${key}\` is a secret, and secrets do not stand in a file.`;
      return { where, message, example: 'gateway: { key-env: LLM_KEY }' };
    }
    const suggestion = nearest(key, KNOWN_KEYS.find(([block]) => block.test(at))?.[1] ?? []);
    return {
      where,
      message: `${isNot}; the nearest one is \`${suggestion}\`.`,
      example: `${suggestion}: …`,
    };
  }

  /** `file:line` of a path. */
  place(path: Path): string {
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
