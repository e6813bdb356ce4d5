import { createMachine } from '../../../../local/vm/createMachine.ts';
import { readGuestImage } from '../../../../local/vm/guestImage.ts';
import type { Check } from '../../../../shared/smokeTest/checkFile/checkFile.ts';
import { compilePosixScript } from '../../../../shared/smokeTest/factScript/compilePosixScript.ts';
import { type CompleteAnswer, readAnswer } from '../../../../shared/smokeTest/factScript/readAnswer.ts';
import { ManualClock } from '../../../local/manualClock.ts';

/** Runs the checks in a machine of local Azure, made from one of its images, half a minute after power-on. */
export async function askGuest(image: string, checks: Check[]): Promise<CompleteAnswer> {
  const clock = new ManualClock();
  const guestImage = await readGuestImage('local/images', image);
  const machine = createMachine({ image: guestImage, hostname: 'smoke1', vmSize: 'Standard_D2s_v5', clock });
  machine.powerOn();
  await clock.advance(30_000);
  const script = compilePosixScript(checks, { nonce: 'n1' });
  const { stdout, stderr } = await machine.runScript(script, { parameters: [], timeoutMs: 600_000 });
  const answer = readAnswer(checks, 'n1', stdout.slice(-4096), stdout);
  if (answer.kind !== 'complete') throw new Error(`${JSON.stringify(answer)}\n${stderr}\n${stdout}`);
  return answer;
}
