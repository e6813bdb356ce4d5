import { describe, expect, it } from 'vitest';
import { decideDeletion } from '../../../shared/domain/decideDeletion.ts';
import { emptyDefinitionState, type KnownVersion } from '../../../shared/domain/definitionState.ts';
import type { ImageVersion } from '../../../shared/domain/imageVersion.ts';
import { lifecycleSchema, type RetentionRules } from '../../../shared/domain/lifecycleRules.ts';
import { whyDeleted } from '../../../shared/domain/retention.ts';

type Examined = Extract<KnownVersion, { kind: 'examined' }>;

const now = '2026-11-22T08:00:00.000Z';
const rules = (change: Partial<RetentionRules> = {}): RetentionRules => {
  const { retention } = lifecycleSchema.parse({ retention: { mode: 'enforce', keepGood: 1, ...change } });
  if (!retention) throw new Error('no retention');
  return retention;
};
/** 100 days old, out of latest, and past the grace of its end of life. */
const version = (change: Partial<ImageVersion> = {}): ImageVersion => ({
  version: '1.0.0',
  location: 'westeurope',
  provisioningState: 'Succeeded',
  createdAt: '2026-08-14T08:00:00.000Z',
  endOfLifeDate: '2026-10-01T00:00:00.000Z',
  excludeFromLatest: true,
  targetRegions: [{ name: 'westeurope', excludeFromLatest: true }],
  replication: { westeurope: 'Completed' },
  safetyProfile: {},
  ...change,
});
const known = (outcome: Examined['outcome'], change: Partial<Examined> = {}): Examined => ({
  kind: 'examined',
  identity: {},
  incarnation: 'i',
  openedAt: '2026-08-14T08:00:00.000Z',
  ...(outcome && { outcome }),
  ...change,
});
const state = (pins: Record<string, string> = {}) => ({
  ...emptyDefinitionState(),
  versions: { '1.0.0': known('retired'), '1.0.1': known('published') },
  pins,
});

describe('a version that retention gives up', () => {
  it('is out of latest for good, old enough, past its grace and not among the newest good ones', () => {
    expect(whyDeleted(state(), known('retired'), version(), rules(), now)).toBe(
      'retired, 100 days old, its end of life was 2026-10-01, and not among the newest 1 good ones',
    );
  });

  it.each<[string, Partial<ImageVersion>, Partial<RetentionRules>]>([
    ['younger than the policy says', { createdAt: '2026-08-24T08:00:01.000Z' }, {}],
    ['within the grace of its end of life', { endOfLifeDate: '2026-10-23T08:00:01.000Z' }, {}],
    ['offered somewhere', { excludeFromLatest: false, targetRegions: [{ name: 'westeurope' }] }, {}],
    ['among the newest good ones', {}, { keepGood: 2 }],
  ])('is not one that is %s', (_, change, rule) => {
    expect(whyDeleted(state(), known('retired'), version(change), rules(rule), now)).toBeUndefined();
  });

  it('is not the target of a rollback', () => {
    expect(whyDeleted(state({ northeurope: '1.0.0' }), known('retired'), version(), rules(), now)).toBeUndefined();
  });

  it('is left for as long as it was found to be kept, and told once in a preview', () => {
    const kept = known('retired', { lifecycle: { keptUntil: '2026-11-22T08:00:01.000Z' } });
    const previewed = known('retired', { lifecycle: { previewed: true } });

    expect(whyDeleted(state(), kept, version(), rules(), now)).toBeUndefined();
    expect(whyDeleted(state(), kept, version(), rules(), '2026-11-22T08:00:01.000Z')).toBeDefined();
    expect(whyDeleted(state(), previewed, version(), rules({ mode: 'preview' }), now)).toBeUndefined();
    expect(whyDeleted(state(), previewed, version(), rules(), now)).toBeDefined();
  });
});

describe('a deletion that is due', () => {
  const decide = (change: Partial<ImageVersion>) =>
    decideDeletion({}, 'retired', version(change), { kind: 'unused' }, rules(), now);

  it('goes on where nothing speaks against it', () => {
    expect(decide({})).toMatchObject({
      facts: [],
      effects: [{ kind: 'takeDeletion', reason: 'retired', mostPerDay: 5 }],
    });
  });

  it('is given up where the version was shown by hand meanwhile', () => {
    const shown = { excludeFromLatest: false, targetRegions: [{ name: 'westeurope', excludeFromLatest: false }] };
    expect(decide(shown)).toMatchObject({
      facts: [{ type: 'retentionKept', reason: 'it is offered in westeurope', until: '2026-11-23T08:00:00.000Z' }],
    });
  });

  it.each([['that is to come'], ['that nobody set']])(
    'is given up where Azure blocks it, for an end of life %s',
    (which) => {
      const { endOfLifeDate: _, ...endless } = version({ safetyProfile: { blockDeletionBeforeEndOfLife: true } });
      const later = { ...endless, ...(which === 'that is to come' && { endOfLifeDate: '2027-01-01T00:00:00.000Z' }) };
      expect(decideDeletion({}, 'retired', later, { kind: 'unused' }, rules(), now)).toMatchObject({
        facts: [{ type: 'retentionKept', reason: 'its deletion is blocked before its end of life' }],
      });
    },
  );
});
