import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../local/vm/createMachine.ts';
import { readGuestImage } from '../../../local/vm/guestImage.ts';
import type { Machine } from '../../../local/vm/machine.ts';
import { machineContract } from '../../contracts/machineContract.ts';
import { ManualClock } from '../manualClock.ts';

machineContract('simulated', async () => {
  const { machine, clock } = await machineOf('healthy');
  return {
    machine,
    async until(isSo) {
      for (let waited = 0; !isSo(); waited += 100) {
        if (waited > 600_000) throw new Error(machine.serialLog());
        await clock.advance(100);
      }
    },
    traces: async () => [],
    stop: async () => machine.destroy(),
  };
});

const options = { parameters: [], timeoutMs: 60_000 };

async function machineOf(name: string): Promise<{ machine: Machine; clock: ManualClock }> {
  const clock = new ManualClock();
  const image = await readGuestImage('local/images', name);
  return { machine: createMachine({ image, hostname: 'smoke1', vmSize: 'Standard_D2s_v5', clock }), clock };
}

async function booted(name: string): Promise<{ machine: Machine; clock: ManualClock }> {
  const started = await machineOf(name);
  started.machine.powerOn();
  await started.clock.advance(30_000);
  return started;
}

function states({ running, provisioned, agent }: Machine) {
  return { running, provisioned, agent };
}

describe('a booting machine', () => {
  it('provisions, then reports its agent, and tells of every change', async () => {
    const { machine, clock } = await machineOf('healthy');
    const seen: unknown[] = [];
    const unsubscribe = machine.onChange(() => seen.push([clock.now() - Date.UTC(2026, 0, 1), states(machine)]));

    machine.powerOn();
    await clock.advance(30_000);
    unsubscribe();
    machine.powerOff();

    expect(seen).toEqual([
      [0, { running: true, provisioned: false, agent: 'notReady' }],
      [20_000, { running: true, provisioned: true, agent: 'notReady' }],
      [25_000, { running: true, provisioned: true, agent: 'ready' }],
    ]);
    expect(states(machine)).toEqual({ running: false, provisioned: true, agent: 'notReady' });
  });

  it('fills the serial log as time passes, and keeps it over restarts', async () => {
    const { machine, clock } = await machineOf('healthy');
    expect(machine.serialLog()).toBe('');

    machine.powerOn();
    await clock.advance(3_000);
    expect(machine.serialLog()).toMatch(/^\[ {4}0\.000000\] Linux version 6\.8\.0-1041-azure/);
    expect(machine.serialLog()).not.toContain('login:');
    await clock.advance(27_000);
    machine.restart();
    await clock.advance(10_000);

    expect(machine.serialLog()).toContain('[  OK  ] Started nginx.service');
    expect(machine.serialLog()).toContain('[   30.000000] reboot: Restarting system');
    expect(machine.serialLog().match(/Linux version/g)).toHaveLength(2);
    expect(machine.serialLog()).toContain('smoke1 login:');
  });

  it('shows a service that does not start', async () => {
    const { machine } = await booted('broken-service');

    expect(machine.serialLog()).toContain('[FAILED] Failed to start nginx.service - A high performance web server');
    expect(states(machine)).toEqual({ running: true, provisioned: true, agent: 'ready' });
  });

  it('hangs in a kernel panic', async () => {
    const { machine, clock } = await booted('kernel-panic');
    await clock.advance(3_600_000);

    expect(machine.serialLog()).toMatch(/Kernel panic - not syncing: VFS: Unable to mount root fs/);
    expect(machine.serialLog()).not.toContain('login:');
    expect(states(machine)).toEqual({ running: true, provisioned: false, agent: 'notReady' });
  });

  it('runs no script without a ready agent', async () => {
    const { machine } = await booted('agent-never-ready');

    expect(states(machine)).toEqual({ running: true, provisioned: true, agent: 'notReady' });
    await expect(machine.runScript('true', options)).rejects.toThrow('the agent of smoke1 is not ready');
  });

  it('loses its agent at a restart until it is up again', async () => {
    const { machine, clock } = await booted('healthy');

    machine.restart();
    const down = states(machine);
    await clock.advance(30_000);

    expect(down).toEqual({ running: true, provisioned: true, agent: 'notReady' });
    expect(machine.agent).toBe('ready');
  });
});

describe('a running script', () => {
  it('is cut off at its time limit and keeps what it wrote', async () => {
    const { machine, clock } = await booted('healthy');

    const running = machine.runScript('echo first; for i in 1 2 3; do echo $i; sleep 40; done; echo last', options);
    await clock.advance(60_000);

    expect(await running).toEqual({ outcome: 'timedOut', stdout: 'first\n1\n2\n', stderr: '' });
  });

  it('counts as running until its time limit when it loops without end', async () => {
    const { machine, clock } = await booted('healthy');

    const running = machine.runScript('echo first; while :; do :; done', options);
    await clock.advance(60_000);

    expect(await running).toEqual({ outcome: 'timedOut', stdout: 'first\n', stderr: '' });
  });

  it.each([
    ['the machine is switched off', (machine: Machine) => machine.powerOff()],
    ['the machine restarts', (machine: Machine) => machine.restart()],
    ['its caller gives up', (_: Machine, caller: AbortController) => caller.abort()],
  ])('is interrupted when %s', async (_, end) => {
    const { machine, clock } = await booted('healthy');
    const caller = new AbortController();

    const running = machine.runScript('echo first; sleep 50; echo last', { ...options, signal: caller.signal });
    await clock.advance(1_000);
    end(machine, caller);

    expect(await running).toEqual({ outcome: 'interrupted', stdout: 'first\n', stderr: '' });
  });

  it('can restart its own machine, which keeps its disk', async () => {
    const { machine, clock } = await booted('healthy');

    const boot = await machine.runScript('echo kept >/root/note; cat /proc/sys/kernel/random/boot_id', options);
    const rebooting = await machine.runScript('reboot; echo never', options);
    await clock.advance(30_000);
    const after = await machine.runScript('cat /root/note /proc/sys/kernel/random/boot_id', options);

    expect(rebooting.outcome).toBe('interrupted');
    expect(after.stdout).toMatch(/^kept\n/);
    expect(after.stdout).not.toContain(boot.stdout.trim());
  });

  it('takes named parameters as variables and nameless ones by position', async () => {
    const { machine } = await booted('healthy');
    const parameters = [{ name: 'GREETING', value: `it's "$HOME" & *` }, { value: 'a  b' }, { value: '-n\n$(id)' }];

    const result = await machine.runScript('printf "%s|" "$GREETING" "$#" "$1" "$2"', { ...options, parameters });

    expect(result.stdout).toBe(`it's "$HOME" & *|2|a  b|-n\n$(id)|`);
  });
});
