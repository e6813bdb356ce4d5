/** Writes the Config.json of the official emulator: emulator-config [--teams FILE] [OUTPUT]. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { deriveEmulatorConfig } from './deriveEmulatorConfig.ts';
import { entitiesSchema, teamSubscriptionsSchema } from './entitySchemas.ts';

const { values, positionals } = parseArgs({ options: { teams: { type: 'string' } }, allowPositionals: true });
const entities = entitiesSchema.parse(readJson(new URL('../../infra/serviceBus.json', import.meta.url)));
const subscriptions = teamSubscriptionsSchema.parse(values.teams ? readJson(values.teams) : []);
const { config, changes } = deriveEmulatorConfig(entities, subscriptions);
for (const change of changes) console.error(change);
const text = `${JSON.stringify(config, null, 2)}\n`;
if (positionals[0]) writeFileSync(positionals[0], text);
else process.stdout.write(text);

function readJson(file: string | URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
