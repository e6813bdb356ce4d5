import type { Context } from 'hono';
import { definitionKey, type GalleryId, type ImageDefinitionId, shortHash } from '../domain/ids.ts';
import type { RequestFact } from '../domain/requests.ts';
import type { Ports } from '../ports.ts';
import { acceptRequest, requestedBefore } from '../workflow/acceptRequest.ts';
import { definitionLog } from '../workflow/log.ts';
import { decideNow, type PlanPorts } from '../workflow/planFor.ts';
import type { WhyForeign } from '../workflow/whyForeign.ts';
import { keyTaken, requesterOf } from './access.ts';
import { ProblemError } from './problem.ts';

export type RequestPorts = PlanPorts & Pick<Ports, 'wakeUps' | 'ids'>;

/** Puts a request into the log of its image definition, unless it would be refused. Returns where to look for it. */
export async function submitRequest(
  ports: RequestPorts,
  foreign: WhyForeign,
  context: Context,
  definition: ImageDefinitionId,
  asked: RequestFact,
  id: string,
): Promise<{ request: string; location: string }> {
  const { actor, requestId } = requesterOf(context, ports.ids);
  const request = shortHash(20, definitionKey(definition), requestId);
  const { entries } = await ports.auditLogs.read(definitionLog(definitionKey(definition)));
  // What was done already would make no sense a second time: a repeated request is not planned again.
  if (!requestedBefore(entries, request)) {
    await requireOurs(foreign, definition);
    await refuseSenseless(ports, definition, asked, actor);
  }
  if ((await acceptRequest(ports, { definition, id: request, actor, fact: asked })) === 'otherRequest')
    throw keyTaken();
  return { request, location: `/api/requests/${request}?id=${encodeURIComponent(id)}` };
}

/** What would wait for ever is refused: nothing is done in a gallery of another instance, or of none. */
export async function requireOurs(foreign: WhyForeign, gallery: GalleryId): Promise<void> {
  const reason = await foreign(gallery);
  if (reason !== undefined) throw new ProblemError(409, reason);
}

async function refuseSenseless(ports: PlanPorts, definition: ImageDefinitionId, asked: RequestFact, actor: string) {
  const decided = await decideNow(ports, definition, asked, actor);
  if (!decided) throw new ProblemError(404, 'the image definition is not known here: is its gallery in charge?');
  if (decided.decision.kind === 'refused') throw new ProblemError(422, decided.decision.reason);
}
