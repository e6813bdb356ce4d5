import type { ContainerClient } from '@azure/storage-blob';
import { indexRecord } from '../domain/indexRecord.ts';
import type { DayIndex } from '../ports.ts';
import { isMissingBlob, isRefusedCondition } from './blobErrors.ts';
import { callAzure } from './callAzure.ts';
import { readText } from './readText.ts';

/** One append blob of JSON lines per day. Appends are unconditional: order and copies do not matter here. */
export function createDayIndex(container: ContainerClient): DayIndex {
  const blobOf = (day: string) => container.getAppendBlobClient(`days/${day}.jsonl`);
  return {
    add: (day, records) =>
      callAzure(`index entries of ${day}`, async (abortSignal) => {
        const blob = blobOf(day);
        const block = records.map((record) => `${JSON.stringify(record)}\n`).join('');
        try {
          await blob.create({ conditions: { ifNoneMatch: '*' }, abortSignal });
        } catch (error) {
          if (!isRefusedCondition(error)) throw error;
        }
        await blob.appendBlock(block, Buffer.byteLength(block), { abortSignal });
      }),
    read: (day) =>
      callAzure(`read the index of ${day}`, async (abortSignal) => {
        try {
          const lines = (await readText(blobOf(day), 0, abortSignal)).split('\n').filter((line) => line !== '');
          return lines.map((line) => indexRecord.parse(JSON.parse(line)));
        } catch (error) {
          if (isMissingBlob(error)) return [];
          throw error;
        }
      }),
  };
}
