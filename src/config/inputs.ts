/**
 * Every input once: name, modes, meaning, example and parser. The action's `action.yml`, the CLI's flags, the README
 * table and the keys a policy file may set all follow from this list.
 */
import type { Range } from '../core/range.js';
import type { Fallback, Quantity } from '../core/verdict.js';
import { listOf, oneOf, parseBoolean, parseKillSwitch, parseNames, parseUrl } from './parsers.js';
import {
  parseCount,
  parseDuration,
  parseMinutesPrice,
  parsePercentage,
  parsePercentages,
  parseQuantity,
  parseRange,
  parseUsd,
  parseWait,
} from './quantity.js';
import { parseReserve, parseTokenWeights } from './token-weights.js';

export const MODES = ['pre', 'wrap', 'post', 'gate', 'verify'] as const;
export type Mode = (typeof MODES)[number];

/** What `verify` tries, in this order. */
export const PROBES = ['happy-path', 'request-ceiling', 'isolation', 'exhaustion', 'fallback'] as const;
export type ProbeName = (typeof PROBES)[number];

export interface InputSpec<T = unknown> {
  /** Where the input has a meaning; elsewhere it is accepted and ignored. */
  readonly modes: readonly Mode[];
  /** Full sentences, for `action.yml` and the README. */
  readonly description: string;
  /** A right value, shown beside every fault. */
  readonly example: string;
  /** What holds when nobody sets it, for people; `undefined` when there is no default. */
  readonly default?: string;
  /** Registered for masking the moment it is read; never taken from a policy file. */
  readonly secret?: true;
  /** Why only the workflow itself may say it, as the end of a sentence; `undefined` where a task may. */
  readonly workflowOnly?: string;
  /** @throws {AppError} of kind `usage`, whose hint is an example. */
  readonly parse: (text: string) => T;
}

const ALL = MODES;
const text = (value: string): string => value;

const parseFallback: (value: string) => Fallback = oneOf('block', 'warn', 'pass');
const countRange = (value: string): Range => parseRange(value, parseCount);
const usdRange = (value: string): Range => parseRange(value.replace(/\s*USD$/i, ''), parseUsd);

const OBSERVED =
  'it is what one run was seen to use, and given by the workflow (a limit is `max-…`, a range `expect-…`)';
const GATE_DECISION = 'somebody decides over a gate once, with `mode: gate`';
const TEST_BUDGET = '`mode: verify` spends a test budget, and is told how in its own step';

function define<const S extends Record<string, InputSpec>>(specs: S): S {
  return specs;
}

