/** Keys that the policy file names by variables: which mode needs which, and what it means that one is not set. */
import type { GatewaySources, KnownGateway } from './gateway-config.js';
import type { Mode } from './inputs.js';
import { parseKey } from './parsers.js';
import type { Settings } from './settings.js';

type KeyVariable = 'key-env' | 'admin-key-env';

/** A key that the policy file names by its variable. Where it is needed and not set, nothing else may take its place. */
export function policySecret(
  settings: Settings,
  name: KeyVariable,
  known: Pick<KnownGateway, 'requires'> | undefined,
  { environment, onSecret, mode }: GatewaySources,
): string | undefined {
  const variable = settings.policy?.gateway?.[name];
  const text = variable === undefined ? undefined : environment[variable];
  const value = text?.trim();
  if (text && value) {
    // It is used without the blanks around it.
    for (const form of new Set([text, value])) onSecret(form);
    const example = 'a key of one line';
    return settings.attempt(settings.place(['gateway', name]), example, () => parseKey(value));
  }
  if (variable === undefined || !isKeyUsed(settings, name, known, mode)) return undefined;
  const why = mode === 'wrap' ? ': without it the meter would pass on whatever key the agent has' : '';
  const message = `gateway.${name} names the variable ${variable}, which is not set${why}.`;
  const example = `env: { ${variable}: '\${{ secrets.${variable} }}' }`;
  settings.fault(settings.place(['gateway', name]), message, example);
  return undefined;
}

/**
 * Calls are made with the one key; budgets are read with both, where the gateway has a page that takes them. `wrap` only looks
 * again at what `pre` has read, and does with less: the step of the agent need not hold an admin key.
 */
function isKeyUsed(
  settings: Settings,
  name: KeyVariable,
  known: Pick<KnownGateway, 'requires'> | undefined,
  mode: Mode | undefined,
): boolean {
  if (name === 'key-env' && (mode === 'wrap' || mode === 'verify')) return true;
  if (mode !== 'pre' && mode !== 'verify') return false;
  const own = name === 'key-env' ? 'gateway-key' : 'admin-key';
  const needs = known?.requires ?? [];
  // A gateway whose page takes the key takes an admin key as well, not the other way round.
  if (needs.includes(own) || (own === 'admin-key' && needs.includes('gateway-key'))) return true;
  return (
    needs.includes('mapping') && JSON.stringify(settings.policy?.gateway?.http ?? '').includes(`{${own}}`)
  );
}
