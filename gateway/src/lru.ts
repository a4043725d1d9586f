/**
 * A map with a bound that forgets what was used longest ago. Keeps parsed operations and plans warm; holds nothing personal.
 */
export class Lru<K, V> {
  private readonly entries = new Map<K, V>();
  constructor(private readonly sizeMax: number) {}

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    // moving an entry costs more than reading it, and matters only when something may have to go
    if (this.entries.size * 2 > this.sizeMax) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.entries.delete(key);
    if (this.entries.size >= this.sizeMax) this.entries.delete(this.entries.keys().next().value as K);
    this.entries.set(key, value);
  }
}
