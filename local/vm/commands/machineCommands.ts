import type { Command } from 'just-bash';
import { guestAddress } from '../guestAddress.ts';
import type { GuestSystem } from '../guestSystem.ts';
import { fail, guestCommand, parseOptions, table } from './guestCommand.ts';
import { systemdTime } from './systemctlReports.ts';

/** What the machine is: name, kernel, size, how long it is up; and the way to stop it. */
export function machineCommands(system: GuestSystem): Command[] {
  const { os } = system.image;
  return [
    uname(system),
    guestCommand('hostname', (args) => (args.includes('-I') ? `${guestAddress} \n` : `${system.hostname}\n`)),
    guestCommand('nproc', () => `${system.cpus}\n`),
    guestCommand('arch', () => `${os.architecture}\n`),
    guestCommand('systemd-detect-virt', () => 'microsoft\n'),
    guestCommand('hostnamectl', () =>
      [
        ` Static hostname: ${system.hostname}`,
        '  Virtualization: microsoft',
        `Operating System: ${os.name}`,
        `          Kernel: Linux ${os.kernel}`,
        `    Architecture: ${os.architecture.replace('_', '-')}`,
        '',
      ].join('\n'),
    ),
    uptime(system),
    free(system),
    sysctl(),
    cloudInit(),
    systemdRun(system),
    ...['reboot', 'shutdown', 'poweroff', 'halt'].map((name) => stopping(system, name)),
  ];
}

function uname({ hostname, image: { os } }: GuestSystem): Command {
  return guestCommand('uname', (args) => {
    const { options } = parseOptions(args);
    const parts: [string[], string][] = [
      [['s', 'kernel-name'], 'Linux'],
      [['n', 'nodename'], hostname],
      [['r', 'kernel-release'], os.kernel],
      [['v', 'kernel-version'], '#47-Ubuntu SMP'],
      [['m', 'machine'], os.architecture],
      [['o', 'operating-system'], 'GNU/Linux'],
    ];
    const all = options.has('a') || options.has('all');
    const chosen = parts.filter(([names]) => all || names.some((name) => options.has(name)));
    return `${chosen.length > 0 ? chosen.map(([, value]) => value).join(' ') : 'Linux'}\n`;
  });
}

function uptime({ clock, bootedAt }: GuestSystem): Command {
  return guestCommand('uptime', (args) => {
    const { options } = parseOptions(args);
    const minutes = Math.floor((clock.now() - bootedAt) / 60_000);
    if (options.has('s') || options.has('since')) return `${systemdTime(bootedAt).slice(4, -4)}\n`;
    if (options.has('p') || options.has('pretty')) return `up ${minutes} minutes\n`;
    const now = new Date(clock.now()).toISOString().slice(11, 19);
    return ` ${now} up ${minutes} min,  0 users,  load average: 0.08, 0.05, 0.01\n`;
  });
}

function free({ memoryKiB }: GuestSystem): Command {
  return guestCommand('free', (args) => {
    const { options } = parseOptions(args);
    const unit = options.has('b') ? 1 / 1024 : options.has('m') ? 1024 : options.has('g') ? 1024 * 1024 : 1;
    const used = 420 * 1024;
    const cell = (kib: number) =>
      options.has('h') ? `${(kib / 1024 / 1024).toFixed(1)}Gi` : String(Math.floor(kib / unit));
    return table([
      ['', 'total', 'used', 'free', 'shared', 'buff/cache', 'available'],
      ['Mem:', memoryKiB, used, memoryKiB - 2 * used, 4096, used, memoryKiB - used].map((value) =>
        typeof value === 'number' ? cell(value) : value,
      ),
      ['Swap:', ...[0, 0, 0].map(cell)],
    ]);
  });
}

function sysctl(): Command {
  return guestCommand('sysctl', async (args, { fs }) => {
    const { options, operands } = parseOptions(args);
    const all = options.has('a')
      ? (await files(fs, '/proc/sys')).map((file) => file.slice('/proc/sys/'.length).replaceAll('/', '.'))
      : operands;
    let stdout = '';
    for (const asked of all) {
      const [key = '', value] = asked.split('=');
      const file = `/proc/sys/${key.replaceAll('.', '/')}`;
      if (!(await fs.exists(file))) return fail(`sysctl: cannot stat ${file}: No such file or directory`);
      if (value !== undefined) await fs.writeFile(file, `${value}\n`);
      const content = (await fs.readFile(file)).trimEnd();
      stdout += options.has('n') ? `${content}\n` : `${key} = ${content}\n`;
    }
    return { stdout: options.has('q') ? '' : stdout };
  });
}

async function files(fs: Parameters<Parameters<typeof guestCommand>[1]>[1]['fs'], folder: string): Promise<string[]> {
  const paths = (await fs.readdir(folder)).map((name) => `${folder}/${name}`);
  const nested = await Promise.all(
    paths.map(async (path) => ((await fs.stat(path)).isDirectory ? files(fs, path) : [path])),
  );
  return nested.flat();
}

/** Reads what cloud-init itself reads: its result file. */
function cloudInit(): Command {
  return guestCommand('cloud-init', async (args, { fs }) => {
    const { options, operands } = parseOptions(args, ['format']);
    if (operands[0] !== 'status') return fail(`cloud-init: invalid choice: '${operands[0] ?? ''}'`, 2);
    const file = '/run/cloud-init/result.json';
    if (!(await fs.exists(file))) return { stdout: 'status: disabled\n', exitCode: 0 };
    const errors: unknown[] = JSON.parse(await fs.readFile(file)).v1?.errors ?? [];
    const status = errors.length > 0 ? 'error' : 'done';
    const exitCode = errors.length > 0 ? 1 : 0;
    if (options.get('format') === 'json') return { stdout: `${JSON.stringify({ status, errors })}\n`, exitCode };
    const long =
      options.has('long') || options.has('l')
        ? `errors:\n${errors.map((error) => `\t- ${error}\n`).join('') || '\t[]\n'}`
        : '';
    return { stdout: `status: ${status}\n${long}`, exitCode };
  });
}

function stopping(system: GuestSystem, name: string): Command {
  return guestCommand(name, (args) => {
    const { options } = parseOptions(args);
    if (name === 'reboot' || options.has('r') || options.has('reboot')) system.reboot();
    else system.powerOff();
    return '';
  });
}

/** Transient timers, and of all that they could start only what stops the machine. */
function systemdRun(system: GuestSystem): Command {
  return guestCommand('systemd-run', (args) => {
    const { options, operands } = parseOptions(args);
    const seconds = Number(/^(\d+)(?:s|sec)?$/.exec(options.get('on-active') ?? '')?.[1] ?? Number.NaN);
    const [program, verb] = operands;
    const reboots = program === 'reboot' || (program === 'systemctl' && verb === 'reboot');
    if (Number.isNaN(seconds) || !reboots)
      return fail('systemd-run: this guest only knows --on-active=SECONDS systemctl reboot');
    system.clock.after(seconds * 1_000, system.reboot);
    return { stderr: 'Running timer as unit: run-r1.timer\n' };
  });
}
