import type { CheckSet } from '../smokeTest/checkSet.ts';
import type { Measured } from './facts.ts';
import type { ImageUse } from './imageUse.ts';
import type { ImageVersion } from './imageVersion.ts';
import type { Instant } from './instant.ts';

/** What is seen of the smoke test of one incarnation. */
export interface RunLook {
  /** By VM name, for every VM that may exist. */
  vms: Record<string, VmLook>;
  /** What the guest is asked, while there is a smoke test to be done. */
  checks?: CheckSet;
  /** The last published version, which a new one is compared with. */
  baseline?: Baseline;
}

/** A fresh look at Azure, taken for one incarnation before each decision. */
export interface IncarnationLook extends RunLook {
  /** 'gone' when the version does not exist any more, or exists as another incarnation. */
  version: ImageVersion | 'gone';
  /** Who uses it; asked where retention is about to delete it. */
  use?: ImageUse;
  /** Looked up where the policy has rules for the end of life. */
  definitionEndOfLife?: Instant;
}

export interface Baseline {
  version: string;
  measured: Measured;
  /** Read only where a failed check might be at fault itself: the version as Azure shows it, and what it was asked. */
  control?: { version: ImageVersion; checks: CheckSet };
}

export type VmLook = { kind: 'absent' } | PresentVm;

export interface PresentVm {
  kind: 'present';
  provisioningState: 'Creating' | 'Updating' | 'Succeeded' | 'Failed' | 'Deleting';
  /** Innermost code and text of a failed provisioning. */
  error?: { code: string; message: string };
  /** When Azure had made the VM, or changed it last; undefined where it does not say. */
  provisionedAt?: Instant;
  agentReady: boolean;
  /** Undefined while Azure shows none. */
  power?: 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';
  /** Boot diagnostics; undefined while Azure has none. */
  serialLog?: string;
  runCommand?: RunCommandLook;
}

/** Of one run command, by its name: a step that sends another one still has the look at the one before. */
export type RunCommandLook = { name: string } & ({ kind: 'absent' } | { kind: 'running' } | FinishedRunCommand);

export interface FinishedRunCommand {
  kind: 'finished';
  state: 'Succeeded' | 'Failed' | 'TimedOut' | 'Canceled';
  /** The last 4 KB. */
  output: string;
  error: string;
  /** All that the guest left in the evidence; undefined where it could not. */
  fullOutput?: string;
}
