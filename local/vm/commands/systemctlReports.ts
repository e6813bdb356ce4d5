import type { GuestSystem, UnitState } from '../guestSystem.ts';
import { servicesUpAt, unitName } from '../guestSystem.ts';
import { matchesPattern, type Output, type ParsedOptions, table } from './guestCommand.ts';

/** `systemctl list-units`, also as `--failed` and as JSON. */
export function listUnits(system: GuestSystem, patterns: string[], { options }: ParsedOptions): Output {
  const states = (options.get('state') ?? (options.has('failed') ? 'failed' : '')).split(',').filter(Boolean);
  const all = options.has('a') || options.has('all') || states.length > 0;
  const units = chosen(system, patterns, options).filter(
    (unit) =>
      (all || unit.active !== 'inactive') &&
      (states.length === 0 || states.includes(unit.active) || states.includes(subState(unit))),
  );
  if ((options.get('output') ?? options.get('o')) === 'json') {
    const rows = units.map((unit) => ({
      unit: unit.name,
      load: 'loaded',
      active: unit.active,
      sub: subState(unit),
      description: description(unit),
    }));
    return { stdout: `${JSON.stringify(rows)}\n` };
  }
  const marked = (unit: UnitState) => (options.has('plain') ? '' : unit.active === 'failed' ? '● ' : '  ');
  const rows = units.map((unit) => [
    `${marked(unit)}${unit.name}`,
    'loaded',
    unit.active,
    subState(unit),
    description(unit),
  ]);
  if (isBare(options)) return { stdout: table(rows) };
  const header = [`${options.has('plain') ? '' : '  '}UNIT`, 'LOAD', 'ACTIVE', 'SUB', 'DESCRIPTION'];
  return { stdout: `${table([header, ...rows])}\n${units.length} loaded units listed.\n` };
}

/** `systemctl list-unit-files`. */
export function listUnitFiles(system: GuestSystem, patterns: string[], { options }: ParsedOptions): Output {
  const states = options.get('state')?.split(',');
  const units = chosen(system, patterns, options).filter((unit) => !states || states.includes(unit.enabled));
  const rows = units.map((unit) => [unit.name, unit.enabled, preset(unit)]);
  if (isBare(options)) return { stdout: table(rows) };
  return { stdout: `${table([['UNIT FILE', 'STATE', 'PRESET'], ...rows])}\n${units.length} unit files listed.\n` };
}

/** `systemctl show`, for the manager or for units. */
export function showProperties(system: GuestSystem, names: string[], { options }: ParsedOptions): Output {
  const value = options.has('value') || options.has('P');
  const wanted = (options.get('p') ?? options.get('property') ?? options.get('P'))?.split(',');
  const format = (properties: Record<string, string | number>) =>
    Object.entries(properties)
      .filter(([name]) => !wanted || wanted.includes(name))
      .map(([name, content]) => (value ? `${content}\n` : `${name}=${content}\n`))
      .join('');
  if (names.length === 0) return { stdout: format(managerProperties(system)) };
  const blocks = names.map((given) => format(unitProperties(unitName(given), system.units.get(unitName(given)))));
  return { stdout: blocks.join('\n') };
}

/** `systemctl status UNIT`. */
export function unitStatus(system: GuestSystem, unit: UnitState, journal: string): string {
  const { name, service, active, enabled, since } = unit;
  const dot = { active: '●', inactive: '○', failed: '×' }[active];
  const ago = Math.max(0, Math.round((system.clock.now() - since) / 1000));
  const sub = { active: 'active (running)', inactive: 'inactive (dead)', failed: 'failed (Result: exit-code)' }[active];
  const pid = active === 'active' && service.pid ? [`   Main PID: ${service.pid} (${processName(unit)})`] : [];
  const process =
    active === 'failed'
      ? [
          `    Process: 790 ExecStart=${service.command ?? `/usr/sbin/${processName(unit)}`} (code=exited, status=${service.exitCode}/FAILURE)`,
        ]
      : [];
  return `${[
    `${dot} ${name} - ${description(unit)}`,
    `     Loaded: loaded (/usr/lib/systemd/system/${name}; ${enabled}; preset: ${preset(unit)})`,
    `     Active: ${sub} since ${systemdTime(since)}; ${ago}s ago`,
    ...process,
    ...pid,
    '',
    journal.trimEnd(),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

export function systemdTime(ms: number): string {
  const date = new Date(ms);
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function chosen(system: GuestSystem, patterns: string[], options: Map<string, string>): UnitState[] {
  const types = (options.get('type') ?? options.get('t'))?.split(',');
  return [...system.units.values()]
    .filter((unit) => !types || types.some((type) => unit.name.endsWith(`.${type}`)))
    .filter((unit) => patterns.length === 0 || patterns.some((pattern) => matchesPattern(unitName(pattern), unit.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function managerProperties(system: GuestSystem): Record<string, string | number> {
  const units = [...system.units.values()];
  const failed = units.filter((unit) => unit.active === 'failed').length;
  return {
    Version: system.image.packages.systemd ?? '255',
    Virtualization: 'microsoft',
    Architecture: system.image.os.architecture.replace('_', '-'),
    NNames: units.length,
    NFailedUnits: failed,
    FinishTimestampMonotonic:
      system.clock.now() < servicesUpAt(system) ? 0 : (servicesUpAt(system) - system.bootedAt) * 1000,
    SystemState: failed > 0 ? 'degraded' : 'running',
  };
}

function unitProperties(name: string, unit: UnitState | undefined): Record<string, string | number> {
  if (!unit)
    return {
      Id: name,
      Names: name,
      Description: name,
      LoadState: 'not-found',
      ActiveState: 'inactive',
      SubState: 'dead',
      MainPID: 0,
    };
  const failed = unit.active === 'failed';
  return {
    Type: 'simple',
    Restart: 'no',
    MainPID: unit.active === 'active' ? (unit.service.pid ?? 0) : 0,
    Result: failed ? 'exit-code' : 'success',
    NRestarts: 0,
    ExecMainCode: failed ? 1 : 0,
    ExecMainStatus: failed ? unit.service.exitCode : 0,
    Id: name,
    Names: name,
    Description: description(unit),
    LoadState: unit.enabled === 'masked' ? 'masked' : 'loaded',
    ActiveState: unit.active,
    SubState: subState(unit),
    FragmentPath: `/usr/lib/systemd/system/${name}`,
    UnitFileState: unit.enabled,
    UnitFilePreset: preset(unit),
    ActiveEnterTimestamp: unit.active === 'active' ? systemdTime(unit.since) : '',
  };
}

function isBare(options: Map<string, string>): boolean {
  return options.has('no-legend') || options.get('legend') === 'false' || options.has('q') || options.has('quiet');
}

function subState({ active }: UnitState): string {
  return { active: 'running', inactive: 'dead', failed: 'failed' }[active];
}

function description({ name, service }: UnitState): string {
  return service.description ?? name;
}

function preset({ service }: UnitState): string {
  return service.enabled === 'static' ? '-' : 'enabled';
}

function processName({ name, service }: UnitState): string {
  return (service.command ?? name).replace(/:.*/, '').split(' ')[0]?.split('/').at(-1)?.replace('.service', '') ?? name;
}
