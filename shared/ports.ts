import type { Announcement } from './domain/announcements/announcement.ts';
import type { Delivery } from './domain/deliveries/delivery.ts';
import type { WebhookResponse } from './domain/deliveries/webhookResponse.ts';
import type { EvidenceFile } from './domain/effects.ts';
import type { Entry } from './domain/entries.ts';
import type { VmSettings } from './domain/facts.ts';
import type { FlagPlan } from './domain/flagPlan.ts';
import type { GallerySharing } from './domain/gallerySharing.ts';
import type { GalleryId, ImageDefinitionId } from './domain/ids.ts';
import type { ImageDefinition } from './domain/imageDefinition.ts';
import type { ImageUse } from './domain/imageUse.ts';
import type { ImageVersion } from './domain/imageVersion.ts';
import type { IndexMessage, IndexRecord } from './domain/indexRecord.ts';
import type { Instant } from './domain/instant.ts';
import type { PresentVm } from './domain/look.ts';
import type { Measure } from './domain/measures.ts';
import type { Secret } from './domain/secret.ts';
import type { TeamPrincipal } from './domain/teams/team.ts';
import type { AnyWakeUp } from './domain/wakeUps.ts';

/**
 * What the workflow needs of the world. Every method that reaches out rejects with an AdapterError, and with nothing
 * else, when the service refuses or does not answer.
 */
export interface Ports {
  clock: Clock;
  ids: Ids;
  log: Log;
  tracing: Tracing;
  metrics: Metrics;
  galleries: Galleries;
  imageUses: ImageUses;
  smokeTestVms: SmokeTestVms;
  auditLogs: AuditLogs;
  documents: Documents;
  evidence: Evidence;
  wakeUps: WakeUps;
  announcements: Announcements;
  auditIndex: AuditIndexQueue;
  dayIndex: DayIndex;
  policyFile: PolicyFile;
  teamSubscriptions: TeamSubscriptions;
  teamMessages: TeamMessages;
  deliveries: Deliveries;
  webhooks: Webhooks;
  storageQueues: StorageQueues;
  secrets: Secrets;
  checkFiles: CheckFiles;
}

export interface Clock {
  now(): Instant;
}

export interface Ids {
  /** A new random id, unique for ever. */
  random(): string;
}

export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Which trace work belongs to; nothing is decided on it. */
export interface Tracing {
  /** What the work calls in Azure is told in the trace of this log. */
  within<T>(log: string, work: () => Promise<T>): Promise<T>;
}

/** Numbers for whoever watches; nothing is decided on them. */
export interface Metrics {
  note(measures: Measure[]): void;
}

/** Where people watch; nothing is decided on it, and nothing fails with it. */
export interface Telemetry extends Tracing, Metrics {
  /** One span for each entry. */
  trace(records: IndexRecord[]): Promise<void>;
  /** What the work calls in Azure is told below the host's own span, as far as it names one (W3C `traceparent`). */
  invocation<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T>;
}

/** `image` is undefined where what Azure says of it is not understood. */
export interface ListedDefinition {
  id: ImageDefinitionId;
  image?: ImageDefinition;
}

/** Azure Compute Gallery. */
export interface Galleries {
  /** Undefined when the gallery does not exist. */
  listDefinitions(gallery: Omit<ImageDefinitionId, 'image'>): Promise<ListedDefinition[] | undefined>;
  /** Undefined when the image definition does not exist. Without replication status. */
  listVersions(definition: ImageDefinitionId): Promise<ImageVersion[] | undefined>;
  /** With replication status; undefined when the version does not exist. */
  getVersion(definition: ImageDefinitionId, version: string): Promise<ImageVersion | undefined>;
  /** Undefined when the image definition does not exist. */
  getDefinition(definition: ImageDefinitionId): Promise<ImageDefinition | undefined>;
  /** The tags of a gallery; undefined when it does not exist. */
  getTags(gallery: Omit<ImageDefinitionId, 'image'>): Promise<Record<string, string> | undefined>;
  /** How others than its own subscription reach the gallery; undefined when it does not exist. */
  getSharing(gallery: GalleryId): Promise<GallerySharing | undefined>;
  /**
   * Sets the flags in the publishing profile, and starts the write of the complete profile. `found`: the version as it was
   * read right before, which then is not read again.
   */
  writeFlags(definition: ImageDefinitionId, version: string, plan: FlagPlan, found?: ImageVersion): Promise<void>;
  /** Starts the deletion of a version; one that is gone is no error. */
  deleteVersion(definition: ImageDefinitionId, version: string): Promise<void>;
}

