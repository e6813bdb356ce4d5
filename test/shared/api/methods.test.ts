import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const headers = await signedIn('Imprimatur.Reader', 'Imprimatur.Operator', 'Imprimatur.Team');
const api = apiOf(new World().ports);
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const { paths } = document.parse(await (await api.request('/api/openapi.json')).json());
const known = Object.entries(paths).map(([path, operations]) => ({
  path: path.replaceAll(/\{\w+\}/g, 'web'),
  methods: Object.keys(operations).map((method) => method.toUpperCase()),
}));

describe('a path of the HTTP API', () => {
  it.each(known)('$path has $methods, and says so to any other method', async ({ path, methods }) => {
    const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).sort();
    const others = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'].filter((method) => !methods.includes(method));

    for (const method of others) {
      const response = await api.request(path, { method, headers });
      expect(response.status, method).toBe(405);
      expect(response.headers.get('allow'), method).toBe(allow.join(', '));
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it('answers HEAD as GET, without a body', async () => {
    const response = await api.request('/api/images', { method: 'HEAD', headers });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each(['/api', '/api/nothing', '/api/images/ubuntu/more', '/api/days', '/api/days/', '/api//images'])(
    'is not %s, where nothing is, whatever the method',
    async (path) => {
      for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
        const response = await api.request(path, { method, headers });
        expect(response.status, method).toBe(404);
        expect(response.headers.get('allow'), method).toBeNull();
      }
    },
  );
});
