import type { FlagPlan } from '../../shared/domain/flagPlan.ts';
import type { GallerySharing } from '../../shared/domain/gallerySharing.ts';
import {
  definitionResourceId,
  type GalleryId,
  galleryKey,
  type ImageDefinitionId,
  parseImageId,
  versionResourceId,
} from '../../shared/domain/ids.ts';
import type { ImageDefinition } from '../../shared/domain/imageDefinition.ts';
import { compareVersions, type ImageVersion, type ReplicationState } from '../../shared/domain/imageVersion.ts';
import { AdapterError } from '../../shared/errors.ts';
import type { Galleries, ListedDefinition } from '../../shared/ports.ts';
import type { FakeTime } from './fakeTime.ts';
import { frozen } from './frozen.ts';
import { linuxDefinition } from './linuxDefinition.ts';

export interface FakeVersionOptions {
  sourceId: string;
  regions?: string[];
  excludeFromLatest?: boolean;
  /** Time from creation to Succeeded and replicated everywhere. */
  replicationMs?: number;
  failsIn?: string[];
  withoutCreatedAt?: boolean;
  createdAt?: string;
  replicationMode?: 'Full' | 'Shallow';
  tags?: Record<string, string>;
}

/** Azure Compute Gallery in memory, on a hand-driven clock. Reports every finished write as the subject of an event. */
export class FakeGalleries implements Galleries {
  readonly writes: { subject: string; plan: FlagPlan; atMs: number }[] = [];
  readonly deletions: string[] = [];
  /** Called after each change of a visible flag, for invariants that hold after every single write. */
  onChange: () => void = () => {};
  updateMs = 2_000;
  definitionEndOfLife: string | undefined;
  private definitionChange: Partial<ImageDefinition> = {};
  /** As it was described last, and of what. */
  private described:
    | { endOfLife: string | undefined; change: Partial<ImageDefinition>; image: ImageDefinition }
    | undefined;
  /** Of every gallery. */
  tags: Record<string, string> = { 'imprimatur-instance': 'blue' };
  sharing: GallerySharing = {};
  /** A real gallery may reset publishedDate when a version is written; nothing says that it does not. */
  resetsPublishedDate = false;
  private readonly versions = new Map<string, ImageVersion>();
  private readonly definitions = new Map<string, ImageDefinitionId>();
  /** Of ids of versions that were read before. */
  private readonly definitionsRead = new Map<string, ImageDefinitionId>();
  private readonly time: FakeTime;
  private readonly emit: (subject: string) => void;

  constructor(time: FakeTime, emit: (subject: string) => void) {
    this.time = time;
    this.emit = emit;
  }

  createDefinition(definition: ImageDefinitionId): void {
    this.definitions.set(definitionResourceId(definition).toLowerCase(), definition);
  }

  create(definition: ImageDefinitionId, version: string, options: FakeVersionOptions): void {
    const id = versionResourceId(definition, version);
    const { regions = ['westeurope'], replicationMs = 30_000, failsIn = [] } = options;
    const created: ImageVersion = {
      version,
      location: regions[0] ?? 'westeurope',
      provisioningState: 'Creating',
      ...(!options.withoutCreatedAt && { createdAt: options.createdAt ?? this.time.now() }),
      publishedDate: this.time.now(),
      sourceId: options.sourceId,
      ...(options.tags && { tags: options.tags }),
      excludeFromLatest: options.excludeFromLatest ?? false,
      targetRegions: regions.map((name) => ({ name })),
      ...(options.replicationMode && { replicationMode: options.replicationMode }),
      safetyProfile: {},
      replication: Object.fromEntries(regions.map((name) => [name, 'Replicating' as ReplicationState])),
    };
    this.versions.set(id.toLowerCase(), created);
    this.time.after(replicationMs, () => {
      if (this.versions.get(id.toLowerCase()) !== created) return;
      created.provisioningState = 'Succeeded';
      created.replication = Object.fromEntries(
        regions.map((name) => [name, failsIn.includes(name) ? 'Failed' : 'Completed']),
      );
      this.onChange();
      this.emit(id);
    });
  }

  remove(definition: ImageDefinitionId, version: string): void {
    const id = versionResourceId(definition, version);
    this.versions.delete(id.toLowerCase());
    this.onChange();
    this.emit(id);
  }

  /** As an operator would by hand. */
  edit(definition: ImageDefinitionId, version: string, change: (version: ImageVersion) => void): void {
    const id = versionResourceId(definition, version);
    const found = this.versions.get(id.toLowerCase());
    if (!found) throw new Error(`no ${id}`);
    change(found);
    this.onChange();
    this.emit(id);
  }

  /** Everything as it is, with replication. */
  all(): { id: string; definition: ImageDefinitionId; version: ImageVersion }[] {
    return [...this.versions].map(([id, version]) => ({ id, definition: this.definitionOf(id), version }));
  }

  private definitionOf(id: string): ImageDefinitionId {
    const definition = this.definitionsRead.get(id) ?? parseImageId(id)?.definition;
    if (!definition) throw new Error(`bad id ${id}`);
    this.definitionsRead.set(id, definition);
    return definition;
  }

