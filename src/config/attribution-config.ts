/** Whose this run is, and how its gateway is told. */
import { type Attribution, attributionOf } from '../core/attribution.js';
import type { AttributionStyle } from '../ports/gateway.js';
import type { RunContext } from './run-context.js';
import type { Settings } from './settings.js';

export interface AttributionConfig {
  readonly how: AttributionStyle | 'off';
  /** For the record too, whatever the gateway is told. */
  readonly facts: Attribution;
}

export function readAttribution(settings: Settings, context: RunContext): AttributionConfig {
  const agent = settings.value('agent');
  const named = agent === 'auto' ? undefined : agent;
  return {
    how: settings.value('attribution') ?? 'metadata',
    facts: attributionOf(context, { task: settings.task, team: settings.value('team'), agent: named }),
  };
}
