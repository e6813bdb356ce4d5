import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  definition,
  gallery,
  imageId,
  makeDefinition,
  makeVersion,
  startTestArm,
  type TestArm,
  type TestReply,
  version,
  versionBody,
} from '../startTestArm.ts';

describe('image versions', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
  });
  afterEach(() => arm.stop());

  const patch = (publishingProfile: object, rest: object = {}) =>
    arm.call('PATCH', version('1.0.0'), { properties: { publishingProfile, storageProfile: {}, ...rest } });
  const stateOf = async () => (await arm.call('GET', version('1.0.0'))).body.properties.provisioningState;
  const refusal = ({ status, body }: TestReply) => [status, body.error.code];

  it('are created in the background, and the operation can be watched in both ways', async () => {
    const created = await arm.call('PUT', version('1.0.0'), versionBody());
    expect(created.status).toBe(201);
    expect(created.body.properties.provisioningState).toBe('Creating');
    const watch = created.headers.get('azure-asyncoperation') ?? '';
    expect(watch).toMatch(/^https:.*\/locations\/westeurope\/capsOperations\/[0-9a-f-]{36}\?api-version=2025-03-03$/);
    const look = (url: string) => arm.send('GET', url.slice(arm.url.length));
    const location = created.headers.get('location') ?? '';
    expect((await look(watch)).body).toMatchObject({ status: 'InProgress' });
    expect((await look(location)).status).toBe(202);

    await arm.clock.advance(120_000);

    expect((await look(watch)).body).toMatchObject({
      status: 'Succeeded',
      endTime: '2026-11-23T00:03:00.0000000+00:00',
    });
    const ended = await look(location);
    expect([ended.status, ended.body.properties.provisioningState]).toEqual([200, 'Succeeded']);
  });

  it('come back with what Azure fills in', async () => {
    await makeVersion(arm, '1.0.0');
    const { body } = await arm.call('GET', version('1.0.0'));

    expect(body.type).toBe('Microsoft.Compute/galleries/images/versions');
    expect(body.systemData).toMatchObject({ createdBy: 'app-1', createdByType: 'Application' });
    expect(body.properties.publishingProfile).toEqual({
      targetRegions: [
        { name: 'West Europe', regionalReplicaCount: 1, storageAccountType: 'Standard_LRS' },
        { name: 'North Europe', regionalReplicaCount: 1, storageAccountType: 'Standard_LRS' },
      ],
      replicaCount: 1,
      excludeFromLatest: false,
      publishedDate: '2026-11-23T00:01:00.0000000+00:00',
      storageAccountType: 'Standard_LRS',
      replicationMode: 'Full',
    });
    expect(body.properties.replicationStatus).toBeUndefined();
  });

  it('show replication on request, region by region', async () => {
    await arm.addFault({ effect: { kind: 'slowReplication', targetRegion: 'northeurope', ms: 600_000 } });
    await arm.call('PUT', version('1.0.0'), versionBody());
    await arm.clock.advance(120_000);
    const status = async () =>
      (await arm.call('GET', `${version('1.0.0')}?$expand=ReplicationStatus,ValidationProfile`)).body.properties;

    expect(await status()).toMatchObject({
      provisioningState: 'Succeeded',
      replicationStatus: {
        aggregatedState: 'InProgress',
        summary: [
          { region: 'West Europe', state: 'Completed', progress: 100 },
          { region: 'North Europe', state: 'Replicating', progress: 16 },
        ],
      },
    });
    await arm.clock.advance(600_000);
    expect((await status()).replicationStatus.aggregatedState).toBe('Completed');
  });

  it('keep a failed replica visible until the next write starts it again', async () => {
    await arm.addFault({ effect: { kind: 'failedReplication', targetRegion: 'North Europe' } });
    await makeVersion(arm, '1.0.0');
    const aggregated = async () =>
      (await arm.call('GET', `${version('1.0.0')}?$expand=replicationStatus`)).body.properties.replicationStatus
        .aggregatedState;
    expect(await aggregated()).toBe('Failed');

    await patch({});
    expect(await aggregated()).toBe('InProgress');
    await arm.clock.advance(120_000);
    expect(await aggregated()).toBe('Completed');
  });

  it('fail where the home region gets no replica', async () => {
    await arm.addFault({ effect: { kind: 'failedReplication', targetRegion: 'West Europe' } });
    await makeVersion(arm, '1.0.0');

    expect(await stateOf()).toBe('Failed');
  });

  it('keep what a PATCH does not name', async () => {
    await makeVersion(arm, '1.0.0', versionBody('healthy', { endOfLifeDate: '2027-01-01T00:00:00Z' }));
    const { status, body } = await patch({ excludeFromLatest: true });

    expect([status, body.properties.provisioningState]).toEqual([200, 'Updating']);
    expect(body.properties.publishingProfile).toMatchObject({
      excludeFromLatest: true,
      endOfLifeDate: '2027-01-01T00:00:00Z',
      targetRegions: [{ name: 'West Europe' }, { name: 'North Europe' }],
    });
    await arm.clock.advance(10_000);
    expect(await stateOf()).toBe('Succeeded');
  });

  it('take back their whole body with nulls and read-only members', async () => {
    await makeVersion(arm, '1.0.0');
    const { body } = await arm.call('GET', version('1.0.0'));
    body.properties.publishingProfile.endOfLifeDate = null;
    body.properties.publishingProfile.excludeFromLatest = true;

    const put = await arm.call('PUT', version('1.0.0'), body);

    expect(put.status).toBe(200);
    expect(put.body.properties.publishingProfile.excludeFromLatest).toBe(true);
    expect(put.body.systemData.createdAt).toBe(body.systemData.createdAt);
  });

  it('refuse a write while another goes on, unless the settings accept it', async () => {
    await makeVersion(arm, '1.0.0');
    await patch({ excludeFromLatest: true });
    expect(refusal(await patch({ excludeFromLatest: false }))).toEqual([409, 'Conflict']);

    const lenient = await startTestArm({ writesWhileUpdating: 'accept' });
    await makeDefinition(lenient);
    await lenient.call('PUT', version('1.0.0'), versionBody());
    const second = await lenient.call('PATCH', version('1.0.0'), {
      properties: { publishingProfile: { excludeFromLatest: true } },
    });
    await lenient.clock.advance(120_000);
    const { body } = await lenient.call('GET', version('1.0.0'));
    await lenient.stop();

    expect(second.status).toBe(200);
    expect(body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      publishingProfile: { excludeFromLatest: true },
    });
  });

  it('refuse what cannot be changed', async () => {
    await makeVersion(
      arm,
      '1.0.0',
      versionBody('healthy', {}, { safetyProfile: { allowDeletionOfReplicatedLocations: false } }),
    );
    const notAllowed = [409, 'PropertyChangeNotAllowed'];

    const source = await arm.call('PATCH', version('1.0.0'), {
      properties: { storageProfile: { source: { id: imageId('other') } } },
    });
    expect(refusal(source)).toEqual(notAllowed);
    expect(source.body.error.message).toBe(
      `Changing property 'galleryImageVersion.properties.storageProfile.source.id' is not allowed.`,
    );
    expect(refusal(await patch({ storageAccountType: 'Premium_LRS' }))).toEqual(notAllowed);
    expect(refusal(await patch({ replicationMode: 'Shallow' }))).toEqual(notAllowed);
    expect(
      refusal(
        await patch({
          targetRegions: [{ name: 'West Europe', storageAccountType: 'Standard_ZRS' }, { name: 'North Europe' }],
        }),
      ),
    ).toEqual(notAllowed);
    expect(refusal(await patch({ targetRegions: [{ name: 'North Europe' }] }))).toEqual([400, 'InvalidParameter']);
    expect(refusal(await patch({ targetRegions: [{ name: 'West Europe' }] }))).toEqual([409, 'OperationNotAllowed']);
    expect(refusal(await patch({ endOfLifeDate: '2026-01-01T00:00:00Z' }))).toEqual([400, 'InvalidParameter']);
    expect(refusal(await arm.call('PUT', version('1.0.0'), { ...versionBody(), location: 'northeurope' }))).toEqual([
      409,
      'InvalidResourceLocation',
    ]);
    expect(await stateOf()).toBe('Succeeded');
  });

  it('refuse a creation that lacks something', async () => {
    const create = async (name: string, body: object) => refusal(await arm.call('PUT', version(name), body));

    expect(await create('1.0', versionBody())).toEqual([400, 'InvalidParameter']);
    expect(await create('1.0.99999999999', versionBody())).toEqual([400, 'InvalidParameter']);
    expect(await create('1.0.0', { ...versionBody(), location: undefined })).toEqual([400, 'LocationRequired']);
    expect(await create('1.0.0', { location: 'westeurope', properties: {} })).toEqual([400, 'InvalidParameter']);
    expect(await create('1.0.0', versionBody('healthy', { targetRegions: [{ name: 'Atlantis' }] }))).toEqual([
      400,
      'InvalidParameter',
    ]);
    expect(await create('1.0.0', versionBody('healthy', { targetRegions: [{ name: 'North Europe' }] }))).toEqual([
      400,
      'InvalidParameter',
    ]);
    expect(await create('1.0.0', versionBody('no-such-image'))).toEqual([404, 'NotFound']);
  });

  it('are deleted in the background; nothing changes them meanwhile, and a repeated DELETE is the same one', async () => {
    await makeVersion(arm, '1.0.0');
    const first = await arm.call('DELETE', version('1.0.0'));
    const second = await arm.call('DELETE', version('1.0.0'));
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(await stateOf()).toBe('Deleting');
    const update = await patch({ excludeFromLatest: true });
    expect(refusal(update)).toEqual([409, 'OperationNotAllowed']);
    expect(update.body.error.message).toContain('marked for deletion');

    await arm.clock.advance(10_000);
    expect((await arm.call('GET', version('1.0.0'))).status).toBe(404);
    expect((await arm.call('DELETE', version('1.0.0'))).status).toBe(204);
  });

  it('are protected until their end of life, where that is wanted', async () => {
    const endOfLifeDate = '2026-11-24T00:00:00Z';
    await makeVersion(
      arm,
      '1.0.0',
      versionBody('healthy', { endOfLifeDate }, { safetyProfile: { blockDeletionBeforeEndOfLife: true } }),
    );
    expect(refusal(await arm.call('DELETE', version('1.0.0')))).toEqual([
      409,
      'DeleteGalleryImageVersionBlockedBeforeEndOfLife',
    ]);

    await arm.clock.advance(24 * 3_600_000);
    expect((await arm.call('DELETE', version('1.0.0'))).status).toBe(202);
  });

  it('keep galleries and definitions from being deleted', async () => {
    await makeVersion(arm, '1.0.0');

    expect(refusal(await arm.call('DELETE', definition))).toEqual([409, 'CannotDeleteResource']);
    expect(refusal(await arm.call('DELETE', gallery))).toEqual([409, 'CannotDeleteResource']);
  });

  it('are listed page by page', async () => {
    for (let patchNumber = 0; patchNumber < 120; patchNumber++)
      await arm.call('PUT', version(`1.0.${patchNumber}`), versionBody());
    const names: string[] = [];
    const pages: number[] = [];
    let path: string | undefined =
      `/subscriptions/00000000-0000-0000-0000-000000000001${definition}/versions?api-version=2025-03-03`;
    while (path) {
      const { body } = await arm.send('GET', path);
      pages.push(body.value.length);
      names.push(...body.value.map((one: { name: string }) => one.name));
      path = body.nextLink?.slice(arm.url.length);
    }

    expect(pages).toEqual([50, 50, 20]);
    expect(new Set(names).size).toBe(120);
  });

  it('get a new creation time under an old number', async () => {
    await makeVersion(arm, '1.0.0');
    const before = (await arm.call('GET', version('1.0.0'))).body;
    await arm.call('DELETE', version('1.0.0'));
    await arm.clock.advance(10_000);
    await makeVersion(arm, '1.0.0');
    const after = (await arm.call('GET', version('1.0.0'))).body;

    expect(after.systemData.createdAt > before.systemData.createdAt).toBe(true);
    expect(after.properties.publishingProfile.publishedDate).not.toBe(
      before.properties.publishingProfile.publishedDate,
    );
  });

  it('go back to what they were where an update fails', async () => {
    await makeVersion(arm, '1.0.0');
    await arm.addFault({
      match: { method: 'PATCH' },
      effect: { kind: 'error', code: 'InternalServerError', async: true },
    });
    const { headers } = await patch({ excludeFromLatest: true });
    await arm.clock.advance(10_000);

    const { body } = await arm.call('GET', version('1.0.0'));
    expect(body.properties).toMatchObject({
      provisioningState: 'Failed',
      publishingProfile: { excludeFromLatest: false },
    });
    const operation = await arm.send('GET', (headers.get('azure-asyncoperation') ?? '').slice(arm.url.length));
    expect(operation.body).toMatchObject({ status: 'Failed', error: { code: 'InternalServerError' } });
  });
});
