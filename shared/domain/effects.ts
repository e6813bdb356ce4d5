import type { FactOf, VmSettings } from './facts.ts';
import type { FlagPlan } from './flagPlan.ts';

/** What a decision asks for: idempotent, started and never awaited; its outcome is appended after it. */
export type Effect =
  | { kind: 'writeFlags'; plan: FlagPlan }
  | { kind: 'takeSlot'; launch: FactOf<'launchIntended'>; alreadyAwaited: boolean }
  | ({ kind: 'launch'; attempt: number; vmName: string; expiresAt: string } & VmSettings)
  | {
      kind: 'startChecks';
      attempt: number;
      vmName: string;
      region: string;
      runCommand: string;
      script: string;
      timeoutSeconds: number;
    }
  | { kind: 'saveEvidence'; attempt: number; files: EvidenceFile[]; conclusion: FactOf<'smokeTestFinished'> }
  | { kind: 'deleteVm'; attempt: number; vmName: string }
  | { kind: 'releaseSlot'; attempt: number; vmName: string; region: string };

export interface EvidenceFile {
  name: string;
  content: string;
}
