import { processClock } from '../../../local/clock.ts';
import { startIdentity } from '../../../local/identity/startIdentity.ts';

/** The managed identity of this process, as App Service would give it. The first one started in a process is used. */
export async function startTestIdentity(folder: string) {
  const app = { name: 'app', clientId: 'c-app', objectId: 'o-app', managedIdentity: 'systemAssigned' } as const;
  const tenantId = '11111111-1111-1111-1111-111111111111';
  const identity = await startIdentity({ port: 0, folder, tenantId, identities: [app], clock: processClock });
  process.env.IDENTITY_ENDPOINT = identity.msiEndpoint;
  process.env.IDENTITY_HEADER = identity.header;
  return identity;
}
