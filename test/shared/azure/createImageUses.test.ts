import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageUses } from '../../../shared/azure/createImageUses.ts';
import type { ImageUses } from '../../../shared/ports.ts';
import {
  definition as imageDefinition,
  makeVersion,
  subscriptionId,
  version,
  vm,
  vmBody,
} from '../../local/arm/startTestArm.ts';
import { startArmForAdapters } from './startArmForAdapters.ts';

const definition = { subscriptionId, resourceGroup: 'images', gallery: 'corp', image: 'ubuntu' };
const scaleSets = '/resourceGroups/images/providers/Microsoft.Compute/virtualMachineScaleSets';

let running: Awaited<ReturnType<typeof startArmForAdapters>>;
let uses: ImageUses;
beforeEach(async () => {
  running = await startArmForAdapters();
  uses = createImageUses(running.resourceManager);
  await makeVersion(running.arm, '1.0.0');
});
afterEach(() => running.stop());

async function makeScaleSet(name: string, imageId: string): Promise<void> {
  const storageProfile = { imageReference: { id: imageId } };
  const body = { location: 'westeurope', properties: { virtualMachineProfile: { storageProfile } } };
  expect((await running.arm.call('PUT', `${scaleSets}/${name}`, body)).status).toBeLessThan(300);
}
const idOf = (number: string) => `/subscriptions/${subscriptionId}${version(number)}`;

describe('the use of an image version', () => {
  it('is none where nobody names it', async () => {
    await makeScaleSet('other', idOf('1.0.1'));
    await makeScaleSet('newest', idOf('1.0.0').replace(/\/versions.*/, ''));

    expect(await uses.find(definition, '1.0.0', [])).toEqual({ kind: 'unused' });
  });

  it('is that of the model of a scale set that names it, in any case', async () => {
    await makeScaleSet('web', idOf('1.0.0').toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'));

    expect(await uses.find(definition, '1.0.0', [])).toEqual({
      kind: 'used',
      by: [expect.stringMatching(/virtualMachineScaleSets\/web$/)],
    });
  });

  it('is not known while an Azure subscription cannot be seen', async () => {
    expect(await uses.find(definition, '1.0.0', ['another'])).toEqual({
      kind: 'unknown',
      reason: 'VMs of another cannot be seen',
    });
  });

  it('is that of the VMs that name it, and of those that name the image definition and got it', async () => {
    await running.arm.call('PUT', vm('web-1'), vmBody(version('1.0.0')));
    await running.arm.call('PUT', vm('web-2'), vmBody(imageDefinition));
    await makeVersion(running.arm, '1.0.1');

    const { kind, ...found } = await uses.find(definition, '1.0.0', []);

    expect(kind).toBe('used');
    const names = 'by' in found ? found.by.map((id) => id.slice(id.lastIndexOf('/') + 1)) : [];
    expect(names.sort()).toEqual(['web-1', 'web-2']);
    expect(await uses.find(definition, '1.0.1', [])).toEqual({ kind: 'unused' });
  });
});
