import type { Command } from 'commander';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { exitCodes } from '../exitCodes.ts';
import { printJson, printTable } from '../printTable.ts';
import { style } from '../style.ts';
import { formatOption, printText, type TextFormat } from './printText.ts';
import { reportCommand } from './reportCommand.ts';

const verified = z.object({
  entries: z.number(),
  chain: z.enum(['intact', 'broken']),
  manifests: z.number(),
  broken: z.array(z.object({ log: z.string(), problem: z.string(), sequence: z.number().optional() })),
});
const page = z.object({
  records: z.array(z.looseObject({ at: z.string(), type: z.string(), actor: z.string(), summary: z.string() })),
  cursor: z.string().optional(),
});
const images = z.object({
  at: z.string(),
  images: z.array(
    z.object({
      id: z.string(),
      latest: z.array(z.object({ region: z.string(), version: z.string(), since: z.string() })),
    }),
  ),
});
const lives = z.object({
  incarnations: z.array(
    z.object({
      id: z.string(),
      detectedAt: z.string(),
      stages: z.array(z.object({ stage: z.string(), seconds: z.number() })),
      exposures: z.array(
        z.object({
          how: z.string(),
          until: z.string(),
          seconds: z.number(),
          regions: z.record(z.string(), z.number()),
        }),
      ),
      people: z.array(z.object({ at: z.string(), actor: z.string(), type: z.string() })),
    }),
  ),
});

const filters = ['gallery', 'image', 'version', 'team', 'actor', 'type', 'outcome'] as const;
interface FormatOptions extends ConnectionOptions {
  format?: TextFormat;
}

interface FindOptions extends FormatOptions, Partial<Record<(typeof filters)[number], string>> {
  from: string;
  to?: string;
  knownIssue?: string;
}

