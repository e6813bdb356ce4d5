import { effectiveLatest } from '../domain/effectiveLatest.ts';
import type { ImageDefinitionId } from '../domain/ids.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { Ports } from '../ports.ts';

/**
 * What Azure picks in each region now. Of the versions that were listed, only those that it may pick are read with their
 * replication status, unless this step has read them: usually one.
 */
export async function readLatest(
  { galleries }: Pick<Ports, 'galleries'>,
  definition: ImageDefinitionId,
  listed: ImageVersion[],
): Promise<Record<string, string>> {
  let versions = listed;
  const asked = new Set<string>();
  for (;;) {
    const latest = effectiveLatest(versions);
    const picked = new Set(Object.values(latest));
    const unread = versions.find(
      ({ version, replication }) => picked.has(version) && replication === undefined && !asked.has(version),
    );
    if (!unread) return latest;
    asked.add(unread.version);
    const read = await galleries.getVersion(definition, unread.version);
    versions = versions.flatMap((version) => (version === unread ? (read ?? []) : version));
  }
}
