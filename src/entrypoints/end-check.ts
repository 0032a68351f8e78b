/** Fails a check that nobody completed, as the last thing that happens in a job. */
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
  const token = environment['INPUT_GITHUB-TOKEN'];
  const repository = environment['GITHUB_REPOSITORY'];
  if (state === undefined || !token || !repository)
    return warning('The check is left as it is: what would complete it is not there.');
  const apiUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
  const github = createGitHub({ token, repository, apiUrl });
  try {
    const done = await failUnfinished(github, state, {
      progress: environment[state.progressVariable],
      // From the workflow itself: an agent that got at the state of a step must not be able to soften its check.
      isObserved: environment['INPUT_OBSERVE']?.trim().toLowerCase() === 'true',
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
