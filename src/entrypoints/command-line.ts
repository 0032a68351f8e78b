/** Flags are the inputs' names; the parser is commander. Every input may also stand in a variable: SPENDGATE_GATEWAY_KEY. */
import { Command, type Option } from 'commander';
import type { RawInputs } from '../config/config.js';
import { INPUT_NAMES, type InputName, inputSpec, MODES, type Mode, SWITCHES } from '../config/inputs.js';
import type { Environment } from '../config/run-context.js';
import type { Fault } from '../core/errors.js';
import type { ClassifyRequest } from './classify.js';
import type { ConfigRequest } from './config-command.js';
import { addConfig } from './config-flags.js';
import { githubToken, givenAs, optionFor } from './flags.js';
import { policyAbove } from './policy-above.js';
import { sortWords } from './stray-words.js';

/** A mode, or the meter alone. */
export interface RunRequest {
  readonly command: Mode | 'meter';
  readonly inputs: RawInputs;
  /** The agent's command behind `--`; `undefined` when there is none. */
  readonly agentCommand: readonly string[] | undefined;
  readonly json: boolean;
  readonly port: number;
  /** What is wrong with its flags. */
  readonly faults: readonly Fault[];
}

export type CliRequest = RunRequest | ClassifyRequest | ConfigRequest;

const SUMMARIES: Readonly<Record<Mode | 'meter', string>> = {
  pre: 'May a run start? Reads the budget, the gate and the kill switch.',
  wrap: 'Runs an agent behind the meter: spendgate wrap --max-cost 2 -- claude -p "…"',
  post: 'Was the run normal? Compares its usage with the expected range, and closes the gate.',
  gate: 'Shows, opens or closes the gate.',
  comment: 'Shows the report of another run; it needs the event that a workflow gets when one ends.',
  verify: 'Finds out what a gateway really does at its limits, on a small test budget.',
  meter: 'The meter alone, in the foreground, until SIGINT or SIGTERM.',
};
/** The meter alone takes what concerns calls, and nothing that concerns a child. */
const NOT_FOR_METER = new Set<InputName>([
  'mode',
  'run',
  'background',
  'shell',
  'working-directory',
  'agent',
  'timeout',
  'kill-switch',
]);
const SWITCH_FLAGS: ReadonlySet<string> = new Set([...SWITCHES].map((name) => `--${name}`));
const METERED_JSON = 'JSON is what it prints anyway: where it listens, and at the end its record';
/** From here on the words are the agent's. */
const END_OF_FLAGS = '--';
const EXIT_CODES = `
Exit codes: 0 fine, 1 our fault, 2 wrong usage, or a command that cannot be started,
3 denied by budget, limit, gate, kill switch or re-runs, 4 the gateway failed, 5 a store
failed. wrap passes the command's own code through unless a limit ended it (3).

Each input may stand in a variable instead, keys best of all: SPENDGATE_GATEWAY_KEY.
--port, --json and --compare are no inputs.`;

/** @throws {CommanderError} when the words are off, and when help or version was asked for. */
export function parseCommandLine(words: readonly string[], environment: Environment): CliRequest {
  let request: CliRequest | undefined;
  const program = new Command('spendgate')
    .description('Keeps the spend of coding agents inside known bounds.')
    .version(VERSION)
    .exitOverride()
    .addHelpText('after', EXIT_CODES);
  for (const name of [...MODES, 'meter'] as const) {
    const command = program
      .command(name)
      .description(SUMMARIES[name])
      .exitOverride()
      .addHelpText('after', EXIT_CODES);
    for (const option of optionsOf(name)) command.addOption(option);
    command.option(
      '--json',
      name === 'meter' ? METERED_JSON : 'print the outputs as one JSON object on stdout',
    );
    if (name === 'meter') command.option('--port <number>', 'port to listen on (0 picks a free one)', '0');
    if (name === 'wrap') command.argument('[command...]', "the agent's command, after --");
    if (name === 'gate') command.argument('[action]', 'status, open or close');
    command.action((first: readonly string[] | string | undefined) => {
      if (Array.isArray(first)) checkOperands(command, first, words);
      const agentCommand = name === 'wrap' && Array.isArray(first) && first.length > 0 ? first : undefined;
      const options = command.opts();
      if (name === 'gate' && typeof first === 'string') options['gateAction'] ??= first;
      request = toRequest(name, options, agentCommand, environment);
    });
  }
  addClassify(program, (asked) => {
    request = asked;
  });
  addConfig(program, environment, (asked) => {
    request = asked;
  });
  const { kept, faults } = sortOut(program, withSwitchValues(words));
  program.parse(kept, { from: 'user' });
  if (request === undefined) return program.help({ error: true });
  return request.command === 'classify' ? request : { ...request, faults };
}

