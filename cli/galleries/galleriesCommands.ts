import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseGalleryId } from '../../shared/domain/ids.ts';
import { describeProblem } from '../../shared/domain/parseYaml.ts';
import { parsePolicy, type RuledPolicy } from '../../shared/domain/policyFile.ts';
import { signIn } from '../api/signIn.ts';
import { type Finding, missing } from '../doctor/finding.ts';
import { printFinding } from '../doctor/printFinding.ts';
import { resourceManager } from '../doctor/resourceManager.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { printJson } from '../printTable.ts';
import { examineGallery } from './examineGallery.ts';
import { giveGalleryUp, takeGallery } from './tagOfGallery.ts';

interface Options {
  instance: string;
  endpoint: string;
  galleries: string;
  policy?: string;
  json?: boolean;
}

/** `imprimatur galleries list|add|remove`, on Azure Resource Manager itself: with the rights of who runs it. */
export function galleriesCommands(galleries: Command): void {
  withOptions(galleries.command('list'))
    .description('For each gallery, whether tag, events, rights and policy are in place; exit code 1 where one is not.')
    .action(async (options: Options) => {
      const ids = namedIn(options.galleries);
      if (ids.length === 0) throw new UsageError('no gallery: give --galleries, or set IMPRIMATUR_GALLERIES');
      await report(ids, options);
    });
  withOptions(galleries.command('add'))
    .description('Sets the tag by which the instance owns a gallery, and says what else is missing.')
    .argument('<id>', 'resource id of the gallery')
    .action(async (id: string, options: Options) => {
      await takeGallery(await askOf(options), checked(id), options.instance);
      const isNamed = namedIn(options.galleries).some((known) => known.toLowerCase() === id.toLowerCase());
      const setting = [...namedIn(options.galleries), id].join(',');
      const remedy = `azd env set IMPRIMATUR_GALLERIES "${setting}" && azd up`;
      await report([id], options, isNamed ? [] : [missing('setting', 'IMPRIMATUR_GALLERIES does not name it', remedy)]);
    });
  withOptions(galleries.command('remove'))
    .description('Takes the tag of the instance away: nothing is done in the gallery any more.')
    .argument('<id>', 'resource id of the gallery')
    .action(async (id: string, options: Options) => {
      await giveGalleryUp(await askOf(options), checked(id), options.instance);
      if (options.json) printJson({ id, owner: null });
      else console.log(`${id} is nobody's within five minutes; take it out of IMPRIMATUR_GALLERIES too, and azd up`);
    });
}

function withOptions(command: Command): Command {
  const { env } = process;
  return command
    .option(
      '--instance <name>',
      'name of the instance, that of its azd environment',
      env.AZURE_ENV_NAME ?? 'imprimatur',
    )
    .option('--galleries <ids>', 'what the service looks after, separated by commas', env.IMPRIMATUR_GALLERIES ?? '')
    .option('--policy <file>', 'policy file: says the mode of each image definition too')
    .option(
      '--endpoint <url>',
      'Azure Resource Manager',
      env.AzureResourceManager__endpoint ?? 'https://management.azure.com',
    )
    .option('--json', 'print the findings as JSON');
}

async function askOf({ endpoint }: Options) {
  return resourceManager(endpoint, await signIn());
}

async function report(ids: string[], options: Options, more: Finding[] = []): Promise<void> {
  const ask = await askOf(options);
  const policy = await readPolicy(options.policy);
  const { instance } = options;
  const galleries: { id: string; findings: Finding[] }[] = [];
  for (const id of ids)
    galleries.push({
      id,
      findings: [...(await examineGallery(ask, id, { instance, ...(policy && { policy }) })), ...more],
    });
  if (options.json) printJson(galleries);
  else
    for (const { id, findings } of galleries) {
      console.log(id);
      for (const finding of findings) printFinding(finding);
    }
  const isMissing = galleries.some(({ findings }) => findings.some(({ level }) => level === 'missing'));
  process.exitCode = isMissing ? exitCodes.failed : exitCodes.ok;
}

async function readPolicy(file: string | undefined): Promise<RuledPolicy | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read`);
  });
  const parsed = parsePolicy(text);
  if (parsed.kind === 'policy') return parsed.policy;
  throw new UsageError(`${file} cannot be used: ${parsed.problems.map(describeProblem).join('; ')}`);
}

function namedIn(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter((id) => id !== '')
    .map(checked);
}

function checked(id: string): string {
  if (!parseGalleryId(id)) throw new UsageError(`${id} is not the resource id of a gallery`);
  return id;
}
