import '../compressedTime.ts';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { processClock } from '../clock.ts';
import { eventGridOptionsSchema } from '../eventGrid/options.ts';
import { startEventGrid } from '../eventGrid/startEventGrid.ts';
import { principalSchema } from '../identity/principal.ts';
import { startIdentity } from '../identity/startIdentity.ts';
import { runAsProcess } from '../runAsProcess.ts';
import { startVault } from '../vault/startVault.ts';
import { startArmOnVms, vmOptionsSchema } from './startArmOnVms.ts';

const port = z.int().min(0).max(65_535);

const milliseconds = z.number().min(0);

const options = z.strictObject({
  ports: z.strictObject({ arm: port, eventGrid: port, identity: port, keyVault: port }),
  folder: z.string(),
  imagesDir: z.string(),
  vm: vmOptionsSchema,
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }),
  subscriptionId: z.string(),
  tenantId: z.string(),
  location: z.string(),
  identityHeader: z.string(),
  principals: z.array(principalSchema),
  /** Object ids of who may assign roles. */
  owners: z.array(z.string()),
  keyVaultId: z.string(),
  topic: z.string(),
  eventSubscriptions: eventGridOptionsSchema.shape.subscriptions,
  blobEndpoint: z.url(),
  serviceBus: z.string(),
  armSettings: z.strictObject({
    replicationMs: milliseconds,
    updateMs: milliseconds,
    allocationMs: milliseconds,
    vmDeleteMs: milliseconds,
    tokenBuckets: z.boolean(),
  }),
});
type Options = z.infer<typeof options>;

/** Identity, Event Grid, Key Vault and ARM in one process: what a person would call "Azure", beside its data services. */
async function start({ ports, folder, tls, subscriptionId, tenantId, location, ...rest }: Options) {
  const clock = processClock;
  const log = (line: string) => console.error(line);
  const identity = await startIdentity({
    port: ports.identity,
    folder: join(folder, 'identity'),
    tenantId,
    identities: rest.principals,
    header: rest.identityHeader,
    clock,
  });
  const [service] = rest.principals;
  if (!service) throw new Error('the first of the principals is the service itself: there is none');
  const credential = (resource: string): TokenCredential => ({
    async getToken() {
      const { token, expiresOn } = await identity.issueToken({ principal: service, resource });
      return { token, expiresOnTimestamp: expiresOn * 1000 };
    },
  });
  const eventGrid = await startEventGrid({
    port: ports.eventGrid,
    journalFile: join(folder, 'eventGrid.journal'),
    subscriptions: rest.eventSubscriptions,
    deadLetterBlobs: { endpoint: rest.blobEndpoint, credential: credential('https://storage.azure.com/') },
    queues: { fullyQualifiedNamespace: rest.serviceBus, credential: credential('https://servicebus.azure.net/') },
    clock,
    log,
  });
  const arm = await startArmOnVms(rest.vm, {
    port: ports.arm,
    tls,
    dataDir: folder,
    subscriptionId,
    tenantId,
    location,
    eventTopicUrl: eventGrid.topicUrl(rest.topic),
    jwks: identity.jwks,
    audiences: [
      'https://management.azure.com',
      'https://management.azure.com/',
      `https://localhost:${ports.arm}`,
      `https://localhost:${ports.arm}/`,
    ],
    owners: rest.owners,
    imagesDir: rest.imagesDir,
    settings: rest.armSettings,
    clock,
    routes: identity.routes,
    log,
  });
  const vault = await startVault({
    port: ports.keyVault,
    tls,
    file: join(folder, 'keyVault.json'),
    access: {
      jwks: identity.jwks,
      issuer: `https://sts.windows.net/${tenantId}/`,
      vaultId: rest.keyVaultId,
      roles: `${arm.url}/local/roles`,
    },
    clock,
  });
  return {
    arm: arm.url,
    eventGrid: eventGrid.url,
    identity: identity.url,
    keyVault: vault.url,
    async stop() {
      await vault.stop();
      await arm.stop();
      await eventGrid.stop();
      await identity.stop();
    },
  };
}

await runAsProcess(options, start);
