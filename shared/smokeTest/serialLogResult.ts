import type { CheckResult, SmokeTest } from '../domain/facts.ts';
import type { Attempt } from '../domain/incarnationState.ts';
import { describeFinding, type SerialFinding } from './serialFinding.ts';
import { scanSerialLog } from './serialLog.ts';

/** A restart that Azure is asked for again, because its answer was lost, boots the guest twice: nobody's boot loop. */
const bootsPerRestart = 2;

/** How often the kernel may have started by now. */
export function expectedBoots({ rounds, restart }: Pick<Attempt, 'rounds' | 'restart'>): number {
  const restarts = Math.max(0, rounds.length - 1) + (restart ? 1 : 0);
  return 1 + bootsPerRestart * restarts;
}

/** What the serial log of a run says that came to its end: errors fail it unless the policy says otherwise. */
export function serialLogResult(
  serialLog: string,
  { serialLog: policy = { errors: 'fail', ignore: [] } }: Pick<SmokeTest, 'serialLog'>,
  attempt: Pick<Attempt, 'rounds' | 'restart'>,
): { results: CheckResult[]; warnings: string[] } {
  const findings = scanSerialLog(serialLog, expectedBoots(attempt)).filter(
    ({ line, severity }) => severity === 'fatal' || !policy.ignore.some((text) => line.includes(text)),
  );
  const gates = ({ severity }: SerialFinding) =>
    severity === 'fatal' || (severity === 'error' && policy.errors === 'fail');
  const gating = findings.filter(gates);
  const check = 'serial log is clean';
  return {
    results: [
      gating.length > 0
        ? { check, outcome: 'failed', detail: gating.map(describeFinding).join('; ') }
        : { check, outcome: 'passed' },
    ],
    warnings: findings.filter((finding) => !gates(finding)).map(describeFinding),
  };
}
