import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { formatOption, printText, type TextFormat } from '../audit/printText.ts';
import { printJson, printTable } from '../printTable.ts';
import { describeInstance, readInstance } from '../requests/askEverything.ts';
import { style } from '../style.ts';
import { readLatest } from './readLatest.ts';
import { readVersions } from './readVersions.ts';

const waiting = z.object({
  versions: z.array(
    z.object({ id: z.string(), outcome: z.string(), since: z.string(), reason: z.string(), last: z.string() }),
  ),
});

const name = z.string().optional();
const recent = z.object({
  records: z.array(
    z.looseObject({
      id: z.string(),
      at: z.string(),
      log: z.string(),
      summary: z.string(),
      gallery: name,
      image: name,
      version: name,
      team: name,
    }),
  ),
});

const pollMs = 1_000;

/** `imprimatur status`, `latest`, `versions` and `watch`. */
export function imageCommands(program: Command): void {
  withConnection(program.command('status').description('What is under way, and what waits for somebody.'))
    .addOption(formatOption())
    .action(async (options: ConnectionOptions & { format?: TextFormat }) => {
      const { api } = await connect(options);
      const path = 'audit/unfinished';
      if (options.format) return printText(api, path, new URLSearchParams({ format: options.format, limit: 'all' }));
      const { versions: unfinished } = await api.get(`${path}?limit=all`, waiting);
      const instance = await readInstance(api);
      if (options.json) return printJson({ ...instance, versions: unfinished });
      for (const line of describeInstance(instance)) console.log(style('yellow', line));
      if (unfinished.length === 0) return console.log('Nothing is under way, and nothing waits for anybody.');
      printTable(unfinished.map((each) => [nameOf(each.id), each.outcome, each.reason || each.last]));
    });
  withConnection(
    program
      .command('latest')
      .argument('[image]', 'name of an image definition')
      .description('What Azure picks as latest in each region.')
      .option('--at <instant>', 'what it picked then, by the audit trail, as 2026-11-22T08:00:00Z'),
  ).action(async (image: string | undefined, options: ConnectionOptions & { at?: string }) => {
    const found = (await readLatest((await connect(options)).api, options.at)).filter(
      ({ id }) => image === undefined || nameOf(id).endsWith(`/${image}`),
    );
    if (options.json) return printJson({ images: found });
    printTable(
      found.flatMap(({ id, latest }) =>
        Object.entries(latest).map(([region, version]) => [nameOf(id), region, version]),
      ),
    );
  });
  withConnection(
    program
      .command('versions')
      .argument('[id]', 'resource id of an image definition')
      .description('Every version, and what became of it.'),
  ).action(async (id: string | undefined, options: ConnectionOptions) => {
    const found = await readVersions((await connect(options)).api, id);
    if (options.json) return printJson({ versions: found });
    printTable(found.map((each) => [nameOf(each.id), each.outcome, each.reason]));
  });
  withConnection(program.command('watch').description('Tells what happens while it happens, until Ctrl-C.')).action(
    watch,
  );
}

/** New entries as they come; those that were there before are not told. */
async function watch(options: ConnectionOptions): Promise<void> {
  const { api } = await connect(options);
  const read = async () => (await api.get('audit/recent', recent)).records;
  let told = new Set((await read()).map(({ id }) => id));
  console.error('watching, until Ctrl-C');
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  while (!end.signal.aborted) {
    const records = await read();
    for (const record of records.filter(({ id }) => !told.has(id))) {
      const { at, log, summary, gallery, image, version, team } = record;
      const what = team ?? ([[gallery, image].filter(Boolean).join('/'), version].filter(Boolean).join(' ') || log);
      if (options.json) console.log(JSON.stringify(record));
      else console.log(`${at}  ${style('bold', what)}  ${summary}`);
    }
    told = new Set(records.map(({ id }) => id));
    await setTimeout(pollMs, undefined, { signal: end.signal }).catch(() => {});
  }
}

/** `gallery/image version`, of a resource id. */
function nameOf(id: string): string {
  const [, gallery = '', image = '', version] =
    /galleries\/([^/]+)\/images\/([^/]+)(?:\/versions\/([^/]+))?$/i.exec(id) ?? [];
  return version === undefined ? `${gallery}/${image}` : `${gallery}/${image} ${version}`;
}
