import { describe, expect, test } from 'vitest';
import type { PresentVm } from '../../shared/domain/look.ts';
import type { LaunchRequest, SmokeTestVms } from '../../shared/ports.ts';
import type { Check } from '../../shared/smokeTest/checkFile/checkFile.ts';
import { compileScript } from '../../shared/smokeTest/compileScript.ts';
import { linuxDefinition } from '../fakes/linuxDefinition.ts';

/** A smoke-test resource group and an image version to launch from, with a guest that boots and answers. */
export interface GroupUnderTest {
  vms: SmokeTestVms;
  imageVersionId: string;
  /** Lets what was started come to its end: a minute or more of Azure's time. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const trueCheck: Check = {
  type: 'command',
  id: 'web is up',
  skip: false,
  timeoutMs: 1_000,
  retries: 0,
  settings: { exec: 'true' },
  assertions: [{ attribute: 'exit-status', matcher: { match: 'equal', value: 0 } }],
  at: { file: 'contract', line: 1 },
};
const everything = { serialLog: true, runCommand: 'checks' };
const logWhenOver = { serialLog: 'whenOver', runCommand: 'checks' } as const;

/** What every SmokeTestVms does, in memory or in Azure. */
export function smokeTestVmsContract(name: string, make: () => Promise<GroupUnderTest>): void {
  describe(`smoke-test VMs: ${name}`, () => {
    const withGroup = (body: (group: GroupUnderTest, request: LaunchRequest) => Promise<void>) => async () => {
      const group = await make();
      const { imageVersionId } = group;
      try {
        await body(group, {
          vmName: 'imp-00000000000000000000-000000000001',
          region: 'westeurope',
          vmSize: 'Standard_D2s_v5',
          expiresAt: '2026-11-23T10:00:00.000Z',
          imageVersionId,
          definition: linuxDefinition,
        });
      } finally {
        await group.stop();
      }
    };

    test(
      'knows no VM that was never launched',
      withGroup(async ({ vms }, { vmName }) => {
        expect(await vms.look(vmName, everything)).toBeUndefined();
      }),
    );

    test(
      'launches a VM without waiting for it',
      withGroup(async ({ vms, settle }, request) => {
        const { operationUrl } = await vms.launch(request);

        expect(operationUrl).toMatch(/^https:/);
        expect(await vms.look(request.vmName, everything)).toMatchObject({
          kind: 'present',
          provisioningState: 'Creating',
          agentReady: false,
        });
        await settle();
        const vm = await vms.look(request.vmName, everything);
        expect(vm).toMatchObject({ provisioningState: 'Succeeded', agentReady: true, runCommand: { kind: 'absent' } });
        expect(vm?.serialLog).toMatch(/./);
      }),
    );

    test(
      'takes a second launch under one name for the same VM',
      withGroup(async ({ vms, settle }, request) => {
        await vms.launch(request);
        await vms.launch(request);
        await settle();
        await vms.launch(request);
        await settle();

        const resources = await vms.listResources();

        expect(resources.filter(({ kind }) => kind === 'virtualMachine')).toHaveLength(1);
        expect(await vms.look(request.vmName, everything)).toMatchObject({
          provisioningState: 'Succeeded',
          provisionedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        });
      }),
    );

    test(
      'reads only what it is asked for',
      withGroup(async ({ vms, settle }, request) => {
        await vms.launch(request);
        await settle();

        const vm: PresentVm | undefined = await vms.look(request.vmName, { serialLog: false });

        expect(vm).not.toHaveProperty('serialLog');
        expect(vm).not.toHaveProperty('runCommand');
      }),
    );

    test(
      'runs a script and reads what it printed',
      withGroup(async ({ vms, settle }, request) => {
        const { vmName, region } = request;
        await vms.launch(request);
        await settle();
        const script = compileScript('Linux', [trueCheck], { nonce: 'abc123' });

        await vms.startRunCommand({ vmName, region, runCommand: 'checks', script, timeoutSeconds: 60 });
        expect(await vms.look(vmName, everything)).toMatchObject({ runCommand: { kind: 'running' } });
        expect(await vms.look(vmName, logWhenOver)).not.toHaveProperty('serialLog');
        await settle();

        expect(await vms.look(vmName, everything)).toMatchObject({
          runCommand: {
            kind: 'finished',
            state: 'Succeeded',
            output: expect.stringContaining('imprimatur-begin abc123'),
          },
        });
        expect(await vms.look(vmName, logWhenOver)).toHaveProperty('serialLog');
      }),
    );

    test(
      'starts a VM again, stops it and starts it, each without waiting, and shows where it is',
      withGroup(async ({ vms, settle }, request) => {
        const { vmName } = request;
        await vms.launch(request);
        await settle();
        expect(await vms.look(vmName, { serialLog: false })).toMatchObject({ power: 'running' });

        await vms.restart(vmName, 'restart');
        await settle();
        expect(await vms.look(vmName, { serialLog: false })).toMatchObject({ power: 'running', agentReady: true });

        await vms.restart(vmName, 'stop');
        expect(await vms.look(vmName, { serialLog: false })).toMatchObject({ power: 'deallocating' });
        await settle();
        expect(await vms.look(vmName, { serialLog: false })).toMatchObject({ power: 'deallocated' });

        await vms.restart(vmName, 'start');
        await settle();
        expect(await vms.look(vmName, { serialLog: false })).toMatchObject({ power: 'running', agentReady: true });
      }),
    );

    test(
      'deletes a VM with everything that was made for it, without waiting',
      withGroup(async ({ vms, settle }, request) => {
        await vms.launch(request);
        await settle();

        await vms.delete(request.vmName);
        expect(await vms.look(request.vmName, everything)).toMatchObject({ provisioningState: 'Deleting' });
        await settle();

        expect(await vms.look(request.vmName, everything)).toBeUndefined();
        expect(await vms.listResources()).toEqual([]);
      }),
    );

    test(
      'has no objection to deleting what is gone',
      withGroup(async ({ vms }, { vmName }) => {
        await expect(vms.delete(vmName)).resolves.toBeUndefined();
      }),
    );

    test(
      'lists a VM with the instant of its expiry, and deletes it by what it listed',
      withGroup(async ({ vms, settle }, request) => {
        await vms.launch(request);
        await settle();
        const vm = (await vms.listResources()).find(({ kind }) => kind === 'virtualMachine');
        expect(vm).toMatchObject({ name: request.vmName, expiresAt: request.expiresAt });

        if (vm) await vms.deleteResource(vm);
        await settle();

        expect(await vms.listResources()).toEqual([]);
      }),
    );

    test(
      'has a subnet in every region that it names',
      withGroup(async ({ vms }, request) => {
        expect(vms.regions).toContain(request.region);
      }),
    );
  });
}
