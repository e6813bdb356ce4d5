import type { Entry } from '../../shared/domain/entries.ts';
import type { Recording } from '../recording/startRecordedStack.ts';
import type { Publication } from './publishAll.ts';

/**
 * When all was done that a publication brings: the step has ended that saw its VM gone, and the day index holds what that
 * step wrote. Undefined while it is not so far.
 */
export function endOf({ entries }: Publication, { invocations, messages }: Recording): number | undefined {
  const gone = instantOf(entries, 'vmGone');
  const last = invocations.find(({ name, from, to }) => name === 'publicationSteps' && from <= gone && gone <= to);
  if (!last) return undefined;
  const toIndex = messages
    .filter(({ entity, sentAt }) => entity === 'audit-index' && gone <= sentAt && sentAt <= last.to)
    .map(({ id }) => id);
  const indexed = invocations.filter(({ name, messageIds }) => name === 'auditIndex' && messageIds.some(isOf(toIndex)));
  if (toIndex.length > 0 && indexed.length === 0) return undefined;
  return Math.max(last.to, ...indexed.map(({ to }) => to));
}

const isOf = (ids: string[]) => (id: string) => ids.includes(id);

/** @throws where there is no such entry. */
export function instantOf(entries: Entry[], type: Entry['fact']['type']): number {
  const entry = entries.find(({ fact }) => fact.type === type);
  if (!entry) throw new Error(`the log has no entry ${type}`);
  return Date.parse(entry.at);
}
