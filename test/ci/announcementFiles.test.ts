import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { expect, test } from 'vitest';
import { announcementFiles } from '../../.ci/announcementFiles.ts';
import { announcementSchemas } from '../../.ci/announcementSchemas.ts';
import { breakingChanges } from '../../.ci/breakingChanges.ts';
import { brokenSchemas } from '../../.ci/publishedSchemas.ts';
import { catalogue } from '../../shared/domain/announcements/catalogue.ts';

const files = announcementFiles();

test.each([...files])('docs/%s is what the catalogue says; else `npm run docs`', (file, content) => {
  expect(readFileSync(`docs/${file}`, 'utf8')).toBe(content);
});

test('no schema is left of a type that is gone', () => {
  expect(globSync('schemas/*', { cwd: 'docs' }).sort()).toEqual([...announcementSchemas().keys()].sort());
});

test('no published schema is broken', () => {
  expect(brokenSchemas()).toEqual([]);
});

test('a published type cannot be taken out of the catalogue', () => {
  const [[first = ''] = [], ...others] = [...announcementSchemas()];

  expect(brokenSchemas(new Map(others))).toEqual([`docs/${first}: the type is gone`]);
});

test('the AsyncAPI document is valid by the parser of the AsyncAPI project, and has a message for each type', async () => {
  const source = resolve('docs/asyncapi.yaml');

  const { document, diagnostics } = await new Parser().parse(readFileSync(source, 'utf8'), { source });

  expect(diagnostics.filter(({ severity }) => severity < 2)).toEqual([]);
  expect(
    document
      ?.messages()
      .all()
      .map((message) => message.name())
      .sort(),
  ).toEqual(catalogue.map(({ type }) => type).sort());
  expect(
    document
      ?.messages()
      .all()
      .map((message) => message.payload()?.title())
      .sort(),
  ).toEqual(catalogue.map(({ type }) => type).sort());
});

const published = {
  type: 'object',
  properties: {
    reason: { type: 'string', description: 'Why.' },
    kind: { type: 'string', enum: ['a', 'b'] },
    files: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } },
    byRegion: { type: 'object', additionalProperties: { type: 'boolean' } },
  },
  required: ['reason'],
};
const { reason, kind, files: saved, byRegion } = published.properties;
const changed = (properties: object, required = published.required) => ({ ...published, properties, required });

test.each([
  ['a member that is gone', changed({ kind, files: saved, byRegion }, []), ['data.reason is gone']],
  [
    'a member that is renamed',
    changed({ why: reason, kind, files: saved, byRegion }, ['why']),
    ['data.reason is gone', 'data.why is newly required'],
  ],
  ['a member that is optional now', changed(published.properties, []), ['data.reason is not always there any more']],
  ['a member that is demanded now', changed(published.properties, ['reason', 'kind']), ['data.kind is newly required']],
  [
    'a member of another type',
    changed({ ...published.properties, reason: { type: 'number' } }),
    ['data.reason: type changed'],
  ],
  [
    'a value that is gone',
    changed({ ...published.properties, kind: { type: 'string', enum: ['b', 'c'] } }),
    ['data.kind: the value a is gone'],
  ],
  [
    'a list of something else',
    changed({ ...published.properties, files: { type: 'array', items: { type: 'string' } } }),
    ['data.files[]: type changed', 'data.files[].path is gone'],
  ],
  [
    'a limit',
    changed({ ...published.properties, reason: { type: 'string', maxLength: 3 } }),
    ['data.reason: maxLength changed'],
  ],
  [
    'values of another type',
    changed({ ...published.properties, byRegion: { type: 'object', additionalProperties: { type: 'string' } } }),
    ['data.byRegion.*: type changed'],
  ],
])('%s breaks consumers', (_, current, changes) => {
  expect(breakingChanges(published, current)).toEqual(changes);
});

test('an optional member, another value and other words break nobody', () => {
  const current = changed({
    ...published.properties,
    reason: { type: 'string', description: 'For what reason.' },
    kind: { type: 'string', enum: ['a', 'b', 'c'] },
    code: { type: 'string' },
  });

  expect(breakingChanges(published, current)).toEqual([]);
});
