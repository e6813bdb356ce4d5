import { beforeAll, describe, expect, it } from 'vitest';
import type { Announcement } from '../../../../shared/domain/announcements/announcement.ts';
import { versionResourceId } from '../../../../shared/domain/ids.ts';
import { enforce, ubuntu, World } from '../../../fakes/world.ts';

const direct = `${ubuntu.subscriptionId}-${ubuntu.gallery.toUpperCase()}`;
const always = ['actor', 'auditEntry', 'cause', 'severity', 'summary'];
const ofDefinition = [...always, 'gallery', 'image', 'imageDefinitionId', 'links'];
const ofVersion = [...ofDefinition, 'evidence', 'imageVersionId', 'osType', 'regions', 'sharedIds', 'version'];
const next = [...ofVersion, 'replacements'];
const passed = [...ofVersion, 'outcome'];

/** What happens to an image of a shared gallery, and what of it is told: of each type the last time. */
const told = new Map<string, Announcement>();
let world: World;
beforeAll(async () => {
  world = new World();
  world.galleries.sharing = { direct };
  world.policyFile.text = `${enforce}lifecycle: { endOfLife: { afterDays: 5, supersededAfterDays: 3, warnDays: [1] } }\n`;
  world.guests.broken = { exitStatus: 3 };
  const create = async (version: string, sourceId = 'healthy') => {
    world.galleries.create(ubuntu, version, { sourceId, excludeFromLatest: true });
    await world.run({ forMs: 3_600_000 });
  };
  await create('1.0.0');
  await create('1.0.1');
  await create('1.0.2', 'broken');
  await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason: 'slow disks' });
  await world.ask({ type: 'resumeRequested', reason: 'repaired' });
  await world.ask({ type: 'pauseRequested', reason: 'change freeze' });
  await world.ask({ type: 'resumeRequested', reason: 'over' });
  await world.ask({ type: 'overrideRequested', version: '1.0.2', reason: 'known', ticket: 'T-1' });
  for (let days = 0; days < 6; days += 1) {
    await world.run({ forMs: 24 * 3_600_000 - 400_000, sweeps: false });
    await world.run({ forMs: 400_000 });
  }
  world.policyFile.text = 'mode: wrong';
  await world.run({ forMs: 3_600_000 });
  for (const each of world.announcements.onTopic.values()) told.set(each.type.split('.').slice(1, 3).join('.'), each);
});

const region = ',westeurope,';
/** Severity, outcome and regions among the properties, and all members of the data. */
describe('of an image of a shared gallery', () => {
  it.each<[string, string, string, string, string[]]>([
    ['imageDefinition.detected', 'info', '', '', [...ofDefinition, 'sharedIds', 'takenInChargeAt']],
    ['imageDefinition.paused', 'warning', '', '', [...ofDefinition, 'reason', 'sharedIds']],
    ['imageDefinition.resumed', 'info', '', '', [...ofDefinition, 'reason', 'sharedIds']],
    [
      'imageDefinition.rolledBack',
      'critical',
      '',
      region,
      [...ofDefinition, 'imageVersionId', 'reason', 'replacements', 'sharedIds', 'version'],
    ],
    ['imageVersion.detected', 'info', '', '', [...ofVersion, 'mode', 'policyHash', 'visible']],
    ['imageVersion.held', 'info', '', '', [...ofVersion, 'exposedSeconds', 'how']],
    ['smokeTest.started', 'info', '', region, [...ofVersion, 'attempt', 'region', 'vmSize', 'why']],
    ['smokeTest.finished', 'info', 'failed', '', [...passed, 'attempt', 'reason', 'verdict']],
    ['imageVersion.candidate', 'info', 'passed', '', [...passed, 'reason', 'verdict']],
    ['imageVersion.published', 'info', 'passed', region, [...passed, 'notAvailableIn', 'supersedes']],
    ['imageVersion.quarantined', 'warning', 'failed', '', [...next, 'outcome', 'reason']],
    ['imageVersion.withdrawn', 'critical', '', region, [...next, 'reason', 'remainsIn', 'why']],
    ['imageVersion.endOfLifeSet', 'info', '', '', [...next, 'by', 'endOfLife', 'why']],
    ['imageVersion.endOfLifeRestored', 'info', '', '', [...ofVersion, 'endOfLife', 'was']],
    ['imageVersion.endOfLifeNear', 'warning', '', '', [...ofVersion, 'days', 'endOfLife']],
    ['imageVersion.retired', 'warning', '', '', [...ofVersion, 'endOfLife', 'remainsIn']],
    ['policy.refused', 'critical', '', '', [...always, 'content', 'problems']],
    ['audit.manifest', 'info', '', '', [...always, 'day', 'digest']],
  ])('%s has its members', (name, severity, outcome, regions, members) => {
    const { data, properties } = told.get(name) ?? expect.fail(`it is not told, but ${[...told.keys()].join()}`);

    expect(Object.keys(data).sort()).toEqual(members.sort());
    expect(properties).toMatchObject({ severity, outcome, regions });
  });

  it('a publication names gallery, image, version and system in its properties, and its ids and evidence in its data', () => {
    const id = versionResourceId(ubuntu, '1.0.1');
    const published = told.get('imageVersion.published');

    expect(published).toMatchObject({
      subject: id,
      properties: { gallery: 'corpgallery', image: 'ubuntu-2404', version: '1.0.1', os: 'linux' },
      data: {
        summary: 'corpGallery/ubuntu-2404 1.0.1 is published in westeurope',
        actor: 'service',
        imageVersionId: id,
        sharedIds: { direct: `/SharedGalleries/${direct}/Images/ubuntu-2404/Versions/1.0.1` },
        evidence: expect.arrayContaining([
          { path: expect.any(String), sha256: expect.any(String), bytes: expect.any(Number) },
        ]),
      },
    });
  });

  it('the first sight of an image definition is told by operating system, and under the ids of its gallery', () => {
    expect(told.get('imageDefinition.detected')).toMatchObject({
      properties: { image: 'ubuntu-2404', os: 'linux' },
      data: { sharedIds: { direct: `/SharedGalleries/${direct}/Images/ubuntu-2404` } },
    });
  });

  it('a rollback links to the version that is to be used again', () => {
    const imageVersionId = versionResourceId(ubuntu, '1.0.0');

    expect(told.get('imageDefinition.rolledBack')?.data).toMatchObject({
      version: '1.0.0',
      imageVersionId,
      replacements: [
        {
          version: '1.0.0',
          imageVersionId,
          regions: ['westeurope'],
          link: `/api/entries?id=${encodeURIComponent(imageVersionId)}`,
        },
      ],
    });
  });
});
