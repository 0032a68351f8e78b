/** In a subfolder of a repository the policy file is the one at its root: nobody means to run there without limits. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { DEFAULT_POLICY_FILE } from '../config/own-policy.js';

/**
 * Path of the nearest policy file above a folder, up to the root of its repository; `undefined` where the folder has its own,
 * where none is found, and outside of a repository: what lies above it is nobody's policy.
 */
export function policyAbove(folder: string): string | undefined {
  const folders = upToRoot(folder);
  const found = folders.find((candidate) => existsSync(join(candidate, DEFAULT_POLICY_FILE)));
  return found === undefined || found === folder
    ? undefined
    : relative(folder, join(found, DEFAULT_POLICY_FILE));
}

/** A folder and those above it, to the first that is the root of a repository; none where there is no such root. */
function upToRoot(folder: string): string[] {
  const folders = [folder];
  for (let current = folder; !existsSync(join(current, '.git')); ) {
    const parent = dirname(current);
    if (parent === current) return [];
    folders.push(parent);
    current = parent;
  }
  return folders;
}
