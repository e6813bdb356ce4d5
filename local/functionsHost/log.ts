import { styleText } from 'node:util';
import type { LogLevel } from './coreApi.ts';

/** Writes one record; `category` is what the real host calls it (`Host.Startup`, `Function.sweep.User`, …). */
export type Log = (level: LogLevel, category: string, message: string, fields?: Record<string, unknown>) => void;

const severity: LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** A log in the given format: plain lines for people, or one JSON object a line. */
export function createLog(options: {
  format: 'text' | 'json';
  minimum: LogLevel;
  now: () => number;
  write: (line: string) => void;
  colours: boolean;
}): Log {
  const render = options.format === 'json' ? renderJson : options.colours ? renderColoured : renderText;
  return (level, category, message, fields = {}) => {
    if (severity.indexOf(level) < severity.indexOf(options.minimum)) return;
    options.write(`${render({ time: new Date(options.now()).toISOString(), level, category, message, fields })}\n`);
  };
}

interface LogRecord {
  time: string;
  level: LogLevel;
  category: string;
  message: string;
  fields: Record<string, unknown>;
}

function renderJson({ fields, ...record }: LogRecord): string {
  return JSON.stringify({ ...record, ...fields });
}

function renderText({ time, level, category, message }: LogRecord): string {
  return `${time} ${level.padEnd(11)} ${category}: ${message}`;
}

function renderColoured(record: LogRecord): string {
  const line = renderText(record);
  if (record.level === 'warning') return styleText('yellow', line);
  if (record.level === 'error' || record.level === 'critical') return styleText('red', line);
  return record.category.endsWith('.User') ? line : styleText('gray', line);
}
