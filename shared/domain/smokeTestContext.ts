import type { ImageVersion } from './imageVersion.ts';
import type { IncarnationKeys } from './incarnation.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import type { LaunchWait } from './launchWait.ts';
import type { IncarnationLook } from './look.ts';
import type { Policy } from './policy.ts';

/** What the moves of one smoke test are decided from. */
export interface SmokeTestContext {
  state: IncarnationState;
  version: ImageVersion;
  look: IncarnationLook;
  policy: Policy;
  keys: IncarnationKeys;
  /** A VM that was intended is seen through, and its verdict told; no other is launched. */
  launchWaits?: LaunchWait;
  now: Instant;
}
