import { expect, test } from 'vitest';
import { announcementsOf } from '../../../../shared/domain/announcements/announcementsOf.ts';
import { catalogue } from '../../../../shared/domain/announcements/catalogue.ts';
import { dataSchema } from '../../../../shared/domain/announcements/dataSchema.ts';
import { auditFact } from '../../../../shared/domain/audit/auditFacts.ts';
import { emptyHead, sealEntries } from '../../../../shared/domain/entries.ts';
import { definitionFact, type Fact, incarnationFact } from '../../../../shared/domain/facts.ts';
import { instanceFact } from '../../../../shared/domain/instanceFacts.ts';
import { teamFact } from '../../../../shared/domain/teams/teamFacts.ts';
import {
  sampleAuditFacts,
  sampleDefinitionFacts,
  sampleFacts,
  sampleInstanceFacts,
  sampleTeamFacts,
} from '../../../docs/sampleFacts.ts';

const definitionId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/c/images/i';
const by = { actor: 'service', cause: 'test', appendId: 'a', at: '2026-11-22T07:00:00.000Z' };
const announce = (log: string, facts: Fact[]) => announcementsOf(sealEntries(log, emptyHead, facts, by), 0);
const samples = [
  sampleFacts(`${definitionId}/versions/1.0.0`),
  sampleDefinitionFacts(definitionId),
  sampleInstanceFacts('x'),
  sampleTeamFacts('x'),
  sampleAuditFacts('x'),
];
const announcements = samples.flatMap((facts, index) => announce(`log-${index}`, facts));

test('the samples are of every fact there is', () => {
  const types = [incarnationFact, definitionFact, instanceFact, teamFact, auditFact].flatMap(({ options }) =>
    options.map(({ shape }) => shape.type.value),
  );

  expect([...new Set(samples.flat().map(({ type }) => type))].sort()).toEqual(types.sort());
});

test('every type in the catalogue is announced, and none outside it', () => {
  expect([...new Set(announcements.map(({ type }) => type))].sort()).toEqual(catalogue.map(({ type }) => type).sort());
});

test('no two types have one name', () => {
  expect(new Set(catalogue.map(({ type }) => type)).size).toBe(catalogue.length);
});

test.each(announcements.map((announcement) => [announcement.type, announcement] as const))(
  'the data of %s has the members of its schema and no other',
  (name, { data, properties }) => {
    const type = catalogue.find((each) => each.type === name);

    expect(type && dataSchema(type).strict().parse(data)).toEqual(data);
    expect(properties.type).toBe(name);
  },
);
