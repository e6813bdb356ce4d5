import rhea from 'rhea';
import { Content } from '../../../../local/serviceBus/codec/content.ts';
import type { JournalRecord } from '../../../../local/serviceBus/entity/records.ts';
import {
  type Entities,
  entitiesSchema,
  type TeamSubscriptions,
  teamSubscriptionsSchema,
} from '../../../../local/serviceBus/entitySchemas.ts';
import { Namespace } from '../../../../local/serviceBus/namespace.ts';
import { ManualClock } from '../../manualClock.ts';

/** Entities on a hand-driven clock whose journal is a list; `reopened` starts anew from that list. */
export function testNamespace(
  entities: Partial<Entities>,
  teamSubscriptions: TeamSubscriptions = [],
  clock = new ManualClock(),
  records: JournalRecord[] = [],
) {
  const recorder = {
    append: (record: JournalRecord) => void records.push(record),
    whenDurable: (action: () => void) => action(),
  };
  const parsed = entitiesSchema.parse({ queues: [], topics: [], ...entities });
  const namespace = new Namespace(parsed, teamSubscriptionsSchema.parse(teamSubscriptions), { clock, recorder });
  namespace.restore([...records]);
  namespace.open();
  const part = <Name extends 'queue' | 'inbox' | 'rules'>(address: string, name: Name) => {
    const found = namespace.find(address)[name];
    if (!found) throw new Error(`${address} has no ${name}`);
    return found;
  };
  return {
    clock,
    records,
    namespace,
    queue: (address: string) => part(address, 'queue'),
    inbox: (address: string) => part(address, 'inbox'),
    rules: (address: string) => part(address, 'rules'),
    reopened: (written = records) => testNamespace(entities, teamSubscriptions, clock, [...written]),
  };
}

/** A message as a client would encode it. */
export function content(messageId: string, fields: Record<string, unknown> = {}): Content {
  return Content.decode(rhea.message.encode({ message_id: messageId, body: messageId, ...fields }));
}
