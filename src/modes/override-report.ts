/** Overrides in reports and records: whoever sees a figure also sees who raised its limit, why, and until when. */
import type { Config } from '../config/config.js';
import { DECISION_VARIABLE } from '../config/decided-overrides.js';
import type { Attribution } from '../core/attribution.js';
import type { Finding } from '../core/findings.js';
import {
  activeFinding,
  expiredFinding,
  joinOverrides,
  type OverrideRecord,
  overrideFacts,
} from '../core/override.js';
import type { UsageRecord } from '../core/record.js';
import type { Report } from '../core/report.js';
import type { Runner } from '../ports/platform.js';

/** Of this step; with a record, also those that the run was held to. */
export function overrideFindings({ overrides, post }: Config, record?: UsageRecord): Finding[] {
  const title = post.changedPolicy === undefined ? 'An override holds' : 'An override held during the run';
  const joined = joinOverrides(record?.overrides ?? [], overrides.active);
  return [...joined.map((one) => activeFinding(one, title)), ...overrides.expired.map(expiredFinding)];
}

export function overrideReportFacts({ overrides }: Config, record?: UsageRecord): Report['facts'] {
  return overrideFacts(joinOverrides(record?.overrides ?? [], overrides.active).map((one) => one.record));
}

/** What a record keeps of how this run was configured: whose it is, and what somebody decided for it. */
export function runFacts({ overrides, attribution }: Config): {
  readonly attribution: Attribution;
  readonly overrides: OverrideRecord[];
} {
  return { attribution: attribution.facts, overrides: overrides.active.map(({ record }) => record) };
}

/** For the later steps of this job: an override that ends in between ends for the next one. */
export function announceDecision({ mode, overrides }: Config, runner: Runner): void {
  const decides = mode === 'pre' || mode === 'wrap';
  if (decides && overrides.isNewDecision) runner.exportVariable(DECISION_VARIABLE, overrides.decidedAt);
}
