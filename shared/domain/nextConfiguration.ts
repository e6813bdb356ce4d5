import { slowerCode } from '../smokeTest/judgeEnd.ts';
import type { VmConfiguration } from './facts.ts';
import type { Attempt, IncarnationState } from './incarnationState.ts';

/**
 * The VM to try next, after the attempts that were spent on the plan, in their order: what the plan has next, and after a
 * suspicion what it has next in another region, so that the second sight is of a second place. A plan of a single
 * configuration has it tried once more then, and so has a VM that was slow. Undefined where nothing is left.
 */
export function nextConfiguration(
  { testPlan, smokeTest }: Pick<IncarnationState, 'testPlan' | 'smokeTest'>,
  spent: Attempt[],
): VmConfiguration | undefined {
  let left = testPlan;
  for (const [index, attempt] of spent.entries()) {
    // What was launched, whatever order an earlier release had; an attempt that came to no launch had the one of its turn.
    const used = attempt.launch
      ? left.find((configuration) => isOf(configuration, attempt))
      : choose(left, spent[index - 1]);
    left = left.filter((configuration) => configuration !== used);
  }
  const last = spent.at(-1);
  if (last?.result?.code === slowerCode && spent.length < smokeTest.maxAttempts) {
    // Durations are compared within one size, and a host that is slow is one host.
    const same = testPlan.find((configuration) => isOf(configuration, last));
    if (same) return { ...same, why: 'once more, in the same size: the host may have been slow' };
  }
  const [only, ...others] = testPlan;
  if (only && others.length === 0 && spent.length === 1 && isSuspicion(last) && smokeTest.maxAttempts > 1)
    return { ...only, why: 'once more, in another VM: what was seen may be the platform, and nothing else fits' };
  return choose(left, last);
}

function choose(left: VmConfiguration[], last: Attempt | undefined): VmConfiguration | undefined {
  const elsewhere = isSuspicion(last) ? left.find(({ region }) => region !== last?.launch?.region) : undefined;
  return elsewhere ?? left[0];
}

function isOf({ region, vmSize }: VmConfiguration, { launch }: Attempt): boolean {
  return launch?.region === region && launch.vmSize === vmSize;
}

function isSuspicion(attempt: Attempt | undefined): boolean {
  return attempt?.result?.errorClass === 'suspect';
}
