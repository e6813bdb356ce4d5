import { World } from '../fakes/world.ts';
import { fc } from '../fastCheck.ts';
import { apiOf, tokenFor } from '../shared/api/signedIn.ts';
import { border } from './border.ts';

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
const operations = ['images', 'versions', 'entries', 'days', 'audit', 'teams', 'teams/web/answers', 'requests'];

const request = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH'),
  operation: fc.constantFrom(...operations, 'openapi.json', 'nothing'),
  segments: fc.array(text, { maxLength: 2 }),
  id: fc.option(text),
  body: json,
  given: fc.record({ 'if-match': fc.string(), 'idempotency-key': fc.string() }, { requiredKeys: [] }),
});

/** Whatever is sent to any operation, by whoever may do everything: it is never a defect, and publishes nothing. */
export const httpBorder = border({
  name: 'requests of the HTTP API',
  inputs: request,
  take: async ({ method, operation, segments, id, body, given }) => {
    const world = new World();
    const path = [operation, ...segments.map(encodeSafely)].join('/');
    const query = id === null ? '' : `?id=${encodeSafely(id)}`;
    const headers = new Headers({ ...everyRole, 'content-type': 'application/json' });
    for (const [name, value] of Object.entries(given)) if (/^[\x20-\x7e]*$/.test(value)) headers.set(name, value);
    const sent = { method, headers, ...(method !== 'GET' && { body }) };
    const response = await apiOf(world.ports).request(`http://localhost/api/${path}${query}`, sent);
    if (response.status >= 500) throw new Error(`answers ${response.status}: ${await response.text()}`);
    const published = world.announced('').filter((told) => /published$/i.test(told));
    if (published.length > 0) throw new Error(`publishes: ${published}`);
  },
});

function encodeSafely(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
