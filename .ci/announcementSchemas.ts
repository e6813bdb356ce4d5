import { z } from 'zod';
import type { AnnouncementType } from '../shared/domain/announcements/announcementType.ts';
import { catalogue } from '../shared/domain/announcements/catalogue.ts';
import { dataSchema } from '../shared/domain/announcements/dataSchema.ts';

/** Where the schema of a type lies, below docs/. */
export function schemaFile({ type }: AnnouncementType): string {
  return `schemas/${type}.json`;
}

/** The JSON Schema of each type's `data`, by file name below docs/. Draft 7, the one that AsyncAPI builds on. */
export function announcementSchemas(): Map<string, string> {
  return new Map(
    catalogue.map((type) => {
      // What consumers read: members that are added later are no mistake.
      const { $schema, ...body } = z.toJSONSchema(dataSchema(type), { io: 'input', target: 'draft-7' });
      const schema = { $schema, title: type.type, description: type.description, ...body };
      return [schemaFile(type), `${JSON.stringify(schema, undefined, 2)}\n`];
    }),
  );
}
