import * as z from 'zod';
import { normaliseRegion } from '../domain/imageVersion.ts';
import type { RequestFact } from '../domain/requests.ts';

const reason = z.string().trim().min(1).max(500);
const ticket = z.string().trim().min(1).max(100);
/** Resource id of the image version, or of the image definition for `pause` and `resume`. */
const id = z.string().max(1_000);
const plain = (
  kind: 'publish' | 'approve' | 'veto' | 'quarantine' | 'lift' | 'retest' | 'take-in' | 'announce' | 'pause' | 'resume',
) => z.strictObject({ kind: z.literal(kind), id, reason });
const ticketed = (kind: 'expedite' | 'override') => z.strictObject({ kind: z.literal(kind), id, reason, ticket });

/** What an operator can ask for. */
export const operatorRequest = z.discriminatedUnion('kind', [
  plain('publish'),
  plain('approve'),
  plain('veto'),
  plain('quarantine'),
  plain('lift'),
  plain('retest'),
  plain('take-in'),
  plain('announce'),
  plain('pause'),
  plain('resume'),
  ticketed('expedite'),
  ticketed('override'),
  z.strictObject({
    kind: z.literal('rollback'),
    id,
    reason,
    regions: z.array(z.string().min(1).max(64)).min(1).max(100).exactOptional(),
  }),
]);
export type OperatorRequest = z.infer<typeof operatorRequest>;

/** The entry that it becomes; undefined where it needs a version and names none, or the other way round. */
export function factOf(request: OperatorRequest, version: string | undefined): RequestFact | undefined {
  const { kind, reason } = request;
  if (kind === 'pause' || kind === 'resume')
    return version === undefined ? { type: `${kind}Requested`, reason } : undefined;
  if (version === undefined) return undefined;
  switch (kind) {
    case 'approve':
    case 'veto':
      return { type: 'answerRequested', version, answer: kind, reason };
    case 'expedite':
    case 'override':
      return { type: `${kind}Requested`, version, reason, ticket: request.ticket };
    case 'rollback': {
      const regions = request.regions?.map(normaliseRegion);
      return { type: 'rollbackRequested', version, reason, ...(regions && { regions }) };
    }
    case 'take-in':
      return { type: 'takeInRequested', version, reason };
    default:
      return { type: `${kind}Requested`, version, reason };
  }
}
