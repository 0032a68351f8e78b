/**
 * Fails a check that nobody completed, as the last thing that happens in a job. The state of a step may be forged by what
 * ran in it: all that is taken from it is which check it was, and that is looked at again.
 */
import { readHookCheck } from '../config/check-config.js';
import type { Environment } from '../config/run-context.js';
import { readCheckState } from '../core/check.js';
import { describeError } from '../core/errors.js';
import { oneLine } from '../core/text.js';
import { failUnfinished } from '../modes/unfinished-check.js';
import { createGitHub } from '../platform/github/index.js';

const MAX_LINE = 500;

/** Lines for the runner; never an error, since the steps have said how the job went. */
export async function endCheck(text: string, environment: Environment): Promise<string> {
  const state = readCheckState(text);
  const { kind, progressVariable, ...check } = readHookCheck(environment);
  const token = environment['INPUT_GITHUB-TOKEN'];
  const repository = environment['GITHUB_REPOSITORY'];
  if (state === undefined || kind === 'none' || !token || !repository)
    return warning('The check is left as it is: what would complete it is not there.');
  const apiUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
  const github = createGitHub({ token, repository, apiUrl });
  try {
    const target = { ...check, kind, sha: state.sha };
    const done = await failUnfinished(github, target, {
      id: state.id,
      progress: environment[progressVariable],
    });
    return done === undefined ? '' : warning(done);
  } catch (error) {
    return warning(`The check is left in progress: ${describeError(error)}`);
  }
}

function warning(message: string): string {
  const data = oneLine(message, MAX_LINE).replaceAll('%', '%25');
  return `::warning title=spendgate%3A check::${data}\n`;
}
