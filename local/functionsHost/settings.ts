import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** App settings, as environment variables. */
export type Settings = Record<string, string | undefined>;

const settingsFile = z.looseObject({ Values: z.record(z.string(), z.coerce.string()).default({}) });

/** The `Values` of a file shaped like local.settings.json. */
export function readSettingsFile(file: string): Record<string, string> {
  const parsed = settingsFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Values;
}

/** Replaces each `%Name%` by the app setting of that name; an unknown one is an error. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replaceAll(/%([^%]+)%/g, (expression, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`${expression} does not resolve: there is no app setting "${name}"`);
    return value;
  });
}
