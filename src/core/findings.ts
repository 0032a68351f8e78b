/** Something a person should know, with where it stands and what to do next. */

export type FindingLevel = 'error' | 'warning' | 'notice';

/** A place in a file, for an annotation. `line` counts from 1. */
export interface Position {
  readonly file: string;
  readonly line: number | undefined;
  /** `owner/name@sha`, where the file is none of this repository's. */
  readonly repository?: string;
}

/** Enough of a SHA to be told apart. */
const SHOWN_SHA = 12;

/** `file:line`, with the repository in front where it is another one. */
export function renderPosition({ file, line, repository }: Position): string {
  const place = line === undefined ? file : `${file}:${line}`;
  if (repository === undefined) return place;
  const [name = '', sha = ''] = repository.split('@');
  return `${name}@${sha.slice(0, SHOWN_SHA)}:${place}`;
}

export interface Finding {
  /** Stable slug, such as `input-tokens-above`. */
  readonly id: string;
  readonly level: FindingLevel;
  readonly title: string;
  /** Which figure, which limit, where both come from. */
  readonly message: string;
  /** What to do next. */
  readonly advice: string | undefined;
  readonly position: Position | undefined;
}

export function finding(
  level: FindingLevel,
  id: string,
  title: string,
  message: string,
  rest: { advice?: string; position?: Position | undefined } = {},
): Finding {
  return { id, level, title, message, advice: rest.advice, position: rest.position };
}

const RANK: Readonly<Record<FindingLevel, number>> = { error: 0, warning: 1, notice: 2 };

/** Most important first; the order within a level is kept. */
export function byImportance(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => RANK[a.level] - RANK[b.level]);
}

/** The same findings as notices: what `observe` reports without failing or blocking anything. */
export function asNotices(findings: readonly Finding[]): Finding[] {
  return findings.map((item) => ({ ...item, level: 'notice' }));
}
