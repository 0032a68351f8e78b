/**
 * Every input once: name, modes, meaning, example and parser. The action's `action.yml`, the CLI's flags, the README
 * table and the keys a policy file may set all follow from this list.
 */
import { ADMISSION_INPUTS } from './inputs/admission.js';
import { AGENT_INPUTS } from './inputs/agent.js';
import { ALERT_INPUTS } from './inputs/alerts.js';
import { CHECK_INPUTS } from './inputs/check.js';
import { COMMON_INPUTS } from './inputs/common.js';
import { EXPECTATION_INPUTS } from './inputs/expectation.js';
import { GATE_INPUTS } from './inputs/gate.js';
import { GATEWAY_INPUTS } from './inputs/gateway.js';
import { LIMITS_INPUTS } from './inputs/limits.js';
import { OVERRIDE_INPUTS } from './inputs/override.js';
import type { InputSpec } from './inputs/spec.js';
import { SURFACES_INPUTS } from './inputs/surfaces.js';
import { VERIFY_INPUTS } from './inputs/verify.js';
import { parseBoolean } from './parsers.js';

export { type InputSpec, MODES, type Mode, PROBES, type ProbeName } from './inputs/spec.js';

export const INPUTS = {
  ...COMMON_INPUTS,
  ...GATEWAY_INPUTS,
  ...ADMISSION_INPUTS,
  ...AGENT_INPUTS,
  ...LIMITS_INPUTS,
  ...EXPECTATION_INPUTS,
  ...GATE_INPUTS,
  ...SURFACES_INPUTS,
  ...ALERT_INPUTS,
  ...CHECK_INPUTS,
  ...VERIFY_INPUTS,
  ...OVERRIDE_INPUTS,
} as const;

export type InputName = keyof typeof INPUTS;
/** The parsed value of an input; `undefined` when nobody set it. */
export type InputValue<N extends InputName> = ReturnType<(typeof INPUTS)[N]['parse']> | undefined;

export const INPUT_NAMES = Object.keys(INPUTS) as InputName[];

/** The same list without the parsers' types, for code that walks over all inputs. */
export function inputSpec(name: InputName): InputSpec {
  return INPUTS[name];
}

/** Inputs that say yes or no. */
export const SWITCHES: ReadonlySet<InputName> = new Set(
  INPUT_NAMES.filter((name) => inputSpec(name).parse === parseBoolean),
);
