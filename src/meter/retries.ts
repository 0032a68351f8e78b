/** Recognises a call that repeats a failed one: the client says so, or the body is one that failed before. */

const MAX_REMEMBERED = 1000;

export class RetryDetector {
  readonly #failed = new Set<string>();

  isRetry(headers: Readonly<Record<string, string | undefined>>, fingerprint: () => string): boolean {
    if (Number(headers['x-stainless-retry-count'] ?? 0) > 0) return true;
    // In most runs nothing has failed, and nobody has to look at the whole of a request.
    return this.#failed.size > 0 && this.#failed.has(fingerprint());
  }

  noteFailure(fingerprint: string): void {
    if (this.#failed.size < MAX_REMEMBERED) this.#failed.add(fingerprint);
  }

  /** What is sent again after a good answer repeats no failure. */
  noteSuccess(fingerprint: () => string): void {
    if (this.#failed.size > 0) this.#failed.delete(fingerprint());
  }
}
