import { expect, it } from 'vitest';
import { z } from 'zod';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const page = z.object({ versions: z.array(z.object({ id: z.string() })), cursor: z.string().optional() });

it('versions come in pages that are together everything, once, and of which only the own logs are read', async () => {
  const world = new World();
  for (const version of ['1.0.0', '1.0.1', '1.0.2']) world.galleries.create(ubuntu, version, { sourceId: 'healthy' });
  await world.run();
  const api = apiOf(world.ports);
  const headers = await signedIn('Imprimatur.Reader');
  let reads = 0;
  const read = world.auditLogs.read.bind(world.auditLogs);
  world.auditLogs.read = (log) => {
    reads += 1;
    return read(log);
  };

  const ids: string[] = [];
  const readOfPage: number[] = [];
  let query = 'limit=2';
  for (const isLast of [false, true]) {
    reads = 0;
    const answer = page.parse(await (await api.request(`/api/versions?${query}`, { headers })).json());
    ids.push(...answer.versions.map(({ id }) => id.slice(id.lastIndexOf('/') + 1)));
    readOfPage.push(reads);
    query = `limit=2&cursor=${answer.cursor}`;
    expect(answer.cursor === undefined).toBe(isLast);
  }

  expect(ids.sort()).toEqual(['1.0.0', '1.0.1', '1.0.2']);
  expect(readOfPage).toEqual([2, 1]);
});
