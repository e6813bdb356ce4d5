/** A binary heap of numbered items: the lowest number comes out first. */
export class SequenceHeap<Item extends { readonly sequenceNumber: number }> {
  readonly #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  peek(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    let index = this.#items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#number(parent) <= item.sequenceNumber) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): Item | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) {
      this.#items[0] = last;
      this.#sink();
    }
    return first;
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.#number(left + 1) < this.#number(left) ? left + 1 : left;
      if (this.#number(smaller) >= this.#number(index)) return;
      this.#swap(index, smaller);
      index = smaller;
    }
  }

  #number(index: number): number {
    return this.#items[index]?.sequenceNumber ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b] as Item, this.#items[a] as Item];
  }
}
