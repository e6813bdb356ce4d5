import type { Happening } from './happening.ts';
import type { Random } from './random.ts';

/** When the policy grants VM minutes without a limit, at last: the period has turned once by then. */
const grantedAtMs = 26 * 3_600_000;

/** What keeps VMs from being launched: members of the policy file, and pauses of everything. */
export function drawLimits(random: Random): string {
  const breaker = random.chance(0.25) ? 'breaker: { definitions: 2 }\n' : '';
  return random.chance(0.12) ? `${breaker}budget: { vmMinutes: ${random.pick([4, 8, 15])}, per: day }\n` : breaker;
}

/** The policy file of each time with its limits; others where somebody changes it. */
export function withLimits(random: Random, policy: string, changes: Happening[]): [policy: string, Happening[]] {
  const limits = drawLimits(random);
  const changed = changes.map((each) => {
    if (each.kind !== 'policy' || each.text === undefined) return each;
    return { ...each, text: each.text + (random.chance(0.3) ? drawLimits(random) : limits) };
  });
  const last = changed.findLast((each) => each.kind === 'policy')?.text ?? policy + limits;
  const granted = `${last.replace(/^budget.*\n/m, '')}# granted\n`;
  if (last.includes('budget')) changed.push({ kind: 'policy', text: granted, atMs: grantedAtMs });
  return [policy + limits, changed];
}

/** Everything is paused, and resumed once more than that. */
export function drawPauses(random: Random): Happening[] {
  const ask = (kind: 'pause' | 'resume', atMs: number): Happening => ({
    kind: 'instance',
    asked: { kind, reason: 'because' },
    atMs,
  });
  const pausedAtMs = random.between(1_000, 900_000);
  return [ask('pause', pausedAtMs), ask('resume', pausedAtMs + random.between(1_000, 900_000))];
}
