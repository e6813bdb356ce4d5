import { describe, expect, it } from 'vitest';
import { effectiveLatest } from '../../../shared/domain/effectiveLatest.ts';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';

const version = (number: string, change: Partial<ImageVersion> = {}): ImageVersion => ({
  version: number,
  location: 'westeurope',
  provisioningState: 'Succeeded',
  excludeFromLatest: false,
  targetRegions: [{ name: 'westeurope' }],
  safetyProfile: {},
  ...change,
});

describe('the effective latest', () => {
  it('is the highest number, not the newest date', () => {
    const published = { publishedDate: '2026-11-22T00:00:00.000Z' };
    expect(effectiveLatest([version('1.9.0', published), version('1.10.0')])).toEqual({ westeurope: '1.10.0' });
  });

  it('leaves out what is excluded, globally or for the region', () => {
    const both = [{ name: 'westeurope', excludeFromLatest: true }, { name: 'northeurope' }];
    expect(
      effectiveLatest([
        version('1.0.0'),
        version('1.0.1', { targetRegions: both }),
        version('1.0.2', { excludeFromLatest: true }),
      ]),
    ).toEqual({ westeurope: '1.0.0', northeurope: '1.0.1' });
  });

  it.each(['Unknown', 'Replicating', 'Failed'] as const)('leaves out a region whose replication is %s', (state) => {
    expect(effectiveLatest([version('1.0.0', { replication: { westeurope: state } })])).toEqual({});
  });

  it('does not ask for the end of life', () => {
    expect(effectiveLatest([version('1.0.0', { endOfLifeDate: '2020-01-01T00:00:00.000Z' })])).toEqual({
      westeurope: '1.0.0',
    });
  });

  it('keeps a version that is being updated, and leaves out one in creation or failed', () => {
    expect(effectiveLatest([version('1.0.0', { provisioningState: 'Updating' })])).toEqual({ westeurope: '1.0.0' });
    expect(effectiveLatest([version('1.0.0', { provisioningState: 'Creating' })])).toEqual({});
    expect(effectiveLatest([version('1.0.0', { provisioningState: 'Failed' })])).toEqual({});
  });
});
