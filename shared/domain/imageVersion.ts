import type { Instant } from './instant.ts';

/** An image version as Azure shows it, with what publication needs; regions are normalised (`westeurope`). */
export interface ImageVersion {
  version: string;
  location: string;
  provisioningState: 'Creating' | 'Updating' | 'Failed' | 'Succeeded' | 'Deleting' | 'Migrating';
  createdAt?: Instant;
  publishedDate?: Instant;
  sourceId?: string;
  /** As its producer wrote them: lineage to read, never to decide by. */
  tags?: Record<string, string>;
  /** Logical unit numbers of its data disks. */
  dataDiskLuns?: number[];
  excludeFromLatest: boolean;
  endOfLifeDate?: Instant;
  targetRegions: TargetRegion[];
  /** Shallow: ready without a copy, and not meant for many VMs. */
  replicationMode?: 'Full' | 'Shallow';
  safetyProfile: { allowDeletionOfReplicatedLocations?: boolean; blockDeletionBeforeEndOfLife?: boolean };
  /** Present only when the version was read with its replication status. */
  replication?: Record<string, ReplicationState>;
}

export interface TargetRegion {
  name: string;
  excludeFromLatest?: boolean;
  replicaCount?: number;
  storageAccountType?: string;
  /** With a key of its own, which is not known here. */
  encrypted?: true;
}

export type ReplicationState = 'Unknown' | 'Replicating' | 'Completed' | 'Failed';

/** Azure answers "West Europe" where `westeurope` was written; both name one region. */
export function normaliseRegion(name: string): string {
  return name.replaceAll(/\s/g, '').toLowerCase();
}

/** Numeric order of major, minor, patch, each a 32-bit number: 1.10.0 is later than 1.9.0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const part of [0, 1, 2]) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Every look sorts all versions of an image definition: their numbers are read once. */
const knownParts = new Map<string, number[]>();
const mostKnownParts = 5_000;

function partsOf(version: string): number[] {
  const known = knownParts.get(version);
  if (known) return known;
  const parts = version.split('.').map(Number);
  if (knownParts.size >= mostKnownParts) knownParts.clear();
  knownParts.set(version, parts);
  return parts;
}

/** Excluded from latest in every region, whatever its replication does next. */
export function isHidden(version: ImageVersion): boolean {
  return version.excludeFromLatest || version.targetRegions.every((region) => region.excludeFromLatest === true);
}

/** Azure refuses or loses writes while an earlier operation runs. */
export function isUnsettled({ provisioningState }: ImageVersion): boolean {
  return provisioningState !== 'Succeeded' && provisioningState !== 'Failed';
}

/** Regions to which the version is replicated: a VM can be made from it there. */
export function replicatedRegions(version: ImageVersion): string[] {
  return version.targetRegions
    .map((region) => region.name)
    .filter((name) => version.replication?.[name] === 'Completed');
}

/** May be picked as latest in a region as soon as it is replicated there. */
export function isOfferedIn(version: ImageVersion, region: string): boolean {
  const target = version.targetRegions.find((candidate) => candidate.name === region);
  return target !== undefined && !version.excludeFromLatest && target.excludeFromLatest !== true;
}

/** Regions in which the version may be picked as latest. */
export function offeredRegions(version: ImageVersion): string[] {
  return version.targetRegions.map((region) => region.name).filter((name) => isOfferedIn(version, name));
}
