import { expect, test } from 'vitest';
import { World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';
import { encodeSafely, headers, json, requestOf, text } from './hostileRequests.ts';
import { apiOf } from './signedIn.ts';

const given = apiOf(new World().ports).getOpenAPI31Document({ openapi: '3.1.0', info: { title: 't', version: '1' } });
/** Every operation of the OpenAPI document: its method, its path, the names of what its query may have. */
const operations = Object.entries(given.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { parameters = [] }]: [string, { parameters?: Parameter[] }]) => ({
    method: method.toUpperCase(),
    path,
    queries: parameters.filter((each) => each.in === 'query').map(({ name }) => name),
  })),
);
interface Parameter {
  in: string;
  name: string;
}
const day = fc.constantFrom('2026-11-22', '2026-13-45', '9999-12-31');
const value = fc.oneof(text, day, fc.constantFrom('csv', 'all', '0', '-1', '1e9', '2026-11-22.0'));

/** One service for all runs, which ask less often than the rate limit lets through. */
function prepareSend() {
  const world = new World();
  const api = apiOf(world.ports);
  return async (method: string, path: string, body: string, given: Record<string, string>) => {
    const response = await api.request(`http://localhost${path}`, requestOf(method, body, given));
    await response.text();

    expect(response.status).toBeLessThan(500);
    expect(response.status).not.toBe(429);
    expect(world.announced('')).not.toContain('published');
  };
}

test.each(operations)('$method $path is no defect and publishes nothing, whatever is sent to it', async (operation) => {
  const { method, path, queries } = operation;
  const send = prepareSend();
  const query = fc.record(Object.fromEntries(queries.map((name) => [name, value])), { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(fc.array(value), query, json, headers, async (names, asked, body, given) => {
      const at = path.replaceAll(/\{\w+\}/g, () => encodeSafely(names.pop() ?? 'web'));
      const pairs = Object.entries(asked).map(([name, text]) => `${name}=${encodeSafely(text ?? '')}`);
      await send(method, `${at}?${pairs.join('&')}`, body, given);
    }),
    { numRuns: 30 },
  );
});

test('nor is what no operation is made for', async () => {
  const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH');
  const send = prepareSend();
  const path = fc.oneof(fc.constantFrom(...operations.map((each) => each.path)), fc.constant('/api/nothing'));
  await fc.assert(
    fc.asyncProperty(method, path, fc.array(text, { maxLength: 2 }), json, headers, (method, path, more, body, given) =>
      send(method, [path.replaceAll(/[{}]/g, ''), ...more.map(encodeSafely)].join('/'), body, given),
    ),
    { numRuns: 100 },
  );
});
