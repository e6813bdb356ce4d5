import type { ImageVersion } from './imageVersion.ts';
import type { IncarnationKeys } from './incarnation.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import type { IncarnationLook } from './look.ts';
import type { Policy } from './policy.ts';

/** What the moves of one smoke test are decided from. */
export interface SmokeTestContext {
  state: IncarnationState;
  version: ImageVersion;
  look: IncarnationLook;
  policy: Policy;
  keys: IncarnationKeys;
  /** A pause lets a VM that was intended end, and its verdict be told, and launches no other. */
  mayLaunch: boolean;
  now: Instant;
}
