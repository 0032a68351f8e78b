/** What each permission of a token is for, in the words of a notice, and the YAML that gives it. */

/** Name and level as they stand under `permissions:`, such as `actions: read`. */
export type Permission = `${string}: ${'read' | 'write'}`;

/** What is not done without it, as the end of a sentence. */
const LOSSES: Readonly<Record<string, string>> = {
  'actions: read': 'what other branches and earlier runs left was not listed',
  'checks: write': 'the check run does not follow this run',
  'contents: read': 'files of the repository were not read',
  'issues: read': 'issues were not read',
  'issues: write': 'nothing was written on the issue',
  'pull-requests: read': 'the pull request was not read',
  'pull-requests: write': 'nothing was written on the pull request',
  'statuses: write': 'the commit status does not follow this run',
};

export function lossWithout(permission: Permission): string {
  return LOSSES[permission] ?? 'part of the work was left out';
}

export function permissionHint(permission: Permission): string {
  return `Add to the job: \`permissions: { ${permission} }\`, beside what stands there; a run of a fork or of Dependabot has read rights whatever is asked for.`;
}
