/** What a map has for a key, made at the first request. */
export function getOrMake<K, T extends object>(
  map: { get(key: K): T | undefined; set(key: K, value: T): unknown },
  key: K,
  make: () => T,
): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Adds an item to the list that an index has for a key. */
export function addTo<K, T>(index: Map<K, T[]>, key: K, item: T): void {
  getOrMake(index, key, () => []).push(item);
}
