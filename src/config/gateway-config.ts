/** Who is paid, where, and with which key: from inputs, and from the policy file, which names variables instead of keys. */
import type { Contract } from '../core/contract.js';
import type { Conversion } from '../core/units.js';
import type { BudgetScope, BudgetWindow, HttpMapping, Requirement, ScopeName } from '../ports/gateway.js';
import { policySecret } from './gateway-keys.js';
import { INPUTS, type Mode } from './inputs.js';
import { nearest } from './nearest.js';
import type { Environment } from './run-context.js';
import type { Settings } from './settings.js';

/** What configuration needs to know of a gateway. */
export interface KnownGateway {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly scopeNames?: readonly ScopeName[];
  readonly requires: readonly Requirement[];
  readonly defaultUrl: string | undefined;
}

export interface GatewayConfig {
  /** `undefined`: no gateway was named. */
  readonly id: string | undefined;
  /** Without a trailing slash or `/v1`; `undefined` when neither given nor known. */
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly budgetUrl: string | undefined;
  readonly adminKey: string | undefined;
  /** What the budget belongs to, where the key alone does not say. */
  readonly scope: BudgetScope;
  /** What units are worth, as the policy file says. */
  readonly rates: readonly Conversion[];
  readonly contract: Contract | undefined;
  readonly windows: readonly BudgetWindow[];
  readonly mapping: HttpMapping | undefined;
}

export interface GatewaySources {
  readonly gateways: readonly KnownGateway[];
  readonly environment: Environment;
  /** Called for every secret, before it is used for anything. */
  readonly onSecret: (value: string) => void;
  /** What is missing is a fault only where this mode would use it; `undefined`: nothing is run. */
  readonly mode: Mode | undefined;
}

export function readGateway(settings: Settings, sources: GatewaySources): GatewayConfig {
  const policy = settings.policy?.gateway;
  const named = settings.value('gateway') ?? policy?.id;
  const known = sources.gateways.find(
    (gateway) => named !== undefined && [gateway.id, ...(gateway.aliases ?? [])].includes(named),
  );
  if (named !== undefined && known === undefined) noteUnknown(settings, named, sources.gateways);
  const url = settings.value('gateway-url') ?? policyUrl(settings, sources) ?? known?.defaultUrl;
  const budgetUrl = settings.value('budget-url') ?? parsedUrl(settings, policy?.['budget-url']);
  return {
    id: known?.id,
    url: url === undefined ? undefined : baseUrl(url),
    key: settings.value('gateway-key') ?? policySecret(settings, 'key-env', known, sources),
    budgetUrl: budgetUrl?.replace(/\/+$/, ''),
    adminKey: settings.value('admin-key') ?? policySecret(settings, 'admin-key-env', known, sources),
    scope: readScope(settings, known),
    rates: settings.policy?.rates ?? [],
    contract: readContract(settings, sources.gateways),
    windows: policy?.budgets ?? [],
    mapping: policy?.http,
  };
}

/** The contract under the gateway's own id, whichever of its names it was written with. */
function readContract(settings: Settings, gateways: readonly KnownGateway[]): Contract | undefined {
  const contract = settings.policy?.contract;
  if (contract === undefined) return undefined;
  const known = gateways.find(({ id, aliases = [] }) => [id, ...aliases].includes(contract.gateway));
  if (known !== undefined) return { ...contract, gateway: known.id };
  const suggestion = nearest(
    contract.gateway,
    gateways.map(({ id }) => id),
  );
  const message = `contract.gateway: ${JSON.stringify(contract.gateway)} is not a gateway; the nearest one is \`${suggestion}\`.`;
  settings.fault(settings.place(['contract', 'gateway']), message, suggestion);
  return undefined;
}

function readScope(settings: Settings, known: KnownGateway | undefined): BudgetScope {
  const scope = settings.value('budget-scope') ?? {};
  const names = known?.scopeNames ?? [];
  const example = names.map(({ name, example: value }) => `${name}=${value}`).join(' ');
  for (const name of Object.keys(scope)) {
    if (known === undefined || names.some((candidate) => candidate.name === name)) continue;
    const takes = names.length === 0 ? 'takes no `budget-scope`' : `knows no \`${name}\``;
    settings.fault('budget-scope', `The gateway \`${known.id}\` ${takes}.`, example || 'leave it out');
  }
  return scope;
}

