/** The file that a policy file extends: which one it is, and what came of reading it. */
import { type Position, renderPosition } from '../core/findings.js';
import { EXTENDS_EXAMPLE, type ExtendsReference, renderExtends } from './extends.js';
import type { OwnPolicy } from './own-policy.js';
import { type ParsedPolicy, parsePolicy } from './policy-file.js';

/** What was read for a reference, before the configuration was. */
export type ExtendedFile = { readonly reference: string } & (
  | { readonly text: string }
  | { readonly reason: string; readonly hint: string }
);

/** The files that a step is held to, read once: whoever needs them is handed these. */
export interface PolicyFiles {
  readonly own: OwnPolicy;
  /** `undefined` when the own file extends none. */
  readonly extended: ExtendedFile | undefined;
}

/**
 * What has to be read first; `undefined` when there is nothing to read, or the file is wrong and says so later. One that was
 * changed during the run may name anything, and is not parsed.
 */
export function referenceIn({ parsed }: OwnPolicy): ExtendsReference | undefined {
  return parsed !== undefined && 'policy' in parsed ? parsed.policy.extends : undefined;
}

export interface Extension {
  readonly reference: ExtendsReference;
  /** Of `extends` in the own file. */
  readonly position: Position;
  readonly read: ExtendedFile | undefined;
  readonly now: Date;
}

/** A limit that is not known must not become no limit, so whatever could not be read stops the run. */
export function parseExtended({ reference, position, read, now }: Extension): ParsedPolicy {
  const name = renderExtends(reference);
  const where = renderPosition(position);
  if (read === undefined || read.reference !== name) {
    const message = `${name} was not read, so the limits in it are not known.`;
    return { faults: [{ where, message, example: EXTENDS_EXAMPLE }] };
  }
  if ('reason' in read) {
    const message = `${name} could not be read, so the limits in it are not known: ${read.reason}`;
    return { faults: [{ where, message, example: read.hint }] };
  }
  const repository = `${reference.repository}@${reference.sha}`;
  return parsePolicy(read.text, reference.path, { repository, now });
}
