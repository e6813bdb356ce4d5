import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageDefinitionId } from '../../../shared/domain/ids.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const gen1: ImageDefinitionId = { ...ubuntu, image: 'ubuntu-2404-gen1' };
const arm64: ImageDefinitionId = { ...ubuntu, image: 'ubuntu-2404-arm64' };
const members = [ubuntu, gen1, arm64];
const reason = 'CVE-2026-1234';

let world: World;
beforeEach(() => {
  world = new World();
  world.guests.broken = { exitStatus: 1 };
  world.galleries.createDefinition(gen1);
  world.galleries.createDefinition(arm64);
  world.policyFile.text = `${enforce}groups: [{ name: noble, images: [${members.map(({ image }) => image).join(', ')}] }]\n`;
});

const create = (definition: ImageDefinitionId, version: string, sourceId = 'healthy') =>
  world.galleries.create(definition, version, { sourceId, excludeFromLatest: true });
const latest = () => members.map((member) => world.latest(member).westeurope ?? 'none');
const announced = (of: ImageDefinitionId, type: string) =>
  [...world.announcements.onTopic.values()].filter(
    (each) => each.type === `imprimatur.imageVersion.${type}.v1` && each.properties.image === of.image,
  );
async function publishAll(version: string): Promise<void> {
  for (const member of members) create(member, version);
  await world.run({ forMs: 600_000, sweeps: false });
}

