import { createRequire } from 'node:module';

/**
 * Preloaded into Azurite, which for each request reads the URL template of each of its seventy operations anew, as long as
 * all else takes that it does to find out which one is meant.
 */
const ours = createRequire(import.meta.url);
const azurites = createRequire(ours.resolve('azurite/package.json'));
const file = azurites.resolve('uri-templates');
const readTemplate: (template: string) => object = azurites(file);
const known = new Map<string, object>();

const loaded = azurites.cache[file];
if (loaded) loaded.exports = readOnce;

function readOnce(template: string): object {
  const found = known.get(template) ?? readTemplate(template);
  known.set(template, found);
  return found;
}
