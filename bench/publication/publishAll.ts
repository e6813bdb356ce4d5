import { setTimeout as wait } from 'node:timers/promises';
import { gallery, resourceGroup, subscriptionId } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import type { Entry } from '../../shared/domain/entries.ts';
import { definitionKey } from '../../shared/domain/ids.ts';
import type { RecordedStack } from '../recording/startRecordedStack.ts';
import { logReader } from './readLogs.ts';

/** One version of a healthy image, published, and its VM gone. */
export interface Publication {
  /** Also the session of its wake-ups. */
  definition: string;
  entries: Entry[];
}

/**
 * Writes a version of each image definition at once, and resolves when all are published and their VMs gone. Rejects
 * where one comes to another end, or to none in time.
 */
export async function publishAll(
  { endpoints }: Pick<RecordedStack, 'endpoints'>,
  images: string[],
  limitMs: number,
  version = '1.0.0',
): Promise<Publication[]> {
  const until = performance.now() + limitMs;
  const read = logReader(endpoints);
  for (const image of images) await publishVersion(endpoints, image, version, 'healthy');
  const publications: Publication[] = [];
  for (const image of images) {
    const definition = definitionKey({ subscriptionId, resourceGroup, gallery, image });
    let entries: Entry[] = [];
    while (!isOver(entries)) {
      if (performance.now() > until) throw new Error(`${image} is at ${entries.at(-1)?.fact.type ?? 'no entry'}`);
      await wait(250);
      entries = await read(definition, version);
    }
    if (!entries.some(({ fact }) => fact.type === 'published')) throw new Error(`${image} was not published`);
    publications.push({ definition, entries });
  }
  return publications;
}

const ends = new Set<Entry['fact']['type']>(['published', 'quarantined', 'leftInconclusive']);

function isOver(entries: Entry[]): boolean {
  const types = entries.map(({ fact }) => fact.type);
  return types.includes('vmGone') && types.some((type) => ends.has(type));
}
