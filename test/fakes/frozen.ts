/** So that who changes what others share is found out. */
export function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object')
    for (const member of Object.values(Object.freeze(value))) frozen(member);
  return value;
}
