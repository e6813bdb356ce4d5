import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { ImageUse } from '../../shared/domain/imageUse.ts';
import type { ImageUses } from '../../shared/ports.ts';

/** What a test says that is used; everything else is not. */
export class FakeImageUses implements ImageUses {
  readonly uses = new Map<string, ImageUse>();
  asked = 0;

  async find(_definition: ImageDefinitionId, version: string): Promise<ImageUse> {
    this.asked += 1;
    return this.uses.get(version) ?? { kind: 'unused' };
  }
}
