/** A terminal in place of a runner: outputs are kept for `--json`, everything for people goes to stderr, masked. */
import type { Finding, FindingLevel } from '../core/findings.js';
import { withoutCommands, withoutControls } from '../core/text.js';
import type { Runner } from '../ports/platform.js';

const LABELS: Readonly<Record<FindingLevel, string>> = { error: 'error', warning: 'warning', notice: 'note' };

const SHORTEST_SECRET = 4;

export class TerminalRunner implements Runner {
  readonly outputs: Record<string, string | number> = {};
  readonly #secrets: string[] = [];
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  setSecret(value: string): void {
    // A letter or two is a placeholder, and would blot out every word.
    if (value.length < SHORTEST_SECRET) return;
    // The longest first: one secret may hold another.
    this.#secrets.push(value);
    this.#secrets.sort((a, b) => b.length - a.length);
  }

  setOutput(name: string, value: string | number | undefined): void {
    this.outputs[name] = value ?? '';
  }

  exportVariable(): void {
    // A terminal has no later steps.
  }

  saveState(): void {
    // Nothing runs when a terminal's job ends.
  }

  annotate({ level, title, message, advice }: Finding): void {
    this.info(`${LABELS[level]}: ${title}. ${message}${advice === undefined ? '' : `\n  ${advice}`}`);
  }

  info(message: string): void {
    // A job may call this too, and its runner reads along.
    const shown = withoutCommands(withoutControls(message));
    this.#write(this.masked(shown));
  }

  /** Without the secrets that were registered. */
  masked(message: string): string {
    return this.#secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message);
  }

  async addSummary(): Promise<void> {
    // The job summary is a page of GitHub's; a terminal has read everything already.
  }
}
