import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  group,
  makeDefinition,
  makeVersion,
  startTestArm,
  type TestArm,
  type TestReply,
  version,
  vm,
  vmBody,
} from '../startTestArm.ts';

describe('template deployments', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
    await makeVersion(arm, '1.0.0');
  });
  afterEach(() => arm.stop());

  const path = `${group}/providers/Microsoft.Resources/deployments/vm_deploy_1`;
  const nicId = `/subscriptions/00000000-0000-0000-0000-000000000001${group}/providers/Microsoft.Network/networkInterfaces/n`;
  const machine = (image = version('1.0.0')) => {
    const body = vmBody(image, { networkProfile: { networkInterfaces: [{ id: nicId }] } });
    const osProfile = { ...body.properties.osProfile, adminPassword: `[parameters('adminPassword')]` };
    const dependsOn = ['Microsoft.Network/networkInterfaces/n'];
    const properties = { ...body.properties, osProfile };
    return {
      ...body,
      apiVersion: '2022-08-01',
      type: 'Microsoft.Compute/virtualMachines',
      name: 'smoke1',
      dependsOn,
      properties,
    };
  };
  const nic = {
    apiVersion: '2022-07-01',
    type: 'Microsoft.Network/networkInterfaces',
    name: 'n',
    location: 'westeurope',
    tags: null,
    properties: { ipConfigurations: [{ name: 'ip' }] },
  };
  const template = (...resources: object[]) => ({ parameters: { adminPassword: { type: 'securestring' } }, resources });
  const parameters = { adminPassword: { value: 'secret' } };
  const deploy = (...resources: object[]) =>
    arm.call('PUT', path, { properties: { mode: 'incremental', template: template(...resources), parameters } });
  const status = async ({ headers }: TestReply) =>
    (await arm.send('GET', (headers.get('azure-asyncoperation') ?? '').slice(arm.url.length))).body;

  it('make their resources in the order they depend on each other, and end with the last', async () => {
    const put = await deploy(machine(), nic);
    expect([put.status, put.body.properties.provisioningState]).toEqual([201, 'Running']);
    expect(JSON.stringify(put.body)).not.toContain('secret');
    expect((await status(put)).status).toBe('InProgress');
    await arm.clock.advance(60_000);

    expect((await status(put)).status).toBe('Succeeded');
    expect((await arm.call('GET', path)).body.properties.provisioningState).toBe('Succeeded');
    expect((await arm.call('GET', vm('smoke1'))).body.properties.provisioningState).toBe('Succeeded');
    const filter = `$filter=resourceType eq 'Microsoft.Resources/deployments'`;
    expect((await arm.call('GET', `/resources?${filter}`)).body.value).toEqual([]);
  });

  it('say what was refused or failed within them', async () => {
    const refused = await deploy(machine(version('9.9.9')), nic);
    await arm.clock.advance(0);
    expect((await status(refused)).error).toMatchObject({
      code: 'DeploymentFailed',
      details: [{ code: 'GalleryImageNotFound' }],
    });

    await arm.addFault({
      match: { type: 'Microsoft.Compute/virtualMachines' },
      effect: { kind: 'error', code: 'AllocationFailed', async: true },
    });
    const failed = await deploy(machine(), nic);
    await arm.clock.advance(60_000);
    expect((await status(failed)).error.details[0].details[0].code).toBe('AllocationFailed');
  });

  it('are read as the Azure CLI writes them, with a key out of quotes', async () => {
    const text = `{"properties": {"parameters": ${JSON.stringify(parameters)}, "mode": "Incremental", template:${JSON.stringify(template(nic))}}}`;

    expect((await arm.call('PUT', path, text)).status).toBe(201);
  });

  it('are refused where the template makes no sense', async () => {
    const loop = { ...nic, dependsOn: ['Microsoft.Compute/virtualMachines/smoke1'] };
    expect((await deploy(machine(), loop)).body.error.code).toBe('InvalidTemplate');
    const clever = { ...nic, name: `[concat('a', 'b')]` };
    expect((await deploy(clever)).body.error.message).toContain('only parameters() is supported');
  });
});
