/**
 * What a job's token must hold for the requests that the emulator answers: it lets any token write. Any one of the named
 * permissions is enough.
 * @see https://docs.github.com/rest/authentication/permissions-required-for-github-apps
 */
interface Rule {
  readonly writes: boolean;
  readonly path: RegExp;
  readonly needs: readonly string[];
}

const READ_THREADS = ['issues: read', 'pull-requests: read'];
const WRITE_THREADS = ['issues: write', 'pull-requests: write'];
const RULES: readonly Rule[] = [
  { writes: true, path: /^\/issues\/(?:comments\/\d+|\d+\/(?:comments|labels))/, needs: WRITE_THREADS },
  { writes: true, path: /^\/issues/, needs: ['issues: write'] },
  { writes: true, path: /^\/labels/, needs: WRITE_THREADS },
  { writes: true, path: /^\/check-runs/, needs: ['checks: write'] },
  { writes: false, path: /^\/(?:check-runs\/|commits\/.+\/check-runs$)/, needs: ['checks: read'] },
  { writes: false, path: /^\/commits\/.+\/pulls$/, needs: ['pull-requests: read', 'contents: read'] },
  { writes: false, path: /^\/issues\/\d+\/labels|^\/labels/, needs: READ_THREADS },
  { writes: false, path: /^\/issues(?:\/\d+)?$/, needs: ['issues: read'] },
  { writes: false, path: /^\/issues/, needs: READ_THREADS },
  { writes: false, path: /^\/pulls/, needs: ['pull-requests: read'] },
  { writes: false, path: /^\/actions\//, needs: ['actions: read'] },
  { writes: false, path: /^\/(?:contents|commits|git)(?:\/|$)/, needs: ['contents: read'] },
  { writes: false, path: /^\/collaborators\//, needs: [] },
  { writes: false, path: /^$/, needs: [] },
];

/**
 * @param path below the repository
 * @returns `undefined` for what no token of a job may do
 */
export function permissionsFor(method: string, path: string): readonly string[] | undefined {
  return RULES.find((rule) => rule.writes === (method !== 'GET') && rule.path.test(path))?.needs;
}
