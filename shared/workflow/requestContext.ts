import type { RequestContext } from '../domain/decideRequest.ts';
import type { DefinitionState } from '../domain/definitionState.ts';
import { effectiveLatest } from '../domain/effectiveLatest.ts';
import type { ImageDefinitionId } from '../domain/ids.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import type { Policy } from '../domain/policy.ts';
import type { RequestFact } from '../domain/requests.ts';
import type { Ports } from '../ports.ts';

/** What a request is decided from; only the logs that can matter to it are read. */
export async function requestContext(
  { galleries }: Pick<Ports, 'galleries'>,
  definition: ImageDefinitionId,
  asked: RequestFact,
  known: { state: DefinitionState; versions: ImageVersion[]; policy: Policy },
  readState: (incarnation: string) => Promise<IncarnationState | undefined>,
): Promise<RequestContext> {
  const { state, policy } = known;
  const named = 'version' in asked ? asked.version : undefined;
  const incarnations: Record<string, IncarnationState> = {};
  for (const [version, examined] of Object.entries(state.versions)) {
    if (examined.kind !== 'examined' || (named !== version && !state.open[examined.incarnation])) continue;
    const found = await readState(examined.incarnation);
    if (found) incarnations[version] = found;
  }
  const picked = new Set(Object.values(effectiveLatest(known.versions)));
  const versions = await Promise.all(
    known.versions.map(async (version) => {
      if (version.version !== named && !picked.has(version.version)) return version;
      return (await galleries.getVersion(definition, version.version)) ?? version;
    }),
  );
  return { definition: state, incarnations, versions, policy };
}
