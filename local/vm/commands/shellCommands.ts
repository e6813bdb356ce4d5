import { type Command, latin1FromBytes, type ResolvedCommandContext } from 'just-bash';
import { sleep } from '../../clock.ts';
import type { Guest } from './guest.ts';
import { fail, guestCommand, type Output, parseOptions } from './guestCommand.ts';

/** Everyday tools that scripts take for granted and the shell library leaves out. */
export function shellCommands({ system, exitTraps, signal }: Guest): Command[] {
  return [
    guestCommand('sleep', async (args) => {
      const durations = args.map(milliseconds);
      if (durations.length === 0 || durations.some(Number.isNaN))
        return fail(`sleep: invalid time interval ‘${args.join(' ')}’`);
      await sleep(
        system.clock,
        durations.reduce((sum, ms) => sum + ms, 0),
        signal,
      );
      return '';
    }),
    guestCommand('timeout', (args, context) => timeout(system.clock, args, context)),
    guestCommand('trap', (args) => trap(exitTraps, args)),
    guestCommand('mktemp', mktemp),
    guestCommand('sudo', (args, context) => {
      const command = args.slice(args.findIndex((arg) => !arg.startsWith('-')));
      return command.length > 0 ? run(command, context) : fail('usage: sudo command');
    }),
    guestCommand('env', (args, { exportedEnv = {}, origCommand }) => {
      if (args.length > 0 && origCommand) return origCommand(args);
      return Object.entries(exportedEnv)
        .map(([name, value]) => `${name}=${value}\n`)
        .join('');
    }),
    guestCommand('realpath', async (args, { fs, cwd }) => {
      const path = fs.resolvePath(cwd, parseOptions(args).operands[0] ?? '');
      return (await fs.exists(path))
        ? `${await fs.realpath(path)}\n`
        : fail(`realpath: ${path}: No such file or directory`);
    }),
    // The library reads `-n 1` and `-I {}`, not `-n1` and `-I{}`.
    guestCommand('xargs', (args, { origCommand }) => {
      const spaced = args.flatMap((arg) => /^(-[nILPds])(.+)$/s.exec(arg)?.slice(1) ?? [arg]);
      return origCommand ? origCommand(spaced) : fail('xargs: not available', 127);
    }),
    // Nor does it read characters by number, as in `tr '\\000' '\\001'`.
    guestCommand('tr', (args, { origCommand }) => {
      const named = (text: string) =>
        text.replace(/\\([0-7]{1,3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
      return origCommand ? origCommand(args.map(named)) : fail('tr: not available', 127);
    }),
    ...['chown', 'chgrp'].map((name) => guestCommand(name, (args, context) => changeOwner(name, args, context))),
    guestCommand('sync', () => ''),
    guestCommand('umask', (args) => (args.length > 0 ? '' : '0022\n')),
  ];
}

function run(command: string[], context: ResolvedCommandContext, signal = context.signal): Promise<Output> {
  const [name = '', ...args] = command;
  if (!context.exec) throw new Error('this shell runs no commands');
  const quoted = `'${name.replaceAll("'", `'\\''`)}'`;
  return context.exec(quoted, {
    cwd: context.cwd,
    args,
    env: context.exportedEnv ?? {},
    stdin: latin1FromBytes(context.stdin),
    stdinKind: 'bytes',
    ...(signal ? { signal } : {}),
  });
}

/** `5`, `0.5s`, `2m` as in coreutils; NaN for anything else. */
function milliseconds(duration: string): number {
  const [, number = '', unit = 's'] = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(duration) ?? [];
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 1000;
  return number ? Number(number) * unitMs : Number.NaN;
}

async function timeout(
  clock: Guest['system']['clock'],
  args: string[],
  context: ResolvedCommandContext,
): Promise<Output> {
  const rest = [...args];
  while (rest[0]?.startsWith('-')) rest.splice(0, /^(-[ks]|--signal|--kill-after)$/.test(rest[0]) ? 2 : 1);
  const [duration = '', ...command] = rest;
  const limitMs = milliseconds(duration);
  if (Number.isNaN(limitMs) || command.length === 0) return fail("Try 'timeout --help' for more information.", 125);
  if (limitMs === 0) return run(command, context);
  const cut = new AbortController();
  const cancel = clock.after(limitMs, () => cut.abort());
  const output = await run(
    command,
    context,
    AbortSignal.any(context.signal ? [cut.signal, context.signal] : [cut.signal]),
  );
  cancel();
  return cut.signal.aborted ? { stdout: output.stdout ?? '', exitCode: 124 } : output;
}

/** `trap COMMAND EXIT`; other signals never arrive here. A handler sees its own text, with variables as they are now. */
function trap(exitTraps: string[], args: string[]): Output {
  const [handler = '', ...signals] = args[0] === '--' ? args.slice(1) : args;
  if (!signals.some((signal) => signal === 'EXIT' || signal === '0')) return {};
  exitTraps.splice(0, exitTraps.length, ...(handler === '-' || handler === '' ? [] : [handler]));
  return {};
}

async function mktemp(args: string[], { fs, cwd, env }: ResolvedCommandContext): Promise<Output | string> {
  const { options, operands } = parseOptions(args, ['p', 'tmpdir', 'suffix']);
  const named = operands[0] && !options.has('t') && !options.has('p');
  const folder = options.get('p') || options.get('tmpdir') || (named ? cwd : env.get('TMPDIR') || '/tmp');
  const template = operands[0] ?? 'tmp.XXXXXXXXXX';
  if (!/X{3,}/.test(template)) return fail(`mktemp: too few X's in template ‘${template}’`);
  const name = template.replace(/X+(?!.*X)/, (letters) =>
    crypto.randomUUID().replaceAll('-', '').slice(0, letters.length),
  );
  const path = fs.resolvePath(folder, name) + (options.get('suffix') ?? '');
  if (options.has('d') || options.has('directory')) await fs.mkdir(path);
  else await fs.writeFile(path, '');
  return `${path}\n`;
}

async function changeOwner(name: string, args: string[], { fs, cwd }: ResolvedCommandContext): Promise<Output> {
  const [, ...paths] = parseOptions(args).operands;
  for (const path of paths) {
    if (!(await fs.exists(fs.resolvePath(cwd, path))))
      return fail(`${name}: cannot access '${path}': No such file or directory`);
  }
  return paths.length > 0 ? {} : fail(`${name}: missing operand`);
}
