/** Which gate a run stands before, where its state is kept, and what somebody decides over it. */
import type { GateStoreChoice } from '../ports/store.js';
import { type GateMark, renderGateMark } from './gate-mark.js';
import { inputSpec, type Mode } from './inputs.js';
import type { RunContext } from './run-context.js';
import type { Settings } from './settings.js';

export interface GateConfig {
  readonly name: string;
  readonly store: GateStoreChoice;
  /** True where this step may open or close it. */
  readonly isChangedHere: boolean;
  /** For later steps of this job. */
  readonly mark: GateMark;
  readonly blockForMs: number | undefined;
  readonly action: 'status' | 'open' | 'close';
  readonly reason: string | undefined;
}

export function readGate(settings: Settings, context: RunContext, mode: Mode): GateConfig {
  // What the file said of the gate went with it; the gate stands before the next run all the same.
  const marked = settings.changedPolicy === undefined ? undefined : settings.markedGate;
  const store = settings.value('gate-store') ?? marked?.store ?? 'cache';
  const name = settings.value('gate') ?? marked?.name ?? `${context.workflow}-${settings.task}`;
  const isUsed = inputSpec('gate-store').modes.includes(mode);
  if (isUsed && store !== 'cache') checkIssueAccess(settings, context, store);
  return {
    name,
    store,
    isChangedHere: mayChange(settings, mode),
    mark: renderGateMark(settings.task, { name, store }),
    blockForMs: settings.value('block-for'),
    action: settings.value('gate-action') ?? 'status',
    reason: settings.value('reason'),
  };
}

function mayChange(settings: Settings, mode: Mode): boolean {
  if (mode === 'gate') return (settings.value('gate-action') ?? 'status') !== 'status';
  return mode === 'post' && !settings.value('observe') && settings.value('on-out-of-range') !== 'warn';
}

/** An issue stands in a repository, and nobody may look without a token. */
function checkIssueAccess(settings: Settings, { repository }: RunContext, store: GateStoreChoice): void {
  if (settings.input('github-token') === undefined)
    settings.fault(
      'github-token',
      `\`gate-store: ${store}\` keeps the gate in an issue, which takes a token with \`issues: write\`.`,
      inputSpec('github-token').example,
    );
  if (repository === undefined)
    settings.fault(
      'gate-store',
      `\`${store}\` keeps the gate in an issue, and the variable GITHUB_REPOSITORY does not say of which repository.`,
      'GITHUB_REPOSITORY=octo-org/app',
    );
}
