/** Reads the policy file and the one that it extends, before the configuration is read, which waits for nothing. */
import { type PolicyFiles, referenceIn } from '../config/extended-file.js';
import { EXTENDS_EXAMPLE, type ExtendsReference, renderExtends } from '../config/extends.js';
import { givenInput, type RawInputs, readOwnPolicy } from '../config/own-policy.js';
import type { Environment } from '../config/run-context.js';
import { AppError, describeError } from '../core/errors.js';

/** How much of what GitHub answered is told. */
const LONGEST_REASON = 300;

/**
 * What somebody can mend in the file that is extended is told as a fault of it, later.
 * @throws {AppError} `github-failed` where GitHub gave no answer: nothing that stands in the file would mend that.
 */
export async function readPolicyFiles(
  inputs: RawInputs,
  environment: Environment,
  now = new Date(),
): Promise<PolicyFiles> {
  const own = readOwnPolicy(inputs, environment, now);
  const reference = referenceIn(own);
  if (reference === undefined) return { own, extended: undefined };
  const text = await fetchText(reference, inputs, environment);
  return { own, extended: { reference: renderExtends(reference), ...text } };
}

async function fetchText(
  reference: ExtendsReference,
  inputs: RawInputs,
  environment: Environment,
): Promise<{ text: string } | { reason: string; hint: string }> {
  const { repository, path, sha } = reference;
  const token = givenInput(inputs, 'config-token') ?? givenInput(inputs, 'github-token');
  if (token === undefined)
    return { reason: 'No token is given to read it with.', hint: hintFor(repository, environment) };
  const { createGitHub } = await import('../platform/github/index.js');
  const apiUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
  try {
    return { text: await createGitHub({ token, repository, apiUrl }).readFile(repository, path, sha) };
  } catch (error) {
    const status = statusOf(error);
    const text = error instanceof AppError ? error.message : describeError(error);
    const reason = (status === 401 ? `GitHub answered 401: ${text}` : text).slice(0, LONGEST_REASON);
    if (isRefusal(status, text)) return { reason, hint: hintFor(repository, environment) };
    // What it read and could not use, and what it says of the reference.
    if (status === 422 || (status === undefined && error instanceof AppError))
      return { reason, hint: EXTENDS_EXAMPLE };
    throw new AppError(
      'github-failed',
      `GitHub did not answer for ${renderExtends(reference)}, so the limits in it are not known: ${reason}`,
      {
        hint: 'Start the run again; https://www.githubstatus.com says whether GitHub is down.',
        cause: error,
      },
    );
  }
}

/** The HTTP status of what octokit threw, which our own errors keep as their cause. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('status' in error && typeof error.status === 'number') return error.status;
  return statusOf(error.cause);
}

/** 403 may also mean too many requests, which no permission mends. */
function isRefusal(status: number | undefined, text: string): boolean {
  return status === 401 || status === 404 || (status === 403 && !/rate limit/i.test(text));
}

/** The token of a job reads its own repository and public ones; elsewhere somebody has to give one. */
function hintFor(repository: string, environment: Environment): string {
  if (environment['GITHUB_ACTIONS'] !== 'true')
    return `\`GITHUB_TOKEN\` in the environment, or \`--github-token\`: a token that may read the contents of ${repository}`;
  const permission = '`permissions: { contents: read }` on the job';
  return repository === environment['GITHUB_REPOSITORY']
    ? permission
    : `${permission} where ${repository} is public, \`with: { config-token: "\${{ secrets.ORG_READ_TOKEN }}" }\` where it is private`;
}
