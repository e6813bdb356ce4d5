import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../shared/domain/announcements/catalogue.ts';
import { parsePolicy } from '../../shared/domain/policyFile.ts';
import { World } from '../fakes/world.ts';
import { apiOf } from '../shared/api/signedIn.ts';
import { blocks, readPaper, tableRows } from './markdown.ts';

const readme = readPaper('README.md');

test('the consumer in it is the one that is type-checked', () => {
  expect(blocks(readme, 'ts')).toEqual([readFileSync('docs/samples/consumer.ts', 'utf8')]);
});

test('the policy in it is valid', () => {
  for (const policy of blocks(readme, 'yaml')) expect(parsePolicy(policy)).toMatchObject({ kind: 'policy' });
  expect(blocks(readme, 'yaml')).toHaveLength(1);
});

test('it names every operation of the HTTP API, and no other', () => {
  const document = apiOf(new World().ports).getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: '', version: '' },
  });
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    item.get ? [path.replace(/\{\w+\}$/, '')] : [],
  );

  const named = tableRows(readme, '## I audit').flatMap(
    ([cell = '']) => /^`GET ([^[?`]*?)(?:\d.*|[[?].*)?`$/.exec(cell)?.[1] ?? [],
  );

  expect(named.sort()).toEqual(routes.sort());
});

test('the types of announcement that it names are in the catalogue, and the catalogue has all of them', () => {
  const [, example = '', others = ''] = tableRows(readme, '## I am a team').find(([name]) => name === '`type`') ?? [];
  const named = [...`${example} ${others}`.matchAll(/`([\w.]+)`/g)].map(([, name = '']) =>
    name.replace(/^imprimatur\.(\w+\.\w+)\.v1$/, '$1').replace(/^(\w+)$/, 'imageVersion.$1'),
  );
  const types = catalogue.map(({ name }) => name);
  const page = readFileSync('docs/announcements.md', 'utf8');

  expect(named.length).toBeGreaterThan(3);
  expect(types).toEqual(expect.arrayContaining(named));
  expect(types.filter((name) => !page.includes(name))).toEqual([]);
});
