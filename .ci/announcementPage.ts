import { z } from 'zod';
import type { AnnouncementType } from '../shared/domain/announcements/announcementType.ts';
import { catalogue } from '../shared/domain/announcements/catalogue.ts';
import { commonMembers } from '../shared/domain/announcements/dataSchema.ts';
import { schemaFile } from './announcementSchemas.ts';

const head = `# Announcements

<!-- Generated from shared/domain/announcements by "npm run docs". -->

Every type of announcement that the service puts on the topic \`image-versions\`, and the members of its \`data\`. How to
receive and filter them: [README](../README.md#i-am-a-team). For code generators: [asyncapi.yaml](asyncapi.yaml).

A type is only ever extended: members and values may be added to it. A change that would break a consumer makes a new type
with the next number, \`….v2\`.
`;

/** The catalogue for people. */
export function announcementPage(): string {
  return [head, overview(), common(), ...catalogue.map(section)].join('\n');
}

function overview(): string {
  const rows = catalogue.map(({ type, name, severity }) => [`[\`${type}\`](#${anchorOf(name)})`, severity]);
  return table([['type', 'severity'], ...rows]);
}

function common(): string {
  const { policy, imageDefinition, imageVersion } = commonMembers;
  const rows = Object.entries(imageVersion).map(([name, schema]) => {
    const missing =
      name in policy
        ? 'all'
        : name in imageDefinition
          ? 'all but `policy`, `team` and `audit`'
          : '`imageVersion`, `smokeTest`';
    const { description = '' } = z.globalRegistry.get(z.custom<z.ZodType>().parse(schema)) ?? {};
    return [`\`${name}\`${isOptional(schema) ? ', where known' : ''}`, describe(schema), missing, description];
  });
  return `## Members that many have\n\n${table([['member', 'value', 'of types', ''], ...rows])}`;
}

function section(type: AnnouncementType): string {
  const members = Object.entries(type.details.shape).map(([name, schema]) => [
    `\`${name}\`${isOptional(schema) ? ', where known' : ''}`,
    describe(schema),
  ]);
  return [
    `## ${type.name}\n`,
    `${type.description}\n`,
    `\`${type.type}\`, ${type.severity} ([schema](${schemaFile(type)})).\n`,
    ...(members.length > 0 ? [table([['member', 'value'], ...members])] : []),
  ].join('\n');
}

function isOptional(schema: unknown): boolean {
  return z.custom<z.ZodType>().parse(schema).safeParse(undefined).success || schema instanceof z.ZodExactOptional;
}

const typed = z.looseObject({ type: z.union([z.string(), z.array(z.string())]).optional() });
const jsonSchema = typed.extend({
  enum: z.array(z.string()).optional(),
  items: typed.optional(),
  anyOf: z.array(typed).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

function describe(schema: unknown): string {
  const shown = jsonSchema.parse(z.toJSONSchema(z.custom<z.ZodType>().parse(schema)));
  const { type = 'any', enum: values, items, anyOf, properties } = shown;
  const members = (of: object) =>
    Object.keys(of)
      .map((name) => `\`${name}\``)
      .join(', ');
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf) return anyOf.map((each) => each.type).join(' or ');
  if (properties) return `object: ${members(properties)}`;
  if (items)
    return `list of ${items.properties ? `objects: ${members(z.looseObject({}).parse(items.properties))}` : `${items.type}s`}`;
  return [type].flat().join(' or ');
}

function anchorOf(name: string): string {
  return name.toLowerCase().replaceAll('.', '');
}

function table([header = [], ...rows]: string[][]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0), 3));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return `${[line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')}\n`;
}
