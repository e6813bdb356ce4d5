import type { Command } from 'commander';
import { z } from 'zod';
import { type ConnectionOptions, connect, withConnection } from '../api/connect.ts';
import { printJson } from '../printTable.ts';
import { describe, explanation } from './explanation.ts';
import { versionId } from './versionId.ts';

/** `imprimatur why VERSION`. */
export function whyCommand(program: Command): void {
  withConnection(
    program
      .command('why')
      .argument('<version>', 'resource id of an image version, or IMAGE/VERSION')
      .description('Why a version is where it is: what failed, its serial log, evidence, and what to do next.'),
  ).action(async (named: string, options: ConnectionOptions) => {
    const { api } = await connect(options);
    const id = await versionId(api, named);
    const answer = await api.get(`why?id=${encodeURIComponent(id)}`, z.object({ versions: z.array(explanation) }));
    if (options.json) return printJson(answer);
    console.log(answer.versions.map((each) => describe(each).join('\n')).join('\n\n'));
  });
}
