import type { Entry } from '../../shared/domain/entries.ts';
import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { ImageVersion } from '../../shared/domain/imageVersion.ts';
import { keyOf } from './definitions.ts';

/** What one task has read and written so far: what it may believe. */
export class Memory {
  private readonly reads = new Map<string, ImageVersion | undefined>();
  /** The log of the instance, the policy file and the count of VMs, as they were read last. */
  instance: Entry[] = [];
  policy: string | undefined;
  lives: Record<string, { from: string; to?: string | undefined }> = {};
  private readonly writes = new Set<string>();

  noteRead(definition: ImageDefinitionId, version: string, seen: ImageVersion | undefined): void {
    this.reads.set(`${keyOf(definition)} ${version}`, seen);
  }

  /** As it was read last; undefined as well where it was written to since. */
  lastRead(key: string, version: string): ImageVersion | undefined {
    return this.reads.get(`${key} ${version}`);
  }

  noteWrite(definition: ImageDefinitionId, version: string): void {
    const name = `${keyOf(definition)} ${version}`;
    this.reads.delete(name);
    this.writes.add(name);
  }

  hasWritten(key: string, version: string): boolean {
    return this.writes.has(`${key} ${version}`);
  }
}
