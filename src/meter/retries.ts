/** Recognises a call that repeats a failed one: the client says so, or the body is one that failed before. */
import { createHash } from 'node:crypto';

const MAX_REMEMBERED = 1000;

export class RetryDetector {
  readonly #failed = new Set<string>();

  isRetry(headers: Readonly<Record<string, string | undefined>>, body: Buffer): boolean {
    if (Number(headers['x-stainless-retry-count'] ?? 0) > 0) return true;
    return this.#failed.size > 0 && this.#failed.has(fingerprint(body));
  }

  /** Only a fingerprint is kept, in memory: no prompt is. */
  noteFailure(body: Buffer): void {
    if (this.#failed.size < MAX_REMEMBERED) this.#failed.add(fingerprint(body));
  }
}

function fingerprint(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64');
}
