import { z } from 'zod';
import { policyFileSchema } from '../shared/domain/policyFile.ts';

/** The JSON Schema of the policy file, by which editors complete and check it while it is written. */
export function policySchema(): string {
  const { properties, ...schema } = z.toJSONSchema(policyFileSchema, { io: 'input' });
  const { rules, ...sections } = properties ?? {};
  const file = {
    ...schema,
    title: 'Imprimatur policy file',
    properties: { ...sections, rules: withoutDefaults(rules) },
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** What a rule leaves out is the file's, not the default. */
function withoutDefaults(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaults);
  if (schema === null || typeof schema !== 'object') return schema;
  const members = Object.entries(schema).filter(([member]) => member !== 'default');
  return Object.fromEntries(members.map(([member, value]) => [member, withoutDefaults(value)]));
}
