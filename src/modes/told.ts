/** What is told once in a job, whichever of its steps comes to it first. */
import type { Environment } from '../config/run-context.js';
import type { Runner } from '../ports/platform.js';

/** Says to the later steps of a job what was told. */
const VARIABLE = 'SPENDGATE_TOLD';
const SEPARATOR = ',';

/** True for whoever asks first: the name counts as told from then on. Names hold no comma. */
export type IsNews = (name: string) => boolean;

export interface ToldDeps {
  readonly runner: Pick<Runner, 'exportVariable'>;
  readonly environment: Environment;
}

export function createTold({ runner, environment }: ToldDeps): IsNews {
  const told = new Set((environment[VARIABLE] ?? '').split(SEPARATOR).filter((name) => name !== ''));
  return (name) => {
    if (told.has(name)) return false;
    told.add(name);
    runner.exportVariable(VARIABLE, [...told].join(SEPARATOR));
    return true;
  };
}
