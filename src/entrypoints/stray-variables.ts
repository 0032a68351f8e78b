/** Variables that look like an input and are none: a misspelt limit would be no limit. */
import { closest, distance } from 'fastest-levenshtein';
import { INPUT_NAMES } from '../config/inputs.js';
import { variableOf } from '../config/resolved.js';
import type { Environment } from '../config/run-context.js';
import { type Finding, finding } from '../core/findings.js';

const PREFIX = 'SPENDGATE_';
const KNOWN = INPUT_NAMES.map(variableOf);
/** What is further apart may well be somebody's own, such as `SPENDGATE_HALT`; so may a short name that is near to another. */
const MAX_DISTANCE = 2;
const LEAST_LENGTH = PREFIX.length + 6;

export function strayVariables(environment: Environment): Finding[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && name.length >= LEAST_LENGTH && !KNOWN.includes(name))
    .flatMap((name) => {
      const nearest = closest(name, KNOWN);
      if (distance(name, nearest) > MAX_DISTANCE) return [];
      const message = `The variable \`${name}\` stands for no input; the nearest one is \`${nearest}\`.`;
      return [finding('warning', 'configuration', 'Configuration', message)];
    });
}
