import type { Fact } from '../../shared/domain/facts.ts';
import type { ImageVersion } from '../../shared/domain/imageVersion.ts';
import { ubuntu, type World } from './world.ts';

/** Somebody edits a version as soon as the next intent of this type stands in its log, before anything is written. */
export function editOnIntent(
  world: World,
  type: Fact['type'],
  version: string,
  how: (version: ImageVersion) => void,
): void {
  const append = world.auditLogs.append.bind(world.auditLogs);
  let isEdited = false;
  world.auditLogs.append = async (...args) => {
    const appended = await append(...args);
    if (!isEdited && args[1].some(({ fact }) => fact.type === type)) {
      isEdited = true;
      world.galleries.edit(ubuntu, version, how);
    }
    return appended;
  };
}
