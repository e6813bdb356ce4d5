import { describe, expect, it } from 'vitest';
import type { ErrorClass } from '../../../shared/domain/facts.ts';
import type { Attempt } from '../../../shared/domain/incarnationState.ts';
import { nextConfiguration } from '../../../shared/domain/nextConfiguration.ts';
import { slowerCode } from '../../../shared/smokeTest/judgeEnd.ts';

const configuration = (region: string, vmSize: string) => ({ region, vmSize, why: 'a size of the policy' });
const smokeTest = { vmSizes: [], maxAttempts: 3, agentTimeoutMinutes: 15, command: {} };
const at = '2026-11-22T08:00:00.000Z';

function spent(region: string, vmSize: string, errorClass: ErrorClass, code = 'x'): Attempt {
  const launch = { vmName: 'vm', region, vmSize, intendedAt: at, expiresAt: at };
  const result = { verdict: 'inconclusive' as const, reason: 'r', code, errorClass, checks: [], at };
  return { number: 1, launch, result, checkRuns: 0, rounds: [], past: [] };
}

function next(testPlan: ReturnType<typeof configuration>[], attempts: Attempt[], maxAttempts = 3) {
  const chosen = nextConfiguration({ testPlan, smokeTest: { ...smokeTest, maxAttempts } }, attempts);
  return chosen && `${chosen.vmSize} in ${chosen.region}`;
}

const plan = [configuration('west', 'a'), configuration('west', 'b'), configuration('north', 'a')];

describe('the VM to try next', () => {
  it('is what the plan has next after an error of the infrastructure', () => {
    expect(next(plan, [])).toBe('a in west');
    expect(next(plan, [spent('west', 'a', 'infrastructure')])).toBe('b in west');
  });

  it('is in another region after a suspicion, and what was skipped comes after it', () => {
    const suspicion = spent('west', 'a', 'suspect');
    expect(next(plan, [suspicion])).toBe('a in north');
    expect(next(plan, [suspicion, spent('north', 'a', 'infrastructure')])).toBe('b in west');
    expect(next(plan, [suspicion, spent('north', 'a', 'infrastructure'), spent('west', 'b', 'suspect')])).toBe(
      undefined,
    );
  });

  it('is none that was tried, in whatever order an earlier release took them', () => {
    const inPlanOrder = [spent('west', 'a', 'suspect'), spent('west', 'b', 'suspect')];
    expect(next(plan, inPlanOrder)).toBe('a in north');
  });

  it('is the only one of the plan once more after a suspicion, and not after anything else', () => {
    const only = [configuration('west', 'a')];
    expect(next(only, [spent('west', 'a', 'suspect')])).toBe('a in west');
    expect(next(only, [spent('west', 'a', 'suspect'), spent('west', 'a', 'suspect')])).toBe(undefined);
    expect(next(only, [spent('west', 'a', 'infrastructure')])).toBe(undefined);
    expect(next(only, [spent('west', 'a', 'suspect')], 1)).toBe(undefined);
  });

  it('is of the same size after a run that was only slow, and the plan goes on from where it was', () => {
    const slow = spent('west', 'a', 'suspect', slowerCode);
    expect(next(plan, [slow])).toBe('a in west');
    expect(next(plan, [slow], 1)).toBe('a in north');
    expect(next(plan, [slow, spent('west', 'a', 'infrastructure')])).toBe('b in west');
  });
});
