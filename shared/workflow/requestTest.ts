import * as z from 'zod';
import type { CheckFileReference } from '../domain/facts.ts';
import { definitionKey, type ImageDefinitionId, shortHash, versionResourceId } from '../domain/ids.ts';
import { normaliseRegion } from '../domain/imageVersion.ts';
import type { Ports } from '../ports.ts';
import { acceptRequest } from './acceptRequest.ts';
import { keepCheckFile } from './checkFiles.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { definitionLog, loadLog } from './log.ts';

const longestKeepMinutes = 24 * 60;

/** A smoke test by hand, as it is asked for. */
export const testRequest = z.strictObject({
  /** Resource id of the image version. */
  id: z.string(),
  vmSize: z.string().min(1).max(64).exactOptional(),
  region: z.string().min(1).max(64).transform(normaliseRegion).exactOptional(),
  keepMinutes: z.number().int().positive().max(longestKeepMinutes).exactOptional(),
  /** Another check file than that of the policy, with all the files that it includes. */
  checkFile: z
    .strictObject({ name: z.string().min(1).max(200), sources: z.record(z.string().max(200), z.string()) })
    .exactOptional(),
});
export type TestRequest = z.infer<typeof testRequest>;

export type RequestedTest =
  | { kind: 'accepted'; test: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'otherRequest' };

/** Asks for a smoke test of a version, whatever it went through; `requestId` makes a repeated request the same one. */
export async function requestTest(
  ports: Pick<Ports, 'auditLogs' | 'documents' | 'wakeUps' | 'clock' | 'ids'>,
  { definition, version }: { definition: ImageDefinitionId; version: string },
  { vmSize, region, keepMinutes, checkFile }: Omit<TestRequest, 'id'>,
  by: { actor: string; requestId: string },
): Promise<RequestedTest> {
  const log = await loadLog(ports, definitionLog(definitionKey(definition)));
  if (!foldDefinitionLog(log).versions[version])
    return {
      kind: 'refused',
      reason: `${versionResourceId(definition, version)} is not known here: is its gallery in charge?`,
    };
  const kept = checkFile && (await keep(ports, checkFile));
  if (kept && 'problem' in kept) return { kind: 'refused', reason: kept.problem };
  const test = shortHash(20, definitionKey(definition), version, by.actor, by.requestId);
  const fact = {
    type: 'testRequested' as const,
    test,
    version,
    ...(kept && { checkFile: kept }),
    ...(vmSize !== undefined && { vmSize }),
    ...(region !== undefined && { region }),
    ...(keepMinutes !== undefined && { keepMinutes }),
  };
  const accepted = await acceptRequest(ports, { definition, id: test, actor: by.actor, fact });
  if (accepted === 'otherRequest') return { kind: 'otherRequest' };
  return { kind: 'accepted', test };
}

async function keep(
  ports: Pick<Ports, 'documents'>,
  { name, sources }: NonNullable<TestRequest['checkFile']>,
): Promise<CheckFileReference | undefined> {
  const checkFiles = { read: async () => new Map(Object.entries(sources)) };
  return keepCheckFile({ documents: ports.documents, checkFiles }, name);
}
