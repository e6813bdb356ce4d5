/** What Azure will pick in a region instead of what it picks now; null for nothing. */
export interface LatestChange {
  region: string;
  version: string | null;
  previous: string | null;
}

/** One line for people: "latest in westeurope: 1.0.3 → 1.0.4". */
export function describeLatest({ region, version, previous }: LatestChange): string {
  return `latest in ${region}: ${previous ?? 'none'} → ${version ?? 'none'}`;
}
