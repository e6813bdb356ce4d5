import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ensureCertificates } from '../certificates.ts';
import { type AzuriteOptions, startAzurite } from '../storage/startAzurite.ts';
import { appSettings } from './appSettings.ts';
import { choosePorts } from './choosePorts.ts';
import { deploy } from './deploy.ts';
import type { Endpoints } from './endpoints.ts';
import { eventSubscriptions } from './eventSubscriptions.ts';
import * as names from './names.ts';
import { type PartProcess, startPart } from './partProcess.ts';
import type { StackPorts } from './ports.ts';
import { type TeamSubscription, teamSubscriptions } from './teamSubscriptions.ts';
import { trustCertificates } from './trustCertificates.ts';
import type { Vms } from './vms.ts';

export interface StackOptions {
  /** Where everything that outlives a process lies; emptied first unless `keep`. */
  folder: string;
  ports: StackPorts;
  keep?: boolean;
  /** How many times as fast as real time all clocks run. */
  speed: number;
  workers?: number;
  policyFile: string;
  teams: TeamSubscription[];
  /** The built app: a folder with package.json, or the bundle itself. */
  app: string;
  /** Application settings that differ from those deployed. */
  appSettings?: Record<string, string>;
  /** Storage that is not to be restarted needs no disk. */
  storageInMemory?: boolean;
  /** Storage queues too, for teams that want their announcements there. */
  storageQueues?: boolean;
  /** Events come by queue, as where the app has no public address. */
  privateNetwork?: boolean;
  /** What boots from an image version: a simulated guest, unless told otherwise. */
  vms?: Vms;
  /** How local ARM differs from the real one. */
  armSettings?: Partial<ArmSettings>;
  /** What happens in the gallery before the service takes charge of it. */
  before?(endpoints: Endpoints): Promise<void>;
  log(part: string, line: string): void;
}

export interface Stack {
  endpoints: Endpoints;
  storage: { stop(): Promise<void>; restart(): Promise<void> };
  controlPlane: PartProcess;
  serviceBus: PartProcess;
  functionsHost: PartProcess;
  stop(): Promise<void>;
}

interface ArmSettings {
  replicationMs: number;
  updateMs: number;
  allocationMs: number;
  vmDeleteMs: number;
  tokenBuckets: boolean;
}

/** Replication in Azure takes from minutes to hours; nobody who watches wants to wait for that. */
const quickAzure: ArmSettings = {
  replicationMs: 20_000,
  updateMs: 2_000,
  allocationMs: 5_000,
  vmDeleteMs: 10_000,
  tokenBuckets: true,
};

const here = resolve(import.meta.dirname, '..');