  async listDefinitions(gallery: Omit<ImageDefinitionId, 'image'>): Promise<ListedDefinition[] | undefined> {
    const own = [...this.definitions.values()].filter((definition) => galleryKey(definition) === galleryKey(gallery));
    return own.map((id) => ({ id, image: this.describe() }));
  }

  /** As an operator would change every image definition by hand. */
  updateDefinition(definition: ImageDefinitionId, change: Partial<ImageDefinition>): void {
    this.definitionChange = change;
    this.emit(definitionResourceId(definition));
  }

  private describe(): ImageDefinition {
    const { definitionEndOfLife: endOfLife, definitionChange: change } = this;
    if (this.described?.change !== change || this.described.endOfLife !== endOfLife) {
      const ends = endOfLife && { endOfLifeDate: endOfLife };
      const image = frozen(structuredClone({ ...linuxDefinition, ...ends, ...change }));
      this.described = { endOfLife, change, image };
    }
    return this.described.image;
  }

  async listVersions(definition: ImageDefinitionId): Promise<ImageVersion[] | undefined> {
    if (!this.definitions.has(definitionResourceId(definition).toLowerCase())) return undefined;
    const prefix = `${definitionResourceId(definition)}/versions/`.toLowerCase();
    const found: ImageVersion[] = [];
    for (const [id, version] of this.versions) if (id.startsWith(prefix)) found.push(listed(version));
    return found.sort((a, b) => compareVersions(a.version, b.version));
  }

  async getVersion(definition: ImageDefinitionId, version: string): Promise<ImageVersion | undefined> {
    const found = this.versions.get(versionResourceId(definition, version).toLowerCase());
    return found && copyOf(found);
  }

  async getSharing(gallery: GalleryId): Promise<GallerySharing | undefined> {
    return [...this.definitions.values()].some((each) => galleryKey(each) === galleryKey(gallery))
      ? this.sharing
      : undefined;
  }

  async getDefinition(definition: ImageDefinitionId) {
    if (!this.definitions.has(definitionResourceId(definition).toLowerCase())) return undefined;
    return this.describe();
  }

  async getTags(gallery: Omit<ImageDefinitionId, 'image'>): Promise<Record<string, string> | undefined> {
    const exists = [...this.definitions.values()].some((known) => galleryKey(known) === galleryKey(gallery));
    return exists ? this.tags : undefined;
  }

  async deleteVersion(definition: ImageDefinitionId, version: string): Promise<void> {
    const id = versionResourceId(definition, version);
    const found = this.versions.get(id.toLowerCase());
    if (!found) return;
    found.provisioningState = 'Deleting';
    this.deletions.push(version);
    this.time.after(this.updateMs, () => {
      if (this.versions.get(id.toLowerCase()) === found) this.remove(definition, version);
    });
  }

  async writeFlags(definition: ImageDefinitionId, version: string, plan: FlagPlan): Promise<void> {
    const id = versionResourceId(definition, version);
    const found = this.versions.get(id.toLowerCase());
    if (!found) throw new AdapterError(`${id} does not exist`, { code: 'ResourceNotFound', retryable: false });
    if (found.provisioningState !== 'Succeeded') {
      throw new AdapterError(`${id} is being written`, { code: 'Conflict', retryable: true });
    }
    this.writes.push({ subject: id, plan, atMs: this.time.nowMs });
    found.excludeFromLatest = plan.excludeFromLatest;
    const { restores } = plan;
    for (const region of restores?.regions ?? [])
      if (found.targetRegions.every(({ name }) => name !== region.name)) found.targetRegions.push({ ...region });
    if (restores?.endOfLifeDate !== undefined) found.endOfLifeDate = restores.endOfLifeDate;
    if (restores?.blockDeletionBeforeEndOfLife !== undefined)
      found.safetyProfile.blockDeletionBeforeEndOfLife = restores.blockDeletionBeforeEndOfLife;
    for (const region of found.targetRegions) region.excludeFromLatest = plan.regions[region.name] ?? true;
    if (plan.setEndOfLife !== undefined) found.endOfLifeDate = plan.setEndOfLife;
    found.safetyProfile.blockDeletionBeforeEndOfLife ??= false;
    if (this.resetsPublishedDate) found.publishedDate = this.time.now();
    found.provisioningState = 'Updating';
    this.onChange();
    this.time.after(this.updateMs, () => {
      if (this.versions.get(id.toLowerCase()) !== found) return;
      found.provisioningState = 'Succeeded';
      this.emit(id);
    });
  }
}

/** What is read is never changed by a later write. */
function copyOf(version: ImageVersion): ImageVersion {
  const copy = listed(version);
  if (version.replication) copy.replication = { ...version.replication };
  return copy;
}

/** A list says nothing of replication. */
function listed({ replication: _, ...version }: ImageVersion): ImageVersion {
  const copy: ImageVersion = version;
  copy.targetRegions = version.targetRegions.map((region) => ({ ...region }));
  copy.safetyProfile = { ...version.safetyProfile };
  if (version.tags) copy.tags = { ...version.tags };
  return copy;
}
