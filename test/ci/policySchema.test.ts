import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyMembers, policyPage } from '../../.ci/policyPage.ts';
import { policySchema } from '../../.ci/policySchema.ts';

test('the JSON Schema of the policy file is the one that the service parses by; else `npm run policy-schema`', () => {
  expect(readFileSync('docs/policy.schema.json', 'utf8')).toBe(policySchema());
});

test('the page of the policy file is made from it, and says of each member what it means', () => {
  expect(readFileSync('docs/policy.md', 'utf8')).toBe(policyPage());
  expect(policyMembers().filter(({ description }) => !description)).toEqual([]);
});
