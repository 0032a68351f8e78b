/** A permission that is missing, told once: not by every surface that wanted it, and not by every step of the job. */
import type { RunContext } from '../config/run-context.js';
import { type Finding, finding } from '../core/findings.js';
import { lossWithout, type Permission, permissionHint } from '../core/permissions.js';
import type { Runner } from '../ports/platform.js';
import type { IsNews } from './told.js';

/** No line of YAML gives it or takes it away. */
const NOT_ASKED_FOR: ReadonlySet<string> = new Set(['metadata: read']);
const READ_ONLY = 'read-only';
const WHOSE = { fork: 'a fork', dependabot: 'Dependabot' } as const;

export interface TellerDeps {
  readonly runner: Runner;
  readonly context: Pick<RunContext, 'readOnlyBecause'>;
  readonly isNews: IsNews;
}

/** What tells it; it is called for every refusal. */
export function createTeller({ runner, context, isNews }: TellerDeps): (permission: Permission) => void {
  const { readOnlyBecause } = context;
  return (permission) => {
    const isForbidden = readOnlyBecause !== undefined && permission.endsWith(': write');
    const name = isForbidden ? READ_ONLY : permission;
    if (NOT_ASKED_FOR.has(permission) || !isNews(name)) return;
    runner.annotate(isForbidden ? readOnlyNotice(readOnlyBecause) : missingNotice(permission));
  };
}

function missingNotice(permission: Permission): Finding {
  const message = `The token has no \`${permission}\`: ${lossWithout(permission)}.`;
  return finding('notice', 'permission-missing', 'A permission is missing', message, {
    advice: permissionHint(permission),
  });
}

/** @param because what no workflow can change */
function readOnlyNotice(because: 'fork' | 'dependabot'): Finding {
  const message = `This is a run of ${WHOSE[because]}: its token may only read, whatever \`permissions:\` says, so nothing was written on the pull request or its commit. The job summary holds the report.`;
  return finding('notice', 'token-reads-only', 'This run may only read', message, {
    advice:
      'A second workflow, started by `workflow_run`, may write: it takes the output `report` of `post` as an artifact and runs `mode: comment` (docs/events.md).',
  });
}
