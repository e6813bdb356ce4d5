/** Writes what docs/ holds of the announcements, of the faults that a smoke test finds, of the defects that the simulation finds and of the last bench; refuses to break a schema that is published. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readResults, resultsPage } from '../bench/resultsPage.ts';
import { announcementFiles } from './announcementFiles.ts';
import { defectPage, readDefects } from './defectPage.ts';
import { faultPage } from './faultPage.ts';
import { brokenSchemas } from './publishedSchemas.ts';

const broken = brokenSchemas();
if (broken.length > 0) {
  console.error(`Teams rely on these schemas; leave them as they are and announce a new version of the type:`);
  for (const line of broken) console.error(`- ${line}`);
  process.exit(1);
}
mkdirSync('docs/schemas', { recursive: true });
for (const [file, content] of announcementFiles()) writeFileSync(`docs/${file}`, content);
writeFileSync('docs/smoke-test-faults.md', await faultPage());
writeFileSync('docs/benchmark.md', resultsPage(readResults('docs/benchmark.json')));
writeFileSync('docs/simulation.md', defectPage(readDefects('docs/simulation.json')));
