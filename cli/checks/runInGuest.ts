import { randomBytes } from 'node:crypto';
import { createSkippingClock } from '../../local/skippingClock.ts';
import { createMachine } from '../../local/vm/createMachine.ts';
import type { GuestImage } from '../../local/vm/guestImage.ts';
import type { Machine } from '../../local/vm/machine.ts';
import type { CheckResult } from '../../shared/domain/facts.ts';
import { instantOf } from '../../shared/domain/instant.ts';
import { isAsked } from '../../shared/smokeTest/checkFile/askedChecks.ts';
import type { CheckFile } from '../../shared/smokeTest/checkFile/checkFile.ts';
import { judgeChecks } from '../../shared/smokeTest/checkFile/judgeChecks.ts';
import { compilePosixScript } from '../../shared/smokeTest/factScript/compilePosixScript.ts';
import { readAnswer } from '../../shared/smokeTest/factScript/readAnswer.ts';

export type GuestRun =
  | { kind: 'answered'; results: CheckResult[] }
  /** The guest never got so far, or its answer cannot be used. */
  | { kind: 'unanswered'; reason: string };

/** What Azure shows of the output of a run command. */
const shownBytes = 4_096;
/** The checks keep their own time, and the caller that of the whole. */
const neverMs = 7 * 24 * 60 * 60_000;

/** Boots the image in the simulated guest, whose clock waits for nothing, and asks it all checks of the file. */
export async function runInGuest(file: CheckFile, image: GuestImage): Promise<GuestRun> {
  if (image.boot.panic) return unanswered('its kernel panics at boot');
  if (image.boot.agentReadyAfter === 'never') return unanswered('its agent never gets ready');
  const clock = createSkippingClock(Date.now());
  const machine = createMachine({ image, hostname: 'checked', vmSize: 'Standard_D2s_v5', clock });
  await agentReady(machine);
  const nonce = randomBytes(16).toString('hex');
  const script = compilePosixScript(file.checks, { nonce });
  const { stdout, stderr } = await machine.runScript(script, { parameters: [], timeoutMs: neverMs });
  const shown = Buffer.from(stdout).subarray(-shownBytes).toString();
  const answer = readAnswer(file.checks, nonce, shown, stdout);
  if (answer.kind !== 'complete') {
    const reason = answer.kind === 'unusable' ? answer.reason : 'it has not restarted';
    return unanswered([reason, stderr.trim().slice(0, 2_000)].filter(Boolean).join('\n'));
  }
  const answers = file.checks.flatMap((check, index) =>
    isAsked(check) ? [{ facts: answer.facts[index] ?? [], tries: answer.tries[index] ?? 1 }] : [],
  );
  return { kind: 'answered', results: judgeChecks(file, answers, instantOf(Date.now())) };
}

function unanswered(reason: string): GuestRun {
  return { kind: 'unanswered', reason };
}

function agentReady(machine: Machine): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = machine.onChange(() => {
      if (machine.agent !== 'ready') return;
      unsubscribe();
      resolve();
    });
    machine.powerOn();
  });
}
