import { describe, expect, it } from 'vitest';
import { foldDefinition } from '../../../shared/domain/definitionState.ts';
import { isHidden } from '../../../shared/domain/imageVersion.ts';
import { foldIncarnation } from '../../../shared/domain/incarnationState.ts';
import { definitionLog, incarnationLog } from '../../../shared/workflow/log.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';

type Edit = {
  atMs: number;
  patch: number;
  kind: 'show' | 'hide' | 'delete' | 'recreate' | 'addRegion';
  source: string;
};

const edits: fc.Arbitrary<Edit> = fc.record({
  atMs: fc.integer({ min: 0, max: 400_000 }),
  patch: fc.integer({ min: 0, max: 1 }),
  kind: fc.constantFrom('show', 'hide', 'delete', 'recreate', 'addRegion'),
  source: fc.constantFrom('healthy', 'broken', 'mute'),
});

function apply({ galleries }: World, { patch, kind, source }: Edit): void {
  const number = `1.0.${patch}`;
  const exists = galleries.all().some(({ version }) => version.version === number);
  if (kind === 'recreate' || kind === 'delete') {
    if (exists) galleries.remove(ubuntu, number);
    if (kind === 'recreate') galleries.create(ubuntu, number, { sourceId: source });
  } else if (exists) {
    galleries.edit(ubuntu, number, (version) => {
      if (kind === 'addRegion') version.targetRegions.push({ name: `r${version.targetRegions.length}` });
      else {
        version.excludeFromLatest = kind === 'hide';
        for (const region of version.targetRegions) region.excludeFromLatest = kind === 'hide';
      }
    });
  }
}

/** Versions that are visible although their incarnation did not pass. */
async function untested(world: World): Promise<string[]> {
  const { entries } = await world.auditLogs.read(definitionLog(world.key()));
  const { versions } = foldDefinition(entries);
  const bad: string[] = [];
  for (const { version } of world.galleries.all()) {
    const known = versions[version.version];
    const log = known?.kind === 'examined' ? incarnationLog(world.key(), known.incarnation) : '';
    const state = foldIncarnation((await world.auditLogs.read(log)).entries);
    if (!isHidden(version) && state?.verdict?.verdict !== 'passed') bad.push(version.version);
  }
  return bad;
}

describe('whatever people do to the versions by hand', () => {
  it('invariant 1, never visible untested: in the end none is visible that did not pass, and nothing is left behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { maxLength: 8 }), async (all) => {
        const world = new World();
        world.galleries.onChange = () => undefined;
        world.policyFile.text = `${enforce}replicationLimitHours: 0.2\n`;
        world.guests.broken = { exitStatus: 3 };
        world.guests.mute = { answer: '' };
        world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
        world.galleries.create(ubuntu, '1.0.1', { sourceId: 'broken', excludeFromLatest: true });
        for (const edit of all) world.time.after(edit.atMs, () => apply(world, edit));

        await world.run();

        expect(await untested(world)).toEqual([]);
        expect(world.smokeTestVms.vms.size).toBe(0);
        expect(world.openMarkers()).toEqual([]);
        expect(world.brokenChains()).toEqual([]);
        expect(world.galleries.writes.length).toBeLessThan(40);
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});
