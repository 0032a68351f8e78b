/** Every output once, for `action.yml` and the README. An output that is not known is the empty string, never `0`. */
import type { Mode } from './inputs.js';

export interface OutputSpec {
  readonly modes: readonly Mode[];
  readonly description: string;
}

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
  'input-tokens': { modes: ['wrap'], description: 'Input tokens of all calls, cached ones included.' },
  'output-tokens': { modes: ['wrap'], description: 'Output tokens of all calls, reasoning included.' },
  'cache-read-tokens': { modes: ['wrap'], description: 'Input tokens that were read from a cache.' },
  'cache-write-tokens': { modes: ['wrap'], description: 'Input tokens that were written to a cache.' },
  'reasoning-tokens': { modes: ['wrap'], description: 'Output tokens that were reasoning.' },
  'total-tokens': { modes: ['wrap'], description: 'Input and output tokens together.' },
  requests: { modes: ['wrap'], description: 'Model calls that reached the upstream.' },
  'failed-requests': { modes: ['wrap'], description: 'Calls among them that failed or were cut.' },
  retries: { modes: ['wrap'], description: 'Calls among them that repeated a failed one.' },
  'cost-usd': { modes: ['wrap'], description: 'Cost in USD, exact decimal.' },
  'cost-source': {
    modes: ['wrap'],
    description: 'Where the cost comes from: `gateway`, `price-table`, `mixed` or `unknown`.',
  },
  'runner-minutes': {
    modes: ['wrap'],
    description: 'Started minutes of the command, where `minutes-price` is given.',
  },
  'runner-cost-usd': { modes: ['wrap'], description: 'What these minutes cost, in USD.' },
  'total-cost-usd': {
    modes: ['wrap'],
    description: 'Cost of calls and minutes together, in USD; empty when a part of it is not known.',
  },
  models: { modes: ['wrap'], description: 'Models that answered, separated by commas.' },
  'exit-code': { modes: ['wrap'], description: "The command's own exit code." },
  'stop-reason': {
    modes: ['wrap'],
    description:
      'Why the run ended: `completed`, `agent-failed`, `budget-exhausted`, `limit:<input>`, `timed-out` or `cancelled`.',
  },
  'duration-ms': { modes: ['wrap'], description: 'How long the command ran, in milliseconds.' },
  record: {
    modes: ['wrap', 'verify'],
    description: 'Path of the usage record, or after `verify` of the log record (JSON).',
  },
  usage: { modes: ['wrap'], description: 'The usage record itself, as JSON.' },
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
  'comment-url': { modes: ['post'], description: 'URL of the PR comment.' },
} as const satisfies Record<string, OutputSpec>;
