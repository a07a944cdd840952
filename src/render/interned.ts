/** A list in which each thing stands once, found by its key. */
export class Interned<T> {
  readonly items: T[] = [];
  readonly #indexes = new Map<string, number>();

  /** The index, from 0, of the thing with this key; `make` makes it when it is new. */
  indexOf(key: string, make: () => T): number {
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.items.length;
      this.#indexes.set(key, index);
      this.items.push(make());
    }
    return index;
  }
}
