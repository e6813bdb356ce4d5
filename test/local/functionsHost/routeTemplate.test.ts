import { expect, test } from 'vitest';
import { parseRouteTemplate } from '../../../local/functionsHost/routeTemplate.ts';

test.each([
  ['api/items', 'api/items', {}],
  ['api/items', 'API/Items/', {}],
  ['api/items', 'api/items/1', undefined],
  ['items/{id}', 'items/a%20b', { id: 'a b' }],
  ['items/{id}', 'items/a%2Fb', { id: 'a%2Fb' }],
  ['items/{id}', 'items/', undefined],
  ['items/{id:int}', 'items/12', { id: '12' }],
  ['items/{id:int}', 'items/x', undefined],
  ['items/{name:alpha}/x', 'items/abc/x', { name: 'abc' }],
  ['items/{name:length(2,5)}', 'items/abc', { name: 'abc' }],
  ['items/{name:alpha:maxlength(5)?}', 'items', {}],
  ['items/{id?}', 'items', {}],
  ['items/{id?}', 'items/4', { id: '4' }],
  ['items/{id=9}', 'items', { id: '9' }],
  ['files/{*path}', 'files/a/b/c.txt', { path: 'a/b/c.txt' }],
  ['files/{*path}', 'files', {}],
  ['{name}.{extension}', 'report.pdf', { name: 'report', extension: 'pdf' }],
  ['', '', {}],
])('the route %j reads the path %j as %j', (template, path, expected) => {
  expect(parseRouteTemplate(template).match(path)).toEqual(expected);
});

test('a literal sorts before a constrained parameter, that before any parameter, and a catch-all comes last', () => {
  const templates = ['a/{*rest}', 'a/{id}', 'a/{id:int}', 'a/special'];

  const sorted = templates.sort((a, b) =>
    parseRouteTemplate(a).precedence < parseRouteTemplate(b).precedence ? -1 : 1,
  );

  expect(sorted).toEqual(['a/special', 'a/{id:int}', 'a/{id}', 'a/{*rest}']);
});
