/**
 * `extends:`, the defaults of an organisation: a policy file of another repository, at one commit. A branch or a tag can be
 * moved, and with it every limit; a commit cannot.
 */
import { AppError } from '../core/errors.js';

export interface ExtendsReference {
  /** `owner/name`. */
  readonly repository: string;
  readonly path: string;
  /** Forty hexadecimal digits. */
  readonly sha: string;
}

export const EXTENDS_EXAMPLE =
  'extends: acme/platform/.github/spendgate-defaults.yml@0123456789abcdef0123456789abcdef01234567';
const LONGEST = 500;

/** @throws {AppError} `bad-value` that says what is wrong with it. */
export function parseExtends(text: string): ExtendsReference {
  const [, repository, path, ref] =
    /^([\w.-]+\/[\w.-]+)\/([^@\s]+)@(\S+)$/.exec(text.slice(0, LONGEST)) ?? [];
  if (repository === undefined || path === undefined || ref === undefined || !isPath(path))
    throw new AppError(
      'bad-value',
      `${JSON.stringify(text.slice(0, 100))} is not \`owner/repository/path@commit\`.`,
    );
  if (!/^[0-9a-f]{40}$/.test(ref))
    throw new AppError(
      'bad-value',
      `${JSON.stringify(ref.slice(0, 100))} is not a full commit SHA (40 hexadecimal digits). A branch or a tag can be moved, and every limit with it.`,
    );
  return { repository, path, sha: ref };
}

export function renderExtends({ repository, path, sha }: ExtendsReference): string {
  return `${repository}/${path}@${sha}`;
}

function isPath(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
