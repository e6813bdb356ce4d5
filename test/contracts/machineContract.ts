import { describe, expect, test } from 'vitest';
import type { Machine } from '../../local/vm/machine.ts';

/** A machine that is switched off, with a healthy guest on its disk. */
export interface MachineUnderTest {
  machine: Machine;
  /** Lets time pass until it is so; rejects when that takes longer than such a guest may need. */
  until(isSo: () => boolean): Promise<void>;
  /** Processes and files of the machine that there are now. */
  traces(): Promise<string[]>;
  stop(): Promise<void>;
}

const options = { parameters: [], timeoutMs: 120_000 };
const bootId = 'cat /proc/sys/kernel/random/boot_id';

/** What every machine does, simulated or emulated. */
export function machineContract(name: string, make: () => Promise<MachineUnderTest>): void {
  describe(`machine: ${name}`, () => {
    type Booted = MachineUnderTest & { boot(): Promise<string>; untilReady(): Promise<void> };
    const withMachine = (body: (under: Booted) => Promise<void>) => async () => {
      const under = await make();
      const { machine, until } = under;
      const untilReady = () => until(() => machine.agent === 'ready');
      const boot = async () => {
        const result = await machine.runScript(bootId, options);
        return result.stdout.trim();
      };
      try {
        machine.powerOn();
        await untilReady();
        await body({ ...under, boot, untilReady });
      } finally {
        await under.stop();
      }
    };

    test('is off, silent and without a log before it is switched on', async () => {
      const { machine, stop } = await make();
      try {
        expect([machine.running, machine.provisioned, machine.agent]).toEqual([false, false, 'notReady']);
        expect(machine.serialLog()).toBe('');
        await expect(machine.runScript('true', options)).rejects.toThrow('is not ready');
      } finally {
        await stop();
      }
    });

    test(
      'boots until its guest is provisioned and its agent ready, with a log from the kernel on',
      withMachine(async ({ machine, until }) => {
        await until(() => machine.provisioned);

        expect([machine.running, machine.agent]).toEqual([true, 'ready']);
        expect(machine.serialLog()).toMatch(/Linux version \d+\.\d/);
      }),
    );

    test(
      'runs a script as root and hands back both streams and the exit code',
      withMachine(async ({ machine }) => {
        const parameters = [{ name: 'GREETING', value: `it's "$HOME" & *` }, { value: 'a  b' }, { value: '$(id)' }];
        const script = 'id -u; printf "%s|" "$GREETING" "$#" "$1" "$2"; echo oh >&2; exit 3';

        const result = await machine.runScript(script, { ...options, parameters });

        const stdout = `0\nit's "$HOME" & *|2|a  b|$(id)|`;
        expect(result).toEqual({ outcome: 'exited', exitCode: 3, stdout, stderr: 'oh\n' });
      }),
    );

    test(
      'ends a script at its time limit and keeps what it had written',
      withMachine(async ({ machine, until }) => {
        let isOver = false;
        const running = machine.runScript('echo first; sleep 600; echo last', { parameters: [], timeoutMs: 3_000 });
        void running.then(() => (isOver = true));
        await until(() => isOver);

        expect(await running).toEqual({ outcome: 'timedOut', stdout: 'first\n', stderr: '' });
        expect(machine.agent).toBe('ready');
      }),
    );

    test(
      'interrupts a script when its caller gives up, and when it restarts',
      withMachine(async ({ machine, until, untilReady }) => {
        const caller = new AbortController();
        const over: string[] = [];
        const run = (signal?: AbortSignal) =>
          void machine
            .runScript('sleep 600', { ...options, ...(signal && { signal }) })
            .then(({ outcome }) => over.push(outcome));

        run(caller.signal);
        caller.abort();
        await until(() => over.length === 1);
        run();
        machine.restart();
        await until(() => over.length === 2);
        await untilReady();

        expect(over).toEqual(['interrupted', 'interrupted']);
      }),
    );

    test(
      'comes back from a restart in another boot, on the same disk, its log going on',
      withMachine(async ({ machine, boot, untilReady }) => {
        const before = await boot();
        await machine.runScript('echo kept >/root/note', options);

        machine.restart();
        const meanwhile = [machine.running, machine.provisioned, machine.agent];
        await untilReady();

        const note = await machine.runScript('cat /root/note', options);
        expect(meanwhile).toEqual([true, true, 'notReady']);
        expect(note.stdout).toBe('kept\n');
        expect(await boot()).not.toBe(before);
        expect(machine.serialLog().match(/Linux version/g)).toHaveLength(2);
      }),
    );

    test(
      'comes back when its guest reboots by itself',
      withMachine(async ({ machine, boot, until, untilReady }) => {
        const before = await boot();

        void machine.runScript('reboot', options).catch(() => undefined);
        await until(() => machine.agent === 'notReady');
        await untilReady();

        expect(machine.running).toBe(true);
        expect(await boot()).not.toBe(before);
      }),
    );

    test(
      'starts again after it was switched off, in another boot and on the same disk',
      withMachine(async ({ machine, boot, untilReady }) => {
        const before = await boot();
        await machine.runScript('echo kept >/root/note', options);

        machine.powerOff();
        const off = [machine.running, machine.agent];
        machine.powerOn();
        await untilReady();

        expect(off).toEqual([false, 'notReady']);
        expect(await boot()).not.toBe(before);
        expect((await machine.runScript('cat /root/note', options)).stdout).toBe('kept\n');
      }),
    );

    test(
      'is off once its guest has switched itself off',
      withMachine(async ({ machine, until }) => {
        void machine.runScript('poweroff', options).catch(() => undefined);

        await until(() => !machine.running);

        expect(machine.agent).toBe('notReady');
      }),
    );

    test(
      'leaves no process and no file when it is destroyed, and stays off',
      withMachine(async ({ machine, traces, stop }) => {
        machine.destroy();
        const running = machine.running;
        machine.powerOn();
        await stop();

        expect(running).toBe(false);
        expect(machine.running).toBe(false);
        expect(await traces()).toEqual([]);
      }),
    );
  });
}
