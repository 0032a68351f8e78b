/**
 * Routes beside the model calls. Some make keys, lift limits or change who pays: with the gateway's key an agent could make
 * itself another one, so that these are told by their shape, whoever serves them and whichever comes next.
 * @see https://docs.litellm.ai/docs/proxy/virtual_keys
 * @see https://portkey.ai/docs/api-reference/admin-api/introduction
 * @see https://docs.getbifrost.ai/features/governance/virtual-keys
 * @see https://openrouter.ai/docs/features/provisioning-api-keys
 */

const LOOKS = new Set(['GET', 'HEAD']);

/** The first word of a route, where it manages something whatever its method is. */
const MANAGED =
  /^\/(?:api\/)?(?:v\d+\/)?(?:key|keys|user|users|team|teams|organization|organizations|customer|budget|budgets|spend|global|config|credentials|guardrails|token|channel|option|log|redemption|model\/(?:new|update|delete))(?:\/|$)/i;

/** What a key tells of itself. Agents show it, and nothing is changed by it. */
const OWN_STATE = new RegExp(
  `^/(?:api/)?(?:v\\d+/)?(?:${[
    '(?:auth/)?key(?:/info)?',
    'api[-_]key',
    'api_keys/rate_limits(?:/log)?',
    'user/balance',
    'governance/virtual-keys/quota',
  ].join('|')})$`,
  'i',
);

/** Words anywhere in a route by which even a look gives away what an agent must not have, or makes a key. */
const SECRET = words(
  '(?:api|virtual|access|service|provisioning|management)?[-_]?keys?',
  'sso|scim|saml|oauth2?|governance|admin|credentials?|configs?|auth[-_]?tokens|client[-_]?secrets|copilot_internal',
);

/** Words anywhere in a route that changes something. */
const CHANGED = words(
  'users?|end[-_]?users?|teams?|organi[sz]ations?|orgs?|customers?|members?|invit(?:e|es|ations?)|permissions?|roles?',
  'workspaces?|budgets?|(?:usage|rate|spend)[-_]?limits?|polic(?:y|ies)|guardrails?|spend|credits?|billing|payments?',
  'settings|integrations?|providers?|plugins?|routes?|webhooks?|tags?|access[-_]?groups?|model[-_]cost[-_]map|allowed[-_]ip',
);
/**
 * What a short-lived key comes from, that an agent could use past the meter.
 * @see https://help.aliyun.com/zh/model-studio/generate-temporary-api-key
 * @see https://learn.microsoft.com/azure/ai-services/openai/how-to/realtime-audio-webrtc
 */
const SESSIONS =
  /\/(?:realtime(?:api)?\/(?:transcription_|translation_)?sessions|chatkit\/sessions|tokens?|auth\/grant)$/i;
/** LiteLLM and its like end a route that manages something with what is done. */
const DEEDS = /^(?:\/v\d+)?\/[\w-]+\/(?:\w+\/)?(?:new|update|delete|block|unblock|regenerate|reset)$/i;

/**
 * Requests that only look, or count. Whole routes: a gateway that goes by prefixes serves what stands behind one that costs
 * something, whatever it ends with.
 */
const FREE = new RegExp(
  `^(?:${[
    '(?:/v1)?/messages/count_tokens',
    '(?:/v1)?/responses/input_tokens',
    '/v1(?:beta\\d?|alpha)?/(?:projects/[^/]+/locations/[^/]+/publishers/google/)?models/[^/:]+:countTokens',
    '/api/hello',
    '(?:/v1)?/analytics/codex/[\\w-]+',
    '/v1/(?:logs|metrics|traces)',
  ].join('|')})$`,
);
/**
 * LiteLLM calls every model it has to say how they are; its probes of the process itself are other routes.
 * @see https://docs.litellm.ai/docs/proxy/health
 */
const CALLS_MODELS = /^(?:\/v1)?\/health$/i;

export function isManagement(method: string, path: string): boolean {
  if (LOOKS.has(method)) return !OWN_STATE.test(path) && (MANAGED.test(path) || SECRET.test(path));
  return [MANAGED, SECRET, CHANGED, SESSIONS, DEEDS].some((shape) => shape.test(path));
}

/** True for a request that may cost something although the meter cannot read its usage. */
export function isSpending(method: string, path: string): boolean {
  if (LOOKS.has(method)) return CALLS_MODELS.test(path);
  return method !== 'DELETE' && !FREE.test(path);
}

/** The same for what is told of a request afterwards: `POST /v1/images`. */
export function isSpendingRoute(route: string): boolean {
  const [method = '', path = ''] = route.split(' ');
  // A websocket's warm-up that cost something is a call.
  return method !== 'WS' && isSpending(method, path);
}

function words(...groups: readonly string[]): RegExp {
  return new RegExp(`/(?:${groups.join('|')})(?=/|$)`, 'i');
}
