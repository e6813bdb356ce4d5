import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { emptyHead, headOf, sealEntries } from '../../shared/domain/entries.ts';
import type { Fact } from '../../shared/domain/facts.ts';
import {
  definitionKey,
  definitionResourceId,
  type ImageDefinitionId,
  versionResourceId,
} from '../../shared/domain/ids.ts';
import { incarnationKey } from '../../shared/domain/incarnation.ts';
import { type IndexRecord, indexRecordsOf, shardOf } from '../../shared/domain/indexRecord.ts';
import { addMs } from '../../shared/domain/instant.ts';
import { usualLife } from '../usualLife.ts';

export const definitions = 100;
export const versionsEach = 100;
const entriesEach = 100;
const days = 33;
const start = '2026-07-01T00:00:00.000Z';
const dayMs = 86_400_000;

export const definitionOf = (index: number): ImageDefinitionId => ({
  subscriptionId: '11111111-1111-1111-1111-111111111111',
  resourceGroup: 'rg-images',
  gallery: 'corpGallery',
  image: `image-${index}`,
});

async function write(folder: string, path: string, lines: object[]): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a');
  await handle.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await handle.close();
}

/** Writes logs and day index of all versions, as the service would have; returns how many entries there are. */
export async function fillStore(folder: string): Promise<number> {
  let count = 0;
  const index = new Map<string, IndexRecord[]>();
  for (let image = 0; image < definitions; image += 1) {
    const definition = definitionOf(image);
    const key = definitionKey(definition);
    let head = emptyHead;
    const own: object[] = [];
    const tell = (at: string, facts: Fact[]) => {
      const entries = sealEntries(`definitions/${key}`, head, facts, {
        actor: 'service',
        cause: 'bench',
        appendId: 'a',
        at,
      });
      head = headOf(entries.at(-1));
      own.push(...entries);
      count += entries.length;
    };
    tell(start, [
      { type: 'definitionDetected', imageDefinitionId: definitionResourceId(definition), takenInChargeAt: start },
    ]);
    for (let version = 0; version < versionsEach; version += 1) {
      const name = `1.0.${version}`;
      const at = addMs(start, Math.floor((version / versionsEach) * days) * dayMs + image * 60_000);
      const incarnation = incarnationKey(key, name, { createdAt: start });
      const log = `incarnations/${key}/${incarnation}`;
      const entries = sealEntries(
        log,
        emptyHead,
        usualLife(versionResourceId(definition, name), name, { createdAt: start }, entriesEach - 12),
        {
          actor: 'service',
          cause: 'bench',
          appendId: 'a',
          at,
        },
      );
      count += entries.length;
      await write(folder, `${log}.jsonl`, entries);
      const day = at.slice(0, 10);
      index.set(day, [...(index.get(day) ?? []), ...indexRecordsOf(entries, 0)]);
      tell(at, [
        {
          type: 'incarnationOpened',
          version: name,
          incarnation,
          identity: { createdAt: start },
        },
        { type: 'latestChanged', region: 'westeurope', version: name, previous: null },
      ]);
    }
    await write(folder, `definitions/${key}.jsonl`, own);
    for (const [day, records] of index)
      for (const [shard, part] of Map.groupBy(records, ({ image: name }) => shardOf(name)))
        await write(folder, `days/${day}/${shard}.jsonl`, part);
    index.clear();
  }
  return count;
}
