/** Reads the file that the policy file extends, before the configuration is read, which waits for nothing. */
import { type ExtendedFile, referenceIn } from '../config/extended-file.js';
import { type ExtendsReference, renderExtends } from '../config/extends.js';
import { givenInput, type RawInputs, readOwnPolicy } from '../config/own-policy.js';
import type { Environment } from '../config/run-context.js';
import { AppError, describeError } from '../core/errors.js';

/** How much of what GitHub answered is told. */
const LONGEST_REASON = 300;

/** `undefined` where the policy file extends none. Never throws: what could not be read is told as a fault of the file. */
export async function readExtended(
  inputs: RawInputs,
  environment: Environment,
): Promise<ExtendedFile | undefined> {
  const found = referenceIn(readOwnPolicy(inputs, environment));
  return found && { reference: renderExtends(found), ...(await fetchText(found, inputs, environment)) };
}

async function fetchText(
  reference: ExtendsReference,
  inputs: RawInputs,
  environment: Environment,
): Promise<{ text: string } | { reason: string; hint: string }> {
  const { repository, path, sha } = reference;
  const hint = hintFor(repository, environment['GITHUB_REPOSITORY']);
  const token = givenInput(inputs, 'config-token') ?? givenInput(inputs, 'github-token');
  if (token === undefined) return { reason: 'No token is given to read it with.', hint };
  const { createGitHub } = await import('../platform/github/index.js');
  const apiUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
  try {
    return { text: await createGitHub({ token, repository, apiUrl }).readFile(repository, path, sha) };
  } catch (error) {
    const reason = error instanceof AppError ? error.message : describeError(error);
    return { reason: reason.slice(0, LONGEST_REASON), hint };
  }
}

/** The token of a job reads its own repository and public ones. */
function hintFor(repository: string, own: string | undefined): string {
  const permission = '`permissions: { contents: read }` on the job';
  return repository === own
    ? permission
    : `${permission} where ${repository} is public, \`with: { config-token: "\${{ secrets.ORG_READ_TOKEN }}" }\` where it is private`;
}
