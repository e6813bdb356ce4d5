import type { FactOf, VmSettings } from './facts.ts';
import type { FlagPlan } from './flagPlan.ts';

/** What a decision asks for: idempotent, started and never awaited; its outcome is appended after it. */
export type Effect =
  | { kind: 'writeFlags'; plan: FlagPlan }
  | { kind: 'takeDeletion'; reason: string; mostPerDay: number }
  | { kind: 'deleteVersion' }
  | { kind: 'takeSlot'; launch: FactOf<'launchIntended'>; alreadyAwaited: boolean }
  | ({ kind: 'launch'; attempt: number; imageVersionId: string; vmName: string; expiresAt: string } & VmSettings)
  | {
      kind: 'startChecks';
      attempt: number;
      vmName: string;
      region: string;
      runCommand: string;
      script: string;
      timeoutSeconds: number;
      /** Where in the evidence of the attempt the guest leaves the whole answer; Azure shows 4 KB of it. */
      answerFile: string;
    }
  | { kind: 'rebootGuest'; attempt: number; vmName: string; region: string; runCommand: string; script: string }
  | { kind: 'restartVm'; attempt: number; vmName: string; part: 'restart' | 'stop' | 'start' }
  | { kind: 'saveEvidence'; attempt: number; files: EvidenceFile[]; conclusion: FactOf<'smokeTestFinished'> }
  | { kind: 'deleteVm'; attempt: number; vmName: string }
  | { kind: 'releaseSlot'; attempt: number; vmName: string; region: string };

export interface EvidenceFile {
  name: string;
  content: string;
}
