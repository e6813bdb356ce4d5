import type { Command } from 'commander';
import { UsageError } from '../exitCodes.ts';

export interface WaitOptions {
  wait?: boolean;
  timeout?: string;
}

/** Adds to a command whose request takes effect later that one can wait for it. */
export function withWait(command: Command): Command {
  return command
    .option('--wait', 'until it has taken effect, or does not any more; progress goes to standard error')
    .option('--timeout <time>', 'with --wait: for this long, as 90s, 30m or 8h; the request stays', '1h');
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds. */
export function timeoutOf(text: string): number {
  const [, number, unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  if (number === undefined) throw new UsageError(`--timeout takes a time as 90s, 30m or 8h, not ${text}`);
  return Number(number) * (units[unit] ?? 0);
}
