import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { entrySchema } from '../../shared/domain/entries.ts';
import { definitionFact, incarnationFact } from '../../shared/domain/facts.ts';
import { instanceFact } from '../../shared/domain/instanceFacts.ts';
import { World } from '../fakes/world.ts';
import { foldGolden } from './foldGolden.ts';
import { stories } from './stories.ts';

/**
 * Records the logs of today's schema, once, as the release that writes it leaves them behind (`npm run golden`). What is
 * recorded stays as it is for ever; a mistake in the code that wrote it is part of what later code must read.
 */
const folder = `test/golden/schema${entrySchema}`;

if (existsSync(folder)) {
  console.error(`${folder} exists: golden logs are recorded once per schema, before its release, and never again`);
  process.exit(1);
}
const missing = new Set<string>(
  [...incarnationFact.options, ...definitionFact.options, ...instanceFact.options].map(({ shape }) => shape.type.value),
);
for (const [story, play] of Object.entries(stories)) {
  const world = new World();
  await play(world);
  mkdirSync(`${folder}/${story}`, { recursive: true });
  for (const [log, text] of world.auditLogs.blobs) {
    const file = `${folder}/${story}/${log.replaceAll('/', '.')}`;
    writeFileSync(`${file}.jsonl`, text);
    writeFileSync(`${file}.state.json`, `${JSON.stringify(foldGolden(log, text), null, 2)}\n`);
  }
  for (const { fact } of world.allEntries()) missing.delete(fact.type);
  console.log(`${folder}/${story}: ${world.auditLogs.blobs.size} logs, ${world.allEntries().length} entries`);
}
if (missing.size > 0) {
  rmSync(folder, { recursive: true });
  console.error(`nothing recorded: no story makes ${[...missing].join(', ')}; add one to test/golden/stories.ts`);
  process.exit(1);
}
