import { compareVersions, type ImageVersion, isOfferedIn } from './imageVersion.ts';

/**
 * What Azure picks in each region for a VM that names only the image definition: the highest version by number that
 * is replicated there and excluded neither globally nor for the region. End of life never enters it.
 * Source: Azure Compute Gallery documentation; that both flags exclude is inferred from their descriptions.
 * A version without replication status counts as replicated when it is Succeeded or Updating.
 */
export function effectiveLatest(versions: ImageVersion[]): Record<string, string> {
  const latest: Record<string, string> = {};
  for (const version of versions) {
    for (const { name } of version.targetRegions) {
      if (!isUsableIn(version, name) || !isOfferedIn(version, name)) continue;
      const current = latest[name];
      if (current === undefined || compareVersions(version.version, current) > 0) latest[name] = version.version;
    }
  }
  return latest;
}

function isUsableIn(version: ImageVersion, region: string): boolean {
  if (version.replication) return version.replication[region] === 'Completed';
  return version.provisioningState === 'Succeeded' || version.provisioningState === 'Updating';
}
