import { setTimeout as wait } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { computeClient } from '../../local/stack/deploy.ts';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import { gallery, regions, resourceGroup, subscriptionId } from '../../local/stack/names.ts';
import { sweepNow } from '../../local/stack/sweepNow.ts';
import { createAuditLogs } from '../../shared/azure/createAuditLogs.ts';
import { toImageVersion } from '../../shared/azure/toImageVersion.ts';
import { emptyHead, sealEntries } from '../../shared/domain/entries.ts';
import type { Fact } from '../../shared/domain/facts.ts';
import { definitionKey, definitionResourceId, versionResourceId } from '../../shared/domain/ids.ts';
import { compareVersions, type ImageVersion } from '../../shared/domain/imageVersion.ts';
import { identityOf, incarnationKey } from '../../shared/domain/incarnation.ts';
import { smokeTestSchema } from '../../shared/domain/policy.ts';
import type { AuditLogs } from '../../shared/ports.ts';
import { usualLife } from '../usualLife.ts';

/** Before any version was created. */
const start = '2026-01-01T00:00:00.000Z';
const written = { actor: 'service', cause: 'bench', appendId: 'a', at: start };

/** The logs that the service leaves behind where it published every version of an image definition, one after the other. */
export async function writeHistory(endpoints: Endpoints, image: string): Promise<void> {
  const logs = logsOf(endpoints);
  const definition = { subscriptionId, resourceGroup, gallery, image };
  const key = definitionKey(definition);
  const append = (log: string, facts: Fact[]) => logs.append(log, sealEntries(log, emptyHead, facts, written), 0);
  const own: Fact[] = [
    { type: 'definitionDetected', imageDefinitionId: definitionResourceId(definition), takenInChargeAt: start },
  ];
  let previous: string | null = null;
  for (const found of await versionsOf(endpoints, image)) {
    const { version } = found;
    const identity = identityOf(found);
    const incarnation = incarnationKey(key, version, identity);
    const id = versionResourceId(definition, version);
    await append(`incarnations/${key}/${incarnation}`, usualLife(id, version, identity, 0));
    own.push({ type: 'incarnationOpened', version, incarnation, identity });
    for (const region of regions) own.push({ type: 'latestChanged', region, version, previous });
    own.push({
      type: 'incarnationClosed',
      version,
      incarnation,
      outcome: 'published',
      measured: { smokeTest: smokeTestSchema.parse({}), vmSize: 'Standard_D2s_v5' },
      publishedIn: regions,
    });
    previous = version;
  }
  await append(`definitions/${key}`, own);
}

/** Resolves once the sweep has found every image definition and the service has taken it in. */
export async function takeInAll(endpoints: Endpoints, definitions: number): Promise<void> {
  const logs = logsOf(endpoints);
  await sweepNow(endpoints);
  while ((await logs.list('definitions/')).length < definitions) await wait(250);
}

function logsOf(endpoints: Endpoints): AuditLogs {
  const blobs = new BlobServiceClient(endpoints.blob, localCredential(endpoints, 'service'));
  return createAuditLogs(blobs.getContainerClient('audit-logs'));
}

async function versionsOf(endpoints: Endpoints, image: string): Promise<ImageVersion[]> {
  const versions: ImageVersion[] = [];
  const pages = computeClient(endpoints).galleryImageVersions.listByGalleryImage(resourceGroup, gallery, image);
  for await (const version of pages) versions.push(toImageVersion(version));
  return versions.toSorted((a, b) => compareVersions(a.version, b.version));
}
