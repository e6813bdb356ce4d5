import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createApi } from '../../shared/api/createApi.ts';
import { announcementOf } from '../../shared/domain/announcements.ts';
import { emptyHead, sealEntries } from '../../shared/domain/entries.ts';
import { incarnationFact } from '../../shared/domain/facts.ts';
import { parsePolicy } from '../../shared/domain/policyFile.ts';
import { FakeAuditLogs, FakeDayIndex } from '../fakes/fakeStorage.ts';
import { blocks, readPaper, tableRows } from './markdown.ts';
import { sampleFacts } from './sampleFacts.ts';

const readme = readPaper('README.md');

test('the consumer in it is the one that is type-checked', () => {
  expect(blocks(readme, 'ts')).toEqual([readFileSync('docs/samples/consumer.ts', 'utf8')]);
});

test('the policy in it is valid', () => {
  for (const policy of blocks(readme, 'yaml')) expect(parsePolicy(policy)).toMatchObject({ kind: 'policy' });
  expect(blocks(readme, 'yaml')).toHaveLength(1);
});

test('it names every operation of the HTTP API, and no other', () => {
  const api = createApi({ auditLogs: new FakeAuditLogs(), dayIndex: new FakeDayIndex() });
  const routes = api.routes.filter(({ method }) => method === 'GET').map(({ path }) => path.replace(/:\w+\{.*\}$/, ''));

  const named = tableRows(readme, '## I audit').flatMap(
    ([cell = '']) => /^`GET ([^[?`]*?)(?:\d.*|[[?].*)?`$/.exec(cell)?.[1] ?? [],
  );

  expect(named.sort()).toEqual(routes.sort());
});

test('it names every type of announcement, and no other', () => {
  const samples = sampleFacts('1.0.0');
  expect(samples.map(({ type }) => type).sort()).toEqual(
    incarnationFact.options.map(({ shape }) => shape.type.value).sort(),
  );
  const by = { actor: 'service', cause: 'test', appendId: 'a', at: '2026-11-22T07:00:00.000Z' };
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/c/images/i/versions/1.0.0';
  const types = sealEntries('log', emptyHead, samples, by).flatMap((entry) => announcementOf(entry, id)?.type ?? []);

  const [, example = '', others = ''] = tableRows(readme, '## I am a team').find(([name]) => name === '`type`') ?? [];
  const named = [...`${example} ${others}`.matchAll(/`([\w.]+)`/g)].map(([, name = '']) =>
    name.replace(/^imprimatur\.imageVersion\.(\w+)\.v1$/, '$1'),
  );

  expect(named.sort()).toEqual(types.map((type) => type.split('.')[2]).sort());
});
