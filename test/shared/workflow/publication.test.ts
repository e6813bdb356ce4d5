import { beforeEach, describe, expect, it } from 'vitest';
import { ubuntu, World } from '../../fakes/world.ts';

describe('the way of one version', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('publishes a version whose checks pass, and leaves nothing behind', async () => {
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.types('1.0.0')).toEqual([
      'versionDetected',
      'held',
      'launchIntended',
      'launchAccepted',
      'agentReady',
      'checksIntended',
      'checksStarted',
      'evidenceSaved',
      'smokeTestFinished',
      'vmDeletionIntended',
      'verdictReached',
      'vmDeletionAccepted',
      'publishIntended',
      'galleryWriteAccepted',
      'published',
      'vmGone',
    ]);
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.exposed.size).toBe(0);
    expect(world.openMarkers()).toEqual([]);
    expect(world.brokenChains()).toEqual([]);
  });
});
