import { type CheckSet, newOrChanged } from '../smokeTest/checkSet.ts';
import { decideLaunch, launch } from './decideLaunch.ts';
import { type Decision, record } from './decision.ts';
import type { CheckResult, Verdict } from './facts.ts';
import type { Attempt, AttemptResult } from './incarnationState.ts';
import type { Baseline } from './look.ts';
import { nextConfiguration } from './nextConfiguration.ts';
import type { SmokeTestContext } from './smokeTestContext.ts';

const mostControls = 2;

/** A verdict, or another attempt where the last one leaves it open whether the image is at fault. */
export function decideVerdict(
  context: SmokeTestContext,
  last: Attempt,
  result: AttemptResult,
  checks: CheckSet,
): Decision {
  const { state } = context;
  if (last.launch?.controlOf !== undefined) return judgeControl(context, last.launch.controlOf, result, checks);
  if (result.verdict === 'passed') return reach('passed', result.reason, checks);
  if (result.verdict === 'failed') {
    const control = controlFor(context, result, checks);
    return control ?? reach('failed', result.reason, checks);
  }
  // No other VM would be of use: a person has to mend it.
  if (result.errorClass === 'configuration') return reach('inconclusive', result.reason, checks);
  const tests = state.attempts.filter(({ launch }) => launch?.controlOf === undefined);
  if (nextConfiguration(state, tests)) return decideLaunch(context, undefined);
  const reason = `${tests.length} attempts, none conclusive; the last: ${result.reason}`;
  return reach('inconclusive', reason, checks);
}

/**
 * When every check that failed is new or changed since the last published version, that version is asked the same
 * before the image is blamed. A check that it held before, unchanged, is proof enough.
 */
function controlFor(context: SmokeTestContext, result: AttemptResult, checks: CheckSet): Decision | undefined {
  const { control, version = '' } = context.look.baseline ?? {};
  const suspects = suspectsOf(result, checks, control);
  if (!control || suspects.length === 0) return undefined;
  const tested = context.state.attempts.findLast(({ launch }) => launch?.controlOf === undefined)?.launch;
  if (!tested || control.version.replication?.[tested.region] !== 'Completed') return undefined;
  const why = `control run on ${version}: does it hold ${suspects.join(', ')}, which is new or changed?`;
  const configuration = configurationOf(context, tested, why);
  return launch(context, undefined, { configuration, controlOf: control });
}

function judgeControl(context: SmokeTestContext, controlOf: string, result: AttemptResult, checks: CheckSet): Decision {
  const { attempts } = context.state;
  const tested = attempts.findLast(({ launch, result: its }) => launch?.controlOf === undefined && its)?.result;
  const suspects = failedNames(tested?.checks ?? []);
  const alsoFail = failedNames(result.checks).filter((name) => suspects.includes(name));
  const reason = tested?.reason ?? '';
  if (alsoFail.length > 0) {
    const named = alsoFail.join(', ');
    return reach(
      'inconclusive',
      `check suspected: ${named} fails on the published ${controlOf} too; ${reason}`,
      checks,
    );
  }
  if (suspects.every((name) => holds(result, name)))
    return reach('failed', `${reason} (${controlOf} holds it)`, checks);
  const controls = attempts.filter(({ launch }) => launch?.controlOf !== undefined).length;
  const again = controls < mostControls && tested ? controlFor(context, tested, checks) : undefined;
  if (again) return again;
  const open = `whether the check is at fault could not be told, since the control run on ${controlOf} did not come to it`;
  return reach('inconclusive', `${reason}; ${open}: ${result.reason}`, checks);
}

/** The failed checks, where all of them are new or changed; empty otherwise. */
function suspectsOf({ checks: results }: AttemptResult, checks: CheckSet, control: Baseline['control']): string[] {
  if (checks.kind !== 'checks' || control?.checks.kind !== 'checks') return [];
  const open = newOrChanged(checks.checks, control.checks.checks);
  const failed = failedNames(results);
  return failed.every((name) => open.has(name)) ? failed : [];
}

function holds({ checks }: AttemptResult, name: string): boolean {
  return checks.some(({ check, outcome }) => check === name && outcome === 'passed');
}

function failedNames(results: CheckResult[]): string[] {
  return results.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check);
}

function configurationOf(
  { state }: SmokeTestContext,
  { region, vmSize }: { region: string; vmSize: string },
  why: string,
) {
  const planned = state.testPlan.find(
    (configuration) => configuration.region === region && configuration.vmSize === vmSize,
  );
  return { ...planned, region, vmSize, why };
}

function reach(verdict: Verdict, reason: string, checks: CheckSet): Decision {
  const checksHash = checks.kind === 'checks' ? { checksHash: checks.hash } : {};
  return record({ type: 'verdictReached', verdict, reason, ...checksHash });
}
