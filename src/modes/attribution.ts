/** What the gateway's upstream is told of the run with each call, and what the agent may not tell it. */
import type { AttributionConfig } from '../config/attribution-config.js';
import type { HeaderPolicy } from '../meter/outgoing-headers.js';
import type { Agent } from '../ports/agent.js';
import type { Gateway } from '../ports/gateway.js';

export interface HeaderPolicySources {
  readonly gateway: Gateway;
  readonly attribution: AttributionConfig;
  /** True where calls are made with the workflow's key: an agent with credentials of its own says what it likes. */
  readonly isOurKey: boolean;
}

/** `undefined` where nothing is said and nothing withheld. */
export function headerPolicy({
  gateway,
  attribution: { how, facts },
  isOurKey,
}: HeaderPolicySources): HeaderPolicy | undefined {
  const told = how === 'off' ? {} : (gateway.attribute?.(facts, how) ?? {});
  const reserved = isOurKey ? gateway.reservedHeaders : undefined;
  const own = new Set(Object.keys(told));
  if (own.size === 0 && reserved === undefined) return undefined;
  const families = reserved?.families ?? [];
  const open = new Set(reserved?.except);
  const isWithheld = (name: string) =>
    own.has(name) || (families.some((family) => name.startsWith(family)) && !open.has(name));
  return {
    added: Object.entries(told).flat(),
    // Some servers take the one for the other.
    withholds: (name) => isWithheld(name.includes('_') ? name.replaceAll('_', '-') : name),
  };
}

/** With the agent that the command shows, where none is named and it shows one. */
export function withSeenAgent<C extends { readonly attribution: AttributionConfig }>(
  config: C,
  agents: readonly Agent[],
  command: string,
): C {
  const { facts } = config.attribution;
  const [seen, ...others] = agents.filter((agent) => agent.detect(command));
  if (facts.agent !== undefined || seen === undefined || others.length > 0) return config;
  return { ...config, attribution: { ...config.attribution, facts: { ...facts, agent: seen.id } } };
}
