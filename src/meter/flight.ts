/**
 * What is under way, in no order. Not a set: V8 links each table that a set has outgrown to the next one, so that one old table
 * keeps everything alive that came after it, and a meter's memory grows by what each of its calls held.
 */
export class Flight<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  /** False when it was not there. */
  delete(item: T): boolean {
    const at = this.#items.indexOf(item);
    const last = at === -1 ? undefined : this.#items.pop();
    if (last !== undefined && at < this.#items.length) this.#items[at] = last;
    return at !== -1;
  }

  find(test: (item: T) => boolean): T | undefined {
    return this.#items.find(test);
  }

  some(test: (item: T) => boolean): boolean {
    return this.#items.some(test);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}
