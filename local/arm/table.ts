/** Records in memory by key and by the index keys a function gives; what a write undoes is told to the journal. */
export class Table<T> {
  readonly #records = new Map<string, T>();
  readonly #indexes = new Map<string, Map<string, T>>();
  readonly #indexKeysOf: (record: T) => string[];
  readonly #onChange: (key: string, before: T | undefined, after: T | undefined) => void;

  constructor(
    indexKeysOf: (record: T) => string[],
    onChange: (key: string, before: T | undefined, after: T | undefined) => void,
  ) {
    this.#indexKeysOf = indexKeysOf;
    this.#onChange = onChange;
  }

  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  /** Records are values: a change is a new record. */
  set(key: string, record: T | undefined): void {
    const before = this.apply(key, record);
    this.#onChange(key, before, record);
  }

  all(): T[] {
    return [...this.#records.values()];
  }

  entries(): [string, T][] {
    return [...this.#records];
  }

  /** The records under an index key, by record key. */
  indexed(indexKey: string): ReadonlyMap<string, T> {
    return this.#indexes.get(indexKey) ?? new Map();
  }

  /** Changes memory alone: for loading and for taking a write back. */
  apply(key: string, record: T | undefined): T | undefined {
    const before = this.#records.get(key);
    if (before !== undefined) this.#unindex(key, before);
    if (record === undefined) this.#records.delete(key);
    else {
      this.#records.set(key, record);
      for (const indexKey of this.#indexKeysOf(record)) {
        const index = this.#indexes.get(indexKey) ?? new Map<string, T>();
        this.#indexes.set(indexKey, index.set(key, record));
      }
    }
    return before;
  }

  #unindex(key: string, record: T): void {
    for (const indexKey of this.#indexKeysOf(record)) {
      const index = this.#indexes.get(indexKey);
      index?.delete(key);
      if (index?.size === 0) this.#indexes.delete(indexKey);
    }
  }
}
