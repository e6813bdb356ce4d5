import { type FlagPlan, offersIn, withPlan } from '../../../shared/domain/flagPlan.ts';
import type { ImageDefinitionId } from '../../../shared/domain/ids.ts';
import {
  type ImageVersion,
  isHidden,
  isOfferedIn,
  offeredRegions,
  replicatedRegions,
} from '../../../shared/domain/imageVersion.ts';
import type { Birth } from '../births.ts';
import type { Check, Scene } from '../checker.ts';
import { keyOf } from '../definitions.ts';
import type { Life } from '../lives.ts';

/**
 * Regions in which a good version is offered and replicated, before the write that is under way. Those in which somebody has
 * shown the version since it was read for this write are none of them: Azure takes no condition (invariant 9).
 */
let goodBefore: string[] = [];

/** A write has its intent, offers no more than was intended, and never the untested. */
export const galleryChecks: Check = {
  before: {
    'galleries.writeFlags': (scene, [definition, version, plan]) => {
      const { trail, memory, fail } = scene;
      const key = keyOf(definition);
      const read = memory.lastRead(key, version);
      const life = read && trail.lifeOf(scene.births.find(key, version, read));
      const name = `${definition.image} ${version}`;
      goodBefore = goodRegions(scene, definition, read);
      const birth = birthOf(scene, definition, version);
      // Created anew between the last look and the write: what it does is closed with the next write.
      if (birth && life?.birth !== birth && !isHidden(withPlan(birth.seen, plan))) birth.exposedBy = 'late write';
      if (!life) {
        fail('audit first', `${name} is written, and no log knows it`);
        return;
      }
      if (JSON.stringify(life.intent?.plan) !== JSON.stringify(plan))
        fail('audit first', `${name} is written otherwise than intended`);
      if (life.mode !== 'enforce' && !life.ordered) fail('mode', `${name} is written in mode ${life.mode}`);
      if (read && life.birth === birth) checkHands(life, read, plan, fail);
    },
  },
  after: {
    'galleries.getVersion': ({ memory }, [definition, version], seen) => memory.noteRead(definition, version, seen),
    'galleries.writeFlags': (scene, [definition, version]) => {
      const birth = birthOf(scene, definition, version);
      if (birth) checkWritten(scene, definition, birth);
      scene.memory.noteWrite(definition, version);
    },
  },
};

/** What hides a version everywhere has the right to, and so has a write in the regions that it is for. */
function checkHands({ intent, birth, version }: Life, read: ImageVersion, plan: FlagPlan, fail: Scene['fail']): void {
  const { type, regions } = intent ?? { type: '', regions: [] };
  if (/^(hold|quarantine)Intended$/.test(type)) return;
  if (type === 'withdrawalIntended' && regions.length === 0) return;
  const concerned = type === 'replicationIntended' ? [] : regions;
  for (const [region, isOffered] of birth?.byHand ?? []) {
    const becomes = offersIn(plan, region);
    // What was changed after it was read for this write is not known to it.
    if (becomes === isOffered || concerned.includes(region) || isOfferedIn(read, region) !== isOffered) continue;
    fail(
      'nobody is overwritten',
      `${version} was ${isOffered ? 'shown' : 'hidden'} by hand in ${region}, against ${type}`,
    );
  }
}

function checkWritten(scene: Scene, definition: ImageDefinitionId, birth: Birth): void {
  const { trail, memory, fail } = scene;
  const read = memory.lastRead(birth.key, birth.version);
  const life = read && trail.lifeOf(scene.births.find(birth.key, birth.version, read));
  const name = `${definition.image} ${birth.version}`;
  if (life?.birth !== birth) return;
  delete birth.exposedBy;
  for (const [region, isOffered] of birth.byHand)
    if (isOfferedIn(birth.seen, region) !== isOffered) birth.byHand.delete(region);
  if (!life.everGood && !isHidden(birth.seen)) fail('never visible untested', `${name} is offered by a write`);
  if (life.everGood) checkOffer(scene, life, birth, name);
  const lost = goodBefore.filter((region) => !goodRegions(scene, definition).includes(region));
  if (lost.length > 0 && !life.withdrawn) fail('the last good version stays', `${name} is taken from ${lost}`);
}

function checkOffer({ fail }: Scene, life: Life, { seen }: Birth, name: string): void {
  if (life.intent?.type === 'withdrawalIntended') return;
  const allowed = new Set([...life.published, ...(life.intent?.type === 'publishIntended' ? life.intent.regions : [])]);
  const surplus = offeredRegions(seen).filter((region) => !allowed.has(region));
  if (surplus.length > 0) fail('ring by ring', `${name} is offered in ${surplus} before its turn`);
}

function birthOf({ azure, births }: Scene, definition: ImageDefinitionId, version: string): Birth | undefined {
  const found = azure.versionsOf(definition).find((each) => each.version.version === version);
  return found && births.of(found.version);
}

function goodRegions({ azure, births, trail }: Scene, definition: ImageDefinitionId, read?: ImageVersion): string[] {
  const good = azure.versionsOf(definition).filter(({ version }) => trail.lifeOf(births.of(version))?.everGood);
  const offeredIn = (version: ImageVersion) => {
    const wasOffered = read?.version === version.version ? offeredRegions(read) : undefined;
    return offeredRegions(version).filter((name) => wasOffered?.includes(name) ?? true);
  };
  return [
    ...new Set(
      good.flatMap(({ version }) => offeredIn(version).filter((name) => replicatedRegions(version).includes(name))),
    ),
  ];
}
