import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { parseGalleryId, parseImageId } from '../../shared/domain/ids.ts';
import { signIn } from '../api/signIn.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { examine, smokeTestGroup, subnetId } from './examine.ts';
import { printFinding } from './printFinding.ts';
import type { ProbePlan } from './probeVersion.ts';
import { resourceManager } from './resourceManager.ts';
import { runProbe } from './runProbe.ts';

interface Options {
  subscription?: string;
  environment: string;
  galleries: string;
  regions: string;
  endpoint: string;
  json?: boolean;
  probe?: boolean;
  buildSubnet?: string;
  containerSubnet?: string;
  source?: string;
  size: string;
}

/** `imprimatur doctor`. Options are read from the azd environment's variables where these are set. */
export function doctorCommand(program: Command): void {
  const { env } = process;
  program
    .command('doctor')
    .description(
      'Says before a deployment what is missing in Azure; changes nothing, unless --probe is given. Signs in as az, azd or identity.',
    )
    .option('--subscription <id>', 'Azure subscription', env.AZURE_SUBSCRIPTION_ID)
    .option('--environment <name>', 'name of the azd environment', env.AZURE_ENV_NAME ?? 'imprimatur')
    .option('--galleries <ids>', 'resource ids, separated by commas', env.IMPRIMATUR_GALLERIES ?? '')
    .option('--regions <names>', 'regions to test in', env.IMPRIMATUR_REGIONS || env.AZURE_LOCATION || '')
    .option('--build-subnet <id>', 'resource id of the subnet that Azure VM Image Builder builds in')
    .option('--container-subnet <id>', 'with --build-subnet: resource id of the subnet of its containers')
    .option(
      '--endpoint <url>',
      'Azure Resource Manager',
      env.AzureResourceManager__endpoint ?? 'https://management.azure.com',
    )
    .option('--json', 'print the findings as JSON')
    .option('--probe', 'ask Azure what its documentation leaves open, on a gallery that is made and deleted again')
    .option('--source <id>', 'with --probe: resource id of an image version that boots, in the first of the regions')
    .option('--size <name>', 'with --probe: size of its VM', 'Standard_D2s_v5')
    .action(async (options: Options) => {
      const ask = resourceManager(options.endpoint, await signIn());
      if (options.probe) return runProbe(ask, probePlanOf(options), options.json ?? false);
      const findings = await examine(ask, planOf(options));
      if (options.json) console.log(JSON.stringify(findings, null, 2));
      else for (const finding of findings) printFinding(finding);
      process.exitCode = findings.some(({ level }) => level === 'missing') ? exitCodes.failed : exitCodes.ok;
    });
}

function planOf({ subscription, environment, galleries, regions, buildSubnet, containerSubnet }: Options) {
  if (!subscription) throw new UsageError('no Azure subscription: give --subscription, or set AZURE_SUBSCRIPTION_ID');
  const ids = listOf(galleries);
  for (const id of ids)
    if (!parseGalleryId(id)) throw new UsageError(`--galleries: ${id} is not the resource id of a gallery`);
  if (containerSubnet && !buildSubnet)
    throw new UsageError('--container-subnet: Azure refuses it alone, give --build-subnet too');
  return {
    subscriptionId: subscription,
    environmentName: environment,
    galleries: ids,
    regions: listOf(regions).map((region) => region.toLowerCase().replaceAll(' ', '')),
    buildSubnet,
    containerSubnet,
  };
}

function probePlanOf(options: Options): ProbePlan {
  const plan = planOf(options);
  const [region] = plan.regions;
  if (!region) throw new UsageError('no region to ask in: give --regions');
  if (!options.source || !parseImageId(options.source)?.version)
    throw new UsageError('--probe needs --source, the resource id of an image version that boots');
  return {
    resourceGroup: smokeTestGroup(plan),
    subnetId: subnetId(plan, region),
    region,
    vmSize: options.size,
    source: options.source,
    suffix: randomBytes(3).toString('hex'),
    // Nobody ever signs in: it is thrown away with the VM.
    adminPassword: `Aa1!${randomBytes(30).toString('base64url')}`,
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
