/** Outgoing connections: pooled, through the proxy the environment names, if any. */
import type { Writable } from 'node:stream';
import { Agent, buildConnector, EnvHttpProxyAgent, Pool } from 'undici';
import type { Uplink } from '../ports/uplink.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Long answers are normal (reasoning before the first byte, pauses in a stream), so the bounds are wide. */
const HEADERS_TIMEOUT_MS = 15 * 60_000;
const BODY_TIMEOUT_MS = 10 * 60_000;

export function createDispatcher(environment: Environment): Uplink {
  const options = { headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: BODY_TIMEOUT_MS };
  const httpProxy = environment['http_proxy'] ?? environment['HTTP_PROXY'];
  const httpsProxy = environment['https_proxy'] ?? environment['HTTPS_PROXY'];
  if (!httpProxy && !httpsProxy) return new DirectAgent(options);
  const noProxy = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  return new EnvHttpProxyAgent({
    ...options,
    noProxy,
    ...(httpProxy ? { httpProxy } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
  });
}

/** Knows its connections, and with that what has not left yet. */
class DirectAgent extends Agent implements Uplink {
  readonly #sockets: Set<Writable>;

  constructor(options: Agent.Options) {
    const sockets = new Set<Writable>();
    super({
      ...options,
      factory: (origin, pooled) => new Pool(origin, { ...pooled, connect: watching(sockets) }),
    });
    this.#sockets = sockets;
  }

  /**
   * What waits for its turn is not looked at: the client of undici writes the whole of a request before it takes the answer
   * for complete, or else gives the connection up.
   */
  hasUnsent(): boolean {
    for (const { writableLength } of this.#sockets) if (writableLength > 0) return true;
    return false;
  }
}

/** Connects as undici does, and remembers what is open. */
function watching(sockets: Set<Writable>): buildConnector.connector {
  const connect = buildConnector({});
  return (target, callback) =>
    connect(target, (...opened) => {
      const [, socket] = opened;
      if (socket) sockets.add(socket.once('close', () => sockets.delete(socket)));
      callback(...opened);
    });
}
