/** `npm run latest`: what Azure picks for a VM that names only the image definition, per region. */
import { Command } from 'commander';
import { apiClient } from './stack/apiClient.ts';
import { readEndpoints } from './stack/readEndpoints.ts';

const command = new Command('latest')
  .description('Shows the effective latest version per region.')
  .option('--json', 'as JSON')
  .parse();
try {
  const images = await apiClient(await readEndpoints()).images();
  if (command.opts<{ json?: boolean }>().json) console.log(JSON.stringify(images, null, 2));
  else for (const { id, latest } of images) console.log(`${id.slice(id.lastIndexOf('/') + 1)}: ${describe(latest)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function describe(latest: Record<string, string>): string {
  const regions = Object.entries(latest).map(([region, version]) => `${version} in ${region}`);
  return regions.join(', ') || 'none';
}
