import { z } from 'zod';
import { policySchema } from './policySchema.ts';

const member = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  maxItems: z.number().optional(),
  get properties() {
    return z.record(z.string(), member).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), member]).optional();
  },
  get items() {
    return member.optional();
  },
});
type Member = z.infer<typeof member>;

export interface PolicyMember {
  path: string;
  value: string;
  without: string;
  description: string | undefined;
}

/** Every member of the policy file, from the schema that the service parses it by; what a rule repeats is left out. */
export function policyMembers(): PolicyMember[] {
  const { properties = {} } = member.parse(JSON.parse(policySchema()));
  return Object.entries(properties).flatMap(([name, schema]) => membersOf(name, schema));
}

function membersOf(path: string, schema: Member): PolicyMember[] {
  const inner = schema.items?.properties ? schema.items : schema;
  const map = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  const prefix = inner === schema ? path : `${path}[]`;
  const nested = path === 'rules' ? ['name', 'match'] : Object.keys(inner.properties ?? {});
  const own = inner.properties && !schema.description ? [] : [rowOf(path, schema)];
  return [
    ...own,
    ...nested.flatMap((name) => membersOf(`${prefix}.${name}`, inner.properties?.[name] ?? {})),
    ...(map?.properties
      ? Object.entries(map.properties).flatMap(([name, of]) => membersOf(`${path}.NAME.${name}`, of))
      : []),
  ];
}

function rowOf(path: string, schema: Member): PolicyMember {
  const { description, default: without } = schema;
  return {
    path,
    value: valueText(schema),
    without: without === undefined || JSON.stringify(without) === '{}' ? '' : `\`${JSON.stringify(without)}\``,
    description,
  };
}

function valueText({ type = 'any', const: only, enum: choices, items, ...schema }: Member): string {
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (items) return `list of ${items.enum ? valueText(items) : items.properties ? 'objects' : `${items.type}s`}`;
  const { minimum, exclusiveMinimum, maximum } = schema;
  const from =
    minimum !== undefined ? `from ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '';
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum.toLocaleString('en')}` : '';
  return [type, from, to].filter((part) => part !== '').join(' ');
}

/** docs/policy.md: one table for each section of the file. */
export function policyPage(): string {
  const sections = Map.groupBy(policyMembers(), ({ path }) => /^\w+/.exec(path)?.[0] ?? '');
  const tables = [...sections].map(
    ([section, members]) => `## ${section}

| member | value | without it | meaning |
| --- | --- | --- | --- |
${members
  .map(({ path, value, without, description = '' }) => `| \`${path}\` | ${value} | ${without} | ${description} |`)
  .join('\n')}
`,
  );
  return `# Policy

Made from the schema that the service reads the file by, with \`npm run policy-schema\`; do not edit. Editors check a file
while it is written against [policy.schema.json](policy.schema.json); \`imprimatur policy\` has commands that look at one. How
the parts work together: [README](../README.md#i-run-images), [release](release.md), [check files](check-files.md).

A file begins with \`version: 1\`. What it leaves out is as the third column says; members without an entry there are off, or
have to be given where their section is. The first of the \`rules\` that matches an image definition applies: it may have each
of the sections \`mode\`, \`smokeTest\`, \`release\`, \`lifecycle\` and \`replicationLimitHours\`, and what it leaves out is the file's.

${tables.join('\n')}`;
}
