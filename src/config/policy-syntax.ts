/** What is wrong with a policy file as YAML: keys that stand twice, and what no parser can read. */
import { type Document, isPair, isScalar, isSeq, visit, type YAMLError, type YAMLMap } from 'yaml';
import { gatewaySchema, LIMIT_KEYS, policySchema, taskSchema } from './policy-schema.js';

export interface SyntaxTrouble {
  readonly message: string;
  readonly offset: number;
  /** Of the key that is meant; `undefined` where none can be told. */
  readonly path: readonly PropertyKey[] | undefined;
}

/** The first of each line, since the others follow from it. @param lineOf line of an offset */
export function syntaxTroubles(
  document: Document,
  text: string,
  lineOf: (offset: number) => number,
): SyntaxTrouble[] {
  const lineOfError = ({ pos: [offset] }: YAMLError) => lineOf(offset);
  const isFollowing = (error: YAMLError, index: number) =>
    error.code !== 'DUPLICATE_KEY' &&
    document.errors.slice(0, index).some((earlier) => lineOfError(earlier) === lineOfError(error));
  return document.errors
    .filter((error, index) => !isFollowing(error, index))
    .map(
      (error) =>
        (error.code === 'DUPLICATE_KEY' && twice(document, error, lineOf)) || unreadable(error, text),
    );
}

/** The later of two equal keys, with the line of the first. */
function twice(
  document: Document,
  { pos: [offset] }: YAMLError,
  lineOf: (offset: number) => number,
): SyntaxTrouble | undefined {
  let found: SyntaxTrouble | undefined;
  visit(document, {
    Map: (_, map, ancestors) => {
      const pair = map.items.find(({ key }) => isScalar(key) && key.range?.[0] === offset);
      const first = pair && firstLike(map, pair.key);
      if (!isScalar(pair?.key) || first === undefined) return undefined;
      const path = [...keysOf([...ancestors, map]), String(pair.key.value)];
      const lines = [first, offset].map(lineOf);
      const message = `${path.join('.')}: this key stands there twice, in line ${lines.join(' and in line ')}.`;
      found = { message, offset, path };
      return visit.BREAK;
    },
  });
  return found;
}

function firstLike(map: YAMLMap, key: unknown): number | undefined {
  const first = map.items.find((item) => isScalar(item.key) && isScalar(key) && item.key.value === key.value);
  return isScalar(first?.key) ? first.key.range?.[0] : undefined;
}

/** Keys and places in lists on the way to the last of these nodes. */
function keysOf(nodes: readonly unknown[]): PropertyKey[] {
  return nodes.flatMap((node, depth): PropertyKey[] => {
    if (isPair(node)) return [String(isScalar(node.key) ? node.key.value : node.key)];
    return isSeq(node) ? [node.items.indexOf(nodes[depth + 1])] : [];
  });
}

/** The parser names a place; the key that stands there tells people more. */
function unreadable({ code, message, pos: [offset] }: YAMLError, text: string): SyntaxTrouble {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0] ?? '';
  const [, key] = /^\s*(?:-\s+)?["']?([\w./-]{1,60})["']?\s*:/.exec(line) ?? [];
  const said = code === 'TAB_AS_INDENT' ? 'a tab stands where blanks indent' : message;
  const at = key === undefined ? '' : `, at \`${key}\``;
  return {
    message: `This is not YAML${at}: ${said}.`,
    offset,
    path: key === undefined ? undefined : placeOf(key),
  };
}

/** Where a key belongs that stands in a file whose blocks cannot be told. */
function placeOf(key: string): readonly PropertyKey[] | undefined {
  if (Object.hasOwn(policySchema.shape, key)) return [key];
  if (Object.hasOwn(gatewaySchema.shape, key)) return ['gateway', key];
  if (Object.hasOwn(LIMIT_KEYS, key)) return ['tasks', 'task', 'limits', key];
  return Object.hasOwn(taskSchema.shape, key) ? ['defaults', key] : undefined;
}
