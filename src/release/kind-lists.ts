/** Custom resources by API group, their kinds with blanks between; `*` is every kind. */
export type Kinds = Readonly<Record<string, string>>;

export function lists(kinds: Kinds, group: string, kind: string): boolean {
  const listed = Object.hasOwn(kinds, group) ? (kinds[group] ?? '') : '';
  return listed === '*' || listed.split(' ').includes(kind);
}
