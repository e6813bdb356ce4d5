import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Entity } from '../namespace.ts';
import { type Access, everything, nothing, type Right, type Rights } from './access.ts';
import { isSharedAccessSignature, openAccess } from './openAccess.ts';

export const roleAccessOptions = z.strictObject({
  /** Resource id of the namespace, under which role assignments name its entities. */
  namespaceId: z.string(),
  /** Where the keys of tokens are, and who issues them. */
  jwks: z.url(),
  issuer: z.string(),
  audiences: z.array(z.string()),
  /** Answers `?principalId=` with the role assignments of a principal. */
  roleAssignments: z.url(),
});
export type RoleAccessOptions = z.infer<typeof roleAccessOptions>;

/** The three roles of the data plane, by the ids that they have in every tenant. */
const rightsOfRole: Record<string, Right[]> = {
  '090c5cfd-751d-490a-894a-3ce6f1109419': ['Send', 'Listen', 'Manage'],
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': ['Listen'],
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': ['Send'],
};

const assignments = z.array(z.object({ scope: z.string(), roleDefinitionId: z.string() }));
type Assignments = z.infer<typeof assignments>;

/**
 * Entra tokens by their signature, and what their principal may do by its role assignments. A shared access key opens
 * everything, as in the official emulator: it is how local programs connect that have no identity.
 */
export function roleAccess(options: RoleAccessOptions, clock: Clock): Access {
  const keys = createRemoteJWKSet(new URL(options.jwks));
  const open = openAccess(clock);
  const known = new Map<string, Assignments>();
  return {
    async judge(token) {
      if (isSharedAccessSignature(token)) return open.judge(token);
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: options.issuer,
          audience: options.audiences,
          currentDate: new Date(clock.now()),
        });
        return { rights: rightsBy(await assignmentsOf(options, payload, known), options.namespaceId) };
      } catch (error) {
        const refused = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
        return refused ? { refused: error.message } : { unavailable: String(error) };
      }
    },
    withoutToken: (encrypted) => (encrypted ? nothing : everything),
  };
}

/** As last seen where Azure Resource Manager does not answer: the real service works from a copy too. */
async function assignmentsOf(
  { roleAssignments }: RoleAccessOptions,
  { oid }: JWTPayload,
  known: Map<string, Assignments>,
): Promise<Assignments> {
  const principal = String(oid);
  try {
    const response = await fetch(`${roleAssignments}?principalId=${encodeURIComponent(principal)}`);
    const found = assignments.parse(await response.json());
    known.set(principal, found);
    return found;
  } catch (error) {
    const last = known.get(principal);
    if (last) return last;
    throw error;
  }
}

function rightsBy(given: Assignments, namespaceId: string): Rights {
  return (entity, right) => {
    const id = `${namespaceId}/${resourcePath(entity)}/`.toLowerCase();
    return given.some(
      ({ scope, roleDefinitionId }) =>
        id.startsWith(`${scope.toLowerCase().replace(/\/+$/, '')}/`) &&
        rightsOfRole[roleDefinitionId.slice(roleDefinitionId.lastIndexOf('/') + 1)]?.includes(right),
    );
  };
}

function resourcePath({ path, queue }: Pick<Entity, 'path' | 'queue'>): string {
  const [name = '', kind, subscription] = path.split('/');
  if (kind?.toLowerCase() === 'subscriptions') return `topics/${name}/subscriptions/${subscription}`;
  return `${queue ? 'queues' : 'topics'}/${name}`;
}
