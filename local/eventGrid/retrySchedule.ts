const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const waits = [10 * second, 30 * second, minute, 5 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour];
const lastWait = 12 * hour;
const jitter = 0.1;

export interface Failure {
  outcome: string;
  /** Absent when no answer came. */
  status?: number | undefined;
}

/** Statuses of a webhook after which Event Grid gives an event up at once. */
export function isFinal({ status }: Failure): boolean {
  return status === 400 || status === 401 || status === 403 || status === 413;
}

/** How long Event Grid waits after the given number of attempts. */
export function waitAfter(attempts: number, { status }: Failure, random: () => number): number {
  const scheduled = waits[attempts - 1] ?? lastWait;
  const least = status === 408 ? 2 * minute : status === 503 ? 30 * second : 0;
  return Math.round(Math.max(scheduled, least) * (1 + jitter * random()));
}
