import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gallery, makeDefinition, startTestArm, type TestArm } from '../startTestArm.ts';

describe('a gallery', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
  });
  afterEach(() => arm.stop());

  const patch = async (sharingProfile: object) => {
    await arm.call('PATCH', gallery, { properties: { sharingProfile } });
    await arm.clock.advance(60_000);
  };
  const share = async (body: object) => {
    const reply = await arm.call('POST', `${gallery}/share`, body);
    await arm.clock.advance(60_000);
    return reply;
  };
  const profile = async (query = '?$select=Permissions') =>
    (await arm.call('GET', `${gallery}${query}`)).body.properties.sharingProfile;
  const one = { type: 'Subscriptions', ids: ['one'] };

  it('is private, and its unique name is its subscription and its name in capitals', async () => {
    const { body } = await arm.call('GET', gallery);

    expect(body.properties.identifier.uniqueName).toMatch(/^[0-9a-f-]{36}-CORP$/);
    expect(body.properties).not.toHaveProperty('sharingProfile');
    expect(await profile()).toEqual({ permissions: 'Private' });
  });

  it('is shared with subscriptions once its permissions are Groups, and tells them to who selects permissions', async () => {
    expect((await share({ operationType: 'Add', groups: [one] })).status).toBe(400);
    await patch({ permissions: 'Groups' });
    await share({ operationType: 'Add', groups: [one] });
    await share({ operationType: 'Add', groups: [{ type: 'Subscriptions', ids: ['two'] }] });
    await share({ operationType: 'Remove', groups: [one] });

    expect(await profile()).toEqual({ permissions: 'Groups', groups: [{ type: 'Subscriptions', ids: ['two'] }] });
    expect(await profile('')).toEqual({ permissions: 'Groups' });
  });

  it('gets its public name from Azure, and keeps it through a write that leaves it out', async () => {
    const communityGalleryInfo = { publicNamePrefix: 'corp', publisherContact: 'a@b.c', eula: 'none' };
    await patch({ permissions: 'Community', communityGalleryInfo });
    await share({ operationType: 'EnableCommunity' });
    const { publicNames } = (await profile()).communityGalleryInfo;
    await patch({ permissions: 'Community', communityGalleryInfo });

    expect(publicNames).toEqual([expect.stringMatching(/^corp-[0-9a-f-]{36}$/)]);
    expect((await profile()).communityGalleryInfo).toMatchObject({ communityGalleryEnabled: true, publicNames });
    await share({ operationType: 'Reset' });
    expect(await profile()).toEqual({ permissions: 'Private' });
  });
});
