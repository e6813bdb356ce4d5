import type { Typed } from 'rhea';
import type { PropertyChanges } from '../entity/queue.ts';
import type { RemoteOutcome } from './rheaInternals.ts';

const modifiedAnnotationsIndex = 2;
const errorInfoIndex = 2;

/** The application properties that a modified outcome sets, with the types in which the client wrote them. */
export function modifiedProperties(outcome: RemoteOutcome): PropertyChanges {
  return entriesOf(outcome.value[modifiedAnnotationsIndex]);
}

/** Reason, description and further properties of a rejection: in its error's info, else the error itself. */
export function deadLetterDetails(outcome: RemoteOutcome): {
  reason?: string;
  description?: string;
  changes: PropertyChanges;
} {
  const error = outcome.value[0];
  const fields: (Typed | undefined)[] = Array.isArray(error?.value) ? error.value : [];
  const info = entriesOf(fields[errorInfoIndex]);
  const named = new Map(info);
  const reason = textOf(named.get('DeadLetterReason')) ?? textOf(fields[0]);
  const description = textOf(named.get('DeadLetterErrorDescription')) ?? textOf(fields[1]);
  return {
    ...(reason !== undefined && reason !== 'com.microsoft:dead-letter' && { reason }),
    ...(description !== undefined && { description }),
    changes: info.filter(([name]) => name !== 'DeadLetterReason' && name !== 'DeadLetterErrorDescription'),
  };
}

/** The entries of a typed map. */
export function entriesOf(map: Typed | null | undefined): [string, Typed][] {
  const elements: Typed[] = Array.isArray(map?.value) ? map.value : [];
  const entries: [string, Typed][] = [];
  for (let index = 0; index + 1 < elements.length; index += 2) {
    const [key, value] = [elements[index], elements[index + 1]];
    if (key && value) entries.push([String(key.value), value]);
  }
  return entries;
}

function textOf(value: Typed | undefined): string | undefined {
  return typeof value?.value === 'string' ? value.value : undefined;
}
