import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { acceptRequest } from '../../../shared/workflow/acceptRequest.ts';
import { askInstance } from '../../../shared/workflow/askInstance.ts';
import { diesAfterAppend } from '../../fakes/diesAfterAppend.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';

const two = ['westeurope', 'northeurope'];
const reason = 'CVE-2026-1234';
const both = { westeurope: '1.0.1', northeurope: '1.0.1' };

let world: World;
beforeEach(async () => {
  world = new World();
  world.policyFile.text = `${enforce}drift: { flags: undo }\n`;
  for (const version of ['1.0.0', '1.0.1']) {
    world.galleries.create(ubuntu, version, { sourceId: 'healthy', excludeFromLatest: true, regions: two });
    await world.run();
  }
});

const edit = async (version: string, how: (found: ImageVersion) => void) => {
  world.galleries.edit(ubuntu, version, how);
  await world.run();
};
const setFlag = (name: string, excludeFromLatest: boolean) => (found: ImageVersion) => {
  found.excludeFromLatest &&= excludeFromLatest;
  for (const region of found.targetRegions) if (region.name === name) region.excludeFromLatest = excludeFromLatest;
};
const told = () => world.announced().filter((each) => /stopped|shownByHand|handEditUndone/.test(each));

describe('a policy that undoes what is done by hand to the flags of a version that passed', () => {
  it('shows it again where it was hidden, and says so; the same a second time is told, and left', async () => {
    await edit('1.0.1', setFlag('westeurope', true));
    expect(world.latest()).toEqual(both);
    expect(told()).toEqual(['1.0.1 stopped', '1.0.1 handEditUndone']);

    const writes = world.galleries.writes.length;
    await edit('1.0.1', setFlag('westeurope', true));
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.1' });
    expect(told()).toEqual(['1.0.1 stopped', '1.0.1 handEditUndone', '1.0.1 stopped']);
    expect(world.galleries.writes).toHaveLength(writes);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });

  it('shows it again where it was hidden everywhere, and another change is undone too', async () => {
    await edit('1.0.1', setFlag('westeurope', true));
    await edit('1.0.1', (found) => {
      found.excludeFromLatest = true;
    });

    expect(world.latest()).toEqual(both);
    expect(world.openMarkers()).toEqual([]);
  });

  it('hides it again where it was shown after a rollback, and shows nothing against the pin', async () => {
    await world.ask({ type: 'rollbackRequested', version: '1.0.0', reason, regions: ['westeurope'] });
    await world.run();
    await edit('1.0.1', setFlag('westeurope', false));
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.1' });

    await edit('1.0.0', setFlag('westeurope', true));
    expect(world.latest()).toEqual({ northeurope: '1.0.1' });
  });

  it('takes the last good version from no region', async () => {
    await edit('1.0.1', (found) => {
      found.targetRegions.push({ name: 'uksouth' });
      found.replication = { ...found.replication, uksouth: 'Completed' };
    });

    expect(world.latest()).toMatchObject({ uksouth: '1.0.1' });
    expect(told()).toEqual(['1.0.1 shownByHand']);
  });

  it('lets a release that was stopped between its rings go on', async () => {
    world.policyFile.text += 'release: { rings: [{ regions: [westeurope], soakHours: 24 }, {}] }\n';
    world.galleries.create(ubuntu, '1.0.2', { sourceId: 'healthy', excludeFromLatest: true, regions: two });
    await world.run({ forMs: 3_600_000 });
    world.galleries.edit(ubuntu, '1.0.2', setFlag('westeurope', true));
    await world.run({ forMs: 30 * 3_600_000 });

    expect(world.latest()).toEqual({ westeurope: '1.0.2', northeurope: '1.0.2' });
  });

  it('is overtaken by a quarantine that is ordered while it is written', async () => {
    const writeFlags = world.galleries.writeFlags.bind(world.galleries);
    let asked = false;
    world.galleries.writeFlags = async (definition, version, plan) => {
      await writeFlags(definition, version, plan);
      if (asked) return;
      asked = true;
      const fact = { type: 'quarantineRequested' as const, version: '1.0.1', reason };
      await acceptRequest(world.ports, { definition: ubuntu, id: 'quarantine', actor: 'operator-1', fact });
    };
    await edit('1.0.1', setFlag('westeurope', true));

    expect(asked).toBe(true);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.0' });
    expect(world.types('1.0.1')).toContain('withdrawn');
    expect(world.openMarkers()).toEqual([]);
  });

  it('waits for the end of a pause, and undoes then what is still there of it', async () => {
    await world.ask({ type: 'pauseRequested', reason });
    await edit('1.0.1', setFlag('westeurope', true));
    expect(told()).toEqual(['1.0.1 stopped']);
    expect(world.latest()).toEqual({ westeurope: '1.0.0', northeurope: '1.0.1' });

    await world.ask({ type: 'resumeRequested', reason });
    await world.run();
    expect(world.latest()).toEqual(both);
    expect(told()).toEqual(['1.0.1 stopped', '1.0.1 handEditUndone']);
    expect(world.openMarkers()).toEqual([]);
  });

  it('waits for the end of a pause of everything, too', async () => {
    const ask = (kind: 'pause' | 'resume') =>
      askInstance(world.ports, { kind, reason }, { actor: 'operator-1', requestId: kind });
    await ask('pause');
    await edit('1.0.1', setFlag('westeurope', true));
    await ask('resume');
    await world.run();

    expect(world.latest()).toEqual(both);
    expect(world.openMarkers()).toEqual([]);
  });

  it.each([true, false])('leaves alone what was taken back by hand, in a pause (%s)', async (inPause) => {
    if (inPause) await world.ask({ type: 'pauseRequested', reason });
    // The policy has undone it once, or waits for the end of the pause.
    for (let times = 0; times < 2; times += 1) await edit('1.0.1', setFlag('westeurope', true));
    await edit('1.0.1', setFlag('westeurope', false));
    if (inPause) await world.ask({ type: 'resumeRequested', reason });
    await world.run();

    expect(world.latest()).toEqual(both);
    expect(world.openMarkers()).toEqual([]);
  });

  it('tells of the second of two changes of one pause after it, and undoes it too', async () => {
    await world.ask({ type: 'pauseRequested', reason });
    await edit('1.0.1', setFlag('westeurope', true));
    await edit('1.0.1', setFlag('northeurope', true));
    expect(told()).toEqual(['1.0.1 stopped']);
    await world.ask({ type: 'resumeRequested', reason });
    await world.run();

    expect(world.latest()).toEqual(both);
    const stopped = world.entriesOf('1.0.1').flatMap(({ fact }) => (fact.type === 'releaseStopped' ? [fact] : []));
    expect(stopped.map(({ hiddenIn }) => hiddenIn)).toEqual([['westeurope'], ['northeurope']]);
    expect(told()).toEqual(['1.0.1 stopped', '1.0.1 handEditUndone', '1.0.1 stopped', '1.0.1 handEditUndone']);
    expect(world.openMarkers()).toEqual([]);
  });

  it.each(['leave', 'undo'])(
    'with drift "%s": tells of a change of another version in the same pause at once',
    async (flags) => {
      world.policyFile.text = `${enforce}drift: { flags: ${flags} }\n`;
      await world.ask({ type: 'pauseRequested', reason });
      await edit('1.0.1', setFlag('westeurope', true));
      await edit('1.0.0', setFlag('westeurope', true));

      expect(told()).toEqual(['1.0.1 stopped', '1.0.0 stopped']);
      if (flags === 'undo') return;
      await edit('1.0.1', setFlag('northeurope', true));
      expect(told()).toEqual(['1.0.1 stopped', '1.0.0 stopped', '1.0.1 stopped']);
    },
  );

  it('leaves a version as it is that was adopted, and undoes once it is taken in', async () => {
    world = new World();
    world.galleries.onChange = () => undefined;
    world.policyFile.text = `${enforce}drift: { flags: undo }\n`;
    world.galleries.create(ubuntu, '0.9.0', { sourceId: 'healthy', createdAt: '2026-01-01T00:00:00.000Z' });
    await world.run();
    const hide = (hidden: boolean) =>
      edit('0.9.0', (found) => {
        found.excludeFromLatest = hidden;
      });
    await hide(true);
    expect(world.latest()).toEqual({});
    expect(world.galleries.writes).toEqual([]);
    await hide(false);

    await world.ask({ type: 'takeInRequested', version: '0.9.0', reason });
    await world.run();
    await hide(true);

    expect(world.latest()).toEqual({ westeurope: '0.9.0' });
    expect(told()).toEqual(['0.9.0 stopped', '0.9.0 handEditUndone']);
  });

  it('goes on after a worker died between the two logs', async () => {
    world.wrap = diesAfterAppend();
    await edit('1.0.1', setFlag('westeurope', true));

    expect(world.latest()).toEqual(both);
    expect(told()).toEqual(['1.0.1 stopped', '1.0.1 handEditUndone']);
  });
});
