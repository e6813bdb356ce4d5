import type { OpenAPIHono } from '@hono/zod-openapi';
import packageJson from '../../package.json' with { type: 'json' };

/** The OpenAPI 3.1 document of the operations as they are declared. */
export function describeApi(api: OpenAPIHono): object {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Imprimatur',
      version: packageJson.version,
      description: packageJson.description,
      license: { name: packageJson.license, url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/', description: 'Where this document is.' }],
    tags: [
      { name: 'images', description: 'What is latest, and what happens to each version.' },
      { name: 'tests', description: 'Smoke tests: why a version is where it is, and tests by hand.' },
      { name: 'audit', description: 'Who did what, when and why.' },
      { name: 'teams', description: 'Who hears of it.' },
    ],
  });
  const entra = {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of Entra ID for this application. The names at each operation are app roles: one is enough.',
  } as const;
  return { ...document, components: { ...document.components, securitySchemes: { entra } } };
}
