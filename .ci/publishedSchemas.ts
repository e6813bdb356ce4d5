import { globSync, readFileSync } from 'node:fs';
import { announcementSchemas } from './announcementSchemas.ts';
import { breakingChanges } from './breakingChanges.ts';

/** How the schemas of today break the published ones under docs/; a type that is gone breaks too. */
export function brokenSchemas(current = announcementSchemas()): string[] {
  return globSync('schemas/*.json', { cwd: 'docs' }).flatMap((file) => {
    const schema = current.get(file);
    if (schema === undefined) return [`docs/${file}: the type is gone`];
    const published: unknown = JSON.parse(readFileSync(`docs/${file}`, 'utf8'));
    return breakingChanges(published, JSON.parse(schema)).map((change) => `docs/${file}: ${change}`);
  });
}
