/**
 * What an override may change: how much a run may use, and what it means when that was wrong. It must not change who is
 * paid (`gateway`, `upstream`, `team`), what runs (`run`, `agent`), how use is measured (`token-weights`, `minutes-price`),
 * who is told (comments, checks, webhooks), or which gate is asked (`gate`): none of these is a limit, and each would let a
 * decision about an amount become another one. `kill-switch` and `observe` would switch everything off at once, and nobody
 * could say any more which limit was raised to what. A new input is therefore none of these until it is named here.
 */

import { ADMISSION_INPUTS } from './inputs/admission.js';
import { EXPECTATION_INPUTS } from './inputs/expectation.js';
import { LIMITS_INPUTS } from './inputs/limits.js';
import { INPUT_NAMES, type InputName, inputSpec } from './inputs.js';

const GROUPS: ReadonlySet<string> = new Set(
  [LIMITS_INPUTS, ADMISSION_INPUTS, EXPECTATION_INPUTS].flatMap((group) => Object.keys(group)),
);
const ALSO: ReadonlySet<string> = new Set([
  'block-for',
  'reruns-per-commit',
  'on-unpriced',
  'on-fallback',
  'wrap-up',
  'reserve',
]);
const NOT: ReadonlySet<string> = new Set(['kill-switch', 'token-weights']);

export const OVERRIDABLE: readonly InputName[] = INPUT_NAMES.filter(
  (name) =>
    (GROUPS.has(name) || ALSO.has(name)) &&
    !NOT.has(name) &&
    !inputSpec(name).workflowOnly &&
    !inputSpec(name).secret,
);

/** Why any other setting is no part of an override, as the end of a sentence. */
export const NOT_OVERRIDABLE =
  'an override changes how much a run may use, not who is paid, what runs, how it is measured, who is told or whether limits hold at all';
