import type { Command } from 'commander';
import { z } from 'zod';
import { type Connection, type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { formatOption, printText, type TextFormat } from '../audit/printText.ts';
import { printJson, printTable } from '../printTable.ts';
import { describeInstance, readInstance } from '../requests/askEverything.ts';
import { style } from '../style.ts';

const images = z.object({
  images: z.array(z.object({ id: z.string(), latest: z.record(z.string(), z.string()), open: z.array(z.string()) })),
});
const versions = z.object({
  versions: z.array(
    z.looseObject({
      id: z.string(),
      outcome: z.string(),
      reason: z.string(),
      entries: z.array(z.object({ at: z.string(), type: z.string(), summary: z.string() })),
    }),
  ),
});
const waiting = z.object({
  versions: z.array(
    z.object({ id: z.string(), outcome: z.string(), since: z.string(), reason: z.string(), last: z.string() }),
  ),
});

const pollMs = 1_000;
const read = async ({ api }: Connection) => (await api.get('images', images)).images;
const readVersions = async ({ api }: Connection, id?: string) =>
  (await api.get(`versions${id === undefined ? '' : `?id=${encodeURIComponent(id)}`}`, versions)).versions;

/** `imprimatur status`, `latest`, `versions` and `watch`. */
export function imageCommands(program: Command): void {
  withConnection(program.command('status').description('What is under way, and what waits for somebody.'))
    .addOption(formatOption())
    .action(async (options: ConnectionOptions & { format?: TextFormat }) => {
      const { api } = await connect(options);
      const path = 'audit/unfinished';
      if (options.format) return printText(api, path, new URLSearchParams({ format: options.format }));
      const { versions: unfinished } = await api.get(path, waiting);
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
      .description('What Azure picks as latest in each region.'),
  ).action(async (image: string | undefined, options: ConnectionOptions) => {
    const found = (await read(await connect(options))).filter(
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
    const found = await readVersions(await connect(options), id);
    if (options.json) return printJson({ versions: found });
    printTable(found.map((each) => [nameOf(each.id), each.outcome, each.reason]));
  });
  withConnection(program.command('watch').description('Tells what happens while it happens, until Ctrl-C.')).action(
    watch,
  );
}

/** New entries as they come; those that were there before are not told. */
async function watch(options: ConnectionOptions): Promise<void> {
  const connection = await connect(options);
  const told = new Map((await readVersions(connection)).map(({ id, entries }) => [id, entries.length]));
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  while (!end.signal.aborted) {
    for (const { id, entries } of await readVersions(connection)) {
      for (const { at, type, summary } of entries.slice(told.get(id) ?? 0)) {
        if (options.json) console.log(JSON.stringify({ id, at, type, summary }));
        else console.log(`${at}  ${style('bold', nameOf(id))}  ${summary}`);
      }
      told.set(id, entries.length);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** `gallery/image version`, of a resource id. */
function nameOf(id: string): string {
  const [, gallery = '', image = '', version] =
    /galleries\/([^/]+)\/images\/([^/]+)(?:\/versions\/([^/]+))?$/i.exec(id) ?? [];
  return version === undefined ? `${gallery}/${image}` : `${gallery}/${image} ${version}`;
}
