/** The GitHub Actions runner, through `@actions/core`. */
import * as core from '@actions/core';
import type { Finding } from '../core/findings.js';
import { withoutCommands } from '../core/text.js';
import type { Runner } from '../ports/platform.js';

const ANNOTATE = { error: core.error, warning: core.warning, notice: core.notice } as const;

export const actionsRunner: Runner = {
  setSecret: (value) => core.setSecret(value),
  setOutput: (name, value) => core.setOutput(name, value ?? ''),
  exportVariable: (name, value) => core.exportVariable(name, value),
  saveState: (name, value) => core.saveState(name, value),
  annotate: ({ level, title, message, advice, position }: Finding) => {
    // Behind a list the advice would look like a part of its last line.
    const gap = message.includes('\n') ? '\n' : ' ';
    const text = advice === undefined ? message : `${message}${gap}${advice}`;
    const properties = {
      title: `spendgate: ${title}`,
      ...(position === undefined ? {} : { file: position.file }),
      ...(position?.line === undefined ? {} : { startLine: position.line }),
    };
    ANNOTATE[level](text, properties);
  },
  info: (message) => core.info(withoutCommands(message)),
  addSummary: async (markdown) => {
    await core.summary.addRaw(markdown, true).write();
  },
};
