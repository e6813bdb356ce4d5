import type { Command } from 'just-bash';
import { bootLog, unitTitle } from '../bootLog.ts';
import { type GuestSystem, type UnitState, unitName } from '../guestSystem.ts';
import { guestCommand, parseOptions } from './guestCommand.ts';

interface Entry {
  at: number;
  source: string;
  text: string;
  /** 3 is an error, 6 information, as in syslog. */
  priority: number;
}

const priorities = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const withValue = [
  'u',
  'unit',
  'p',
  'priority',
  'n',
  'lines',
  'o',
  'output',
  'S',
  'since',
  'U',
  'until',
  't',
  'b',
  'boot',
  'g',
  'grep',
];

/** journalctl and dmesg: what this boot has logged. */
export function journalCommands(system: GuestSystem): Command[] {
  return [journalctl(system), guestCommand('dmesg', () => kernelLines(system).join(''))];
}

function journalctl(system: GuestSystem): Command {
  return guestCommand('journalctl', (args) => {
    // `-b` takes a value only when one is attached or follows as an offset.
    const known = args.some((arg, index) => arg === '-b' && !/^-?\d/.test(args[index + 1] ?? ''))
      ? withValue.filter((name) => name !== 'b')
      : withValue;
    const { options } = parseOptions(args, known);
    if (options.has('k') || options.has('dmesg')) return kernelLines(system).join('');
    const unit = options.get('u') ?? options.get('unit');
    const worst = options.get('p') ?? options.get('priority') ?? 'debug';
    const limit = priorities.includes(worst) ? priorities.indexOf(worst) : Number(worst);
    const units = [...system.units.values()].filter(({ name }) => !unit || name === unitName(unit));
    const entries = units.flatMap(unitEntries).filter(({ priority }) => priority <= limit);
    const lines = entries
      .sort((a, b) => a.at - b.at)
      .slice(-(Number(options.get('n') ?? options.get('lines')) || entries.length));
    if (lines.length === 0) return '-- No entries --\n';
    const short = (options.get('o') ?? options.get('output')) === 'cat';
    return lines.map((entry) => (short ? `${entry.text}\n` : render(system, entry))).join('');
  });
}

/** What `systemctl status` shows of a unit's journal. */
export function journalOf(system: GuestSystem, name: string): string {
  const unit = system.units.get(name);
  return unit
    ? unitEntries(unit)
        .map((entry) => render(system, entry))
        .join('')
    : '';
}

function unitEntries({ name, service, active, since }: UnitState): Entry[] {
  const title = unitTitle(name, service);
  const process = `${name.replace('.service', '')}[${service.pid ?? 790}]`;
  const failed = active === 'failed';
  const own = service.log.map((text) => ({ at: since, source: process, text, priority: failed ? 3 : 6 }));
  const systemd = (text: string, priority = 6) => ({ at: since, source: 'systemd[1]', text, priority });
  if (active === 'inactive') return [];
  if (!failed) return [systemd(`Starting ${title}...`), ...own, systemd(`Started ${title}.`)];
  return [
    systemd(`Starting ${title}...`),
    ...own,
    systemd(`${name}: Control process exited, code=exited, status=${service.exitCode}/FAILURE`, 5),
    systemd(`${name}: Failed with result 'exit-code'.`, 4),
    systemd(`Failed to start ${title}.`, 3),
  ];
}

function render(system: GuestSystem, { at, source, text }: Entry): string {
  const date = new Date(at).toUTCString().split(' ');
  return `${date[2]} ${date[1]} ${date[4]} ${system.hostname} ${source}: ${text}\n`;
}

function kernelLines(system: GuestSystem): string[] {
  return bootLog(system.image, system.hostname)
    .filter(({ text }) => /^\[ *\d+\.\d{6}\] (?!cloud-init)/.test(text))
    .map(({ text }) => `${text}\n`);
}
