import { z } from 'zod';
import { teamFilter } from './teamFilter.ts';

/** Also the name of the subscription entity on the topic. */
export const teamName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/, 'must be 1 to 50 of a-z, 0-9 and -, and not begin or end with -');

/** Who receives: an object of Entra ID, by its object id. */
export const teamPrincipal = z.strictObject({
  objectId: z.guid().transform((id) => id.toLowerCase()),
  type: z.enum(['User', 'Group', 'ServicePrincipal']),
});
export type TeamPrincipal = z.infer<typeof teamPrincipal>;

/** A team as it describes itself. */
export const team = z.strictObject({
  filter: teamFilter,
  principals: z.array(teamPrincipal).max(20),
});
export type Team = z.infer<typeof team>;
