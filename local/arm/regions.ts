import { invalidParameter } from './errors.ts';

const displayNames = [
  'Australia Central|Australia East|Australia Southeast|Austria East|Belgium Central|Brazil South|Canada Central',
  'Canada East|Central India|Central US|Chile Central|East Asia|East US|East US 2|France Central|France South',
  'Germany North|Germany West Central|Indonesia Central|Israel Central|Italy North|Japan East|Japan West|Korea Central',
  'Korea South|Malaysia West|Mexico Central|New Zealand North|North Central US|North Europe|Norway East|Norway West',
  'Poland Central|Qatar Central|South Africa North|South Africa West|South Central US|South India|Southeast Asia',
  'Spain Central|Sweden Central|Switzerland North|Switzerland West|UAE Central|UAE North|UK South|UK West',
  'West Central US|West Europe|West India|West US|West US 2|West US 3',
].flatMap((line) => line.split('|'));

const byName = new Map(displayNames.map((displayName) => [regionName(displayName), displayName]));

/** "West Europe" and "westeurope" are one region; this is the form without blanks. */
export function regionName(region: string): string {
  return region.replaceAll(' ', '').toLowerCase();
}

/** The form in which Compute returns regions of a gallery: "West Europe". Unknown regions are refused. */
export function regionDisplayName(region: string, target = 'location'): string {
  const displayName = byName.get(regionName(region));
  if (displayName) return displayName;
  throw invalidParameter(target, `The provided location '${region}' is not a valid Azure region.`);
}