/** Starts local Azure and the app in it, each part a process, and deploys what infra/ would. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = resolve(options.folder);
  // Before the folder is emptied: it may be that of a stack which runs on these ports.
  const ports = await choosePorts(options.ports);
  if (!options.keep) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const tls = await ensureCertificates(join(folder, 'certificates'));
  trustCertificates(tls.caFile);
  const endpoints = endpointsOf(ports, tls.caFile);
  const clock = { origin: Date.now(), speed: options.speed };
  const env = environment(clock, tls.caFile);
  const log = (part: string) => (line: string) => options.log(part, line);
  const started: { stop(): Promise<unknown> }[] = [];
  try {
    const [storage, serviceBus, controlPlane] = await Promise.all([
      startStorage({
        port: ports.blob,
        folder: join(folder, 'azurite'),
        inMemory: options.storageInMemory ?? false,
        tls,
        log: log('storage'),
        env,
      }).then((part) => keep(started, part)),
      startPart({
        name: 'serviceBus',
        main: join(here, 'serviceBus/main.ts'),
        options: {
          port: ports.serviceBus,
          tlsPort: ports.serviceBusTls,
          administrationPort: ports.serviceBusAdministration,
          roleAccess: {
            namespaceId: names.serviceBusNamespaceId,
            jwks: `${endpoints.identity}/${names.tenantId}/discovery/v2.0/keys`,
            issuer: `https://sts.windows.net/${names.tenantId}/`,
            audiences: ['https://servicebus.azure.net', 'https://servicebus.azure.net/'],
            roleAssignments: `${endpoints.arm}/local/roles`,
          },
          tls: { keyFile: tls.keyFile, certFile: tls.certFile },
          dataFile: join(folder, 'serviceBus.journal'),
          entitiesFile: resolve(here, '../infra/serviceBus.json'),
          teamSubscriptions: teamSubscriptions(options.teams),
        },
        env,
        log: log('serviceBus'),
      }).then((part) => keep(started, part)),
      startPart({
        name: 'controlPlane',
        main: join(here, 'controlPlane/main.ts'),
        options: {
          ports: { arm: ports.arm, eventGrid: ports.eventGrid, identity: ports.identity, keyVault: ports.keyVault },
          folder,
          ...vmOptions(options.vms ?? { kind: 'simulated' }, folder),
          tls: { keyFile: tls.keyFile, certFile: tls.certFile },
          subscriptionId: names.subscriptionId,
          tenantId: names.tenantId,
          location: names.location,
          identityHeader: names.identityHeader,
          principals: names.localPrincipals,
          owners: [names.principals.imageBuilder.objectId],
          keyVaultId: names.keyVaultId,
          topic: names.eventTopic,
          eventSubscriptions: eventSubscriptions(endpoints, options.privateNetwork ?? false),
          serviceBus: endpoints.serviceBusTls,
          blobEndpoint: endpoints.blob,
          armSettings: { ...quickAzure, ...options.armSettings },
        },
        env,
        log: log('controlPlane'),
      }).then((part) => keep(started, part)),
    ]);
    const queues = options.storageQueues
      ? keep(
          started,
          await startAzurite({
            service: 'queue',
            port: ports.queue,
            folder: join(folder, 'queues'),
            tls,
            log: log('queues'),
            env,
          }),
        )
      : undefined;
    await deploy(endpoints, options.policyFile);
    await options.before?.(endpoints);
    const takeChargeAt = new Date(localNow(clock)).toISOString();
    const functionsHost = keep(
      started,
      await startPart({
        name: 'functionsHost',
        main: join(here, 'functionsHost/main.ts'),
        options: {
          entry: resolve(options.app),
          hostJson: resolve(here, '../host.json'),
          port: ports.functions,
          keys: names.hostKeys,
          ...(options.workers !== undefined && { workers: options.workers }),
          auth: {
            issuer: `https://sts.windows.net/${names.tenantId}/`,
            audiences: [names.apiAudience],
            jwks: `${endpoints.identity}/${names.tenantId}/discovery/v2.0/keys`,
          },
          stateDir: join(folder, 'functionsHost'),
        },
        env: {
          ...env,
          ...appSettings(endpoints, takeChargeAt),
          [`AzureWebJobs.${options.privateNetwork ? 'imageEvents' : 'queuedImageEvents'}.Disabled`]: 'true',
          ...options.appSettings,
        },
        log: log('functionsHost'),
      }),
    );
    return {
      endpoints,
      storage,
      serviceBus,
      controlPlane,
      functionsHost,
      stop: () => stopAll([functionsHost, controlPlane, serviceBus, storage, ...(queues ? [queues] : [])]),
    };
  } catch (error) {
    await stopAll(started.reverse());
    throw error;
  }
}

function vmOptions(vms: Vms, folder: string) {
  if (vms.kind === 'simulated') return { imagesDir: join(here, 'images'), vm: vms };
  return { imagesDir: join(here, 'images/qemu'), vm: { ...vms, folder: join(folder, 'machines') } };
}

/** Azurite under the same verbs as the other parts; it is never killed, since that loses what it acknowledged. */
async function startStorage(options: AzuriteOptions): Promise<Stack['storage']> {
  let running = await startAzurite(options);
  return {
    stop: () => running.stop(),
    async restart() {
      running = await startAzurite(options);
    },
  };
}

function keep<T extends { stop(): Promise<unknown> }>(started: { stop(): Promise<unknown> }[], part: T): T {
  started.push(part);
  return part;
}

async function stopAll(parts: { stop(): Promise<unknown> }[]): Promise<void> {
  for (const part of parts) await part.stop();
}

function endpointsOf(ports: StackPorts, caFile: string): Endpoints {
  return {
    arm: `https://localhost:${ports.arm}`,
    eventGrid: `http://localhost:${ports.eventGrid}/topics/${names.eventTopic}/api/events`,
    serviceBus: `localhost:${ports.serviceBus}`,
    serviceBusTls: `localhost:${ports.serviceBusTls}`,
    serviceBusAdministration: `localhost:${ports.serviceBusAdministration}`,
    blob: `https://localhost:${ports.blob}/${names.storageAccount}`,
    queue: `https://localhost:${ports.queue}/${names.storageAccount}`,
    keyVault: `https://localhost:${ports.keyVault}`,
    functions: `http://localhost:${ports.functions}`,
    identity: `http://localhost:${ports.identity}`,
    caFile,
    subscriptionId: names.subscriptionId,
    resourceGroup: names.resourceGroup,
    gallery: names.gallery,
  };
}

/** Real epoch milliseconds from which on all clocks run `speed` times as fast. */
interface StackClock {
  origin: number;
  speed: number;
}

/** One clock and one certificate authority for all. */
function environment(clock: StackClock, caFile: string): Record<string, string> {
  const preload = `--import ${resolve(here, 'compressedTime.ts')}`;
  return {
    NODE_EXTRA_CA_CERTS: caFile,
    IMPRIMATUR_CLOCK: JSON.stringify(clock),
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}`.trim(),
    // A part that was compiled once begins in less time.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? resolve(here, '../node_modules/.cache/imprimatur'),
  };
}

/** What the clock of the parts shows; this process itself runs in real time. */
function localNow({ origin, speed }: StackClock): number {
  return origin + (Date.now() - origin) * speed;
}
