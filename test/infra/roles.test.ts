import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import roles from '../../infra/roles.json' with { type: 'json' };
import { createGalleries } from '../../shared/azure/createGalleries.ts';
import { createImageUses } from '../../shared/azure/createImageUses.ts';
import { createSmokeTestVms } from '../../shared/azure/createSmokeTestVms.ts';
import type { Galleries, ImageUses, LaunchRequest, SmokeTestVms } from '../../shared/ports.ts';
import { linuxDefinition } from '../fakes/linuxDefinition.ts';
import { makeVersion, subscriptionId, version, versionBody } from '../local/arm/startTestArm.ts';
import { startArmForAdapters } from '../shared/azure/startArmForAdapters.ts';
import { armAction } from './armAction.ts';

/**
 * What Azure checks beside the action of a request itself: a VM is written with its disk and its network interface
 * inside, and the interface joins a subnet.
 */
const alsoChecked: Record<string, string[]> = {
  'Microsoft.Compute/virtualMachines/write': [
    'Microsoft.Compute/disks/write',
    'Microsoft.Network/networkInterfaces/join/action',
    'Microsoft.Network/networkInterfaces/write',
    'Microsoft.Network/virtualNetworks/subnets/join/action',
  ],
  // It answers only what its caller may read.
  'Microsoft.ResourceGraph/resources/read': [
    'Microsoft.Compute/virtualMachineScaleSets/read',
    'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read',
    'Microsoft.Compute/virtualMachines/read',
    'Microsoft.Resources/subscriptions/read',
  ],
};

const definition = { subscriptionId, resourceGroup: 'images', gallery: 'corp', image: 'ubuntu' };
const smokeTestGroup = 'images';
const subnet =
  '/subscriptions/s/resourceGroups/images/providers/Microsoft.Network/virtualNetworks/v/subnets/smoke-tests';
const launch: LaunchRequest = {
  vmName: 'imp-00000000000000000000-000000000001',
  region: 'westeurope',
  vmSize: 'Standard_D2s_v5',
  expiresAt: '2026-11-23T10:00:00.000Z',
  imageVersionId: `/subscriptions/${subscriptionId}${version('1.0.0')}`,
  definition: linuxDefinition,
};

describe('the custom roles', () => {
  let running: Awaited<ReturnType<typeof startArmForAdapters>>;
  /** Actions that were called, by the role that has to hold them. */
  let actions: Record<keyof typeof roles, Set<string>>;
  /** The clients of Azure use node:http; what a test itself asks of local Azure goes by fetch, and is not seen here. */
  const record = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (request.getHeader('host') === new URL(running.arm.url).host)
      actions[roleFor(request.path)].add(armAction(request.method, request.path));
  };

  beforeEach(async () => {
    running = await startArmForAdapters();
    actions = { imageGallery: new Set(), smokeTests: new Set(), computeOperations: new Set(), imageUses: new Set() };
    subscribe('http.client.request.start', record);
  });
  afterEach(async () => {
    unsubscribe('http.client.request.start', record);
    await running.stop();
  });

  const settle = () => running.arm.clock.advance(600_000);

  /** Every method of both ports, and every branch of them that asks Azure something else. */
  async function useEverything(galleries: Galleries, vms: SmokeTestVms, imageUses: ImageUses): Promise<void> {
    await imageUses.find(definition, '1.0.0', []);
    const { vmName, region } = launch;
    await galleries.getTags(definition);
    await galleries.listDefinitions(definition);
    await galleries.getDefinition(definition);
    await galleries.getSharing(definition);
    await galleries.listVersions(definition);
    await galleries.getVersion(definition, '1.0.0');
    await galleries.writeFlags(definition, '1.0.0', {
      excludeFromLatest: true,
      regions: { westeurope: true, northeurope: true },
    });
    await settle();

    await vms.launch(launch);
    await settle();
    await vms.startRunCommand({ vmName, region, runCommand: 'checks', script: 'true', timeoutSeconds: 60 });
    await settle();
    await vms.look(vmName, { serialLog: true, runCommand: 'checks' });
    for (const part of ['restart', 'stop', 'start'] as const) {
      await vms.restart(vmName, part);
      await settle();
    }

    await running.arm.addFault({ match: { type: 'Microsoft.Compute/virtualMachines' }, effect: { kind: 'leak' } });
    await vms.delete(vmName);
    await settle();
    const left = await vms.listResources();
    expect(left.map(({ kind }) => kind).sort()).toEqual(['disk', 'networkInterface']);
    for (const resource of left) await vms.deleteResource(resource);
    await settle();

    // A launch that fails later: its operation says why.
    await makeVersion(running.arm, '2.0.0', versionBody('allocation-fails-once'));
    const failing = {
      ...launch,
      vmName: `${vmName}b`,
      imageVersionId: launch.imageVersionId.replace('1.0.0', '2.0.0'),
    };
    const { operationUrl } = await vms.launch(failing);
    await settle();
    const looked = await vms.look(failing.vmName, { serialLog: false, ...(operationUrl && { operationUrl }) });
    expect(looked).toMatchObject({ provisioningState: 'Failed' });
    await vms.deleteResource({ kind: 'virtualMachine', id: 'unused', name: failing.vmName });
    await settle();

    await galleries.deleteVersion(definition, '2.0.0');
    await settle();
  }

  test('hold every action that the adapters call and that Azure checks with it, and no other', async () => {
    await makeVersion(running.arm, '1.0.0');
    const used = new Set<string>();
    const galleries = noting(createGalleries(running.resourceManager), used);
    const smokeTest = { subscriptionId, resourceGroup: smokeTestGroup, subnets: { westeurope: subnet } };
    const vms = noting(createSmokeTestVms(running.resourceManager, { instance: 'blue', smokeTest }), used);

    const imageUses = noting(createImageUses(running.resourceManager), used);

    await useEverything(galleries, vms, imageUses);

    const methods = [...methodsOf(galleries), ...methodsOf(vms), ...methodsOf(imageUses)];
    expect(methods.filter((method) => !used.has(method))).toEqual([]);
    for (const role of ['imageGallery', 'smokeTests', 'computeOperations', 'imageUses'] as const) {
      const called = [...actions[role]].sort();
      expect({ [role]: called }).toEqual({ [role]: roles[role].called });
      expect(called.flatMap((action) => alsoChecked[action] ?? [])).toEqual(roles[role].linked);
    }
  });
});

/** Each role is assigned at one scope: a gallery, the smoke-test resource group, the Azure subscription. */
function roleFor(path: string): keyof typeof roles {
  if (path.startsWith('/providers/Microsoft.ResourceGraph/')) return 'imageUses';
  if (/\/providers\/Microsoft\.Compute\/galleries\/corp[/?]/.test(path)) return 'imageGallery';
  return path.includes(`/resourceGroups/${smokeTestGroup}/`) ? 'smokeTests' : 'computeOperations';
}

/** The same port, with each method noting its name when it is called. */
function noting<Port extends object>(port: Port, used: Set<string>): Port {
  return new Proxy(port, {
    get(target, name) {
      used.add(String(name));
      return Reflect.get(target, name);
    },
  });
}

function methodsOf(port: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(port))
    .filter(([, { value }]) => typeof value === 'function')
    .map(([name]) => name);
}
