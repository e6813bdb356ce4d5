import { text } from 'node:stream/consumers';
import type { AppendBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Entry } from '../domain/entries.ts';
import type { AuditLogs } from '../ports.ts';
import { hasCode, isMissingBlob, isRefusedCondition, isUnchanged } from './blobErrors.ts';
import { callAzure } from './callAzure.ts';
import { keptClients } from './keptClients.ts';
import { KnownLogs } from './knownLogs.ts';
import { readText } from './readText.ts';

const suffix = '.jsonl';

/** Append blobs of JSON lines, one block per append, each on condition of the position it was decided on. */
export function createAuditLogs(container: ContainerClient): AuditLogs {
  const known = new KnownLogs();
  const blobOf = keptClients((log) => container.getAppendBlobClient(`${log}${suffix}`));
  return {
    read: async (log) => {
      const before = known.last(log);
      const { content, etag } = await callAzure(`read log ${log}`, (abortSignal) =>
        readSince(blobOf(log), before, abortSignal),
      );
      return { entries: known.parse(log, content, etag), position: Buffer.byteLength(content) };
    },
    append: async (log, entries, position) => {
      const appended = await callAzure(`append to log ${log}`, (abortSignal) =>
        append(blobOf(log), entries, position, abortSignal),
      );
      // Azurite may name the ETag of an append that comes while it sends what was there before.
      if (appended === 'conflict') known.doubt(log);
      return appended;
    },
    list: (prefix, since) =>
      callAzure(`list logs under ${prefix}`, async (abortSignal) => {
        const logs: string[] = [];
        for await (const { name, properties } of container.listBlobsFlat({ prefix, abortSignal })) {
          // Storage dates to the second.
          const old = since !== undefined && properties.lastModified.getTime() + 1_000 <= Date.parse(since);
          if (name.endsWith(suffix) && !old) logs.push(name.slice(0, -suffix.length));
        }
        return logs;
      }),
  };
}

async function append(
  blob: AppendBlobClient,
  entries: Entry[],
  position: number,
  abortSignal: AbortSignal,
): Promise<{ position: number } | 'conflict'> {
  const block = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const bytes = Buffer.byteLength(block);
  if (position === 0) await create(blob, abortSignal);
  try {
    await blob.appendBlock(block, bytes, { conditions: { appendPosition: position }, abortSignal });
    return { position: position + bytes };
  } catch (error) {
    if (!isRefusedCondition(error)) throw error;
    // A retry after a lost answer meets its own block; the append id in it makes the bytes unique.
    const landed = (await readFrom(blob, position, abortSignal, bytes)) === block;
    return landed ? { position: position + bytes } : 'conflict';
  }
}

/** Whoever comes second finds the blob there, which is as good. */
async function create(blob: AppendBlobClient, abortSignal: AbortSignal): Promise<void> {
  try {
    await blob.create({
      conditions: { ifNoneMatch: '*' },
      blobHTTPHeaders: { blobContentType: 'application/jsonl; charset=utf-8' },
      abortSignal,
    });
  } catch (error) {
    if (!isRefusedCondition(error)) throw error;
  }
}

interface Content {
  content: string;
  etag: string | undefined;
}

/** All of a log. Most reads find it as it was: the log of hundreds of versions is not transferred for that. */
async function readSince(
  blob: AppendBlobClient,
  before: Content | undefined,
  abortSignal: AbortSignal,
): Promise<Content> {
  const conditions = before?.etag === undefined ? {} : { ifNoneMatch: before.etag };
  try {
    const answer = await blob.download(0, undefined, { conditions, abortSignal });
    const { readableStreamBody } = answer;
    const content = readableStreamBody ? await text(readableStreamBody) : '';
    return { content, etag: isSettled(answer) ? answer.etag : undefined };
  } catch (error) {
    if (before && isUnchanged(error)) return before;
    if (isMissingBlob(error)) return { content: '', etag: undefined };
    throw error;
  }
}

/** An append takes less from its arrival, which dates it, to its end. */
const settledMs = 10_000;

/**
 * Whether the ETag is surely that of what was sent. Azurite names that of an append which comes while it sends what was
 * there before; an instance whose pause came so would else not be seen to be paused until the next append.
 */
function isSettled({ date, lastModified }: { date?: Date; lastModified?: Date }): boolean {
  return date !== undefined && lastModified !== undefined && date.getTime() - lastModified.getTime() >= settledMs;
}

/** Undefined when there is nothing behind the offset. */
async function readFrom(
  blob: AppendBlobClient,
  offset: number,
  abortSignal: AbortSignal,
  bytes?: number,
): Promise<string | undefined> {
  try {
    return await readText(blob, offset, abortSignal, bytes);
  } catch (error) {
    if (isMissingBlob(error) || hasCode(error, ['InvalidRange'])) return undefined;
    throw error;
  }
}