/** Who uses image versions, in every Azure subscription that the service can see. */
export interface ImageUses {
  /** `unknown` where one of `subscriptions`, or the gallery's own, cannot be seen, or the answer is not complete. */
  find(definition: ImageDefinitionId, version: string, subscriptions: string[]): Promise<ImageUse>;
}

export interface LaunchRequest extends VmSettings {
  vmName: string;
  expiresAt: Instant;
  imageVersionId: string;
  definition: ImageDefinition;
  /** Logical unit numbers of the data disks in the image, where they are known already. */
  dataDiskLuns?: number[];
}

/** The smoke-test resource group: it belongs to the service alone. */
export interface SmokeTestVms {
  /** Regions that have a subnet for smoke-test VMs. */
  readonly regions: string[];
  /** Starts the creation of a VM; the same name again is the same VM. Returns the operation's URL where Azure gave one. */
  launch(request: LaunchRequest): Promise<{ operationUrl?: string }>;
  /** The VM with its instance view, and what else is asked for; undefined when it does not exist. */
  look(vmName: string, wanted: WantedOfVm): Promise<PresentVm | undefined>;
  startRunCommand(request: RunCommandRequest): Promise<void>;
  /** Starts a restart by the platform, a stop with deallocation, or a start. */
  restart(vmName: string, part: 'restart' | 'stop' | 'start'): Promise<void>;
  /** Starts the deletion of the VM with its disk and network interface; a VM that is gone is no error. */
  delete(vmName: string): Promise<void>;
  /** Everything in the resource group, for the sweep. */
  listResources(): Promise<SmokeTestResource[]>;
  deleteResource(resource: SmokeTestResource): Promise<void>;
}

export interface WantedOfVm {
  /** `whenOver`: where the run command has ended, or the VM failed or is being deleted. */
  serialLog: boolean | 'whenOver';
  runCommand?: string;
  /** The launch operation, whose result tells why a provisioning failed. */
  operationUrl?: string;
}

export interface RunCommandRequest {
  vmName: string;
  region: string;
  runCommand: string;
  script: string;
  timeoutSeconds: number;
  /** An append blob that takes all that the script prints; Azure itself shows the last 4 KB. */
  outputBlobUri?: Secret;
}

export interface SmokeTestResource {
  id: string;
  kind: 'virtualMachine' | 'networkInterface' | 'disk';
  name: string;
  /** From the tag `expiresAt`; undefined when the tag is absent or unreadable. */
  expiresAt?: Instant;
  createdAt?: Instant;
  /** Disks and network interfaces that belong to a VM go with it. */
  attachedTo?: string;
}

/** Append blobs, one per log segment. */
export interface AuditLogs {
  /** All entries with the position behind the last block; position 0 for a log that does not exist. */
  read(log: string): Promise<{ entries: Entry[]; position: number }>;
  /** Appends all entries as one block if the log still ends at `position`; 'conflict' when somebody else appended. */
  append(log: string, entries: Entry[], position: number): Promise<{ position: number } | 'conflict'>;
  /** Names of the logs under a prefix; with `since`, those that were appended to at that instant or later. */
  list(prefix: string, since?: Instant): Promise<string[]>;
}

/** Which entries were written on which day, so that a question about a week need not read every log. Disposable. */
export interface DayIndex {
  /** Adding an entry twice is no error; the reader drops copies by id. */
  add(day: string, records: IndexRecord[]): Promise<void>;
  /** All records of the day, or at least those of one image (any gallery, any case). */
  read(day: string, image?: string): Promise<IndexRecord[]>;
}

