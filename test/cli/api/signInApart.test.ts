import { Hono } from 'hono';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { signInApart } from '../../../cli/api/signInApart.ts';
import { type RunningHttp, serveHttp } from '../../../local/serveHttp.ts';

/** The managed identity of an app: its tokens are numbered, and live for some seconds. */
let identity: RunningHttp;
let given: number;
let lifeSeconds: number;
const scope = 'api://imprimatur/.default';

beforeEach(async () => {
  given = 0;
  const routes = new Hono().get('/identity', (context) => {
    given += 1;
    const expires_on = String(Math.round(Date.now() / 1_000) + lifeSeconds);
    return context.json({ access_token: `${context.req.query('resource')} ${given}`, expires_on });
  });
  identity = await serveHttp(routes, { port: 0 });
  process.env.IDENTITY_ENDPOINT = `${identity.url}/identity`;
  process.env.IDENTITY_HEADER = 'any';
});
afterEach(async () => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  await identity.stop();
});

it('a token is had from another process, once for as long as it lives', async () => {
  lifeSeconds = 3_600;
  const credential = signInApart();

  expect((await credential.getToken(scope))?.token).toBe('api://imprimatur 1');
  expect((await credential.getToken(scope))?.token).toBe('api://imprimatur 1');
});

it('one that is about to expire is asked for anew', async () => {
  lifeSeconds = 200;
  const credential = signInApart();

  await credential.getToken(scope);
  expect((await credential.getToken(scope))?.token).toBe('api://imprimatur 2');
});

it('where nobody is signed in, it says why', async () => {
  process.env.AZURE_TOKEN_CREDENTIALS = 'EnvironmentCredential';
  try {
    await expect(signInApart().getToken(scope)).rejects.toThrow('EnvironmentCredential is unavailable');
  } finally {
    delete process.env.AZURE_TOKEN_CREDENTIALS;
  }
});
