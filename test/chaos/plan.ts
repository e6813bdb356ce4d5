import type { Random } from '../simulation/random.ts';

export interface PlannedVersion {
  image: string;
  version: string;
  guest: 'healthy' | 'broken-service';
}

/** Which versions of which image definitions are written, in their order: one in six is broken. */
export function plan(random: Random, versions: number, definitions: number): PlannedVersion[] {
  return Array.from({ length: versions }, (_, index) => ({
    image: `image-${String(index % definitions).padStart(2, '0')}`,
    version: `1.0.${Math.floor(index / definitions)}`,
    guest: random.between(1, 6) === 1 ? 'broken-service' : 'healthy',
  }));
}

/** The newest version of each image that is not broken. */
export function expectedLatest(planned: PlannedVersion[]): Map<string, string> {
  return new Map(planned.filter(({ guest }) => guest === 'healthy').map(({ image, version }) => [image, version]));
}
