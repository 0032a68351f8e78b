/** The overrides that hold for this step, as reports and records have them. */
import { type OverrideRecord, overrideSchema, renderUntil, type TaskOverride } from '../core/override.js';
import { inputSpec } from './inputs.js';
import type { OverrideEntry } from './override-block.js';
import type { Settings } from './settings.js';

export interface OverridesConfig {
  readonly active: readonly TaskOverride[];
  /** Told by the first step of a job alone. */
  readonly expired: readonly TaskOverride[];
  /** When this job decided which of them hold, ISO 8601 UTC; for its later steps. */
  readonly decidedAt: string;
  /** True when later steps have to be told. */
  readonly isNewDecision: boolean;
}

export function readOverridesConfig(settings: Settings): OverridesConfig {
  const { decision, overrides } = settings;
  const active = overrides.active.map((entry) => toOverride(entry, settings));
  const expired = decision.isFirst ? overrides.expired.map((entry) => toOverride(entry, settings)) : [];
  return {
    // What a stronger one says as well is not what this one did.
    active: active.filter(({ record }) => record.changes.length > 0),
    expired,
    decidedAt: decision.at.toISOString(),
    isNewDecision: decision.isFirst && active.length + expired.length > 0,
  };
}

function toOverride(entry: OverrideEntry, settings: Settings): TaskOverride {
  const { by, reason, until, origin, position } = entry;
  const changes = changesOf(entry, settings);
  // Through the schema, so that words of a file become the lines that a report has room for.
  const record = overrideSchema.parse({ by, reason, until: renderUntil(until), origin, changes });
  return { record, position };
}

function changesOf(entry: OverrideEntry, settings: Settings): OverrideRecord['changes'] {
  return [...entry.settings].flatMap(([name, { text }]) => {
    const held = settings.held(name);
    if (held?.from !== 'override' || held.override !== entry) return [];
    const before = settings.withoutOverrides(name)?.text ?? inputSpec(name).default?.replaceAll('`', '');
    return [{ setting: name, ...(before === undefined ? {} : { before }), after: text }];
  });
}
