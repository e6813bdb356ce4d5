import type { Command } from 'just-bash';
import type { GuestSystem } from '../guestSystem.ts';
import { comm } from '../procFiles.ts';
import { fail, guestCommand, parseOptions, table } from './guestCommand.ts';

type Process = ReturnType<GuestSystem['processes']>[number];

/** ps, pgrep, pidof and kill on the processes of the guest's services. */
export function processCommands(system: GuestSystem): Command[] {
  return [ps(system), pgrep(system), pidof(system), kill(system)];
}

function ps(system: GuestSystem): Command {
  return guestCommand('ps', (args) => {
    // BSD options come without a dash: `ps aux`.
    const { options, operands } = parseOptions(args, ['o', 'format', 'C', 'p', 'pid', 'u', 'U']);
    const bsd = operands.find((word) => /^[aux]+$/.test(word));
    const pids = (options.get('p') ?? options.get('pid'))?.split(',').map(Number);
    const names = options.get('C')?.split(',');
    const everything = bsd !== undefined || options.has('e') || options.has('A');
    const chosen = system
      .processes()
      .filter(
        (process) => (pids?.includes(process.pid) ?? names?.includes(comm(process))) || (!pids && !names && everything),
      );
    const columns =
      (options.get('o') ?? options.get('format'))?.split(/[ ,]/) ?? standardColumns(bsd, options.has('f'));
    const header = columns.map((column) => (column.endsWith('=') ? '' : (titles[column] ?? column.toUpperCase())));
    const rows = chosen.map((process) => columns.map((column) => cell(process, column.replace('=', ''))));
    const bare = header.every((title) => title === '') || options.has('no-headers') || options.has('h');
    return { stdout: table(bare ? rows : [header, ...rows]), exitCode: chosen.length > 0 ? 0 : 1 };
  });
}

const titles: Record<string, string> = { comm: 'COMMAND', args: 'COMMAND', cmd: 'CMD', '%cpu': '%CPU', '%mem': '%MEM' };

function standardColumns(bsd: string | undefined, full: boolean): string[] {
  if (bsd?.includes('u')) return ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tty', 'stat', 'start', 'time', 'args'];
  return full ? ['uid', 'pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'] : ['pid', 'tty', 'time', 'cmd'];
}

function cell(process: Process, column: string): string {
  const { pid, user, command } = process;
  const values: Record<string, string> = {
    user,
    uid: user,
    pid: String(pid),
    ppid: pid === 1 ? '0' : '1',
    args: command,
    command,
    cmd: command,
  };
  const constants: Record<string, string> = {
    tty: '?',
    stat: 'Ss',
    start: '00:00',
    stime: '00:00',
    time: '00:00:00',
    comm: comm(process),
  };
  return values[column] ?? constants[column] ?? '0';
}

function pgrep(system: GuestSystem): Command {
  return guestCommand('pgrep', (args) => {
    const { options, operands } = parseOptions(args, ['u', 'd']);
    const [pattern] = operands;
    if (pattern === undefined) return fail('pgrep: no matching criteria specified', 2);
    const expression = new RegExp(options.has('x') ? `^(?:${pattern})$` : pattern);
    const found = system
      .processes()
      .filter((process) => expression.test(options.has('f') ? process.command : comm(process)));
    const line = (process: Process) =>
      options.has('a')
        ? `${process.pid} ${process.command}\n`
        : options.has('l')
          ? `${process.pid} ${comm(process)}\n`
          : `${process.pid}\n`;
    const exitCode = found.length > 0 ? 0 : 1;
    return options.has('c')
      ? { stdout: `${found.length}\n`, exitCode }
      : { stdout: found.map(line).join(''), exitCode };
  });
}

function pidof(system: GuestSystem): Command {
  return guestCommand('pidof', (args) => {
    const { operands } = parseOptions(args);
    const pids = system
      .processes()
      .filter((process) => operands.includes(comm(process)))
      .map(({ pid }) => pid);
    return { stdout: pids.length > 0 ? `${pids.join(' ')}\n` : '', exitCode: pids.length > 0 ? 0 : 1 };
  });
}

function kill(system: GuestSystem): Command {
  return guestCommand('kill', (args) => {
    const signal = args[0]?.startsWith('-') ? args[0].slice(1) : 'TERM';
    const targets = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
    const missing = targets.filter((pid) => !system.processes().some((process) => process.pid === pid));
    for (const unit of system.units.values()) {
      if (signal !== '0' && unit.service.pid !== undefined && targets.includes(unit.service.pid)) {
        system.stop(unit, signal === 'KILL' || signal === '9' ? 'failed' : 'inactive');
      }
    }
    const stderr = missing.map((pid) => `kill: (${pid}) - No such process\n`).join('');
    return { stderr, exitCode: missing.length > 0 ? 1 : 0 };
  });
}
