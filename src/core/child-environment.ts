/**
 * What of our environment an untrusted agent may have. Taken out: keys, tokens, the action's inputs, the runner's cache
 * and identity tokens, its command files, and every variable that holds one of this run's secrets under another name.
 */

type Environment = Readonly<Record<string, string | undefined>>;

const RUNNER_FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];
const TOKENS = [
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'NODE_AUTH_TOKEN',
];
const OURS = /^(?:INPUT|ACTIONS|STATE|SPENDGATE)_/i;
/** Keys that model calls are made with; the agent gets the run token in their place, or nothing. */
const PROVIDER_KEY =
  /^(?:ANTHROPIC|CLAUDE|OPENAI|AZURE_OPENAI|CODEX|GEMINI|GOOGLE|GOOGLE_GENERATIVE_AI|OPENROUTER|LITELLM|COMETAPI|DEEPSEEK|MISTRAL|GROQ|XAI|TOGETHER|FIREWORKS|DASHSCOPE|MOONSHOT|ZHIPU|ZAI|COHERE|PERPLEXITY|COPILOT_PROVIDER|LLM)\w*_(?:API_KEY|KEY|AUTH_TOKEN|OAUTH_TOKEN|ACCESS_TOKEN|MASTER_KEY)$/;
const SHORTEST_SECRET = 8;

export interface EnvironmentPolicy {
  /** Values that must not reach the agent, wherever they stand. */
  readonly secrets: readonly string[];
  /** False on a laptop without a `gateway-key`: the agent's own login is what pays. */
  readonly dropsProviderKeys: boolean;
}

export function childEnvironment(
  environment: Environment,
  { secrets, dropsProviderKeys }: EnvironmentPolicy,
): Record<string, string> {
  const hidden = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  const isDropped = (name: string, value: string): boolean =>
    OURS.test(name) ||
    RUNNER_FILES.includes(name) ||
    TOKENS.includes(name) ||
    (dropsProviderKeys && PROVIDER_KEY.test(name)) ||
    hidden.some((secret) => value.includes(secret));
  const kept = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || isDropped(name, value) ? [] : [[name, value]],
    ),
  );
  return { ...kept, ...pastProxy(kept) };
}

const PROXY = /^(?:https?|all)_proxy$/i;
const LOOPBACK = ['127.0.0.1', 'localhost'];

/** Where clients ask a proxy, the meter is not to be asked for there: some read the one variable, some the other. */
export function pastProxy(environment: Environment): Record<string, string> {
  if (!Object.entries(environment).some(([name, value]) => PROXY.test(name) && value)) return {};
  const { no_proxy: lower, NO_PROXY: upper } = environment;
  const extended = (text = '') =>
    // Alone it means every host, and beside others nothing.
    text.trim() === '*' ? text : [...new Set([...text.split(',').filter(Boolean), ...LOOPBACK])].join(',');
  return { no_proxy: extended(lower ?? upper), NO_PROXY: extended(upper ?? lower) };
}
