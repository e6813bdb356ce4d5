import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const headers = await signedIn('Imprimatur.Reader', 'Imprimatur.Operator', 'Imprimatur.Team');
const api = apiOf(new World().ports);
const described = z.looseObject({ responses: z.record(z.string(), z.unknown()) });
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), described)) });
const { paths } = document.parse(await (await api.request('/api/openapi.json')).json());
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);
const takeBody = operations.filter(({ operation }) => 'requestBody' in operation);

describe('an operation that takes a body', () => {
  it.each(takeBody)('$method $path refuses what does not say that it is JSON', async ({ method, path }) => {
    const url = path.replaceAll(/\{\w+\}/g, 'web');
    const ask = async (type: Record<string, string>, body?: Uint8Array) => {
      const response = await api.request(url, { method, headers: { ...headers, ...type }, ...(body && { body }) });
      return { status: response.status, type: response.headers.get('content-type') };
    };
    const bytes = new TextEncoder().encode('{}');

    const refused = { status: 415, type: 'application/problem+json' };
    expect(await ask({ 'content-type': 'text/plain' }, bytes)).toEqual(refused);
    expect(await ask({ 'content-type': 'application/x-www-form-urlencoded' }, bytes)).toEqual(refused);
    expect(await ask({}, bytes)).toEqual(refused);
    expect((await ask({})).status).toBe(400);
  });
});

it('the OpenAPI document names 415 among the answers of every operation that takes a body, and of no other', () => {
  const answers = operations.filter(({ operation }) => '415' in operation.responses);

  expect(answers).toEqual(takeBody);
});
