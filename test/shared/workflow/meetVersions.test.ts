import { beforeEach, describe, expect, it } from 'vitest';
import { AdapterError } from '../../../shared/errors.ts';
import { linuxDefinition } from '../../fakes/linuxDefinition.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

describe('a version that is met', () => {
  let world: World;
  let reads: number;
  const readAs = (read: (nth: number) => Promise<typeof linuxDefinition | undefined>) => {
    world.wrap = (ports) => ({
      ...ports,
      galleries: withMethods(ports.galleries, { getDefinition: () => read(++reads) }),
    });
  };
  const detected = () => {
    const [fact] = world.entriesOf('1.0.0').map((entry) => entry.fact);
    return fact?.type === 'versionDetected' ? fact : undefined;
  };
  beforeEach(() => {
    world = new World();
    reads = 0;
  });

  it('is planned for its definition, read once for all that are met in one step, and launched as planned', async () => {
    const features = [{ name: 'SecurityType', value: 'TrustedLaunch' }];
    readAs(async () => ({ ...linuxDefinition, features }));
    world.route = () => [];
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });
    world.galleries.create(ubuntu, '1.0.1', { sourceId: 'healthy' });
    await world.run({ forMs: 301_000 });
    expect(reads).toBe(1);
    expect(detected()).toMatchObject({
      testPlan: [
        {
          region: 'westeurope',
          vmSize: 'Standard_D2s_v5',
          securityType: 'TrustedLaunch',
          diskController: 'SCSI',
          acceleratedNetworking: true,
          osDiskType: 'StandardSSD_LRS',
          why: 'a size of the policy; TrustedLaunch for an image that is TrustedLaunch',
        },
        { vmSize: 'Standard_D2as_v5' },
      ],
    });

    world.route = () => [0];
    await world.run();

    const [launch] = world.smokeTestVms.launches;
    expect(launch).toMatchObject({ vmSize: 'Standard_D2s_v5', securityType: 'TrustedLaunch', diskController: 'SCSI' });
  });

  it('waits for a definition that is not found, as it may be deleted since', async () => {
    readAs(async (nth) => (nth < 3 ? undefined : linuxDefinition));
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.0 published');
    expect(world.logged.join()).toContain('was listed, and is not found');
  });

  it('waits for a definition that cannot be read just now', async () => {
    readAs(async (nth) => {
      if (nth === 1) throw new AdapterError('busy', { code: 'TooManyRequests', retryable: true });
      return linuxDefinition;
    });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });

    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.0 published');
  });

  it('is held, and not tested, when its definition cannot be understood', async () => {
    readAs(async () => {
      throw new AdapterError('no osType', { code: 'UnexpectedAnswer', retryable: false });
    });
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });

    await world.run();

    expect(world.latest()).toEqual({});
    expect(world.announced()).toEqual(['1.0.0 detected', '1.0.0 held', '1.0.0 inconclusive']);
    expect(detected()?.planProblem).toBe('the image definition cannot be read: no osType');
  });

  it('ends inconclusive with the reason of an empty plan', async () => {
    readAs(async () => ({ ...linuxDefinition, architecture: 'Arm64' }));
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy' });

    await world.run();

    expect(world.latest()).toEqual({});
    expect(world.entriesOf('1.0.0').map((entry) => entry.fact)).toContainEqual({
      type: 'verdictReached',
      verdict: 'inconclusive',
      reason:
        'no size of the policy fits a generation 2, Arm64, Standard image (Standard_D2s_v5: the size is x64, the image ' +
        'Arm64; Standard_D2as_v5: the size is x64, the image Arm64): change smokeTest.vmSizes, or leave it out to have ' +
        'sizes chosen',
    });
  });
});
