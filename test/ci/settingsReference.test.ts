import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingsReference } from '../../.ci/settingsReference.ts';

test('the reference of settings is the one that the templates give; else `npm run settings`', () => {
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsReference());
});

test('every parameter of the template and every application setting is in it', () => {
  const reference = settingsReference();
  const parameters = [...readFileSync('infra/main.bicep', 'utf8').matchAll(/^param (\w+)/gm)].map(([, name]) => name);

  for (const name of parameters) expect(reference).toContain(`| \`${name}\` |`);
  for (const name of ['IMPRIMATUR_SWEEP_SCHEDULE', 'AzureWebJobs.queuedImageEvents.Disabled'])
    expect(reference).toContain(`| \`${name}\` |`);
});
