import type { ImageVersion } from './imageVersion.ts';
import type { IncarnationKeys } from './incarnation.ts';
import type { IncarnationState } from './incarnationState.ts';
import type { Instant } from './instant.ts';
import type { LaunchWait } from './launchWait.ts';
import type { RunLook } from './look.ts';
import type { Policy } from './policy.ts';

/** What the moves of a run are decided from, while its VM is there. */
export interface RunContext {
  state: IncarnationState;
  look: RunLook;
  keys: IncarnationKeys;
  now: Instant;
}

/** What the moves of one smoke test are decided from. */
export interface SmokeTestContext extends RunContext {
  version: ImageVersion;
  policy: Policy;
  /** A VM that was intended is seen through, and its verdict told; no other is launched. */
  launchWaits?: LaunchWait;
}
