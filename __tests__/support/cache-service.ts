/**
 * The Actions cache service on loopback, as far as the real `@actions/cache` talks to it: three twirp calls, a blob that
 * is PUT and read, and GitHub's REST list. It keeps the rules that matter to a flag: entries are immutable, a key is
 * matched exactly and then as a prefix, newest first, scope by scope, and a low-trust token cannot write.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface CacheFault {
  readonly method: 'CreateCacheEntry' | 'FinalizeCacheEntryUpload' | 'GetCacheEntryDownloadURL' | 'PUT';
  /** 0 drops the connection, -1 never answers. */
  readonly status: number;
}

export interface CacheEntry {
  readonly key: string;
  readonly version: string;
  readonly ref: string;
  readonly createdAt: string;
  readonly data: Buffer | undefined;
}

export interface CacheService {
  readonly url: string;
  readonly entries: readonly CacheEntry[];
  fault: CacheFault | undefined;
  /** Environment of a step whose job runs on `ref`. */
  environment(ref: string, access?: 'read' | 'write'): Record<string, string>;
  /** What the REST list of caches answers, its query as it came. */
  list(query: URLSearchParams): object;
  /** How many of the newest entries the list does not show yet. */
  listLag: number;
  /** An entry that can be listed and not restored. */
  seed(key: string, ref: string): void;
  evictAll(): void;
  evict(isGone: (entry: CacheEntry) => boolean): void;
  close(): Promise<void>;
}

interface Stored extends CacheEntry {
  readonly blob: string;
  data: Buffer | undefined;
}

const DEFAULT_REF = 'refs/heads/main';
/** Account and container, in the form the Azure client expects of an address without a host name. */
const CONTAINER = '/devstoreaccount1/actions-cache/';
const TWIRP = /^\/twirp\/github\.actions\.results\.api\.v1\.CacheService\/(\w+)$/;

/** @param now milliseconds, for what GitHub says of when an entry was made */
export async function startCacheService(now: () => number = Date.now): Promise<CacheService> {
  const service = new FakeCacheService(now);
  await service.listen();
  return service;
}

class FakeCacheService implements CacheService {
  fault: CacheFault | undefined;
  listLag = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #entries: Stored[] = [];
  readonly #now: () => number;
  #clock: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#clock = now();
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  }

  get entries(): readonly CacheEntry[] {
    return this.#entries;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  environment(ref: string, access: 'read' | 'write' = 'write'): Record<string, string> {
    return {
      ACTIONS_RESULTS_URL: `${this.url}/`,
      ACTIONS_RUNTIME_TOKEN: `${access} ${ref}`,
      ACTIONS_CACHE_SERVICE_V2: 'True',
      GITHUB_SERVER_URL: 'https://github.com',
    };
  }

  list(query: URLSearchParams): object {
    const [prefix, of] = [query.get('key') ?? '', query.get('ref')];
    const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
    const found = this.#entries
      .slice(0, this.#entries.length - this.listLag)
      .filter(({ key, ref, data }) => data !== undefined && key.startsWith(prefix) && (of ?? ref) === ref)
      .toReversed();
    const rows = found
      .slice((page - 1) * size, page * size)
      .map(({ key, ref, version, createdAt }, index) => ({
        id: index + 1,
        ref,
        key,
        version,
        created_at: createdAt,
        last_accessed_at: createdAt,
        size_in_bytes: 100,
      }));
    return { total_count: found.length, actions_caches: rows };
  }

  seed(key: string, ref: string): void {
    this.#add(key, 'of nobody', ref).data = Buffer.alloc(0);
  }

  evictAll(): void {
    this.#entries = [];
  }

  evict(isGone: (entry: CacheEntry) => boolean): void {
    this.#entries = this.#entries.filter((entry) => !isGone(entry));
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts);
    const [path = ''] = (request.url ?? '').split('?');
    const method = TWIRP.exec(path)?.[1];
    if (this.fault && (this.fault.method === method || this.fault.method === request.method))
      return this.#fail(this.fault, request, response);
    if (method !== undefined)
      return this.#twirp(method, JSON.parse(body.toString('utf8')), request, response);
    return this.#blob(path.slice(CONTAINER.length), body, request, response);
  }

  #fail({ status }: CacheFault, request: IncomingMessage, response: ServerResponse): void {
    if (status === 0) request.socket.destroy();
    if (status > 0) send(response, status, { code: 'internal', msg: 'scripted fault' });
  }

  #twirp(
    method: string,
    message: { key: string; version: string; restore_keys?: string[] },
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const [access, ref = DEFAULT_REF] = (request.headers.authorization ?? '')
      .replace('Bearer ', '')
      .split(' ');
    const { key, version } = message;
    if (method === 'GetCacheEntryDownloadURL') {
      const entry = this.#find([ref, DEFAULT_REF], version, [key, ...(message.restore_keys ?? [])]);
      send(
        response,
        200,
        entry
          ? { ok: true, signed_download_url: `${this.url}${CONTAINER}${entry.blob}`, matched_key: entry.key }
          : { ok: false },
      );
    } else if (method === 'FinalizeCacheEntryUpload') {
      send(response, 200, { ok: true, entry_id: '1' });
    } else if (access !== 'write') {
      send(response, 200, {
        ok: false,
        message: 'cache write denied: the cache token for this run is read-only',
      });
    } else if (
      this.#entries.some((entry) => entry.key === key && entry.version === version && entry.ref === ref)
    ) {
      send(response, 409, {
        code: 'already_exists',
        msg: 'cache entry with the same key, version, and scope already exists',
      });
    } else {
      const entry = this.#add(key, version, ref);
      send(response, 200, { ok: true, signed_upload_url: `${this.url}${CONTAINER}${entry.blob}` });
    }
  }

  #add(key: string, version: string, ref: string): Stored {
    this.#clock = Math.max(this.#now(), this.#clock + 1);
    const entry: Stored = {
      key,
      version,
      ref,
      createdAt: new Date(this.#clock).toISOString(),
      blob: randomUUID(),
      data: undefined,
    };
    this.#entries.push(entry);
    return entry;
  }

  #find(refs: readonly string[], version: string, keys: readonly string[]): Stored | undefined {
    for (const ref of refs) {
      const visible = this.#entries
        .filter((entry) => entry.ref === ref && entry.version === version && entry.data)
        .toReversed();
      for (const key of keys) {
        const hit =
          visible.find((entry) => entry.key === key) ?? visible.find((entry) => entry.key.startsWith(key));
        if (hit) return hit;
      }
    }
    return undefined;
  }

  #blob(id: string, body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const entry = this.#entries.find(({ blob }) => blob === id);
    if (entry === undefined) {
      send(response, 404, { message: 'Not Found' });
    } else if (request.method === 'PUT') {
      entry.data = body;
      response
        .writeHead(201, {
          etag: '"1"',
          'last-modified': new Date().toUTCString(),
          'x-ms-request-id': id,
          'x-ms-version': '2024-11-04',
        })
        .end();
    } else {
      const data = entry.data ?? Buffer.alloc(0);
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': data.length });
      response.end(request.method === 'HEAD' ? undefined : data);
    }
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
