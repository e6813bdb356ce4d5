import type { ImageVersion } from './imageVersion.ts';

/** A fresh look at Azure, taken for one incarnation before each decision. */
export interface IncarnationLook {
  /** 'gone' when the version does not exist any more, or exists as another incarnation. */
  version: ImageVersion | 'gone';
  /** By VM name, for every VM that may exist. */
  vms: Record<string, VmLook>;
}

export type VmLook = { kind: 'absent' } | PresentVm;

export interface PresentVm {
  kind: 'present';
  provisioningState: 'Creating' | 'Updating' | 'Succeeded' | 'Failed' | 'Deleting';
  /** Innermost code and text of a failed provisioning. */
  error?: { code: string; message: string };
  agentReady: boolean;
  /** Boot diagnostics; undefined while Azure has none. */
  serialLog?: string;
  runCommand?: RunCommandLook;
}

export type RunCommandLook =
  | { kind: 'absent' }
  | { kind: 'running' }
  | { kind: 'finished'; state: 'Succeeded' | 'Failed' | 'TimedOut' | 'Canceled'; output: string; error: string };
