import { effectiveLatest } from '../domain/effectiveLatest.ts';
import type { ImageDefinitionId } from '../domain/ids.ts';
import { type ImageVersion, isUnsettled } from '../domain/imageVersion.ts';
import type { Ports } from '../ports.ts';

/**
 * What Azure picks in each region now. A list shows no replication: of the versions in it only those are read that Azure
 * may pick anew, or that it is at work on, unless this step has read them. A settled one that was latest still is.
 */
export async function readLatest(
  { galleries }: Pick<Ports, 'galleries'>,
  definition: ImageDefinitionId,
  listed: ImageVersion[],
  known: Record<string, string>,
): Promise<Record<string, string>> {
  let versions = listed;
  const asked = new Set<string>();
  for (;;) {
    const latest = effectiveLatest(versions);
    const isNew = (version: string) =>
      Object.entries(latest).some(([region, picked]) => picked === version && known[region] !== picked);
    const isPicked = (version: string) => Object.values(latest).includes(version);
    const unread = versions.find(
      (each) =>
        each.replication === undefined &&
        !asked.has(each.version) &&
        (isUnsettled(each) ? isPicked(each.version) : isNew(each.version)),
    );
    if (!unread) return latest;
    asked.add(unread.version);
    const read = await galleries.getVersion(definition, unread.version);
    versions = versions.flatMap((version) => (version === unread ? (read ?? []) : version));
  }
}
