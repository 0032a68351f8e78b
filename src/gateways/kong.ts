/**
 * Kong, plugin AI Rate Limiting Advanced. What is left stands in headers of each answer, unless they are hidden, and is a
 * rate: nothing can be asked for before a call.
 *
 * It has no header of its own for whose a call is: its log plugins are told which to keep. What it does not know travels on
 * to the provider, so nothing is said unless it is asked for.
 * @see https://docs.konghq.com/hub/kong-inc/ai-rate-limiting-advanced
 */
import { factsOf } from '../core/attribution.js';
import type { FailureRule } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { saysNothingLeft } from '../wire/headers.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { headerPerFact } from './shared/attribution-headers.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

/** The plugin's own refusal; its body is whatever the operator wrote. */
const exceeded: FailureRule = ({ status, headers }) => {
  const spent = Object.keys(headers).find(
    (name) => name.startsWith('x-ai-ratelimit-remaining') && saysNothingLeft(headers[name]),
  );
  return status === 429 && spent !== undefined
    ? { kind: 'rate-limited', by: 'header', evidence: `${spent}: ${headers[spent]}` }
    : undefined;
};

const RULES = [exceeded, ...withOrigin('upstream', PROVIDER_RULES)];

export const kong: Gateway = {
  id: 'kong',
  aliases: ['kong-ai'],
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Kong AI Gateway',
    credential: 'No key reads it.',
    units: 'Tokens or cost per window, as the plugin is set.',
    freshness: 'Nothing to read.',
    enforcement: 'counts',
    exhausted:
      '429 with `X-AI-RateLimit-Remaining-…: 0`; a window of a month is told like a window of a minute, by `Retry-After` alone.',
    history: 'Its logs.',
    attribution:
      'Nothing by default. With `tags` `x-spendgate-…`, a header for each fact, for its log plugins. The providers behind it see them too, unless a transformer takes them out.',
    see: 'https://docs.konghq.com/hub/kong-inc/ai-rate-limiting-advanced',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('kong', 'its limits stand in the headers of answers only'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', sharesRateStatus: true }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
  attribute: (facts, how) => (how === 'tags' ? headerPerFact('x-spendgate-', factsOf(facts)) : {}),
  reservedHeaders: { families: ['x-spendgate-'] },
};
