import { writeFileSync } from 'node:fs';
import { policySchema } from './policySchema.ts';

writeFileSync('docs/policy.schema.json', policySchema());
