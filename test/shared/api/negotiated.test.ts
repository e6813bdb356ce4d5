import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { preferredType } from '../../../shared/api/preferredType.ts';
import { definitionResourceId } from '../../../shared/domain/ids.ts';
import { ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const headers = await signedIn('Imprimatur.Reader', 'Imprimatur.Operator', 'Imprimatur.Team');
const world = new World();
const api = apiOf(world.ports);
const described = z.object({ responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.any()) })) });
const operations = z.record(z.string(), z.looseObject({ get: described.optional() }));
const { paths } = z.object({ paths: operations }).parse(await (await api.request('/api/openapi.json')).json());
const definitionId = definitionResourceId(ubuntu);
const filled = (path: string) => path.replace('{day}', '2026-11-22').replaceAll(/\{\w+\}/g, 'web');
const answered = Object.entries(paths).flatMap(([path, { get }]) =>
  get && path !== '/api/health' ? [{ path, types: Object.keys(get.responses['200']?.content ?? {}) }] : [],
);
const inEachFormat = answered.filter(({ types }) => types.length > 1);
/** What the questions need to have an answer. */
const needed: Record<string, string> = {
  '/api/entries': `id=${definitionId}`,
  '/api/audit/records': 'from=2026-11-22',
  '/api/audit/life': `id=${definitionId}/versions/1.0.0`,
};

beforeAll(async () => {
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  await world.run();
});

describe('the header Accept', () => {
  const ask = async (path: string, accept: string | undefined, parameters = '') => {
    const query = [needed[path], parameters].filter(Boolean).join('&');
    const accepts: Record<string, string> = accept === undefined ? {} : { accept };
    const response = await api.request(`${filled(path)}?${query}`, { headers: { ...headers, ...accepts } });
    await response.text();
    return { status: response.status, type: response.headers.get('content-type')?.split(';')[0], response };
  };

  it('is for the answers that have three forms', () => {
    expect(inEachFormat.map(({ path }) => path).sort()).toEqual(
      ['entries', 'days/{day}', 'audit/latest', 'audit/life', 'audit/recent', 'audit/records', 'audit/unfinished']
        .map((path) => `/api/${path}`)
        .sort(),
    );
  });

  it.each(inEachFormat)('chooses the form of $path, as the parameter does, which goes before', async ({ path }) => {
    for (const type of ['text/csv', 'application/x-ndjson', 'application/json']) {
      const { response, ...answer } = await ask(path, type);
      expect(answer).toEqual({ status: 200, type });
      expect(response.headers.get('vary')).toBe('accept');
    }
    expect(await ask(path, undefined)).toMatchObject({ status: 200, type: 'application/json' });
    expect(await ask(path, 'application/json', 'format=csv')).toMatchObject({ status: 200, type: 'text/csv' });
    expect(await ask(path, 'image/png', 'format=ndjson')).toMatchObject({ status: 200, type: 'application/x-ndjson' });
  });

  it.each(answered)('that $path cannot meet is refused with 406, and the types it has', async ({ path, types }) => {
    const response = await api.request(filled(path), { headers: { ...headers, accept: 'image/png' } });

    expect(response.status).toBe(406);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ detail: `this is answered as ${types.join(', ')}` });
  });
});

describe('the preferred type', () => {
  const offered = ['application/json', 'application/x-ndjson', 'text/csv'];

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/*', 'text/csv'],
    ['TEXT/CSV', 'text/csv'],
    ['text/csv;q=0.5, application/x-ndjson', 'application/x-ndjson'],
    ['application/json;q=0, */*', 'application/x-ndjson'],
    ['text/html, */*;q=0.1', 'application/json'],
    ['text/html', undefined],
    ['*/*;q=0', undefined],
  ])('of %s is %s', (accept, type) => {
    expect(preferredType(accept, offered)).toBe(type);
  });
});
