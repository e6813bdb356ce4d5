import { writeFileSync } from 'node:fs';
import { policyPage } from './policyPage.ts';
import { policySchema } from './policySchema.ts';

writeFileSync('docs/policy.schema.json', policySchema());
writeFileSync('docs/policy.md', policyPage());