describe('a group of image definitions', () => {
  it('starts no member before all of them have passed, and then publishes all without a sweep', async () => {
    create(ubuntu, '1.0.0');
    create(gen1, '1.0.0');
    await world.run({ forMs: 900_000, sweeps: false });
    expect(latest()).toEqual(['none', 'none', 'none']);
    expect(announced(ubuntu, 'waiting').at(-1)?.data.summary).toBe(
      'corpGallery/ubuntu-2404 1.0.0 is not published further: the group noble is published all or none: ubuntu-2404-arm64 is missing',
    );

    create(arm64, '1.0.0');
    await world.run({ forMs: 900_000, sweeps: false });

    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    expect(world.openMarkers()).toEqual([]);
  });

  it('publishes none where one fails, and a later number is not held up by that', async () => {
    await publishAll('1.0.0');
    create(ubuntu, '1.0.1');
    create(gen1, '1.0.1', 'broken');
    create(arm64, '1.0.1');
    await world.run({ forMs: 900_000, sweeps: false });
    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    expect(String(announced(arm64, 'waiting').at(-1)?.data.reason)).toContain('ubuntu-2404-gen1 failed');

    await publishAll('1.0.2');

    expect(latest()).toEqual(['1.0.2', '1.0.2', '1.0.2']);
  });

  const says = async (answer: 'veto' | 'approve', member: ImageDefinitionId) => {
    const asked = { type: 'answerRequested' as const, version: '1.0.0', answer, team: 'web', reason };
    expect((await world.ask(asked, 'team-web', member)).outcome).toBe('accepted');
  };

  it('is held as a whole by the veto of a team on one member, and goes on when the veto is taken back', async () => {
    world.policyFile.text += 'release: { gates: { teams: [web] } }\n';
    await publishAll('1.0.0');
    await says('veto', gen1);
    for (const member of [ubuntu, arm64]) await says('approve', member);
    await world.run({ forMs: 900_000 });

    expect(latest()).toEqual(['none', 'none', 'none']);
    expect(String(announced(arm64, 'waiting').at(-1)?.data.reason)).toContain('ubuntu-2404-gen1 is vetoed');

    await says('approve', gen1);
    await world.run({ forMs: 120_000, sweeps: false });
    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  it('starts no member before the approval of each, and says of every member whose it is', async () => {
    world.policyFile.text += 'release: { gates: { approval: required } }\n';
    await publishAll('1.0.0');
    const approve = { type: 'answerRequested' as const, version: '1.0.0', answer: 'approve' as const, reason };
    expect(String(announced(gen1, 'waiting').at(-1)?.data.reason)).toBe('waits for the approval of an operator');
    for (const member of [ubuntu, arm64]) await world.ask(approve, 'operator-1', member);
    await world.run({ forMs: 900_000 });

    expect(latest()).toEqual(['none', 'none', 'none']);
    expect(announced(ubuntu, 'waiting').at(-1)?.data.reason).toBe(
      'the group noble is published all or none: ubuntu-2404-gen1 waits for an approval or an answer',
    );

    await world.ask(approve, 'operator-1', gen1);
    await world.run({ forMs: 120_000, sweeps: false });
    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  it('goes by the rules of each member: one that needs no approval waits for one that does', async () => {
    world.policyFile.text += `rules:
  - { name: arm, match: { image: ${arm64.image} }, release: { gates: { teams: [web], answerHours: 1 } } }\n`;
    await publishAll('1.0.0');
    expect(latest()).toEqual(['none', 'none', 'none']);
    expect(String(announced(gen1, 'waiting').at(-1)?.data.reason)).toContain('ubuntu-2404-arm64 waits for');
    // Silence means no, for all of them, and a later number is not held up by that.
    await world.run({ forMs: 2 * 3_600_000 });
    expect(latest()).toEqual(['none', 'none', 'none']);
    expect(announced(arm64, 'waiting').at(-1)?.data.reason).toContain('silence means no');

    await publishAll('1.0.1');
    await world.ask(
      { type: 'answerRequested', version: '1.0.1', answer: 'approve', team: 'web', reason },
      'web',
      arm64,
    );
    await world.run({ forMs: 120_000, sweeps: false });
    expect(latest()).toEqual(['1.0.1', '1.0.1', '1.0.1']);
  });

  it.each(['test', 'observe'])(
    'publishes none that has a member in mode %s, nor by itself when the mode is enforce later',
    async (mode) => {
      const rule = `rules: [{ name: arm, match: { image: ${arm64.image} }, mode: ${mode} }]\n`;
      world.policyFile.text += rule;
      await publishAll('1.0.0');
      await world.run({ forMs: 900_000 });
      expect(latest()).toEqual(['none', 'none', 'none']);
      expect(announced(gen1, 'waiting').at(-1)?.data.reason).toBe(
        'the group noble is published all or none: ubuntu-2404-arm64 was seen in a mode that publishes nothing',
      );

      world.policyFile.text = String(world.policyFile.text).replace(rule, '');
      await world.run({ forMs: 900_000 });
      expect(latest()).toEqual(['none', 'none', 'none']);
      if (mode === 'observe') return;

      await world.ask({ type: 'publishRequested', version: '1.0.0', reason }, 'operator-1', arm64);
      await world.run({ forMs: 900_000 });
      expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    },
  );

  it('publishes none when the mode of a member that passed is lowered, though nobody has looked at that one since', async () => {
    world.policyFile.text += `release: { gates: { approval: required } }\n`;
    await publishAll('1.0.0');
    const approve = { type: 'answerRequested' as const, version: '1.0.0', answer: 'approve' as const, reason };
    for (const member of [arm64, ubuntu]) await world.ask(approve, 'operator-1', member);
    world.policyFile.text += `rules: [{ name: arm, match: { image: ${arm64.image} }, mode: test }]\n`;
    await world.ask(approve, 'operator-1', gen1);
    await world.run({ forMs: 900_000 });

    expect(latest()).toEqual(['none', 'none', 'none']);
  });

  it('goes on by itself when an expedited member needs no answer any more', async () => {
    world.policyFile.text += `rules:
  - { name: arm, match: { image: ${arm64.image} }, release: { gates: { teams: [web] } } }\n`;
    await publishAll('1.0.0');
    await world.ask({ type: 'expediteRequested', version: '1.0.0', reason, ticket: 'INC-1' }, 'operator-1', arm64);
    await world.run({ forMs: 60_000, sweeps: false });

    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  it('lets a release that has begun go on when the policy asks for approvals later', async () => {
    const regions = ['westeurope', 'northeurope'];
    const rings = 'rings: [{ regions: [westeurope], soakHours: 1 }, {}]';
    world.policyFile.text += `release: { ${rings} }\n`;
    for (const member of members)
      world.galleries.create(member, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions });
    await world.run({ forMs: 600_000 });
    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);

    world.policyFile.text = String(world.policyFile.text).replace(rings, `${rings}, gates: { approval: required }`);
    await world.run({ forMs: 2 * 3_600_000 });

    expect(members.map((member) => world.latest(member).northeurope)).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  it('lets the last member follow those that have begun, though they would need an approval by now', async () => {
    const rings = 'rings: [{ regions: [westeurope], soakHours: 48 }, {}], lateRegions: wait';
    world.policyFile.text += `release: { ${rings} }\n`;
    const regions = ['westeurope', 'northeurope'];
    for (const member of [ubuntu, gen1])
      world.galleries.create(member, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions });
    const failsIn = ['westeurope'];
    world.galleries.create(arm64, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions, failsIn });
    await world.run({ forMs: 900_000 });
    expect(latest()).toEqual(['1.0.0', '1.0.0', 'none']);

    world.policyFile.text = String(world.policyFile.text).replace(rings, `${rings}, gates: { approval: required }`);
    await world.ask({ type: 'answerRequested', version: '1.0.0', answer: 'approve', reason }, 'operator-1', arm64);
    world.galleries.edit(arm64, '1.0.0', (version) => {
      version.replication = { westeurope: 'Completed', northeurope: 'Completed' };
    });
    await world.run({ forMs: 900_000 });

    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  it('begins no further ring while a team vetoes one member', async () => {
    const regions = ['westeurope', 'northeurope'];
    world.policyFile.text += `release: { rings: [{ regions: [westeurope], soakHours: 1 }, {}], gates: { teams: [web] } }\n`;
    for (const member of members)
      world.galleries.create(member, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true, regions });
    await world.run({ forMs: 600_000 });
    for (const member of members) await says('approve', member);
    await world.run({ forMs: 600_000 });
    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);

    await says('veto', gen1);
    await world.run({ forMs: 2 * 3_600_000 });

    expect(members.map((member) => world.latest(member).northeurope ?? 'none')).toEqual(['none', 'none', 'none']);
  });

  it('keeps an older number in latest while a newer one waits for its other members', async () => {
    for (const member of members) create(member, '1.0.0');
    create(ubuntu, '1.0.1');
    await world.run({ forMs: 900_000, sweeps: false });

    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  it('rolls the others back when one is quarantined later, and says so', async () => {
    await publishAll('1.0.0');
    await publishAll('1.0.1');

    await world.ask({ type: 'quarantineRequested', version: '1.0.1', reason }, 'operator-1', gen1);
    await world.run({ forMs: 600_000, sweeps: false });

    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    expect(announced(ubuntu, 'groupFailed')).toHaveLength(1);
    expect(announced(ubuntu, 'withdrawn')[0]?.data).toMatchObject({ why: 'group', regions: ['westeurope'] });
    await world.run();
    expect(world.openMarkers()).toEqual([]);
    expect(announced(arm64, 'groupFailed')).toHaveLength(1);
  });

  it('asks where no earlier good version stands, and goes on by itself when one does', async () => {
    await publishAll('1.0.0');

    await world.ask({ type: 'quarantineRequested', version: '1.0.0', reason }, 'operator-1', gen1);
    await world.run({ forMs: 900_000 });

    expect(latest()).toEqual(['1.0.0', 'none', '1.0.0']);
    expect(String(announced(ubuntu, 'needsAttention')[0]?.data.reason)).toContain(
      'nothing else would be latest in westeurope',
    );
    await publishAll('1.0.1');
    await world.run({ forMs: 900_000 });
    expect(latest()).toEqual(['1.0.1', '1.0.1', '1.0.1']);
    expect(announced(ubuntu, 'withdrawn')).toHaveLength(1);
  });

  it('publishes none by an order either while a member has failed; when its quarantine is lifted, all come back', async () => {
    await publishAll('1.0.0');
    await publishAll('1.0.1');
    await world.ask({ type: 'quarantineRequested', version: '1.0.1', reason }, 'operator-1', gen1);
    await world.run({ forMs: 120_000 });
    for (const member of [ubuntu, arm64])
      await world.ask({ type: 'publishRequested', version: '1.0.1', reason: 'all is well' }, 'operator-1', member);
    await world.run({ forMs: 900_000 });
    expect(latest()).toEqual(['1.0.0', '1.0.0', '1.0.0']);

    await world.ask({ type: 'liftRequested', version: '1.0.1', reason: 'a false alarm' }, 'operator-1', gen1);
    await world.run();

    expect(latest()).toEqual(['1.0.1', '1.0.1', '1.0.1']);
  });
});
