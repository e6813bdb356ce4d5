import { describe, expect, it } from 'vitest';
import { announcementOf } from '../../../shared/domain/announcements.ts';
import { describeFact } from '../../../shared/domain/describeFact.ts';
import { emptyHead, sealEntries } from '../../../shared/domain/entries.ts';
import type { Fact } from '../../../shared/domain/facts.ts';

const id =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/galleries/corpGallery/images/Ubuntu/versions/1.4.0';
const by = { actor: 'service', cause: 'c', appendId: 'a', at: '2026-11-22T08:00:00.000Z' };
const announce = (fact: Fact) => {
  const [entry] = sealEntries('l', emptyHead, [fact], by);
  return entry && announcementOf(entry, id);
};
const detected: Fact = {
  type: 'versionDetected',
  imageVersionId: id,
  version: '1.4.0',
  identity: {},
  mode: 'enforce',
  policyHash: 'h',
  smokeTest: {
    vmSizes: ['a'],
    maxAttempts: 1,
    agentTimeoutMinutes: 1,
    command: { web: { exec: 'curl -H "key: abc"', 'exit-status': 0, timeout: 1 } },
  },
  testPlan: [],
  visible: false,
};

describe('announcements', () => {
  it('say what happened to which version, and what teams filter on', () => {
    expect(announce({ type: 'published', regions: ['westeurope', 'northeurope'], notAvailableIn: [] })).toMatchObject({
      type: 'imprimatur.imageVersion.published.v1',
      source: `/imprimatur${id.slice(0, id.indexOf('/versions'))}`,
      subject: id,
      time: '2026-11-22T08:00:00.000Z',
      data: {
        summary: 'corpGallery/Ubuntu 1.4.0 is published in westeurope, northeurope',
        regions: ['westeurope', 'northeurope'],
      },
      properties: {
        type: 'imprimatur.imageVersion.published.v1',
        gallery: 'corpgallery',
        image: 'ubuntu',
        version: '1.4.0',
        regions: ',westeurope,northeurope,',
      },
    });
  });

  it('have the id of their entry', () => {
    const [entry] = sealEntries('l', emptyHead, [{ type: 'quarantined', reason: 'r' }], by);
    expect(entry && announcementOf(entry, id)?.id).toBe(entry?.id);
  });

  it.each<Fact>([
    { type: 'galleryWriteAccepted' },
    { type: 'agentReady', attempt: 1 },
    { type: 'verdictReached', verdict: 'failed', reason: 'r' },
  ])('are not made of $type', (fact) => {
    expect(announce(fact)).toBeUndefined();
  });

  it('tell no team which commands another team runs', () => {
    expect(JSON.stringify(announce(detected))).not.toContain('curl');
  });
});

describe('entries in words', () => {
  it.each<[Fact, string]>([
    [{ type: 'held', how: 'written', exposedSeconds: 32 }, 'taken out of latest after 32 s'],
    [{ type: 'quarantined', reason: 'web is down' }, 'quarantined: web is down'],
    [
      { type: 'latestChanged', region: 'westeurope', version: null, previous: '1.0.0' },
      'latest in westeurope is none (was 1.0.0)',
    ],
    [{ type: 'galleryWriteAccepted' }, 'gallery write accepted'],
    [{ type: 'driftFound', visibleIn: ['westeurope'] }, 'shown by somebody else in westeurope'],
    [detected, 'detected in mode enforce'],
  ])('%j', (fact, words) => {
    expect(describeFact(fact)).toBe(words);
  });
});
