import { type Command, defineCommand, type ResolvedCommandContext } from 'just-bash';

export interface Output {
  stdout?: string;
  stderr?: string;
  exitCode?: number;
}

export type GuestCommand = (
  args: string[],
  context: ResolvedCommandContext,
) => Promise<Output | string> | Output | string;

/** Makes a program of the guest; a plain string is its standard output. */
export function guestCommand(name: string, run: GuestCommand): Command {
  return defineCommand(name, async (args, context) => {
    const output = await run(args, context);
    const { stdout = '', stderr = '', exitCode = 0 } = typeof output === 'string' ? { stdout: output } : output;
    return { stdout, stderr, exitCode };
  });
}

export function fail(stderr: string, exitCode = 1): Output {
  return { stderr: stderr.endsWith('\n') ? stderr : `${stderr}\n`, exitCode };
}

export interface ParsedOptions {
  /** Options given, without dashes; those that take a value have the last one given. */
  options: Map<string, string>;
  operands: string[];
}

/**
 * Splits arguments the way GNU getopt does: `-abc`, `-o VALUE`, `-oVALUE`, `--name=VALUE`, `--name VALUE`, options and
 * operands in any order, `--` before operands that look like options.
 */
export function parseOptions(args: string[], withValue: string[] = []): ParsedOptions {
  const options = new Map<string, string>();
  const operands: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      operands.push(...rest);
      break;
    }
    if (arg.startsWith('--')) {
      const [name = '', value] = arg.slice(2).split(/=(.*)/s);
      options.set(name, value ?? (withValue.includes(name) ? (rest.shift() ?? '') : ''));
    } else if (arg.startsWith('-') && arg !== '-') {
      readShort(arg.slice(1), rest, withValue, options);
    } else operands.push(arg);
  }
  return { options, operands };
}

function readShort(letters: string, rest: string[], withValue: string[], options: Map<string, string>): void {
  for (let index = 0; index < letters.length; index++) {
    const letter = letters.charAt(index);
    if (!withValue.includes(letter)) options.set(letter, '');
    else return void options.set(letter, letters.slice(index + 1) || (rest.shift() ?? ''));
  }
}

/** `*` and `?` as in shell patterns. */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** Rows as columns that are wide enough. */
export function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
