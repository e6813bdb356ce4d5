/** A JSON object whose members nobody here looks at. */
export type JsonObject = Record<string, unknown>;

/**
 * Drops every null member: clients that read a resource and put it back send nulls for what is unset, and Azure takes
 * both alike.
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, withoutNulls(member)]])),
  );
}

/** Deep equality of two JSON values; member order does not count, an absent member equals an undefined one. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const members = new Map<string, unknown>(Object.entries(right));
  return [...new Set([...Object.keys(left), ...members.keys()])].every((key) =>
    sameJson(new Map<string, unknown>(Object.entries(left)).get(key), members.get(key)),
  );
}