export const INPUTS = define({
  mode: {
    modes: ALL,
    description:
      'What this step does: `pre` asks whether the run may start, `wrap` runs the agent behind the meter, `post` judges what it used, `gate` shows, opens or closes the gate, `verify` finds out what the gateway really does at its limits.',
    example: 'pre',
    workflowOnly: 'each step says it for itself',
    parse: oneOf(...MODES),
  },
  task: {
    modes: ALL,
    description: 'Task type. It selects the limits and expected ranges of the policy file.',
    example: 'triage',
    default: '`default`',
    workflowOnly: 'it selects a task of this file',
    parse: text,
  },
  config: {
    modes: ALL,
    description: 'Path of the policy file. The default may be absent; a file that is named must exist.',
    example: '.github/spendgate.yml',
    default: '`.github/spendgate.yml`',
    workflowOnly: 'it names this file',
    parse: text,
  },
  gateway: {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'Who meters and bills the calls; see the table of gateways. `ledger` has no usage API: its budget stands in the policy file. `http` reads any JSON usage API by mapping.',
    example: 'litellm',
    parse: text,
  },
  'gateway-url': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description: 'Base URL of the gateway, with or without a trailing `/v1`.',
    example: 'https://llm.example.com',
    parse: parseUrl,
  },
  'gateway-key': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'Key that calls are made with. It is masked at once, and the agent never sees it. Without it the meter passes on the credentials the agent itself sends.',
    example: '${{ secrets.LLM_KEY }}',
    secret: true,
    parse: text,
  },
  'budget-url': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description: 'Where the budget is read, when that is another host than `gateway-url`.',
    example: 'https://query.cometapi.com',
    parse: parseUrl,
  },
  'admin-key': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'Key that the budget is read with, when that is another one than `gateway-key`. It is masked at once.',
    example: '${{ secrets.LLM_ADMIN_KEY }}',
    secret: true,
    parse: text,
  },
  'budget-scope': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'What the budget belongs to, where the key alone does not say, as `name=value`; see the table of gateways for the names each takes.',
    example: 'organization=octo-org user=octocat',
    parse: parseNames,
  },
  'min-remaining': {
    modes: ['pre'],
    description:
      'The step fails when less than this is left. A bare number counts in the unit the gateway reports (dollars for USD).',
    example: '5 USD',
    parse: (value): Quantity => parseQuantity(value),
  },
  'on-unreadable': {
    modes: ['pre'],
    description:
      'What a budget that could not be read means: `block` fails the step, `warn` and `pass` let the run start.',
    example: 'block',
    default: '`block`',
    parse: parseFallback,
  },
  'on-gate-unknown': {
    modes: ['pre'],
    description:
      'What a gate that could not be read means: `block` fails the step, `warn` and `pass` let the run start.',
    example: 'warn',
    default: '`warn`',
    parse: parseFallback,
  },
  'kill-switch': {
    modes: ['pre', 'wrap'],
    description:
      'Any value but empty, `false`, `0`, `no` and `off` stops the run. Meant for a variable, so that one click halts every workflow.',
    example: '${{ vars.SPENDGATE_HALT }}',
    parse: parseKillSwitch,
  },
  'alert-at': {
    modes: ['pre', 'post'],
    description: 'Shares of a limit at which people get a notice. Nothing stops below 100 %.',
    example: '50%,80%',
    default: '`50%,80%`',
    parse: parsePercentages,
  },
  run: {
    modes: ['wrap'],
    description: "The agent's command, run by `shell`.",
    example: 'claude -p "Triage issue 7"',
    parse: text,
  },
  background: {
    modes: ['wrap'],
    description:
      '`true` starts the meter as a process of its own, which stays when this step ends: for agents that are steps of their own. It takes no `run`; `post` ends the meter.',
    example: 'true',
    default: '`false`',
    workflowOnly: 'whether an agent is a step of its own is said by the workflow',
    parse: parseBoolean,
  },
  shell: {
    modes: ['wrap'],
    description: 'Shell that runs the command: `bash` (with `-eo pipefail`), `sh` or `pwsh`.',
    example: 'bash',
    default: '`bash`',
    parse: oneOf('bash', 'sh', 'pwsh'),
  },
  'working-directory': {
    modes: ['wrap'],
    description: 'Folder the command runs in.',
    example: 'packages/app',
    default: 'the workspace',
    parse: text,
  },
  agent: {
    modes: ['wrap'],
    description:
      'Which agent the command starts, which decides how its clients are pointed at the meter; see the table of agents. `auto` looks at the command.',
    example: 'claude-code',
    default: '`auto`',
    parse: text,
  },
  'agent-telemetry': {
    modes: ['wrap'],
    description:
      'Whether the meter also takes the telemetry of an agent that can send it (Claude Code), and joins it call by call. Numbers and ids are kept, never prompts or answers. Telemetry that goes to a collector of your own stays as it is.',
    example: 'true',
    default: '`false`',
    parse: parseBoolean,
  },
  upstream: {
    modes: ['wrap'],
    description:
      'Where calls are forwarded. `auto` takes `gateway-url`, and without one the provider of each dialect; else one URL for everything, or lines of `dialect=url` for an agent that talks to several APIs.',
    example: 'anthropic-messages=https://api.anthropic.com',
    default: '`auto`',
    parse: text,
  },
  'max-cost': {
    modes: ['wrap'],
    description: 'The run may cost this much. A call that could pass it is refused before it leaves.',
    example: '2 USD',
    parse: parseUsd,
  },
  'max-tokens': {
    modes: ['wrap'],
    description: 'Input and output tokens the run may use together.',
    example: '2m',
    parse: parseCount,
  },
  'max-input-tokens': {
    modes: ['wrap'],
    description: 'Input tokens the run may use, cached ones included.',
    example: '1.5m',
    parse: parseCount,
  },
  'max-output-tokens': {
    modes: ['wrap'],
    description: 'Output tokens the run may use, reasoning included.',
    example: '100k',
    parse: parseCount,
  },
  'max-weighted-tokens': {
    modes: ['wrap'],
    description:
      'Tokens the run may use, each weighted by `token-weights`: a limit on what a run is worth where no price is known, or none is paid by the token.',
    example: '2m',
    parse: parseCount,
  },
  'token-weights': {
    modes: ['wrap'],
    description:
      "Weights for `max-weighted-tokens`: `input`, `cache-read`, `cache-write`, `output`, `reasoning` (as `output` unless it is named). The defaults are the ratios of Claude's list prices.",
    example: 'input=1 cache-read=0.1 output=4 reasoning=4',
    default: '`input=1 cache-read=0.1 cache-write=1.25 output=5`',
    parse: parseTokenWeights,
  },
  'max-requests': {
    modes: ['wrap'],
    description: 'Model calls the run may make.',
    example: '60',
    parse: parseCount,
  },
  'max-retries': {
    modes: ['wrap'],
    description: 'Calls the run may repeat after a failure.',
    example: '10',
    parse: parseCount,
  },
  'max-consecutive-errors': {
    modes: ['wrap'],
    description: 'Calls in a row that may fail before the run is ended: a retry storm.',
    example: '8',
    parse: parseCount,
  },
  'max-identical-requests': {
    modes: ['wrap'],
    description:
      'How often the very same request may be sent, answered or not, before the run is ended: a loop.',
    example: '5',
    parse: parseCount,
  },
  'max-cache-misses': {
    modes: ['wrap'],
    description:
      'Calls in a row that may read nothing from the prompt cache, once it has been read, before the run is ended: each of them pays the whole context again.',
    example: '10',
    parse: parseCount,
  },
  'max-subagents': {
    modes: ['wrap'],
    description:
      'How many subagents the run may start, where the agent tells them apart. Calls of one more are refused, and the main loop goes on; the third refused call of the same subagent ends the run.',
    example: '4',
    parse: parseCount,
  },
  'max-subagent-depth': {
    modes: ['wrap'],
    description:
      'How deep subagents may start subagents of their own: `0` allows none, `1` those of the main loop. Calls of a deeper one are refused like those of one too many.',
    example: '1',
    parse: parseCount,
  },
  'max-subagent-tokens': {
    modes: ['wrap'],
    description:
      'Input and output tokens each subagent may use together. A call of a subagent that could pass it is refused, and the main loop goes on.',
    example: '500k',
    parse: parseCount,
  },
  timeout: {
    modes: ['wrap'],
    description:
      'How long the command may run. Then its whole process group is ended, and the outputs are still written.',
    example: '20m',
    parse: parseDuration,
  },
  'request-max-input-tokens': {
    modes: ['wrap'],
    description: 'A call with a larger input (estimated from its bytes) is refused; the run goes on.',
    example: '150k',
    parse: parseCount,
  },
  'request-max-output-tokens': {
    modes: ['wrap'],
    description:
      'Output ceiling of every call: lowered where the agent asks for more, added where it asks for none.',
    example: '8k',
    parse: parseCount,
  },
  'wrap-up': {
    modes: ['wrap'],
    description:
      'With `true` the agent is told when its run comes to an end: once when 80 % of the tightest limit of use is used, and once when it is time to hand in. The note is added to a request of its main loop, so this changes the conversation.',
    example: 'true',
    default: '`false`',
    parse: parseBoolean,
  },
  reserve: {
    modes: ['wrap'],
    description:
      'What is kept for handing in with `wrap-up: true`, inside every limit of use: `auto` (enough for two calls like the last ones of the main agent, and at least 5 %), `none`, or a share. Subagents and side calls cannot use it.',
    example: '5%',
    default: '`auto`',
    parse: parseReserve,
  },
  'on-unpriced': {
    modes: ['wrap'],
    description:
      'What a model without a known price means when `max-cost` is set: `warn` lets its calls pass uncounted and says so, `block` refuses them.',
    example: 'block',
    default: '`warn`',
    parse: oneOf('warn', 'block'),
  },
  'on-fallback': {
    modes: ['wrap'],
    description:
      'What an answer of another model than the one asked for does, told by the gateway or by the name in the answer: `warn` reports it, `stop` ends the run after it, `pass` leaves it alone.',
    example: 'stop',
    default: '`warn`',
    parse: oneOf('warn', 'stop', 'pass'),
  },
  'minutes-price': {
    modes: ['wrap'],
    description:
      'Price of a minute of the runner, one for all or `label=price` per runner label; `self-hosted`, `linux`, `windows` and `macos` are labels too. Started minutes count, and become part of what the run cost.',
    example: 'ubuntu-latest=0.006 USD',
    parse: parseMinutesPrice,
  },
  'runner-label': {
    modes: ['wrap'],
    description: 'Label of this runner, for `minutes-price`.',
    example: 'ubuntu-latest',
    default: 'what the runner says of itself: `self-hosted`, or its system',
    parse: text,
  },
  'expect-input-tokens': {
    modes: ['post'],
    description: 'Expected range of input tokens.',
    example: '5k..50k',
    parse: countRange,
  },
  'expect-output-tokens': {
    modes: ['post'],
    description: 'Expected range of output tokens.',
    example: '..10k',
    parse: countRange,
  },
  'expect-cost': {
    modes: ['post'],
    description: 'Expected range of cost.',
    example: '0.05..0.50 USD',
    parse: usdRange,
  },
  'expect-requests': {
    modes: ['post'],
    description: 'Expected range of model calls.',
    example: '3..40',
    parse: countRange,
  },
  'input-tokens': {
    modes: ['post'],
    description: 'Observed input tokens, where the agent ran without `wrap`.',
    example: '48210',
    workflowOnly: OBSERVED,
    parse: parseCount,
  },
  'output-tokens': {
    modes: ['post'],
    description: 'Observed output tokens, where the agent ran without `wrap`.',
    example: '3120',
    workflowOnly: OBSERVED,
    parse: parseCount,
  },
  'cost-usd': {
    modes: ['post'],
    description: 'Observed cost in USD, where the agent ran without `wrap`.',
    example: '0.42',
    workflowOnly: OBSERVED,
    parse: parseUsd,
  },
  usage: {
    modes: ['post'],
    description:
      'Observed usage as JSON (the output `usage` of `wrap`), or the path of a file that holds it.',
    example: '${{ steps.agent.outputs.usage }}',
    default: 'the record that `wrap` left in this job',
    workflowOnly: 'it is the record of one run, and given by the workflow',
    parse: text,
  },
  'meter-control': {
    modes: ['post'],
    description:
      'The output `meter-control` of the `wrap` step that started a meter in the background. Without it `post` finds the meter by a variable of the job, which the steps in between could have changed.',
    example: '${{ steps.meter.outputs.meter-control }}',
    workflowOnly: 'it is the output of one `wrap` step',
    secret: true,
    parse: text,
  },
  'max-drift': {
    modes: ['post'],
    description:
      "How far the gateway's own count may be from the meter's, in percent, before it is a finding. It is read when `pre` ran in the same job.",
    example: '5%',
    default: '`5%`',
    parse: parsePercentage,
  },
  'reconcile-wait': {
    modes: ['post'],
    description:
      'How long to wait for a gateway whose count trails its calls (within the lag it states), before the two counts are compared. `0` compares at once.',
    example: '60s',
    default: '`10s`',
    parse: parseWait,
  },
  'on-out-of-range': {
    modes: ['post'],
    description:
      'What usage outside its range does: `block` closes the gate and annotates, and the step stays green; `fail` does the same and fails the step; `warn` only annotates.',
    example: 'block',
    default: '`block`',
    parse: oneOf('block', 'fail', 'warn'),
  },
  gate: {
    modes: ['pre', 'post', 'gate'],
    description: 'Name of the gate. Runs that share a name wait for each other.',
    example: 'nightly-triage',
    default: 'workflow and task',
    parse: text,
  },
  'block-for': {
    modes: ['pre', 'post', 'gate'],
    description: 'How long a closed gate stays closed.',
    example: '7d',
    default: 'until a person opens it',
    parse: parseDuration,
  },
  'gate-action': {
    modes: ['gate'],
    description: 'What to do with the gate: `status`, `open` or `close`.',
    example: 'open',
    default: '`status`',
    workflowOnly: GATE_DECISION,
    parse: oneOf('status', 'open', 'close'),
  },
  reason: {
    modes: ['gate'],
    description: 'Why the gate is opened or closed. It is recorded with the actor.',
    example: 'Looked at run 42: a large refactoring, fine.',
    workflowOnly: GATE_DECISION,
    parse: text,
  },
  comment: {
    modes: ['post'],
    description:
      'When the PR gets a comment: `on-finding`, `always` or `never`. One comment per task, updated in place.',
    example: 'on-finding',
    default: '`on-finding`',
    parse: oneOf('on-finding', 'always', 'never'),
  },
  'verify-max-cost': {
    modes: ['verify'],
    description:
      'The most that all probes together may spend. On a terminal it is asked for; elsewhere it must be given.',
    example: '0.50 USD',
    workflowOnly: TEST_BUDGET,
    parse: parseUsd,
  },
  'verify-model': {
    modes: ['verify'],
    description: 'Model that the probes call, as the gateway names it. A cheap one is best.',
    example: 'gpt-5-mini',
    workflowOnly: TEST_BUDGET,
    parse: text,
  },
  'verify-probes': {
    modes: ['verify'],
    description: 'Which probes run, separated by commas.',
    example: 'happy-path,exhaustion',
    default: 'all that have what they need',
    workflowOnly: TEST_BUDGET,
    parse: (value): readonly ProbeName[] => listOf(PROBES, value),
  },
  'verify-budget': {
    modes: ['verify'],
    description:
      'The test budget that is set on the key at the gateway, where it cannot be read there. Deliberately small.',
    example: '0.05 USD',
    workflowOnly: TEST_BUDGET,
    parse: parseUsd,
  },
  'verify-second-key': {
    modes: ['verify'],
    description:
      'Another key, to see whether it is affected when the first one is exhausted. Masked at once.',
    example: '${{ secrets.LLM_SECOND_KEY }}',
    secret: true,
    parse: text,
  },
  'verify-fallback-model': {
    modes: ['verify'],
    description:
      'A model that the gateway falls back to, to see whether it answers when the budget is exhausted.',
    example: 'gpt-5-nano',
    workflowOnly: TEST_BUDGET,
    parse: text,
  },
  'verify-request-ceiling': {
    modes: ['verify'],
    description:
      'Output ceiling per request that is set at the gateway: the probe asks for more, and sees whether it is refused or silently cut.',
    example: '4k',
    workflowOnly: TEST_BUDGET,
    parse: parseCount,
  },
  'verify-label': {
    modes: ['verify'],
    description: 'Name of the key in the log record; never the key itself.',
    example: 'ci-agent-test',
    default: 'the scope that the gateway names',
    workflowOnly: TEST_BUDGET,
    parse: text,
  },
  'verify-wait': {
    modes: ['verify'],
    description: "How long to wait for the gateway's own count to follow its calls.",
    example: '3m',
    default: '`90s`',
    workflowOnly: TEST_BUDGET,
    parse: parseWait,
  },
  'verify-dir': {
    modes: ['verify'],
    description: 'Folder for the log record, the contract report and the `contract` block.',
    example: 'spendgate-verify',
    default: '`spendgate-verify`',
    workflowOnly: TEST_BUDGET,
    parse: text,
  },
  observe: {
    modes: ALL,
    description: '`true` reports everything, and fails and blocks nothing: the way to start.',
    example: 'true',
    default: '`false`',
    parse: parseBoolean,
  },
  'github-token': {
    modes: ['pre', 'post', 'gate'],
    description:
      'Token for the PR comment (`pull-requests: write`) and for reading the gate across refs (`actions: read`).',
    example: '${{ github.token }}',
    default: '`${{ github.token }}`',
    secret: true,
    parse: text,
  },
});

export type InputName = keyof typeof INPUTS;
/** The parsed value of an input; `undefined` when nobody set it. */
export type InputValue<N extends InputName> = ReturnType<(typeof INPUTS)[N]['parse']> | undefined;

export const INPUT_NAMES = Object.keys(INPUTS) as InputName[];

/** The same list without the parsers' types, for code that walks over all inputs. */
export function inputSpec(name: InputName): InputSpec {
  return INPUTS[name];
}

/** Inputs that say yes or no. */
export const SWITCHES: ReadonlySet<InputName> = new Set(
  INPUT_NAMES.filter((name) => inputSpec(name).parse === parseBoolean),
);
