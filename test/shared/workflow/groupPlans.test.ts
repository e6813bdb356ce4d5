import { beforeEach, describe, expect, it } from 'vitest';
import { definitionResourceId, type ImageDefinitionId } from '../../../shared/domain/ids.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from '../api/signedIn.ts';

const gen1: ImageDefinitionId = { ...ubuntu, image: 'ubuntu-2404-gen1' };
const arm64: ImageDefinitionId = { ...ubuntu, image: 'ubuntu-2404-arm64' };
const members = [ubuntu, gen1, arm64];
const reason = 'CVE-2026-1234';
const operator = await signedIn('Imprimatur.Operator');

let world: World;
beforeEach(() => {
  world = new World();
  for (const member of [gen1, arm64]) world.galleries.createDefinition(member);
  world.policyFile.text = `${enforce}groups: [{ name: noble, images: [${members.map(({ image }) => image).join(', ')}] }]\n`;
});

async function publishAll(version: string, of = members): Promise<void> {
  for (const member of of) world.galleries.create(member, version, { sourceId: 'healthy', excludeFromLatest: true });
  await world.run({ forMs: 600_000, sweeps: false });
}
async function plan(kind: string, version: string, of = ubuntu): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ kind, id: `${definitionResourceId(of)}/versions/${version}`, reason });
  const headers = { ...operator, 'content-type': 'application/json' };
  const response = await apiOf(world.ports).request('/api/plans', { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

describe('the plan of a request for a member of a group', () => {
  it('says which other member is missing, and that nothing is published before it has passed', async () => {
    await publishAll('1.0.0');
    await publishAll('1.0.1', [ubuntu, gen1]);

    expect(await plan('publish', '1.0.1')).toMatchObject({
      outcome: 'accepted',
      changes: [],
      group: {
        name: 'noble',
        members: [
          { image: gen1.image, version: '1.0.1', becomes: 'publishedToo' },
          { image: arm64.image, version: '1.0.1', becomes: 'holdsAll' },
        ],
      },
      text: [
        'the group noble is published all or none, and waits:',
        'ubuntu-2404-gen1 1.0.1 passed, and is published as soon as all may be',
        'ubuntu-2404-arm64 1.0.1 is missing: no member is published before it has passed',
      ],
    });
  });

  it('says which other member is in a mode that publishes nothing', async () => {
    world.policyFile.text += `rules: [{ name: arm, match: { image: ${arm64.image} }, mode: test }]\n`;
    await publishAll('1.0.0');

    expect((await plan('publish', '1.0.0')).text).toContain(
      'ubuntu-2404-arm64 1.0.0 was seen in a mode that publishes nothing: no member is published before it may be',
    );
  });

  it('says of an approval which other members are published with it', async () => {
    world.policyFile.text += 'release: { gates: { approval: required } }\n';
    await publishAll('1.0.0');
    for (const member of [gen1, arm64]) {
      expect((await plan('approve', '1.0.0')).text).toContain(
        `${member.image} 1.0.0 waits for an approval or an answer: no member is published before that`,
      );
      await world.ask({ type: 'answerRequested', version: '1.0.0', answer: 'approve', reason }, 'operator-1', member);
    }

    expect((await plan('approve', '1.0.0')).text).toEqual([
      'latest in westeurope: none → 1.0.0',
      'the group noble is published all or none:',
      'ubuntu-2404-gen1 1.0.0 passed, and is published as soon as all may be',
      'ubuntu-2404-arm64 1.0.0 passed, and is published as soon as all may be',
    ]);
  });

  it('says of a rollback that the other members stay as they are', async () => {
    await publishAll('1.0.0');
    await publishAll('1.0.1');

    expect((await plan('rollback', '1.0.0')).text).toEqual([
      'latest in westeurope: 1.0.1 → 1.0.0',
      'the group noble: a rollback concerns the member that it names',
      'ubuntu-2404-gen1 1.0.1 is published, and stays so',
      'ubuntu-2404-arm64 1.0.1 is published, and stays so',
    ]);
  });

  it('says of a quarantine where the other members are rolled back, and where a person is asked', async () => {
    await publishAll('1.0.0', [ubuntu, gen1]);
    world.galleries.create(arm64, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions: ['westeurope'] });
    await world.run({ forMs: 600_000, sweeps: false });
    for (const member of members)
      world.galleries.create(member, '1.0.1', {
        sourceId: 'healthy',
        excludeFromLatest: true,
        regions: ['westeurope', 'northeurope'],
      });
    await world.run({ forMs: 600_000, sweeps: false });

    const planned = await plan('quarantine', '1.0.1', gen1);

    expect(planned.group).toMatchObject({
      members: [
        {
          image: ubuntu.image,
          becomes: 'rolledBack',
          changes: [{ region: 'westeurope', version: '1.0.0', previous: '1.0.1' }],
        },
        { image: arm64.image, becomes: 'rolledBack' },
      ],
    });
    expect(planned.text).toEqual([
      'latest in northeurope: 1.0.1 → none',
      'latest in westeurope: 1.0.1 → 1.0.0',
      'the group noble is published all or none, and this member fails:',
      'ubuntu-2404 1.0.1 is taken out of latest in westeurope; in northeurope nothing else would be latest: a person is asked',
      '  latest in westeurope: 1.0.1 → 1.0.0',
      'ubuntu-2404-arm64 1.0.1 is taken out of latest in westeurope; in northeurope nothing else would be latest: a person is asked',
      '  latest in westeurope: 1.0.1 → 1.0.0',
    ]);
    // The plan is what comes.
    await world.ask({ type: 'quarantineRequested', version: '1.0.1', reason }, 'operator-1', gen1);
    await world.run({ forMs: 600_000, sweeps: false });
    for (const member of [ubuntu, arm64])
      expect(world.latest(member)).toEqual({ westeurope: '1.0.0', northeurope: '1.0.1' });
  });

  it('says nothing of a group where there is none, or nothing happens to a version', async () => {
    await publishAll('1.0.0');

    expect(await plan('retest', '1.0.0')).not.toHaveProperty('group');
    world.policyFile.text = enforce;
    await world.run({ forMs: 600_000 });
    expect(await plan('quarantine', '1.0.0')).not.toHaveProperty('group');
  });
});
