/** The GitHub Actions runner, through `@actions/core`. */
import * as core from '@actions/core';
import type { Position } from '../core/findings.js';
import { withoutCommands, withoutControls } from '../core/text.js';
import type { Runner } from '../ports/platform.js';
import { type Annotation, StepAnnotations } from './annotations.js';

const ANNOTATE = { error: core.error, warning: core.warning, notice: core.notice } as const;

export interface ActionsRunner extends Runner {
  /** At the end of the step: annotations that waited for it. */
  finish(): void;
}

export function createActionsRunner(): ActionsRunner {
  const info = (message: string) => core.info(withoutCommands(withoutControls(message)));
  const annotations = new StepAnnotations({ annotate, info });
  return {
    setSecret: (value) => core.setSecret(value),
    setOutput: (name, value) => core.setOutput(name, value ?? ''),
    exportVariable: (name, value) => core.exportVariable(name, value),
    saveState: (name, value) => core.saveState(name, value),
    annotate: (item, { endsStep = false } = {}) => annotations.add(item, endsStep),
    info,
    addSummary: async (markdown) => {
      await core.summary.addRaw(markdown, true).write();
    },
    finish: () => annotations.finish(),
  };
}

function annotate({ level, title, text, position }: Annotation): void {
  ANNOTATE[level](text, {
    title: `spendgate: ${title}`,
    ...placeOf(position),
  });
}

/** A file of another repository is none that GitHub could show a line of. */
function placeOf(position: Position | undefined): { file?: string; startLine?: number } {
  if (position === undefined || position.repository !== undefined) return {};
  return { file: position.file, ...(position.line === undefined ? {} : { startLine: position.line }) };
}