/** What no flag knows is told with everything else that is wrong, and not by the parser, which ends with the first. */
function sortOut(program: Command, words: readonly string[]): { kept: string[]; faults: readonly Fault[] } {
  const [name = ''] = words;
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command === undefined || name === 'classify') return { kept: [...words], faults: [] };
  const flags = new Map(command.options.map(({ long, required }) => [long ?? '', required] as const));
  const end = words.indexOf(END_OF_FLAGS);
  const own = words.slice(1, end === -1 ? undefined : end);
  const takesWords = command.registeredArguments.length > 0;
  const sorted = sortWords(own, { command: name, flags: flags.set('--help', false), takesWords });
  if (sorted.unquoted !== undefined)
    command.error(`error: a value of several words needs quotes. Quote it: ${sorted.unquoted}`);
  return { kept: [name, ...sorted.words, ...words.slice(own.length + 1)], faults: sorted.faults };
}

/**
 * `--observe` alone says yes, and `--observe false` no. Any other word after a switch is not its value, since the parser
 * would take the agent's command for one.
 */
function withSwitchValues(words: readonly string[]): string[] {
  const end = words.indexOf(END_OF_FLAGS);
  const flags = end === -1 ? words : words.slice(0, end);
  const joined: string[] = [];
  for (let index = 0; index < flags.length; index += 1) {
    const word = flags[index] ?? '';
    const next = flags[index + 1] ?? '';
    const isSwitch = SWITCH_FLAGS.has(word);
    const hasValue = isSwitch && /^(?:true|false)$/i.test(next);
    joined.push(isSwitch ? `${word}=${hasValue ? next : 'true'}` : word);
    if (hasValue) index += 1;
  }
  return [...joined, ...words.slice(flags.length)];
}

/** A value that belongs to no flag must not become the program that is run. */
function checkOperands(command: Command, operands: readonly string[], words: readonly string[]): void {
  const end = words.indexOf(END_OF_FLAGS);
  if (end === -1 || operands.length < words.length - end) return;
  command.error(
    `error: '${operands[0]}' in front of -- is no flag. Example: spendgate wrap --max-cost '2 USD' -- claude -p "…"`,
  );
}

function addClassify(program: Command, onRequest: (request: ClassifyRequest) => void): void {
  const command = program
    .command('classify')
    .description('What an error answer of a gateway means: reads its body from stdin, prints JSON.')
    .exitOverride()
    .requiredOption('--gateway <id>', 'Who answered; see the table of gateways.')
    .requiredOption('--status <number>', 'Its HTTP status.')
    .option(
      '--header <line>',
      'A header, name: value; may be given several times.',
      (line: string, lines: string[]) => [...lines, line],
      [],
    )
    .option('--json', 'JSON is what it prints anyway');
  command.action(({ gateway, status, header }: { gateway: string; status: string; header: string[] }) =>
    onRequest({ command: 'classify', gateway, status, headers: header }),
  );
}

/** A test holds it to the version of the package. */
const VERSION = '1.0.0';

function optionsOf(command: Mode | 'meter'): Option[] {
  return inputsOf(command).map(optionFor);
}

function inputsOf(command: Mode | 'meter'): InputName[] {
  const mode = command === 'meter' ? 'wrap' : command;
  return INPUT_NAMES.filter(
    (name) =>
      name !== 'mode' &&
      inputSpec(name).modes.includes(mode) &&
      !(command === 'meter' && NOT_FOR_METER.has(name)),
  );
}

function toRequest(
  command: Mode | 'meter',
  options: Record<string, unknown>,
  agentCommand: readonly string[] | undefined,
  environment: Environment,
): RunRequest {
  const mode = command === 'meter' ? 'wrap' : command;
  const inputs: RawInputs = { mode };
  for (const name of inputsOf(command)) {
    const given = givenAs(name, options, environment);
    if (given !== undefined) inputs[name] = given.value;
  }
  const token = inputs['github-token'] ?? githubToken(environment);
  const config = inputs.config ?? policyAbove(process.cwd());
  return {
    command,
    inputs: {
      ...inputs,
      ...(config === undefined ? {} : { config }),
      ...(token ? { 'github-token': token } : {}),
    },
    agentCommand,
    json: options['json'] === true,
    port: Number(options['port'] ?? 0),
    faults: [],
  };
}
