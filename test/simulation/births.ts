import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { ImageVersion } from '../../shared/domain/imageVersion.ts';
import { keyOf } from './definitions.ts';
import { type GuestKind, kindOf } from './guests.ts';

/** One creation of a version number, as it truly is: the fake's own object is its identity. */
export interface Birth {
  readonly key: string;
  readonly version: string;
  readonly kind: GuestKind;
  /** As the gallery holds it; changes in place. */
  readonly seen: ImageVersion;
  /** Why it may be visible untested, until the first write of the service that Azure accepts. */
  exposedBy?: 'birth' | 'hand' | 'late write';
  /** By region in which somebody changed by hand whether it is offered, and no write of the service did since: what it came to. */
  readonly byHand: Map<string, boolean>;
}

export class Births {
  private readonly all = new Map<ImageVersion, Birth>();

  add(definition: ImageDefinitionId, seen: ImageVersion, exposedBy: Birth['exposedBy']): void {
    const { version, sourceId = '' } = seen;
    const birth: Birth = { key: keyOf(definition), version, kind: kindOf(sourceId), seen, byHand: new Map() };
    if (exposedBy) birth.exposedBy = exposedBy;
    this.all.set(seen, birth);
  }

  of(seen: ImageVersion): Birth {
    const found = this.all.get(seen);
    if (!found) throw new Error(`${seen.version} was never created`);
    return found;
  }

  /** The creation that an identity names; undefined where it fits none. */
  find(key: string, version: string, identity: { createdAt?: string; sourceId?: string }): Birth | undefined {
    for (const birth of this.all.values()) {
      if (birth.key !== key || birth.version !== version) continue;
      const { createdAt, sourceId } = birth.seen;
      if (
        identity.createdAt !== undefined
          ? identity.createdAt === createdAt
          : identity.sourceId?.toLowerCase() === sourceId?.toLowerCase()
      )
        return birth;
    }
    return undefined;
  }
}
