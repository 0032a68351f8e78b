/**
 * What an override may change: amounts, namely how much a run may use and what is expected of it. It must not change who is
 * paid (`gateway`, `upstream`, `team`), what runs (`run`, `agent`), how use is measured (`token-weights`, `minutes-price`,
 * `reconcile-wait`), who is told (comments, checks, webhooks, `alert-at`), or which gate is asked (`gate`): none of these is
 * a limit, and each would let a decision about an amount become another one. Nor what a guard does when it finds something
 * (`on-…`, `block-for`, `kill-switch`, `observe`): whoever may start a run could switch off what holds runs back, and
 * nobody could say any more which limit was raised to what. A new input is none of these until it is named here.
 */

import { LIMITS_INPUTS } from './inputs/limits.js';
import { INPUT_NAMES, type InputName, inputSpec } from './inputs.js';

const AMOUNTS: ReadonlySet<string> = new Set([
  ...Object.keys(LIMITS_INPUTS).filter((name) => name !== 'token-weights'),
  'min-remaining',
  'reruns-per-commit',
  'expect-input-tokens',
  'expect-output-tokens',
  'expect-cost',
  'expect-requests',
  'max-drift',
]);

export const OVERRIDABLE: readonly InputName[] = INPUT_NAMES.filter(
  (name) => AMOUNTS.has(name) && !inputSpec(name).workflowOnly && !inputSpec(name).secret,
);

/** Why any other setting is no part of an override, as the end of a sentence. */
export const NOT_OVERRIDABLE =
  'an override changes how much a run may use, not who is paid, what runs, how it is measured, who is told, what a guard does or whether limits hold at all';
