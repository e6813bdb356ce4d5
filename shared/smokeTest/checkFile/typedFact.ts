import type { FactValue } from './checkFile.ts';
import type { ValueKind } from './checkTypes.ts';

/** A value that came as text, in the kind that its attribute has; what does not fit stays as it is. */
export function typedFact(value: FactValue, kind: ValueKind): FactValue {
  if (typeof value !== 'string') return value;
  if (kind === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  if (kind === 'integer') return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (kind === 'list') return value === '' ? [] : value.replace(/\n$/, '').split('\n');
  return value;
}
