import { beforeAll, describe, expect, it } from 'vitest';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const reader = await signedIn('Imprimatur.Reader');
const names = ['alma', 'debian', 'fedora', 'suse', 'ubuntu'];

describe('answers made of whole logs, in pages', () => {
  let world: World;
  beforeAll(async () => {
    world = new World();
    for (const image of names) {
      const definition = { ...ubuntu, image };
      world.galleries.createDefinition(definition);
      world.galleries.create(definition, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    }
    await world.run();
    for (const image of names)
      world.galleries.create({ ...ubuntu, image }, '1.1.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 80_000, sweeps: false });
  });
  const ask = (path: string) => apiOf(world.ports).request(`/api/audit/${path}`, { headers: reader });
  // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test asserts
  const json = async (path: string) => (await (await ask(path)).json()) as any;
  const pagesOf = async (path: string, list: 'images' | 'versions') => {
    const pages: unknown[][] = [];
    let cursor: string | undefined;
    do {
      const page = await json(`${path}?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      pages.push(page[list]);
      cursor = page.cursor;
      world.time.moveTo(world.time.nowMs + 1_000);
    } while (cursor !== undefined);
    return pages;
  };

  it.each([
    ['latest', 'images'],
    ['unfinished', 'versions'],
  ] as const)('of %s are together everything, once, in the same order', async (path, list) => {
    const all = (await json(`${path}?limit=all`))[list];
    const pages = await pagesOf(path, list);

    expect(all).toHaveLength(names.length);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(all);
  });

  it('are of one instant, also where nobody named it', async () => {
    const first = await json('latest?limit=3');
    world.time.moveTo(world.time.nowMs + 60_000);
    const second = await json(`latest?limit=3&cursor=${first.cursor}`);

    expect(second.at).toBe(first.at);
  });

  it.each(['latest', 'unfinished'])(
    'of %s as CSV name their columns once, and the next page in a header',
    async (path) => {
      const first = await ask(`${path}?limit=3&format=csv`);
      const second = await ask(`${path}?limit=3&format=csv&cursor=${first.headers.get('x-next-cursor')}`);
      const whole = await (await ask(`${path}?limit=all&format=csv`)).text();
      const texts = [await first.text(), await second.text()];

      expect(texts.join('').split('\r\n')).toHaveLength(whole.split('\r\n').length);
      expect(texts[1]).not.toContain('id,');
      expect(second.headers.get('x-next-cursor')).toBeNull();
    },
  );

  it.each([
    ['latest?cursor=AAAA', 'the cursor is of another question'],
    ['unfinished?limit=all&cursor=AAAA', 'what is answered whole has no cursor'],
  ])('%s is refused with the reason', async (path, detail) => {
    const answer = await ask(path);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail });
  });

  it('of one instant are refused with the cursor of another', async () => {
    const { cursor } = await json('latest?limit=1');

    expect((await ask(`latest?at=2026-11-22T08:00:00Z&cursor=${cursor}`)).status).toBe(400);
  });
});
