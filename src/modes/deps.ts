/** What every mode is handed by the entrypoint. */
import type { Config } from '../config/config.js';
import type { Finding } from '../core/findings.js';
import type { AlertDesk } from '../ports/alerts.js';
import type { GitHub } from '../ports/github.js';
import type { Clock, Runner } from '../ports/platform.js';
import type { Reporter, ReporterContext } from '../ports/reporter.js';
import type { Store } from '../ports/store.js';
import { checkTarget } from './check.js';
import type { IsNews } from './told.js';

export interface ModeDeps {
  readonly config: Config;
  readonly runner: Runner;
  readonly clock: Clock;
  readonly store: Store;
  readonly github: GitHub | undefined;
  readonly reporters: readonly Reporter[];
  /** Left out where nobody is to be told. */
  readonly alerts?: AlertDesk | undefined;
  /** For notices that one step of a job gives for all; left out where no other step follows. */
  readonly isNews?: IsNews | undefined;
}

export function reporterContext({ runner, github, config }: ModeDeps): ReporterContext {
  const { context, observe, post } = config;
  const target = checkTarget(config);
  const rules = {
    isAdvisory: observe || post.onOutOfRange === 'warn',
    isObserved: observe,
    isUnproven: false,
    expectsNothing: post.expect.size === 0,
  };
  return {
    runner,
    github,
    pullRequest: context.pullRequest ?? context.issue,
    comment: post.comment,
    commentMode: post.commentMode,
    check: target && { ...target, ...rules },
  };
}

/** `bad` when something failed, `warning` when something is doubtful. */
export function statusOf(findings: readonly Finding[]): 'ok' | 'warning' | 'bad' {
  if (findings.some(({ level }) => level === 'error')) return 'bad';
  return findings.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
}
