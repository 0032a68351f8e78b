/** Every output once, for `action.yml` and the README. An output that is not known is the empty string, never `0`. */
import type { Mode } from './inputs.js';

export interface OutputSpec {
  readonly modes: readonly Mode[];
  readonly description: string;
}

/** `post` sets them where the meter ran in the background: `wrap` has left by then. */
const USAGE = ['wrap', 'post'] as const;

export const OUTPUTS = {
  allowed: { modes: ['pre'], description: '`true` when the run may start, else `false`.' },
  verdict: {
    modes: ['pre', 'post'],
    description:
      'After `pre`: `allow`, `degrade` (allowed, though something could not be read) or `deny`. After `post`: `within`, `outside` or `unknown`.',
  },
  remaining: { modes: ['pre'], description: 'What is left on the tightest limit, in `unit`.' },
  unit: { modes: ['pre'], description: 'Unit of `remaining`, `limit` and `used`.' },
  limit: { modes: ['pre'], description: 'The tightest limit; `unlimited` when no limit is finite.' },
  used: { modes: ['pre'], description: 'What is used of the tightest limit.' },
  'percent-used': { modes: ['pre'], description: 'Share of the tightest limit that is used, in percent.' },
  'resets-at': { modes: ['pre'], description: 'When the tightest limit resets, ISO 8601.' },
  gate: { modes: ['pre', 'post', 'gate'], description: 'State of the gate: `open`, `closed` or `unknown`.' },
  reason: { modes: ['pre', 'gate'], description: 'The sentence that decided.' },
  snapshot: { modes: ['pre'], description: 'The whole budget reading as JSON.' },
  'input-tokens': { modes: USAGE, description: 'Input tokens of all calls, cached ones included.' },
  'output-tokens': { modes: USAGE, description: 'Output tokens of all calls, reasoning included.' },
  'cache-read-tokens': { modes: USAGE, description: 'Input tokens that were read from a cache.' },
  'cache-write-tokens': { modes: USAGE, description: 'Input tokens that were written to a cache.' },
  'reasoning-tokens': { modes: USAGE, description: 'Output tokens that were reasoning.' },
  'total-tokens': { modes: USAGE, description: 'Input and output tokens together.' },
  requests: { modes: USAGE, description: 'Model calls that reached the upstream.' },
  'failed-requests': { modes: USAGE, description: 'Calls among them that failed or were cut.' },
  retries: { modes: USAGE, description: 'Calls among them that repeated a failed one.' },
  'cost-usd': { modes: USAGE, description: 'Cost in USD, exact decimal.' },
  'cost-source': {
    modes: USAGE,
    description: 'Where the cost comes from: `gateway`, `price-table`, `mixed` or `unknown`.',
  },
  'runner-minutes': {
    modes: USAGE,
    description: 'Started minutes of the command, where `minutes-price` is given.',
  },
  'runner-cost-usd': { modes: USAGE, description: 'What these minutes cost, in USD.' },
  'total-cost-usd': {
    modes: USAGE,
    description: 'Cost of calls and minutes together, in USD; empty when a part of it is not known.',
  },
  models: { modes: USAGE, description: 'Models that answered, separated by commas.' },
  'exit-code': { modes: USAGE, description: "The command's own exit code." },
  'stop-reason': {
    modes: USAGE,
    description:
      'Why the run ended: `completed`, `agent-failed`, `budget-exhausted`, `limit:<input>`, `timed-out` or `cancelled`.',
  },
  'duration-ms': {
    modes: USAGE,
    description: 'How long the command ran, or the meter in the background, in milliseconds.',
  },
  record: {
    modes: ['wrap', 'post', 'verify'],
    description: 'Path of the usage record, or after `verify` of the log record (JSON).',
  },
  usage: { modes: USAGE, description: 'The usage record itself, as JSON.' },
  'meter-url': {
    modes: ['wrap'],
    description: 'With `background`: base URL of the meter, without a path.',
  },
  'responses-api-endpoint': {
    modes: ['wrap'],
    description:
      'With `background`: URL of the Responses API at the meter, as `openai/codex-action` takes it.',
  },
  'meter-token': {
    modes: ['wrap'],
    description:
      'With `background`: what clients present as their API key; worth nothing anywhere else. Empty without a `gateway-key`.',
  },
  'meter-control': {
    modes: ['wrap'],
    description:
      'With `background`: what `post` needs to end the meter, and to know its record from a forged one.',
  },
  findings: { modes: ['post'], description: 'What was found, as a JSON list, most important first.' },
  'drift-percent': {
    modes: ['post'],
    description:
      "How far the gateway's own count is from the meter's, in percent of the meter's; positive when the gateway counted more. Empty when no count could be compared.",
  },
  'test-outcome': { modes: ['verify'], description: '`pass`, `fail` or `incomplete`.' },
  'log-record': { modes: ['verify'], description: 'The log record of the smoke test as JSON.' },
  contract: { modes: ['verify'], description: 'The `contract` block for the policy file, as YAML.' },
  'contract-report': { modes: ['verify'], description: 'Path of the contract report (Markdown).' },
  'comment-url': { modes: ['post', 'comment'], description: 'URL of the PR comment.' },
  report: {
    modes: ['post'],
    description: 'Path of the report (JSON), for a workflow that comments where this one may only read.',
  },
} as const satisfies Record<string, OutputSpec>;
