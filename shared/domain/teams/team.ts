import * as z from 'zod';
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

/** Nothing in it may be a secret: it is shown, and it is in the audit trail for ever. */
const httpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .max(500)
  .refine((url) => isPlain(url), 'must have neither user, password nor fragment');

function isPlain(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.username === '' && parsed.password === '' && parsed.hash === '';
}

/** Announcements come to the team, where it does not want to read Service Bus. */
export const teamDelivery = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), url: httpsUrl }),
  z.strictObject({ kind: z.literal('storageQueue'), url: httpsUrl }),
]);
export type TeamDelivery = z.infer<typeof teamDelivery>;

/** A team as it describes itself. */
export const team = z.strictObject({
  filter: teamFilter,
  principals: z.array(teamPrincipal).max(20),
  delivery: teamDelivery.exactOptional(),
});
export type Team = z.infer<typeof team>;
