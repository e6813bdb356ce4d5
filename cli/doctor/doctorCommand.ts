import { DefaultAzureCredential } from '@azure/identity';
import type { Command } from 'commander';
import { parseGalleryId } from '../../shared/domain/ids.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { style } from '../style.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import { resourceManager } from './resourceManager.ts';

interface Options {
  subscription?: string;
  environment: string;
  galleries: string;
  regions: string;
  endpoint: string;
  json?: boolean;
}

const marks = { ok: ['green', 'ok'], missing: ['red', 'missing'], unknown: ['yellow', 'unknown'] } as const;

/** `imprimatur doctor`. Options are read from the azd environment's variables where these are set. */
export function doctorCommand(program: Command): void {
  const { env } = process;
  program
    .command('doctor')
    .description('Says before a deployment what is missing in Azure; changes nothing. Signs in as az, azd or identity.')
    .option('--subscription <id>', 'Azure subscription', env.AZURE_SUBSCRIPTION_ID)
    .option('--environment <name>', 'name of the azd environment', env.AZURE_ENV_NAME ?? 'imprimatur')
    .option('--galleries <ids>', 'resource ids, separated by commas', env.IMPRIMATUR_GALLERIES ?? '')
    .option('--regions <names>', 'regions to test in', env.IMPRIMATUR_REGIONS || env.AZURE_LOCATION || '')
    .option(
      '--endpoint <url>',
      'Azure Resource Manager',
      env.AzureResourceManager__endpoint ?? 'https://management.azure.com',
    )
    .option('--json', 'print the findings as JSON')
    .action(async (options: Options) => {
      const ask = resourceManager(options.endpoint, new DefaultAzureCredential());
      const findings = await examine(ask, planOf(options));
      if (options.json) console.log(JSON.stringify(findings, null, 2));
      else for (const finding of findings) print(finding);
      process.exitCode = findings.some(({ level }) => level === 'missing') ? exitCodes.failed : exitCodes.ok;
    });
}

function planOf({ subscription, environment, galleries, regions }: Options) {
  if (!subscription) throw new UsageError('no Azure subscription: give --subscription, or set AZURE_SUBSCRIPTION_ID');
  const ids = listOf(galleries);
  for (const id of ids)
    if (!parseGalleryId(id)) throw new UsageError(`--galleries: ${id} is not the resource id of a gallery`);
  return {
    subscriptionId: subscription,
    environmentName: environment,
    galleries: ids,
    regions: listOf(regions).map((region) => region.toLowerCase().replaceAll(' ', '')),
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function print({ level, subject, message, remedy }: Finding): void {
  const [colour, mark] = marks[level];
  console.log(`${style(colour, mark.padEnd(8))} ${subject}: ${message}${remedy ? `\n         → ${remedy}` : ''}`);
}
