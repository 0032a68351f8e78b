/** The shape of the policy file. Keys of a task are inputs; the JSON Schema for editors follows from this. */
import { z } from 'zod';
import { MAX_NAME, MAX_REASON } from '../core/override.js';
import { contractSchema } from './contract-block.js';
import { INPUT_NAMES, type InputName, inputSpec } from './inputs.js';
import { OVERRIDABLE } from './overridable.js';

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
export const SETTING_NAMES = INPUT_NAMES.filter(
  (name) => !inputSpec(name).workflowOnly && !inputSpec(name).secret,
);

const optionalKeys = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, setting]));
export const taskSchema = z.strictObject({
  ...optionalKeys(SETTING_NAMES),
  limits: z.strictObject(optionalKeys(Object.keys(LIMIT_KEYS))).optional(),
  expect: z.strictObject(optionalKeys(Object.keys(EXPECT_KEYS))).optional(),
});
const overridable = {
  reason: z
    .string({ error: 'an override says why, for those who read the report' })
    .trim()
    .min(1)
    .max(MAX_REASON),
  until: z.string({
    error: 'an override needs an end, a date or an ISO time with its zone: it ends by itself',
  }),
  ...optionalKeys(OVERRIDABLE),
  limits: z.strictObject(optionalKeys(Object.keys(LIMIT_KEYS))).optional(),
  expect: z.strictObject(optionalKeys(Object.keys(EXPECT_KEYS))).optional(),
};
/** By `workflow_dispatch`: the task is that of the step, and who decided is who started the run. */
export const dispatchSchema = z.strictObject(overridable);
export const overrideSchema = z.strictObject({
  task: z.union([z.string(), z.array(z.string()).min(1)], {
    error: 'an override names its task, or a list of tasks',
  }),
  by: z.string({ error: 'an override says who decided' }).trim().min(1).max(MAX_NAME),
  ...overridable,
});
export const gatewaySchema = z.strictObject({
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
  extends: z.string().optional(),
  gateway: gatewaySchema.optional(),
  rates: z.record(z.string(), scalar).optional(),
  contract: contractSchema.optional(),
  defaults: taskSchema.optional(),
  tasks: z.record(z.string(), taskSchema).optional(),
  overrides: z.array(overrideSchema).optional(),
});

/** For reading on, so that all faults are found, when what must be there is missing. */
export const LENIENT_POLICY = policySchema.extend({
  overrides: z.array(overrideSchema.partial()).optional(),
});
export const LENIENT_DISPATCH = dispatchSchema.partial();
