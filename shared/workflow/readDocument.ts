import * as z from 'zod';
import { AdapterError } from '../errors.ts';
import type { Documents } from '../ports.ts';

const numbered = z.object({ schema: z.number().int().gt(1) });

/**
 * A document of the service, parsed. One that a newer deployment wrote, or that is damaged, is nobody's defect and no
 * image version's fault: it is tried again until the newer deployment is here, or somebody has mended it.
 */
export async function readDocument<T>(
  documents: Pick<Documents, 'read'>,
  name: string,
  schema: z.ZodType<T>,
): Promise<{ value: T; etag: string } | undefined> {
  const found = await documents.read(name);
  if (!found) return undefined;
  const parsed = schema.safeParse(found.value);
  if (parsed.success) return { value: parsed.data, etag: found.etag };
  if (numbered.safeParse(found.value).success) {
    const message = `document ${name} was written by a newer deployment: it is left to that one`;
    throw new AdapterError(message, { code: 'NewerSchema', retryable: true });
  }
  const message = `document ${name} is damaged: restore it, or delete it. ${z.prettifyError(parsed.error)}`;
  throw new AdapterError(message, { code: 'DamagedDocument', retryable: true });
}
