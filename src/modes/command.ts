/** The agent's command as a program and its arguments. */
import type { Config } from '../config/config.js';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** For recognising the agent. */
  readonly text: string;
}

const SHELLS = {
  bash: { command: 'bash', args: ['--noprofile', '--norc', '-eo', 'pipefail', '-c'] },
  sh: { command: 'sh', args: ['-e', '-c'] },
  pwsh: { command: 'pwsh', args: ['-NoProfile', '-Command'] },
} as const;

export function shellCommand({ run, shell }: Config['wrap']): Command {
  const { command, args } = SHELLS[shell];
  return { command, args: [...args, run], text: run };
}

export function directCommand([command = '', ...args]: readonly string[]): Command {
  return { command, args, text: [command, ...args].map(asWord).join(' ') };
}

/** A shell would have it quoted. */
function asWord(word: string): string {
  return /\s/.test(word) ? `'${word.replaceAll("'", '"')}'` : word;
}