/** A base URL without trailing slashes or `/v1`: that belongs to the paths. */
export function baseUrl(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** Notes what is missing before a budget can be read. */
export function checkBudgetSource(
  settings: Settings,
  gateway: GatewayConfig,
  gateways: readonly KnownGateway[],
): void {
  if (gateway.id === undefined) {
    const isNamed = (settings.value('gateway') ?? settings.policy?.gateway?.id) !== undefined;
    if (settings.value('min-remaining') && !isNamed)
      settings.fault('gateway', '`min-remaining` is given, but no gateway to ask.', 'litellm');
    return;
  }
  const missing: Readonly<Record<Requirement, boolean>> = {
    'gateway-key': gateway.key === undefined && gateway.adminKey === undefined,
    'admin-key': gateway.adminKey === undefined,
    'gateway-url': gateway.url === undefined && gateway.budgetUrl === undefined,
    mapping: gateway.mapping === undefined,
    budgets: gateway.windows.length === 0,
  };
  const known = gateways.find(({ id }) => id === gateway.id);
  for (const need of known?.requires ?? []) {
    const { where, what, example } = REQUIREMENTS[need];
    if (missing[need] && !settings.isFaulty(where) && !isUnsetVariable(settings, need))
      settings.fault(where, `The gateway \`${gateway.id}\` needs ${what}.`, example);
  }
  for (const { name, isRequired, example } of known?.scopeNames ?? []) {
    if (!isRequired || gateway.scope[name] !== undefined || settings.isFaulty('budget-scope')) continue;
    settings.fault(
      'budget-scope',
      `The gateway \`${gateway.id}\` needs to know which ${name}.`,
      `${name}=${example}`,
    );
  }
}

/** The policy file names a variable for it, whose absence is a fault already. */
function isUnsetVariable(settings: Settings, need: Requirement): boolean {
  const gateway = settings.policy?.gateway;
  if (need === 'gateway-key') return gateway?.['key-env'] !== undefined;
  if (need === 'admin-key') return gateway?.['admin-key-env'] !== undefined;
  return need === 'gateway-url' && gateway?.['url-env'] !== undefined;
}

/** A named gateway without an address would have its calls, and its key, go to the providers. */
export function checkUpstream(
  settings: Settings,
  { id, url }: GatewayConfig,
  gateways: readonly KnownGateway[],
): void {
  const known = gateways.find((gateway) => gateway.id === id);
  // Budgets that stand elsewhere (`ledger`, `http`) say nothing of where calls go.
  const isPlace = known?.requires.every((need) => need !== 'budgets' && need !== 'mapping') ?? false;
  if (!isPlace || url !== undefined || settings.isFaulty('gateway-url')) return;
  const { where, what, example } = REQUIREMENTS['gateway-url'];
  const message = `The gateway \`${id}\` needs ${what}: without it, its calls and its key would go to the providers.`;
  settings.fault(where, message, example);
}

const REQUIREMENTS: Readonly<Record<Requirement, { where: string; what: string; example: string }>> = {
  'gateway-key': {
    where: 'gateway-key',
    what: 'a key to read the budget with',
    example: '${{ secrets.LLM_KEY }}',
  },
  'admin-key': {
    where: 'admin-key',
    what: 'an admin key to read the budget with',
    example: '${{ secrets.LLM_ADMIN_KEY }}',
  },
  'gateway-url': { where: 'gateway-url', what: 'its base URL', example: 'https://llm.example.com' },
  mapping: {
    where: 'config',
    what: '`gateway.http` in the policy file',
    example: 'gateway: { id: http, http: { url: https://…, unit: USD, remaining: /data/left } }',
  },
  budgets: {
    where: 'config',
    what: '`gateway.budgets` in the policy file',
    example: 'gateway: { id: ledger, budgets: [{ limit: 50 USD, period: month }] }',
  },
};

function noteUnknown(settings: Settings, id: string, gateways: readonly KnownGateway[]): void {
  const ids = gateways.map((gateway) => gateway.id);
  const suggestion = nearest(id, ids);
  const message = `${JSON.stringify(id)} is not a gateway; the nearest one is \`${suggestion}\`. Gateways are ${ids.join(', ')}.`;
  const isInput = settings.value('gateway') !== undefined;
  if (isInput) settings.fault('gateway', message, suggestion);
  else settings.fault(settings.place(['gateway', 'id']), message, `id: ${suggestion}`);
}

/** Modes that make calls, or ask a gateway for a budget that they go by. */
const USING: ReadonlySet<Mode | undefined> = new Set<Mode>(['pre', 'wrap', 'verify']);

function policyUrl(settings: Settings, { environment, mode }: GatewaySources): string | undefined {
  const policy = settings.policy?.gateway;
  const variable = policy?.['url-env'];
  if (policy?.url !== undefined || variable === undefined) return parsedUrl(settings, policy?.url);
  const value = environment[variable];
  if (value) return parsedUrl(settings, value);
  if (!USING.has(mode)) return undefined;
  const message = `gateway.url-env names the variable ${variable}, which is not set.`;
  settings.fault(settings.place(['gateway', 'url-env']), message, `env: { ${variable}: … }`);
  return undefined;
}

function parsedUrl(settings: Settings, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return settings.attempt(settings.place(['gateway', 'url-env']), 'https://llm.example.com', () =>
    INPUTS['gateway-url'].parse(text),
  );
}
