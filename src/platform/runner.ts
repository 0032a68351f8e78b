/** The GitHub Actions runner, through `@actions/core`. */
import * as core from '@actions/core';
import type { Finding, Position } from '../core/findings.js';
import { withoutCommands } from '../core/text.js';
import type { Runner } from '../ports/platform.js';

const ANNOTATE = { error: core.error, warning: core.warning, notice: core.notice } as const;

export const actionsRunner: Runner = {
  setSecret: (value) => core.setSecret(value),
  setOutput: (name, value) => core.setOutput(name, value ?? ''),
  exportVariable: (name, value) => core.exportVariable(name, value),
  annotate: ({ level, title, message, advice, position }: Finding) => {
    // Behind a list the advice would look like a part of its last line.
    const gap = message.includes('\n') ? '\n' : ' ';
    const text = advice === undefined ? message : `${message}${gap}${advice}`;
    const properties = {
      title: `spendgate: ${title}`,
      ...placeOf(position),
    };
    ANNOTATE[level](text, properties);
  },
  info: (message) => core.info(withoutCommands(message)),
  addSummary: async (markdown) => {
    await core.summary.addRaw(markdown, true).write();
  },
};

/** A file of another repository is none that GitHub could show a line of. */
function placeOf(position: Position | undefined): { file?: string; startLine?: number } {
  if (position === undefined || position.repository !== undefined) return {};
  return { file: position.file, ...(position.line === undefined ? {} : { startLine: position.line }) };
}
