import type { Command } from 'commander';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { printJson } from '../printTable.ts';
import { versionId } from '../smokeTests/versionId.ts';

const plan = z.looseObject({ text: z.array(z.string()) });

/** `imprimatur plan release`: what will happen by itself, ring by ring, before it happens. */
export function releasePlanCommand(program: Command): void {
  withConnection(program.command('release').argument('<id>', 'resource id of an image version, or IMAGE/VERSION'))
    .description(
      'What the release of a version will do by itself: per ring the regions, the instant and what is latest then.',
    )
    .action(async (named: string, options: ConnectionOptions) => {
      const { api } = await connect(options);
      const id = await versionId(api, named);
      const found = await api.get(`plans/release?id=${encodeURIComponent(id)}`, plan);
      if (options.json) return printJson(found);
      for (const line of found.text.length > 0 ? found.text : ['Nothing is left to do for it.']) console.log(line);
    });
}
