import type { StoredEvent } from './envelope.ts';
import type { AdvancedFilter, Filter } from './filter.ts';

/** Whether an event subscription wants an event. */
export function matchesFilter(filter: Filter, event: StoredEvent): boolean {
  const types = filter.includedEventTypes;
  const fold = (value: string) => (filter.isSubjectCaseSensitive ? value : value.toLowerCase());
  const subject = fold(event.subject ?? '');
  return (
    (!types || types.some((type) => type === 'All' || type.toLowerCase() === event.type.toLowerCase())) &&
    subject.startsWith(fold(filter.subjectBeginsWith)) &&
    subject.endsWith(fold(filter.subjectEndsWith)) &&
    filter.advancedFilters.every((advanced) =>
      matches(advanced, read(event, advanced.key), filter.enableAdvancedFilteringOnArrays),
    )
  );
}

/** Event Grid has the last word on a missing key, and it differs between operators. */
function matches(filter: AdvancedFilter, found: unknown, onArrays: boolean): boolean {
  const missing = found === undefined || found === null || (Array.isArray(found) && !onArrays);
  if (filter.operatorType === 'IsNullOrUndefined') return found === undefined || found === null;
  if (filter.operatorType === 'IsNotNull') return found !== undefined && found !== null;
  if (missing) return filter.operatorType === 'NumberNotIn' || filter.operatorType === 'StringNotIn';
  const negative = filter.operatorType.includes('Not');
  if (!Array.isArray(found)) return matchesOne(filter, found);
  return negative ? found.every((item) => matchesOne(filter, item)) : found.some((item) => matchesOne(filter, item));
}

function matchesOne(filter: AdvancedFilter, found: unknown): boolean {
  switch (filter.operatorType) {
    case 'NumberIn':
      return filter.values.some((value) => value === found);
    case 'NumberNotIn':
      return !filter.values.some((value) => value === found);
    case 'NumberLessThan':
      return typeof found === 'number' && found < filter.value;
    case 'NumberGreaterThan':
      return typeof found === 'number' && found > filter.value;
    case 'NumberLessThanOrEquals':
      return typeof found === 'number' && found <= filter.value;
    case 'NumberGreaterThanOrEquals':
      return typeof found === 'number' && found >= filter.value;
    case 'NumberInRange':
      return typeof found === 'number' && filter.values.some(([low, high]) => low <= found && found <= high);
    case 'NumberNotInRange':
      return typeof found === 'number' && !filter.values.some(([low, high]) => low <= found && found <= high);
    case 'BoolEquals':
      return found === filter.value;
    case 'IsNullOrUndefined':
    case 'IsNotNull':
      return false; // decided before an element is looked at
    default:
      return typeof found === 'string' && matchesText(filter.operatorType, filter.values, found);
  }
}

type TextOperator = Extract<AdvancedFilter, { values: string[] }>['operatorType'];

function matchesText(operator: TextOperator, values: string[], found: string): boolean {
  const folded = found.toLowerCase();
  const any = (test: (value: string) => boolean) => values.some((value) => test(value.toLowerCase()));
  switch (operator) {
    case 'StringIn':
      return any((value) => folded === value);
    case 'StringNotIn':
      return !any((value) => folded === value);
    case 'StringBeginsWith':
      return any((value) => folded.startsWith(value));
    case 'StringNotBeginsWith':
      return !any((value) => folded.startsWith(value));
    case 'StringEndsWith':
      return any((value) => folded.endsWith(value));
    case 'StringNotEndsWith':
      return !any((value) => folded.endsWith(value));
    case 'StringContains':
      return any((value) => folded.includes(value));
    case 'StringNotContains':
      return !any((value) => folded.includes(value));
  }
}

/** `subject`, `data.operationName`: a dot always separates, so a key that contains one cannot be reached. */
function read(event: StoredEvent, key: string): unknown {
  const [first = '', ...path] = key.split('.');
  const own = event.attributes;
  const name = Object.keys(own).find((attribute) => attribute.toLowerCase() === first.toLowerCase());
  const start: unknown = first.toLowerCase() === 'data' ? event.data : name && own[name];
  return path.reduce<unknown>(
    (value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
    start,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
