/** Annotations of check runs: appended by every update, listed as an array. The emulator does neither. */
import type { ApiRequest, Route } from '../github/routes.js';

export interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly annotation_level: string;
  readonly message: string;
}

export class Annotations {
  readonly #byRun = new Map<number, CheckAnnotation[]>();

  of(checkRun: number): readonly CheckAnnotation[] {
    return this.#byRun.get(checkRun) ?? [];
  }

  routes(): Route[] {
    return [
      {
        method: 'GET',
        path: /^\/check-runs\/(\d+)\/annotations$/,
        needs: ['checks: read'],
        answer: ({ query }, match) => {
          const size = Number(query.get('per_page') ?? 30);
          const start = (Number(query.get('page') ?? 1) - 1) * size;
          return { status: 200, body: this.of(Number(match[1])).slice(start, start + size) };
        },
      },
    ];
  }

  /** Takes what a request wrote, once the check run it is about has an id. */
  keep({ path, body }: ApiRequest, answered: unknown): void {
    const written = readAnnotations(body['output']);
    if (!path.startsWith('/check-runs') || !isCheckRun(answered) || written.length === 0) return;
    this.#byRun.set(answered.id, [...this.of(answered.id), ...written]);
  }

  /** The check run as GitHub shows it, whatever else it is. */
  count(answered: unknown): unknown {
    if (!isCheckRun(answered)) return answered;
    const output = { ...answered.output, annotations_count: this.of(answered.id).length };
    return { ...answered, output, app: { id: 15_368, slug: 'github-actions' } };
  }
}

function isCheckRun(value: unknown): value is { readonly id: number; readonly output: object } {
  return typeof value === 'object' && value !== null && 'check_suite' in value && 'id' in value;
}

function readAnnotations(output: unknown): CheckAnnotation[] {
  if (typeof output !== 'object' || output === null || !('annotations' in output)) return [];
  return Array.isArray(output.annotations) ? output.annotations : [];
}
