import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definition, gallery, makeDefinition, startTestArm, type TestArm, type TestReply } from '../startTestArm.ts';

describe('image definitions', () => {
  let arm: TestArm;
  beforeAll(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
  });
  afterAll(() => arm.stop());

  const refusal = ({ status, body }: TestReply) => [status, body.error.code];
  const patch = (properties: object) => arm.call('PATCH', definition, { properties });
  const identifier = { publisher: 'corp', offer: 'linux', sku: 'other' };
  const create = (name: string, properties: object, apiVersion?: string) =>
    arm.call('PUT', `${gallery}/images/${name}`, { location: 'westeurope', properties }, apiVersion);

  it('take new descriptions and dates, and keep their identity', async () => {
    const { status, body } = await patch({ description: 'Ubuntu', endOfLifeDate: '2027-01-01T00:00:00Z' });
    expect([status, body.properties.description, body.properties.identifier.sku]).toEqual([200, 'Ubuntu', 'ubuntu']);

    expect(refusal(await patch({ osState: 'Specialized' }))).toEqual([409, 'PropertyChangeNotAllowed']);
    expect(refusal(await patch({ identifier }))).toEqual([409, 'PropertyChangeNotAllowed']);
    expect(refusal(await patch({ features: [{ name: 'IsHibernateSupported', value: 'True' }] }))).toEqual([
      409,
      'PropertyChangeNotAllowed',
    ]);
    const past = await patch({ endOfLifeDate: '2020-01-01T00:00:00Z' });
    expect(past.body.error).toMatchObject({
      code: 'InvalidParameter',
      message: 'EndOfLifeDate must be set to a future date.',
    });
  });

  it('change their features where that is allowed', async () => {
    const features = [{ name: 'IsHibernateSupported', value: 'True' }];
    const { body } = await patch({ allowUpdateImage: true, features });

    expect(body.properties.features).toEqual(features);
  });

  it('need a type, a state and an identifier of their own', async () => {
    const whole = { osType: 'Linux', osState: 'Generalized', identifier };

    expect(refusal(await create('a', { ...whole, osType: undefined }))).toEqual([400, 'InvalidParameter']);
    expect(refusal(await create('a', { ...whole, identifier: undefined }))).toEqual([400, 'InvalidParameter']);
    const taken = await create('a', { ...whole, identifier: { publisher: 'corp', offer: 'linux', sku: 'ubuntu' } });
    expect(refusal(taken)).toEqual([409, 'Conflict']);
  });

  it('are for generation 2 and Trusted Launch from api-version 2025-03-03 on', async () => {
    const properties = { osType: 'Linux', osState: 'Generalized' };
    const old = await create('old', { ...properties, identifier: { ...identifier, sku: 'old' } }, '2022-03-03');
    const modern = await create('modern', { ...properties, identifier: { ...identifier, sku: 'modern' } });

    expect(old.body.properties).toMatchObject({ hyperVGeneration: 'V1' });
    expect(modern.body.properties).toMatchObject({
      hyperVGeneration: 'V2',
      features: [{ name: 'SecurityType', value: 'TrustedLaunchSupported' }],
    });
  });

  it('belong to galleries that have an identifier and a description of their own', async () => {
    const { status, body } = await arm.call('PATCH', gallery, { properties: { description: 'ours' } });

    expect(status).toBe(200);
    expect(body.properties).toMatchObject({
      description: 'ours',
      identifier: { uniqueName: '00000000-0000-0000-0000-000000000001-CORP' },
      provisioningState: 'Updating',
    });
  });
});
