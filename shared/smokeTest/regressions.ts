import type { CheckResult, SmokeTest } from '../domain/facts.ts';
import type { Attempt } from '../domain/incarnationState.ts';
import type { Baseline } from '../domain/look.ts';

/** A boot of some seconds varies by more than a few per cent from host to host. */
const noiseMs = 2_000;

/** What takes longer than with the last published version, beyond the limits of the policy, on the same VM size. */
export function regressions(
  { rounds, launch }: Attempt,
  { regression }: SmokeTest,
  baseline: Baseline | undefined,
): { results: CheckResult[]; warnings: string[] } {
  const [first] = rounds;
  const before = baseline?.measured;
  if (!regression || !first || !before || before.vmSize !== launch?.vmSize) return { results: [], warnings: [] };
  const { bootPercent, checksPercent, outcome } = regression;
  const details = [
    slower('boot', before.bootMs, first.bootMs, bootPercent, baseline.version),
    slower('checks', before.checksMs, first.checksMs, checksPercent, baseline.version),
  ].filter((detail) => detail !== undefined);
  if (outcome === 'warn') return { results: [], warnings: details };
  const result =
    details.length > 0
      ? ({ outcome: 'failed', detail: details.join('; ') } as const)
      : ({ outcome: 'passed' } as const);
  return { results: [{ check: 'as fast as the last published version', ...result }], warnings: [] };
}

function slower(
  what: string,
  beforeMs: number | undefined,
  nowMs: number | undefined,
  percent: number | undefined,
  version: string,
): string | undefined {
  if (beforeMs === undefined || nowMs === undefined || percent === undefined) return undefined;
  const limitMs = Math.max(beforeMs * (1 + percent / 100), beforeMs + noiseMs);
  if (nowMs <= limitMs) return undefined;
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  return `${what} took ${seconds(nowMs)} s, ${seconds(beforeMs)} s with ${version}; ${percent} % more is allowed`;
}
