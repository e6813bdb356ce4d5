import { World } from '../fakes/world.ts';
import { fc } from '../fastCheck.ts';
import { encodeSafely, headers, json, requestOf, text } from '../shared/api/hostileRequests.ts';
import { apiOf } from '../shared/api/signedIn.ts';
import { border } from './border.ts';

const operations = ['images', 'versions', 'entries', 'days', 'audit', 'teams', 'teams/web/answers', 'requests'];

const request = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'PATCH'),
  operation: fc.constantFrom(...operations, 'openapi.json', 'nothing'),
  segments: fc.array(text, { maxLength: 2 }),
  id: fc.option(text),
  body: json,
  given: headers,
});

/** Whatever is sent to any operation, by whoever may do everything: it is never a defect, and publishes nothing. */
export const httpBorder = border({
  name: 'requests of the HTTP API',
  inputs: request,
  take: async ({ method, operation, segments, id, body, given }) => {
    const world = new World();
    const path = [operation, ...segments.map(encodeSafely)].join('/');
    const query = id === null ? '' : `?id=${encodeSafely(id)}`;
    const sent = requestOf(method, body, given);
    const response = await apiOf(world.ports).request(`http://localhost/api/${path}${query}`, sent);
    if (response.status >= 500) throw new Error(`answers ${response.status}: ${await response.text()}`);
    const published = world.announced('').filter((told) => /published$/i.test(told));
    if (published.length > 0) throw new Error(`publishes: ${published}`);
  },
});
