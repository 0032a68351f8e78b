/** What holds for a task and who said it, as rows: for `spendgate config`. Secrets are only set or not set. */

import { type Position, renderPosition } from '../core/findings.js';
import { renderUsdPlain } from '../core/money.js';
import { renderUntil } from '../core/override.js';
import { renderAmount, unitName } from '../core/units.js';
import type { BudgetWindow } from '../ports/gateway.js';
import type { GatewayConfig } from './gateway-config.js';
import { INPUT_NAMES, type InputName, inputSpec } from './inputs.js';
import type { GatewayPolicy } from './policy-gateway.js';
import type { Held, Settings } from './settings.js';

export type OriginKind =
  | 'flag'
  | 'variable'
  | 'override'
  | 'task'
  | 'defaults'
  | 'gateway'
  | 'contract'
  | 'rates'
  | 'built-in';

export interface RowOrigin {
  readonly kind: OriginKind;
  /** For people: `task .github/spendgate.yml:7`. */
  readonly text: string;
  /** Where it stands in a policy file. */
  readonly position: Position | undefined;
}

export interface ResolvedRow {
  /** Name of an input, or of a part of the policy file that is none. */
  readonly setting: string;
  /** `undefined` when nobody set it and nothing is built in. */
  readonly value: string | undefined;
  readonly origin: RowOrigin | undefined;
  /** What holds when the override that says this has ended; left out where none does. */
  readonly beneath?: ResolvedRow;
}

/** What `spendgate config` shows: all that a task may set, and the keys. */
export const SHOWN_NAMES: readonly InputName[] = INPUT_NAMES.filter((name) => {
  const { workflowOnly, modes } = inputSpec(name);
  return !workflowOnly && !modes.every((mode) => mode === 'verify');
});

export interface ResolvedSources {
  readonly settings: Settings;
  /** Read from the same settings. */
  readonly gateway: GatewayConfig;
  /** Inputs that came as variables of the environment; the others came as flags. */
  readonly fromVariables: ReadonlySet<InputName>;
}

export function resolveRows(sources: ResolvedSources): ResolvedRow[] {
  return [...SHOWN_NAMES.map((name) => rowOf(name, sources)), ...blockRows(sources)];
}

function rowOf(name: InputName, sources: ResolvedSources): ResolvedRow {
  const held = sources.settings.held(name);
  const row = rowFrom(name, held, sources);
  if (held?.from !== 'override') return row;
  return { ...row, beneath: rowFrom(name, sources.settings.withoutOverrides(name), sources) };
}

function rowFrom(name: InputName, held: Held | undefined, sources: ResolvedSources): ResolvedRow {
  const { fromVariables } = sources;
  const { secret, default: fallback } = inputSpec(name);
  if (held !== undefined) {
    const origin = originOf(name, held, fromVariables);
    return { setting: name, value: secret ? 'set' : withoutLogin(held.text), origin };
  }
  const written = gatewayRow(name, sources);
  if (written !== undefined) return written;
  if (secret) return { setting: name, value: 'not set', origin: undefined };
  return {
    setting: name,
    value: fallback?.replaceAll('`', ''),
    origin: fallback === undefined ? undefined : BUILT_IN,
  };
}

const BUILT_IN: RowOrigin = { kind: 'built-in', text: 'built-in default', position: undefined };

function originOf(name: InputName, held: Held, fromVariables: ReadonlySet<InputName>): RowOrigin {
  switch (held.from) {
    case 'input':
      return fromVariables.has(name)
        ? { kind: 'variable', text: `variable ${variableOf(name)}`, position: undefined }
        : { kind: 'flag', text: `flag --${name}`, position: undefined };
    case 'override': {
      const { by, until, origin, position } = held.override;
      const text = `override by ${by} until ${renderUntil(until)}, ${origin}`;
      return { kind: 'override', text, position };
    }
    case 'policy': {
      const { block, position } = held;
      return { kind: block, text: `${block} ${renderPosition(position)}`, position };
    }
  }
}

/** The variable that stands in for a flag. */
export function variableOf(name: InputName): string {
  return `SPENDGATE_${name.replaceAll('-', '_').toUpperCase()}`;
}

/** Inputs that the `gateway` block stands in for, and the keys of it that do. */
const BLOCK_KEYS = {
  gateway: ['id'],
  'gateway-url': ['url', 'url-env'],
  'gateway-key': ['key-env'],
  'budget-url': ['budget-url'],
  'admin-key': ['admin-key-env'],
} as const satisfies Partial<Record<InputName, readonly (keyof GatewayPolicy)[]>>;

function gatewayRow(setting: InputName, { settings, gateway }: ResolvedSources): ResolvedRow | undefined {
  const resolved: Readonly<Partial<Record<InputName, string | undefined>>> = {
    gateway: gateway.id,
    'gateway-url': gateway.url && withoutLogin(gateway.url),
    'gateway-key': gateway.key && 'set',
    'budget-url': gateway.budgetUrl && withoutLogin(gateway.budgetUrl),
    'admin-key': gateway.adminKey && 'set',
  };
  const keys = Object.entries(BLOCK_KEYS).find(([name]) => name === setting)?.[1] ?? [];
  const block = settings.policy?.gateway;
  const key = keys.find((candidate) => block?.[candidate] !== undefined);
  const value = resolved[setting];
  if (key === undefined)
    return value === undefined
      ? undefined
      : { setting, value, origin: { ...BUILT_IN, text: 'built-in of the gateway' } };
  const variable = key.endsWith('-env') ? ` (${key} ${block?.[key]})` : '';
  return { setting, value: value ?? 'not set', origin: blockOrigin(settings, ['gateway', key], variable) };
}

function blockOrigin(
  settings: Settings,
  path: readonly ['gateway' | 'contract', ...string[]],
  more = '',
): RowOrigin {
  const position = settings.policy?.position(path);
  const [kind] = path;
  return { kind, text: `${kind} ${settings.place(path)}${more}`, position };
}

/** What the policy file says that no input could. */
function blockRows({ settings, gateway }: ResolvedSources): ResolvedRow[] {
  const { windows, mapping, contract, rates } = gateway;
  const rows: ResolvedRow[] = [];
  if (windows.length > 0) {
    const value = windows.map(renderWindow).join(', ');
    rows.push({ setting: 'gateway.budgets', value, origin: blockOrigin(settings, ['gateway', 'budgets']) });
  }
  if (mapping !== undefined) {
    const origin = blockOrigin(settings, ['gateway', 'http']);
    rows.push({ setting: 'gateway.http', value: withoutLogin(mapping.url), origin });
  }
  if (contract !== undefined) {
    const value = `${contract.gateway}, verified ${contract.verifiedAt}`;
    rows.push({ setting: 'contract', value, origin: blockOrigin(settings, ['contract']) });
  }
  for (const { unit, nanoUsdPerUnit, source } of rates) {
    const [place = ''] = source.split(' says ');
    const origin: RowOrigin = { kind: 'rates', text: `rates ${place}`, position: undefined };
    rows.push({ setting: `rates.${unitName(unit)}`, value: `${renderUsdPlain(nanoUsdPerUnit)} USD`, origin });
  }
  return rows;
}

function renderWindow({ unit, limit, period }: BudgetWindow): string {
  const name = typeof period === 'string' ? period : `${period.rollingMs / 3_600_000} h`;
  return `${renderAmount({ unit, value: limit })} per ${name}`;
}

/** A URL may carry a name and a password. */
function withoutLogin(text: string): string {
  return text.replace(/:\/\/[^/\s@]*@/g, '://***@');
}
