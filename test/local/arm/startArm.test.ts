import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makeDefinition,
  makeVersion,
  startTestArm,
  type TestArm,
  version,
  versionBody,
  vm,
  vmBody,
} from './startTestArm.ts';

describe('a restart', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
  });
  afterEach(() => arm.stop());

  it('keeps every resource and ends operations when they were to end', async () => {
    const { headers } = await arm.call('PUT', version('1.0.0'), versionBody());
    const watch = new URL(headers.get('azure-asyncoperation') ?? '');
    await arm.clock.advance(60_000);
    await arm.restart();
    const status = async () => (await arm.send('GET', `${watch.pathname}${watch.search}`)).body.status;
    expect(await status()).toBe('InProgress');

    await arm.clock.advance(60_000);

    expect(await status()).toBe('Succeeded');
    expect((await arm.call('GET', version('1.0.0'))).body.properties.provisioningState).toBe('Succeeded');
  });

  it('boots running virtual machines again and runs their scripts again', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.call('PUT', vm('smoke1'), vmBody(version('1.0.0')));
    await arm.clock.advance(60_000);
    const path = `${vm('smoke1')}/runCommands/check`;
    await arm.call('PUT', path, { location: 'westeurope', properties: { source: { script: 'sleep 30\necho done' } } });
    await arm.clock.advance(10_000);
    await arm.restart();
    await arm.clock.advance(60_000);

    const { body } = await arm.call('GET', `${path}?$expand=instanceView`);
    expect(body.properties).toMatchObject({ provisioningState: 'Succeeded', instanceView: { output: 'done\n' } });
  });

  it('goes on with a virtual machine that was being made, before and after its allocation', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.call('PUT', vm('early'), vmBody(version('1.0.0')));
    await arm.clock.advance(10_000);
    await arm.call('PUT', vm('late'), vmBody(version('1.0.0')));
    await arm.clock.advance(6_000);
    await arm.restart();
    await arm.clock.advance(60_000);

    for (const name of ['early', 'late']) {
      expect((await arm.call('GET', vm(name))).body.properties.provisioningState).toBe('Succeeded');
    }
  });
});
