/** The words of `spendgate config`. */
import type { Command } from 'commander';
import type { RawInputs } from '../config/config.js';
import type { InputName } from '../config/inputs.js';
import { SHOWN_NAMES } from '../config/resolved.js';
import type { Environment } from '../config/run-context.js';
import type { ConfigRequest } from './config-command.js';
import { githubToken, givenAs, optionFor } from './flags.js';
import { policyAbove } from './policy-above.js';

const NAMES: readonly InputName[] = ['config', ...SHOWN_NAMES];
const EXAMPLES = `
Without --task every task of the file is shown. Secrets are only "set" or "not set".

A pull request that changes the file, against what holds now:
  git show origin/main:.github/spendgate.yml > /tmp/now.yml
  spendgate config --config /tmp/now.yml --compare .github/spendgate.yml`;

export function addConfig(
  program: Command,
  environment: Environment,
  onRequest: (request: ConfigRequest) => void,
): void {
  const command = program
    .command('config')
    .description('What holds for each task, and who said it.')
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  command.option('--task <value>', 'Task type to show. Default: every task of the policy file.');
  for (const name of NAMES) command.addOption(optionFor(name));
  command
    .option('--compare <file>', 'another version of the policy file: prints what it would change')
    .option('--json', 'print one JSON object instead of a table');
  command.action((options: Record<string, unknown>) => onRequest(toRequest(options, environment)));
}

function toRequest(options: Readonly<Record<string, unknown>>, environment: Environment): ConfigRequest {
  const inputs: RawInputs = {};
  const fromVariables = new Set<InputName>();
  for (const name of ['task', ...NAMES] as const) {
    const given = givenAs(name, options, environment);
    if (given === undefined) continue;
    inputs[name] = given.value;
    if (given.isVariable) fromVariables.add(name);
  }
  const token = inputs['github-token'] ?? githubToken(environment);
  if (inputs['github-token'] === undefined && token !== undefined) {
    inputs['github-token'] = token;
    fromVariables.add('github-token');
  }
  const { compare } = options;
  const above = inputs.config === undefined ? policyAbove(process.cwd()) : undefined;
  if (above !== undefined) inputs.config = above;
  return {
    command: 'config',
    inputs,
    fromVariables,
    compare: compare === undefined ? undefined : String(compare),
    format: options['json'] === true ? 'json' : 'table',
    faults: [],
  };
}
