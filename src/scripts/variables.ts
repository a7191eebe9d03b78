/** The variables of a running script by name; assignments change them. */
export class Variables implements Iterable<readonly [name: string, value: string]> {
  private values: Map<string, string>;
  private isShared = false;

  constructor(entries: Iterable<readonly [name: string, value: string]> = []) {
    this.values = new Map(entries);
  }

  /** What a child process gets: later changes are seen on neither side. Costs nothing until one of the two changes something. */
  fork(): Variables {
    const copy = new Variables();
    this.isShared = copy.isShared = true;
    copy.values = this.values;
    return copy;
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  set(name: string, value: string): void {
    if (this.values.get(name) !== value) this.own().set(name, value);
  }

  /** False when there was none. */
  delete(name: string): boolean {
    return this.values.has(name) && this.own().delete(name);
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.values.entries();
  }

  private own(): Map<string, string> {
    if (!this.isShared) return this.values;
    const own = new Map<string, string>();
    // The constructor would make a list for each entry of the other map.
    this.values.forEach((value, name) => {
      own.set(name, value);
    });
    this.values = own;
    this.isShared = false;
    return own;
  }
}
