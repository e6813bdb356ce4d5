import type { DefinitionState, KnownVersion } from './definitionState.ts';
import { compareVersions, type ImageVersion, isOfferedIn } from './imageVersion.ts';

/**
 * Whether a replica that arrives now would be published: only where it would be latest, so that a gallery full of old
 * versions with a region missing costs nothing.
 */
export function awaitsReplica({ versions, latest }: DefinitionState, version: ImageVersion): boolean {
  const known = versions[version.version];
  if (known?.kind !== 'examined' || known.outcome !== 'published') return false;
  return (known.notAvailableIn ?? []).some((region) => {
    const current = latest[region];
    return current === undefined || compareVersions(version.version, current) > 0;
  });
}

/** Regions that were given up and have their replica now; none where the whole version was hidden by hand. */
export function arrivedReplicas(known: Extract<KnownVersion, { kind: 'examined' }>, version: ImageVersion): string[] {
  if (known.outcome !== 'published' || version.excludeFromLatest) return [];
  return (known.notAvailableIn ?? []).filter(
    (region) => version.replication?.[region] === 'Completed' && !isOfferedIn(version, region),
  );
}
