import { describe, expect, it } from 'vitest';
import { announcementsOf } from '../../../../shared/domain/announcements/announcementsOf.ts';
import { describeFact } from '../../../../shared/domain/describeFact.ts';
import { emptyHead, sealEntries } from '../../../../shared/domain/entries.ts';
import type { Fact } from '../../../../shared/domain/facts.ts';

const id =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/galleries/corpGallery/images/Ubuntu/versions/1.4.0';
const by = { actor: 'service', cause: 'c', appendId: 'a', at: '2026-11-22T08:00:00.000Z' };
const detected: Fact = {
  type: 'versionDetected',
  imageVersionId: id,
  version: '1.4.0',
  identity: {},
  mode: 'enforce',
  policyHash: 'h',
  osType: 'Linux',
  smokeTest: {
    vmSizes: ['a'],
    maxAttempts: 1,
    agentTimeoutMinutes: 1,
    command: { web: { exec: 'curl -H "key: abc"', 'exit-status': 0, timeout: 1 } },
  },
  testPlan: [],
  visible: false,
};

const announce = (...facts: Fact[]) => announcementsOf(sealEntries('l', emptyHead, [detected, ...facts], by), 1);

describe('announcements', () => {
  it('say what happened to which version, and what teams filter on', () => {
    const fact: Fact = { type: 'published', regions: ['westeurope', 'northeurope'], notAvailableIn: [] };

    expect(announce(fact)[0]).toMatchObject({
      type: 'imprimatur.imageVersion.published.v1',
      source: `/imprimatur${id.slice(0, id.indexOf('/versions'))}`,
      subject: id,
      time: '2026-11-22T08:00:00.000Z',
      data: {
        summary: 'corpGallery/Ubuntu 1.4.0 is published in westeurope, northeurope',
        severity: 'info',
        outcome: 'passed',
        actor: 'service',
        cause: 'c',
        auditEntry: { log: 'l', sequence: 2 },
        imageVersionId: id,
        imageDefinitionId: id.slice(0, id.indexOf('/versions')),
        osType: 'Linux',
        regions: ['westeurope', 'northeurope'],
        links: { entries: `/api/entries?id=${encodeURIComponent(id)}` },
      },
      properties: {
        type: 'imprimatur.imageVersion.published.v1',
        gallery: 'corpgallery',
        image: 'ubuntu',
        version: '1.4.0',
        regions: ',westeurope,northeurope,',
        severity: 'info',
        outcome: 'passed',
        os: 'linux',
      },
    });
  });

  it('name the ids of a shared gallery, as they were known last', () => {
    const sharing = { direct: 's-CORPGALLERY' };
    const community = { community: ['corp-1', 'corp-2'] };
    const published: Fact = { type: 'published', regions: ['westeurope'], notAvailableIn: [] };
    const facts: Fact[] = [
      { ...detected, sharing },
      { ...published, sharing: community },
      { ...published, sharing: {} },
    ];
    const ids = announcementsOf(sealEntries('l', emptyHead, facts, by), 0).map(({ data }) => data.sharedIds);

    expect(ids).toEqual([
      { direct: '/SharedGalleries/s-CORPGALLERY/Images/Ubuntu/Versions/1.4.0' },
      {
        community: [
          '/CommunityGalleries/corp-1/Images/Ubuntu/Versions/1.4.0',
          '/CommunityGalleries/corp-2/Images/Ubuntu/Versions/1.4.0',
        ],
      },
      undefined,
    ]);
  });

  it('name what to use instead, the highest version first, with its link and its ids', () => {
    const replacements = { westeurope: '1.2.0', northeurope: '1.10.0', uksouth: '1.10.0' };
    const facts: Fact[] = [
      { ...detected, sharing: { direct: 's-CORPGALLERY' } },
      { type: 'quarantined', reason: 'r', replacements },
    ];
    const [told] = announcementsOf(sealEntries('l', emptyHead, facts, by), 1);
    const other = (version: string) => id.replace('1.4.0', version);
    const ids = (version: string) => ({ direct: `/SharedGalleries/s-CORPGALLERY/Images/Ubuntu/Versions/${version}` });

    expect(told?.data.replacements).toEqual([
      {
        version: '1.10.0',
        imageVersionId: other('1.10.0'),
        sharedIds: ids('1.10.0'),
        regions: ['northeurope', 'uksouth'],
        link: `/api/entries?id=${encodeURIComponent(other('1.10.0'))}`,
      },
      {
        version: '1.2.0',
        imageVersionId: other('1.2.0'),
        sharedIds: ids('1.2.0'),
        regions: ['westeurope'],
        link: `/api/entries?id=${encodeURIComponent(other('1.2.0'))}`,
      },
    ]);
  });

  it('of a superseded version name the one that took its place, published or not', () => {
    expect(announce({ type: 'superseded', by: '1.5.0' })[0]?.data.replacements).toMatchObject([
      { version: '1.5.0', regions: [] },
    ]);
    const published: Fact = { type: 'superseded', by: '1.5.0', replacements: { westeurope: '1.5.0' } };
    expect(announce(published)[0]?.data.replacements).toMatchObject([{ version: '1.5.0', regions: ['westeurope'] }]);
    expect(announce({ type: 'quarantined', reason: 'r' })[0]?.data).not.toHaveProperty('replacements');
  });

  it('have the id of their entry', () => {
    const entries = sealEntries('l', emptyHead, [detected, { type: 'quarantined', reason: 'r' }], by);

    expect(announcementsOf(entries, 0).map((announcement) => announcement.id)).toEqual(
      entries.map((entry) => entry.id),
    );
  });

  it('are the same whether sent at once or after the log has grown', () => {
    const file = (path: string) => ({ path, sha256: 'h', bytes: 1 });
    const facts: Fact[] = [
      detected,
      { type: 'evidenceSaved', attempt: 1, files: [file('a/serial.log')] },
      { type: 'quarantined', reason: 'r' },
      { type: 'evidenceSaved', attempt: 2, files: [file('b/serial.log')] },
    ];
    const entries = sealEntries('l', emptyHead, facts, by);
    const atOnce = announcementsOf(entries.slice(0, 3), 1);

    expect(announcementsOf(entries, 1)).toEqual(atOnce);
    expect(atOnce[0]?.data).toMatchObject({ evidence: [file('a/serial.log')] });
  });

  it.each<Fact>([
    { type: 'galleryWriteAccepted' },
    { type: 'agentReady', attempt: 1 },
    { type: 'verdictReached', verdict: 'failed', reason: 'r' },
  ])('are not made of $type', (fact) => {
    expect(announce(fact)).toEqual([]);
  });

  it('tell no team which commands another team runs', () => {
    expect(JSON.stringify(announcementsOf(sealEntries('l', emptyHead, [detected], by), 0))).not.toContain('curl');
  });

  it('keep to one line, whatever an image prints', () => {
    const [announcement] = announce({ type: 'quarantined', reason: `a\r\nb\u001b[31m${'x'.repeat(1_000)}` });

    expect(announcement?.data.summary).toMatch(/^corpGallery\/Ubuntu 1\.4\.0 is quarantined: a b \[31mx+…$/);
    expect(announcement?.data.summary.length).toBe(400);
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
