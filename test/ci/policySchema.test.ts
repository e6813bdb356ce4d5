import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policySchema } from '../../.ci/policySchema.ts';

test('the JSON Schema of the policy file is the one that the service parses by; else `npm run policy-schema`', () => {
  expect(readFileSync('docs/policy.schema.json', 'utf8')).toBe(policySchema());
});
