import type { Content, PropertyName } from '../codec/content.ts';
import { uuidText } from '../codec/uuidText.ts';
import type { FilterValue, FilterView } from './filterValue.ts';

const standardProperties: Record<string, PropertyName> = {
  messageid: 'messageId',
  to: 'to',
  label: 'subject',
  subject: 'subject',
  replyto: 'replyTo',
  correlationid: 'correlationId',
  contenttype: 'contentType',
  sessionid: 'groupId',
  replytosessionid: 'replyToGroupId',
};

/** The system properties that an expression may name, in lower case. */
export const systemPropertyNames: ReadonlySet<string> = new Set([
  ...Object.keys(standardProperties),
  'partitionkey',
  'timetolive',
  'scheduledenqueuetimeutc',
  'enqueuedtimeutc',
]);

/** System properties that an action may set. */
export function settableProperty(name: string): PropertyName | undefined {
  return standardProperties[name.toLowerCase()];
}

/** Shows a message to filters. */
export function viewOfContent(content: Content, enqueuedAt: number): FilterView {
  let names: Map<string, string> | undefined;
  return {
    system(name) {
      const lower = name.toLowerCase();
      const standard = standardProperties[lower];
      if (standard) return plain(content.property(standard));
      if (lower === 'partitionkey') return content.partitionKey;
      if (lower === 'timetolive') return content.timeToLive;
      if (lower === 'scheduledenqueuetimeutc') return content.scheduledFor;
      if (lower === 'enqueuedtimeutc') return enqueuedAt;
      return undefined;
    },
    user(name) {
      names ??= new Map([...content.applicationPropertyNames].map((key) => [key.toLowerCase(), key]));
      const actual = names.get(name.toLowerCase());
      return actual === undefined ? undefined : plain(content.applicationProperty(actual) ?? null);
    },
  };
}

function plain(value: unknown): FilterValue {
  if (value instanceof Date) return value.getTime();
  if (Buffer.isBuffer(value)) return uuidText(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null ? null : undefined;
}
