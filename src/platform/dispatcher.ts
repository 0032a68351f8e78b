/** Outgoing connections: pooled, through the proxy the environment names, if any. */
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';

type Environment = Readonly<Record<string, string | undefined>>;

/** Long answers are normal (reasoning before the first byte, pauses in a stream), so the bounds are wide. */
const HEADERS_TIMEOUT_MS = 15 * 60_000;
const BODY_TIMEOUT_MS = 10 * 60_000;

export function createDispatcher(environment: Environment): Dispatcher {
  const options = { headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: BODY_TIMEOUT_MS };
  const httpProxy = environment['http_proxy'] ?? environment['HTTP_PROXY'];
  const httpsProxy = environment['https_proxy'] ?? environment['HTTPS_PROXY'];
  if (!httpProxy && !httpsProxy) return new Agent(options);
  const noProxy = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  return new EnvHttpProxyAgent({
    ...options,
    noProxy,
    ...(httpProxy ? { httpProxy } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
  });
}
