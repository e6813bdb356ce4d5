import * as z from 'zod';
import type { IncarnationFact } from '../domain/facts.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { readDocument } from './readDocument.ts';

const ledger = z.object({ versions: z.array(z.string()) });
const mostConflicts = 8;

/**
 * Takes one of the deletions that a day has for the whole instance, so that no mistake in a policy deletes much before
 * somebody sees it. The intent, or the reason why it has to wait for tomorrow.
 */
export async function takeDeletion(
  { clock, documents }: Pick<Ports, 'clock' | 'documents'>,
  { reason, mostPerDay }: { reason: string; mostPerDay: number },
  imageVersionId: string,
): Promise<IncarnationFact[]> {
  const day = clock.now().slice(0, 10);
  const name = `deletions/${day}`;
  for (let tries = 0; tries < mostConflicts; tries += 1) {
    const found = await readDocument(documents, name, ledger);
    const versions = found?.value.versions ?? [];
    if (versions.includes(imageVersionId)) return [{ type: 'deletionIntended', reason }];
    if (versions.length >= mostPerDay) {
      const until = `${day}T23:59:59.999Z`;
      return [{ type: 'retentionKept', reason: `${mostPerDay} versions were deleted today`, until }];
    }
    const taken = { versions: [...versions, imageVersionId] };
    if ((await documents.write(name, taken, found?.etag)) !== 'conflict') return [{ type: 'deletionIntended', reason }];
  }
  throw new AdapterError(`${name} is contended`, { code: 'LedgerContended', retryable: true });
}
