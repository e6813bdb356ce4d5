import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../../shared/domain/announcements/announcement.ts';
import { announcementsOf } from '../../../../shared/domain/announcements/announcementsOf.ts';
import { catalogue } from '../../../../shared/domain/announcements/catalogue.ts';
import { emptyHead, sealEntries } from '../../../../shared/domain/entries.ts';
import type { Fact } from '../../../../shared/domain/facts.ts';
import { isReplaced } from '../../../../shared/domain/replacements.ts';
import {
  sampleAuditFacts,
  sampleDefinitionFacts,
  sampleFacts,
  sampleInstanceFacts,
  sampleTeamFacts,
} from '../../../docs/sampleFacts.ts';
import { linuxDefinition } from '../../../fakes/linuxDefinition.ts';

const image = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/Corp/images/Ubuntu';
const version = (number: string) => `${image}/versions/${number}`;
const sharing = { direct: 's-CORP', community: ['corp-1'] };
const sharedIds = (number?: string) => {
  const path = number === undefined ? 'Images/Ubuntu' : `Images/Ubuntu/Versions/${number}`;
  return { direct: `/SharedGalleries/s-CORP/${path}`, community: [`/CommunityGalleries/corp-1/${path}`] };
};
const entriesOf = (id: string) => `/api/entries?id=${encodeURIComponent(id)}`;
const by = {
  actor: '00000000-0000-0000-0000-00000000000a',
  cause: 'event-1',
  appendId: 'a',
  at: '2026-11-22T08:00:00Z',
};
const evidence = [{ path: 'a/serial.log', sha256: 'h', bytes: 1 }];

const detected: Fact[] = sampleFacts('westeurope')
  .filter(({ type }) => type === 'versionDetected')
  .map((fact) => ({
    ...fact,
    imageVersionId: version('1.4.0'),
    version: '1.4.0',
    osType: 'Windows',
    sharing,
  }));
const ofVersion = [...detected, { type: 'evidenceSaved', attempt: 1, files: evidence } satisfies Fact];
const [definitionDetected = expect.fail()] = sampleDefinitionFacts(image);
const ofDefinition: Fact[] = [
  definitionDetected,
  { type: 'definitionDescribed', image: linuxDefinition },
  { type: 'incarnationOpened', version: '1.4.0', incarnation: 'i', identity: {}, sharing },
];
const facts = sampleFacts('westeurope').map((fact): Fact => {
  if (!isReplaced(fact)) return fact;
  const next = { ...fact, replacements: { westeurope: '1.5.0' } };
  return next.type === 'superseded' || next.type === 'endOfLifeSet' ? { ...next, by: '1.5.0' } : next;
});
/** By type, and the log that it stands in: what a fact tells that comes last in its log. */
const told = new Map<string, { log: string; announcement: Announcement; id: string | undefined }>();
const tell = (log: string, before: Fact[], each: Fact[]) => {
  for (const fact of each) {
    const entries = sealEntries(log, emptyHead, [...before, fact], by);
    for (const announcement of announcementsOf(entries, before.length)) {
      const name = announcement.type.split('.').slice(1, 3).join('.');
      told.set(name, { log, announcement, id: entries.at(-1)?.id });
    }
  }
};
tell('incarnations/k/i', ofVersion, [...detected, ...facts.filter(({ type }) => type !== 'versionDetected')]);
tell('definitions/k', ofDefinition, sampleDefinitionFacts(image));
// Comes first in its log, before anything was read of the image definition.
tell('definitions/k', [], [definitionDetected]);
tell('instance', [], sampleInstanceFacts('x'));
tell('teams/web', [], sampleTeamFacts('x'));
tell('manifests', [], sampleAuditFacts('x'));