/** `imprimatur audit …`. */
export function auditCommands(audit: Command): void {
  withConnection(audit.command('verify'))
    .description('Checks every hash chain and every daily manifest; names the first broken entry of a log.')
    .option('--offline <folder>', 'check a bundle of "audit report" by itself, without the service')
    .action(async (options: ConnectionOptions & { offline?: string }) => {
      if (options.offline !== undefined) return checkBundle(options.offline, options.json ?? false);
      const found = await (await connect(options)).api.get('audit', verified);
      if (options.json) printJson(found);
      else {
        const { entries, manifests, broken, chain } = found;
        console.log(
          `${entries} entries, ${manifests} manifests: ${style(chain === 'intact' ? 'green' : 'red', chain)}`,
        );
        for (const { log, problem } of broken) console.log(`  ${log}: ${problem}`);
      }
      process.exitCode = found.chain === 'intact' ? exitCodes.ok : exitCodes.failed;
    });
  const find = withConnection(audit.command('find'))
    .description('What happened, over all images and teams.')
    .requiredOption('--from <day>', 'first day (UTC), as 2026-11-22')
    .option('--to <day>', 'last day, included; else the first')
    .addOption(formatOption());
  for (const name of filters) find.option(`--${name} <${name}>`, `only where the ${name} is this`);
  find.option('--known-issue <ticket>', 'only smoke tests that met this known issue, or "any"');
  find.action(findRecords);
  withConnection(audit.command('latest'))
    .description('What was latest in each region at an instant.')
    .option('--at <instant>', 'as 2026-11-22T08:00:00Z; else now')
    .option('--region <name>', 'of one region')
    .option('--id <id>', 'of one image definition, by its resource id')
    .addOption(formatOption())
    .action(async (options: FormatOptions & { at?: string; region?: string; id?: string }) => {
      const { at, region, id, format } = options;
      const { api } = await connect(options);
      if (format) return printText(api, 'audit/latest', queryOf({ at, region, id, format, limit: 'all' }));
      const found = await api.get(`audit/latest?${queryOf({ at, region, id, limit: 'all' })}`, images);
      if (options.json) return printJson(found);
      printTable(
        found.images.flatMap((image) =>
          image.latest.map(({ region, version, since }) => [image.id, region, version, `since ${since}`]),
        ),
      );
    });
  withConnection(audit.command('life').argument('<id>', 'resource id of an image version'))
    .description('How long a version stood at each stage, when it was exposed, and who asked for what.')
    .addOption(formatOption())
    .action(async (id: string, options: FormatOptions) => {
      const { api } = await connect(options);
      const { format } = options;
      if (format) return printText(api, 'audit/life', queryOf({ id, format }));
      const found = await api.get(`audit/life?${queryOf({ id })}`, lives);
      if (options.json) return printJson(found);
      for (const { detectedAt, stages, exposures, people } of found.incarnations) {
        console.log(style('bold', `detected ${detectedAt}`));
        printTable([
          ...stages.map(({ stage, seconds }) => [`  ${stage}`, `${seconds} s`]),
          ...exposures.map(({ how, until, seconds, regions }) => [
            `  exposed (${[how, ...Object.keys(regions)].join(', ')}) until ${until}`,
            `${seconds} s`,
          ]),
          ...people.map(({ at, actor, type }) => [`  ${type} by ${actor}`, at]),
        ]);
      }
    });
  withConnection(audit.command('entries').argument('<id>', 'resource id of an image version or image definition'))
    .description('Its audit entries as they were written, one a line; as CSV without their before and after.')
    .addOption(formatOption().default('ndjson'))
    .action(async (id: string, options: FormatOptions) =>
      printText(
        (await connect(options)).api,
        'entries',
        queryOf({ id, format: options.json ? 'json' : options.format }),
      ),
    );
  reportCommand(audit);
  withConnection(audit.command('reindex'))
    .description('Adds what is missing in the day index, from the logs.')
    .action(async (options: ConnectionOptions) => {
      const done = z.object({ logs: z.number(), added: z.number(), unreadable: z.array(z.string()) });
      const { logs, added, unreadable } = await (await connect(options)).api.send('POST', 'audit/reindex', done);
      if (options.json) return printJson({ logs, added, unreadable });
      console.log(`${added} entries of ${logs} logs added to the index`);
      for (const log of unreadable) console.log(`  ${log} cannot be read: see "imprimatur audit verify"`);
    });
}

async function checkBundle(folder: string, json: boolean): Promise<void> {
  const { verifyOffline } = await import('./verifyOffline.ts');
  const found = await verifyOffline(folder);
  const { entries, logs, manifests, digest, problems } = found;
  if (json) printJson(found);
  else {
    const verdict = problems.length === 0 ? style('green', 'intact') : style('red', 'broken');
    console.log(`${entries} entries of ${logs} logs, ${manifests} manifests: ${verdict}`);
    if (digest !== undefined)
      console.log(`the newest manifest has the digest ${digest}: compare it with what was announced`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  process.exitCode = problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Page after page; a table is printed whole, since its columns are as wide as its widest cell. */
async function findRecords(options: FindOptions): Promise<void> {
  const { api } = await connect(options);
  const { from, to, knownIssue, format } = options;
  const query = { from, to, knownIssue, ...Object.fromEntries(filters.map((name) => [name, options[name]])) };
  if (format) return printText(api, 'audit/records', queryOf({ ...query, format, limit: 'all' }));
  const records: z.infer<typeof page>['records'] = [];
  let cursor: string | undefined;
  do {
    const found = await api.get(`audit/records?${queryOf({ ...query, cursor })}`, page);
    records.push(...found.records);
    cursor = found.cursor;
  } while (cursor !== undefined);
  if (options.json) return printJson({ records });
  printTable(
    records.map(({ at, type, actor, gallery, image, version, summary }) => [
      at,
      type,
      [gallery, image].filter(Boolean).join('/'),
      String(version ?? ''),
      actor,
      summary,
    ]),
  );
}

function queryOf(members: Record<string, string | undefined>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) if (value !== undefined) query.set(name, value);
  return query;
}
