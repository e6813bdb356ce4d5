import { Cron } from 'croner';
import { parseTimeSpan } from './timeSpan.ts';

/** When a timer is due: the first instant after the given one, both in epoch milliseconds. */
export type Schedule = (after: number) => number;

/** NCRONTAB knows numbers, names, lists, ranges and steps, nothing else. */
const field = /^[\dA-Za-z*,/-]+$/;
const unknownSign = /^(?:L|W|\d+[LW]|LW)$/i;

/** Reads an NCRONTAB expression (six fields, or five without seconds) or a time span; all in UTC. */
export function parseSchedule(expression: string): Schedule {
  const interval = parseTimeSpan(expression.trim());
  if (interval) return (after) => after + interval;
  const fields = expression.trim().split(/\s+/);
  const isCron = fields.length === 5 || fields.length === 6;
  if (!isCron || fields.some((text) => !field.test(text) || unknownSign.test(text))) throw notASchedule(expression);
  try {
    const cron = new Cron(fields.join(' '), { timezone: 'UTC', domAndDow: true, paused: true });
    return (after) => {
      const next = cron.nextRun(new Date(after));
      if (!next) throw new Error(`the schedule "${expression}" has no further occurrence`);
      return next.getTime();
    };
  } catch (error) {
    throw notASchedule(expression, error);
  }
}

function notASchedule(expression: string, cause?: unknown): Error {
  return new Error(`"${expression}" is neither an NCRONTAB expression nor a time span`, { cause });
}
