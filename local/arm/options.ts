import type { Hono } from 'hono';
import type { JSONWebKeySet } from 'jose';
import type { Clock } from '../clock.ts';
import type { Machine } from '../vm/machine.ts';

/** How one launch from a guest image fails: at once with `sync`, else in its operation. */
export interface LaunchError {
  code: string;
  message?: string | undefined;
  sync?: boolean | undefined;
}

/** What the platform does with a guest image, beside booting it. */
export interface PlatformBehaviour {
  /** What the agent reports once it runs. */
  os?: { id: string; version: string };
  azure?: { launchErrors: LaunchError[] } | undefined;
}

export interface ArmOptions<Image extends PlatformBehaviour = PlatformBehaviour> {
  host?: string;
  port: number;
  tls: { keyFile: string; certFile: string };
  /** Where the journal lies. */
  dataDir: string;
  subscriptionId: string;
  tenantId: string;
  /** The region of resource groups that are created without one. */
  location: string;
  /** Where events are published: an Event Grid topic endpoint. */
  eventTopicUrl: string;
  /** Keys and audiences of the bearer tokens that are accepted. */
  jwks: JSONWebKeySet;
  audiences: string[];
  /** Object ids of who may assign roles without having a role for it; none given: everybody. */
  owners?: string[];
  imagesDir: string;
  clock: Clock;
  readGuestImage(imagesDir: string, name: string): Promise<Image>;
  createMachine(options: { image: Image; hostname: string; clock: Clock; vmSize: string }): Machine;
  settings?: Partial<Settings>;
  /** Further handlers on the same HTTPS server; they come after ARM's own paths. */
  routes?: Hono;
  log?(line: string): void;
}

export interface Settings {
  /** From acceptance of a version, or of a new target region, until the replica is complete. */
  replicationMs: number;
  /** Duration of a write that copies nothing, and of a power operation. */
  updateMs: number;
  /** From acceptance of a virtual machine until it is powered on, or until its allocation fails. */
  allocationMs: number;
  vmDeleteMs: number;
  writesWhileUpdating: 'refuse' | 'accept';
  tokenBuckets: boolean;
  /** What the Retry-After header of a running operation says; 0 leaves the header out. */
  retryAfterSeconds: number;
}

export const defaultSettings: Settings = {
  replicationMs: 120_000,
  updateMs: 10_000,
  allocationMs: 15_000,
  vmDeleteMs: 30_000,
  writesWhileUpdating: 'refuse',
  tokenBuckets: true,
  retryAfterSeconds: 5,
};
