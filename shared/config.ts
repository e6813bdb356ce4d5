/** The only reader of the environment. Connections follow the naming of Azure Functions' identity-based connections. */
import * as z from 'zod';
import { type Network, parseNetwork } from './domain/deliveries/addresses.ts';
import { type GalleryId, parseGalleryId } from './domain/ids.ts';
import { normaliseRegion } from './domain/imageVersion.ts';
import type { Instant } from './domain/instant.ts';
import { Secret } from './domain/secret.ts';
import { ConfigError } from './errors.ts';

export const containers = { auditLogs: 'audit-logs', state: 'state', evidence: 'evidence', config: 'config' } as const;
export const entities = {
  imageEvents: 'image-events',
  publications: 'publications',
  auditIndex: 'audit-index',
  imageVersions: 'image-versions',
  deliveries: 'deliveries',
} as const;

/** Who signs in: the app's managed identity, or whoever the machine is signed in as (a developer, a pipeline). */
export interface Identity {
  kind: 'managedIdentity' | 'default';
  clientId?: string;
}

export interface Config {
  /** Name of this deployment; smoke-test resources carry it as a tag. */
  instance: string;
  storage: { connectionString: Secret } | { blobServiceUri: string; identity: Identity };
  serviceBus: { connectionString: Secret } | { fullyQualifiedNamespace: string; identity: Identity };
  resourceManager: { endpoint: string; scope: string; identity: Identity };
  galleries: GalleryId[];
  /** From when on new versions are the service's business; undefined: from its first sight of each gallery. */
  takeChargeAt?: Instant;
  smokeTest: { subscriptionId: string; resourceGroup: string; subnets: Record<string, string> };
  policyBlob: { container: string; name: string };
  /** Whose tokens open the HTTP API. */
  api: { issuers: string[]; audiences: string[]; keys: string };
  /** Makes the subscriptions of teams: under an identity of its own, which has rights on the topic alone. */
  teamAdministration: { fullyQualifiedNamespace: string; identity: Identity; namespaceId: string };
  /** Calls to servers of teams: as who, and to which addresses that are not public. */
  webhooks: { origin: string; exceptions: Network[] };
  /** Where storage queues of teams may be, as `https://*.queue.core.windows.net/`; by the identity above. */
  storageQueues: { pattern: string; identity: Identity };
  /** Keeps the secrets of webhooks. */
  keyVault: { uri: string; scope: string; identity: Identity };
  sweepSchedule: string;
  /** Where traces go; undefined: nowhere. */
  telemetry?: { connectionString: Secret; identity: Identity };
}

type Environment = Record<string, string | undefined>;

const groupPattern = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)$/i;
const namespacePattern =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ServiceBus\/namespaces\/[^/]+$/i;
const subnetPattern =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https URL' });
const connectionString = z
  .string()
  .regex(/=/, 'is not a connection string')
  .transform((text) => new Secret(text));
const list = z.string().transform((text) => text.split(/[\s,]+/).filter((item) => item !== ''));
const namespaceId = z.string().regex(namespacePattern, 'must be the resource id of a Service Bus namespace');
const namespaceName = z.string().regex(/^[^/\s]+$/, 'must be a host name such as NAME.servicebus.windows.net');

const hostName = z.string().regex(/^[\w.-]+$/, 'must be a host name such as NAME.azurewebsites.net');
const queuePattern = z
  .string()
  .regex(/^https:\/\/[^\s*]*\*?[^\s*]*\/$/, 'must be a URL such as https://*.queue.core.windows.net/');
const networks = list.transform((items, context) =>
  items.flatMap((item) => {
    const network = parseNetwork(item);
    if (!network) context.addIssue(`is no network such as 10.1.0.0/16: ${item}`);
    return network ? [network] : [];
  }),
);

const galleryList = z.string().transform((text, context) => {
  const ids = text.split(/[\s,]+/).filter((id) => id !== '');
  return ids.flatMap((id) => {
    const gallery = parseGalleryId(id);
    if (!gallery) context.addIssue(`is not the resource id of a gallery: ${id}`);
    return gallery ?? [];
  });
});

const resourceGroup = z.string().transform((id, context) => {
  const [, subscriptionId, name] = groupPattern.exec(id) ?? [];
  if (subscriptionId && name) return { subscriptionId, resourceGroup: name };
  context.addIssue('must be a resource id: /subscriptions/ID/resourceGroups/NAME');
  return z.NEVER;
});

const subnets = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('is not JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z
      .record(z.string().min(1), z.string().regex(subnetPattern, 'is not the resource id of a subnet'))
      .refine((byRegion) => Object.keys(byRegion).length > 0, 'must name at least one region')
      .transform((byRegion) =>
        Object.fromEntries(Object.entries(byRegion).map(([region, id]) => [normaliseRegion(region), id])),
      ),
  );

const instant = z.iso
  .datetime('must be a UTC instant such as 2026-11-22T07:00:00Z')
  .transform((text) => new Date(text).toISOString());

const blobPath = z.string().transform((path, context) => {
  const [, container, name] = /^([a-z0-9](?:-?[a-z0-9]){2,62})\/(.+)$/.exec(path) ?? [];
  if (container && name) return { container, name };
  context.addIssue('must be CONTAINER/BLOB');
  return z.NEVER;
});

const schedule = z
  .string()
  .regex(/^(\S+\s+){4,5}\S+$|^\d+(\.\d+)?:\d\d:\d\d$/, 'must be an NCRONTAB expression such as "0 */5 * * * *"');

