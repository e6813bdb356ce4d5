import { Hono } from 'hono';
import { serveHttp } from '../../../local/serveHttp.ts';
import { createResourceManager } from '../../../shared/azure/createResourceManager.ts';
import { makeDefinition, startTestArm } from '../../local/arm/startTestArm.ts';

let started = 0;
/** The identity library keeps to the first token endpoint that it finds in a process. */
let tokenPort = 0;

/** Local ARM with a gallery and a definition, and the clients that the adapters use, signed in by managed identity. */
export async function startArmForAdapters(settings: Parameters<typeof startTestArm>[0] = {}) {
  const arm = await startTestArm(settings);
  await makeDefinition(arm);
  const tokens = new Hono().get('/msi/token', async (context) =>
    context.json({
      access_token: await arm.token(),
      expires_on: String(Math.floor(Date.now() / 1000) + 3_600),
      resource: context.req.query('resource'),
      token_type: 'Bearer',
    }),
  );
  const endpoint = await serveHttp(tokens, { port: tokenPort });
  tokenPort = endpoint.port;
  process.env.IDENTITY_ENDPOINT = `${endpoint.url}/msi/token`;
  process.env.IDENTITY_HEADER = 'test';
  started += 1;
  const resourceManager = createResourceManager({
    endpoint: arm.url,
    // Tokens of managed identities are cached by resource for the process; every local ARM has keys of its own.
    scope: `https://management.azure.com/${started}/.default`,
    identity: { kind: 'managedIdentity' },
  });
  const stop = async () => {
    await arm.stop();
    await endpoint.stop();
  };
  return { arm, resourceManager, stop };
}
