import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { World } from '../../fakes/world.ts';
import { apiOf, signedIn } from './signedIn.ts';

const headers = await signedIn('Imprimatur.Reader', 'Imprimatur.Operator');
const api = apiOf(new World().ports);
const parameters = z.array(z.object({ in: z.string(), name: z.string() })).default([]);
const operation = z.object({ tags: z.array(z.string()).default([]), parameters });
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });
const { paths } = document.parse(await (await api.request('/api/openapi.json')).json());
const questions = Object.entries(paths).flatMap(([path, { get }]) => {
  const known = (get?.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name);
  return get?.tags.includes('audit') && known.length > 0 ? [{ path, known }] : [];
});

describe('a question to the audit trail', () => {
  it('is each of those in the OpenAPI document', () => {
    expect(questions.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/api/entries', '/api/days/{day}', '/api/audit/records', '/api/audit/latest']),
    );
  });

  it.each(questions)('$path refuses a parameter that it does not know, and names those it knows', async (question) => {
    const url = question.path.replace('{day}', '2026-11-22');
    const response = await api.request(`${url}?imgae=x`, { headers });
    const { detail } = z.object({ detail: z.string() }).parse(await response.json());

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(detail).toContain(`there is no parameter imgae; known are ${question.known.join(', ')}`);
  });
});
