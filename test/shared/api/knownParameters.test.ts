import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const headers = await signedIn('Imprimatur.Reader', 'Imprimatur.Operator', 'Imprimatur.Team');
const api = apiOf(new World().ports);
const parameters = z.array(z.object({ in: z.string(), name: z.string() })).default([]);
const operation = z.object({ parameters });
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });
const { paths } = document.parse(await (await api.request('/api/openapi.json')).json());
const operations = Object.entries(paths)
  .filter(([path]) => path !== '/api/health')
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters }]) => ({
      path: path.replace('{day}', '2026-11-22').replaceAll(/\{\w+\}/g, 'web'),
      method: method.toUpperCase(),
      known: parameters.filter((each) => each.in === 'query').map(({ name }) => name),
    })),
  );

describe('an operation', () => {
  it.each(operations)('$method $path refuses a query parameter that it does not know, by name', async (one) => {
    const { path, method, known } = one;
    const response = await api.request(`${path}?imgae=x`, { method, headers });
    const { detail } = z.object({ detail: z.string() }).parse(await response.json());

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(detail).toBe(`there is no parameter imgae; known are ${known.join(', ') || 'none'}`);
  });
});
