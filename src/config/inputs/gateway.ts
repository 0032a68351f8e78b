/** Who is paid, and where the budget is read. */
import { oneOf, parseBaseUrl, parseKey, parseNames } from '../parsers.js';
import { asText, defineInputs } from './spec.js';

export const GATEWAY_INPUTS = defineInputs({
  gateway: {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'Who meters and bills the calls; see the table of gateways. `ledger` has no usage API: its budget stands in the policy file. `http` reads any JSON usage API by mapping.',
    example: 'litellm',
    parse: asText,
  },
  'gateway-url': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description: 'Base URL of the gateway, with or without a trailing `/v1`.',
    example: 'https://llm.example.com',
    parse: parseBaseUrl,
  },
  'gateway-key': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'Key that calls are made with. It is masked at once, and the agent never sees it. Without it the meter passes on the credentials the agent itself sends.',
    example: '${{ secrets.LLM_KEY }}',
    secret: true,
    parse: parseKey,
  },
  'budget-url': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description: 'Where the budget is read, when that is another host than `gateway-url`.',
    example: 'https://query.cometapi.com',
    parse: parseBaseUrl,
  },
  'admin-key': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'Key that the budget is read with, when that is another one than `gateway-key`. It is masked at once.',
    example: '${{ secrets.LLM_ADMIN_KEY }}',
    secret: true,
    parse: parseKey,
  },
  'budget-scope': {
    modes: ['pre', 'wrap', 'post', 'verify'],
    description:
      'What the budget belongs to, where the key alone does not say, as `name=value`; docs/gateways.md has the names each gateway takes.',
    example: 'organization=octo-org user=octocat',
    parse: parseNames,
  },
  attribution: {
    modes: ['wrap'],
    description:
      'What the gateway is told of the run with each call: repository, workflow, job, run, pull request or issue, actor, task, team and agent. `metadata` sends it where it only stands in the gateway’s log, `tags` also where the gateway may sum, limit, route or bill by it, `off` sends nothing. What each gateway takes stands in docs/attribution.md.',
    example: 'tags',
    default: '`metadata`',
    parse: oneOf('metadata', 'tags', 'off'),
  },
});
