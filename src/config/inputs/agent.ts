/** How the agent is started, and pointed at the meter. */
import { oneOf, parseBoolean } from '../parsers.js';
import { parseMinutesPrice } from '../quantity.js';
import { parseReserve } from '../token-weights.js';
import { asText, defineInputs } from './spec.js';

export const AGENT_INPUTS = defineInputs({
  run: {
    modes: ['wrap'],
    description: "The agent's command, run by `shell`.",
    example: 'claude -p "Triage issue 7"',
    parse: asText,
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
    parse: asText,
  },
  agent: {
    modes: ['wrap'],
    description:
      'Which agent the command starts, which decides how its clients are pointed at the meter; see the table of agents. `auto` looks at the command.',
    example: 'claude-code',
    default: '`auto`',
    parse: asText,
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
    parse: asText,
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
      'What a model without a known price means when `max-cost` is set: `warn` lets its calls pass uncounted and says so, `block` refuses them. Beside any limit on tokens or cost, `block` also refuses requests that the meter cannot read.',
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
    parse: asText,
  },
});
