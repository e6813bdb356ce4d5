import type { DefinitionState } from '../domain/definitionState.ts';
import type { ImageDefinitionId } from '../domain/ids.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import { awaitsReplica } from '../domain/lateReplicas.ts';
import type { Ports } from '../ports.ts';

/** The versions that exist; those that still wait for a replica somewhere are read with their replication status. */
export async function listExisting(
  { galleries }: Pick<Ports, 'galleries'>,
  definition: ImageDefinitionId,
  state: DefinitionState,
): Promise<ImageVersion[] | undefined> {
  const versions = await galleries.listVersions(definition);
  if (!versions) return undefined;
  return Promise.all(
    versions.map(async (version) =>
      awaitsReplica(state, version) ? ((await galleries.getVersion(definition, version.version)) ?? version) : version,
    ),
  );
}