/** Severity, outcome, regions, and whether it names what to use instead. */
type Line = ['info' | 'warning' | 'critical', 'passed' | 'failed' | 'inconclusive' | '', string[], 'replaced'?];
const there = ['westeurope'];
const lines: Record<string, Line> = {
  'imageVersion.detected': ['info', '', []],
  'imageVersion.creationFailed': ['warning', 'failed', []],
  'imageVersion.held': ['info', '', []],
  'smokeTest.started': ['info', '', there],
  'smokeTest.finished': ['info', 'passed', []],
  'imageVersion.candidate': ['info', 'passed', []],
  'imageVersion.quarantined': ['warning', 'failed', [], 'replaced'],
  'imageVersion.inconclusive': ['warning', 'inconclusive', []],
  'imageVersion.wouldPublish': ['info', 'passed', there],
  'imageVersion.wouldQuarantine': ['warning', 'failed', []],
  'imageVersion.driftFound': ['critical', '', there, 'replaced'],
  'imageVersion.deleted': ['info', '', [], 'replaced'],
  'imageVersion.needsAttention': ['critical', '', []],
  'imageVersion.published': ['info', 'passed', there],
  'imageVersion.releaseFinished': ['warning', 'passed', there],
  'imageVersion.notAvailable': ['warning', '', there],
  'imageVersion.waiting': ['warning', '', []],
  'imageVersion.shownByHand': ['info', '', there],
  'imageVersion.stopped': ['warning', '', there, 'replaced'],
  'imageVersion.changedByOthers': ['warning', '', there],
  'imageVersion.handEditUndone': ['warning', '', there],
  'imageVersion.othersRestored': ['warning', '', there],
  'imageVersion.withdrawn': ['critical', '', there, 'replaced'],
  'imageVersion.groupFailed': ['critical', '', [], 'replaced'],
  'imageVersion.superseded': ['info', '', [], 'replaced'],
  'imageVersion.expedited': ['warning', '', []],
  'imageVersion.overridden': ['critical', '', []],
  'imageVersion.takenIn': ['info', 'passed', there],
  'imageVersion.retested': ['warning', 'passed', []],
  'imageVersion.endOfLifeSet': ['info', '', [], 'replaced'],
  'imageVersion.endOfLifeUndone': ['warning', '', []],
  'imageVersion.endOfLifeRestored': ['info', '', []],
  'imageVersion.endOfLifeNear': ['warning', '', [], 'replaced'],
  'imageVersion.retired': ['warning', '', there, 'replaced'],
  'imageVersion.wouldBeDeleted': ['info', '', []],
  'imageVersion.deleting': ['warning', '', [], 'replaced'],
  'imageDefinition.detected': ['info', '', []],
  'imageDefinition.updated': ['info', '', []],
  'imageDefinition.endOfLifeMoved': ['warning', '', []],
  'imageDefinition.deleted': ['info', '', []],
  'imageDefinition.rolledBack': ['critical', '', there, 'replaced'],
  'imageDefinition.paused': ['warning', '', []],
  'imageDefinition.resumed': ['info', '', []],
  'instance.paused': ['critical', '', []],
  'instance.resumed': ['info', '', []],
  'instance.breakerTripped': ['critical', '', []],
  'instance.galleryRefused': ['critical', '', []],
  'instance.galleryTaken': ['info', '', []],
  'instance.budgetNear': ['warning', '', []],
  'instance.budgetSpent': ['critical', '', []],
  'policy.refused': ['critical', '', []],
  'policy.accepted': ['info', '', []],
  'team.test': ['info', '', []],
  'audit.manifest': ['info', '', []],
};

describe('an announcement', () => {
  it('has a line in the table for every type of the catalogue, and for no other', () => {
    expect(Object.keys(lines).sort()).toEqual(catalogue.map(({ name }) => name).sort());
  });

  it.each(catalogue)(
    '$name says in one line what happened, who and why, and which entry tells it',
    ({ name, type }) => {
      const { announcement, id, log } = told.get(name) ?? expect.fail('nothing tells it');
      const { actor, cause } = by;

      expect(announcement).toMatchObject({ id, type, time: by.at, data: { actor, cause, auditEntry: { log, id } } });
      expect(announcement.data.summary).toMatch(/^\S[^\n]+\S$/);
    },
  );

  it.each(catalogue)('$name can be filtered by all that its fact has', ({ name, type, subject }) => {
    const { properties, data } = told.get(name)?.announcement ?? expect.fail('nothing tells it');
    const [severity, outcome, regions] = lines[name] ?? expect.fail('it has no line');
    const isOfVersion = ['imageVersion', 'smokeTest'].includes(subject);
    const ofImage = isOfVersion || subject === 'imageDefinition';

    expect(properties).toEqual({
      type,
      severity,
      outcome,
      gallery: ofImage ? 'corp' : '',
      image: ofImage ? 'ubuntu' : '',
      version: isOfVersion ? '1.4.0' : '',
      regions: regions.length > 0 ? `,${regions.join()},` : '',
      os: isOfVersion ? 'windows' : ofImage ? 'linux' : '',
      ...(subject === 'team' && { team: 'web' }),
    });
    if (isOfVersion) expect(data).toMatchObject({ regions });
  });

  it.each(catalogue)('$name has the ids and links that its consumers use', ({ name, subject }) => {
    const { data, ...rest } = told.get(name)?.announcement ?? expect.fail('nothing tells it');
    const isOfVersion = ['imageVersion', 'smokeTest'].includes(subject);
    const id = isOfVersion ? version('1.4.0') : image;
    const replaced = lines[name]?.[3] === 'replaced';
    const other = subject === 'imageDefinition' ? '1.0.0' : '1.5.0';

    if (isOfVersion) expect(data).toMatchObject({ imageVersionId: id, evidence });
    if (isOfVersion || subject === 'imageDefinition') {
      expect(rest.subject).toBe(id);
      expect(data).toMatchObject({ imageDefinitionId: image, links: { entries: entriesOf(id) } });
      expect(data.sharedIds).toEqual(sharedIds(isOfVersion ? '1.4.0' : undefined));
    }
    expect(data.replacements !== undefined).toBe(replaced);
    if (replaced)
      expect(data.replacements).toMatchObject([
        {
          version: other,
          imageVersionId: version(other),
          regions: there,
          link: entriesOf(version(other)),
          sharedIds: sharedIds(other),
        },
      ]);
  });
});
