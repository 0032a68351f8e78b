/** What does not fit the shape of a policy file, in words for whoever wrote it. */
import type { z } from 'zod';

/** Of values that are expected and found. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

/** For issues whose schema has no words of its own. */
export function wordsOf(issue: z.core.$ZodRawIssue): string {
  const { input } = issue;
  if (input === undefined) return 'is missing';
  if (input === null) return 'has no value';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? 'something else'}, not ${kindOf(input)}`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'is empty'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `has more than ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`;
    case 'invalid_union':
      return isSingle(issue.path ?? [])
        ? `must be a single value, not ${kindOf(input)}`
        : 'must be a single value, or a list or a map of single values';
    default:
      return 'is not what belongs there';
  }
}

/** Elsewhere a setting may name several things. */
function isSingle(path: readonly PropertyKey[]): boolean {
  return path[0] === 'rates' || path[0] === 'gateway';
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value] ?? 'what stands there';
}
