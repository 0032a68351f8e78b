/** Inputs as flags of the command line, and the variables that stand in for them. */
import { Option } from 'commander';
import { type InputName, inputSpec, SWITCHES } from '../config/inputs.js';
import { variableOf } from '../config/resolved.js';
import type { Environment } from '../config/run-context.js';

/** Where another default holds than in a workflow. */
const OWN_DEFAULTS: Partial<Record<InputName, string>> = { 'github-token': 'the variable GITHUB_TOKEN' };

export function optionFor(name: InputName): Option {
  const spec = inputSpec(name);
  const shown = OWN_DEFAULTS[name] ?? spec.default;
  const fallback = shown === undefined ? '' : ` Default: ${shown.replaceAll('`', '')}.`;
  return new Option(
    `--${name} ${SWITCHES.has(name) ? '[true|false]' : '<value>'}`,
    `${spec.description.replaceAll('`', '')}${fallback}`,
  );
}

/** What was given, and whether a variable said it; `undefined` when nobody did. */
export function givenAs(
  name: InputName,
  options: Readonly<Record<string, unknown>>,
  environment: Environment,
): { readonly value: string; readonly isVariable: boolean } | undefined {
  const flag = options[name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
  if (flag !== undefined) return { value: String(flag), isVariable: false };
  const value = environment[variableOf(name)];
  return value === undefined ? undefined : { value, isVariable: true };
}

/** In another CI the token that is there anyway will do. */
export function githubToken(environment: Environment): string | undefined {
  return environment['SPENDGATE_GITHUB_TOKEN'] ?? environment['GITHUB_TOKEN'];
}
