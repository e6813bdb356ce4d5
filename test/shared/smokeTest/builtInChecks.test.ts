import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smokeTestSchema } from '../../../shared/domain/policy.ts';
import { builtInChecks, nothingToTryWith } from '../../../shared/smokeTest/builtInChecks.ts';
import type { Check } from '../../../shared/smokeTest/checkFile/checkFile.ts';
import { askGuest } from './factScript/guests.ts';
import { parsePowerShell } from './factScript/powershell/parsePowerShell.ts';
import { powerShell, runPowerShell } from './factScript/powershell/runPowerShell.ts';
import { askShell, find, shells, useShell, type World } from './factScript/shells.ts';

const defaults = smokeTestSchema.parse({});

/** The check with its exit status asked for as a value, tried once. */
function asked(name: string, edit = (exec: string) => exec): Check {
  const found = builtInChecks(defaults, 'Linux').find(({ check }) => check.title === name)?.check;
  if (!found) throw new Error(`no check ${name}`);
  return { ...found, retries: 0, settings: { exec: edit(String(found.settings.exec)) } };
}

/** Says what it is given to whoever connects, and leaves the connection open, as sshd does. */
function speaker(greeting: string | Buffer): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.write(greeting);
  });
}

async function portOf(server: Server): Promise<number> {
  server.listen(0);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The real thing: no applet's own name, no wrapper that needs its owner's environment. */
function programOf(tool: string): string | undefined {
  if (tool === 'python3' && find(tool))
    return execFileSync(tool, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  return find(tool) ?? (tool === 'nc' && find('busybox') ? `${find('busybox')} nc` : undefined);
}

/** A busybox with tools of its own asks them for the address, which is then that of this machine. */
const hasAddress = Object.values(networkInterfaces()).some((all) => all?.some((one) => !one.internal));
const address = { hostname: 'echo "127.0.0.1 "' };

describe.each(shells)('built-in checks by %s', (shell) => {
  useShell(shell);
  const sshd = speaker('SSH-2.0-OpenSSH_9.6\r\n');
  const other = speaker('220 mail\r\n');
  const ports = { ssh: 0, other: 0, none: 1 };
  beforeAll(async () => {
    ports.ssh = await portOf(sshd);
    ports.other = await portOf(other);
  });
  afterAll(() => {
    sshd.close();
    other.close();
  });

  const statusOf = async (check: Check, world: World) => {
    const { facts } = await askShell(shell, [check], world);
    const [fact] = facts[0] ?? [];
    return fact?.kind === 'matches' ? 0 : fact && 'value' in fact ? Number(fact.value) : fact?.kind;
  };
  const banner = (port: keyof typeof ports) =>
    asked('SSH shows its banner', (exec) => exec.replaceAll('22', String(ports[port])));

  it.for(['bash', 'python3', 'perl', 'nc'])(
    '%s sees a banner, another service and a closed port',
    async (tool, context) => {
      const run = programOf(tool);
      if (!run) return context.skip(`${tool} is not installed on this machine`);
      if (shell === 'busybox' && !hasAddress) return context.skip('this machine has no network address');
      const world: World = { programs: { ...address, [tool]: `exec ${run} "$@"` } };

      expect(await statusOf(banner('ssh'), world)).toBe(0);
      expect(await statusOf(banner('other'), world)).toBe(2);
      expect(await statusOf(banner('none'), world)).toBe(1);
    },
  );

  it('a guest without a tool or an address says so', async (context) => {
    if (shell === 'busybox') context.skip('this busybox takes its own tools before those on PATH');
    expect(await statusOf(banner('ssh'), { programs: address })).toBe(nothingToTryWith);
    expect(await statusOf(banner('ssh'), { programs: { hostname: 'exit 1' } })).toBe(78);
  });

  it('a file can be written, or the reason is told', async () => {
    const write = (edit?: (exec: string) => string) => asked('a file can be written', edit);

    expect(await statusOf(write(), {})).toBe(0);
    expect(
      await statusOf(
        write((exec) => exec.replaceAll('/var/tmp', '/proc')),
        {},
      ),
    ).toBe(1);
    expect(
      await statusOf(
        write((exec) => exec.replaceAll('>"$f"', '>/dev/full')),
        {},
      ),
    ).toBe(28);
  });

  it('does not take it for a sound machine where systemd does not answer', async () => {
    const world = { programs: { systemctl: 'echo "Failed to list units: Connection refused" >&2; exit 1' } };
    const silent = asked('no unit has failed', (exec) => exec.replace('/run/systemd/system', '/'));
    const { facts } = await askShell(shell, [silent], world);
    expect(facts[0]?.[0]).toMatchObject({ value: '?' });
  });

  it('units that failed are named, except those that may', async () => {
    const systemctl = 'case "$1" in list-units) echo "good.service x"; echo "bad.service x" ;; esac';
    const world = { programs: { systemctl } };
    const failed = (ignoreUnits: string[]) => {
      const [, units] = builtInChecks({ ...defaults, ignoreUnits }, 'Linux');
      if (!units) throw new Error('no such check');
      const exec = String(units.check.settings.exec).replace('/run/systemd/system', '/');
      return askShell(shell, [{ ...units.check, settings: { exec } }], world);
    };

    // What systemd says failed is judged outside.
    expect((await failed([])).facts).toMatchObject([[{ value: 'good.service bad.service ' }]]);
    expect((await failed(['bad.service'])).facts).toMatchObject([[{ value: 'good.service ' }]]);
    expect((await failed(['good.service', 'bad.service'])).facts).toMatchObject([[{ value: '' }]]);
  });
});

describe('built-in checks in a machine of local Azure', () => {
  it('hold in a healthy image', async () => {
    const checks = builtInChecks(defaults, 'Linux').map(({ check }) => check);

    const { facts } = await askGuest('healthy', checks);
    // What systemd says failed is judged outside: nothing.
    expect(facts).toMatchObject([[{ kind: 'matches' }], [{ kind: 'value', value: '' }], [{ kind: 'matches' }]]);
  });
});

describe('built-in checks on Windows', () => {
  const services = builtInChecks({ ...defaults, reachable: ['rdp', 'winrm', 'ssh'] }, 'Windows').slice(1);
  const scriptOf = (check: Check) => {
    const encoded = String(check.settings.exec).split(' ').at(-1) ?? '';
    return Buffer.from(encoded, 'base64').toString('utf16le');
  };

  it('ask Remote Desktop unless the policy names something else', () => {
    expect(builtInChecks(defaults, 'Windows').map(({ check }) => check.title)).toEqual([
      'a file can be written',
      'Remote Desktop answers',
    ]);
  });

  it('are scripts that parse and fit into a line of cmd', () => {
    for (const { check } of services) {
      expect(parsePowerShell(scriptOf(check)).hasError).toBe(false);
      expect(String(check.settings.exec).length).toBeLessThan(8_191);
    }
    expect(services).toHaveLength(3);
  });

  it.for([
    ['rdp', Buffer.from([3, 0, 0, 19, 14, 0xd0])],
    ['winrm', 'HTTP/1.1 405 \r\n'],
    ['ssh', 'SSH-2.0-OpenSSH_for_Windows_8.1\r\n'],
  ] as const)('%s is known by how its answer begins', async ([what, greeting], context) => {
    context.skip(!powerShell, 'no PowerShell here: not executed');
    const [, service] = builtInChecks({ ...defaults, reachable: [what] }, 'Windows');
    if (!service) throw new Error('no such check');
    const right = speaker(greeting);
    const wrong = speaker('220 mail\r\n');
    const run = async (server: Server) => {
      const script = scriptOf(service.check)
        .replace(/^\$a = .*$/m, "$a = '127.0.0.1'")
        .replace(/\$a, \d+\)/, `$a, ${await portOf(server)})`);
      return runPowerShell(script).then(
        () => 0,
        (error: { exitCode?: number }) => error.exitCode,
      );
    };

    expect(await run(right)).toBe(0);
    expect(await run(wrong)).toBe(2);
    for (const server of [right, wrong]) server.close();
  });
});