/** Reads and checks all settings; throws one ConfigError that names every problem. */
export function readConfig(env: Environment): Config {
  const settings = new Settings(env);
  const endpoint = settings.optional('AzureResourceManager__endpoint', httpsUrl) ?? 'https://management.azure.com';
  const group = settings.required('IMPRIMATUR_SMOKE_TEST_RESOURCE_GROUP', resourceGroup);
  const takeChargeAt = settings.optional('IMPRIMATUR_TAKE_CHARGE_AT', instant);
  const config: Config = {
    instance: settings.text('IMPRIMATUR_INSTANCE') ?? settings.text('WEBSITE_SITE_NAME') ?? 'imprimatur',
    storage: readStorage(settings),
    serviceBus: readServiceBus(settings),
    resourceManager: {
      endpoint: withoutSlash(endpoint),
      scope: `${settings.text('AzureResourceManager__audience') ?? withoutSlash(endpoint)}/.default`,
      identity: readIdentity(settings, 'AzureResourceManager'),
    },
    galleries: settings.required('IMPRIMATUR_GALLERIES', galleryList),
    ...(takeChargeAt !== undefined && { takeChargeAt }),
    smokeTest: { ...group, subnets: settings.required('IMPRIMATUR_SMOKE_TEST_SUBNETS', subnets) },
    policyBlob: settings.optional('IMPRIMATUR_POLICY_BLOB', blobPath) ?? { container: 'config', name: 'policy.yaml' },
    api: {
      issuers: settings.required('IMPRIMATUR_API_ISSUERS', list),
      audiences: settings.required('IMPRIMATUR_API_AUDIENCES', list),
      keys: settings.required('IMPRIMATUR_API_KEYS', httpsUrl),
    },
    teamAdministration: {
      fullyQualifiedNamespace: settings.required('TeamAdministration__fullyQualifiedNamespace', namespaceName),
      identity: readIdentity(settings, 'TeamAdministration'),
      namespaceId: settings.required('IMPRIMATUR_SERVICE_BUS_NAMESPACE_ID', namespaceId),
    },
    webhooks: {
      origin: settings.required('IMPRIMATUR_WEBHOOK_ORIGIN', hostName),
      exceptions: settings.optional('IMPRIMATUR_WEBHOOK_NETWORKS', networks) ?? [],
    },
    storageQueues: {
      pattern: settings.required('IMPRIMATUR_STORAGE_QUEUES', queuePattern),
      identity: readIdentity(settings, 'TeamAdministration'),
    },
    keyVault: {
      uri: withoutSlash(settings.required('IMPRIMATUR_KEY_VAULT', httpsUrl) ?? ''),
      scope: `${withoutSlash(settings.required('IMPRIMATUR_KEY_VAULT_AUDIENCE', httpsUrl) ?? '')}/.default`,
      identity: readIdentity(settings, 'TeamAdministration'),
    },
    sweepSchedule: settings.required('IMPRIMATUR_SWEEP_SCHEDULE', schedule),
  };
  const telemetry = settings.optional('APPLICATIONINSIGHTS_CONNECTION_STRING', connectionString);
  if (telemetry) config.telemetry = { connectionString: telemetry, identity: config.resourceManager.identity };
  settings.throwProblems();
  return deepFreeze(config);
}

function readStorage(settings: Settings): Config['storage'] {
  const name = 'ImprimaturStorage';
  if (settings.isConnectionString(name, 'blobServiceUri'))
    return { connectionString: settings.required(name, connectionString, `or ${name}__blobServiceUri`) };
  const blobServiceUri = settings.required(`${name}__blobServiceUri`, httpsUrl);
  return { blobServiceUri, identity: readIdentity(settings, name) };
}

function readServiceBus(settings: Settings): Config['serviceBus'] {
  const name = 'ServiceBusConnection';
  if (settings.isConnectionString(name, 'fullyQualifiedNamespace'))
    return { connectionString: settings.required(name, connectionString, `or ${name}__fullyQualifiedNamespace`) };
  const fullyQualifiedNamespace = settings.required(`${name}__fullyQualifiedNamespace`, namespaceName);
  return { fullyQualifiedNamespace, identity: readIdentity(settings, name) };
}

/** Without `__credential` the Functions host signs in with the default chain; so does the app, on the same settings. */
function readIdentity(settings: Settings, connection: string): Identity {
  const credential = settings.optional(
    `${connection}__credential`,
    z.literal('managedidentity', 'can only be managedidentity'),
  );
  const clientId = settings.text(`${connection}__clientId`);
  const kind = credential === undefined ? 'default' : 'managedIdentity';
  return clientId === undefined ? { kind } : { kind, clientId };
}

class Settings {
  readonly #env: Environment;
  readonly #problems: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  /** An empty setting counts as absent. */
  text(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  optional<T>(name: string, schema: z.ZodType<T>): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : this.#parse(name, schema, text);
  }

  /** A missing or malformed setting is noted; the value returned in its place is never used. */
  required<T>(name: string, schema: z.ZodType<T>, alternative = ''): T {
    const text = this.text(name);
    if (text === undefined) this.#problems.push(`${name} ${alternative} is missing`.replace('  ', ' '));
    return (text === undefined ? undefined : this.#parse(name, schema, text)) as T;
  }

  isConnectionString(name: string, property: string): boolean {
    const [plain, byIdentity] = [this.text(name), this.text(`${name}__${property}`)];
    if (plain !== undefined && byIdentity !== undefined)
      this.#problems.push(`${name} and ${name}__${property} are both set: keep one`);
    return byIdentity === undefined;
  }

  throwProblems(): void {
    if (this.#problems.length > 0)
      throw new ConfigError(`The settings are not complete:\n${this.#problems.map((line) => `- ${line}`).join('\n')}`);
  }

  #parse<T>(name: string, schema: z.ZodType<T>, text: string): T | undefined {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) this.#problems.push(`${[name, ...path].join('.')} ${message}`);
    return undefined;
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !(value instanceof Secret)) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