/** Small JSON documents guarded by their ETag: open markers, slot ledgers, charges. */
export interface Documents {
  read(name: string): Promise<{ value: unknown; etag: string } | undefined>;
  /** `ifMatch` undefined creates and refuses to replace. Returns the new ETag. */
  write(name: string, value: unknown, ifMatch: string | undefined): Promise<{ etag: string } | 'conflict'>;
  delete(name: string, ifMatch: string): Promise<'deleted' | 'conflict'>;
  list(prefix: string): Promise<string[]>;
}

export interface Evidence {
  /** Saves under a path derived from the run; saving the same file again is no error. */
  save(folder: string, file: EvidenceFile): Promise<{ path: string; sha256: string; bytes: number }>;
  /** A URL with which its holder may create and append to this one blob, for some minutes, and nothing else. */
  grantAppend(path: string, minutes: number): Promise<Secret>;
  /** The first 8 MiB of a file; undefined when it does not exist. */
  read(path: string): Promise<string | undefined>;
}

/** The check files beside the policy. */
export interface CheckFiles {
  /** The text of every file under `checks/`, by name. */
  read(): Promise<Map<string, string>>;
}

export interface WakeUps {
  /** Session is the key; `at` schedules; the queue drops a second message of the same id. */
  send(wakeUp: AnyWakeUp, id: string, at?: Instant): Promise<void>;
}

export interface Announcements {
  send(announcements: Announcement[]): Promise<void>;
}

export interface AuditIndexQueue {
  /** `at` schedules. */
  send(messages: IndexMessage[], at?: Instant): Promise<void>;
}

export interface PolicyFile {
  /** The text of the policy file; undefined when there is none. */
  read(): Promise<string | undefined>;
}

/** The subscriptions of teams on the topic, and the right to receive from each of them. */
export interface TeamSubscriptions {
  /**
   * Makes the subscription, or changes the filter of one that exists; no message passes unfiltered in between. With
   * `forward` its messages go on into the queue of deliveries, each with the team's name; else copies of them do, to be
   * counted.
   */
  put(team: string, sql: string, forward: boolean): Promise<{ kind: 'done' } | { kind: 'refused'; reason: string }>;
  /** One that is gone is no error. */
  delete(team: string): Promise<void>;
  /** Gives the right to receive from this one subscription; where the service may not, the command by which others do. */
  grant(team: string, principal: TeamPrincipal): Promise<Granting>;
  revoke(team: string, principal: TeamPrincipal): Promise<Granting>;
  /** Undefined when there is no such subscription. */
  count(team: string): Promise<MessageCounts | undefined>;
}

export type Granting = { kind: 'done' } | { kind: 'notAllowed'; command: string } | { kind: 'refused'; reason: string };

export interface MessageCounts {
  waiting: number;
  deadLettered: number;
}

/** What lies in the subscriptions of teams; nothing where there is no subscription. */
export interface TeamMessages {
  /** The first hundred. */
  deadLetters(
    team: string,
  ): Promise<{ id: string; type: string; subject: string; reason: string; at: Instant; data: unknown }[]>;
  /** By the id of its announcement; one that is gone is no error. */
  removeDeadLetter(team: string, id: string): Promise<void>;
}

/** The queue of what is on its way to teams that do not read Service Bus. */
export interface Deliveries {
  send(delivery: Delivery, at: Instant): Promise<void>;
}

/** Servers of teams: they are not to be trusted, and what they do is a result, never an error. */
export interface Webhooks {
  /** As servers know the service: they say that they want calls of this origin. */
  readonly origin: string;
  /** One request, one response, within a few seconds; redirects are not followed. */
  call(
    method: 'POST' | 'OPTIONS',
    url: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<WebhookResponse>;
}

export interface StorageQueues {
  /** Whether the URL is that of a queue in a storage account. */
  isQueue(url: string): boolean;
  send(url: string, text: string): Promise<void>;
}

/** Key Vault. */
export interface Secrets {
  /** Undefined when there is none of this name. */
  read(name: string): Promise<Secret | undefined>;
  write(name: string, value: Secret): Promise<void>;
  /** Random bytes that nobody can guess, as base64. */
  random(bytes: number): string;
}
