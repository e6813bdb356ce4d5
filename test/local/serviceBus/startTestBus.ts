import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { ensureCertificates } from '../../../local/certificates.ts';
import { type Clock, processClock } from '../../../local/clock.ts';
import type { RoleAccessOptions } from '../../../local/serviceBus/access/roleAccess.ts';
import type { Entities, TeamSubscriptions } from '../../../local/serviceBus/entitySchemas.ts';
import { startServiceBus } from '../../../local/serviceBus/startServiceBus.ts';

interface Options {
  entities?: Partial<Entities>;
  teamSubscriptions?: TeamSubscriptions;
  clock?: Clock;
  roleAccess?: RoleAccessOptions;
}

/** A broker in a folder of its own, with the unmodified client of Azure connected to it. */
export async function startTestBus({
  entities,
  teamSubscriptions = [],
  clock = processClock,
  roleAccess,
}: Options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'service-bus-'));
  const { keyFile, certFile, caFile } = await ensureCertificates(join(folder, 'certificates'));
  const tls = { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8') };
  const start = (ports = { port: 0, tlsPort: 0, administrationPort: 0 }) =>
    startServiceBus({
      ...ports,
      tls,
      dataFile: join(folder, 'journal.jsonl'),
      entities: { queues: [], topics: [], ...entities },
      teamSubscriptions,
      clock,
      ...(roleAccess && { roleAccess }),
    });
  let running = await start();
  const clients = [clientOf(running.port)];
  return {
    client: clients[0] as ServiceBusClient,
    port: running.port,
    tlsPort: running.tlsPort,
    administrationPort: running.administrationPort ?? 0,
    ca: await readFile(caFile, 'utf8'),
    /** Restarts the broker on its file; returns a new client, for the old one may be slow to notice. */
    async restart(): Promise<ServiceBusClient> {
      const { port, tlsPort, administrationPort = 0 } = running;
      await running.stop();
      running = await start({ port, tlsPort, administrationPort });
      const client = clientOf(port);
      clients.push(client);
      return client;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A client of the official SDK that gives up early instead of retrying. */
export function clientOf(port: number): ServiceBusClient {
  const endpoint = `Endpoint=sb://localhost:${port};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true;`;
  return new ServiceBusClient(endpoint, { retryOptions: { maxRetries: 0, timeoutInMs: 5000 } });
}
