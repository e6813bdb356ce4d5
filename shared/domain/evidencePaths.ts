import type { IncarnationKeys } from './incarnation.ts';

/** Where the evidence of one VM run lies: by image definition, version, incarnation and attempt. */
export function evidenceFolder({ definition, incarnation }: IncarnationKeys, version: string, attempt: number): string {
  return `${definition}/${version}/${incarnation}/${attempt}`;
}

/** The file in it into which the guest writes its whole answer to one run command. */
export function answerFile(runCommand: string): string {
  return `${runCommand}.answer.txt`;
}
