import type { FactOf } from './facts.ts';
import { type Instant, instantOf } from './instant.ts';
import type { Policy } from './policy.ts';
import { livedMs, type VmLives } from './vmLives.ts';

export type Budget = NonNullable<Policy['budget']>;

/** How much of the budget is spent. */
export interface Spending {
  /** A day or a month, in UTC: `2026-11-22`, `2026-11`. */
  period: string;
  /** When the next period begins. */
  until: Instant;
  minutes: number;
  limit: number;
  state: 'within' | 'near' | 'spent';
}

/** Which limits of a period were told of, by period. */
export type ToldOfBudget = Record<string, { near: number; spent: number }>;

const minuteMs = 60_000;

/** What the VMs of the period that it is `now` have come to. */
export function spendingOf({ vmMinutes, per, warnAtPercent }: Budget, lives: VmLives, now: Instant): Spending {
  const period = now.slice(0, per === 'day' ? 10 : 7);
  const from = beginOf(period, 0);
  const until = beginOf(period, 1);
  const ms = livedMs(lives, { from, to: until }, now);
  const isNear = ms >= (vmMinutes * minuteMs * warnAtPercent) / 100;
  return {
    period,
    until,
    minutes: Math.floor(ms / minuteMs),
    limit: vmMinutes,
    state: ms >= vmMinutes * minuteMs ? 'spent' : isNear ? 'near' : 'within',
  };
}

/** When a day or a month begins, or the one `later` than that. */
function beginOf(period: string, later: number): Instant {
  const [year = 0, month = 1, day] = period.split('-').map(Number);
  return instantOf(day === undefined ? Date.UTC(year, month - 1 + later) : Date.UTC(year, month - 1, day + later));
}

/** The entry that is due: once for each period, and once more where the budget was raised since. */
export function budgetFact(
  told: ToldOfBudget | undefined,
  spending: Spending,
): FactOf<'budgetNear'> | FactOf<'budgetSpent'> | undefined {
  const { period, minutes, limit, state } = spending;
  if (state === 'within') return undefined;
  if ((told?.[period]?.[state] ?? 0) >= limit) return undefined;
  const reason = describeSpending(spending);
  return { type: state === 'near' ? 'budgetNear' : 'budgetSpent', period, minutes, limit, reason };
}

/** Told of as spent, it need not be told of as nearly spent. */
export function withTold(
  told: ToldOfBudget = {},
  { type, period, limit }: FactOf<'budgetNear'> | FactOf<'budgetSpent'>,
): ToldOfBudget {
  const { near = 0, spent = 0 } = told[period] ?? {};
  const noted = { near: Math.max(near, limit), spent: type === 'budgetSpent' ? Math.max(spent, limit) : spent };
  return { ...told, [period]: noted };
}

export function describeSpending({ period, minutes, limit }: Spending): string {
  return `${minutes} of the ${limit} VM minutes of ${period}`;
}
