import type { Arm } from '../arm.ts';
import { regionName } from '../regions.ts';
import { versions } from './galleryTypes.ts';
import { isAvailableIn, type Version } from './replication.ts';

/** The version that "latest" of a definition means in a region: the highest number that is there and not excluded. */
export function latestVersion(arm: Arm, definitionId: string, region: string): Version | undefined {
  const now = arm.clock.now();
  return arm.resources
    .collection(versions, `${definitionId}/versions`)
    .filter((version) => isAvailableIn(version, region, now) && !isExcluded(version, region))
    .sort((left, right) => compareNumbers(right.name, left.name))[0];
}

/** Whether "latest" of a definition means a version in any region at all. */
export function hasLatest(arm: Arm, definitionId: string): boolean {
  return arm.resources
    .collection(versions, `${definitionId}/versions`)
    .some(({ state, properties }) => state.usable && properties.publishingProfile.excludeFromLatest !== true);
}

function isExcluded({ properties: { publishingProfile } }: Version, region: string): boolean {
  const regional = publishingProfile.targetRegions.find(({ name }) => regionName(name) === regionName(region));
  return publishingProfile.excludeFromLatest === true || regional?.excludeFromLatest === true;
}

function compareNumbers(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  const [difference = 0] = a.map((part, index) => part - (b[index] ?? 0)).filter((part) => part !== 0);
  return difference;
}
