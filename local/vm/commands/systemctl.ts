import type { Command } from 'just-bash';
import { type GuestSystem, type UnitState, unitName } from '../guestSystem.ts';
import { fail, guestCommand, matchesPattern, type Output, type ParsedOptions, parseOptions } from './guestCommand.ts';
import { journalOf } from './journalCommands.ts';
import { listUnitFiles, listUnits, showProperties, unitStatus } from './systemctlReports.ts';

const withValue = ['t', 'type', 'state', 'p', 'property', 'P', 'o', 'output', 'n', 'lines', 'H', 'signal', 's'];
const notFound = 4;

type Verb = (system: GuestSystem, names: string[], parsed: ParsedOptions) => Output | string;

/** systemctl, as systemd 255 answers it. */
export function systemctl(system: GuestSystem): Command {
  return guestCommand('systemctl', (args) => {
    const parsed = parseOptions(args, withValue);
    const [given, ...names] = parsed.operands;
    const verb = given ?? 'list-units';
    const run = verbs[verb];
    if (!run) return fail(`Unknown command verb '${verb}'.`);
    const output = run(system, names, parsed);
    const quiet = parsed.options.has('q') || parsed.options.has('quiet');
    if (!quiet || typeof output === 'string') return output;
    return { ...output, stdout: '' };
  });
}

const verbs: Record<string, Verb> = {
  'is-active': (system, names) => states(system, names, (unit) => unit.active, ['active'], 'inactive', 3),
  'is-failed': (system, names) => {
    if (names.length > 0) return states(system, names, (unit) => unit.active, ['failed'], 'inactive', 1);
    return anyFailed(system) ? { stdout: 'degraded\n' } : { stdout: 'running\n', exitCode: 1 };
  },
  'is-enabled': (system, names) => states(system, names, (unit) => unit.enabled, ['enabled', 'static'], 'not-found', 1),
  'is-system-running': (system) => ({
    stdout: anyFailed(system) ? 'degraded\n' : 'running\n',
    exitCode: anyFailed(system) ? 1 : 0,
  }),
  'list-units': listUnits,
  'list-unit-files': listUnitFiles,
  status: (system, names) => {
    if (names.length === 0) return `● ${system.hostname}\n    State: ${anyFailed(system) ? 'degraded' : 'running'}\n`;
    return eachUnit(system, names, (unit) => ({
      stdout: unitStatus(system, unit, journalOf(system, unit.name)),
      exitCode: unit.active === 'active' ? 0 : 3,
    }));
  },
  show: showProperties,
  cat: (system, names) =>
    eachUnit(system, names, ({ name, service }) => ({
      stdout: `# /usr/lib/systemd/system/${name}\n[Unit]\nDescription=${service.description ?? name}\n`,
    })),
  start: (system, names) => eachUnit(system, names, (unit) => start(system, unit)),
  restart: (system, names) => eachUnit(system, names, (unit) => restart(system, unit)),
  'try-restart': (system, names) =>
    eachUnit(system, names, (unit) => (unit.active === 'active' ? restart(system, unit) : {})),
  reload: (system, names) =>
    eachUnit(system, names, (unit) =>
      unit.active === 'active' ? {} : fail(`${unit.name} is not active, cannot reload.`),
    ),
  stop: (system, names) => eachUnit(system, names, (unit) => change(() => system.stop(unit))),
  'reset-failed': (system, names) => {
    const chosen = names.length > 0 ? names.map(unitName) : [...system.units.keys()];
    return eachUnit(system, chosen, (unit) => change(() => unit.active === 'failed' && system.stop(unit)));
  },
  enable: (system, names, { options }) =>
    eachUnit(system, names, (unit) => {
      system.enable(unit, 'enabled');
      return options.has('now') ? start(system, unit) : {};
    }),
  disable: (system, names, { options }) =>
    eachUnit(system, names, (unit) =>
      change(() => {
        system.enable(unit, 'disabled');
        if (options.has('now')) system.stop(unit);
      }),
    ),
  mask: (system, names) => eachUnit(system, names, (unit) => change(() => system.enable(unit, 'masked'))),
  unmask: (system, names) => eachUnit(system, names, (unit) => change(() => system.enable(unit, unit.service.enabled))),
  'daemon-reload': () => '',
  reboot: (system) => change(system.reboot),
  poweroff: (system) => change(system.powerOff),
};

function states(
  system: GuestSystem,
  names: string[],
  read: (unit: UnitState) => string,
  good: string[],
  missing: string,
  otherwise: number,
): Output {
  if (names.length === 0) return fail('Too few arguments.');
  const found = findUnits(system, names).map(({ unit }) => (unit ? read(unit) : undefined));
  const stdout = found.map((state) => `${state ?? missing}\n`).join('');
  if (found.some((state) => state !== undefined && good.includes(state))) return { stdout };
  const allMissing = found.every((state) => state === undefined);
  return {
    stdout,
    exitCode: allMissing && otherwise !== 1 ? notFound : missing === 'not-found' && allMissing ? notFound : otherwise,
  };
}

function anyFailed(system: GuestSystem): boolean {
  return [...system.units.values()].some((unit) => unit.active === 'failed');
}

function findUnits(system: GuestSystem, names: string[]): { name: string; unit: UnitState | undefined }[] {
  return names.flatMap((given): { name: string; unit: UnitState | undefined }[] => {
    const name = unitName(given);
    const matching = [...system.units.values()].filter((unit) => matchesPattern(name, unit.name));
    return matching.length > 0 ? matching.map((unit) => ({ name, unit })) : [{ name, unit: undefined }];
  });
}

function eachUnit(system: GuestSystem, names: string[], act: (unit: UnitState) => Output): Output {
  if (names.length === 0) return fail('Too few arguments.');
  const outputs = findUnits(system, names).map(({ name, unit }) =>
    unit ? act(unit) : fail(`Unit ${name} could not be found.`, notFound),
  );
  return {
    stdout: outputs.map(({ stdout }) => stdout ?? '').join('\n'),
    stderr: outputs.map(({ stderr }) => stderr ?? '').join(''),
    exitCode: Math.max(...outputs.map(({ exitCode }) => exitCode ?? 0)),
  };
}

function restart(system: GuestSystem, unit: UnitState): Output {
  system.stop(unit);
  return start(system, unit);
}

function start(system: GuestSystem, unit: UnitState): Output {
  const { name } = unit;
  if (unit.enabled === 'masked') return fail(`Failed to start ${name}: Unit ${name} is masked.`);
  if (system.start(unit)) return {};
  return fail(
    `Job for ${name} failed because the control process exited with error code.\nSee "systemctl status ${name}" and "journalctl -xeu ${name}" for details.`,
  );
}

function change(action: () => unknown): Output {
  action();
  return {};
}
