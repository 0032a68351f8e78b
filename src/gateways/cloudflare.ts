/**
 * Cloudflare AI Gateway. A breached spend limit is a 429 whose body is not published, the status of a rate limit too; no
 * endpoint tells a key's holder what is left.
 *
 * `cf-aig-metadata` keeps five entries of a request in the logs. Others of `cf-aig-` set what a call costs in its books,
 * whether it is logged, and which stored key pays; `cf-aig-authorization` is the way in where the gateway asks for one.
 * @see https://developers.cloudflare.com/ai-gateway/observability/custom-metadata
 * @see https://developers.cloudflare.com/ai-gateway/glossary
 * @see https://developers.cloudflare.com/ai-gateway/features/spend-limits
 */
import { factsOf } from '../core/attribution.js';
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { jsonValue } from './shared/attribution-headers.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST } from './shared/silent.js';

/** More are dropped without a word. */
const MAX_ENTRIES = 5;
const RULES = withOrigin('upstream', PROVIDER_RULES);

export const cloudflare: Gateway = {
  id: 'cloudflare',
  aliases: ['cloudflare-ai-gateway'],
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Cloudflare AI Gateway',
    credential: 'No key reads it.',
    units: 'USD in the dashboard, cents in its API.',
    freshness: 'Agrees in time; bursts overshoot.',
    enforcement: 'counts',
    exhausted: '429, told from a rate limit by nothing that is published; 402 for unified billing.',
    history: 'Its logs and analytics.',
    attribution: '`cf-aig-metadata` with the first five facts: it keeps no more.',
    see: 'https://developers.cloudflare.com/ai-gateway/features/spend-limits',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('cloudflare', 'no endpoint tells what is left of a spend limit'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', sharesRateStatus: true }),
  ...SAYS_NO_COST,
  readRoute: ({ headers }) => ({ servedBy: undefined, fallbacks: readStep(headers['cf-aig-step']) }),
  attribute: (facts) => ({ 'cf-aig-metadata': jsonValue(factsOf(facts).slice(0, MAX_ENTRIES)) }),
  reservedHeaders: { families: ['cf-aig-'], except: ['cf-aig-authorization'] },
};

/** The step of the route that answered: 0 is the first choice. */
function readStep(step: string | undefined): number | undefined {
  return step !== undefined && /^\d+$/.test(step) ? Number(step) : undefined;
}
