import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import checked from '../../infra/resourceTypes.json' with { type: 'json' };
import { parseBicep, parseBicepFile } from './parseBicep.ts';
import { resourceTypes } from './resourceTypes.ts';

test('every resource type, API version and property of the templates was looked up, and says where', () => {
  const used = resourceTypes(globSync('infra/**/*.bicep').map(parseBicepFile));

  expect(Object.fromEntries(used)).toEqual(
    Object.fromEntries(Object.entries(checked).map(([type, { properties }]) => [type, properties])),
  );
  for (const [type, { source }] of Object.entries(checked)) expect(source).toContain(`/${type.split('@')[1]}/`);
});

test('a property is found wherever it is nested', () => {
  const source =
    "resource a 'x/y@1' = [\n  for b in c: {\n    name: 'n'\n    properties: { rules: [{ d: { e: 1 } }, { f: g }] }\n  }\n]\n";

  expect([...resourceTypes([parseBicep(source)])]).toEqual([
    ['x/y@1', ['name', 'properties.rules.d.e', 'properties.rules.f']],
  ]);
});
