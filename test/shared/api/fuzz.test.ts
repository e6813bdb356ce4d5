import { expect, test } from 'vitest';
import { World } from '../../fakes/world.ts';
import { fc } from '../../fastCheck.ts';
import { apiOf, tokenFor } from './signedIn.ts';

const everyRole = {
  authorization: `Bearer ${await tokenFor(['Imprimatur.Reader', 'Imprimatur.Operator', 'Imprimatur.Team'])}`,
};
const text = fc.oneof(
  fc.string(),
  fc.constantFrom('web', '..', '%00', "'; DROP", '/subscriptions/s', 'a'.repeat(5_000)),
);
const json = fc.oneof(
  fc.json(),
  fc.string(),
  fc.jsonValue().map((filter) => JSON.stringify({ filter, principals: [] })),
  fc
    .tuple(text, text, fc.constantFrom('junit', 'sarif'))
    .map(([id, content, format]) =>
      JSON.stringify({ id, answer: 'approve', reason: 'r', report: { format, content } }),
    ),
  text.map((sql) => JSON.stringify({ filter: { sql }, principals: [] })),
);

test('whatever is sent to any operation, it is never a defect and publishes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH'),
      fc.constantFrom(
        'images',
        'versions',
        'entries',
        'days',
        'audit',
        'teams',
        'teams/web/answers',
        'requests',
        'openapi.json',
        'nothing',
      ),
      fc.array(text, { maxLength: 2 }),
      fc.option(text),
      json,
      fc.record({ 'if-match': fc.string(), 'idempotency-key': fc.string() }, { requiredKeys: [] }),
      async (method, operation, segments, id, body, given) => {
        const world = new World();
        const path = [operation, ...segments.map(encodeSafely)].join('/');
        const query = id === null ? '' : `?id=${encodeSafely(id)}`;
        const headers = new Headers({ ...everyRole, 'content-type': 'application/json' });
        for (const [name, value] of Object.entries(given)) if (/^[\x20-\x7e]*$/.test(value)) headers.set(name, value);

        const response = await apiOf(world.ports).request(`http://localhost/api/${path}${query}`, {
          method,
          headers,
          ...(method !== 'GET' && { body }),
        });

        expect(response.status).toBeLessThan(500);
        expect(world.announced('')).not.toContain('published');
      },
    ),
    { numRuns: 300 },
  );
});

function encodeSafely(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
