/** The GitHub Actions runner, through `@actions/core`. */
import { lstatSync } from 'node:fs';
import * as core from '@actions/core';
import type { Position } from '../core/findings.js';
import { withoutCommands, withoutControls } from '../core/text.js';
import type { Runner } from '../ports/platform.js';
import { type Annotation, StepAnnotations } from './annotations.js';

type Environment = Readonly<Record<string, string | undefined>>;

const ANNOTATE = { error: core.error, warning: core.warning, notice: core.notice } as const;

export interface ActionsRunner extends Runner {
  /** At the end of the step: annotations that waited for it. */
  finish(): void;
}

/** @param environment names the files that the runner reads when the step is over */
export function createActionsRunner(environment: Environment): ActionsRunner {
  const checkFile = (variable: string) => checkRegular(variable, environment[variable]);
  const info = (message: string) => core.info(withoutCommands(withoutControls(message)));
  const annotations = new StepAnnotations({ annotate, info });
  return {
    setSecret: (value) => core.setSecret(value),
    setOutput: (name, value) => {
      checkFile('GITHUB_OUTPUT');
      core.setOutput(name, value ?? '');
    },
    exportVariable: (name, value) => {
      checkFile('GITHUB_ENV');
      core.exportVariable(name, value);
    },
    saveState: (name, value) => {
      checkFile('GITHUB_STATE');
      core.saveState(name, value);
    },
    annotate: (item, { endsStep = false } = {}) => annotations.add(item, endsStep),
    info,
    addSummary: async (markdown) => {
      checkFile('GITHUB_STEP_SUMMARY');
      await core.summary.addRaw(markdown, true).write();
    },
    finish: () => annotations.finish(),
  };
}

/** The agent may have put a pipe in its place, which would have the step wait for a reader. @throws {Error} */
function checkRegular(variable: string, path: string | undefined): void {
  if (path && lstatSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new Error(`${variable} is no regular file`);
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
