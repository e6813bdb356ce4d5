import type { ImageVersion } from './imageVersion.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';
import type { ReleaseState } from './releaseState.ts';
import type { Surroundings } from './surroundings.ts';

/** The version as Azure shows it, and the end of life of its image definition, where it has one. */
export interface ReleaseLook {
  version: ImageVersion;
  definitionEndOfLife?: Instant;
}

/** One release, as it is decided on. */
export interface Releasing extends ReleaseLook {
  state: IncarnationState;
  release: ReleaseState;
  policy: Policy;
  surroundings: Surroundings;
  now: Instant;
}

/** How often it is looked at a version that Azure is at work on. */
export const lookEveryMs = 15_000;
