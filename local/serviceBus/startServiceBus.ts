import type { AddressInfo, Server, Socket } from 'node:net';
import rhea, { type Container } from 'rhea';
import type { Clock } from '../clock.ts';
import { serveHttp } from '../serveHttp.ts';
import { openAccess } from './access/openAccess.ts';
import { type RoleAccessOptions, roleAccess } from './access/roleAccess.ts';
import { administrationApp } from './administration/administrationApp.ts';
import { serveLinks } from './amqp/serveLinks.ts';
import { type Entities, entitiesSchema, type TeamSubscriptions, teamSubscriptionsSchema } from './entitySchemas.ts';
import { Journal } from './journal.ts';
import { Namespace } from './namespace.ts';

export interface ServiceBusOptions {
  host?: string;
  /** AMQP without TLS; 0 picks a free one. */
  port: number;
  /** AMQP over TLS; 0 picks a free one. */
  tlsPort: number;
  /** The administration API over HTTPS; 0 picks a free one, none leaves it out. */
  administrationPort?: number;
  tls: { key: string; cert: string };
  /** Who may do what by role assignments; without them everybody everything. */
  roleAccess?: RoleAccessOptions;
  /** Holds every message and setting that was acknowledged. */
  dataFile: string;
  entities: Entities;
  teamSubscriptions: TeamSubscriptions;
  clock: Clock;
  log?: (line: string) => void;
}

export interface RunningServiceBus {
  port: number;
  tlsPort: number;
  administrationPort?: number;
  stop(): Promise<void>;
}

/** Starts the broker: what the data file holds first, then the listeners. */
export async function startServiceBus(options: ServiceBusOptions): Promise<RunningServiceBus> {
  const { clock, host = '127.0.0.1', log = () => {} } = options;
  const recorder = new Journal(options.dataFile);
  const entities = entitiesSchema.parse(options.entities);
  const subscriptions = teamSubscriptionsSchema.parse(options.teamSubscriptions);
  const namespace = new Namespace(entities, subscriptions, { clock, recorder });
  namespace.restore(recorder.replay());
  recorder.open(namespace.snapshot());
  namespace.open();

  const container = rhea.create_container({ id: 'service-bus', ...linkOptions });
  allowAnyone(container);
  const access = options.roleAccess ? roleAccess(options.roleAccess, clock) : openAccess(clock);
  serveLinks(container, { namespace, access, clock, recorder, log });
  const plain = await listen(container, { host, port: options.port });
  const secure = await listen(container, { host, port: options.tlsPort, transport: 'tls', ...options.tls }).catch(
    async (error) => {
      await plain.close();
      throw error;
    },
  );
  const administration =
    options.administrationPort === undefined
      ? undefined
      : await serveHttp(administrationApp({ namespace, access, clock, log }), {
          host,
          port: options.administrationPort,
          tls: options.tls,
        });
  return {
    port: plain.port,
    tlsPort: secure.port,
    ...(administration && { administrationPort: administration.port }),
    async stop() {
      await Promise.all([plain.close(), secure.close(), administration?.stop()]);
      recorder.close();
    },
  };
}

const maxFrameBytes = 65_536;
/** Unsettled deliveries that one AMQP session can have: as long as the first is unsettled, none after it is dropped. */
const unsettledDeliveries = 65_536;

const linkOptions = {
  autoaccept: false,
  treat_modified_as_released: false,
  tcp_no_delay: true,
};

/** Clients of other languages ask for one of these; who they are is not looked at. */
function allowAnyone(container: Container): void {
  const mechanisms = container.sasl_server_mechanisms;
  mechanisms.enable_anonymous();
  mechanisms.enable_plain(() => true);
  mechanisms.MSSBCBS = mechanisms.ANONYMOUS;
  mechanisms.EXTERNAL = mechanisms.ANONYMOUS;
}

interface Endpoint {
  host: string;
  port: number;
  transport?: 'tls';
  key?: string;
  cert?: string;
}

async function listen(container: Container, endpoint: Endpoint): Promise<{ port: number; close(): Promise<void> }> {
  const options = {
    ...endpoint,
    max_frame_size: maxFrameBytes,
    session_buffer_size: { outgoing: unsettledDeliveries, incoming: 2048 },
  };
  const server: Server = container.listen(options as Parameters<Container['listen']>[0]);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Service Bus: port ${endpoint.port} is taken`, { cause: error }) : error);
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
