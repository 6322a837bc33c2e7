/** A map with a bound: for what is new, that which was put longest ago is forgotten. */
export class Recent<V> {
  readonly #entries = new Map<string, V>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  /** Answers what had to go for it. */
  put(key: string, value: V): V | undefined {
    // Taken out and put back, it stands at the end: a Map keeps its order.
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#bound) return undefined;
    const oldest = this.#entries.entries().next().value;
    if (oldest === undefined) return undefined;
    this.#entries.delete(oldest[0]);
    return oldest[1];
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  values(): MapIterator<V> {
    return this.#entries.values();
  }

  /** The one put longest ago first. */
  entries(): MapIterator<[string, V]> {
    return this.#entries.entries();
  }
}
