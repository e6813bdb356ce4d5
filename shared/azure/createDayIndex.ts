import type { AppendBlobClient, ContainerClient } from '@azure/storage-blob';
import { type IndexRecord, indexRecord, shardOf, shards } from '../domain/indexRecord.ts';
import type { DayIndex } from '../ports.ts';
import { isMissingBlob, isRefusedCondition } from './blobErrors.ts';
import { callAzure } from './callAzure.ts';
import { readText } from './readText.ts';

/**
 * Append blobs of JSON lines, one for each day and shard of images. Appends are unconditional: order and copies do not
 * matter here.
 */
export function createDayIndex(container: ContainerClient): DayIndex {
  const blobOf = (day: string, shard: string) => container.getAppendBlobClient(`days/${day}/${shard}.jsonl`);
  return {
    add: async (day, records) => {
      for (const [shard, part] of Map.groupBy(records, ({ image }) => shardOf(image)))
        await callAzure(`index entries of ${day}`, (abortSignal) => append(blobOf(day, shard), part, abortSignal));
    },
    read: async (day, image) => {
      const wanted = image === undefined ? shards : [shardOf(image)];
      const parts = wanted.map((shard) =>
        callAzure(`read the index of ${day}`, (abortSignal) => read(blobOf(day, shard), abortSignal)),
      );
      return (await Promise.all(parts)).flat();
    },
  };
}

/** A file is there from the first entries of its day on: it is made only where it is found missing. */
async function append(blob: AppendBlobClient, records: IndexRecord[], abortSignal: AbortSignal): Promise<void> {
  const block = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const appendBlock = () => blob.appendBlock(block, Buffer.byteLength(block), { abortSignal });
  try {
    await appendBlock();
  } catch (error) {
    if (!isMissingBlob(error)) throw error;
    await create(blob, abortSignal);
    await appendBlock();
  }
}

/** Another worker may have been first. */
async function create(blob: AppendBlobClient, abortSignal: AbortSignal): Promise<void> {
  try {
    await blob.create({ conditions: { ifNoneMatch: '*' }, abortSignal });
  } catch (error) {
    if (!isRefusedCondition(error)) throw error;
  }
}

async function read(blob: AppendBlobClient, abortSignal: AbortSignal): Promise<IndexRecord[]> {
  try {
    const lines = (await readText(blob, 0, abortSignal)).split('\n').filter((line) => line !== '');
    return lines.map((line) => indexRecord.parse(JSON.parse(line)));
  } catch (error) {
    if (isMissingBlob(error)) return [];
    throw error;
  }
}
